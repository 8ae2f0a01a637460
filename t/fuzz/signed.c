
/*
 * Hostile signatures: what is parsed lies in its fields, what is signed has an
 * end, and what is serialized is serialized so again.  Fields have NULs between
 * them: Signature-Input, Signature, Signature-Agent; or keys, if that is first.
 */


#include <stdlib.h>

#include "patron_signed.h"
#include "patron_structured.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
component(void *ctx, const patron_str_t *name, patron_str_t *value)
{
    (void) name;

    *value = *(patron_str_t *) ctx;

    return PATRON_OK;
}


static void
within(const patron_str_t *part, const patron_str_t *text)
{
    if (part->len
        && (part->data < text->data
            || part->data + part->len > text->data + text->len))
    {
        abort();
    }
}


static void
again(const patron_str_t *text)
{
    size_t          n;
    patron_str_t    once;
    patron_uchar_t  one[PATRON_SIGNED_BASE], two[PATRON_SIGNED_BASE];

    once.data = one;
    once.len = patron_structured_write(one, sizeof(one), text);

    if (once.len == 0) {
        return;
    }

    n = patron_structured_write(two, sizeof(two), &once);

    if (n != once.len || memcmp(one, two, n) != 0) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int               rc;
    size_t            i, n, len;
    const char       *why;
    patron_str_t      fields[3];
    patron_jwk_t      keys[PATRON_JWKS_KEYS];
    const uint8_t    *nul;
    patron_uchar_t    base[PATRON_SIGNED_BASE], *copies[3];
    patron_signed_t   sig;

    if (size > 4 * PATRON_JWKS_TEXT) {
        return 0;
    }

    for (i = 0; i < 3; i++) {
        nul = size && i < 2 ? memchr(data, 0, size) : NULL;
        len = nul ? (size_t) (nul - data) : size;

        copies[i] = malloc(len ? len : 1);

        if (len) {
            memcpy(copies[i], data, len);
        }

        fields[i].data = copies[i];
        fields[i].len = len;

        len += (nul != NULL);
        data += len;
        size -= len;
    }

    if (fields[0].len && fields[0].data[0] == '{') {
        why = patron_jwks_read(&fields[0], keys, &n);

        if (n > PATRON_JWKS_KEYS || (why == NULL && n == 0)) {
            abort();
        }
    }

    again(&fields[0]);
    (void) patron_signed_agent(&fields[2], &fields[1]);

    rc = patron_signed_parse(&sig, &fields[0], &fields[1], &why);

    if (rc == PATRON_OK) {
        within(&sig.list, &fields[0]);
        within(&sig.keyid, &fields[0]);
        within(&sig.nonce, &fields[0]);
        again(&sig.list);

        if (patron_signed_base(&sig, component, &fields[2], base, &len) == NULL
            && (len == 0 || len > sizeof(base)))
        {
            abort();
        }

    } else if (why == NULL) {
        abort();
    }

    for (i = 0; i < 3; i++) {
        free(copies[i]);
    }

    return 0;
}
