
/*
 * Counts how long nginx's workers wait for the mutex of a zone.  For the bench
 * alone; neither nginx nor the module is built otherwise for it:
 *
 *     LD_AUDIT=locks.so PATRON_BENCH_LOCKS=FILE nginx ...
 *
 * The dynamic linker asks an auditor where symbols are to be bound (see
 * rtld-audit(7)): the module's ngx_shmtx_lock() and ngx_shmtx_unlock() are bound
 * to what stands here, and nginx's sem_wait(), in which a worker sleeps that has
 * spun in vain.  nginx's own zones are not seen.
 *
 * A wait is a lock that somebody held when it was asked for, or that took more
 * than a microsecond.  FILE is the counters, 64-bit numbers, a line of them for
 * each process.
 */


#define _GNU_SOURCE

#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>


#define LOCKS_PROCESSES  64
#define LOCKS_LONG       1000           /* ns */


/* Of one process, in cache lines of its own. */

typedef struct {
    uint64_t   locks;
    uint64_t   waits;
    uint64_t   waited;                  /* ns */
    uint64_t   longest;                 /* ns */
    uint64_t   slept;
    uint64_t   held;                    /* ns */
    uint64_t   reserved[10];
} locks_count_t;


/* The kernel fills this with zeroes in a process that was forked. */

typedef struct {
    locks_count_t  *count;
    uint64_t        since;
} locks_own_t;


static void            (*locks_real_lock)(void *mutex);
static void            (*locks_real_unlock)(void *mutex);
static int             (*locks_real_sem_wait)(void *sem);
static locks_count_t    *locks_counts;  /* the first one's locks: processes */
static locks_own_t      *locks_own;


static uint64_t
locks_now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_MONOTONIC, &t);

    return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}


static locks_count_t *
locks_count(void)
{
    uint64_t  n;

    if (locks_own->count == NULL) {
        n = __atomic_add_fetch(&locks_counts->locks, 1, __ATOMIC_RELAXED);
        locks_own->count = &locks_counts[n < LOCKS_PROCESSES
                                         ? n : LOCKS_PROCESSES - 1];
    }

    return locks_own->count;
}


/* The first field of ngx_shmtx_t is where the lock lies: 0, or its holder. */

static void
locks_lock(void *mutex)
{
    int             taken;
    uint64_t        start, waited;
    locks_count_t  *count;

    count = locks_count();
    start = locks_now();
    taken = (**(volatile unsigned long **) mutex != 0);

    locks_real_lock(mutex);

    locks_own->since = locks_now();
    waited = locks_own->since - start;

    count->locks++;

    if (taken || waited > LOCKS_LONG) {
        count->waits++;
        count->waited += waited;

        if (waited > count->longest) {
            count->longest = waited;
        }
    }
}


static void
locks_unlock(void *mutex)
{
    locks_count()->held += locks_now() - locks_own->since;

    locks_real_unlock(mutex);
}


static int
locks_sem_wait(void *sem)
{
    locks_count()->slept++;

    return locks_real_sem_wait(sem);
}


/* 0: the linker goes on without. */

unsigned int
la_version(unsigned int version)
{
    int          fd;
    size_t       size;
    const char  *path;

    path = getenv("PATRON_BENCH_LOCKS");
    size = LOCKS_PROCESSES * sizeof(locks_count_t);

    if (path == NULL) {
        return 0;
    }

    fd = open(path, O_RDWR|O_CREAT, 0600);

    if (fd == -1 || ftruncate(fd, (off_t) size) == -1) {
        return 0;
    }

    locks_counts = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    locks_own = mmap(NULL, sizeof(locks_own_t), PROT_READ|PROT_WRITE,
                     MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

    if (locks_counts == MAP_FAILED || locks_own == MAP_FAILED
        || madvise(locks_own, sizeof(locks_own_t), MADV_WIPEONFORK) == -1)
    {
        return 0;
    }

    return version;
}


unsigned int
la_objopen(struct link_map *map, Lmid_t lmid, uintptr_t *cookie)
{
    (void) lmid;
    (void) cookie;

    if (map->l_name[0] == '\0' || strstr(map->l_name, "patron") != NULL) {
        return LA_FLG_BINDTO|LA_FLG_BINDFROM;
    }

    return strstr(map->l_name, "/libc.so") != NULL ? LA_FLG_BINDTO : 0;
}


uintptr_t
la_symbind64(Elf64_Sym *sym, unsigned int ndx, uintptr_t *refcook,
    uintptr_t *defcook, unsigned int *flags, const char *name)
{
    (void) ndx;
    (void) refcook;
    (void) defcook;
    (void) flags;

    if (strcmp(name, "ngx_shmtx_lock") == 0) {
        locks_real_lock = (void (*)(void *)) sym->st_value;
        return (uintptr_t) locks_lock;
    }

    if (strcmp(name, "ngx_shmtx_unlock") == 0) {
        locks_real_unlock = (void (*)(void *)) sym->st_value;
        return (uintptr_t) locks_unlock;
    }

    if (strcmp(name, "sem_wait") == 0) {
        locks_real_sem_wait = (int (*)(void *)) sym->st_value;
        return (uintptr_t) locks_sem_wait;
    }

    return sym->st_value;
}
