
/*
 * The ground the pure parts stand on: a counted string, return codes and an
 * allocator.  Nothing here, nor in any file that includes only this, knows
 * nginx.
 */


#ifndef _PATRON_H_INCLUDED_
#define _PATRON_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>


#define PATRON_VERSION  "1.0.0"


/* The same values as nginx's NGX_OK ... so that the glue needs no table. */

#define PATRON_OK         0
#define PATRON_ERROR     -1
#define PATRON_AGAIN     -2
#define PATRON_DECLINED  -5


typedef unsigned char  patron_uchar_t;


/* Bytes with a length: not terminated, not owned. */

typedef struct {
    size_t                 len;
    const patron_uchar_t  *data;
} patron_str_t;


#define patron_string(s)  { sizeof(s) - 1, (const patron_uchar_t *) s }


/*
 * Where a pure part takes its memory from.  alloc returns NULL when there is
 * none; free may do nothing (a pool).  A NULL patron_mem_t * in any call means
 * malloc() and free().
 */

typedef struct {
    void  *(*alloc)(void *ctx, size_t size);
    void   (*free)(void *ctx, void *p);
    void    *ctx;
} patron_mem_t;


void *patron_alloc(patron_mem_t *mem, size_t size);
void *patron_calloc(patron_mem_t *mem, size_t size);
void patron_free(patron_mem_t *mem, void *p);


#endif /* _PATRON_H_INCLUDED_ */
