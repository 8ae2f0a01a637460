
/*
 * The editor's cuts: what of an element is kept, where the wall stands, and
 * what is closed, with what is put in and stripped around it.
 */


#include "patron_edit_run.h"
#include "patron_html.h"


static const case_t  cases[] = {

    { "a command of includes that ends in what is cut",
      "cut 1 : article",
      "<article><!--# if expr=\"$a\" --><p>b</p><!--# else --><p>c</p>"
      "<!--# endif --><p>d</p></article>e",
      "<article><!--# if expr=\"$a\" --><p>b</p><!--# endif -->{0}</article>"
      "e" },

    { "right behind the last that is kept",
      "cut 1 : article",
      "<article><!--#if expr=\"$a\" --><p>b</p><!--#endif --><p>d</p></article>",
      "<article><!--#if expr=\"$a\" --><p>b</p><!--# endif -->{0}</article>" },

    { "several of them, among the end tags",
      "cut 2 : article",
      "<article><!--# block name=\"x\" --><div><!--#if expr=\"$a\" --><i><b>"
      "<p>b</p><p>c</p>d</b></i><!--#endif --></div>e<!--#endblock --></article>",
      "<article><!--# block name=\"x\" --><div><!--#if expr=\"$a\" --><i><b>"
      "<p>b</p><p>c</p></b></i><!--# endif --></div><!--# endblock -->{0}"
      "</article>" },

    { "one that has ended, and comments",
      "cut 1 : article",
      "<article><!--#if x --><i>a</i><!--#endif --><!-- if --><!--# iffy -->"
      "<!--#set var=\"if\" --><p>b</p>c</article>",
      "<article><!--#if x --><i>a</i><!--#endif --><!-- if --><!--# iffy -->"
      "<!--#set var=\"if\" --><p>b</p>{0}</article>" },

    { "one in another element that is cut",
      "cut 1 : article",
      "<article><!--#if x --><p>a</p></article>"
      "<article><p>b</p>c</article>",
      "<article><!--#if x --><p>a</p></article>"
      "<article><p>b</p>{0}</article>" },

    { "one where nothing is cut",
      "cut 1 : article",
      "<article><!--#if x --><p>a</p><!--#endif --></article>",
      "<article><!--#if x --><p>a</p><!--#endif --></article>" },

    { "a body that is cut from its late tag on",
      "cut 1 : body.x",
      "<section><div>a<custom-element><body class=x><p>b</p><p>c</p></div>d"
      "</body>e",
      "<section><div>a<custom-element><body class=x><p>b</p></div></section>"
      "{0}</body>" },

    { "no more than so many characters, up to an element's end",
      "cut 9 most=6 : article",
      "<article><h1>abc d</h1><ul><li>ef<li>gh</ul><p>i</p></article>j",
      "<article><h1>abc d</h1><ul><li>ef</li></ul>{0}</article>j" },

    { "or up to a line break",
      "cut 9 most=6 : article",
      "<article>ab <b>c</b><br>def<br> g</article>h",
      "<article>ab <b>c</b><br>def<br>{0}</article>h" },

    { "so many and no more",
      "cut 9 most=6 : article",
      "<article> ab\n <b>cde</b>  </article>f",
      "<article> ab\n <b>cde</b>  </article>f" },

    { "characters of UTF-8, and references as one",
      "cut 9 most=4 : article",
      "<article><i>\xc3\xa9&#233;</i><i>\xe2\x82\xac</i><i>&amp;</i>x</article>",
      "<article><i>\xc3\xa9&#233;</i><i>\xe2\x82\xac</i><i>&amp;</i>{0}"
      "</article>" },

    { "what is no part of the text does not count",
      "cut 9 most=4 : article",
      "<article><nav>abcdefgh</nav><script>abcdef</script><!-- abcdef -->"
      "<template>abcdef</template><style>abcdef</style><!doctype abcdef>"
      "<header><b>ab</b>cd</header><noscript>abcdef</noscript></td abcdef>"
      "<aside>abcd</aside><p>abcd</p>e</article>",
      "<article><nav>abcdefgh</nav><script>abcdef</script><!-- abcdef -->"
      "<template>abcdef</template><style>abcdef</style><!doctype abcdef>"
      "<header><b>ab</b>cd</header><noscript>abcdef</noscript></td abcdef>"
      "<aside>abcd</aside><p>abcd</p>{0}</article>" },

    { "in a paragraph that counts, past the limit",
      "cut 2 most=3 : article",
      "<article><p>ab<b>cd</b> e</p><p>f</p></article>",
      "<article><p>ab<b>cd</b></p>{0}</article>" },

    { "a declarative shadow root is the element's",
      "cut 1 : article; append p",
      "<article><template shadowrootmode=open><p>a</p><p>b</p></template>"
      "</article>c",
      "<article><template shadowrootmode=open><p>a</p>{0}</template></article>"
      "c" },

    { "an element in one",
      "cut 1 : article",
      "<x-a><template ShadowRootMode='Closed'><article><p>a</p>b</article>"
      "</template></x-a>c",
      "<x-a><template ShadowRootMode='Closed'><article><p>a</p>{0}</article>"
      "</template></x-a>c" },

    { "a template of another kind is none",
      "cut 1 : article",
      "<template shadowrootmode=x><article><p>a</p>b</article></template>c",
      "<template shadowrootmode=x><article><p>a</p>b</article></template>c" },

    { "an embedded end of a body",
      "cut 1 : article",
      "<div><article><div><p>a</p><p>b</p></body></html></div></article>"
      "<i>c</i></div></body></html>",
      "<div><article><div><p>a</p></div>{0}</body></html></article>"
      "<i>c</i></div></body></html>" },

    { "and more behind it",
      "cut 1 : article",
      "<div><article><div><p>a</p><p>b</p><div>c</body></html></div><p>d</p>"
      "</div></article><i>e</i></div></body></html>",
      "<div><article><div><p>a</p></div>{0}</body></html></article>"
      "<i>e</i></div></body></html>" },

    { "it ends with what stands around it",
      "cut 1 : article",
      "<div><article><p>a</p><p>b</p></body></div>c",
      "<div><article><p>a</p>{0}</body></div>c" },

    { "the end of a page on which nothing is cut",
      "cut 1 : article; end",
      "<article><p>a</p></article>\n</body>\n<!-- b --></html>\n",
      "<article><p>a</p></article>\n{1}</body>\n<!-- b --></html>\n" },

    { "scripts do not count behind it",
      "cut 1 : article; end",
      "<article><p>a</p></article></body><script>b</script></html>",
      "<article><p>a</p></article>{1}</body><script>b</script></html>" },

    { "the last of several ends",
      "cut 1 : article; end",
      "<article><p>a</p></article></body></html><i>b</i></body></html>c</body>",
      "<article><p>a</p></article></body></html><i>b</i></body></html>c{1}"
      "</body>" },

    { "none at all",
      "cut 1 : article; end",
      "<article><p>a</p></article>b",
      "<article><p>a</p></article>b{1}" },

    { "a tag without end hides none of it",
      "cut 1 : article; end",
      "<article>a<img alt='b</article></body>",
      "<article>a{1}<img alt='b</article></body>" },

    { "what a comment without end hides is cut",
      "cut 1 : article; end",
      "<article><p>a</p>\n<!-- b </article></body>",
      "<article><p>a</p>{0}" },

    { "so is what one that is none hides",
      "cut 1 : article; end",
      "<article><p>a</p></ b </article",
      "<article><p>a</p>{0}" },

    { "and what a tag without end does",
      "cut 1 : article; end",
      "<article><p>a</p> <img alt='b</article></body>",
      "<article><p>a</p>{0}" },

    { "where nothing is, the wall is hidden with the rest",
      "cut 1 : article; end",
      "<article>a<!-- b </article></body>",
      "<article>a<!-- b </article></body>{1}" },

    { "a reference without end is text",
      "cut 1 : article; end",
      "<article>a&am",
      "<article>a&am{1}" },

    { "more behind the last",
      "cut 1 : article; end",
      "<article><p>a</p></article></body></html>b",
      "<article><p>a</p></article></body></html>b{1}" },

    { "no end where something is cut behind the first",
      "cut 1 : article; end",
      "<i>x</i></body></html><main><article><p>a</p>b</article></main></body>",
      "<i>x</i></body></html><main><article><p>a</p>{0}</article></main>"
      "</body>" },

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

    { "text behind a body's second end tag",
      "cut 1 : body",
      "<body><p>a</p>b</body>c</body>d",
      "<body><p>a</p>{0}</body></body>" },

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

    ok(gives(out, rules, page, 100, "<main><p>a</p>{0}</main>b"),
       "what is too long to hold back is cut");

    ok(gives(out, rules, page, strlen(page), "<main><p>a</p>{0}</main>b"),
       "in one chunk as well");

    len = (size_t) sprintf(page, "<main>a<!--");
    memset(page + len, ' ', 1000);
    strcpy(page + len + 1000, "more--></main>b");

    ok(gives(out, rules, page, 500, page)
       && gives(out, rules, page, strlen(page), page),
       "a long comment is no marker");

    len = (size_t) sprintf(page, "<main>");

    while (len < 600 * 5) {
        len += (size_t) sprintf(page + len, "<div>");
    }

    strcpy(page + len, "<p>free</p>secret");

    ok(run(out, rules, page, strlen(page), 3)
       && strstr(out->text, "free") != NULL
       && strstr(out->text, "secret") == NULL
       && strstr(out->text, "</div></div>{0}") != NULL, "deep");

    while (len < (PATRON_HTML_MAX_DEPTH + 1) * 5) {
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

    ok(gives(out, rules, page, 100, "<u><b>1</b>{0}</u>3"),
       "cut on behind what is stripped");

    strcpy(page + len, "</u>hidden</p>3");

    ok(gives(out, rules, page, 100, "<u><b>1</b>{0}</u>3"),
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


/* Which of the limits it was that cut. */

static void
limited(out_t *out)
{
    size_t           i, n, len;
    patron_rules_t  *rules;
    const struct {
        const char  *rules;
        const char  *page;
        int          limited;
        const char  *what;
    } pages[] = {
        { "cut 9 most=6 : div", "<div>abc<i>defg</i>h</div>", 1,
          "more than is shown" },
        { "cut 9 most=6 : div", "<div>abc<i>def</i></div>", 0,
          "as much as is shown" },
        { "cut 1 most=6 : div", "<div><p>ab</p><p>cdefgh</p></div>", 0,
          "paragraphs, before" },
        { "cut 2 most=3 : div", "<div><p>ab<b>cd</b> e</p><p>f</p></div>", 1,
          "in a paragraph that counts" },
        { "cut 9 at=u most=6 : div", "<div>ab<u></u>cdefgh</div>", 0,
          "a marker, before" },
        { "cut 1 most=4 : div",
          "<div>abc<i>de</i>f</div><div><p>a</p>b</div>", 1,
          "the first of two matches" },
        { "cut 1 most=4 : div",
          "<div><p>a</p>b</div><div>abc<i>de</i>f</div>", 1,
          "the second of them" },
        { "cut 1 most=4 : div", "<section>abcdefgh</section>", 0, "no match" }
    };

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        rules = make_rules(pages[i].rules);
        len = strlen(pages[i].page);

        for (n = 0; n < len; n++) {
            if (!run(out, rules, pages[i].page, len, n)
                || !out->limited != !pages[i].limited)
            {
                break;
            }
        }

        ok(n == len, "limited: %s", pages[i].what);

        patron_rules_destroy(rules);
    }
}


int
main(void)
{
    static out_t  out;

    check_all(&out, cases, sizeof(cases) / sizeof(cases[0]));

    limits(&out);
    overlaps(&out);
    nuls(&out);
    limited(&out);

    return done();
}
