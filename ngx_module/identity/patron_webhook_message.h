
/*
 * A webhook as it came: its body, its headers, and values of both by a source:
 *
 *   header:NAME        a request header
 *   header:NAME.PART   of a header that is a list, "t=1,v1=ab" or "1;ab": the
 *                      value of that name, or the one in that place, from 0
 *   form:NAME          a field of the body, as a form's
 *   json:PATH          or the path alone: of the JSON that the body holds
 *
 * Several with "|" between them: the first that is there.
 */


#ifndef _PATRON_WEBHOOK_MESSAGE_H_INCLUDED_
#define _PATRON_WEBHOOK_MESSAGE_H_INCLUDED_


#include "patron_webhook_json.h"


#define PATRON_WEBHOOK_BODY_MAX  (256 * 1024)


/* The value of a request header: PATRON_OK, or PATRON_DECLINED. */

typedef int (*patron_webhook_header_pt)(void *ctx, const patron_str_t *name,
    patron_str_t *value);


typedef struct {
    patron_str_t               body;
    patron_str_t               key;         /* the provider's secret */
    patron_str_t               content;     /* where in the body the JSON is */
    int64_t                    now;

    patron_webhook_header_pt   header;
    void                      *ctx;

    json_t                    *root;        /* once it was asked for */
    patron_uchar_t            *scratch;     /* as long as the body */
    int                        failed;      /* out of memory */
    int                        broken;      /* the JSON cannot be read */
} patron_webhook_message_t;


/*
 * Is this a word for where the JSON is: "json", the body; "form", a form whose
 * fields are the members; "any", either, by its first byte; "form:NAME", a
 * field of it; "base64:NAME", a field, encoded?
 */

int patron_webhook_content(const patron_str_t *content);

/* Is this a source, or several? */

int patron_webhook_source(const patron_str_t *source);

/* Body, key, content, now, header and ctx are the caller's to set; the others
   are 0. */

void patron_webhook_message_free(patron_webhook_message_t *message);

/* The JSON, read at the first call; NULL where there is none. */

json_t *patron_webhook_root(patron_webhook_message_t *message);

/*
 * The value of a source as text: of several the first that is not empty.  It is
 * good until the next call and may lie in buf of PATRON_WEBHOOK_TEXT bytes.
 * PATRON_DECLINED where there is none.
 */

int patron_webhook_get(patron_webhook_message_t *message,
    const patron_str_t *source, patron_uchar_t *buf, patron_str_t *text);

/* The same for a source that is a path alone: the value itself. */

json_t *patron_webhook_value(patron_webhook_message_t *message,
    const patron_str_t *source);

/* Takes ".PART" off the name of a header; part is empty where there is none. */

void patron_webhook_dot(patron_str_t *name, patron_str_t *part);

/*
 * The next value of that name, or in that place, of a header that is a list;
 * at and n begin at 0.  PATRON_DECLINED where there are no more.
 */

int patron_webhook_list(const patron_str_t *list, size_t *at, size_t *n,
    const patron_str_t *name, patron_str_t *value);

/* The next part of a list in text, from *at on; PATRON_DECLINED at its end. */

int patron_webhook_part(const patron_str_t *text, size_t *at,
    const char *separators, patron_str_t *part);

/* Takes the prefix off s: 1 where it had it. */

int patron_webhook_prefix(patron_str_t *s, const char *prefix);


#endif /* _PATRON_WEBHOOK_MESSAGE_H_INCLUDED_ */
