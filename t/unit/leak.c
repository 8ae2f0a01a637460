
/*
 * What was cut out of a page and stands elsewhere in it: the bytes between
 * "{" and "}" of each case are what was left out; "(" and ")" are braces.
 */


#include <stdlib.h>

#include "patron_edit.h"
#include "patron_leak.h"
#include "patron_tap.h"


#define A  "The engineer came down on a bicycle and asked for a handrail "    \
           "that nobody had thought of before the flood."
#define B  "Its owner keeps the red machine in the hall of a small museum "   \
           "which opens on Sundays after church."
#define C  "Who paid for all of it will be known next year when the books of " \
           "the town are read aloud."

#define CUT  "<article><p>lead</p>{<p>" A "</p><p>" B "</p><p>" C "</p>}"     \
             "</article>"


static int  allocations;                /* until there is no memory, or -1 */


static void *
test_alloc(void *ctx, size_t size)
{
    (void) ctx;

    if (allocations == 0) {
        return NULL;
    }

    allocations -= (allocations > 0);

    return malloc(size);
}


static void
test_free(void *ctx, void *p)
{
    (void) ctx;

    free(p);
}


static patron_mem_t  test_mem = { test_alloc, test_free, NULL };


/* Is the strip one that a location takes? */

static int
takes(const char *strip)
{
    char             err[256], buf[PATRON_LEAK_STRIP + 1];
    char            *p;
    patron_str_t     selector, attr;
    patron_rules_t  *rules;
    int              rc;

    snprintf(buf, sizeof(buf), "%s", strip);

    attr.data = NULL;
    attr.len = 0;
    p = strstr(buf, " attr=");

    if (p) {
        *p = '\0';
        attr.data = (const patron_uchar_t *) p + 6;
        attr.len = strlen(p + 6);
    }

    p = buf;

    if (*p == '\'') {
        p++;
        p[strlen(p) - 1] = '\0';
    }

    selector.data = (const patron_uchar_t *) p;
    selector.len = strlen(p);

    rules = patron_rules_create(NULL);
    rc = patron_rules_strip(rules, &selector, attr.data ? &attr : NULL, err);
    patron_rules_destroy(rules);

    return rc >= 0;
}


static void
leaks(const char *place, const char *strip, const char *page,
    const char *name)
{
    int                   rc, good;
    char                  bytes[8192], text[PATRON_LEAK_STRIP + 1];
    size_t                len, n, i, split;
    const char           *p;
    patron_leak_t        *leak;
    patron_leak_found_t   found;
    struct { size_t from, to; }  dropped[8];

    len = 0;
    n = 0;

    for (p = page; *p; p++) {

        if (*p == '{') {
            dropped[n].from = len;

        } else if (*p == '}') {
            dropped[n++].to = len;

        } else {
            bytes[len++] = (*p == '(') ? '{' : (*p == ')') ? '}' : *p;
        }
    }

    good = 1;
    text[0] = '\0';
    memset(&found, 0, sizeof(found));

    for (split = 0; split < len; split += 1 + len / 7) {
        leak = patron_leak_create(NULL, 0);

        (void) patron_leak_feed(leak, (patron_uchar_t *) bytes, split);
        (void) patron_leak_feed(leak, (patron_uchar_t *) bytes + split,
                                len - split);

        for (i = 0; i < n; i++) {
            (void) patron_leak_drop(leak, dropped[i].from, dropped[i].to);
        }

        rc = patron_leak_find(leak, &found);
        patron_leak_destroy(leak);

        if (rc != (place ? PATRON_OK : PATRON_DECLINED)) {
            good = 0;
            continue;
        }

        if (rc != PATRON_OK) {
            continue;
        }

        memcpy(text, found.strip, found.len);
        text[found.len] = '\0';

        good &= strcmp((const char *) patron_leak_place(found.place)->data,
                       place) == 0
                && strcmp(text, strip) == 0
                && (text[0] == '\0' || takes(text));
    }

    ok(good, "%s (%s, %u of %u)", name, text, found.runs, found.of);
}


static void
test_places(void)
{
    leaks(NULL, "", CUT, "nothing but what was cut");
    leaks(NULL, "", CUT "<p>" A "</p>", "what anybody can read");
    leaks(NULL, "", "{<script>" A "</script>}" CUT,
          "a script that was left out");
    leaks(NULL, "", "<div {title='" A "'}>" CUT, "and an attribute");
    leaks(NULL, "", "<meta content='The engineer came down on a bicycle'>" CUT,
          "a few words");
    leaks(NULL, "", CUT "<style>" A B C "</style>", "a style sheet");

    leaks("script", "'script[id=\"__NEXT_DATA__\"]'",
          CUT "<script id=\"__NEXT_DATA__\">(\"t\":\"" A " \\u003cp>" B "\\n"
          C "\")</script>", "JSON");
    leaks("script", "'script[type=\"text/x-data\"]'",
          CUT "<script type=text/x-data>push([1,\"[\\\"p\\\",\\\"" A
          "\\\\n\\\\u003cb\\\\u003e" B "\\\"]\"])</script>",
          "JSON in a string, after the cut");
    leaks("script", "'script:not([src])'",
          "<SCRIPT>self.__next_f.push([1,\"" A B C "\"])</SCRIPT>" CUT,
          "and before it");
    leaks("json-ld", "'script[type=\"application/ld+json\"]'",
          "<script type=\"application/ld+json\">(\"articleBody\":\"" A " "
          B "\")</script>" CUT, "JSON-LD");
    leaks("attribute", "astro-island attr=props",
          CUT "<astro-island props=\"(&quot;a&quot;:[0,&quot;&lt;p&gt;" A
          "&lt;/p&gt;&amp;lt;p&amp;gt;" B "&quot;])\"></astro-island>",
          "an attribute");
    leaks("meta", "'meta[name=\"description\"]'",
          "<meta name=description content=\"" A " " B "\">" CUT,
          "a description");
    leaks("meta", "'meta[property=\"og:description\"]'",
          "<meta property='og:description' content = \"" A " " B "\">" CUT,
          "one of another kind");
    leaks("hidden", "'template'",
          CUT "<template><div>" A "</div><p>" B "</p></template>",
          "a template");
    leaks(NULL, "", CUT "<template shadowrootmode=open><div>" A "</div><p>" B
          "</p></template>", "a shadow root, which can be read");
    leaks("hidden", "'noscript[class=\"full\"]'",
          CUT "<noscript class=full>" A B "</noscript>", "noscript");
    leaks("hidden", "'div[hidden]'",
          CUT "<div hidden><div>x</div><p>" A "<br>" B "</p></div>",
          "what is hidden");
    leaks("hidden", "'section[id=\"more\"]'",
          CUT "<section style=\"color: red; display: none\" id=more>" A B
          "</section>", "and by its style");
    leaks(NULL, "",
          CUT "<div hidden><div>x</div></div><p>" A "</p>",
          "what stands behind it");
    leaks(NULL, "", CUT "<input hidden><p hidden>x<p>" A "</p>",
          "an element without an end");
    leaks("hidden", "", CUT "<!-- " A B " -->", "a comment");
    leaks(NULL, "", CUT "<!doctype " A B " ><!-- " A, "what is none");
}


/* What is said of a place finds it, whatever its names are made of. */

static void
test_strips(void)
{
    leaks("meta", "'meta[itemprop=\"articleBody\"]'",
          "<meta charset=utf-8><meta itemprop=articleBody content=\"" A " " B
          "\">" CUT, "microdata");
    leaks("meta", "'meta[name=\"description\"]'",
          "<META NAME=\"description\" CONTENT=\"" A " " B "\">" CUT,
          "attributes in capitals");
    leaks("meta", "'meta[content]'",
          "<meta charset=utf-8><meta content=\"" A " " B "\">" CUT,
          "never the meta that names the charset");
    leaks("script",
          "'script[id=\"wp-script-module-data-@wordpress/interactivity\"]'",
          CUT "<script type=application/json id=\"wp-script-module-data-"
          "@wordpress/interactivity\">\"" A B C "\"</script>",
          "an at sign in a name");
    leaks("script", "'script[class*=\"tsr\"]'",
          CUT "<script class=\"$tsr\">\"" A B C "\"</script>",
          "what cannot be said before a name");
    leaks("hidden", "'div[class^=\"full-text\"]'",
          CUT "<div class=\"full-text wide\" hidden><p>" A B "</p></div>",
          "several classes");
    leaks("script", "'script[id^=\"state-of-the-application-that-writes-the-"
          "article\"]'",
          CUT "<script id=\"state-of-the-application-that-writes-the-"
          "articles-of-all\">\"" A B C "\"</script>", "a long name");
    leaks("script", "'script[type=\"x/y\"]'",
          CUT "<script id=\"a$b\" type=x/y>\"" A B C "\"</script>",
          "a name of which little can be said");
    leaks("script", "'script[name=\"a/b\"]'",
          CUT "<script id=\"&quot;state&quot;\" name=a/b>\"" A B C
          "\"</script>", "one of references");
    leaks("attribute", "the-player-of-articles-read-aloud attr=text",
          CUT "<the-player-of-articles-read-aloud text=\"" A " " B
          "\"></the-player-of-articles-read-aloud>", "an element's long name");
    leaks("attribute", "* attr=text",
          CUT "<the-player-of-articles-read-aloud-by-those-who-wrote-them "
          "text=\"" A " " B "\"></the-player-of-articles-read-aloud-by-those-"
          "who-wrote-them>", "and a longer one");
    leaks("attribute", "div attr=@load",
          CUT "<div @load=\"" A " " B "\"></div>", "an attribute of Vue's");
    leaks("attribute", "",
          CUT "<div [load]=\"" A " " B "\"></div>", "one that cannot be said");
}


static void
test_words(void)
{
    leaks("script", "'script:not([src])'",
          "<p>{caf\xc3\xa9 &#233;t\xc3\xa9 &amp; a <b>bold</b> word, one two "
          "three&nbsp;four five}</p><script>x = \"caf\\u00e9 \\u00E9t\\u00e9 "
          "\\u0026 a \\u003cb>bold\\u003c/b> word, one two three\\u00a0four"
          "\\tfive\"</script>", "letters that are not ASCII");
    leaks("script", "'script:not([src])'",
          "<p>{\xd1\x85\xd1\x82\xd0\xbe \xd1\x97\xd1\x85\xd0\xb0\xd0\xb2 "
          "\xd1\x8f\xd0\xba \xd0\xb4\xd0\xb5 \xd1\x83 \xd0\xba \xd1\x96 "
          "\xd0\xbd\xd0\xb5}</p><script>\"\\u0445\\u0442\\u043e "
          "\\u0457\\u0445\\u0430\\u0432 \\u044f\\u043a \\u0434\\u0435 \\u0443 "
          "\\u043a \\u0456 \\u043d\\u0435\"</script>", "escaped, all of them");
    leaks("attribute", "p attr=title",
          "<p>{don&rsquo;t say &eacute;t&eacute; or na&#239;ve ones &lt; two 3}"
          "</p><p title='don\xe2\x80\x99t say \xc3\xa9t\xc3\xa9 or na&#xEF;ve "
          "ones &unknown; two 3 &'>", "references by name and number");
    leaks("script", "'script:not([src])'",
          "<p>{one two three four five six seven eight}</p><script>"
          "\"one\\/two\\x20three\\\\nfour \\'five\\' \\u003Cbr\\u003Esix "
          "&lt;i&gt;seven <i>eight\\\"</script>", "escapes of all kinds");
    leaks(NULL, "", "<p>{a b c d e f g}</p><script>                a b c d e f "
          "g h i</script>", "less than a run");
    leaks("script", "'script:not([src])'",
          "<p>{a b c d e f g h}</p><script>                  a b c d e f g h"
          "</script>", "a run");
    leaks(NULL, "", "<p>{a b c d e f g h}</p><script>                  a b c d "
          "e f g H</script>", "another letter");

    /* three runs of different paragraphs, or a tenth of all */

    leaks(NULL, "", CUT "<script>\"came down on a bicycle and asked for\", "
          "\"all of it will be known next year\"</script>", "two paragraphs");
    leaks("script", "'script:not([src])'",
          CUT "<script>\"came down on a bicycle and asked for\", "
          "\"all of it will be known next year\", "
          "\"owner keeps the red machine in the hall\"</script>",
          "three paragraphs");
    leaks(NULL, "", CUT "<script>\"came down on a bicycle and asked for\", "
          "\"owner keeps the red machine in the hall\"</script><p title="
          "\"all of it will be known next year\"></p>", "in two places");
    leaks("script", "'script:not([src])'",
          CUT "<script>for (i = 0; i<n; i++) (a<b); \"came down on a bicycle "
          "and asked for a handrail that nobody had thought\"</script>",
          "a tenth, behind code");

    leaks("script", "'script:not([src])'",
          "<p>{abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijA"
          "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij"
          " b c d e f g h}</p><script>x = "
          "\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij"
          "\\u0041abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
          "abcdefghij b c d e f g h\"</script>", "a long word");
    leaks(NULL, "",
          CUT "<script>var a=1;function(){return/abcdefghijklmnopqrstuvwxyz0/"
          ".test(window.location.pathname)||navigator.userAgent.length===0x10"
          ",\"\\u0041\"}</script>", "code without spaces");
}


static void
test_limits(void)
{
    int                   i, rc;
    size_t                n;
    patron_leak_t        *leak;
    patron_uchar_t       *page;
    patron_leak_found_t   found;

    static const patron_uchar_t  text[] =
        "<p>one two three four five six seven eight nine ten</p>"
        "<script>\"one two three four five six seven eight nine ten\"</script>";

    page = malloc(PATRON_LEAK_PAGE + 1);
    memset(page, 'a', PATRON_LEAK_PAGE + 1);

    leak = patron_leak_create(NULL, 0);
    ok(patron_leak_feed(leak, page, PATRON_LEAK_PAGE) == PATRON_OK
       && patron_leak_feed(leak, page, 1) == PATRON_DECLINED,
       "a page that is too long");
    ok(patron_leak_find(leak, &found) == PATRON_DECLINED, "nothing was cut");
    patron_leak_destroy(leak);

    for (n = 0; n < PATRON_LEAK_PAGE; n += 2) {
        memcpy(page + n, "<a", 2);
    }

    leak = patron_leak_create(NULL, PATRON_LEAK_PAGE);
    (void) patron_leak_feed(leak, text, 55);
    (void) patron_leak_feed(leak, (const patron_uchar_t *) "<script>", 8);
    (void) patron_leak_feed(leak, page, PATRON_LEAK_PAGE / 2);
    (void) patron_leak_drop(leak, 3, 40);
    (void) patron_leak_drop(leak, 40, 51);
    ok(patron_leak_find(leak, &found) == PATRON_DECLINED, "tags without end");
    patron_leak_destroy(leak);

    for (n = 0; n + 2 < PATRON_LEAK_PAGE; n += 3) {
        page[n] = (patron_uchar_t) ('a' + n * 7919 % 23);
        page[n + 1] = (patron_uchar_t) ('a' + n / 3 * 31 % 19);
        page[n + 2] = ' ';
    }

    leak = patron_leak_create(NULL, 0);
    (void) patron_leak_feed(leak, page, PATRON_LEAK_PAGE);
    (void) patron_leak_drop(leak, 0, PATRON_LEAK_PAGE);
    ok(patron_leak_find(leak, &found) == PATRON_DECLINED,
       "a page of short words");
    ok(patron_leak_drop(leak, 0, PATRON_LEAK_PAGE + 1) == PATRON_DECLINED,
       "more than the page has");
    patron_leak_destroy(leak);

    free(page);

    leak = patron_leak_create(NULL, 0);

    for (i = 0; patron_leak_drop(leak, 2u * i, 2u * i + 1) == PATRON_OK; i++) {
        /* void */
    }

    ok(i == 1024, "too many pieces were left out");
    patron_leak_destroy(leak);

    for (i = 0, rc = PATRON_ERROR; i < 20 && rc == PATRON_ERROR; i++) {
        allocations = i;
        leak = patron_leak_create(&test_mem, 0);

        if (leak) {
            (void) patron_leak_feed(leak, text, sizeof(text) - 1);
            (void) patron_leak_drop(leak, 3, 51);
            rc = patron_leak_find(leak, &found);
            patron_leak_destroy(leak);
        }
    }

    ok(rc == PATRON_OK && i == 9, "every allocation fails (%d)", i);
}


int
main(void)
{
    test_places();
    test_strips();
    test_words();
    test_limits();

    return done();
}
