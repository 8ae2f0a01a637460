
/* Addresses, lists of them, and which entry of a registry has one. */


#include <stdlib.h>

#include "patron_registry.h"
#include "patron_tap.h"


static void
parses(const char *text, uint64_t high, uint64_t low)
{
    patron_str_t      s;
    patron_address_t  a;

    s = str(text);
    memset(&a, 0, sizeof(a));

    ok(patron_address_parse(&a, &s) == PATRON_OK && a.high == high
       && a.low == low, "\"%s\"", text);
}


static void
refuses(const char *text)
{
    patron_str_t      s;
    patron_address_t  a;

    s = str(text);
    ok(patron_address_parse(&a, &s) == PATRON_DECLINED, "not \"%s\"", text);
}


/* Counts ranges and words that are none. */

static void
list(const char *text, int good, int wrong, const char *last)
{
    int                     rc, n, m;
    patron_str_t            s, bad, end;
    patron_address_t        a;
    patron_address_range_t  range;

    s = str(text);
    end = str(last);
    n = m = 0;
    memset(&range, 0, sizeof(range));

    while ((rc = patron_address_next(&s, &range, &bad)) != PATRON_DECLINED) {
        n += (rc == PATRON_OK);
        m += (rc == PATRON_ERROR);
    }

    ok(n == good && m == wrong, "list \"%s\"", text);

    if (end.len) {
        ok(patron_address_parse(&a, &end) == PATRON_OK
           && patron_address_cmp(&a, &range.last) == 0,
           "\"%s\" ends with %s", text, last);
    }
}


static patron_registry_maker_t   maker;
static patron_registry_t         registry;
static patron_uchar_t           *image;
static size_t                    image_len;


static void
entry(const char *name, const char *addresses)
{
    patron_str_t            fields[2];
    patron_registry_read_t  read;

    fields[0] = str(name);
    fields[1] = str(addresses);

    if (patron_registry_addresses(&maker, maker.nentries + 1, &fields[1],
                                  &read)
        != PATRON_OK
        || patron_registry_add(&maker, fields, 2) != PATRON_OK)
    {
        abort();
    }
}


static void
made(void)
{
    free(image);

    if (patron_registry_write(&maker, &image, &image_len) != PATRON_OK
        || patron_registry_open(&registry, image, image_len) != PATRON_OK)
    {
        abort();
    }
}


static void
whose(const char *address, const char *name)
{
    size_t            n;
    patron_str_t      s, field;
    patron_address_t  a;

    s = str(address);

    if (patron_address_parse(&a, &s) != PATRON_OK) {
        abort();
    }

    n = patron_registry_find(&registry, &a);
    field = patron_registry_field(&registry, n, 0);

    is_str(&field, name, address);
}


static void
begins(void)
{
    patron_registry_free(&maker);
}


/* Random ranges in a small space, against a search through all of them. */

static void
at_random(void)
{
    int                     round, i, k, best, width, wrong;
    int                     first[24], last[24];
    char                    text[64];
    patron_address_t        a;

    wrong = 0;
    srand(7);

    for (round = 0; round < 400; round++) {
        begins();

        for (i = 0; i < 24; i++) {
            first[i] = rand() % 256;
            last[i] = first[i] + rand() % (1 << (rand() % 8));
            last[i] = last[i] > 255 ? 255 : last[i];

            sprintf(text, "255.255.255.%d-255.255.255.%d", first[i], last[i]);
            entry("x", text);
        }

        made();

        for (k = 0; k < 256; k++) {
            best = -1;

            for (i = 0; i < 24; i++) {

                if (k < first[i] || k > last[i]) {
                    continue;
                }

                width = last[i] - first[i];

                if (best < 0 || width < last[best] - first[best]) {
                    best = i;
                }
            }

            a.high = 0;
            a.low = PATRON_ADDRESS_MAPPED | 0xffffff00 | (uint64_t) k;

            wrong += ((int) patron_registry_find(&registry, &a) != best + 1);
        }
    }

    is_int(wrong, 0, "random ranges");
}


static void
too_many(void)
{
    char                   *p, *text;
    size_t                  i;
    patron_str_t            s;
    patron_address_t        a;
    patron_registry_read_t  read;

    begins();

    text = malloc(32 * (PATRON_REGISTRY_RANGES + 10));
    p = text;

    for (i = 0; i < PATRON_REGISTRY_RANGES + 5; i++) {
        p += sprintf(p, "10.%d.%d.%d ", (int) (i >> 15), (int) (i >> 7) & 255,
                     2 * (int) (i & 127));
    }

    s = str(text);

    ok(patron_registry_addresses(&maker, 1, &s, &read) == PATRON_OK, "read");
    is_int((long long) read.taken, PATRON_REGISTRY_RANGES, "all that fit");
    is_int((long long) read.left_out, 5, "the rest is told");

    s = str("all");
    ok(patron_registry_add(&maker, &s, 1) == PATRON_OK, "added");
    made();

    is_int((long long) registry.nipv4, PATRON_REGISTRY_RANGES, "none joins");

    a.high = 0;
    a.low = PATRON_ADDRESS_MAPPED | 10 << 24 | 2;
    is_int((long long) patron_registry_find(&registry, &a), 1, "one of them");
    a.low++;
    is_int((long long) patron_registry_find(&registry, &a), 0, "and beside");

    free(text);
}


static void
damaged(void)
{
    size_t             i;
    patron_uchar_t    *copy;
    patron_registry_t  other;

    begins();
    entry("one", "192.0.2.0/24");
    entry("two", "2001:db8::/32");
    made();

    copy = malloc(image_len);
    ok(patron_registry_open(&other, copy, 0) == PATRON_ERROR, "nothing");

    for (i = 0; i < image_len; i++) {
        memcpy(copy, image, image_len);
        copy[i] ^= 0x80;
        (void) patron_registry_open(&other, copy, image_len);
        memcpy(copy, image, image_len);

        if (patron_registry_open(&other, copy, i) != PATRON_ERROR) {
            abort();
        }
    }

    ok(1, "a torn registry is refused");
    free(copy);
}


int
main(void)
{
    patron_str_t  s;

    parses("192.0.2.1", 0, PATRON_ADDRESS_MAPPED | 0xc0000201);
    parses("0.0.0.0", 0, PATRON_ADDRESS_MAPPED);
    parses("192.0.2.1:8080", 0, PATRON_ADDRESS_MAPPED | 0xc0000201);
    parses("::ffff:192.0.2.1", 0, PATRON_ADDRESS_MAPPED | 0xc0000201);
    parses("::ffff:c000:201", 0, PATRON_ADDRESS_MAPPED | 0xc0000201);
    parses("2001:db8::1", UINT64_C(0x20010db800000000), 1);
    parses("2001:DB8:0:0:0:0:0:1", UINT64_C(0x20010db800000000), 1);
    parses("[2001:db8::1]", UINT64_C(0x20010db800000000), 1);
    parses("[2001:db8::1]:443", UINT64_C(0x20010db800000000), 1);
    parses("::", 0, 0);
    parses("::1", 0, 1);
    parses("1::", UINT64_C(0x1000000000000), 0);
    parses("1:2:3:4:5:6:7::", UINT64_C(0x1000200030004),
           UINT64_C(0x5000600070000));
    parses("::2:3:4:5:6:7:8", UINT64_C(0x200030004), UINT64_C(0x5000600070008));
    parses("64:ff9b::192.0.2.33", UINT64_C(0x64ff9b00000000), 0xc0000221);

    refuses("");
    refuses("192.0.2");
    refuses("192.0.2.1.1");
    refuses("192.0.2.256");
    refuses("192.0.2.01");
    refuses("192.0.2.0x1");
    refuses("192.0.2.1 ");
    refuses("192.0.2.1:");
    refuses("192.0.2.1:123456");
    refuses("[192.0.2.1]");
    refuses("[::1");
    refuses("[::1]80");
    refuses(":");
    refuses(":::");
    refuses("1::2::3");
    refuses("1:2:3:4:5:6:7");
    refuses("1:2:3:4:5:6:7:8:9");
    refuses("1:2:3:4:5:6:7::8");
    refuses("12345::");
    refuses("fe80::1%eth0");
    refuses("::1.2.3");
    refuses("1:2:3:4:5:6:7:1.2.3.4");
    refuses(":1:2:3:4:5:6:7");
    refuses("1:2:3:4:5:6:7:");

    list("", 0, 0, "");
    list(" , ;\n", 0, 0, "");
    list("192.0.2.1", 1, 0, "192.0.2.1");
    list("192.0.2.5/24", 1, 0, "192.0.2.255");
    list("192.0.2.5/32 192.0.2.0/0", 2, 0, "255.255.255.255");
    list("192.0.2.1-192.0.2.9", 1, 0, "192.0.2.9");
    list("192.0.2.1 - 192.0.2.9,10.0.0.0/8", 2, 0, "10.255.255.255");
    list("192.0.2.1- 192.0.2.9;192.0.2.20 -192.0.2.30", 2, 0, "192.0.2.30");
    list("2001:db8::/32", 1, 0, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
    list("2001:db8::/64", 1, 0, "2001:db8::ffff:ffff:ffff:ffff");
    list("2001:db8::1-2001:db8::5", 1, 0, "2001:db8::5");
    list("::ffff:192.0.2.0/120", 1, 0, "192.0.2.255");
    list("::/0", 1, 0, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    list("192.0.2.0/33 192.0.2.0/ 192.0.2.0/024 192.0.2.0/a", 0, 4, "");
    list("::/129 ::ffff:192.0.2.1/64", 0, 2, "");
    list("192.0.2.9-192.0.2.1", 0, 1, "");
    list("192.0.2.1-2001:db8::1", 0, 1, "");
    list("192.0.2.0/24-192.0.2.9", 0, 1, "");
    list("- -- 192.0.2.1- , 192.0.2.7", 1, 2, "192.0.2.7");
    list("nonsense 192.0.2.1, example.org", 1, 2, "192.0.2.1");

    entry("a", "10.0.0.0/8");
    entry("b", "10.1.0.0/16, 2001:db8::/32");
    entry("c", "10.1.2.3 2001:db8:1::/48");
    entry("d", "10.0.255.0-10.1.0.255");
    entry("e", "10.1.2.3");
    made();

    is_int((long long) registry.nentries, 5, "entries");
    is_int((long long) registry.nranges, 7, "ranges");

    whose("9.255.255.255", "");
    whose("10.0.0.0", "a");
    whose("10.0.254.255", "a");
    whose("10.0.255.0", "d");
    whose("10.1.0.255", "d");
    whose("10.1.1.0", "b");
    whose("10.1.2.2", "b");
    whose("10.1.2.3", "c");
    whose("10.1.2.4", "b");
    whose("10.1.255.255", "b");
    whose("10.2.0.0", "a");
    whose("10.255.255.255", "a");
    whose("11.0.0.0", "");
    whose("2001:db8::", "b");
    whose("2001:db8:1::7", "c");
    whose("2001:db9::", "");
    whose("::", "");

    s = patron_registry_field(&registry, 5, 1);
    is_str(&s, "10.1.2.3", "another field");
    s = patron_registry_field(&registry, 5, 2);
    is_str(&s, "", "one that is not there");
    s = patron_registry_field(&registry, 6, 0);
    is_str(&s, "", "no such entry");

    begins();
    entry("all", "::/0 0.0.0.0/0");
    entry("ends", "255.255.255.255 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                  "0.0.0.0 ::");
    made();
    whose("255.255.255.254", "all");
    whose("255.255.255.255", "ends");
    whose("0.0.0.0", "ends");
    whose("::", "ends");
    whose("::1", "all");
    whose("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ends");

    begins();
    made();
    whose("192.0.2.1", "");

    at_random();
    too_many();
    damaged();

    patron_registry_free(&maker);
    free(image);

    return done();
}
