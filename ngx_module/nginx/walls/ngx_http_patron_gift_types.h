
/*
 * The configuration of gifts, as a type alone.
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


#endif /* _NGX_HTTP_PATRON_GIFT_TYPES_H_INCLUDED_ */
