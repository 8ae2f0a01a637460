
/*
 * See the header.  The header is long, and is looked at for every page: a word
 * is looked for by its first two letters, sixteen places at a time where the
 * compiler has SSE2, one by one elsewhere and in what is shorter.
 */


#include "patron_agent.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif


#define PATRON_AGENT_BLOCK  17      /* bytes: sixteen, and the one behind */


static const patron_str_t  patron_agent_words[] = {
    patron_string("bot"),
    patron_string("crawl"),
    patron_string("spider")
};


static size_t patron_agent_pair(const patron_uchar_t *p, size_t i, size_t n);
static int patron_agent_begins(const patron_uchar_t *p, size_t len,
    const patron_str_t *word);


int
patron_agent_is_machine(const patron_str_t *agent)
{
    size_t    i;
    unsigned  n;

    for (i = patron_agent_pair(agent->data, 0, agent->len);
         i < agent->len;
         i = patron_agent_pair(agent->data, i + 1, agent->len))
    {
        for (n = 0; n < sizeof(patron_agent_words) / sizeof(patron_str_t); n++)
        {
            if (patron_agent_begins(agent->data + i, agent->len - i,
                                    &patron_agent_words[n]))
            {
                return 1;
            }
        }
    }

    return 0;
}


#ifdef __SSE2__

/* Where of sixteen places the letters a and b follow each other: all ones. */

static inline __m128i
patron_agent_letters(__m128i first, __m128i second, char a, char b)
{
    return _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8(a)),
                         _mm_cmpeq_epi8(second, _mm_set1_epi8(b)));
}

#endif


/* The next place from i on where the first two letters of a word stand, or n. */

static size_t
patron_agent_pair(const patron_uchar_t *p, size_t i, size_t n)
{
    patron_uchar_t  a, b;

#ifdef __SSE2__
    size_t    at, last;
    __m128i   x, y, fold, found;
    unsigned  mask;

    if (n >= PATRON_AGENT_BLOCK) {
        fold = _mm_set1_epi8(0x20);
        last = n - PATRON_AGENT_BLOCK;

        for ( ;; i += 16) {
            at = (i < last) ? i : last;

            x = _mm_or_si128(_mm_loadu_si128((const __m128i *) (p + at)),
                             fold);
            y = _mm_or_si128(_mm_loadu_si128((const __m128i *) (p + at + 1)),
                             fold);

            found = _mm_or_si128(patron_agent_letters(x, y, 'b', 'o'),
                                 patron_agent_letters(x, y, 'c', 'r'));
            found = _mm_or_si128(patron_agent_letters(x, y, 's', 'p'), found);

            mask = (unsigned) _mm_movemask_epi8(found) >> (i - at);

            if (mask != 0) {
                return i + (unsigned) __builtin_ctz(mask);
            }

            if (at == last) {
                return n;
            }
        }
    }
#endif

    for ( /* void */ ; i + 1 < n; i++) {
        a = p[i] | 0x20;
        b = p[i + 1] | 0x20;

        if ((a == 'b' && b == 'o') || (a == 'c' && b == 'r')
            || (a == 's' && b == 'p'))
        {
            return i;
        }
    }

    return n;
}


static int
patron_agent_begins(const patron_uchar_t *p, size_t len,
    const patron_str_t *word)
{
    size_t  i;

    if (len < word->len) {
        return 0;
    }

    for (i = 0; i < word->len; i++) {
        if ((p[i] | 0x20) != word->data[i]) {
            return 0;
        }
    }

    return 1;
}
