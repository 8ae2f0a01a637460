
/*
 * Selectors: what parses and what does not, and which elements of small pages
 * match.
 */


#include <stdlib.h>

#include "patron_selector.h"
#include "patron_tap.h"


typedef struct {
    const char  *selector;
    const char  *reason;     /* is in what is said; NULL: it parses */
} parse_t;


typedef struct {
    const char  *selector;
    const char  *page;
    const char  *matches;    /* ids, or names, of what matches, in order */
} match_t;


static const parse_t  parses[] = {

    { "p", NULL },
    { "*", NULL },
    { "  article > p ,\n#a .b\t", NULL },
    { "#content", NULL },
    { ".a.b#c[d]", NULL },
    { "[a][b=c][d='e f'][g=\"h\"]", NULL },
    { "[a~=b][c^=d][e$=f][g*=h][i|=j]", NULL },
    { "[a=b i][c='d' s][e=f I]", NULL },
    { "[ a = b ]", NULL },
    { ":first-child", NULL },
    { "p:first-of-type", NULL },
    { "P:NTH-CHILD( 2N + 1 )", NULL },
    { ":nth-child(odd):nth-of-type(even)", NULL },
    { ":nth-child(-n+3):nth-of-type(+2n-1):nth-child(n)", NULL },
    { ":not(p)", NULL },
    { ":not(.a, #b, [c])", NULL },
    { "a:not( .b ):not(:first-child)", NULL },
    { ":not(:not(a))", NULL },
    { "a>b", NULL },
    { ".\\31 23", NULL },
    { ".md\\:w-1\\/2", NULL },
    { "#caf\xc3\xa9", NULL },
    { "custom-element.--x", NULL },
    { ".-a._b", NULL },

    { "", "empty" },
    { " \t", "empty" },
    { "p,", "ends in a comma" },
    { "p, ", "ends in a comma" },
    { ",p", "unexpected \",\"" },
    { "p,,q", "unexpected \",\"" },
    { "p >", "ends in \">\"" },
    { "> p", "unexpected \">\"" },
    { "p > > q", "unexpected \">\"" },
    { "p + q", "sibling" },
    { "p ~ q", "sibling" },
    { "p || q", "namespaces" },
    { "p:hover", "\":hover\"" },
    { "p:nth-last-child(1)", "nth-last-child" },
    { "p:has(a)", "has" },
    { "p::before", "pseudo-element" },
    { "p:", "no name" },
    { "p:first-child(2)", "first-child" },
    { "p:not", "not" },
    { ":not()", "without a selector" },
    { ":not(a,)", "without a selector" },
    { ":not(a b)", "combinators" },
    { ":not(a", "without \")\"" },
    { ":not(:not(:not(:not(:not(a)))))", "nested" },
    { ":nth-child()", "An+B" },
    { ":nth-child(x)", "An+B" },
    { ":nth-child(2n+)", "unexpected" },
    { ":nth-child(2", "without \")\"" },
    { ":nth-child(2 of p)", "unexpected \"o\"" },
    { "#", "no name" },
    { "#1a", "no name" },
    { ".", "no name" },
    { ".1", "no name" },
    { "p. a", "no name" },
    { "[", "no attribute name" },
    { "[]", "no attribute name" },
    { "[a", "without \"]\"" },
    { "[a=", "neither" },
    { "[a=]", "neither" },
    { "[a=1]", "neither" },
    { "[a='b]", "without its end" },
    { "[a='b\n']", "line end" },
    { "[a!=b]", "unexpected \"!\"" },
    { "[a~b]", "unexpected \"~\"" },
    { "[a=b x]", "unexpected \"x\"" },
    { "ns|p", "namespaces" },
    { "*|p", "namespaces" },
    { "#comments;", "unexpected \";\"" },
    { "p)", "unexpected \")\"" },
    { "p{", "unexpected \"{\"" },
    { "1", "unexpected \"1\"" },
    { "*p", "unexpected \"p\"" },
    { "p*", "unexpected \"*\"" },
    { "\\", "unexpected" },
    { "p\x01", "0x01" },
    { "<p>", "unexpected \"<\"" },
};


static const match_t  matches[] = {

    { "p", "<p id=1><div id=2><P id=3>", "1 3" },
    { "P", "<p id=1>", "1" },
    { "*", "<b id=1></b>", "html head body 1" },
    { "long-element-name", "<LONG-element-NAME id=1>", "1" },
    { "blockquote", "<blockquote id=1><blockquotf id=2>", "1" },
    { "#a", "<p id=a><p id=A><p id='b a'><p id=\"a\">", "a a" },
    { ".a", "<p id=1 class=a><p id=2 class=A><p id=3 class='b  a\tc'>"
            "<p id=4 class=ab><p id=5 class='b\na'>", "1 3 5" },
    { ".a.b", "<p id=1 class='a'><p id=2 class='b a'>", "2" },
    { "p.a#b", "<p id=b class=a><i id=b class=a></i>", "b" },

    { "[x]", "<p id=1 x><p id=2 X=''><p id=3 y=x>", "1 2" },
    { "[x=y]", "<p id=1 x=y><p id=2 x=Y><p id=3 x='y '>", "1" },
    { "[x=y i]", "<p id=1 x=y><p id=2 x=Y><p id=3 x=z>", "1 2" },
    { "[x='']", "<p id=1 x><p id=2 x=''><p id=3><p id=4 x=1>", "1 2" },
    { "[x~=y]", "<p id=1 x='a y b'><p id=2 x=ay><p id=3 x=y>", "1 3" },
    { "[x~='']", "<p id=1 x=''><p id=2 x='a  b'>", "" },
    { "[x~='a b']", "<p id=1 x='a b'>", "" },
    { "[x^=ab]", "<p id=1 x=abc><p id=2 x=cab><p id=3 x=a>", "1" },
    { "[x$=bc]", "<p id=1 x=abc><p id=2 x=bca><p id=3 x=c>", "1" },
    { "[x*=bc]", "<p id=1 x=abcd><p id=2 x=acb><p id=3 x=bc>", "1 3" },
    { "[x^='']", "<p id=1 x=a><p id=2 x>", "" },
    { "[x$='']", "<p id=1 x=a>", "" },
    { "[x*='']", "<p id=1 x=a>", "" },
    { "[x|=de]", "<p id=1 x=de><p id=2 x=de-AT><p id=3 x=den>", "1 2" },
    { "[lang|=de]", "<p id=1 lang=DE-at>", "1" },
    { "[type=TEXT]", "<input id=1 type=text>", "1" },
    { "[type=TEXT s]", "<input id=1 type=text><input id=2 type=TEXT>", "2" },
    { "[x=a]", "<p x=b x=a id=1><p x=a x=b id=2>", "2" },
    { "[x='a>b']", "<p x='a>b' id=1>", "1" },
    { "[x='a&b']", "<p x='a&amp;b' id=1><p x='a&b' id=2>"
                   "<p x='a&AMP;b' id=3><p x='a&amp b' id=4>", "1 2 3" },
    { "[x='a<b>\"']", "<p x='a&lt;b&gt;&quot;' id=1>", "1" },
    { "[x='a&ltb']", "<p x='a&ltb' id=1>", "1" },
    { ".abc", "<p class='a&#98;c' id=1><p class='&#x61;bc d' id=2>"
              "<p class='x&#32;abc' id=3><p class='&#0000097bc' id=4>",
              "1 2 3 4" },
    { "[x='caf\xc3\xa9']", "<p x='caf&#233;' id=1><p x='caf\xc3\xa9' id=2>",
      "1 2" },
    { "[x='\xe2\x80\x99']", "<p x='&#146;' id=1><p x='&#8217;' id=2>", "1 2" },
    { "[x='a\\a b']", "<p x='a\r\nb' id=1><p x='a\rb' id=2>"
                      "<p x='a\nb' id=3>", "1 2 3" },
    { ".\\31 23", "<p class=123 id=1>", "1" },
    { ".md\\:w-1\\/2", "<p class='x md:w-1/2' id=1>", "1" },
    { "[data-long-attribute-name='this is a rather long value']",
      "<p id=1 data-long-attribute-name='this is a rather long value'>"
      "<p id=2 data-long-attribute-name='this is a rather long valuE'>", "1" },

    { "div p", "<p id=1><div><p id=2><i><p id=3></i></div><p id=4>", "2 3" },
    { "div > p", "<div><p id=1><section><p id=2></section><p id=3></div>",
      "1 3" },
    { "div > section p", "<div><p id=1><section><p id=2><b><p id=3>", "2 3" },
    { "div div > p", "<div><p id=1><div><p id=2></div></div>", "2" },
    { "a, #b", "<a id=1></a><p id=b><a id=3>", "1 b 3" },
    { "body > p", "<p id=1>x<div><p id=2></div>", "1" },
    { "html > body > p", "<p id=1>", "1" },
    { "div *", "<div id=0><b id=1></b></div><b id=2></b>", "1" },
    { "div > *", "<div id=0><b id=1><i id=2></i></b></div>", "1" },

    { "p:first-child", "<div><p id=1><p id=2></div><div>x<p id=3></div>",
      "1 3" },
    { "i:nth-child(2)", "<p><i id=1></i><i id=2></i><b></b><i id=3></i>",
      "2" },
    { "i:nth-child(odd)", "<p><i id=1></i><i id=2></i><i id=3></i>"
                          "<i id=4></i><i id=5></i>", "1 3 5" },
    { "i:nth-child(-n+2)", "<p><i id=1></i><i id=2></i><i id=3></i>", "1 2" },
    { "i:nth-child(3n+2)", "<p><i id=1></i><i id=2></i><i id=3></i>"
                           "<i id=4></i><i id=5></i>", "2 5" },
    { "i:nth-child(0)", "<p><i id=1></i>", "" },
    { "i:nth-child(-2)", "<p><i id=1></i>", "" },
    { "i:nth-child(999999999999)", "<p><i id=1></i>", "" },
    { "p:nth-of-type(2)", "<b></b><p id=1><div></div><p id=2><p id=3>", "2" },
    { "p:first-of-type", "<div><b></b><p id=1><p id=2></div><p id=3>",
      "1 3" },
    { "article > p:nth-of-type(2)",
      "<p><p><article><h1></h1><p id=1><aside><p id=2><p id=3></aside>"
      "<p id=4><p id=5></article>", "4" },
    { ".x:nth-of-type(2)",
      "<b class=x id=1></b><i class=x id=2></i><b class=x id=3></b>", "3" },
    { "p:nth-of-type(2)", "<div><p id=1></p></p><p id=3></div>",
      "p" },
    { "p:nth-of-type(2).a", "<p><p id=2 class=a><p id=3 class=a>", "2" },
    { "p.a:nth-of-type(2)", "<p><p id=2 class=a><p id=3 class=a>", "2" },

    { ":not(html, head, body, .a)", "<p class=a id=1><p id=2>", "2" },
    { "p:not(.a)", "<p class=a id=1><p id=2><p class='b a' id=3>", "2" },
    { "p:not(:first-child)", "<p id=1><p id=2>", "2" },
    { "p:not(:nth-of-type(2)):not([id='4'])",
      "<p id=1><p id=2><p id=3>", "1 3" },
    { "p:not(:not(.a))", "<p class=a id=1><p id=2>", "1" },
    { "p:not(*)", "<p>", "" },

    { "p", "<!-- <p id=0> --><script><p id=0></script><p id=1>"
           "<textarea><p id=0></textarea><noscript><p id=0></noscript>"
           "<i title='<p id=0>'></i><style><p id=0></style>", "1" },
    { "p", "<template><p id=0><template><p id=0></template><p id=0></template>"
           "<p id=1>", "0 0 0 1" },
    { "li", "<ul><li id=1>a<li id=2>b</ul><li id=3>", "1 2 3" },
    { "td", "<table><tr><td id=1><td id=2></table>", "1 2" },
    { "tbody", "<table><tr><td id=1></table>", "tbody" },
    { "path", "<svg><path id=1 /></svg>", "1" },
    { "p:nth-of-type(2)", "<b><p id=1>x</b></p><p id=2>", "2" },
    { "form p", "<form><div></form><p id=1></div><p id=2>", "1" },
    { "b p", "<b><p id=1></b><p id=2>", "1" },
};


typedef struct {
    patron_html_t     *html;
    patron_matcher_t   m;
    size_t             len;
    char               text[4096];
} run_t;


static int
event(void *ctx, const patron_html_event_t *ev)
{
    run_t                        *run = ctx;
    unsigned                      idle;
    patron_str_t                  id, value;
    patron_targets_t              found;
    patron_uchar_t                name[8];
    const patron_html_element_t  *el;

    id = str("id");

    if (ev->type == PATRON_HTML_CLOSE) {
        if (!ev->stays) {
            patron_matcher_close(&run->m, ev->index);
        }

        return PATRON_OK;
    }

    if (ev->type != PATRON_HTML_OPEN) {
        return PATRON_OK;
    }

    el = patron_html_element(run->html, ev->index);
    idle = (unsigned) patron_matcher_idle(&run->m, el->name, ev->tag);

    if (idle) {
        return PATRON_OK;
    }

    if (patron_matcher_open(&run->m, ev->index, ev->tag, &found)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    if (!(found.group[0] & 1)) {
        return PATRON_OK;
    }

    if (ev->tag == NULL
        || patron_matcher_value(&run->m, ev->tag, &id, &value) != PATRON_OK)
    {
        value.data = name;

        for (value.len = 0; value.len < 8 && (el->name >> (8 * value.len));
             value.len++)
        {
            name[value.len] = (patron_uchar_t) (el->name >> (8 * value.len));
        }
    }

    run->len += (size_t) snprintf(run->text + run->len,
                                  sizeof(run->text) - run->len, "%s%.*s",
                                  run->len ? " " : "", (int) value.len,
                                  value.data);

    return PATRON_OK;
}


static const char *
match(run_t *run, const char *selector, const char *page)
{
    char                 err[PATRON_SELECTOR_ERR];
    patron_str_t         text;
    patron_targets_t     live;
    patron_selectors_t  *s;

    run->len = 0;
    run->text[0] = '\0';

    s = patron_selectors_create(NULL);
    text = str(selector);

    if (patron_selectors_add(s, &text, 0, 0, err) != PATRON_OK) {
        patron_selectors_destroy(s);
        return "refused";
    }

    patron_selectors_compile(s);

    run->html = patron_html_create(NULL, 0, event, run);
    patron_matcher_init(&run->m, s, NULL, run->html);

    memset(&live, 0, sizeof(live));
    live.group[0] = 1;
    patron_matcher_live(&run->m, &live);

    if (patron_html_feed(run->html, (const patron_uchar_t *) page,
                         strlen(page))
        == PATRON_OK)
    {
        patron_html_finish(run->html);
    }

    patron_matcher_cleanup(&run->m);
    patron_html_destroy(run->html);
    patron_selectors_destroy(s);

    return run->text;
}


/* Many selectors in one table: more than a word of states. */

static void
many(void)
{
    unsigned             i, found;
    char                 err[PATRON_SELECTOR_ERR], text[64];
    patron_str_t         selector;
    patron_selectors_t  *s;

    s = patron_selectors_create(NULL);

    for (i = 0, found = 0; i < 64; i++) {
        snprintf(text, sizeof(text), "div > .c%u em, #i%u p i", i, i);
        selector = str(text);
        found += (patron_selectors_add(s, &selector, 0, i, err) == PATRON_OK);
    }

    ok(found == 64, "64 selectors of six compounds");

    for (i = 0, found = 0; i < 128; i++) {
        selector = str("p");
        found += (patron_selectors_add(s, &selector, 1, 0, err) == PATRON_OK);
    }

    ok(found == 128, "up to the table's end");

    selector = str("p");
    ok(patron_selectors_add(s, &selector, 1, 0, err) == PATRON_ERROR
       && strstr(err, "more than 512") != NULL, "and no further: %s", err);

    patron_selectors_destroy(s);
}


/* The last of 64: its states lie in the table's last words. */

static void
far(run_t *run)
{
    unsigned      i;
    size_t        len;
    static char   text[8192];

    len = 0;

    for (i = 0; i < 60; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len,
                                 "a.b%u > b c, ", i);
    }

    snprintf(text + len, sizeof(text) - len, "div > p i");

    ok(strcmp(match(run, text, "<div><p><i id=1></i></p></div><p><i id=2>"
                               "</i></p><div><b><p><i id=3></i></p></b>"),
              "1") == 0,
       "the shift crosses words: \"%s\"", run->text);
}


/* More levels and names than there was room for at first. */

static void
deep(run_t *run)
{
    unsigned      i;
    size_t        len;
    static char   text[16384];

    len = 0;

    for (i = 0; i < 120; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len,
                                 "<div><e%u></e%u><e%u id=%c%u></e%u>", i, i,
                                 i, i % 40 ? 'x' : 'y', i, i);
    }

    snprintf(text + len, sizeof(text) - len,
             "<p id=a><p id=b></div><p id=c><p id=d></p><e118 id=f>");

    ok(strcmp(match(run, "p:nth-of-type(2), [id^=y]:nth-of-type(2),"
                         "e118:nth-of-type(3)", text),
              "y0 y40 y80 b d f") == 0,
       "deep and many: \"%s\"", run->text);
}


int
main(void)
{
    int             rc;
    char            err[PATRON_SELECTOR_ERR];
    size_t          i;
    static run_t    run;
    const char     *got;
    patron_str_t    text;

    for (i = 0; i < sizeof(parses) / sizeof(parses[0]); i++) {
        patron_selectors_t  *s = patron_selectors_create(NULL);

        text = str(parses[i].selector);
        err[0] = '\0';

        rc = patron_selectors_add(s, &text, 0, 0, err);

        if (parses[i].reason == NULL) {
            ok(rc == PATRON_OK, "parses: %s %s", parses[i].selector, err);

        } else {
            ok(rc == PATRON_ERROR && strstr(err, parses[i].reason) != NULL,
               "refused: \"%s\": %s", parses[i].selector, err);
        }

        patron_selectors_destroy(s);
    }

    for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
        got = match(&run, matches[i].selector, matches[i].page);

        ok(strcmp(got, matches[i].matches) == 0, "%s", matches[i].selector);

        if (strcmp(got, matches[i].matches) != 0) {
            printf("# %s\n# got \"%s\", expected \"%s\"\n", matches[i].page,
                   got, matches[i].matches);
        }
    }

    many();
    far(&run);
    deep(&run);

    return done();
}
