
/*
 * The identity of a page: by what a plan made of it may be used again.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_KEY_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_KEY_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_zone_plans.h"


/* The file that a page lies in, open by nginx, and a piece of the page. */

typedef struct {
    ngx_fd_t          fd;           /* or NGX_INVALID_FILE */
    off_t             begin;        /* of the page, in the file */
    off_t             size;
    struct timespec   written;      /* when */
    u_char           *piece;        /* what was read of it, or NULL, */
    off_t             offset;       /* of the page: from here */
    size_t            len;
    size_t            room;         /* in the piece */
} ngx_http_patron_page_file_t;


/*
 * The key of the plan for r's page and the rules in active.  Header filter,
 * before the validators are changed.  NGX_OK; NGX_DECLINED where the page has
 * no identity that cannot lie, and must be read.  file is set where it is a
 * file by which the page is known.
 */

ngx_int_t ngx_http_patron_page_key(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, uint64_t active, ngx_uint_t walled,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file);

/*
 * Has a static file been written to since the key was made?  That its name was
 * taken by another one is no matter.  What a cache has stays as it is.
 */

ngx_uint_t ngx_http_patron_page_file_written(
    ngx_http_patron_page_file_t *file);


#endif /* _NGX_HTTP_PATRON_PAGE_KEY_H_INCLUDED_ */
