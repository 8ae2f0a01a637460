
/*
 * The signature of a request: whose key it is by, and whether it is good.
 */


#ifndef _NGX_HTTP_PATRON_CRAWLER_SIGNATURE_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWLER_SIGNATURE_H_INCLUDED_


#include "patron_address.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_crawler_index.h"


/* The fields that a signature is made of; of more lines than one, all. */

typedef struct {
    ngx_str_t                         input;
    ngx_str_t                         signature;
    ngx_str_t                         agent;    /* data NULL: there is none */
    ngx_uint_t                        priced;   /* it says what it pays */
} ngx_http_patron_crawler_fields_t;


typedef struct {
    ngx_http_patron_crawler_index_t  *index;
    ngx_http_patron_registry_t       *registry;
    patron_address_t                  address;
    size_t                            entry;    /* whose key; 0: not known */
    const char                       *reason;   /* why it is not good */
    int64_t                           most;     /* millionths, signed; -1: none */
    int64_t                           exact;
    ngx_uint_t                        once;     /* by a nonce, that is new */
} ngx_http_patron_crawler_signed_t;


/* The fields of r: NGX_OK; NGX_DECLINED where it is not signed; NGX_ERROR. */

ngx_int_t ngx_http_patron_crawler_fields(ngx_http_request_t *r,
    ngx_http_patron_crawler_fields_t *fields);

/*
 * NGX_OK: good, of the entry; NGX_DECLINED: not, for the reason, or no signature
 * of a crawler where that is NULL; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_crawler_verify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_crawler_fields_t *fields,
    ngx_http_patron_crawler_signed_t *sig);


#endif /* _NGX_HTTP_PATRON_CRAWLER_SIGNATURE_H_INCLUDED_ */
