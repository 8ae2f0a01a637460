
/*
 * Feeds, as types alone: what a location says of them.
 */


#ifndef _NGX_HTTP_PATRON_FEED_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_FEED_TYPES_H_INCLUDED_


#include "patron_feed.h"
#include "ngx_http_patron_conf.h"


struct ngx_http_patron_feed_conf_s {
    patron_feed_rules_t  *rules;
    ngx_int_t             keep;         /* paragraphs of a closed item */
    ngx_str_t             level;        /* the element that states it, or
                                           empty */
};


#define NGX_HTTP_PATRON_FEED_ID_MAX  48


/* Whose address it is, and its id: "<random>.<unix seconds when made>". */

struct ngx_http_patron_feed_link_s {
    ngx_str_t             sub;
    ngx_str_t             id;
    time_t                iat;
};


#endif /* _NGX_HTTP_PATRON_FEED_TYPES_H_INCLUDED_ */
