
/*
 * Pages of any bytes: the events must not depend on how the page is cut into
 * chunks, nor on whether tags are told too; the stack the client can build
 * from them is the parser's; and of a page that is not over the bytes that
 * are kept are the last ones.  The first byte of the input is the size of a
 * chunk, the second what is wanted.
 */


#include <stdlib.h>

#include "patron_html.h"


typedef struct {
    patron_html_t          *html;
    uint64_t                hash;
    uint32_t                depth;
    patron_html_element_t   stack[PATRON_HTML_MAX_DEPTH + 1];
    uint8_t                 told[PATRON_HTML_MAX_DEPTH + 1];
} run_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check(int condition)
{
    if (!condition) {
        abort();
    }
}


static void
mix(run_t *run, uint64_t value)
{
    run->hash = (run->hash ^ value) * 0x9e3779b97f4a7c15u;
    run->hash ^= run->hash >> 29;
}


static void
mix_bytes(run_t *run, const patron_str_t *bytes)
{
    size_t  i;

    mix(run, bytes->len);

    for (i = 0; i < bytes->len; i++) {
        mix(run, bytes->data[i]);
    }
}


static void
opened(run_t *run, const patron_html_event_t *ev)
{
    /* what has been told to have ended may go without a word */

    while (run->depth > ev->index) {
        check(run->told[--run->depth]);
    }

    check(run->depth == ev->index && run->depth < PATRON_HTML_MAX_DEPTH);

    run->told[run->depth] = 0;
    run->stack[run->depth++] = *patron_html_element(run->html, ev->index);
}


static void
closed(run_t *run, const patron_html_event_t *ev)
{
    uint32_t  i;

    check(ev->index < run->depth && !run->told[ev->index]);

    if (ev->stays) {
        run->told[ev->index] = 1;
        return;
    }

    run->depth--;

    for (i = ev->index; i < run->depth; i++) {
        run->stack[i] = run->stack[i + 1];
        run->told[i] = run->told[i + 1];
    }
}


static void
tag(run_t *run, const patron_html_tag_t *t)
{
    size_t        pos;
    patron_str_t  name, value;

    check(t->end - t->start <= PATRON_HTML_MAX_TAG);
    check(t->data[0] == '<' && t->data[t->end - t->start - 1] == '>');

    mix(run, t->start);
    mix(run, t->end);
    mix(run, t->name);
    mix(run, t->end_tag);
    mix(run, t->self_closing);
    mix_bytes(run, &t->raw_name);

    pos = 0;

    while (patron_html_attr(t, &pos, &name, &value) == PATRON_OK) {
        check(name.len > 0);
        check(value.data + value.len < t->data + (t->end - t->start));
        mix_bytes(run, &name);
        mix_bytes(run, &value);
    }
}


static int
handler(void *ctx, const patron_html_event_t *ev)
{
    run_t  *run = ctx;

    if (ev->type == PATRON_HTML_TAG) {
        return PATRON_OK;
    }

    mix(run, ev->type);
    mix(run, ev->index);
    mix(run, ev->at);
    mix(run, ev->after);
    mix(run, ev->stays);

    if (ev->tag != NULL) {
        tag(run, ev->tag);
    }

    switch (ev->type) {

    case PATRON_HTML_OPEN:
        opened(run, ev);
        break;

    case PATRON_HTML_CLOSE:
        closed(run, ev);
        break;

    case PATRON_HTML_COMMENT:
        mix_bytes(run, &ev->text);
        break;

    default:
        break;
    }

    return PATRON_OK;
}


static void
compare_stacks(run_t *run)
{
    uint32_t                      i, depth;
    const patron_html_element_t  *element;

    depth = patron_html_depth(run->html);

    check(depth <= run->depth);

    for (i = depth; i < run->depth; i++) {
        check(run->told[i]);
    }

    for (i = 0; i < depth; i++) {
        element = patron_html_element(run->html, i);

        check(element->name == run->stack[i].name);
        check(element->start == run->stack[i].start);
        check(element->ns == run->stack[i].ns);
    }
}


static uint64_t
parse(const uint8_t *data, size_t size, size_t chunk, unsigned want)
{
    int             rc;
    run_t           run;
    size_t          n, pos;
    uint8_t        *piece;
    uint64_t        settled;
    patron_str_t    tail;

    memset(&run, 0, sizeof(run_t));

    run.html = patron_html_create(NULL, want, handler, &run);
    check(run.html != NULL);

    rc = PATRON_OK;

    for (pos = 0; pos < size && rc == PATRON_OK; pos += n) {
        n = (size - pos < chunk) ? size - pos : chunk;

        piece = malloc(n);
        check(piece != NULL);
        memcpy(piece, data + pos, n);

        rc = patron_html_feed(run.html, piece, n);
        free(piece);

        if (rc == PATRON_OK) {
            compare_stacks(&run);

            settled = patron_html_settled(run.html);
            tail = patron_html_tail(run.html);

            check(settled + tail.len == pos + n);
            check(tail.len == 0
                  || memcmp(tail.data, data + settled, tail.len) == 0);
        }
    }

    rc = patron_html_finish(run.html);

    check((rc == PATRON_OK)
          == (patron_html_stopped(run.html) == PATRON_HTML_RUNNING));

    mix(&run, (uint64_t) rc);
    mix(&run, patron_html_stopped(run.html));

    patron_html_destroy(run.html);

    return run.hash;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t    chunk;
    unsigned  want;
    uint64_t  hash;

    if (size < 2) {
        return 0;
    }

    chunk = data[0] % 64 + 1;
    want = data[1] & (PATRON_HTML_WANT_TEXT|PATRON_HTML_WANT_COMMENTS
                      |PATRON_HTML_GUARD);
    data += 2;
    size -= 2;

    hash = parse(data, size, size ? size : 1, want);

    check(parse(data, size, chunk, want) == hash);
    check(parse(data, size, size ? size : 1, want|PATRON_HTML_WANT_TAGS)
          == hash);

    return 0;
}
