
/*
 * See the header.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_reader.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_wall_choice.h"


ngx_int_t
ngx_http_patron_wall_choose(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_wall_t **wall)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    patron_reader_t          reader;
    ngx_http_patron_wall_t  *w;

    *wall = NULL;

    if (plcf->walls == NULL) {
        return NGX_DECLINED;
    }

    ngx_http_patron_state_reader(st, &reader);

    w = plcf->walls->elts;

    for (i = 0; i < plcf->walls->nelts; i++) {

        if (!(w[i].levels & (ngx_uint_t) 1 << st->level.type)
            || !patron_audience_match(&w[i].audience, &reader))
        {
            continue;
        }

        rc = ngx_http_patron_condition(r, &w[i].condition);

        if (rc == NGX_OK) {
            *wall = &w[i];
        }

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_wall_check_gift(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                rc;
    ngx_http_patron_wall_t  *wall;

    if (st->giver == NULL || st->level.type == PATRON_LEVEL_FREE) {
        return NGX_OK;
    }

    rc = ngx_http_patron_wall_choose(r, plcf, st, &wall);

    if (rc == NGX_DECLINED) {
        st->giver = NULL;
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


uint64_t
ngx_http_patron_wall_cut_bit(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_wall_t *wall)
{
    ngx_http_patron_wall_t  *first;

    first = plcf->walls->elts;

    return (uint64_t) 1 << (plcf->cut_rule + (wall - first));
}


ngx_int_t
ngx_http_patron_wall_rules(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_wall_t *wall,
    ngx_str_t *html, uint64_t *active, uint64_t *variant)
{
    uint64_t  hash;

    if (ngx_http_patron_template_render(r, &wall->tmpl, html, &hash)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *active |= plcf->strip_rules | plcf->hydration_rules
               | ngx_http_patron_wall_cut_bit(plcf, wall)
               | (uint64_t) 1 << plcf->end_rule;

    *variant = ngx_http_patron_hash_mix(*variant, hash);
    *variant = ngx_http_patron_hash_mix(*variant, wall->hash);

    return NGX_OK;
}
