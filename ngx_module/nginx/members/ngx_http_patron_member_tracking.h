
/*
 * Members in the zones, kept true by what Redis tells of changes.
 */


#ifndef _NGX_HTTP_PATRON_MEMBER_TRACKING_H_INCLUDED_
#define _NGX_HTTP_PATRON_MEMBER_TRACKING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Registers with each server; after the client's start. */

ngx_int_t ngx_http_patron_members_init_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_PATRON_MEMBER_TRACKING_H_INCLUDED_ */
