
/*
 * Rules that a start tag decides, or a block's end, and walls: the editor skims
 * the page for them.  Each page gives the same output where nothing is skimmed;
 * and far into a page, where the parser cannot go back, what needs the tree
 * ends the edit, but for walls.
 */


#include "patron_edit_run.h"
#include "patron_html_fast_path.h"


#define FAR  70000    /* bytes, more than the parser goes back */


static const case_t  cases[] = {

    { "the first, and all",
      "before .x; prepend all [title]",
      "<body><p title=a>a<b class=\"y x\">b</b></p><div title='b' class=x>c",
      "<body><p title=a>{1}a{0}<b class=\"y x\">b</b></p>"
      "<div title='b' class=x>{1}c" },

    { "by name, in any case",
      "before h2; before all LI; before section; before a",
      "<body><ul><LI>a<li>b</ul><H2>c</H2><h2>d</h2><span>e</span>"
      "<section><a>f",
      "<body><ul>{1}<LI>a{1}<li>b</ul>{0}<H2>c</H2><h2>d</h2><span>e</span>"
      "{2}<section>{3}<a>f" },

    { "a name that is long",
      "before custom-element; prepend figcaption",
      "<body><custom-elements></custom-elements><figure><figcaption>a"
      "</figcaption></figure><custom-element>b",
      "<body><custom-elements></custom-elements><figure><figcaption>{1}a"
      "</figcaption></figure>{0}<custom-element>b" },

    { "not in comments, raw text and values",
      "before .x",
      "<body><!-- <p class=x> --><script>'<p class=x>'</script>"
      "<style><p class=x></style><textarea><p class=x></textarea>"
      "<iframe><p class=x></iframe><noscript><p class=x></noscript>"
      "<title><p class=x></title><xmp><p class=x></xmp>"
      "<i title='<p class=x>' data-a=\"<p class=x>\">a</i></p class=x>"
      "<p class=x>b",
      "<body><!-- <p class=x> --><script>'<p class=x>'</script>"
      "<style><p class=x></style><textarea><p class=x></textarea>"
      "<iframe><p class=x></iframe><noscript><p class=x></noscript>"
      "<title><p class=x></title><xmp><p class=x></xmp>"
      "<i title='<p class=x>' data-a=\"<p class=x>\">a</i></p class=x>"
      "{0}<p class=x>b" },

    { "a script that escapes its end tag",
      "before .x",
      "<body><script><!-- <script> </script> <p class=x> --></script>"
      "<script>a</script ><SCRIPT>b</sCRipt><p class=x>",
      "<body><script><!-- <script> </script> <p class=x> --></script>"
      "<script>a</script ><SCRIPT>b</sCRipt>{0}<p class=x>" },

    { "nor in plain text",
      "before .x",
      "<body><plaintext><p class=x>",
      "<body><plaintext><p class=x>" },

    { "a value in references",
      "before .x",
      "<body><p class='&#121;'>a<p class=\"&#x78;\">b",
      "<body><p class='&#121;'>a{0}<p class=\"&#x78;\">b" },

    { "end tags of every kind",
      "before .x",
      "<body></><p></ ></p></p title='>' ></?a></a\n></3></p/><p class=x>",
      "<body></><p></ ></p></p title='>' ></?a></a\n></3></p/>{0}<p class=x>"
    },

    { "start tags of every kind",
      "before .x",
      "<body><a/><a b=c><a b = 'c>d' e><a b=\"c\" ><a \"><a b=c/><a =\"><a b>"
      "<p class=x>",
      "<body><a/><a b=c><a b = 'c>d' e><a b=\"c\" ><a \"><a b=c/><a =\"><a b>"
      "{0}<p class=x>" },

    { "a form is none in a form",
      "before all form",
      "<body><form>a<form>b</form><form>c</FORM><form>d</form ><form>e",
      "<body>{0}<form>a<form>b</form>{0}<form>c</FORM>{0}<form>d</form >"
      "{0}<form>e" },

    { "svg and math",
      "before all .x",
      "<body><svg class=x><title>a</title><path d=''/><g><style>b</style>"
      "<![CDATA[<p class=x>]]></g></svg><math class=x><mi>c</mi></math>"
      "<svg class=x /><p class=x>",
      "<body>{0}<svg class=x><title>a</title><path d=''/><g><style>b</style>"
      "<![CDATA[<p class=x>]]></g></svg>{0}<math class=x><mi>c</mi></math>"
      "{0}<svg class=x />{0}<p class=x>" },

    { "svg that takes the tree",
      "before all .x",
      "<body><p class=x>a<svg><title><b class=x></b></title>"
      "<path class=x /><foreignObject><p class=x></p></foreignObject><g><style>"
      "<p class=x></style></g></svg><p class=x>b<svg></p><style><p class=x>",
      "<body>{0}<p class=x>a<svg><title>{0}<b class=x></b></title>"
      "{0}<path class=x /><foreignObject>{0}<p class=x></p></foreignObject><g>"
      "<style>{0}<p class=x></style></g></svg>{0}<p class=x>b<svg></p><style>"
      "<p class=x>" },

    { "templates",
      "before all .x",
      "<body><template><p class=x><template></template><svg><g></g></svg>"
      "<script></template></script><p class=x></template><p class=x>",
      "<body><template><p class=x><template></template><svg><g></g></svg>"
      "<script></template></script><p class=x></template>{0}<p class=x>" },

    { "templates that take the tree",
      "before all .x",
      "<body><p class=x><template class=x><col><textarea></template>"
      "<p class=x><template><p class=x><select></template><p class=x>",
      "<body>{0}<p class=x>{0}<template class=x><col><textarea></template>"
      "{0}<p class=x><template><p class=x><select></template>{0}<p class=x>" },

    { "selects",
      "before all .x",
      "<body><select><option>a<optgroup></b><hr></select><p class=x>"
      "<select><i class=x></select><p class=x><select><input class=x>",
      "<body><select><option>a<optgroup></b><hr></select>{0}<p class=x>"
      "<select><i class=x></select>{0}<p class=x><select>{0}<input class=x>"
    },

    { "tags that may be none",
      "before all .x",
      "<body><td class=x><p class=x><table><td class=x></table>"
      "<image class=x><frame class=x><body class=x><frameset class=x>",
      "<body><td class=x>{0}<p class=x><table>{0}<td class=x></table>"
      "{0}<image class=x><frame class=x><body class=x><frameset class=x>" },

    { "no frameset may come",
      "before .x",
      "<body><div></div><frameset><p class=x>",
      "<body><div></div><frameset>{0}<p class=x>" },

    { "elements that another tag may open, or none",
      "before all p; before img",
      "<body></p><p><image><img>",
      "<body></p>{0}<p>{1}<image><img>" },

    { "a body that is implied",
      "before .x",
      "<title>a</title><p class=x>b",
      "<title>a</title>{0}<p class=x>b" },

    { "a block's end by its own tag",
      "append article; after h1; before .x",
      "<body><div><article><h1 class=y>a</h1><p>b<article><p>c</article>"
      "<figure><blockquote></blockquote></figure></ARTICLE >d<i class=x>",
      "<body><div><article><h1 class=y>a</h1>{1}<p>b<article><p>c</article>"
      "<figure><blockquote></blockquote></figure>{0}</ARTICLE >d{2}<i class=x>"
    },

    { "by that of one around it, or its start tag",
      "append all section; after all li; append td",
      "<body><div><main><section><div>a</main>b</div><ul><li>a<li><p>b<ul><li>c"
      "</ul></p></ul><table><tr><td>d<p><td>e</table>",
      "<body><div><main><section><div>a{0}</main>b</div><ul><li>a{1}<li><p>b"
      "<ul><li>c{1}</ul></p>{1}</ul><table><tr><td>d<p>{2}<td>e</table>" },

    { "not by those of others",
      "append article; after div",
      "<body><article></section></main></li></p></b></td></h1></x></button>a"
      "<div><li></div>b<b><div></b></div></b></article>",
      "<body><article></section></main></li></p></b></td></h1></x></button>a"
      "<div><li></div>{1}b<b><div></b></div></b>{0}</article>" },

    { "scopes",
      "append article; append section",
      "<body><article><table><td></article><object></article></object></table>"
      "<marquee></article></marquee><template></article></template>"
      "<svg><g></g></svg><select></article></select><section><table><tr>"
      "</section></table></article></section>",
      "<body><article><table><td></article><object></article></object></table>"
      "<marquee></article></marquee><template></article></template>"
      "<svg><g></g></svg><select></article></select><section><table><tr>"
      "</section></table>{0}{1}</article></section>" },

    { "tables",
      "after table; append all td; before .x",
      "<body><table class=y><caption>a</caption><col><tbody><tr><td>b</td><th>c"
      "<td>d<table><tr><td>e</td></tr></table></tr><tr></tbody><td>f<b></table>"
      "<table><div><tr><div></table><i class=x>",
      "<body><table class=y><caption>a</caption><col><tbody><tr><td>b{1}</td>"
      "<th>c<td>d<table><tr><td>e{1}</td></tr></table>{1}</tr><tr></tbody>"
      "<td>f<b>{1}</table>{0}<table><div><tr><div></table>{2}<i class=x>" },

    { "lists and forms",
      "append all ul; after form; append div",
      "<body><ul><li>a<div>b<li>c</ul><form><div>d</form>e</div>"
      "<dl><dt>a<dd>b<ul></dl><form><ul><li>a</form></ul>b",
      "<body><ul><li>a<div>b{2}<li>c{0}</ul><form><div>d</form>{1}e</div>"
      "<dl><dt>a<dd>b<ul>{0}</dl><form><ul><li>a</form>{0}</ul>b" },

    { "headings and ruby that take the tree",
      "after h2; append div; append all li",
      "<body><h1>a<h2>b<i></h3>c</h1><div><ruby><ul><li>d<rt></div></ruby>"
      "<h2><b><h3></b></h2>",
      "<body><h1>a<h2>b<i></h3>{0}c</h1><div><ruby><ul><li>d{2}<rt>{1}</div>"
      "</ruby><h2><b><h3></b></h2>" },

    { "the body, by its tag or at the end",
      "append body",
      "<body><div>a</body></div></body>b</html>",
      "<body><div>a{0}</body></div></body>b</html>" },

    { "and of a page without",
      "append body; append div; after div",
      "<body><p>a<div>b<img>",
      "<body><p>a<div>b<img>{0}{1}{2}" },

    { "nothing in raw text without end",
      "append body",
      "<body><div><script>a</div>",
      "<body><div><script>a</div>" },

    { "nothing in a select without end",
      "append div",
      "<body><div><select><option>",
      "<body><div><select><option>" },

    { "an end that is behind the last place",
      "before .x; append section",
      "<body><section><h2>a</h2></section><h2 class=x>b",
      "<body><section><h2>a</h2>{1}</section>{0}<h2 class=x>b" },

    { "and in an implied body",
      "append body; append div",
      "<div><ruby><li>a<rt>b</div>c",
      "<div><ruby><li>a<rt>b{1}</div>c{0}" },

    { "the end of what is replaced",
      "replace .x",
      "<body><div class=x><table><tr><td>a</table><b><p></b></div>b<p>c",
      "<body>{0}b<p>c" },

    { "walls, and what is put in around them",
      "cut 1 : article; append div; after h1; end",
      "<body><div><a class=y>a</a><article><h1>b</h1><p><b>c</b></p><p>d"
      "<h1>e</h1></article><p><i>f</i></p><article><p>g<p>h</article></div>i",
      "<body><div><a class=y>a</a><article><h1>b</h1>{2}<p><b>c</b></p>{0}"
      "</article><p><i>f</i></p><article><p>g</p></article>{1}</div>i" },

    { "what ends that was dropped",
      "cut 0 : section; cut 0 : li; strip : i",
      "<body><div><section>a<b>c</b><article></section></article>d</div>"
      "<ul><li>e<span><ul><li></ul></span><li>f</ul><i>g</i>h",
      "<body><div><section>{0}</section></article>d</div><ul><li><li></ul>"
      "h" },

    { "what opens again behind it",
      "cut 0 : article; before .x",
      "<body><article>a<b></article>c<article>d</b>e</article><p class=x>f",
      "<body><article>{0}</article>c<article></b></article>{1}<p class=x>f" },

    { "formatting around a wall, in their order and out of it",
      "cut 0 : article; cut 0 : section",
      "<body><b>a<i>b</b>c</i><article>d</article><b><div></b></div>"
      "<em><section>e</em>f</section>g</em><section>h</b></section>",
      "<body><b>a<i>b</b>c</i><article>{0}</article><b><div></b></div>"
      "<em><section></em></section>g</em><section></section>" },

    { "headings, selects, and a ruby, before one",
      "cut 1 : article",
      "<body><h1><h2>a</h1><select><b></select><ruby>b<rt>c</ruby><form><li>"
      "<article><p>d</p>e</form><rt>f</article>g",
      "<body><h1><h2>a</h1><select><b></select><ruby>b<rt>c</ruby><form><li>"
      "<article><p>d</p>{0}</form></article>g" },

    { "a dialog, which other end tags end",
      "cut 0 : article; after all div",
      "<body><span><dialog>a</span><div></dialog>b</div>"
      "<article>c</article>d",
      "<body><span><dialog>a</span><div></dialog>b</div>{1}"
      "<article>{0}</article>d" },

    { "a wall in a shadow root",
      "cut 1 : article; before .x",
      "<body><i class=y></i><x-y><template shadowrootmode=open><article>"
      "<p>a</p><p>b</p></article></template></x-y><template><article><p>c</p>"
      "<p>d</p></article></template>",
      "<body><i class=y></i><x-y><template shadowrootmode=open><article>"
      "<p>a</p>{0}</article></template></x-y><template><article><p>c</p>"
      "<p>d</p></article></template>" },

    { "a page that is walled at its end",
      "cut 1 : article; end",
      "<body><div><p>a</p></div></body><script>b</script></p></body>",
      "<body><div><p>a</p></div></body><script>b</script></p>{1}</body>" },

    { "a select in a table, and a table's end",
      "after all table",
      "<body><table><select></table>a",
      "<body><table><select></table>{0}a" },

    { "what takes the tree while ends are awaited",
      "append article; append div; before .x",
      "<body><div class=y><p><article><p><b>a<svg><p><ul><li></b>c</article>"
      "</div><i class=x>",
      "<body><div class=y><p><article><p><b>a<svg><p><ul><li></b>c{0}</article>"
      "{1}</div>{2}<i class=x>" },

    { "behind an element of any kind: a paragraph",
      "after .x",
      "<body><div><span><p>a<p class=x>b</span><i>c</i><p>d</div>",
      "<body><div><span><p>a<p class=x>b</span><i>c</i>{0}<p>d</div>" },

    { "one in what it does not end",
      "append .x",
      "<body><p>a<object><p class=x>b</object>c",
      "<body><p>a<object><p class=x>b{0}</object>c" },

    { "one that formatting goes on in",
      "after .x; after #y",
      "<body><div><b>a</div><p class=x>b</p><p>c</b><p id=y>d</p>e",
      "<body><div><b>a</div><p class=x>b</p>{0}<p>c</b><p id=y>d</p>{1}e" },

    { "one in a table, and behind the body's end",
      "after all .x",
      "<body><table><p class=x>a<tr><p class=x>b<td><p class=x>c</table>"
      "</body><p class=x>d<p>",
      "<body><table><p class=x>a{0}<tr><p class=x>b{0}<td><p class=x>c{0}"
      "</table></body><p class=x>d{0}<p>" },

    { "what ends at once",
      "after img; after .x; after hr; after [name]; before .x",
      "<body><p><i>a<img class=x>b<hr>c<input name=d>e",
      "<body><p><i>a{4}<img class=x>{0}{1}b<hr>{2}c<input name=d>{3}e" },

    { "what other end tags end",
      "after .x",
      "<body><div>a<p>b<span><i class=x>c</span>d</div>e",
      "<body><div>a<p>b<span><i class=x>c{0}</span>d</div>e" },

    { "blocks, and all of them",
      "after all .x",
      "<body><p>a<div class=x><p class=x>b<ul><li class=x>c<li>d</ul></div>"
      "<h2 class=x>e</h2><b class=x>f</b><p>g",
      "<body><p>a<div class=x><p class=x>b{0}<ul><li class=x>c{0}<li>d</ul>"
      "</div>{0}<h2 class=x>e</h2>{0}<b class=x>f</b>{0}<p>g" },

    { "a paragraph that is replaced, and one before a wall",
      "replace #y; append .x; cut 1 : article",
      "<body><div><p class=x>a<p id=y>b<i>c</i></div><article><p>d</p>e<p>f"
      "</article>g",
      "<body><div><p class=x>a{0}{1}</div><article><p>d</p>{2}</article>g" },
};


/*
 * What comes far behind the body's beginning.  A processor without fast paths
 * skims nothing: there the tree is kept, and tells.
 */

static void
far(out_t *out)
{
    size_t           i, n, len;
    patron_rules_t  *rules;
    static char      page[OUT], expected[OUT];
    const struct {
        const char  *rules;
        const char  *page;
        const char  *expected;
        const char  *what;
    } tails[] = {
        { "before .x", "<p class=x>a", "{0}<p class=x>a", "a place" },
        { "before .x", "<svg><g></g></svg><p class=x>a",
          "<svg><g></g></svg>{0}<p class=x>a", "an svg that is known" },
        { "before .x", "<svg><g></svg><p class=x>a",
          patron_html_fast_paths() ? "<svg><g></svg><p class=x>a"
                                   : "<svg><g></svg>{0}<p class=x>a",
          "what takes the tree ends it" },
        { "before .x", "<svg><title><![CDATA[</title></svg><p class=x>a",
          "<svg><title><![CDATA[</title></svg><p class=x>a",
          "and so does CDATA where it may be none" },
        { "append div; before .x",
          "<h2>a<h3><div>b<h2>c<p>d</h4></div>e</h3><p class=x>f",
          "<h2>a<h3><div>b<h2>c<p>d</h4>{0}</div>e</h3>{1}<p class=x>f",
          "a block's end, and a heading in a heading" },
        { "cut 1 : article; end",
          "<svg><g></svg><b><dialog></b><article><p>a</p><i>b</article><i>c",
          "<svg><g></svg><b><dialog></b><article><p>a</p>{0}</article><i>c",
          "a wall behind what takes the tree" },
        { "after .x", "<div><p>a<p class=x>b<i>c</i></div>d",
          "<div><p>a<p class=x>b<i>c</i>{0}</div>d",
          "behind a paragraph" },
        { "after .x", "<div><p>a<span><i class=x>b</span>c</i></div>d",
          "<div><p>a<span><i class=x>b{0}</span>c</i></div>d",
          "behind an element that takes the tree" },
        { "append div", "<h2>a<h3>b</h3><div></h2></div>",
          patron_html_fast_paths() ? "<h2>a<h3>b</h3><div></h2></div>"
                                   : "<h2>a<h3>b</h3><div></h2>{0}</div>",
          "a heading that may have ended" }
    };

    for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        rules = make_rules(tails[i].rules);
        len = (size_t) sprintf(page, "<body>");

        while (len < FAR) {
            len += (size_t) sprintf(page + len, "<p title='%zu'>a</p>", len);
        }

        memcpy(expected, page, len);
        strcpy(page + len, tails[i].page);
        strcpy(expected + len, tails[i].expected);

        for (n = 1; n < FAR; n = 3 * n + 50) {
            if (!gives(out, rules, page, n, expected)) {
                break;
            }
        }

        ok(n >= FAR && gives(out, rules, page, strlen(page), expected)
           && gives(out, rules, page, 0, expected), "far: %s", tails[i].what);

        patron_rules_destroy(rules);
    }
}


/* Of what a wall drops nothing is read twice, wherever a chunk ends. */

static void
once(out_t *out)
{
    size_t           n, len;
    unsigned         losses;
    patron_rules_t  *rules;
    const char      *page = "<body><article><p>a</p><p>b</p><h2 id=a>"
                            "<a href=\"/b\">c</a></h2><ul><li><img src=d>"
                            "</ul></article>";

    rules = make_rules("cut 1 : article");
    len = strlen(page);
    losses = 0;

    for (n = 0; n < len; n++) {
        (void) run(out, rules, page, len, n);
        losses += run_losses;
    }

    ok(losses == 0, "what a wall drops is read once");

    patron_rules_destroy(rules);
}


/* A page that is deeper than the tree can hold. */

static void
deep(out_t *out)
{
    size_t           i, n, len;
    patron_rules_t  *rules;
    static char      page[OUT], expected[OUT];
    const char      *parts[] = { "<div>", "<i></i>", "<svg/>",
                                 "<script>'<i>'</script>" };

    rules = make_rules("before .x");

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        len = (size_t) sprintf(page, "<body>");

        for (n = 0; n < PATRON_HTML_MAX_DEPTH + 100; n++) {
            len += (size_t) sprintf(page + len, "%s", parts[i]);
        }

        strcpy(expected, page);
        strcpy(expected + len, i ? "{0}<p class=x>" : "<p class=x>");
        strcpy(page + len, "<p class=x>");

        ok(gives(out, rules, page, strlen(page), expected)
           && gives(out, rules, page, 2000, expected)
           && gives(out, rules, page, 0, expected), "many %s", parts[i]);
    }

    patron_rules_destroy(rules);
}


int
main(void)
{
    static out_t  out;

    check_all(&out, cases, sizeof(cases) / sizeof(cases[0]));

    run_by_tree = 1;
    check_all(&out, cases, sizeof(cases) / sizeof(cases[0]));
    run_by_tree = 0;

    run_counts = ~0ull;
    check_all(&out, cases, sizeof(cases) / sizeof(cases[0]));
    run_counts = 0;

    far(&out);
    once(&out);
    deep(&out);

    return done();
}
