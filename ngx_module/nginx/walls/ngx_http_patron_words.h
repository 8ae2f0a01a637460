
/*
 * By whose words a response states its level: patron_access_header and
 * patron_access_meta of the location that answers, and of those that the
 * request has come through.
 */


#ifndef _NGX_HTTP_PATRON_WORDS_H_INCLUDED_
#define _NGX_HTTP_PATRON_WORDS_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* Access phase: plcf is the last location that states levels.  NGX_OK or
   NGX_ERROR. */

ngx_int_t ngx_http_patron_words_add(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The nth of these locations, NULL behind the last; plcf, which answers, is the
   first. */

ngx_http_patron_loc_conf_t *ngx_http_patron_words(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t n);

/* Is its header that of one before it, which has its say instead? */

ngx_uint_t ngx_http_patron_words_again(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_uint_t n);

/* Has the request come through one whose words count beside those of plcf? */

ngx_uint_t ngx_http_patron_words_before(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);

/*
 * The strictest level that these headers state in their words: NGX_OK;
 * NGX_DECLINED where none is stated; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_words_stated(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_list_t *headers, patron_level_t *level);

/* The first of them by which a page's head is read, or NULL. */

ngx_http_patron_loc_conf_t *ngx_http_patron_words_meta(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_WORDS_H_INCLUDED_ */
