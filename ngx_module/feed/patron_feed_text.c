
/*
 * The text of a closed item: its first paragraphs.  HTML goes through the
 * editor as the body of a page; a text without a <p> is cut behind so many
 * characters, at the next end of an element or a line break.
 */


#include <stdio.h>

#include "patron_feed_internal.h"
#include "patron_feed_write.h"


#define TEXT_MOST   6144            /* bytes of paragraphs, each, at most */
#define TEXT_LOOSE  300             /* of what has no paragraphs */
#define TEXT_SLICE  512             /* bytes that are fed at once */


/* Rules of the editor, in this order. */

#define TEXT_CUT        0
#define TEXT_CUT_LOOSE  1


typedef struct {
    patron_feed_buf_t  *out;
    uint64_t            skip;       /* bytes that are not the text's */
    unsigned            cut;
} text_t;


static int text_bytes(void *ctx, uint64_t from, const patron_uchar_t *data,
    size_t len);
static int text_cut(void *ctx, uint64_t at, unsigned rule);
static int text_close(void *ctx, uint64_t at, const patron_uchar_t *data,
    size_t len);
static int text_drop(void *ctx, uint64_t from, uint64_t to);
static int text_edit(patron_feed_t *f, const patron_str_t *html,
    unsigned rule);
static size_t text_character(const patron_str_t *text, size_t at,
    patron_uchar_t *c);
static size_t text_whole(const patron_str_t *text, size_t at);
static void text_ascii(patron_feed_buf_t *out, const patron_str_t *text);


static const patron_edit_sink_t  text_sink = {
    text_bytes, text_bytes, text_cut, text_close, text_drop
};


patron_feed_rules_t *
patron_feed_rules_create(patron_mem_t *mem, unsigned keep, char *err)
{
    int                   rule;
    unsigned              i;
    patron_rules_t       *rules;
    patron_feed_rules_t  *r;

    static const patron_str_t  body = patron_string("body");
    static const patron_str_t  of[] = {
        patron_string("p"),
        patron_string("p, div, li, td, dd, dt, blockquote, pre, section, "
                      "article, figure")
    };
    static const patron_str_t  stripped =
        patron_string("script, style, template, noscript, audio, video, "
                      "source, track, iframe, object, embed, svg, math, form, "
                      "textarea, title, xmp, noembed, noframes, plaintext");

    r = patron_calloc(mem, sizeof(patron_feed_rules_t));
    rules = patron_rules_create(mem);

    if (r == NULL || rules == NULL) {
        err[0] = '\0';
        goto failed;
    }

    r->mem = mem;
    r->rules = rules;
    r->keep = keep;

    for (i = 0; i < 2; i++) {
        rule = patron_rules_cut(rules, &body, keep ? keep : 1, &of[i], NULL, 0,
                                err);

        if (rule < 0) {
            goto failed;
        }

        if (i == TEXT_CUT_LOOSE) {
            patron_rules_most(rules, rule, TEXT_LOOSE * (keep ? keep : 1));
        }
    }

    if (patron_rules_strip(rules, &stripped, NULL, err) < 0
        || patron_rules_compile(rules, err) != PATRON_OK)
    {
        goto failed;
    }

    return r;

failed:

    if (rules != NULL) {
        patron_rules_destroy(rules);
    }

    if (r != NULL) {
        patron_free(mem, r);
    }

    return NULL;
}


void
patron_feed_rules_destroy(patron_feed_rules_t *r)
{
    patron_rules_destroy(r->rules);
    patron_free(r->mem, r);
}


int
patron_feed_cut_html(patron_feed_t *f, const patron_str_t *html,
    patron_feed_buf_t *out)
{
    int                         rc;
    const patron_feed_rules_t  *rules;

    rules = f->conf->rules;

    if (rules->keep == 0) {
        return PATRON_OK;
    }

    rc = patron_feed_cut_plain(f, html, out);

    if (rc == PATRON_OK) {
        return PATRON_OK;
    }

    f->edited.len = TEXT_MOST * rules->keep + 1;

    if (patron_feed_has_paragraph(html)) {
        rc = text_edit(f, html, TEXT_CUT);
    }

    /* few paragraphs, and more than they would have: they are not the text */

    if (rc == PATRON_DECLINED && f->edited.len > TEXT_MOST * rules->keep) {
        rc = text_edit(f, html, TEXT_CUT_LOOSE);
    }

    if (rc != PATRON_ERROR && f->edited.len) {
        patron_feed_clean(out, f->edited.data, f->edited.len);
    }

    return rc;
}


int
patron_feed_cut_plain(patron_feed_t *f, const patron_str_t *html,
    patron_feed_buf_t *out)
{
    int     wrapped;
    size_t  len;

    if (html->len == 0 || f->conf->rules->keep == 0) {
        return PATRON_DECLINED;
    }

    len = patron_feed_plain(html, f->conf->rules->keep, &wrapped);

    if (len == 0 || len > TEXT_MOST * f->conf->rules->keep) {
        return PATRON_DECLINED;
    }

    patron_feed_clean(out, html->data, len);

    if (wrapped) {
        patron_feed_buf_text(out, "</div>");
    }

    return PATRON_OK;
}


/* Cuts it by one of the rules, to f->edited. */

static int
text_edit(patron_feed_t *f, const patron_str_t *html, unsigned rule)
{
    int             rc;
    size_t          at, n;
    text_t          text;
    patron_edit_t  *e;

    static const patron_str_t  head = patron_string("<!DOCTYPE html><body>");

    f->edited.len = 0;

    text.out = &f->edited;
    text.skip = head.len;
    text.cut = 0;

    e = patron_edit_create(f->mem, f->conf->rules->rules,
                           ~(uint64_t) (rule == TEXT_CUT
                                        ? 1 << TEXT_CUT_LOOSE : 1 << TEXT_CUT),
                           &text_sink, &text);
    if (e == NULL) {
        return PATRON_ERROR;
    }

    rc = patron_edit_feed(e, head.data, head.len, 0);

    for (at = 0; rc == PATRON_OK && at < html->len && !text.cut; at += n) {
        n = html->len - at;
        n = n < TEXT_SLICE ? n : TEXT_SLICE;

        rc = patron_edit_feed(e, html->data + at, n, 0);

        if (rule == TEXT_CUT && !text.cut
            && f->edited.len > TEXT_MOST * f->conf->rules->keep)
        {
            break;
        }
    }

    if (rc == PATRON_OK && !text.cut && at >= html->len) {
        rc = patron_edit_feed(e, NULL, 0, 1);
    }

    if (rc == PATRON_ERROR || f->edited.failed) {
        patron_edit_destroy(e);
        return PATRON_ERROR;
    }

    /* what could not be read to its end is not shown */

    if (patron_edit_gave_up(e) != NULL) {
        f->edited.len = 0;
        text.cut = 1;
    }

    patron_edit_destroy(e);

    return text.cut ? PATRON_OK : PATRON_DECLINED;
}


static int
text_bytes(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    text_t  *text = ctx;

    size_t  n;

    if (text->cut) {
        return PATRON_OK;
    }

    if (from < text->skip) {
        n = (size_t) (text->skip - from);
        n = n < len ? n : len;

        data += n;
        len -= n;
    }

    patron_feed_buf_add(text->out, data, len);

    return PATRON_OK;
}


static int
text_cut(void *ctx, uint64_t at, unsigned rule)
{
    text_t  *text = ctx;

    (void) at;
    (void) rule;

    text->cut = 1;

    return PATRON_OK;
}


static int
text_close(void *ctx, uint64_t at, const patron_uchar_t *data, size_t len)
{
    (void) at;

    return text_bytes(ctx, UINT64_MAX, data, len);
}


static int
text_drop(void *ctx, uint64_t from, uint64_t to)
{
    (void) ctx;
    (void) from;
    (void) to;

    return PATRON_OK;
}


int
patron_feed_has_paragraph(const patron_str_t *html)
{
    patron_uchar_t         c;
    const patron_uchar_t  *p, *end;

    if (html->len == 0) {
        return 0;
    }

    end = html->data + html->len;

    for (p = html->data; p < end; p++) {
        p = memchr(p, '<', (size_t) (end - p));

        if (p == NULL || end - p < 3) {
            return 0;
        }

        c = p[2];

        if ((p[1] | 0x20) == 'p' && (c == '>' || c == '/' || c <= ' ')) {
            return 1;
        }
    }

    return 0;
}


/* Each line is a paragraph of a text; one without an end is cut as well. */

size_t
patron_feed_cut_text(const patron_feed_t *f, const patron_str_t *text)
{
    size_t          i, len, most, last;
    unsigned        n, filled;
    patron_uchar_t  c;

    most = (size_t) f->conf->rules->keep * TEXT_LOOSE;
    filled = 0;
    last = 0;
    n = 0;

    for (i = 0; i < text->len && n < f->conf->rules->keep; i += len) {

        len = text_character(text, i, &c);

        if (c > ' ') {
            filled = 1;

            if (i > most + TEXT_LOOSE) {
                /* a word without an end */
                return last ? last : text_whole(text, i);
            }

            continue;
        }

        if (i >= most) {
            return i;
        }

        if ((c == '\n' || c == '\r') && filled) {
            n++;
            filled = 0;
            last = i;
        }
    }

    return n == f->conf->rules->keep ? last : i;
}


/* A byte, or white space that a reference stands for: the length of it. */

static size_t
text_character(const patron_str_t *text, size_t at, patron_uchar_t *c)
{
    size_t    len;
    uint32_t  code;

    *c = text->data[at];

    if (*c == '&') {
        len = patron_xml_reference(text->data + at, text->data + text->len,
                                   &code);

        if (len && code <= ' ') {
            *c = (patron_uchar_t) code;
            return len;
        }
    }

    return 1;
}


/* Before the character that at is in the middle of. */

static size_t
text_whole(const patron_str_t *text, size_t at)
{
    size_t  i;

    for (i = at;
         i > at - PATRON_XML_REFERENCE && text->data[i - 1] != ';';
         i--)
    {
        if (text->data[i - 1] == '&') {
            return i - 1;
        }
    }

    for (i = at; i > at - 3 && (text->data[i] & 0xc0) == 0x80; i--) {
        /* void */
    }

    return i;
}


void
patron_feed_words(const patron_feed_t *f, patron_feed_buf_t *out,
    patron_feed_words_e as)
{
    const patron_str_t  *more;

    more = &f->conf->more;

    if (as == PATRON_FEED_WORDS_TEXT) {
        patron_feed_buf_text(out, "\n\n");
        patron_feed_buf_add(out, more->data, more->len);

        if (f->link.len) {
            patron_feed_buf_text(out, ": ");
            patron_feed_buf_add(out, f->link.data, f->link.len);
        }

        return;
    }

    if (as == PATRON_FEED_WORDS_XML) {
        patron_feed_buf_text(out, "\n\n");
        text_ascii(out, more);

        if (f->link.len) {
            patron_feed_buf_text(out, ": ");
            patron_feed_buf_escape(out, f->link.data, f->link.len);
        }

        return;
    }

    patron_feed_buf_add(out, f->conf->words.data, f->conf->words.len);

    if (f->link.len == 0 && f->conf->words.len) {
        return;
    }

    patron_feed_buf_text(out, "<p>");

    if (f->link.len) {
        patron_feed_buf_text(out, "<a href=\"");
        patron_feed_buf_escape(out, f->link.data, f->link.len);
        patron_feed_buf_text(out, "\">");
    }

    text_ascii(out, more);

    if (f->link.len) {
        patron_feed_buf_text(out, "</a>");
    }

    patron_feed_buf_text(out, "</p>");
}


/* Text for markup in any encoding: what is not ASCII becomes references. */

static void
text_ascii(patron_feed_buf_t *out, const patron_str_t *text)
{
    int                    n;
    char                   reference[sizeof("&#1114111;")];
    size_t                 len;
    uint32_t               c;
    const patron_uchar_t  *p, *end;

    p = text->data;

    for (end = p + text->len; p < end; p += len) {

        if (*p < 0x80) {
            for (len = 1; p + len < end && p[len] < 0x80; len++) { /* void */ }

            patron_feed_buf_escape(out, p, len);
            continue;
        }

        len = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;

        if ((size_t) (end - p) < len) {
            return;
        }

        c = len == 4 ? *p & 0x07u : len == 3 ? *p & 0x0fu : *p & 0x1fu;
        c = c << 6 | (p[1] & 0x3fu);
        c = len > 2 ? c << 6 | (p[2] & 0x3fu) : c;
        c = len > 3 ? c << 6 | (p[3] & 0x3fu) : c;

        n = snprintf(reference, sizeof(reference), "&#%u;", (unsigned) c);
        patron_feed_buf_add(out, reference, (size_t) n);
    }
}
