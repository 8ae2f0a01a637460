
/*
 * "?patron_preview=TOKEN": a link made by patron_link_sign() for the purpose
 * "preview", with the campaign's "<slot>:<name>" in it.  The campaign has to be
 * named by "<prefix>campaigns": what is not to be seen yet has "from" in the
 * future, or the status "draft".  A preview is counted nowhere.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_link.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_seals.h"


#define NGX_HTTP_PATRON_PREVIEW_LEEWAY  60      /* seconds */


ngx_int_t
ngx_http_patron_preview_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t        token;
    ngx_uint_t       taken;
    patron_str_t     text;
    patron_link_t    link;
    patron_seal_t   *seal;

    static const patron_str_t  name = patron_string("patron_preview");

    if (ngx_http_patron_take_argument(r, &name, &token, &taken) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!taken) {
        return NGX_OK;
    }

    st->preview_given = 1;
    st->personal = 1;

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys,
                                NGX_HTTP_PATRON_SEAL_PREVIEW,
                                r->connection->log);
    if (seal == NULL) {
        return NGX_OK;
    }

    text.data = token.data;
    text.len = token.len;

    if (patron_link_check(seal, &text, ngx_time(),
                          NGX_HTTP_PATRON_PREVIEW_LEEWAY, &link)
        != PATRON_TOKEN_VALID)
    {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: preview refused: %s", link.reason);
        return NGX_OK;
    }

    st->preview.len = link.campaign.len;
    st->preview.data = ngx_pnalloc(r->main->pool, link.campaign.len + 1);
    if (st->preview.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(st->preview.data, link.campaign.data, link.campaign.len);

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_previews(ngx_http_patron_state_t *st, ngx_str_t *slot)
{
    return st->preview.len > slot->len
           && st->preview.data[slot->len] == ':'
           && ngx_memcmp(st->preview.data, slot->data, slot->len) == 0;
}
