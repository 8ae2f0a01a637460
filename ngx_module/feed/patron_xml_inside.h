
/*
 * What lies deep in a document, read in one go.
 */


#ifndef _PATRON_XML_INSIDE_H_INCLUDED_
#define _PATRON_XML_INSIDE_H_INCLUDED_


#include "patron_xml_internal.h"


/*
 * Reads text and tags from p on, which is in text, as long as they are whole
 * and none ends the element that is x->inside deep.  Where it has stopped, with
 * t as what was read, which may have no bytes.
 */

const patron_uchar_t *patron_xml_inside(patron_xml_t *x,
    const patron_uchar_t *p, const patron_uchar_t *end,
    patron_xml_token_t *t);


#endif /* _PATRON_XML_INSIDE_H_INCLUDED_ */
