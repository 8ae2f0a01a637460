
/*
 * Markup that is no tag, as states of the tokenizer: each reads on from *p,
 * which it moves, in a chunk that ends at end.
 */


#ifndef _PATRON_XML_MARKUP_H_INCLUDED_
#define _PATRON_XML_MARKUP_H_INCLUDED_


#include "patron_xml.h"


/* Which it is, behind "<!". */

int patron_xml_bang(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);

/* What ends each. */

int patron_xml_comment(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
int patron_xml_cdata(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
int patron_xml_instruction(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
int patron_xml_declaration(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);
int patron_xml_doctype(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end);


#endif /* _PATRON_XML_MARKUP_H_INCLUDED_ */
