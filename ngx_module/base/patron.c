
/*
 * The allocator of the pure parts: a patron_mem_t, or malloc() where there is
 * none.
 */


#include "patron.h"

#include <stdlib.h>


void *
patron_alloc(patron_mem_t *mem, size_t size)
{
    if (mem == NULL) {
        return malloc(size);
    }

    return mem->alloc(mem->ctx, size);
}


void *
patron_calloc(patron_mem_t *mem, size_t size)
{
    void  *p;

    p = patron_alloc(mem, size);

    if (p != NULL) {
        memset(p, 0, size);
    }

    return p;
}


void
patron_free(patron_mem_t *mem, void *p)
{
    if (mem == NULL) {
        free(p);
        return;
    }

    if (p != NULL) {
        mem->free(mem->ctx, p);
    }
}
