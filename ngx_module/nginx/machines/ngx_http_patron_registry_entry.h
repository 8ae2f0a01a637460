
/*
 * One entry of a registry, as Redis answers for it.
 */


#ifndef _NGX_HTTP_PATRON_REGISTRY_ENTRY_H_INCLUDED_
#define _NGX_HTTP_PATRON_REGISTRY_ENTRY_H_INCLUDED_


#include "patron_resp.h"
#include "ngx_http_patron_registry_load_types.h"


/*
 * Reads an answer: the fields where it is the first one, and lists of
 * addresses.  NGX_OK; NGX_AGAIN to ask for item->list; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_registry_read(
    ngx_http_patron_registry_item_t *item, patron_reply_t *reply);

/* Notes what is wrong with it: of several the first is kept. */

void ngx_http_patron_registry_trouble(ngx_http_patron_registry_item_t *item,
    const char *fmt, ...);


#endif /* _NGX_HTTP_PATRON_REGISTRY_ENTRY_H_INCLUDED_ */
