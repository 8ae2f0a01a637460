
/*
 * Structured fields (RFC 9651, and with it RFC 8941) as far as requests need
 * them: dictionaries, inner lists, parameters and bare items.  Nothing is
 * allocated: each call reads one thing off the beginning of rest, and all that
 * it gives points there.  Strict: what the RFC has a parser fail on, and padding
 * of base64 that is no padding, is an error.
 */


#ifndef _PATRON_STRUCTURED_H_INCLUDED_
#define _PATRON_STRUCTURED_H_INCLUDED_


#include "patron.h"


typedef enum {
    PATRON_BARE_INTEGER = 0,
    PATRON_BARE_DECIMAL,
    PATRON_BARE_STRING,
    PATRON_BARE_TOKEN,
    PATRON_BARE_BYTES,
    PATRON_BARE_BOOLEAN,
    PATRON_BARE_DATE,
    PATRON_BARE_DISPLAY
} patron_bare_e;


/*
 * The text is what stands between the quotes of a string, escapes as they were
 * written, or between the colons of a byte sequence; else all of it.
 */

typedef struct {
    patron_bare_e   type;
    int64_t         number;     /* integers, dates, booleans; a decimal's
                                   thousandths */
    patron_str_t    text;
} patron_bare_t;


/* A member of a dictionary. */

typedef struct {
    patron_str_t    key;
    patron_str_t    value;      /* with its parameters; of "key" alone these */
    int             list;       /* it is an inner list */
    int             implied;    /* true, and not written */
} patron_member_t;


/* The next member: PATRON_OK; PATRON_DECLINED at the end; PATRON_ERROR. */

int patron_structured_member(patron_str_t *rest, patron_member_t *member);

/* A bare item: PATRON_OK or PATRON_ERROR. */

int patron_structured_bare(patron_str_t *rest, patron_bare_t *bare);

/*
 * The next of an item's or a list's parameters, without its ";": PATRON_OK;
 * PATRON_DECLINED where there is none; PATRON_ERROR.
 */

int patron_structured_parameter(patron_str_t *rest, patron_str_t *key,
    patron_bare_t *bare);

/*
 * The next item of an inner list, whose "(" was read with open; its parameters
 * follow.  PATRON_DECLINED: the list has ended, and its parameters follow.
 */

int patron_structured_open(patron_str_t *rest);
int patron_structured_item(patron_str_t *rest, patron_bare_t *bare);

/* Is it a string, or a token, of that text? */

int patron_bare_is(const patron_bare_t *bare, const char *text);


/*
 * The strict serialization of an item or inner list with its parameters, at
 * most size bytes; the length of it, or 0 where text is none or size too small.
 */

size_t patron_structured_write(patron_uchar_t *dst, size_t size,
    const patron_str_t *text);


#endif /* _PATRON_STRUCTURED_H_INCLUDED_ */
