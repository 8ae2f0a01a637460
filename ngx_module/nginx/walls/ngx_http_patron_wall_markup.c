
/*
 * See the header, and https://developers.google.com/search/docs/appearance/
 * structured-data/paywalled-content: "cssSelector" takes a class, and nothing
 * else.  Each selector of the list gives the first class of the element that
 * it matches, if it has one of plain letters.
 */


#include "ngx_http_patron_wall_markup.h"


#define NGX_HTTP_PATRON_MARKUP_CLASSES  8


static ngx_uint_t ngx_http_patron_markup_classes(ngx_str_t *selector,
    ngx_str_t *classes);
static u_char *ngx_http_patron_markup_class(u_char *p, u_char *end,
    ngx_str_t *class);


ngx_int_t
ngx_http_patron_wall_markup(ngx_pool_t *pool, ngx_str_t *selector,
    ngx_str_t *html)
{
    size_t      len;
    u_char     *p;
    ngx_str_t   classes[NGX_HTTP_PATRON_MARKUP_CLASSES];
    ngx_uint_t  i, n;

    static const char  head[] =
        "<script type=\"application/ld+json\">"
        "{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\","
        "\"isAccessibleForFree\":false";
    static const char  part[] =
        "{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,"
        "\"cssSelector\":\".";
    static const char  tail[] = "}</script>";

    n = ngx_http_patron_markup_classes(selector, classes);
    len = sizeof(head) + sizeof(",\"hasPart\":[]") + sizeof(tail);

    for (i = 0; i < n; i++) {
        len += sizeof(part) + classes[i].len + sizeof("\"},");
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    html->data = p;
    p = ngx_cpymem(p, head, sizeof(head) - 1);

    for (i = 0; i < n; i++) {
        p = ngx_sprintf(p, "%s%s%V\"}%s",
                        i ? "," : (n > 1) ? ",\"hasPart\":["
                                          : ",\"hasPart\":",
                        part, &classes[i], (n > 1 && i == n - 1) ? "]" : "");
    }

    p = ngx_cpymem(p, tail, sizeof(tail) - 1);
    html->len = p - html->data;

    return NGX_OK;
}


/* Each once; n of them. */

static ngx_uint_t
ngx_http_patron_markup_classes(ngx_str_t *selector, ngx_str_t *classes)
{
    u_char      *p, *end;
    ngx_str_t    class;
    ngx_uint_t   i, n;

    n = 0;
    p = selector->data;
    end = p + selector->len;

    while (p < end && n < NGX_HTTP_PATRON_MARKUP_CLASSES) {
        p = ngx_http_patron_markup_class(p, end, &class);

        for (i = 0; i < n; i++) {
            if (classes[i].len == class.len
                && ngx_strncmp(classes[i].data, class.data, class.len) == 0)
            {
                break;
            }
        }

        if (class.len && i == n) {
            classes[n++] = class;
        }
    }

    return n;
}


/*
 * The class of one selector, without its point, or empty; p is set behind the
 * selector.  What stands in brackets, parentheses and quotes is no class, and a
 * combinator begins another element.
 */

static u_char *
ngx_http_patron_markup_class(u_char *p, u_char *end, ngx_str_t *class)
{
    u_char      *start, quote;
    ngx_uint_t   depth;

    depth = 0;
    quote = 0;
    ngx_str_null(class);

    for ( /* void */ ; p < end; p++) {

        if (*p == '\\') {
            p++;
            continue;
        }

        if (quote) {
            if (*p == quote) {
                quote = 0;
            }

            continue;
        }

        switch (*p) {

        case '"':
        case '\'':
            quote = *p;
            continue;

        case '[':
        case '(':
            depth++;
            continue;

        case ']':
        case ')':
            depth--;
            continue;
        }

        if (depth) {
            continue;
        }

        if (*p == ',') {
            return p + 1;
        }

        if (*p == '>' || *p == ' ' || *p == '\t' || *p == LF || *p == CR) {

            for (start = p; start < end; start++) {
                if (*start == ',') {
                    /* the blank was at the selector's end */
                    break;
                }

                if (*start != '>' && *start != ' ' && *start != '\t'
                    && *start != LF && *start != CR)
                {
                    ngx_str_null(class);
                    break;
                }
            }

            p = start - 1;
            continue;
        }

        if (*p != '.' || class->len) {
            continue;
        }

        start = p + 1;

        while (p + 1 < end
               && ((p[1] >= 'a' && p[1] <= 'z') || (p[1] >= 'A' && p[1] <= 'Z')
                   || (p[1] >= '0' && p[1] <= '9')
                   || p[1] == '-' || p[1] == '_'))
        {
            p++;
        }

        if (p + 1 < end && (p[1] == '\\' || p[1] >= 0x80)) {
            /* not of plain letters: the rest of its name is skipped */
            continue;
        }

        class->data = start;
        class->len = p + 1 - start;
    }

    return end;
}
