
/*
 * See the header.  The address goes first, since it costs least; then the
 * signature.  What proves nothing leaves the request what it was, and
 * User-Agent never proves anything.
 */


#include "patron_crawler.h"
#include "patron_robots.h"
#include "patron_signed.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_index.h"
#include "ngx_http_patron_crawler_signature.h"
#include "ngx_http_patron_reader_address.h"
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_robots.h"
#include "ngx_http_patron_say.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_CRAWLERS_MAX_AGE  86400     /* s */


static char *ngx_http_patron_crawlers_option(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_crawlers_conf_t *crawlers,
    ngx_str_t *value);
static const char *ngx_http_patron_crawlers_judge(ngx_str_t *values,
    time_t *until);
static ngx_int_t ngx_http_patron_crawler_told(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    size_t entry, ngx_http_patron_crawler_signed_t *sig,
    ngx_http_patron_crawler_fields_t *fields);
static ngx_int_t ngx_http_patron_crawler_is(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_crawler_index_t *index,
    size_t entry);
static void ngx_http_patron_crawler_claims(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_crawler_signed_t *sig,
    ngx_http_patron_crawler_fields_t *fields);
static size_t ngx_http_patron_crawler_named(patron_registry_t *registry,
    ngx_str_t *field);
static ngx_int_t ngx_http_patron_crawler_refuse(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t status, const char *reason);


static ngx_str_t  ngx_http_patron_crawlers_fields[] = {
    ngx_string("keys"),
    ngx_string("agent"),
    ngx_string("ua"),
    ngx_string("level"),
    ngx_string("price"),
    ngx_string("currency"),
    ngx_string("purpose"),
    ngx_string("terms"),
    ngx_string("disallow"),
    ngx_null_string
};


static ngx_http_patron_registry_kind_t  ngx_http_patron_crawlers_kind = {
    ngx_string("bots"),
    ngx_string("bot:"),
    NGX_HTTP_PATRON_BLOB_BOTS,
    NGX_HTTP_PATRON_LEASE_BOTS,
    ngx_http_patron_crawlers_fields,
    PATRON_JWKS_TEXT,
    ngx_http_patron_crawlers_judge,
    { ngx_string("bot"), ngx_http_patron_refresh_changed,
      ngx_http_patron_refresh_forgotten, ngx_http_patron_refresh_listening,
      NULL }
};


/* patron_crawlers on | require [nonce=required] [max_age=24h] [address=VALUE]
   [authority=VALUE] | off; */

char *
ngx_http_patron_crawlers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    char                             *rv;
    ngx_str_t                        *value;
    ngx_uint_t                        i;
    ngx_http_patron_crawlers_conf_t  *crawlers;

    if (plcf->crawlers != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0 && cf->args->nelts == 2) {
        plcf->crawlers = NULL;
        return NGX_CONF_OK;
    }

    crawlers = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_crawlers_conf_t));
    if (crawlers == NULL) {
        return NGX_CONF_ERROR;
    }

    crawlers->require = (ngx_strcmp(value[1].data, "require") == 0);
    crawlers->max_age = NGX_HTTP_PATRON_CRAWLERS_MAX_AGE;

    if (!crawlers->require && ngx_strcmp(value[1].data, "on") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid value \"%V\": it is "
                           "\"on\", \"require\" or \"off\"", &cmd->name,
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_patron_crawlers_option(cf, cmd, crawlers, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    plcf->crawlers = crawlers;

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_crawlers_option(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_crawlers_conf_t *crawlers, ngx_str_t *value)
{
    ngx_str_t                  s;
    ngx_http_complex_value_t **cv;

    if (ngx_strcmp(value->data, "nonce=required") == 0) {
        crawlers->nonce = 1;
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value->data, "max_age=", 8) == 0) {
        s.data = value->data + 8;
        s.len = value->len - 8;

        crawlers->max_age = ngx_parse_time(&s, 1);

        if (crawlers->max_age != (time_t) NGX_ERROR && crawlers->max_age) {
            return NGX_CONF_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid time in \"%V\"",
                           &cmd->name, value);
        return NGX_CONF_ERROR;
    }

    cv = NULL;

    if (ngx_strncmp(value->data, "address=", 8) == 0) {
        cv = &crawlers->address;
        s.data = value->data + 8;

    } else if (ngx_strncmp(value->data, "authority=", 10) == 0) {
        cv = &crawlers->authority;
        s.data = value->data + 10;
    }

    if (cv != NULL && *s.data != '\0') {
        s.len = value->data + value->len - s.data;
        *cv = ngx_http_patron_complex_value(cf, &s);

        return *cv != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid parameter \"%V\"",
                       &cmd->name, value);

    return NGX_CONF_ERROR;
}


char *
ngx_http_patron_crawlers_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_main_conf_t      *pmcf;
    ngx_http_patron_crawlers_conf_t  *crawlers;

    crawlers = plcf->crawlers;

    if (!plcf->enable || crawlers == NULL) {
        return NGX_CONF_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    if (plcf->redis == NULL || pmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_crawlers\" directive: it needs \"%s\"",
                      pmcf->zone == NULL ? "patron_zone" : "patron_redis");
        return NGX_CONF_ERROR;
    }

    if (crawlers->address != NULL && !crawlers->warned
        && !ngx_http_patron_reader_trusts(cf))
    {
        crawlers->warned = 1;

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"patron_crawlers\" directive: \"address=\" is not "
                      "listened to: no \"set_real_ip_from\" says who may tell "
                      "addresses");
    }

    plcf->bots = ngx_http_patron_registry_add(cf, plcf->redis,
                                              &ngx_http_patron_crawlers_kind);

    return plcf->bots != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* What cannot be read proves nobody's name, and is not charged for. */

static const char *
ngx_http_patron_crawlers_judge(ngx_str_t *values, time_t *until)
{
    size_t          n;
    int64_t         amount;
    ngx_str_t      *value;
    patron_str_t    text, ua;
    patron_jwk_t    keys[PATRON_JWKS_KEYS];
    patron_uchar_t  currency[PATRON_CURRENCY];

    *until = 0;

    value = &values[NGX_HTTP_PATRON_BOT_PRICE - NGX_HTTP_PATRON_REGISTRY_VALUE];
    text = ngx_http_patron_pure_str(value);

    if (text.len && patron_amount_parse(&amount, &text) != PATRON_OK) {
        return "price is no number of millionths";
    }

    value = &values[NGX_HTTP_PATRON_BOT_CURRENCY
                    - NGX_HTTP_PATRON_REGISTRY_VALUE];
    text = ngx_http_patron_pure_str(value);

    if (text.len && patron_currency_parse(currency, &text) != PATRON_OK) {
        return "currency is no three letters";
    }

    value = &values[NGX_HTTP_PATRON_BOT_DISALLOW
                    - NGX_HTTP_PATRON_REGISTRY_VALUE];
    text = ngx_http_patron_pure_str(value);

    if (text.len) {
        value = &values[NGX_HTTP_PATRON_BOT_UA
                        - NGX_HTTP_PATRON_REGISTRY_VALUE];
        ua = ngx_http_patron_pure_str(value);

        if (patron_robots_paths(&text) != PATRON_OK) {
            return "disallow is no list of paths";
        }

        if (!patron_robots_name(&ua)) {
            return "disallow is for a ua that robots.txt can name";
        }
    }

    value = &values[NGX_HTTP_PATRON_BOT_KEYS - NGX_HTTP_PATRON_REGISTRY_VALUE];
    text = ngx_http_patron_pure_str(value);

    return text.len ? patron_jwks_read(&text, keys, &n) : NULL;
}


ngx_int_t
ngx_http_patron_crawler_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    size_t                             entry;
    ngx_int_t                          rc;
    patron_registry_t                 *registry;
    ngx_http_patron_crawler_fields_t   fields;
    ngx_http_patron_crawler_signed_t   sig;

    if (st->crawler_known) {
        return NGX_OK;
    }

    sig.index = ngx_http_patron_crawler_index(plcf->bots);

    if (sig.index == NULL) {
        return NGX_OK;
    }

    st->crawler_known = 1;

    sig.registry = plcf->bots;
    sig.entry = 0;
    sig.reason = NULL;
    registry = &plcf->bots->registry;

    if (ngx_http_patron_crawler_fields(r, &fields) == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_patron_reader_address(r, plcf->crawlers->address,
                                        &sig.address);
    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    entry = (rc == NGX_OK) ? patron_registry_find(registry, &sig.address) : 0;

    if (rc != NGX_OK) {
        ngx_memzero(&sig.address, sizeof(patron_address_t));
    }

    if (entry
        && (ngx_http_patron_crawler_is(r, st, sig.index, entry) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (fields.input.len && (entry == 0 || fields.priced)) {
        rc = ngx_http_patron_crawler_verify(r, plcf, &fields, &sig);

        if (rc == NGX_OK
            && entry == 0
            && ngx_http_patron_crawler_is(r, st, sig.index, sig.entry)
               != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (rc == NGX_OK && (entry == 0 || entry == sig.entry)) {
            st->crawl->most = sig.most;
            st->crawl->exact = sig.exact;
        }
    }

    return ngx_http_patron_crawler_told(r, plcf, st, entry, &sig, &fields);
}


/* What is told of it, and counted; or why it is refused. */

static ngx_int_t
ngx_http_patron_crawler_told(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    size_t entry, ngx_http_patron_crawler_signed_t *sig,
    ngx_http_patron_crawler_fields_t *fields)
{
    ngx_int_t                          rc;
    ngx_http_patron_zone_t            *zone;
    ngx_http_patron_crawler_record_t  *record;

    zone = plcf->bots->zone;

    if (sig->reason != NULL) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: signature of a crawler refused: %s",
                      sig->reason);
    }

    if (st->crawl == NULL) {
        ngx_http_patron_crawler_claims(r, plcf, st, sig, fields);

        if (sig->reason != NULL && plcf->crawlers->require && !plcf->dry_run) {
            return ngx_http_patron_crawler_refuse(r, st, NGX_HTTP_UNAUTHORIZED,
                                                  sig->reason);
        }

        return NGX_OK;
    }

    if (entry) {
        ngx_str_set(&st->bot_by, "address");
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BOT_ADDRESS);
        ngx_http_patron_stats_count(r, "bot_address", &st->bot);
        st->crawl->payable = 1;

    } else {
        ngx_str_set(&st->bot_by, "signature");
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BOT_SIGNATURE);
        st->crawl->payable = sig->once;
    }

    record = ngx_http_patron_crawler_record(sig->index,
                                            entry ? entry : sig->entry);

    ngx_http_patron_stats_counted(r, &record->requests);

    rc = ngx_http_patron_robots_ignored(r, plcf, record);

    if (rc == NGX_OK && !plcf->dry_run) {
        return ngx_http_patron_crawler_refuse(r, st, NGX_HTTP_FORBIDDEN,
                                              "robots.txt keeps this crawler "
                                              "out of here");
    }

    return rc == NGX_ERROR ? NGX_HTTP_INTERNAL_SERVER_ERROR : NGX_OK;
}


/* The record may be another's before the request ends: a copy is its own. */

static ngx_int_t
ngx_http_patron_crawler_is(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_crawler_index_t *index, size_t entry)
{
    u_char                            *p;
    ngx_http_patron_crawl_t           *crawl;
    ngx_http_patron_crawler_record_t  *record;

    record = ngx_http_patron_crawler_record(index, entry);

    crawl = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_crawl_t)
                                 + record->len);
    if (crawl == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) crawl + sizeof(ngx_http_patron_crawl_t);
    ngx_memcpy(p, record->name.data, record->len);

    st->bot.data = p;
    st->bot.len = record->name.len;
    p += record->name.len;

    st->bot_purpose.data = p;
    st->bot_purpose.len = record->purpose.len;
    p += record->purpose.len;

    crawl->level.data = p;
    crawl->level.len = record->level.len;
    p += record->level.len;

    crawl->terms.data = p;
    crawl->terms.len = record->terms.len;

    crawl->price = record->price;
    crawl->most = -1;
    crawl->exact = -1;

    st->crawl = crawl;

    return NGX_OK;
}


/* Whose key or agent it names, or whose word is in User-Agent. */

static void
ngx_http_patron_crawler_claims(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_crawler_signed_t *sig,
    ngx_http_patron_crawler_fields_t *fields)
{
    size_t              entry;
    patron_registry_t  *registry;

    entry = sig->entry;
    registry = &sig->registry->registry;

    if (entry == 0 && fields->agent.len) {
        entry = ngx_http_patron_crawler_named(registry, &fields->agent);
    }

    if (entry == 0 && r->headers_in.user_agent != NULL) {
        entry = ngx_http_patron_crawler_says(sig->index,
                                        &r->headers_in.user_agent->value);
    }

    if (entry == 0
        || ngx_http_patron_registry_copy(r->pool, registry, entry,
                                         NGX_HTTP_PATRON_REGISTRY_NAMED,
                                         &st->bot_claims)
           != NGX_OK)
    {
        return;
    }

    ngx_http_patron_zone_count(sig->registry->zone,
                               NGX_HTTP_PATRON_C_BOT_CLAIMED);
    ngx_http_patron_stats_count(r, "bot_claimed", &st->bot_claims);

    /* it is counted; who only says a name is refused nothing for it */

    (void) ngx_http_patron_robots_ignored(r, plcf,
                             ngx_http_patron_crawler_record(sig->index, entry));
}


static size_t
ngx_http_patron_crawler_named(patron_registry_t *registry, ngx_str_t *field)
{
    size_t        entry;
    ngx_str_t     value;
    patron_str_t  text, agent;

    text = ngx_http_patron_pure_str(field);

    for (entry = 1; entry <= registry->nentries; entry++) {
        value = ngx_http_patron_registry_value(registry, entry,
                                               NGX_HTTP_PATRON_BOT_AGENT);
        agent = ngx_http_patron_pure_str(&value);

        if (agent.len && patron_signed_agent(&text, &agent) == 1) {
            return entry;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_patron_crawler_refuse(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t status, const char *reason)
{
    u_char                  *p;
    size_t                   len;
    ngx_str_t                challenge;
    ngx_http_patron_said_t  *said;

    said = ngx_http_patron_say(r, st);
    len = ngx_strlen(reason);
    p = ngx_pnalloc(r->pool, 2 * len + 64);

    if (said == NULL || p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&said->type, "text/plain");
    said->body.data = p;
    p = ngx_sprintf(p, "%s\n", reason);
    said->body.len = p - said->body.data;

    r->error_page = 1;

    if (status != NGX_HTTP_UNAUTHORIZED) {
        return status;
    }

    challenge.data = p;
    p = ngx_cpymem(p, "Signature error=\"", sizeof("Signature error=\"") - 1);

    for ( /* void */ ; *reason; reason++) {
        if (*reason != '"') {
            *p++ = *reason;
        }
    }

    *p++ = '"';
    challenge.len = p - challenge.data;

    ngx_http_patron_say_header(said, "WWW-Authenticate", &challenge);

    return status;
}


void
ngx_http_patron_crawler_read(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    if (r->headers_out.status != NGX_HTTP_OK
        || r->method == NGX_HTTP_HEAD
        || st->level.type == PATRON_LEVEL_FREE
        || (r->headers_in.range != NULL && r->allow_ranges)
        || st->replaced)
    {
        return;
    }

    ngx_http_patron_stats_count(r, patron_decision_closed(st->decision)
                                   ? "bot_cut" : "bot_whole", &st->bot);
}
