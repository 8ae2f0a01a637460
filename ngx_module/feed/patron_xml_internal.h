
/*
 * What the files of the tokenizer share: where it stands, and what it does with
 * bytes.
 */


#ifndef _PATRON_XML_INTERNAL_H_INCLUDED_
#define _PATRON_XML_INTERNAL_H_INCLUDED_


#include "patron_xml.h"


/* The states: each has a function, which patron_xml_feed() calls. */

typedef enum {
    PATRON_XML_AT_TEXT = 0,
    PATRON_XML_AT_OPEN,                 /* behind a '<' */
    PATRON_XML_AT_TAG,
    PATRON_XML_AT_BANG,                 /* behind "<!" */
    PATRON_XML_AT_COMMENT,
    PATRON_XML_AT_CDATA,
    PATRON_XML_AT_INSTR,
    PATRON_XML_AT_DECL,                 /* an instruction at the beginning */
    PATRON_XML_AT_DOCTYPE
} patron_xml_at_e;


#define PATRON_XML_UNNAMED  2           /* bytes matched of an instruction that
                                           has yet to begin */


/*
 * Keeps bytes of what is not whole, at most most of all.  PATRON_OK; or
 * PATRON_ERROR, with a reason but for want of memory.
 */

int patron_xml_hold(patron_xml_t *x, const patron_uchar_t *p, size_t len,
    size_t most);

/* Hands a token on that is no tag; none where there are no bytes. */

int patron_xml_emit(patron_xml_t *x, patron_xml_type_e type,
    const patron_uchar_t *p, size_t len);

/* PATRON_ERROR, with that reason. */

int patron_xml_fail(patron_xml_t *x, const char *why);


#endif /* _PATRON_XML_INTERNAL_H_INCLUDED_ */
