
/*
 * What a JSON Feed says beside its items.
 */


#ifndef _PATRON_FEED_JSON_H_INCLUDED_
#define _PATRON_FEED_JSON_H_INCLUDED_


#include "patron_feed_internal.h"
#include "patron_json.h"


#define PATRON_FEED_STRANGE  64             /* members that no feed has */


/* Values as they stand; one that is not there has no bytes. */

typedef struct {
    const patron_feed_t    *feed;
    patron_str_t            version;
    patron_str_t            items;
    patron_str_t            level;
    patron_str_t            next;           /* another page of it */
    const patron_uchar_t   *last;           /* behind the last member */
    unsigned                n;
    patron_str_t            strange[PATRON_FEED_STRANGE];
                                            /* with a comma each */
    patron_json_longs_t     longs;
} patron_feed_json_root_t;


/*
 * Reads the feed in f->item: PATRON_OK; PATRON_DECLINED where it is JSON and no
 * feed; PATRON_ERROR.
 */

int patron_feed_json_root(patron_feed_t *f, patron_feed_json_root_t *root);

/*
 * Sends bytes that are of no item; of a feed that is closed by more than its
 * items without members that no feed has.  PATRON_OK or PATRON_ERROR.
 */

int patron_feed_json_about(patron_feed_t *f,
    const patron_feed_json_root_t *root, const patron_uchar_t *from,
    const patron_uchar_t *to);

int patron_feed_json_is_string(const patron_str_t *value);

/*
 * patron_feed_json.c: to f->out, the address in value made the reader's own; what
 * stands before it, from *from on, is kept.  Where it is left nothing is added.
 */

int patron_feed_json_link(patron_feed_t *f, const patron_str_t *value,
    const patron_uchar_t **from);


#endif /* _PATRON_FEED_JSON_H_INCLUDED_ */
