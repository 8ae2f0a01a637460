
/*
 * Hashes that tell variants of a page apart; nothing secret is in them.
 */


#include "ngx_http_patron_hash.h"


/* FNV-1a, with an end to each string. */

uint64_t
ngx_http_patron_hash_str(uint64_t hash, ngx_str_t *str)
{
    size_t  i;

    for (i = 0; i < str->len; i++) {
        hash = (hash ^ str->data[i]) * 0x100000001b3ULL;
    }

    return (hash ^ 0xff) * 0x100000001b3ULL;
}


/* Order counts: two banners that change places are another page. */

uint64_t
ngx_http_patron_hash_mix(uint64_t hash, uint64_t more)
{
    hash ^= more + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdULL;

    return hash ^ (hash >> 32);
}
