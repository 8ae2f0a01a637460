
/*
 * The HTML parser: what opens and closes where, on pages that are tricky, and
 * that it is the same however they are cut into chunks.
 */


#include <stdlib.h>

#include "patron_html.h"
#include "patron_tap.h"


#define LOG  65536


/*
 * A page's events as a line of text:
 *
 *     [name  {name    an element opens: with a tag, or implied
 *     ]  }            it ends: with its end tag, or without
 *     |               it ended, but stays
 *     ^               after ] or }: it was not the current element
 *     "               text
 *     #...;           a comment
 *     <name           a tag (where tags are wanted)
 *
 * and with offsets set the events' places too.
 */

typedef struct {
    patron_html_t  *html;
    size_t          len;
    unsigned        offsets;
    unsigned        stop_after;
    char            text[LOG];
} log_t;


typedef struct {
    const char     *name;
    const char     *page;
    const char     *expected;
} case_t;


static const case_t  cases[] = {

    { "a paragraph ends the one before",
      "<!doctype html><p>a<p>b</p>",
      "#;{html{head}{body[p\"}[p\"]}}" },

    { "nothing but white space",
      " \n\t", "{html{head}{body}}" },

    { "the head ends at what does not belong there",
      "<html><title>x</title> <div></div>",
      "[html{head[title\"]}{body[div]}}" },

    { "text begins the body",
      "<head></head> x", "{html[head]{body\"}}" },

    { "white space by reference does not",
      "<head></head>&#32;&Tab;&#xA;<body>", "{html[head][body}}" },

    { "other references do",
      "<head></head>&nbsp;<body>", "{html[head]{body\"}}" },

    { "a long reference to white space counts as text",
      "<head></head>&#00000000000000000000000000000000032;<body>",
      "{html[head]{body\"}}" },

    { "and one to a letter, that no semicolon ends",
      "&#0000000000000000000000000000100<p>", "{html{head}{body\"[p}}}" },

    { "a reference without an end",
      "&#32", "{html{head}{body}}" },

    { "a byte order mark is no text",
      "\xef\xbb\xbf<head></head>", "{html[head]{body}}" },

    { "part of one is",
      "\xef\xbb<head></head>", "{html{head}{body\"}}" },

    { "what is left of the head stands after it",
      "<head></head><link><script>x</script><body>y",
      "{html[head][link}[script\"][body\"}}" },

    { "the body ends twice",
      "<body>a</body></html><p>b</body>",
      "{html{head}[body\"||[p\"}" },

    { "list items",
      "<ul><li>a<ul><li>b</ul><li>c<p>d<li>e</ul>",
      "{html{head}{body[ul[li\"[ul[li\"}]}[li\"[p\"}}[li\"}]}}" },

    { "definitions",
      "<dl><dt>a<dd>b<div><dt>c</dl>",
      "{html{head}{body[dl[dt\"}[dd\"[div}}[dt\"}]}}" },

    { "headings end each other",
      "<h1>a<h2>b</h3>c", "{html{head}{body[h1\"}[h2\"]\"}}" },

    { "stray end tags",
      "a</p>b</br>c</div></i>d", "{html{head}{body\"{p]\"{br]\"}}" },

    { "void elements",
      "<br>a<img src=x/>b<hr/><input><image>",
      "{html{head}{body[br}\"[img}\"[hr}[input}[img}}}" },

    { "adoption: misnested formatting",
      "<b>1<i>2</b>3</i>4",
      "{html{head}{body[b\"[i\"}]{i\"]\"}}" },

    { "adoption: a block inside formatting",
      "<b>1<p>2</b>3</p>4",
      "{html{head}{body[b\"[p\"]^\"]\"}}" },

    { "formatting is opened again",
      "<p><b>1<p>2", "{html{head}{body[p[b\"}}[p{b\"}}}}" },

    { "three of a kind",
      "<p><b><b><b><b>1<p>2",
      "{html{head}{body[p[b[b[b[b\"}}}}}[p{b{b{b\"}}}}}}" },

    { "four that differ",
      "<p><b><b a><b><b>1<p>2",
      "{html{head}{body[p[b[b[b[b\"}}}}}[p{b{b{b{b\"}}}}}}}" },

    { "a link in a link",
      "<a>1<div>2<a>3", "{html{head}{body[a\"[div\"}^[a\"}}}}" },

    { "a button in a button",
      "<button>1<p>2<button>3",
      "{html{head}{body[button\"[p\"}}[button\"}}}" },

    { "a form in a form",
      "<form><div><form></form>1</div>",
      "{html{head}{body[form[div]^\"]}}" },

    { "a table",
      "<!doctype html><p>1<table><tr><td>2<td>3<tr><th>4</table>5",
      "#;{html{head}{body[p\"}[table{tbody[tr[td\"}[td\"}}[tr[th\"}}}]\"}}" },

    { "a table without a doctype stays in the paragraph",
      "<p>1<table></table>2",
      "{html{head}{body[p\"[table]\"}}}" },

    { "what does not belong into a table",
      "<table>1<div>2</div><tr>3<td>4</table>",
      "{html{head}{body[table\"[div\"]{tbody[tr\"[td\"}}}]}}" },

    { "columns and a caption",
      "<table><caption>1<b>2<col><tr><col></table>",
      "{html{head}{body[table[caption\"[b\"}}{colgroup[col}}{tbody[tr}}"
      "{colgroup[col}}]}}" },

    { "a form in a table",
      "<table><form><tr><td><input></form><td></table>",
      "{html{head}{body[table[form}{tbody[tr[td[input}}[td}}}]}}" },

    { "a select",
      "<select><option>1<div><option>2<optgroup><option>3</select>4",
      "{html{head}{body[select[option\"[div[option\"}[optgroup[option\"}}}}]\"}}"
      },

    { "a select in a table",
      "<table><tr><td><select><td>1",
      "{html{head}{body[table{tbody[tr[td[select}}[td\"}}}}}}" },

    { "what ends an option",
      "<select><optgroup><option><p>1<option>2<hr><option>3<optgroup></select>",
      "{html{head}{body[select[optgroup[option[p\"}}[option\"}}[hr}"
      "[option\"}[optgroup}]}}" },

    { "what ends a select",
      "<select><b>1<select>2<select><input>3<select><i></div></i></select>",
      "{html{head}{body[select[b\"}}{b\"[select}[input}\"[select[i]]}}}" },

    { "what does not",
      "<div><select></div><table></select><td></select>1",
      "{html{head}{body[div[select[table{tbody{tr[td\"}}}}}}}}" },

    { "ruby",
      "<ruby>1<rt>2<rp>3<rt>4</ruby>",
      "{html{head}{body[ruby\"[rt\"}[rp\"}[rt\"}]}}" },

    { "a template",
      "<template><td>1</td><p></template>2<template><div>",
      "{html{head[template[td\"][p}]}{body\"[template[div}}}}" },

    { "svg and what leaves it",
      "<svg><title><p>1</p></title><g/><path>2<div>3",
      "{html{head}{body[svg[title[p\"]][g}[path\"}}[div\"}}}" },

    { "CDATA in svg, and not in HTML",
      "<svg><![CDATA[<p>]]></svg><![CDATA[<p>]]>",
      "{html{head}{body[svg\"]#[CDATA[<p;\"}}" },

    { "text elements in svg are not",
      "<svg><style><a></style><script><b></script></svg>",
      "{html{head}{body[svg[style[a}][script}}[b}}}" },

    { "math",
      "<math><mi><i>1</i><mglyph/></mi><annotation-xml encoding='Text/HTML'>"
      "<p>2</p></annotation-xml></math><p>3",
      "{html{head}{body[math[mi[i\"][mglyph}][annotation-xml[p\"]]][p\"}}}" },

    { "raw text",
      "<style><p></styl></style ><textarea></p></textarea><xmp><!--</xmp>"
      "<noscript><p></noscript><iframe><p></iframe>",
      "{html{head[style\"]}{body[textarea\"][xmp\"][noscript\"][iframe\"]}}" },

    { "script states",
      "<script>a<!--b<script>c</script>d</script><p>"
      "<script><!--a--></script><p><script><!--<script></script></script>",
      "{html{head[script\"]}{body[p[script\"]}[p[script\"]}}}" },

    { "a script that does not end",
      "<script><!--<script></script>x", "{html{head[script\"}}{body}}" },

    { "plain text",
      "<div><plaintext><p></plaintext>",
      "{html{head}{body[div[plaintext\"}}}}" },

    { "comments",
      "<!--a--><!--><!---><!--b--!><!--c<!--d--><?e?></ f><!g></>h",
      "#a;#;#;#b;#c<!--d;#?e?;# f;#g;{html{head}{body\"}}" },

    { "a comment that does not end",
      "<!--a--!b->c", "#a--!b->c;{html{head}{body}}" },

    { "attributes",
      "<a b=\"c>d\" e='>'><i f=g\">h<u =\">i<s j=\"k\"l='>'><q m = \">\"/>",
      "{html{head}{body[a[i\"[u\"[s[q}}}}}}}" },

    { "a tag that does not end",
      "<p>a<p b=\"", "{html{head}{body[p\"}}}" },

    { "not a tag",
      "<1></", "{html{head}{body\"}}" },

    { "names",
      "<DIV><x-Ab></X-aB><figCaption></figcaption></div>",
      "{html{head}{body[div[x-ab][figcaption]]}}" },

    { "a control character is no letter",
      "<h1>a</h\x11><p>b", "{html{head}{body[h1\"[p\"}}}}" },

    { "frames",
      "<frameset><frame><frameset></frameset></frameset><noframes><p>"
      "</noframes></html>x",
      "{html{head}[frameset[frame}[frameset]][noframes\"]|" },

    { "frames in place of an empty body",
      "<div> </div><frameset>", "{html{head}{body[div]}[frameset}}" },

    { "no frames in place of text",
      "<div>x</div><frameset>", "{html{head}{body[div\"]}}" },

    { "an ordinary page, long enough for the fast paths",
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<title>News</title>\n<link rel='stylesheet' href='/a?b>c'/>\n</head>\n"
      "<body class=\"home page\">\n<div id=\"a\" class=\"b c d e f g h i j\">"
      "<a href=\"/x\" title=\"a long title with > in it, and more\">one</a>"
      "<ul><li>1</li><li><b>2</b></li></ul><p>three<br />four</p></div>\n"
      "<table><tr><td>5</td></tr></table>\n</body>\n</html>\n",
      "#;[html[head[meta}[title\"][link}][body[div[a\"][ul[li\"][li[b\"]]]"
      "[p\"[br}\"]][table{tbody[tr[td\"]]}]||" },
};


static void
put(log_t *log, const char *s, size_t len)
{
    if (log->len + len < LOG) {
        memcpy(log->text + log->len, s, len);
        log->len += len;
        log->text[log->len] = '\0';
    }
}


static void
put_name(log_t *log, const patron_html_event_t *ev)
{
    char                          c;
    size_t                        i;
    const patron_html_element_t  *element;

    element = patron_html_element(log->html, ev->index);

    if (!(element->name >> 63)) {
        for (i = 0; i < 8 && (element->name >> (8 * i)) & 0xff; i++) {
            c = (char) (element->name >> (8 * i));
            put(log, &c, 1);
        }

        return;
    }

    for (i = 0; i < ev->tag->raw_name.len; i++) {
        c = (char) ev->tag->raw_name.data[i];
        c = (c >= 'A' && c <= 'Z') ? (char) (c | 0x20) : c;
        put(log, &c, 1);
    }
}


static void
put_event(log_t *log, const patron_html_event_t *ev)
{
    switch (ev->type) {

    case PATRON_HTML_OPEN:
        put(log, ev->tag ? "[" : "{", 1);
        put_name(log, ev);
        break;

    case PATRON_HTML_CLOSE:
        put(log, ev->stays ? "|" : ev->tag ? "]" : "}", 1);

        if (!ev->stays && ev->index + 1 != patron_html_depth(log->html)) {
            put(log, "^", 1);
        }

        break;

    case PATRON_HTML_TEXT:
        put(log, "\"", 1);
        break;

    case PATRON_HTML_COMMENT:
        put(log, "#", 1);
        put(log, (const char *) ev->text.data, ev->text.len);
        put(log, ";", 1);
        break;

    case PATRON_HTML_TAG:
        put(log, ev->tag->end_tag ? "</" : "<", ev->tag->end_tag ? 2 : 1);
        put(log, (const char *) ev->tag->raw_name.data, ev->tag->raw_name.len);
        break;

    case PATRON_HTML_LOST:
        break;
    }
}


static int
handler(void *ctx, const patron_html_event_t *ev)
{
    int     n;
    char    places[64];
    log_t  *log = ctx;

    put_event(log, ev);

    if (log->offsets) {
        n = sprintf(places, "%u-%u ", (unsigned) ev->at,
                    (unsigned) ev->after);
        put(log, places, (size_t) n);
    }

    if (log->stop_after != 0 && --log->stop_after == 0) {
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


static void
create(log_t *log, patron_mem_t *mem, unsigned want)
{
    memset(log, 0, sizeof(log_t));
    log->html = patron_html_create(mem, want, handler, log);
}


/* Feeds bytes from memory that holds no more than them. */

static int
feed(log_t *log, const char *bytes, size_t len)
{
    int    rc;
    void  *copy;

    copy = malloc(len ? len : 1);

    if (copy == NULL) {
        return PATRON_ERROR;
    }

    memcpy(copy, bytes, len);
    rc = patron_html_feed(log->html, copy, len);
    free(copy);

    return rc;
}


/* A page in two pieces, the second in chunks. */

static int
parse(log_t *log, const char *page, size_t split, size_t chunk, unsigned want,
    unsigned offsets)
{
    int     rc;
    size_t  len, n;

    create(log, NULL, want);
    log->offsets = offsets;

    len = strlen(page);
    rc = feed(log, page, split);

    for (page += split, len -= split; len != 0 && rc == PATRON_OK; len -= n) {
        n = (len < chunk) ? len : chunk;
        rc = feed(log, page, n);
        page += n;
    }

    if (rc == PATRON_OK) {
        rc = patron_html_finish(log->html);
    }

    patron_html_destroy(log->html);

    return rc;
}


static void
test_case(const case_t *c)
{
    size_t         len, n;
    unsigned       same;
    static log_t   whole, cut;

    const unsigned  want = PATRON_HTML_WANT_TEXT|PATRON_HTML_WANT_COMMENTS;

    len = strlen(c->page);

    parse(&whole, c->page, 0, len + 1, want, 0);

    if (!ok(strcmp(whole.text, c->expected) == 0, "%s", c->name)) {
        printf("# got      %s\n# expected %s\n", whole.text, c->expected);
    }

    parse(&whole, c->page, 0, len + 1, want, 1);

    same = 1;

    for (n = 0; n <= len; n++) {
        parse(&cut, c->page, n, len + 1, want, 1);
        same &= (strcmp(whole.text, cut.text) == 0);
    }

    for (n = 1; n <= 24; n++) {
        parse(&cut, c->page, 0, n, want, 1);
        same &= (strcmp(whole.text, cut.text) == 0);
    }

    ok(same, "%s: cut anywhere", c->name);
}


static void
test_offsets(void)
{
    static log_t  log;

    parse(&log, "<p>a<p>b</p></x></br><br></body>c", 0, 99,
          PATRON_HTML_WANT_TEXT|PATRON_HTML_WANT_TAGS, 1);

    ok(strcmp(log.text,
              "<p0-3 {html0-0 {head0-0 }0-0 {body0-0 [p0-0 \"3-3 "
              "<p4-7 }4-4 [p4-4 \"7-7 </p8-12 ]8-12 </x12-16 "
              "</br16-21 {br16-16 ]16-21 <br21-25 [br21-21 }25-25 "
              "</body25-32 |25-32 \"32-32 }33-33 ") == 0, "offsets");
}


static void
test_names(void)
{
    ok(patron_html_name((const patron_uchar_t *) "DIV", 3)
       == patron_html_name((const patron_uchar_t *) "div", 3),
       "names are lowered");
    ok(patron_html_name((const patron_uchar_t *) "a", 1)
       != patron_html_name((const patron_uchar_t *) "a\0", 2),
       "a NUL belongs to a name");
    ok(patron_html_name((const patron_uchar_t *) "figcaption", 10) >> 63
       && !(patron_html_name((const patron_uchar_t *) "fieldset", 8) >> 63),
       "long names are hashed");
    ok(patron_html_name((const patron_uchar_t *) "FIGCAPTION", 10)
       == patron_html_name((const patron_uchar_t *) "figcaption", 10),
       "and lowered");
}


static int
attrs_handler(void *ctx, const patron_html_event_t *ev)
{
    char          *out = ctx;
    size_t         pos;
    patron_str_t   name, value;

    if (ev->type != PATRON_HTML_TAG) {
        return PATRON_OK;
    }

    pos = 0;

    while (patron_html_attr(ev->tag, &pos, &name, &value) == PATRON_OK) {
        out += strlen(out);
        sprintf(out, "%.*s:%.*s;", (int) name.len, name.data,
                (int) value.len, value.data);
    }

    if (ev->tag->self_closing) {
        strcat(out, "/");
    }

    return PATRON_OK;
}


static void
test_attrs(const char *tag, const char *expected)
{
    char            out[256];
    patron_html_t  *html;

    out[0] = '\0';
    html = patron_html_create(NULL, PATRON_HTML_WANT_TAGS, attrs_handler, out);

    patron_html_feed(html, (const patron_uchar_t *) tag, strlen(tag));
    patron_html_destroy(html);

    if (!ok(strcmp(out, expected) == 0, "the attributes of %s", tag)) {
        printf("# got %s, expected %s\n", out, expected);
    }
}


static void
test_stop(const char *page, patron_html_stop_e expected, const char *name)
{
    int           rc;
    size_t        len;
    static log_t  log;

    const unsigned  want = PATRON_HTML_WANT_TEXT|PATRON_HTML_GUARD;

    len = strlen(page);

    create(&log, NULL, want);
    rc = feed(&log, page, len);
    rc = (rc == PATRON_OK) ? patron_html_finish(log.html) : rc;

    ok(patron_html_stopped(log.html) == expected
       && (rc == PATRON_OK) == (expected == PATRON_HTML_RUNNING), "%s", name);

    if (expected != PATRON_HTML_RUNNING) {
        ok(feed(&log, "<p>", 3) == PATRON_DECLINED
           && patron_html_finish(log.html) == PATRON_DECLINED,
           "%s: and no more", name);
    }

    patron_html_destroy(log.html);
}


static void
test_guard(void)
{
    test_stop("<select><option>a<style>b", PATRON_HTML_AMBIGUOUS,
              "raw text in a select");
    test_stop("<table><td><select><title>", PATRON_HTML_AMBIGUOUS,
              "and in a table");
    test_stop("<select><textarea>", PATRON_HTML_AMBIGUOUS,
              "a textarea in a select");
    test_stop("<select><svg>", PATRON_HTML_AMBIGUOUS, "svg in a select");
    test_stop("<select><script></script></select>", PATRON_HTML_RUNNING,
              "a script may stand in a select");
    test_stop("<meta charset=' ISO-2022-JP'>", PATRON_HTML_ENCODING,
              "an encoding in which tags are letters");
    test_stop("<meta http-equiv=Content-Type "
              "content='text/html; charset=hz-gb-2312'>",
              PATRON_HTML_ENCODING, "another");
    test_stop("<meta charset=utf-16><meta content='charset: x'>"
              "<body><meta charset=iso-2022-jp>",
              PATRON_HTML_RUNNING, "what a browser reads as ASCII");
    test_stop("<frameset><style>", PATRON_HTML_AMBIGUOUS,
              "raw text in a frameset");
    test_stop("<frameset></frameset></html><xmp>", PATRON_HTML_AMBIGUOUS,
              "and after it");
    test_stop("<frameset><noframes></noframes>", PATRON_HTML_RUNNING,
              "noframes may stand there");
    test_stop("<svg><desc><![CDATA[", PATRON_HTML_AMBIGUOUS,
              "CDATA in an integration point");
    test_stop("<svg><![CDATA[a", PATRON_HTML_RUNNING, "CDATA in svg");
}


static void
test_limits(void)
{
    char          *page;
    size_t         i, n;
    static log_t   log;

    const size_t  size = 2 * PATRON_HTML_MAX_TAG;

    page = malloc(size);

    if (page == NULL) {
        return;
    }

    for (i = 0; i < PATRON_HTML_MAX_DEPTH - 2; i++) {
        memcpy(page + 3 * i, "<i>", 3);
    }

    page[3 * i] = '\0';
    test_stop(page, PATRON_HTML_RUNNING, "as deep as may be");

    memcpy(page + 3 * i, "<i>", 4);
    test_stop(page, PATRON_HTML_TOO_DEEP, "too deep");

    memset(page, 'a', size);
    page[0] = '<';
    page[PATRON_HTML_MAX_TAG - 1] = '>';
    page[PATRON_HTML_MAX_TAG] = '\0';
    test_stop(page, PATRON_HTML_RUNNING, "as long a tag as may be");

    page[PATRON_HTML_MAX_TAG - 1] = 'a';
    page[PATRON_HTML_MAX_TAG] = '>';
    page[PATRON_HTML_MAX_TAG + 1] = '\0';
    test_stop(page, PATRON_HTML_TAG_TOO_LONG, "too long a tag");

    create(&log, NULL, 0);
    n = 0;

    while (feed(&log, page + n, 1000) == PATRON_OK) {
        n += 1000;
    }

    ok(patron_html_stopped(log.html) == PATRON_HTML_TAG_TOO_LONG
       && patron_html_settled(log.html) == 0
       && patron_html_tail(log.html).len == n
       && n <= PATRON_HTML_MAX_TAG,
       "too long a tag, bit by bit: what was kept is given back");

    patron_html_destroy(log.html);
    free(page);
}


static void
test_tail(void)
{
    static log_t  log;

    create(&log, NULL, 0);

    feed(&log, "abc<p", 5);
    ok(patron_html_settled(log.html) == 3, "an unfinished tag is not settled");

    feed(&log, " a='", 4);
    is_str(&(patron_str_t) { patron_html_tail(log.html).len,
                             patron_html_tail(log.html).data },
           "<p a='", "it is kept");

    feed(&log, "'>de", 4);
    ok(patron_html_settled(log.html) == 13
       && patron_html_tail(log.html).len == 0, "until it ends");

    feed(&log, "<!-- a <b> ", 11);
    ok(patron_html_settled(log.html) == 24, "a comment is settled at once");

    patron_html_destroy(log.html);
}


static void
test_handler(void)
{
    static log_t  log;

    create(&log, NULL, PATRON_HTML_WANT_TEXT);
    log.stop_after = 5;

    ok(feed(&log, "<p>a<p>b", 8) == PATRON_DECLINED
       && strcmp(log.text, "{html{head}{body[p") == 0,
       "the handler may stop the parser");
    ok(patron_html_stopped(log.html) == PATRON_HTML_RUNNING
       && feed(&log, "<p>", 3) == PATRON_DECLINED,
       "which then tells nothing more");

    patron_html_destroy(log.html);

    create(&log, NULL, 0);
    feed(&log, "<p>a", 4);
    patron_html_want(log.html, PATRON_HTML_WANT_TEXT|PATRON_HTML_WANT_TAGS);
    feed(&log, "b<i>", 4);
    patron_html_want(log.html, 0);
    feed(&log, "c<u>", 4);

    ok(strcmp(log.text, "{html{head}{body[p\"<i[i[u") == 0,
       "what is wanted may change");

    patron_html_destroy(log.html);
}


/* An allocator that runs dry. */

typedef struct {
    int  left;
    int  used;
} dry_t;


static void *
dry_alloc(void *ctx, size_t size)
{
    dry_t  *dry = ctx;

    if (dry->left-- <= 0) {
        return NULL;
    }

    dry->used++;

    return malloc(size);
}


static void
dry_free(void *ctx, void *p)
{
    dry_t  *dry = ctx;

    dry->used--;
    free(p);
}


static void
test_memory(void)
{
    int            i, n, rc, failed;
    dry_t          dry;
    patron_mem_t   mem;
    static log_t   log;

    mem.alloc = dry_alloc;
    mem.free = dry_free;
    mem.ctx = &dry;

    failed = 0;

    for (n = 0; n < 20; n++) {
        dry.left = n;
        dry.used = 0;

        create(&log, &mem, PATRON_HTML_WANT_TEXT);

        if (log.html == NULL) {
            failed++;
            continue;
        }

        rc = PATRON_OK;

        for (i = 0; i < 100 && rc == PATRON_OK; i++) {
            rc = feed(&log, "<p><b>x<div class=\"", 19);
            rc = (rc == PATRON_OK) ? feed(&log, "y\">", 3) : rc;
        }

        if (rc == PATRON_ERROR) {
            failed += (patron_html_stopped(log.html)
                       == PATRON_HTML_NO_MEMORY);
        }

        patron_html_destroy(log.html);

        if (dry.used != 0) {
            break;
        }
    }

    ok(n == 20 && failed > 3 && failed < 20, "no memory is an error, once");
}


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_case(&cases[i]);
    }

    test_offsets();
    test_names();

    test_attrs("<a b=c D='e' f=\"g>\" h>", "b:c;D:e;f:g>;h:;");
    test_attrs("<a b = c =d ==e/f/>", "b:c;=d:=e/f/;");
    test_attrs("<a b='c'd=\"\"/ e/>", "b:c;d:;e:;/");
    test_attrs("<a/b/c=d>", "b:;c:d;");
    test_attrs("<a b=\"c\" dddddddddddddddddddd=\"eeeeeeeeeeeeeeeeeeeeeee\"/>",
               "b:c;dddddddddddddddddddd:eeeeeeeeeeeeeeeeeeeeeee;/");
    test_attrs("<a b=>", "b:;");

    test_guard();
    test_limits();
    test_tail();
    test_handler();
    test_memory();

    return done();
}
