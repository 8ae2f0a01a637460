
/*
 * Signed requests: structured fields, keys by their thumbprints, what is signed,
 * and each reason for a refusal.  The signatures were made by two programs of
 * others, with the key whose 32 bytes are 0 to 31.
 */


#include "patron_signed.h"
#include "patron_structured.h"
#include "patron_tap.h"


#define X  "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
#define ID "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y"
#define BYTES  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
               "AAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define TAIL  ";keyid=\"k\";tag=\"web-bot-auth\""
#define GOOD  "(\"@authority\");created=1;expires=2" TAIL


static const char  *values[][2] = {
    { "@authority", "news.example" },
    { "@method", "GET" },
    { "@path", "/a/b" },
    { "@query", "?c=d" },
    { "@scheme", "https" },
    { "@target-uri", "https://news.example:8443/a/b?c=d" },
    { "@request-target", "/a/b?c=d" },
    { "signature-agent", "\"https://bot.example\"" },
    { "crawler-max-price", "USD 0.01" },
};


static int
component(void *ctx, const patron_str_t *name, patron_str_t *value)
{
    size_t  i;

    (void) ctx;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (name->len == strlen(values[i][0])
            && memcmp(name->data, values[i][0], name->len) == 0)
        {
            *value = str(values[i][1]);
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


static void
writes(const char *text, const char *expected)
{
    patron_str_t    s, got;
    patron_uchar_t  buf[256];

    s = str(text);
    got.data = buf;
    got.len = patron_structured_write(buf, sizeof(buf), &s);

    is_str(&got, expected, text);
}


static void
structured(void)
{
    int              n, rc;
    size_t           i;
    patron_str_t     s;
    patron_member_t  m;

    static const char *const  bad[] = {
        "a=", "A=1", "a=1,", "a=1 b=2", "a=\"x", "a=\"\\n\"", "a=\"\x7f\"",
        "a=:YQ:", "a=:Y=Q=:", "a=:====:", "a=:YQ==", "a=1234567890123456",
        "a=1.", "a=1.2345", "a=1234567890123.1", "a=--1", "a=?2", "a=@1.5",
        "a=@", "a=(", "a=(1 2", "a=(1,2)", "a=(\"x\"\"y\")", "a=1;B", "a=1;",
        "a=%\"%A\"", "a=%\"%C3\"", "a=%x", "1=1", "a=(1\t2)", "a=((1))",
        "a=\"\xc3\xa9\"", "a={}"
    };

    writes("\"a\"", "\"a\"");
    writes("\"a\\\"\\\\\"", "\"a\\\"\\\\\"");
    writes("(  \"a\"   \"b\";x;y=?1;z=?0 );  q=007",
           "(\"a\" \"b\";x;y;z=?0);q=7");
    writes("()", "()");
    writes("1.50", "1.5");
    writes("-0012.005", "-12.005");
    writes("2.000", "2.0");
    writes("-0", "0");
    writes("@-5", "@-5");
    writes(":YQ==:;a=tok/en:1", ":YQ==:;a=tok/en:1");
    writes("%\"a%c3%a9\"", "%\"a%c3%a9\"");
    writes("*t", "*t");
    writes("\"a\" ", "");
    writes("", "");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s = str(bad[i]);

        do {
            rc = patron_structured_member(&s, &m);
        } while (rc == PATRON_OK);

        ok(rc == PATRON_ERROR, "no dictionary: %s", bad[i]);
    }

    s = str(" a=1;x,\t b;y=2 , c=(1 2) ");

    for (n = 0; (rc = patron_structured_member(&s, &m)) == PATRON_OK; n++) {
        ok(m.key.len == 1 && m.key.data[0] == "abc"[n]
           && m.implied == (n == 1) && m.list == (n == 2), "member %d", n);
    }

    ok(n == 3 && rc == PATRON_DECLINED, "three members");

    s = str("\"long\"");
    ok(patron_structured_write((patron_uchar_t[4]) { 0 }, 4, &s) == 0,
       "no room");
}


static void
keys(void)
{
    char          text[PATRON_JWKS_TEXT + 2];
    size_t        n, i;
    patron_str_t  s;
    patron_jwk_t  jwk[PATRON_JWKS_KEYS];

    static const struct {
        const char  *text;
        const char  *why;
    } bad[] = {
        { "", "keys are no JSON" },
        { "{\"keys\":{}}", "keys are no JWKS" },
        { "{\"keys\":[7]}", "keys are no JWKS" },
        { "{\"keys\":[{}]}", "keys are no JWKS" },
        { "{\"keys\":[],\"keys\":[]}", "keys are no JSON" },
        { "{\"keys\":[]}", "keys have no Ed25519 key" },
        { "{\"kty\":\"RSA\"}", "keys have no Ed25519 key" },
        { "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" X "\"}",
          "keys have no Ed25519 key" },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
          "a key has no \"x\" of 32 bytes" },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "A\"}",
          "a key has no \"x\" of 32 bytes" },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\",\"d\":\"\"}",
          "a key is a private one" }
    };

    s = str("{\"keys\":[{\"kty\":\"EC\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            "\"x\":\"" X "\",\"kid\":\"any\"}]}");
    ok(patron_jwks_read(&s, jwk, &n) == NULL && n == 1, "a JWKS");

    s.data = jwk[0].thumbprint;
    s.len = PATRON_JWK_THUMBPRINT;
    is_str(&s, ID, "its thumbprint");

    /* RFC 8037, appendix A.3 */

    s = str("{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
    ok(patron_jwks_read(&s, jwk, &n) == NULL && n == 1, "a JWK");
    s.data = jwk[0].thumbprint;
    s.len = PATRON_JWK_THUMBPRINT;
    is_str(&s, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
           "the thumbprint of the RFC");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s = str(bad[i].text);
        s = str(patron_jwks_read(&s, jwk, &n));
        is_str(&s, bad[i].why, bad[i].text);
    }

    s = str("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\","
            "\"nbf\":1700000000,\"exp\":1800000000000},"
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\","
            "\"nbf\":\"x\",\"exp\":1.5e9}]}");
    ok(patron_jwks_read(&s, jwk, &n) == NULL && n == 2, "keys with a life");
    is_int(jwk[0].nbf, 1700000000, "it begins");
    is_int(jwk[0].exp, 1800000000, "and ends, in milliseconds too");
    is_int(jwk[1].nbf, 0, "not by a word");
    is_int(jwk[1].exp, 1500000000, "by a fraction");
    ok(patron_jwk_current(&jwk[0], 1700000000, 0) == NULL, "good");
    ok(patron_jwk_current(&jwk[0], 1699999990, 10) == NULL, "almost");
    ok(patron_jwk_current(&jwk[0], 1699999989, 10) != NULL, "too early");
    ok(patron_jwk_current(&jwk[0], 1800000009, 10) == NULL, "just");
    ok(patron_jwk_current(&jwk[0], 1800000010, 10) != NULL, "over");

    memset(text, ' ', sizeof(text));
    s.data = (patron_uchar_t *) text;
    s.len = PATRON_JWKS_TEXT + 1;
    s = str(patron_jwks_read(&s, jwk, &n));
    is_str(&s, "keys are longer than 16 KB", "a long one");

    n = strlen(strcpy(text, "{\"keys\":["));

    for (i = 0; i < 17; i++) {
        n += sprintf(text + n, "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                     "\"x\":\"" X "\"}", i ? "," : "");
    }

    strcpy(text + n, "]}");
    s = str(text);
    s = str(patron_jwks_read(&s, jwk, &n));
    is_str(&s, "there are more than 16 keys", "17 keys");
}


/* What comes of a request with those fields, by the key. */

static const char *
verdict(const char *input, const char *signature)
{
    size_t            len, n;
    const char       *why;
    patron_str_t      in, s, text;
    patron_jwk_t      jwk[PATRON_JWKS_KEYS];
    patron_uchar_t    base[PATRON_SIGNED_BASE];
    patron_signed_t   sig;

    in = str(input);
    s = str(signature);

    if (patron_signed_parse(&sig, &in, &s, &why) != PATRON_OK) {
        return why;
    }

    why = patron_signed_current(&sig, 1764331230, 60, 86400);

    if (why == NULL) {
        why = patron_signed_base(&sig, component, NULL, base, &len);
    }

    if (why != NULL) {
        return why;
    }

    s = str("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\"}");
    patron_jwks_read(&s, jwk, &n);

    text.data = base;
    text.len = len;

    return patron_jwk_verify(&jwk[0], &text, sig.signature) == PATRON_OK
           ? "verified" : "bad";
}


static void
says(const char *input, const char *signature, const char *expected,
    const char *name)
{
    patron_str_t  got;

    got = str(verdict(input, signature));
    is_str(&got, expected, name);
}


static void
signatures(void)
{
    static const char  one[] =
        "sig1=(\"@authority\" \"signature-agent\");created=1764331200;"
        "keyid=\"" ID "\";alg=\"ed25519\";expires=1764334800;"
        "nonce=\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==\";tag=\"web-bot-auth\"";
    static const char  one_signed[] =
        "sig1=:NF5z5EnoBJbyysG+l2BIvHPsZra1sOms7+AULkE8+zCVqtoId78PYFpKvReQxK"
        "irGP15EGAS9RoDAixm1ulsAw==:";
    static const char  two[] =
        "b1=(\"@authority\" \"@method\"  \"@path\" \"@query\" \"@scheme\" "
        "\"@target-uri\" \"@request-target\" \"signature-agent\";key=\"x\" "
        "\"crawler-max-price\");created=1764331200;expires=1764334800; "
        "keyid=\"" ID "\";tag=\"web-bot-auth\"";
    static const char  two_signed[] =
        "b1=:TpsVRqrhiC9H0aoNKEBMoqQV6D40TTD3Q7xGGtYyLcgoN9mP+1b+EGhu2UUTTtSW"
        "oS4ZuVSXPRq6n9yHLzFFBA==:";

    says(one, one_signed, "verified", "a signature");
    says("other=(\"a\");tag=\"other\", sig1=(\"@authority\" "
         "\"signature-agent\");created=1764331201;keyid=\"" ID "\";"
         "expires=1764334800;tag=\"web-bot-auth\"", one_signed, "bad",
         "of another time");

    values[0][1] = "news.example:8443";
    values[7][1] = "x=\"https://bot.example\" ;type=dir";
    says(two, two_signed,
         "what is signed is too long, or no structured field",
         "a space before a parameter");
    values[7][1] = "y=1, x=\"https://bot.example\"; type=dir";
    says(two, two_signed, "verified", "every component, white space apart");
    values[7][1] = "x=\"https://other.example\"; type=dir";
    says(two, two_signed, "bad", "of another agent");
    values[7][1] = "y=\"https://other.example\"";
    says(two, two_signed, "a component is covered that is not there",
         "of none");
}


static void
refusals(void)
{
    char    many[4096];
    size_t  i, n;

    static const struct {
        const char  *input;
        const char  *signature;
        const char  *why;
    } bad[] = {
        { "", "", "no signature has the tag \"web-bot-auth\"" },
        { "a=(\"b\");tag=\"x\"", "", "no signature has the tag "
          "\"web-bot-auth\"" },
        { "a=1", "", "Signature-Input is no dictionary of lists" },
        { "a=(\"b\";", "", "Signature-Input is no dictionary of lists" },
        { "a=" GOOD ", a=" GOOD, "", "the label is there twice" },
        { "a=()" TAIL, "", "\"@authority\" is not covered" },
        { "a=(\"@authority\" \"@authority\")" TAIL, "",
          "a component is covered twice" },
        { "a=(\"@authority\" x)" TAIL, "", "a component is no string" },
        { "a=(\"@authority\" \"Date\")" TAIL, "",
          "a component is not in lower case" },
        { "a=(\"@authority\";req)" TAIL, "",
          "a component has a parameter that is not understood" },
        { "a=(\"@authority\" \"date\";key=\"a\";sf)" TAIL, "",
          "a component has a parameter that is not understood" },
        { "a=(\"@authority\");expires=2" TAIL, "", "created is missing" },
        { "a=(\"@authority\");created=1" TAIL, "", "expires is missing" },
        { "a=(\"@authority\");created=1.5" TAIL, "",
          "created and expires are integers" },
        { "a=(\"@authority\");created=1;created=1;expires=2" TAIL, "",
          "a parameter is there twice" },
        { "a=(\"@authority\");created=1;expires=2;tag=\"web-bot-auth\"", "",
          "keyid is missing" },
        { "a=(\"@authority\");created=1;keyid=k;tag=\"web-bot-auth\"", "",
          "keyid is a string" },
        { "a=(\"@authority\");nonce=\"\"" TAIL, "",
          "a nonce has 1 to 256 characters" },
        { "a=(\"@authority\");alg=\"rsa-v1_5-sha256\"" TAIL, "",
          "alg is not \"ed25519\"" },
        { "a=" GOOD, "b=:" BYTES ":",
          "Signature has not the label of Signature-Input" },
        { "a=" GOOD, "a=:" BYTES ":, a=:" BYTES ":",
          "Signature is no dictionary, or has the label twice" },
        { "a=" GOOD, "a=\"x\"", "the signature is no byte sequence" },
        { "a=" GOOD, "a", "the signature is no byte sequence" },
        { "a=" GOOD, "a=:YQ==:", "the signature has not 64 bytes" },
        { "a=" GOOD, "a=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB==:",
          "the signature is not in canonical base64" },
        { "a=" GOOD, "a=:" BYTES ":", "it has expired" },
        { "a=(\"@authority\");created=2;expires=2" TAIL, "a=:" BYTES ":",
          "it expires before it is created" },
        { "a=(\"@authority\");created=1764331291;expires=1764334800" TAIL,
          "a=:" BYTES ":", "it was created in the future" },
        { "a=(\"@authority\");created=1764331200;expires=1764417601" TAIL,
          "a=:" BYTES ":", "it is good for too long" },
        { "a=(\"@authority\" \"date\");created=1764331200;expires=1764334800"
          TAIL, "a=:" BYTES ":", "a component is covered that is not there" }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        says(bad[i].input, bad[i].signature, bad[i].why, bad[i].why);
    }

    n = strlen(strcpy(many, "a=(\"@authority\""));

    for (i = 0; i < 16; i++) {
        n += sprintf(many + n, " \"x%zu\"", i);
    }

    strcpy(many + n, ")" TAIL);
    says(many, "", "there are more than 16 components", "17 components");

    n = strlen(strcpy(many, "a=(\"@authority\")" TAIL));

    for (i = 0; i < 16; i++) {
        n += sprintf(many + n, ";x%zu", i);
    }

    says(many, "", "there are too many parameters", "18 parameters");

    for (i = n = 0; i < 17; i++) {
        n += sprintf(many + n, "%sl%zu=()", i ? "," : "", i);
    }

    says(many, "", "there are too many signatures", "17 signatures");

    memset(many, ' ', sizeof(many));
    many[sizeof(many) - 1] = '\0';
    says(many, "", "no signature has the tag \"web-bot-auth\"", "4 KB");
}


static void
names(const char *field, const char *agent, int expected)
{
    patron_str_t  f, a;

    f = str(field);
    a = str(agent);
    is_int(patron_signed_agent(&f, &a), expected, field);
}


static void
authority(const char *host, int https, const char *expected)
{
    patron_str_t    h, got;
    patron_uchar_t  buf[PATRON_SIGNED_AUTHORITY];

    h = str(host);
    got.data = buf;
    got.len = patron_signed_authority(buf, &h, https);
    is_str(&got, expected, host);
}


int
main(void)
{
    structured();
    keys();
    signatures();
    refusals();

    names("\"https://bot.example\"", "https://bot.example/", 1);
    names("\"https://bot.example/\"", "https://bot.example", 1);
    names("a=\"https://x.example\", b=\"https://bot.example\";type=card",
          "https://bot.example", 1);
    names("\"https://x.example\"", "https://bot.example", 0);
    names("\"\"", "", 0);
    names("https://bot.example", "https://bot.example", PATRON_ERROR);
    names("a", "https://bot.example", PATRON_ERROR);
    names("a=(\"https://bot.example\")", "https://bot.example", PATRON_ERROR);

    authority("News.Example:443", 1, "news.example");
    authority("news.example:443", 0, "news.example:443");
    authority("news.example:80", 0, "news.example");
    authority("[::1]:8080", 0, "[::1]:8080");
    authority(":80", 0, ":80");

    return done();
}
