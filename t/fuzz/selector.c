
/*
 * Selectors of any bytes, and the page behind them: up to the first newline
 * lies the selector.  Where it parses, the filter must never keep an element
 * from a selector that matches it: two matchers, one of which is asked about
 * every element, find the same.
 */


#include <stdlib.h>

#include "patron_selector.h"


typedef struct {
    patron_html_t     *html;
    patron_matcher_t   quick;
    patron_matcher_t   thorough;
    unsigned           over;
} run_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check(int condition)
{
    if (!condition) {
        abort();
    }
}


static int
event(void *ctx, const patron_html_event_t *ev)
{
    int                           rc, again;
    run_t                        *run = ctx;
    patron_targets_t              found, all;
    const patron_html_element_t  *el;

    if (ev->type == PATRON_HTML_CLOSE && !ev->stays) {
        patron_matcher_close(&run->quick, ev->index);
        patron_matcher_close(&run->thorough, ev->index);
    }

    if (ev->type != PATRON_HTML_OPEN) {
        return PATRON_OK;
    }

    el = patron_html_element(run->html, ev->index);

    rc = patron_matcher_open(&run->thorough, ev->index, ev->tag, &all);
    check(rc != PATRON_ERROR);

    memset(&found, 0, sizeof(found));
    again = PATRON_OK;

    if (!patron_matcher_idle(&run->quick, el->name, ev->tag)) {
        again = patron_matcher_open(&run->quick, ev->index, ev->tag, &found);
    }

    if (rc == PATRON_DECLINED || again == PATRON_DECLINED) {
        return PATRON_DECLINED;
    }

    check(memcmp(&found, &all, sizeof(found)) == 0);

    return PATRON_OK;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                 err[PATRON_SELECTOR_ERR];
    run_t                run;
    patron_str_t         text;
    const uint8_t       *newline;
    patron_targets_t     live;
    patron_selectors_t  *s;

    newline = size ? memchr(data, '\n', size) : NULL;

    text.data = data;
    text.len = newline ? (size_t) (newline - data) : size;

    s = patron_selectors_create(NULL);
    check(s != NULL);

    err[0] = '\0';

    if (patron_selectors_add(s, &text, 1, 63, err) != PATRON_OK) {
        check(err[0] != '\0' && memchr(err, '\0', sizeof(err)) != NULL);
        patron_selectors_destroy(s);
        return 0;
    }

    check(patron_selectors_compile(s) == PATRON_OK);

    memset(&run, 0, sizeof(run));
    memset(&live, 0, sizeof(live));
    live.group[1] = 1ull << 63;

    run.html = patron_html_create(NULL, 0, event, &run);

    check(patron_matcher_init(&run.quick, s, NULL, run.html) == PATRON_OK);
    check(patron_matcher_init(&run.thorough, s, NULL, run.html) == PATRON_OK);

    patron_matcher_live(&run.quick, &live);
    patron_matcher_live(&run.thorough, &live);

    if (newline) {
        patron_html_feed(run.html, newline + 1,
                         size - (size_t) (newline + 1 - data));
    }

    patron_html_finish(run.html);

    patron_matcher_cleanup(&run.quick);
    patron_matcher_cleanup(&run.thorough);
    patron_html_destroy(run.html);
    patron_selectors_destroy(s);

    return 0;
}
