
/*
 * Templates: what each variable becomes, what is refused and on which line,
 * escaping, and which HTML keeps to itself.
 */


#include <stdlib.h>

#include "patron_escape.h"
#include "patron_tap.h"


/* Parts as text: [literal], (text variable), <URL variable>. */

typedef struct {
    const char  *html;
    const char  *parts;      /* NULL: refused */
    const char  *reason;
} compile_t;


/* The same, of pages. */

static const compile_t  pages[] = {
    { "<!doctype html><html lang=\"${page:language}\"><head><title>${a}</title>"
      "<style>/* \xc3\xa9 */</style><body><a href=\"${page:link}\">x</a>",
      "[<!doctype html><html lang=\"](page:language)[\"><head><title>](a)"
      "[</title><style>/* \xc3\xa9 */</style><body><a href=\"](page:link)"
      "[\">x</a>]", NULL },
    { "<html><body><a href=\"${a}\">x</a>", NULL, "beginning of a URL" },
    { "<html><frameset>", NULL, "<frameset> is not part" },
    { "<html><script>${page:link}</script>", NULL, "a variable in <script>" },
    { "<html>\xff", NULL, "not UTF-8" },
};


typedef struct {
    const char  *html;
    const char  *reason;     /* NULL: balanced */
} balance_t;


static const compile_t  compiles[] = {

    { "", "", NULL },
    { "<p>x</p>", "[<p>x</p>]", NULL },
    { "${a}", "(a)", NULL },
    { "a${b}c${d}", "[a](b)[c](d)", NULL },
    { "${a}${b_1}", "(a)(b_1)", NULL },
    { "${ticker:spring-2026.total}", "(ticker:spring-2026.total)", NULL },

    { "$5 $name ${} ${ a} ${a.b} ${a b} ${a ${b", "[$5 $name ${} ${ a} "
      "${a.b} ${a b} ${a ${b]", NULL },
    { "${:a}${a:}${a:b:c}", "[${:a}${a:}${a:b:c}]", NULL },
    { "$${a}$", "[$](a)[$]", NULL },

    { "<p title=\"${a}\">", "[<p title=\"](a)[\">]", NULL },
    { "<p title='x ${a} y'>${b}", "[<p title='x ](a)[ y'>](b)", NULL },
    { "<p title=\"'${a}'\" x>${b}", "[<p title=\"'](a)['\" x>](b)", NULL },
    { "<p title = \"${a}\">", "[<p title = \"](a)[\">]", NULL },
    { "<a href=\"/x?a=${a}&b=${b}\">", "[<a href=\"/x?a=]<a>[&b=]<b>[\">]",
      NULL },
    { "<A HREF='https://${host}/'>", "[<A HREF='https://]<host>[/'>]", NULL },
    { "<img srcset=\"/a ${x}\"><form action='/${x}'><svg><use "
      "xlink:href='#${x}'/></svg>",
      "[<img srcset=\"/a ]<x>[\"><form action='/]<x>['><svg><use "
      "xlink:href='#]<x>['/></svg>]", NULL },
    { "<textarea>${a}</textarea><title>${b}</title>${c}",
      "[<textarea>](a)[</textarea><title>](b)[</title>](c)", NULL },
    { "<script>a<b</script>${c}", "[<script>a<b</script>](c)", NULL },
    { "<!-- x > --> ${a} <!--> ${b} <!---> ${c} <!-- --!> ${d}",
      "[<!-- x > --> ](a)[ <!--> ](b)[ <!---> ](c)[ <!-- --!> ](d)", NULL },
    { "<!doctype html>${a}<?x?>${b}</ x>${c}",
      "[<!doctype html>](a)[<?x?>](b)[</ x>](c)", NULL },
    { "1 < ${a} <3 ${b}", "[1 < ](a)[ <3 ](b)", NULL },
    { "<svg><title>${a}</title><text>${b}</text></svg>",
      "[<svg><title>](a)[</title><text>](b)[</text></svg>]", NULL },
    { "<noscript>${a}</noscript>", "[<noscript>](a)[</noscript>]", NULL },

    { "\n <p>x</p>\r\n\t", "[<p>x</p>]", NULL },
    { " \n", "", NULL },
    { " ${a} ", "(a)", NULL },
    { "\n<p>\n${a}\n</p>\n", "[<p>\n](a)[\n</p>]", NULL },
    { "<p title='\xc3\xa9'>\xe2\x80\x94</p><textarea>\xc3\xa9</textarea>",
      "[<p title='\xc3\xa9'>\xe2\x80\x94</p><textarea>\xc3\xa9</textarea>]",
      NULL },
    { "<a title=\xc3\xa9 onclick='\xc3\xa9'>", "[<a title=\xc3\xa9 "
      "onclick='\xc3\xa9'>]", NULL },

    { "<style>\n\xc3\xa9</style>", NULL, "line 2: what is not ASCII in a script "
      "or a style" },
    { "<script>\xc3\xa9</script>", NULL, "in a script or a style" },
    { "<!-- \xc3\xa9 -->", NULL, "in a comment" },
    { "<?\xc3\xa9>", NULL, "in a comment" },
    { "<p\xc3\xa9>", NULL, "the name of a tag" },
    { "</p\xc3\xa9>", NULL, "the name of a tag" },
    { "<p \xc3\xa9=x>", NULL, "the name of an attribute" },
    { "<p x\xc3\xa9>", NULL, "the name of an attribute" },
    { "<p>\xe9</p>", NULL, "it is not UTF-8" },
    { "<p title='\xc3'>", NULL, "it is not UTF-8" },
    { "a\xc3", NULL, "it is not UTF-8" },
    { "<style>\xe9</style>", NULL, "it is not UTF-8" },

    { "<a href=\"${a}\">", NULL, "line 1: a variable at the beginning" },
    { "<a\nhref=' \n${a}'>", NULL, "line 3: a variable at the beginning" },
    { "<a href='' href=${a}>", NULL, "unquoted" },
    { "<svg><a><animate attributeName=href values='${a}'/></a></svg>", NULL,
      "beginning of a URL" },
    { "<svg><animate values='/a; ${a}'/></svg>", NULL, "beginning of a URL" },
    { "<svg><set to=\" ${a}\"/></svg>", NULL, "beginning of a URL" },
    { "<svg><animate from='/${a}'/></svg>",
      "[<svg><animate from='/]<a>['/></svg>]", NULL },
    { "<p to='${a}'>", "[<p to='](a)['>]", NULL },
    { "<meta http-equiv=refresh content='0;url=${a}'>", NULL, "http-equiv" },
    { "<meta content='0;${a}' title='>' HTTP-EQUIV=refresh>", NULL,
      "http-equiv" },
    { "<meta itemprop=price content='${a}'>",
      "[<meta itemprop=price content='](a)['>]", NULL },
    { "<p title=${a}>", NULL, "unquoted" },
    { "<p title=x${a}>", NULL, "unquoted" },
    { "<p ${a}>", NULL, "in a tag" },
    { "<p ${a}=x>", NULL, "in a tag" },
    { "<p x${a}=x>", NULL, "in a tag" },
    { "<p${a}>", NULL, "name of a tag" },
    { "</p${a}>", NULL, "name of a tag" },
    { "<${a}>", NULL, "name of a tag" },
    { "</${a}>", NULL, "name of a tag" },
    { "<textarea></${a}>", NULL, "behind \"<\"" },
    { "<textarea></text${a}>", NULL, "behind \"<\"" },
    { "<p onclick=\"x('${a}')\">", NULL, "onclick" },
    { "<p ONxyz='${a}'>", NULL, "ONxyz" },
    { "<p style='color: ${a}'>", NULL, "style" },
    { "<iframe srcdoc='${a}'>", NULL, "srcdoc" },
    { "<script>\n\n${a}</script>", NULL, "line 3: a variable in <script>" },
    { "<SCRIPT src=/x>var a = '${a}'", NULL, "<SCRIPT>" },
    { "<script><!--<script></script>${a}</script>", NULL, "script's comment" },
    { "<style>a{b:${a}}</style>", NULL, "<style>" },
    { "<svg><style>${a}</style></svg>", NULL, "<style>" },
    { "<iframe>${a}</iframe>", NULL, "<iframe>" },
    { "<!-- ${a} -->", NULL, "comment" },
    { "<!-- > ${a}", NULL, "comment" },
    { "<!doctype ${a}>", NULL, "comment" },
    { "<plaintext>${a}", NULL, "<plaintext>" },
    { "<svg><![CDATA[${a}]]></svg>", NULL, "CDATA" },
    { "<svg><p>${a}</p></svg>", NULL, "svg" },
    { "<p title=\"<script>\">${a}<p title='${b}", "[<p title=\"<script>\">](a)"
      "[<p title='](b)", NULL },
};


static const balance_t  balances[] = {

    { "", NULL },
    { "text, & $5", NULL },
    { "<p>a</p><br><img src=x><hr/>b", NULL },
    { "<div><ul><li>a</li><li>b</li></ul></div>", NULL },
    { "<a href='x'>a <b>b</b></a>", NULL },
    { "<!-- x --><!-- <div> -->", NULL },
    { "<script>if (a<b) '<div>'</script><style>a > b {}</style>", NULL },
    { "<svg viewBox='0 0 1 1'><path d='M0'/><g><path d='M0'></path></g></svg>",
      NULL },
    { "<svg><foreignObject><div>a</div></foreignObject></svg>", NULL },
    { "<svg/>", NULL },
    { "<DIV>a</div>", NULL },
    { "<form action=/d method=post><button>x</button></form>", NULL },
    { "<table><tbody><tr><td>a</td></tr></tbody></table>", NULL },
    { "<noscript><img src=x></noscript>", NULL },
    { "<template><p>a</p></template>", NULL },
    { "<details><summary>a</summary><p>b</p></details>", NULL },
    { "1 < 2 <3", NULL },

    { "<div>", "<div> without" },
    { "</div>", "</div> does not end" },
    { "<div><b></div></b>", "</div> does not end" },
    { "<p>a", "<p> without" },
    { "a</p>", "</p> does not end" },
    { "<p>a</p><!--#echo var=x -->", "server-side includes" },
    { "<p title='<!--#'>a</p>", "server-side includes" },
    { "<script>'<!--#'</script>", "server-side includes" },
    { "<!-- a", "comment" },
    { "<!-- a --", "comment" },
    { "<!a", "comment" },
    { "<div", "ends in a tag" },
    { "a <", "ends in a tag" },
    { "a </", "ends in a tag" },
    { "<a href=\"x", "value" },
    { "<a href='x>a</a>", "value" },
    { "<a href=x", "value" },
    { "<script>a", "<script> without" },
    { "<script><!--<script></script>", "script" },
    { "<textarea>a", "<textarea> without" },
    { "<title>a", "<title> without" },
    { "<style>", "<style> without" },
    { "<plaintext>", "body" },
    { "<body><div></div></body>", "body" },
    { "<html></html>", "body" },
    { "<div/>", "<div> without" },
    { "<svg><div/></svg>", "svg" },
    { "<svg><p></p></svg>", "svg" },
    { "<svg><style><p></style></svg>", "svg" },
    { "<svg>", "<svg> without" },
    { "<svg><![CDATA[</svg>]]></svg>", "CDATA" },
    { "<noscript><a title='</noscript><div>'></a></noscript>", "noscript" },
    { "\n\n<i>\n</b>", "line 4" },
    { "<td>a</td>", "browsers" },
    { "<table><tr><table></table></tr></table>", "browsers" },
    { "<\x1b[2J></x>", "</x> does not end" },
    { "<a\x1b></b>", "</b>" },
    { "<a\x1b>", "<a?> without" },
};


static void
describe(const patron_template_t *t, char *dst, size_t size)
{
    size_t              i, n;
    static const char   open[] = "[(<", close[] = "])>";

    dst[0] = '\0';

    for (i = 0, n = 0; i < t->nparts; i++) {
        n += (size_t) snprintf(dst + n, size - n, "%c%.*s%c",
                               open[t->parts[i].type],
                               (int) t->parts[i].str.len,
                               t->parts[i].str.data, close[t->parts[i].type]);
    }
}


static void
escapes(patron_part_e type, int ascii, const char *value, const char *expected)
{
    patron_str_t    v, got;
    patron_uchar_t  buf[256];

    v = str(value);
    got.data = buf;
    got.len = (size_t) (patron_escape(type, buf, &v, ascii) - buf);

    is_str(&got, expected, value);
    ok(patron_escape_len(type, &v, ascii) == got.len, "its length");
}


static void
compile(const compile_t *c, int (*compile)(patron_mem_t *mem,
    patron_template_t *t, const patron_str_t *html, char *err))
{
    int                rc;
    char               err[256], parts[1024];
    patron_str_t       html;
    patron_template_t  t;

    html = str(c->html);
    err[0] = '\0';
    parts[0] = '\0';

    rc = compile(NULL, &t, &html, err);

    if (rc == PATRON_OK) {
        describe(&t, parts, sizeof(parts));
        free(t.parts);
    }

    if (c->parts) {
        ok(rc == PATRON_OK && strcmp(parts, c->parts) == 0, "\"%s\": %s%s",
           c->html, parts, err);

    } else {
        ok(rc == PATRON_ERROR && strstr(err, c->reason) != NULL,
           "refused: \"%s\": %s%s", c->html, err, parts);
    }
}


int
main(void)
{
    int           rc;
    char          err[256];
    size_t        i;
    patron_str_t  html;

    for (i = 0; i < sizeof(compiles) / sizeof(compiles[0]); i++) {
        compile(&compiles[i], patron_template_compile);
    }

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        compile(&pages[i], patron_template_compile_page);
    }

    for (i = 0; i < sizeof(balances) / sizeof(balances[0]); i++) {
        html = str(balances[i].html);
        err[0] = '\0';

        rc = patron_template_balanced(&html, err);

        if (balances[i].reason == NULL) {
            ok(rc == PATRON_OK, "balanced: \"%s\" %s", balances[i].html, err);

        } else {
            ok(rc == PATRON_ERROR && strstr(err, balances[i].reason) != NULL,
               "not balanced: \"%s\": %s", balances[i].html, err);
        }
    }

    escapes(PATRON_PART_TEXT, 0, "a & <b> \"c\" 'd' \xc3\xa9",
            "a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#39; \xc3\xa9");
    escapes(PATRON_PART_URL, 0, "aZ0-._~ /:?#&=%\"'<>\xc3\xa9\n",
            "aZ0-._~%20%2F%3A%3F%23%26%3D%25%22%27%3C%3E%C3%A9%0A");
    escapes(PATRON_PART_LITERAL, 0, "<a&b>\xc3\xa9", "<a&b>\xc3\xa9");
    escapes(PATRON_PART_LITERAL, 1, "<a&b>\xc3\xa9\xd0\xaf\xe2\x80\x94"
            "\xf0\x9f\x92\x99\x7f", "<a&b>&#233;&#1071;&#8212;&#128153;\x7f");
    escapes(PATRON_PART_TEXT, 1, "\xc3\xa9<\xc3\xa9\xc3",
            "&#233;&lt;&#233;&#65533;");
    escapes(PATRON_PART_TEXT, 1, "\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80"
            "\xe0\x80\x80", "&#65533;&#65533;&#65533;&#65533;&#65533;"
            "&#65533;&#65533;&#65533;&#65533;&#65533;&#65533;&#65533;");
    escapes(PATRON_PART_URL, 1, "/\xc3\xa9", "%2F%C3%A9");
    escapes(PATRON_PART_TEXT, 0, "", "");

    return done();
}
