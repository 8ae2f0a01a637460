
/*
 * "?patron_preview=TOKEN": a link made by patron_link_sign() for the purpose
 * "preview", with the campaign's "<slot>:<name>" in it.  One that is not live
 * is read from Redis for this page alone; the holder of the link waits for it.
 * A preview is counted nowhere.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_campaign_load_types.h"
#include "ngx_http_patron_campaign_set.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_PREVIEW_LEEWAY  60      /* seconds */


/* A campaign that is not live, as a set of its own. */

struct ngx_http_patron_previewed_s {
    ngx_http_patron_campaigns_t     *campaigns;
    ngx_http_patron_campaign_set_t  *set;       /* NULL: it cannot be read */
};


static ngx_int_t ngx_http_patron_preview_load(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_preview_ask(ngx_http_request_t *r,
    ngx_http_patron_campaigns_t *campaigns, ngx_http_patron_state_t *st);
static void ngx_http_patron_preview_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_preview_read(ngx_http_patron_state_t *st,
    patron_str_t *strings, size_t n);
static void ngx_http_patron_preview_cleanup(void *data);


ngx_int_t
ngx_http_patron_preview_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t      token;
    ngx_uint_t     taken;
    patron_link_t  link;

    static const patron_str_t  name = patron_string("patron_preview");

    if (ngx_http_patron_take_argument(r, &name, &token, &taken) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!taken) {
        return NGX_OK;
    }

    st->preview_given = 1;
    st->personal = 1;

    if (ngx_http_patron_link_open(r, plcf, NGX_HTTP_PATRON_SEAL_PREVIEW,
                                  "preview", &token,
                                  NGX_HTTP_PATRON_PREVIEW_LEEWAY, &link)
        != NGX_OK)
    {
        return NGX_OK;
    }

    st->preview.len = link.campaign.len;
    st->preview.data = ngx_pnalloc(r->main->pool, link.campaign.len + 1);
    if (st->preview.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(st->preview.data, link.campaign.data, link.campaign.len);

    return ngx_http_patron_preview_load(r, plcf, st);
}


static ngx_int_t
ngx_http_patron_preview_load(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_pool_cleanup_t              *cln;
    ngx_http_patron_previewed_t     *previewed;
    ngx_http_patron_campaign_set_t  *set;

    set = ngx_http_patron_campaigns(plcf->campaigns);

    if ((set != NULL && ngx_http_patron_campaign_find(set, &st->preview))
        || st->preview.len > NGX_HTTP_PATRON_CAMPAIGN_KEY)
    {
        return NGX_OK;
    }

    previewed = ngx_pcalloc(r->main->pool,
                            sizeof(ngx_http_patron_previewed_t));
    cln = ngx_pool_cleanup_add(r->main->pool, 0);

    if (previewed == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_patron_preview_cleanup;
    cln->data = previewed;

    previewed->campaigns = plcf->campaigns;
    st->previewed = previewed;

    if (ngx_http_patron_preview_ask(r, plcf->campaigns, st) != NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


static ngx_int_t
ngx_http_patron_preview_ask(ngx_http_request_t *r,
    ngx_http_patron_campaigns_t *campaigns, ngx_http_patron_state_t *st)
{
    u_char                      *p, fields[NGX_INT_T_LEN];
    u_char                       bytes[NGX_INT_T_LEN];
    ngx_str_t                    argv[3];
    ngx_http_patron_question_t   question;

    p = ngx_pnalloc(r->pool,
                    ngx_http_patron_redis_prefix(campaigns->redis)->len
                    + sizeof("campaign:") + st->preview.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    argv[0].data = p;
    p = ngx_http_patron_redis_key(p, campaigns->redis, "campaign:");
    p = ngx_cpymem(p, st->preview.data, st->preview.len);
    argv[0].len = p - argv[0].data;

    argv[1].data = fields;
    argv[1].len = ngx_sprintf(fields, "%d", PATRON_SNAPSHOT_STRINGS / 2)
                  - fields;

    argv[2].data = bytes;
    argv[2].len = ngx_sprintf(bytes, "%d", PATRON_CAMPAIGN_HTML + 1) - bytes;

    question.script = &campaigns->loader->script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 3;
    question.answer = ngx_http_patron_preview_answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = NULL;
    question.size = 0;

    return ngx_http_patron_ask(r, st, campaigns->redis, &question);
}


static void
ngx_http_patron_preview_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    size_t        i, n;
    patron_str_t  strings[PATRON_SNAPSHOT_STRINGS];

    if (st == NULL
        || !ngx_http_patron_answered(st->previewed->campaigns->redis, reply))
    {
        return;
    }

    n = patron_reply_elements(reply);

    if (n == 0 || n % 2 || n >= PATRON_SNAPSHOT_STRINGS) {
        ngx_log_error(NGX_LOG_INFO, st->request->connection->log, 0,
                      "patron: no campaign \"%V\" to preview", &st->preview);
        return;
    }

    strings[0] = ngx_http_patron_pure_str(&st->preview);

    for (i = 0; i < n; i++) {
        strings[1 + i] = patron_reply_str(patron_reply_element(reply, i));
    }

    ngx_http_patron_preview_read(st, strings, n + 1);
}


static void
ngx_http_patron_preview_read(ngx_http_patron_state_t *st,
    patron_str_t *strings, size_t n)
{
    char                          err[PATRON_CAMPAIGN_ERR];
    size_t                        i;
    ngx_str_t                     data;
    patron_mem_t                 *mem;
    patron_field_t                fields[PATRON_SNAPSHOT_STRINGS / 2];
    patron_campaign_t             campaign;
    patron_template_t             tmpl;
    patron_snapshot_t             snapshot;
    ngx_http_patron_previewed_t  *previewed;

    previewed = st->previewed;

    mem = ngx_http_patron_mem(st->request->pool);
    if (mem == NULL) {
        return;
    }

    for (i = 0; i < n / 2; i++) {
        fields[i].name = strings[1 + 2 * i];
        fields[i].value = strings[2 + 2 * i];
    }

    if (ngx_http_patron_campaign_check(previewed->campaigns, &strings[0],
                                       fields, n / 2, mem, &campaign, &tmpl,
                                       err)
        != PATRON_OK)
    {
        ngx_log_error(NGX_LOG_INFO, st->request->connection->log, 0,
                      "patron: campaign \"%V\" cannot be previewed: %s",
                      &st->preview, err);
        return;
    }

    ngx_memzero(&snapshot, sizeof(patron_snapshot_t));

    if (patron_snapshot_put(&snapshot, NGX_HTTP_PATRON_RECORD_CAMPAIGN,
                            strings, n)
        == PATRON_OK)
    {
        data.data = snapshot.data;
        data.len = snapshot.len;

        previewed->set = ngx_http_patron_set_create(previewed->campaigns,
                                                    &data);
    }

    patron_snapshot_free(&snapshot);
}


static void
ngx_http_patron_preview_cleanup(void *data)
{
    ngx_http_patron_previewed_t  *previewed = data;

    if (previewed->set != NULL) {
        ngx_destroy_pool(previewed->set->pool);
    }
}


ngx_http_patron_campaign_set_t *
ngx_http_patron_preview_set(ngx_http_patron_state_t *st)
{
    return st->previewed ? st->previewed->set : NULL;
}


ngx_uint_t
ngx_http_patron_previews(ngx_http_patron_state_t *st, ngx_str_t *slot)
{
    return st->preview.len > slot->len
           && st->preview.data[slot->len] == ':'
           && ngx_memcmp(st->preview.data, slot->data, slot->len) == 0;
}
