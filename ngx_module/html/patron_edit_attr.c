
/* Attributes that are taken out of a start tag, whose other bytes stay. */


#include "patron_edit_attr.h"
#include "patron_edit_out.h"
#include "patron_selector_names.h"


static const patron_uchar_t *patron_attr_end(const patron_html_tag_t *tag,
    const patron_str_t *name);


void
patron_attr_strip(patron_edit_t *e, const patron_html_tag_t *tag,
    uint64_t rules)
{
    size_t                 pos;
    uint64_t               bits;
    patron_str_t           name, value;
    const patron_str_t    *attr;
    const patron_uchar_t  *p, *end;

    pos = 0;

    while (patron_html_attr(tag, &pos, &name, &value) == PATRON_OK) {

        for (bits = rules; bits; bits &= bits - 1) {
            attr = &e->rules->rules[__builtin_ctzll(bits)].text;

            if (patron_equals_folded(attr, &name)) {
                break;
            }
        }

        if (bits == 0) {
            continue;
        }

        p = name.data;
        end = patron_attr_end(tag, &name);

        if (*end == '>' || *end == '/' || patron_is_space(*end)) {
            while (p[-1] == '/' || patron_is_space(p[-1])) {
                p--;
            }
        }

        patron_edit_advance(e, tag->start + (size_t) (p - tag->data));

        e->dropping = 1;
        patron_edit_advance(e, tag->start + (size_t) (end - tag->data));
        e->dropping = 0;
    }
}


/* Past an attribute (HTML standard, sections 13.2.5.34 to 13.2.5.39). */

static const patron_uchar_t *
patron_attr_end(const patron_html_tag_t *tag, const patron_str_t *name)
{
    patron_uchar_t         quote;
    const patron_uchar_t  *p, *end;

    p = name->data + name->len;
    end = tag->data + (tag->end - tag->start) - 1;

    while (p < end && patron_is_space(*p)) {
        p++;
    }

    if (p == end || *p != '=') {
        return name->data + name->len;
    }

    for (p++; p < end && patron_is_space(*p); p++) { /* void */ }

    if (*p == '"' || *p == '\'') {
        quote = *p++;

        while (p < end && *p != quote) {
            p++;
        }

        return (p < end) ? p + 1 : end;
    }

    while (p < end && !patron_is_space(*p)) {
        p++;
    }

    return p;
}
