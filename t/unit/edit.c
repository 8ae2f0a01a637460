
/*
 * The editor: where HTML lands and what is stripped, on pages that are tricky;
 * when it has done all, and how it fails.
 */


#include "patron_edit_run.h"


#define ROOT      "<template shadowrootmode=open>"
#define SLOT      "<slot></slot>"
#define END_ROOT  "</template>"


static const case_t  cases[] = {

    { "a template without end, at the end of the page",
      "end",
      "<body><div><template><p>a",
      "<body><div><template><p>a{0}" },

    { "five positions",
      "before p; prepend p; append p; after p",
      "<div>a<p class=x>b</p>c</div>",
      "<div>a{0}<p class=x>{1}b{2}</p>{3}c</div>" },

    { "replace",
      "replace p",
      "<div>a<p>b<i>c</i></p>d<p>e</p></div>",
      "<div>a{0}d<p>e</p></div>" },

    { "replace all, with what else there is to do",
      "after all p; replace all p; before all p; append all p; append i",
      "<p>a<i>b</i></p>c<p>d</p><i>e</i>",
      "{1}{2}{0}c{1}{2}{0}<i>e{4}</i>" },

    { "the first match, and all",
      "append li; after all li",
      "<ul><li>a</li><li>b</li></ul>",
      "<ul><li>a{0}</li>{1}<li>b</li>{1}</ul>" },

    { "rules that meet go in their order",
      "before i; after b; prepend p",
      "<p><b></b><i></i></p>",
      "<p>{2}<b></b>{0}{1}<i></i></p>" },

    { "rules that meet across chunks, in the other order",
      "after b; before i",
      "<b></b><i></i>",
      "<b></b>{0}{1}<i></i>" },

    { "a shadow root, which rules share",
      "shadow append article; shadow prepend article; shadow append .x; "
      "prepend article; after article",
      "<article class=x>a<p>b</article>c",
      "<article class=x>{3}" ROOT "{1}" SLOT "{0}{2}" END_ROOT
      "a<p>b</article>{4}c" },

    { "one in each, at the very end too",
      "shadow append all p, .x",
      "<p>a<p><span class=x> ",
      "<p>" ROOT SLOT "{0}" END_ROOT "a<p>" ROOT SLOT "{0}" END_ROOT
      "<span class=x>" ROOT SLOT "{0}" END_ROOT " " },

    { "an element that has one is left alone",
      "shadow append all div; append all div",
      "<div>\n<!-- a --><!--><TEMPLATE a='>' shadowRootMode=\"open\">x"
      "</template></div><div><!-- <template shadowrootmode=open> -->a</div>"
      "<div> <template></template></div><div><templates shadowrootmode=open>"
      "</div>",
      "<div>\n<!-- a --><!--><TEMPLATE a='>' shadowRootMode=\"open\">x"
      "</template>{1}</div><div>" ROOT SLOT "{0}" END_ROOT
      "<!-- <template shadowrootmode=open> -->a{1}</div>"
      "<div>" ROOT SLOT "{0}" END_ROOT " <template></template>{1}</div>"
      "<div>" ROOT SLOT "{0}" END_ROOT "<templates shadowrootmode=open>"
      "{1}</div>" },

    { "no root in what cannot have one, and none in another",
      "shadow append all .x",
      "<figure class=x>a</figure><x-y class=x>b</x-y><svg><p class=x>c</p>"
      "</svg><svg><g class=x /></svg><svg><desc><p class=x>d</p></desc></svg>"
      "<nav><template shadowrootmode=open><p class=x>e</p></template></nav>"
      "<br class=x><select><option class=x>f</select>",
      "<figure class=x>a</figure><x-y class=x>b</x-y><svg><p class=x>"
      ROOT SLOT "{0}" END_ROOT "c</p>"
      "</svg><svg><g class=x /></svg><svg><desc><p class=x>" ROOT SLOT "{0}"
      END_ROOT "d</p></desc></svg>"
      "<nav><template shadowrootmode=open><p class=x>e</p></template></nav>"
      "<br class=x><select><option class=x>f</select>" },

    { "nor in what has no tag of its own",
      "shadow append body; shadow append all p",
      "a</p><p>b",
      "a</p><p>" ROOT SLOT "{1}" END_ROOT "b" },

    { "nor in a body whose tag comes late",
      "shadow prepend .x",
      "<div>a<body class=x>b",
      "<div>a<body class=x>b" },

    { "a root in what is cut, and none behind",
      "shadow append all p; cut 1 : article; shadow append article",
      "<article><p>a</p><p>b</p></article>",
      "<article>" ROOT SLOT "{2}" END_ROOT "<p>" ROOT SLOT "{0}" END_ROOT
      "a</p>{1}</article>" },

    { "scripts by their words",
      "having script:not([src]); strip : script.x",
      "<body>a<script>\n self.__data.push(1)</script>b<script>x()</SCRIPT>"
      "<p>__data</p><script src=x>__data</script><script>$_x</script >"
      "<script>$_</script><p>x</script>__data<script class=x>y</script>"
      "<script>",
      "<body>ab<script>x()</SCRIPT>"
      "<p>__data</p><script src=x>__data</script>"
      "<script>$_</script><p>x</script>__data"
      "<script>" },

    { "a script without end",
      "having script",
      "<body>a<script>x; __data = 1",
      "<body>a" },

    { "no word before the script's end",
      "having script",
      "a<script>x</Script>__data<svg><script>__data</script></svg>",
      "a<script>x</Script>__data<svg><script>__data</script></svg>" },

    { "a watch does nothing",
      "watch script; before script",
      "a<script>__data</script>",
      "a{1}<script>__data</script>" },

    { "one rule, twice in a place",
      "append all div",
      "<div><div>a",
      "<div><div>a{0}{0}" },

    { "implied ends",
      "append all p; append all li",
      "<p>a<p>b<ul><li>c<li>d</ul>e",
      "<p>a{0}<p>b{0}<ul><li>c{1}<li>d{1}</ul>e" },

    { "nothing in a void element",
      "append all img; prepend all br; after all img; before all br",
      "<img>a<br/>b",
      "<img>{2}a{3}<br/>b" },

    { "nothing in raw text",
      "append all script; prepend all title; append all textarea; "
      "after all script",
      "<title>a</title><script>b</script><textarea>c</textarea>",
      "<title>a</title><script>b</script>{3}<textarea>c</textarea>" },

    { "a body that is implied",
      "prepend body; append body",
      "<title>x</title> text <p>more",
      "<title>x</title> {0}text <p>more{1}" },

    { "a body that is implied by a tag",
      "prepend body; before body; replace body",
      "<title>x</title><p>more",
      "<title>x</title>{0}<p>more" },

    { "no body at all",
      "prepend body; append body",
      "",
      "{0}{1}" },

    { "the first end of a body",
      "append body; after body",
      "<body>a</body>b</body>c</html>d",
      "<body>a{0}</body>{1}b</body>c</html>d" },

    { "a body whose tag comes late",
      "prepend .x; append .x; before body.x; after body; append div",
      "<title>t</title><div>a<body class=x><body class=y>b</div>c</body>",
      "<title>t</title><div>a{2}<body class=x>{0}<body class=y>b{4}</div>c{1}"
      "</body>{3}" },

    { "and its paths",
      "before .x > p; strip attr=class : body",
      "<div>a</div><body class=x><p>b",
      "<div>a</div><body>{0}<p>b" },

    { "html",
      "prepend html; append html",
      "<html><body>a</body></html>b",
      "<html>{0}<body>a</body>{1}</html>b" },

    { "other implied elements take nothing",
      "prepend tbody; append tbody; before head; append head",
      "<table><tr><td>a</table>",
      "<table><tr><td>a</table>" },

    { "a stray </p>",
      "append p:nth-of-type(2); before p:nth-of-type(3)",
      "<div><p>a</p></p><p>b</p></div>",
      "<div><p>a</p></p>{1}<p>b</p></div>" },

    { "not in comments, scripts, templates and values",
      "before all p",
      "<!--<p>--><script>'<p>'</script><i title='<p>'></i>"
      "<template><p></p></template><p>",
      "<!--<p>--><script>'<p>'</script><i title='<p>'></i>"
      "<template><p></p></template>{0}<p>" },

    { "an unfinished tag at the end",
      "append body; append div",
      "<body><div>a<img src='x",
      "<body><div>a{0}{1}<img src='x" },

    { "an unfinished end tag at the end",
      "append body",
      "<body>a</bod",
      "<body>a{0}</bod" },

    { "a '<' and an '&' at the end are text",
      "append body",
      "<body>a &am <",
      "<body>a &am <{0}" },

    { "a comment without end takes no banner",
      "append body",
      "<body>a<!-- b",
      "<body>a<!-- b" },

    { "nor does a script",
      "append body",
      "<body>a<script> b",
      "<body>a<script> b" },

    { "misnested formatting",
      "append b; append i; append p",
      "<b>1<i>2</b>3</i><p>4<b>5</p>6</b>",
      "<b>1<i>2{0}{1}</b>3</i><p>4<b>5{2}</p>6</b>" },

    { "a form that ends within others",
      "append form; append div",
      "<form><div>a</form>b</div>c",
      "<form><div>a{0}</form>b{1}</div>c" },

    { "bytes that are no text",
      "append p",
      "\xef\xbb\xbf<p>\xff\xfe\xe9<b\xe9>\x80</p>",
      "\xef\xbb\xbf<p>\xff\xfe\xe9<b\xe9>\x80{0}</p>" },

    { "not where older browsers have no element",
      "before all p; append all div; append body",
      "<p>a<select><p>b<div></div></select><p>c<select><div>d</div></body>",
      "{0}<p>a<select><p>b<div></div></select>{0}<p>c<select><div>d</div></body>"
      },

    { "selects and what comes there",
      "after select; append option:nth-of-type(2)",
      "<select><option>a<option>b</select>c",
      "<select><option>a<option>b{1}</select>{0}c" },

    { "a tag in which browsers differ: nothing more",
      "before select; before i; append body",
      "<body><select><textarea></select><i>a</i></body>",
      "<body>{0}<select><textarea></select><i>a</i></body>" },

    { "strip elements",
      "strip : aside, script; append p; before i",
      "<p>a<aside>b<p>c</aside>d<script>e</script></p><i>f</i>",
      "<p>a{1}d</p>{2}<i>f</i>" },

    { "strip to an implied end",
      "strip : li.x",
      "<ul><li>a<li class=x>b<li>c<li class=x>d</ul>e",
      "<ul><li>a<li>c</ul>e" },

    { "strip a void element and one at the end",
      "strip : img, div",
      "a<img src=x>b<div>c",
      "ab" },

    { "strip keeps what ends in it but began before",
      "strip : aside",
      "<b>a<aside>b</b>c</aside>d",
      "<b>a</b>d" },

    { "strip an attribute",
      "strip attr=class : p; strip attr=DATA-X : *",
      "<p class=a id=b><p id=b class='a b' data-x><p id=b\nclass = \"a>\" >"
      "<p CLASS=a class=b>",
      "<p id=b><p id=b><p id=b ><p>" },

    { "strip an attribute between others without space",
      "strip attr=b : p",
      "<p a=\"x\"b=\"y\"c=\"z\"><p b=\"y\"c><p/b><p a/b/><p a b/c>",
      "<p a=\"x\"c=\"z\"><p c><p><p a/><p a/c>" },

    { "strip an attribute, and place around it",
      "before p; strip attr=a : p; prepend p; strip : i",
      "<i>x</i><p a=1>b<i>c</i></p>",
      "{0}<p>{2}b</p>" },

    { "formatting that ends in what is stripped, with a banner inside its end",
      "append all b; strip : i; after all b",
      "<b><b><i><p></b></b>x</i>y",
      "<b><b>{0}</b>{0}{2}</b>{2}y" },

    { "what might have been a byte order mark",
      "prepend body",
      "\xef<p>a",
      "{0}\xef<p>a" },
};


/* When nothing more can match, the rest is not looked at. */

static void
bypass(out_t *out)
{
    patron_edit_t   *e;
    patron_rules_t  *rules;

    rules = make_rules("prepend p; append i; after all b");
    memset(out, 0, sizeof(out_t));
    out->page = (const patron_uchar_t *) "<p>a<i>b</i>c<b>d";
    out->fail = -1;

    e = patron_edit_create(NULL, rules, 3, &sink, out);

    is_int(patron_edit_feed(e, out->page, 8, 0), PATRON_OK, "an i is open");
    is_int(patron_edit_feed(e, out->page + 8, 5, 0), PATRON_DECLINED,
           "its end was the last place");
    is_int(patron_edit_feed(e, out->page + 13, 4, 1), PATRON_DECLINED,
           "once more");

    out->text[out->len] = '\0';
    ok(!out->broken && strcmp(out->text, "<p>{0}a<i>b{1}</i>c<b>d") == 0,
       "all was sent");
    ok(patron_edit_inserted(e) == 3 && patron_edit_matched(e) == 3
       && patron_edit_gave_up(e) == NULL && patron_edit_in_body(e),
       "what is known then");

    patron_edit_destroy(e);

    memset(out, 0, sizeof(out_t));
    out->page = (const patron_uchar_t *) "<p>a";
    out->fail = -1;

    e = patron_edit_create(NULL, rules, 0, &sink, out);
    is_int(patron_edit_feed(e, out->page, 4, 0), PATRON_DECLINED,
           "no rule is active");
    patron_edit_destroy(e);

    patron_rules_destroy(rules);
}


static void
metas(out_t *out)
{
    patron_str_t     value;
    patron_edit_t   *e;
    patron_rules_t  *rules;
    const char      *page;

    rules = make_rules("meta article:content_tier; meta b;"
                       "cut 1 : body.x article; meta c");

    page = "<html><head><meta property=b content='1'>"
           "<meta name=x property='article:content_tier' "
           "content=\"lo&#99;ked\">"
           "<meta property='article:content_tier' content=free>"
           "<meta property='article:content_tier' content=metered>"
           "<noscript><meta property=c content=2></noscript></head>"
           "<link><meta property=b content=2>"
           "<body class=x><meta property=c content=1><article><p>1</p>2";

    memset(out, 0, sizeof(out_t));
    out->page = (const patron_uchar_t *) page;
    out->fail = -1;

    e = patron_edit_create(NULL, rules, 0xf, &sink, out);

    ok(!patron_edit_in_body(e), "not in the body yet");
    is_int(patron_edit_feed(e, out->page, 100, 0), PATRON_OK, "the head");
    is_int(patron_edit_feed(e, out->page + 100, strlen(page) - 100, 1),
           PATRON_OK, "the body");

    is_int(patron_edit_metas(e, 0), 3, "three of a name");
    ok(patron_edit_meta(e, 0, 0, &value) == PATRON_OK, "a meta");
    is_str(&value, "locked", "the first, decoded");
    ok(patron_edit_meta(e, 0, 1, &value) == PATRON_OK, "the next");
    is_str(&value, "free", "its content");
    ok(patron_edit_meta(e, 0, 2, &value) == PATRON_DECLINED,
       "no more are kept");
    ok(patron_edit_meta(e, 1, 0, &value) == PATRON_OK, "another");
    is_str(&value, "1", "its content");
    ok(patron_edit_meta(e, 1, 1, &value) == PATRON_OK, "behind the head");
    is_str(&value, "2", "its content");
    ok(patron_edit_meta(e, 3, 0, &value) == PATRON_DECLINED,
       "none in a noscript or the body");
    ok(patron_edit_meta(e, 2, 0, &value) == PATRON_DECLINED
       && patron_edit_meta(e, 99, 0, &value) == PATRON_DECLINED
       && patron_edit_metas(e, 99) == 0, "no such rule");
    ok(patron_edit_in_body(e), "in the body");

    out->text[out->len] = '\0';
    ok(strstr(out->text, "<p>1</p>{2}") != NULL,
       "a cut in the body");

    patron_edit_destroy(e);
    patron_rules_destroy(rules);
}


/* A sink, or memory, that fails at any call. */

static void *
failing_alloc(void *ctx, size_t size)
{
    int  *left = ctx;

    if (*left == 0) {
        return NULL;
    }

    (*left)--;

    return malloc(size);
}


static void
failing_free(void *ctx, void *p)
{
    (void) ctx;
    free(p);
}


static void
failures(out_t *out)
{
    int              n, left, errors;
    size_t           i;
    const char      *page;
    patron_mem_t     mem;
    patron_edit_t   *e;
    patron_rules_t  *rules;

    page = "<div><p>a</p><section><p class='&#120;'>b</p><i>c</i></section>"
           "<!-- x --><b><p>d</b></div>e<ul><li>f</ul>";

    rules = make_rules("append all div; cut 2 : div; after all p;"
                       "before .x i; before li:nth-of-type(1)");
    errors = 0;

    mem.alloc = failing_alloc;
    mem.free = failing_free;
    mem.ctx = &left;

    for (n = 0; n < 200; n++) {
        memset(out, 0, sizeof(out_t));
        out->page = (const patron_uchar_t *) page;
        out->fail = (n < 100) ? n : -1;
        left = (n < 100) ? -1 : n - 100;

        e = patron_edit_create(&mem, rules, ~0ull, &sink, out);

        if (e == NULL) {
            errors++;
            continue;
        }

        for (i = 0; i < strlen(page); i++) {
            if (patron_edit_feed(e, out->page + i, 1, i + 1 == strlen(page))
                == PATRON_ERROR)
            {
                errors++;
                break;
            }
        }

        patron_edit_destroy(e);
    }

    ok(errors > 20 && errors < 190, "failures are told: %d", errors);

    patron_rules_destroy(rules);
}


static void
refused(void)
{
    int              i, rc;
    char             err[256];
    patron_str_t     p, bad, empty, of;
    patron_rules_t  *rules;

    rules = patron_rules_create(NULL);

    p = str("p");
    bad = str("p,");
    empty = str("");
    of = str("p:hover");

    ok(patron_rules_place(rules, PATRON_BEFORE, &bad, 0, err) < 0
       && strstr(err, "comma") != NULL, "a bad selector: %s", err);
    ok(patron_rules_cut(rules, &p, 1, &of, NULL, 0, err) < 0
       && strstr(err, "hover") != NULL, "a bad \"of\": %s", err);
    ok(patron_rules_cut(rules, &p, 1, &p, &bad, 0, err) < 0,
       "a bad marker: %s", err);
    ok(patron_rules_cut(rules, &p, 1000000, &p, NULL, 0, err) < 0,
       "too many to keep: %s", err);
    ok(patron_rules_strip(rules, &p, &empty, err) < 0,
       "an attribute without a name: %s", err);
    ok(patron_rules_meta(rules, &empty, err) < 0,
       "a property without a name: %s", err);

    for (i = 0; i < PATRON_EDIT_MAX_RULES; i++) {
        rc = patron_rules_place(rules, PATRON_BEFORE, &p, 0, err);

        if (rc != i) {
            break;
        }
    }

    is_int(i, PATRON_EDIT_MAX_RULES, "as many rules as there may be");
    ok(patron_rules_place(rules, PATRON_BEFORE, &p, 0, err) < 0,
       "and none more: %s", err);

    patron_rules_destroy(rules);
}


/* To count what matches changes nothing in the page. */

static void
counted(out_t *out)
{
    size_t           i;
    const char      *page;
    patron_rules_t  *rules;

    run_counts = ~0ull;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (strstr(cases[i].rules, "cut") == NULL) {
            check(out, &cases[i]);
        }
    }

    rules = make_rules("append p; append all p; replace i; before b;"
                       "append body");
    page = "<p>1<p>2<p>3<p>4<i>x</i><b>y</b><i>x</i><i>x</i><i>x</i><i>x</i>";

    ok(run(out, rules, page, strlen(page), 0), "a page");
    is_int((int) run_crowded, 4, "five are many, four are not");

    page = "<p>1<p>2<p>3<p>4<p>5";
    ok(run(out, rules, page, strlen(page), 0), "another");
    is_int((int) run_crowded, 1, "but not where all are meant");

    run_counts = 0;
    ok(run(out, rules, page, strlen(page), 0), "it is not counted");
    is_int((int) run_crowded, 0, "unless it is asked for");

    patron_rules_destroy(rules);
}


/* A '|' is where the head ends, as far as it goes. */

static const char  *heads[] = {
    "<!DOCTYPE html><html><head><title>a</title></head> |<body>b",
    "<title>a</title><meta x><link y>|<p>b",
    " <!-- <body> --> <title><body></title>\n|b",
    "<script>'<body>'</script><style><body></style>|<div>b",
    "</p><base>|</body>b",
    "<html></head><script></script>|<frameset>",
    "<head><meta>|<noscript><p>b</noscript><body>c",
    "<head>|<template><body></template><body>c",
    "<head>|<noframes>b</noframes><body>c",
    "<head></head>|&nbsp;b",
    "|b",
    "<title>a</title>|<body class=\"b c",
    "<title>a</title>|<bod",
    "<title>a</title>|<meta charset=iso-2022-jp><p>b",
};


static size_t  head_at;

/*
 * Where the head ends, wherever the page is cut in two; no byte from there on
 * may be sent before that is known.
 */

static int
put_head(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    patron_edit_t  **e = ctx;

    (void) data;

    if (patron_edit_head_end(*e) == UINT64_MAX && from + len > head_at) {
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


static void
head_ends(void)
{
    size_t              i, n, len, end, cut, right;
    char                page[256];
    patron_edit_t      *e;
    patron_rules_t     *rules;
    const char         *bar;
    patron_edit_sink_t  sent = sink;

    rules = make_rules("cut 0 : article");
    sent.pass = put_head;
    sent.copy = put_head;

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        bar = strchr(heads[i], '|');
        end = (size_t) (bar - heads[i]);
        head_at = end;
        len = strlen(heads[i]) - 1;
        memcpy(page, heads[i], end);
        memcpy(page + end, bar + 1, len - end);
        right = 0;

        for (cut = 0; cut <= len; cut++) {
            e = patron_edit_create(NULL, rules, ~(uint64_t) 0, &sent, &e);

            n = (size_t) (patron_edit_feed(e, (patron_uchar_t *) page, cut, 0)
                          != PATRON_ERROR);
            n += (size_t) (patron_edit_feed(e, (patron_uchar_t *) page + cut,
                                            len - cut, 1)
                           != PATRON_ERROR);

            right += (n == 2 && patron_edit_head_end(e) == end);
            patron_edit_destroy(e);
        }

        is_int((int) right, (int) len + 1, heads[i]);
    }

    patron_rules_destroy(rules);
}


/* What a selector says of where it can match. */

static void
in_body(void)
{
    size_t           i;
    char             text[64];
    patron_rules_t  *rules;

    static const char  *yes[] = {
        "article", "body", "div.x, p", "body .x", "main > *", "x-story [id]",
        "section :not(p)"
    };
    static const char  *no[] = {
        "*", ".x", "#m", "[id]", "html", "head", "html .x", "head > meta",
        "article, .x", "script", "noscript p:not(a), template", ":not(head)"
    };

    for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        snprintf(text, sizeof(text), "cut 0 : %s", yes[i]);
        rules = make_rules(text);
        ok(patron_rules_in_body(rules, 0), "in the body: %s", yes[i]);
        patron_rules_destroy(rules);
    }

    for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        snprintf(text, sizeof(text), "cut 0 : %s", no[i]);
        rules = make_rules(text);
        ok(!patron_rules_in_body(rules, 0), "or elsewhere: %s", no[i]);
        patron_rules_destroy(rules);
    }
}


int
main(void)
{
    static out_t  out;

    check_all(&out, cases, sizeof(cases) / sizeof(cases[0]));

    bypass(&out);
    metas(&out);
    failures(&out);
    refused();
    counted(&out);
    head_ends();
    in_body();

    return done();
}
