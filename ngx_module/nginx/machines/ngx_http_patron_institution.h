
/*
 * Institutions: libraries, schools and firms whose addresses read as a patron.
 */


#ifndef _NGX_HTTP_PATRON_INSTITUTION_H_INCLUDED_
#define _NGX_HTTP_PATRON_INSTITUTION_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_registry_types.h"
#include "ngx_http_patron_state.h"


/* What follows the common fields of an entry. */

typedef enum {
    NGX_HTTP_PATRON_INSTITUTION_TIER = NGX_HTTP_PATRON_REGISTRY_VALUE,
    NGX_HTTP_PATRON_INSTITUTION_UNTIL,
    NGX_HTTP_PATRON_INSTITUTION_LABEL
} ngx_http_patron_institution_field_e;


/* The directive, and what it needs: after all that may be merged. */

char *ngx_http_patron_institutions(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_institutions_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/* Says once, where they are on, what caches in front have to do. */

void ngx_http_patron_institutions_warn(ngx_conf_t *cf);

/*
 * Makes a patron of a reader who is none, where the address is that of an
 * institution, and counts it.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_institution_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_INSTITUTION_H_INCLUDED_ */
