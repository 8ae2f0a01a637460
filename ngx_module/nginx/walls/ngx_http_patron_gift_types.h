
/*
 * Gifts, as types alone: their configuration, and a link that opens a page.
 */


#ifndef _NGX_HTTP_PATRON_GIFT_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_GIFT_TYPES_H_INCLUDED_


#include "ngx_http_patron_meter_types.h"


struct ngx_http_patron_gift_conf_s {
    ngx_int_t                  limit;       /* gifts of one patron, */
    ngx_http_patron_period_t   period;      /* in each of these */
    time_t                     ttl;         /* of a link, in seconds */
    ngx_str_t                  ignore;      /* arguments that tell no articles
                                               apart, with commas between */
};


#define NGX_HTTP_PATRON_GIFT_ID_MAX  128


struct ngx_http_patron_gift_link_s {
    patron_reader_t            giver;
    int64_t                    exp;         /* unix seconds */
    ngx_str_t                  token;
    ngx_str_t                  id;          /* by which it is taken back */
    patron_str_t               page;
};


#endif /* _NGX_HTTP_PATRON_GIFT_TYPES_H_INCLUDED_ */
