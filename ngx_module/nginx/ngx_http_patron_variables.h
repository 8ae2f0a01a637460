
/*
 * The variables.
 */


#ifndef _NGX_HTTP_PATRON_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_PATRON_VARIABLES_H_INCLUDED_


#include "ngx_http_patron_conf.h"


ngx_int_t ngx_http_patron_add_variables(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PATRON_VARIABLES_H_INCLUDED_ */
