
/*
 * Pages of any bytes under rules from a list: the output must not depend on
 * the chunks, the page's bytes must come out in order, whole but for what was
 * dropped, and nothing may come out that some rule did not put there.  A plan
 * of the edit gives the same output.  The first byte is the size of a chunk,
 * the next four choose the rules, the sixth says which of them are active: 0
 * some, 'd' those that a start tag decides; from lists of their own, 'e' those
 * that the end of a block does, too, 'w' walls, and 'v' these with rules that
 * take the tree.  All are tried without skimming, too: it must make no
 * difference.  Of what is sent before the head has ended nothing may turn out
 * to lie behind that.
 */


#include <stdlib.h>
#include <strings.h>

#include "patron_edit_types.h"
#include "patron_html_types.h"
#include "patron_plan.h"


typedef struct {
    const uint8_t   *page;
    uint64_t         at;
    uint64_t         hash;
    uint64_t         dropped;
    uint64_t         matched;
    uint64_t         inserted;
    uint64_t         head;      /* of what was sent as the head's, the end */
    uint64_t         head_end;  /* 0 where it was not read to the end */
    const char      *gave_up;
    patron_edit_t   *edit;
    patron_plan_t   *plan;      /* to be written */
} run_t;


typedef struct {
    char             type;      /* a position's first letter, 'h' and 'H' for
                                   shadow roots, 'c', 's', 'm', 'w' */
    int              all;
    const char      *selector;
    const char      *of;        /* or the attribute */
    const char      *marker;
    unsigned         most;
} spec_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const spec_t  specs[] = {
    { 'b', 1, "p", NULL, NULL, 0 },
    { 'p', 0, "body", NULL, NULL, 0 },
    { 'a', 1, "div", NULL, NULL, 0 },
    { 'A', 1, "p, li", NULL, NULL, 0 },
    { 'r', 1, "a[href]", NULL, NULL, 0 },
    { 'b', 1, "p:nth-of-type(2)", NULL, NULL, 0 },
    { 'a', 0, ":nth-child(2n+1)", NULL, NULL, 0 },
    { 'A', 1, ".x:not(.y)", NULL, NULL, 0 },
    { 'H', 1, "div > p, body", NULL, NULL, 0 },
    { 'p', 1, "div b *", NULL, NULL, 0 },
    { 'a', 1, "b, i, a, table, td, form", NULL, NULL, 0 },
    { 'a', 0, "body", NULL, NULL, 0 },
    { 's', 0, "script, i", NULL, NULL, 0 },
    { 's', 0, "div", "class", NULL, 0 },
    { 's', 0, "*", "x", NULL, 0 },
    { 'c', 2, "div", "p", NULL, 20 },
    { 'c', 1, "article", "*", "more", 0 },
    { 'c', 9, "body", "p, td", "[id=m]", 700 },
    { 'c', 0, "b, table", "p", NULL, 0 },
    { 'm', 0, "x", NULL, NULL, 0 },
    { 'A', 1, "*:nth-of-type(2)", NULL, NULL, 0 },
    { 'r', 0, "td, option, svg", NULL, NULL, 0 },
    { 'a', 1, "html, head, svg, path, p", NULL, NULL, 0 },
    { 'p', 1, "[class='a&b']", NULL, NULL, 0 },
    { 'b', 1, "form, .x", NULL, NULL, 0 },
    { 'b', 1, "svg, math, table, h1", NULL, NULL, 0 },
    { 'p', 1, "td, option, li", NULL, NULL, 0 },
    { 'b', 1, "[id=m], a", NULL, NULL, 0 },
    { 'h', 1, "article, .y, div", NULL, NULL, 0 },
    { 'b', 1, "x-y, script, textarea", NULL, NULL, 0 },
    { 'p', 0, "select, .z", NULL, NULL, 0 },
};

/* With the ends of blocks, and in the last three of others. */

static const spec_t  blocks[] = {
    { 'a', 0, "article", NULL, NULL, 0 },
    { 'a', 1, "div", NULL, NULL, 0 },
    { 'A', 1, "section, article, main", NULL, NULL, 0 },
    { 'A', 0, "h1, h2", NULL, NULL, 0 },
    { 'a', 0, "body", NULL, NULL, 0 },
    { 'a', 1, "li, dd, dt", NULL, NULL, 0 },
    { 'A', 1, "ul.x, ol", NULL, NULL, 0 },
    { 'a', 1, "td, th", NULL, NULL, 0 },
    { 'A', 1, "table, caption, thead", NULL, NULL, 0 },
    { 'A', 1, "form, button", NULL, NULL, 0 },
    { 'a', 1, "object, marquee", NULL, NULL, 0 },
    { 'a', 1, "h1, h3, blockquote", NULL, NULL, 0 },
    { 'A', 1, "div.x", NULL, NULL, 0 },
    { 'a', 1, "address, pre, div[id=m]", NULL, NULL, 0 },
    { 'b', 0, ".x", NULL, NULL, 0 },
    { 'b', 1, "svg, td, [id=m]", NULL, NULL, 0 },
    { 'p', 1, "li, a, form", NULL, NULL, 0 },
    { 'h', 0, "article", NULL, NULL, 0 },
    { 'A', 1, ".y, p", NULL, NULL, 0 },
    { 'a', 0, "i, a, [id=m], img", NULL, NULL, 0 },
    { 'r', 0, "p.x, img, .z", NULL, NULL, 0 },
};

/* Walls, and what stands beside them: the last few take the tree. */

static const spec_t  walls[] = {
    { 'c', 1, "article", "p", NULL, 0 },
    { 'c', 2, "div.x, section", "p", NULL, 0 },
    { 'c', 0, ".x", "p", NULL, 0 },
    { 'c', 1, "li, td, h1", "*", "more", 0 },
    { 'c', 1, "main, div[id=m]", "p, td", "i", 12 },
    { 'c', 0, "form, button, object, table", "p", NULL, 0 },
    { 'a', 0, "article", NULL, NULL, 0 },
    { 'A', 1, "h1, h2, div", NULL, NULL, 0 },
    { 'a', 0, "body", NULL, NULL, 0 },
    { 'b', 1, ".y", NULL, NULL, 0 },
    { 'b', 1, "b, a, svg", NULL, NULL, 0 },
    { 'w', 0, "script:not([src])", "a", NULL, 0 },
    { 'w', 0, ".z, i", NULL, NULL, 0 },
    { 'c', 1, "body", "p", NULL, 0 },
    { 'c', 0, "div > div, b", "p:nth-of-type(2)", NULL, 0 },
    { 's', 0, "i, .y", NULL, NULL, 0 },
    { 'a', 1, "b, p, a", NULL, NULL, 0 },
    { 'b', 1, "p:nth-of-type(2), div:nth-child(2)", NULL, NULL, 0 },
    { 'm', 0, "x", NULL, NULL, 0 },
};

#define WALLS   ((1u << 13) - 1)
#define ALL     ((1u << (sizeof(walls) / sizeof(walls[0]))) - 1)
#define BLOCKS  ((1u << (sizeof(blocks) / sizeof(blocks[0]))) - 1)
#define DIRECT  0x7f800000u     /* the last eight */
#define END     0x80000000u


static void
check(int condition)
{
    if (!condition) {
        abort();
    }
}


static void
mix(run_t *run, const uint8_t *data, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        run->hash = (run->hash ^ data[i]) * 0x100000001b3u;
    }
}


static int
put(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    run_t  *run = ctx;

    check(from == run->at && len > 0);
    check(memcmp(run->page + from, data, len) == 0);

    run->at += len;

    if (run->edit && from < patron_edit_head_end(run->edit)) {
        run->head = patron_edit_head_end(run->edit) < run->at
                    ? patron_edit_head_end(run->edit) : run->at;
    }

    mix(run, data, len);

    return PATRON_OK;
}


static int
put_rule(void *ctx, uint64_t at, unsigned rule)
{
    run_t    *run = ctx;
    uint8_t   mark[2] = { 0xff, (uint8_t) rule };

    check(at == run->at);
    mix(run, mark, 2);

    if (run->plan) {
        patron_plan_insert(run->plan, at, rule);
    }

    return PATRON_OK;
}


static int
put_text(void *ctx, uint64_t at, const patron_uchar_t *data, size_t len)
{
    run_t  *run = ctx;

    check(at == run->at && len > 0);
    mix(run, data, len);

    if (run->plan) {
        patron_plan_text(run->plan, at, data, len);
    }

    return PATRON_OK;
}


static int
leave_out(void *ctx, uint64_t from, uint64_t to)
{
    run_t  *run = ctx;

    check(from == run->at && to > from);

    run->at = to;
    run->dropped += to - from;

    if (run->plan) {
        patron_plan_drop(run->plan, from, to);
    }

    return PATRON_OK;
}


static const patron_edit_sink_t  sink = { put, put, put_rule, put_text,
                                          leave_out };


static patron_str_t
str(const char *s)
{
    patron_str_t  v;

    v.data = (const patron_uchar_t *) s;
    v.len = strlen(s);

    return v;
}


static const patron_str_t  words[] = { patron_string("a"), { 0, NULL } };


static int
add(patron_rules_t *rules, const spec_t *spec, char *err)
{
    int                 rule;
    patron_str_t        selector, of, marker;
    patron_position_e   position;

    selector = str(spec->selector);
    of = str(spec->of ? spec->of : "");
    marker = str(spec->marker ? spec->marker : "");

    switch (spec->type) {

    case 'c':
        rule = patron_rules_cut(rules, &selector, (unsigned) spec->all, &of,
                                spec->marker ? &marker : NULL,
                                spec->marker && marker.data[0] != '[', err);
        check(rule >= 0);
        patron_rules_most(rules, rule, spec->most);

        return rule;

    case 's':
        return patron_rules_strip(rules, &selector, spec->of ? &of : NULL,
                                  err);

    case 'm':
        return patron_rules_meta(rules, &selector, err);

    case 'w':
        rule = patron_rules_watch(rules, &selector, err);

        if (spec->of) {
            patron_rules_having(rules, rule, words);
        }

        return rule;

    case 'b':
        position = PATRON_BEFORE;
        break;

    case 'p':
    case 'h':
        position = PATRON_PREPEND;
        break;

    case 'a':
    case 'H':
        position = PATRON_APPEND;
        break;

    case 'A':
        position = PATRON_AFTER;
        break;

    default:
        position = PATRON_REPLACE;
    }

    rule = patron_rules_place(rules, position, &selector, spec->all, err);

    if (spec->type == 'h' || spec->type == 'H') {
        check(patron_rules_shadow(rules, rule, err) == PATRON_OK);
    }

    return rule;
}


static void
edit(run_t *run, const patron_rules_t *rules, uint64_t active,
    const uint8_t *page, size_t size, size_t chunk, patron_plan_t *plan,
    unsigned tree)
{
    int              rc;
    size_t           pos, n;
    patron_edit_t   *e;
    patron_uchar_t  *copy;

    memset(run, 0, sizeof(run_t));
    run->page = page;
    run->plan = plan;

    e = patron_edit_create(NULL, rules, active, &sink, run);
    check(e != NULL);
    run->edit = e;

    if (tree) {
        e->html->fast = NULL;
    }

    for (pos = 0, rc = PATRON_OK; rc == PATRON_OK && pos < size; pos += n) {
        n = (size - pos < chunk) ? size - pos : chunk;

        copy = malloc(n);
        check(copy != NULL);
        memcpy(copy, page + pos, n);

        rc = patron_edit_feed(e, copy, n, 0);
        free(copy);
    }

    check(rc != PATRON_ERROR);

    if (rc == PATRON_OK) {
        check(patron_edit_feed(e, NULL, 0, 1) != PATRON_ERROR);
        check(run->at == size);
        run->head_end = patron_edit_head_end(e);

    } else {
        check(run->at == pos);

        if (pos < size) {
            put(run, pos, page + pos, size - pos);
        }
    }

    check(run->head <= patron_edit_head_end(e));

    run->edit = NULL;
    run->gave_up = patron_edit_gave_up(e);
    run->matched = patron_edit_matched(e);
    run->inserted = patron_edit_inserted(e);

    check((patron_edit_inserted(e) & ~patron_edit_matched(e)) == 0);

    patron_edit_destroy(e);
}


/* What becomes of a chunk that begins at pos in the page. */

static int
replay_chunk(run_t *run, patron_replay_t *r, const patron_uchar_t *chunk,
    size_t pos, size_t len)
{
    int              rc;
    patron_piece_t   piece;

    if (len != 0 && patron_replay_skip(r, len) == PATRON_OK) {
        return put(run, pos, chunk, len);
    }

    patron_replay_chunk(r, len);

    while ((rc = patron_replay_next(r, &piece)) == PATRON_OK) {

        switch (piece.type) {

        case PATRON_PIECE_PASS:
            check(piece.from <= len && piece.len <= len - piece.from);
            (void) put(run, pos + piece.from, chunk + piece.from, piece.len);
            break;

        case PATRON_PIECE_DROP:
            check(piece.from <= len && piece.len <= len - piece.from);
            (void) leave_out(run, pos + piece.from,
                             pos + piece.from + piece.len);
            break;

        case PATRON_PIECE_INSERT:
            (void) put_rule(run, run->at, piece.rule);
            break;

        case PATRON_PIECE_TEXT:
            (void) put_text(run, run->at, piece.text, piece.len);
            break;
        }
    }

    return rc == PATRON_AGAIN ? PATRON_OK : rc;
}


static void
replay(run_t *run, const patron_plan_t *plan, const uint8_t *page,
    size_t size, size_t chunk)
{
    int              rc;
    size_t           pos, n;
    patron_replay_t  r;
    patron_uchar_t  *copy;

    memset(run, 0, sizeof(run_t));
    run->page = page;

    patron_replay_init(&r, plan);

    /* once more with nothing, for what stands at the end */

    for (pos = 0, rc = PATRON_OK; rc == PATRON_OK && pos <= size; pos += n) {
        n = (size - pos < chunk) ? size - pos : chunk;

        copy = malloc(n ? n : 1);
        check(copy != NULL);
        memcpy(copy, page + pos, n);

        rc = replay_chunk(run, &r, copy, pos, n);
        free(copy);

        if (n == 0) {
            break;
        }
    }

    check(rc == PATRON_DECLINED);

    if (run->at < size) {
        put(run, run->at, page + run->at, size - run->at);
    }
}


static patron_rules_t *
make_rules(const spec_t *list, uint32_t chosen)
{
    char             err[256];
    unsigned         i;
    patron_rules_t  *rules;

    rules = patron_rules_create(NULL);
    check(rules != NULL);

    for (i = 0; i < 31; i++) {
        if (chosen & (1u << i)) {
            check(add(rules, &list[i], err) >= 0);
        }
    }

    if (list != blocks && (chosen & END)) {
        check(patron_rules_end(rules, err) >= 0);
    }

    return rules;
}


/* Walls are not certain of what is open in one: patron_html_skim_resume.c. */

static int
has_ruby(const uint8_t *page, size_t size)
{
    size_t  i;

    for (i = 0; i + 5 <= size; i++) {
        if (page[i] == '<' && strncasecmp((const char *) page + i + 1, "ruby",
                                          4) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The same with a tree; where that gives up, it can say no more.  Without it
 * places may be given up, but no wall.
 */

static void
by_tree(const run_t *skimmed, const patron_rules_t *rules, uint64_t active,
    const uint8_t *page, size_t size)
{
    run_t  run;

    edit(&run, rules, active, page, size, size, NULL, 1);

    if (run.gave_up != NULL) {
        return;
    }

    if (skimmed->gave_up != NULL) {
        check((active & rules->cuts) == 0);
        return;
    }

    check(run.hash == skimmed->hash && run.dropped == skimmed->dropped);
    check(run.matched == skimmed->matched);
    check(run.inserted == skimmed->inserted);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char             err[256];
    run_t            whole, parts;
    patron_plan_t    plan;
    uint32_t         chosen;
    uint64_t         active;
    const spec_t    *list;
    patron_rules_t  *rules;

    if (size < 6) {
        return 0;
    }

    memcpy(&chosen, data + 1, sizeof(chosen));
    list = specs;

    switch (data[5]) {

    case 'd':
        chosen &= DIRECT;
        break;

    case 'e':
        chosen &= BLOCKS;
        list = blocks;
        break;

    case 'v':
        chosen &= ALL|END;
        list = walls;
        break;

    case 'w':
        chosen &= WALLS|END;
        list = walls;
        break;
    }

    active = data[5] ? ~(uint64_t) 0 : 0x5555;

    rules = make_rules(list, chosen);

    check(patron_rules_compile(rules, err) == PATRON_OK);

    patron_plan_init(&plan);

    edit(&whole, rules, active, data + 6, size - 6, size, &plan, 0);
    edit(&parts, rules, active, data + 6, size - 6, (size_t) data[0] % 40 + 1,
         NULL, 0);

    check(whole.hash == parts.hash && whole.dropped == parts.dropped);
    check(whole.head_end == 0 || parts.head_end == 0
          || whole.head_end == parts.head_end);

    if (!plan.bad) {
        replay(&parts, &plan, data + 6, size - 6, (size_t) data[0] % 40 + 1);

        check(whole.hash == parts.hash && whole.dropped == parts.dropped);
    }

    if (list != walls || !has_ruby(data + 6, size - 6)) {
        by_tree(&whole, rules, active, data + 6, size - 6);
    }

    patron_rules_destroy(rules);

    return 0;
}
