
/*
 * RESP2 over hiredis's reader (0.14 to 1.2).  The reader itself has no bound
 * on a reply's size, and allocates an array of whatever length is announced:
 * both are bounded here, bytes where they are fed and elements where the array
 * is created.  Nesting is bounded by hiredis (7 in 0.14, 9 later).
 */


#include <stdio.h>

#include <hiredis/hiredis.h>

#include "patron_resp.h"


#if (HIREDIS_MAJOR >= 1)
typedef size_t  patron_resp_count_t;
#else
typedef int     patron_resp_count_t;
#endif


static void *patron_resp_create_array(const redisReadTask *task,
    patron_resp_count_t elements);
static int patron_resp_functions(redisReader *reader);
static size_t patron_digits(size_t n);
static patron_uchar_t *patron_mark(patron_uchar_t *dst, char mark, size_t n);


/*
 * hiredis's own functions with the array bounded: taken from the first reader,
 * so that they stay right where a version of hiredis has more of them.
 */

static redisReplyObjectFunctions   patron_resp_fn;
static redisReplyObjectFunctions  *patron_resp_default;


patron_reply_e
patron_reply_type(const patron_reply_t *reply)
{
    if (reply == NULL) {
        return PATRON_REPLY_NIL;
    }

    switch (reply->type) {

    case REDIS_REPLY_STRING:
        return PATRON_REPLY_STRING;

    case REDIS_REPLY_ARRAY:
        return PATRON_REPLY_ARRAY;

    case REDIS_REPLY_INTEGER:
        return PATRON_REPLY_INTEGER;

    case REDIS_REPLY_STATUS:
        return PATRON_REPLY_STATUS;

    case REDIS_REPLY_ERROR:
        return PATRON_REPLY_ERROR;

    default:
        return PATRON_REPLY_NIL;
    }
}


patron_str_t
patron_reply_str(const patron_reply_t *reply)
{
    patron_str_t  s;

    s.len = 0;
    s.data = (const patron_uchar_t *) "";

    switch (patron_reply_type(reply)) {

    case PATRON_REPLY_STRING:
    case PATRON_REPLY_STATUS:
    case PATRON_REPLY_ERROR:

        if (reply->str != NULL) {
            s.len = (size_t) reply->len;
            s.data = (const patron_uchar_t *) reply->str;
        }

        break;

    default:
        break;
    }

    return s;
}


int64_t
patron_reply_int(const patron_reply_t *reply, int64_t def)
{
    int           negative;
    size_t        i;
    int64_t       n;
    patron_str_t  s;

    if (patron_reply_type(reply) == PATRON_REPLY_INTEGER) {
        return reply->integer;
    }

    s = patron_reply_str(reply);

    if (patron_reply_type(reply) != PATRON_REPLY_STRING || s.len == 0) {
        return def;
    }

    negative = (s.data[0] == '-');
    i = negative;

    /* 18 digits never overflow */

    if (s.len == i || s.len - i > 18) {
        return def;
    }

    for (n = 0; i < s.len; i++) {

        if (s.data[i] < '0' || s.data[i] > '9') {
            return def;
        }

        n = n * 10 + (s.data[i] - '0');
    }

    return negative ? -n : n;
}


size_t
patron_reply_elements(const patron_reply_t *reply)
{
    return (patron_reply_type(reply) == PATRON_REPLY_ARRAY)
           ? reply->elements : 0;
}


const patron_reply_t *
patron_reply_element(const patron_reply_t *reply, size_t i)
{
    return (i < patron_reply_elements(reply)) ? reply->element[i] : NULL;
}


int
patron_reply_is(const patron_reply_t *reply, const char *text)
{
    patron_str_t    s;
    patron_reply_e  type;

    type = patron_reply_type(reply);

    if (type != PATRON_REPLY_STRING && type != PATRON_REPLY_STATUS) {
        return 0;
    }

    s = patron_reply_str(reply);

    return s.len == strlen(text) && memcmp(s.data, text, s.len) == 0;
}


void
patron_reply_free(patron_reply_t *reply)
{
    if (reply != NULL) {
        freeReplyObject(reply);
    }
}


int
patron_resp_init(patron_resp_t *resp)
{
    resp->fed = 0;
    resp->reader = redisReaderCreate();

    if (resp->reader == NULL) {
        return PATRON_ERROR;
    }

    return patron_resp_functions(resp->reader);
}


static int
patron_resp_functions(redisReader *reader)
{
    if (patron_resp_default == NULL) {
        patron_resp_default = reader->fn;
        patron_resp_fn = *reader->fn;
        patron_resp_fn.createArray = patron_resp_create_array;
    }

    reader->fn = &patron_resp_fn;

    return PATRON_OK;
}


static void *
patron_resp_create_array(const redisReadTask *task,
    patron_resp_count_t elements)
{
    if (elements > (patron_resp_count_t) PATRON_REPLY_ELEMENTS) {
        return NULL;
    }

    return patron_resp_default->createArray(task, elements);
}


void
patron_resp_done(patron_resp_t *resp)
{
    if (resp->reader != NULL) {
        redisReaderFree(resp->reader);
        resp->reader = NULL;
    }

    resp->fed = 0;
}


int
patron_resp_feed(patron_resp_t *resp, const void *data, size_t len)
{
    if (len > PATRON_REPLY_MAX - resp->fed) {
        return PATRON_ERROR;
    }

    if (redisReaderFeed(resp->reader, data, len) != REDIS_OK) {
        return PATRON_ERROR;
    }

    resp->fed += len;

    return PATRON_OK;
}


int
patron_resp_next(patron_resp_t *resp, patron_reply_t **reply)
{
    void  *p;

    p = NULL;

    if (redisReaderGetReply(resp->reader, &p) != REDIS_OK) {
        return PATRON_ERROR;
    }

    if (p == NULL) {
        return PATRON_AGAIN;
    }

    /* what the reader still holds belongs to the replies that follow */

    resp->fed = resp->reader->len - resp->reader->pos;

    *reply = p;

    return PATRON_OK;
}


size_t
patron_command_head_len(size_t argc)
{
    return 1 + patron_digits(argc) + 2;
}


size_t
patron_command_arg_len(size_t len)
{
    return 1 + patron_digits(len) + 2 + len + 2;
}


patron_uchar_t *
patron_command_head(patron_uchar_t *dst, size_t argc)
{
    return patron_mark(dst, '*', argc);
}


patron_uchar_t *
patron_command_arg(patron_uchar_t *dst, const void *data, size_t len)
{
    dst = patron_mark(dst, '$', len);

    if (len) {
        memcpy(dst, data, len);
        dst += len;
    }

    *dst++ = '\r';
    *dst++ = '\n';

    return dst;
}


static size_t
patron_digits(size_t n)
{
    size_t  digits;

    for (digits = 1; n >= 10; digits++) {
        n /= 10;
    }

    return digits;
}


static patron_uchar_t *
patron_mark(patron_uchar_t *dst, char mark, size_t n)
{
    size_t  i, digits;

    *dst++ = (patron_uchar_t) mark;

    digits = patron_digits(n);

    for (i = digits; i > 0; i--) {
        dst[i - 1] = (patron_uchar_t) ('0' + n % 10);
        n /= 10;
    }

    dst += digits;
    *dst++ = '\r';
    *dst++ = '\n';

    return dst;
}


int
patron_command_reads(const patron_str_t *name)
{
    size_t  i;

    static const char  *reads[] = {
        "HMGET", "PTTL", "HGET", "HGETALL", "GET", "MGET", "SMEMBERS",
        "SISMEMBER", "SCARD", "EXISTS", "TTL", "PING", NULL
    };

    for (i = 0; reads[i] != NULL; i++) {
        if (strlen(reads[i]) == name->len
            && memcmp(reads[i], name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
