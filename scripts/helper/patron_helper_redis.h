
/*
 * What goes to redis-cli and comes from it, as text: "redis-cli --no-raw"
 * quotes what it shows, so that no value is mistaken for anything else.
 */


#ifndef _PATRON_HELPER_REDIS_H_INCLUDED_
#define _PATRON_HELPER_REDIS_H_INCLUDED_


#include "patron_helper.h"


typedef enum {
    PATRON_HELPER_VALUE = 0,        /* a string, or nil: one element */
    PATRON_HELPER_LIST,
    PATRON_HELPER_NUMBER,           /* one element, its digits */
    PATRON_HELPER_ERROR             /* one element, its text */
} patron_helper_reply_e;


/* The data of an element that is nil is NULL. */

typedef struct {
    patron_helper_reply_e   type;
    size_t                  n;
    size_t                  size;
    patron_str_t           *elements;
} patron_helper_reply_t;


/*
 * The next reply on standard input, good until the one after.  0 at the end.
 */

int patron_helper_reply(patron_helper_reply_t *reply);

/* A list as pairs: the value of a name, NULL where there is none. */

const patron_str_t *patron_helper_field(const patron_helper_reply_t *reply,
    const char *name);

/* The lines of a file, without their ends, and how many. */

patron_str_t *patron_helper_lines(const char *name, size_t *n);

/* The next line of a file, good until the one after.  0 at the end. */

int patron_helper_next(FILE *in, patron_str_t *line);

/* A word of a command, in quotes. */

void patron_helper_quote(FILE *out, const patron_str_t *s);

/* Percent-encoded as the parts of a key are, and read back. */

patron_str_t patron_helper_encode(const patron_str_t *s);
patron_str_t patron_helper_decode(const patron_str_t *s);

/* What a key says behind its prefix. */

patron_str_t patron_helper_behind(const patron_str_t *key, const char *prefix);

/* How many addresses a record has, and how many words that are none. */

size_t patron_helper_ranges(const patron_helper_reply_t *reply,
    size_t *wrong);

/*
 * The records of names, whose replies to HGETALL stand on standard input, as a
 * table or a list of JSON: a title, and what shows one.  argv is NAMES PUBLISHED
 * table|json, the first two as files.
 */

typedef void (*patron_helper_record_pt)(const patron_str_t *name,
    int published, const patron_helper_reply_t *reply, int json);

void patron_helper_records(char **argv, const char *title,
    patron_helper_record_pt show);

/* Ends the program where fewer replies came than were asked for. */

void patron_helper_complete(size_t replies, size_t asked);

/* A column of a table, "-" where it is empty; what is wrong with a key. */

void patron_helper_pad(const patron_str_t *s, size_t width);
void patron_helper_wrong(const patron_str_t *key,
    const patron_helper_reply_t *reply);


#endif /* _PATRON_HELPER_REDIS_H_INCLUDED_ */
