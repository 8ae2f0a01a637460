
/*
 * Experiments: in a slot whose campaigns are chosen by reader the reader is the
 * unit.  Who was assigned to what is in the visit, and counted once the cookie
 * has come back; what a reader does is counted once a campaign.
 */


#ifndef _NGX_HTTP_PATRON_EXPERIMENT_H_INCLUDED_
#define _NGX_HTTP_PATRON_EXPERIMENT_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The page has st->picks: notes those that are of experiments in st->visit,
 * and counts "assigned.<campaign>" where the cookie had them.  NGX_OK: the
 * visit has changed; NGX_DECLINED: it has not; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_experiment_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Counts the showing of holdbacks that no rule stands for. */

void ngx_http_patron_experiment_held(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    uint64_t active);

/*
 * Is what the reader does with a campaign, a PATRON_VISIT_ bit, to be counted?
 * It is noted in st->visit, where there is one.  In an experiment only who was
 * assigned to the campaign counts.
 */

ngx_uint_t ngx_http_patron_experiment_did(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_str_t *campaign, unsigned what);

/*
 * The reader leaves by a campaign with a reference, and a webhook will tell
 * what came of that: it is not counted here again.
 */

void ngx_http_patron_experiment_referred(ngx_http_patron_state_t *st,
    patron_str_t *campaign);

/*
 * The reader of st->visit has become a patron: counts "granted.<campaign>" for
 * all assignments of the last days, and "granted_by_click.<campaign>" for what
 * was clicked last, which is forgotten.
 */

void ngx_http_patron_experiment_joined(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_EXPERIMENT_H_INCLUDED_ */
