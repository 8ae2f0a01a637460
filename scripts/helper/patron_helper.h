
/*
 * patron-helper: what scripts/patron cannot do in a shell, by the module's own
 * parsers and keys, so that the two never differ.  Each command is a function
 * that gets its arguments, counted, and ends the program where it fails.
 */


#ifndef _PATRON_HELPER_H_INCLUDED_
#define _PATRON_HELPER_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>

#include "patron.h"


#define PATRON_HELPER_FAILED   1    /* exit statuses, those of scripts/patron */
#define PATRON_HELPER_USAGE    2
#define PATRON_HELPER_INVALID  3


typedef void (*patron_helper_pt)(int argc, char **argv);

/* The commands: see the table in patron_helper.c for their arguments. */

void patron_helper_mint(int argc, char **argv);
void patron_helper_link(int argc, char **argv);
void patron_helper_inspect(int argc, char **argv);
void patron_helper_gift(int argc, char **argv);
void patron_helper_end(int argc, char **argv);
void patron_helper_day(int argc, char **argv);
void patron_helper_url(int argc, char **argv);
void patron_helper_commands(int argc, char **argv);
void patron_helper_scan(int argc, char **argv);
void patron_helper_batches(int argc, char **argv);
void patron_helper_members(int argc, char **argv);
void patron_helper_gifts(int argc, char **argv);
void patron_helper_campaign(int argc, char **argv);
void patron_helper_campaigns(int argc, char **argv);
void patron_helper_result(int argc, char **argv);
void patron_helper_tune(int argc, char **argv);
void patron_helper_addresses(int argc, char **argv);
void patron_helper_institutions(int argc, char **argv);
void patron_helper_import(int argc, char **argv);
void patron_helper_bots(int argc, char **argv);
void patron_helper_bot_jwks(int argc, char **argv);
void patron_helper_bot_sign(int argc, char **argv);
void patron_helper_bot_import(int argc, char **argv);


/* Says what is wrong, in words, and ends the program. */

void patron_helper_die(int status, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

/* Memory, or the end of the program. */

void *patron_helper_alloc(size_t size);
void *patron_helper_realloc(void *p, size_t size);
patron_str_t patron_helper_copy(const patron_str_t *s);

patron_str_t patron_helper_str(const char *text);
int patron_helper_is(const patron_str_t *s, const char *text);

/*
 * A whole file, of at most max bytes, or standard input where name is NULL; one
 * byte more is a NUL.
 */

patron_str_t patron_helper_read(const char *name, size_t max);

/*
 * Unix seconds by the words of --ttl, counted from a time, or of --until, the
 * other being empty; 0 where both are.
 */

int64_t patron_helper_when(int64_t from, const char *ttl, const char *until);

/* Text from outside as a terminal may show it: no control characters. */

void patron_helper_clean(FILE *out, const patron_str_t *s);

/* A JSON string, where it is not UTF-8 with '?' for what is none. */

void patron_helper_json(FILE *out, const patron_str_t *s);


#endif /* _PATRON_HELPER_H_INCLUDED_ */
