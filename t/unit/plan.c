
/*
 * A plan made of an edit gives the same page again, at every split.
 */


#include <stdlib.h>

#include "patron_edit.h"
#include "patron_plan.h"
#include "patron_tap.h"


typedef struct {
    char           out[8192];
    size_t         len;
    patron_plan_t  plan;
    int            recording;
} page_t;


static const char *html[] = { "<b>1</b>", "<i>2</i>", "<u>3</u>", "<wall>" };


static void
put(page_t *page, const void *data, size_t len)
{
    memcpy(page->out + page->len, data, len);
    page->len += len;
}


static int
sink_bytes(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    (void) from;

    put(ctx, data, len);

    return PATRON_OK;
}


static int
sink_insert(void *ctx, uint64_t at, unsigned rule)
{
    page_t  *page = ctx;

    if (page->recording) {
        patron_plan_insert(&page->plan, at, rule);
    }

    put(page, html[rule], strlen(html[rule]));

    return PATRON_OK;
}


static int
sink_text(void *ctx, uint64_t at, const patron_uchar_t *data, size_t len)
{
    page_t  *page = ctx;

    if (page->recording) {
        patron_plan_text(&page->plan, at, data, len);
    }

    put(page, data, len);

    return PATRON_OK;
}


static int
sink_drop(void *ctx, uint64_t from, uint64_t to)
{
    page_t  *page = ctx;

    if (page->recording) {
        patron_plan_drop(&page->plan, from, to);
    }

    return PATRON_OK;
}


static const patron_edit_sink_t  sink = {
    sink_bytes, sink_bytes, sink_insert, sink_text, sink_drop
};


static void
record(page_t *page, patron_rules_t *rules, uint64_t active,
    const char *source, size_t chunk)
{
    size_t          i, n, len;
    patron_edit_t  *edit;

    memset(page, 0, sizeof(page_t));
    patron_plan_init(&page->plan);
    page->recording = 1;

    len = strlen(source);
    edit = patron_edit_create(NULL, rules, active, &sink, page);

    for (i = 0; i < len; i += n) {
        n = (len - i < chunk) ? len - i : chunk;

        if (patron_edit_feed(edit, (const patron_uchar_t *) source + i, n,
                             i + n == len)
            == PATRON_DECLINED)
        {
            i += n;
            put(page, source + i, len - i);
            break;
        }
    }

    patron_edit_destroy(edit);
}


static void
replay_chunk(page_t *page, patron_replay_t *r, const char *chunk, size_t len)
{
    patron_piece_t  piece;

    if (patron_replay_skip(r, len) == PATRON_OK) {
        put(page, chunk, len);
        return;
    }

    patron_replay_chunk(r, len);

    while (patron_replay_next(r, &piece) == PATRON_OK) {

        switch (piece.type) {

        case PATRON_PIECE_PASS:
            put(page, chunk + piece.from, piece.len);
            break;

        case PATRON_PIECE_DROP:
            break;

        case PATRON_PIECE_INSERT:
            put(page, html[piece.rule], strlen(html[piece.rule]));
            break;

        case PATRON_PIECE_TEXT:
            put(page, piece.text, piece.len);
            break;
        }
    }
}


static void
replay(page_t *page, const patron_plan_t *plan, const char *source,
    size_t split)
{
    size_t           len;
    patron_replay_t  r;

    memset(page, 0, sizeof(page_t));

    len = strlen(source);
    patron_replay_init(&r, plan);

    replay_chunk(page, &r, source, split);
    replay_chunk(page, &r, source + split, len - split);
}


static void
same(const char *name, patron_rules_t *rules, uint64_t active,
    const char *source)
{
    int     good;
    size_t  chunk, split;
    page_t  first, again;

    good = 1;

    for (chunk = 1; chunk < 64; chunk += 9) {
        record(&first, rules, active, source, chunk);
        good &= !first.plan.bad;

        for (split = 0; split <= strlen(source); split++) {
            replay(&again, &first.plan, source, split);

            good &= again.len == first.len
                    && memcmp(again.out, first.out, first.len) == 0;
        }
    }

    ok(good, "%s", name);
}


static void
limits(void)
{
    unsigned        i;
    patron_plan_t   plan;
    patron_uchar_t  text[PATRON_PLAN_TEXT + 1];

    patron_plan_init(&plan);

    for (i = 0; i < PATRON_PLAN_OPS; i++) {
        patron_plan_insert(&plan, i, 0);
    }

    ok(!plan.bad, "as many edits as fit");

    patron_plan_insert(&plan, i, 0);
    ok(plan.bad, "one more is too many");

    patron_plan_init(&plan);
    memset(text, 'x', sizeof(text));
    patron_plan_text(&plan, 0, text, sizeof(text));
    ok(plan.bad, "too much text");

    patron_plan_init(&plan);
    patron_plan_insert(&plan, (uint64_t) UINT32_MAX + 1, 0);
    ok(plan.bad, "an offset past 32 bits");

    patron_plan_init(&plan);
    patron_plan_insert(&plan, 10, 0);
    patron_plan_insert(&plan, 9, 0);
    ok(plan.bad, "an offset that goes back");

    patron_plan_init(&plan);

    for (i = 0; i < 1000; i++) {
        patron_plan_drop(&plan, i, i + 1);
    }

    ok(!plan.bad && plan.n == 1 && plan.dropped == 1000,
           "what is dropped in pieces is one drop");
}


int
main(void)
{
    char            err[256];
    patron_str_t    article = patron_string("article");
    patron_str_t    h1 = patron_string("h1");
    patron_str_t    p = patron_string("p");
    patron_str_t    nav = patron_string("nav");
    patron_rules_t  *rules;

    rules = patron_rules_create(NULL);

    (void) patron_rules_place(rules, PATRON_BEFORE, &h1, 0, err);
    (void) patron_rules_place(rules, PATRON_APPEND, &article, 0, err);
    (void) patron_rules_place(rules, PATRON_REPLACE, &nav, 0, err);
    (void) patron_rules_cut(rules, &article, 1, &p, NULL, 0, err);
    (void) patron_rules_compile(rules, err);

    same("banners", rules, 7,
         "<body><nav><a>x</a></nav><article><h1>t</h1><p>a<p>b</article>z");
    same("an end that is only implied", rules, 7,
         "<article><h1>t</h1><p>a<p>b");
    same("a cut", rules, 8,
         "<article><h1>t</h1><div><p>a</p><p>b</p></div><p>c</article>z");
    same("a cut and banners", rules, 15,
         "<nav>n</nav><article><h1>t</h1><section><p>a<p>b</section>"
         "<p>c</article>z<nav>m</nav>");
    same("nothing to do", rules, 15, "<p>nothing</p>");

    patron_rules_destroy(rules);

    limits();

    return done();
}
