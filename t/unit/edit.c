
/*
 * The editor: where HTML lands, what is cut and stripped, on pages that are
 * tricky; and for each page, cut in two at every place and fed byte by byte,
 * the same output, all of the page's bytes in it in order but for what was
 * dropped.
 */


#include <stdlib.h>

#include "patron_edit.h"
#include "patron_tap.h"


#define OUT  (1024 * 1024)


/*
 * Rules are parted by ';': a position, "all" if it is for all, and a selector;
 * "cut N [of=SELECTOR] [to=TEXT|at=SELECTOR] : SELECTOR"; "strip [attr=NAME] :
 * SELECTOR"; "meta NAME".  The HTML of rule 0 is "{0}".
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
    size_t                 len;
    char                   text[OUT];
} out_t;


static const case_t  cases[] = {

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

    { "a body that is cut from its late tag on",
      "cut 1 : body.x",
      "<section><div>a<custom-element><body class=x><p>b</p><p>c</p></div>d"
      "</body>e",
      "<section><div>a<custom-element><body class=x><p>b</p></div></section>"
      "{0}</body>" },

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

    { "cut after two paragraphs",
      "cut 2 : article",
      "<article><h1>a</h1><p>b</p><p>c</p><p>d</p><i>e</i></article>f",
      "<article><h1>a</h1><p>b</p><p>c</p>{0}</article>f" },

    { "nothing to cut",
      "cut 2 : article",
      "<article><p>b</p><p>c</p> <!-- x --> &nbsp;</article>f",
      "<article><p>b</p><p>c</p> <!-- x --> &nbsp;</article>f" },

    { "an element is something to cut",
      "cut 1 : article",
      "<article><p>b</p> <!-- x --><br></article>f",
      "<article><p>b</p>{0}</article>f" },

    { "text is something to cut",
      "cut 1 : article",
      "<article><p>b</p> <!-- x -->\n&nbsp; x</article>f",
      "<article><p>b</p>{0}</article>f" },

    { "too short",
      "cut 3 : article",
      "<article><p>b</p><p>c</p><div>d</div></article>f",
      "<article><p>b</p><p>c</p><div>d</div></article>f" },

    { "paragraphs without text do not count",
      "cut 2 : article",
      "<article><p>a</p><p></p><p> \n</p><p>&nbsp;</p><p>&#160;&#xa0;</p>"
      "<p><img></p><p><script>x</script></p><p><!-- x --></p>"
      "<p>&nbsp;<!-- -->b</p><p>c</article>",
      "<article><p>a</p><p></p><p> \n</p><p>&nbsp;</p><p>&#160;&#xa0;</p>"
      "<p><img></p><p><script>x</script></p><p><!-- x --></p>"
      "<p>&nbsp;<!-- -->b</p>{0}</article>" },

    { "references that are text",
      "cut 1 : article",
      "<article><p>&amp;</p><p>a</article>",
      "<article><p>&amp;</p>{0}</article>" },

    { "a reference that is not one",
      "cut 2 : article",
      "<article><p>&nbs</p><p>&nbsp</p><p>&#16</p><p>c</article>",
      "<article><p>&nbs</p><p>&nbsp</p><p>&#16</p>{0}</article>" },

    { "paragraphs in several elements",
      "cut 2 : article",
      "<article><div><section><p>a</p></section><b><p>b</p>c</b></div>"
      "<div><p>d</p></div></article>e",
      "<article><div><section><p>a</p></section><b><p>b</p></b></div>{0}"
      "</article>e" },

    { "paragraphs without end tags",
      "cut 2 : div",
      "<div><section><p>a<p>b<p>c</section></div>d",
      "<div><section><p>a<p>b</p></section>{0}</div>d" },

    { "an element without end tag",
      "cut 1 : li",
      "<ul><li><p>a<p>b<li><p>c<p>d</ul>e",
      "<ul><li><p>a</p>{0}<li><p>c</p></ul>e" },

    { "to the end of the page",
      "cut 1 : article; append body",
      "<body><article><p>a</p>b<p>c",
      "<body><article><p>a</p>{0}{1}" },

    { "every match is cut, the wall stands once",
      "cut 1 : article",
      "<article><p>a</p><article><p>b</p></article></article>"
      "<article><p>c</p></article><article><p>d</p><p>e</p></article>f",
      "<article><p>a</p>{0}</article><article><p>c</p></article>"
      "<article><p>d</p></article>f" },

    { "the rank of paragraphs in paragraphs",
      "cut 2 of=div : main",
      "<main><div>a<div>b</div>c</div><div>d</div></main>",
      "<main><div>a<div>b</div></div>{0}</main>" },

    { "the first ends last",
      "cut 1 of=div : main",
      "<main><div>a<div>b</div>c</div><div>d</div></main>",
      "<main><div>a<div>b</div>c</div>{0}</main>" },

    { "of several kinds",
      "cut 2 of=p,li : main",
      "<main><ul><li>a<li>b<li>c</ul><p>d</p></main>",
      "<main><ul><li>a<li>b</li></ul>{0}</main>" },

    { "none is kept",
      "cut 0 : main",
      "<main class=x> <p>a</p></main>b<main> </main>",
      "<main class=x>{0}</main>b<main> </main>" },

    { "up to a comment",
      "cut 9 to=more : main",
      "<main><p>a</p><p>b<!-- x --><!-- more --> c</p></main>d",
      "<main><p>a</p><p>b<!-- x --></p>{0}</main>d" },

    { "a comment that comes too late, and one that is another",
      "cut 1 to=more : main",
      "<!--more--><main><!--moret--><p>a</p>b<!--more--></main>d",
      "<!--more--><main><!--moret--><p>a</p>{0}</main>d" },

    { "up to an element",
      "cut 9 at=span[id^=more-] : main",
      "<main><p>a</p><p><i>b<span id=more-1></span> c</p></main>d",
      "<main><p>a</p><p><i>b</i></p>{0}</main>d" },

    { "what ends in the cut but began before",
      "cut 1 : article",
      "<b>x<article><p>a</p><p>b</p></b>c</article>d",
      "<b>x<article><p>a</p>{0}</b></article>d" },

    { "formatting that went on in the cut and ended there",
      "cut 1 : article",
      "<article><p><b>a</p><p>b</b></p><p><b>c</b></article>d",
      "<article><p><b>a</p>{0}</b></article>d" },

    { "a link that another ended",
      "cut 1 : article",
      "<a>x<article><p>y</p><p>z<a>q</a></article>d",
      "<a>x<article><p>y</p>{0}</a></article>d" },

    { "formatting that ends in what is stripped, with a banner inside its end",
      "append all b; strip : i; after all b",
      "<b><b><i><p></b></b>x</i>y",
      "<b><b>{0}</b>{0}{2}</b>{2}y" },

    { "text behind a body that was cut, after what is none",
      "cut 1 : body",
      "<body><p>1</p>2</body>&#160;&nbsp &#xa0&p<p>3",
      "<body><p>1</p>{0}</body>&#160;&nbsp &#xa0" },

    { "plain text that looks like a tag, in formatting that goes on",
      "cut 0 : b",
      "<p>a<b>b<plaintext><m1",
      "<p>a<b>{0}<plaintext>" },

    { "plain text that looks like a reference to white space",
      "cut 0 : b",
      "<p>a<b>b<plaintext>&nbsp;<m1",
      "<p>a<b>{0}<plaintext>" },

    { "what might have been a byte order mark",
      "prepend body",
      "\xef<p>a",
      "{0}\xef<p>a" },

    { "banners in what is cut, and around it",
      "cut 1 : article; append article; append div; after div; append body; "
      "prepend p:nth-of-type(2); after p",
      "<body><article><div><p>a</p><p>b</p></div></article></body>",
      "<body><article><div><p>a</p>{6}{2}</div>{3}{0}{1}</article>{4}</body>"
    },

    { "banners behind a place of doubt",
      "cut 1 : article; append article; append div; after div; append body; "
      "after p",
      "<body><article><div><p>a</p> </div> </article></body>",
      "<body><article><div><p>a</p>{5} {2}</div>{3} {1}</article>{4}</body>"
    },

    { "a body is cut past its end tag",
      "cut 1 : body; strip : script.x",
      "<body><p>a</p><p>b</p></body><script>c</script><script class=x>"
      "</script> <!-- d --><p>e</p></body>f</html>",
      "<body><p>a</p>{0}</body><script>c</script> <!-- d --></body></html>" },

    { "an element without end, past the body's end tag",
      "cut 1 : article; append body; append article",
      "<body><article><p>a</p><p>b</body><!-- c --><script>d</script></html>"
      "<p>e</body><!-- f -->",
      "<body><article><p>a</p>{0}{1}</body><!-- c --><script>d</script></html>"
      "</body><!-- f -->{2}" },

    { "a body in doubt, past its end tag",
      "cut 1 : body; append body",
      "<body><p>a</p></body> </html> ",
      "<body><p>a</p>{1}</body> </html> " },

    { "a body in doubt that goes on",
      "cut 1 : body; append body",
      "<body><p>a</p></body> <p>b</p></html> ",
      "<body><p>a</p>{0}{1}</html> " },

    { "strip in what is kept",
      "cut 2 : article; strip : p.x; strip attr=title : p",
      "<article><p>a</p><p class=x>b</p><p title=c>d</p><p>e</article>",
      "<article><p>a</p><p>d</p>{0}</article>" },

    { "a page that gives up before the cut: all of the rest goes",
      "cut 2 : article",
      "<article><div><p>a</p>b<select><style></select><p>c</p>d",
      "<article><div><p>a</p>b<select></select></div>{0}" },

    { "a page that gives up behind the cut",
      "cut 1 : article",
      "<article><p>a</p><p>b</p></article>c<select><style></select>d",
      "<article><p>a</p>{0}</article>c<select>" },

    { "a page that gives up without a match is left alone",
      "cut 1 : article; append body",
      "c<select><style></select>d<article>",
      "c<select><style></select>d<article>" },
};


static int
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


static int
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


static int
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


static int
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


static patron_str_t
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


static int
word_is(const patron_str_t *w, const char *s)
{
    return w->len >= strlen(s) && memcmp(w->data, s, strlen(s)) == 0;
}


static patron_str_t
behind(const patron_str_t *w, size_t n)
{
    patron_str_t  s;

    s.data = w->data + n;
    s.len = w->len - n;

    return s;
}


static int
add_rule(patron_rules_t *rules, const char *p, const char *end, char *err)
{
    int            i, all, is_comment;
    unsigned       keep;
    patron_str_t   first, w, of, to, attr, selector;
    static const char  *positions[] = { "before", "prepend", "append",
                                        "after", "replace" };

    first = word(&p, end);
    of = str("p");
    to.data = NULL;
    attr.data = NULL;
    is_comment = 0;
    keep = 0;
    all = 0;

    while (first.data[0] == 'c' || first.data[0] == 's') {
        w = word(&p, end);

        if (word_is(&w, ":")) {
            break;

        } else if (word_is(&w, "of=")) {
            of = behind(&w, 3);

        } else if (word_is(&w, "to=") || word_is(&w, "at=")) {
            to = behind(&w, 3);
            is_comment = (w.data[0] == 't');

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
        return patron_rules_cut(rules, &selector, keep, &of,
                                to.data ? &to : NULL, is_comment, err);
    }

    if (word_is(&first, "strip")) {
        return patron_rules_strip(rules, &selector, attr.data ? &attr : NULL,
                                  err);
    }

    if (word_is(&first, "meta")) {
        return patron_rules_meta(rules, &selector, err);
    }

    for (i = 0; !word_is(&first, positions[i]); i++) { /* void */ }

    return patron_rules_place(rules, (patron_position_e) i, &selector, all,
                              err);
}


static patron_rules_t *
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

static int
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

    patron_edit_destroy(e);

    if (out->at != len) {
        out->broken = 1;
    }

    out->text[out->len] = '\0';

    return rc != PATRON_ERROR && !out->broken;
}


static void
check(out_t *out, const case_t *c)
{
    int              good;
    size_t           n, len;
    patron_rules_t  *rules;

    rules = make_rules(c->rules);
    len = strlen(c->page);

    good = run(out, rules, c->page, len, len)
           && strcmp(out->text, c->expected) == 0;

    for (n = 0; n < len && good; n++) {
        good = run(out, rules, c->page, len, n)
               && strcmp(out->text, c->expected) == 0;

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


/* Deeper than what may be in doubt; a marker that is too long. */

static void
limits(out_t *out)
{
    size_t           len;
    patron_rules_t  *rules;
    static char      page[OUT];

    rules = make_rules("cut 1 to=more : main");

    len = (size_t) sprintf(page, "<main><p>a</p><!--");
    memset(page + len, 'x', 70000);
    strcpy(page + len + 70000, "--></main>b");

    ok(run(out, rules, page, strlen(page), 100)
       && strcmp(out->text, "<main><p>a</p>{0}</main>b") == 0,
       "what is too long to hold back is cut");

    ok(run(out, rules, page, strlen(page), strlen(page))
       && strcmp(out->text, "<main><p>a</p>{0}</main>b") == 0,
       "in one chunk as well");

    len = (size_t) sprintf(page, "<main>a<!--");
    memset(page + len, ' ', 1000);
    strcpy(page + len + 1000, "more--></main>b");

    ok(run(out, rules, page, strlen(page), 500)
       && strcmp(out->text, page) == 0
       && run(out, rules, page, strlen(page), strlen(page))
       && strcmp(out->text, page) == 0, "a long comment is no marker");

    len = (size_t) sprintf(page, "<main>");

    while (len < 600 * 5) {
        len += (size_t) sprintf(page + len, "<div>");
    }

    strcpy(page + len, "<p>secret");

    ok(run(out, rules, page, strlen(page), 3)
       && strstr(out->text, "secret") == NULL
       && strstr(out->text, "{0}") != NULL, "too deep: the rest goes");

    patron_rules_destroy(rules);
}


/*
 * Two reasons to drop, of which one ends before the other: an element that is
 * stripped outlives the formatting element around it that is cut.
 */

static void
overlaps(out_t *out)
{
    size_t           len;
    patron_rules_t  *rules;
    static char      page[OUT];

    rules = make_rules("cut 1 of=b : u; strip : p");

    len = (size_t) sprintf(page, "<u><b>1<p>2</b>");
    memset(page + len, 'x', 70000);
    len += 70000;

    strcpy(page + len, "</p>secret</u>3");

    ok(run(out, rules, page, strlen(page), 100)
       && strcmp(out->text, "<u><b>1</b>{0}</u>3") == 0,
       "cut on behind what is stripped");

    strcpy(page + len, "</u>hidden</p>3");

    ok(run(out, rules, page, strlen(page), 100)
       && strcmp(out->text, "<u><b>1</b>{0}</u>3") == 0,
       "stripped on behind what is cut");

    patron_rules_destroy(rules);
}


/* A NUL is no text, but where a browser shows it. */

static void
nuls(out_t *out)
{
    size_t             n, len;
    patron_rules_t    *rules;
    static const char  page[] = "<div><p>&nbsp;\0\0\0</p><p>a</p>b</div>"
                                "<div><p>&nbsp;<svg>\0</svg></p>c</div>";
    static const char  expected[] = "<div><p>&nbsp;\0\0\0</p><p>a</p>{0}</div>"
                                    "<div><p>&nbsp;<svg>\0</svg></p></div>";

    rules = make_rules("cut 1 : div");
    len = sizeof(page) - 1;

    for (n = 0; n < len; n++) {
        if (!run(out, rules, page, len, n)
            || out->len != sizeof(expected) - 1
            || memcmp(out->text, expected, out->len) != 0)
        {
            break;
        }
    }

    ok(n == len, "a NUL is no text, but where it becomes a character");

    patron_rules_destroy(rules);
}


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
    ok(patron_edit_meta(e, 3, 0, &value) == PATRON_DECLINED,
       "none in a noscript or the body");
    ok(patron_edit_meta(e, 2, 0, &value) == PATRON_DECLINED
       && patron_edit_meta(e, 99, 0, &value) == PATRON_DECLINED
       && patron_edit_metas(e, 99) == 0, "no such rule");
    ok(patron_edit_in_body(e), "in the body");

    out->text[out->len] = '\0';
    ok(strstr(out->text, "<p>1</p>{2}") != NULL && patron_edit_dropped(e) == 1,
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


int
main(void)
{
    size_t         i;
    static out_t   out;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check(&out, &cases[i]);
    }

    limits(&out);
    overlaps(&out);
    nuls(&out);
    bypass(&out);
    metas(&out);
    failures(&out);
    refused();

    return done();
}
