
/*
 * See the header.  All of it is made of the same few values, so that what is
 * said and what is done agree.
 */


#include <jansson.h>

#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_say.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_TERMS_MAX     2048  /* bytes of a value */
#define NGX_HTTP_PATRON_TERMS_GROUPS  256   /* of robots.txt */


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
static json_t *ngx_http_patron_terms_str(u_char *data, size_t len);
static ngx_str_t *ngx_http_patron_terms_purpose(
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *purpose);
static ngx_str_t *ngx_http_patron_terms_licensed(
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *purpose,
    patron_str_t *level, int64_t price);
static ngx_int_t ngx_http_patron_terms_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_terms_robots(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text);
static ngx_int_t ngx_http_patron_terms_groups(
    ngx_http_patron_loc_conf_t *plcf, ngx_array_t *groups);
static patron_str_t ngx_http_patron_terms_value_of(
    patron_registry_t *registry, size_t entry, ngx_uint_t field);
static ngx_int_t ngx_http_patron_terms_license(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text);
static u_char *ngx_http_patron_terms_origin(ngx_http_request_t *r, u_char *p);
static u_char *ngx_http_patron_terms_escape(u_char *p, ngx_str_t *s);


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
        asked.data = accept->data;
        asked.len = accept->len;
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
        p = ngx_http_patron_terms_escape(p, license);
        p = ngx_sprintf(p, "\">Terms</a>\n");
    }

    if (contact->len) {
        p = ngx_cpymem(p, "<p><a href=\"", 12);
        p = ngx_http_patron_terms_escape(p, contact);
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
    char    *text;
    json_t  *json;

    json = ngx_http_patron_terms_json(r, crawl, license, contact);
    text = json_dumps(json, JSON_COMPACT);
    json_decref(json);

    if (text == NULL) {
        return NGX_ERROR;
    }

    said->body.len = ngx_strlen(text);
    said->body.data = ngx_pnalloc(r->pool, said->body.len);

    if (said->body.data != NULL) {
        ngx_memcpy(said->body.data, text, said->body.len);
    }

    free(text);

    ngx_str_set(&said->type, "application/json");

    return said->body.data != NULL ? NGX_OK : NGX_ERROR;
}


static json_t *
ngx_http_patron_terms_json(ngx_http_request_t *r,
    ngx_http_patron_crawl_t *crawl, ngx_str_t *license, ngx_str_t *contact)
{
    u_char       amount[NGX_INT64_LEN], *url, *p;
    json_t      *json, *list, *item, *extra;

    json = json_object();
    list = json_array();

    (void) json_object_set_new(json, "x402Version", json_integer(1));
    (void) json_object_set_new(json, "error",
                               json_string(crawl->why ? crawl->why
                                                      : "payment required"));

    url = ngx_pnalloc(r->pool, 16 + r->headers_in.server.len
                               + r->unparsed_uri.len);

    if (crawl->offer.amount && url != NULL) {
        item = json_object();
        extra = json_object();

        p = ngx_http_patron_terms_origin(r, url);
        p = ngx_cpymem(p, r->unparsed_uri.data, r->unparsed_uri.len);

        (void) json_object_set_new(item, "scheme", json_string("exact"));
        (void) json_object_set_new(item, "network",
                                   json_string("crawler-credit"));
        (void) json_object_set_new(item, "maxAmountRequired",
                     ngx_http_patron_terms_str(amount,
                                    ngx_sprintf(amount, "%L",
                                                crawl->offer.amount)
                                    - amount));
        (void) json_object_set_new(item, "asset",
                     ngx_http_patron_terms_str(crawl->offer.currency,
                                               PATRON_CURRENCY));
        (void) json_object_set_new(item, "resource",
                                   ngx_http_patron_terms_str(url, p - url));
        (void) json_object_set_new(item, "description",
                                   json_string("One page, by credit"));
        (void) json_object_set_new(item, "mimeType",
                                   json_string("text/html"));
        (void) json_object_set_new(item, "payTo",
                     ngx_http_patron_terms_str(contact->data, contact->len));
        (void) json_object_set_new(item, "maxTimeoutSeconds",
                                   json_integer(60));
        (void) json_object_set_new(extra, "license",
                     ngx_http_patron_terms_str(license->data, license->len));
        (void) json_object_set_new(item, "extra", extra);
        (void) json_array_append_new(list, item);
    }

    (void) json_object_set_new(json, "accepts", list);
    (void) json_object_set_new(json, "license",
                     ngx_http_patron_terms_str(license->data, license->len));
    (void) json_object_set_new(json, "contact",
                     ngx_http_patron_terms_str(contact->data, contact->len));

    return json;
}


/* What is no UTF-8 is left out. */

static json_t *
ngx_http_patron_terms_str(u_char *data, size_t len)
{
    json_t  *s;

    s = json_stringn((char *) data, len);

    return s != NULL ? s : json_string("");
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
        && ngx_http_patron_terms_licensed(plcf->terms, &st->bot_purpose,
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
        || r->headers_out.status != NGX_HTTP_OK)
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


/*
 * The same for a crawler that is let in without paying for each page, since its
 * level is more than "free".
 */

static ngx_str_t *
ngx_http_patron_terms_licensed(ngx_http_patron_terms_conf_t *terms,
    ngx_str_t *purpose, patron_str_t *level, int64_t price)
{
    patron_level_t  own;

    patron_level_parse(&own, level);

    return own.type != PATRON_LEVEL_FREE && price == 0
           ? ngx_http_patron_terms_purpose(terms, purpose) : NULL;
}


/* patron_terms_handler; the licence where the name ends in ".xml". */

char *
ngx_http_patron_terms_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    clcf->handler = ngx_http_patron_terms_handler;

    plcf->own.answers = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_terms_handler(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_str_t                    text;
    ngx_uint_t                   license;
    ngx_http_patron_loc_conf_t  *plcf;

    static ngx_str_t  methods = ngx_string("GET, HEAD");
    static ngx_str_t  types[] = {
        ngx_string("text/plain"),
        ngx_string("application/rsl+xml")
    };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_http_patron_not_allowed(r, &methods);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    license = (r->uri.len > 4
               && ngx_strncmp(r->uri.data + r->uri.len - 4, ".xml", 4) == 0);

    rc = license ? ngx_http_patron_terms_license(r, plcf, &text)
                 : ngx_http_patron_terms_robots(r, plcf, &text);

    return rc == NGX_OK ? ngx_http_patron_answer(r, NGX_HTTP_OK,
                                                 &types[license], &text)
                        : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* Every crawler may come; what it gets is told by the wall. */

static ngx_int_t
ngx_http_patron_terms_robots(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text)
{
    u_char                        *p;
    size_t                         len;
    ngx_array_t                    groups;
    ngx_keyval_t                  *group;
    ngx_uint_t                     i;
    ngx_http_patron_terms_conf_t  *terms;

    terms = plcf->terms;

    if (ngx_array_init(&groups, r->pool, 4, sizeof(ngx_keyval_t)) != NGX_OK
        || (terms != NULL && plcf->bots != NULL
            && ngx_http_patron_terms_groups(plcf, &groups) != NGX_OK))
    {
        return NGX_ERROR;
    }

    group = groups.elts;
    len = 128 + r->headers_in.server.len
          + (terms ? terms->usage.len + terms->license.len : 0);

    for (i = 0; i < groups.nelts; i++) {
        len += 64 + group[i].key.len + group[i].value.len;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < groups.nelts; i++) {
        p = ngx_sprintf(p, "User-agent: %V\nContent-Usage: %V\nAllow: /\n\n",
                        &group[i].key, &group[i].value);
    }

    p = ngx_sprintf(p, "User-agent: *\n");

    if (terms != NULL && terms->usage.len) {
        p = ngx_sprintf(p, "Content-Usage: %V\n", &terms->usage);
    }

    p = ngx_sprintf(p, "Allow: /\n");

    if (terms != NULL && terms->license.len) {
        p = ngx_sprintf(p, "\nLicense: ");

        if (terms->license.data[0] == '/') {
            p = ngx_http_patron_terms_origin(r, p);
        }

        p = ngx_sprintf(p, "%V\n", &terms->license);
    }

    text->len = p - text->data;

    return NGX_OK;
}


/* Those to whom more is granted: the name, and the usage. */

static ngx_int_t
ngx_http_patron_terms_groups(ngx_http_patron_loc_conf_t *plcf,
    ngx_array_t *groups)
{
    size_t              entry;
    int64_t             price;
    ngx_str_t           ua, purpose, *granted;
    patron_str_t        name, level, text;
    ngx_keyval_t       *group;
    patron_registry_t  *registry;

    registry = ngx_http_patron_registry(plcf->bots);

    for (entry = 1;
         registry && entry <= registry->nentries
         && groups->nelts < NGX_HTTP_PATRON_TERMS_GROUPS;
         entry++)
    {
        ua = ngx_http_patron_registry_value(registry, entry,
                                            NGX_HTTP_PATRON_BOT_UA);
        purpose = ngx_http_patron_registry_value(registry, entry,
                                                 NGX_HTTP_PATRON_BOT_PURPOSE);
        level = ngx_http_patron_terms_value_of(registry, entry,
                                               NGX_HTTP_PATRON_BOT_LEVEL);
        text = ngx_http_patron_terms_value_of(registry, entry,
                                              NGX_HTTP_PATRON_BOT_PRICE);

        (void) patron_amount_parse(&price, &text);
        name = ngx_http_patron_pure_str(&ua);
        granted = ngx_http_patron_terms_licensed(plcf->terms, &purpose,
                                                 &level, price);

        if (granted == NULL || !patron_robots_name(&name)) {
            continue;
        }

        group = ngx_array_push(groups);
        if (group == NULL) {
            return NGX_ERROR;
        }

        /* the registry may be another by the time that it is sent */

        group->key.len = ua.len;
        group->key.data = ngx_pstrdup(groups->pool, &ua);
        group->value = *granted;

        if (group->key.data == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static patron_str_t
ngx_http_patron_terms_value_of(patron_registry_t *registry, size_t entry,
    ngx_uint_t field)
{
    ngx_str_t  value;

    value = ngx_http_patron_registry_value(registry, entry, field);

    return ngx_http_patron_pure_str(&value);
}


/* Really Simple Licensing, 1.0. */

static ngx_int_t
ngx_http_patron_terms_license(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text)
{
    u_char                        *p, price[PATRON_PRICE_TEXT];
    size_t                         len;
    ngx_http_patron_terms_conf_t  *terms;

    terms = plcf->terms;

    p = ngx_pnalloc(r->pool, 512 + (terms ? 6 * terms->contact.len : 0));
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    p = ngx_sprintf(p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<rsl xmlns=\"https://rslstandard.org/rsl\">\n"
                    "  <content url=\"/\">\n    <license>\n"
                    "      <permits type=\"usage\">search</permits>\n");

    if (terms != NULL && terms->price.amount) {
        len = patron_price_write(price, &terms->price);

        p = ngx_sprintf(p, "      <payment type=\"crawl\">\n"
                        "        <amount currency=\"%*s\">%*s</amount>\n",
                        (size_t) PATRON_CURRENCY, terms->price.currency,
                        len - PATRON_CURRENCY - 1,
                        price + PATRON_CURRENCY + 1);

        if (terms->contact.len) {
            p = ngx_cpymem(p, "        <custom>", 16);
            p = ngx_http_patron_terms_escape(p, &terms->contact);
            p = ngx_sprintf(p, "</custom>\n");
        }

        p = ngx_sprintf(p, "      </payment>\n");
    }

    p = ngx_sprintf(p, "    </license>\n  </content>\n</rsl>\n");

    text->len = p - text->data;

    return NGX_OK;
}


static u_char *
ngx_http_patron_terms_origin(ngx_http_request_t *r, u_char *p)
{
    const char  *scheme;

    scheme = "http";

#if (NGX_HTTP_SSL)

    if (r->connection->ssl != NULL) {
        scheme = "https";
    }

#endif

    return ngx_sprintf(p, "%s://%V", scheme, &r->headers_in.server);
}


static u_char *
ngx_http_patron_terms_escape(u_char *p, ngx_str_t *s)
{
    return (u_char *) ngx_escape_html(p, s->data, s->len);
}
