
/*
 * Kinds of HTML elements.  The lists are short and seldom looked at: they are
 * walked.
 */


#include "patron_selector_names.h"


static unsigned patron_name_in(patron_html_name_t name,
    const patron_str_t *names);


static const patron_str_t  patron_formatting_names[] = {
    patron_string("a"), patron_string("b"), patron_string("big"),
    patron_string("code"), patron_string("em"), patron_string("font"),
    patron_string("i"), patron_string("nobr"), patron_string("s"),
    patron_string("small"), patron_string("strike"), patron_string("strong"),
    patron_string("tt"), patron_string("u"), { 0, NULL }
};


static const patron_str_t  patron_void_names[] = {
    patron_string("area"), patron_string("base"), patron_string("basefont"),
    patron_string("bgsound"), patron_string("br"), patron_string("col"),
    patron_string("embed"), patron_string("frame"), patron_string("hr"),
    patron_string("img"), patron_string("input"), patron_string("keygen"),
    patron_string("link"), patron_string("meta"), patron_string("param"),
    patron_string("source"), patron_string("track"), patron_string("wbr"),
    { 0, NULL }
};


static const patron_str_t  patron_raw_names[] = {
    patron_string("iframe"), patron_string("noembed"),
    patron_string("noframes"), patron_string("noscript"),
    patron_string("plaintext"), patron_string("script"),
    patron_string("style"), patron_string("textarea"),
    patron_string("title"), patron_string("xmp"), { 0, NULL }
};


/* What may have a shadow root, but for custom elements (DOM, section 4.9). */

static const patron_str_t  patron_host_names[] = {
    patron_string("article"), patron_string("aside"),
    patron_string("blockquote"), patron_string("body"), patron_string("div"),
    patron_string("footer"), patron_string("h1"), patron_string("h2"),
    patron_string("h3"), patron_string("h4"), patron_string("h5"),
    patron_string("h6"), patron_string("header"), patron_string("main"),
    patron_string("nav"), patron_string("p"), patron_string("section"),
    patron_string("span"), { 0, NULL }
};


/* HTML standard, section 13.2.6.4.4: of others a start tag ends the head. */

static const patron_str_t  patron_head_names[] = {
    patron_string("base"), patron_string("basefont"),
    patron_string("bgsound"), patron_string("head"), patron_string("html"),
    patron_string("link"), patron_string("meta"), patron_string("noframes"),
    patron_string("noscript"), patron_string("script"),
    patron_string("style"), patron_string("template"),
    patron_string("title"), { 0, NULL }
};


static const patron_str_t  patron_aside_names[] = {
    patron_string("iframe"), patron_string("img"), patron_string("link"),
    patron_string("meta"), patron_string("noscript"),
    patron_string("script"), patron_string("style"),
    patron_string("template"), { 0, NULL }
};


int
patron_name_is_void(patron_html_name_t name)
{
    return patron_name_in(name, patron_void_names) != 0;
}


int
patron_name_is_raw(patron_html_name_t name)
{
    return patron_name_in(name, patron_raw_names) != 0;
}


int
patron_name_is_host(patron_html_name_t name)
{
    return patron_name_in(name, patron_host_names) != 0;
}


int
patron_name_is_of_head(patron_html_name_t name)
{
    return patron_name_in(name, patron_head_names) != 0;
}


int
patron_name_is_aside(patron_html_name_t name)
{
    return patron_name_in(name, patron_aside_names) != 0;
}


unsigned
patron_name_formatting(patron_html_name_t name)
{
    return patron_name_in(name, patron_formatting_names);
}


const patron_str_t *
patron_name_of_formatting(unsigned number)
{
    return &patron_formatting_names[number - 1];
}


int
patron_name_is(patron_html_name_t name, const char *s)
{
    return name == patron_html_name((const patron_uchar_t *) s, strlen(s));
}


size_t
patron_name_text(patron_html_name_t name,
    patron_uchar_t buf[sizeof(patron_html_name_t)])
{
    size_t              len;
    patron_html_name_t  rest;

    rest = name;

    for (len = 0; len < sizeof(patron_html_name_t) && rest; len++) {
        buf[len] = (patron_uchar_t) (rest & 0xff);
        rest >>= 8;
    }

    return (patron_html_name(buf, len) == name) ? len : 0;
}


static unsigned
patron_name_in(patron_html_name_t name, const patron_str_t *names)
{
    unsigned  i;

    for (i = 0; names[i].len; i++) {

        /* a short name is its letters, the first one lowest */

        if (names[i].len <= sizeof(patron_html_name_t)
            && names[i].data[0] != (patron_uchar_t) name)
        {
            continue;
        }

        if (name == patron_html_name(names[i].data, names[i].len)) {
            return i + 1;
        }
    }

    return 0;
}
