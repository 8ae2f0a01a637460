
/*
 * Preloaded into an nginx under test: while it is armed, allocations are
 * counted, and the Nth of them fails as it does when no memory is left.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>


void fail_alloc_arm(unsigned long nth);
unsigned long fail_alloc_count(void);

static void *fail_alloc_next(const char *name);
static int fail_alloc_now(void);


static unsigned long  fail_alloc_nth;
static unsigned long  fail_alloc_seen;


/* 0 disarms. */

void
fail_alloc_arm(unsigned long nth)
{
    fail_alloc_nth = nth;
    fail_alloc_seen = 0;
}


unsigned long
fail_alloc_count(void)
{
    return fail_alloc_seen;
}


void *
malloc(size_t size)
{
    static void *(*next)(size_t);

    if (next == NULL) {
        *(void **) &next = fail_alloc_next("malloc");
    }

    if (fail_alloc_now()) {
        errno = ENOMEM;
        return NULL;
    }

    return next(size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    static int (*next)(void **, size_t, size_t);

    if (next == NULL) {
        *(void **) &next = fail_alloc_next("posix_memalign");
    }

    if (fail_alloc_now()) {
        return ENOMEM;
    }

    return next(p, alignment, size);
}


static void *
fail_alloc_next(const char *name)
{
    void  *next;

    next = dlsym(RTLD_NEXT, name);
    if (next == NULL) {
        abort();
    }

    return next;
}


static int
fail_alloc_now(void)
{
    return fail_alloc_nth != 0 && ++fail_alloc_seen == fail_alloc_nth;
}
