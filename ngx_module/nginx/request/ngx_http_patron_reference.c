
/*
 * See the header.  A sealed value, "v1.<payload>.<MAC>", without its dots,
 * for which providers drop it in silence: where they were is known by the
 * lengths.  The payload is a letter, "m" for a member or "a" for an anonymous
 * reader; the length of what follows, in a byte; the sub, or the id; and the
 * campaign clicked, in four bytes, where there is one and room for it.
 */


#include "patron_anonymous.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_reference.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_setcookie.h"


#define NGX_HTTP_PATRON_REFERENCE_MAX  200
#define NGX_HTTP_PATRON_REFERENCE_MAC  22       /* characters */
#define NGX_HTTP_PATRON_REFERENCE_RAW  131      /* bytes that fit */


static ngx_int_t ngx_http_patron_reference_anonymous(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_reference_keep(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_anonymous_t *anonymous);
static u_char *ngx_http_patron_reference_campaign(ngx_http_patron_state_t *st,
    u_char *p);


ngx_int_t
ngx_http_patron_reference(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *reference)
{
    u_char         *p, raw[2 + PATRON_SUB_MAX + 4];
    u_char          sealed[PATRON_SEAL_MAX];
    size_t          len, body;
    ngx_int_t       rc;
    ngx_str_t       who;
    patron_str_t    payload;
    patron_seal_t  *seal;

    if (plcf->keys == NULL || !st->identified) {
        return NGX_DECLINED;
    }

    p = raw;

    if (st->id.len && st->state != PATRON_STATE_INVALID) {
        *p++ = 'm';
        who = st->id;

    } else {
        rc = ngx_http_patron_reference_anonymous(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }

        *p++ = 'a';
        who = st->anonymous;
    }

    *p++ = (u_char) who.len;
    p = ngx_cpymem(p, who.data, who.len);
    p = ngx_http_patron_reference_campaign(st, p);

    payload.data = raw;
    payload.len = ngx_min(p - raw, NGX_HTTP_PATRON_REFERENCE_RAW);

    if (payload.len < 2 + who.len) {
        return NGX_DECLINED;
    }

    if (payload.len < (size_t) (p - raw)) {
        payload.len = 2 + who.len;
    }

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys,
                                NGX_HTTP_PATRON_SEAL_REFERENCE,
                                r->connection->log);

    if (seal == NULL
        || patron_seal_make(seal, &payload, sealed, sizeof(sealed), &len)
           != PATRON_OK)
    {
        return NGX_DECLINED;
    }

    reference->data = ngx_pnalloc(r->pool, len);
    if (reference->data == NULL) {
        return NGX_ERROR;
    }

    body = len - 3 - 1 - NGX_HTTP_PATRON_REFERENCE_MAC;

    p = ngx_cpymem(reference->data, sealed, 2);
    p = ngx_cpymem(p, sealed + 3, body);
    p = ngx_cpymem(p, sealed + 3 + body + 1, NGX_HTTP_PATRON_REFERENCE_MAC);

    reference->len = p - reference->data;

    st->personal = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_reference_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char              buf[PATRON_SEAL_PAYLOAD_MAX];
    ngx_uint_t          old;
    patron_str_t        payload;
    patron_anonymous_t  anonymous;

    if (st->anonymous.len) {
        return NGX_OK;
    }

    if (plcf->keys == NULL
        || !ngx_http_patron_cookies_sent(r)
        || ngx_http_patron_cookie_open(r, plcf, NGX_HTTP_PATRON_SEAL_READER,
                                       buf, &payload, &old)
           != NGX_OK
        || patron_anonymous_decode(&anonymous, &payload) != PATRON_OK)
    {
        return NGX_DECLINED;
    }

    return ngx_http_patron_reference_keep(r, st, &anonymous);
}


/* The id of the cookie; or a new one, for which the response sets a cookie. */

static ngx_int_t
ngx_http_patron_reference_anonymous(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char              buf[PATRON_ANONYMOUS_MAX];
    ngx_int_t           rc;
    patron_str_t        payload;
    patron_anonymous_t  anonymous;

    rc = ngx_http_patron_reference_id(r, plcf, st);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (r->main->header_sent || st->meter != NULL) {
        /* it is too late; or the meter gives out the id with an article */
        return NGX_DECLINED;
    }

    rc = ngx_http_patron_consents(r, plcf);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&anonymous, sizeof(patron_anonymous_t));

    payload.data = buf;

    if (ngx_http_patron_random(r, anonymous.id, PATRON_ANONYMOUS_ID) != NGX_OK
        || ngx_http_patron_reference_keep(r, st, &anonymous) != NGX_OK)
    {
        return NGX_ERROR;
    }

    payload.len = patron_anonymous_encode(&anonymous, buf);

    return ngx_http_patron_cookie_seal(r->main, plcf,
                                       NGX_HTTP_PATRON_SEAL_READER, &payload,
                                       NGX_HTTP_PATRON_COOKIE_YEAR);
}


static ngx_int_t
ngx_http_patron_reference_keep(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_anonymous_t *anonymous)
{
    u_char  *p;

    p = ngx_pnalloc(r->main->pool, 2 * PATRON_ANONYMOUS_ID);
    if (p == NULL) {
        return NGX_ERROR;
    }

    st->anonymous.data = p;
    st->anonymous.len = ngx_hex_dump(p, anonymous->id, PATRON_ANONYMOUS_ID)
                        - p;

    return NGX_OK;
}


static u_char *
ngx_http_patron_reference_campaign(ngx_http_patron_state_t *st, u_char *p)
{
    uint32_t  id;

    if (st->visit == NULL || st->visit->clicked_on == 0) {
        return p;
    }

    id = st->visit->clicked;

    *p++ = (u_char) (id >> 24);
    *p++ = (u_char) (id >> 16);
    *p++ = (u_char) (id >> 8);
    *p++ = (u_char) id;

    return p;
}


int
ngx_http_patron_reference_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const patron_str_t *reference,
    patron_str_t *sub, int *anonymous)
{
    u_char          *p, buf[PATRON_SEAL_PAYLOAD_MAX];
    u_char           sealed[NGX_HTTP_PATRON_REFERENCE_MAX + 2];
    size_t           body;
    unsigned         key;
    patron_str_t     text, payload;
    patron_seal_t   *seal;

    if (plcf->keys == NULL
        || reference->len <= 2 + NGX_HTTP_PATRON_REFERENCE_MAC
        || reference->len > NGX_HTTP_PATRON_REFERENCE_MAX)
    {
        return PATRON_DECLINED;
    }

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys,
                                NGX_HTTP_PATRON_SEAL_REFERENCE,
                                r->connection->log);
    if (seal == NULL) {
        return PATRON_DECLINED;
    }

    body = reference->len - 2 - NGX_HTTP_PATRON_REFERENCE_MAC;

    p = ngx_cpymem(sealed, reference->data, 2);
    *p++ = '.';
    p = ngx_cpymem(p, reference->data + 2, body);
    *p++ = '.';
    p = ngx_cpymem(p, reference->data + 2 + body,
                   NGX_HTTP_PATRON_REFERENCE_MAC);

    text.data = sealed;
    text.len = p - sealed;

    if (patron_seal_open(seal, &text, buf, &payload, &key) != PATRON_OK
        || payload.len < 3
        || (payload.data[0] != 'm' && payload.data[0] != 'a')
        || payload.data[1] == 0
        || (size_t) payload.data[1] + 2 > payload.len)
    {
        return PATRON_DECLINED;
    }

    p = ngx_pnalloc(r->pool, payload.data[1]);
    if (p == NULL) {
        return PATRON_DECLINED;
    }

    ngx_memcpy(p, payload.data + 2, payload.data[1]);

    sub->data = p;
    sub->len = payload.data[1];
    *anonymous = (payload.data[0] == 'a');

    return PATRON_OK;
}
