
/*
 * What the fast paths of skimming share, see patron_html_fast_skim.c and
 * patron_html_fast_block.c.  For these two files alone.
 */


#ifndef _PATRON_HTML_FAST_SKIM_H_INCLUDED_
#define _PATRON_HTML_FAST_SKIM_H_INCLUDED_


#include "patron_html_fast_path.h"


#ifdef __SSE2__


/*
 * The end of the start tag at lt, or NULL; *slash is set where it is
 * self-closing.
 */

const patron_uchar_t *patron_html_skim_other_end(const patron_uchar_t *lt,
    const patron_uchar_t *last, unsigned *slash);

/*
 * The start tag at lt, which must be looked at, and the raw text behind it.
 * Returns where to go on, or NULL if all is to be done yet.
 */

const patron_uchar_t *patron_html_skim_known(patron_html_t *h,
    const patron_uchar_t *lt, const patron_uchar_t *last,
    const patron_uchar_t *end, patron_html_next_pt next);

/* On an island every tag is looked at. */

const patron_uchar_t *patron_html_skim_island(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *last,
    const patron_uchar_t *end, patron_html_next_pt next);


/* Skimming with blocks. */

const patron_uchar_t *patron_html_skim_blocks_16(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);

#if (__x86_64__)

const patron_uchar_t *patron_html_skim_blocks_32(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);

#endif


/* The end of a tag, from p on: the first '>', if no quote is before it. */

static inline const patron_uchar_t *
patron_html_skim_unquoted(const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned  mask;
    __m128i   x, quote, apos, gt;

    quote = patron_html_16(&patron_html_quote);
    apos = patron_html_16(&patron_html_apos);
    gt = patron_html_16(&patron_html_gt);

    for ( /* void */ ; p <= last; p += 16) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(
                             _mm_or_si128(
                                 _mm_or_si128(_mm_cmpeq_epi8(x, quote),
                                              _mm_cmpeq_epi8(x, apos)),
                                 _mm_cmpeq_epi8(x, gt)));
        if (mask != 0) {
            p += __builtin_ctz(mask);

            return (*p == '>') ? p + 1 : NULL;
        }
    }

    return NULL;
}


/*
 * The end of an end tag, and of "</" without a letter behind it; NULL for a
 * form's.  That of "</>" may come out a byte or two late, in text that has no
 * room for a tag.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_over_end(const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    const patron_uchar_t  *e;

    if (lt[3] == '>') {
        return lt + 4;
    }

    if (lt[4] == '>') {
        return lt + 5;
    }

    if ((lt[2] | 0x20) == 'f' && (lt[3] | 0x20) == 'o') {
        return NULL;
    }

    e = patron_html_skim_unquoted(lt + 2, last);

    return (e != NULL && e - lt <= PATRON_HTML_MAX_TAG) ? e : NULL;
}


/* The end of a start tag that means nothing, or NULL if it may. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_over_start(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    unsigned                       slash;
    const patron_uchar_t          *e;
    const patron_html_interest_t  *interest;

    /* too short for an attribute */

    if (lt[2] == '>') {
        return lt + 3;
    }

    if (lt[3] == '>') {
        return lt + 4;
    }

    e = patron_html_tag_quoted_end(lt + 2, last);

    if (e == NULL) {
        e = patron_html_skim_other_end(lt, last, &slash);
    }

    if (e == NULL || e - lt > PATRON_HTML_MAX_TAG) {
        return NULL;
    }

    interest = h->interest;

    if (interest->attrs
        && (e > last || interest->scan(interest->needles, lt, e - 1)))
    {
        return NULL;
    }

    return e;
}


#endif


#endif /* _PATRON_HTML_FAST_SKIM_H_INCLUDED_ */
