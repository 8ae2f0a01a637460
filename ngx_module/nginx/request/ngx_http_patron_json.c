
/*
 * See the header.
 */


#include "ngx_http_patron_json.h"


json_t *
ngx_http_patron_json_str(const ngx_str_t *s)
{
    json_t  *json;

    if (s->len == 0) {
        return json_string("");
    }

    json = json_stringn((const char *) s->data, s->len);

    return json != NULL ? json : json_string("?");
}


ngx_int_t
ngx_http_patron_json_text(ngx_pool_t *pool, json_t *json, size_t flags,
    ngx_str_t *text)
{
    char  *dump;

    dump = json_dumps(json, flags);

    json_decref(json);

    if (dump == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_strlen(dump);
    text->data = ngx_pnalloc(pool, text->len + 1);

    if (text->data != NULL) {
        ngx_memcpy(text->data, dump, text->len);
        text->data[text->len++] = LF;
    }

    free(dump);

    return text->data != NULL ? NGX_OK : NGX_ERROR;
}
