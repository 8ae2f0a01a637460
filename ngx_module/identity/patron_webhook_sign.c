
/* See the header. */


#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "patron_date.h"
#include "patron_webhook_sign.h"


static int patron_webhook_hmac(patron_webhook_render_t *render,
    const char *digest, const patron_str_t *text, patron_uchar_t *mac,
    size_t *len);
static int patron_webhook_plain(patron_webhook_render_t *render,
    const char *digest, const patron_str_t *text, patron_uchar_t *mac,
    size_t *len);
static int patron_webhook_update_mac(void *ctx, const patron_uchar_t *data,
    size_t len);
static int patron_webhook_update_digest(void *ctx, const patron_uchar_t *data,
    size_t len);
static int patron_webhook_sent(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const patron_str_t *expected,
    const char **reason);
static int patron_webhook_same(const patron_webhook_scheme_t *scheme,
    patron_str_t sent, const patron_str_t *expected);
static int patron_webhook_in_time(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const char **reason);
static int patron_webhook_option(const patron_str_t *s, const char *word);


int
patron_webhook_verify(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const char **reason)
{
    int             rc;
    patron_str_t    expected;
    patron_uchar_t  buf[PATRON_WEBHOOK_SIGN_MAX];

    rc = patron_webhook_sign(message, scheme, &scheme->text, buf, &expected);

    if (rc == PATRON_OK) {
        rc = patron_webhook_sent(message, scheme, &expected, reason);

    } else if (rc == PATRON_DECLINED) {
        *reason = "what is signed is not in it";
    }

    if (rc == PATRON_OK) {
        rc = patron_webhook_in_time(message, scheme, reason);
    }

    if (rc == PATRON_ERROR || message->failed) {
        *reason = "out of memory, or OpenSSL has no such digest";
        return PATRON_ERROR;
    }

    return rc;
}


int
patron_webhook_sign(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const patron_str_t *text,
    patron_uchar_t *buf, patron_str_t *signature)
{
    int                      rc;
    char                     digest[16];
    size_t                   i, len;
    patron_uchar_t           mac[PATRON_WEBHOOK_MAC_MAX];
    patron_webhook_render_t  render;

    static const char  hex[] = "0123456789abcdef";

    if (patron_webhook_option(&scheme->mac, "token")) {
        *signature = message->key;
        return PATRON_OK;
    }

    memset(&render, 0, sizeof(patron_webhook_render_t));

    render.message = message;
    render.signature = scheme->signature;

    memcpy(digest, scheme->digest.data, scheme->digest.len);
    digest[scheme->digest.len] = '\0';

    rc = patron_webhook_option(&scheme->mac, "hmac")
         ? patron_webhook_hmac(&render, digest, text, mac, &len)
         : patron_webhook_plain(&render, digest, text, mac, &len);

    if (rc != PATRON_OK) {
        return rc;
    }

    signature->data = buf;

    if (patron_webhook_option(&scheme->encoding, "base64")) {
        signature->len = (size_t) EVP_EncodeBlock(buf, mac, (int) len);
        return PATRON_OK;
    }

    for (i = 0; i < len; i++) {
        buf[2 * i] = (patron_uchar_t) hex[mac[i] >> 4];
        buf[2 * i + 1] = (patron_uchar_t) hex[mac[i] & 0xf];
    }

    signature->len = 2 * len;

    return PATRON_OK;
}


static int
patron_webhook_hmac(patron_webhook_render_t *render, const char *digest,
    const patron_str_t *text, patron_uchar_t *mac, size_t *len)
{
    int           rc;
    EVP_MAC      *hmac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    rc = PATRON_ERROR;

    if (ctx != NULL
        && EVP_MAC_init(ctx, render->message->key.data,
                        render->message->key.len, params))
    {
        render->sink = patron_webhook_update_mac;
        render->ctx = ctx;

        rc = patron_webhook_render(render, text) == PATRON_OK
             ? PATRON_OK : PATRON_DECLINED;

        if (rc == PATRON_OK
            && !EVP_MAC_final(ctx, mac, len, PATRON_WEBHOOK_MAC_MAX))
        {
            rc = PATRON_ERROR;
        }
    }

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(hmac);

    return rc;
}


static int
patron_webhook_plain(patron_webhook_render_t *render, const char *digest,
    const patron_str_t *text, patron_uchar_t *mac, size_t *len)
{
    int           rc;
    unsigned      n;
    EVP_MD       *md;
    EVP_MD_CTX   *ctx;

    md = EVP_MD_fetch(NULL, digest, NULL);
    ctx = md ? EVP_MD_CTX_new() : NULL;

    rc = PATRON_ERROR;

    if (ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL)) {
        render->sink = patron_webhook_update_digest;
        render->ctx = ctx;

        rc = patron_webhook_render(render, text) == PATRON_OK
             ? PATRON_OK : PATRON_DECLINED;

        n = 0;

        if (rc == PATRON_OK && !EVP_DigestFinal_ex(ctx, mac, &n)) {
            rc = PATRON_ERROR;
        }

        *len = n;
    }

    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);

    return rc;
}


static int
patron_webhook_update_mac(void *ctx, const patron_uchar_t *data, size_t len)
{
    return EVP_MAC_update(ctx, data, len) ? PATRON_OK : PATRON_ERROR;
}


static int
patron_webhook_update_digest(void *ctx, const patron_uchar_t *data, size_t len)
{
    return EVP_DigestUpdate(ctx, data, len) ? PATRON_OK : PATRON_ERROR;
}


/* Several are there while a key is being replaced; one is enough. */

static int
patron_webhook_sent(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const patron_str_t *expected,
    const char **reason)
{
    int             found;
    size_t          at, n;
    patron_str_t    source, name, list, sent;
    patron_uchar_t  buf[PATRON_WEBHOOK_TEXT];

    source = scheme->signature;
    name.len = 0;

    if (patron_webhook_prefix(&source, "header:")) {
        patron_webhook_dot(&source, &name);
    }

    if (name.len == 0) {
        if (patron_webhook_get(message, &scheme->signature, buf, &sent)
            != PATRON_OK)
        {
            *reason = "there is no signature";
            return PATRON_DECLINED;
        }

        found = patron_webhook_same(scheme, sent, expected);

    } else {
        if (message->header(message->ctx, &source, &list) != PATRON_OK) {
            *reason = "there is no signature";
            return PATRON_DECLINED;
        }

        found = 0;
        at = 0;
        n = 0;

        while (patron_webhook_list(&list, &at, &n, &name, &sent)
               == PATRON_OK)
        {
            found |= patron_webhook_same(scheme, sent, expected);
        }
    }

    if (!found) {
        *reason = "the signature is another";
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


static int
patron_webhook_same(const patron_webhook_scheme_t *scheme, patron_str_t sent,
    const patron_str_t *expected)
{
    size_t          i;
    patron_uchar_t  c, lower[PATRON_WEBHOOK_SIGN_MAX];

    if (sent.len != scheme->prefix.len + expected->len || expected->len == 0
        || (scheme->prefix.len
            && memcmp(sent.data, scheme->prefix.data, scheme->prefix.len)
               != 0))
    {
        return 0;
    }

    sent.data += scheme->prefix.len;
    sent.len -= scheme->prefix.len;

    if (!patron_webhook_option(&scheme->mac, "token")
        && patron_webhook_option(&scheme->encoding, "hex"))
    {
        for (i = 0; i < sent.len; i++) {
            c = sent.data[i];
            lower[i] = (c >= 'A' && c <= 'F') ? c | 0x20 : c;
        }

        sent.data = lower;
    }

    return CRYPTO_memcmp(sent.data, expected->data, sent.len) == 0;
}


static int
patron_webhook_in_time(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const char **reason)
{
    int64_t         at;
    patron_str_t    text;
    patron_uchar_t  buf[PATRON_WEBHOOK_TEXT];

    if (scheme->dated.len == 0) {
        return PATRON_OK;
    }

    if (patron_webhook_get(message, &scheme->dated, buf, &text) != PATRON_OK
        || patron_date_parse(&text, 0, &at) != PATRON_OK)
    {
        *reason = "the signature has no date";
        return PATRON_DECLINED;
    }

    if (at > message->now + scheme->tolerance
        || at < message->now - scheme->tolerance)
    {
        *reason = "the signature is too old, or of the future";
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


static int
patron_webhook_option(const patron_str_t *s, const char *word)
{
    return s->len == strlen(word) && memcmp(s->data, word, s->len) == 0;
}
