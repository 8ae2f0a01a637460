
/*
 * What the files of the HTML parser share.  The tokenizer
 * (patron_html_token.c, on patron_html_scan.c) finds tags and text, the tree
 * builder (patron_html_tree.c and the files it names) decides what they do to
 * the stack of open elements, and the stack (patron_html_stack.c) tells the
 * client.  A parser that has stopped keeps its reason in h->rc, and from then
 * on tells nothing and changes nothing.
 */


#ifndef _PATRON_HTML_INTERNAL_H_INCLUDED_
#define _PATRON_HTML_INTERNAL_H_INCLUDED_


#include "patron_html.h"
#include "patron_html_skim.h"
#include "patron_html_tags.h"


#define PATRON_HTML_MAX_FORMAT   512    /* active formatting elements */
#define PATRON_HTML_MAX_TEMPLATES  512  /* in each other */
#define PATRON_HTML_NOAH         3      /* of a kind that are enough */
#define PATRON_HTML_MAX_COMMENT  256    /* bytes of a comment that are told */
#define PATRON_HTML_CAPTURE      512    /* bytes of a doctype looked at */
#define PATRON_HTML_MAX_REF      32     /* bytes of a character reference */

#define PATRON_HTML_SLOTS        512
#define PATRON_HTML_SLOT_OF(name)                                            \
    (((name) * PATRON_HTML_MULTIPLIER) >> (64 - 9))


/* The insertion modes. */

typedef enum {
    MODE_INITIAL = 0,
    MODE_BEFORE_HTML,
    MODE_BEFORE_HEAD,
    MODE_IN_HEAD,
    MODE_AFTER_HEAD,
    MODE_IN_BODY,
    MODE_TEXT,
    MODE_IN_TABLE,
    MODE_IN_CAPTION,
    MODE_IN_COLGROUP,
    MODE_IN_TBODY,
    MODE_IN_ROW,
    MODE_IN_CELL,
    MODE_IN_TEMPLATE,
    MODE_AFTER_BODY,
    MODE_IN_FRAMESET,
    MODE_AFTER_FRAMESET,
    MODE_AFTER_AFTER_BODY,
    MODE_AFTER_AFTER_FRAMESET,
    MODE_COUNT
} patron_html_mode_e;


/* The states of the tokenizer between two tags. */

typedef enum {
    STATE_DATA = 0,
    STATE_RCDATA,
    STATE_RAWTEXT,
    STATE_SCRIPT,
    STATE_PLAINTEXT,
    STATE_COMMENT,
    STATE_BOGUS,
    STATE_DOCTYPE,
    STATE_CDATA
} patron_html_state_e;


/* What the bytes kept from one chunk to the next are the beginning of. */

typedef enum {
    HOLD_NONE = 0,
    HOLD_TAG,
    HOLD_MARKUP,    /* '<' and more, not yet known to be what */
    HOLD_RAW,       /* the same in raw text */
    HOLD_REFERENCE  /* '&' where it matters if it stands for white space */
} patron_html_hold_e;


/* Why text must be looked at. */

#define LOOK_TEXT      0x01     /* the client wants to know of it */
#define LOOK_FORMAT    0x02     /* formatting elements may be reopened */
#define LOOK_FRAMESET  0x04     /* it decides if a frameset is still ok */
#define LOOK_MODE      0x08     /* the insertion mode asks */


typedef struct {
    patron_html_name_t       name;
    unsigned                 id;
} patron_html_slot_t;


typedef struct {
    patron_html_element_t    element;
    uint32_t                 classes;
    uint32_t                 serial;    /* unlike any other's, or 0 */
    uint8_t                  id;        /* patron_html_id_e; 0 in svg, math */
    uint8_t                  told;      /* its CLOSE was told, it stays */
} patron_html_entry_t;


/*
 * An entry of the list of active formatting elements; a marker has id 0 and a
 * serial that no element has.
 */

#define PATRON_HTML_NO_SERIAL  0xffffffffu

typedef struct {
    uint64_t                 attrs;     /* a hash of the attributes */
    uint32_t                 serial;    /* of its element, open or not */
    uint8_t                  id;
} patron_html_format_t;


typedef const patron_uchar_t *(*patron_html_fast_path_pt)(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);

typedef struct {
    patron_html_fast_path_pt     walk;
    patron_html_fast_path_pt     skim;
} patron_html_fast_paths_t;


struct patron_html_s {
    patron_mem_t            *mem;
    patron_html_handler_pt   handler;
    void                    *ctx;
    const patron_html_interest_t  *interest;
    const patron_html_fast_paths_t  *fast;     /* for this processor */
    unsigned                 want;
    unsigned                 look;      /* LOOK_* */
    int                      rc;
    uint8_t                  leave;     /* no data to be read on with */
    uint8_t                  plain;     /* only HTML in a body, no TAG told */
    patron_html_stop_e       stopped;

    /* tree construction */

    uint8_t                  mode;
    uint8_t                  original;  /* the mode to return to from text */
    uint8_t                  id;        /* of the current tag */
    unsigned                 quirks:1;
    unsigned                 head:1;    /* there has been a head */
    uint64_t                 at;        /* where the current token starts */
    patron_html_tag_t        tag;       /* the current tag */
    patron_html_event_t      event;

    patron_html_entry_t     *stack;
    uint32_t                 depth;
    uint32_t                 max_depth;
    uint32_t                 capacity;
    uint32_t                 serial;
    uint32_t                 paragraphs;    /* p elements in the stack */
    uint32_t                 foreign;   /* elements of svg and math in it */
    uint32_t                 selects;       /* select elements */
    uint32_t                 form;      /* the serial of the form, or 0 */

    patron_html_format_t    *formats;
    uint32_t                 nformats;
    uint32_t                 formats_capacity;

    uint32_t                 ntemplates;
    uint8_t                  templates[PATRON_HTML_MAX_TEMPLATES];

    patron_html_skim_t       skim;

    /* the tokenizer */

    uint8_t                  raw_len;   /* of its name */
    uint8_t                  state;
    uint8_t                  hold;
    uint8_t                  bom;       /* bytes of a BOM seen, or 3: over */
    uint8_t                  escaped;   /* script data: 1 escaped, 2 double */
    unsigned                 scan;      /* state within an unfinished tag */
    uint32_t                 history;   /* the last three bytes of a comment,
                                           script or CDATA section */
    uint64_t                 fed;       /* where the current chunk starts */
    uint64_t                 base;      /* ... less its address */
    uint64_t                 settled;
    uint64_t                 begun;     /* where the comment starts */
    patron_html_name_t       raw_name;  /* the element of raw text */

    patron_uchar_t          *held;
    size_t                   nheld;
    size_t                   held_size;

    size_t                   captured;
    patron_uchar_t           capture[PATRON_HTML_CAPTURE];
};


extern const patron_html_slot_t  patron_html_slots[PATRON_HTML_SLOTS];

/* The first bytes of eight, by their number. */

extern const uint64_t  patron_html_masks[9];


static inline patron_uchar_t
patron_html_lower(patron_uchar_t c)
{
    return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
}


static inline int
patron_html_is_letter(patron_uchar_t c)
{
    return (patron_uchar_t) ((c | 0x20) - 'a') < 26;
}


static inline int
patron_html_is_space(patron_uchar_t c)
{
    return c <= ' '
           && ((1ull << ' ' | 1ull << '\n' | 1ull << '\t' | 1ull << '\r'
                | 1ull << '\f') >> c & 1);
}


/* Eight bytes as a number, the first the lowest. */

static inline uint64_t
patron_html_bytes(const patron_uchar_t *p)
{
#if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
    uint64_t  bytes;

    memcpy(&bytes, p, 8);

    return bytes;
#else
    return PATRON_HTML_PACK(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
#endif
}


static inline unsigned
patron_html_short_id(patron_html_name_t name)
{
    const patron_html_slot_t  *slot;

    slot = &patron_html_slots[PATRON_HTML_SLOT_OF(name)];

    return slot->name == name ? slot->id : TAG_UNKNOWN;
}


static inline patron_html_entry_t *
patron_html_top(patron_html_t *h)
{
    return &h->stack[h->depth - 1];
}


static inline int
patron_html_current_is(patron_html_t *h, unsigned id)
{
    return h->depth != 0 && h->stack[h->depth - 1].id == id;
}


/* The offset in the stream of a byte of the current chunk. */

static inline uint64_t
patron_html_offset(patron_html_t *h, const patron_uchar_t *p)
{
    return h->base + (uintptr_t) p;
}


/*
 * patron_html_emit.c: text with "last" set goes on no further.  Each returns
 * where to go on.  patron_html_hold() keeps [p, end), the rest of the chunk,
 * and patron_html_append() adds to it.
 */

const patron_uchar_t *patron_html_text(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end, int last);
const patron_uchar_t *patron_html_tag(patron_html_t *h,
    const patron_uchar_t *lt, const patron_uchar_t *end);
void patron_html_long_name(patron_html_t *h);
void patron_html_token(patron_html_t *h);
const patron_uchar_t *patron_html_hold(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end, unsigned hold);
int patron_html_append(patron_html_t *h, const patron_uchar_t *data,
    size_t len);


/*
 * patron_html_fast_path.c: the fast paths on this processor, or NULL; they take
 * more bytes than PATRON_HTML_FAST.
 */

#define PATRON_HTML_FAST  32

const patron_html_fast_paths_t *patron_html_fast_paths(void);


/*
 * patron_html_hold.c: goes on with what was kept; sees to what is left of it
 * at the end of input.
 */

const patron_uchar_t *patron_html_resume(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
void patron_html_finish_held(patron_html_t *h);


/*
 * patron_html_markup.c: what a '<' begins that is no tag.
 *
 * patron_html_markup_kind() looks at the n bytes from '<' on,
 * patron_html_markup_begin() enters it and returns how many of them it took,
 * patron_html_markup() reads on.
 */

typedef enum {
    MARKUP_MORE = 0,    /* it takes another byte to know */
    MARKUP_TEXT,
    MARKUP_TAG,
    MARKUP_EMPTY,       /* </> is nothing */
    MARKUP_COMMENT,
    MARKUP_BOGUS,
    MARKUP_DOCTYPE,
    MARKUP_CDATA
} patron_html_markup_e;

unsigned patron_html_markup_kind(const patron_uchar_t *p, size_t n);
size_t patron_html_markup_begin(patron_html_t *h, unsigned kind,
    const patron_uchar_t *p, uint64_t at);
const patron_uchar_t *patron_html_markup(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
void patron_html_capture(patron_html_t *h, const patron_uchar_t *data,
    size_t len);
void patron_html_finish_markup(patron_html_t *h);

/*
 * The bytes of a character reference to white space, 0 for any other
 * ampersand, -1 if it takes more bytes to know.
 */

int patron_html_space_reference(const patron_uchar_t *p, size_t n, int last);


/* patron_html_raw.c: raw text and scripts, in the same way. */

typedef enum {
    RAW_MORE = 0,
    RAW_TEXT,
    RAW_END,            /* the end tag */
    RAW_ESCAPE,         /* <!-- in a script */
    RAW_DOUBLE,         /* <script after that */
    RAW_DOUBLE_END      /* </script after that */
} patron_html_raw_e;

unsigned patron_html_raw_kind(patron_html_t *h, const patron_uchar_t *p,
    size_t n);
size_t patron_html_raw_begin(patron_html_t *h, unsigned kind, uint64_t at);
const patron_uchar_t *patron_html_raw(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);


/*
 * h->history keeps the last bytes of what came before [start, p): the k'th
 * byte before p, and adding these bytes to it.
 */

static inline unsigned
patron_html_back(patron_html_t *h, const patron_uchar_t *start,
    const patron_uchar_t *p, size_t k)
{
    size_t  n;

    n = p - start;

    return (k <= n) ? *(p - k) : (h->history >> (8 * (k - n - 1))) & 0xff;
}


static inline void
patron_html_remember(patron_html_t *h, const patron_uchar_t *start,
    const patron_uchar_t *p)
{
    if (p - start > 3) {
        start = p - 3;
    }

    while (start < p) {
        h->history = h->history << 8 | *start++;
    }
}


/* The current tag's element contains text that the tokenizer reads so. */

static inline void
patron_html_raw_enter(patron_html_t *h, unsigned state)
{
    h->state = state;
    h->leave = 1;
    h->raw_name = h->tag.name;
    h->raw_len = h->tag.raw_name.len;
    h->escaped = 0;
}


/* patron_html_stack.c: stop is a patron_html_stop_e */

void patron_html_stop(patron_html_t *h, unsigned stop);
int patron_html_grow(patron_html_t *h);


/* Tells h->event, if it was not told before. */

static inline void
patron_html_tell(patron_html_t *h)
{
    int  rc;

    if (h->rc != PATRON_OK || h->event.at < h->skim.told) {
        return;
    }

    rc = h->handler(h->ctx, &h->event);

    if (rc != PATRON_OK) {
        h->rc = rc;
        h->leave = 1;
    }
}


/* Must the client be told that such an element opens? */

static inline int
patron_html_open_matters(patron_html_t *h, patron_html_name_t name,
    const patron_html_tag_t *tag)
{
    return (h->interest->names & patron_html_name_bit(name))
           || (h->interest->attrs && tag != NULL
               && tag->end - tag->start > tag->raw_name.len + 3);
}


/* ... that the one at index closes? */

static inline int
patron_html_close_matters(patron_html_t *h, uint32_t index)
{
    return (int32_t) index <= h->interest->watch
           || ((int32_t) index == h->interest->watch + 1
               && index + 1 < h->depth);
}


/*
 * Pushes an element, at h->at.  Returns NULL if the parser stopped before.
 */

static inline patron_html_entry_t *
patron_html_enter(patron_html_t *h, unsigned id, patron_html_name_t name,
    uint32_t classes, unsigned ns, unsigned implied)
{
    patron_html_entry_t  *entry;

    if (h->depth == h->capacity && patron_html_grow(h) != PATRON_OK) {
        return NULL;
    }

    entry = &h->stack[h->depth++];

    entry->element.name = name;
    entry->element.start = h->at;
    entry->element.ns = ns;
    entry->element.implied = implied;
    entry->classes = classes;
    entry->serial = 0;
    entry->id = id;
    entry->told = 0;

    h->look |= h->want & LOOK_TEXT;

    return entry;
}


/* Tells of the element just entered. */

static inline void
patron_html_tell_open(patron_html_t *h, const patron_html_tag_t *tag)
{
    h->event.type = PATRON_HTML_OPEN;
    h->event.index = h->depth - 1;
    h->event.tag = tag;
    h->event.at = h->at;
    h->event.after = h->at;

    patron_html_tell(h);
}


/*
 * Opens an element, at h->at; tag is NULL if it is implied.  Returns NULL if
 * the parser stopped before it was pushed.
 */

static inline patron_html_entry_t *
patron_html_open(patron_html_t *h, unsigned id, patron_html_name_t name,
    uint32_t classes, unsigned ns, const patron_html_tag_t *tag)
{
    patron_html_entry_t  *entry;

    if (h->rc != PATRON_OK) {
        return NULL;
    }

    entry = patron_html_enter(h, id, name, classes, ns, tag == NULL);

    if (entry != NULL && patron_html_open_matters(h, name, tag)) {
        patron_html_tell_open(h, tag);
    }

    return entry;
}


/* Adds to the active formatting elements, if there is room. */

static inline int
patron_html_format_add(patron_html_t *h, unsigned id, uint32_t serial,
    uint64_t attrs)
{
    patron_html_format_t  *format;

    if (h->nformats == h->formats_capacity) {
        return PATRON_AGAIN;
    }

    format = &h->formats[h->nformats++];

    format->id = id;
    format->serial = serial;
    format->attrs = attrs;

    return PATRON_OK;
}


/*
 * May the start tag of this id do no more in a body than open its element, and
 * add it to the active formatting elements if it is one?  "bare" is set where
 * it has no attributes.
 */

static inline int
patron_html_is_simple(patron_html_t *h, unsigned start, int bare)
{
    patron_html_entry_t  *top;

    if (start == START_BLOCK) {
        return h->paragraphs == 0;
    }

    switch (start) {

    case START_ANY:
        return !(h->look & LOOK_FORMAT);

    case START_A:
        return h->nformats == 0 && h->formats_capacity != 0
               && !(h->look & LOOK_FORMAT);

    case START_FORMAT:

        /* too few to have three of a kind */

        return bare && h->nformats < PATRON_HTML_NOAH
               && h->formats_capacity != 0 && !(h->look & LOOK_FORMAT);

    case START_HEADING:
        return h->paragraphs == 0
               && !(patron_html_top(h)->classes & EL_HEADING);

    case START_LI:
        top = patron_html_top(h);

        return h->paragraphs == 0
               && (top->classes & (EL_SPECIAL|EL_LI_PASS)) == EL_SPECIAL
               && top->id != TAG_LI
               && !(h->look & LOOK_FRAMESET);

    default:
        return 0;
    }
}


/* Closes the current element with the current tag, its own end tag. */

static inline void
patron_html_pop_own(patron_html_t *h)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    h->look |= h->want & LOOK_TEXT;

    if (patron_html_close_matters(h, h->depth - 1)) {
        h->event.type = PATRON_HTML_CLOSE;
        h->event.index = h->depth - 1;
        h->event.tag = &h->tag;
        h->event.at = h->at;
        h->event.after = h->tag.end;

        patron_html_tell(h);
    }

    if (h->rc == PATRON_OK) {
        h->paragraphs -= (top->id == TAG_P);
        h->depth--;
    }
}


/* Whether the fast paths are open; after a change of what it depends on. */

static inline void
patron_html_plain(patron_html_t *h)
{
    h->plain = (h->mode == MODE_IN_BODY || h->mode == MODE_IN_CELL
                || h->mode == MODE_IN_CAPTION)
               && h->foreign == 0
               && h->selects == 0
               && !(h->want & PATRON_HTML_WANT_TAGS);

    if (h->plain && h->interest->direct && h->skim.state == SKIM_NOT) {
        h->skim.state = SKIM_DUE;
        h->leave = 1;
    }
}


/* The current tag's element, or an implied one, in the same way. */

patron_html_entry_t *patron_html_push(patron_html_t *h);
patron_html_entry_t *patron_html_push_foreign(patron_html_t *h,
    patron_html_ns_e ns, uint32_t classes);
patron_html_entry_t *patron_html_push_implied(patron_html_t *h, unsigned id);

/* Opens and closes at once the current tag's void element. */

void patron_html_push_void(patron_html_t *h);

/*
 * Closes the entry at index, wherever in the stack it is; all down to index;
 * with "own" set the current end tag is that of the entry at index.
 */

void patron_html_remove(patron_html_t *h, uint32_t index, int own);
void patron_html_pop_to(patron_html_t *h, uint32_t index, int own);
void patron_html_pop(patron_html_t *h);

/* Tells that the entry ended, which stays all the same. */

void patron_html_ended(patron_html_t *h, uint32_t index, int own);

/* The index of the innermost such element in scope, or -1. */

int patron_html_in_scope(patron_html_t *h, unsigned id, uint32_t bounds);
int patron_html_heading_in_scope(patron_html_t *h);

/* The index of the element with this serial, or -1. */

int patron_html_find_open(patron_html_t *h, uint32_t serial);

/* "Any other end tag": closes the innermost element of the tag's name. */

void patron_html_any_end(patron_html_t *h);

/* Sets the insertion mode; by what is open; for a tag that holds text. */

void patron_html_mode(patron_html_t *h, unsigned mode);
void patron_html_reset_mode(patron_html_t *h);
void patron_html_text_mode(patron_html_t *h, unsigned state);

void patron_html_implied_ends(patron_html_t *h, unsigned except);
void patron_html_implied_ends_thoroughly(patron_html_t *h);
void patron_html_clear_back(patron_html_t *h, uint32_t classes);


/* patron_html_format.c */

void patron_html_format_push(patron_html_t *h, patron_html_entry_t *entry);
void patron_html_format_marker(patron_html_t *h);
void patron_html_format_clear(patron_html_t *h);
void patron_html_reconstruct(patron_html_t *h);
void patron_html_adopt(patron_html_t *h);
void patron_html_close_link(patron_html_t *h);


/* Reopens the formatting elements that are to be. */

static inline void
patron_html_reopen(patron_html_t *h)
{
    if (h->look & LOOK_FORMAT) {
        patron_html_reconstruct(h);
    }
}


/*
 * patron_html_tree.c: the current tag.  The rules of the insertion modes, here
 * and below, return 1 to have it processed again.
 */

void patron_html_start_tag(patron_html_t *h);
void patron_html_end_tag(patron_html_t *h);


/* patron_html_text.c: white space, NULs, other characters ... at an offset. */

void patron_html_space(patron_html_t *h, uint64_t at);
void patron_html_null(patron_html_t *h, uint64_t at);
void patron_html_characters(patron_html_t *h, uint64_t at);
void patron_html_doctype(patron_html_t *h, int quirks);
void patron_html_end_of_file(patron_html_t *h, uint64_t at);


/*
 * patron_html_head.c: one step on towards the body, for a token that none
 * expects here, and the rules of the modes up to it.
 */

int patron_html_anything_else(patron_html_t *h);
int patron_html_before_html_start(patron_html_t *h);
int patron_html_before_head_start(patron_html_t *h);
int patron_html_before_end(patron_html_t *h);
int patron_html_in_head_start(patron_html_t *h);
int patron_html_in_head_end(patron_html_t *h);
int patron_html_after_head_start(patron_html_t *h);
int patron_html_after_head_end(patron_html_t *h);
int patron_html_in_template_start(patron_html_t *h);
int patron_html_in_template_end(patron_html_t *h);

/* The tags that other modes hand to "in head". */

int patron_html_head_start(patron_html_t *h);
int patron_html_template_end(patron_html_t *h);

/* Closes every template that the end of the page finds open. */

void patron_html_close_templates(patron_html_t *h);


/* patron_html_body.c */

int patron_html_body_start(patron_html_t *h);
int patron_html_body_end(patron_html_t *h);
int patron_html_hidden_input(patron_html_t *h);


/* patron_html_table.c */

int patron_html_table_start(patron_html_t *h);
int patron_html_table_end(patron_html_t *h);
int patron_html_caption_start(patron_html_t *h);
int patron_html_caption_end(patron_html_t *h);
int patron_html_colgroup_start(patron_html_t *h);
int patron_html_colgroup_end(patron_html_t *h);
int patron_html_tbody_start(patron_html_t *h);
int patron_html_tbody_end(patron_html_t *h);
int patron_html_row_start(patron_html_t *h);
int patron_html_row_end(patron_html_t *h);
int patron_html_cell_start(patron_html_t *h);
int patron_html_cell_end(patron_html_t *h);


/*
 * patron_html_select.c: start tags of selects and of what they are made of; an
 * option's end before a tag, but for elements of "except"; a select's, by
 * another one or an input: 1 if there was one.
 */

void patron_html_select_start(patron_html_t *h);
void patron_html_option_start(patron_html_t *h);
void patron_html_option_ends(patron_html_t *h, unsigned except);
int patron_html_select_ends(patron_html_t *h);


/* patron_html_foreign.c: is the start tag svg's or math's affair? */

int patron_html_foreign(patron_html_t *h);
int patron_html_foreign_start(patron_html_t *h);
int patron_html_foreign_end(patron_html_t *h);
void patron_html_svg_start(patron_html_t *h);
void patron_html_math_start(patron_html_t *h);


/* patron_html_doctype.c: would a page with this doctype be in quirks mode? */

int patron_html_doctype_quirks(const patron_uchar_t *data, size_t len,
    int complete);


/* patron_html_encoding.c: does the <meta> name an encoding unlike ASCII? */

int patron_html_meta_is_foreign(const patron_html_tag_t *tag);


/* patron_html_attr.c */

int patron_html_tag_attr(const patron_html_tag_t *tag, const char *name,
    patron_str_t *value);
uint64_t patron_html_attrs_hash(const patron_html_tag_t *tag);


#endif /* _PATRON_HTML_INTERNAL_H_INCLUDED_ */
