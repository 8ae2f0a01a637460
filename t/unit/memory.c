
/*
 * Keys, seals and caches when memory runs out at each allocation in turn: an
 * error, nothing leaked, nothing freed twice.
 */


#include <stdlib.h>

#include "patron_seal.h"
#include "patron_tap.h"
#include "patron_token.h"


static int  left;               /* allocations before there is no more */
static int  held;


static void *
take(void *ctx, size_t size)
{
    (void) ctx;

    if (left-- <= 0) {
        return NULL;
    }

    held++;

    return malloc(size);
}


static void
give(void *ctx, void *p)
{
    (void) ctx;

    held -= (p != NULL);
    free(p);
}


/* 1: all of it worked. */

static int
attempt(patron_mem_t *mem)
{
    int                    done;
    char                   err[256];
    patron_seal_t         *seal;
    patron_keys_t         *keys;
    patron_token_cache_t  *cache;

    static const patron_str_t  id1 = patron_string("k1");
    static const patron_str_t  id2 = patron_string("k2");
    static const patron_str_t  purpose = patron_string("meter");
    static const patron_str_t  secret = patron_string(
        "0123456789abcdef0123456789abcdef");

    cache = patron_token_cache_create(mem, 16);
    keys = patron_keys_create(mem);
    seal = NULL;

    done = keys != NULL
           && patron_keys_add(keys, &id1, PATRON_HS256, &secret, err)
              == PATRON_OK
           && patron_keys_add(keys, &id2, PATRON_HS256, &secret, err)
              == PATRON_OK;

    if (done) {
        seal = patron_seal_create(mem, keys, &purpose, err);
    }

    done = cache != NULL && seal != NULL;

    patron_seal_destroy(seal);
    patron_keys_destroy(keys);
    patron_token_cache_destroy(cache);

    return done;
}


int
main(void)
{
    int           n;
    patron_mem_t  mem;

    mem.alloc = take;
    mem.free = give;
    mem.ctx = NULL;

    for (n = 0; n < 100; n++) {
        left = n;

        if (attempt(&mem)) {
            break;
        }

        ok(held == 0, "%d allocations, and no more: all given back", n);
    }

    ok(n > 10 && n < 100 && held == 0, "with %d there are enough", n);

    return done();
}
