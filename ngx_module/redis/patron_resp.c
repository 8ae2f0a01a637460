
/*
 * RESP2 over hiredis's reader (0.14 to 1.2).  The reader itself has no bound
 * on a reply's size, allocates an array of whatever length is announced, and
 * may nest them without end: bytes are bounded here where they are fed,
 * elements and depth where the array is created.
 *
 * Replies are made of our own objects in an arena, so that one costs no malloc
 * in the usual case and there is nothing to free.
 */


#include <stdio.h>
#include <stdlib.h>

#include "patron_hiredis.h"
#include "patron_resp.h"


/* The first block of an arena holds an ordinary reply. */

#define PATRON_BLOCK_SIZE  4096


struct patron_block_s {
    patron_block_t   *prev;
    size_t            size;
    patron_uchar_t    data[];
};


static void *patron_arena_alloc(patron_arena_t *arena, size_t size);
static void *patron_arena_grow(patron_arena_t *arena, size_t size);
static void patron_arena_reset(patron_arena_t *arena);
static patron_reply_t *patron_reply_create(const redisReadTask *task,
    patron_reply_e type, size_t size);
static void *patron_reply_string(const redisReadTask *task, char *str,
    size_t len);
static void *patron_reply_array(const redisReadTask *task,
    patron_resp_count_t elements);
static void *patron_reply_integer(const redisReadTask *task,
    long long value);
static void *patron_reply_nil(const redisReadTask *task);
static void patron_reply_ignore(void *reply);


static redisReplyObjectFunctions  patron_reply_functions = {
    .createString = patron_reply_string,
    .createArray = patron_reply_array,
    .createInteger = patron_reply_integer,
    .createNil = patron_reply_nil,
    PATRON_HIREDIS_RESP3
    .freeObject = patron_reply_ignore
};


int64_t
patron_reply_int(const patron_reply_t *reply, int64_t def)
{
    int                    negative;
    int64_t                n;
    unsigned               digit;
    const patron_uchar_t  *p, *end;

    if (patron_reply_type(reply) == PATRON_REPLY_INTEGER) {
        return reply->integer;
    }

    if (patron_reply_type(reply) != PATRON_REPLY_STRING || reply->len == 0) {
        return def;
    }

    p = reply->u.str;
    end = p + reply->len;
    negative = (*p == '-');
    p += negative;

    /* 18 digits never overflow */

    if (p == end || end - p > 18) {
        return def;
    }

    for (n = 0; p < end; p++) {
        digit = (unsigned) *p - '0';

        if (digit > 9) {
            return def;
        }

        n = n * 10 + digit;
    }

    return negative ? -n : n;
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


int
patron_resp_init(patron_resp_t *resp)
{
    patron_block_t  *block;

    memset(resp, 0, sizeof(patron_resp_t));

    block = malloc(sizeof(patron_block_t) + PATRON_BLOCK_SIZE);
    if (block == NULL) {
        return PATRON_ERROR;
    }

    block->prev = NULL;
    block->size = PATRON_BLOCK_SIZE;
    resp->arena.block = block;

    resp->reader = redisReaderCreateWithFunctions(&patron_reply_functions);
    if (resp->reader == NULL) {
        patron_resp_done(resp);
        return PATRON_ERROR;
    }

    resp->reader->privdata = &resp->arena;

    return PATRON_OK;
}


void
patron_resp_done(patron_resp_t *resp)
{
    if (resp->reader != NULL) {
        redisReaderFree(resp->reader);
    }

    if (resp->arena.block != NULL) {
        patron_arena_reset(&resp->arena);
        free(resp->arena.block);
    }

    memset(resp, 0, sizeof(patron_resp_t));
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

    if (resp->whole) {
        patron_arena_reset(&resp->arena);
        resp->whole = 0;
    }

    if (resp->fed == 0) {
        /* spares the reader the beginning of a reply that has not come */
        return PATRON_AGAIN;
    }

    p = NULL;

    if (redisReaderGetReply(resp->reader, &p) != REDIS_OK) {
        return PATRON_ERROR;
    }

    if (p == NULL) {
        return PATRON_AGAIN;
    }

    /* what the reader still holds belongs to the replies that follow */

    resp->fed = resp->reader->len - resp->reader->pos;
    resp->whole = 1;

    *reply = p;

    return PATRON_OK;
}


static void *
patron_arena_alloc(patron_arena_t *arena, size_t size)
{
    void  *p;

    size = (size + 7) & ~(size_t) 7;

    if (size > arena->block->size - arena->used) {
        return patron_arena_grow(arena, size);
    }

    p = arena->block->data + arena->used;
    arena->used += size;

    return p;
}


/* The same, from another block. */

__attribute__((noinline)) static void *
patron_arena_grow(patron_arena_t *arena, size_t size)
{
    size_t           want;
    patron_block_t  *block;

    want = (size > 4 * PATRON_BLOCK_SIZE) ? size : 4 * PATRON_BLOCK_SIZE;

    block = malloc(sizeof(patron_block_t) + want);
    if (block == NULL) {
        return NULL;
    }

    block->prev = arena->block;
    block->size = want;

    arena->block = block;
    arena->used = size;

    return block->data;
}


/* Gives back all but the first block, and begins there anew. */

static void
patron_arena_reset(patron_arena_t *arena)
{
    patron_block_t  *prev;

    while (arena->block->prev != NULL) {
        prev = arena->block->prev;
        free(arena->block);
        arena->block = prev;
    }

    arena->used = 0;
}


/*
 * A reply in its parent's place, with size bytes after it; NULL makes the
 * reader fail.
 */

static patron_reply_t *
patron_reply_create(const redisReadTask *task, patron_reply_e type,
    size_t size)
{
    patron_reply_t  *reply, *parent;

    reply = patron_arena_alloc(task->privdata, sizeof(patron_reply_t) + size);
    if (reply == NULL) {
        return NULL;
    }

    reply->type = type;
    reply->integer = 0;
    reply->len = 0;
    reply->u.str = (const patron_uchar_t *) (reply + 1);

    if (task->parent != NULL) {
        parent = task->parent->obj;
        parent->u.element[task->idx] = reply;
    }

    return reply;
}


static void *
patron_reply_string(const redisReadTask *task, char *str, size_t len)
{
    patron_reply_e   type;
    patron_reply_t  *reply;

    switch (task->type) {

    case REDIS_REPLY_STATUS:
        type = PATRON_REPLY_STATUS;
        break;

    case REDIS_REPLY_ERROR:
        type = PATRON_REPLY_ERROR;
        break;

    case REDIS_REPLY_STRING:
        type = PATRON_REPLY_STRING;
        break;

    default: /* of RESP3 */
        return NULL;
    }

    reply = patron_reply_create(task, type, len);

    if (reply != NULL) {
        memcpy(reply + 1, str, len);
        reply->len = len;
    }

    return reply;
}


static void *
patron_reply_array(const redisReadTask *task, patron_resp_count_t elements)
{
    size_t           size;
    patron_reply_t  *reply;

    if (task->type != REDIS_REPLY_ARRAY
        || patron_hiredis_deep(task)
        || elements > (patron_resp_count_t) PATRON_REPLY_ELEMENTS)
    {
        return NULL;
    }

    size = (size_t) elements * sizeof(patron_reply_t *);

    reply = patron_reply_create(task, PATRON_REPLY_ARRAY, size);

    if (reply != NULL) {
        reply->u.element = memset(reply + 1, 0, size);
        reply->len = (size_t) elements;
    }

    return reply;
}


static void *
patron_reply_integer(const redisReadTask *task, long long value)
{
    patron_reply_t  *reply;

    reply = patron_reply_create(task, PATRON_REPLY_INTEGER, 0);

    if (reply != NULL) {
        reply->integer = value;
    }

    return reply;
}


static void *
patron_reply_nil(const redisReadTask *task)
{
    return patron_reply_create(task, PATRON_REPLY_NIL, 0);
}


static void
patron_reply_ignore(void *reply)
{
    (void) reply;
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
