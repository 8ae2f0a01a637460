
/*
 * See the header.  Each text is made anew for a request: it is short, and asked
 * for by few.
 */


#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_terms_handler.h"


#define NGX_HTTP_PATRON_TERMS_GROUPS  256         /* of robots.txt */


static ngx_int_t ngx_http_patron_terms_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_terms_robots(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text);
static ngx_int_t ngx_http_patron_terms_groups(
    ngx_http_patron_loc_conf_t *plcf, ngx_array_t *groups);
static patron_str_t ngx_http_patron_terms_value_of(
    patron_registry_t *registry, size_t entry, ngx_uint_t field);
static ngx_int_t ngx_http_patron_terms_license(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text);


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
            p = ngx_http_patron_crawler_origin(r, p);
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
        granted = ngx_http_patron_crawler_licensed(plcf->terms, &purpose,
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
            p = (u_char *) ngx_escape_html(p, terms->contact.data,
                                           terms->contact.len);
            p = ngx_sprintf(p, "</custom>\n");
        }

        p = ngx_sprintf(p, "      </payment>\n");
    }

    p = ngx_sprintf(p, "    </license>\n  </content>\n</rsl>\n");

    text->len = p - text->data;

    return NGX_OK;
}
