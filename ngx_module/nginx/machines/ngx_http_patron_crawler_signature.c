
/*
 * See the header.  What costs nothing is asked first: is it well-formed, of a
 * key that is known, of this time, and not used before.  Only then, and only
 * where not too many have failed, is it verified.
 *
 * A request without a nonce may come again until it expires.  It is remembered
 * by what was signed; and one that covers no more than the host and the agent
 * also as it was sent, which is found without a look into it.
 */


#include <ngx_sha1.h>

#include "patron_crawler.h"
#include "patron_signed.h"
#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_signature.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone_bots.h"


/* A signature that is looked at. */

typedef struct {
    ngx_http_request_t                *request;
    ngx_http_patron_loc_conf_t        *plcf;
    ngx_http_patron_crawler_fields_t  *fields;
    ngx_http_patron_crawler_signed_t  *sig;
    ngx_http_patron_crawler_key_t     *key;
    patron_signed_t                    parsed;
    uint32_t                           hash;
    ngx_str_t                          sent;        /* as it was */
    size_t                             len;         /* of the base */
    u_char                             nonce[20];   /* digest of it */
    u_char                             authority[PATRON_SIGNED_AUTHORITY];
    u_char                             text[NGX_HTTP_PATRON_BOT_TEXT];
    u_char                             base[PATRON_SIGNED_BASE
                                            + PATRON_ED25519_LEN];
} ngx_http_patron_crawler_proof_t;


static ngx_int_t ngx_http_patron_crawler_field(ngx_http_request_t *r,
    ngx_str_t *value, ngx_table_elt_t *h);
static void ngx_http_patron_crawler_as_sent(
    ngx_http_patron_crawler_proof_t *p);
static const char *ngx_http_patron_crawler_may(
    ngx_http_patron_crawler_proof_t *p);
static const char *ngx_http_patron_crawler_agent(
    ngx_http_patron_crawler_proof_t *p);
static const char *ngx_http_patron_crawler_prove(
    ngx_http_patron_crawler_proof_t *p);
static const char *ngx_http_patron_crawler_try(
    ngx_http_patron_crawler_proof_t *p);
static const char *ngx_http_patron_crawler_once(
    ngx_http_patron_crawler_proof_t *p);
static ngx_uint_t ngx_http_patron_crawler_seen(
    ngx_http_patron_crawler_proof_t *p, ngx_str_t *text);
static void ngx_http_patron_crawler_remember(
    ngx_http_patron_crawler_proof_t *p, ngx_str_t *text);
static void ngx_http_patron_crawler_bids(ngx_http_patron_crawler_proof_t *p);
static int64_t ngx_http_patron_crawler_bid(ngx_http_request_t *r,
    const char *name);
static int ngx_http_patron_crawler_component(void *data,
    const patron_str_t *name, patron_str_t *value);
static int ngx_http_patron_crawler_derived(
    ngx_http_patron_crawler_proof_t *p, const patron_str_t *name,
    patron_str_t *value);
static ngx_str_t ngx_http_patron_crawler_host(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);


/* Nearly all fields of these lengths begin otherwise. */

#define ngx_http_patron_crawler_signature(key)                                \
    ((key)[0] == 's' && ngx_memcmp(key, "signature", 9) == 0)

#define ngx_http_patron_crawler_is(name, literal)                             \
    ((name)->len == sizeof(literal) - 1                                       \
     && ngx_memcmp((name)->data, literal, sizeof(literal) - 1) == 0)


ngx_int_t
ngx_http_patron_crawler_fields(ngx_http_request_t *r,
    ngx_http_patron_crawler_fields_t *fields)
{
    u_char                  *key;
    ngx_str_t               *value;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    ngx_memzero(fields, sizeof(ngx_http_patron_crawler_fields_t));

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        key = h->lowcase_key;
        value = NULL;

        switch (h->key.len) {

        case 9:
            if (ngx_http_patron_crawler_signature(key)) {
                value = &fields->signature;
            }

            break;

        case 15:
            if (!ngx_http_patron_crawler_signature(key) || key[9] != '-') {
                break;
            }

            if (ngx_memcmp(key + 10, "input", 5) == 0) {
                value = &fields->input;

            } else if (ngx_memcmp(key + 10, "agent", 5) == 0) {
                value = &fields->agent;
            }

            break;

        case 17:
        case 19:
            fields->priced |= (key[0] == 'c'
                               && ngx_memcmp(key, "crawler-", 8) == 0);
            break;
        }

        if (value != NULL
            && ngx_http_patron_crawler_field(r, value, h) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return fields->input.len ? NGX_OK : NGX_DECLINED;
}


/* One line more of a field. */

static ngx_int_t
ngx_http_patron_crawler_field(ngx_http_request_t *r, ngx_str_t *value,
    ngx_table_elt_t *h)
{
    u_char  *p;

    if (value->data == NULL) {
        *value = h->value;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, value->len + 2 + h->value.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_sprintf(p, "%V, %V", value, &h->value) - p;
    value->data = p;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_crawler_verify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_crawler_fields_t *fields,
    ngx_http_patron_crawler_signed_t *sig)
{
    int                              rc;
    patron_str_t                     input, signature;
    ngx_http_patron_crawler_proof_t  p;

    p.request = r;
    p.plcf = plcf;
    p.fields = fields;
    p.sig = sig;

    sig->entry = 0;
    sig->most = -1;
    sig->exact = -1;
    sig->once = 0;
    sig->reason = NULL;

    ngx_http_patron_crawler_as_sent(&p);

    if (p.sent.len && ngx_http_patron_crawler_seen(&p, &p.sent)) {
        return NGX_OK;
    }

    input = ngx_http_patron_pure_str(&fields->input);
    signature = ngx_http_patron_pure_str(&fields->signature);

    rc = patron_signed_parse(&p.parsed, &input, &signature, &sig->reason);

    if (rc == PATRON_DECLINED) {
        /* somebody signs for another purpose */
        sig->reason = NULL;
    }

    if (rc != PATRON_OK) {
        return NGX_DECLINED;
    }

    sig->reason = ngx_http_patron_crawler_may(&p);

    if (sig->reason == NULL) {
        sig->reason = ngx_http_patron_crawler_prove(&p);
    }

    return sig->reason == NULL ? NGX_OK : NGX_DECLINED;
}


/* The request as it came, in one text; empty where that is too long. */

static void
ngx_http_patron_crawler_as_sent(ngx_http_patron_crawler_proof_t *p)
{
    u_char                            *last;
    ngx_str_t                          host;
    ngx_http_patron_crawler_fields_t  *fields;

    fields = p->fields;
    host = ngx_http_patron_crawler_host(p->request, p->plcf);

    ngx_str_null(&p->sent);
    p->hash = 0;

    if (fields->signature.len < 16
        || fields->input.len == 0
        || host.len == 0
        || host.len + fields->input.len + fields->signature.len
           + fields->agent.len + 4
           > NGX_HTTP_PATRON_BOT_TEXT)
    {
        return;
    }

    /* some of its last characters, before "==:" */

    ngx_memcpy(&p->hash, fields->signature.data + fields->signature.len - 12,
               sizeof(p->hash));

    last = p->text;
    *last++ = ngx_http_patron_compat_tls(p->request) ? 's' : 'p';
    last = ngx_cpymem(last, host.data, host.len);
    *last++ = '\n';
    last = ngx_cpymem(last, fields->input.data, fields->input.len);
    *last++ = '\n';

    if (fields->agent.len) {
        last = ngx_cpymem(last, fields->agent.data, fields->agent.len);
    }

    *last++ = fields->agent.data ? '\n' : '\0';
    last = ngx_cpymem(last, fields->signature.data, fields->signature.len);

    p->sent.data = p->text;
    p->sent.len = last - p->text;
}


/* Why it is not worth a look at the signature itself, or NULL. */

static const char *
ngx_http_patron_crawler_may(ngx_http_patron_crawler_proof_t *p)
{
    ngx_sha1_t   sha1;
    const char  *why;

    p->key = ngx_http_patron_crawler_key(p->sig->index, &p->parsed.keyid);

    if (p->key == NULL) {
        return "keyid is not known";
    }

    p->sig->entry = p->key->entry;

    why = patron_jwk_current(&p->key->jwk, ngx_time(), p->plcf->leeway);
    if (why != NULL) {
        return why;
    }

    why = patron_signed_current(&p->parsed, ngx_time(), p->plcf->leeway,
                                p->plcf->crawlers->max_age);
    if (why != NULL) {
        return why;
    }

    why = ngx_http_patron_crawler_agent(p);

    if (why != NULL) {
        return why;
    }

    if (p->parsed.nonce.len == 0) {
        return p->plcf->crawlers->nonce ? "nonce is missing" : NULL;
    }

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, p->key->jwk.thumbprint, PATRON_JWK_THUMBPRINT);
    ngx_sha1_update(&sha1, p->parsed.nonce.data, p->parsed.nonce.len);
    ngx_sha1_final(p->nonce, &sha1);

    if (ngx_http_patron_zone_nonce_used(p->sig->registry->zone, p->nonce,
                                        ngx_time()))
    {
        ngx_http_patron_zone_count(p->sig->registry->zone,
                                   NGX_HTTP_PATRON_C_SIGNATURE_AGAIN);
        return "its nonce was used before";
    }

    return NULL;
}


/* Where the agent is sent it is covered, and the key's own. */

static const char *
ngx_http_patron_crawler_agent(ngx_http_patron_crawler_proof_t *p)
{
    ngx_str_t           value;
    patron_str_t        field, agent;
    patron_registry_t  *registry;

    if (p->fields->agent.data == NULL) {
        return NULL;
    }

    if (!p->parsed.agent) {
        return "\"signature-agent\" is not covered";
    }

    registry = ngx_http_patron_registry(p->sig->registry);
    value = ngx_http_patron_registry_value(registry, p->key->entry,
                                           NGX_HTTP_PATRON_BOT_AGENT);
    agent = ngx_http_patron_pure_str(&value);
    field = ngx_http_patron_pure_str(&p->fields->agent);

    switch (patron_signed_agent(&field, &agent)) {

    case 1:
        return NULL;

    case 0:
        return agent.len ? "Signature-Agent is another's" : NULL;

    default:
        return "Signature-Agent is no string, nor a dictionary of them";
    }
}


static const char *
ngx_http_patron_crawler_prove(ngx_http_patron_crawler_proof_t *p)
{
    ngx_str_t    text;
    const char  *why;

    why = patron_signed_base(&p->parsed, ngx_http_patron_crawler_component, p,
                             p->base, &p->len);
    if (why != NULL) {
        return why;
    }

    if (p->parsed.nonce.len) {
        why = ngx_http_patron_crawler_try(p);

        if (why == NULL) {
            why = ngx_http_patron_crawler_once(p);
        }

        if (why == NULL) {
            ngx_http_patron_crawler_bids(p);
        }

        return why;
    }

    text.data = p->base;
    text.len = p->len + PATRON_ED25519_LEN;
    ngx_memcpy(p->base + p->len, p->parsed.signature, PATRON_ED25519_LEN);

    if (ngx_http_patron_crawler_seen(p, &text)) {
        ngx_http_patron_crawler_bids(p);
        return NULL;
    }

    why = ngx_http_patron_crawler_try(p);

    if (why != NULL) {
        return why;
    }

    ngx_http_patron_crawler_bids(p);
    ngx_http_patron_crawler_remember(p, &text);

    if (p->sent.len && !p->parsed.more) {
        ngx_http_patron_crawler_remember(p, &p->sent);
    }

    return NULL;
}


static const char *
ngx_http_patron_crawler_try(ngx_http_patron_crawler_proof_t *p)
{
    int                      rc;
    u_char                   address[16];
    patron_str_t             base;
    ngx_http_patron_zone_t  *zone;

    zone = p->sig->registry->zone;

    /* of IPv6, the network: a host has more addresses than can be counted */

    ngx_memzero(address, sizeof(address));
    ngx_memcpy(address, &p->sig->address.high, 8);

    if (patron_address_is_ipv4(&p->sig->address)) {
        ngx_memcpy(address + 8, &p->sig->address.low, 8);
    }

    if (!ngx_http_patron_zone_bot_try(zone, address, p->key->jwk.thumbprint,
                                      ngx_time()))
    {
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_SIGNATURE_UNTRIED);
        return "too many signatures have failed";
    }

    base.data = p->base;
    base.len = p->len;

    rc = patron_jwk_verify(&p->key->jwk, &base, p->parsed.signature);

    if (rc == PATRON_ERROR) {
        return "no memory";
    }

    ngx_http_patron_zone_bot_tried(zone, address, p->key->jwk.thumbprint,
                                   rc == PATRON_OK, ngx_time());

    if (rc != PATRON_OK) {
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_SIGNATURE_BAD);
        return "the signature does not verify";
    }

    return NULL;
}


/* The nonce is used up, by whoever comes first. */

static const char *
ngx_http_patron_crawler_once(ngx_http_patron_crawler_proof_t *p)
{
    switch (ngx_http_patron_zone_nonce(p->sig->registry->zone, p->nonce,
                                       (time_t) p->parsed.expires
                                       + p->plcf->leeway, ngx_time()))
    {
    case NGX_OK:
        p->sig->once = 1;
        return NULL;

    case NGX_DECLINED:
        ngx_http_patron_zone_count(p->sig->registry->zone,
                                   NGX_HTTP_PATRON_C_SIGNATURE_AGAIN);
        return "its nonce was used before";

    default:
        return p->plcf->crawlers->nonce ? "there is no room for its nonce"
                                        : NULL;
    }
}


static ngx_uint_t
ngx_http_patron_crawler_seen(ngx_http_patron_crawler_proof_t *p,
    ngx_str_t *text)
{
    time_t                           leeway, max_age;
    ngx_http_patron_bot_verified_t   verified;
    ngx_http_patron_crawler_signed_t  *sig;

    sig = p->sig;

    if (p->plcf->crawlers->nonce) {
        return 0;
    }

    verified.version = sig->registry->version;
    verified.redis = ngx_http_patron_redis_id(sig->registry->redis);

    if (ngx_http_patron_zone_bot_seen(sig->registry->zone, text, p->hash,
                                      &verified)
        != NGX_OK)
    {
        return 0;
    }

    leeway = p->plcf->leeway;
    max_age = p->plcf->crawlers->max_age;

    if (verified.created > ngx_time() + leeway
        || verified.expires + leeway <= ngx_time()
        || verified.expires - verified.created > max_age)
    {
        return 0;
    }

    sig->entry = verified.entry;

    return 1;
}


static void
ngx_http_patron_crawler_remember(ngx_http_patron_crawler_proof_t *p,
    ngx_str_t *text)
{
    ngx_http_patron_bot_verified_t  verified;

    verified.version = p->sig->registry->version;
    verified.redis = ngx_http_patron_redis_id(p->sig->registry->redis);
    verified.entry = (uint32_t) p->key->entry;
    verified.created = (time_t) p->parsed.created;
    verified.expires = (time_t) p->parsed.expires;

    ngx_http_patron_zone_bot_verified(p->sig->registry->zone, text, p->hash,
                                      &verified, ngx_time());
}


/* What it has signed to pay. */

static void
ngx_http_patron_crawler_bids(ngx_http_patron_crawler_proof_t *p)
{
    if (p->parsed.max_price) {
        p->sig->most = ngx_http_patron_crawler_bid(p->request,
                                                   "crawler-max-price");
    }

    if (p->parsed.exact_price) {
        p->sig->exact = ngx_http_patron_crawler_bid(p->request,
                                                    "crawler-exact-price");
    }
}


/* What is no price is none that it would pay. */

static int64_t
ngx_http_patron_crawler_bid(ngx_http_request_t *r, const char *name)
{
    ngx_str_t       key, *value;
    patron_str_t    text;
    patron_price_t  price;

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    value = ngx_http_patron_request_header(r, &key);

    if (value == NULL) {
        return 0;
    }

    text = ngx_http_patron_pure_str(value);

    return patron_price_parse(&price, &text) == PATRON_OK ? price.amount : 0;
}


static int
ngx_http_patron_crawler_component(void *data, const patron_str_t *name,
    patron_str_t *value)
{
    ngx_http_patron_crawler_proof_t *p = data;

    ngx_str_t                key, all;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    if (name->data[0] == '@') {
        return ngx_http_patron_crawler_derived(p, name, value);
    }

    key = ngx_http_patron_nginx_str(name);
    ngx_str_null(&all);

    ngx_http_patron_walk(&walk, &p->request->headers_in.headers);

    while ((h = ngx_http_patron_walk_named(&walk, &key)) != NULL) {
        if (ngx_http_patron_crawler_field(p->request, &all, h) != NGX_OK) {
            return PATRON_DECLINED;
        }
    }

    *value = ngx_http_patron_pure_str(&all);

    return all.data != NULL ? PATRON_OK : PATRON_DECLINED;
}


static int
ngx_http_patron_crawler_derived(ngx_http_patron_crawler_proof_t *p,
    const patron_str_t *name, patron_str_t *value)
{
    u_char              *question, *text;
    size_t               path;
    ngx_str_t            host, *uri;
    ngx_uint_t           https;
    patron_str_t         asked;
    ngx_http_request_t  *r;

    r = p->request;
    uri = &r->unparsed_uri;
    https = ngx_http_patron_compat_tls(r);

    question = ngx_strlchr(uri->data, uri->data + uri->len, '?');
    path = question ? (size_t) (question - uri->data) : uri->len;

    *value = ngx_http_patron_pure_str(uri);

    if (ngx_http_patron_crawler_is(name, "@method")) {
        *value = ngx_http_patron_pure_str(&r->method_name);

    } else if (ngx_http_patron_crawler_is(name, "@path")) {
        value->len = path;

    } else if (ngx_http_patron_crawler_is(name, "@query")) {
        value->data = question ? question : (u_char *) "?";
        value->len = question ? uri->len - path : 1;

    } else if (ngx_http_patron_crawler_is(name, "@scheme")) {
        value->data = (u_char *) (https ? "https" : "http");
        value->len = https ? 5 : 4;

    } else if (!ngx_http_patron_crawler_is(name, "@request-target")) {
        host = ngx_http_patron_crawler_host(r, p->plcf);
        asked = ngx_http_patron_pure_str(&host);

        value->data = p->authority;
        value->len = patron_signed_authority(p->authority, &asked, https);

        if (ngx_http_patron_crawler_is(name, "@target-uri")) {
            text = ngx_pnalloc(r->pool, sizeof("https://") + value->len
                                        + uri->len);
            if (text == NULL) {
                return PATRON_DECLINED;
            }

            value->len = ngx_sprintf(text, "%s://%*s%V",
                                     https ? "https" : "http", value->len,
                                     p->authority, uri)
                         - text;
            value->data = text;

        } else if (!ngx_http_patron_crawler_is(name, "@authority")) {
            return PATRON_DECLINED;
        }
    }

    return value->len ? PATRON_OK : PATRON_DECLINED;
}


/* As the reader asked for it, "Host" or ":authority", with the port. */

static ngx_str_t
ngx_http_patron_crawler_host(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_str_t  host;

    if (plcf->crawlers->authority != NULL
        && ngx_http_complex_value(r, plcf->crawlers->authority, &host)
           == NGX_OK
        && host.len)
    {
        return host;
    }

    return r->headers_in.host != NULL ? r->headers_in.host->value
                                      : r->headers_in.server;
}
