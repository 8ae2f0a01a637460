
/*
 * TAP for unit tests: ok() for each case, done() at the end of main().
 */


#ifndef _PATRON_TAP_H_INCLUDED_
#define _PATRON_TAP_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>

#include "patron.h"


static int  patron_tap_run;
static int  patron_tap_failed;


/* Counts a case; the name is printf()'s. */

__attribute__((format(printf, 2, 3)))
static int
ok(int pass, const char *name, ...)
{
    va_list  args;

    patron_tap_run++;
    patron_tap_failed += !pass;

    printf("%sok %d - ", pass ? "" : "not ", patron_tap_run);

    va_start(args, name);
    vprintf(name, args);
    va_end(args);

    printf("\n");

    return pass;
}


/* Two strings; what was got is shown where they differ. */

__attribute__((unused))
static int
is_str(const patron_str_t *got, const char *expected, const char *name)
{
    size_t  len;

    len = strlen(expected);

    if (ok(got->len == len
           && (len == 0 || memcmp(got->data, expected, len) == 0), "%s", name))
    {
        return 1;
    }

    printf("# got \"%.*s\", expected \"%s\"\n", (int) got->len,
           got->len ? (const char *) got->data : "", expected);

    return 0;
}


__attribute__((unused))
static int
is_int(long long got, long long expected, const char *name)
{
    if (ok(got == expected, "%s", name)) {
        return 1;
    }

    printf("# got %lld, expected %lld\n", got, expected);

    return 0;
}


/* The string of a C string, or of an array with its NULs. */

__attribute__((unused))
static patron_str_t
str(const char *s)
{
    patron_str_t  v;

    v.data = (const patron_uchar_t *) s;
    v.len = strlen(s);

    return v;
}


#define bytes(s)  ((patron_str_t) patron_string(s))


static int
done(void)
{
    printf("1..%d\n", patron_tap_run);

    return patron_tap_failed != 0;
}


#endif /* _PATRON_TAP_H_INCLUDED_ */
