
/*
 * The choice among many campaigns of a slot, made beforehand.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_RANK_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_RANK_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"


/* From so many campaigns in a slot, readers are taken together in 4096ths.  No
   fewer than are ranked. */

#define NGX_HTTP_PATRON_RANKED_MIN   PATRON_CAMPAIGN_RANKED


/*
 * The ranks of a slot, whose list is made.  They are taken over from an older
 * set where nothing of the choice is changed, and the rest is made little by
 * little, of the set that campaigns has now.
 */

ngx_int_t ngx_http_patron_ranks_create(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_slot_conf_t *slot);
void ngx_http_patron_ranks_keep(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_campaign_set_t *old);
void ngx_http_patron_ranks_begin(ngx_http_patron_campaigns_t *campaigns);
void ngx_http_patron_ranks_init_process(
    ngx_http_patron_campaigns_t *campaigns, ngx_log_t *log);
void ngx_http_patron_ranks_exit_process(
    ngx_http_patron_campaigns_t *campaigns);

/* The choice; its key may become another. */

const patron_campaign_t *ngx_http_patron_slot_choose(
    ngx_http_patron_slot_conf_t *slot, patron_choice_t *choice);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_RANK_H_INCLUDED_ */
