
/*
 * Bytes from a hostile server, whole and in pieces: the first byte says how
 * large the pieces are.  The replies, all they are asked, and where the stream
 * ends must not depend on the pieces.
 */


#include <stdlib.h>

#include "patron_cluster.h"
#include "patron_dialogue.h"
#include "patron_record.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    uint64_t  hash;
    int       rc;
} result_t;


static void
add(result_t *result, const void *data, size_t len)
{
    size_t                 i;
    const patron_uchar_t  *p = data;

    for (i = 0; i < len; i++) {
        result->hash = (result->hash ^ p[i]) * 0x100000001b3ULL;
    }
}


static void
walk(result_t *result, const patron_reply_t *reply, unsigned depth)
{
    size_t          i;
    int64_t         n;
    patron_str_t    s;
    patron_reply_e  type;

    type = patron_reply_type(reply);
    add(result, &type, sizeof(type));

    s = patron_reply_str(reply);
    add(result, s.data, s.len);

    n = patron_reply_int(reply, -1);
    add(result, &n, sizeof(n));

    if (depth > 16) {
        abort();
    }

    for (i = 0; i < patron_reply_elements(reply); i++) {
        walk(result, patron_reply_element(reply, i), depth + 1);
    }
}


static void
ask(const patron_reply_t *reply)
{
    int                    i;
    unsigned               port;
    patron_str_t           name, host;
    patron_range_t         range;
    patron_record_t        record;
    patron_redirect_t      redirect;
    const patron_reply_t  *payload;

    name.data = (const patron_uchar_t *) "m";
    name.len = 1;

    if (patron_redis_error_reason(patron_redis_error(reply)) == NULL) {
        abort();
    }

    if (patron_record_read(&record, reply) != PATRON_ERROR
        && (record.tier_len > sizeof(record.tier)
            || record.name_len > sizeof(record.name)
            || record.until < 0 || record.until > PATRON_RECORD_TIME_MAX))
    {
        abort();
    }

    if (patron_redirect_parse(reply, &redirect) == PATRON_OK
        && (redirect.slot > 16383 || redirect.port > 65535
            || redirect.host.len > PATRON_HOST_MAX))
    {
        abort();
    }

    for (i = 0; i < patron_cluster_ranges(reply); i++) {
        if (patron_cluster_range(reply, i, &range) == PATRON_OK
            && (range.first > range.last || range.last > 16383
                || range.port == 0 || range.port > 65535))
        {
            abort();
        }
    }

    if (patron_push_read(reply, &payload) == PATRON_PUSH_SWITCH) {
        (void) patron_switch_parse(payload, &name, &host, &port);
    }
}


static result_t
run(const uint8_t *data, size_t size, size_t piece)
{
    size_t           part;
    result_t         result;
    patron_resp_t    resp;
    patron_reply_t  *reply;

    result.hash = 0xcbf29ce484222325ULL;
    result.rc = patron_resp_init(&resp);

    while (size && result.rc != PATRON_ERROR) {
        part = (piece < size) ? piece : size;

        result.rc = patron_resp_feed(&resp, data, part);
        data += part;
        size -= part;

        while (result.rc == PATRON_OK) {
            result.rc = patron_resp_next(&resp, &reply);

            if (result.rc == PATRON_OK) {
                walk(&result, reply, 0);
                ask(reply);
            }
        }
    }

    patron_resp_done(&resp);

    return result;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    result_t  whole, pieces;

    if (size < 2) {
        return 0;
    }

    whole = run(data + 1, size - 1, size);
    pieces = run(data + 1, size - 1, data[0] % 16 + 1);

    if (whole.hash != pieces.hash || whole.rc != pieces.rc) {
        abort();
    }

    return 0;
}
