
/*
 * The configuration of devices, as a type alone.
 */


#ifndef _NGX_HTTP_PATRON_DEVICE_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_DEVICE_TYPES_H_INCLUDED_


#include "ngx_http_patron_conf.h"


struct ngx_http_patron_devices_conf_s {
    ngx_int_t   limit;
    time_t      window;         /* seconds */
    ngx_int_t   fresh;          /* new ones, 0: any number, */
    time_t      fresh_time;     /* in so many seconds */
};


#endif /* _NGX_HTTP_PATRON_DEVICE_TYPES_H_INCLUDED_ */
