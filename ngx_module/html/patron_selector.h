
/*
 * CSS selectors: many of them compiled into one table, and a matcher that
 * tells, as the elements of a page open and close, which selectors an element
 * matches.
 *
 * What is understood (Selectors Level 4): type, *, #id, .class, [a] [a=v]
 * [a~=v] [a^=v] [a$=v] [a*=v] [a|=v] with the flags i and s, :nth-child(An+B),
 * :first-child, :nth-of-type(An+B), :first-of-type, :not() of compounds, the
 * descendant and the child combinator, and lists.  All else is refused with a
 * reason.
 */


#ifndef _PATRON_SELECTOR_H_INCLUDED_
#define _PATRON_SELECTOR_H_INCLUDED_


#include "patron.h"
#include "patron_html.h"


#define PATRON_SELECTOR_MAX_LEN     4096
#define PATRON_SELECTOR_MAX_STATES  512   /* compounds in one table */
#define PATRON_SELECTOR_MAX_TYPES   512   /* names counted at once */
#define PATRON_SELECTOR_MAX_PAIRS   8     /* needles looked for at once */
#define PATRON_SELECTOR_GROUPS      3
#define PATRON_SELECTOR_ERR         256   /* bytes of a reason, with its NUL */


typedef struct patron_selectors_s  patron_selectors_t;

/*
 * A selector is known by a group and a number below 64 in it: a set of
 * selectors is a word for each group.
 */

typedef struct {
    uint64_t  group[PATRON_SELECTOR_GROUPS];
} patron_targets_t;


/* The table; NULL when there is no memory. */

patron_selectors_t *patron_selectors_create(patron_mem_t *mem);
void patron_selectors_destroy(patron_selectors_t *s);

/*
 * Adds a selector list under (group, number).  PATRON_ERROR with a reason in
 * err; then the table is as it was.
 */

int patron_selectors_add(patron_selectors_t *s, const patron_str_t *text,
    unsigned group, unsigned number, char *err);

/* Takes back all that was added since the mark. */

size_t patron_selectors_mark(const patron_selectors_t *s);
void patron_selectors_revert(patron_selectors_t *s, size_t mark);

/*
 * Do all selectors of that number let only such elements match as their own
 * names say?  The name of one that names none is 0.
 */

int patron_selectors_subjects(const patron_selectors_t *s, unsigned group,
    unsigned number, int (*may)(patron_html_name_t name));

/*
 * Does each selector of that number let only such elements match that are, or
 * lie in, one of which its own names say so?
 */

int patron_selectors_within(const patron_selectors_t *s, unsigned group,
    unsigned number, int (*is)(patron_html_name_t name));

/*
 * Once compiled, of all selectors of that number: does a start tag alone tell
 * if its element matches; does nothing that lies before the element count?
 */

int patron_selectors_direct(const patron_selectors_t *s, unsigned group,
    unsigned number);
int patron_selectors_local(const patron_selectors_t *s, unsigned group,
    unsigned number);

/* Ends the additions.  PATRON_ERROR when there is no memory. */

int patron_selectors_compile(patron_selectors_t *s);


/*
 * What can be said of a tag before anything is looked up.  "names" has a bit
 * for every type of interest; "any" is set where an element of any type
 * matters; "attrs" where every tag with attributes does; "direct" where a start
 * tag tells all (patron_html_interest_t).  The pairs are two
 * neighbouring bytes of a text without which a selector's attributes cannot
 * match; "fold" is 0x20, and set in them, where case does not count.
 */

typedef struct patron_filter_s  patron_filter_t;

struct patron_filter_s {
    uint64_t        names;
    uint64_t        bytes[2];      /* ASCII that is in one of the texts */
    unsigned        any;
    unsigned        attrs;
    unsigned        references;    /* every '&' may hide such a text */
    unsigned        npairs;
    unsigned        direct;
    patron_uchar_t  fold;
    patron_uchar_t  first[PATRON_SELECTOR_MAX_PAIRS];
    patron_uchar_t  second[PATRON_SELECTOR_MAX_PAIRS];
    uint16_t        state[PATRON_SELECTOR_MAX_PAIRS];
    patron_uchar_t  nibbles[4][16];    /* that the pairs are made of */
    uint32_t        hints[PATRON_HTML_HINTS];   /* of the types */

    const patron_selectors_t  *table;
    patron_html_scan_pt        scan;     /* for ample tags, or NULL */
};


/* An open element that matched, or whose children are counted. */

typedef struct {
    int32_t   index;      /* its place; -1 is the document */
    uint32_t  children;   /* elements among its children so far */
    size_t    counters;   /* the first of its counters */
} patron_level_t;


typedef struct {
    patron_html_name_t  name;
    uint32_t            count;
} patron_counter_t;


typedef struct {
    const patron_selectors_t  *table;
    patron_mem_t              *mem;
    const patron_html_t       *html;

    patron_filter_t            filter;
    int32_t                    deepest;   /* place of the last level */

    size_t                     nlevels;
    size_t                     levels_size;
    patron_level_t            *levels;
    uint64_t                  *bits;      /* a level's matches, then those of
                                             it and all below */
    size_t                     ncounters;
    size_t                     counters_size;
    patron_counter_t          *counters;

    uint64_t                   live[PATRON_SELECTOR_MAX_STATES / 64];

    /* the element at hand */

    const patron_html_tag_t   *tag;
    patron_html_name_t         name;
    uint32_t                   nth_child;
    uint32_t                   nth_type;
    unsigned                   again;     /* it was open before */
    unsigned                   parsed;    /* its attributes are in values */
    patron_str_t              *values;    /* data is NULL where absent */
    patron_uchar_t            *decoded;
    size_t                     decoded_size;
    int                        failed;
} patron_matcher_t;


/*
 * Begins to match a page.  m is the caller's, html the parser whose stack the
 * indices mean.  Nothing is live at first.
 */

int patron_matcher_init(patron_matcher_t *m, const patron_selectors_t *s,
    patron_mem_t *mem, const patron_html_t *html);
void patron_matcher_cleanup(patron_matcher_t *m);

/* Sets which selectors are looked for from here on. */

void patron_matcher_live(patron_matcher_t *m, const patron_targets_t *live);

/* Makes patron_matcher_idle() false for a name of three to eight bytes. */

void patron_matcher_watch(patron_matcher_t *m, patron_html_name_t name);

/*
 * The element at index opened; tag is NULL where it was implied.  Every OPEN
 * of the parser for which patron_matcher_idle() is 0 must come here.
 * PATRON_OK with the selectors it matches in found; PATRON_DECLINED when the
 * page is past what can be counted; PATRON_ERROR for no memory.
 */

int patron_matcher_open(patron_matcher_t *m, uint32_t index,
    const patron_html_tag_t *tag, patron_targets_t *found);

/*
 * The element at index, which is open and was implied, has got a tag after
 * all, and with it attributes: a body's.  It has no sibling of its type.
 */

int patron_matcher_again(patron_matcher_t *m, uint32_t index,
    const patron_html_tag_t *tag, patron_targets_t *found);

/*
 * The element at index is about to leave the stack, as the parser's CLOSE
 * tells without "stays".  Needed where index is not above m->deepest.
 */

void patron_matcher_close(patron_matcher_t *m, uint32_t index);

/*
 * The value of an attribute of the tag, decoded as in a page, valid until the
 * next call; PATRON_DECLINED where there is none.
 */

int patron_matcher_value(patron_matcher_t *m, const patron_html_tag_t *tag,
    const patron_str_t *name, patron_str_t *value);

/*
 * Does a tag hold the text that some selector needs?  There are pairs to look
 * for; needles is the filter.
 */

int patron_filter_hit(const void *needles, const patron_html_tag_t *tag);


/* How this processor looks for the pairs of a filter in 32 bytes at once. */

patron_html_scan_pt patron_filter_scan(patron_filter_t *f);

/* Are they equal but for ASCII case? */

int patron_equals_folded(const patron_str_t *a, const patron_str_t *b);


static inline int
patron_is_space(patron_uchar_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}


/* Nothing that is live can match an element of this name and tag. */

static inline int
patron_matcher_idle(const patron_matcher_t *m, patron_html_name_t name,
    const patron_html_tag_t *tag)
{
    if ((m->filter.names & patron_html_name_bit(name)) || m->filter.any) {
        return 0;
    }

    if (tag == NULL || tag->end - tag->start <= tag->raw_name.len + 3) {
        return 1;
    }

    if (m->filter.attrs) {
        return 0;
    }

    return m->filter.npairs == 0
           || !patron_filter_hit(&m->filter, tag);
}


#endif /* _PATRON_SELECTOR_H_INCLUDED_ */
