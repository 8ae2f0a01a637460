
/*
 * How a response begins: as a page does, as a piece of one, or as something
 * that is no markup at all.  Streaming, in little memory.
 */


#ifndef _PATRON_OPENING_H_INCLUDED_
#define _PATRON_OPENING_H_INCLUDED_


#include "patron.h"


#define PATRON_OPENING_MAX   16384      /* bytes that are looked at */
#define PATRON_OPENING_NAME  8


/* All zero is the beginning of a response. */

typedef struct {
    unsigned        state;
    unsigned        looked;         /* bytes */
    unsigned        len;            /* of the name, or more than it holds */
    unsigned        dashes;         /* at the end of what was read */
    unsigned        matched;        /* of the end tag that is waited for */
    unsigned        xml;            /* it says that it is */
    unsigned        markup;         /* there is some */
    unsigned        piece;          /* it is a page, and no whole one */
    patron_uchar_t  quote;
    patron_uchar_t  name[PATRON_OPENING_NAME];
} patron_opening_t;


/*
 * Reads on.  PATRON_OK: it is a page; PATRON_DECLINED: it is none;
 * PATRON_AGAIN: not known yet, and never with last set.  What has neither a
 * doctype nor a tag of html, head or body, but for what may stand in a head
 * before them, is a piece: with whole set it is no page; otherwise all that
 * begins with markup is one, but for such XML.
 */

int patron_opening_feed(patron_opening_t *o, const patron_uchar_t *data,
    size_t len, unsigned whole, unsigned last);


#endif /* _PATRON_OPENING_H_INCLUDED_ */
