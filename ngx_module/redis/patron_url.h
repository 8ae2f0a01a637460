
/*
 * The address of a Redis server as it is configured:
 *
 *     redis://[user[:password]@]host[:port][/db]
 *     rediss://...                      the same over TLS
 *     unix:/path[?db=N]
 *
 * user, password and host are percent-decoded (RFC 3986); an IPv6 host stands
 * in brackets.  As Redis's own tools have it, "redis://password@host" is not a
 * password but a user: write "redis://:password@host".
 */


#ifndef _PATRON_URL_H_INCLUDED_
#define _PATRON_URL_H_INCLUDED_


#include "patron.h"


#define PATRON_REDIS_PORT  6379


typedef struct {
    patron_str_t  user;
    patron_str_t  password;
    patron_str_t  host;         /* without brackets; empty for unix */
    patron_str_t  path;         /* of the unix socket, otherwise empty */
    unsigned      port;
    unsigned      db;
    unsigned      tls:1;
    unsigned      ipv6:1;       /* the host stood in brackets */
    unsigned      has_password:1;
    unsigned      has_db:1;
} patron_url_t;


/* True if the text begins as one of the forms above. */

int patron_url_is(const patron_str_t *text);

/*
 * Parses text.  The strings of url point into buf, which holds text->len bytes
 * and is the caller's.  PATRON_ERROR with the reason in *err, a static text.
 */

int patron_url_parse(const patron_str_t *text, patron_uchar_t *buf,
    patron_url_t *url, const char **err);


#endif /* _PATRON_URL_H_INCLUDED_ */
