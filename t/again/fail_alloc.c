
/*
 * Preloaded into an nginx under test, or, where a sanitizer has malloc() to
 * itself, linked into it with --wrap=malloc,--wrap=posix_memalign and
 * FAIL_ALLOC_WRAP defined: while it is armed, allocations are counted, and the
 * Nth of them fails as it does when no memory is left.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>


void fail_alloc_arm(unsigned long nth);
unsigned long fail_alloc_count(void);

static int fail_alloc_now(void);

#ifdef FAIL_ALLOC_WRAP

void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
int __wrap_posix_memalign(void **p, size_t alignment, size_t size);
int __real_posix_memalign(void **p, size_t alignment, size_t size);

#else

static void *fail_alloc_next(const char *name);

#endif


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


#ifdef FAIL_ALLOC_WRAP

void *
__wrap_malloc(size_t size)
{
    if (fail_alloc_now()) {
        errno = ENOMEM;
        return NULL;
    }

    return __real_malloc(size);
}


int
__wrap_posix_memalign(void **p, size_t alignment, size_t size)
{
    return fail_alloc_now() ? ENOMEM : __real_posix_memalign(p, alignment,
                                                             size);
}

#else

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

#endif


static int
fail_alloc_now(void)
{
    return fail_alloc_nth != 0 && ++fail_alloc_seen == fail_alloc_nth;
}
