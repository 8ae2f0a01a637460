
/*
 * The meter's set in Redis: an article is put into it, and taken out again.
 */


#ifndef _NGX_HTTP_PATRON_METER_REDIS_H_INCLUDED_
#define _NGX_HTTP_PATRON_METER_REDIS_H_INCLUDED_


#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_meter_types.h"
#include "ngx_http_patron_state.h"


/* Names the reader's set; NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_meter_key(ngx_http_patron_state_t *st,
    ngx_http_patron_metering_t *m);

/*
 * As ngx_http_patron_ask(), of st->meter.  What answer() reads is what was
 * found, as ngx_http_patron_outcome_e, and the set's size; its data is a copy
 * of the claim.
 */

ngx_int_t ngx_http_patron_meter_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_answer_pt answer);

/* Nobody waits for these: what is reserved was looked up before. */

void ngx_http_patron_meter_reserve(ngx_http_request_t *r,
    ngx_http_patron_metering_t *m);
void ngx_http_patron_meter_take_back(ngx_http_patron_claim_t *claim);

ngx_int_t ngx_http_patron_meter_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_METER_REDIS_H_INCLUDED_ */
