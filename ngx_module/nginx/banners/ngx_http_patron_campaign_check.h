
/*
 * Is what Redis has for a campaign a campaign?
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_CHECK_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_CHECK_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"


/*
 * Checks the fields of a campaign as a whole: PATRON_OK, or PATRON_ERROR and
 * the reason in err, of PATRON_CAMPAIGN_ERR bytes.  tmpl is made from mem.
 */

int ngx_http_patron_campaign_check(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    patron_mem_t *mem, patron_campaign_t *campaign, patron_template_t *tmpl,
    char *err);

/* The value of a ticker; empty if there is none. */


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_CHECK_H_INCLUDED_ */
