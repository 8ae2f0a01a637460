
/*
 * Tags and declarations, whole: for the tokenizer alone.
 */


#ifndef _PATRON_XML_TAG_H_INCLUDED_
#define _PATRON_XML_TAG_H_INCLUDED_


#include "patron_xml.h"


/*
 * Looks a tag through, which t has the bytes of: sets its type, name and depth,
 * and opens or closes the element.  PATRON_OK, or PATRON_ERROR with x->reason.
 */

int patron_xml_tag(patron_xml_t *x, patron_xml_token_t *t);

/* The same for the instruction in x->hold, which stands before the root. */

int patron_xml_declared(patron_xml_t *x);

/*
 * Behind the end tag of the element that was begun last, which is closed, where
 * it stands at p, behind its '<', without white space; else NULL.
 */

const patron_uchar_t *patron_xml_end_tag(patron_xml_t *x,
    const patron_uchar_t *p, const patron_uchar_t *end);

/* The length of the name at p, or 0. */

size_t patron_xml_name(const patron_uchar_t *p, const patron_uchar_t *end);

/* May a name begin with it? */

#define patron_xml_is_name(c)                                                 \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z')                 \
     || (c) == '_' || (c) == ':' || (c) >= 0x80)


#endif /* _PATRON_XML_TAG_H_INCLUDED_ */
