
/*
 * Hostile cookie lines and ids.  What was stripped has none of the names left,
 * is at most twice as long, and stays what it is when it is stripped again.  An
 * id that decodes encodes to the same bytes.  Values that are noted on the way
 * are those that are found.
 */


#include <assert.h>
#include <stdlib.h>

#include "patron_anonymous.h"
#include "patron_cookie.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const patron_str_t  names[] = {
    patron_string("patron_id"),
    patron_string("p"),
    patron_string("patron")
};


static void
lines(const patron_str_t *line)
{
    size_t                   len;
    unsigned                 i, n;
    patron_str_t             left, values[PATRON_COOKIES_MAX];
    patron_uchar_t          *dst, *again;
    patron_cookies_t         noted;
    patron_cookie_values_t   next;

    n = patron_cookie_find(line, &names[1], values, 0);
    n = patron_cookie_find(line, &names[2], values, n);
    assert(n <= PATRON_COOKIES_MAX);

    for (i = 0; i < n; i++) {
        assert(values[i].len && values[i].data > line->data
               && values[i].data + values[i].len <= line->data + line->len);
    }

    next.n = 0;

    if (!patron_cookie_holds(line, names, 2, &next)) {
        n = patron_cookie_find(line, &names[2], values, 0);
        assert(n == next.n
               && memcmp(values, next.values, n * sizeof(patron_str_t)) == 0);
    }

    dst = malloc(2 * line->len + 1);
    again = malloc(4 * line->len + 1);

    if (dst && again) {
        left.data = dst;
        memset(&noted, 0, sizeof(noted));
        noted.names = names;
        noted.known = 3;

        (void) patron_cookie_strip(line, names, 2, &noted, dst);

        for (i = 0; i < 3; i++) {
            n = patron_cookie_find(line, &names[i], values, 0);
            assert(n == noted.n[i]
                   && memcmp(values, noted.values[i], n * sizeof(patron_str_t))
                      == 0);
        }

        left.len = patron_cookie_strip(line, names, 3, NULL, dst);

        assert(left.len <= 2 * line->len
               && !patron_cookie_holds(&left, names, 3, NULL)
               && patron_cookie_find(&left, &names[1], values, 0) == 0);

        len = patron_cookie_strip(&left, names, 3, NULL, again);
        assert(len == left.len && memcmp(dst, again, len) == 0);
    }

    free(dst);
    free(again);
}


static void
ids(const patron_str_t *payload)
{
    size_t              len;
    patron_uchar_t      dst[PATRON_ANONYMOUS_MAX];
    patron_anonymous_t  anonymous;

    if (patron_anonymous_decode(&anonymous, payload) != PATRON_OK) {
        return;
    }

    assert(anonymous.article.len <= PATRON_ARTICLE_MAX);

    len = patron_anonymous_encode(&anonymous, dst);
    assert(len == payload->len && memcmp(dst, payload->data, len) == 0);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    patron_str_t  input;

    input.data = data;
    input.len = size;

    lines(&input);
    ids(&input);

    (void) patron_cookie_domain(&input);

    return 0;
}
