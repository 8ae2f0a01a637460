
/*
 * Bytes, one at a time and eight.  For the files patron_html_*.c and
 * patron_leak*.c alone.
 */


#ifndef _PATRON_HTML_BYTES_H_INCLUDED_
#define _PATRON_HTML_BYTES_H_INCLUDED_


#include "patron.h"
#include "patron_html_tags.h"


static inline patron_uchar_t
patron_html_lower(patron_uchar_t c)
{
    return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
}


static inline int
patron_html_is_letter(patron_uchar_t c)
{
    return (patron_uchar_t) ((c | 0x20) - 'a') < 26;
}


static inline int
patron_html_is_space(patron_uchar_t c)
{
    return c <= ' '
           && ((1ull << ' ' | 1ull << '\n' | 1ull << '\t' | 1ull << '\r'
                | 1ull << '\f') >> c & 1);
}


/* Eight bytes as a number, the first the lowest. */

static inline uint64_t
patron_html_bytes(const patron_uchar_t *p)
{
#if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
    uint64_t  bytes;

    memcpy(&bytes, p, 8);

    return bytes;
#else
    return PATRON_HTML_PACK(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
#endif
}


#endif /* _PATRON_HTML_BYTES_H_INCLUDED_ */
