
/*
 * The payloads of cookies, after their seal: visits, meters, articles read.
 * What decodes encodes to the same bytes, and stays within its bounds whatever
 * is done to it.
 */


#include <stdlib.h>

#include "patron_meter.h"
#include "patron_read.h"
#include "patron_visit.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
visits(const patron_str_t *payload)
{
    uint32_t         id, clicked;
    patron_cap_t     cap;
    patron_visit_t   visit;
    patron_uchar_t   text[PATRON_VISIT_MAX];

    if (patron_visit_decode(&visit, payload) == PATRON_OK
        && (patron_visit_encode(&visit, text) != payload->len
            || memcmp(text, payload->data, payload->len) != 0))
    {
        abort();
    }

    if (patron_cap_parse(&cap, payload) != PATRON_OK) {
        cap.showings = 1;
        cap.days = 9;
    }

    /* as the text that a member's record has */

    patron_visit_recall(&visit, payload, 0);

    if (visit.n > PATRON_VISIT_CAMPAIGNS) {
        abort();
    }

    (void) patron_visit_join(&visit, 0, &clicked);

    if (patron_visit_join(&visit, INT64_MAX, &clicked) == PATRON_OK) {
        abort();
    }

    for (id = 0; id < 40; id++) {
        patron_visit_click(&visit, id, (int64_t) id * 90000);
        patron_visit_show(&visit, id, &cap, (int64_t) id * 90000);

        if (id & 1) {
            patron_visit_dismiss(&visit, id, id, (int64_t) id * 90000);

            if (patron_visit_allows(&visit, id, &cap, (int64_t) id * 90000)) {
                abort();
            }
        }

        if (patron_visit_encode(&visit, text) > PATRON_VISIT_MAX) {
            abort();
        }
    }
}


static void
meters(const patron_str_t *payload)
{
    int64_t          start;
    uint64_t         id;
    patron_meter_t   meter;
    patron_period_t  period;
    patron_uchar_t   text[PATRON_METER_MAX];
    unsigned         i, n;

    /* the period that the payload claims, if there is one */

    start = 0;

    for (i = 2; i < 7 && i < payload->len; i++) {
        start = start << 8 | payload->data[i];
    }

    n = (payload->len > 1) ? payload->data[1] % 4u : 0;

    if (patron_period_at(&period, (patron_period_e) n, 60, start)
        != PATRON_OK)
    {
        return;
    }

    period.start = start;

    (void) patron_meter_decode(&meter, &period, payload);

    for (id = 0; id < 100; id++) {
        (void) patron_meter_add(&meter, id);
    }

    if (meter.n != PATRON_METER_ARTICLES
        || patron_meter_encode(&meter, text) != PATRON_METER_MAX)
    {
        abort();
    }
}


static void
articles(const patron_str_t *payload)
{
    unsigned         before;
    patron_str_t     again;
    patron_read_t    read, same;
    patron_uchar_t   text[PATRON_READ_MAX];

    again.data = text;

    if (patron_read_decode(&read, payload) == PATRON_OK) {
        again.len = patron_read_encode(&read, text);

        if (again.len > payload->len + 1
            || patron_read_decode(&same, &again) != PATRON_OK
            || memcmp(&same, &read, sizeof(patron_read_t)) != 0)
        {
            abort();
        }
    }

    before = patron_read_count(&read, 0);

    if (patron_read_add(&read, payload, 0) > 1
        || patron_read_count(&read, 0) < before
        || patron_read_count(&read, 0) > before + 1
        || read.n > PATRON_READ_PATHS)
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    patron_str_t  payload;

    payload.data = data;
    payload.len = size;

    articles(&payload);
    visits(&payload);
    meters(&payload);

    return 0;
}
