
/*
 * A closed item, written anew.
 */


#ifndef _PATRON_FEED_WRITE_H_INCLUDED_
#define _PATRON_FEED_WRITE_H_INCLUDED_


#include "patron_feed_internal.h"


/* Sends what is kept of the item that was read.  PATRON_OK or PATRON_ERROR. */

int patron_feed_item_cut(patron_feed_t *f);

/* A tag, with those of its attributes that are kept; "type" becomes "html"
   with as_html set. */

void patron_feed_write_tag(patron_feed_buf_t *out, const patron_xml_token_t *t,
    int as_html);

/*
 * The text of an element, decoded or escaped, to f->html: PATRON_OK, or
 * PATRON_AGAIN where there is more of it than most.
 */

int patron_feed_gather(patron_feed_t *f, patron_feed_child_t *c, size_t most,
    int decode);


#endif /* _PATRON_FEED_WRITE_H_INCLUDED_ */
