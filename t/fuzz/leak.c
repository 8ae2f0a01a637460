
/*
 * The leak check of a page and what was left out of it, which the first bytes
 * say: the same in whatever pieces it comes.
 */


#include <stdint.h>
#include <stdlib.h>

#include "patron_leak.h"


#define PIECES  4


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static int found(const uint8_t *data, size_t size, const uint8_t *drops,
    size_t step, patron_leak_found_t *leak);


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
