
/*
 * Plain HTML, as most of what stands in feeds is: paragraphs, headings, lists
 * and figures one behind the other, whose tags nest as they are written.  Where
 * it is cut is seen without an editor, in the same place; anything else is left
 * to the editor.
 */


#include "patron_feed_internal.h"


#define PLAIN_DEPTH  16


typedef enum {
    PLAIN_PARAGRAPH = 0,                    /* these two hold no blocks */
    PLAIN_HEADING,
    PLAIN_LIST,
    PLAIN_ITEM,
    PLAIN_FIGURE,
    PLAIN_CAPTION,
    PLAIN_INLINE,
    PLAIN_VOID
} plain_kind_e;


typedef struct {
    patron_str_t           name;
    plain_kind_e           kind;
} plain_tag_t;


typedef struct {
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
    unsigned               depth;
    unsigned               links;           /* an <a> is open */
    unsigned               text;            /* seen in the paragraph */
    unsigned               n;               /* paragraphs that have ended */
    const plain_tag_t     *open[PLAIN_DEPTH];
} plain_t;


static int plain_text(plain_t *w);
static int plain_start(plain_t *w);
static int plain_end(plain_t *w);
static int plain_may_open(const plain_t *w, const plain_tag_t *tag);
static const plain_tag_t *plain_tag(plain_t *w);
static int plain_attributes(plain_t *w, int is_void);
static int plain_is_open(const plain_t *w, plain_kind_e kind);


#define plain_blank(c)                                                        \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n' || (c) == '\f')


size_t
patron_feed_plain(const patron_str_t *html, unsigned keep, int *wrapped)
{
    int      rc;
    size_t   at;
    plain_t  w;

    static const patron_str_t  div = patron_string("<div");

    w.p = html->data;
    w.end = html->data + html->len;
    w.depth = 0;
    w.links = 0;
    w.text = 0;
    w.n = 0;
    at = 0;

    *wrapped = (html->len > div.len
                && memcmp(html->data, div.data, div.len) == 0);

    if (*wrapped) {
        w.p += div.len;

        if (!plain_attributes(&w, 0)) {
            return 0;
        }
    }

    while (w.p < w.end) {

        if (*w.p != '<') {
            rc = plain_text(&w);

        } else if (w.end - w.p < 3) {
            return 0;

        } else if (w.p[1] == '/') {
            w.p += 2;
            rc = plain_end(&w);

            if (at == 0 && w.n == keep) {
                at = (size_t) (w.p - html->data);
            }

        } else {
            w.p++;
            rc = plain_start(&w);
        }

        if (!rc) {
            return 0;
        }

        if (w.n == keep && w.text) {
            return at;
        }
    }

    return 0;
}


/* Text that may be of spaces alone is none that is known to be some. */

static int
plain_text(plain_t *w)
{
    patron_uchar_t         c;
    const patron_uchar_t  *p;

    for (p = w->p; p < w->end && plain_blank(*p); p++) { /* void */ }

    if (p < w->end && *p != '<') {

        if (w->depth == 0) {
            return 0;
        }

        c = *p | 0x20;

        if ((c >= 'a' && c <= 'z' && plain_is_open(w, PLAIN_PARAGRAPH))) {
            w->text = 1;
        }

        p = memchr(p, '<', (size_t) (w->end - p));
    }

    w->p = p ? p : w->end;

    return 1;
}


static int
plain_start(plain_t *w)
{
    const plain_tag_t  *tag;

    tag = plain_tag(w);

    if (tag == NULL
        || !plain_may_open(w, tag)
        || !plain_attributes(w, tag->kind == PLAIN_VOID))
    {
        return 0;
    }

    if (tag->kind == PLAIN_VOID) {
        return 1;
    }

    if (tag->kind == PLAIN_PARAGRAPH) {
        w->text = 0;
    }

    w->links += (tag->name.len == 1 && tag->name.data[0] == 'a');
    w->open[w->depth++] = tag;

    return 1;
}


static int
plain_end(plain_t *w)
{
    const plain_tag_t  *tag;

    if (w->depth == 0) {
        return 0;
    }

    tag = w->open[w->depth - 1];

    if ((size_t) (w->end - w->p) <= tag->name.len
        || memcmp(w->p, tag->name.data, tag->name.len) != 0
        || w->p[tag->name.len] != '>')
    {
        return 0;
    }

    w->p += tag->name.len + 1;
    w->depth--;
    w->links -= (tag->name.len == 1 && tag->name.data[0] == 'a');

    if (tag->kind == PLAIN_PARAGRAPH) {

        if (!w->text) {
            return 0;
        }

        w->text = 0;
        w->n++;
    }

    return 1;
}


static int
plain_may_open(const plain_t *w, const plain_tag_t *tag)
{
    plain_kind_e  in;

    if (w->depth == 0) {
        return tag->kind != PLAIN_INLINE && tag->kind != PLAIN_ITEM
               && tag->kind != PLAIN_CAPTION;
    }

    in = w->open[w->depth - 1]->kind;

    switch (tag->kind) {

    case PLAIN_VOID:
        return 1;

    case PLAIN_ITEM:
        return in == PLAIN_LIST;

    case PLAIN_CAPTION:
        return in == PLAIN_FIGURE;

    case PLAIN_INLINE:
        return w->depth < PLAIN_DEPTH
               && (w->links == 0 || tag->name.len != 1
                   || tag->name.data[0] != 'a');

    default:
        return 0;
    }
}


/* The tag whose name begins at w->p, behind which it is then. */

static const plain_tag_t *
plain_tag(plain_t *w)
{
    size_t                 i, len;
    const patron_uchar_t  *p;

    static const plain_tag_t  tags[] = {
        { patron_string("p"), PLAIN_PARAGRAPH },
        { patron_string("a"), PLAIN_INLINE },
        { patron_string("em"), PLAIN_INLINE },
        { patron_string("strong"), PLAIN_INLINE },
        { patron_string("br"), PLAIN_VOID },
        { patron_string("img"), PLAIN_VOID },
        { patron_string("i"), PLAIN_INLINE },
        { patron_string("b"), PLAIN_INLINE },
        { patron_string("span"), PLAIN_INLINE },
        { patron_string("figure"), PLAIN_FIGURE },
        { patron_string("figcaption"), PLAIN_CAPTION },
        { patron_string("h2"), PLAIN_HEADING },
        { patron_string("h3"), PLAIN_HEADING },
        { patron_string("h4"), PLAIN_HEADING },
        { patron_string("ul"), PLAIN_LIST },
        { patron_string("ol"), PLAIN_LIST },
        { patron_string("li"), PLAIN_ITEM },
        { patron_string("sup"), PLAIN_INLINE },
        { patron_string("sub"), PLAIN_INLINE },
        { patron_string("code"), PLAIN_INLINE },
        { patron_string("small"), PLAIN_INLINE },
        { patron_string("abbr"), PLAIN_INLINE },
        { patron_string("cite"), PLAIN_INLINE },
        { patron_string("time"), PLAIN_INLINE }
    };

    for (p = w->p;
         p < w->end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'));
         p++)
    {
        /* void */
    }

    len = (size_t) (p - w->p);

    for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (tags[i].name.len == len
            && tags[i].name.data[0] == w->p[0]
            && (len == 1 || memcmp(tags[i].name.data, w->p, len) == 0))
        {
            w->p = p;
            return &tags[i];
        }
    }

    return NULL;
}


/* What follows a tag's name, up to its end: values stand in quotes. */

static int
plain_attributes(plain_t *w, int is_void)
{
    patron_uchar_t         c;
    const patron_uchar_t  *p;

    p = w->p;

    if (p == w->end || (!plain_blank(*p) && *p != '>' && *p != '/')) {
        return 0;
    }

    while (p < w->end) {
        c = *p++;

        if (c >= 'a' && c <= 'z') {
            continue;
        }

        switch (c) {

        case '>':
            w->p = p;
            return 1;

        case '/':
            if (!is_void || p == w->end || *p != '>') {
                return 0;
            }

            break;

        case '=':
            if (p == w->end || (*p != '"' && *p != '\'')) {
                return 0;
            }

            c = *p++;
            p = memchr(p, c, (size_t) (w->end - p));

            if (p == NULL) {
                return 0;
            }

            p++;

            if (p == w->end || (!plain_blank(*p) && *p != '>' && *p != '/')) {
                return 0;
            }

            break;

        case '"':
        case '\'':
        case '<':
        case '\0':
            return 0;

        default:
            break;
        }
    }

    return 0;
}


static int
plain_is_open(const plain_t *w, plain_kind_e kind)
{
    return w->depth != 0 && w->open[0]->kind == kind;
}
