
/*
 * See the header.  Nothing of a body is parsed before its signature is
 * verified.
 *
 * Limits: jansson nests 2048 deep at most and refuses what is deeper; names
 * with dots in them cannot be reached by a path.  Patreon's events have neither
 * number nor date: their signature is their id, and what comes last is true.
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "patron_date.h"
#include "patron_token.h"
#include "patron_webhook.h"


#define PATRON_WEBHOOK_MAC_MAX     32
#define PATRON_WEBHOOK_STAMP_MAX   20
#define PATRON_WEBHOOK_DEPTH       32       /* of a path */


/*
 * A provider's word for where a membership stands, and ours.  One that has
 * ended stays good until the end of what was paid for, if that is known; what
 * was never paid, or is no more, ends at once.
 */

typedef enum {
    PATRON_WEBHOOK_GOES_ON = 0,
    PATRON_WEBHOOK_ENDS,
    PATRON_WEBHOOK_ENDS_NOW
} patron_webhook_end_e;

typedef struct {
    const char            *word;
    const char            *status;
    patron_webhook_end_e   end;
} patron_webhook_status_t;


const patron_str_t  patron_webhook_names[PATRON_WEBHOOK_N] = {
    patron_string("stripe"),
    patron_string("patreon"),
    patron_string("generic")
};


const patron_str_t  patron_webhook_headers[PATRON_WEBHOOK_N] = {
    patron_string("Stripe-Signature"),
    patron_string("X-Patreon-Signature"),
    patron_string("X-Patron-Signature")
};


const patron_webhook_paths_t  patron_webhook_paths[PATRON_WEBHOOK_N] = {
    { patron_string("data.object.metadata.patron|data.object.customer"),
      patron_string("data.object.metadata.tier"
                    "|data.object.items.data.0.price.lookup_key"),
      patron_string("data.object.status"),
      patron_string("data.object.current_period_end"
                    "|data.object.items.data.0.current_period_end") },

    { patron_string("data.id"),
      patron_string("data.relationships.currently_entitled_tiers.data.0.id"),
      patron_string("data.attributes.patron_status"),
      { 0, NULL } },

    { patron_string("sub"),
      patron_string("tier"),
      patron_string("status"),
      patron_string("until") }
};


static const patron_webhook_status_t  patron_webhook_statuses[] = {
    { "active", "active", PATRON_WEBHOOK_GOES_ON },
    { "trialing", "active", PATRON_WEBHOOK_GOES_ON },
    { "active_patron", "active", PATRON_WEBHOOK_GOES_ON },
    { "grace", "grace", PATRON_WEBHOOK_GOES_ON },
    { "past_due", "grace", PATRON_WEBHOOK_GOES_ON },
    { "declined_patron", "grace", PATRON_WEBHOOK_GOES_ON },
    { "paused", "paused", PATRON_WEBHOOK_GOES_ON },
    { "revoked", "revoked", PATRON_WEBHOOK_GOES_ON },
    { "canceled", "active", PATRON_WEBHOOK_ENDS },
    { "cancelled", "active", PATRON_WEBHOOK_ENDS },
    { "ended", "active", PATRON_WEBHOOK_ENDS },
    { "former_patron", "active", PATRON_WEBHOOK_ENDS },
    { "unpaid", "active", PATRON_WEBHOOK_ENDS_NOW },
    { "incomplete", "active", PATRON_WEBHOOK_ENDS_NOW },
    { "incomplete_expired", "active", PATRON_WEBHOOK_ENDS_NOW }
};


static int patron_webhook_mac(const char *digest, const patron_str_t *key,
    const patron_str_t *stamp, const patron_str_t *body,
    patron_uchar_t *mac, size_t *len);
static int patron_webhook_same(const patron_str_t *hex,
    const patron_uchar_t *mac, size_t len);
static int patron_webhook_dated(const patron_str_t *signature,
    const patron_str_t *key, const patron_str_t *body, int64_t now,
    int64_t tolerance, const char **reason);
static int patron_webhook_number(const patron_str_t *text, int64_t *n);
static int patron_webhook_concerns(patron_webhook_e provider, json_t *root,
    patron_webhook_event_t *event);
static json_t *patron_webhook_at(json_t *root, const patron_str_t *path);
static json_t *patron_webhook_step(json_t *json, const patron_uchar_t *name,
    size_t len);
static int patron_webhook_text(json_t *json, patron_uchar_t *buf,
    patron_str_t *text);
static int patron_webhook_sub(json_t *root,
    const patron_webhook_paths_t *paths, patron_webhook_event_t *event);
static int patron_webhook_tier(json_t *root, patron_webhook_e provider,
    const patron_webhook_paths_t *paths, patron_webhook_event_t *event);
static json_t *patron_webhook_title(json_t *root, json_t *id);
static int patron_webhook_until(json_t *root,
    const patron_webhook_paths_t *paths, patron_webhook_event_t *event);
static int patron_webhook_status(json_t *root, patron_webhook_e provider,
    const patron_webhook_paths_t *paths, int64_t now,
    patron_webhook_event_t *event);
static int patron_webhook_is(json_t *root, const char *path,
    const char *word);


int
patron_webhook_path(const patron_str_t *path)
{
    size_t  i, n, depth;

    if (path->len > PATRON_WEBHOOK_PATH_MAX) {
        return PATRON_ERROR;
    }

    n = 0;
    depth = 1;

    for (i = 0; i <= path->len; i++) {

        if (i < path->len && path->data[i] != '.' && path->data[i] != '|') {
            n++;
            continue;
        }

        if (n == 0) {
            return PATRON_ERROR;
        }

        n = 0;
        depth = (i < path->len && path->data[i] == '.') ? depth + 1 : 1;

        if (depth > PATRON_WEBHOOK_DEPTH) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


int
patron_webhook_verify(patron_webhook_e provider, const patron_str_t *key,
    const patron_str_t *signature, const patron_str_t *body, int64_t now,
    int64_t tolerance, const char **reason)
{
    size_t          len;
    patron_str_t    hex;
    patron_uchar_t  mac[PATRON_WEBHOOK_MAC_MAX];

    static const patron_str_t  none = { 0, NULL };

    if (provider == PATRON_STRIPE) {
        return patron_webhook_dated(signature, key, body, now, tolerance,
                                    reason);
    }

    hex = *signature;

    if (provider == PATRON_GENERIC) {

        if (hex.len < 7 || memcmp(hex.data, "sha256=", 7) != 0) {
            *reason = "the signature is not \"sha256=...\"";
            return PATRON_DECLINED;
        }

        hex.data += 7;
        hex.len -= 7;
    }

    if (patron_webhook_mac(provider == PATRON_GENERIC ? "SHA256" : "MD5", key,
                           &none, body, mac, &len)
        != PATRON_OK)
    {
        *reason = "OpenSSL has no such HMAC";
        return PATRON_DECLINED;
    }

    if (patron_webhook_same(&hex, mac, len) != PATRON_OK) {
        *reason = "the signature is another";
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


/* HMAC of stamp, a dot and body; of body alone where stamp is empty. */

static int
patron_webhook_mac(const char *digest, const patron_str_t *key,
    const patron_str_t *stamp, const patron_str_t *body,
    patron_uchar_t *mac, size_t *len)
{
    int           rc;
    EVP_MAC      *hmac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    rc = PATRON_ERROR;

    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    if (ctx != NULL
        && EVP_MAC_init(ctx, key->data, key->len, params)
        && (stamp->len == 0
            || (EVP_MAC_update(ctx, stamp->data, stamp->len)
                && EVP_MAC_update(ctx, (const patron_uchar_t *) ".", 1)))
        && EVP_MAC_update(ctx, body->data, body->len)
        && EVP_MAC_final(ctx, mac, len, PATRON_WEBHOOK_MAC_MAX))
    {
        rc = PATRON_OK;
    }

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(hmac);

    return rc;
}


static int
patron_webhook_same(const patron_str_t *hex, const patron_uchar_t *mac,
    size_t len)
{
    size_t          i;
    patron_uchar_t  text[2 * PATRON_WEBHOOK_MAC_MAX];
    patron_uchar_t  given[2 * PATRON_WEBHOOK_MAC_MAX];

    static const char  digits[] = "0123456789abcdef";

    if (hex->len != 2 * len) {
        return PATRON_DECLINED;
    }

    for (i = 0; i < len; i++) {
        text[2 * i] = (patron_uchar_t) digits[mac[i] >> 4];
        text[2 * i + 1] = (patron_uchar_t) digits[mac[i] & 0xf];
    }

    for (i = 0; i < hex->len; i++) {
        given[i] = (patron_uchar_t) tolower(hex->data[i]);
    }

    return CRYPTO_memcmp(text, given, hex->len) == 0 ? PATRON_OK
                                                     : PATRON_DECLINED;
}


/* Several v1 are there while a key is being replaced; one is enough. */

static int
patron_webhook_dated(const patron_str_t *signature, const patron_str_t *key,
    const patron_str_t *body, int64_t now, int64_t tolerance,
    const char **reason)
{
    int             found;
    size_t          len, maclen;
    int64_t         at;
    patron_str_t    stamp, hex;
    patron_uchar_t  mac[PATRON_WEBHOOK_MAC_MAX];

    const patron_uchar_t  *p, *end, *last;

    stamp.len = 0;
    stamp.data = NULL;

    end = signature->data + signature->len;

    *reason = "the signature is not \"t=...,v1=...\"";

    for (p = signature->data; p < end; p = last + 1) {
        last = memchr(p, ',', (size_t) (end - p));
        last = last ? last : end;

        if (last - p > 2 && memcmp(p, "t=", 2) == 0) {
            stamp.data = p + 2;
            stamp.len = (size_t) (last - p - 2);
            break;
        }
    }

    if (patron_webhook_number(&stamp, &at) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    if (patron_webhook_mac("SHA256", key, &stamp, body, mac, &maclen)
        != PATRON_OK)
    {
        *reason = "OpenSSL has no such HMAC";
        return PATRON_DECLINED;
    }

    found = 0;

    for (p = signature->data; p < end; p = last + 1) {
        last = memchr(p, ',', (size_t) (end - p));
        last = last ? last : end;
        len = (size_t) (last - p);

        if (len > 3 && memcmp(p, "v1=", 3) == 0) {
            hex.data = p + 3;
            hex.len = len - 3;
            found |= patron_webhook_same(&hex, mac, maclen) == PATRON_OK;
        }
    }

    if (!found) {
        *reason = "the signature is another";
        return PATRON_DECLINED;
    }

    if (at > now + tolerance || at < now - tolerance) {
        *reason = "the signature is too old, or of the future";
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


static int
patron_webhook_number(const patron_str_t *text, int64_t *n)
{
    size_t  i;

    if (text->len == 0 || text->len > 12) {
        return PATRON_ERROR;
    }

    *n = 0;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return PATRON_ERROR;
        }

        *n = *n * 10 + (text->data[i] - '0');
    }

    return PATRON_OK;
}


int
patron_webhook_read(patron_webhook_e provider,
    const patron_webhook_paths_t *paths, const patron_str_t *body,
    int64_t now, patron_webhook_event_t *event, const char **reason)
{
    int     rc;
    json_t  *root;

    memset(event, 0, offsetof(patron_webhook_event_t, buf));

    if (body->len > PATRON_WEBHOOK_BODY_MAX) {
        *reason = "the body is too long";
        return PATRON_ERROR;
    }

    root = json_loadb((const char *) body->data, body->len,
                      JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL) {
        *reason = "the body is no JSON";
        return PATRON_ERROR;
    }

    rc = patron_webhook_concerns(provider, root, event);

    if (rc == PATRON_ERROR) {
        *reason = "bad \"id\" or \"created\"";

    } else if (rc == PATRON_OK) {
        rc = PATRON_ERROR;

        if (patron_webhook_sub(root, paths, event) != PATRON_OK) {
            *reason = "it does not say whose membership it is";

        } else if (patron_webhook_tier(root, provider, paths, event)
                   != PATRON_OK)
        {
            *reason = "bad tier";

        } else if (patron_webhook_until(root, paths, event) != PATRON_OK) {
            *reason = "bad end of the membership";

        } else if (patron_webhook_status(root, provider, paths, now, event)
                   != PATRON_OK)
        {
            *reason = "the status is not known";

        } else {
            rc = PATRON_OK;
        }
    }

    json_decref(root);

    return rc;
}


/*
 * Is the event one of memberships?  Then its id and time.  Stripe dates events
 * by the second: of two of one subscription, what made it is the earlier and
 * what deleted it the later.
 */

static int
patron_webhook_concerns(patron_webhook_e provider, json_t *root,
    patron_webhook_event_t *event)
{
    json_t  *id, *at, *of;

    static const patron_str_t  subscription = patron_string("data.object.id");

    if (!json_is_object(root)) {
        return PATRON_DECLINED;
    }

    if (provider == PATRON_PATREON) {
        return patron_webhook_is(root, "data.type", "member")
               ? PATRON_OK : PATRON_DECLINED;
    }

    id = json_object_get(root, "id");
    at = json_object_get(root, "created");

    if (provider == PATRON_STRIPE) {

        if (!patron_webhook_is(root, "data.object.object", "subscription")) {
            return PATRON_DECLINED;
        }

        event->rank = 1;

        if (patron_webhook_is(root, "type", "customer.subscription.created")) {
            event->rank = 0;
        }

        if (patron_webhook_is(root, "type", "customer.subscription.deleted")) {
            event->rank = 2;
        }

        of = patron_webhook_at(root, &subscription);

        if (!json_is_string(id) || !json_is_integer(at)
            || (of != NULL
                && patron_webhook_text(of, event->buf[3], &event->of)
                   != PATRON_OK))
        {
            return PATRON_ERROR;
        }
    }

    if (id != NULL && !json_is_null(id)
        && patron_webhook_text(id, event->buf[0], &event->id) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    if (at != NULL && !json_is_null(at)) {

        if (!json_is_integer(at) || json_integer_value(at) < 0
            || json_integer_value(at) > PATRON_DATE_MAX)
        {
            return PATRON_ERROR;
        }

        event->at = json_integer_value(at);
    }

    /* the ids of a record have blanks between them */

    return memchr(event->buf[0], ' ', event->id.len) == NULL ? PATRON_OK
                                                             : PATRON_ERROR;
}


/* The value at the first of the paths that has one, or NULL. */

static json_t *
patron_webhook_at(json_t *root, const patron_str_t *path)
{
    size_t   i, start;
    json_t  *json;

    json = root;
    start = 0;

    for (i = 0; path->len && i <= path->len; i++) {

        if (i < path->len && path->data[i] != '.' && path->data[i] != '|') {
            continue;
        }

        json = patron_webhook_step(json, path->data + start, i - start);
        start = i + 1;

        if (i < path->len && path->data[i] == '.') {
            continue;
        }

        if (json != NULL && !json_is_null(json)) {
            return json;
        }

        json = root;
    }

    return NULL;
}


static json_t *
patron_webhook_step(json_t *json, const patron_uchar_t *name, size_t len)
{
    int64_t       index;
    char          key[PATRON_WEBHOOK_PATH_MAX + 1];
    patron_str_t  text;

    if (json_is_array(json)) {
        text.data = name;
        text.len = len;

        return patron_webhook_number(&text, &index) == PATRON_OK
               ? json_array_get(json, (size_t) index) : NULL;
    }

    if (len >= sizeof(key)) {
        return NULL;
    }

    memcpy(key, name, len);
    key[len] = '\0';

    return json_object_get(json, key);
}


/* A string, or an integer in decimal, into buf of PATRON_WEBHOOK_TEXT bytes;
   control characters become blanks. */

static int
patron_webhook_text(json_t *json, patron_uchar_t *buf, patron_str_t *text)
{
    size_t       i;
    const char  *s;

    text->data = buf;

    if (json_is_integer(json)) {
        text->len = (size_t) snprintf((char *) buf, PATRON_WEBHOOK_TEXT,
                                      "%" JSON_INTEGER_FORMAT,
                                      json_integer_value(json));
        return PATRON_OK;
    }

    s = json_string_value(json);

    if (s == NULL || json_string_length(json) > PATRON_WEBHOOK_TEXT) {
        return PATRON_ERROR;
    }

    text->len = json_string_length(json);

    for (i = 0; i < text->len; i++) {
        buf[i] = (patron_uchar_t) s[i];

        if (buf[i] < 0x20 || buf[i] == 0x7f) {
            buf[i] = ' ';
        }
    }

    return PATRON_OK;
}


static int
patron_webhook_sub(json_t *root, const patron_webhook_paths_t *paths,
    patron_webhook_event_t *event)
{
    size_t   i;
    json_t  *json;

    json = patron_webhook_at(root, &paths->sub);

    if (json == NULL
        || patron_webhook_text(json, event->buf[1], &event->sub) != PATRON_OK
        || event->sub.len == 0
        || event->sub.len > PATRON_SUB_MAX)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < event->sub.len; i++) {
        if (event->buf[1][i] > 0x7e) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


/* Patreon names entitled tiers by number; their titles are in "included".  A
   member who is entitled to none has an empty tier. */

static int
patron_webhook_tier(json_t *root, patron_webhook_e provider,
    const patron_webhook_paths_t *paths, patron_webhook_event_t *event)
{
    json_t  *json, *title, *tiers;

    static const patron_str_t  entitled
        = patron_string("data.relationships.currently_entitled_tiers.data");

    json = patron_webhook_at(root, &paths->tier);

    if (json == NULL) {

        if (provider == PATRON_PATREON) {
            tiers = patron_webhook_at(root, &entitled);

            if (json_is_array(tiers) && json_array_size(tiers) == 0) {
                event->tier.data = event->buf[2];
            }
        }

        return PATRON_OK;
    }

    if (provider == PATRON_PATREON) {
        title = patron_webhook_title(root, json);
        json = title ? title : json;
    }

    return patron_webhook_text(json, event->buf[2], &event->tier);
}


static json_t *
patron_webhook_title(json_t *root, json_t *id)
{
    size_t   i;
    json_t  *included, *item, *title;

    included = json_object_get(root, "included");

    json_array_foreach(included, i, item) {

        if (json_is_string(id)
            && patron_webhook_is(item, "type", "tier")
            && patron_webhook_is(item, "id", json_string_value(id)))
        {
            title = json_object_get(json_object_get(item, "attributes"),
                                    "title");
            return json_is_string(title) ? title : NULL;
        }
    }

    return NULL;
}


static int
patron_webhook_until(json_t *root, const patron_webhook_paths_t *paths,
    patron_webhook_event_t *event)
{
    json_t        *json;
    patron_str_t   text;

    json = patron_webhook_at(root, &paths->until);

    if (json == NULL) {
        return PATRON_OK;
    }

    if (json_is_integer(json)) {
        event->until = json_integer_value(json);

        return event->until >= 0 && event->until <= PATRON_DATE_MAX
               ? PATRON_OK : PATRON_ERROR;
    }

    if (!json_is_string(json)) {
        return PATRON_ERROR;
    }

    text.data = (const patron_uchar_t *) json_string_value(json);
    text.len = json_string_length(json);

    if (text.len == 0) {
        return PATRON_OK;
    }

    return patron_date_parse(&text, 1, &event->until);
}


static int
patron_webhook_status(json_t *root, patron_webhook_e provider,
    const patron_webhook_paths_t *paths, int64_t now,
    patron_webhook_event_t *event)
{
    size_t                          i;
    json_t                         *json;
    const char                     *word;
    const patron_webhook_status_t  *status;

    /* without one: Patreon's who only follows, and a site's own member */

    static const char *const  absent[PATRON_WEBHOOK_N] = {
        NULL, "former_patron", "active"
    };

    json = patron_webhook_at(root, &paths->status);
    word = json ? json_string_value(json) : absent[provider];

    status = NULL;

    for (i = 0; word != NULL && i < sizeof(patron_webhook_statuses)
                                    / sizeof(patron_webhook_statuses[0]);
         i++)
    {
        if (strcmp(word, patron_webhook_statuses[i].word) == 0) {
            status = &patron_webhook_statuses[i];
        }
    }

    if (status == NULL) {
        return PATRON_ERROR;
    }

    event->status = status->status;

    if (status->end == PATRON_WEBHOOK_GOES_ON) {
        return PATRON_OK;
    }

    event->ended = 1;

    if (status->end == PATRON_WEBHOOK_ENDS_NOW
        || event->until < now
        || patron_webhook_is(root, "data.object.cancellation_details.reason",
                             "payment_failed"))
    {
        event->until = now;
    }

    return PATRON_OK;
}


static int
patron_webhook_is(json_t *root, const char *path, const char *word)
{
    json_t        *json;
    patron_str_t   text;

    text.data = (const patron_uchar_t *) path;
    text.len = strlen(path);

    json = patron_webhook_at(root, &text);

    return json_is_string(json) && strcmp(json_string_value(json), word) == 0;
}
