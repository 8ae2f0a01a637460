
/*
 * What the files of the HTML parser share: the parser as a type.  The tokenizer
 * (patron_html_token.c, on patron_html_scan.c) finds tags and text, the tree
 * builder (patron_html_tree.c and the files it names) decides what they do to
 * the stack of open elements, and the stack (patron_html_stack.c) tells the
 * client.  A parser that has stopped keeps its reason in h->rc, and from then
 * on tells nothing and changes nothing.
 */


#ifndef _PATRON_HTML_TYPES_H_INCLUDED_
#define _PATRON_HTML_TYPES_H_INCLUDED_


#include "patron_html.h"
#include "patron_html_skim.h"
#include "patron_html_tags.h"


#define PATRON_HTML_MAX_TEMPLATES  512  /* in each other */
#define PATRON_HTML_CAPTURE      512    /* bytes of a doctype looked at */


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
    patron_html_element_t    element;
    uint32_t                 classes;
    uint32_t                 serial;    /* unlike any other's, or 0 */
    uint8_t                  id;        /* patron_html_id_e; 0 in svg, math */
    uint8_t                  told;      /* its CLOSE was told, it stays */
} patron_html_entry_t;


/* An entry of the list of active formatting elements. */

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

    patron_html_skim_t       skim;

    /* not cleared at first, from the skim's natives on */

    uint8_t                  templates[PATRON_HTML_MAX_TEMPLATES];
    patron_uchar_t           capture[PATRON_HTML_CAPTURE];
};


/* The offset in the stream of a byte of the current chunk. */

static inline uint64_t
patron_html_offset(patron_html_t *h, const patron_uchar_t *p)
{
    return h->base + (uintptr_t) p;
}


#endif /* _PATRON_HTML_TYPES_H_INCLUDED_ */
