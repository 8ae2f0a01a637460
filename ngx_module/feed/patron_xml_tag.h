
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

/* May a name begin with it? */

#define patron_xml_is_name(c)                                                 \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z')                 \
     || (c) == '_' || (c) == ':' || (c) >= 0x80)


#endif /* _PATRON_XML_TAG_H_INCLUDED_ */
