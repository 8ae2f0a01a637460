
/*
 * The script that writes what a webhook says to a record.
 */


#ifndef _NGX_HTTP_PATRON_WEBHOOK_SCRIPT_H_INCLUDED_
#define _NGX_HTTP_PATRON_WEBHOOK_SCRIPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PATRON_WEBHOOK_ARGS  17    /* the key among them */


extern ngx_str_t  ngx_http_patron_webhook_script;


#endif /* _NGX_HTTP_PATRON_WEBHOOK_SCRIPT_H_INCLUDED_ */
