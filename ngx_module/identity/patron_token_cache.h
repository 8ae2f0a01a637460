
/*
 * The claims of tokens seen before, for patron_token.c alone.
 */


#ifndef _PATRON_TOKEN_CACHE_H_INCLUDED_
#define _PATRON_TOKEN_CACHE_H_INCLUDED_


#include "patron_claims.h"
#include "patron_jws.h"


/*
 * The claims of a token whose very bytes have verified before, and the key
 * they did with, or NULL; it becomes the newest.
 */

const patron_parsed_t *patron_token_cache_find(patron_token_cache_t *cache,
    const patron_str_t *token, size_t *key);

/*
 * Keeps a copy of a token that verified, and of its claims, whose strings have
 * size bytes, in the place of the oldest.  What is too big is not kept.
 */

void patron_token_cache_store(patron_token_cache_t *cache,
    const patron_str_t *token, size_t key, const patron_parsed_t *parsed,
    size_t size);


#endif /* _PATRON_TOKEN_CACHE_H_INCLUDED_ */
