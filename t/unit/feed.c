
/*
 * Feeds, cut by item: what of a closed item is shown in each format, what is
 * refused, and that it hangs on no chunk.
 */


#include <stdlib.h>

#include "patron_feed.h"
#include "patron_tap.h"


#define OUT  (256 * 1024)


typedef struct {
    const char  *name;
    const char  *input;
    const char  *expected;      /* or the reason, behind a '!'; '-': no feed */
    unsigned     keep;
    const char  *level;         /* the element; closed is "members" there */
} case_t;


typedef struct {
    int          always;        /* closed */
    int          links;
    size_t       len;
    char         text[OUT];
    char         url[256];
} out_t;


static out_t  out;


static int
put(void *ctx, const patron_uchar_t *data, size_t len)
{
    (void) ctx;

    if (len && len < OUT - out.len) {
        memcpy(out.text + out.len, data, len);
        out.len += len;
    }

    return PATRON_OK;
}


static int
closed(void *ctx, const patron_str_t *level)
{
    (void) ctx;

    return out.always
           || (level != NULL && level->len == 7
               && memcmp(level->data, "members", 7) == 0);
}


static int
own(void *ctx, patron_str_t *url)
{
    int  n;

    (void) ctx;

    if (url->len > 100) {
        return PATRON_OK;
    }

    n = snprintf(out.url, sizeof(out.url), "%.*s?own&1", (int) url->len,
                 (const char *) url->data);

    url->data = (const patron_uchar_t *) out.url;
    url->len = (size_t) n;

    return PATRON_OK;
}


/* In chunks of n bytes, but for the first of first. */

static int
run(const patron_feed_conf_t *conf, const char *input, size_t first, size_t n,
    const char **why, unsigned *cut)
{
    int                  rc;
    size_t               at, len, size;
    patron_feed_t       *f;
    patron_uchar_t      *chunk;
    patron_feed_sink_t   sink = { put, put, closed, NULL };

    sink.link = out.links ? own : NULL;
    out.len = 0;

    f = patron_feed_create(NULL, conf, &sink, NULL);
    len = strlen(input);
    rc = PATRON_OK;

    for (at = 0; at < len && rc == PATRON_OK; at += size) {
        size = at ? n : first;
        size = size < len - at ? size : len - at;

        chunk = malloc(size);
        memcpy(chunk, input + at, size);
        rc = patron_feed_feed(f, chunk, size, 0);
        free(chunk);
    }

    if (rc == PATRON_OK) {
        rc = patron_feed_feed(f, NULL, 0, 1);

    } else if (rc == PATRON_DECLINED && at < len) {
        put(NULL, (const patron_uchar_t *) input + at, len - at);
    }

    *why = patron_feed_reason(f);
    *cut = patron_feed_cut(f);

    patron_feed_destroy(f);

    out.text[out.len] = '\0';

    return rc;
}


static int
gives(const patron_feed_conf_t *conf, const case_t *c, size_t first, size_t n)
{
    int          rc;
    unsigned     cut;
    const char  *why;

    rc = run(conf, c->input, first, n, &why, &cut);

    if (c->expected[0] == '!') {
        return rc == PATRON_ERROR && why != NULL
               && strcmp(why, c->expected + 1) == 0;
    }

    if (strcmp(c->expected, "-") == 0) {
        return rc == PATRON_DECLINED && strcmp(out.text, c->input) == 0;
    }

    return rc == PATRON_OK && strcmp(out.text, c->expected) == 0;
}


static void
check(const case_t *c, int always, int open)
{
    int                  good;
    char                 err[256];
    size_t               i, len;
    unsigned             cut;
    const char          *why;
    patron_feed_conf_t   conf;

    memset(&conf, 0, sizeof(conf));
    conf.more = str("The rest is for members");

    conf.rules = patron_feed_rules_create(NULL, c->keep, err);
    conf.json = (c->input[0] == '{' || c->input[0] == '[');
    conf.open = (unsigned) open;
    conf.shut = (unsigned) always;
    conf.item_max = 4096;

    if (c->level) {
        conf.level = str(c->level);
    }

    out.always = always;

    len = strlen(c->input);
    good = gives(&conf, c, len, len) && gives(&conf, c, 1, 1)
           && gives(&conf, c, 7, 7);

    for (i = 1; i < len && good; i++) {
        good = gives(&conf, c, i, len);
    }

    ok(good, "%s", c->name);

    if (!good) {
        printf("# %d", run(&conf, c->input, len, len, &why, &cut));
        printf(" %s\n# got      %s\n# expected %s\n", why ? why : "",
               out.text, c->expected);
    }

    patron_feed_rules_destroy((patron_feed_rules_t *) conf.rules);
}


#define MORE(url)  "&lt;p&gt;&lt;a href=&quot;" url "&quot;&gt;"              \
                   "The rest is for members&lt;/a&gt;&lt;/p&gt;"
#define LONG       "2026-11-23T06:00:00Z, which is the text that is of no date: one, two"
#define NONE       "&lt;p&gt;The rest is for members&lt;/p&gt;"
#define HTML(url)  "<p><a href=\"" url "\">The rest is for members</a></p>"
#define CONTENT    "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
#define ATOM       "xmlns='http://www.w3.org/2005/Atom'"


static const case_t  cut[] = {

    { "RSS: a description, escaped",
      "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<rss><channel>"
      "<title>T</title><item>\n <title>A &amp; B</title>\n"
      " <link>http://x/a?b&amp;c</link>\n <description>&lt;p&gt;one&lt;/p&gt;"
      "&lt;p&gt;two&lt;/p&gt;</description>\n</item></channel></rss>\n",
      "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<rss><channel>"
      "<title>T</title><item>\n <title>A &amp; B</title>\n"
      " <link>http://x/a?b&amp;c</link>\n <description>&lt;p&gt;one&lt;/p&gt;"
      MORE("http://x/a?b&amp;amp;c") "</description>\n</item></channel></rss>\n",
      1, NULL },

    { "RSS: content in CDATA, and all else that tells of it",
      "<rss " CONTENT " xmlns:media='http://search.yahoo.com/mrss/' "
      "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>"
      "<item><title>A</title><link>https://x/a</link>"
      "<description>two</description><media:description>two"
      "</media:description><media:content url='u'/><enclosure url='v'/>"
      "<itunes:summary>two</itunes:summary><itunes:duration>1</itunes:duration>"
      "<content:encoded><![CDATA[<div><p data-x='two'>one ]]]]><![CDATA[></p>"
      "<!-- two --><p>two</p></div>]]></content:encoded>"
      "<guid isPermaLink='false' title='two'>7</guid><!-- two -->two"
      "<x:y xmlns:x='z'>two</x:y></item></channel></rss>",
      "<rss " CONTENT " xmlns:media='http://search.yahoo.com/mrss/' "
      "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>"
      "<item><title>A</title><link>https://x/a</link>"
      "<itunes:duration>1</itunes:duration>"
      "<content:encoded><![CDATA[<div><p>one ]]]]><![CDATA[></p></div>"
      HTML("https://x/a") "]]></content:encoded>"
      "<guid isPermaLink='false'>7</guid></item></channel></rss>",
      1, NULL },

    { "RSS: no text, no link, no more than the words",
      "<rss><item><title>A</title></item><item/></rss>",
      "<rss><item><title>A</title><description>" NONE "</description></item>"
      "<item/></rss>", 2, NULL },

    { "RSS: a text without markup, by its lines",
      "<rss><item><description>one &amp;#233;\n\ntwo</description></item></rss>",
      "<rss><item><description>one &amp;#233;" NONE "</description></item>"
      "</rss>", 1, NULL },

    { "RSS: escaped twice",
      "<rss><item><description>&amp;lt;p&amp;gt;one&amp;lt;/p&amp;gt;"
      "&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;</description></item></rss>",
      "<rss><item><description>&lt;p&gt;one&lt;/p&gt;" NONE "</description>"
      "</item></rss>", 1, NULL },

    { "RSS: escaped five times",
      "<rss><item><description>&amp;amp;amp;amp;lt;p&amp;amp;amp;amp;gt;one"
      "&amp;amp;amp;amp;lt;/p>&amp;amp;amp;amp;lt;p>two</description></item>"
      "</rss>",
      "<rss><item><description>&lt;p&gt;one&lt;/p&gt;" NONE "</description>"
      "</item></rss>", 1, NULL },

    { "RSS: by references",
      "<rss><item><description>&#60;p&#x3e;one&#060;/p&#62;&#x3C;p>two"
      "</description></item></rss>",
      "<rss><item><description>&lt;p&gt;one&lt;/p&gt;" NONE "</description>"
      "</item></rss>", 1, NULL },

    { "RSS: markup that is not escaped",
      "<rss><item><description><p>one</p><p>two</p></description></item></rss>",
      "<rss><item><description>&lt;p&gt;one&lt;/p&gt;" NONE "</description>"
      "</item></rss>", 1, NULL },

    { "RSS: nothing is kept",
      "<rss><item><description>&lt;p&gt;one</description></item></rss>",
      "<rss><item><description>" NONE "</description></item></rss>", 0, NULL },

    { "RSS 1.0: items beside the channel",
      "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='r' "
      "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='c'>"
      "<items/></channel><item rdf:about='i' x='two'><title>A</title>"
      "<link>http://x/i</link><description>one\ntwo</description>"
      "<dc:date>2026</dc:date><dc:description>two</dc:description></item>"
      "</rdf:RDF>",
      "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='r' "
      "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='c'>"
      "<items/></channel><item rdf:about='i'><title>A</title>"
      "<link>http://x/i</link><description>one" MORE("http://x/i")
      "</description><dc:date>2026</dc:date></item></rdf:RDF>", 1, NULL },

    { "Atom: html",
      "<feed " ATOM "><entry><id>i</id><link href='http://x/i' title='two'/>"
      "<link rel='enclosure' href='two'/><summary>two</summary>"
      "<content type='html'>&lt;p&gt;one&lt;p&gt;two</content></entry></feed>",
      "<feed " ATOM "><entry><id>i</id><link href='http://x/i'/>"
      "<content type='html'>&lt;p&gt;one&lt;/p&gt;" MORE("http://x/i")
      "</content></entry></feed>", 1, NULL },

    { "Atom: xhtml",
      "<feed " ATOM "><entry><content type='xhtml'><div xmlns="
      "'http://www.w3.org/1999/xhtml'><p>one<br/></p><p>two</p></div>"
      "</content></entry></feed>",
      "<feed " ATOM "><entry><content type='xhtml'>"
      "<div xmlns=\"http://www.w3.org/1999/xhtml\"><div xmlns="
      "'http://www.w3.org/1999/xhtml'><p>one<br/></p></div>"
      "<p>The rest is for members</p></div></content></entry></feed>",
      1, NULL },

    { "Atom: xhtml in which an element is empty that HTML has text in",
      "<feed " ATOM "><entry><content type='xhtml'><div xmlns="
      "'http://www.w3.org/1999/xhtml'><p>one<textarea/></p><p>two</p></div>"
      "</content></entry><entry><content type='xhtml'><div xmlns="
      "'http://www.w3.org/1999/xhtml'><p>one<noembed/></p><p>two</p></div>"
      "</content></entry></feed>",
      "<feed " ATOM "><entry><content type=\"html\">&lt;div xmlns=&#39;"
      "http://www.w3.org/1999/xhtml&#39;&gt;&lt;p&gt;one&lt;p&gt;The rest is "
      "for members&lt;/p&gt;</content></entry><entry><content type=\"html\">"
      "&lt;div xmlns=&#39;http://www.w3.org/1999/xhtml&#39;&gt;&lt;p&gt;one"
      "&lt;p&gt;The rest is for members&lt;/p&gt;</content></entry></feed>",
      1, NULL },

    { "Atom: xhtml by another prefix",
      "<feed " ATOM "><entry><content type='xhtml'><x:div xmlns:x="
      "'http://www.w3.org/1999/xhtml'><x:p>one</x:p></x:div></content></entry>"
      "</feed>",
      "<feed " ATOM "><entry><content type='xhtml'>"
      "<div xmlns=\"http://www.w3.org/1999/xhtml\">"
      "<p>The rest is for members</p></div></content></entry></feed>",
      1, NULL },

    { "Atom: text, by another prefix than none",
      "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:summary>one\n"
      "two</a:summary><summary>two</summary></a:entry></a:feed>",
      "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:summary>one\n\n"
      "The rest is for members</a:summary></a:entry></a:feed>", 1, NULL },

    { "Atom: what is elsewhere, or of another type",
      "<feed " ATOM "><entry><content src='u'/></entry><entry><content "
      "type='application/pdf'>dHdv</content></entry></feed>",
      "<feed " ATOM "><entry><content type=\"html\">" NONE "</content></entry>"
      "<entry><content type=\"html\">" NONE "</content></entry></feed>",
      1, NULL },

    { "elements of no known name",
      "<rss xmlns='x'><item><title>two</title><description>two</description>"
      "</item></rss>",
      "<rss xmlns='x'><item><description>" NONE "</description></item></rss>",
      1, NULL },

    { "comments between closed items",
      "<rss><!-- a --><item/><!-- b --></rss>", "<rss><item/></rss>",
      1, NULL },

    { "instructions between them",
      "<?a b?><rss><?a b?><item/><?a b?></rss><?a b?>",
      "<?a b?><rss><item/></rss>", 1, NULL },

    { "what is said of a feed",
      "<rss xmlns:a='http://www.w3.org/2005/Atom' xmlns:x='y'><channel>"
      "<title>t</title><description>d</description><image><url>u</url></image>"
      "<a:link href='h'/><x:summary>s</x:summary><item/></channel></rss>",
      "<rss xmlns:a='http://www.w3.org/2005/Atom' xmlns:x='y'><channel>"
      "<title>t</title><description>d</description><image><url>u</url></image>"
      "<a:link href='h'/><x:summary>s</x:summary><item/></channel></rss>",
      1, NULL },

    { "XHTML in what is said of one",
      "<feed " ATOM "><subtitle type='xhtml'>"
      "<div xmlns='http://www.w3.org/1999/xhtml'>s</div></subtitle></feed>",
      "<feed " ATOM "><subtitle type='xhtml'>"
      "<div xmlns='http://www.w3.org/1999/xhtml'>s</div></subtitle></feed>",
      1, NULL },

    { "HTML that calls itself a feed", "<rss><p>two</p></rss>",
      "!it has elements outside of items that no feed has", 1, NULL },
    { "HTML in a channel", "<rss><channel><div>two</div></channel></rss>",
      "!it has elements outside of items that no feed has", 1, NULL },
    { "XHTML in a channel",
      "<rss><channel><p xmlns='http://www.w3.org/1999/xhtml'>two</p>"
      "</channel></rss>",
      "!it has elements outside of items that no feed has", 1, NULL },
    { "XHTML in a feed",
      "<feed " ATOM "><p xmlns='http://www.w3.org/1999/xhtml'>two</p></feed>",
      "!it has elements outside of items that no feed has", 1, NULL },
    { "text in a channel", "<rss><channel>two</channel></rss>",
      "!it has text outside of items", 1, NULL },
    { "text in a feed", "<feed " ATOM "><![CDATA[two]]></feed>",
      "!it has text outside of items", 1, NULL },

    { "what blogs and planets say of a feed, in namespaces of their own",
      "<rss><channel><site xmlns='com-wordpress:feed-additions:1'>1</site>"
      "<meta xmlns='http://pipes.yahoo.com' name='pipes' content='noprocess' />"
      "<item/></channel></rss>",
      "<rss><channel><site xmlns='com-wordpress:feed-additions:1'>1</site>"
      "<meta xmlns='http://pipes.yahoo.com' name='pipes' content='noprocess' />"
      "<item/></channel></rss>", 1, NULL },

    { "dates that are said of a feed",
      "<feed " ATOM "><published>2026</published><created>2026</created>"
      "<issued>2026</issued></feed>",
      "<feed " ATOM "><published>2026</published><created>2026</created>"
      "<issued>2026</issued></feed>", 1, NULL },

    { "a broadcast that is live is an item",
      "<rss xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>"
      "<podcast:liveItem status='live'><title>A</title><description>one\ntwo"
      "</description><guid>7</guid><enclosure url='two'/></podcast:liveItem>"
      "<podcast:liveItem><title>B</title></podcast:liveItem></channel></rss>",
      "<rss xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>"
      "<podcast:liveItem><title>A</title><description>one" NONE
      "</description><guid>7</guid></podcast:liveItem><podcast:liveItem>"
      "<title>B</title><description>" NONE "</description></podcast:liveItem>"
      "</channel></rss>",
      1, NULL },

    { "Atom: text that shows tags is cut by its lines",
      "<feed " ATOM "><entry><summary>one &lt;b&gt;\ntwo</summary></entry>"
      "</feed>",
      "<feed " ATOM "><entry><summary>one &lt;b&gt;\n\n"
      "The rest is for members</summary></entry></feed>", 1, NULL },

    { "Atom: lines that end by reference, or in the old way",
      "<feed " ATOM "><entry><summary>one&#xA;two</summary></entry><entry>"
      "<summary>one\rtwo</summary></entry></feed>",
      "<feed " ATOM "><entry><summary>one\n\nThe rest is for members"
      "</summary></entry><entry><summary>one\n\nThe rest is for members"
      "</summary></entry></feed>", 1, NULL },

    { "Atom 0.3: what is in base64",
      "<feed " ATOM "><entry><content mode='base64'>dHdv</content></entry>"
      "</feed>",
      "<feed " ATOM "><entry><content type=\"html\">" NONE "</content></entry>"
      "</feed>", 1, NULL },

    { "data in an address",
      "<rss><item><description>&lt;p&gt;&lt;img alt='' src='data:,two'&gt;"
      "&lt;A HREF=' DATA:,two'&gt;one&lt;/A&gt;&lt;/p&gt;</description></item>"
      "</rss>",
      "<rss><item><description>&lt;p&gt;&lt;img alt=&#39;&#39;&gt;"
      "&lt;A&gt;one&lt;/A&gt;&lt;/p&gt;" NONE "</description></item></rss>",
      1, NULL },

    { "JSON: text with '<' in it is cut by its lines",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_text\":\"one <b> <\\ntwo\"}]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_text\":\"one <b> <\\n\\nThe rest is for members\"}]}",
      1, NULL },

    { "JSON: HTML that is escaped twice",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_html\":\"&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two\"}]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_html\":\"<p>one</p><p>The rest is for members</p>\"}]}",
      1, NULL },

    { "JSON: HTML",
      "{\"version\":\"https://jsonfeed.org/version/1.1\", \"items\" : [ "
      "{\"id\": \"1\", \"url\":\"http://x/1\",\"content_html\": "
      "\"<p>one</p><p>two</p>\",\"content_text\":\"two\",\"summary\":\"two\","
      "\"_x\":\"two\",\"image\":\"two\",\"attachments\":[{\"url\":\"u\"}],"
      "\"tags\":[\"a\"],\"authors\":[{\"name\":\"N\",\"x\":\"two\"}]} ] }",
      "{\"version\":\"https://jsonfeed.org/version/1.1\", \"items\" : [ "
      "{\"id\":\"1\",\"url\":\"http://x/1\",\"authors\":[{\"name\":\"N\"}],"
      "\"tags\":[\"a\"],\"content_html\":\"<p>one</p><p><a href="
      "\\\"http://x/1\\\">The rest is for members</a></p>\"} ] }", 1, NULL },

    { "JSON: text, and what is no item",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_text\":\"one\\ntwo\"},\"two\",{}]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_text\":\"one\\n\\nThe rest is for members\"},"
      "{\"content_html\":\"<p>The rest is for members</p>\"},"
      "{\"content_html\":\"<p>The rest is for members</p>\"}]}", 1, NULL },

    { "JSON: names that are escaped",
      "{\"versi\\u006fn\":\"https:\\/\\/jsonfeed.org/version/1\","
      "\"it\\u0065ms\":[{\"\\u0063ontent_html\":\"\\u003cp>one\\u003c/p><p>two</p>\","
      "\"titl\\u0065\":\"\\u00e9\\n\\ud83d\\ude00\\/\",\"id\":12,"
      "\"content\\u005ftext\":\"two\",\"_\\u0078\":\"two\"}]}",
      "{\"versi\\u006fn\":\"https:\\/\\/jsonfeed.org/version/1\","
      "\"it\\u0065ms\":[{\"id\":12,\"title\":\"\xc3\xa9\\n\xf0\x9f\x98\x80/\","
      "\"content_html\":\"<p>one</p><p>The rest is for members</p>\"}]}",
      1, NULL },

    { "JSON: members that no feed has",
      "{ \"_x\" : {\"two\":1} , \"two\":2, \"title\" : \"t\",\"version\":"
      "\"https://jsonfeed.org/version/1\" , \"two\\u0032\":[],\"items\":[] ,"
      "\"content_html\":\"two\",\"hubs\":[] , \"_y\" : \"two\" }",
      "{   \"title\" : \"t\",\"version\":\"https://jsonfeed.org/version/1\" , "
      "\"items\":[],\"hubs\":[] }", 1, NULL },

    { "JSON: what is long, and what is of another type",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"title\":[\"two\"],\"date_published\":\"" LONG "\",\"tags\":\"two\","
      "\"authors\":[\"two\",{}],\"author\":\"two\",\"summary\":\"s\\t\"}]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"authors\":[{}],\"tags\":[],\"summary\":"
      "\"s\\t\\n\\nThe rest is for members\"}]}", 1, NULL },

    { "JSON: a name twice",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"content_html\":\"<p>one</p><p>two</p>\","
      "\"content\\u005fhtml\":\"two\"}]}",
      "!it is no JSON", 1, NULL },

    { "JSON: no feed", "{\"items\":[{\"title\":\"two\"}]}", "-", 1, NULL },
    { "JSON: a list", "[1,2]", "-", 1, NULL },
    { "JSON: broken", "{\"items\":[", "!it is no JSON", 1, NULL },

    { "no feed", "<?xml version='1.0'?><urlset><url>two</url></urlset>", "-",
      1, NULL },
    { "an entity", "<rss><item><title>&x;</title></item></rss>",
      "!an entity, or a reference that is none", 1, NULL },
    { "an entity in an attribute", "<rss a='&x;'></rss>",
      "!an attribute that is none", 1, NULL },
    { "a DTD of its own",
      "<!DOCTYPE rss [<!ENTITY x 'two'>]><rss></rss>", "!a DTD of its own",
      1, NULL },
    { "one that is named",
      "<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://x/rss.dtd'>"
      "<rss/>",
      "<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://x/rss.dtd'>"
      "<rss/>", 1, NULL },
    { "an encoding", "<?xml version='1.0' encoding='UTF-7'?><rss/>",
      "!an encoding that cannot be read", 1, NULL },
    { "one of a byte a character",
      "<?xml version='1.0' encoding='iso-8859-1'?><rss/>",
      "<?xml version='1.0' encoding='iso-8859-1'?><rss/>", 1, NULL },
    { "UTF-16", "\xff\xfe<rss/>", "!it is no XML, or in another encoding",
      1, NULL },
    { "a part of a byte order mark", "\xef<rss/>",
      "!it is no XML, or in another encoding", 1, NULL },
    { "tags that do not nest", "<rss><channel><title></channel></title></rss>",
      "!an end tag of another element", 1, NULL },
    { "an end that is missing", "<rss><channel></channel>",
      "!it ends early", 1, NULL },
    { "a second root", "<rss/><rss/>", "!a second root", 1, NULL },
    { "text behind it", "<rss/>a", "!it is no XML, or in another encoding",
      1, NULL },
    { "a comment that is none", "<rss><!-- a -- b --></rss>",
      "!\"--\" in a comment", 1, NULL },
    { "an attribute twice", "<rss a='b' a='c'/>", "!an attribute twice",
      1, NULL },
    { "a late declaration", " <?xml version='1.0'?><rss/>",
      "!a declaration in a wrong place", 1, NULL },
    { "HTML", "<!DOCTYPE html><html><p>a</html>",
      "-", 1, NULL },
};


static const case_t  by_level[] = {

    { "items state it",
      "<rss xmlns:x='y'><item><x:level>free</x:level><description>&lt;p&gt;one"
      "</description><enclosure url='u'/></item><!-- a --><item><description>"
      "one\ntwo</description><x:level> <![CDATA[memb]]>&#101;rs </x:level>"
      "</item></rss>",
      "<rss xmlns:x='y'><item><x:level>free</x:level><description>&lt;p&gt;one"
      "</description><enclosure url='u'/></item><!-- a --><item><description>"
      "one" NONE "</description></item></rss>", 1, "x:level" },

    { "the feed states it",
      "<rss><channel><level><![CDATA[mem]]>&#98;ers</level><item>"
      "<level>free</level>two"
      "</item></channel></rss>",
      "<rss><channel><level><![CDATA[mem]]>&#98;ers</level><item>"
      "<description>" NONE
      "</description></item></channel></rss>", 1, "level" },

    { "the feed, too late",
      "<rss><channel><item>two</item><level>members</level></channel></rss>",
      "!its level stands behind items", 1, "level" },

    { "an item states two",
      "<rss><item><level>members</level><level>free</level><title>a</title>"
      "</item></rss>",
      "<rss><item><title>a</title><description>" NONE "</description></item>"
      "</rss>", 1, "level" },

    { "JSON items state it",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"level\":\"free\", \"content_text\":\"one\\ntwo\"} ,"
      "{\"level\":\"members\",\"content_text\":\"one\\ntwo\"},"
      "{\"level\":[],\"content_text\":\"one\\ntwo\"}]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"level\":\"free\", \"content_text\":\"one\\ntwo\"} ,"
      "{\"content_text\":\"one\\n\\nThe rest is for members\"},"
      "{\"content_text\":\"one\\n\\nThe rest is for members\"}]}",
      1, "level" },
};


static const case_t  open_feeds[] = {

    { "an open feed gets the reader's enclosures",
      "<rss><item><enclosure length='1' url='a&amp;b'/><media:content "
      "url=\"c\"/></item></rss>",
      "<rss><item><enclosure length='1' url='a&amp;b?own&amp;1'/><media:content "
      "url=\"c?own&amp;1\"/></item></rss>", 1, NULL },

    { "and what belongs to a sound, of podcasts",
      "<rss><item><source url='z'/><podcast:alternateEnclosure>"
      "<podcast:source uri='a'/></podcast:alternateEnclosure>"
      "<podcast:transcript url='b' type='text/vtt'/><podcast:chapters url='c'/>"
      "<podcast:person url='z'/></item></rss>",
      "<rss><item><source url='z'/><podcast:alternateEnclosure>"
      "<podcast:source uri='a?own&amp;1'/></podcast:alternateEnclosure>"
      "<podcast:transcript url='b?own&amp;1' type='text/vtt'/><podcast:chapters "
      "url='c?own&amp;1'/><podcast:person url='z'/></item></rss>", 1, NULL },

    { "Atom's are links",
      "<feed " ATOM "><entry><link href='a'/><link rel='enclosure' href='b'/>"
      "</entry></feed>",
      "<feed " ATOM "><entry><link href='a'/><link rel='enclosure' "
      "href='b?own&amp;1'/></entry></feed>", 1, NULL },

    { "JSON's are attachments",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"a\":1, \"attachments\":[{\"url\":\"b\"}]},{ }]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":["
      "{\"a\":1, \"attachments\":[{\"url\":\"b?own&1\"}]},{ }]}", 1, NULL },

    { "its other pages are the reader's, and it stays what it is called",
      "<rss><channel><atom:link rel='self' href='s'/><atom:link href='n' "
      "rel=\"next\"/><link>z</link><item><link rel='next' href='z'/></item>"
      "<a:link rel='prev-archive' href='p'></a:link></channel></rss>",
      "<rss><channel><atom:link rel='self' href='s'/><atom:link "
      "href='n?own&amp;1' rel=\"next\"/><link>z</link><item><link rel='next' "
      "href='z'/></item><a:link rel='prev-archive' href='p?own&amp;1'></a:link>"
      "</channel></rss>", 1, NULL },

    { "of Atom, too, and one without an address stays",
      "<feed " ATOM "><link rel='previous' href='a&amp;b'/><link rel='first'/>"
      "<link href='z'/><entry/><link rel='last' href='l'/></feed>",
      "<feed " ATOM "><link rel='previous' href='a&amp;b?own&amp;1'/><link "
      "rel='first'/><link href='z'/><entry/><link rel='last' "
      "href='l?own&amp;1'/></feed>", 1, NULL },

    { "and of JSON, before its items",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"feed_url\":\"z\", "
      "\"next_url\" : \"a\\/b\" ,\"items\":[{ },{ }], \"title\":\"t\"}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"feed_url\":\"z\", "
      "\"next_url\" : \"a/b?own&1\" ,\"items\":[{ },{ }], \"title\":\"t\"}",
      1, NULL },

    { "and behind them",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{ }], "
      "\"next_url\":\"n\"}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{ }], "
      "\"next_url\":\"n?own&1\"}", 1, NULL },

    { "but nothing that is no address",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"next_url\":null,"
      "\"items\":[]}",
      "{\"version\":\"https://jsonfeed.org/version/1\",\"next_url\":null,"
      "\"items\":[]}", 1, NULL },

    { "what cannot be read passes", "<rss><item>a<b c='d'>&x;</item></rss>",
      "-", 1, NULL },
    { "so does what ends in the middle", "<rss><item>a<b c='d'",
      "-", 1, NULL },
    { "in JSON, too", "{\"a\":", "-", 1, NULL },
};


/* What is larger than it may be keeps what tells of it. */

static void
check_large(void)
{
    char                 err[256], *input, *p;
    unsigned             cut_items;
    const char          *why;
    patron_feed_conf_t   conf;

    memset(&conf, 0, sizeof(conf));
    conf.more = str("The rest is for members");

    conf.rules = patron_feed_rules_create(NULL, 1, err);
    conf.item_max = 4096;

    input = malloc(100000);
    p = input + sprintf(input, "<rss><item><title>a</title><description>"
                               "&lt;p&gt;one");
    memset(p, 'x', 50000);
    strcpy(p + 50000, "</description><guid>two</guid></item></rss>");

    out.always = 0;
    conf.level = str("level");

    ok(run(&conf, input, 100, 1000, &why, &cut_items) == PATRON_OK
       && strcmp(out.text, "<rss><item><title>a</title><description>" NONE
                           "</description></item></rss>") == 0,
       "an item that is too large");

    memset(p, ']', 50000);
    conf.open = 1;

    ok(run(&conf, input, 100, 1000, &why, &cut_items) == PATRON_OK
       && strcmp(out.text, input) == 0, "it passes where it is open");

    patron_feed_rules_destroy((patron_feed_rules_t *) conf.rules);
    free(input);
}


/* A text that is long is cut where a short one is. */

static void
check_long(void)
{
    char                *p;
    size_t               i, n;
    char                 err[256];
    unsigned             cut;
    const char          *why;
    patron_feed_conf_t   conf;

    static char  input[64 * 1024];

    static const struct {
        const char  *name;
        const char  *begin;
        const char  *more;          /* many times */
        const char  *end;
        const char  *expected;
    } texts[] = {

        { "a long text without markup",
          "<rss><item><description>one\n", "two two\n",
          "</description></item></rss>",
          "<rss><item><description>one" NONE "</description></item></rss>" },

        { "a long text in CDATA",
          "<rss><item><description><![CDATA[one\n", "two &amp; two\n",
          "]]></description></item></rss>",
          "<rss><item><description>one" NONE "</description></item></rss>" },

        { "a long text of Atom",
          "<feed " ATOM "><entry><summary>one\n", "two two\n",
          "</summary></entry></feed>",
          "<feed " ATOM "><entry><summary>one\n\nThe rest is for members"
          "</summary></entry></feed>" },

        { "a long text, escaped twice",
          "<rss><item><description>&amp;lt;p&amp;gt;one&amp;lt;/p&amp;gt;",
          "&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;",
          "</description></item></rss>",
          "<rss><item><description>&lt;p&gt;one&lt;/p&gt;" NONE
          "</description></item></rss>" },

        { "a text without spaces",
          "<rss><item><description>", "&#233;",
          "</description></item></rss>", NULL },

        { "a text without spaces, in UTF-8",
          "<rss><item><description>a", "\xe6\x96\x87",
          "</description></item></rss>", NULL }
    };

    memset(&conf, 0, sizeof(conf));
    conf.more = str("The rest is for members");
    conf.rules = patron_feed_rules_create(NULL, 1, err);
    conf.item_max = sizeof(input);
    conf.shut = 1;
    out.always = 1;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {

        p = input + sprintf(input, "%s", texts[i].begin);

        for (n = 0; n < 900; n++) {
            p += sprintf(p, "%s", texts[i].more);
        }

        strcpy(p, texts[i].end);

        if (texts[i].expected != NULL) {
            ok(run(&conf, input, 100, 100, &why, &cut) == PATRON_OK
               && strcmp(out.text, texts[i].expected) == 0,
               "%s", texts[i].name);
            continue;
        }

        /* some of it, and whole characters */

        ok(run(&conf, input, 100, 100, &why, &cut) == PATRON_OK
           && out.len > 500 && out.len < 900
           && (p = strstr(out.text, "&lt;p&gt;")) != NULL
           && strncmp(p - strlen(texts[i].more), texts[i].more,
                      strlen(texts[i].more)) == 0,
           "%s", texts[i].name);
    }

    patron_feed_rules_destroy((patron_feed_rules_t *) conf.rules);
}


/* HTML that nests as it is written, mostly; "!" closes what is open. */

static void
random_html(char *buf, unsigned *seed)
{
    char        *p;
    size_t       n, count, open;
    const char  *piece, *names[64], **from;

    static const char  *blocks[] = { "<p>", "<p class=\"x>\">", "\n", "<p>",
        "<figure>", "<p>", "<ul>", "<h2>", "<p>", "<img src=\"z\"/>", "\n\n ",
        "<p>", "<br>", NULL };
    static const char  *inlines[] = { "One ", "!", " two", "!", "<em>", "three",
        "<a href='y'>", "!", "&nbsp;", "<strong>", "<img src=\"z\">", "!", "\n",
        "Four", "!", "&#65;", "<br/>", "4", NULL };
    static const char  *figure[] = { "<img src='z' />", "<figcaption>", "!",
        "\n", "!", NULL };
    static const char  *list[] = { "<li>", "!", "\n", NULL };
    static const char  *others[] = { "<div>", "</p>", "<!-- c -->", "<", "<p/>",
        "<A>", "<p>", "<li>", "!", "<p hidden", "<h2>", "a", "</em>", "<b>",
        "<figcaption>", "<a href=y>", NULL };

    p = buf;
    open = 0;

    if (*seed >> 16 & 1) {
        names[open++] = "div>";
        p += sprintf(p, "<div>");
    }

    while (p - buf < 300 && open < 60) {
        *seed = *seed * 1103515245 + 12345;
        n = *seed >> 16 & 0x7fff;

        from = n % 100 == 0 ? others
               : open == 0 || names[open - 1][0] == 'd' ? blocks
               : names[open - 1][0] == 'u' ? list
               : strncmp(names[open - 1], "figure", 6) == 0 ? figure : inlines;

        for (count = 0; from[count]; count++) { /* void */ }

        piece = from[n / 100 % count];

        if (strcmp(piece, "!") == 0) {
            open -= (open != 0);
            p += sprintf(p, "</%.*s>", (int) strcspn(names[open], " >"),
                         names[open]);
            continue;
        }

        if (piece[0] == '<' && piece[1] >= 'a' && piece[1] <= 'z'
            && piece[1] != 'i' && strncmp(piece, "<br", 3) != 0)
        {
            names[open++] = piece + 1;
        }

        p += sprintf(p, "%s", piece);
    }
}


/*
 * Plain HTML is cut without the editor, in the same place: before one of the
 * two there is a comment, which makes it other than plain.
 */

static void
check_plain(void)
{
    char                 err[256], html[4096], input[2][8192], *seen;
    size_t               i;
    unsigned             n, seed, cut_items, differ;
    const char          *why;
    patron_feed_conf_t   conf;

    memset(&conf, 0, sizeof(conf));
    conf.more = str("The rest is for members");

    conf.item_max = 8192;
    out.always = 1;
    seed = 1;

    for (n = 1, differ = 0; n <= 3 && !differ; n++) {
        conf.rules = patron_feed_rules_create(NULL, n, err);

        for (i = 0; i < 2000 && !differ; i++) {
            random_html(html, &seed);

            sprintf(input[0], "<rss><item><description><![CDATA[%s]]>"
                    "</description></item></rss>", html);
            sprintf(input[1], "<rss><item><description><![CDATA[<!---->%s]]>"
                    "</description></item></rss>", html);

            run(&conf, input[0], 8192, 8192, &why, &cut_items);
            seen = strdup(out.text);

            run(&conf, input[1], 8192, 8192, &why, &cut_items);
            differ = strcmp(seen, out.text) != 0;

            if (differ) {
                printf("# %u paragraphs of %s\n# plain  %s\n# edited %s\n", n,
                       html, seen, out.text);
            }

            free(seen);
        }

        patron_feed_rules_destroy((patron_feed_rules_t *) conf.rules);
    }

    ok(!differ, "plain HTML is cut as the editor cuts it");
}


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
        check(&cut[i], 1, 0);
    }

    for (i = 0; i < sizeof(by_level) / sizeof(by_level[0]); i++) {
        check(&by_level[i], 0, 0);
    }

    out.links = 1;

    for (i = 0; i < sizeof(open_feeds) / sizeof(open_feeds[0]); i++) {
        check(&open_feeds[i], 0, 1);
    }

    out.links = 0;

    check_large();
    check_long();
    check_plain();

    return done();
}
