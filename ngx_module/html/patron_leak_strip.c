
/*
 * See the header.  What is said is made of the page's own names: it is cut off
 * where one is long, and holds nothing that could end a line of the log.
 */


#include "patron_html_bytes.h"
#include "patron_leak_strip.h"


#define PATRON_LEAK_NAME  24            /* bytes of a name that are said */


static void patron_leak_strip_by(patron_leak_found_t *found,
    const patron_uchar_t *tag, const patron_uchar_t *end);
static void patron_leak_attr_of(const patron_uchar_t *tag,
    const patron_uchar_t *text, patron_str_t *name);
static void patron_leak_say(patron_leak_found_t *found, const char *text);
static void patron_leak_say_tag(patron_leak_found_t *found,
    const patron_uchar_t *p);
static void patron_leak_say_name(patron_leak_found_t *found,
    const patron_uchar_t *p, size_t len);


void
patron_leak_strip(patron_leak_found_t *found, const patron_uchar_t *tag,
    const patron_uchar_t *text, const patron_uchar_t *end)
{
    patron_str_t  name;

    switch (found->place) {

    case PATRON_LEAK_JSONLD:
        patron_leak_say(found, "'script[type=\"application/ld+json\"]'");
        return;

    case PATRON_LEAK_ATTRIBUTE:
        patron_leak_attr_of(tag, text, &name);

        patron_leak_say_tag(found, tag + 1);
        patron_leak_say(found, " attr=");
        patron_leak_say_name(found, name.data, name.len);
        return;

    case PATRON_LEAK_HIDDEN:

        if (tag[1] == '!') {
            /* no selector says a comment */
            return;
        }

        /* fall through */

    default:
        patron_leak_say(found, "'");
        patron_leak_say_tag(found, tag + 1);
        patron_leak_strip_by(found, tag, end);
        patron_leak_say(found, "'");
    }
}


/* The attribute by which it is told from others of its name. */

static void
patron_leak_strip_by(patron_leak_found_t *found, const patron_uchar_t *tag,
    const patron_uchar_t *end)
{
    unsigned      i;
    patron_str_t  value;

    static const char *const  names[] = {
        "id", "name", "property", "type", "class"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if (patron_leak_attr(tag, end, names[i], &value) == PATRON_OK
            && value.len != 0 && value.len <= 2 * PATRON_LEAK_NAME)
        {
            patron_leak_say(found, "[");
            patron_leak_say(found, names[i]);
            patron_leak_say(found, "=\"");
            patron_leak_say_name(found, value.data, value.len);
            patron_leak_say(found, "\"]");
            return;
        }
    }

    if (found->place == PATRON_LEAK_SCRIPT) {
        patron_leak_say(found, ":not([src])");

    } else if (found->place == PATRON_LEAK_HIDDEN
               && patron_leak_attr(tag, end, "hidden", &value) == PATRON_OK)
    {
        patron_leak_say(found, "[hidden]");
    }
}


/* The name of the attribute whose value it is. */

static void
patron_leak_attr_of(const patron_uchar_t *tag, const patron_uchar_t *text,
    patron_str_t *name)
{
    const patron_uchar_t  *p, *end;

    end = text - 1;

    while (end > tag && (end[-1] == '=' || patron_html_is_space(end[-1]))) {
        end--;
    }

    for (p = end;
         p > tag && !patron_html_is_space(p[-1]) && p[-1] != '/'
         && p[-1] != '"' && p[-1] != '\'';
         p--)
    { /* void */ }

    name->data = p;
    name->len = (size_t) (end - p);
}


int
patron_leak_attr(const patron_uchar_t *tag, const patron_uchar_t *end,
    const char *name, patron_str_t *value)
{
    size_t                 len;
    unsigned               same;
    const patron_uchar_t  *p, *begin;

    len = strlen(name);

    for (p = tag + 1;
         p < end && *p != '>' && !patron_html_is_space(*p);
         p++)
    { /* void */ }

    while (p < end && *p != '>') {

        if (patron_html_is_space(*p) || *p == '/') {
            p++;
            continue;
        }

        for (begin = p++;
             p < end && *p != '=' && *p != '>' && *p != '/'
             && !patron_html_is_space(*p);
             p++)
        { /* void */ }

        value->len = (size_t) (p - begin);
        same = (value->len == len && memcmp(begin, name, len) == 0);

        value->len = 0;
        value->data = p;

        if (p < end && *p == '=') {
            p++;
            begin = p;

            if (p < end && (*p == '"' || *p == '\'')) {
                for (p++; p < end && *p != *begin; p++) { /* void */ }

                value->data = begin + 1;
                value->len = (size_t) (p - begin - 1);
                p += (p < end);

            } else {
                while (p < end && *p != '>' && !patron_html_is_space(*p)) {
                    p++;
                }

                value->data = begin;
                value->len = (size_t) (p - begin);
            }
        }

        if (same) {
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


static void
patron_leak_say(patron_leak_found_t *found, const char *text)
{
    size_t  len;

    len = strlen(text);

    if (len <= PATRON_LEAK_STRIP - found->len) {
        memcpy(found->strip + found->len, text, len);
        found->len += len;
    }
}


/* A tag's name, which HTML has in lower case. */

static void
patron_leak_say_tag(patron_leak_found_t *found, const patron_uchar_t *p)
{
    size_t  i;

    i = found->len;

    patron_leak_say_name(found, p, PATRON_LEAK_NAME);

    for ( /* void */ ; i < found->len; i++) {
        if (found->strip[i] >= 'A' && found->strip[i] <= 'Z') {
            found->strip[i] |= 0x20;
        }
    }
}


/* The page's own bytes: none that could end a string, or a line of a log. */

static void
patron_leak_say_name(patron_leak_found_t *found, const patron_uchar_t *p,
    size_t len)
{
    patron_uchar_t         c;
    const patron_uchar_t  *end;

    for (end = p + len; p < end && found->len < PATRON_LEAK_STRIP; p++) {
        c = *p;

        if ((patron_uchar_t) ((c | 0x20) - 'a') > 25
            && (patron_uchar_t) (c - '0') > 9
            && c != '-' && c != '_' && c != ':' && c != '.' && c != '/'
            && c != '+')
        {
            return;
        }

        found->strip[found->len++] = (char) c;
    }
}
