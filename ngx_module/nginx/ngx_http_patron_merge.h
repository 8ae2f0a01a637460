
/*
 * What the module knows of a configuration: the whole of it, and each location,
 * made empty and filled by what stands around it.
 */


#ifndef _NGX_HTTP_PATRON_MERGE_H_INCLUDED_
#define _NGX_HTTP_PATRON_MERGE_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* What patron_types is by default. */

extern ngx_str_t  ngx_http_patron_default_types[];

/* NULL where there is no memory. */

void *ngx_http_patron_create_main_conf(ngx_conf_t *cf);
void *ngx_http_patron_create_loc_conf(ngx_conf_t *cf);

/* NGX_CONF_OK, or NGX_CONF_ERROR with the reason in the log. */

char *ngx_http_patron_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);


#endif /* _NGX_HTTP_PATRON_MERGE_H_INCLUDED_ */
