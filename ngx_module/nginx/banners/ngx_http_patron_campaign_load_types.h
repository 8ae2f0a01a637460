
/*
 * One loading of campaigns, as types alone: what the file that reads and the
 * one that writes know of it.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_LOAD_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_LOAD_TYPES_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"
#include "ngx_http_patron_refresh.h"


typedef enum {
    NGX_HTTP_PATRON_LOAD_HASHES = 0,
    NGX_HTTP_PATRON_LOAD_TICKERS
} ngx_http_patron_load_e;


typedef enum {
    NGX_HTTP_PATRON_LOAD_CAMPAIGN = 0,
    NGX_HTTP_PATRON_LOAD_TICKER,
    NGX_HTTP_PATRON_LOAD_SLOT,          /* no name: all slots */
    NGX_HTTP_PATRON_LOAD_QUIET
} ngx_http_patron_load_kind_e;


/* One thing asked for by name. */

typedef struct {
    ngx_http_patron_loader_t        *loader;
    ngx_http_patron_load_kind_e      kind;
    ngx_str_t                        name;
    ngx_str_t                        value;         /* of a ticker */
    patron_field_t                  *fields;
    size_t                           nfields;
    const char                      *reason;        /* it cannot be read */
    ngx_uint_t                       keep;          /* as it was read before */
} ngx_http_patron_load_item_t;


struct ngx_http_patron_loader_s {
    ngx_http_patron_campaigns_t     *campaigns;
    ngx_http_patron_script_t         script;
    ngx_http_patron_script_t         quiet_script;
    ngx_http_patron_refresh_t        refresh;

    ngx_http_patron_load_e           state;
    ngx_uint_t                       failed;
    ngx_http_patron_load_item_t     *items;
    ngx_uint_t                       n;
    ngx_uint_t                       next;          /* to be asked for */
    ngx_uint_t                       waiting;
    ngx_http_patron_load_item_t     *hashes;        /* those of HASHES */
    ngx_uint_t                       nhashes;
    time_t                           said;          /* that it is no set */
};


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_LOAD_TYPES_H_INCLUDED_ */
