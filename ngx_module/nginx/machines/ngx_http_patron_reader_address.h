
/*
 * The address of a reader.
 */


#ifndef _NGX_HTTP_PATRON_READER_ADDRESS_H_INCLUDED_
#define _NGX_HTTP_PATRON_READER_ADDRESS_H_INCLUDED_


#include "patron_address.h"
#include "ngx_http_patron_conf.h"


/*
 * That of the connection, as the realip module may have set it, or what value
 * says where it is given and the connection comes from an address that is
 * trusted by "set_real_ip_from".  Of a list the last is taken.  NGX_OK;
 * NGX_DECLINED where it has none (a socket of Unix); NGX_ERROR.
 */

ngx_int_t ngx_http_patron_reader_address(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, patron_address_t *address);

/* Does the location of cf trust anybody? */

ngx_uint_t ngx_http_patron_reader_trusts(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PATRON_READER_ADDRESS_H_INCLUDED_ */
