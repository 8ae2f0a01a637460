
/*
 * Of the walls of a location, the one that stands.
 */


#ifndef _NGX_HTTP_PATRON_WALL_CHOICE_H_INCLUDED_
#define _NGX_HTTP_PATRON_WALL_CHOICE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The first wall of plcf that fits the level of the response and the reader.
 * NGX_OK; NGX_DECLINED where there is none; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_choose(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_wall_t **wall);

/*
 * A gift is an article's: what would be refused is opened by none.  Before the
 * decision, with the level known.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_check_gift(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The rule, as a bit, that cuts what a wall of plcf cuts. */

uint64_t ngx_http_patron_wall_cut_bit(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_wall_t *wall);

/*
 * The rules that make a wall of plcf, and its HTML; variant takes in what
 * decides the output.
 */

ngx_int_t ngx_http_patron_wall_rules(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_wall_t *wall,
    ngx_str_t *html, uint64_t *active, uint64_t *variant);


#endif /* _NGX_HTTP_PATRON_WALL_CHOICE_H_INCLUDED_ */
