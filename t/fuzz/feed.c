
/*
 * A feed of any bytes: the output is the same in whatever chunks it comes, and
 * where nothing is cut it is the input.  The first byte is the size of a chunk,
 * the second says whether it is JSON, open, states levels, or is a member's own,
 * whose addresses become longer, or stay.
 */


#include <stdint.h>
#include <stdlib.h>

#include "patron_feed.h"


typedef struct {
    uint64_t  hash;
    size_t    len;
    int       rc;
    unsigned  cut;
    int       open;
    int       own;
    char      url[64];
} run_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
put(void *ctx, const patron_uchar_t *data, size_t len)
{
    run_t  *run = ctx;

    size_t  i;

    for (i = 0; i < len; i++) {
        run->hash = (run->hash ^ data[i]) * 0x100000001b3u;
    }

    run->len += len;

    return PATRON_OK;
}


static int
closed(void *ctx, const patron_str_t *level)
{
    run_t  *run = ctx;

    return !run->open && (level == NULL || level->len != 1);
}


static int
link_of(void *ctx, patron_str_t *url)
{
    run_t  *run = ctx;

    if (run->own == 1 && url->len < sizeof(run->url) - 2) {
        memcpy(run->url, url->data, url->len);
        memcpy(run->url + url->len, "&o", 2);

        url->data = (const patron_uchar_t *) run->url;
        url->len += 2;
    }

    return PATRON_OK;
}


static void
feed(run_t *run, const patron_feed_conf_t *conf, const uint8_t *data,
    size_t size, size_t chunk, int own)
{
    size_t           pos, n;
    uint8_t         *copy;
    patron_feed_t   *f;

    static const patron_feed_sink_t  sinks[] = {
        { put, put, closed, NULL },
        { put, put, closed, link_of }
    };

    memset(run, 0, sizeof(run_t));
    run->open = conf->open;
    run->own = own;

    f = patron_feed_create(NULL, conf, &sinks[own != 0], run);

    if (f == NULL) {
        abort();
    }

    for (pos = 0; pos < size && run->rc == PATRON_OK; pos += n) {
        n = size - pos < chunk ? size - pos : chunk;

        copy = malloc(n);

        if (copy == NULL) {
            abort();
        }

        memcpy(copy, data + pos, n);
        run->rc = patron_feed_feed(f, copy, n, 0);
        free(copy);
    }

    if (run->rc == PATRON_OK) {
        run->rc = patron_feed_feed(f, NULL, 0, 1);

    } else if (run->rc == PATRON_DECLINED && pos < size) {
        put(run, data + pos, size - pos);
    }

    run->cut = patron_feed_cut(f);

    patron_feed_destroy(f);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                  own;
    char                 err[256];
    run_t                whole, parts, input;
    patron_feed_conf_t   conf;

    static patron_feed_rules_t  *rules;
    static const patron_str_t    level = patron_string("level");
    static const patron_str_t    more = patron_string("m\xc3\xa9mbres");

    if (size < 2) {
        return 0;
    }

    if (rules == NULL) {
        rules = patron_feed_rules_create(NULL, 1, err);
    }

    memset(&conf, 0, sizeof(conf));

    conf.rules = rules;
    conf.more = more;
    conf.json = data[1] & 1;
    conf.open = (data[1] >> 1) & 1;
    conf.item_max = 8192;

    conf.shut = (data[1] >> 3) & 1;

    if (data[1] & 4) {
        conf.level = level;
    }

    own = (data[1] >> 4) % 3;

    feed(&whole, &conf, data + 2, size - 2, size, own);
    feed(&parts, &conf, data + 2, size - 2, (size_t) data[0] % 40 + 1, own);

    if (whole.rc != parts.rc
        || (whole.rc != PATRON_ERROR
            && (whole.hash != parts.hash || whole.len != parts.len
                || whole.cut != parts.cut)))
    {
        abort();
    }

    if (own == 1 || whole.rc == PATRON_ERROR
        || (!conf.open && (whole.cut || conf.shut)))
    {
        return 0;
    }

    /* nothing was cut: it is the input */

    memset(&input, 0, sizeof(run_t));
    put(&input, data + 2, size - 2);

    if (input.hash != whole.hash || input.len != whole.len) {
        abort();
    }

    return 0;
}
