
/*
 * See the header.  A sealed value, "v1.<payload>.<MAC>", without its dots,
 * for which providers drop it in silence: where they were is known by the
 * lengths.  The payload is a letter, "m" for a member or "a" for an anonymous
 * reader; the length of what follows, in a byte; the sub, or the id; then, as
 * far as there is room, the campaign clicked, in four bytes, 0 for none; the
 * day, in two; and for each assignment of the last days the id of the campaign,
 * in four, and how many days ago it was made, in one.
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
static u_char *ngx_http_patron_reference_campaigns(
    ngx_http_patron_state_t *st, u_char *p, u_char *end);
static u_char *ngx_http_patron_reference_put(u_char *p, uint32_t value,
    ngx_uint_t bytes);
static uint32_t ngx_http_patron_reference_get(const u_char *p,
    ngx_uint_t bytes);
static ngx_int_t ngx_http_patron_reference_read(ngx_http_request_t *r,
    const u_char *p, const u_char *end, ngx_str_t *campaigns);


ngx_int_t
ngx_http_patron_reference(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *reference)
{
    u_char         *p, raw[NGX_HTTP_PATRON_REFERENCE_RAW];
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

    if (who.len + 2 > sizeof(raw)) {
        return NGX_DECLINED;
    }

    *p++ = (u_char) who.len;
    p = ngx_cpymem(p, who.data, who.len);
    p = ngx_http_patron_reference_campaigns(st, p, raw + sizeof(raw));

    payload.data = raw;
    payload.len = p - raw;

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
ngx_http_patron_reference_campaigns(ngx_http_patron_state_t *st, u_char *p,
    u_char *end)
{
    uint32_t  id;
    unsigned  i, done, age;

    if (st->visit == NULL || end - p < 4 + 2) {
        return p;
    }

    if (patron_visit_clicked(st->visit, ngx_time(), &id) != PATRON_OK) {
        id = 0;
    }

    p = ngx_http_patron_reference_put(p, id, 4);
    p = ngx_http_patron_reference_put(p, (uint32_t) (ngx_time() / 86400), 2);

    i = 0;

    while (end - p >= 5
           && patron_visit_assignment(st->visit, ngx_time(), &i, &id, &done,
                                      &age)
              == PATRON_OK)
    {
        p = ngx_http_patron_reference_put(p, id, 4);
        p = ngx_http_patron_reference_put(p, age, 1);
    }

    return p;
}


static u_char *
ngx_http_patron_reference_put(u_char *p, uint32_t value, ngx_uint_t bytes)
{
    while (bytes--) {
        *p++ = (u_char) (value >> 8 * bytes);
    }

    return p;
}


static uint32_t
ngx_http_patron_reference_get(const u_char *p, ngx_uint_t bytes)
{
    uint32_t  value;

    for (value = 0; bytes; bytes--) {
        value = value << 8 | *p++;
    }

    return value;
}


/* What ngx_http_patron_reference_campaigns() wrote, as far as it counts now. */

static ngx_int_t
ngx_http_patron_reference_read(ngx_http_request_t *r, const u_char *p,
    const u_char *end, ngx_str_t *campaigns)
{
    u_char    *text;
    uint32_t   clicked;
    ngx_int_t  days;

    ngx_str_null(campaigns);

    if (end - p < 4) {
        return NGX_OK;
    }

    text = ngx_pnalloc(r->pool, 2 * (end - p) + sizeof("c"));
    if (text == NULL) {
        return NGX_ERROR;
    }

    campaigns->data = text;
    clicked = ngx_http_patron_reference_get(p, 4);

    if (clicked) {
        text = ngx_sprintf(text, "c%08xD", clicked);
    }

    days = 0;

    if (end - p >= 4 + 2) {
        days = (ngx_int_t) (ngx_time() / 86400)
               - (ngx_int_t) ngx_http_patron_reference_get(p + 4, 2);
    }

    for (p += 4 + 2; end - p >= 5; p += 5) {
        if (days + p[4] > PATRON_VISIT_CREDITED) {
            continue;
        }

        if (text != campaigns->data) {
            *text++ = ',';
        }

        text = ngx_sprintf(text, "%08xD",
                           ngx_http_patron_reference_get(p, 4));
    }

    campaigns->len = text - campaigns->data;

    return NGX_OK;
}


int
ngx_http_patron_reference_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const patron_str_t *reference,
    patron_str_t *sub, int *anonymous, ngx_str_t *campaigns)
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

    return ngx_http_patron_reference_read(r, payload.data + 2 + sub->len,
                                          payload.data + payload.len,
                                          campaigns)
           == NGX_OK ? PATRON_OK : PATRON_DECLINED;
}
