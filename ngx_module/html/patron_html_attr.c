
/*
 * The attributes of a tag, read from its bytes when somebody asks.  Source:
 * WHATWG HTML, sections 13.2.5.32 to 13.2.5.40.  Names and values stay as
 * written: character references are not decoded, a NUL is a NUL.
 */


#include "patron_html_attr.h"
#include "patron_html_bytes.h"
#include "patron_html_types.h"


int
patron_html_attr(const patron_html_tag_t *tag, size_t *pos,
    patron_str_t *name, patron_str_t *value)
{
    patron_uchar_t         quote;
    const patron_uchar_t  *p, *last;

    p = (*pos != 0) ? tag->data + *pos : tag->raw_name.data + tag->raw_name.len;
    last = tag->data + (size_t) (tag->end - tag->start) - 1;

    while (p < last && (patron_html_is_space(*p) || *p == '/')) {
        p++;
    }

    if (p >= last) {
        return PATRON_DECLINED;
    }

    /* an equals sign in the first place belongs to the name */

    name->data = p++;

    while (p < last && !patron_html_is_space(*p) && *p != '/' && *p != '=') {
        p++;
    }

    name->len = p - name->data;

    while (p < last && patron_html_is_space(*p)) {
        p++;
    }

    if (p == last || *p != '=') {
        value->data = p;
        value->len = 0;
        *pos = p - tag->data;
        return PATRON_OK;
    }

    p++;

    while (p < last && patron_html_is_space(*p)) {
        p++;
    }

    value->data = p;

    if (p < last && (*p == '"' || *p == '\'')) {
        quote = *p;
        value->data = ++p;

        while (p < last && *p != quote) {
            p++;
        }

        value->len = p - value->data;
        *pos = p + 1 - tag->data;

        return PATRON_OK;
    }

    while (p < last && !patron_html_is_space(*p)) {
        p++;
    }

    value->len = p - value->data;
    *pos = p - tag->data;

    return PATRON_OK;
}


/* The first attribute of this (lower case) name. */

int
patron_html_tag_attr(const patron_html_tag_t *tag, const char *name,
    patron_str_t *value)
{
    size_t        i, len, pos;
    patron_str_t  found;

    len = strlen(name);
    pos = 0;

    while (patron_html_attr(tag, &pos, &found, value) == PATRON_OK) {

        if (found.len != len) {
            continue;
        }

        for (i = 0; i < len; i++) {
            if (patron_html_lower(found.data[i]) != (patron_uchar_t) name[i]) {
                break;
            }
        }

        if (i == len) {
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


/*
 * A number that two tags with the same attributes share, in whatever order
 * they stand.  Values that differ only in how they are escaped count as
 * different.
 */

uint64_t
patron_html_attrs_hash(const patron_html_tag_t *tag)
{
    size_t        i, pos;
    uint64_t      hash, sum;
    patron_str_t  name, value;

    sum = 0;
    pos = 0;

    while (patron_html_attr(tag, &pos, &name, &value) == PATRON_OK) {
        hash = patron_html_name(name.data, name.len);

        for (i = 0; i + 8 <= value.len; i += 8) {
            hash = (hash ^ patron_html_bytes(value.data + i))
                   * 0x9e3779b97f4a7c15u;
            hash ^= hash >> 29;
        }

        for ( /* void */ ; i < value.len; i++) {
            hash = (hash ^ value.data[i]) * 0x9e3779b97f4a7c15u;
            hash ^= hash >> 29;
        }

        sum += (hash ^ value.len) * 0x9e3779b97f4a7c15u;
    }

    return sum;
}
