
/*
 * See the header.
 */


#include "patron_xml_internal.h"
#include "patron_xml_tag.h"


static int tag_end(patron_xml_t *x, patron_xml_token_t *t);
static int tag_open(patron_xml_t *x, patron_xml_token_t *t);
static int tag_attributes(patron_xml_t *x, patron_xml_token_t *t);
static int tag_references(const patron_str_t *value);
static size_t tag_number(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c);


#define tag_blank(c)                                                          \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')


int
patron_xml_tag(patron_xml_t *x, patron_xml_token_t *t)
{
    size_t  skip;

    skip = 1 + (t->data[1] == '/');

    t->binds = 0;
    t->name.data = t->data + skip;

    if (t->name.len == 0) {
        t->name.len = patron_xml_name(t->name.data, t->data + t->len - 1);
    }

    if (t->name.len == 0) {
        return patron_xml_fail(x, "a tag that is none");
    }

    return skip == 2 ? tag_end(x, t) : tag_open(x, t);
}


static int
tag_end(patron_xml_t *x, patron_xml_token_t *t)
{
    size_t    len;
    unsigned  from;

    for (len = 2 + t->name.len; len < t->len - 1; len++) {
        if (!tag_blank(t->data[len])) {
            return patron_xml_fail(x, "a tag that is none");
        }
    }

    if (x->depth == 0) {
        return patron_xml_fail(x, "an end tag of nothing");
    }

    len = x->lens[x->depth - 1];
    from = x->name_end - (unsigned) len;

    if (len != t->name.len || memcmp(x->names + from, t->name.data, len) != 0)
    {
        return patron_xml_fail(x, "an end tag of another element");
    }

    x->depth--;
    x->name_end = from;

    t->type = PATRON_XML_END;
    t->depth = x->depth;

    return PATRON_OK;
}


static int
tag_open(patron_xml_t *x, patron_xml_token_t *t)
{
    if (x->depth == 0 && x->rooted) {
        return patron_xml_fail(x, "a second root");
    }

    x->rooted = 1;

    t->type = (t->data[t->len - 2] == '/') ? PATRON_XML_EMPTY
                                           : PATRON_XML_START;
    t->depth = x->depth;

    if (t->len > t->name.len + 2 && tag_attributes(x, t) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (t->type == PATRON_XML_EMPTY) {
        return PATRON_OK;
    }

    if (x->depth == PATRON_XML_DEPTH
        || t->name.len > PATRON_XML_NAMES - x->name_end)
    {
        return patron_xml_fail(x, "elements nested too deep");
    }

    patron_xml_push(x, t->name.data, t->name.len, t->data + t->len);

    return PATRON_OK;
}


static int
tag_attributes(patron_xml_t *x, patron_xml_token_t *t)
{
    int           rc;
    size_t        pos;
    unsigned      i, n;
    patron_str_t  value, names[PATRON_XML_ATTRS];

    pos = 0;

    for (n = 0; n < PATRON_XML_ATTRS; n++) {
        rc = patron_xml_attr(t, &pos, &names[n], &value);

        if (rc == PATRON_DECLINED) {
            return PATRON_OK;
        }

        if (rc != PATRON_OK || tag_references(&value) != PATRON_OK) {
            return patron_xml_fail(x, "an attribute that is none");
        }

        if (names[n].len >= 5 && memcmp(names[n].data, "xmlns", 5) == 0) {
            t->binds = 1;
        }

        for (i = 0; i < n; i++) {
            if (names[i].len == names[n].len
                && memcmp(names[i].data, names[n].data, names[n].len) == 0)
            {
                return patron_xml_fail(x, "an attribute twice");
            }
        }
    }

    return patron_xml_fail(x, "too many attributes");
}


static int
tag_references(const patron_str_t *value)
{
    size_t                 n;
    uint32_t               c;
    const patron_uchar_t  *p, *end;

    p = value->data;
    end = p + value->len;

    while ((p = memchr(p, '&', (size_t) (end - p))) != NULL) {
        n = patron_xml_reference(p, end, &c);

        if (n == 0) {
            return PATRON_ERROR;
        }

        p += n;
    }

    return PATRON_OK;
}


int
patron_xml_attr(const patron_xml_token_t *t, size_t *pos, patron_str_t *name,
    patron_str_t *value)
{
    patron_uchar_t         quote;
    const patron_uchar_t  *p, *end, *from;

    end = t->data + t->len - 1 - (t->data[t->len - 2] == '/');
    from = (*pos == 0) ? t->name.data + t->name.len : t->data + *pos;

    for (p = from; p < end && tag_blank(*p); p++) { /* void */ }

    if (p >= end) {
        return PATRON_DECLINED;
    }

    name->data = p;
    name->len = patron_xml_name(p, end);

    if (name->len == 0 || p == from) {
        return PATRON_ERROR;
    }

    for (p += name->len; p < end && tag_blank(*p); p++) { /* void */ }

    if (p == end || *p++ != '=') {
        return PATRON_ERROR;
    }

    for ( /* void */ ; p < end && tag_blank(*p); p++) { /* void */ }

    if (p == end || (*p != '"' && *p != '\'')) {
        return PATRON_ERROR;
    }

    quote = *p++;

    value->data = p;
    p = memchr(p, quote, (size_t) (end - p));

    if (p == NULL) {
        return PATRON_ERROR;
    }

    value->len = (size_t) (p - value->data);
    *pos = (size_t) (p + 1 - t->data);

    return PATRON_OK;
}


size_t
patron_xml_reference(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c)
{
    size_t  n;

    n = (size_t) (end - p);

    if (n < 4) {
        return 0;
    }

    switch (p[1]) {

    case '#':
        return tag_number(p, end, c);

    case 'l':
        *c = '<';
        return (p[2] == 't' && p[3] == ';') ? 4 : 0;

    case 'g':
        *c = '>';
        return (p[2] == 't' && p[3] == ';') ? 4 : 0;

    case 'q':
        *c = '"';
        return (n >= 6 && memcmp(p + 2, "uot;", 4) == 0) ? 6 : 0;

    case 'a':
        if (n >= 5 && p[2] == 'm' && p[3] == 'p' && p[4] == ';') {
            *c = '&';
            return 5;
        }

        *c = '\'';
        return (n >= 6 && memcmp(p + 2, "pos;", 4) == 0) ? 6 : 0;

    default:
        return 0;
    }
}


/* A reference by number. */

static size_t
tag_number(const patron_uchar_t *p, const patron_uchar_t *end, uint32_t *c)
{
    size_t    i, n;
    uint32_t  digit, base;

    n = (size_t) (end - p);
    base = (p[2] == 'x') ? 16 : 10;
    *c = 0;

    for (i = 2 + (base == 16); i < n && p[i] != ';'; i++) {

        if (p[i] >= '0' && p[i] <= '9') {
            digit = p[i] - (uint32_t) '0';

        } else if (base == 16 && (p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f') {
            digit = (p[i] | 0x20) - (uint32_t) 'a' + 10;

        } else {
            return 0;
        }

        *c = *c * base + digit;

        if (*c > 0x10ffff) {
            return 0;
        }
    }

    if (i == n || *c == 0 || (*c >= 0xd800 && *c <= 0xdfff)
        || (*c < 0x20 && !tag_blank(*c)))
    {
        return 0;
    }

    return i + 1;
}


/* An encoding that cannot be read is said by nobody but the declaration. */

int
patron_xml_declared(patron_xml_t *x)
{
    int                 rc;
    size_t              pos;
    patron_str_t        name, value;
    patron_xml_token_t  t;

    static const patron_str_t  encoding = patron_string("encoding");

    t.name.data = x->hold + 2;
    t.name.len = patron_xml_name(t.name.data, x->hold + x->held - 2);

    if (t.name.len != 3
        || (t.name.data[0] | 0x20) != 'x'
        || (t.name.data[1] | 0x20) != 'm'
        || (t.name.data[2] | 0x20) != 'l')
    {
        return t.name.len ? PATRON_OK
                          : patron_xml_fail(x, "an instruction that is none");
    }

    if (x->begun) {
        return patron_xml_fail(x, "a declaration in a wrong place");
    }

    /* as a tag it would end in one byte less */

    t.data = x->hold;
    t.len = x->held - 1;
    pos = 0;

    while ((rc = patron_xml_attr(&t, &pos, &name, &value)) == PATRON_OK) {

        if (name.len == encoding.len
            && memcmp(name.data, encoding.data, name.len) == 0
            && !patron_xml_encoding(&value))
        {
            return patron_xml_fail(x, "an encoding that cannot be read");
        }
    }

    return rc == PATRON_DECLINED ? PATRON_OK
                                 : patron_xml_fail(x,
                                             "a declaration that is none");
}


int
patron_xml_encoding(const patron_str_t *name)
{
    size_t        i, j;
    patron_str_t  s;

    static const patron_str_t  known[] = {
        patron_string("utf-8"),
        patron_string("utf8"),
        patron_string("us-ascii"),
        patron_string("ascii"),
        patron_string("iso-8859-"),
        patron_string("iso8859-"),
        patron_string("latin1"),
        patron_string("windows-125"),
        patron_string("cp125"),
        patron_string("koi8-")
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        s = known[i];

        if (name->len < s.len
            || (name->len != s.len && s.data[s.len - 1] != '-'
                && s.data[s.len - 1] != '5'))
        {
            continue;
        }

        for (j = 0; j < s.len; j++) {
            if (s.data[j] != name->data[j]
                && !(name->data[j] >= 'A' && name->data[j] <= 'Z'
                     && s.data[j] == (name->data[j] | 0x20)))
            {
                break;
            }
        }

        if (j == s.len) {
            return 1;
        }
    }

    return 0;
}


size_t
patron_xml_name(const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t                 len;
    const patron_uchar_t  *from;

    if (p == end || !patron_xml_is_name(*p)) {
        return 0;
    }

    len = patron_xml_short_name(p, end);

    if (len != 0) {
        return len;
    }

    for (from = p++; p < end && patron_xml_names(*p); p++) { /* void */ }

    return (size_t) (p - from);
}
