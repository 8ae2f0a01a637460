
/*
 * JSON, read where it stands: what is taken is what jansson takes with
 * duplicate names rejected, unless there is a NUL in it.  Of that extents are
 * found, and strings undone.
 */


#ifndef _PATRON_JSON_H_INCLUDED_
#define _PATRON_JSON_H_INCLUDED_


#include "patron.h"


#define PATRON_JSON_DEPTH  2048             /* values in values */
#define PATRON_JSON_LONG   128              /* bytes of a string that is, */
#define PATRON_JSON_LONGS  256              /* and how many are noted */


/* A member of the outermost object, as it stands: the name without quotes. */

typedef void (*patron_json_member_pt)(void *ctx, const patron_str_t *name,
    const patron_str_t *value);

/* Where the first of the long strings end, to be looked for but once. */

typedef struct {
    unsigned               n;
    unsigned               at;              /* those before it are passed */
    struct {
        const patron_uchar_t  *from;        /* behind a '"' */
        const patron_uchar_t  *behind;      /* behind the other */
    } strings[PATRON_JSON_LONGS];
} patron_json_longs_t;


/*
 * Is it JSON, with an object or an array outermost?  PATRON_OK;
 * PATRON_DECLINED; PATRON_ERROR for want of memory.  Members are told of as
 * they are read, which may be before it is found to be none.  longs may be
 * NULL.
 */

int patron_json_check(patron_mem_t *mem, const patron_str_t *json,
    patron_json_member_pt member, void *ctx, patron_json_longs_t *longs);


/* Behind the white space at p. */

const patron_uchar_t *patron_json_blank(const patron_uchar_t *p,
    const patron_uchar_t *end);


/*
 * The rest is for JSON that was checked, and strings lie in it.
 *
 * The next member of an object, or element of an array, from *p on, which is
 * at its bracket first: PATRON_OK; PATRON_DECLINED at its end, with *p behind
 * the other bracket.  longs may be NULL; else it is of one walk, from the
 * beginning to the end.
 */

int patron_json_member(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_str_t *name, patron_str_t *value, patron_json_longs_t *longs);
int patron_json_element(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_str_t *value);

/*
 * An element in two steps: patron_json_next() moves *p to its value, or returns
 * PATRON_DECLINED as above; patron_json_after(), told where that ends, says
 * where the next one is looked for.
 */

int patron_json_next(const patron_uchar_t **p, const patron_uchar_t *end);
const patron_uchar_t *patron_json_after(const patron_uchar_t *p,
    const patron_uchar_t *end);

/* Behind the value at p. */

const patron_uchar_t *patron_json_behind(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_json_longs_t *longs);

/* Is it that name, or value of a string, which may be escaped? */

int patron_json_is(const patron_str_t *name, const patron_str_t *word);

/*
 * What a string says, of its bytes between the quotes from *p on, which is
 * moved on: most bytes at most, for which dst has room.  The length.
 */

size_t patron_json_decode(patron_uchar_t *dst, size_t most,
    const patron_uchar_t **p, const patron_uchar_t *end);

/*
 * Writes a text of UTF-8 as a string, with its quotes: 6 bytes for each of its
 * own, and two, at most.  Behind it; NULL where it is none.
 */

patron_uchar_t *patron_json_encode(patron_uchar_t *dst,
    const patron_str_t *text);


#endif /* _PATRON_JSON_H_INCLUDED_ */
