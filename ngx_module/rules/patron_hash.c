
/*
 * FNV-1a (draft-eastlake-fnv), mixed, since its upper bits are weak on short
 * strings.  Not keyed: whoever knows the names can find two that collide.
 */


#include "patron_hash.h"


uint64_t
patron_hash(const patron_str_t *s)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(0xcbf29ce484222325);

    for (i = 0; i < s->len; i++) {
        h ^= s->data[i];
        h *= UINT64_C(0x100000001b3);
    }

    return patron_hash_mix(h);
}
