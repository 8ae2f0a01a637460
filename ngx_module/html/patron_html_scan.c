
/*
 * The end of a tag.  A '>' ends it except in a quoted value, and a quote
 * opens a value only after the equals sign of an attribute: the states of
 * WHATWG HTML, sections 13.2.5.8 and 13.2.5.32 to 13.2.5.40, walked byte by
 * byte by patron_html_tag_step().  The usual attribute, name="value", is
 * stepped over whole by patron_html_tag_attrs(): the first equals sign after
 * the last value, if it is right after a name, is the attribute's, and what
 * comes before it matters no more than that no '>' is in it.
 */


#include "patron_html_bytes.h"
#include "patron_html_scan.h"


#ifdef __SSE2__

/* Control characters, white space, quotes and the slash. */

const patron_uchar_t  patron_html_no_name[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1
};


#define PATRON_HTML_8(c)   c, c, c, c, c, c, c, c
#define PATRON_HTML_32(c)                                                    \
    {{ PATRON_HTML_8(c), PATRON_HTML_8(c), PATRON_HTML_8(c), PATRON_HTML_8(c) }}

const patron_html_vector_t  patron_html_lt = PATRON_HTML_32('<');
const patron_html_vector_t  patron_html_gt = PATRON_HTML_32('>');
const patron_html_vector_t  patron_html_quote = PATRON_HTML_32('"');
const patron_html_vector_t  patron_html_apos = PATRON_HTML_32('\'');
const patron_html_vector_t  patron_html_amp = PATRON_HTML_32('&');
const patron_html_vector_t  patron_html_hash = PATRON_HTML_32('#');

#endif


static int patron_html_tag_step(const patron_uchar_t **pp,
    const patron_uchar_t *end, unsigned *state);


const patron_uchar_t *
patron_html_find_far(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t c)
{
#ifdef __SSE2__
    __m128i        want, m0, m1, m2, m3;
    const __m128i  *v;

    want = _mm_set1_epi8((char) c);

    while (end - p >= 64) {
        v = (const __m128i *) p;

        m0 = _mm_cmpeq_epi8(_mm_loadu_si128(v), want);
        m1 = _mm_cmpeq_epi8(_mm_loadu_si128(v + 1), want);
        m2 = _mm_cmpeq_epi8(_mm_loadu_si128(v + 2), want);
        m3 = _mm_cmpeq_epi8(_mm_loadu_si128(v + 3), want);

        m0 = _mm_or_si128(_mm_or_si128(m0, m1), _mm_or_si128(m2, m3));

        if (_mm_movemask_epi8(m0) != 0) {
            break;
        }

        p += 64;
    }
#endif

    return patron_html_find(p, end, c);
}


const patron_uchar_t *
patron_html_find_either(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t a, patron_uchar_t b)
{
#ifdef __SSE2__
    int      mask;
    __m128i  x, want_a, want_b;

    want_a = _mm_set1_epi8((char) a);
    want_b = _mm_set1_epi8((char) b);

    while (end - p >= 16) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(x, want_a),
                                              _mm_cmpeq_epi8(x, want_b)));
        if (mask != 0) {
            return p + __builtin_ctz(mask);
        }

        p += 16;
    }
#endif

    while (p < end && *p != a && *p != b) {
        p++;
    }

    return p;
}


const patron_uchar_t *
patron_html_tag_end(const patron_uchar_t *p, const patron_uchar_t *end,
    unsigned *state)
{
    for ( ;; ) {

        switch (patron_html_tag_step(&p, end, state)) {

        case PATRON_OK:
            return p;

        case PATRON_AGAIN:
            return NULL;

        default: /* PATRON_DECLINED: past a quoted value */
            break;
        }

#ifdef __SSE2__
        if (end - p >= 18) {
            p = patron_html_tag_attrs(p, end - 18, state);

            if (*state != SCAN_BEFORE) {
                return p;
            }
        }
#endif
    }
}


/*
 * Walks on to the end of the tag (PATRON_OK), of a quoted value
 * (PATRON_DECLINED), or of the bytes (PATRON_AGAIN).
 */

static int
patron_html_tag_step(const patron_uchar_t **pp, const patron_uchar_t *end,
    unsigned *state)
{
    unsigned               s;
    patron_uchar_t         c;
    const patron_uchar_t  *p;

    s = *state;

    for (p = *pp; p < end; p++) {
        c = *p;

        if (s == SCAN_DOUBLE || s == SCAN_SINGLE) {
            p = patron_html_find(p, end, s == SCAN_DOUBLE ? '"' : '\'');

            if (p == end) {
                break;
            }

            *state = SCAN_BEFORE;
            *pp = p + 1;

            return PATRON_DECLINED;
        }

        if (c == '>') {
            *state = (s == SCAN_SLASH) ? SCAN_SELF_CLOSING : SCAN_ENDED;
            *pp = p + 1;

            return PATRON_OK;
        }

        if (patron_html_is_space(c)) {

            if (s == SCAN_ATTR) {
                s = SCAN_AFTER;

            } else if (s == SCAN_NAME || s == SCAN_UNQUOTED
                       || s == SCAN_SLASH)
            {
                s = SCAN_BEFORE;
            }

            continue;
        }

        switch (s) {

        case SCAN_NAME:
            if (c == '/') {
                s = SCAN_SLASH;
            }

            break;

        case SCAN_BEFORE:
        case SCAN_SLASH:
            s = (c == '/') ? SCAN_SLASH : SCAN_ATTR;
            break;

        case SCAN_ATTR:
        case SCAN_AFTER:
            s = (c == '/') ? SCAN_SLASH
                           : (c == '=') ? SCAN_BEFORE_VALUE : SCAN_ATTR;
            break;

        case SCAN_BEFORE_VALUE:
            s = (c == '"') ? SCAN_DOUBLE
                           : (c == '\'') ? SCAN_SINGLE : SCAN_UNQUOTED;
            break;
        }
    }

    *state = s;
    *pp = end;

    return PATRON_AGAIN;
}
