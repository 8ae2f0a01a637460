
/*
 * Tags and declarations, whole: for the tokenizer alone.
 */


#ifndef _PATRON_XML_TAG_H_INCLUDED_
#define _PATRON_XML_TAG_H_INCLUDED_


#include "patron_xml_scan.h"


/*
 * Looks a tag through, which t has the bytes of, and the length of its name or
 * 0: sets its type, name and depth, and opens or closes the element.
 * PATRON_OK, or PATRON_ERROR with x->reason.
 */

int patron_xml_tag(patron_xml_t *x, patron_xml_token_t *t);

/* The same for the instruction in x->hold, which stands before the root. */

int patron_xml_declared(patron_xml_t *x);

/* The length of the name at p, or 0. */

size_t patron_xml_name(const patron_uchar_t *p, const patron_uchar_t *end);

/* May a name begin with it? */

#define patron_xml_is_name(c)                                                 \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z')                 \
     || (c) == '_' || (c) == ':' || (c) >= 0x80)


/* Opens the element whose name is at p, for which there is room. */

static inline void
patron_xml_push(patron_xml_t *x, const patron_uchar_t *p, size_t len,
    const patron_uchar_t *end)
{
    if (len <= 16 && end - p >= 16
        && x->name_end <= PATRON_XML_NAMES - 16)
    {
        /* in one piece */
        memcpy(x->names + x->name_end, p, 16);

    } else {
        memcpy(x->names + x->name_end, p, len);
    }

    x->lens[x->depth++] = (uint16_t) len;
    x->name_end += (unsigned) len;
}


/*
 * Behind the end tag of the element that was begun last, which is closed, where
 * it stands at p, behind its '<', without white space; else NULL.
 */

static inline const patron_uchar_t *
patron_xml_end_tag(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    int       same;
    size_t    len;
    unsigned  from;

    if (*p != '/' || x->depth == 0) {
        return NULL;
    }

    len = x->lens[x->depth - 1];
    from = x->name_end - (unsigned) len;

    if ((size_t) (end - p) < len + 2 || p[len + 1] != '>') {
        return NULL;
    }

    if (end - p > 16 && from <= PATRON_XML_NAMES - 16) {
        same = patron_xml_same(p + 1, x->names + from, len);
    } else {
        same = (memcmp(p + 1, x->names + from, len) == 0);
    }

    if (!same) {
        return NULL;
    }

    x->depth--;
    x->name_end = from;

    return p + len + 2;
}


#endif /* _PATRON_XML_TAG_H_INCLUDED_ */
