
/*
 * The module's own cookies: sealed, HttpOnly, named after patron_cookie's name
 * ("patron_id", "patron_meter", "patron_device", "patron_seen") and set with
 * its attributes.
 */


#ifndef _NGX_HTTP_PATRON_SETCOOKIE_H_INCLUDED_
#define _NGX_HTTP_PATRON_SETCOOKIE_H_INCLUDED_


#include "patron_anonymous.h"
#include "ngx_http_patron_conf.h"


#define NGX_HTTP_PATRON_COOKIE_YEAR  (365 * 24 * 60 * 60)


/*
 * Opens the request's cookie of that purpose, the first that is ours, into buf,
 * of PATRON_SEAL_PAYLOAD_MAX bytes.  NGX_OK, with old set if it should be
 * sealed anew; NGX_DECLINED if there is none of ours.
 */

ngx_int_t ngx_http_patron_cookie_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    u_char *buf, patron_str_t *payload, ngx_uint_t *old);

/*
 * The id in the request's cookie of that purpose: NGX_OK, with old set as
 * above; NGX_DECLINED, with a new one, if there is none of ours; NGX_ERROR.  Its
 * article lives as long as the request.
 */

ngx_int_t ngx_http_patron_cookie_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    patron_anonymous_t *anonymous, ngx_uint_t *old);

/* Adds a Set-Cookie for max_age seconds.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_cookie_seal(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_str_t *payload, time_t max_age);

/*
 * Adds a Set-Cookie of that name and value, with the attributes of
 * patron_cookie, for max_age seconds, in the place of another of that name; and
 * those that take away what a browser may have of that name for the host alone
 * or for a former domain.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_cookie_set(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *name, ngx_str_t *value,
    time_t max_age);

/*
 * Does patron_consent let an anonymous reader be given an id, or be followed?
 * NGX_OK, NGX_DECLINED or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_consents(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/* Does the response set a cookie of that name?  Its header, or NULL. */

ngx_table_elt_t *ngx_http_patron_cookie_is_set(ngx_http_request_t *r,
    ngx_str_t *name);

/* Random bytes for an id nobody can guess.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_random(ngx_http_request_t *r, u_char *p,
    size_t len);


#endif /* _NGX_HTTP_PATRON_SETCOOKIE_H_INCLUDED_ */
