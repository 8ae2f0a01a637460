
/*
 * See the header.  Of what a chunk ends in, only a tag is kept, since it is
 * read whole.
 */


#include "patron_xml.h"
#include "patron_xml_inside.h"
#include "patron_xml_markup.h"
#include "patron_xml_scan.h"
#include "patron_xml_tag.h"


static int xml_text(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
static int xml_references(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end);
static int xml_blank(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end);
static int xml_open(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
static int xml_tag(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
static int xml_inside(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
static int xml_tag_end(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, const patron_uchar_t **found);


void
patron_xml_init(patron_xml_t *x, patron_mem_t *mem,
    patron_xml_token_pt handler, void *ctx, int trusted)
{
    memset(x, 0, offsetof(patron_xml_t, lens));

    x->mem = mem;
    x->handler = handler;
    x->ctx = ctx;
    x->trusted = (trusted != 0);
}


void
patron_xml_free(patron_xml_t *x)
{
    if (x->hold != NULL) {
        patron_free(x->mem, x->hold);
        x->hold = NULL;
    }
}


int
patron_xml_feed(patron_xml_t *x, const patron_uchar_t *data, size_t len,
    int last)
{
    int                    rc;
    const patron_uchar_t  *p, *end;

    static int (*const  states[])(patron_xml_t *x, const patron_uchar_t **p,
        const patron_uchar_t *end) =
    {
        xml_text, xml_open, xml_tag, patron_xml_bang, patron_xml_comment,
        patron_xml_cdata,
        patron_xml_instruction, patron_xml_declaration, patron_xml_doctype
    };

    p = data;
    end = len ? data + len : data;
    x->chunk = data;

    while (p < end) {

        if (x->inside != 0 && x->depth >= x->inside
            && x->state == PATRON_XML_AT_TEXT && x->ref == 0)
        {
            rc = xml_inside(x, &p, end);

            if (rc != PATRON_OK) {
                return rc;
            }

            if (p == end) {
                break;
            }
        }

        rc = states[x->state](x, &p, end);

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    if (last && (x->state != PATRON_XML_AT_TEXT || x->depth != 0 || !x->rooted
                 || x->ref != 0))
    {
        return patron_xml_fail(x, "it ends early");
    }

    return PATRON_OK;
}


void
patron_xml_pending(const patron_xml_t *x, patron_str_t *bytes)
{
    static const patron_uchar_t  open[] = "<", brackets[] = "]]";

    switch (x->state) {

    case PATRON_XML_AT_OPEN:
        bytes->data = open;
        bytes->len = 1;
        break;

    case PATRON_XML_AT_CDATA:
        bytes->data = brackets;
        bytes->len = x->matched;
        break;

    case PATRON_XML_AT_TAG:
    case PATRON_XML_AT_BANG:
    case PATRON_XML_AT_DECL:
        bytes->data = x->hold;
        bytes->len = x->held;
        break;

    default:
        bytes->data = NULL;
        bytes->len = 0;
    }
}


static int
xml_inside(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    patron_xml_token_t  t;

    *p = patron_xml_inside(x, *p, end, &t);

    return t.len ? x->handler(x->ctx, &t) : PATRON_OK;
}


static int
xml_text(patron_xml_t *x, const patron_uchar_t **p, const patron_uchar_t *end)
{
    int                    rc;
    const patron_uchar_t  *from, *seen, *q;

    from = *p;
    seen = from;

    if (x->depth != 0 && !x->trusted && x->ref == 0) {
        seen = patron_xml_run(from, end);
    }

    q = seen;

    if (q < end && *q != '<') {
        q = memchr(q, '<', (size_t) (end - q));
        q = q ? q : end;
    }

    if (q != from) {
        rc = PATRON_OK;

        if (x->depth == 0) {
            rc = xml_blank(x, from, q);

        } else if (seen != q && !x->trusted) {
            rc = xml_references(x, seen, q);
        }

        if (rc == PATRON_OK) {
            rc = patron_xml_emit(x, PATRON_XML_TEXT, from, (size_t) (q - from));
        }

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    if (q < end) {

        if (x->ref != 0) {
            return patron_xml_fail(x, "a reference that is none");
        }

        if (x->bom != 0 && x->bom != 3) {
            return patron_xml_fail(x, "it is no XML, or in another encoding");
        }

        x->state = PATRON_XML_AT_OPEN;
        *p = q + 1;

        return xml_open(x, p, end);
    }

    *p = q;

    return PATRON_OK;
}


static int
xml_references(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    uint32_t  c;

    for ( ;; ) {

        if (x->ref == 0) {
            p = patron_xml_run(p, end);

            if (p == end) {
                return PATRON_OK;
            }

            x->refs[0] = '&';
            x->ref = 1;
            p++;
        }

        for ( /* void */ ; p < end && *p != ';'; p++) {

            if (x->ref == sizeof(x->refs) - 1) {
                return patron_xml_fail(x, "a reference that is none");
            }

            x->refs[x->ref++] = *p;
        }

        if (p == end) {
            return PATRON_OK;
        }

        x->refs[x->ref++] = *p++;

        if (patron_xml_reference(x->refs, x->refs + x->ref, &c) != x->ref) {
            return patron_xml_fail(x, "an entity, or a reference that is none");
        }

        x->ref = 0;
    }
}


/* Around the root there is white space, and a byte order mark before it. */

static int
xml_blank(patron_xml_t *x, const patron_uchar_t *p, const patron_uchar_t *end)
{
    static const patron_uchar_t  bom[] = { 0xef, 0xbb, 0xbf };

    for ( /* void */ ; p < end; p++) {

        if (x->bom < 3 && !x->begun && *p == bom[x->bom]) {
            x->bom++;
            continue;
        }

        if ((x->bom != 0 && x->bom != 3)
            || (*p != ' ' && *p != '\t' && *p != '\r' && *p != '\n'))
        {
            return patron_xml_fail(x, "it is no XML, or in another encoding");
        }

        x->begun = 1;
    }

    return PATRON_OK;
}


/* What stands before the root is read whole: it may say the encoding. */

static int
xml_open(patron_xml_t *x, const patron_uchar_t **p, const patron_uchar_t *end)
{
    static const patron_uchar_t  mark[] = "<?";

    x->held = 0;
    x->matched = 0;

    if (*p == end) {
        return PATRON_OK;
    }

    switch (**p) {

    case '!':
        x->state = PATRON_XML_AT_BANG;
        break;

    case '?':
        (*p)++;

        if (!x->rooted) {
            x->state = PATRON_XML_AT_DECL;
            return patron_xml_hold(x, mark, 2, PATRON_XML_DECL);
        }

        x->state = PATRON_XML_AT_INSTR;
        x->matched = PATRON_XML_UNNAMED;
        return patron_xml_emit(x, PATRON_XML_OTHER, mark, 2);

    default:
        x->state = PATRON_XML_AT_TAG;
        x->quote = 0;

        if (*p > x->chunk) {
            /* the '<' stands before it */
            return xml_tag(x, p, end);
        }
    }

    return patron_xml_hold(x, mark, 1, PATRON_XML_TAG_MAX);
}


/* A tag that lies in one chunk is not copied. */

static int
xml_tag(patron_xml_t *x, const patron_uchar_t **p, const patron_uchar_t *end)
{
    int                    rc;
    patron_xml_token_t     t;
    const patron_uchar_t  *q;

    q = x->held == 0 ? patron_xml_end_tag(x, *p, end) : NULL;

    if (q != NULL) {
        t.type = PATRON_XML_END;
        t.depth = x->depth;
        t.data = *p - 1;
        t.len = (size_t) (q - t.data);
        t.name.data = *p + 1;
        t.name.len = t.len - 3;
        t.binds = 0;

        *p = q;
        x->state = PATRON_XML_AT_TEXT;

        return x->handler(x->ctx, &t);
    }

    t.name.len = (x->held == 0) ? patron_xml_name(*p, end) : 0;
    q = *p + t.name.len;

    /* most have no attributes */

    if (t.name.len == 0 || q == end || *q != '>') {
        rc = xml_tag_end(x, *p, end, &q);

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    if (x->held == 0 && q < end) {
        t.data = *p - 1;
        t.len = (size_t) (q + 1 - t.data);

        if (t.len > PATRON_XML_TAG_MAX) {
            return patron_xml_fail(x, "a tag is too long");
        }

    } else {
        rc = patron_xml_hold(x, *p - (x->held == 0),
                      (size_t) ((q < end ? q + 1 : q) - *p)
                      + (x->held == 0),
                      PATRON_XML_TAG_MAX);

        if (rc != PATRON_OK) {
            return rc;
        }

        t.data = x->hold;
        t.len = x->held;
        t.name.len = 0;
    }

    if (q == end) {
        *p = q;
        return PATRON_OK;
    }

    *p = q + 1;
    x->begun = 1;

    rc = patron_xml_tag(x, &t);

    if (rc != PATRON_OK) {
        return rc;
    }

    rc = x->handler(x->ctx, &t);

    if (rc == PATRON_OK) {
        x->state = PATRON_XML_AT_TEXT;
    }

    return rc;
}


/* Its '>', or the end of the chunk. */

static int
xml_tag_end(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, const patron_uchar_t **found)
{
    patron_uchar_t         c;
    const patron_uchar_t  *q;

    for ( ;; ) {

        if (x->quote) {
            q = memchr(p, x->quote, (size_t) (end - p));
            q = q ? q : end;

            if (memchr(p, '<', (size_t) (q - p)) != NULL) {
                break;
            }

            if (q == end) {
                *found = end;
                return PATRON_OK;
            }

            x->quote = 0;
            p = q + 1;
        }

        /* '"', '\'', '<' and '>' are not beyond '>' */

        for ( /* void */ ; p < end; p++) {
            c = *p;

            if (c <= '>' && (c >= '<' ? c != '=' : (c == '"' || c == '\''))) {
                break;
            }
        }

        if (p == end || *p == '>') {
            *found = p;
            return PATRON_OK;
        }

        if (*p == '<') {
            break;
        }

        x->quote = *p++;
    }

    return patron_xml_fail(x, "a tag that is none");
}


int
patron_xml_hold(patron_xml_t *x, const patron_uchar_t *p, size_t len,
    size_t most)
{
    size_t           size;
    patron_uchar_t  *hold;

    if (len == 0) {
        return PATRON_OK;
    }

    if (len > most - x->held) {
        return patron_xml_fail(x, "a tag is too long");
    }

    if (x->held + len > x->hold_size) {

        size = 2 * (x->held + len);
        size = size < 512 ? 512 : size;

        hold = patron_alloc(x->mem, size);
        if (hold == NULL) {
            return PATRON_ERROR;
        }

        if (x->held) {
            memcpy(hold, x->hold, x->held);
        }

        patron_xml_free(x);

        x->hold = hold;
        x->hold_size = size;
    }

    memcpy(x->hold + x->held, p, len);
    x->held += len;

    return PATRON_OK;
}


int
patron_xml_emit(patron_xml_t *x, patron_xml_type_e type,
    const patron_uchar_t *p, size_t len)
{
    patron_xml_token_t  t;

    if (len == 0) {
        return PATRON_OK;
    }

    t.type = type;
    t.depth = x->depth;
    t.data = p;
    t.len = len;
    t.name.len = 0;
    t.name.data = NULL;
    t.binds = 0;

    return x->handler(x->ctx, &t);
}


int
patron_xml_fail(patron_xml_t *x, const char *why)
{
    x->reason = why;

    return PATRON_ERROR;
}
