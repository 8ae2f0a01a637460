
/*
 * Articles read: once a path and day, for thirty days.
 */


#include "patron_date.h"
#include "patron_read.h"
#include "patron_tap.h"


#define NOW  INT64_C(1795370400)


static int
reads(patron_read_t *read, const char *path, int64_t now)
{
    int             added;
    patron_str_t    s, payload;
    patron_uchar_t  buf[PATRON_READ_MAX];

    s = str(path);
    added = patron_read_add(read, &s, now);

    payload.data = buf;
    payload.len = patron_read_encode(read, buf);

    if (patron_read_decode(read, &payload) != PATRON_OK) {
        ok(0, "read again");
    }

    return added;
}


static void
test_counts(void)
{
    int            i;
    char           path[16];
    patron_read_t  read;

    memset(&read, 0, sizeof(read));

    is_int(patron_read_count(&read, NOW), 0, "nothing");
    is_int(reads(&read, "/a", NOW), 1, "an article");
    is_int(reads(&read, "/a", NOW + 60), 0, "again that day");
    is_int(reads(&read, "/b", NOW), 1, "another");
    is_int(reads(&read, "/a", NOW + PATRON_DAY), 1, "the next day");
    is_int(patron_read_count(&read, NOW + PATRON_DAY), 3, "three");
    is_int(patron_read_count(&read, NOW + 29 * PATRON_DAY), 3, "for long");
    is_int(patron_read_count(&read, NOW + 30 * PATRON_DAY), 1, "not for ever");
    is_int(patron_read_count(&read, NOW + 31 * PATRON_DAY), 0, "none");
    is_int(patron_read_count(&read, NOW + 4000 * PATRON_DAY), 0, "years on");
    is_int(reads(&read, "/c", NOW), 1, "a clock that was set back");
    is_int(patron_read_count(&read, NOW), 4, "counts on");

    for (i = 0; i < 80; i++) {
        sprintf(path, "/n%d", i % 40);
        (void) reads(&read, path, NOW + 32 * PATRON_DAY);
    }

    is_int(patron_read_count(&read, NOW + 32 * PATRON_DAY), 40,
           "forty in a day are told apart");

    memset(&read, 0, sizeof(read));
    (void) reads(&read, "/a", NOW);
    (void) reads(&read, "/b", NOW);
    (void) reads(&read, "/c", NOW);
    (void) reads(&read, "/a", NOW + PATRON_DAY);

    for (i = 0; i < 400; i++) {
        sprintf(path, "/%d", i);
        (void) reads(&read, path, NOW + 2 * PATRON_DAY);
    }

    is_int(patron_read_count(&read, NOW + 2 * PATRON_DAY), 3 + 1 + 255,
           "at most so many a day");
}


static void
test_payloads(void)
{
    size_t          len, days;
    patron_str_t    payload;
    patron_read_t   read;
    patron_uchar_t  buf[PATRON_READ_MAX + 2];

    memset(buf, 0xff, sizeof(buf));
    buf[0] = 1;
    payload.data = buf;

    for (len = 0; len <= sizeof(buf); len++) {
        payload.len = len;

        if ((patron_read_decode(&read, &payload) == PATRON_OK)
            != (len >= 33 && len <= 33 + 80 && len % 2 == 1))
        {
            ok(0, "%zu bytes of version 1", len);
        }
    }

    payload.len = 33;
    (void) patron_read_decode(&read, &payload);
    is_int(read.counts[29], 255, "version 1 is read, to the last day");
    is_int(read.n, 0, "and no further");

    buf[0] = 2;

    for (days = 0; days < 256; days++) {
        buf[3] = (patron_uchar_t) days;

        for (len = 0; len <= sizeof(buf); len++) {
            payload.len = len;

            if ((patron_read_decode(&read, &payload) == PATRON_OK)
                != (days <= 30 && len >= 4 + days && len <= 4 + days + 80
                    && (len - days) % 2 == 0))
            {
                ok(0, "%zu bytes with %zu days", len, days);
            }
        }
    }

    memset(&read, 0, sizeof(read));
    is_int(patron_read_encode(&read, buf), 4, "nothing is short");
    (void) reads(&read, "/a", NOW);
    is_int(patron_read_encode(&read, buf), 7, "and so is one article");
    (void) reads(&read, "/a", NOW + 29 * PATRON_DAY);
    is_int(patron_read_encode(&read, buf), 36, "a month has its days");

    payload.len = PATRON_READ_MAX;
    buf[0] = 3;
    ok(patron_read_decode(&read, &payload) == PATRON_DECLINED
       && patron_read_count(&read, NOW) == 0, "another version");
}


int
main(void)
{
    test_counts();
    test_payloads();

    return done();
}
