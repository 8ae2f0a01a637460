
/*
 * Walls: what a response needs, what this reader gets of it, and the rules
 * that cut a page.
 */


#ifndef _NGX_HTTP_PATRON_WALL_H_INCLUDED_
#define _NGX_HTTP_PATRON_WALL_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* Access phase: levels known before the content, ways in.  NGX_OK, NGX_AGAIN
   (suspended) or a status. */

ngx_int_t ngx_http_patron_wall_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * The same for a location that was left before that, since another module has
 * refused there: its levels stick.  plcf is where the request is now.  NGX_OK
 * or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_left(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * Header filter of the main request: takes the level's header out of the
 * response and combines it with what is known.  NGX_OK, NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * The strictest level of all header lines of that name: NGX_OK; NGX_DECLINED
 * where there is none; NGX_ERROR.  With hide they are taken out.
 */

ngx_int_t ngx_http_patron_wall_stated(ngx_http_request_t *r,
    ngx_list_t *headers, ngx_str_t *name, ngx_uint_t hide,
    patron_level_t *level);

/* Combines a level found in the page. */

ngx_int_t ngx_http_patron_wall_meta(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_str_t *content);

/*
 * Access phase, for the levels known so far and those that the response could
 * state: could a wall stand in it?
 */

ngx_uint_t ngx_http_patron_wall_may_stand(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);

/*
 * The same phase: is it a prefetch that is to be refused whatever the response
 * will be?  Then that is decided, and what is sent has no body.
 */

ngx_uint_t ngx_http_patron_wall_ahead(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * The decision for a level; reason may be NULL.  The same as it can be known
 * now, for the variables: it does not count, and is not kept.
 */

patron_decision_e ngx_http_patron_wall_verdict(ngx_http_patron_state_t *st,
    patron_level_t *level, const char **reason);
patron_decision_e ngx_http_patron_wall_forecast(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char **reason);

/* Is there a level, stated here or on the request's way? */

ngx_uint_t ngx_http_patron_wall_applies(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);

/* Is there a level that the page's head could state and that would close it? */

ngx_uint_t ngx_http_patron_wall_undecided(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);

/* Is it an error page, with a level that it does not state itself? */

ngx_uint_t ngx_http_patron_wall_by_error(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/* The decision for the levels known so far: it is kept in st, and counted. */

patron_decision_e ngx_http_patron_wall_decide(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/* The same for a response in which there is nothing to protect. */

void ngx_http_patron_wall_free(ngx_http_patron_state_t *st);

/* Is it a response whose body is to be protected? */

ngx_uint_t ngx_http_patron_wall_protects(ngx_http_request_t *r);

/*
 * Access phase, after a redirect: what the answer that redirected has stated.
 * plcf is NULL in a location where nothing is.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_redirected(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_loc_conf_t *plcf);

/*
 * Header filter of a subrequest; stated is the level that came with a 304, or
 * NULL; free tells that it needs nothing.  NGX_OK to send it, NGX_AGAIN to read
 * its head first, NGX_DECLINED to drop its body, NGX_ERROR.
 */

ngx_int_t ngx_http_patron_wall_subrequest(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated,
    ngx_uint_t *free);

/* Counts a decision and what came of it, once a request. */

void ngx_http_patron_wall_refused(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, const char *why);


#endif /* _NGX_HTTP_PATRON_WALL_H_INCLUDED_ */
