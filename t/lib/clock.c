
/*
 * Preloaded into the nginx of a test: its clock is ahead by as many seconds as
 * the file that $PATRON_CLOCK names has bytes.
 */

#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>


static char  clock_file[1024];


/* Workers have no environment. */

static void __attribute__((constructor))
clock_init(void)
{
    const char  *file;

    file = getenv("PATRON_CLOCK");

    if (file != NULL) {
        strncpy(clock_file, file, sizeof(clock_file) - 1);
    }
}


int
gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    struct stat       st;
    struct timespec   now;

    (void) tz;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }

    tv->tv_sec = now.tv_sec;
    tv->tv_usec = now.tv_nsec / 1000;

    if (clock_file[0] && stat(clock_file, &st) == 0) {
        tv->tv_sec += st.st_size;
    }

    return 0;
}
