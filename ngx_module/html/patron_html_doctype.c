
/*
 * Quirks mode, which decides if a table ends the paragraph it stands in.
 * Source: WHATWG HTML, sections 13.2.5.53 to 13.2.5.68 and 13.2.6.4.1.
 */


#include "patron_html_bytes.h"
#include "patron_html_doctype.h"
#include "patron_html_types.h"


typedef struct {
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
} patron_html_cursor_t;


static void patron_html_skip_spaces(patron_html_cursor_t *c);
static int patron_html_keyword(patron_html_cursor_t *c, const char *word);
static int patron_html_quoted(patron_html_cursor_t *c, patron_str_t *value);
static int patron_html_prefix(const patron_str_t *value, const char *lower);
static int patron_html_equal(const patron_str_t *value, const char *lower);
static int patron_html_quirks_id(const patron_str_t *public_id,
    int has_system);


static const char *const  patron_html_quirks_prefixes[] = {
    "+//silmaril//dtd html pro v0r11 19970101//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    ("-//softquad software//dtd hotmetal pro 6.0::19990601::"
     "extensions to html 4.0//"),
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//"
};


/*
 * data begins past "<!doctype" and ends before '>' (complete), or with the
 * input, or where the parser stopped looking.
 */

int
patron_html_doctype_quirks(const patron_uchar_t *data, size_t len,
    int complete)
{
    int                   has_public, has_system;
    patron_str_t          name, public_id, system_id;
    patron_html_cursor_t  c;

    c.p = data;
    c.end = data + len;

    patron_html_skip_spaces(&c);

    name.data = c.p;

    while (c.p < c.end && !patron_html_is_space(*c.p)) {
        c.p++;
    }

    name.len = c.p - name.data;

    if (!complete || !patron_html_equal(&name, "html")) {
        return 1;
    }

    has_public = 0;
    has_system = 0;

    patron_html_skip_spaces(&c);

    if (c.p == c.end) {
        return 0;
    }

    if (patron_html_keyword(&c, "public")) {

        if (!patron_html_quoted(&c, &public_id)) {
            return 1;
        }

        has_public = 1;
        patron_html_skip_spaces(&c);

        if (c.p < c.end) {
            if (!patron_html_quoted(&c, &system_id)) {
                return 1;
            }

            has_system = 1;
        }

    } else if (patron_html_keyword(&c, "system")) {

        if (!patron_html_quoted(&c, &system_id)) {
            return 1;
        }

        has_system = 1;

    } else {
        return 1;
    }

    if (has_system
        && patron_html_equal(&system_id, "http://www.ibm.com/data/dtd/v11/"
                                         "ibmxhtml1-transitional.dtd"))
    {
        return 1;
    }

    return has_public && patron_html_quirks_id(&public_id, has_system);
}


static int
patron_html_quirks_id(const patron_str_t *public_id, int has_system)
{
    size_t  i, n;

    if (patron_html_equal(public_id, "-//w3o//dtd w3 html strict 3.0//en//")
        || patron_html_equal(public_id, "-/w3c/dtd html 4.0 transitional/en")
        || patron_html_equal(public_id, "html"))
    {
        return 1;
    }

    if (!has_system
        && (patron_html_prefix(public_id, "-//w3c//dtd html 4.01 frameset//")
            || patron_html_prefix(public_id,
                                  "-//w3c//dtd html 4.01 transitional//")))
    {
        return 1;
    }

    n = sizeof(patron_html_quirks_prefixes)
        / sizeof(patron_html_quirks_prefixes[0]);

    for (i = 0; i < n; i++) {
        if (patron_html_prefix(public_id, patron_html_quirks_prefixes[i])) {
            return 1;
        }
    }

    return 0;
}


static void
patron_html_skip_spaces(patron_html_cursor_t *c)
{
    while (c->p < c->end && patron_html_is_space(*c->p)) {
        c->p++;
    }
}


static int
patron_html_keyword(patron_html_cursor_t *c, const char *word)
{
    patron_str_t  rest;

    rest.data = c->p;
    rest.len = c->end - c->p;

    if (!patron_html_prefix(&rest, word)) {
        return 0;
    }

    c->p += strlen(word);

    return 1;
}


/* A quoted identifier; 0 where there is none, or no end of it. */

static int
patron_html_quoted(patron_html_cursor_t *c, patron_str_t *value)
{
    patron_uchar_t  quote;

    patron_html_skip_spaces(c);

    if (c->p == c->end || (*c->p != '"' && *c->p != '\'')) {
        return 0;
    }

    quote = *c->p++;
    value->data = c->p;

    while (c->p < c->end && *c->p != quote) {
        c->p++;
    }

    if (c->p == c->end) {
        return 0;
    }

    value->len = c->p++ - value->data;

    return 1;
}


static int
patron_html_prefix(const patron_str_t *value, const char *lower)
{
    size_t  i;

    for (i = 0; lower[i] != '\0'; i++) {
        if (i == value->len
            || patron_html_lower(value->data[i]) != (patron_uchar_t) lower[i])
        {
            return 0;
        }
    }

    return 1;
}


static int
patron_html_equal(const patron_str_t *value, const char *lower)
{
    return value->len == strlen(lower) && patron_html_prefix(value, lower);
}
