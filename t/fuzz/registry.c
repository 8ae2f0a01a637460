
/*
 * Lists of addresses, and the table made of them: the same entry as a search
 * through all that was parsed finds, at the ends of every range.
 */


#include <stdlib.h>

#include "patron_registry.h"


#define ENTRIES  16
#define RANGES   256


typedef struct {
    patron_address_range_t  range;
    size_t                  entry;
} item_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
width(const patron_address_range_t *range, patron_address_t *w)
{
    w->low = range->last.low - range->first.low;
    w->high = range->last.high - range->first.high
              - (range->last.low < range->first.low);
}


static size_t
search(const item_t *items, size_t n, const patron_address_t *a)
{
    int               rc;
    size_t            i, best;
    patron_address_t  one, two;

    best = n;

    for (i = 0; i < n; i++) {

        if (patron_address_is_ipv4(a)
            != patron_address_is_ipv4(&items[i].range.first)
            || patron_address_cmp(&items[i].range.first, a) > 0
            || patron_address_cmp(&items[i].range.last, a) < 0)
        {
            continue;
        }

        if (best == n) {
            best = i;
            continue;
        }

        width(&items[i].range, &one);
        width(&items[best].range, &two);
        rc = patron_address_cmp(&one, &two);

        if (rc < 0 || (rc == 0 && items[i].entry < items[best].entry)) {
            best = i;
        }
    }

    return best == n ? 0 : items[best].entry;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                      rc;
    size_t                   i, n, len, entry;
    item_t                   items[RANGES];
    patron_str_t             text, rest, bad, field;
    patron_uchar_t          *p, *image;
    const uint8_t           *nul;
    patron_address_t         a;
    patron_registry_t        registry;
    patron_registry_read_t   read;
    patron_registry_maker_t  maker;

    memset(&maker, 0, sizeof(maker));
    n = 0;

    for (entry = 1; size && entry <= ENTRIES; entry++) {
        nul = memchr(data, 0, size);
        len = nul ? (size_t) (nul - data) : size;

        p = malloc(len ? len : 1);
        memcpy(p, data, len);
        text.data = p;
        text.len = len;

        rest = text;

        while (n < RANGES
               && (rc = patron_address_next(&rest, &items[n].range, &bad))
                  != PATRON_DECLINED)
        {
            if (rc == PATRON_OK) {

                if (patron_address_cmp(&items[n].range.first,
                                       &items[n].range.last) > 0)
                {
                    abort();
                }

                items[n++].entry = entry;

            } else if (bad.data < p || bad.data + bad.len > p + len) {
                abort();
            }
        }

        text.len -= rest.len;

        if (patron_registry_addresses(&maker, entry, &text, &read) != PATRON_OK
            || patron_registry_add(&maker, &text, 1) != PATRON_OK)
        {
            abort();
        }

        free(p);

        data += nul ? len + 1 : len;
        size -= nul ? len + 1 : len;
    }

    if (patron_registry_write(&maker, &image, &len) != PATRON_OK
        || patron_registry_open(&registry, image, len) != PATRON_OK
        || registry.nranges != n)
    {
        abort();
    }

    for (i = 0; i < 4 * n; i++) {
        a = (i & 1) ? items[i / 4].range.last : items[i / 4].range.first;

        if ((i & 3) == 2) {
            a.high -= (a.low == 0);
            a.low--;
        }

        if ((i & 3) == 3) {
            a.low++;
            a.high += (a.low == 0);
        }

        if (patron_registry_find(&registry, &a) != search(items, n, &a)) {
            abort();
        }
    }

    for (i = 0; i <= registry.nentries + 1; i++) {
        field = patron_registry_field(&registry, i, 0);
        (void) field;
    }

    free(image);
    patron_registry_free(&maker);

    return 0;
}
