
/*
 * See the header.  Browsers say it in "Sec-Purpose", older ones in "Purpose",
 * "X-Purpose" or "X-Moz"; scripts may not send "Sec-" anything, and have names
 * of their own for it.
 *
 * Limit: what fetches ahead and does not say so is a visit.
 */


#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_prefetch.h"


typedef struct {
    ngx_str_t    name;
    ngx_uint_t   purpose;       /* its value says what for; else yes or no */
} ngx_http_patron_mark_t;


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
    ngx_table_elt_t         *h;
    ngx_http_patron_mark_t  *mark;
    ngx_http_patron_walk_t   walk;

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
