
/*
 * Running the editor in a unit test: rules in short, a sink that checks what
 * it is sent, and a page cut in two at every place and fed byte by byte, which
 * must give the same output each time, with all of the page's bytes in it in
 * order but for what was dropped.
 */


#ifndef _PATRON_EDIT_RUN_H_INCLUDED_
#define _PATRON_EDIT_RUN_H_INCLUDED_


#include <stdlib.h>

#include "patron_edit_crowd.h"
#include "patron_edit_types.h"
#include "patron_html_types.h"
#include "patron_tap.h"


#define OUT  (1024 * 1024)


/*
 * Rules are parted by ';': a position, "all" if it is for all, and a selector;
 * "cut N [of=SELECTOR] [to=TEXT|at=SELECTOR] [most=N] : SELECTOR"; "end";
 * "strip [attr=NAME] : SELECTOR"; "meta NAME".  The HTML of rule 0 is "{0}".
 */

typedef struct {
    const char  *name;
    const char  *rules;
    const char  *page;
    const char  *expected;
} case_t;


typedef struct {
    const patron_uchar_t  *page;
    uint64_t               at;       /* in the page */
    unsigned               broken;   /* the sink's contract */
    int                    fail;     /* calls until an error, or -1 */
    int                    limited;  /* what was cut was more than "most" */
    size_t                 len;
    char                   text[OUT];
} out_t;


/* Places whose matches are counted, and those that had many. */

static uint64_t  run_counts;
static uint64_t  run_crowded;

/* With the tree alone: nothing is skimmed. */

static int       run_by_tree;

/* How often it was in the skim that the tree was needed. */

static unsigned  run_losses;


static inline int
put(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    out_t  *out = ctx;

    if (out->fail == 0) {
        return PATRON_ERROR;
    }

    out->fail -= (out->fail > 0);

    if (from != out->at || len == 0
        || memcmp(out->page + from, data, len) != 0)
    {
        out->broken = 1;
    }

    out->at = from + len;

    if (len < OUT - out->len) {
        memcpy(out->text + out->len, data, len);
        out->len += len;
    }

    return PATRON_OK;
}


static inline int
put_rule(void *ctx, uint64_t at, unsigned rule)
{
    out_t  *out = ctx;

    if (at != out->at) {
        out->broken = 1;
    }

    out->len += (size_t) snprintf(out->text + out->len, OUT - out->len,
                                  "{%u}", rule);

    return PATRON_OK;
}


static inline int
put_text(void *ctx, uint64_t at, const patron_uchar_t *data, size_t len)
{
    out_t  *out = ctx;

    if (at != out->at) {
        out->broken = 1;
    }

    memcpy(out->text + out->len, data, len);
    out->len += len;

    return PATRON_OK;
}


static inline int
leave_out(void *ctx, uint64_t from, uint64_t to)
{
    out_t  *out = ctx;

    if (from != out->at || to <= from) {
        out->broken = 1;
    }

    out->at = to;

    return PATRON_OK;
}


static const patron_edit_sink_t  sink = { put, put, put_rule, put_text,
                                          leave_out };


static inline patron_str_t
word(const char **p, const char *end)
{
    patron_str_t  w;

    while (*p < end && **p == ' ') {
        (*p)++;
    }

    w.data = (const patron_uchar_t *) *p;

    while (*p < end && **p != ' ') {
        (*p)++;
    }

    w.len = (size_t) (*p - (const char *) w.data);

    return w;
}


static inline int
word_is(const patron_str_t *w, const char *s)
{
    return w->len >= strlen(s) && memcmp(w->data, s, strlen(s)) == 0;
}


static inline patron_str_t
behind(const patron_str_t *w, size_t n)
{
    patron_str_t  s;

    s.data = w->data + n;
    s.len = w->len - n;

    return s;
}


/* Words of scripts that "having" strips, and "watch" looks for. */

static const patron_str_t  having[] = {
    patron_string("__data"), patron_string("$_x"), { 0, NULL }
};


static inline int
add_rule(patron_rules_t *rules, const char *p, const char *end, char *err)
{
    int            i, all, shadow, is_comment, rule;
    unsigned       keep, most;
    patron_str_t   first, w, of, to, attr, selector;
    static const char  *positions[] = { "before", "prepend", "append",
                                        "after", "replace" };

    first = word(&p, end);
    of = str("p");
    to.data = NULL;
    attr.data = NULL;
    is_comment = 0;
    keep = 0;
    most = 0;
    all = 0;

    shadow = word_is(&first, "shadow");

    if (shadow) {
        first = word(&p, end);
    }

    if (word_is(&first, "end")) {
        return patron_rules_end(rules, err);
    }

    while (first.data[0] == 'c' || first.data[0] == 's') {
        w = word(&p, end);

        if (word_is(&w, ":")) {
            break;

        } else if (word_is(&w, "of=")) {
            of = behind(&w, 3);

        } else if (word_is(&w, "to=") || word_is(&w, "at=")) {
            to = behind(&w, 3);
            is_comment = (w.data[0] == 't');

        } else if (word_is(&w, "most=")) {
            most = (unsigned) atoi((const char *) w.data + 5);

        } else if (word_is(&w, "attr=")) {
            attr = behind(&w, 5);

        } else {
            keep = (unsigned) atoi((const char *) w.data);
        }
    }

    if (end - p > 4 && memcmp(p, " all ", 5) == 0) {
        all = 1;
        p += 5;
    }

    while (*p == ' ') {
        p++;
    }

    selector.data = (const patron_uchar_t *) p;
    selector.len = (size_t) (end - p);

    if (word_is(&first, "cut")) {
        rule = patron_rules_cut(rules, &selector, keep, &of,
                                to.data ? &to : NULL, is_comment, err);

        if (rule >= 0) {
            patron_rules_most(rules, rule, most);
        }

        return rule;
    }

    if (word_is(&first, "strip")) {
        return patron_rules_strip(rules, &selector, attr.data ? &attr : NULL,
                                  err);
    }

    if (word_is(&first, "having") || word_is(&first, "watch")) {
        rule = word_is(&first, "watch")
               ? patron_rules_watch(rules, &selector, err)
               : patron_rules_strip(rules, &selector, NULL, err);

        if (rule >= 0) {
            patron_rules_having(rules, rule, having);
        }

        return rule;
    }

    if (word_is(&first, "meta")) {
        return patron_rules_meta(rules, &selector, err);
    }

    for (i = 0; !word_is(&first, positions[i]); i++) { /* void */ }

    rule = patron_rules_place(rules, (patron_position_e) i, &selector, all,
                              err);

    if (rule >= 0 && shadow) {
        return patron_rules_shadow(rules, rule, err) == PATRON_OK ? rule : -1;
    }

    return rule;
}


static inline patron_rules_t *
make_rules(const char *text)
{
    char             err[256];
    const char      *end;
    patron_rules_t  *rules;

    rules = patron_rules_create(NULL);

    for ( /* void */ ; *text; text = *end ? end + 1 : end) {
        end = strchr(text, ';');

        if (end == NULL) {
            end = text + strlen(text);
        }

        if (add_rule(rules, text, end, err) < 0) {
            printf("# %s: %s\n", text, err);
            abort();
        }
    }

    patron_rules_compile(rules, err);

    return rules;
}


/*
 * The page in two chunks, the first of n bytes, or for n = 0 in chunks of one
 * byte.  Chunks are copies: what lies behind them is not the page.
 */

static inline int
run(out_t *out, const patron_rules_t *rules, const char *page, size_t len,
    size_t n)
{
    int              rc;
    size_t           pos, size;
    patron_edit_t   *e;
    patron_uchar_t  *chunk;

    out->page = (const patron_uchar_t *) page;
    out->at = 0;
    out->broken = 0;
    out->fail = -1;
    out->len = 0;

    e = patron_edit_create(NULL, rules, ~0ull, &sink, out);
    patron_edit_count_matches(e, run_counts);

    if (run_by_tree) {
        e->html->fast = NULL;
    }

    rc = PATRON_OK;

    for (pos = 0; pos < len && rc == PATRON_OK; pos += size) {
        size = n ? (pos ? len - n : n) : 1;

        chunk = malloc(size);
        memcpy(chunk, page + pos, size);
        rc = patron_edit_feed(e, chunk, size, 0);
        free(chunk);
    }

    if (rc == PATRON_OK) {
        rc = patron_edit_feed(e, NULL, 0, 1);
    }

    if (rc == PATRON_DECLINED && pos < len) {
        put(out, pos, (const patron_uchar_t *) page + pos, len - pos);
    }

    out->limited = patron_edit_limited(e);
    run_crowded = patron_edit_crowded(e);
    run_losses = e->html->skim.losses;
    patron_edit_destroy(e);

    if (out->at != len) {
        out->broken = 1;
    }

    out->text[out->len] = '\0';

    return rc != PATRON_ERROR && !out->broken;
}


/* Is that the output, with the page in two chunks, or of one byte each? */

static inline int
gives(out_t *out, const patron_rules_t *rules, const char *page, size_t n,
    const char *expected)
{
    return run(out, rules, page, strlen(page), n)
           && strcmp(out->text, expected) == 0;
}


static inline void
check(out_t *out, const case_t *c)
{
    int              good;
    size_t           n, len;
    patron_rules_t  *rules;

    rules = make_rules(c->rules);
    len = strlen(c->page);

    good = gives(out, rules, c->page, len, c->expected);

    for (n = 0; n < len && good; n++) {
        good = gives(out, rules, c->page, n, c->expected);

        if (!good) {
            printf("# split at %zu\n", n);
        }
    }

    ok(good, "%s", c->name);

    if (!good) {
        printf("# got      %s%s\n# expected %s\n", out->text,
               out->broken ? " (broken)" : "", c->expected);
    }

    patron_rules_destroy(rules);
}


/* Every case of a list. */

static inline void
check_all(out_t *out, const case_t *cases, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        check(out, &cases[i]);
    }
}


#endif /* _PATRON_EDIT_RUN_H_INCLUDED_ */
