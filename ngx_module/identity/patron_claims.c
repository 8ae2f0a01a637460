
/*
 * Claims: a payload whose MAC verified, parsed by jansson into a record of
 * plain bytes (RFC 7519, section 4.1).
 *
 * "exp" is required, and "sub" of a member.  A claim this code acts upon and
 * that is not of its type or is too long refuses the token; others are not
 * looked at.  "name" is only ever shown: cleaned of control characters and cut
 * at PATRON_FIELD_MAX.  A
 * member name that comes twice refuses the token (RFC 7519, section 4), so
 * that two parsers never read it differently.  Fractions of a second are cut.
 */


#include "patron_claims.h"


#define PATRON_CLAIM_REQUIRED   0x01
#define PATRON_CLAIM_PRINTABLE  0x02    /* ASCII; otherwise no controls */
#define PATRON_CLAIM_SHOWN      0x04    /* made fit, never a reason to refuse */


typedef struct {
    const char      *name;
    patron_claim_e   claim;
    size_t           max;
    unsigned         flags;
    const char      *bad;
} patron_claim_def_t;


typedef struct {
    patron_parsed_t  *parsed;
    patron_uchar_t   *last;
    patron_uchar_t   *end;
} patron_claims_ctx_t;


static const char *patron_claims_times(patron_claims_ctx_t *ctx,
    const json_t *json);
static const char *patron_claims_time(const json_t *json, const char *name,
    int64_t *time);
static const char *patron_claims_strings(patron_claims_ctx_t *ctx,
    const json_t *json, const patron_claim_def_t *def);
static const char *patron_claims_copy(patron_claims_ctx_t *ctx,
    const json_t *value, const patron_claim_def_t *def);
static void patron_claims_show(patron_claims_ctx_t *ctx, const json_t *value,
    const patron_claim_def_t *def);
static const char *patron_claims_auds(patron_claims_ctx_t *ctx,
    const json_t *json);
static int patron_claims_add_aud(patron_claims_ctx_t *ctx,
    const json_t *json);
static int patron_claims_clean(const patron_uchar_t *data, size_t len,
    unsigned ascii);
static const char *patron_claims_refuse(const patron_parsed_t *parsed,
    const patron_claims_policy_t *policy, int64_t now);


/* In the order of patron_claim_e, which is that of the strings parsed. */

static const patron_claim_def_t  patron_claims_member[] = {
    { "sub", PATRON_CLAIM_SUB, PATRON_SUB_MAX,
      PATRON_CLAIM_REQUIRED|PATRON_CLAIM_PRINTABLE, "bad sub" },
    { "tier", PATRON_CLAIM_TIER, PATRON_FIELD_MAX, 0, "bad tier" },
    { "name", PATRON_CLAIM_NAME, PATRON_FIELD_MAX, PATRON_CLAIM_SHOWN, NULL },
    { "jti", PATRON_CLAIM_JTI, PATRON_FIELD_MAX, 0, "bad jti" },
    { "iss", PATRON_CLAIM_ISS, PATRON_TOKEN_MAX, 0, "bad iss" },
    { NULL, PATRON_CLAIM_N, 0, 0, NULL }
};

static const patron_claim_def_t  patron_claims_link[] = {
    { "sub", PATRON_CLAIM_SUB, PATRON_SUB_MAX, PATRON_CLAIM_PRINTABLE,
      "bad sub" },
    { "tier", PATRON_CLAIM_TIER, PATRON_FIELD_MAX, 0, "bad tier" },
    { "jti", PATRON_CLAIM_JTI, PATRON_FIELD_MAX, 0, "bad jti" },
    { "path", PATRON_CLAIM_PATH, PATRON_TOKEN_MAX, 0, "bad path" },
    { "campaign", PATRON_CLAIM_CAMPAIGN, PATRON_FIELD_MAX, 0,
      "bad campaign" },
    { "host", PATRON_CLAIM_HOST, PATRON_TOKEN_MAX, 0, "bad host" },
    { NULL, PATRON_CLAIM_N, 0, 0, NULL }
};


size_t
patron_claims_parse(patron_parsed_t *parsed, patron_uchar_t *data,
    const patron_str_t *payload, patron_claims_e kind)
{
    json_t               *json;
    json_error_t          error;
    patron_claims_ctx_t   ctx;

    memset(parsed, 0, sizeof(patron_parsed_t));
    parsed->data = data;

    ctx.parsed = parsed;
    ctx.last = data;
    ctx.end = data + PATRON_TOKEN_MAX;

    json = json_loadb((const char *) payload->data, payload->len,
                      JSON_REJECT_DUPLICATES, &error);

    if (!json_is_object(json)) {
        parsed->reason = "bad payload";

    } else {
        parsed->reason = patron_claims_times(&ctx, json);

        if (parsed->reason == NULL) {
            parsed->reason = patron_claims_strings(&ctx, json,
                                 kind == PATRON_CLAIMS_MEMBER
                                 ? patron_claims_member : patron_claims_link);
        }
    }

    json_decref(json);

    if (parsed->reason) {
        memset(parsed->len, 0, sizeof(parsed->len));
        return 0;
    }

    return (size_t) (ctx.last - data);
}


static const char *
patron_claims_times(patron_claims_ctx_t *ctx, const json_t *json)
{
    const char       *reason;
    patron_parsed_t  *parsed;

    parsed = ctx->parsed;

    if (json_object_get(json, "exp") == NULL) {
        return "no exp";
    }

    reason = patron_claims_time(json, "exp", &parsed->exp);
    if (reason) {
        return "bad exp";
    }

    reason = patron_claims_time(json, "nbf", &parsed->nbf);
    if (reason) {
        return "bad nbf";
    }

    reason = patron_claims_time(json, "iat", &parsed->iat);
    if (reason) {
        return "bad iat";
    }

    reason = patron_claims_time(json, "patron:life", &parsed->life);
    if (reason) {
        return "bad patron:life";
    }

    reason = patron_claims_time(json, "gave_until", &parsed->gave_until);
    if (reason) {
        return "bad gave_until";
    }

    return NULL;
}


/* NumericDate: a JSON number, whole or not (RFC 7519, section 2). */

static const char *
patron_claims_time(const json_t *json, const char *name, int64_t *time)
{
    double   real;
    json_t  *value;

    value = json_object_get(json, name);

    if (value == NULL) {
        *time = 0;
        return NULL;
    }

    if (json_is_integer(value)) {
        *time = json_integer_value(value);

    } else if (json_is_real(value)) {
        real = json_real_value(value);

        if (!(real >= 0 && real <= (double) PATRON_TIME_MAX)) {
            return "out of range";
        }

        *time = (int64_t) real;

    } else {
        return "not a number";
    }

    return (*time < 0 || *time > PATRON_TIME_MAX) ? "out of range" : NULL;
}


static const char *
patron_claims_strings(patron_claims_ctx_t *ctx, const json_t *json,
    const patron_claim_def_t *def)
{
    json_t      *value;
    const char  *reason;

    for ( /* void */ ; def->name; def++) {
        value = json_object_get(json, def->name);

        if (value == NULL) {
            if (def->flags & PATRON_CLAIM_REQUIRED) {
                return "no sub";
            }

            continue;
        }

        if (def->flags & PATRON_CLAIM_SHOWN) {
            patron_claims_show(ctx, value, def);
            continue;
        }

        reason = patron_claims_copy(ctx, value, def);
        if (reason) {
            return reason;
        }
    }

    return patron_claims_auds(ctx, json);
}


static const char *
patron_claims_copy(patron_claims_ctx_t *ctx, const json_t *value,
    const patron_claim_def_t *def)
{
    size_t                 len;
    const patron_uchar_t  *s;

    if (!json_is_string(value)) {
        return def->bad;
    }

    s = (const patron_uchar_t *) json_string_value(value);
    len = json_string_length(value);

    if (len > def->max || len > (size_t) (ctx->end - ctx->last)
        || (len == 0 && (def->flags & PATRON_CLAIM_REQUIRED))
        || !patron_claims_clean(s, len, def->flags & PATRON_CLAIM_PRINTABLE))
    {
        return def->bad;
    }

    memcpy(ctx->last, s, len);

    ctx->parsed->len[def->claim] = (uint16_t) len;
    ctx->last += len;

    return NULL;
}


/*
 * jansson has made sure of UTF-8: only the cut must not leave half a character,
 * and the C1 controls are two bytes, 0xC2 and the control.
 */

static void
patron_claims_show(patron_claims_ctx_t *ctx, const json_t *value,
    const patron_claim_def_t *def)
{
    size_t                 i, len;
    patron_uchar_t        *p, c;
    const patron_uchar_t  *s;

    if (!json_is_string(value)) {
        return;
    }

    s = (const patron_uchar_t *) json_string_value(value);
    len = json_string_length(value);

    if (len > def->max) {
        len = def->max;

        while (len && (s[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    if (len > (size_t) (ctx->end - ctx->last)) {
        return;
    }

    p = ctx->last;

    for (i = 0; i < len; i++) {
        c = s[i];

        if (c == 0xc2 && s[i + 1] < 0xa0) {
            c = ' ';
            i++;
        }

        *p++ = (c < 0x20 || c == 0x7f) ? ' ' : c;
    }

    ctx->parsed->len[def->claim] = (uint16_t) (p - ctx->last);
    ctx->last = p;
}


static const char *
patron_claims_auds(patron_claims_ctx_t *ctx, const json_t *json)
{
    size_t           i;
    json_t          *aud;
    patron_uchar_t  *start;

    aud = json_object_get(json, "aud");

    if (aud == NULL) {
        return NULL;
    }

    start = ctx->last;

    if (json_is_string(aud)) {
        if (patron_claims_add_aud(ctx, aud) != PATRON_OK) {
            return "bad aud";
        }

    } else if (json_is_array(aud)) {
        for (i = 0; i < json_array_size(aud); i++) {
            if (patron_claims_add_aud(ctx, json_array_get(aud, i))
                != PATRON_OK)
            {
                return "bad aud";
            }
        }

    } else {
        return "bad aud";
    }

    ctx->parsed->len[PATRON_CLAIM_AUD] = (uint16_t) (ctx->last - start);

    return NULL;
}


static int
patron_claims_add_aud(patron_claims_ctx_t *ctx, const json_t *json)
{
    size_t  len;

    if (!json_is_string(json)) {
        return PATRON_ERROR;
    }

    len = json_string_length(json);

    if (len + 2 > (size_t) (ctx->end - ctx->last)) {
        return PATRON_ERROR;
    }

    if (len >= 7 && memcmp(json_string_value(json), "patron:", 7) == 0) {
        ctx->parsed->typed = 1;
    }

    *ctx->last++ = (patron_uchar_t) (len >> 8);
    *ctx->last++ = (patron_uchar_t) len;

    memcpy(ctx->last, json_string_value(json), len);
    ctx->last += len;

    return PATRON_OK;
}


static int
patron_claims_clean(const patron_uchar_t *data, size_t len, unsigned ascii)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (data[i] < 0x20 || data[i] == 0x7f
            || (data[i] == 0xc2 && data[i + 1] < 0xa0)
            || (data[i] > 0x7f && ascii))
        {
            return 0;
        }
    }

    return 1;
}


patron_str_t
patron_claims_str(const patron_parsed_t *parsed, patron_claim_e claim)
{
    unsigned      i;
    patron_str_t  s;

    s.data = parsed->data;
    s.len = parsed->len[claim];

    for (i = 0; i < (unsigned) claim; i++) {
        s.data += parsed->len[i];
    }

    return s;
}


int
patron_claims_aud(const patron_parsed_t *parsed, const patron_str_t *aud)
{
    size_t                 len;
    patron_str_t           all;
    const patron_uchar_t  *p, *end;

    all = patron_claims_str(parsed, PATRON_CLAIM_AUD);
    end = all.data + all.len;

    for (p = all.data; p < end; p += len) {
        len = (size_t) p[0] << 8 | p[1];
        p += 2;

        if (len == aud->len && memcmp(p, aud->data, len) == 0) {
            return 1;
        }
    }

    return 0;
}


patron_token_e
patron_claims_judge(const patron_parsed_t *parsed,
    const patron_claims_policy_t *policy, int64_t now, patron_claims_t *claims)
{
    claims->reason = patron_claims_refuse(parsed, policy, now);

    if (claims->reason) {
        return PATRON_TOKEN_INVALID;
    }

    claims->sub = patron_claims_str(parsed, PATRON_CLAIM_SUB);
    claims->tier = patron_claims_str(parsed, PATRON_CLAIM_TIER);
    claims->name = patron_claims_str(parsed, PATRON_CLAIM_NAME);
    claims->jti = patron_claims_str(parsed, PATRON_CLAIM_JTI);
    claims->iss = patron_claims_str(parsed, PATRON_CLAIM_ISS);
    claims->exp = parsed->exp;
    claims->nbf = parsed->nbf;
    claims->iat = parsed->iat;
    claims->life = parsed->life;
    claims->gave_until = parsed->gave_until;

    if (parsed->exp <= now - policy->leeway) {
        claims->reason = "expired";
        return PATRON_TOKEN_EXPIRED;
    }

    return PATRON_TOKEN_VALID;
}


static const char *
patron_claims_refuse(const patron_parsed_t *parsed,
    const patron_claims_policy_t *policy, int64_t now)
{
    patron_str_t  iss;

    if (parsed->reason) {
        return parsed->reason;
    }

    if (parsed->nbf > now + policy->leeway) {
        return "not yet valid";
    }

    if (parsed->iat > now + policy->leeway) {
        return "issued in the future";
    }

    iss = patron_claims_str(parsed, PATRON_CLAIM_ISS);

    if (policy->iss.len
        && (policy->iss.len != iss.len
            || memcmp(policy->iss.data, iss.data, iss.len) != 0))
    {
        return "wrong iss";
    }

    if (policy->aud.len && !patron_claims_aud(parsed, &policy->aud)) {
        return "wrong aud";
    }

    return NULL;
}
