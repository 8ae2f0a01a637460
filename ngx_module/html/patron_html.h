
/*
 * A streaming HTML parser without a DOM: tokenizer and tree construction of
 * the WHATWG HTML standard (sections 13.2.5 and 13.2.6, scripting enabled) as
 * far as they decide which element a byte lies in.  It copies nothing but an
 * unfinished tag, decodes nothing, and tells its client of elements as they
 * open and close, with byte offsets.
 */


#ifndef _PATRON_HTML_H_INCLUDED_
#define _PATRON_HTML_H_INCLUDED_


#include "patron.h"


#define PATRON_HTML_MAX_DEPTH  4096                /* open elements */
#define PATRON_HTML_MAX_TAG    (16 * 1024 * 1024)  /* bytes of one tag */


typedef struct patron_html_s  patron_html_t;


typedef enum {
    PATRON_NS_HTML = 0,
    PATRON_NS_SVG,
    PATRON_NS_MATHML
} patron_html_ns_e;


/*
 * A tag's name as one number: up to eight bytes of the lowered name packed,
 * longer names hashed into 63 bits with the top bit set.  Equal numbers are
 * equal names for names of eight bytes and less.
 */

typedef uint64_t  patron_html_name_t;

/* A name of at most eight bytes as a number: the first byte is the lowest. */

#define PATRON_HTML_PACK(a, b, c, d, e, f, g, h)                             \
    ((uint64_t) (a) | (uint64_t) (b) << 8 | (uint64_t) (c) << 16             \
     | (uint64_t) (d) << 24 | (uint64_t) (e) << 32 | (uint64_t) (f) << 40    \
     | (uint64_t) (g) << 48 | (uint64_t) (h) << 56)


/*
 * One of 64 bits for every name: a few names as a set in one word.  Of the
 * bits of the product those are taken by which few of the names that pages are
 * full of share one.
 */

#define PATRON_HTML_MULTIPLIER  0x30535ddbdedc378fu

static inline uint64_t
patron_html_name_bit(patron_html_name_t name)
{
    return 1ull << ((name * PATRON_HTML_MULTIPLIER) >> 53 & 63);
}


/*
 * Another such set, for whoever reads only a few bytes of a name: bit "third"
 * of word "second", each taken modulo 32, for the second and the third byte of
 * every name in it; where one is missing, for all that may stand behind.
 */

#define PATRON_HTML_HINTS  32

void patron_html_hint(uint32_t *hints, const patron_uchar_t *name,
    size_t len);

static inline void
patron_html_hint_add(uint32_t *hints, patron_uchar_t second,
    patron_uchar_t third)
{
    hints[second % 32] |= 1u << third % 32;
}


static inline unsigned
patron_html_hinted(const uint32_t *hints, patron_uchar_t second,
    patron_uchar_t third)
{
    return hints[second % 32] >> (third % 32) & 1;
}


/* A tag in the bytes. */

typedef struct {
    uint64_t               start;     /* stream offset of '<' */
    uint64_t               end;       /* stream offset past '>' */
    const patron_uchar_t  *data;      /* its end - start bytes, contiguous,
                                         valid during the callback only */
    patron_str_t           raw_name;  /* as written, into data */
    patron_html_name_t     name;
    uint8_t                end_tag;
    uint8_t                self_closing;
    uint8_t                ample;     /* 32 bytes past its end may be read */
} patron_html_tag_t;


/* An entry of the stack of open elements. */

typedef struct {
    patron_html_name_t     name;
    uint64_t               start;     /* of its start tag, or where it was
                                         implied */
    uint8_t                ns;        /* patron_html_ns_e */
    uint8_t                implied;   /* no start tag in the bytes */
} patron_html_element_t;


typedef enum {
    /*
     * An element was pushed; index is its place in the stack, the parent is
     * index - 1.  tag is NULL where it was implied (then it begins at offset
     * "at").  A void or self-closed element is followed by its CLOSE at once.
     */
    PATRON_HTML_OPEN = 0,

    /*
     * The element at index ended.  With an end tag of its own, tag is that
     * end tag, at = tag->start and after = tag->end; otherwise tag is NULL and
     * at = after = where a browser says it ended (the start of the tag that
     * closed it, or the end of input).  The entry is removed from the stack
     * after the callback, those above it move down by one, except where
     * "stays" is set: </body> and </html> are told when they come, the
     * element stays on the stack, and no second CLOSE follows for it, not
     * even when it leaves the stack.  A void element ends where its tag does.
     */
    PATRON_HTML_CLOSE,

    /* The first text that is not white space since the last OPEN or CLOSE;
       at is its offset.  Only with PATRON_HTML_WANT_TEXT. */
    PATRON_HTML_TEXT,

    /* A comment's first bytes (at most 256) in text, [at, after) its place
       from "<!--" to past "-->"; told when it ends.  A doctype is told as one
       without text.  Only with PATRON_HTML_WANT_COMMENTS. */
    PATRON_HTML_COMMENT,

    /* Every tag token as it comes, before what it does to the stack.  Only
       with PATRON_HTML_WANT_TAGS. */
    PATRON_HTML_TAG,

    /* Elements may lie at other places from the next event on: an element is
       to be looked for by its start.  Only with "ends" of interest. */
    PATRON_HTML_LOST
} patron_html_event_e;


typedef struct {
    patron_html_event_e       type;
    uint32_t                  index;
    const patron_html_tag_t  *tag;
    uint64_t                  at;
    uint64_t                  after;
    patron_str_t              text;
    uint8_t                   stays;
    uint8_t                   raw;   /* TEXT in which '<' and '&' are text */
} patron_html_event_t;


#define PATRON_HTML_WANT_TEXT      0x01
#define PATRON_HTML_WANT_COMMENTS  0x02
#define PATRON_HTML_WANT_TAGS      0x04

/*
 * Not an event but a caution, for whoever edits: stop with
 * PATRON_HTML_AMBIGUOUS at a tag that parsers of different generations read
 * differently (a text-mode tag, svg or math inside <select>, a text-mode tag
 * after <frameset>, CDATA in an integration point), and with
 * PATRON_HTML_ENCODING at a <meta> that names an encoding in which bytes of
 * tags may be letters.
 */

#define PATRON_HTML_GUARD          0x08


/*
 * Returns PATRON_OK to go on, PATRON_DECLINED to be told nothing more (the
 * parser stops and patron_html_feed() returns PATRON_DECLINED), or
 * PATRON_ERROR.
 */

typedef int (*patron_html_handler_pt)(void *ctx,
    const patron_html_event_t *ev);


/*
 * Why a parser stopped on its own: the page is past what it can know.  It
 * keeps PATRON_HTML_RUNNING when the handler stopped it.
 */

typedef enum {
    PATRON_HTML_RUNNING = 0,
    PATRON_HTML_TOO_DEEP,       /* or too much formatting left open */
    PATRON_HTML_TAG_TOO_LONG,
    PATRON_HTML_AMBIGUOUS,      /* a text-mode tag where parsers differ */
    PATRON_HTML_ENCODING,       /* that is not ASCII's where it looks so */
    PATRON_HTML_FAR,            /* a tag whose meaning lies too far back */
    PATRON_HTML_NO_MEMORY
} patron_html_stop_e;


/*
 * What a client must be told of the elements; of others the parser keeps
 * silent.  An OPEN matters if the name's bit is in "names", or if "attrs" is
 * set and there is more in the tag than its name.  A CLOSE matters at a place
 * up to "watch", and at the next one if it is not the current element's.
 *
 * With "scan" set, which gets "needles", a tag that matters for its attributes
 * alone need not be told if scan finds no place of interest in its bytes
 * [p, last) and returns 0; 33 bytes may be read from any of them on.
 *
 * With "direct" set, all that the client waits for is decided where a start
 * tag stands, in a body, by the tag alone: no CLOSE, no text, no place among
 * others; and no name in "names" is one of patron_html_implies().  The parser
 * may then do without the tree, and "index" is any place.  It takes "hints"
 * for the names, and "hit" with "attrs": is there a place of interest in the
 * tag?  Once set it stays, and nothing more comes to be of interest.
 *
 * With "ends" set as well, a CLOSE may be of interest, as "watch" says, of
 * elements that are patron_html_is_block(), or a body.
 *
 * With "resume" set, too, "direct" may go where something is told, and come
 * again: the tree is there from that event on.  At a start tag it may go only
 * if that is a block's, or if "anywhere" is set.
 */

typedef int (*patron_html_scan_pt)(const void *needles,
    const patron_uchar_t *p, const patron_uchar_t *last);
typedef int (*patron_html_hit_pt)(const void *needles,
    const patron_html_tag_t *tag);

typedef struct {
    uint64_t               names;
    int32_t                watch;
    unsigned               attrs;
    unsigned               direct;
    unsigned               ends;
    unsigned               resume;
    unsigned               anywhere;
    patron_html_scan_pt    scan;
    patron_html_hit_pt     hit;
    const void            *needles;
    const uint32_t        *hints;
} patron_html_interest_t;


/*
 * How many elements may be open, a power of two: PATRON_HTML_MAX_DEPTH unless it
 * is said otherwise, at any time.
 */

void patron_html_max_depth(patron_html_t *h, uint32_t depth);

/* mem must outlive the parser.  Returns NULL when there is no memory. */

patron_html_t *patron_html_create(patron_mem_t *mem, unsigned want,
    patron_html_handler_pt handler, void *ctx);
void patron_html_destroy(patron_html_t *h);

/* Replaces what is wanted; it may be called by the handler. */

void patron_html_want(patron_html_t *h, unsigned want);

/*
 * Tells only what is of interest.  The parser keeps the pointer: what it
 * points to may change at any time.  At first all is of interest.
 */

void patron_html_interest(patron_html_t *h,
    const patron_html_interest_t *interest);

/*
 * Parses the next len bytes.  Bytes of an unfinished tag are copied and kept
 * until it ends; all others were looked at once and are needed no more.
 * PATRON_OK; PATRON_DECLINED when the handler or the parser itself stopped
 * (patron_html_stopped() says why); PATRON_ERROR for no memory.
 */

int patron_html_feed(patron_html_t *h, const patron_uchar_t *data,
    size_t len);

/*
 * The end of input: closes what is open.  Returns as feed does.  Nothing may
 * be fed after it.
 */

int patron_html_finish(patron_html_t *h);

/*
 * The offset up to which the stream has been decided: bytes from here to the
 * end of what was fed are an unfinished tag, which patron_html_tail() gives
 * (contiguous, valid until the next call).  Of a parser that has stopped it is
 * the start of the tag or text at which it did, and the tail has only those
 * bytes from there on that were fed before the last call.
 */

uint64_t patron_html_settled(const patron_html_t *h);
patron_str_t patron_html_tail(const patron_html_t *h);

/*
 * The offset up to which the bytes behind the last token told are text, or the
 * inside of an element of raw text.
 */

uint64_t patron_html_text_until(const patron_html_t *h);

/* Have a tag or a comment begun, and not ended, in what was fed? */

int patron_html_in_markup(const patron_html_t *h);

patron_html_stop_e patron_html_stopped(const patron_html_t *h);

/* The stack of open elements; the pointer is valid until it changes. */

uint32_t patron_html_depth(const patron_html_t *h);
const patron_html_element_t *patron_html_element(const patron_html_t *h,
    uint32_t index);

/* Is a select open?  Browsers from before 2025 ignore most tags in one. */

int patron_html_in_select(const patron_html_t *h);

/* The number of a name, which need not be lowered. */

patron_html_name_t patron_html_name(const patron_uchar_t *data, size_t len);

/* May a formatting element that began before lie open in what comes? */

int patron_html_formatted(const patron_html_t *h);

/* Is what comes raw text, at whose end nothing can be placed? */

int patron_html_in_raw(const patron_html_t *h);

/*
 * Can an element of this name, of at most eight bytes, be awaited without a
 * tree: patron_html_interest_t, "ends"?
 */

int patron_html_is_block(patron_html_name_t name);

/* May an element of this name open without a start tag of its name? */

int patron_html_implies(patron_html_name_t name);

/*
 * Walks the attributes of a start tag: *pos is 0 at first.  name and value
 * are as written (not lowered, not decoded), without quotes.  Returns
 * PATRON_OK, or PATRON_DECLINED past the last.  Of two equal names the first
 * counts: that is the caller's to mind.
 */

int patron_html_attr(const patron_html_tag_t *tag, size_t *pos,
    patron_str_t *name, patron_str_t *value);


#endif /* _PATRON_HTML_H_INCLUDED_ */
