
/*
 * See the header.  What is said is made of the page's own names: of one that is
 * long, or holds what could end a string or a line of the log, as much is said
 * as finds the element.
 */


#include "patron_html_bytes.h"
#include "patron_leak_strip.h"


#define PATRON_LEAK_NAME  48            /* bytes of a name that are said */
#define PATRON_LEAK_PART  3             /* the least of a part of one */


static void patron_leak_strip_by(patron_leak_found_t *found,
    const patron_uchar_t *tag, const patron_uchar_t *end);
static int patron_leak_say_attr(patron_leak_found_t *found, const char *name,
    const patron_str_t *value);
static void patron_leak_attr_of(const patron_uchar_t *tag,
    const patron_uchar_t *text, patron_str_t *name);
static void patron_leak_say(patron_leak_found_t *found, const char *text);
static void patron_leak_say_tag(patron_leak_found_t *found,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_leak_say_bytes(patron_leak_found_t *found,
    const patron_uchar_t *p, size_t len);
static size_t patron_leak_plain(const patron_uchar_t *p,
    const patron_uchar_t *end);
static int patron_leak_same_name(const patron_uchar_t *p, const char *name,
    size_t len);


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

        if (name.len > PATRON_LEAK_NAME
            || patron_leak_plain(name.data, name.data + name.len) != name.len)
        {
            return;
        }

        patron_leak_say_tag(found, tag + 1, end);
        patron_leak_say(found, " attr=");
        patron_leak_say_bytes(found, name.data, name.len);
        return;

    case PATRON_LEAK_HIDDEN:

        if (tag[1] == '!') {
            /* no selector says a comment */
            return;
        }

        /* fall through */

    default:
        patron_leak_say(found, "'");
        patron_leak_say_tag(found, tag + 1, end);
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
        "id", "name", "property", "itemprop", "type", "class"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if (patron_leak_attr(tag, end, names[i], &value) == PATRON_OK
            && patron_leak_say_attr(found, names[i], &value) == PATRON_OK)
        {
            return;
        }
    }

    if (found->place == PATRON_LEAK_SCRIPT) {
        patron_leak_say(found, ":not([src])");

    } else if (found->place == PATRON_LEAK_META) {
        patron_leak_say(found, "[content]");

    } else if (found->place == PATRON_LEAK_HIDDEN
               && patron_leak_attr(tag, end, "hidden", &value) == PATRON_OK)
    {
        patron_leak_say(found, "[hidden]");
    }
}


/*
 * Says an attribute by the whole of its value, or else by the first part of it
 * that can be said and stands before any reference.
 */

static int
patron_leak_say_attr(patron_leak_found_t *found, const char *name,
    const patron_str_t *value)
{
    size_t                 len;
    const patron_uchar_t  *p, *end;

    p = value->data;

    for (end = p; end < p + value->len && *end != '&'; end++) { /* void */ }

    for ( ;; ) {
        len = patron_leak_plain(p, end);

        if (len >= PATRON_LEAK_PART || (len != 0 && len == value->len)) {
            break;
        }

        p += len + 1;

        if (p >= end) {
            return PATRON_DECLINED;
        }
    }

    if (len > PATRON_LEAK_NAME) {
        len = PATRON_LEAK_NAME;
    }

    patron_leak_say(found, "[");
    patron_leak_say(found, name);
    patron_leak_say(found, len == value->len ? "=\""
                           : p == value->data ? "^=\"" : "*=\"");
    patron_leak_say_bytes(found, p, len);
    patron_leak_say(found, "\"]");

    return PATRON_OK;
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
        same = (value->len == len && patron_leak_same_name(begin, name, len));

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


/* A tag's name, which HTML has in lower case; a long one is that of any. */

static void
patron_leak_say_tag(patron_leak_found_t *found, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    size_t                 i, len;
    const patron_uchar_t  *to;

    for (to = p;
         to < end && *to != '>' && *to != '/' && !patron_html_is_space(*to);
         to++)
    { /* void */ }

    len = (size_t) (to - p);

    if (len > PATRON_LEAK_NAME || patron_leak_plain(p, to) != len) {
        patron_leak_say(found, "*");
        return;
    }

    i = found->len;

    patron_leak_say_bytes(found, p, len);

    for ( /* void */ ; i < found->len; i++) {
        if (found->strip[i] >= 'A' && found->strip[i] <= 'Z') {
            found->strip[i] |= 0x20;
        }
    }
}


static void
patron_leak_say_bytes(patron_leak_found_t *found, const patron_uchar_t *p,
    size_t len)
{
    if (len <= PATRON_LEAK_STRIP - found->len) {
        memcpy(found->strip + found->len, p, len);
        found->len += len;
    }
}


/* How many bytes are such as can end no string, and no line of a log. */

static size_t
patron_leak_plain(const patron_uchar_t *p, const patron_uchar_t *end)
{
    patron_uchar_t         c;
    const patron_uchar_t  *begin;

    for (begin = p; p < end; p++) {
        c = *p;

        if ((patron_uchar_t) ((c | 0x20) - 'a') > 25
            && (patron_uchar_t) (c - '0') > 9
            && c != '-' && c != '_' && c != ':' && c != '.' && c != '/'
            && c != '+' && c != '@')
        {
            break;
        }
    }

    return (size_t) (p - begin);
}


/* Is it the name, which is in lower case, in letters of any case? */

static int
patron_leak_same_name(const patron_uchar_t *p, const char *name, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (patron_html_lower(p[i]) != (patron_uchar_t) name[i]) {
            return 0;
        }
    }

    return 1;
}
