
/*
 * Terms as files: robots.txt, and the licence, in Really Simple Licensing 1.0.
 */


#ifndef _NGX_HTTP_PATRON_TERMS_HANDLER_H_INCLUDED_
#define _NGX_HTTP_PATRON_TERMS_HANDLER_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* The directive patron_terms_handler. */

char *ngx_http_patron_terms_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_PATRON_TERMS_HANDLER_H_INCLUDED_ */
