
/*
 * What the files of a feed share.
 */


#ifndef _PATRON_FEED_INTERNAL_H_INCLUDED_
#define _PATRON_FEED_INTERNAL_H_INCLUDED_


#include "patron_edit.h"
#include "patron_feed.h"
#include "patron_xml.h"


#define PATRON_FEED_NAMES     64            /* prefixes that are bound */
#define PATRON_FEED_PREFIX    31            /* bytes of one */
#define PATRON_FEED_CHILDREN  256           /* of an item */
#define PATRON_FEED_LEVEL     256           /* bytes of a level */
#define PATRON_FEED_SMALL     4096          /* of an element that is kept */
#define PATRON_FEED_INSIDE    3             /* elements around what is read in
                                               one go: an item's, and two */


/* What a namespace's elements are. */

typedef enum {
    PATRON_FEED_NS_PLAIN = 0,               /* RSS, in any of its versions */
    PATRON_FEED_NS_ATOM,
    PATRON_FEED_NS_CONTENT,
    PATRON_FEED_NS_DC,
    PATRON_FEED_NS_ITUNES,
    PATRON_FEED_NS_XHTML,
    PATRON_FEED_NS_OTHER
} patron_feed_ns_e;


typedef struct {
    patron_mem_t          *mem;
    patron_uchar_t        *data;
    size_t                 len;
    size_t                 size;
    unsigned               failed;          /* for want of memory */
} patron_feed_buf_t;


typedef struct {
    patron_feed_ns_e       ns;
    unsigned               depth;           /* of the element that binds it */
    size_t                 len;
    patron_uchar_t         prefix[PATRON_FEED_PREFIX];
} patron_feed_name_t;


/* What is in scope. */

typedef struct {
    unsigned               n;
    patron_feed_name_t     bound[PATRON_FEED_NAMES];
} patron_feed_names_t;


/* What is done with an element of a closed item. */

typedef enum {
    PATRON_FEED_DROP = 0,
    PATRON_FEED_KEEP,
    PATRON_FEED_IDENTIFY,                   /* title, link, date, id */
    PATRON_FEED_SUMMARY,                    /* a text, where there is no */
    PATRON_FEED_CONTENT                     /* longer one */
} patron_feed_role_e;


typedef enum {
    PATRON_FEED_HTML = 0,                   /* escaped, or in CDATA */
    PATRON_FEED_PLAIN,
    PATRON_FEED_XHTML
} patron_feed_text_e;


/* An element of an item, by offsets in it. */

typedef struct {
    patron_feed_role_e     role;
    patron_feed_ns_e       ns;
    patron_feed_text_e     text;
    patron_str_t           name;
    size_t                 space;           /* white space before it */
    size_t                 from;
    size_t                 inside;          /* behind its start tag */
    size_t                 inside_end;
    size_t                 to;
    unsigned               cdata:1;         /* its text stands in CDATA, */
    unsigned               sections:1;      /* there is CDATA deeper in it */
    unsigned               marked:1;        /* there are attributes, */
    unsigned               noted:1;         /* comments in it, */
    unsigned               nested:1;        /* elements in it */
    unsigned               prefixed:1;      /* and they have prefixes */
} patron_feed_child_t;


struct patron_feed_rules_s {
    patron_mem_t          *mem;
    patron_rules_t        *rules;
    unsigned               keep;
};


struct patron_feed_s {
    patron_mem_t              *mem;
    const patron_feed_conf_t  *conf;
    const patron_feed_sink_t  *sink;
    void                      *ctx;
    const char                *reason;
    patron_feed_format_e       format;
    unsigned                   cut;
    unsigned                   whole;

    /* of the document */
    const patron_uchar_t      *chunk;
    size_t                     chunk_len;
    uint64_t                   chunk_at;    /* in the document */
    uint64_t                   read;        /* bytes of it that were tokens */
    const patron_uchar_t      *run;         /* bytes of the chunk that go the
                                               same way */
    size_t                     run_len;
    unsigned                   item_depth;
    unsigned                   level_depth;
    unsigned                   in_item:1;
    unsigned                   in_level:1;
    unsigned                   too_large:1; /* the item is */
    unsigned                   closed:1;    /* all of it, by a level in it */

    /* of the item */
    patron_feed_buf_t          item;
    patron_feed_buf_t          out;
    patron_feed_buf_t          html;
    patron_feed_buf_t          edited;      /* of that, */
    patron_feed_buf_t          kept;        /* and what is shown */
    patron_feed_buf_t          link;        /* of the item, decoded */
    size_t                     at;          /* in the item */
    unsigned                   n;           /* of its elements */
    size_t                     gap;         /* white space from here on */
    size_t                     start;       /* where its start tag ends */
    size_t                     end;         /* where its end tag begins, or 0 */
    size_t                     gap_end;     /* white space before that */
    unsigned                   strange:1;   /* it has too many elements */
    unsigned                   item_states:1;
    unsigned                   item_closed:1;
    size_t                     level_len;

    /* what is large, and not cleared at the beginning */
    patron_uchar_t             level[PATRON_FEED_LEVEL];
    patron_feed_names_t        names;
    patron_xml_t               xml;
    patron_feed_child_t        children[PATRON_FEED_CHILDREN];
};


/* patron_feed_buf.c */

void patron_feed_buf_init(patron_feed_buf_t *b, patron_mem_t *mem);
void patron_feed_buf_free(patron_feed_buf_t *b);
void patron_feed_buf_add(patron_feed_buf_t *b, const void *data, size_t len);
patron_uchar_t *patron_feed_buf_room(patron_feed_buf_t *b, size_t len);
void patron_feed_buf_escape(patron_feed_buf_t *b, const patron_uchar_t *data,
    size_t len);

/*
 * Text of XML as what it says; characters that are not ASCII stay references,
 * as HTML has them too.
 */

void patron_feed_decode(patron_feed_buf_t *out, const patron_uchar_t *p,
    size_t len);

#define patron_feed_buf_text(b, s)  patron_feed_buf_add(b, s, sizeof(s) - 1)

static inline patron_uchar_t
patron_feed_lower(patron_uchar_t c)
{
    return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
}

/* patron_feed_name.c: PATRON_OK, or PATRON_ERROR where there are too many. */

int patron_feed_names_bind(patron_feed_names_t *names,
    const patron_xml_token_t *t);
void patron_feed_names_leave(patron_feed_names_t *names, unsigned depth);
void patron_feed_local(const patron_str_t *name, patron_str_t *local);
patron_feed_ns_e patron_feed_names_find(const patron_feed_names_t *names,
    const patron_str_t *name, patron_str_t *local);
int patron_feed_is_word(const patron_str_t *s, const char *word);
patron_feed_role_e patron_feed_role(patron_feed_ns_e ns,
    const patron_str_t *local);
int patron_feed_attr_kept(const patron_str_t *name);

/* Is it that word, which is in lower case?  Most differ in the first byte. */

static inline int
patron_feed_is(const patron_str_t *s, const char *word)
{
    return s->len != 0
           && patron_feed_lower(s->data[0]) == (patron_uchar_t) word[0]
           && patron_feed_is_word(s, word);
}

/* Is it an item; may the element that the tag begins stand outside of them? */

int patron_feed_is_item(const patron_str_t *local);
int patron_feed_about(patron_feed_format_e format, patron_feed_ns_e ns,
    const patron_xml_token_t *t, const patron_str_t *local);

/*
 * patron_feed_level.c: closed is 1, 0 or PATRON_ERROR for what was added so
 * far, and begins anew.
 */

int patron_feed_is_level(const patron_feed_t *f, const patron_str_t *name);
void patron_feed_level_add(patron_feed_t *f, const patron_xml_token_t *t);
int patron_feed_level_closed(patron_feed_t *f);

/*
 * patron_feed_item.c: an item begins, its tokens come, and it has ended, with
 * its bytes in f->item.  PATRON_OK or PATRON_ERROR.
 */

void patron_feed_item_begin(patron_feed_t *f);
int patron_feed_item_token(patron_feed_t *f, const patron_xml_token_t *t);
int patron_feed_item_end(patron_feed_t *f);

/*
 * patron_feed_links.c: an open item, with the reader's own enclosures; whether a
 * link of the feed itself leads to another page of it; and that tag, with the
 * reader's own address.
 */

int patron_feed_links(patron_feed_t *f);
int patron_feed_links_page(const patron_xml_token_t *t);
int patron_feed_links_tag(patron_feed_t *f, const patron_xml_token_t *t);

/* patron_feed_gather.c: is f->html, a text of this kind, HTML? */

int patron_feed_is_html(patron_feed_t *f, patron_feed_text_e text);

/*
 * patron_feed_text.c: the first paragraphs of HTML, cleaned, to out.  PATRON_OK
 * where it was cut, PATRON_DECLINED where it was too short, PATRON_ERROR.
 */

int patron_feed_cut_html(patron_feed_t *f, const patron_str_t *html,
    patron_feed_buf_t *out);

/*
 * The same of the beginning of a text, where that is enough and it is plain;
 * PATRON_DECLINED where it is not.
 */

int patron_feed_cut_plain(patron_feed_t *f, const patron_str_t *html,
    patron_feed_buf_t *out);

int patron_feed_has_paragraph(const patron_str_t *html);

/*
 * patron_feed_plain.c: the end of the keep'th paragraph of HTML that is plain
 * and goes on behind it, else 0.  wrapped is set where all of it stands in a
 * <div>, which is open there.
 */

size_t patron_feed_plain(const patron_str_t *html, unsigned keep,
    int *wrapped);

/* The length of the first paragraphs of a text, which may be escaped. */

size_t patron_feed_cut_text(const patron_feed_t *f, const patron_str_t *text);

/*
 * The words and the link that stand for the rest: as HTML; as text, as XML has
 * it; as text.
 */

typedef enum {
    PATRON_FEED_WORDS_HTML = 0,
    PATRON_FEED_WORDS_XML,
    PATRON_FEED_WORDS_TEXT
} patron_feed_words_e;

void patron_feed_words(const patron_feed_t *f, patron_feed_buf_t *out,
    patron_feed_words_e as);

/* The address of an item; none where it is no URL of the web. */

void patron_feed_link_set(patron_feed_t *f, const patron_uchar_t *p,
    size_t len);

/* patron_feed_clean.c: HTML without comments, and with few attributes. */

void patron_feed_clean(patron_feed_buf_t *out, const patron_uchar_t *p,
    size_t len);

/* patron_feed_json.c: the whole feed is in f->item. */

int patron_feed_json(patron_feed_t *f);


#endif /* _PATRON_FEED_INTERNAL_H_INCLUDED_ */
