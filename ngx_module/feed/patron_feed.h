
/*
 * Feeds, cut by item as they stream: RSS, Atom and JSON Feed.  An item that the
 * reader may see passes byte for byte.  One that is closed keeps what is known
 * to tell of it (title, link, date, author, categories), the first paragraphs
 * of its text, and gets the wall's words and its own link behind them; every
 * other element, attribute and comment of it goes, and enclosures and media
 * with them.  One that is too large, or that cannot be understood, keeps title,
 * link, date and id.
 *
 * What is no feed is told, and so is what cannot be read: whoever may not see
 * it is not to get it.
 */


#ifndef _PATRON_FEED_H_INCLUDED_
#define _PATRON_FEED_H_INCLUDED_


#include "patron.h"


#define PATRON_FEED_KEEP_MAX  100           /* paragraphs */


typedef struct patron_feed_s        patron_feed_t;
typedef struct patron_feed_rules_s  patron_feed_rules_t;


typedef enum {
    PATRON_FEED_NONE = 0,                   /* it is not known yet */
    PATRON_FEED_RSS,
    PATRON_FEED_ATOM,
    PATRON_FEED_JSON
} patron_feed_format_e;


/*
 * How much of a text is kept: the first "keep" paragraphs, or where it has none
 * about as much of it.  NULL for no memory, with a reason in err (255 bytes and
 * a NUL).  Made once, used by any number of feeds.
 */

patron_feed_rules_t *patron_feed_rules_create(patron_mem_t *mem,
    unsigned keep, char *err);
void patron_feed_rules_destroy(patron_feed_rules_t *rules);


/*
 * Where the output goes, and what is asked.  All return PATRON_OK, or
 * PATRON_ERROR which ends the feed.
 *
 * pass:   bytes of the chunk just fed, uncopied.
 * write:  other bytes, gone after the call.
 * closed: may the reader not see an item of this level?  level is NULL where
 *         the item states none.  1, 0 or PATRON_ERROR.
 * link:   the address of an enclosure, or of another page of the feed, to be made
 *         the reader's own: becomes another one, good until the next call, or is
 *         left.  May be NULL.
 */

typedef struct {
    int  (*pass)(void *ctx, const patron_uchar_t *data, size_t len);
    int  (*write)(void *ctx, const patron_uchar_t *data, size_t len);
    int  (*closed)(void *ctx, const patron_str_t *level);
    int  (*link)(void *ctx, patron_str_t *url);
} patron_feed_sink_t;


typedef struct {
    const patron_feed_rules_t *rules;
    unsigned                   json;        /* it is JSON, by its type */
    unsigned                   open;        /* who reads may see all of it, */
    unsigned                   shut;        /* or none, whatever items state:
                                               text that is of no item and of
                                               no element that feeds have
                                               ends it */
    patron_str_t               level;       /* the element that states the
                                               level, or empty */
    patron_str_t               words;       /* HTML that stands for what is
                                               cut; ASCII */
    patron_str_t               more;        /* and what links to the rest of
                                               it: a text in UTF-8 */
    size_t                     item_max;    /* bytes of an item, and of a feed
                                               in JSON */
    size_t                     expected;    /* bytes of the feed, or 0: not
                                               known */
} patron_feed_conf_t;


/* Begins a feed.  conf, the sink and mem must outlive it. */

patron_feed_t *patron_feed_create(patron_mem_t *mem,
    const patron_feed_conf_t *conf, const patron_feed_sink_t *sink, void *ctx);
void patron_feed_destroy(patron_feed_t *f);

/*
 * Feeds a chunk; with last set it is the end.  PATRON_OK; PATRON_DECLINED where
 * it is no feed, or where conf->open is set and it cannot be read: all that was
 * fed has been sent, and the rest may pass; PATRON_ERROR where it cannot be
 * read, with a reason, for no memory, or what the sink returned.
 */

int patron_feed_feed(patron_feed_t *f, const patron_uchar_t *data, size_t len,
    int last);

/* Why it cannot be read, or NULL. */

const char *patron_feed_reason(const patron_feed_t *f);

/* Its format, and how many of its items were cut and passed so far. */

patron_feed_format_e patron_feed_format(const patron_feed_t *f);
unsigned patron_feed_cut(const patron_feed_t *f);
unsigned patron_feed_whole(const patron_feed_t *f);


#endif /* _PATRON_FEED_H_INCLUDED_ */
