
/*
 * base64url, strict in what it takes: each string of bytes has one encoding
 * and no other is decoded (RFC 4648, sections 3.2, 3.3, 3.5 and 5).
 */


#include "patron_base64.h"


static const patron_uchar_t  patron_base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* 64 and above: not in the alphabet. */

static const patron_uchar_t  patron_base64_values[256] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64,
    64,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 63,
    64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64
};


patron_uchar_t *
patron_base64_encode(patron_uchar_t *dst, const patron_uchar_t *src,
    size_t len)
{
    uint32_t               n;
    const patron_uchar_t  *a;

    a = patron_base64_alphabet;

    for ( /* void */ ; len >= 3; len -= 3) {
        n = ((uint32_t) src[0] << 16) | ((uint32_t) src[1] << 8) | src[2];
        src += 3;

        *dst++ = a[n >> 18];
        *dst++ = a[(n >> 12) & 63];
        *dst++ = a[(n >> 6) & 63];
        *dst++ = a[n & 63];
    }

    if (len == 1) {
        *dst++ = a[src[0] >> 2];
        *dst++ = a[(src[0] & 3) << 4];

    } else if (len == 2) {
        *dst++ = a[src[0] >> 2];
        *dst++ = a[((src[0] & 3) << 4) | (src[1] >> 4)];
        *dst++ = a[(src[1] & 15) << 2];
    }

    return dst;
}


int
patron_base64_decode(patron_uchar_t *dst, const patron_uchar_t *src,
    size_t len)
{
    unsigned               bad;
    patron_uchar_t         a, b, c, d;
    const patron_uchar_t  *v;

    v = patron_base64_values;
    bad = 0;

    for ( /* void */ ; len >= 4; len -= 4) {
        a = v[src[0]];
        b = v[src[1]];
        c = v[src[2]];
        d = v[src[3]];
        src += 4;

        bad |= a | b | c | d;

        *dst++ = (patron_uchar_t) (a << 2 | b >> 4);
        *dst++ = (patron_uchar_t) (b << 4 | c >> 2);
        *dst++ = (patron_uchar_t) (c << 6 | d);
    }

    if (len == 1) {
        return PATRON_ERROR;
    }

    if (len >= 2) {
        a = v[src[0]];
        b = v[src[1]];
        c = (len == 3) ? v[src[2]] : 0;

        /* the bits that no byte takes */

        bad |= a | b | c | ((len == 3 ? (c & 3) : (b & 15)) ? 64 : 0);

        *dst++ = (patron_uchar_t) (a << 2 | b >> 4);

        if (len == 3) {
            *dst++ = (patron_uchar_t) (b << 4 | c >> 2);
        }
    }

    return (bad & 64) ? PATRON_ERROR : PATRON_OK;
}
