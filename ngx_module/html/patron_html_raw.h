
/*
 * Raw text and scripts, read as patron_html_markup.h reads markup.
 * For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_RAW_H_INCLUDED_
#define _PATRON_HTML_RAW_H_INCLUDED_


#include "patron_html_types.h"


typedef enum {
    RAW_MORE = 0,
    RAW_TEXT,
    RAW_END,            /* the end tag */
    RAW_ESCAPE,         /* <!-- in a script */
    RAW_DOUBLE,         /* <script after that */
    RAW_DOUBLE_END      /* </script after that */
} patron_html_raw_e;

unsigned patron_html_raw_kind(patron_html_t *h, const patron_uchar_t *p,
    size_t n);
size_t patron_html_raw_begin(patron_html_t *h, unsigned kind, uint64_t at);
const patron_uchar_t *patron_html_raw(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);


/*
 * h->history keeps the last bytes of what came before [start, p): the k'th
 * byte before p, and adding these bytes to it.
 */

static inline unsigned
patron_html_back(patron_html_t *h, const patron_uchar_t *start,
    const patron_uchar_t *p, size_t k)
{
    size_t  n;

    n = p - start;

    return (k <= n) ? *(p - k) : (h->history >> (8 * (k - n - 1))) & 0xff;
}


static inline void
patron_html_remember(patron_html_t *h, const patron_uchar_t *start,
    const patron_uchar_t *p)
{
    if (p - start > 3) {
        start = p - 3;
    }

    while (start < p) {
        h->history = h->history << 8 | *start++;
    }
}


/* The current tag's element contains text that the tokenizer reads so. */

static inline void
patron_html_raw_enter(patron_html_t *h, unsigned state)
{
    h->state = state;
    h->leave = 1;
    h->raw_name = h->tag.name;
    h->raw_len = h->tag.raw_name.len;
    h->escaped = 0;
}


#endif /* _PATRON_HTML_RAW_H_INCLUDED_ */
