
/*
 * The meter of a cookie: a bounded set of article ids under its period,
 *
 *     version, period type: a byte each; first second: 5 bytes, big-endian;
 *     ids: 6 bytes each, big-endian
 *
 * to be sealed by the caller.  It holds PATRON_METER_ARTICLES articles; a
 * limit above that cannot be kept by a cookie alone, and a full meter takes no
 * more: it fails closed.
 */


#include "patron_meter.h"


#define PATRON_METER_VERSION  1
#define PATRON_METER_HEAD     7


static patron_uchar_t *patron_meter_put(patron_uchar_t *p, uint64_t value,
    unsigned bytes);
static uint64_t patron_meter_get(const patron_uchar_t *p, unsigned bytes);


uint64_t
patron_meter_id(const patron_uchar_t *digest)
{
    return patron_meter_get(digest, PATRON_METER_ID);
}


void
patron_meter_init(patron_meter_t *meter, const patron_period_t *period)
{
    meter->type = period->type;
    meter->start = period->start;
    meter->n = 0;
}


int
patron_meter_decode(patron_meter_t *meter, const patron_period_t *period,
    const patron_str_t *payload)
{
    size_t                 len;
    const patron_uchar_t  *p;

    patron_meter_init(meter, period);

    p = payload->data;

    if (payload->len < PATRON_METER_HEAD || payload->len > PATRON_METER_MAX
        || (payload->len - PATRON_METER_HEAD) % PATRON_METER_ID
        || p[0] != PATRON_METER_VERSION || p[1] != period->type
        || patron_meter_get(p + 2, 5) != (uint64_t) period->start)
    {
        return PATRON_DECLINED;
    }

    p += PATRON_METER_HEAD;
    len = payload->len - PATRON_METER_HEAD;

    for ( /* void */ ; len; len -= PATRON_METER_ID) {
        (void) patron_meter_add(meter, patron_meter_get(p, PATRON_METER_ID));
        p += PATRON_METER_ID;
    }

    return PATRON_OK;
}


size_t
patron_meter_encode(const patron_meter_t *meter, patron_uchar_t *dst)
{
    unsigned         i;
    patron_uchar_t  *p;

    p = dst;

    *p++ = PATRON_METER_VERSION;
    *p++ = (patron_uchar_t) meter->type;
    p = patron_meter_put(p, (uint64_t) meter->start, 5);

    for (i = 0; i < meter->n; i++) {
        p = patron_meter_put(p, meter->ids[i], PATRON_METER_ID);
    }

    return (size_t) (p - dst);
}


int
patron_meter_has(const patron_meter_t *meter, uint64_t id)
{
    unsigned  i;

    for (i = 0; i < meter->n; i++) {
        if (meter->ids[i] == id) {
            return 1;
        }
    }

    return 0;
}


int
patron_meter_add(patron_meter_t *meter, uint64_t id)
{
    if (patron_meter_has(meter, id)) {
        return PATRON_DECLINED;
    }

    if (meter->n == PATRON_METER_ARTICLES) {
        return PATRON_ERROR;
    }

    meter->ids[meter->n++] = id;

    return PATRON_OK;
}


static patron_uchar_t *
patron_meter_put(patron_uchar_t *p, uint64_t value, unsigned bytes)
{
    while (bytes--) {
        *p++ = (patron_uchar_t) (value >> (bytes * 8));
    }

    return p;
}


static uint64_t
patron_meter_get(const patron_uchar_t *p, unsigned bytes)
{
    uint64_t  value;

    for (value = 0; bytes; bytes--) {
        value = value << 8 | *p++;
    }

    return value;
}
