
/*
 * Names of a feed: namespaces by their prefix, and what is done with the
 * elements of a closed item.  What is not in these lists goes.
 */


#include "patron_feed_internal.h"


static patron_feed_ns_e feed_ns(const patron_str_t *uri);


int
patron_feed_names_bind(patron_feed_names_t *names, const patron_xml_token_t *t)
{
    size_t               pos;
    patron_str_t         name, value;
    patron_feed_name_t  *b;

    pos = 0;

    if (!t->binds) {
        return PATRON_OK;
    }

    while (patron_xml_attr(t, &pos, &name, &value) == PATRON_OK) {

        if (name.len < 5 || memcmp(name.data, "xmlns", 5) != 0
            || (name.len > 5 && name.data[5] != ':'))
        {
            continue;
        }

        name.data += (name.len > 5) ? 6 : 5;
        name.len -= (name.len > 5) ? 6 : 5;

        if (names->n == PATRON_FEED_NAMES || name.len > PATRON_FEED_PREFIX) {
            return PATRON_ERROR;
        }

        b = &names->bound[names->n++];

        b->ns = feed_ns(&value);
        b->depth = t->depth;
        b->len = name.len;
        memcpy(b->prefix, name.data, name.len);
    }

    return PATRON_OK;
}


void
patron_feed_names_leave(patron_feed_names_t *names, unsigned depth)
{
    while (names->n && names->bound[names->n - 1].depth >= depth) {
        names->n--;
    }
}


/* The name without its prefix. */

void
patron_feed_local(const patron_str_t *name, patron_str_t *local)
{
    const patron_uchar_t  *colon;

    colon = memchr(name->data, ':', name->len);

    local->data = colon ? colon + 1 : name->data;
    local->len = (size_t) (name->data + name->len - local->data);
}


patron_feed_ns_e
patron_feed_names_find(const patron_feed_names_t *names,
    const patron_str_t *name, patron_str_t *local)
{
    size_t                     len;
    unsigned                   i;
    const patron_feed_name_t  *b;

    patron_feed_local(name, local);

    len = name->len - local->len;
    len -= (len != 0);

    for (i = names->n; i > 0; i--) {
        b = &names->bound[i - 1];

        if (b->len == len && memcmp(b->prefix, name->data, len) == 0) {
            return b->ns;
        }
    }

    return len ? PATRON_FEED_NS_OTHER : PATRON_FEED_NS_PLAIN;
}


static patron_feed_ns_e
feed_ns(const patron_str_t *uri)
{
    size_t                 i;
    patron_str_t           s;
    const patron_uchar_t  *p;

    static const struct {
        const char        *uri;
        patron_feed_ns_e   ns;
    } known[] = {
        { "www.w3.org/2005/atom", PATRON_FEED_NS_ATOM },
        { "purl.org/atom/ns#", PATRON_FEED_NS_ATOM },
        { "purl.org/rss/1.0/", PATRON_FEED_NS_PLAIN },
        { "purl.org/net/rss1.1#", PATRON_FEED_NS_PLAIN },
        { "my.netscape.com/rdf/simple/0.9/", PATRON_FEED_NS_PLAIN },
        { "channel.netscape.com/rdf/simple/0.9/", PATRON_FEED_NS_PLAIN },
        { "backend.userland.com/rss", PATRON_FEED_NS_PLAIN },
        { "backend.userland.com/rss2", PATRON_FEED_NS_PLAIN },
        { "blogs.law.harvard.edu/tech/rss", PATRON_FEED_NS_PLAIN },
        { "purl.org/rss/1.0/modules/content/", PATRON_FEED_NS_CONTENT },
        { "purl.org/dc/elements/1.1/", PATRON_FEED_NS_DC },
        { "purl.org/dc/terms/", PATRON_FEED_NS_DC },
        { "www.itunes.com/dtds/podcast-1.0.dtd", PATRON_FEED_NS_ITUNES },
        { "www.w3.org/1999/xhtml", PATRON_FEED_NS_XHTML }
    };

    if (uri->len == 0) {
        return PATRON_FEED_NS_PLAIN;
    }

    s = *uri;
    p = memchr(s.data, ':', s.len);

    if (p != NULL && s.len - (size_t) (p - s.data) > 3
        && p[1] == '/' && p[2] == '/')
    {
        s.len -= (size_t) (p + 3 - s.data);
        s.data = p + 3;
    }

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (patron_feed_is(&s, known[i].uri)) {
            return known[i].ns;
        }
    }

    return PATRON_FEED_NS_OTHER;
}


int
patron_feed_is_word(const patron_str_t *s, const char *word)
{
    size_t          i;
    patron_uchar_t  c;

    for (i = 0; i < s->len; i++) {
        c = (patron_uchar_t) word[i];

        if (c == '\0'
            || (s->data[i] != c && patron_feed_lower(s->data[i]) != c))
        {
            return 0;
        }
    }

    return word[i] == '\0';
}


patron_feed_role_e
patron_feed_role(patron_feed_ns_e ns, const patron_str_t *local)
{
    size_t  i;

    static const struct {
        unsigned            ns;             /* a bit for each */
        patron_str_t        name;
        patron_feed_role_e  role;
    } known[] = {

#define PLAIN    (1u << PATRON_FEED_NS_PLAIN)
#define ATOM     (1u << PATRON_FEED_NS_ATOM)
#define CONTENT  (1u << PATRON_FEED_NS_CONTENT)
#define DC       (1u << PATRON_FEED_NS_DC)
#define ITUNES   (1u << PATRON_FEED_NS_ITUNES)

        { PLAIN|ATOM|DC, patron_string("title"), PATRON_FEED_IDENTIFY },
        { PLAIN|ATOM, patron_string("link"), PATRON_FEED_IDENTIFY },
        { PLAIN, patron_string("guid"), PATRON_FEED_IDENTIFY },
        { ATOM, patron_string("id"), PATRON_FEED_IDENTIFY },
        { DC, patron_string("identifier"), PATRON_FEED_IDENTIFY },
        { PLAIN, patron_string("pubdate"), PATRON_FEED_IDENTIFY },
        { ATOM, patron_string("published"), PATRON_FEED_IDENTIFY },
        { ATOM, patron_string("updated"), PATRON_FEED_IDENTIFY },
        { ATOM|DC, patron_string("issued"), PATRON_FEED_IDENTIFY },
        { ATOM|DC, patron_string("modified"), PATRON_FEED_IDENTIFY },
        { ATOM|DC, patron_string("created"), PATRON_FEED_IDENTIFY },
        { DC, patron_string("date"), PATRON_FEED_IDENTIFY },
        { PLAIN, patron_string("description"), PATRON_FEED_SUMMARY },
        { ATOM, patron_string("summary"), PATRON_FEED_SUMMARY },
        { ATOM, patron_string("content"), PATRON_FEED_CONTENT },
        { CONTENT, patron_string("encoded"), PATRON_FEED_CONTENT },
        { PLAIN|ATOM|ITUNES, patron_string("author"), PATRON_FEED_KEEP },
        { ATOM, patron_string("contributor"), PATRON_FEED_KEEP },
        { PLAIN|ATOM, patron_string("category"), PATRON_FEED_KEEP },
        { PLAIN, patron_string("comments"), PATRON_FEED_KEEP },
        { PLAIN, patron_string("source"), PATRON_FEED_KEEP },
        { ATOM, patron_string("rights"), PATRON_FEED_KEEP },
        { DC, patron_string("creator"), PATRON_FEED_KEEP },
        { DC, patron_string("contributor"), PATRON_FEED_KEEP },
        { DC, patron_string("subject"), PATRON_FEED_KEEP },
        { DC, patron_string("publisher"), PATRON_FEED_KEEP },
        { DC, patron_string("language"), PATRON_FEED_KEEP },
        { DC, patron_string("rights"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("title"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("duration"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("season"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("episode"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("episodetype"), PATRON_FEED_KEEP },
        { ITUNES, patron_string("explicit"), PATRON_FEED_KEEP }
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (local->len == known[i].name.len
            && (known[i].ns & (1u << ns))
            && patron_feed_is(local, (const char *) known[i].name.data))
        {
            return known[i].role;
        }
    }

    return PATRON_FEED_DROP;
}


/*
 * What is said of a feed, and not in it: RSS and Atom have these elements, and
 * others those of namespaces with a prefix, or that they name themselves.  A
 * text in Atom may be XHTML.
 */

int
patron_feed_about(patron_feed_format_e format, patron_feed_ns_e ns,
    const patron_xml_token_t *t, const patron_str_t *local)
{
    size_t  i;

    static const char  *known[] = {
        "title", "link", "description", "language", "copyright",
        "managingeditor", "webmaster", "pubdate", "lastbuilddate", "category",
        "generator", "docs", "cloud", "ttl", "image", "rating", "textinput",
        "skiphours", "skipdays", "url", "width", "height", "name", "hour",
        "day", "items", "subtitle", "tagline", "id", "updated", "modified",
        "published", "issued", "created", "author", "contributor", "uri",
        "email", "icon", "logo", "rights", "info", NULL
    };

    switch (ns) {

    case PATRON_FEED_NS_PLAIN:
    case PATRON_FEED_NS_ATOM:
        break;

    case PATRON_FEED_NS_CONTENT:
        return 0;

    default:
        return t->name.len != local->len
               || (format == PATRON_FEED_ATOM && t->depth > 1)
               || (t->binds && ns == PATRON_FEED_NS_OTHER);
    }

    if (t->depth == 1 && format == PATRON_FEED_RSS) {
        return patron_feed_is(local, "channel")
               || patron_feed_is(local, "image")
               || patron_feed_is(local, "textinput");
    }

    for (i = 0; known[i]; i++) {
        if (patron_feed_is(local, known[i])) {
            return 1;
        }
    }

    return 0;
}


/* A broadcast that is live is an item of podcasts. */

int
patron_feed_is_item(const patron_str_t *local)
{
    return patron_feed_is(local, "item") || patron_feed_is(local, "entry")
           || patron_feed_is(local, "liveitem");
}


/* What attributes of an element that is kept are for. */

int
patron_feed_attr_kept(const patron_str_t *name)
{
    size_t  i;

    static const char  *kept[] = {
        "href", "rel", "type", "hreflang", "ispermalink", "term", "scheme",
        "domain", "url", "xml:lang", "xml:base", "rdf:about", "rdf:resource",
        NULL
    };

    if (name->len >= 5 && memcmp(name->data, "xmlns", 5) == 0
        && (name->len == 5 || name->data[5] == ':'))
    {
        return 1;
    }

    for (i = 0; kept[i]; i++) {
        if (patron_feed_is(name, kept[i])) {
            return 1;
        }
    }

    return 0;
}
