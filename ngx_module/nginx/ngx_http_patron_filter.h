
/*
 * The filters.
 */


#ifndef _NGX_HTTP_PATRON_FILTER_H_INCLUDED_
#define _NGX_HTTP_PATRON_FILTER_H_INCLUDED_


#include "ngx_http_patron_conf.h"


ngx_int_t ngx_http_patron_filter_init(ngx_conf_t *cf);
void ngx_http_patron_filter_init_process(ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_FILTER_H_INCLUDED_ */
