
/*
 * A campaign is checked as a whole: its fields, that its HTML leaves no element
 * open, and that it reads no variable that it may not.
 */


#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_template.h"


static ngx_int_t ngx_http_patron_campaign_may_read(
    ngx_http_patron_campaigns_t *campaigns, const patron_str_t *name);


int
ngx_http_patron_campaign_check(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    patron_mem_t *mem, patron_campaign_t *campaign, patron_template_t *tmpl,
    char *err)
{
    size_t         i;
    patron_part_t *part;

    if (key->len > NGX_HTTP_PATRON_CAMPAIGN_KEY) {
        ngx_sprintf((u_char *) err, "its name has more than %d bytes%Z",
                    NGX_HTTP_PATRON_CAMPAIGN_KEY);
        return PATRON_ERROR;
    }

    if (patron_campaign_parse(campaign, key, fields, n, err) != PATRON_OK
        || patron_template_balanced(&campaign->html, err) != PATRON_OK
        || patron_template_compile(mem, tmpl, &campaign->html, err)
           != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < tmpl->nparts; i++) {
        part = &tmpl->parts[i];

        if (part->type != PATRON_PART_LITERAL
            && ngx_http_patron_campaign_may_read(campaigns, &part->str)
               != NGX_OK)
        {
            ngx_snprintf((u_char *) err, PATRON_CAMPAIGN_ERR,
                         "html reads \"%*s\", which patron_template_vars "
                         "does not name%Z",
                         ngx_min(part->str.len, 64), part->str.data);
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static ngx_int_t
ngx_http_patron_campaign_may_read(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *name)
{
    ngx_str_t   *var, ticker;
    ngx_uint_t   i;

    if (name->len > NGX_HTTP_PATRON_VARIABLE) {
        return NGX_DECLINED;
    }

    if (name->len > 7 && ngx_strncmp(name->data, "patron_", 7) == 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_ticker_name(name, &ticker) == NGX_OK) {
        return NGX_OK;
    }

    var = campaigns->vars->elts;

    for (i = 0; i < campaigns->vars->nelts; i++) {
        if (var[i].len == name->len
            && ngx_strncmp(var[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}
