
/*
 * The list of active formatting elements.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_FORMAT_H_INCLUDED_
#define _PATRON_HTML_FORMAT_H_INCLUDED_


#include "patron_html_types.h"


#define PATRON_HTML_MAX_FORMAT  512     /* of them */
#define PATRON_HTML_NOAH        3       /* of a kind that are enough */


/* The serial of a marker, which no element has; its id is 0. */

#define PATRON_HTML_NO_SERIAL  0xffffffffu


/* Adds to the active formatting elements, if there is room. */

static inline int
patron_html_format_add(patron_html_t *h, unsigned id, uint32_t serial,
    uint64_t attrs)
{
    patron_html_format_t  *format;

    if (h->nformats == h->formats_capacity) {
        return PATRON_AGAIN;
    }

    format = &h->formats[h->nformats++];

    format->id = id;
    format->serial = serial;
    format->attrs = attrs;

    return PATRON_OK;
}


void patron_html_format_push(patron_html_t *h, patron_html_entry_t *entry);
void patron_html_format_marker(patron_html_t *h);
void patron_html_format_clear(patron_html_t *h);
void patron_html_reconstruct(patron_html_t *h);
void patron_html_adopt(patron_html_t *h);
void patron_html_close_link(patron_html_t *h);


/* Reopens the formatting elements that are to be. */

static inline void
patron_html_reopen(patron_html_t *h)
{
    if (h->look & LOOK_FORMAT) {
        patron_html_reconstruct(h);
    }
}


#endif /* _PATRON_HTML_FORMAT_H_INCLUDED_ */
