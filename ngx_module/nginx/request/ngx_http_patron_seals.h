
/*
 * The seals of a set of keys, one for each purpose: made by the worker that
 * first needs one.
 */


#ifndef _NGX_HTTP_PATRON_SEALS_H_INCLUDED_
#define _NGX_HTTP_PATRON_SEALS_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* The seal of a purpose, or NULL after logging why there is none. */

patron_seal_t *ngx_http_patron_seal(ngx_http_patron_seals_t *seals,
    const patron_keys_t *keys, ngx_http_patron_seal_e purpose,
    ngx_log_t *log);

void ngx_http_patron_seals_destroy(ngx_http_patron_seals_t *seals);


#endif /* _NGX_HTTP_PATRON_SEALS_H_INCLUDED_ */
