
/*
 * Seals, links and activation tokens: what the module mints for itself opens
 * again, and none of it passes for another.
 */


#include "patron_activation.h"
#include "patron_base64.h"
#include "patron_keys.h"
#include "patron_link.h"
#include "patron_seal.h"
#include "patron_tap.h"


#define NOW  1800000000


static char  err[256];


static patron_keys_t *
keys_of(const char *id1, const char *s1, const char *id2, const char *s2)
{
    patron_str_t    id, secret;
    patron_keys_t  *keys;

    keys = patron_keys_create(NULL);

    id = str(id1);
    secret = str(s1);
    patron_keys_add(keys, &id, PATRON_HS256, &secret, err);

    if (id2) {
        id = str(id2);
        secret = str(s2);
        patron_keys_add(keys, &id, PATRON_HS256, &secret, err);
    }

    return keys;
}


static patron_seal_t *
seal_of(const patron_keys_t *keys, const char *purpose)
{
    patron_str_t  s;

    s = str(purpose);

    return patron_seal_create(NULL, keys, &s, err);
}


static const char  first[] = "first-secret-first-secret-first-secret";
static const char  second[] = "second-secret-second-secret-second-secret";


static void
test_derive(void)
{
    size_t          n;
    patron_str_t    purpose, secret;
    patron_keys_t  *keys, *derived;
    patron_uchar_t  hex[65];

    /* HKDF-SHA256 of 32 times 0x0b, no salt, info "patron:reader" */

    static const char  expected[] =
        "90f0af687e40b656d099221fdd7d578c";

    keys = keys_of("k", "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                        "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                        "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", NULL, NULL);
    purpose = str("reader");
    derived = patron_keys_derive(NULL, keys, &purpose, err);

    secret = derived->keys[0].secret;

    for (n = 0; n < secret.len; n++) {
        sprintf((char *) hex + 2 * n, "%02x", secret.data[n]);
    }

    secret.data = hex;
    secret.len = 32;
    is_str(&secret, expected, "the derived key, as other HKDFs have it");

    patron_keys_destroy(derived);
    patron_keys_destroy(keys);

    purpose = str("");
    keys = keys_of("k", first, NULL, NULL);
    ok(patron_seal_create(NULL, keys, &purpose, err) == NULL, "no purpose: %s",
       err);
    purpose = str("a purpose with very many characters in it");
    ok(patron_seal_create(NULL, keys, &purpose, err) == NULL,
       "a long purpose: %s", err);
    patron_keys_destroy(keys);
}


static void
test_seal(void)
{
    int              good;
    size_t           len, n, i;
    unsigned         key;
    patron_str_t     payload, value, out;
    patron_seal_t   *reader, *meter, *other;
    patron_keys_t   *keys, *foreign;
    patron_uchar_t   text[PATRON_SEAL_MAX + 1], back[PATRON_SEAL_PAYLOAD_MAX];
    patron_uchar_t   data[PATRON_SEAL_PAYLOAD_MAX + 1], c;

    keys = keys_of("k1", first, NULL, NULL);
    foreign = keys_of("k1", second, NULL, NULL);

    reader = seal_of(keys, "reader");
    meter = seal_of(keys, "meter");
    other = seal_of(foreign, "reader");

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (patron_uchar_t) (i * 131);
    }

    payload.data = data;
    value.data = text;
    good = 1;

    for (n = 0; n <= PATRON_SEAL_PAYLOAD_MAX; n += (n < 64) ? 1 : 97) {
        payload.len = n;

        good &= patron_seal_make(reader, &payload, text, PATRON_SEAL_MAX, &len)
                == PATRON_OK;

        value.len = len;
        good &= patron_seal_open(reader, &value, back, &out, &key) == PATRON_OK
                && key == 0 && out.len == n && memcmp(out.data, data, n) == 0;
    }

    ok(good, "any payload comes back");

    payload.len = PATRON_SEAL_PAYLOAD_MAX;
    ok(patron_seal_make(reader, &payload, text, PATRON_SEAL_MAX, &len)
       == PATRON_OK && len == PATRON_SEAL_MAX, "the longest has its length");
    payload.len++;
    ok(patron_seal_make(reader, &payload, text, sizeof(text), &len)
       == PATRON_ERROR, "a longer one is refused");

    payload = str("anon-0123456789abcdef");
    patron_seal_make(reader, &payload, text, sizeof(text), &len);
    ok(patron_seal_make(reader, &payload, text, len - 1, &n) == PATRON_ERROR,
       "no space");

    value.len = len;
    ok(memcmp(text, "v1.", 3) == 0, "v1");
    ok(patron_seal_open(meter, &value, back, &out, &key) == PATRON_DECLINED,
       "of another purpose");
    ok(patron_seal_open(other, &value, back, &out, &key) == PATRON_DECLINED,
       "of another key");

    good = 1;

    for (i = 0; i < len; i++) {
        c = text[i];
        text[i] = (c == 'A') ? 'B' : 'A';
        good &= patron_seal_open(reader, &value, back, &out, &key)
                == PATRON_DECLINED;
        text[i] = c;
    }

    ok(good, "changed anywhere");

    good = 1;
    c = text[len - 1];

    for (i = 0; i < 256; i++) {
        text[len - 1] = (patron_uchar_t) i;
        good &= (patron_seal_open(reader, &value, back, &out, &key)
                 == PATRON_OK) == (i == c);
    }

    text[len - 1] = c;
    ok(good, "one encoding of the MAC");

    good = 1;

    for (value.len = 0; value.len < len; value.len++) {
        good &= patron_seal_open(reader, &value, back, &out, &key)
                == PATRON_DECLINED;
    }

    ok(good, "cut anywhere");

    memset(text, 'A', sizeof(text));
    value.len = sizeof(text);
    ok(patron_seal_open(reader, &value, back, &out, &key) == PATRON_DECLINED,
       "too long");

    patron_seal_destroy(reader);
    patron_seal_destroy(meter);
    patron_seal_destroy(other);
    patron_keys_destroy(keys);
    patron_keys_destroy(foreign);
}


/*
 * v2.  The MAC of the first is SipHash-2-4 of 128 bits by another program, under
 * HKDF-SHA256 of the secret with info "patron:read.v2".
 */

static void
test_light(void)
{
    int              good;
    size_t           len, i;
    unsigned         key;
    patron_str_t     payload, value, out;
    patron_seal_t   *read, *before, *seen, *other;
    patron_keys_t   *keys, *foreign;
    patron_uchar_t   text[PATRON_SEAL_MAX], back[PATRON_SEAL_PAYLOAD_MAX], c;

    keys = keys_of("k1", first, NULL, NULL);
    foreign = keys_of("k2", second, "k1", first);

    before = seal_of(keys, "read");
    read = seal_of(keys, "read");
    seen = seal_of(keys, "seen");
    other = seal_of(foreign, "read");

    ok(patron_seal_lighten(read, keys, err) == PATRON_OK
       && patron_seal_lighten(seen, keys, err) == PATRON_OK
       && patron_seal_lighten(other, foreign, err) == PATRON_OK, "v2");

    payload = str("payload");
    value.data = text;

    patron_seal_make(before, &payload, text, sizeof(text), &value.len);
    ok(memcmp(text, "v1.", 3) == 0
       && patron_seal_open(read, &value, back, &out, &key) == PATRON_OK
       && key == 0, "what was sealed as v1 opens");
    is_str(&out, "payload", "and is what it was");

    memcpy(text, "v2.", 3);
    ok(patron_seal_open(read, &value, back, &out, &key) == PATRON_DECLINED,
       "v1 is no v2");

    patron_seal_make(read, &payload, text, sizeof(text), &value.len);
    is_str(&value, "v2.cGF5bG9hZA.AOfGCB5CSswM9tpYgXwuFQ",
           "it is sealed as v2");
    ok(patron_seal_open(read, &value, back, &out, &key) == PATRON_OK
       && key == 0, "which opens");
    is_str(&out, "payload", "the same");

    ok(patron_seal_open(before, &value, back, &out, &key) == PATRON_DECLINED,
       "not where v2 is not known");
    ok(patron_seal_open(seen, &value, back, &out, &key) == PATRON_DECLINED,
       "of another purpose");
    ok(patron_seal_open(other, &value, back, &out, &key) == PATRON_OK
       && key == 1, "by the second key");

    text[1] = '1';
    ok(patron_seal_open(read, &value, back, &out, &key) == PATRON_DECLINED,
       "v2 is no v1");
    text[1] = '2';

    good = 1;
    len = value.len;

    for (i = 0; i < len; i++) {
        c = text[i];
        text[i] = (c == 'A') ? 'B' : 'A';
        good &= patron_seal_open(read, &value, back, &out, &key)
                == PATRON_DECLINED;
        text[i] = c;
    }

    for (value.len = 0; value.len < len; value.len++) {
        good &= patron_seal_open(read, &value, back, &out, &key)
                == PATRON_DECLINED;
    }

    ok(good, "changed or cut anywhere");

    patron_seal_make(other, &payload, text, sizeof(text), &value.len);
    ok(patron_seal_open(read, &value, back, &out, &key) == PATRON_DECLINED,
       "of another key");

    patron_seal_destroy(before);
    patron_seal_destroy(read);
    patron_seal_destroy(seen);
    patron_seal_destroy(other);
    patron_keys_destroy(keys);
    patron_keys_destroy(foreign);
}


static void
test_rotation(void)
{
    size_t           len;
    unsigned         key;
    patron_str_t     payload, value, out;
    patron_keys_t   *before, *after;
    patron_seal_t   *old, *now;
    patron_uchar_t   text[PATRON_SEAL_MAX], back[PATRON_SEAL_PAYLOAD_MAX];

    before = keys_of("k1", first, NULL, NULL);
    after = keys_of("k2", second, "k1", first);

    old = seal_of(before, "meter");
    now = seal_of(after, "meter");

    payload = str("payload");
    patron_seal_make(old, &payload, text, sizeof(text), &len);

    value.data = text;
    value.len = len;

    ok(patron_seal_open(now, &value, back, &out, &key) == PATRON_OK
       && key == 1, "sealed before, opens after, to be sealed anew");

    patron_seal_make(now, &payload, text, sizeof(text), &value.len);
    ok(patron_seal_open(now, &value, back, &out, &key) == PATRON_OK
       && key == 0, "by the new key");
    ok(patron_seal_open(old, &value, back, &out, &key) == PATRON_DECLINED,
       "which the old ones do not know");

    patron_seal_destroy(old);
    patron_seal_destroy(now);
    patron_keys_destroy(before);
    patron_keys_destroy(after);
}


static void
test_links(void)
{
    size_t                   len, i;
    patron_str_t             t;
    patron_link_t            link, got;
    patron_keys_t           *keys;
    patron_seal_t           *gift, *preview;
    patron_claims_t          claims;
    patron_claims_policy_t   policy;
    patron_uchar_t           text[PATRON_TOKEN_MAX];

    static char  path[4000];

    keys = keys_of("k1", first, NULL, NULL);
    gift = seal_of(keys, "gift");
    preview = seal_of(keys, "preview");

    memset(&link, 0, sizeof(link));
    link.sub = str("42");
    link.path = str("/2026/11/a-\"story\".html");
    link.jti = str("g-1");
    link.exp = NOW + 10;

    ok(patron_link_sign(gift, &link, text, sizeof(text), &len) == PATRON_OK,
       "a gift");

    t.data = text;
    t.len = len;

    ok(patron_link_check(gift, &t, NOW, 0, &got) == PATRON_TOKEN_VALID,
       "is taken");
    is_str(&got.sub, "42", "sub");
    is_str(&got.path, "/2026/11/a-\"story\".html", "path");
    is_str(&got.jti, "g-1", "jti");
    is_str(&got.campaign, "", "no campaign");
    is_int(got.exp, NOW + 10, "exp");

    ok(patron_link_check(gift, &t, NOW + 9, 0, &got) == PATRON_TOKEN_VALID,
       "to its last second");
    ok(patron_link_check(gift, &t, NOW + 10, 0, &got) == PATRON_TOKEN_EXPIRED,
       "and no longer");
    ok(patron_link_check(preview, &t, NOW, 0, &got) == PATRON_TOKEN_INVALID
       && got.path.len == 0, "not a preview");

    memset(&policy, 0, sizeof(policy));
    ok(patron_token_check(keys, NULL, &t, &policy, NOW, &claims)
       == PATRON_TOKEN_INVALID, "not a membership");
    ok(patron_activation_check(keys, &t, &policy, NOW, &claims)
       == PATRON_TOKEN_INVALID, "not an activation");
    ok(patron_token_check(patron_seal_keys(gift), NULL, &t, &policy, NOW,
                          &claims)
       == PATRON_TOKEN_INVALID
       && strcmp(claims.reason, "not a membership token") == 0,
       "not even by its own keys");

    text[len / 2] ^= 1;
    ok(patron_link_check(gift, &t, NOW, 0, &got) == PATRON_TOKEN_INVALID,
       "changed");

    memset(&link, 0, sizeof(link));
    link.campaign = str("top:autumn");
    link.exp = NOW + 10;
    ok(patron_link_sign(preview, &link, text, sizeof(text), &t.len)
       == PATRON_OK
       && patron_link_check(preview, &t, NOW, 0, &got) == PATRON_TOKEN_VALID,
       "a preview");
    is_str(&got.campaign, "top:autumn", "its campaign");
    is_str(&got.sub, "", "from nobody");

    link.exp = 0;
    ok(patron_link_sign(preview, &link, text, sizeof(text), &t.len)
       == PATRON_ERROR, "no exp");
    link.exp = INT64_MAX;
    ok(patron_link_sign(preview, &link, text, sizeof(text), &t.len)
       == PATRON_ERROR, "no time");

    link.exp = NOW;
    link.path = bytes("/\xff");
    ok(patron_link_sign(preview, &link, text, sizeof(text), &t.len)
       == PATRON_ERROR, "a path that is not UTF-8");

    memset(path, 'p', sizeof(path) - 1);

    for (i = 1; i < sizeof(path); i += 211) {
        link.path.data = (patron_uchar_t *) path;
        link.path.len = i;

        if (patron_link_sign(gift, &link, text, sizeof(text), &t.len)
            != PATRON_OK
            || patron_link_check(gift, &t, NOW - 1, 0, &got)
               != PATRON_TOKEN_VALID
            || got.path.len != i)
        {
            break;
        }
    }

    ok(i > 2048, "a path of %zu bytes is the first too long", i);

    patron_seal_destroy(gift);
    patron_seal_destroy(preview);
    patron_keys_destroy(keys);
}


static const char *
activation(patron_keys_t *keys, const char *payload, patron_token_e *state)
{
    patron_str_t             s;
    patron_claims_policy_t   policy;
    patron_uchar_t           text[PATRON_TOKEN_MAX];

    static patron_claims_t   claims;

    memset(&policy, 0, sizeof(policy));
    policy.leeway = 60;
    policy.aud = str("news");

    s = str(payload);
    patron_token_sign(keys, &s, text, sizeof(text), &s.len);
    s.data = text;

    *state = patron_activation_check(keys, &s, &policy, NOW, &claims);

    return claims.reason ? claims.reason : "valid";
}


static void
test_activation(void)
{
    size_t          i;
    const char     *reason;
    patron_keys_t  *keys;
    patron_token_e  state;

    static const struct {
        const char  *payload;
        const char  *reason;
    } cases[] = {
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"a\","
          "\"exp\":1800003600}", "valid" },
        { "{\"sub\":\"42\",\"aud\":[\"patron:activate\"],\"jti\":\"a\","
          "\"exp\":1800086460}", "valid" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"a\","
          "\"exp\":1800086461}", "exp too far ahead" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"a\"}",
          "no exp" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"exp\":1800003600}",
          "no jti" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"\","
          "\"exp\":1800003600}", "no jti" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"\xc3\xa9\","
          "\"exp\":1800003600}", "bad jti" },
        { "{\"sub\":\"42\",\"aud\":\"news\",\"jti\":\"a\","
          "\"exp\":1800003600}", "wrong aud" },
        { "{\"sub\":\"42\",\"jti\":\"a\",\"exp\":1800003600}", "wrong aud" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activated\",\"jti\":\"a\","
          "\"exp\":1800003600}", "wrong aud" },
        { "{\"aud\":\"patron:activate\",\"jti\":\"a\",\"exp\":1800003600}",
          "no sub" },
        { "{\"sub\":\"42\",\"aud\":\"patron:activate\",\"jti\":\"a\","
          "\"exp\":1799999000}", "expired" },
        { "nothing", "bad payload" }
    };

    keys = keys_of("k1", first, NULL, NULL);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reason = activation(keys, cases[i].payload, &state);

        ok(strcmp(reason, cases[i].reason) == 0
           && (state == PATRON_TOKEN_VALID)
              == (strcmp(reason, "valid") == 0),
           "activation %s: %s", cases[i].payload, reason);
    }

    patron_keys_destroy(keys);
}


int
main(void)
{
    test_derive();
    test_seal();
    test_light();
    test_rotation();
    test_links();
    test_activation();

    return done();
}
