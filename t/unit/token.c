
/*
 * Membership tokens: the vectors of RFC 7515 and RFC 7519, what a location may
 * ask, hostile forms, and that a token seen before is judged as a new one.
 */


#include "patron_base64.h"
#include "patron_jws.h"
#include "patron_tap.h"
#include "patron_token.h"


#define NOW     1800000000
#define DAY     INT64_C(86400)
#define SECRET  "0123456789abcdef0123456789abcdef"


static patron_keys_t           *keys;
static patron_token_cache_t    *cache;
static patron_claims_policy_t   policy;
static patron_claims_t          claims;

static patron_uchar_t  token[2 * PATRON_TOKEN_MAX];
static size_t          token_len;


/* A token of any header and payload, with the HS256 key k1. */

static void
forge(const char *header, const patron_str_t *payload)
{
    patron_uchar_t  *p, mac[PATRON_MAC_MAX];

    p = patron_base64_encode(token, (const patron_uchar_t *) header,
                             strlen(header));
    *p++ = '.';
    p = patron_base64_encode(p, payload->data, payload->len);

    patron_keys_mac(keys, &keys->keys[0], token, (size_t) (p - token), mac);

    *p++ = '.';
    p = patron_base64_encode(p, mac, keys->keys[0].mac_len);

    token_len = (size_t) (p - token);
}


static patron_token_e
check_at(int64_t now)
{
    patron_str_t  t;

    t.data = token;
    t.len = token_len;

    return patron_token_check(keys, cache, &t, &policy, now, &claims);
}


/* The state and the reason of a payload: twice, to meet the cache too. */

static void
payload_is(const char *payload, patron_token_e state, const char *reason)
{
    patron_str_t    s;
    patron_token_e  first, second;

    s = str(payload);
    forge("{\"alg\":\"HS256\",\"kid\":\"k1\"}", &s);

    first = check_at(NOW);
    second = check_at(NOW);

    if (!ok(first == state && second == state
            && (reason == NULL) == (claims.reason == NULL)
            && (reason == NULL || strcmp(reason, claims.reason) == 0),
            "%.60s: %s", payload, reason ? reason : "valid"))
    {
        printf("# %d, %d, %s\n", first, second,
               claims.reason ? claims.reason : "no reason");
    }
}


static void
header_is(const char *header, const char *reason)
{
    patron_str_t  s;

    s = str("{\"sub\":\"42\",\"exp\":1900000000}");
    forge(header, &s);

    if (!ok((check_at(NOW) == PATRON_TOKEN_VALID) == (reason == NULL)
            && (reason == NULL) == (claims.reason == NULL)
            && (reason == NULL || strcmp(reason, claims.reason) == 0),
            "header %.60s: %s", header, reason ? reason : "valid"))
    {
        printf("# %s\n", claims.reason ? claims.reason : "no reason");
    }
}


static void
raw_is(const char *text, const char *reason)
{
    token_len = strlen(text);
    memcpy(token, text, token_len);

    ok(check_at(NOW) == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, reason) == 0 && claims.sub.len == 0,
       "%.40s: %s", text, reason);
}


static void
test_keys(void)
{
    char            err[256];
    patron_str_t    id, other, secret, shorter, longer;
    patron_keys_t  *k;

    k = patron_keys_create(NULL);
    id = str("k1");
    other = str("k2");
    secret = str(SECRET);
    shorter = str("0123456789abcdef0123456789abcde");
    longer = str(SECRET SECRET);

    ok(patron_keys_add(k, &id, PATRON_HS256, &shorter, err) == PATRON_ERROR
       && strstr(err, "31") && strstr(err, "32"), "31 bytes: %s", err);
    ok(patron_keys_add(k, &id, PATRON_HS384, &secret, err) == PATRON_ERROR
       && strstr(err, "48"), "HS384, 32 bytes: %s", err);
    ok(patron_keys_add(k, &id, PATRON_HS512, &secret, err) == PATRON_ERROR
       && strstr(err, "64"), "HS512, 32 bytes: %s", err);
    ok(patron_keys_add(k, &id, PATRON_HS256, &secret, err) == PATRON_OK,
       "32 bytes");
    ok(patron_keys_add(k, &id, PATRON_HS512, &longer, err) == PATRON_ERROR
       && strstr(err, "twice"), "an id twice: %s", err);
    ok(patron_keys_add(k, &other, PATRON_HS512, &longer, err) == PATRON_OK,
       "HS512");

    id = str("");
    ok(patron_keys_add(k, &id, PATRON_HS256, &secret, err) == PATRON_ERROR,
       "no id: %s", err);
    id = str("k\n");
    ok(patron_keys_add(k, &id, PATRON_HS256, &secret, err) == PATRON_ERROR,
       "an id with a newline: %s", err);

    patron_keys_destroy(k);
}


/* A key without an id signs without a kid: {"alg":"HS256","typ":"JWT"} */

static void
test_no_id(void)
{
    char             err[256];
    size_t           len;
    patron_str_t     id, secret, payload;
    patron_keys_t   *k;
    patron_uchar_t   signed_token[256];

    static const char  header[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

    k = patron_keys_create(NULL);
    id.data = NULL;
    id.len = 0;
    secret = str(SECRET);
    payload = str("{\"exp\":1}");

    ok(patron_keys_add(k, &id, PATRON_HS256, &secret, err) == PATRON_OK
       && patron_token_sign(k, &payload, signed_token, sizeof(signed_token),
                            &len) == PATRON_OK
       && len > sizeof(header)
       && memcmp(signed_token, header, sizeof(header) - 1) == 0,
       "a key without an id");

    patron_keys_destroy(k);
}


/* RFC 7515, appendix A.1 */

static void
test_vector(void)
{
    char            err[256];
    patron_str_t    id, secret, text, payload;
    patron_jws_t    jws;
    const char     *reason;
    patron_keys_t  *k;
    patron_uchar_t  key[64], out[PATRON_TOKEN_MAX];

    static const char  k64[] =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
        "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    static const char  a1[] =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    patron_base64_decode(key, (const patron_uchar_t *) k64, 86);

    k = patron_keys_create(NULL);
    id = str("a1");
    secret.data = key;
    secret.len = 64;
    patron_keys_add(k, &id, PATRON_HS256, &secret, err);

    text = str(a1);
    reason = NULL;

    ok(patron_jws_verify(k, &text, &jws, &reason) == PATRON_OK,
       "RFC 7515, A.1 verifies");
    ok(patron_jws_payload(&jws, out, &payload) == PATRON_OK, "its payload");
    is_str(&payload, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
           "\"http://example.com/is_root\":true}", "as printed");

    ok(patron_token_check(k, NULL, &text, &policy, NOW, &claims)
       == PATRON_TOKEN_INVALID && strcmp(claims.reason, "no sub") == 0,
       "no member");

    patron_keys_destroy(k);

    k = patron_keys_create(NULL);
    k->dup = !k->dup;
    patron_keys_add(k, &id, PATRON_HS256, &secret, err);

    ok(patron_jws_verify(k, &text, &jws, &reason) == PATRON_OK
       && patron_jws_verify(k, &text, &jws, &reason) == PATRON_OK,
       "the same with keyed contexts used the other way");

    patron_keys_destroy(k);
}


static void
test_claims(void)
{
    payload_is("{\"sub\":\"42\",\"exp\":1900000000}", PATRON_TOKEN_VALID,
               NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000.75}", PATRON_TOKEN_VALID,
               NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1.9e9}", PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\"}", PATRON_TOKEN_INVALID, "no exp");
    payload_is("{\"exp\":1900000000}", PATRON_TOKEN_INVALID, "no sub");
    payload_is("{\"sub\":42,\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "bad sub");
    payload_is("{\"sub\":\"\",\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "bad sub");
    payload_is("{\"sub\":null,\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "bad sub");
    payload_is("{\"sub\":\"4\\n2\",\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "bad sub");
    payload_is("{\"sub\":\"4\\u007f2\",\"exp\":1900000000}",
               PATRON_TOKEN_INVALID, "bad sub");
    payload_is("{\"sub\":\"J\xc3\xbcrgen\",\"exp\":1900000000}",
               PATRON_TOKEN_INVALID, "bad sub");
    payload_is("{\"sub\":\"4\\u00002\",\"exp\":1900000000}",
               PATRON_TOKEN_INVALID, "bad payload");

    payload_is("{\"sub\":\"42\",\"exp\":\"1900000000\"}", PATRON_TOKEN_INVALID,
               "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":-1}", PATRON_TOKEN_INVALID, "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":-0.5}", PATRON_TOKEN_INVALID,
               "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000000}", PATRON_TOKEN_INVALID,
               "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":1e300}", PATRON_TOKEN_INVALID,
               "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":1e400}", PATRON_TOKEN_INVALID,
               "bad payload");
    payload_is("{\"sub\":\"42\",\"exp\":99999999999999999999}",
               PATRON_TOKEN_INVALID, "bad payload");
    payload_is("{\"sub\":\"42\",\"exp\":true}", PATRON_TOKEN_INVALID,
               "bad exp");
    payload_is("{\"sub\":\"42\",\"exp\":[1900000000]}", PATRON_TOKEN_INVALID,
               "bad exp");

    payload_is("{\"sub\":\"42\",\"sub\":\"1\",\"exp\":1900000000}",
               PATRON_TOKEN_INVALID, "bad payload");
    payload_is("{\"sub\":\"42\",\"x\":{\"a\":1,\"a\":2},\"exp\":1900000000}",
               PATRON_TOKEN_INVALID, "bad payload");
    payload_is("[]", PATRON_TOKEN_INVALID, "bad payload");
    payload_is("\"42\"", PATRON_TOKEN_INVALID, "bad payload");
    payload_is("", PATRON_TOKEN_INVALID, "bad payload");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000}x", PATRON_TOKEN_INVALID,
               "bad payload");
    payload_is("{\"sub\":\"\xff\",\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "bad payload");

    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"nbf\":1800000060}",
               PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"nbf\":1800000061}",
               PATRON_TOKEN_INVALID, "not yet valid");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"iat\":1800000061}",
               PATRON_TOKEN_INVALID, "issued in the future");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"iat\":1800000060}",
               PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"iat\":\"now\"}",
               PATRON_TOKEN_INVALID, "bad iat");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"nbf\":null}",
               PATRON_TOKEN_INVALID, "bad nbf");

    payload_is("{\"sub\":\"42\",\"exp\":1799999941}", PATRON_TOKEN_VALID,
               NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1799999940}", PATRON_TOKEN_EXPIRED,
               "expired");
    is_str(&claims.sub, "42", "an expired token names its member");

    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"tier\":7}",
               PATRON_TOKEN_INVALID, "bad tier");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"tier\":\"a\\nb\"}",
               PATRON_TOKEN_INVALID, "bad tier");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"jti\":7}",
               PATRON_TOKEN_INVALID, "bad jti");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"iss\":{}}",
               PATRON_TOKEN_INVALID, "bad iss");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"name\":{}}",
               PATRON_TOKEN_VALID, NULL);
}


static void
test_strings(void)
{
    char    payload[2048];
    int     i, good;
    size_t  len;

    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"iat\":1700000000,"
               "\"nbf\":1700000001,\"tier\":\"f\xc3\xb6rderer\","
               "\"name\":\"A\\u0000\",\"jti\":\"j\"}",
               PATRON_TOKEN_INVALID, "bad payload");

    payload_is("{\"name\":\"Ada\\r\\n\\u0085\\u007fB\",\"sub\":\"42\","
               "\"exp\":1900000000,\"iat\":1700000000,\"nbf\":1700000001,"
               "\"tier\":\"f\xc3\xb6rderer\",\"jti\":\"j\",\"iss\":\"i\"}",
               PATRON_TOKEN_VALID, NULL);
    is_str(&claims.sub, "42", "sub");
    is_str(&claims.tier, "f\xc3\xb6rderer", "tier");
    is_str(&claims.name, "Ada    B", "name, cleaned");
    is_str(&claims.jti, "j", "jti");
    is_str(&claims.iss, "i", "iss");
    is_int(claims.exp, 1900000000, "exp");
    is_int(claims.iat, 1700000000, "iat");
    is_int(claims.nbf, 1700000001, "nbf");

    /* 255 bytes and a character of two, cut before it */

    len = (size_t) sprintf(payload, "{\"sub\":\"42\",\"exp\":1900000000,"
                           "\"name\":\"");
    memset(payload + len, 'n', 255);
    strcpy(payload + len + 255, "\xc3\xa9t\xc3\xa9\"}");
    payload_is(payload, PATRON_TOKEN_VALID, NULL);
    is_int((long long) claims.name.len, 255, "a long name is cut");

    good = 1;

    for (i = 127; i <= 130; i++) {
        sprintf(payload, "{\"exp\":1900000000,\"sub\":\"%0*d\"}", i, 7);
        payload_is(payload, i <= 128 ? PATRON_TOKEN_VALID
                                     : PATRON_TOKEN_INVALID,
                   i <= 128 ? NULL : "bad sub");
        good &= (claims.sub.len == (i <= 128 ? (size_t) i : 0));
    }

    ok(good, "sub up to 128 bytes");

    sprintf(payload, "{\"exp\":1900000000,\"sub\":\"1\",\"tier\":\"%0256d\","
            "\"name\":\"%0256d\",\"jti\":\"%0256d\",\"iss\":\"%0256d\"}",
            1, 2, 3, 4);
    payload_is(payload, PATRON_TOKEN_VALID, NULL);
    ok(claims.iss.len == 256 && claims.iss.data[255] == '4',
       "more than a place of the cache holds");

    sprintf(payload, "{\"exp\":1900000000,\"sub\":\"1\",\"tier\":\"%0257d\"}",
            1);
    payload_is(payload, PATRON_TOKEN_INVALID, "bad tier");
}


static void
test_policy(void)
{
    policy.iss = str("https://example.org");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "wrong iss");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,"
               "\"iss\":\"https://example.org/\"}",
               PATRON_TOKEN_INVALID, "wrong iss");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,"
               "\"iss\":\"https://example.org\"}", PATRON_TOKEN_VALID, NULL);
    policy.iss = str("");

    policy.aud = str("news");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000}", PATRON_TOKEN_INVALID,
               "wrong aud");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":\"news\"}",
               PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":\"newsx\"}",
               PATRON_TOKEN_INVALID, "wrong aud");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":[\"a\",\"news\"]}",
               PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":[\"\",\"new\"]}",
               PATRON_TOKEN_INVALID, "wrong aud");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":[]}",
               PATRON_TOKEN_INVALID, "wrong aud");
    policy.aud = str("");

    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":[\"x\",7]}",
               PATRON_TOKEN_INVALID, "bad aud");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":7}",
               PATRON_TOKEN_INVALID, "bad aud");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":\"other\"}",
               PATRON_TOKEN_VALID, NULL);
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,"
               "\"aud\":\"patron:activate\"}", PATRON_TOKEN_INVALID,
               "not a membership token");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,"
               "\"aud\":[\"x\",\"patron:\"]}", PATRON_TOKEN_INVALID,
               "not a membership token");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,\"aud\":\"patron\"}",
               PATRON_TOKEN_VALID, NULL);

    policy.aud = str("patron:gift");
    payload_is("{\"sub\":\"42\",\"exp\":1900000000,"
               "\"aud\":\"patron:gift\"}", PATRON_TOKEN_INVALID,
               "not a membership token");
    policy.aud = str("");
}


static void
test_headers(void)
{
    int   i;
    char  header[1024];

    header_is("{\"alg\":\"HS256\"}", NULL);
    header_is("{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"x\"}", NULL);
    header_is("{\"typ\":7,\"alg\":\"HS256\"}", NULL);
    header_is("{\"alg\":\"none\"}", "wrong algorithm");
    header_is("{\"alg\":\"None\",\"kid\":\"k1\"}", "wrong algorithm");
    header_is("{\"alg\":\"HS512\"}", "wrong algorithm");
    header_is("{\"alg\":\"RS256\",\"kid\":\"k1\"}", "wrong algorithm");
    header_is("{\"alg\":\"hs256\"}", "wrong algorithm");
    header_is("{\"alg\":\"HS256 \"}", "wrong algorithm");
    header_is("{\"alg\":[\"HS256\"]}", "no algorithm");
    header_is("{\"alg\":null}", "no algorithm");
    header_is("{}", "no algorithm");
    header_is("{\"alg\":\"HS256\",\"kid\":\"k2\"}", "wrong algorithm");
    header_is("{\"alg\":\"HS512\",\"kid\":\"k2\"}", "bad signature");
    header_is("{\"alg\":\"HS256\",\"kid\":\"k3\"}", "unknown kid");
    header_is("{\"alg\":\"HS256\",\"kid\":\"k\"}", "unknown kid");
    header_is("{\"alg\":\"HS256\",\"kid\":\"\"}", "unknown kid");
    header_is("{\"alg\":\"HS256\",\"kid\":1}", "bad header");
    header_is("{\"alg\":\"HS256\",\"kid\":null}", "bad header");
    header_is("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
              "unknown header extension");
    header_is("{\"alg\":\"HS256\",\"crit\":[]}", "unknown header extension");
    header_is("{\"alg\":\"HS256\",\"b64\":true}", "unknown header extension");
    header_is("{\"alg\":\"HS256\",\"alg\":\"none\"}", "bad header");
    header_is("{\"alg\":\"HS256\"", "bad header");
    header_is("[\"HS256\"]", "bad header");
    header_is("", "bad header");

    /* deep nesting: refused without a parse, or by the parser */

    memset(header, '[', sizeof(header) - 1);
    header[sizeof(header) - 1] = '\0';
    header_is(header, "bad header");
    header[700] = '\0';
    header_is(header, "bad header");

    /* more headers than are remembered, all valid, twice over */

    for (i = 0; i < 2 * PATRON_HEADERS * 2; i++) {
        sprintf(header, "{\"alg\":\"HS256\",\"n\":%d}",
                i % (2 * PATRON_HEADERS));
        header_is(header, NULL);
    }

    sprintf(header, "{\"alg\":\"HS256\",\"long\":\"%0300d\"}", 1);
    header_is(header, NULL);
    header_is(header, NULL);
}


static void
test_forms(void)
{
    int             i, good;
    size_t          len;
    patron_str_t    s;
    patron_uchar_t  copy[PATRON_TOKEN_MAX], c;

    raw_is("", "no token");
    raw_is(".", "bad header");
    raw_is("..", "bad header");
    raw_is("x", "not a token");
    raw_is("null", "not a token");
    raw_is("eyJhbGciOiJIUzI1NiJ9", "not a token");
    raw_is("eyJhbGciOiJIUzI1NiJ9.", "bad signature");
    raw_is("eyJhbGciOiJIUzI1NiJ9..", "bad signature");
    raw_is("eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.", "wrong algorithm");
    raw_is("eyJhbGciOiJIUzI1NiJ9=.e30.", "bad header");

    s = str("{\"sub\":\"42\",\"exp\":1900000000}");
    forge("{\"alg\":\"HS256\",\"kid\":\"k1\"}", &s);
    ok(check_at(NOW) == PATRON_TOKEN_VALID, "a token");

    len = token_len;
    memcpy(copy, token, len);

    good = 1;

    for (token_len = 0; token_len < len; token_len++) {
        good &= check_at(NOW) == PATRON_TOKEN_INVALID;
    }

    ok(good, "cut anywhere: invalid");

    token_len = len;
    good = 1;

    for (i = 0; i < (int) len; i++) {
        c = token[i];
        token[i] = (c == 'A') ? 'B' : 'A';
        good &= check_at(NOW) == PATRON_TOKEN_INVALID;
        token[i] = '\0';
        good &= check_at(NOW) == PATRON_TOKEN_INVALID;
        token[i] = c;
    }

    ok(good, "changed anywhere: invalid");

    /* the last character has unused bits: each other value is refused */

    good = 1;
    c = token[len - 1];

    for (i = 0; i < 256; i++) {
        token[len - 1] = (patron_uchar_t) i;
        good &= (check_at(NOW) == PATRON_TOKEN_VALID) == (i == c);
    }

    token[len - 1] = c;
    ok(good, "one encoding of the signature");

    token[len] = '=';
    token_len = len + 1;
    ok(check_at(NOW) == PATRON_TOKEN_INVALID, "padding");
    token[len] = '.';
    ok(check_at(NOW) == PATRON_TOKEN_INVALID, "a dot more");

    token_len = len;
    ok(check_at(NOW) == PATRON_TOKEN_VALID && memcmp(copy, token, len) == 0,
       "and the token is good still");

    memset(token, 'A', sizeof(token));
    token_len = PATRON_TOKEN_MAX + 1;
    ok(check_at(NOW) == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "token too long") == 0, "too long");

    token_len = PATRON_TOKEN_MAX;
    ok(check_at(NOW) == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "not a token") == 0, "as long as may be");
}


/* Signed by us, and hostile all the same. */

static void
test_bombs(void)
{
    char    payload[3000];
    size_t  i, n;

    memset(payload, '[', sizeof(payload) - 1);
    payload[sizeof(payload) - 1] = '\0';
    payload_is(payload, PATRON_TOKEN_INVALID, "bad payload");

    n = (size_t) sprintf(payload, "{\"sub\":\"1\",\"exp\":1900000000,\"a\":");

    for (i = 0; i < 1200; i++) {
        payload[n + i] = '[';
        payload[n + 1200 + i] = ']';
    }

    strcpy(payload + n + 2400, "}");
    payload_is(payload, PATRON_TOKEN_VALID, NULL);

    n = (size_t) sprintf(payload, "{\"sub\":\"1\",\"exp\":1900000000,"
                         "\"aud\":[\"\"");

    while (n < sizeof(payload) - 10) {
        n += (size_t) sprintf(payload + n, ",\"\"");
    }

    strcpy(payload + n, "]}");
    payload_is(payload, PATRON_TOKEN_VALID, NULL);

    forge("{\"alg\":\"HS256\"}",
          &bytes("{\"sub\":\"1\",\0\"exp\":1900000000}"));
    ok(check_at(NOW) == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "bad payload") == 0, "a NUL between claims");
}


/* A small cache keeps the last used, and forgets none too early. */

static void
test_cache(void)
{
    int                    i, round, good;
    char                   payload[128], sub[16];
    patron_str_t           s;
    patron_token_cache_t  *old;

    old = cache;
    cache = patron_token_cache_create(NULL, 5);
    good = 1;

    for (round = 0; round < 3; round++) {
        for (i = 0; i < 40; i++) {
            sprintf(sub, "member-%d", (i * 7 + round) % (round ? 40 : 4));
            sprintf(payload, "{\"sub\":\"%s\",\"exp\":1900000000}", sub);
            s = str(payload);
            forge("{\"alg\":\"HS256\"}", &s);

            good &= check_at(NOW) == PATRON_TOKEN_VALID
                    && claims.sub.len == strlen(sub)
                    && memcmp(claims.sub.data, sub, claims.sub.len) == 0;
        }
    }

    ok(good, "each token its own claims, whatever gave way");

    ok(check_at(1900000060) == PATRON_TOKEN_EXPIRED,
       "a remembered token expires");
    ok(check_at(1900000059) == PATRON_TOKEN_VALID, "after its leeway");

    patron_token_cache_destroy(cache);

    cache = patron_token_cache_create(NULL, 0);
    ok(check_at(NOW) == PATRON_TOKEN_VALID
       && check_at(NOW) == PATRON_TOKEN_VALID, "a cache of none is one of one");
    patron_token_cache_destroy(cache);

    cache = NULL;
    ok(check_at(NOW) == PATRON_TOKEN_VALID, "and there may be no cache");

    cache = old;
}


static void
test_mint(void)
{
    size_t               i;
    patron_str_t         name;
    patron_membership_t  m;

    memset(&m, 0, sizeof(m));

    m.sub = str("42");
    m.tier = str("gold");
    m.name = str("Ada \"Countess\" <L>\n");
    m.ttl = 3600;

    policy.iss = str("https://example.org");
    policy.aud = str("news");

    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_OK, "minted");
    ok(check_at(NOW) == PATRON_TOKEN_VALID, "and taken");
    is_str(&claims.sub, "42", "sub");
    is_str(&claims.tier, "gold", "tier");
    is_str(&claims.name, "Ada \"Countess\" <L> ", "name");
    is_int(claims.exp, NOW + 3600, "exp");
    is_int(claims.iat, NOW, "iat");
    is_int(claims.key, 0, "by the first key");

    for (i = 0; i < token_len; i++) {
        if (patron_token_mint(keys, &policy, &m, NOW, token, i, &token_len)
            == PATRON_OK)
        {
            break;
        }
    }

    ok(i == token_len, "never past the space it has");

    m.name = bytes("\xff\xfe");
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_OK
       && check_at(NOW) == PATRON_TOKEN_VALID && claims.name.len == 0,
       "a name that is not UTF-8 is left out");

    name = str("gold\xff");
    m.tier = name;
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "a tier is not");

    m.tier = str("gold");
    m.sub = str("");
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "no sub");

    m.sub = str("4\r\n2");
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "a sub with a newline");

    m.sub = str("42");
    m.ttl = 0;
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "no ttl");

    m.ttl = INT64_MAX;
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "a ttl past all years");

    m.ttl = 3600;
    policy.aud = str("patron:gift");
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "an aud of ours");

    policy.iss = str("");
    policy.aud = str("");
}


static int
renewal(int64_t iat, int64_t exp, int64_t life, unsigned key, int64_t until,
    patron_membership_t *m)
{
    patron_claims_t  c;

    memset(&c, 0, sizeof(c));
    memset(m, 0, sizeof(*m));

    c.iat = iat;
    c.exp = exp;
    c.life = life;
    c.key = key;

    return patron_token_renewal(&c, until, NOW, m) == PATRON_OK;
}


static void
test_renewal(void)
{
    patron_membership_t  m;

    m = (patron_membership_t) { .sub = str("42"), .ttl = 900 };

    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_OK
       && check_at(NOW) == PATRON_TOKEN_VALID
       && claims.life == 900, "what is minted says how long it lives");

    ok(!renewal(NOW - 600, NOW + 300, 900, 0, 0, &m), "a third is left");
    ok(renewal(NOW - 601, NOW + 299, 900, 0, 0, &m), "less is left");
    ok(m.ttl == 900 && m.life == 900 && m.iat == NOW - 601,
       "for as long again, with its iat");
    ok(renewal(NOW - 930, NOW - 30, 900, 0, 0, &m), "within the leeway");

    ok(renewal(NOW - 800, NOW + 100, 900, 0, NOW + 500, &m) && m.ttl == 500
       && m.life == 900, "never beyond until");
    ok(!renewal(NOW - 800, NOW + 100, 900, 0, NOW + 100, &m),
       "nor when nothing is won");
    ok(!renewal(NOW - 800, NOW + 100, 900, 0, NOW + 50, &m), "or lost");
    ok(!renewal(NOW - 800, NOW + 100, 900, 1, NOW, &m), "nor when it is over");

    ok(renewal(NOW - 1, NOW + 899, 900, 1, 0, &m) && m.ttl == 900,
       "signed with an older key");
    ok(renewal(NOW - 1, NOW + 899, 900, 1, NOW + 50, &m) && m.ttl == 50,
       "and until is sooner");

    /* of 1000 days, of which a browser keeps the cookie 400 */

    ok(!renewal(NOW, NOW + 740 * DAY, 1000 * DAY, 0, 0, &m),
       "a long life: 260 days old");
    ok(renewal(NOW, NOW + 733 * DAY, 1000 * DAY, 0, 0, &m)
       && m.ttl == 400 * DAY && m.life == 400 * DAY,
       "267: for as long as a browser keeps it");
    ok(!renewal(NOW - 100 * DAY, NOW + 300 * DAY, 400 * DAY, 0, 0, &m),
       "and then as others");

    ok(!renewal(NOW - 899, NOW + 1, 0, 0, 0, &m)
       && !renewal(NOW - 899, NOW + 1, 0, 1, 0, &m), "of others never");
    ok(!renewal(0, NOW + 1, 900, 0, 0, &m), "no iat");
    ok(!renewal(NOW + 1, NOW + 2, 900, 0, 0, &m), "of tomorrow");
    ok(!renewal(NOW - 1, NOW + 2, INT64_MAX, 1, 0, &m), "for ever");

    m = (patron_membership_t) { .sub = str("42"), .ttl = 500, .life = 900,
                                .iat = NOW - 601 };

    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_OK
       && check_at(NOW) == PATRON_TOKEN_VALID
       && claims.life == 900 && claims.iat == NOW - 601
       && claims.exp == NOW + 500, "minted again");

    m.iat = NOW + 1;
    ok(patron_token_mint(keys, &policy, &m, NOW, token, sizeof(token),
                         &token_len) == PATRON_ERROR, "never of tomorrow");
}


/* The keys turned round: what the old first key signed is good, by its kid. */

static void
test_rotation(void)
{
    char            err[256];
    patron_str_t    payload, id1, id2, s1, s2, t;
    patron_keys_t  *rotated;

    id1 = str("k1");
    id2 = str("k0");
    s1 = str(SECRET);
    s2 = str("another-secret-another-secret-another-secret-another-secret-"
             "0123");

    rotated = patron_keys_create(NULL);
    patron_keys_add(rotated, &id2, PATRON_HS384, &s2, err);
    patron_keys_add(rotated, &id1, PATRON_HS256, &s1, err);

    payload = str("{\"sub\":\"42\",\"exp\":1900000000}");
    ok(patron_token_sign(keys, &payload, token, sizeof(token), &token_len)
       == PATRON_OK, "signed before");

    t.data = token;
    t.len = token_len;

    ok(patron_token_check(rotated, NULL, &t, &policy, NOW, &claims)
       == PATRON_TOKEN_VALID, "good after");
    is_int(claims.key, 1, "by the second key");

    forge("{\"alg\":\"HS256\"}", &payload);
    t.len = token_len;
    ok(patron_token_check(rotated, NULL, &t, &policy, NOW, &claims)
       == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "wrong algorithm") == 0,
       "without kid the first key alone is tried");

    ok(patron_token_sign(rotated, &payload, token, sizeof(token), &t.len)
       == PATRON_OK
       && patron_token_check(rotated, NULL, &t, &policy, NOW, &claims)
          == PATRON_TOKEN_VALID && claims.key == 0, "HS384");

    patron_keys_destroy(rotated);

    rotated = patron_keys_create(NULL);
    ok(patron_token_check(rotated, NULL, &t, &policy, NOW, &claims)
       == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "unknown kid") == 0, "no keys at all");
    ok(patron_token_sign(rotated, &payload, token, sizeof(token), &t.len)
       == PATRON_ERROR, "and none to sign with");
    patron_keys_destroy(rotated);
}


static void
make_keys(void)
{
    char          err[256];
    patron_str_t  id, secret;

    keys = patron_keys_create(NULL);

    id = str("k1");
    secret = str(SECRET);
    patron_keys_add(keys, &id, PATRON_HS256, &secret, err);

    id = str("k2");
    secret = str(SECRET SECRET);
    patron_keys_add(keys, &id, PATRON_HS512, &secret, err);
}


int
main(void)
{
    cache = patron_token_cache_create(NULL, 64);
    policy.leeway = 60;

    make_keys();

    test_keys();
    test_no_id();
    test_vector();
    test_claims();
    test_strings();
    test_policy();
    test_headers();
    test_forms();
    test_bombs();
    test_cache();
    test_mint();
    test_renewal();
    test_rotation();

    patron_keys_destroy(keys);

    make_keys();
    keys->dup = !keys->dup;

    test_forms();

    patron_token_cache_destroy(cache);
    patron_keys_destroy(keys);

    return done();
}
