
/*
 * The scanner of templates: the tokenizer of the HTML standard (section
 * 13.2.5) as far as it decides where text, tags and values are, over a whole
 * piece of HTML, with a stack of the elements it opened.
 *
 * It is stricter than a browser where browsers are lenient, which serves both
 * its uses: a variable never stands in a place that could be read in two ways,
 * and a piece of HTML that passes as balanced ends in the state it began in.
 * What it does not know it refuses: CDATA sections, HTML elements directly in
 * svg or math, a script in a script's comment.
 */


#include <stdarg.h>
#include <stdio.h>

#include "patron_template_scan.h"
#include "patron_selector.h"
#include "patron_selector_names.h"


static int patron_scan_data(patron_scan_t *s);
static int patron_scan_markup(patron_scan_t *s);
static int patron_scan_raw(patron_scan_t *s);
static int patron_scan_comment(patron_scan_t *s);
static int patron_scan_tag(patron_scan_t *s);
static int patron_scan_tag_end(patron_scan_t *s, unsigned self_closing);
static int patron_scan_start_tag(patron_scan_t *s, unsigned self_closing);
static int patron_scan_end_tag(patron_scan_t *s);
static int patron_scan_push(patron_scan_t *s, patron_html_name_t number);
static int patron_scan_is_end_tag(const patron_uchar_t *p,
    const patron_uchar_t *end, const patron_str_t *name);


static const patron_str_t  patron_scan_pages[] = {
    patron_string("body"), patron_string("frameset"), patron_string("head"),
    patron_string("html"), patron_string("plaintext"), { 0, NULL }
};


/* Start tags that end svg and math (HTML standard, section 13.2.6.5). */

static const patron_str_t  patron_scan_breakouts[] = {
    patron_string("b"), patron_string("big"), patron_string("blockquote"),
    patron_string("body"), patron_string("br"), patron_string("center"),
    patron_string("code"), patron_string("dd"), patron_string("div"),
    patron_string("dl"), patron_string("dt"), patron_string("em"),
    patron_string("embed"), patron_string("font"), patron_string("h1"),
    patron_string("h2"), patron_string("h3"), patron_string("h4"),
    patron_string("h5"), patron_string("h6"), patron_string("head"),
    patron_string("hr"), patron_string("i"), patron_string("img"),
    patron_string("li"), patron_string("listing"), patron_string("menu"),
    patron_string("meta"), patron_string("nobr"), patron_string("ol"),
    patron_string("p"), patron_string("pre"), patron_string("ruby"),
    patron_string("s"), patron_string("small"), patron_string("span"),
    patron_string("strike"), patron_string("strong"), patron_string("sub"),
    patron_string("sup"), patron_string("table"), patron_string("tt"),
    patron_string("u"), patron_string("ul"), patron_string("var"),
    { 0, NULL }
};


void
patron_scan_init(patron_scan_t *s, const patron_str_t *html, unsigned strict,
    char *err)
{
    memset(s, 0, sizeof(patron_scan_t));

    s->start = html->data;
    s->p = html->data;
    s->end = html->data + html->len;
    s->strict = strict;
    s->err = err;
}


int
patron_scan_step(patron_scan_t *s)
{
    if (s->p == s->end) {
        return PATRON_DECLINED;
    }

    switch (s->state) {

    case PATRON_SCAN_RAW:
        return patron_scan_raw(s);

    case PATRON_SCAN_COMMENT:
        return patron_scan_comment(s);

    case PATRON_SCAN_BOGUS:
        s->state = (*s->p++ == '>') ? PATRON_SCAN_DATA : PATRON_SCAN_BOGUS;
        return PATRON_OK;

    case PATRON_SCAN_TAG:
        return patron_scan_tag(s);

    case PATRON_SCAN_VALUE:
    case PATRON_SCAN_UNQUOTED:
        return patron_scan_value(s);

    default:
        return patron_scan_data(s);
    }
}


static int
patron_scan_data(patron_scan_t *s)
{
    patron_uchar_t         c;
    const patron_uchar_t  *p;

    if (*s->p != '<') {
        s->p++;
        return PATRON_OK;
    }

    p = s->p + 1;

    if (p < s->end && (*p == '!' || *p == '?')) {
        return patron_scan_markup(s);
    }

    s->end_tag = (p < s->end && *p == '/');
    p += s->end_tag;

    if (p == s->end) {
        s->p = p;
        return s->strict ? patron_scan_failed(s, "it ends in a tag")
                         : PATRON_OK;
    }

    c = *p | 0x20;

    if (c < 'a' || c > 'z') {

        if (s->end - p > 1 && p[0] == '$' && p[1] == '{') {
            s->p = p;
            return patron_scan_failed(s, "\"${\" in the name of a tag");
        }

        if (s->end_tag) {
            s->state = PATRON_SCAN_BOGUS;
        }

        s->p = s->end_tag ? p : s->p + 1;
        return PATRON_OK;
    }

    s->tag.data = p;

    while (p < s->end && *p != '>' && *p != '/' && !patron_is_space(*p)) {

        if (*p == '$' && s->end - p > 1 && p[1] == '{') {
            s->p = p;
            return patron_scan_failed(s, "\"${\" in the name of a tag");
        }

        p++;
    }

    s->tag.len = (size_t) (p - s->tag.data);
    s->attr.len = 0;
    s->p = p;
    s->state = PATRON_SCAN_TAG;

    return PATRON_OK;
}


/* A comment, or what is taken for one. */

static int
patron_scan_markup(patron_scan_t *s)
{
    if (s->end - s->p >= 4 && memcmp(s->p, "<!--", 4) == 0) {
        s->p += 4;
        s->state = PATRON_SCAN_COMMENT;

        /* "<!-->" and "<!--->" are whole */

        if (s->p < s->end && *s->p == '>') {
            s->p++;
            s->state = PATRON_SCAN_DATA;

        } else if (s->end - s->p > 1 && s->p[0] == '-' && s->p[1] == '>') {
            s->p += 2;
            s->state = PATRON_SCAN_DATA;
        }

        return PATRON_OK;
    }

    if (s->end - s->p >= 9 && memcmp(s->p, "<![CDATA[", 9) == 0) {
        return patron_scan_failed(s, "CDATA sections are not supported");
    }

    s->p += 2;
    s->state = PATRON_SCAN_BOGUS;

    return PATRON_OK;
}


static int
patron_scan_comment(patron_scan_t *s)
{
    size_t  left;

    left = (size_t) (s->end - s->p);

    if (left >= 3 && memcmp(s->p, "-->", 3) == 0) {
        s->p += 3;
        s->state = PATRON_SCAN_DATA;

    } else if (left >= 4 && memcmp(s->p, "--!>", 4) == 0) {
        s->p += 4;
        s->state = PATRON_SCAN_DATA;

    } else {
        s->p++;
    }

    return PATRON_OK;
}


/* Text that only the element's own end tag ends. */

static int
patron_scan_raw(patron_scan_t *s)
{
    size_t               left;
    const patron_str_t  *name;

    name = &s->stack[s->depth - 1].name;
    left = (size_t) (s->end - s->p);

    if (patron_scan_is(name, "script")) {

        if (left >= 4 && memcmp(s->p, "<!--", 4) == 0) {
            s->escaped = 1;

        } else if (left >= 3 && memcmp(s->p, "-->", 3) == 0) {
            s->escaped = 0;

        } else if (s->escaped && left > name->len && *s->p == '<'
                   && patron_equals_folded(name, &(patron_str_t) {
                                           name->len, s->p + 1 }))
        {
            return patron_scan_failed(s, "a script in a script's comment");
        }
    }

    if (!patron_scan_is_end_tag(s->p, s->end, name)) {
        s->p++;
        return PATRON_OK;
    }

    s->tag.data = s->p + 2;
    s->tag.len = name->len;
    s->end_tag = 1;
    s->attr.len = 0;
    s->p += 2 + name->len;
    s->state = PATRON_SCAN_TAG;

    return PATRON_OK;
}


/* In a tag, behind its name. */

static int
patron_scan_tag(patron_scan_t *s)
{
    if (*s->p == '>') {
        s->p++;
        return patron_scan_tag_end(s, s->p[-2] == '/');
    }

    if (patron_is_space(*s->p) || *s->p == '/') {
        s->p++;
        return PATRON_OK;
    }

    patron_scan_attr(s);

    return PATRON_OK;
}


/* An attribute's name, and where its value begins; "=" may begin a name. */

void
patron_scan_attr(patron_scan_t *s)
{
    const patron_uchar_t  *p;

    p = s->p;
    s->attr.data = p++;

    while (p < s->end && *p != '=' && *p != '>' && *p != '/'
           && !patron_is_space(*p)
           && !(*p == '$' && s->end - p > 1 && p[1] == '{'))
    {
        p++;
    }

    s->attr.len = (size_t) (p - s->attr.data);
    s->p = p;

    while (p < s->end && patron_is_space(*p)) {
        p++;
    }

    if (p == s->end || *p != '=') {
        return;
    }

    for (p++; p < s->end && patron_is_space(*p); p++) { /* void */ }

    s->p = p;

    if (p == s->end || *p == '>') {
        return;
    }

    if (*p == '"' || *p == '\'') {
        s->quote = *p;
        s->p++;
        s->state = PATRON_SCAN_VALUE;

    } else {
        s->state = PATRON_SCAN_UNQUOTED;
    }

    s->value = s->p;
}


int
patron_scan_value(patron_scan_t *s)
{
    if (s->state == PATRON_SCAN_VALUE) {
        s->state = (*s->p++ == s->quote) ? PATRON_SCAN_TAG
                                         : PATRON_SCAN_VALUE;
        return PATRON_OK;
    }

    if (*s->p == '>') {
        s->p++;
        return patron_scan_tag_end(s, 0);
    }

    s->state = patron_is_space(*s->p++) ? PATRON_SCAN_TAG
                                        : PATRON_SCAN_UNQUOTED;

    return PATRON_OK;
}


/* Past ">". */

static int
patron_scan_tag_end(patron_scan_t *s, unsigned self_closing)
{
    s->state = PATRON_SCAN_DATA;

    return s->end_tag ? patron_scan_end_tag(s)
                      : patron_scan_start_tag(s, self_closing);
}


static int
patron_scan_start_tag(patron_scan_t *s, unsigned self_closing)
{
    patron_html_name_t     number;
    const patron_uchar_t  *p;

    number = patron_html_name(s->tag.data, s->tag.len);

    if (patron_scan_foreign(s)) {

        if (patron_scan_in(&s->tag, patron_scan_breakouts)) {
            return patron_scan_failed(s, "HTML directly in svg or math");
        }

        return self_closing ? PATRON_OK : patron_scan_push(s, number);
    }

    if (patron_scan_in(&s->tag, patron_scan_pages)
        && (!s->page
            || patron_scan_is(&s->tag, "frameset")
            || patron_scan_is(&s->tag, "plaintext")))
    {
        return patron_scan_failed(s, "<%.*s> is not part of a page's body",
                                  (int) s->tag.len, s->tag.data);
    }

    if (patron_name_is_void(number)
        || (self_closing && (patron_scan_is(&s->tag, "svg")
                             || patron_scan_is(&s->tag, "math"))))
    {
        return PATRON_OK;
    }

    if (patron_scan_push(s, number) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (patron_scan_is(&s->tag, "noscript")) {

        /* with scripting on, it ends at the first such bytes */

        for (p = s->p;
             p < s->end && !patron_scan_is_end_tag(p, s->end, &s->tag);
             p++)
        { /* void */ }

        s->noscript = p;

    } else if (patron_name_is_raw(number)) {
        s->state = PATRON_SCAN_RAW;
        s->escaped = 0;
    }

    return PATRON_OK;
}


static int
patron_scan_end_tag(patron_scan_t *s)
{
    size_t  i;

    if (patron_scan_is(&s->tag, "noscript") && s->tag.data - 2 != s->noscript) {
        return patron_scan_failed(s, "a <noscript> that ends in two places");
    }

    if (s->depth
        && patron_equals_folded(&s->stack[s->depth - 1].name, &s->tag))
    {
        s->depth--;
        return PATRON_OK;
    }

    if (s->strict) {
        return patron_scan_failed(s, "</%.*s> does not end what is open",
                                  (int) (s->tag.len < 40 ? s->tag.len : 40),
                                  s->tag.data);
    }

    for (i = s->depth; i > 0; i--) {
        if (patron_equals_folded(&s->stack[i - 1].name, &s->tag)) {
            s->depth = i - 1;
            break;
        }
    }

    return PATRON_OK;
}


static int
patron_scan_push(patron_scan_t *s, patron_html_name_t number)
{
    unsigned                foreign;
    patron_scan_element_t  *el;

    if (s->depth == PATRON_TEMPLATE_DEPTH) {
        return patron_scan_failed(s, "elements nested too deep");
    }

    foreign = patron_scan_foreign(s);

    if (!foreign) {
        foreign = patron_scan_is(&s->tag, "svg")
                  || patron_scan_is(&s->tag, "math");

    } else {
        foreign = !patron_scan_is(&s->tag, "foreignobject")
                  && !patron_scan_is(&s->tag, "desc")
                  && !patron_scan_is(&s->tag, "title");
    }

    el = &s->stack[s->depth++];

    el->name = s->tag;
    el->number = number;
    el->foreign = foreign;

    return PATRON_OK;
}


patron_html_name_t
patron_scan_current(patron_scan_t *s)
{
    return s->depth ? s->stack[s->depth - 1].number : 0;
}


unsigned
patron_scan_foreign(patron_scan_t *s)
{
    return s->depth ? s->stack[s->depth - 1].foreign : 0;
}


static int
patron_scan_is_end_tag(const patron_uchar_t *p, const patron_uchar_t *end,
    const patron_str_t *name)
{
    patron_str_t  tag;

    if ((size_t) (end - p) < name->len + 3 || p[0] != '<' || p[1] != '/') {
        return 0;
    }

    tag.data = p + 2;
    tag.len = name->len;
    p += 2 + name->len;

    return patron_equals_folded(&tag, name)
           && (*p == '>' || *p == '/' || patron_is_space(*p));
}


int
patron_scan_in(const patron_str_t *name, const patron_str_t *names)
{
    for ( /* void */ ; names->len; names++) {
        if (patron_equals_folded(names, name)) {
            return 1;
        }
    }

    return 0;
}


int
patron_scan_is(const patron_str_t *name, const char *s)
{
    patron_str_t  str;

    str.data = (const patron_uchar_t *) s;
    str.len = strlen(s);

    return patron_equals_folded(name, &str);
}


int
patron_scan_finish(patron_scan_t *s)
{
    patron_str_t  *name;

    switch (s->state) {

    case PATRON_SCAN_COMMENT:
    case PATRON_SCAN_BOGUS:
        return patron_scan_failed(s, "a comment without its end");

    case PATRON_SCAN_TAG:
        return patron_scan_failed(s, "it ends in a tag");

    case PATRON_SCAN_VALUE:
    case PATRON_SCAN_UNQUOTED:
        return patron_scan_failed(s, "it ends in an attribute's value");

    default:
        break;
    }

    if (s->depth) {
        name = &s->stack[s->depth - 1].name;
        return patron_scan_failed(s, "<%.*s> without its end tag",
                                  (int) (name->len < 40 ? name->len : 40),
                                  name->data);
    }

    return PATRON_OK;
}


int
patron_scan_failed(patron_scan_t *s, const char *fmt, ...)
{
    int                    n;
    char                  *c;
    unsigned               line;
    va_list                args;
    const patron_uchar_t  *p;

    line = 1;

    for (p = s->start; p < s->p; p++) {
        line += (*p == '\n');
    }

    n = snprintf(s->err, PATRON_TEMPLATE_ERR, "line %u: ", line);

    va_start(args, fmt);
    vsnprintf(s->err + n, (size_t) (PATRON_TEMPLATE_ERR - n), fmt, args);
    va_end(args);

    /* names come as they were written: the reason goes to a log */

    for (c = s->err + n; *c; c++) {
        if (*c < ' ' || *c > '~') {
            *c = '?';
        }
    }

    return PATRON_ERROR;
}
