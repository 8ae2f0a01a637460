
/*
 * Keys, tokens and links.  A key comes from its file, never from the command
 * line, where everybody on the machine could read it.
 */


#include <time.h>

#include <jansson.h>

#include "patron_base64.h"
#include "patron_claims.h"
#include "patron_helper.h"
#include "patron_jws.h"
#include "patron_link.h"


#define PATRON_HELPER_KEY_MAX    65536      /* bytes of a key's file */
#define PATRON_HELPER_TOKEN_TTL  "30d"
#define PATRON_HELPER_TOKEN_MAX  (PATRON_TOKEN_MAX + sizeof("Bearer \r\n"))
#define PATRON_HELPER_LINK_MAX   (8192 + PATRON_TOKEN_MAX)
#define PATRON_HELPER_GIFT_ID_MAX  128      /* of its jti; else its signature */


typedef struct {
    patron_str_t   token;
    json_t        *header;
    json_t        *payload;         /* NULL: none that can be read */
    int            valid;
} patron_helper_token_t;


static int patron_helper_alg(const patron_str_t *name, patron_alg_e *alg);
static patron_alg_e patron_helper_alg_named(const char *text);
static patron_keys_t *patron_helper_keys(const char *file, patron_alg_e alg,
    const patron_str_t *kid);
static char *patron_helper_claim(char *text, patron_str_t *value);
static void patron_helper_part(patron_helper_token_t *t, const char *title,
    const patron_uchar_t *start, size_t len, json_t **json);
static void patron_helper_times(patron_helper_token_t *t);
static void patron_helper_signature(patron_helper_token_t *t,
    const char *file);


static int
patron_helper_alg(const patron_str_t *name, patron_alg_e *alg)
{
    int  i;

    for (i = PATRON_HS256; i <= PATRON_HS512; i++) {
        if (patron_helper_is(name, patron_alg_name(i))) {
            *alg = i;
            return PATRON_OK;
        }
    }

    return PATRON_ERROR;
}


static patron_alg_e
patron_helper_alg_named(const char *text)
{
    patron_str_t  name;
    patron_alg_e  alg;

    name = patron_helper_str(text);

    if (patron_helper_alg(&name, &alg) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_USAGE, "unknown algorithm: %s (HS256, "
                          "HS384 or HS512)", text);
    }

    return alg;
}


/* The key's bytes are the file's, without a newline at the end. */

static patron_keys_t *
patron_helper_keys(const char *file, patron_alg_e alg, const patron_str_t *kid)
{
    char            err[PATRON_KEY_ERR];
    patron_str_t    secret, id;
    patron_keys_t  *keys;

    secret = patron_helper_read(file, PATRON_HELPER_KEY_MAX);

    if (secret.len && secret.data[secret.len - 1] == '\n') {
        secret.len--;
    }

    id = *kid;

    if (id.len == 0) {
        id.data = NULL;
    }

    keys = patron_keys_create(NULL);

    if (keys == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "OpenSSL has no HMAC");
    }

    if (patron_keys_add(keys, &id, alg, &secret, err) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s: %s", file, err);
    }

    return keys;
}


/* "name=value", its name ended. */

static char *
patron_helper_claim(char *text, patron_str_t *value)
{
    char  *p;

    p = strchr(text, '=');

    if (p == NULL) {
        patron_helper_die(PATRON_HELPER_USAGE, "no value: %s", text);
    }

    *p++ = '\0';
    *value = patron_helper_str(p);

    return text;
}


void
patron_helper_mint(int argc, char **argv)
{
    int              i;
    char            *text;
    size_t           len;
    json_t          *json;
    int64_t          now, end;
    const char      *name;
    patron_str_t     kid, value, payload;
    patron_keys_t   *keys;
    patron_uchar_t   token[PATRON_TOKEN_MAX];

    kid = patron_helper_str(argv[2]);
    keys = patron_helper_keys(argv[0], patron_helper_alg_named(argv[1]), &kid);

    now = time(NULL);
    end = patron_helper_when(now, argv[3], argv[4]);

    if (end == 0) {
        end = patron_helper_when(now, PATRON_HELPER_TOKEN_TTL, "");
    }

    json = json_object();

    for (i = 5; i < argc; i++) {
        name = patron_helper_claim(argv[i], &value);

        if (patron_claims_set(json, name, &value) != PATRON_OK) {
            patron_helper_die(PATRON_HELPER_USAGE, "the %s is not UTF-8",
                              name);
        }
    }

    (void) json_object_set_new(json, "iat", json_integer(now));
    (void) json_object_set_new(json, "exp", json_integer(end));

    text = json_dumps(json, JSON_COMPACT);

    if (text == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "no memory");
    }

    payload = patron_helper_str(text);

    if (patron_token_sign(keys, &payload, token, sizeof(token), &len)
        != PATRON_OK)
    {
        patron_helper_die(PATRON_HELPER_FAILED, "the token would have more "
                          "than %d bytes", PATRON_TOKEN_MAX);
    }

    printf("%.*s\n", (int) len, (char *) token);

    free(text);
    json_decref(json);
    patron_keys_destroy(keys);
}


void
patron_helper_link(int argc, char **argv)
{
    int              i;
    char             err[PATRON_KEY_ERR];
    size_t           len;
    int64_t          now;
    const char      *name;
    patron_str_t     kid, purpose, value;
    patron_link_t    link;
    patron_keys_t   *keys;
    patron_seal_t   *seal;
    patron_uchar_t   token[PATRON_TOKEN_MAX];

    kid = patron_helper_str(argv[1]);
    purpose = patron_helper_str(argv[2]);
    keys = patron_helper_keys(argv[0], PATRON_HS256, &kid);
    seal = patron_seal_create(NULL, keys, &purpose, err);

    if (seal == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s", err);
    }

    memset(&link, 0, sizeof(patron_link_t));

    for (i = 5; i < argc; i++) {
        name = patron_helper_claim(argv[i], &value);

        if (strcmp(name, "path") == 0) {
            link.path = value;

        } else if (strcmp(name, "sub") == 0) {
            link.sub = value;

        } else if (strcmp(name, "jti") == 0) {
            link.jti = value;

        } else if (strcmp(name, "host") == 0) {
            link.host = value;

        } else {
            link.campaign = value;
        }
    }

    now = time(NULL);
    link.exp = patron_helper_when(now, argv[3], argv[4]);

    if (patron_link_sign(seal, &link, token, sizeof(token), &len) != PATRON_OK)
    {
        patron_helper_die(PATRON_HELPER_USAGE, "a value is not UTF-8, or too "
                          "long");
    }

    printf("%.*s\n", (int) len, (char *) token);

    patron_seal_destroy(seal);
    patron_keys_destroy(keys);
}


/*
 * A gift's link, or its argument, or its token alone: by which id it is taken
 * back, and when it ends.
 */

void
patron_helper_gift(int argc, char **argv)
{
    json_t                 *json, *id, *aud, *end;
    patron_str_t            s;
    patron_uchar_t          bytes[PATRON_TOKEN_MAX];
    const char             *arg;
    const patron_uchar_t   *dot, *last;

    (void) argc;
    (void) argv;

    s = patron_helper_read(NULL, PATRON_HELPER_LINK_MAX);

    arg = strstr((const char *) s.data, "gift=");

    if (arg != NULL) {
        s = patron_helper_str(arg + 5);
    }

    s.len = strcspn((const char *) s.data, "&# \t\r\n");

    dot = memchr(s.data, '.', s.len);
    last = dot ? memchr(dot + 1, '.', s.data + s.len - dot - 1) : NULL;
    json = NULL;

    if (last != NULL && s.len <= PATRON_TOKEN_MAX
        && last + 1 < s.data + s.len
        && patron_base64_decode(bytes, dot + 1, last - dot - 1) == PATRON_OK)
    {
        json = json_loadb((const char *) bytes,
                          patron_base64_decoded(last - dot - 1), 0, NULL);
    }

    id = json_object_get(json, "jti");
    aud = json_object_get(json, "aud");
    end = json_object_get(json, "exp");

    if (!json_is_string(aud)
        || strcmp(json_string_value(aud), "patron:gift") != 0
        || !json_is_integer(end))
    {
        patron_helper_die(PATRON_HELPER_USAGE, "not a gift's link");
    }

    if (json_string_length(id) != 0
        && json_string_length(id) <= PATRON_HELPER_GIFT_ID_MAX)
    {
        printf("%lld %s\n", (long long) json_integer_value(end),
               json_string_value(id));

    } else {
        printf("%lld %.*s\n", (long long) json_integer_value(end),
               (int) (s.data + s.len - last - 1), (char *) last + 1);
    }

    json_decref(json);
}


/* Without a key, the argument being empty, it is read and not verified. */

void
patron_helper_inspect(int argc, char **argv)
{
    patron_str_t            s;
    patron_helper_token_t   t;
    const patron_uchar_t   *dot, *last;

    (void) argc;

    s = patron_helper_read(NULL, PATRON_HELPER_TOKEN_MAX);

    while (s.len && s.data[s.len - 1] <= ' ') {
        s.len--;
    }

    if (s.len > 7 && memcmp(s.data, "Bearer ", 7) == 0) {
        s.data += 7;
        s.len -= 7;
    }

    if (s.len == 0) {
        patron_helper_die(PATRON_HELPER_USAGE, "no token to read");
    }

    dot = memchr(s.data, '.', s.len);
    last = dot ? memchr(dot + 1, '.', s.data + s.len - dot - 1) : NULL;

    if (last == NULL || s.len > PATRON_TOKEN_MAX
        || memchr(last + 1, '.', s.data + s.len - last - 1))
    {
        patron_helper_die(PATRON_HELPER_INVALID, "not a token: three parts of "
                          "base64url with dots between them");
    }

    t.token = s;
    t.valid = 1;

    patron_helper_part(&t, "header", s.data, dot - s.data, &t.header);
    patron_helper_part(&t, "payload", dot + 1, last - dot - 1, &t.payload);
    patron_helper_times(&t);
    patron_helper_signature(&t, argv[0]);

    json_decref(t.header);
    json_decref(t.payload);

    if (!t.valid) {
        (void) fflush(stdout);
        exit(PATRON_HELPER_INVALID);
    }
}


static void
patron_helper_part(patron_helper_token_t *t, const char *title,
    const patron_uchar_t *start, size_t len, json_t **json)
{
    json_error_t    error;
    patron_str_t    text;
    patron_uchar_t  bytes[PATRON_TOKEN_MAX];

    if (patron_base64_decode(bytes, start, len) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_INVALID, "not a token: its %s is not "
                          "base64url", title);
    }

    text.data = bytes;
    text.len = patron_base64_decoded(len);

    printf("%-10s ", title);
    patron_helper_clean(stdout, &text);
    putchar('\n');

    *json = json_loadb((const char *) bytes, text.len, JSON_REJECT_DUPLICATES,
                       &error);

    if (!json_is_object(*json)) {
        printf("%-10s is no JSON object\n", title);
        t->valid = 0;
    }
}


static void
patron_helper_times(patron_helper_token_t *t)
{
    char         shown[32];
    json_t      *value;
    size_t       i;
    time_t       when;
    int64_t      now;
    const char  *said;

    static const char  *names[] = { "iat", "nbf", "exp" };

    now = time(NULL);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        value = json_object_get(t->payload, names[i]);

        if (value == NULL && i < 2) {
            continue;
        }

        if (!json_is_number(value)
            || json_number_value(value) < 0
            || json_number_value(value) > (double) PATRON_TIME_MAX)
        {
            printf("%-10s %s\n", names[i], value ? "no time" : "missing");
            t->valid = 0;
            continue;
        }

        when = (time_t) json_number_value(value);
        said = "";

        if (i == 2 && when <= now) {
            said = "  expired";

        } else if (i < 2 && when > now) {
            said = "  not yet";
        }

        t->valid &= (*said == '\0');

        strftime(shown, sizeof(shown), "%Y-%m-%d %H:%M:%S", gmtime(&when));
        printf("%-10s %s UTC%s\n", names[i], shown, said);
    }
}


/* The algorithm is the token's here: which the key is for, nobody has said. */

static void
patron_helper_signature(patron_helper_token_t *t, const char *file)
{
    json_t         *name, *id;
    const char     *reason;
    patron_str_t    text, kid;
    patron_alg_e    alg;
    patron_jws_t    jws;
    patron_keys_t  *keys;

    if (*file == '\0') {
        puts("signature  not verified: no --key");
        return;
    }

    name = json_object_get(t->header, "alg");
    text = patron_helper_str(json_is_string(name) ? json_string_value(name)
                                                  : "");

    if (patron_helper_alg(&text, &alg) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_INVALID, "the token's algorithm is "
                          "not HS256, HS384 or HS512");
    }

    id = json_object_get(t->header, "kid");
    kid = patron_helper_str(json_is_string(id) ? json_string_value(id) : "");

    keys = patron_helper_keys(file, alg, &kid);

    if (patron_jws_verify(keys, &t->token, &jws, &reason) == PATRON_OK) {
        puts("signature  good");

    } else {
        printf("signature  wrong: %s\n", reason);
        t->valid = 0;
    }

    patron_keys_destroy(keys);
}
