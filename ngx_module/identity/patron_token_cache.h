
/*
 * The claims of tokens seen before, for patron_token.c alone.
 */


#ifndef _PATRON_TOKEN_CACHE_H_INCLUDED_
#define _PATRON_TOKEN_CACHE_H_INCLUDED_


#include "patron_claims.h"
#include "patron_jws.h"


/* The claims of a verified token, or NULL; it becomes the newest. */

const patron_parsed_t *patron_token_cache_find(patron_token_cache_t *cache,
    const patron_jws_t *jws);

/*
 * Keeps a copy of claims whose strings have size bytes, in the place of the
 * oldest.  One too big for a place is not kept.
 */

void patron_token_cache_store(patron_token_cache_t *cache,
    const patron_jws_t *jws, const patron_parsed_t *parsed, size_t size);


#endif /* _PATRON_TOKEN_CACHE_H_INCLUDED_ */
