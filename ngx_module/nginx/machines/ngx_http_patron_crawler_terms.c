
/*
 * See the header.  All of it is made of the same few values, so that what is
 * said and what is done agree.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_say.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_TERMS_MAX     2048  /* bytes of a value */


static ngx_int_t ngx_http_patron_terms_value(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_terms_conf_t *terms, ngx_str_t *value);
static ngx_str_t *ngx_http_patron_terms_granted(
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *value);
static ngx_int_t ngx_http_patron_terms_say_html(ngx_http_request_t *r,
    ngx_http_patron_said_t *said, ngx_str_t *license, ngx_str_t *contact,
    ngx_str_t *price);
static ngx_int_t ngx_http_patron_terms_say_json(ngx_http_request_t *r,
    ngx_http_patron_said_t *said, ngx_http_patron_crawl_t *crawl,
    ngx_str_t *license, ngx_str_t *contact);
static json_t *ngx_http_patron_terms_json(ngx_http_request_t *r,
    ngx_http_patron_crawl_t *crawl, ngx_str_t *license, ngx_str_t *contact);
static json_t *ngx_http_patron_terms_offer(ngx_http_request_t *r,
    ngx_http_patron_crawl_t *crawl, ngx_str_t *license, ngx_str_t *contact);
static ngx_str_t *ngx_http_patron_terms_purpose(
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *purpose);


static ngx_str_t  ngx_http_patron_content_usage = ngx_string("Content-Usage");


/*
 * patron_crawler_terms [license=URL] [contact=URL] [price=AMOUNT] [usage=TEXT]
 *                      [usage.PURPOSE=TEXT] ... | off;
 */

char *
ngx_http_patron_crawler_terms(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_patron_terms_conf_t  *terms;

    if (plcf->terms != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0 && cf->args->nelts == 2) {
        plcf->terms = NULL;
        return NGX_CONF_OK;
    }

    terms = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_terms_conf_t));
    if (terms == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_patron_terms_value(cf, cmd, terms, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    plcf->terms = terms;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_terms_value(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *value)
{
    ngx_str_t     *to;
    ngx_uint_t     i;
    patron_str_t   text;

    to = NULL;
    text.data = value->data;

    if (ngx_strncmp(value->data, "license=", 8) == 0) {
        to = &terms->license;
        text.data += 8;

    } else if (ngx_strncmp(value->data, "contact=", 8) == 0) {
        to = &terms->contact;
        text.data += 8;

    } else if (ngx_strncmp(value->data, "usage=", 6) == 0) {
        to = &terms->usage;
        text.data += 6;

    } else if (ngx_strncmp(value->data, "usage.", 6) == 0) {
        to = ngx_http_patron_terms_granted(terms, value);
        text.data += (to != NULL) ? ngx_strlchr(value->data, value->data
                                                + value->len, '=')
                                    + 1 - value->data : 0;

    } else if (ngx_strncmp(value->data, "price=", 6) == 0) {
        text.data += 6;
    }

    text.len = value->data + value->len - text.data;

    if (text.data == value->data || text.len == 0
        || text.len > NGX_HTTP_PATRON_TERMS_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\"",
                           &cmd->name, value);
        return NGX_ERROR;
    }

    if (to == NULL) {

        if (patron_price_parse(&terms->price, &text) == PATRON_OK) {
            return NGX_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid price in \"%V\": it is "
                           "as in \"USD 0.01\"", &cmd->name, value);
        return NGX_ERROR;
    }

    for (i = 0; i < text.len; i++) {

        /* they go into headers, and links into "<>" */

        if (text.data[i] < ' ' || text.data[i] > '~'
            || ((to == &terms->license || to == &terms->contact)
                && ngx_strchr(" \"<>", text.data[i]) != NULL))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid character in \"%V\"",
                               &cmd->name, value);
            return NGX_ERROR;
        }
    }

    to->data = (u_char *) text.data;
    to->len = text.len;

    return NGX_OK;
}


/* "usage.train=..."; NULL: of no purpose. */

static ngx_str_t *
ngx_http_patron_terms_granted(ngx_http_patron_terms_conf_t *terms,
    ngx_str_t *value)
{
    u_char            *end;
    patron_str_t       name;
    patron_crawler_purpose_e   purpose;

    end = ngx_strlchr(value->data, value->data + value->len, '=');

    if (end == NULL) {
        return NULL;
    }

    name.data = value->data + sizeof("usage.") - 1;
    name.len = end - name.data;
    purpose = patron_crawler_purpose(&name);

    return purpose < PATRON_CRAWLER_N ? &terms->granted[purpose] : NULL;
}


void
ngx_http_patron_crawler_offer(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_crawl_t *crawl)
{
    crawl->offer = crawl->price;

    if (crawl->offer.amount == 0 && plcf->terms != NULL) {
        crawl->offer = plcf->terms->price;
    }
}


ngx_int_t
ngx_http_patron_crawler_closed(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                   *p;
    ngx_int_t                 rc;
    ngx_str_t                 link, price, license, contact, *accept;
    patron_str_t              asked;
    ngx_http_patron_said_t   *said;
    ngx_http_patron_crawl_t  *crawl;

    static ngx_str_t  name = ngx_string("Accept");

    crawl = st->crawl;
    ngx_http_patron_crawler_offer(plcf, crawl);

    ngx_str_null(&license);
    ngx_str_null(&contact);

    if (plcf->terms != NULL) {
        license = plcf->terms->license;
        contact = plcf->terms->contact;
    }

    if (crawl->terms.len && crawl->terms.len <= NGX_HTTP_PATRON_TERMS_MAX
        && ngx_strlchr(crawl->terms.data, crawl->terms.data + crawl->terms.len,
                       '>')
           == NULL)
    {
        license = crawl->terms;
    }

    said = ngx_http_patron_say(r, st);
    p = ngx_pnalloc(r->pool, license.len + 32 + PATRON_PRICE_TEXT);

    if (said == NULL || p == NULL) {
        return NGX_ERROR;
    }

    link.data = p;

    if (license.len) {
        p = ngx_sprintf(p, "<%V>; rel=\"license\"", &license);
    }

    link.len = p - link.data;
    price.data = p;
    price.len = crawl->offer.amount ? patron_price_write(p, &crawl->offer) : 0;

    ngx_http_patron_say_header(said, "Link", &link);
    ngx_http_patron_say_header(said, "Crawler-Price", &price);

    accept = ngx_http_patron_request_header(r, &name);

    if (accept != NULL) {
        asked = ngx_http_patron_pure_str(accept);
    }

    if (accept != NULL && patron_accepts_json(&asked)) {
        rc = ngx_http_patron_terms_say_json(r, said, crawl, &license,
                                            &contact);
    } else {
        rc = ngx_http_patron_terms_say_html(r, said, &license, &contact,
                                            &price);
    }

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_BOT_REFUSED);
    ngx_http_patron_stats_count(r, "bot_refused", &st->bot);

    return rc;
}


static ngx_int_t
ngx_http_patron_terms_say_html(ngx_http_request_t *r,
    ngx_http_patron_said_t *said, ngx_str_t *license, ngx_str_t *contact,
    ngx_str_t *price)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, 512 + 6 * (2 * license->len + 2 * contact->len
                                        + price->len));
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_str_set(&said->type, "text/html");
    said->body.data = p;

    p = ngx_sprintf(p, "<!DOCTYPE html>\n<html lang=\"en\">"
                    "<title>Payment required</title>\n"
                    "<h1>Payment required</h1>\n"
                    "<p>This page is not open to crawlers.\n");

    if (price->len) {
        p = ngx_sprintf(p, "<p>Price of a page: %V\n", price);
    }

    if (license->len) {
        p = ngx_cpymem(p, "<p><a rel=\"license\" href=\"", 26);
        p = (u_char *) ngx_escape_html(p, license->data, license->len);
        p = ngx_sprintf(p, "\">Terms</a>\n");
    }

    if (contact->len) {
        p = ngx_cpymem(p, "<p><a href=\"", 12);
        p = (u_char *) ngx_escape_html(p, contact->data, contact->len);
        p = ngx_sprintf(p, "\">Contact</a>\n");
    }

    said->body.len = p - said->body.data;

    return NGX_OK;
}


/* As x402 has it; what is paid with is credit, not a coin. */

static ngx_int_t
ngx_http_patron_terms_say_json(ngx_http_request_t *r,
    ngx_http_patron_said_t *said, ngx_http_patron_crawl_t *crawl,
    ngx_str_t *license, ngx_str_t *contact)
{
    json_t  *json;

    json = ngx_http_patron_terms_json(r, crawl, license, contact);

    ngx_str_set(&said->type, "application/json");

    return ngx_http_patron_json_text(r->pool, json, JSON_COMPACT, &said->body);
}


static json_t *
ngx_http_patron_terms_json(ngx_http_request_t *r,
    ngx_http_patron_crawl_t *crawl, ngx_str_t *license, ngx_str_t *contact)
{
    json_t  *json, *list;

    json = json_object();
    list = json_array();

    (void) json_object_set_new(json, "x402Version", json_integer(1));
    (void) json_object_set_new(json, "error",
                               json_string(crawl->why ? crawl->why
                                                      : "payment required"));

    if (crawl->offer.amount) {
        (void) json_array_append_new(list,
                   ngx_http_patron_terms_offer(r, crawl, license, contact));
    }

    (void) json_object_set_new(json, "accepts", list);
    (void) json_object_set_new(json, "license",
                               ngx_http_patron_json_str(license));
    (void) json_object_set_new(json, "contact",
                               ngx_http_patron_json_str(contact));

    return json;
}


/* NULL for no memory: nothing is offered then. */

static json_t *
ngx_http_patron_terms_offer(ngx_http_request_t *r,
    ngx_http_patron_crawl_t *crawl, ngx_str_t *license, ngx_str_t *contact)
{
    u_char      amount[NGX_INT64_LEN + 1], *p;
    json_t     *json, *extra;
    ngx_str_t   url;

    url.data = ngx_pnalloc(r->pool, sizeof("https://")
                                    + r->headers_in.server.len
                                    + r->unparsed_uri.len);
    if (url.data == NULL) {
        return NULL;
    }

    p = ngx_http_patron_crawler_origin(r, url.data);
    p = ngx_cpymem(p, r->unparsed_uri.data, r->unparsed_uri.len);
    url.len = p - url.data;

    (void) ngx_sprintf(amount, "%L%Z", crawl->offer.amount);

    json = json_object();
    extra = json_object();

    (void) json_object_set_new(json, "scheme", json_string("exact"));
    (void) json_object_set_new(json, "network",
                               json_string("crawler-credit"));
    (void) json_object_set_new(json, "maxAmountRequired",
                               json_string((char *) amount));
    (void) json_object_set_new(json, "asset",
                               json_stringn((char *) crawl->offer.currency,
                                            PATRON_CURRENCY));
    (void) json_object_set_new(json, "resource",
                               ngx_http_patron_json_str(&url));
    (void) json_object_set_new(json, "description",
                               json_string("One page, by credit"));
    (void) json_object_set_new(json, "mimeType", json_string("text/html"));
    (void) json_object_set_new(json, "payTo",
                               ngx_http_patron_json_str(contact));
    (void) json_object_set_new(json, "maxTimeoutSeconds", json_integer(60));
    (void) json_object_set_new(extra, "license",
                               ngx_http_patron_json_str(license));
    (void) json_object_set_new(json, "extra", extra);

    return json;
}


ngx_int_t
ngx_http_patron_crawler_usage(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (plcf->terms->usage.len == 0
        || r->headers_out.status != NGX_HTTP_OK)
    {
        return NGX_OK;
    }

    if (st->crawl != NULL
        && ngx_http_patron_crawler_licensed(plcf->terms, &st->bot_purpose,
                                          &st->crawl->level,
                                          st->crawl->price.amount)
           != NULL)
    {
        /* its group of robots.txt says how */
        return NGX_OK;
    }

    return ngx_http_patron_add_header(r, &ngx_http_patron_content_usage,
                                      &plcf->terms->usage);
}


ngx_int_t
ngx_http_patron_crawler_granted(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t               *granted;
    ngx_uint_t               found;
    ngx_table_elt_t         *usage;
    ngx_http_patron_walk_t   walk;

    if (plcf->terms == NULL
        || st->decision != PATRON_DECISION_BYPASS
        || st->bypass
        || (r->headers_out.status != NGX_HTTP_OK
            && r->headers_out.status != NGX_HTTP_NOT_MODIFIED))
    {
        return NGX_OK;
    }

    granted = ngx_http_patron_terms_purpose(plcf->terms, &st->bot_purpose);

    if (granted == NULL) {
        granted = &plcf->terms->usage;
    }

    found = 0;
    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    for ( ;; ) {
        usage = ngx_http_patron_walk_named(&walk,
                                           &ngx_http_patron_content_usage);
        if (usage == NULL) {
            break;
        }

        usage->value = *granted;
        found = 1;
    }

    return found || granted->len == 0
           ? NGX_OK
           : ngx_http_patron_add_header(r, &ngx_http_patron_content_usage,
                                        granted);
}


/* What is granted for a purpose, or NULL. */

static ngx_str_t *
ngx_http_patron_terms_purpose(ngx_http_patron_terms_conf_t *terms,
    ngx_str_t *purpose)
{
    patron_str_t      text;
    patron_crawler_purpose_e  n;

    text = ngx_http_patron_pure_str(purpose);
    n = patron_crawler_purpose(&text);

    return n < PATRON_CRAWLER_N && terms->granted[n].len
           ? &terms->granted[n] : NULL;
}


ngx_str_t *
ngx_http_patron_crawler_licensed(ngx_http_patron_terms_conf_t *terms,
    ngx_str_t *purpose, patron_str_t *level, int64_t price)
{
    patron_level_t  own;

    patron_level_parse(&own, level);

    return own.type != PATRON_LEVEL_FREE && price == 0
           ? ngx_http_patron_terms_purpose(terms, purpose) : NULL;
}


u_char *
ngx_http_patron_crawler_origin(ngx_http_request_t *r, u_char *p)
{
    return ngx_sprintf(p, "http%s://%V",
                       ngx_http_patron_compat_tls(r) ? "s" : "",
                       &r->headers_in.server);
}
