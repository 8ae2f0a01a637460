
/*
 * The streaming editor: rules that name places in a page by selector, and an
 * edit of one page as it streams.  Output minus what was inserted is the
 * input, whatever the chunking.
 */


#ifndef _PATRON_EDIT_H_INCLUDED_
#define _PATRON_EDIT_H_INCLUDED_


#include "patron.h"


#define PATRON_EDIT_MAX_RULES  64
#define PATRON_EDIT_MAX_META   127      /* bytes of a meta that are kept */


typedef struct patron_rules_s  patron_rules_t;
typedef struct patron_edit_s   patron_edit_t;


typedef enum {
    PATRON_BEFORE = 0,
    PATRON_PREPEND,
    PATRON_APPEND,
    PATRON_AFTER,
    PATRON_REPLACE
} patron_position_e;


/* Rules, compiled once, read by any number of edits. */

patron_rules_t *patron_rules_create(patron_mem_t *mem);
void patron_rules_destroy(patron_rules_t *rules);

/*
 * Each adds a rule and returns its number, 0 ..., in the order of the calls,
 * or PATRON_ERROR with a reason in err (at most 255 bytes and a NUL).
 *
 * place:  HTML at a position relative to the first match, or to all.
 * shadow: the place that rule is, which is to prepend or to append, lies in a
 *         declarative shadow root at the element's beginning, before or behind
 *         its slot: it takes no more of the element than its start tag.
 * cut:    in every match keep all up to the end of the keep'th descendant that
 *         matches "of" and has text in it, or up to the marker (a comment's
 *         text such as "more" when is_comment, or else a selector) where that
 *         comes first; drop the rest of the element, closing what was open.
 *         An INSERT of this rule is made in the first match that was cut.
 *         marker may be NULL.
 * most:   what a cut rule keeps of a match at most, in characters, 0 for no
 *         limit: past it the cut comes at the next end of an element or <br>,
 *         or in the text a few hundred characters on.
 * end:    HTML before the end of the page's body, if nothing was cut.
 * strip:  removes every match, or its attribute where attr is not NULL.
 * watch:  tells of a match, and does nothing.
 * having: what a strip rule without an attribute, or a watch rule, matches are
 *         scripts alone which have one of these words near their beginning; the
 *         list ends with an empty one, and outlives the rules.
 * meta:   watches <meta property=NAME content=...>, or <meta name=NAME ...>, in
 *         the head, and behind it until the body begins; see
 *         patron_edit_meta().
 */

int patron_rules_place(patron_rules_t *rules, patron_position_e position,
    const patron_str_t *selector, int all, char *err);
int patron_rules_shadow(patron_rules_t *rules, int rule, char *err);
int patron_rules_cut(patron_rules_t *rules, const patron_str_t *selector,
    unsigned keep, const patron_str_t *of, const patron_str_t *marker,
    int is_comment, char *err);
void patron_rules_most(patron_rules_t *rules, int rule, unsigned most);
int patron_rules_end(patron_rules_t *rules, char *err);
int patron_rules_strip(patron_rules_t *rules, const patron_str_t *selector,
    const patron_str_t *attr, char *err);
int patron_rules_watch(patron_rules_t *rules, const patron_str_t *selector,
    char *err);
void patron_rules_having(patron_rules_t *rules, int rule,
    const patron_str_t *words);
int patron_rules_meta(patron_rules_t *rules, const patron_str_t *property,
    char *err);
int patron_rules_meta_name(patron_rules_t *rules, const patron_str_t *name,
    char *err);

/*
 * Does the rule's selector say that all of its matches lie in a page's body?
 */

int patron_rules_in_body(const patron_rules_t *rules, int rule);

/* Makes the tables.  After it no rule may be added. */

int patron_rules_compile(patron_rules_t *rules, char *err);


/*
 * Where the output goes.  Each returns PATRON_OK, or PATRON_ERROR which ends
 * the edit.  "from" is an offset in the input.
 *
 * pass:   bytes of the chunk just fed, uncopied.
 * copy:   bytes of the input that lay in the editor: gone after the call.
 * insert: the rule's HTML goes here.
 * text:   bytes the editor writes itself: end tags that close what was cut.
 * drop:   [from, to) of the input is left out.
 */

typedef struct {
    int  (*pass)(void *ctx, uint64_t from, const patron_uchar_t *data,
             size_t len);
    int  (*copy)(void *ctx, uint64_t from, const patron_uchar_t *data,
             size_t len);
    int  (*insert)(void *ctx, uint64_t at, unsigned rule);
    int  (*text)(void *ctx, uint64_t at, const patron_uchar_t *data,
             size_t len);
    int  (*drop)(void *ctx, uint64_t from, uint64_t to);
} patron_edit_sink_t;


/*
 * Begins an edit with those rules whose bit is set in active.  mem must
 * outlive the edit.
 */

patron_edit_t *patron_edit_create(patron_mem_t *mem,
    const patron_rules_t *rules, uint64_t active,
    const patron_edit_sink_t *sink, void *ctx);
void patron_edit_destroy(patron_edit_t *e);

/* The page is in an encoding other than UTF-8: characters are bytes. */

void patron_edit_count_bytes(patron_edit_t *e);

/*
 * Feeds a chunk; with last set it is the end of the page.  PATRON_OK;
 * PATRON_DECLINED once there is nothing more to edit: everything fed so far
 * has been sent to the sink and the rest may bypass the editor; PATRON_ERROR
 * for no memory or what the sink returned.
 */

int patron_edit_feed(patron_edit_t *e, const patron_uchar_t *data,
    size_t len, int last);

/* The rules whose HTML was inserted, and the rules that matched, so far. */

uint64_t patron_edit_inserted(const patron_edit_t *e);
uint64_t patron_edit_matched(const patron_edit_t *e);

/*
 * Has a cut rule matched, and nothing been cut so far?  At the page's end that
 * is a page which was shorter than what its wall keeps.
 */

int patron_edit_uncut(const patron_edit_t *e);

/* Was something cut since it was more than "most"? */

int patron_edit_limited(const patron_edit_t *e);

/* Is the parser past the head of the page, in the body? */

int patron_edit_in_body(const patron_edit_t *e);

/*
 * The offset in the page at which there may be something to read: where the
 * body begins, or in the head an element that some readers are shown (noscript,
 * noframes, template), or where the page could be read no further.  UINT64_MAX
 * as long as none has come, and then no byte behind it has been sent to the
 * sink.
 */

uint64_t patron_edit_head_end(const patron_edit_t *e);

/*
 * How many <meta>s meta rule "rule" has found so far, at most 255; and the
 * content of the first two of them, cut at 63 bytes.  PATRON_DECLINED if there
 * is no i-th.
 */

unsigned patron_edit_metas(const patron_edit_t *e, unsigned rule);
int patron_edit_meta(const patron_edit_t *e, unsigned rule, unsigned i,
    patron_str_t *value);

/*
 * Why the editor gave up on the page, or NULL: a short text for the log
 * ("elements nested too deep", ...).  What was not placed then passes
 * unplaced.  Once a cut rule has matched, all of the page that follows is
 * dropped: nobody could tell what of it would have to be cut.
 */

const char *patron_edit_gave_up(const patron_edit_t *e);


#endif /* _PATRON_EDIT_H_INCLUDED_ */
