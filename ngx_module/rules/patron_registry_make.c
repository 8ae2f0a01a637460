
/*
 * Making a registry.  See the header.  The table is made by one sweep over the
 * ranges in the order of where they begin, with those that are open in a heap,
 * the narrowest on top: n ranges make at most 2n - 1 that do not overlap.
 */


#include <stdlib.h>

#include "patron_registry_format.h"


#define PATRON_REGISTRY_FIRST  64           /* ranges there is room for */


struct patron_registry_item_s {
    patron_address_range_t  range;
    uint32_t                entry;
};


typedef struct {
    patron_registry_item_t  *items;         /* by where they begin */
    uint32_t                *open;          /* a heap of them */
    size_t                   nopen;
    patron_registry_item_t  *table;
    size_t                   n;
} patron_registry_sweep_t;


static int patron_registry_item(patron_registry_maker_t *maker, size_t entry,
    const patron_address_range_t *range);
static int patron_registry_room(patron_registry_maker_t *maker, size_t len);
static size_t patron_registry_sort(patron_registry_maker_t *maker);
static int patron_registry_cmp(const void *one, const void *two);
static void patron_registry_sweep(patron_registry_sweep_t *sweep, size_t n);
static void patron_registry_emit(patron_registry_sweep_t *sweep,
    const patron_address_t *first, const patron_address_t *last,
    uint32_t entry);
static void patron_registry_push(patron_registry_sweep_t *sweep, uint32_t i);
static void patron_registry_pop(patron_registry_sweep_t *sweep);
static int patron_registry_narrower(const patron_registry_item_t *a,
    const patron_registry_item_t *b);
static void patron_registry_put(patron_registry_maker_t *maker,
    patron_registry_sweep_t *ipv4, patron_registry_sweep_t *ipv6,
    patron_uchar_t *p);


int
patron_registry_addresses(patron_registry_maker_t *maker, size_t entry,
    const patron_str_t *text, patron_registry_read_t *read)
{
    int                     rc;
    patron_str_t            rest, bad;
    patron_address_range_t  range;

    memset(read, 0, sizeof(patron_registry_read_t));
    rest = *text;

    while ((rc = patron_address_next(&rest, &range, &bad))
           != PATRON_DECLINED)
    {
        if (rc == PATRON_ERROR) {

            if (read->wrong++ == 0) {
                read->bad = bad;
            }

            continue;
        }

        if (maker->nranges == PATRON_REGISTRY_RANGES) {
            read->left_out++;
            continue;
        }

        if (patron_registry_item(maker, entry, &range) != PATRON_OK) {
            return PATRON_ERROR;
        }

        read->taken++;
    }

    return PATRON_OK;
}


static int
patron_registry_item(patron_registry_maker_t *maker, size_t entry,
    const patron_address_range_t *range)
{
    size_t                   size;
    patron_registry_item_t  *ranges;

    if (maker->nranges == maker->size) {
        size = maker->size ? 2 * maker->size : PATRON_REGISTRY_FIRST;

        ranges = realloc(maker->ranges, size * sizeof(patron_registry_item_t));
        if (ranges == NULL) {
            return PATRON_ERROR;
        }

        maker->ranges = ranges;
        maker->size = size;
    }

    maker->ranges[maker->nranges].range = *range;
    maker->ranges[maker->nranges].entry = (uint32_t) entry;
    maker->nranges++;

    return PATRON_OK;
}


int
patron_registry_add(patron_registry_maker_t *maker,
    const patron_str_t *fields, size_t nfields)
{
    size_t           i, len;
    uint32_t         size, offset;
    patron_uchar_t  *p;

    len = sizeof(offset) + 1;

    for (i = 0; i < nfields; i++) {
        len += sizeof(size) + fields[i].len;
    }

    if (nfields > PATRON_REGISTRY_FIELDS
        || patron_registry_room(maker, len) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    /* how far to the next stands before an entry, for the offsets */

    p = maker->strings + maker->len;
    offset = (uint32_t) (len - sizeof(offset));
    memcpy(p, &offset, sizeof(offset));
    p += sizeof(offset);

    *p++ = (patron_uchar_t) nfields;

    for (i = 0; i < nfields; i++) {
        size = (uint32_t) fields[i].len;
        memcpy(p, &size, sizeof(size));
        p += sizeof(size);

        if (size) {
            memcpy(p, fields[i].data, size);
            p += size;
        }
    }

    maker->len += len;
    maker->nentries++;

    return PATRON_OK;
}


static int
patron_registry_room(patron_registry_maker_t *maker, size_t len)
{
    size_t           room;
    patron_uchar_t  *strings;

    if (len > UINT32_MAX / 2 - maker->len) {
        return PATRON_ERROR;
    }

    if (maker->len + len <= maker->room) {
        return PATRON_OK;
    }

    room = 2 * (maker->len + len);

    strings = realloc(maker->strings, room);
    if (strings == NULL) {
        return PATRON_ERROR;
    }

    maker->strings = strings;
    maker->room = room;

    return PATRON_OK;
}


int
patron_registry_write(patron_registry_maker_t *maker, patron_uchar_t **data,
    size_t *len)
{
    int                       rc;
    size_t                    n, nipv4;
    uint32_t                 *open;
    patron_registry_item_t   *table;
    patron_registry_sweep_t   ipv4, ipv6;

    n = maker->nranges;
    rc = PATRON_ERROR;

    open = malloc((n + 1) * sizeof(uint32_t));
    table = malloc((2 * n + 1) * sizeof(patron_registry_item_t));

    if (open != NULL && table != NULL) {
        nipv4 = patron_registry_sort(maker);

        memset(&ipv4, 0, sizeof(ipv4));
        ipv4.items = maker->ranges;
        ipv4.open = open;
        ipv4.table = table;
        patron_registry_sweep(&ipv4, nipv4);

        memset(&ipv6, 0, sizeof(ipv6));
        ipv6.items = maker->ranges ? maker->ranges + nipv4 : NULL;
        ipv6.open = open;
        ipv6.table = table + ipv4.n;
        patron_registry_sweep(&ipv6, n - nipv4);

        *len = sizeof(patron_registry_header_t)
               + ipv6.n * sizeof(patron_registry_ipv6_t)
               + ipv4.n * sizeof(patron_registry_ipv4_t)
               + maker->len;

        *data = malloc(*len);

        if (*data != NULL) {
            patron_registry_put(maker, &ipv4, &ipv6, *data);
            rc = PATRON_OK;
        }
    }

    free(open);
    free(table);

    return rc;
}


/* IPv4 first.  How many those are. */

static size_t
patron_registry_sort(patron_registry_maker_t *maker)
{
    size_t  n;

    if (maker->nranges > 1) {
        qsort(maker->ranges, maker->nranges, sizeof(patron_registry_item_t),
              patron_registry_cmp);
    }

    for (n = 0; n < maker->nranges; n++) {
        if (!patron_address_is_ipv4(&maker->ranges[n].range.first)) {
            break;
        }
    }

    return n;
}


static int
patron_registry_cmp(const void *one, const void *two)
{
    int                            four, other, rc;
    const patron_registry_item_t  *a = one;
    const patron_registry_item_t  *b = two;

    four = patron_address_is_ipv4(&a->range.first);
    other = patron_address_is_ipv4(&b->range.first);

    if (four != other) {
        return other - four;
    }

    rc = patron_address_cmp(&a->range.first, &b->range.first);
    if (rc != 0) {
        return rc;
    }

    rc = patron_address_cmp(&a->range.last, &b->range.last);

    return rc ? rc : (a->entry > b->entry) - (a->entry < b->entry);
}


static void
patron_registry_sweep(patron_registry_sweep_t *sweep, size_t n)
{
    size_t                   next;
    patron_address_t         pos, last;
    patron_registry_item_t  *top;

    next = 0;
    memset(&pos, 0, sizeof(pos));

    for ( ;; ) {

        if (sweep->nopen == 0) {

            if (next == n) {
                return;
            }

            pos = sweep->items[next].range.first;
        }

        while (next < n
               && patron_address_cmp(&sweep->items[next].range.first, &pos)
                  <= 0)
        {
            patron_registry_push(sweep, (uint32_t) next++);
        }

        /* up to its end, or to where another begins */

        top = &sweep->items[sweep->open[0]];
        last = top->range.last;

        if (next < n
            && patron_address_cmp(&sweep->items[next].range.first, &last) <= 0)
        {
            last = sweep->items[next].range.first;
            last.high -= (last.low == 0);
            last.low--;
        }

        patron_registry_emit(sweep, &pos, &last, top->entry);

        pos = last;
        pos.low++;
        pos.high += (pos.low == 0);

        if (pos.low == 0 && pos.high == 0) {
            /* that was the last address there is */
            return;
        }

        while (sweep->nopen
               && patron_address_cmp(
                      &sweep->items[sweep->open[0]].range.last, &pos)
                  < 0)
        {
            patron_registry_pop(sweep);
        }
    }
}


/* Two of one entry that adjoin are one. */

static void
patron_registry_emit(patron_registry_sweep_t *sweep,
    const patron_address_t *first, const patron_address_t *last,
    uint32_t entry)
{
    patron_address_t         next;
    patron_registry_item_t  *item;

    if (sweep->n) {
        item = &sweep->table[sweep->n - 1];

        next = item->range.last;
        next.low++;
        next.high += (next.low == 0);

        if (item->entry == entry && patron_address_cmp(&next, first) == 0) {
            item->range.last = *last;
            return;
        }
    }

    item = &sweep->table[sweep->n++];
    item->range.first = *first;
    item->range.last = *last;
    item->entry = entry;
}


static void
patron_registry_push(patron_registry_sweep_t *sweep, uint32_t i)
{
    size_t  place, above;

    place = sweep->nopen++;

    while (place) {
        above = (place - 1) / 2;

        if (!patron_registry_narrower(&sweep->items[i],
                                      &sweep->items[sweep->open[above]]))
        {
            break;
        }

        sweep->open[place] = sweep->open[above];
        place = above;
    }

    sweep->open[place] = i;
}


static void
patron_registry_pop(patron_registry_sweep_t *sweep)
{
    size_t    place, below;
    uint32_t  i;

    i = sweep->open[--sweep->nopen];
    place = 0;

    while ((below = 2 * place + 1) < sweep->nopen) {

        if (below + 1 < sweep->nopen
            && patron_registry_narrower(
                   &sweep->items[sweep->open[below + 1]],
                   &sweep->items[sweep->open[below]]))
        {
            below++;
        }

        if (!patron_registry_narrower(&sweep->items[sweep->open[below]],
                                      &sweep->items[i]))
        {
            break;
        }

        sweep->open[place] = sweep->open[below];
        place = below;
    }

    sweep->open[place] = i;
}


static int
patron_registry_narrower(const patron_registry_item_t *a,
    const patron_registry_item_t *b)
{
    int               rc;
    patron_address_t  one, two;

    one.low = a->range.last.low - a->range.first.low;
    one.high = a->range.last.high - a->range.first.high
               - (a->range.last.low < a->range.first.low);

    two.low = b->range.last.low - b->range.first.low;
    two.high = b->range.last.high - b->range.first.high
               - (b->range.last.low < b->range.first.low);

    rc = patron_address_cmp(&one, &two);

    return rc ? rc < 0 : a->entry < b->entry;
}


static void
patron_registry_put(patron_registry_maker_t *maker,
    patron_registry_sweep_t *ipv4, patron_registry_sweep_t *ipv6,
    patron_uchar_t *p)
{
    size_t                    i;
    uint32_t                  len, offset;
    patron_uchar_t           *strings;
    patron_registry_ipv4_t    four;
    patron_registry_ipv6_t    six;
    patron_registry_header_t  header;

    memset(&header, 0, sizeof(header));
    header.magic = PATRON_REGISTRY_MAGIC;
    header.nipv4 = (uint32_t) ipv4->n;
    header.nipv6 = (uint32_t) ipv6->n;
    header.nentries = (uint32_t) maker->nentries;
    header.nranges = (uint32_t) maker->nranges;
    header.strings = maker->len - maker->nentries * sizeof(len);

    memcpy(p, &header, sizeof(header));
    p += sizeof(header);

    for (i = 0; i < ipv6->n; i++) {
        six.range = ipv6->table[i].range;
        six.entry = ipv6->table[i].entry;
        six.unused = 0;

        memcpy(p, &six, sizeof(six));
        p += sizeof(six);
    }

    for (i = 0; i < ipv4->n; i++) {
        four.first = (uint32_t) ipv4->table[i].range.first.low;
        four.last = (uint32_t) ipv4->table[i].range.last.low;
        four.entry = ipv4->table[i].entry;

        memcpy(p, &four, sizeof(four));
        p += sizeof(four);
    }

    strings = maker->strings;
    offset = 0;

    for (i = 0; i < maker->nentries; i++) {
        memcpy(p, &offset, sizeof(offset));
        p += sizeof(offset);

        memcpy(&len, strings, sizeof(len));
        strings += sizeof(len) + len;
        offset += len;
    }

    strings = maker->strings;

    for (i = 0; i < maker->nentries; i++) {
        memcpy(&len, strings, sizeof(len));
        strings += sizeof(len);

        memcpy(p, strings, len);
        p += len;
        strings += len;
    }
}


void
patron_registry_free(patron_registry_maker_t *maker)
{
    free(maker->ranges);
    free(maker->strings);
    memset(maker, 0, sizeof(patron_registry_maker_t));
}
