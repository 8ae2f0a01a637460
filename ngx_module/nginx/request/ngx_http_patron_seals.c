
/*
 * See the header.  The purposes' words are in the derived keys: another word
 * would make worthless what readers carry about.  v2 is for what the first
 * edition of the module has not, which opens v1 alone.
 */


#include "ngx_http_patron_seals.h"


#define NGX_HTTP_PATRON_SEAL_ERROR_LEN  256


static const patron_str_t  ngx_http_patron_purposes[] = {
    patron_string("reader"),
    patron_string("meter"),
    patron_string("device"),
    patron_string("visit"),
    patron_string("read"),
    patron_string("gift"),
    patron_string("preview"),
    patron_string("reference"),
    patron_string("feed"),
    patron_string("explain")
};


patron_seal_t *
ngx_http_patron_seal(ngx_http_patron_seals_t *seals,
    const patron_keys_t *keys, ngx_http_patron_seal_e purpose,
    ngx_log_t *log)
{
    char            err[NGX_HTTP_PATRON_SEAL_ERROR_LEN];
    patron_seal_t  *seal;

    if (seals->seals[purpose] != NULL) {
        return seals->seals[purpose];
    }

    seal = patron_seal_create(NULL, keys, &ngx_http_patron_purposes[purpose],
                              err);

    if (seal == NULL
        || (purpose == NGX_HTTP_PATRON_SEAL_READ
            && patron_seal_lighten(seal, keys, err) != PATRON_OK))
    {
        ngx_log_error(NGX_LOG_ERR, log, 0, "patron: no seal can be made: %s",
                      err);
        patron_seal_destroy(seal);
        return NULL;
    }

    seals->seals[purpose] = seal;

    return seal;
}


void
ngx_http_patron_seals_destroy(ngx_http_patron_seals_t *seals)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_PATRON_SEAL_N; i++) {
        patron_seal_destroy(seals->seals[i]);
    }
}
