
/*
 * See the header.  Each text is made anew for a request: it is short, and asked
 * for by few.
 */


#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_robots.h"
#include "ngx_http_patron_terms_handler.h"


static ngx_int_t ngx_http_patron_terms_handler(ngx_http_request_t *r);
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
                 : ngx_http_patron_robots(r, plcf, &text);

    return rc == NGX_OK ? ngx_http_patron_answer(r, NGX_HTTP_OK,
                                                 &types[license], &text)
                        : NGX_HTTP_INTERNAL_SERVER_ERROR;
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
