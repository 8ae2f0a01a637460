
/*
 * Links that carry a right: opened as they come in, and made for whoever is to
 * have one.
 */


#ifndef _NGX_HTTP_PATRON_LINK_H_INCLUDED_
#define _NGX_HTTP_PATRON_LINK_H_INCLUDED_


#include "patron_link.h"
#include "ngx_http_patron_conf.h"


/*
 * Opens a token of that purpose.  NGX_OK, and the strings in link are good until
 * the next link of the purpose; NGX_DECLINED after the log was told why, by the
 * name that what it opens has there; or where there is no seal.
 */

ngx_int_t ngx_http_patron_link_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const char *what, ngx_str_t *token, int64_t leeway, patron_link_t *link);

/* Tells the log why one is not good here. */

void ngx_http_patron_link_refused(ngx_http_request_t *r, const char *what,
    const char *why);

/*
 * Is a link that was opened for what is asked for: for this host, if it names
 * one, and for this path and query?  The page is as ngx_http_patron_link_page()
 * has it.  NGX_OK; NGX_DECLINED, and why; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_link_here(ngx_http_request_t *r,
    const ngx_str_t *ignore, const patron_link_t *link, patron_str_t *page,
    const char **why);

/*
 * The host and the page that a link is for, of a path with its query, as they
 * stand in the link.  The arguments that ignore names, with commas between
 * them, tell no pages apart.  NGX_OK or NGX_ERROR.
 */

void ngx_http_patron_link_host(ngx_http_request_t *r, patron_str_t *host);
ngx_int_t ngx_http_patron_link_page(ngx_http_request_t *r,
    const ngx_str_t *ignore, const patron_str_t *uri, patron_str_t *page);

/*
 * The token of a link.  NGX_OK; NGX_DECLINED where none can be made of its
 * strings; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_link_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, ngx_str_t *token);

/*
 * The same, as the argument of that name in an address: uri, a path with its
 * query, behind base.
 */

ngx_int_t ngx_http_patron_link_address(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, const patron_str_t *base,
    const patron_str_t *uri, const char *name, ngx_str_t *url);

/* Header filter: what was asked for by a link is not to be indexed, and its
   address not to be told.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_link_header(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_LINK_H_INCLUDED_ */
