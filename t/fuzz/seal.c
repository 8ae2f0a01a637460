
/*
 * Seals and links: what is given opens only if it was made here, and any
 * payload that can be sealed comes back, of v1 and of v2.  A first byte that is
 * odd has the rest signed as a link's payload.
 */


#include <stdlib.h>

#include "patron_jws.h"
#include "patron_link.h"
#include "patron_seal.h"


static patron_seal_t  *seal, *light;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
setup(void)
{
    char            err[256];
    patron_keys_t  *keys;

    static const patron_str_t  id1 = patron_string("k1");
    static const patron_str_t  id2 = patron_string("k2");
    static const patron_str_t  secret = patron_string(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    static const patron_str_t  purpose = patron_string("gift");

    keys = patron_keys_create(NULL);
    patron_keys_add(keys, &id1, PATRON_HS256, &secret, err);
    patron_keys_add(keys, &id2, PATRON_HS512, &secret, err);

    seal = patron_seal_create(NULL, keys, &purpose, err);
    light = patron_seal_create(NULL, keys, &purpose, err);
    patron_seal_lighten(light, keys, err);

    patron_keys_destroy(keys);
}


static void
seals(patron_seal_t *s, const patron_str_t *payload)
{
    unsigned         key;
    patron_str_t     value, out;
    patron_uchar_t   text[PATRON_SEAL_MAX], back[PATRON_SEAL_PAYLOAD_MAX];

    value = *payload;

    if (patron_seal_open(s, &value, back, &out, &key) == PATRON_OK) {
        abort();
    }

    if (patron_seal_make(s, payload, text, sizeof(text), &value.len)
        != PATRON_OK)
    {
        return;
    }

    value.data = text;

    if (patron_seal_open(s, &value, back, &out, &key) != PATRON_OK
        || out.len != payload->len
        || memcmp(out.data, payload->data, out.len) != 0)
    {
        abort();
    }
}


static void
links(const patron_str_t *token, int ours)
{
    patron_str_t     t;
    patron_link_t    link, again;
    patron_token_e   rc;
    patron_uchar_t   text[PATRON_TOKEN_MAX];

    t = *token;

    if (ours) {
        if (patron_jws_sign(patron_seal_keys(seal), token, text, sizeof(text),
                            &t.len)
            != PATRON_OK)
        {
            return;
        }

        t.data = text;
    }

    rc = patron_link_check(seal, &t, 0, 0, &link);

    if (rc == PATRON_TOKEN_INVALID) {
        return;
    }

    if (!ours) {
        abort();
    }

    /* what was taken could have been made here, unless it has expired */

    if (link.exp > 0
        && patron_link_sign(seal, &link, text, sizeof(text), &t.len)
           == PATRON_OK)
    {
        t.data = text;

        if (patron_link_check(seal, &t, 0, 0, &again) != PATRON_TOKEN_VALID
            || again.exp != link.exp)
        {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    patron_str_t  s;

    if (seal == NULL) {
        setup();
    }

    if (size < 1 || size > PATRON_TOKEN_MAX) {
        return 0;
    }

    s.data = data + 1;
    s.len = size - 1;

    seals(seal, &s);
    seals(light, &s);
    links(&s, data[0] & 1);

    return 0;
}
