
/*
 * The editor as a type, for the files patron_edit_*.c alone.
 *
 * patron_edit.c feeds the parser; patron_edit_out.c owns the output;
 * patron_edit_element.c does what rules ask for at an element's start and end,
 * patron_edit_interest.c says what is still waited for;
 * patron_edit_shadow.c puts HTML into shadow roots; patron_edit_having.c looks
 * into scripts; patron_edit_cut.c cuts, patron_edit_text.c tells it what is
 * text and patron_edit_count.c how much there was; patron_edit_tail.c knows the
 * page's end; patron_edit_rules.c builds the rules.
 */


#ifndef _PATRON_EDIT_TYPES_H_INCLUDED_
#define _PATRON_EDIT_TYPES_H_INCLUDED_


#include "patron_edit.h"
#include "patron_html.h"
#include "patron_selector.h"


#define PATRON_EDIT_METAS          2         /* contents kept of one rule */
#define PATRON_EDIT_MAX_UNDECIDED  (64 * 1024)  /* bytes held before a cut */
#define PATRON_EDIT_CUT_DEPTH      512       /* open, before a cut's match */
#define PATRON_EDIT_MAX_REFERENCE  20        /* bytes of a reference */
#define PATRON_EDIT_MAX_AHEAD      1024      /* bytes looked at behind a tag */

#define PATRON_EDIT_MAX_AWAITED    16        /* ends, without a tree */
#define PATRON_EDIT_NOWHERE        (INT32_MAX - 1)


/* The groups of selectors. */

#define PATRON_GROUP_RULE    0
#define PATRON_GROUP_OF      1
#define PATRON_GROUP_MARKER  2


typedef enum {
    PATRON_RULE_PLACE = 0,
    PATRON_RULE_CUT,
    PATRON_RULE_STRIP,
    PATRON_RULE_WATCH,
    PATRON_RULE_META,
    PATRON_RULE_END
} patron_rule_e;


typedef struct {
    patron_rule_e       type;
    patron_position_e   position;
    unsigned            keep;
    unsigned            most;     /* characters of what is kept, or 0 */
    unsigned            named;    /* the meta's property is its name */
    patron_str_t        text;     /* of the marker comment; the attribute to
                                     strip; the meta's property */
    const patron_str_t *having;   /* words of a script, or NULL */
} patron_rule_t;


struct patron_rules_s {
    patron_mem_t        *mem;
    patron_selectors_t  *selectors;
    unsigned             n;

    /* sets of rules */

    uint64_t             all;
    uint64_t             once;     /* one match is enough */
    uint64_t             places;
    uint64_t             cuts;
    uint64_t             strips;
    uint64_t             metas;
    uint64_t             ends;
    uint64_t             watches;
    uint64_t             having;   /* of strips and watches */
    uint64_t             shadows;  /* of places */
    uint64_t             direct;   /* places and cuts known at a start tag */
    uint64_t             blocks;   /* and at a block's end */
    uint64_t             elements; /* and at any element's end */

    patron_rule_t        rules[PATRON_EDIT_MAX_RULES];
};


/* HTML to place where an open element ends. */

typedef struct {
    patron_html_element_t  element;
    int32_t                index;
    uint8_t                rule;
    uint8_t                after;   /* else append */
    uint8_t                block;   /* it ends where that is known without a
                                       tree */
} patron_pending_t;


/* What to write, in this order, where a cut begins. */

typedef struct {
    size_t    at;        /* of a name in the cut's names */
    size_t    len;       /* 0: the rule's HTML */
    uint8_t   rule;
    uint8_t   shadow;    /* of a shadow root: the wall goes before it */
    uint8_t   include;   /* the end of a command instead; 0: of none */
} patron_closing_t;


/* A command of server-side includes that is not ended yet. */

typedef struct {
    size_t    depth;     /* elements that were open in the one to cut */
    unsigned  include;
} patron_include_t;


/* A rule's HTML whose place is known, but not if the place will be kept. */

typedef struct {
    uint64_t  at;
    uint8_t   rule;
    uint8_t   outer;     /* not within the element that is cut */
} patron_delayed_t;


/* An open element in the one that is to be cut. */

typedef struct {
    size_t    at;        /* its name in the cut's names */
    size_t    len;
    uint64_t  before;    /* paragraphs with text that ended before it began */
    uint8_t   of;        /* it is a paragraph */
    uint8_t   shadow;    /* it is a shadow root */
    uint8_t   text;      /* and there is text in it */
} patron_inner_t;


/* An array that grows. */

typedef struct {
    void    *elts;
    size_t   n;
    size_t   size;
} patron_vec_t;


typedef enum {
    PATRON_CUT_NONE = 0,
    PATRON_CUT_KEEP,     /* within an element, before the place of the cut */
    PATRON_CUT_UNDECIDED,    /* past it: is there anything to cut? */
    PATRON_CUT_DROP,
    PATRON_CUT_BEHIND    /* behind the end tag of a body that was cut */
} patron_cut_e;


typedef struct {
    patron_cut_e   state;
    unsigned       rule;
    int32_t        index;      /* of the element */
    uint64_t       from;       /* what comes after is cut */
    uint64_t       ended;      /* paragraphs with text that have ended */
    unsigned       want;       /* of the parser */
    unsigned       formats;    /* formatting elements begun in the cut part */
    unsigned       formatted;  /* formatting elements from before it, too */
    unsigned       body_ended; /* within it */
    patron_vec_t   inner;      /* patron_inner_t: places index + 1 ... */
    patron_vec_t   names;      /* bytes */
    patron_vec_t   includes;   /* patron_include_t */
    patron_vec_t   closings;   /* patron_closing_t */
    patron_vec_t   delayed;    /* patron_delayed_t */
} patron_cut_t;


/* How much of the element that is to be cut was shown. */

typedef struct {
    uint64_t  at;          /* looked at up to here */
    uint64_t  shown;       /* characters */
    unsigned  most;        /* or 0: they are not counted */
    int32_t   quiet;       /* the outermost open element that does not count */
    uint8_t   space;       /* the last was white space */
    uint8_t   reference;   /* bytes of one so far */
    uint8_t   reached;     /* it was what said where to cut */
} patron_count_t;


/*
 * Where the page ends, if nothing but scripts and their like comes behind the
 * end of its body.
 */

typedef enum {
    PATRON_TAIL_NONE = 0,
    PATRON_TAIL_HELD,      /* from there on the output waits */
    PATRON_TAIL_PAST       /* there was more: for another end of the body */
} patron_tail_e;

typedef struct {
    patron_tail_e  state;
    uint64_t       from;
} patron_tail_t;


/* A character reference that a chunk broke off. */

typedef struct {
    uint64_t        at;
    size_t          n;
    patron_uchar_t  bytes[PATRON_EDIT_MAX_REFERENCE];
} patron_broken_t;


/* Rules whose HTML goes into a shadow root there, or 0. */

typedef struct {
    uint64_t        rules;
    uint64_t        at;
} patron_root_t;


/* Rules that ask for words in a script that begins, or 0. */

typedef struct {
    uint64_t        rules;
    uint64_t        at;        /* of its tag */
    uint64_t        end;
    uint32_t        index;
} patron_script_t;


typedef struct {
    uint8_t         found;
    uint8_t         len[PATRON_EDIT_METAS];
    patron_uchar_t  value[PATRON_EDIT_METAS][PATRON_EDIT_MAX_META];
} patron_meta_t;


struct patron_edit_s {
    patron_mem_t              *mem;
    const patron_rules_t      *rules;
    const patron_edit_sink_t  *sink;
    void                      *ctx;

    patron_html_t             *html;
    patron_matcher_t           matcher;
    unsigned                   want;

    uint64_t                   active;
    uint64_t                   done;       /* rules that need no match more */
    uint64_t                   matched;
    uint64_t                   counted;    /* places whose matches count on */
    uint64_t                   crowded;    /* of these, with many of them */
    uint64_t                   inserted;
    const char                *gave_up;
    int                        rc;

    uint8_t                    matches[PATRON_EDIT_MAX_RULES];

    uint64_t                   body;       /* rules an implied body matched */
    uint64_t                   head_end;   /* or UINT64_MAX */
    unsigned                   late:1;     /* its tag may come */
    unsigned                   in_body:1;
    unsigned                   over:1;     /* the parser has stopped */
    unsigned                   finishing:1;
    unsigned                   unplaceable:1; /* the page ends in raw text */
    unsigned                   bytes:1;    /* are characters */
    unsigned                   limited:1;  /* it was "most" that cut */
    unsigned                   lost:1;     /* the places of "pending" */

    patron_html_interest_t     interest;   /* in what the parser tells */

    /* places in the stack: nothing above "blind" is looked at when it opens */

    int32_t                    blind;
    int32_t                    template_index;
    int32_t                    shadow_index; /* of the outermost one */
    int32_t                    drop_index; /* a stripped or replaced element */
    patron_cut_t               cut;
    patron_count_t             count;
    patron_tail_t              tail;
    patron_root_t              root;
    patron_script_t            script;
    patron_broken_t            reference;
    uint64_t                   text_end;   /* looked at up to here */

    /* offsets in the page */

    const patron_uchar_t      *chunk;
    uint64_t                   begin;      /* of the chunk */
    uint64_t                   fed;        /* its end */
    uint64_t                   sent;       /* up to here it is decided */
    uint64_t                   limit;      /* of the last places */
    unsigned                   dropping;

    patron_vec_t               held;       /* bytes [sent, begin) */
    uint64_t                   held_from;

    uint64_t                   due;        /* rules whose HTML goes there: */
    uint64_t                   due_at;
    uint32_t                   due_times[PATRON_EDIT_MAX_RULES];

    patron_vec_t               pending;    /* patron_pending_t */
    patron_meta_t             *metas;
};


#endif /* _PATRON_EDIT_TYPES_H_INCLUDED_ */
