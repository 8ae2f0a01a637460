
/*
 * Hashes that tell variants of a page apart.
 */


#ifndef _NGX_HTTP_PATRON_HASH_H_INCLUDED_
#define _NGX_HTTP_PATRON_HASH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Takes a string into a hash, and a hash into another; order counts. */

uint64_t ngx_http_patron_hash_str(uint64_t hash, ngx_str_t *str);
uint64_t ngx_http_patron_hash_mix(uint64_t hash, uint64_t more);


#endif /* _NGX_HTTP_PATRON_HASH_H_INCLUDED_ */
