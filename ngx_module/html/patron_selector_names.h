
/*
 * Kinds of HTML elements, by the number of their name.
 */


#ifndef _PATRON_SELECTOR_NAMES_H_INCLUDED_
#define _PATRON_SELECTOR_NAMES_H_INCLUDED_


#include "patron.h"
#include "patron_html.h"


/* Has no content. */

int patron_name_is_void(patron_html_name_t name);

/* Its content is text that no tag but its own end tag ends. */

int patron_name_is_raw(patron_html_name_t name);

/* May have a declarative shadow root. */

int patron_name_is_host(patron_html_name_t name);

/* May stand in a page's head, or is that, or holds it. */

int patron_name_is_of_head(patron_html_name_t name);

/* Adds nothing to read to where it stands: scripts and their like. */

int patron_name_is_aside(patron_html_name_t name);

/*
 * A formatting element (HTML standard, section 13.2.4.2): a small number of
 * its own from 1 on, or 0; and the name behind that number.
 */

unsigned patron_name_formatting(patron_html_name_t name);
const patron_str_t *patron_name_of_formatting(unsigned number);

/*
 * The lowered name behind a number, for names of at most eight bytes: its
 * length.  0 for a longer one.
 */

size_t patron_name_text(patron_html_name_t name,
    patron_uchar_t buf[sizeof(patron_html_name_t)]);

/* Is it this name, which is lowered and at most eight bytes long? */

int patron_name_is(patron_html_name_t name, const char *s);


#endif /* _PATRON_SELECTOR_NAMES_H_INCLUDED_ */
