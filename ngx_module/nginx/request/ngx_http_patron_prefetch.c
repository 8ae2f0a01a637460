
/*
 * See the header.  Browsers say it in "Sec-Purpose", older ones in "Purpose",
 * "X-Purpose" or "X-Moz"; scripts may not send "Sec-" anything, and have names
 * of their own for it.
 *
 * Limit: what fetches ahead and does not say so is a visit.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_prefetch.h"
#include "ngx_http_patron_zone.h"


typedef struct {
    ngx_str_t    name;
    ngx_uint_t   purpose;       /* its value says what for; else yes or no */
} ngx_http_patron_mark_t;


static ngx_uint_t ngx_http_patron_has_mark(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_is_marked(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_mark_is_set(ngx_http_patron_mark_t *mark,
    ngx_str_t *value);


static ngx_http_patron_mark_t  ngx_http_patron_marks[] = {
    { ngx_string("Sec-Purpose"), 1 },
    { ngx_string("Purpose"), 1 },
    { ngx_string("X-Sec-Purpose"), 1 },
    { ngx_string("X-Purpose"), 1 },
    { ngx_string("X-Moz"), 1 },
    { ngx_string("Next-Router-Prefetch"), 0 },
    { ngx_string("HX-Preloaded"), 0 },
    { ngx_null_string, 0 }
};


ngx_uint_t
ngx_http_patron_is_prefetch(ngx_http_request_t *r)
{
    return ngx_http_patron_has_mark(r) || ngx_http_patron_is_marked(r);
}


void
ngx_http_patron_prefetch_refused(ngx_http_patron_state_t *st, const char *why)
{
    ngx_http_request_t  *r;

    r = st->request;

    st->decision = PATRON_DECISION_DENY;
    st->decision_reason = why;
    st->decided = 1;

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_PREFETCH_REFUSED);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: prefetch refused: %s", why);
}


/* By patron_prefetch.  What cannot be evaluated marks nothing. */

static ngx_uint_t
ngx_http_patron_is_marked(ngx_http_request_t *r)
{
    ngx_uint_t                   i;
    ngx_http_complex_value_t    *cv;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (plcf->prefetch == NULL) {
        return 0;
    }

    cv = plcf->prefetch->elts;

    for (i = 0; i < plcf->prefetch->nelts; i++) {
        if (ngx_http_patron_is_set(r, &cv[i]) == NGX_OK) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_patron_has_mark(ngx_http_request_t *r)
{
    ngx_table_elt_t         *h;
    ngx_http_patron_mark_t  *mark;
    ngx_http_patron_walk_t   walk;

    static uint64_t  marks;

    if (marks == 0) {
        for (mark = ngx_http_patron_marks; mark->name.len; mark++) {
            marks |= ngx_http_patron_header_mark(&mark->name);
        }
    }

    if (!(ngx_http_patron_request_marks(r) & marks)) {
        return 0;
    }

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        for (mark = ngx_http_patron_marks; mark->name.len; mark++) {

            if (ngx_http_patron_header_is(h, &mark->name)
                && ngx_http_patron_mark_is_set(mark, &h->value))
            {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_patron_mark_is_set(ngx_http_patron_mark_t *mark, ngx_str_t *value)
{
    ngx_str_t  *word;

    static ngx_str_t  purposes[] = {
        ngx_string("prefetch"),
        ngx_string("prerender"),
        ngx_string("preview"),
        ngx_null_string
    };

    if (!mark->purpose) {
        return !(value->len == 0
                 || (value->len == 1 && value->data[0] == '0')
                 || (value->len == 5
                     && ngx_strncasecmp(value->data, (u_char *) "false", 5)
                        == 0));
    }

    for (word = purposes; word->len; word++) {

        if (ngx_strlcasestrn(value->data, value->data + value->len,
                             word->data, word->len - 1)
            != NULL)
        {
            return 1;
        }
    }

    return 0;
}
