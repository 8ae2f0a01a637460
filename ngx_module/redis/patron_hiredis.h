
/*
 * hiredis, 0.14 to 1.2: what differs between them lies here, and what they
 * leave to chance.
 *
 * 1.0 has changed the type of an array's length, and reads RESP3 too, with two
 * functions more for its replies.  It also grows its stack for as long as a
 * reply opens arrays; 0.14 ends at nine.
 */


#ifndef _PATRON_HIREDIS_H_INCLUDED_
#define _PATRON_HIREDIS_H_INCLUDED_


#include <sys/time.h>

#include <hiredis/hiredis.h>


#if (HIREDIS_MAJOR >= 1)

typedef size_t  patron_resp_count_t;

/* RESP3 is never asked for: who sends it all the same is refused. */

static inline void *
patron_hiredis_double(const redisReadTask *task, double value, char *str,
    size_t len)
{
    (void) task;
    (void) value;
    (void) str;
    (void) len;

    return NULL;
}


static inline void *
patron_hiredis_bool(const redisReadTask *task, int value)
{
    (void) task;
    (void) value;

    return NULL;
}


#define PATRON_HIREDIS_RESP3                                                  \
    .createDouble = patron_hiredis_double,                                    \
    .createBool = patron_hiredis_bool,

#else

typedef int  patron_resp_count_t;

#define PATRON_HIREDIS_RESP3

#endif


#define PATRON_HIREDIS_DEPTH  7


/* Is the task as deep as one may be? */

static inline int
patron_hiredis_deep(const redisReadTask *task)
{
    int  depth;

    for (depth = 0; task->parent != NULL; depth++) {
        task = task->parent;
    }

    return depth >= PATRON_HIREDIS_DEPTH;
}


#endif /* _PATRON_HIREDIS_H_INCLUDED_ */
