
/*
 * Thirty-two times the same byte, to compare with.  In memory: a compiler that
 * knows the byte makes the vector anew, in three instructions, for each use.
 */


#ifndef _PATRON_HTML_VECTOR_H_INCLUDED_
#define _PATRON_HTML_VECTOR_H_INCLUDED_


#include "patron.h"

#ifdef __SSE2__
#include <emmintrin.h>


typedef struct {
    patron_uchar_t  bytes[32];
} __attribute__((aligned(32))) patron_html_vector_t;

extern const patron_html_vector_t  patron_html_lt;
extern const patron_html_vector_t  patron_html_gt;
extern const patron_html_vector_t  patron_html_quote;
extern const patron_html_vector_t  patron_html_apos;
extern const patron_html_vector_t  patron_html_amp;
extern const patron_html_vector_t  patron_html_hash;

static inline __m128i
patron_html_16(const patron_html_vector_t *v)
{
    return _mm_load_si128((const __m128i *) v->bytes);
}


#endif


#endif /* _PATRON_HTML_VECTOR_H_INCLUDED_ */
