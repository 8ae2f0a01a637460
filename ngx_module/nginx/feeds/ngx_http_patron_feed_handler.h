
/*
 * patron_feed_handler: a member posts path=/the/feed and gets an address of it
 * that is his own.
 */


#ifndef _NGX_HTTP_PATRON_FEED_HANDLER_H_INCLUDED_
#define _NGX_HTTP_PATRON_FEED_HANDLER_H_INCLUDED_


#include "ngx_http_patron_feed_types.h"


/* Directive, and what it needs and has not. */

char *ngx_http_patron_feed_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_feed_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

ngx_int_t ngx_http_patron_feed_mint_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_FEED_HANDLER_H_INCLUDED_ */
