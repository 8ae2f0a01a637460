
/*
 * Keys, seals, caches and the editor when memory runs out at each allocation in
 * turn: an error, nothing leaked, nothing freed twice.
 */


#include <stdlib.h>

#include "patron_edit.h"
#include "patron_seal.h"
#include "patron_tap.h"
#include "patron_token.h"


static int  left;               /* allocations before there is no more */
static int  held;


static void *
take(void *ctx, size_t size)
{
    (void) ctx;

    if (left-- <= 0) {
        return NULL;
    }

    held++;

    return malloc(size);
}


static void
give(void *ctx, void *p)
{
    (void) ctx;

    held -= (p != NULL);
    free(p);
}


/* 1: all of it worked. */

static int
attempt(patron_mem_t *mem)
{
    int                    done;
    char                   err[256];
    patron_seal_t         *seal;
    patron_keys_t         *keys;
    patron_token_cache_t  *cache;

    static const patron_str_t  id1 = patron_string("k1");
    static const patron_str_t  id2 = patron_string("k2");
    static const patron_str_t  purpose = patron_string("meter");
    static const patron_str_t  secret = patron_string(
        "0123456789abcdef0123456789abcdef");

    cache = patron_token_cache_create(mem, 16);
    keys = patron_keys_create(mem);
    seal = NULL;

    done = keys != NULL
           && patron_keys_add(keys, &id1, PATRON_HS256, &secret, err)
              == PATRON_OK
           && patron_keys_add(keys, &id2, PATRON_HS256, &secret, err)
              == PATRON_OK;

    if (done) {
        seal = patron_seal_create(mem, keys, &purpose, err);
    }

    done = cache != NULL && seal != NULL
           && patron_seal_lighten(seal, keys, err) == PATRON_OK;

    patron_seal_destroy(seal);
    patron_keys_destroy(keys);
    patron_token_cache_destroy(cache);

    return done;
}


/* What an editor makes of a page, as a sum over what it says. */

static uint64_t  sum;


static int
bytes_out(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    (void) ctx;

    while (len--) {
        sum = (sum ^ from ^ *data++) * 0x100000001b3u;
    }

    return PATRON_OK;
}


static int
rule_out(void *ctx, uint64_t at, unsigned rule)
{
    (void) ctx;

    sum = (sum ^ at ^ ((uint64_t) rule << 32)) * 0x100000001b3u;

    return PATRON_OK;
}


static int
left_out(void *ctx, uint64_t from, uint64_t to)
{
    (void) ctx;

    sum = (sum ^ from ^ to << 1) * 0x100000001b3u;

    return PATRON_OK;
}


static const patron_edit_sink_t  sink = {
    bytes_out, bytes_out, rule_out, bytes_out, left_out
};


/* Elements of many names, one in the other, under formatting that stays. */

static const patron_str_t *
page(void)
{
    int                  i, n;
    static char          text[32768];
    static patron_str_t  s;

    if (s.len == 0) {
        n = sprintf(text, "<!doctype html><title>t</title><body>");

        for (i = 0; i < 200; i++) {
            n += sprintf(text + n, "<b x=%d><e%d class='c%d %0300d'><i>t"
                         "<p>a<p>b</p></i></b>", i, i, i, i);

            if (i % 8 == 0) {
                n += sprintf(text + n, "<table><tr><td>c<td>d</table>");
            }

            if (n > 30000) {
                break;
            }
        }

        s.data = (const patron_uchar_t *) text;
        s.len = (size_t) n;
    }

    return &s;
}


static int
add_rules(patron_rules_t *rules)
{
    char    err[256];
    size_t  i;

    static const patron_str_t  of = patron_string("p");
    static const patron_str_t  cut = patron_string("e3 e4");
    static const patron_str_t  strip = patron_string("e9");
    static const patron_str_t  names[] = {
        patron_string("p:nth-of-type(2)"),
        patron_string("e1 > p:nth-child(2), e2 p, #none, [x='7']"),
        patron_string("i:not(.c3):nth-of-type(2n+1)"),
        patron_string("*:first-child"),
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (patron_rules_place(rules, PATRON_APPEND, &names[i], 1, err) < 0) {
            return PATRON_ERROR;
        }
    }

    if (patron_rules_cut(rules, &cut, 1, &of, NULL, 0, err) < 0
        || patron_rules_strip(rules, &strip, NULL, err) < 0)
    {
        return PATRON_ERROR;
    }

    return patron_rules_compile(rules, err);
}


/* 1: all of it worked. */

static int
attempt_edit(patron_mem_t *mem)
{
    int                  rc;
    size_t               pos, n;
    patron_edit_t       *e;
    patron_rules_t      *rules;
    const patron_str_t  *p;

    p = page();
    rc = PATRON_ERROR;
    sum = 0;

    rules = patron_rules_create(mem);

    if (rules == NULL || add_rules(rules) != PATRON_OK) {
        patron_rules_destroy(rules);
        return 0;
    }

    e = patron_edit_create(mem, rules, ~(uint64_t) 0, &sink, NULL);

    if (e != NULL) {
        rc = PATRON_OK;

        for (pos = 0; pos < p->len && rc == PATRON_OK; pos += n) {
            n = (p->len - pos < 100) ? p->len - pos : 100;
            rc = patron_edit_feed(e, p->data + pos, n, 0);
        }

        if (rc == PATRON_OK) {
            rc = patron_edit_feed(e, NULL, 0, 1);
        }

        if (rc != PATRON_ERROR && patron_edit_gave_up(e) != NULL) {
            rc = PATRON_ERROR;
        }
    }

    patron_edit_destroy(e);
    patron_rules_destroy(rules);

    return rc != PATRON_ERROR;
}


static void
edits(patron_mem_t *mem)
{
    int       n;
    uint64_t  whole;

    left = 1000000;
    ok(attempt_edit(mem) && held == 0, "a page is edited");
    whole = sum;

    for (n = 0; n < 2000; n++) {
        left = n;

        if (attempt_edit(mem)) {
            break;
        }

        if (held != 0) {
            break;
        }
    }

    ok(n > 20 && n < 2000 && held == 0,
       "an editor: with %d allocations there are enough", n);
    ok(sum == whole, "and the page is the same");
}


int
main(void)
{
    int           n;
    patron_mem_t  mem;

    mem.alloc = take;
    mem.free = give;
    mem.ctx = NULL;

    for (n = 0; n < 100; n++) {
        left = n;

        if (attempt(&mem)) {
            break;
        }

        ok(held == 0, "%d allocations, and no more: all given back", n);
    }

    ok(n > 10 && n < 100 && held == 0, "with %d there are enough", n);

    edits(&mem);

    return done();
}
