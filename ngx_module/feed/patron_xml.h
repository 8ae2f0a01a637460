
/*
 * A streaming tokenizer of XML, for documents that somebody else has written:
 * what a strict parser would refuse is refused, and so is what parsers read in
 * different ways.  Every byte of the input is in exactly one token, in order,
 * whatever the chunking.
 *
 * Taken are documents without an internal DTD subset, with references to
 * characters and to the five entities alone, in UTF-8 or an encoding of one
 * byte a character.  Elements nest PATRON_XML_DEPTH deep, a tag has
 * PATRON_XML_TAG_MAX bytes and PATRON_XML_ATTRS attributes at most.
 */


#ifndef _PATRON_XML_H_INCLUDED_
#define _PATRON_XML_H_INCLUDED_


#include "patron.h"


#define PATRON_XML_DEPTH    128
#define PATRON_XML_TAG_MAX  65536
#define PATRON_XML_ATTRS    64
#define PATRON_XML_NAMES    8192        /* bytes of all open elements' names */
#define PATRON_XML_DECL     4096        /* of an instruction before the root */
#define PATRON_XML_REFERENCE  12        /* of a reference */


typedef enum {
    PATRON_XML_TEXT = 0,
    PATRON_XML_CDATA,               /* the inside of a CDATA section, */
    PATRON_XML_CDATA_MARK,          /* and what stands around it */
    PATRON_XML_START,
    PATRON_XML_EMPTY,
    PATRON_XML_END,
    PATRON_XML_COMMENT,
    PATRON_XML_OTHER,               /* declaration, instruction, doctype */
    PATRON_XML_INSIDE               /* tags and text, one behind the other */
} patron_xml_type_e;


/*
 * data are its bytes as they stand, good during the call.  Text, CDATA and
 * comments come in pieces; a tag comes whole.  What is inside has the least
 * depth that is reached in it.
 */

typedef struct {
    patron_xml_type_e      type;
    unsigned               depth;       /* elements around it */
    const patron_uchar_t  *data;
    size_t                 len;
    patron_str_t           name;        /* of a tag, with its prefix */
    unsigned               binds;       /* it has an attribute "xmlns..." */
    unsigned               tags;        /* inside there are some, */
    unsigned               prefixed;    /* and a name with a prefix */
} patron_xml_token_t;


/* PATRON_OK, or what ends the reading. */

typedef int (*patron_xml_token_pt)(void *ctx, const patron_xml_token_t *t);


typedef struct {
    patron_mem_t          *mem;
    patron_xml_token_pt    handler;
    void                  *ctx;
    const char            *reason;

    unsigned               state;
    unsigned               matched;     /* of what ends it */
    patron_uchar_t         quote;
    unsigned               depth;
    unsigned               ref;         /* bytes of a reference, or 0 */
    unsigned               bom;         /* of a byte order mark */
    unsigned               begun:1;     /* something was seen */
    unsigned               rooted:1;
    unsigned               trusted:1;   /* references were looked at before */

    /* for the caller to set, in its handler too */

    unsigned               inside;      /* tokens so deep may come together;
                                           0: none may */
    patron_str_t           alone;       /* start tags of this name do not */

    const patron_uchar_t  *chunk;
    patron_uchar_t        *hold;        /* of a tag that is not whole */
    size_t                 held;
    size_t                 hold_size;

    unsigned               name_end;    /* of the names in use */
    uint16_t               lens[PATRON_XML_DEPTH];
    patron_uchar_t         names[PATRON_XML_NAMES];
    patron_uchar_t         refs[PATRON_XML_REFERENCE];
} patron_xml_t;


/*
 * Begins a document; with trusted set it is a piece of one that was read
 * before, whose references are good.
 */

void patron_xml_init(patron_xml_t *x, patron_mem_t *mem,
    patron_xml_token_pt handler, void *ctx, int trusted);
void patron_xml_free(patron_xml_t *x);

/*
 * Reads on; with last set it is the end.  PATRON_OK; PATRON_ERROR where it is
 * not well-formed or not taken, with x->reason, or for want of memory, where
 * that is NULL; what the handler returned.  After all but PATRON_OK it is not
 * to be called again.
 */

int patron_xml_feed(patron_xml_t *x, const patron_uchar_t *data, size_t len,
    int last);

/* What was read and is in no token yet: good until the next call. */

void patron_xml_pending(const patron_xml_t *x, patron_str_t *bytes);

/*
 * The attributes of a tag, one by one: *pos is 0 first.  PATRON_OK, with the
 * value as it stands between its quotes; PATRON_DECLINED at the end;
 * PATRON_ERROR where it is none.
 */

int patron_xml_attr(const patron_xml_token_t *t, size_t *pos,
    patron_str_t *name, patron_str_t *value);

/*
 * The reference at p, which is an '&': its length, with *c the character;
 * 0 where it is none of those taken.
 */

size_t patron_xml_reference(const patron_uchar_t *p,
    const patron_uchar_t *end, uint32_t *c);

/*
 * Can documents be read that say they are in this encoding: ASCII where bytes
 * are, in every byte?
 */

int patron_xml_encoding(const patron_str_t *name);


#endif /* _PATRON_XML_H_INCLUDED_ */
