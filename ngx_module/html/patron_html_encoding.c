
/*
 * Encodings in which the bytes of a tag may be letters: the parser reads bytes
 * as ASCII, and a browser would read others.  They are known by their names in
 * a <meta>.  UTF-16 is none of them: a page that a <meta> says it of is read as
 * UTF-8.  Source: WHATWG Encoding, section 4.2; WHATWG HTML, section 13.2.3.2.
 */


#include "patron_html_attr.h"
#include "patron_html_bytes.h"
#include "patron_html_encoding.h"
#include "patron_html_scan.h"


static int patron_html_has_number(const patron_html_tag_t *tag);
static int patron_html_encoding_is_foreign(const patron_str_t *label);
static int patron_html_begins_with(const patron_str_t *s, const char *word);


/* Beginnings; each has one of the numbers in it. */

static const char *const  patron_html_foreign_encodings[] = {
    "iso-2022-", "csiso2022", "hz-gb-2312", NULL
};


int
patron_html_meta_is_foreign(const patron_html_tag_t *tag)
{
    patron_str_t  value;

    if (!patron_html_has_number(tag)) {
        return 0;
    }

    if (patron_html_tag_attr(tag, "charset", &value) == PATRON_OK) {
        return patron_html_encoding_is_foreign(&value);
    }

    if (patron_html_tag_attr(tag, "content", &value) != PATRON_OK) {
        return 0;
    }

    /* text/html; charset=... */

    for ( /* void */ ; value.len; value.data++, value.len--) {

        if (!patron_html_begins_with(&value, "charset")) {
            continue;
        }

        value.data += sizeof("charset") - 1;
        value.len -= sizeof("charset") - 1;

        while (value.len
               && (patron_html_is_space(*value.data) || *value.data == '='
                   || *value.data == '"' || *value.data == '\''))
        {
            value.data++;
            value.len--;
        }

        return patron_html_encoding_is_foreign(&value);
    }

    return 0;
}


/* A short look first: most tags have neither number in them. */

static int
patron_html_has_number(const patron_html_tag_t *tag)
{
    const patron_uchar_t  *p, *end;

    end = tag->data + (size_t) (tag->end - tag->start);

    for (p = patron_html_find(tag->data, end, '2');
         end - p >= 4;
         p = patron_html_find(p + 1, end, '2'))
    {
        if (memcmp(p, "2022", 4) == 0 || memcmp(p, "2312", 4) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
patron_html_encoding_is_foreign(const patron_str_t *label)
{
    patron_str_t        name;
    const char *const  *p;

    name = *label;

    while (name.len && patron_html_is_space(*name.data)) {
        name.data++;
        name.len--;
    }

    for (p = patron_html_foreign_encodings; *p; p++) {
        if (patron_html_begins_with(&name, *p)) {
            return 1;
        }
    }

    return 0;
}


static int
patron_html_begins_with(const patron_str_t *s, const char *word)
{
    size_t  i;

    for (i = 0; word[i]; i++) {
        if (i == s->len
            || patron_html_lower(s->data[i]) != (patron_uchar_t) word[i])
        {
            return 0;
        }
    }

    return 1;
}
