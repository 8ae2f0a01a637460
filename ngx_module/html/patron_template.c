
/*
 * Templates: the variables of a piece of HTML, each with the escaping that its
 * place asks for, and whether a piece of HTML keeps to itself.
 */


#include "patron_escape.h"
#include "patron_selector.h"
#include "patron_template_context.h"
#include "patron_template_scan.h"


/* What became of the elements around a piece of HTML. */

typedef struct {
    uint32_t  depth;
    uint32_t  opened;
    unsigned  broken;
} patron_fit_t;


static int patron_template_read(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, unsigned page, char *err);
static int patron_template_fits(const patron_str_t *place,
    const patron_str_t *html);
static int patron_template_event(void *ctx, const patron_html_event_t *ev);
static patron_str_t patron_template_text(const patron_str_t *html);
static int patron_template_step(patron_scan_t *s);
static size_t patron_template_variable(const patron_uchar_t *p,
    const patron_uchar_t *end);
static void patron_template_literal(patron_template_t *t,
    const patron_uchar_t *from, const patron_uchar_t *to);


int
patron_template_compile(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, char *err)
{
    return patron_template_read(mem, t, html, 0, err);
}


int
patron_template_compile_page(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, char *err)
{
    return patron_template_read(mem, t, html, 1, err);
}


static int
patron_template_read(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, unsigned page, char *err)
{
    int                    rc;
    size_t                 i, n, len;
    unsigned               own;
    patron_str_t           text;
    patron_part_e          type;
    patron_part_t         *part;
    patron_scan_t          s;
    const patron_uchar_t  *literal;

    for (i = 0, n = 1; i < html->len; i++) {
        n += 2 * (html->data[i] == '$');
    }

    t->nparts = 0;
    t->parts = patron_alloc(mem, n * sizeof(patron_part_t));

    patron_scan_init(&s, html, 0, err);
    s.page = page;

    if (t->parts == NULL) {
        return patron_scan_failed(&s, "no memory");
    }

    text = patron_template_text(html);
    literal = text.data;

    do {
        len = patron_template_variable(s.p, s.end);

        if (len) {
            own = (page && len > sizeof("${page:") - 1
                   && memcmp(s.p, "${page:", sizeof("${page:") - 1) == 0);

            if (patron_scan_context(&s, own, &type) != PATRON_OK) {
                rc = PATRON_ERROR;
                break;
            }

            patron_template_literal(t, literal, s.p);

            part = &t->parts[t->nparts++];
            part->type = type;
            part->str.data = s.p + 2;
            part->str.len = len - 3;

            s.p += len;
            literal = s.p;
            rc = PATRON_OK;

        } else {
            rc = patron_template_step(&s);
        }

    } while (rc == PATRON_OK);

    if (rc == PATRON_ERROR) {
        patron_free(mem, t->parts);
        t->parts = NULL;
        t->nparts = 0;
        return PATRON_ERROR;
    }

    patron_template_literal(t, literal, text.data + text.len);

    return PATRON_OK;
}


/*
 * Without the byte order mark that editors begin a file with, and the white
 * space around it, which they leave at its end.
 */

static patron_str_t
patron_template_text(const patron_str_t *html)
{
    patron_str_t  text;

    text = *html;

    if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
        text.data += 3;
        text.len -= 3;
    }

    while (text.len && patron_is_space(text.data[text.len - 1])) {
        text.len--;
    }

    while (text.len && patron_is_space(*text.data)) {
        text.data++;
        text.len--;
    }

    return text;
}


/*
 * A step of the scanner, over what goes into pages of any encoding: what is not
 * ASCII has to stand where a character reference may.  A page has its own.
 */

static int
patron_template_step(patron_scan_t *s)
{
    int                    rc;
    size_t                 n;
    uint32_t               c;
    const char            *place;
    const patron_uchar_t  *p;

    p = s->p;
    place = s->page ? NULL : patron_scan_unreferenced(s);

    rc = patron_scan_step(s);

    if (place == NULL && s->state == PATRON_SCAN_TAG && *p == '<') {
        place = "the name of a tag";
    }

    for ( /* void */ ; p < s->p && rc == PATRON_OK; p += n) {
        n = 1;

        if (*p < 0x80) {
            continue;
        }

        n = patron_utf8_char(p, s->end, &c);

        if (n == 0) {
            s->p = p;
            return patron_scan_failed(s, "it is not UTF-8");
        }

        if (place != NULL) {
            s->p = p;
            return patron_scan_failed(s, "what is not ASCII in %s", place);
        }

        if (p + n > s->p) {
            s->p = p + n;
        }
    }

    return rc;
}


/*
 * The length of "${name}" at p, or 0.  A name is letters, digits and "_"; one
 * with a ":" goes on with "-" and "." as well.
 */

static size_t
patron_template_variable(const patron_uchar_t *p, const patron_uchar_t *end)
{
    unsigned               colon;
    const patron_uchar_t  *q, *begin;

    if (end - p < 4 || p[0] != '$' || p[1] != '{') {
        return 0;
    }

    colon = 0;
    begin = p + 2;

    for (q = begin; q < end && *q != '}'; q++) {

        if (((*q | 0x20) >= 'a' && (*q | 0x20) <= 'z')
            || (*q >= '0' && *q <= '9') || *q == '_'
            || (colon && (*q == '-' || *q == '.')))
        {
            continue;
        }

        if (*q != ':' || q == begin || colon) {
            return 0;
        }

        colon = 1;
    }

    return (q == end || q == begin || q[-1] == ':') ? 0
                                                    : (size_t) (q + 1 - p);
}


static void
patron_template_literal(patron_template_t *t, const patron_uchar_t *from,
    const patron_uchar_t *to)
{
    patron_part_t  *part;

    if (from >= to) {
        return;
    }

    part = &t->parts[t->nparts++];
    part->type = PATRON_PART_LITERAL;
    part->str.data = from;
    part->str.len = (size_t) (to - from);
}


/*
 * The scanner finds what is plainly wrong and says where.  What browsers make
 * of tags that are in order, but misplaced, the parser knows: the HTML is
 * parsed where a page may have it, and must leave things as they were.
 */

int
patron_template_balanced(const patron_str_t *html, char *err)
{
    int                        rc;
    size_t                     i;
    patron_scan_t              s;
    static const patron_str_t  places[] = {
        patron_string("<!doctype html><body><div>"),
        patron_string("<!doctype html><body><table><tr><td>")
    };

    patron_scan_init(&s, html, 1, err);

    do {
        if (s.end - s.p >= 5 && memcmp(s.p, "<!--#", 5) == 0) {
            return patron_scan_failed(&s, "a command of server-side includes");
        }

        rc = patron_scan_step(&s);
    } while (rc == PATRON_OK);

    if (rc == PATRON_ERROR || patron_scan_finish(&s) != PATRON_OK) {
        return PATRON_ERROR;
    }

    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (patron_template_fits(&places[i], html) != PATRON_OK) {
            return patron_scan_failed(&s, "browsers would close or leave open "
                                      "elements of the page around it");
        }
    }

    return PATRON_OK;
}


static int
patron_template_fits(const patron_str_t *place, const patron_str_t *html)
{
    int                        rc;
    patron_html_t             *h;
    patron_fit_t               fit;
    static const patron_str_t  next = patron_string("x<span>");

    fit.depth = 0;
    fit.broken = 0;
    fit.opened = 0;

    h = patron_html_create(NULL, PATRON_HTML_GUARD, patron_template_event,
                           &fit);
    if (h == NULL) {
        return PATRON_ERROR;
    }

    rc = patron_html_feed(h, place->data, place->len);

    if (rc == PATRON_OK) {
        fit.depth = patron_html_depth(h);
        rc = patron_html_feed(h, html->data, html->len);
    }

    if (rc == PATRON_OK && patron_html_depth(h) != fit.depth) {
        rc = PATRON_ERROR;
    }

    fit.opened = 0;

    if (rc == PATRON_OK) {
        rc = patron_html_feed(h, next.data, next.len);
    }

    if (rc == PATRON_OK
        && (fit.opened != 1 || patron_html_depth(h) != fit.depth + 1))
    {
        rc = PATRON_ERROR;
    }

    patron_html_destroy(h);

    return (rc == PATRON_OK && !fit.broken) ? PATRON_OK : PATRON_ERROR;
}


static int
patron_template_event(void *ctx, const patron_html_event_t *ev)
{
    patron_fit_t  *fit = ctx;

    if (ev->type == PATRON_HTML_OPEN) {
        fit->opened++;

    } else if (ev->type == PATRON_HTML_CLOSE && ev->index < fit->depth) {
        fit->broken = 1;
    }

    return PATRON_OK;
}
