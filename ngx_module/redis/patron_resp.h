
/*
 * Redis replies and commands (RESP2, https://redis.io/docs/reference/protocol-
 * spec) as bytes in and out: hiredis's reader with the bounds it lacks, and the
 * form of a command.  No sockets.
 */


#ifndef _PATRON_RESP_H_INCLUDED_
#define _PATRON_RESP_H_INCLUDED_


#include "patron.h"


#define PATRON_REPLY_MAX       (1024 * 1024)  /* bytes of one reply */
#define PATRON_REPLY_ELEMENTS  65536          /* elements of one array */


typedef enum {
    PATRON_REPLY_STRING = 1,
    PATRON_REPLY_ARRAY,
    PATRON_REPLY_INTEGER,
    PATRON_REPLY_NIL,
    PATRON_REPLY_STATUS,
    PATRON_REPLY_ERROR
} patron_reply_e;


typedef struct patron_reply_s  patron_reply_t;

/* Private: here for what is asked of every element of a reply. */

struct patron_reply_s {
    patron_reply_e              type;
    int64_t                     integer;
    size_t                      len;        /* of the string, or elements */
    union {
        const patron_uchar_t   *str;
        patron_reply_t        **element;
    } u;
};


/* What a reply is.  All of these take NULL for "no reply" and say NIL. */

static inline patron_reply_e
patron_reply_type(const patron_reply_t *reply)
{
    return (reply != NULL) ? reply->type : PATRON_REPLY_NIL;
}


/*
 * The text of a string, status or error, empty for anything else; it lives as
 * long as the reply does.
 */

static inline patron_str_t
patron_reply_str(const patron_reply_t *reply)
{
    patron_str_t  s;

    switch (patron_reply_type(reply)) {

    case PATRON_REPLY_STRING:
    case PATRON_REPLY_STATUS:
    case PATRON_REPLY_ERROR:
        s.len = reply->len;
        s.data = reply->u.str;
        break;

    default:
        s.len = 0;
        s.data = (const patron_uchar_t *) "";
    }

    return s;
}


/* The number of an integer reply, or of a string that is one; otherwise def. */

int64_t patron_reply_int(const patron_reply_t *reply, int64_t def);

/* The elements of an array: 0 and NULL for what is none or lies outside. */

static inline size_t
patron_reply_elements(const patron_reply_t *reply)
{
    return (patron_reply_type(reply) == PATRON_REPLY_ARRAY) ? reply->len : 0;
}


static inline const patron_reply_t *
patron_reply_element(const patron_reply_t *reply, size_t i)
{
    return (i < patron_reply_elements(reply)) ? reply->u.element[i] : NULL;
}


/* True if reply is a status or string of exactly this text. */

int patron_reply_is(const patron_reply_t *reply, const char *text);


/* Where a reply lies: memory that is given back all at once. */

typedef struct patron_block_s  patron_block_t;

typedef struct {
    patron_block_t      *block;     /* the one in use; the first stays */
    size_t               used;      /* of it */
} patron_arena_t;


/* A stream of replies: feed bytes as they come, then take what there is. */

typedef struct {
    struct redisReader  *reader;
    patron_arena_t       arena;
    size_t               fed;       /* bytes since the last whole reply */
    unsigned             whole:1;   /* what the arena holds has been taken */
} patron_resp_t;


int patron_resp_init(patron_resp_t *resp);
void patron_resp_done(patron_resp_t *resp);

/* PATRON_ERROR: no memory, or a reply of more than PATRON_REPLY_MAX bytes. */

int patron_resp_feed(patron_resp_t *resp, const void *data, size_t len);

/*
 * PATRON_OK: *reply is to be read until the next call, or patron_resp_done().
 * PATRON_AGAIN: bytes are missing.  PATRON_ERROR: this is not RESP, or too
 * large; the stream is of no more use.
 */

int patron_resp_next(patron_resp_t *resp, patron_reply_t **reply);


/*
 * A command is an array of bulk strings: its head, then each argument.  _len
 * says how many bytes each of them takes at most; the others write it to dst
 * and return the end.
 */

#define PATRON_COMMAND_MARK           (sizeof("$18446744073709551615\r\n") - 1)

#define patron_command_head_len()     PATRON_COMMAND_MARK
#define patron_command_arg_len(len)   (PATRON_COMMAND_MARK + (len) + 2)


static inline patron_uchar_t *
patron_command_mark(patron_uchar_t *dst, char mark, size_t n)
{
    size_t           left;
    patron_uchar_t  *p;

    *dst++ = (patron_uchar_t) mark;
    dst++;

    for (left = n; left >= 10; left /= 10) {
        dst++;
    }

    p = dst;

    for (left = n; left >= 10; left /= 10) {
        *--p = (patron_uchar_t) ('0' + left % 10);
    }

    *--p = (patron_uchar_t) ('0' + left);

    *dst++ = '\r';
    *dst++ = '\n';

    return dst;
}


static inline patron_uchar_t *
patron_command_head(patron_uchar_t *dst, size_t argc)
{
    return patron_command_mark(dst, '*', argc);
}


static inline patron_uchar_t *
patron_command_arg(patron_uchar_t *dst, const void *data, size_t len)
{
    dst = patron_command_mark(dst, '$', len);

    if (len) {
        memcpy(dst, data, len);
        dst += len;
    }

    *dst++ = '\r';
    *dst++ = '\n';

    return dst;
}


/* True if the command only reads, so that a replica may answer it. */

int patron_command_reads(const patron_str_t *name);


#endif /* _PATRON_RESP_H_INCLUDED_ */
