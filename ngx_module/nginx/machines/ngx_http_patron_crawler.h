
/*
 * Crawlers: which one a request is of, proven by the address or a signature, and
 * which one it only says it is of.
 */


#ifndef _NGX_HTTP_PATRON_CRAWLER_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWLER_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_registry_types.h"
#include "ngx_http_patron_state.h"


/* What follows the common fields of an entry. */

typedef enum {
    NGX_HTTP_PATRON_BOT_KEYS = NGX_HTTP_PATRON_REGISTRY_VALUE,
    NGX_HTTP_PATRON_BOT_AGENT,
    NGX_HTTP_PATRON_BOT_UA,
    NGX_HTTP_PATRON_BOT_LEVEL,
    NGX_HTTP_PATRON_BOT_PRICE,
    NGX_HTTP_PATRON_BOT_CURRENCY,
    NGX_HTTP_PATRON_BOT_PURPOSE,
    NGX_HTTP_PATRON_BOT_TERMS,
    NGX_HTTP_PATRON_BOT_DISALLOW
} ngx_http_patron_bot_field_e;


struct ngx_http_patron_crawlers_conf_s {
    ngx_http_complex_value_t  *address;     /* NULL: the connection's */
    ngx_http_complex_value_t  *authority;   /* NULL: as it was asked for */
    time_t                     max_age;
    ngx_uint_t                 require;
    ngx_uint_t                 nonce;       /* is required */
    ngx_uint_t                 warned;
};


/* The directive, and what it needs: after all that may be merged. */

char *ngx_http_patron_crawlers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_crawlers_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * Access phase, once a request: whose it is goes into st, and is counted.
 * NGX_OK, or a status that answers it.
 */

ngx_int_t ngx_http_patron_crawler_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Header filter: counts what it gets of a page that has a level. */

void ngx_http_patron_crawler_read(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_CRAWLER_H_INCLUDED_ */
