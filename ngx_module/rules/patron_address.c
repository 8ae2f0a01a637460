
/*
 * See the header.  Strict, so that nobody is let in by a slip: four decimal
 * numbers without leading zeros; IPv6 as in RFC 4291, without zones; a range
 * whose ends are of one family and in order.
 */


#include "patron_address.h"


static int patron_address_read(patron_address_t *address, const patron_str_t *s,
    int *ipv4);
static int patron_address_ipv4(uint32_t *address, const patron_uchar_t *p,
    const patron_uchar_t *end);
static int patron_address_ipv6(patron_address_t *address,
    const patron_uchar_t *p, const patron_uchar_t *end);
static uint32_t patron_address_bits(const patron_uchar_t *p);
static int patron_address_group(const patron_uchar_t **pos,
    const patron_uchar_t *end, unsigned *group);
static int patron_address_port(const patron_uchar_t *p,
    const patron_uchar_t *end);
static int patron_address_range(patron_address_range_t *range,
    const patron_str_t *first, const patron_str_t *last);
static int patron_address_prefix(patron_address_range_t *range, int ipv4,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_address_word(const patron_uchar_t **pos,
    const patron_uchar_t *end, patron_str_t *word);
static int patron_address_space(patron_uchar_t ch);


int
patron_address_cmp(const patron_address_t *a, const patron_address_t *b)
{
    if (a->high != b->high) {
        return a->high < b->high ? -1 : 1;
    }

    return (a->low > b->low) - (a->low < b->low);
}


void
patron_address_bytes(patron_address_t *address, const patron_uchar_t *bytes,
    size_t len)
{
    if (len == 4) {
        address->high = 0;
        address->low = PATRON_ADDRESS_MAPPED | patron_address_bits(bytes);
        return;
    }

    address->high = (uint64_t) patron_address_bits(bytes) << 32
                    | patron_address_bits(bytes + 4);
    address->low = (uint64_t) patron_address_bits(bytes + 8) << 32
                   | patron_address_bits(bytes + 12);
}


static uint32_t
patron_address_bits(const patron_uchar_t *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | p[3];
}


int
patron_address_parse(patron_address_t *address, const patron_str_t *text)
{
    int                    ipv4, bracket;
    size_t                 i, colons;
    patron_str_t           s;
    const patron_uchar_t  *p, *end;

    s = *text;
    bracket = (s.len && s.data[0] == '[');

    if (bracket) {
        p = memchr(s.data, ']', s.len);

        if (p == NULL) {
            return PATRON_DECLINED;
        }

        end = s.data + s.len;
        s.data++;
        s.len = p - s.data;

        if (p + 1 != end && patron_address_port(p + 1, end) != PATRON_OK) {
            return PATRON_DECLINED;
        }

    } else {
        colons = 0;

        for (i = 0; i < s.len; i++) {
            colons += (s.data[i] == ':');
        }

        if (colons == 1) {
            p = memchr(s.data, ':', s.len);

            if (patron_address_port(p, s.data + s.len) != PATRON_OK) {
                return PATRON_DECLINED;
            }

            s.len = p - s.data;
        }
    }

    if (patron_address_read(address, &s, &ipv4) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    return (bracket && ipv4) ? PATRON_DECLINED : PATRON_OK;
}


int
patron_address_next(patron_str_t *text, patron_address_range_t *range,
    patron_str_t *bad)
{
    int                    rc;
    patron_str_t           first, last;
    const patron_uchar_t  *p, *q, *end;

    p = text->data;
    end = text->data + text->len;

    if (patron_address_word(&p, end, &first) != PATRON_OK) {
        text->data = end;
        text->len = 0;
        return PATRON_DECLINED;
    }

    last.len = 0;
    last.data = NULL;

    q = memchr(first.data, '-', first.len);

    if (q != NULL && q + 1 < first.data + first.len) {
        last.data = q + 1;
        last.len = first.data + first.len - last.data;
        first.len = q - first.data;

    } else {

        /* "1-", "1 -" and "1 -2" are the beginning of a range, too */

        if (q == NULL) {
            for (q = p; q < end && patron_address_space(*q); q++) {
                /* void */
            }

            q = (q < end && *q == '-') ? q + 1 : NULL;

        } else {
            first.len--;
            q++;
        }

        if (q != NULL) {
            p = q;

            while (p < end && patron_address_space(*p)) {
                p++;
            }

            q = p;

            if (patron_address_word(&p, end, &last) != PATRON_OK
                || last.data != q)
            {
                last.len = 0;
                last.data = first.data;
                p = q;
            }
        }
    }

    rc = patron_address_range(range, &first, &last);

    bad->data = first.data;
    bad->len = (last.len ? last.data + last.len : first.data + first.len)
               - first.data;

    text->data = p;
    text->len = end - p;

    return rc == PATRON_OK ? PATRON_OK : PATRON_ERROR;
}


static int
patron_address_space(patron_uchar_t ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}


/* The next word, and *pos behind it. */

static int
patron_address_word(const patron_uchar_t **pos, const patron_uchar_t *end,
    patron_str_t *word)
{
    const patron_uchar_t  *p;

    p = *pos;

    while (p < end && (patron_address_space(*p) || *p == ',' || *p == ';')) {
        p++;
    }

    word->data = p;

    while (p < end && !patron_address_space(*p) && *p != ',' && *p != ';') {
        p++;
    }

    word->len = p - word->data;
    *pos = p;

    return word->len ? PATRON_OK : PATRON_DECLINED;
}


/* last.data is NULL where it is no range by a dash. */

static int
patron_address_range(patron_address_range_t *range, const patron_str_t *first,
    const patron_str_t *last)
{
    int                    ipv4, other;
    patron_str_t           s;
    const patron_uchar_t  *slash, *end;

    if (last->data != NULL) {
        return (patron_address_read(&range->first, first, &ipv4) == PATRON_OK
                && patron_address_read(&range->last, last, &other)
                   == PATRON_OK
                && patron_address_is_ipv4(&range->first)
                   == patron_address_is_ipv4(&range->last)
                && patron_address_cmp(&range->first, &range->last) <= 0)
               ? PATRON_OK : PATRON_DECLINED;
    }

    s = *first;
    end = s.data + s.len;
    slash = memchr(s.data, '/', s.len);

    if (slash != NULL) {
        s.len = slash - s.data;
    }

    if (patron_address_read(&range->first, &s, &ipv4) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    range->last = range->first;

    return slash == NULL
           ? PATRON_OK : patron_address_prefix(range, ipv4, slash + 1, end);
}


static int
patron_address_prefix(patron_address_range_t *range, int ipv4,
    const patron_uchar_t *p, const patron_uchar_t *end)
{
    int       mapped;
    unsigned  bits;
    uint64_t  high, low;

    if (p == end || end - p > 3 || (*p == '0' && end - p > 1)) {
        return PATRON_DECLINED;
    }

    for (bits = 0; p < end; p++) {

        if (*p < '0' || *p > '9') {
            return PATRON_DECLINED;
        }

        bits = bits * 10 + (*p - '0');
    }

    if (ipv4) {
        bits += 96;
    }

    if (bits > 128) {
        return PATRON_DECLINED;
    }

    /* the bits behind the prefix */

    high = bits >= 64 ? 0 : UINT64_MAX >> bits;
    low = bits >= 128 ? 0 : bits > 64 ? UINT64_MAX >> (bits - 64) : UINT64_MAX;

    mapped = patron_address_is_ipv4(&range->first);

    range->first.high &= ~high;
    range->first.low &= ~low;
    range->last.high |= high;
    range->last.low |= low;

    /* a shorter prefix of a mapped address would be all of IPv4, and more */

    return (mapped && bits < 96) ? PATRON_DECLINED : PATRON_OK;
}


static int
patron_address_read(patron_address_t *address, const patron_str_t *s,
    int *ipv4)
{
    uint32_t  bits;

    *ipv4 = (s->len == 0 || memchr(s->data, ':', s->len) == NULL);

    if (!*ipv4) {
        return patron_address_ipv6(address, s->data, s->data + s->len);
    }

    if (patron_address_ipv4(&bits, s->data, s->data + s->len) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    address->high = 0;
    address->low = PATRON_ADDRESS_MAPPED | bits;

    return PATRON_OK;
}


static int
patron_address_ipv4(uint32_t *address, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    int                    i;
    unsigned               octet;
    const patron_uchar_t  *start;

    *address = 0;

    for (i = 0; i < 4; i++) {

        if (i && (p == end || *p++ != '.')) {
            return PATRON_DECLINED;
        }

        octet = 0;

        for (start = p; p < end && *p >= '0' && *p <= '9'; p++) {
            if (p - start == 3) {
                return PATRON_DECLINED;
            }

            octet = octet * 10 + (*p - '0');
        }

        if (p == start || octet > 255 || (*start == '0' && p - start > 1)) {
            return PATRON_DECLINED;
        }

        *address = *address << 8 | octet;
    }

    return p == end ? PATRON_OK : PATRON_DECLINED;
}


static int
patron_address_ipv6(patron_address_t *address, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    int             n, gap, i;
    unsigned        group, groups[8];
    uint32_t        bits;
    patron_uchar_t  bytes[16];

    n = 0;
    gap = -1;

    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = 0;
        p += 2;
    }

    while (p < end) {

        if (n == 8) {
            return PATRON_DECLINED;
        }

        if (n <= 6 && memchr(p, '.', end - p) != NULL
            && memchr(p, ':', end - p) == NULL)
        {
            if (patron_address_ipv4(&bits, p, end) != PATRON_OK) {
                return PATRON_DECLINED;
            }

            groups[n++] = bits >> 16;
            groups[n++] = bits & 0xffff;
            break;
        }

        if (patron_address_group(&p, end, &group) != PATRON_OK) {
            return PATRON_DECLINED;
        }

        groups[n++] = group;

        if (p == end) {
            break;
        }

        if (*p++ != ':' || p == end) {
            return PATRON_DECLINED;
        }

        if (*p == ':') {

            if (gap >= 0) {
                return PATRON_DECLINED;
            }

            gap = n;
            p++;
        }
    }

    if (gap < 0 ? n != 8 : n == 8) {
        return PATRON_DECLINED;
    }

    memset(bytes, 0, sizeof(bytes));

    for (i = 0; i < n; i++) {
        group = (gap < 0 || i < gap) ? (unsigned) i : (unsigned) (8 - n + i);
        bytes[2 * group] = (patron_uchar_t) (groups[i] >> 8);
        bytes[2 * group + 1] = (patron_uchar_t) groups[i];
    }

    patron_address_bytes(address, bytes, 16);

    return PATRON_OK;
}


static int
patron_address_group(const patron_uchar_t **pos, const patron_uchar_t *end,
    unsigned *group)
{
    patron_uchar_t         ch;
    const patron_uchar_t  *p;

    *group = 0;

    for (p = *pos; p < end && p - *pos < 4; p++) {
        ch = *p | 0x20;

        if (*p >= '0' && *p <= '9') {
            *group = *group << 4 | (unsigned) (*p - '0');

        } else if (ch >= 'a' && ch <= 'f') {
            *group = *group << 4 | (unsigned) (ch - 'a' + 10);

        } else {
            break;
        }
    }

    if (p == *pos) {
        return PATRON_DECLINED;
    }

    *pos = p;

    return PATRON_OK;
}


static int
patron_address_port(const patron_uchar_t *p, const patron_uchar_t *end)
{
    if (p == end || *p++ != ':' || p == end || end - p > 5) {
        return PATRON_DECLINED;
    }

    for ( /* void */ ; p < end; p++) {
        if (*p < '0' || *p > '9') {
            return PATRON_DECLINED;
        }
    }

    return PATRON_OK;
}
