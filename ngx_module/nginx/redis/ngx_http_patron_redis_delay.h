
/*
 * How long what was measured took at most in the last minute.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_DELAY_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_DELAY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PATRON_DELAY_SECONDS  60


/* All zero: nothing was measured. */

typedef struct {
    uint32_t   longest[NGX_HTTP_PATRON_DELAY_SECONDS];  /* us, by second */
    uint64_t   second;                                  /* of the last one */
} ngx_http_patron_delay_t;


/* Microseconds of a clock that is never set. */

uint64_t ngx_http_patron_delay_now(void);

/* Something has taken from begin to now. */

void ngx_http_patron_delay_note(ngx_http_patron_delay_t *delay,
    uint64_t begin, uint64_t now);

/* The longest of the last minute, in microseconds. */

uint64_t ngx_http_patron_delay_longest(ngx_http_patron_delay_t *delay,
    uint64_t now);


#endif /* _NGX_HTTP_PATRON_REDIS_DELAY_H_INCLUDED_ */
