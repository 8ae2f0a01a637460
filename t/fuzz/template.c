
/*
 * Templates of any bytes.  One that compiles has, with a hostile value in
 * place of its variables, the elements it has with a harmless one; one that is
 * balanced leaves a page's elements as they were.
 */


#include <stdlib.h>

#include "patron_escape.h"
#include "patron_html.h"


typedef struct {
    patron_html_t  *html;
    uint64_t        hash;
    uint32_t        low;
} run_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check(int condition)
{
    if (!condition) {
        abort();
    }
}


/* Elements, and how many attributes they have. */

static int
event(void *ctx, const patron_html_event_t *ev)
{
    run_t         *run = ctx;
    size_t         pos, n;
    patron_str_t   name, value;

    pos = 0;
    n = 0;

    if (ev->type == PATRON_HTML_OPEN && ev->tag) {
        while (patron_html_attr(ev->tag, &pos, &name, &value) == PATRON_OK) {
            n++;
        }

        run->hash = (run->hash ^ ev->tag->name ^ n) * 0x100000001b3u;
    }

    if (ev->type == PATRON_HTML_CLOSE && ev->index < run->low) {
        run->low = ev->index;
    }

    return PATRON_OK;
}


static void
parse(run_t *run, const patron_uchar_t *data, size_t len)
{
    static const patron_str_t  page = patron_string("<body><main><div>");

    run->hash = 0;
    run->html = patron_html_create(NULL, 0, event, run);
    check(run->html != NULL);

    run->low = 0;
    check(patron_html_feed(run->html, page.data, page.len) == PATRON_OK);
    run->low = patron_html_depth(run->html);

    patron_html_feed(run->html, data, len);
}


static uint64_t
render(const patron_template_t *t, const char *text, int ascii)
{
    size_t           i, len;
    run_t            run;
    patron_str_t     value, s;
    patron_uchar_t  *out, *p;

    value.data = (const patron_uchar_t *) text;
    value.len = strlen(text);

    for (i = 0, len = 1; i < t->nparts; i++) {
        s = t->parts[i].type == PATRON_PART_LITERAL ? t->parts[i].str : value;
        len += patron_escape_len(t->parts[i].type, &s, ascii);
    }

    out = malloc(len);
    check(out != NULL);

    for (i = 0, p = out; i < t->nparts; i++) {
        s = t->parts[i].type == PATRON_PART_LITERAL ? t->parts[i].str : value;
        p = patron_escape(t->parts[i].type, p, &s, ascii);
    }

    check(p == out + len - 1);

    parse(&run, out, (size_t) (p - out));
    patron_html_destroy(run.html);
    free(out);

    return run.hash;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char               err[256];
    run_t              run;
    uint32_t           depth;
    patron_str_t       html;
    patron_template_t  t;

    html.data = data;
    html.len = size;
    err[0] = '\0';

    if (patron_template_compile(NULL, &t, &html, err) == PATRON_OK) {
        check(render(&t, "x", 0)
              == render(&t, "x'\"<b a=b>`&amp; javascript:\n-->]]></x", 0));
        check(render(&t, "x", 0) == render(&t, "\xc3\xa9\xff", 1));
        free(t.parts);

    } else {
        check(err[0] != '\0' && memchr(err, '\0', sizeof(err)) != NULL);
    }

    if (patron_template_balanced(&html, err) == PATRON_OK) {
        parse(&run, data, size);
        depth = patron_html_depth(run.html);

        check(depth == 4 && run.low >= depth);
        check(patron_html_feed(run.html, (const patron_uchar_t *) "a<i>", 4)
              == PATRON_OK);
        check(patron_html_depth(run.html) == depth + 1);

        patron_html_destroy(run.html);
    }

    return 0;
}
