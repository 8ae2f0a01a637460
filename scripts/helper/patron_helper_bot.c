
/*
 * Crawlers: requests signed with a key of one's own, the public side of it, what
 * others publish about theirs, and what there is.
 */


#include <string.h>
#include <time.h>

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "patron_address.h"
#include "patron_base64.h"
#include "patron_crawler.h"
#include "patron_helper.h"
#include "patron_helper_redis.h"
#include "patron_signed.h"


#define PATRON_HELPER_PUBLISHED  (16 * 1024 * 1024)     /* bytes */
#define PATRON_HELPER_COVERED    12


/* A request that is signed. */

typedef struct {
    patron_str_t     authority;
    patron_str_t     target;        /* path and query */
    int              https;
    patron_str_t     agent;         /* the field, or empty */
    patron_str_t     names[PATRON_HELPER_COVERED];
    patron_str_t     values[PATRON_HELPER_COVERED];
    size_t           n;
} patron_helper_request_t;


static EVP_PKEY *patron_helper_bot_key(const char *name, patron_jwk_t *jwk);
static void patron_helper_bot_url(const char *url,
    patron_helper_request_t *request);
static int patron_helper_bot_component(void *ctx, const patron_str_t *name,
    patron_str_t *value);
static void patron_helper_bot_base64(const unsigned char *data, size_t len,
    char *text);
static size_t patron_helper_bot_prefixes(json_t *list);
static void patron_helper_bot(const patron_str_t *name, int published,
    const patron_helper_reply_t *reply, int json);
static void patron_helper_bot_field(const patron_helper_reply_t *reply,
    const char *name, patron_str_t *value);
static size_t patron_helper_bot_keys_of(const patron_helper_reply_t *reply);


/* KEYFILE: the JWKS that is published of it, and its thumbprint. */

void
patron_helper_bot_jwks(int argc, char **argv)
{
    char          x[patron_base64_encoded(PATRON_JWK_LEN) + 1];
    EVP_PKEY     *key;
    patron_jwk_t  jwk;

    (void) argc;

    key = patron_helper_bot_key(argv[0], &jwk);
    EVP_PKEY_free(key);

    *patron_base64_encode((patron_uchar_t *) x, jwk.x, PATRON_JWK_LEN) = '\0';

    printf("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%.*s\","
           "\"x\":\"%s\"}]}\n",
           PATRON_JWK_THUMBPRINT, (const char *) jwk.thumbprint, x);
}


/*
 * KEYFILE URL AGENT NONCE CREATED LIFE [NAME=VALUE ...]: the fields of a signed
 * request.  AGENT may be empty; NONCE too, for none, or "random"; NAME=VALUE are
 * fields that are covered as well, NAME alone a component by its name.
 */

void
patron_helper_bot_sign(int argc, char **argv)
{
    int                       i;
    char                      list[4096], nonce[128], text[128], *p, *value;
    size_t                    len, base_len;
    EVP_PKEY                 *key;
    EVP_MD_CTX               *ctx;
    const char               *why;
    patron_jwk_t              jwk;
    patron_signed_t           sig;
    unsigned char             random[48], signature[PATRON_ED25519_LEN];
    patron_uchar_t            base[PATRON_SIGNED_BASE];
    patron_helper_request_t   request;

    memset(&request, 0, sizeof(request));
    memset(&sig, 0, sizeof(sig));

    key = patron_helper_bot_key(argv[0], &jwk);
    patron_helper_bot_url(argv[1], &request);

    p = list + sprintf(list, "(\"@authority\"");

    if (argv[2][0]) {
        request.agent = patron_helper_str(argv[2]);
        p += sprintf(p, " \"signature-agent\"");
    }

    for (i = 6; i < argc; i++) {

        if (request.n == PATRON_HELPER_COVERED || strlen(argv[i]) > 200) {
            patron_helper_die(PATRON_HELPER_USAGE, "too much to be signed");
        }

        value = strchr(argv[i], '=');

        if (value != NULL) {
            *value = '\0';
            request.names[request.n] = patron_helper_str(argv[i]);
            request.values[request.n++] = patron_helper_str(value + 1);
        }

        p += sprintf(p, " \"%s\"", argv[i]);
    }

    snprintf(nonce, sizeof(nonce), "%s", argv[3]);

    if (strcmp(nonce, "random") == 0) {

        if (RAND_bytes(random, sizeof(random)) != 1) {
            patron_helper_die(PATRON_HELPER_FAILED, "no random bytes");
        }

        patron_helper_bot_base64(random, sizeof(random), nonce);
    }

    p += sprintf(p, ");created=%s;expires=%lld;keyid=\"%.*s\";"
                 "alg=\"ed25519\"", argv[4], atoll(argv[4]) + atoll(argv[5]),
                 PATRON_JWK_THUMBPRINT, (const char *) jwk.thumbprint);

    if (nonce[0]) {
        p += sprintf(p, ";nonce=\"%s\"", nonce);
    }

    sprintf(p, ";tag=\"web-bot-auth\"");

    sig.list = patron_helper_str(list);

    why = patron_signed_base(&sig, patron_helper_bot_component, &request, base,
                             &base_len);
    if (why != NULL) {
        patron_helper_die(PATRON_HELPER_USAGE, "%s", why);
    }

    len = sizeof(signature);
    ctx = EVP_MD_CTX_new();

    if (ctx == NULL
        || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1
        || EVP_DigestSign(ctx, signature, &len, base, base_len) != 1)
    {
        patron_helper_die(PATRON_HELPER_FAILED, "it cannot be signed");
    }

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);

    patron_helper_bot_base64(signature, len, text);

    if (request.agent.len) {
        printf("Signature-Agent: %s\n", argv[2]);
    }

    for (len = 0; len < request.n; len++) {
        printf("%s: %s\n", (const char *) request.names[len].data,
               (const char *) request.values[len].data);
    }

    printf("Signature-Input: sig1=%s\nSignature: sig1=:%s:\n", list, text);
}


/* A PEM file, as "openssl genpkey -algorithm ed25519" writes it. */

static EVP_PKEY *
patron_helper_bot_key(const char *name, patron_jwk_t *jwk)
{
    FILE           *file;
    size_t          len;
    EVP_PKEY       *key;
    unsigned char   x[PATRON_JWK_LEN];

    file = fopen(name, "r");

    if (file == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "no such file: %s", name);
    }

    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);

    len = sizeof(x);

    if (key == NULL
        || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519
        || EVP_PKEY_get_raw_public_key(key, x, &len) != 1
        || patron_jwk(jwk, x) != PATRON_OK)
    {
        patron_helper_die(PATRON_HELPER_USAGE, "%s is no Ed25519 key in PEM "
                          "(openssl genpkey -algorithm ed25519)", name);
    }

    return key;
}


static void
patron_helper_bot_url(const char *url, patron_helper_request_t *request)
{
    size_t           len;
    const char      *p;
    patron_str_t     host;
    patron_uchar_t  *authority;

    request->https = (strncmp(url, "https://", 8) == 0);

    if (!request->https && strncmp(url, "http://", 7) != 0) {
        patron_helper_die(PATRON_HELPER_USAGE, "no URL of http or https: %s",
                          url);
    }

    p = url + (request->https ? 8 : 7);
    len = strcspn(p, "/?#");

    host.data = (const patron_uchar_t *) p;
    host.len = len;

    authority = patron_helper_alloc(PATRON_SIGNED_AUTHORITY);
    request->authority.data = authority;
    request->authority.len = patron_signed_authority(authority, &host,
                                                     request->https);
    if (request->authority.len == 0) {
        patron_helper_die(PATRON_HELPER_USAGE, "no host in %s", url);
    }

    request->target = patron_helper_str(p[len] == '/' ? p + len : "/");
}


static int
patron_helper_bot_component(void *ctx, const patron_str_t *name,
    patron_str_t *value)
{
    size_t                    i;
    patron_helper_request_t  *request = ctx;

    if (patron_helper_is(name, "@authority")) {
        *value = request->authority;
        return PATRON_OK;
    }

    if (patron_helper_is(name, "@method")) {
        *value = patron_helper_str("GET");
        return PATRON_OK;
    }

    if (patron_helper_is(name, "@request-target")) {
        *value = request->target;
        return PATRON_OK;
    }

    if (patron_helper_is(name, "@path")) {
        *value = request->target;
        value->len = strcspn((const char *) value->data, "?");
        return PATRON_OK;
    }

    if (patron_helper_is(name, "signature-agent")) {
        *value = request->agent;
        return PATRON_OK;
    }

    for (i = 0; i < request->n; i++) {
        if (request->names[i].len == name->len
            && memcmp(request->names[i].data, name->data, name->len) == 0)
        {
            *value = request->values[i];
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


static void
patron_helper_bot_base64(const unsigned char *data, size_t len, char *text)
{
    (void) EVP_EncodeBlock((unsigned char *) text, data, (int) len);
}


/*
 * What a crawler's operator publishes, on standard input: a JWKS, which is put
 * out as "keys", or JSON with a list "prefixes" of "ipv4Prefix" and "ipv6Prefix"
 * (Google, Bing, OpenAI, Apple ...), of which the addresses are.
 */

void
patron_helper_bot_import(int argc, char **argv)
{
    size_t         n;
    json_t        *root, *list;
    const char    *why;
    patron_str_t   text;
    patron_jwk_t   keys[PATRON_JWKS_KEYS];
    json_error_t   error;

    (void) argc;
    (void) argv;

    text = patron_helper_read(NULL, PATRON_HELPER_PUBLISHED);

    root = json_loadb((const char *) text.data, text.len,
                      JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        patron_helper_die(PATRON_HELPER_USAGE, "no JSON: %s", error.text);
    }

    list = json_object_get(root, "prefixes");

    if (json_is_array(list)) {
        puts("addresses");

        if (patron_helper_bot_prefixes(list) == 0) {
            patron_helper_die(PATRON_HELPER_USAGE, "no addresses are in it");
        }

    } else {
        why = patron_jwks_read(&text, keys, &n);

        if (why != NULL) {
            patron_helper_die(PATRON_HELPER_USAGE,
                              "neither a JWKS (%s) nor a list of \"prefixes\"",
                              why);
        }

        puts("keys");
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
    }

    json_decref(root);
}


static size_t
patron_helper_bot_prefixes(json_t *list)
{
    size_t       i, n;
    json_t      *item;
    const char  *prefix;

    n = 0;

    json_array_foreach(list, i, item) {
        prefix = json_string_value(json_object_get(item, "ipv4Prefix"));

        if (prefix == NULL) {
            prefix = json_string_value(json_object_get(item, "ipv6Prefix"));
        }

        if (prefix != NULL) {
            puts(prefix);
            n++;
        }
    }

    return n;
}


/* NAMES PUBLISHED table|json < the replies to HGETALL of each name */

void
patron_helper_bots(int argc, char **argv)
{
    char  title[128];

    (void) argc;

    (void) snprintf(title, sizeof(title),
                    "%-20s %-8s %-10s %-8s %4s %8s %-14s %s", "CRAWLER",
                    "STATE", "LEVEL", "PURPOSE", "KEYS", "RANGES", "PRICE",
                    "CREDIT");

    patron_helper_records(argv, title, patron_helper_bot);
}


static void
patron_helper_bot(const patron_str_t *name, int published,
    const patron_helper_reply_t *reply, int json)
{
    size_t           ranges, wrong, keys;
    const char      *state;
    patron_str_t     level, purpose, credit, price, currency, s;
    patron_price_t   amount;
    patron_uchar_t   buf[PATRON_PRICE_TEXT];

    patron_helper_bot_field(reply, "level", &level);
    patron_helper_bot_field(reply, "purpose", &purpose);
    patron_helper_bot_field(reply, "credit", &credit);
    patron_helper_bot_field(reply, "price", &price);
    patron_helper_bot_field(reply, "currency", &currency);

    ranges = patron_helper_ranges(reply, &wrong);
    keys = patron_helper_bot_keys_of(reply);

    state = (reply->type != PATRON_HELPER_LIST || reply->n == 0) ? "missing"
            : published ? "live" : "draft";

    s.data = buf;
    s.len = 0;

    if (patron_amount_parse(&amount.amount, &price) == PATRON_OK
        && amount.amount)
    {
        if (patron_currency_parse(amount.currency, &currency) != PATRON_OK) {
            memcpy(amount.currency, "USD", PATRON_CURRENCY);
        }

        s.len = patron_price_write(buf, &amount);
    }

    if (json) {
        fputs("{\"bot\":", stdout);
        patron_helper_json(stdout, name);
        printf(",\"state\":\"%s\",\"keys\":%zu,\"ranges\":%zu,\"wrong\":%zu,"
               "\"level\":", state, keys, ranges, wrong);
        patron_helper_json(stdout, &level);
        fputs(",\"purpose\":", stdout);
        patron_helper_json(stdout, &purpose);
        fputs(",\"price\":", stdout);
        patron_helper_json(stdout, &s);
        fputs(",\"credit\":", stdout);
        patron_helper_json(stdout, &credit);
        putchar('}');
        return;
    }

    patron_helper_pad(name, 21);
    price = patron_helper_str(state);
    patron_helper_pad(&price, 9);
    patron_helper_pad(&level, 11);
    patron_helper_pad(&purpose, 9);
    printf("%4zu %8zu ", keys, ranges);
    patron_helper_pad(&s, 15);
    patron_helper_clean(stdout, &credit);
    putchar('\n');
}


static void
patron_helper_bot_field(const patron_helper_reply_t *reply, const char *name,
    patron_str_t *value)
{
    const patron_str_t  *field;

    field = patron_helper_field(reply, name);
    *value = field ? *field : patron_helper_str("");
}


static size_t
patron_helper_bot_keys_of(const patron_helper_reply_t *reply)
{
    size_t        n;
    patron_str_t  text;
    patron_jwk_t  keys[PATRON_JWKS_KEYS];

    patron_helper_bot_field(reply, "keys", &text);

    return (text.len == 0 || patron_jwks_read(&text, keys, &n) != NULL) ? 0 : n;
}
