
/*
 * See the header.  A signature with more components or parameters than anybody
 * needs is refused before it costs anything.
 */


#include "patron_signed.h"
#include "patron_base64.h"
#include "patron_structured.h"


#define PATRON_SIGNED_MEMBERS     16
#define PATRON_SIGNED_PARAMETERS  16


/* What of a component's parameters is known. */

typedef struct {
    patron_str_t    name;
    patron_str_t    key;        /* of a dictionary's member, or empty */
    patron_str_t    text;       /* name and parameters, as written */
} patron_part_t;


static int patron_signed_tagged(const patron_str_t *value, int *tagged);
static const char *patron_signed_components(patron_signed_t *sig,
    patron_str_t *rest);
static const char *patron_signed_parameters(patron_signed_t *sig,
    patron_str_t *rest);
static const char *patron_signed_bytes(patron_signed_t *sig,
    const patron_str_t *signature, const patron_str_t *label);
static const char *patron_signed_part(patron_str_t *rest, patron_part_t *part,
    int *end);
static int patron_signed_same(const patron_part_t *a, const patron_part_t *b);
static int patron_signed_member(const patron_str_t *field,
    const patron_str_t *key, patron_member_t *member);
static int patron_signed_line(const patron_part_t *part,
    patron_component_pt component, void *ctx, patron_uchar_t **p,
    patron_uchar_t *end);
static int patron_signed_put(patron_uchar_t **p, patron_uchar_t *end,
    const void *data, size_t len);
static int patron_signed_names(const patron_str_t *value,
    const patron_str_t *agent);


#define patron_is(s, literal)                                                 \
    ((s)->len == sizeof(literal) - 1                                          \
     && memcmp((s)->data, literal, sizeof(literal) - 1) == 0)


int
patron_signed_parse(patron_signed_t *sig, const patron_str_t *input,
    const patron_str_t *signature, const char **reason)
{
    int              rc, n, tagged;
    patron_str_t     rest, label;
    patron_member_t  member;

    memset(sig, 0, sizeof(patron_signed_t));

    if (input->len > PATRON_SIGNED_FIELD
        || signature->len > PATRON_SIGNED_FIELD)
    {
        *reason = "a signature field is longer than 4 KB";
        return PATRON_ERROR;
    }

    *reason = "Signature-Input is no dictionary of lists";

    label.len = 0;
    label.data = NULL;
    rest = *input;

    for (n = 0;
         (rc = patron_structured_member(&rest, &member)) == PATRON_OK;
         n++)
    {
        if (n == PATRON_SIGNED_MEMBERS) {
            *reason = "there are too many signatures";
            return PATRON_ERROR;
        }

        if (!member.list
            || patron_signed_tagged(&member.value, &tagged) != PATRON_OK)
        {
            return PATRON_ERROR;
        }

        if (label.len && label.len == member.key.len
            && memcmp(label.data, member.key.data, label.len) == 0)
        {
            *reason = "the label is there twice";
            return PATRON_ERROR;
        }

        if (label.len == 0 && tagged) {
            label = member.key;
            sig->list = member.value;
        }
    }

    if (rc != PATRON_DECLINED) {
        return PATRON_ERROR;
    }

    if (label.len == 0) {
        *reason = "no signature has the tag \"web-bot-auth\"";
        return PATRON_DECLINED;
    }

    rest = sig->list;

    *reason = patron_signed_components(sig, &rest);

    if (*reason == NULL) {
        *reason = patron_signed_parameters(sig, &rest);
    }

    if (*reason == NULL) {
        *reason = patron_signed_bytes(sig, signature, &label);
    }

    return *reason == NULL ? PATRON_OK : PATRON_ERROR;
}


/* Which tag does it have, behind all components? */

static int
patron_signed_tagged(const patron_str_t *value, int *tagged)
{
    int            rc;
    patron_str_t   rest, key;
    patron_bare_t  bare;

    rest = *value;
    *tagged = 0;

    if (patron_structured_open(&rest) != PATRON_OK) {
        return PATRON_ERROR;
    }

    while ((rc = patron_structured_item(&rest, &bare)) == PATRON_OK) {

        do {
            rc = patron_structured_parameter(&rest, &key, &bare);
        } while (rc == PATRON_OK);

        if (rc == PATRON_ERROR) {
            return PATRON_ERROR;
        }
    }

    if (rc == PATRON_ERROR) {
        return PATRON_ERROR;
    }

    while ((rc = patron_structured_parameter(&rest, &key, &bare)) == PATRON_OK)
    {
        if (patron_is(&key, "tag")) {
            *tagged = (bare.type == PATRON_BARE_STRING
                       && patron_bare_is(&bare, "web-bot-auth"));
        }
    }

    return rc == PATRON_DECLINED ? PATRON_OK : PATRON_ERROR;
}


static const char *
patron_signed_components(patron_signed_t *sig, patron_str_t *rest)
{
    int            end, authority;
    size_t         i, n;
    const char    *why;
    patron_part_t  parts[PATRON_SIGNED_COMPONENTS + 1];

    (void) patron_structured_open(rest);

    authority = 0;

    for (n = 0; /* void */ ; n++) {

        why = patron_signed_part(rest, &parts[n], &end);

        if (why != NULL || end) {
            break;
        }

        if (n == PATRON_SIGNED_COMPONENTS) {
            return "there are more than 16 components";
        }

        for (i = 0; i < n; i++) {
            if (patron_signed_same(&parts[i], &parts[n])) {
                return "a component is covered twice";
            }
        }

        if (patron_is(&parts[n].name, "signature-agent")) {
            sig->agent = 1;
            continue;
        }

        sig->more |= !patron_is(&parts[n].name, "@authority");

        if (parts[n].key.len == 0) {
            authority |= patron_is(&parts[n].name, "@authority");
            sig->exact_price |= patron_is(&parts[n].name,
                                          "crawler-exact-price");
            sig->max_price |= patron_is(&parts[n].name, "crawler-max-price");
        }
    }

    if (why != NULL) {
        return why;
    }

    return authority ? NULL : "\"@authority\" is not covered";
}


/* One of them, with the parameters that are known here. */

static const char *
patron_signed_part(patron_str_t *rest, patron_part_t *part, int *end)
{
    int            rc, n;
    size_t         i;
    patron_str_t   key;
    patron_bare_t  bare;

    rc = patron_structured_item(rest, &bare);

    *end = (rc == PATRON_DECLINED);

    if (*end) {
        return NULL;
    }

    if (rc != PATRON_OK || bare.type != PATRON_BARE_STRING
        || bare.text.len == 0)
    {
        return "a component is no string";
    }

    part->name = bare.text;
    part->key.len = 0;
    part->key.data = NULL;
    part->text.data = bare.text.data - 1;

    for (i = 0; i < part->name.len; i++) {
        if (part->name.data[i] >= 'A' && part->name.data[i] <= 'Z') {
            return "a component is not in lower case";
        }
    }

    for (n = 0;
         (rc = patron_structured_parameter(rest, &key, &bare)) == PATRON_OK;
         n++)
    {
        if (n
            || !patron_is(&key, "key")
            || bare.type != PATRON_BARE_STRING
            || bare.text.len == 0
            || part->name.data[0] == '@')
        {
            return "a component has a parameter that is not understood";
        }

        part->key = bare.text;
    }

    if (rc == PATRON_ERROR) {
        return "a component has a parameter that is not understood";
    }

    part->text.len = rest->data - part->text.data;

    return NULL;
}


static int
patron_signed_same(const patron_part_t *a, const patron_part_t *b)
{
    return a->name.len == b->name.len
           && memcmp(a->name.data, b->name.data, a->name.len) == 0
           && a->key.len == b->key.len
           && (a->key.len == 0
               || memcmp(a->key.data, b->key.data, a->key.len) == 0);
}


static const char *
patron_signed_parameters(patron_signed_t *sig, patron_str_t *rest)
{
    int            n, i, seen;
    patron_str_t   key, keys[PATRON_SIGNED_PARAMETERS];
    patron_bare_t  bare;

    seen = 0;

    for (n = 0; patron_structured_parameter(rest, &key, &bare) == PATRON_OK;
         n++)
    {
        if (n == PATRON_SIGNED_PARAMETERS) {
            return "there are too many parameters";
        }

        keys[n] = key;

        for (i = 0; i < n; i++) {
            if (keys[i].len == key.len
                && memcmp(keys[i].data, key.data, key.len) == 0)
            {
                return "a parameter is there twice";
            }
        }

        if (patron_is(&key, "created") || patron_is(&key, "expires")) {

            if (bare.type != PATRON_BARE_INTEGER) {
                return "created and expires are integers";
            }

            if (key.data[0] == 'c') {
                sig->created = bare.number;
                seen |= 1;

            } else {
                sig->expires = bare.number;
                seen |= 2;
            }

        } else if (patron_is(&key, "keyid")) {

            if (bare.type != PATRON_BARE_STRING) {
                return "keyid is a string";
            }

            sig->keyid = bare.text;

        } else if (patron_is(&key, "nonce")) {

            if (bare.type != PATRON_BARE_STRING || bare.text.len == 0
                || bare.text.len > PATRON_SIGNED_NONCE)
            {
                return "a nonce has 1 to 256 characters";
            }

            sig->nonce = bare.text;

        } else if (patron_is(&key, "alg")
                   && (bare.type != PATRON_BARE_STRING
                       || !patron_bare_is(&bare, "ed25519")))
        {
            return "alg is not \"ed25519\"";
        }
    }

    if (!(seen & 1)) {
        return "created is missing";
    }

    if (!(seen & 2)) {
        return "expires is missing";
    }

    return sig->keyid.len ? NULL : "keyid is missing";
}


/* The signature of that label: base64 as Ed25519's 64 bytes have it. */

static const char *
patron_signed_bytes(patron_signed_t *sig, const patron_str_t *signature,
    const patron_str_t *label)
{
    size_t           i;
    patron_str_t     rest;
    patron_bare_t    bare;
    patron_uchar_t   text[patron_base64_encoded(PATRON_ED25519_LEN)];
    patron_member_t  member;

    switch (patron_signed_member(signature, label, &member)) {

    case PATRON_OK:
        break;

    case PATRON_DECLINED:
        return "Signature has not the label of Signature-Input";

    default:
        return "Signature is no dictionary, or has the label twice";
    }

    rest = member.value;

    if (member.implied || member.list
        || patron_structured_bare(&rest, &bare) != PATRON_OK
        || bare.type != PATRON_BARE_BYTES)
    {
        return "the signature is no byte sequence";
    }

    if (bare.text.len != sizeof(text) + 2
        || bare.text.data[sizeof(text)] != '=')
    {
        return "the signature has not 64 bytes";
    }

    for (i = 0; i < sizeof(text); i++) {
        text[i] = bare.text.data[i] == '+' ? '-'
                  : bare.text.data[i] == '/' ? '_' : bare.text.data[i];
    }

    return patron_base64_decode(sig->signature, text, sizeof(text))
           == PATRON_OK ? NULL : "the signature is not in canonical base64";
}


/* PATRON_DECLINED: it has none of that key; PATRON_ERROR: or has it twice. */

static int
patron_signed_member(const patron_str_t *field, const patron_str_t *key,
    patron_member_t *member)
{
    int              rc, n, found;
    patron_str_t     rest;
    patron_member_t  m;

    rest = *field;
    found = 0;

    for (n = 0; (rc = patron_structured_member(&rest, &m)) == PATRON_OK; n++) {

        if (n == PATRON_SIGNED_MEMBERS) {
            return PATRON_ERROR;
        }

        if (m.key.len == key->len
            && memcmp(m.key.data, key->data, key->len) == 0)
        {
            if (found) {
                return PATRON_ERROR;
            }

            found = 1;
            *member = m;
        }
    }

    if (rc == PATRON_ERROR) {
        return PATRON_ERROR;
    }

    return found ? PATRON_OK : PATRON_DECLINED;
}


const char *
patron_signed_current(const patron_signed_t *sig, int64_t now, int64_t leeway,
    int64_t max_age)
{
    if (sig->created < 0 || sig->expires <= sig->created) {
        return "it expires before it is created";
    }

    if (sig->created > now + leeway) {
        return "it was created in the future";
    }

    if (sig->expires + leeway <= now) {
        return "it has expired";
    }

    if (sig->expires - sig->created > max_age) {
        return "it is good for too long";
    }

    return NULL;
}


const char *
patron_signed_base(const patron_signed_t *sig, patron_component_pt component,
    void *ctx, patron_uchar_t *base, size_t *len)
{
    int              rc, end;
    size_t           n;
    const char      *why;
    patron_str_t     rest;
    patron_part_t    part;
    patron_uchar_t  *p, *last;

    static const patron_str_t  params =
        patron_string("\"@signature-params\": ");

    p = base;
    last = base + PATRON_SIGNED_BASE;
    rest = sig->list;

    (void) patron_structured_open(&rest);

    for ( ;; ) {
        why = patron_signed_part(&rest, &part, &end);

        if (why != NULL) {
            return why;
        }

        if (end) {
            break;
        }

        rc = patron_signed_line(&part, component, ctx, &p, last);

        if (rc == PATRON_DECLINED) {
            return "a component is covered that is not there";
        }

        if (rc != PATRON_OK) {
            return "what is signed is too long, or no structured field";
        }
    }

    if (patron_signed_put(&p, last, params.data, params.len) != PATRON_OK) {
        return "what is signed is too long";
    }

    n = patron_structured_write(p, last - p, &sig->list);

    *len = p + n - base;

    return n ? NULL : "what is signed is too long";
}


static int
patron_signed_line(const patron_part_t *part, patron_component_pt component,
    void *ctx, patron_uchar_t **p, patron_uchar_t *end)
{
    int              rc;
    size_t           n;
    patron_str_t     value;
    patron_member_t  member;

    n = patron_structured_write(*p, end - *p, &part->text);
    *p += n;

    if (n == 0 || patron_signed_put(p, end, ": ", 2) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (component(ctx, &part->name, &value) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    if (part->key.len == 0) {

        if (patron_signed_put(p, end, value.data, value.len) != PATRON_OK) {
            return PATRON_ERROR;
        }

    } else {
        rc = patron_signed_member(&value, &part->key, &member);

        if (rc != PATRON_OK) {
            return rc;
        }

        if (member.implied) {
            /* true, which is written here */

            if (patron_signed_put(p, end, "?1", 2) != PATRON_OK
                || patron_signed_put(p, end, member.value.data,
                                     member.value.len)
                   != PATRON_OK)
            {
                return PATRON_ERROR;
            }

        } else {
            n = patron_structured_write(*p, end - *p, &member.value);

            if (n == 0) {
                return PATRON_ERROR;
            }

            *p += n;
        }
    }

    return patron_signed_put(p, end, "\n", 1);
}


static int
patron_signed_put(patron_uchar_t **p, patron_uchar_t *end, const void *data,
    size_t len)
{
    if ((size_t) (end - *p) < len) {
        return PATRON_ERROR;
    }

    if (len) {
        memcpy(*p, data, len);
        *p += len;
    }

    return PATRON_OK;
}


size_t
patron_signed_authority(patron_uchar_t *dst, const patron_str_t *host,
    int https)
{
    size_t        i, len;
    patron_str_t  port;

    port.data = (const patron_uchar_t *) (https ? ":443" : ":80");
    port.len = https ? 4 : 3;

    len = host->len;

    if (len > port.len
        && memcmp(host->data + len - port.len, port.data, port.len) == 0)
    {
        len -= port.len;
    }

    if (len > PATRON_SIGNED_AUTHORITY) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        dst[i] = (host->data[i] >= 'A' && host->data[i] <= 'Z')
                 ? host->data[i] | 0x20 : host->data[i];
    }

    return len;
}


int
patron_signed_agent(const patron_str_t *field, const patron_str_t *agent)
{
    int              rc, n;
    patron_str_t     rest;
    patron_member_t  member;

    rest = *field;

    if (rest.len && rest.data[0] == '"') {
        return patron_signed_names(field, agent);
    }

    for (n = 0;
         (rc = patron_structured_member(&rest, &member)) == PATRON_OK;
         n++)
    {
        if (n == PATRON_SIGNED_MEMBERS || member.implied || member.list) {
            return PATRON_ERROR;
        }

        rc = patron_signed_names(&member.value, agent);

        if (rc != 0) {
            return rc;
        }
    }

    return rc == PATRON_DECLINED ? 0 : PATRON_ERROR;
}


/* A "/" at the end makes no other of it. */

static int
patron_signed_names(const patron_str_t *value, const patron_str_t *agent)
{
    size_t         len;
    patron_str_t   rest;
    patron_bare_t  bare;

    rest = *value;
    len = agent->len;

    if (patron_structured_bare(&rest, &bare) != PATRON_OK
        || bare.type != PATRON_BARE_STRING)
    {
        return PATRON_ERROR;
    }

    if (len && agent->data[len - 1] == '/') {
        len--;
    }

    if (bare.text.len && bare.text.data[bare.text.len - 1] == '/') {
        bare.text.len--;
    }

    return bare.text.len == len
           && len != 0
           && memcmp(bare.text.data, agent->data, len) == 0;
}
