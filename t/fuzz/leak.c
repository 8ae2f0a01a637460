
/*
 * The leak check of a page and what was left out of it, which the first bytes
 * say: the same in whatever pieces it comes.  And of two texts: runs of one are
 * found in the other where reading both word by word finds one.
 */


#include <stdint.h>
#include <stdlib.h>

#include "patron_leak_text.h"


#define PIECES  4


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static int found(const uint8_t *data, size_t size, const uint8_t *drops,
    size_t step, patron_leak_found_t *leak);
static void texts(const uint8_t *data, size_t size);
static size_t read_words(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end, uint64_t *words);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                  rc;
    size_t               step;
    patron_leak_found_t  whole, parts;

    if (size < 2 * PIECES) {
        return 0;
    }

    memset(&whole, 0, sizeof(whole));
    memset(&parts, 0, sizeof(parts));

    step = size;
    rc = found(data + 2 * PIECES, size - 2 * PIECES, data, step, &whole);

    if (rc == PATRON_ERROR
        || found(data + 2 * PIECES, size - 2 * PIECES, data, 7, &parts) != rc
        || memcmp(&whole, &parts, sizeof(whole)) != 0)
    {
        abort();
    }

    texts(data, size);

    return 0;
}


static int
found(const uint8_t *data, size_t size, const uint8_t *drops, size_t step,
    patron_leak_found_t *leak)
{
    int             rc;
    size_t          i, at, n;
    patron_leak_t  *l;

    l = patron_leak_create(NULL, 0);

    for (i = 0; i < size; i += n) {
        n = (size - i < step) ? size - i : step;

        if (patron_leak_feed(l, data + i, n) != PATRON_OK) {
            abort();
        }
    }

    at = 0;

    for (i = 0; i < PIECES; i++) {
        at += drops[2 * i] * 4u;
        n = drops[2 * i + 1] * 16u;

        if (n == 0 || at + n > size) {
            break;
        }

        (void) patron_leak_drop(l, at, at + n);
        at += n;
    }

    rc = patron_leak_find(l, leak);
    patron_leak_destroy(l);

    return rc;
}


/* Two texts, the first as long as the first byte says, of what is there. */

static void
texts(const uint8_t *data, size_t size)
{
    int                   common;
    size_t                len, ncut, n, i, j, k;
    uint64_t             *cut, *words;
    patron_uchar_t       *p;
    patron_leak_words_t  *w;

    len = (size - 1) * data[0] / 255;
    size--;

    p = malloc(size + PATRON_LEAK_PADDING);
    cut = malloc((size + 1) * sizeof(uint64_t));
    words = malloc((size + 1) * sizeof(uint64_t));
    w = calloc(1, sizeof(patron_leak_words_t));

    memcpy(p, data + 1, size);
    memset(p + size, '>', PATRON_LEAK_PADDING);

    if (patron_leak_runs(&w->cut, NULL, len) != PATRON_OK) {
        abort();
    }

    ncut = read_words(w, p, p + len, cut);
    n = read_words(w, p + len, p + size, words);
    common = 0;

    for (i = 0; i + PATRON_LEAK_WORDS <= ncut && !common; i++) {
        for (j = 0; j + PATRON_LEAK_WORDS <= n && !common; j++) {
            for (k = 0; k < PATRON_LEAK_WORDS; k++) {
                if (cut[i + k] != words[j + k]) {
                    break;
                }
            }

            common = (k == PATRON_LEAK_WORDS);
        }
    }

    patron_leak_collect(w, p, p + len);
    patron_leak_break(w);

    if (w->cut.nwords != (ncut < w->cut.most ? ncut : w->cut.most)) {
        abort();
    }

    patron_leak_look(w, p + len, p + size);

    /* what a tag without an end is, is told from where it was read first */

    if (w->word.untagged == NULL
        && ncut < w->cut.most
        && common != (w->cut.counts[0].runs != 0))
    {
        abort();
    }

    patron_leak_runs_free(&w->cut);
    free(w);
    free(words);
    free(cut);
    free(p);
}


static size_t
read_words(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end, uint64_t *words)
{
    size_t  n;

    w->word.untagged = NULL;

    for (n = 0; /* void */ ; n++) {
        p = patron_leak_next(&w->word, p, end);

        if (w->word.hash == 0) {
            return n;
        }

        words[n] = w->word.hash;
    }
}
