
/*
 * See the header.  What stands before the first tag is white space, byte order
 * marks (a page put together of several files may have several), comments and
 * processing instructions.  A page whose head begins without a tag of its own
 * is told by what comes after its elements.  What declares itself XML, as a feed
 * that comes as text/html may, is to be a whole page in any case.  Beyond
 * PATRON_OPENING_MAX bytes of such things a response is a page, unless a whole
 * one is asked for.
 */


#include "patron_opening.h"


#define PATRON_OPENING_BOM  "\xef\xbb\xbf"


typedef enum {
    PATRON_OPENING_SPACE = 0,       /* nothing that matters was seen */
    PATRON_OPENING_BYTES,           /* in a byte order mark */
    PATRON_OPENING_OPEN,            /* behind a '<' */
    PATRON_OPENING_DECLARED,        /* behind "<!" */
    PATRON_OPENING_DASH,            /* behind "<!-" */
    PATRON_OPENING_COMMENT,
    PATRON_OPENING_COMMENT_END,     /* behind "--!" */
    PATRON_OPENING_INSTRUCTION,     /* behind "<?" */
    PATRON_OPENING_BOGUS,           /* up to a '>' */
    PATRON_OPENING_TAG_NAME,
    PATRON_OPENING_TAG,             /* of the head */
    PATRON_OPENING_TEXT             /* of an element of the head */
} patron_opening_state_e;


typedef struct {
    const char     *name;
    unsigned        text;           /* it holds what is no markup */
} patron_opening_element_t;


static int patron_opening_known(patron_opening_t *o, int code, unsigned whole);
static int patron_opening_byte(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_outside(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_open(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_declared(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_instruction(patron_opening_t *o, patron_uchar_t c);
static void patron_opening_comment(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_name(patron_opening_t *o, patron_uchar_t c);
static int patron_opening_named(patron_opening_t *o, patron_uchar_t c);
static void patron_opening_tag(patron_opening_t *o, patron_uchar_t c);
static void patron_opening_text(patron_opening_t *o, patron_uchar_t c);
static const patron_opening_element_t *patron_opening_element(
    const patron_opening_t *o);
static int patron_opening_is(const patron_opening_t *o, const char *name);
static int patron_opening_space(patron_uchar_t c);
static int patron_opening_letter(patron_uchar_t c);


/* What may stand in a head, and does not begin the body. */

static const patron_opening_element_t  patron_opening_elements[] = {
    { "base", 0 },
    { "link", 0 },
    { "meta", 0 },
    { "noscript", 1 },
    { "script", 1 },
    { "style", 1 },
    { "template", 1 },
    { "title", 1 },
    { NULL, 0 }
};


int
patron_opening_feed(patron_opening_t *o, const patron_uchar_t *data,
    size_t len, unsigned whole, unsigned last)
{
    int     code;
    size_t  i;

    for (i = 0; i < len; i++) {

        if (o->looked == PATRON_OPENING_MAX) {
            o->markup = 1;
            return patron_opening_known(o, PATRON_DECLINED, whole);
        }

        o->looked++;

        code = patron_opening_byte(o, data[i]);

        if (code != PATRON_AGAIN) {
            return patron_opening_known(o, code, whole);
        }
    }

    return last ? patron_opening_known(o, PATRON_DECLINED, whole)
                : PATRON_AGAIN;
}


/* code is what it is as a whole page. */

static int
patron_opening_known(patron_opening_t *o, int code, unsigned whole)
{
    if (code == PATRON_OK || whole || o->xml || !o->markup) {
        return code;
    }

    o->piece = 1;

    return PATRON_OK;
}


static int
patron_opening_byte(patron_opening_t *o, patron_uchar_t c)
{
    switch (o->state) {

    case PATRON_OPENING_SPACE:
    case PATRON_OPENING_BYTES:
        return patron_opening_outside(o, c);

    case PATRON_OPENING_OPEN:
        return patron_opening_open(o, c);

    case PATRON_OPENING_DECLARED:
    case PATRON_OPENING_DASH:
        return patron_opening_declared(o, c);

    case PATRON_OPENING_INSTRUCTION:
        return patron_opening_instruction(o, c);

    case PATRON_OPENING_COMMENT:
    case PATRON_OPENING_COMMENT_END:
        patron_opening_comment(o, c);
        break;

    case PATRON_OPENING_TAG_NAME:
        return patron_opening_name(o, c);

    case PATRON_OPENING_TAG:
        patron_opening_tag(o, c);
        break;

    case PATRON_OPENING_TEXT:
        patron_opening_text(o, c);
        break;

    default: /* PATRON_OPENING_BOGUS */
        if (c == '>') {
            o->state = PATRON_OPENING_SPACE;
        }
    }

    return PATRON_AGAIN;
}


static int
patron_opening_outside(patron_opening_t *o, patron_uchar_t c)
{
    if (o->state == PATRON_OPENING_BYTES
        || c == (patron_uchar_t) PATRON_OPENING_BOM[0])
    {
        if (o->state == PATRON_OPENING_SPACE) {
            o->state = PATRON_OPENING_BYTES;
            o->matched = 0;
        }

        if (c != (patron_uchar_t) PATRON_OPENING_BOM[o->matched]) {
            return PATRON_DECLINED;
        }

        o->matched++;

        if (o->matched == sizeof(PATRON_OPENING_BOM) - 1) {
            o->state = PATRON_OPENING_SPACE;
        }

        return PATRON_AGAIN;
    }

    if (c == '<') {
        o->state = PATRON_OPENING_OPEN;
        return PATRON_AGAIN;
    }

    return patron_opening_space(c) ? PATRON_AGAIN : PATRON_DECLINED;
}


/* A '<' is markup before what a tag, a comment or their like begins with. */

static int
patron_opening_open(patron_opening_t *o, patron_uchar_t c)
{
    if (!patron_opening_letter(c) && c != '!' && c != '/' && c != '?') {
        return PATRON_DECLINED;
    }

    if (c == '?') {
        o->state = PATRON_OPENING_INSTRUCTION;
        o->len = 0;
        return PATRON_AGAIN;
    }

    o->markup = 1;

    switch (c) {

    case '!':
        o->state = PATRON_OPENING_DECLARED;
        o->len = 0;
        return PATRON_AGAIN;

    case '/':
        return PATRON_DECLINED;

    default:
        o->state = PATRON_OPENING_TAG_NAME;
        o->len = 0;
        return patron_opening_name(o, c);
    }
}


static int
patron_opening_declared(patron_opening_t *o, patron_uchar_t c)
{
    if (o->state == PATRON_OPENING_DASH) {

        if (c == '-') {
            /* "<!-->" is a whole comment */
            o->state = PATRON_OPENING_COMMENT;
            o->dashes = 2;
            return PATRON_AGAIN;
        }

        o->state = (c == '>') ? PATRON_OPENING_SPACE : PATRON_OPENING_BOGUS;
        return PATRON_AGAIN;
    }

    if (o->len == 0 && c == '-') {
        o->state = PATRON_OPENING_DASH;
        return PATRON_AGAIN;
    }

    if (o->len < PATRON_OPENING_NAME && patron_opening_letter(c)) {
        o->name[o->len++] = c | 0x20;

        return patron_opening_is(o, "doctype") ? PATRON_OK : PATRON_AGAIN;
    }

    o->state = (c == '>') ? PATRON_OPENING_SPACE : PATRON_OPENING_BOGUS;

    return PATRON_AGAIN;
}


static int
patron_opening_instruction(patron_opening_t *o, patron_uchar_t c)
{
    if (o->len < PATRON_OPENING_NAME && patron_opening_letter(c)) {
        o->name[o->len++] = c | 0x20;
        return PATRON_AGAIN;
    }

    if (patron_opening_is(o, "xml")) {
        o->xml = 1;

    } else {
        o->markup = 1;
    }

    o->state = (c == '>') ? PATRON_OPENING_SPACE : PATRON_OPENING_BOGUS;

    return PATRON_AGAIN;
}


static void
patron_opening_comment(patron_opening_t *o, patron_uchar_t c)
{
    if (c == '>'
        && (o->state == PATRON_OPENING_COMMENT_END || o->dashes >= 2))
    {
        o->state = PATRON_OPENING_SPACE;
        return;
    }

    if (c == '!' && o->dashes >= 2) {
        o->state = PATRON_OPENING_COMMENT_END;
        o->dashes = 0;
        return;
    }

    o->state = PATRON_OPENING_COMMENT;
    o->dashes = (c == '-') ? o->dashes + 1 : 0;
}


static int
patron_opening_name(patron_opening_t *o, patron_uchar_t c)
{
    if (c == '>' || c == '/' || patron_opening_space(c)) {
        return patron_opening_named(o, c);
    }

    if (o->len < PATRON_OPENING_NAME) {
        o->name[o->len] = (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
    }

    if (o->len <= PATRON_OPENING_NAME) {
        o->len++;
    }

    return PATRON_AGAIN;
}


static int
patron_opening_named(patron_opening_t *o, patron_uchar_t c)
{
    if (patron_opening_is(o, "html")
        || patron_opening_is(o, "head")
        || patron_opening_is(o, "body"))
    {
        return PATRON_OK;
    }

    if (patron_opening_element(o) == NULL) {
        return PATRON_DECLINED;
    }

    o->state = PATRON_OPENING_TAG;
    o->quote = 0;

    patron_opening_tag(o, c);

    return PATRON_AGAIN;
}


static void
patron_opening_tag(patron_opening_t *o, patron_uchar_t c)
{
    if (o->quote) {
        if (c == o->quote) {
            o->quote = 0;
        }

    } else if (c == '"' || c == '\'') {
        o->quote = c;

    } else if (c == '>') {
        o->state = patron_opening_element(o)->text ? PATRON_OPENING_TEXT
                                                   : PATRON_OPENING_SPACE;
        o->matched = 0;
    }
}


/* Up to the end tag of the same name. */

static void
patron_opening_text(patron_opening_t *o, patron_uchar_t c)
{
    if (c == '<') {
        o->matched = 1;

    } else if (o->matched == 1) {
        o->matched = (c == '/') ? 2 : 0;

    } else if (o->matched >= 2) {

        if (o->matched - 2 < o->len) {
            o->matched = ((c | 0x20) == o->name[o->matched - 2])
                         ? o->matched + 1 : 0;

        } else if (c == '>' || c == '/' || patron_opening_space(c)) {
            o->state = (c == '>') ? PATRON_OPENING_SPACE
                                  : PATRON_OPENING_BOGUS;

        } else {
            o->matched = 0;
        }
    }
}


static const patron_opening_element_t *
patron_opening_element(const patron_opening_t *o)
{
    const patron_opening_element_t  *e;

    for (e = patron_opening_elements; e->name; e++) {
        if (patron_opening_is(o, e->name)) {
            return e;
        }
    }

    return NULL;
}


static int
patron_opening_is(const patron_opening_t *o, const char *name)
{
    return o->len == strlen(name) && memcmp(o->name, name, o->len) == 0;
}


static int
patron_opening_space(patron_uchar_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}


static int
patron_opening_letter(patron_uchar_t c)
{
    c |= 0x20;

    return c >= 'a' && c <= 'z';
}
