
/*
 * Bytes that grow.  What fails for want of memory is told at the end.
 */


#include "patron_feed_internal.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif


static const patron_uchar_t *buf_plain(patron_uchar_t **dst,
    const patron_uchar_t *p, const patron_uchar_t *end);
static inline const patron_uchar_t *buf_unescaped(patron_uchar_t **dst,
    const patron_uchar_t *p, const patron_uchar_t *end);


void
patron_feed_buf_init(patron_feed_buf_t *b, patron_mem_t *mem)
{
    memset(b, 0, sizeof(patron_feed_buf_t));

    b->mem = mem;
}


void
patron_feed_buf_free(patron_feed_buf_t *b)
{
    if (b->data != NULL) {
        patron_free(b->mem, b->data);
        b->data = NULL;
    }
}


void
patron_feed_buf_add(patron_feed_buf_t *b, const void *data, size_t len)
{
    patron_uchar_t  *p;

    if (len == 0) {
        return;
    }

    p = len < b->size - b->len ? b->data + b->len
                               : patron_feed_buf_room(b, len);

    if (p != NULL) {
        memcpy(p, data, len);
        b->len += len;
    }
}


/* Where len bytes may be written, or NULL. */

patron_uchar_t *
patron_feed_buf_room(patron_feed_buf_t *b, size_t len)
{
    size_t           size;
    patron_uchar_t  *p;

    if (b->failed) {
        return NULL;
    }

    if (b->data == NULL || len > b->size - b->len) {

        size = 2 * b->size + len;
        size = size < 1024 ? 1024 : size;

        p = patron_alloc(b->mem, size);
        if (p == NULL) {
            b->failed = 1;
            return NULL;
        }

        if (b->data != NULL) {
            memcpy(p, b->data, b->len);
        }

        patron_feed_buf_free(b);

        b->data = p;
        b->size = size;
    }

    return b->data + b->len;
}


/* As text and attribute values of XML and HTML take it. */

void
patron_feed_buf_escape(patron_feed_buf_t *b, const patron_uchar_t *data,
    size_t len)
{
    patron_uchar_t        *p;
    const patron_uchar_t  *end;

    p = patron_feed_buf_room(b, 6 * len);

    if (p == NULL || len == 0) {
        return;
    }

    end = data + len;

    for ( ;; ) {

        data = buf_plain(&p, data, end);

        if (data == end) {
            break;
        }

        switch (*data++) {

        case '<':
            memcpy(p, "&lt;", 4);
            p += 4;
            break;

        case '>':
            memcpy(p, "&gt;", 4);
            p += 4;
            break;

        case '&':
            memcpy(p, "&amp;", 5);
            p += 5;
            break;

        case '"':
            memcpy(p, "&quot;", 6);
            p += 6;
            break;

        default:
            memcpy(p, "&#39;", 5);
            p += 5;
        }
    }

    b->len = (size_t) (p - b->data);
}


/*
 * Copies what is not escaped, and returns where that ends.  There is room for
 * as many bytes as there are up to the end, and those beyond may be written.
 */

static const patron_uchar_t *
buf_plain(patron_uchar_t **dst, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    patron_uchar_t  *to;
#ifdef __SSE2__
    int              mask;
    __m128i          x, special;
#endif

    to = *dst;

#ifdef __SSE2__

    for ( /* void */ ; end - p >= 16; p += 16, to += 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);
        _mm_storeu_si128((__m128i *) (void *) to, x);

        /* '<' and '>' differ in one bit, and so do '&' and '\'' */

        special = _mm_or_si128(
                      _mm_cmpeq_epi8(_mm_or_si128(x, _mm_set1_epi8(2)),
                                     _mm_set1_epi8('>')),
                      _mm_cmpeq_epi8(_mm_or_si128(x, _mm_set1_epi8(1)),
                                     _mm_set1_epi8('\'')));
        special = _mm_or_si128(special,
                               _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
        mask = _mm_movemask_epi8(special);

        if (mask != 0) {
            *dst = to + __builtin_ctz((unsigned) mask);
            return p + __builtin_ctz((unsigned) mask);
        }
    }

#endif

    while (p < end && *p != '<' && *p != '>' && *p != '&' && *p != '"'
           && *p != '\'')
    {
        *to++ = *p++;
    }

    *dst = to;

    return p;
}


void
patron_feed_decode(patron_feed_buf_t *out, const patron_uchar_t *p, size_t len)
{
    size_t                 n;
    uint32_t               c;
    patron_uchar_t        *dst;
    const patron_uchar_t  *end;

    /* it gets no longer */

    dst = patron_feed_buf_room(out, len);

    if (dst == NULL || len == 0) {
        return;
    }

    end = p + len;

    for ( ;; ) {

        p = buf_unescaped(&dst, p, end);

        if (p == end) {
            break;
        }

        if (end - p >= 4 && p[2] == 't' && p[3] == ';'
            && (p[1] == 'l' || p[1] == 'g'))
        {
            *dst++ = (p[1] == 'l') ? '<' : '>';
            p += 4;
            continue;
        }

        n = patron_xml_reference(p, end, &c);

        if (n != 0 && c < 0x80) {
            *dst++ = (patron_uchar_t) c;

        } else {
            n = n ? n : 1;
            memcpy(dst, p, n);
            dst += n;
        }

        p += n;
    }

    out->len = (size_t) (dst - out->data);
}


/* The same for what stands before the next '&'. */

static inline const patron_uchar_t *
buf_unescaped(patron_uchar_t **dst, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    patron_uchar_t  *to;
#ifdef __SSE2__
    int              mask;
    __m128i          x;
#endif

    to = *dst;

#ifdef __SSE2__

    for ( /* void */ ; end - p >= 16; p += 16, to += 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);
        _mm_storeu_si128((__m128i *) (void *) to, x);

        mask = _mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('&')));

        if (mask != 0) {
            *dst = to + __builtin_ctz((unsigned) mask);
            return p + __builtin_ctz((unsigned) mask);
        }
    }

#endif

    while (p < end && *p != '&') {
        *to++ = *p++;
    }

    *dst = to;

    return p;
}
