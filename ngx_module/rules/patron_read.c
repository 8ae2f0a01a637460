
/*
 * See the header.  The payload of the cookie is
 *
 *     version: a byte; the day (2 bytes); how many days, up to the last that
 *     has a count (1); a count for each of them (1); for each path of the day:
 *     16 bits of a hash
 *
 * big-endian, to be sealed by the caller.  Version 1 had all of the days, and
 * not how many.  Two paths of one hash are taken for one, which is one article
 * in some thousands too few.
 */


#include "patron_date.h"
#include "patron_hash.h"
#include "patron_read.h"


#define PATRON_READ_VERSION  2
#define PATRON_READ_HEAD     4          /* bytes before the counts */


static void patron_read_until(patron_read_t *read, uint16_t today);
static uint16_t patron_read_day(int64_t now);


int
patron_read_decode(patron_read_t *read, const patron_str_t *payload)
{
    unsigned               i, head, days;
    const patron_uchar_t  *p;

    memset(read, 0, sizeof(patron_read_t));

    p = payload->data;

    if (payload->len < PATRON_READ_HEAD || payload->len > PATRON_READ_MAX) {
        return PATRON_DECLINED;
    }

    if (p[0] == 1) {
        head = PATRON_READ_HEAD - 1;
        days = PATRON_READ_DAYS;

    } else if (p[0] == PATRON_READ_VERSION && p[3] <= PATRON_READ_DAYS) {
        head = PATRON_READ_HEAD;
        days = p[3];

    } else {
        return PATRON_DECLINED;
    }

    if (payload->len < head + days
        || (payload->len - head - days) % 2
        || (payload->len - head - days) / 2 > PATRON_READ_PATHS)
    {
        return PATRON_DECLINED;
    }

    read->day = (uint16_t) (p[1] << 8 | p[2]);
    p += head;

    memcpy(read->counts, p, days);
    p += days;

    read->n = (unsigned) (payload->len - head - days) / 2;

    for (i = 0; i < read->n; i++, p += 2) {
        read->paths[i] = (uint16_t) (p[0] << 8 | p[1]);
    }

    return PATRON_OK;
}


size_t
patron_read_encode(const patron_read_t *read, patron_uchar_t *dst)
{
    unsigned         i, days;
    patron_uchar_t  *p;

    p = dst;

    for (days = PATRON_READ_DAYS; days && read->counts[days - 1] == 0; days--)
    {
        /* void */
    }

    *p++ = PATRON_READ_VERSION;
    *p++ = (patron_uchar_t) (read->day >> 8);
    *p++ = (patron_uchar_t) read->day;
    *p++ = (patron_uchar_t) days;

    memcpy(p, read->counts, days);
    p += days;

    for (i = 0; i < read->n; i++) {
        *p++ = (patron_uchar_t) (read->paths[i] >> 8);
        *p++ = (patron_uchar_t) read->paths[i];
    }

    return (size_t) (p - dst);
}


int
patron_read_add(patron_read_t *read, const patron_str_t *path, int64_t now)
{
    uint16_t  hash;
    unsigned  i;

    patron_read_until(read, patron_read_day(now));

    hash = (uint16_t) (patron_hash(path) >> 48);

    for (i = 0; i < read->n; i++) {
        if (read->paths[i] == hash) {
            return 0;
        }
    }

    if (read->n == PATRON_READ_PATHS) {
        read->n--;
        memmove(&read->paths[0], &read->paths[1],
                read->n * sizeof(uint16_t));
    }

    read->paths[read->n++] = hash;

    if (read->counts[0] < UINT8_MAX) {
        read->counts[0]++;
    }

    return 1;
}


/* A clock that was set back changes nothing. */

static void
patron_read_until(patron_read_t *read, uint16_t today)
{
    unsigned  gone;

    if (today <= read->day) {
        return;
    }

    gone = today - read->day;
    gone = (gone < PATRON_READ_DAYS) ? gone : PATRON_READ_DAYS;

    memmove(&read->counts[gone], &read->counts[0], PATRON_READ_DAYS - gone);
    memset(&read->counts[0], 0, gone);

    read->day = today;
    read->n = 0;
}


unsigned
patron_read_count(const patron_read_t *read, int64_t now)
{
    unsigned       i, n;
    patron_read_t  current;

    current = *read;
    patron_read_until(&current, patron_read_day(now));

    for (i = 0, n = 0; i < PATRON_READ_DAYS; i++) {
        n += current.counts[i];
    }

    return n;
}


static uint16_t
patron_read_day(int64_t now)
{
    if (now < 0) {
        return 0;
    }

    return (now / PATRON_DAY < UINT16_MAX) ? (uint16_t) (now / PATRON_DAY)
                                           : UINT16_MAX;
}
