
/*
 * See the header.  Nothing here allocates; what is broken is what it begins as.
 */


#include "patron_field.h"


static void patron_field_tag(const patron_uchar_t **p,
    const patron_uchar_t *end, patron_str_t *tag);
static void patron_field_strong(patron_str_t *tag);
static int patron_field_among(const patron_str_t *item,
    const patron_str_t *types, unsigned n);
static void patron_field_trim(patron_str_t *item);
static int patron_field_is(const patron_uchar_t *data,
    const patron_uchar_t *word, size_t len);


int
patron_field_lists(const patron_str_t *list, const patron_str_t *name)
{
    size_t                 len;
    const patron_uchar_t  *p, *end, *word;

    p = list->data;
    end = p + list->len;

    while (p < end) {

        while (p < end && (*p == ' ' || *p == '\t' || *p == ',')) {
            p++;
        }

        word = p;

        while (p < end && *p != ' ' && *p != '\t' && *p != ',') {
            p++;
        }

        len = (size_t) (p - word);

        if (len == 1 && *word == '*') {
            return 1;
        }

        if (len != 0 && len == name->len
            && patron_field_is(word, name->data, len))
        {
            return 1;
        }
    }

    return 0;
}


size_t
patron_field_without(const patron_str_t *list, const patron_str_t *types,
    unsigned n, patron_uchar_t *dst)
{
    int                    found;
    patron_str_t           item;
    patron_uchar_t        *out;
    const patron_uchar_t  *p, *end, *comma;

    found = 0;
    out = dst;
    p = list->data;
    end = p + list->len;

    while (p < end) {
        comma = memchr(p, ',', (size_t) (end - p));

        if (comma == NULL) {
            comma = end;
        }

        item.data = p;
        item.len = (size_t) (comma - p);
        patron_field_trim(&item);

        p = comma + 1;

        if (patron_field_among(&item, types, n)) {
            found = 1;

        } else if (item.len) {

            if (out != dst) {
                *out++ = ',';
            }

            memcpy(out, item.data, item.len);
            out += item.len;
        }
    }

    if (!found) {
        memcpy(dst, list->data, list->len);
        return list->len;
    }

    return (size_t) (out - dst);
}


/* Is it of one of the types, whatever parameters it has? */

static int
patron_field_among(const patron_str_t *item, const patron_str_t *types,
    unsigned n)
{
    unsigned      i;
    patron_str_t  type;

    type.data = item->data;

    for (type.len = 0; type.len < item->len; type.len++) {
        if (item->data[type.len] == ';') {
            break;
        }
    }

    patron_field_trim(&type);

    for (i = 0; i < n; i++) {
        if (type.len == types[i].len
            && patron_field_is(type.data, types[i].data, type.len))
        {
            return 1;
        }
    }

    return 0;
}


static void
patron_field_trim(patron_str_t *item)
{
    while (item->len && (*item->data == ' ' || *item->data == '\t')) {
        item->data++;
        item->len--;
    }

    while (item->len && (item->data[item->len - 1] == ' '
                         || item->data[item->len - 1] == '\t'))
    {
        item->len--;
    }
}


int
patron_field_etag(const patron_str_t *list, const patron_str_t *etag)
{
    patron_str_t           want, tag;
    const patron_uchar_t  *p, *end;

    if (list->len == 1 && list->data[0] == '*') {
        return 1;
    }

    if (etag == NULL) {
        return 0;
    }

    want = *etag;
    patron_field_strong(&want);

    p = list->data;
    end = p + list->len;

    while (p < end) {
        patron_field_tag(&p, end, &tag);

        if (tag.len != 0 && tag.len == want.len
            && memcmp(tag.data, want.data, want.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* The next of a list, without the mark of a weak one. */

static void
patron_field_tag(const patron_uchar_t **at, const patron_uchar_t *end,
    patron_str_t *tag)
{
    const patron_uchar_t  *p;

    p = *at;

    while (p < end && (*p == ' ' || *p == '\t' || *p == ',')) {
        p++;
    }

    if (end - p > 2 && p[0] == 'W' && p[1] == '/') {
        p += 2;
    }

    tag->data = p;

    if (p < end && *p == '"') {
        p++;

        while (p < end && *p != '"') {
            p++;
        }

        if (p < end) {
            p++;
        }

    } else {
        while (p < end && *p != ',') {
            p++;
        }
    }

    tag->len = (size_t) (p - tag->data);
    *at = p;
}


static void
patron_field_strong(patron_str_t *tag)
{
    if (tag->len > 2 && tag->data[0] == 'W' && tag->data[1] == '/') {
        tag->data += 2;
        tag->len -= 2;
    }
}


int
patron_field_charset(const patron_str_t *type, patron_str_t *charset)
{
    size_t  i;

    static const patron_str_t  name = patron_string("charset=");

    /* most types have no parameter */

    if (type->len < name.len || memchr(type->data, '=', type->len) == NULL) {
        return PATRON_DECLINED;
    }

    for (i = 0; i + name.len <= type->len; i++) {
        if (patron_field_is(type->data + i, name.data, name.len)) {
            charset->data = type->data + i + name.len;
            charset->len = type->len - i - name.len;
            patron_field_trim_charset(charset);

            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


void
patron_field_trim_charset(patron_str_t *charset)
{
    const patron_uchar_t  *p, *end;

    p = charset->data;
    end = p + charset->len;

    while (p < end && (*p == '"' || *p == '\'' || *p == ' ')) {
        p++;
    }

    charset->data = p;

    while (p < end && *p != '"' && *p != '\'' && *p != ';' && *p != ' ') {
        p++;
    }

    charset->len = (size_t) (p - charset->data);
}


/* In any case. */

static int
patron_field_is(const patron_uchar_t *data, const patron_uchar_t *word,
    size_t len)
{
    size_t          i;
    patron_uchar_t  a, b;

    for (i = 0; i < len; i++) {
        a = data[i];
        b = word[i];

        if (a >= 'A' && a <= 'Z') {
            a |= 0x20;
        }

        if (b >= 'A' && b <= 'Z') {
            b |= 0x20;
        }

        if (a != b) {
            return 0;
        }
    }

    return 1;
}
