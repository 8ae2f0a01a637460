
/*
 * The insides of a selector table, for the files patron_selector_*.c alone.
 *
 * A complex selector is a run of states, one for each compound, left to right:
 * the state to the left of state n is n - 1.  "The selector up to state n
 * matches this element" is bit n of a set, so that one shift finds the states
 * that an element's parent, or its ancestors, allow.
 */


#ifndef _PATRON_SELECTOR_TABLE_H_INCLUDED_
#define _PATRON_SELECTOR_TABLE_H_INCLUDED_


#include "patron_selector.h"


#define PATRON_SELECTOR_WORDS  (PATRON_SELECTOR_MAX_STATES / 64)
#define PATRON_SELECTOR_DEPTH  4     /* :not() in :not() */

#define PATRON_BOUND_VALUE     1     /* a value, or a word in one */
#define PATRON_BOUND_NAME      2
#define PATRON_BOUND_BEHIND    2     /* shifts either: it ends there */


typedef struct patron_test_s      patron_test_t;
typedef struct patron_compound_s  patron_compound_t;


typedef enum {
    PATRON_TEST_EXISTS = 0,
    PATRON_TEST_EQUALS,
    PATRON_TEST_WORD,
    PATRON_TEST_PREFIX,
    PATRON_TEST_SUFFIX,
    PATRON_TEST_PART,
    PATRON_TEST_DASH,
    PATRON_TEST_NTH_CHILD,      /* those above look at an attribute */
    PATRON_TEST_NTH_TYPE,
    PATRON_TEST_NOT
} patron_test_e;


struct patron_test_s {
    patron_test_t      *next;
    patron_test_e       type;
    unsigned            fold;   /* ASCII case does not count */
    unsigned            attr;   /* of the table's attributes */
    patron_str_t        value;
    int32_t             a;      /* An+B */
    int32_t             b;
    patron_compound_t  *list;   /* of :not() */
};


struct patron_compound_s {
    patron_compound_t   *next;   /* in the list of a :not() */
    patron_html_name_t   name;   /* 0 is any */
    patron_str_t         type;   /* lowered */
    patron_test_t       *tests;
};


typedef enum {
    PATRON_RELATION_NONE = 0,
    PATRON_RELATION_CHILD,
    PATRON_RELATION_DESCENDANT
} patron_relation_e;


typedef struct {
    patron_compound_t    compound;
    patron_relation_e    relation;   /* to the state before */
    unsigned             last;       /* the selector ends here */
    uint8_t              group;
    uint8_t              number;
    unsigned             attrs;      /* cannot match without attributes */
    unsigned             nth_child;
    unsigned             nth_type;
    unsigned             direct;     /* a start tag tells if it matches */
    patron_str_t         needle;     /* a tag that matches contains it */
    size_t               pair;       /* where its rarest two bytes lie */
    unsigned             bound_left; /* PATRON_BOUND_*, or 0 */
    unsigned             bound_right;
    unsigned             fold;       /* its case does not count */
    unsigned             references; /* named ones can spell it */
    uint64_t             bytes[2];   /* the ASCII in it */
} patron_state_t;


typedef struct {
    patron_html_name_t  name;    /* 0 is an empty slot */
    uint64_t            bits[PATRON_SELECTOR_WORDS];
} patron_type_slot_t;


typedef struct patron_selectors_block_s  patron_selectors_block_t;

struct patron_selectors_block_s {
    patron_selectors_block_t  *next;
};


struct patron_selectors_s {
    patron_mem_t              *mem;
    patron_selectors_block_t  *blocks;

    size_t                     nstates;
    patron_state_t            *states;

    size_t                     nattrs;
    patron_str_t              *attrs;     /* lowered names */

    /* made by patron_selectors_compile() */

    size_t                     words;
    size_t                     mask;      /* of the hash of types */
    patron_type_slot_t        *types;
    uint64_t                   any[PATRON_SELECTOR_WORDS];
    uint64_t                   start[PATRON_SELECTOR_WORDS];
    uint64_t                   child[PATRON_SELECTOR_WORDS];
    uint64_t                   descendant[PATRON_SELECTOR_WORDS];
    uint64_t                   inner[PATRON_SELECTOR_WORDS];
    uint64_t                   nth_child[PATRON_SELECTOR_WORDS];
    uint64_t                   nth_type[PATRON_SELECTOR_WORDS];
};


/* patron_selector_table.c: zeroed memory that lives as long as the table. */

void *patron_selectors_alloc(patron_selectors_t *s, size_t size);

/* The number of an attribute's name in the table; -1 for no memory. */

int patron_selectors_attr(patron_selectors_t *s, const patron_str_t *name);

typedef struct {
    patron_selectors_t    *table;
    const patron_uchar_t  *start;
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
    char                  *err;
} patron_selector_parser_t;


/*
 * patron_selector_token.c: white space, digits as a number, an identifier and
 * a quoted string.  A failure is PATRON_ERROR with a reason in ps->err.
 */

int patron_parse_spaces(patron_selector_parser_t *ps);
int32_t patron_parse_integer(patron_selector_parser_t *ps);
int patron_parse_is_ident(patron_selector_parser_t *ps);
int patron_parse_ident(patron_selector_parser_t *ps, patron_str_t *ident);
int patron_parse_string(patron_selector_parser_t *ps, patron_str_t *string);
int patron_parse_word_is(const patron_str_t *s, const char *word);
void patron_parse_lower(patron_str_t *s);
int patron_parse_unexpected(patron_selector_parser_t *ps);
int patron_parse_failed(patron_selector_parser_t *ps, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


/*
 * Parses a list into states at the end of the table.  PATRON_ERROR with a
 * reason.
 */

int patron_selector_parse(patron_selectors_t *s, const patron_str_t *text,
    unsigned group, unsigned number, char *err);

/* Does the value of an attribute pass a test of it? */

int patron_selector_value_matches(const patron_test_t *t,
    const patron_str_t *value);

/*
 * Puts the values of the table's attributes that the tag has into m->values.
 * PATRON_ERROR for no memory.
 */

int patron_selector_values(patron_matcher_t *m);


/* A code point as UTF-8, at most 4 bytes; U+FFFD for what is none. */

patron_uchar_t *patron_utf8(patron_uchar_t *dst, uint32_t u);


static inline size_t
patron_type_hash(patron_html_name_t name)
{
    return (size_t) ((name * 0x9e3779b97f4a7c15ull) >> 40);
}


static inline patron_uchar_t
patron_lower(patron_uchar_t c)
{
    return (patron_uchar_t) ((c >= 'A' && c <= 'Z') ? (c | 0x20) : c);
}


#endif /* _PATRON_SELECTOR_TABLE_H_INCLUDED_ */
