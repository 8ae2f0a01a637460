
/* Addresses, and parts of keys: nothing is written beyond what is promised. */


#include <stdlib.h>

#include "patron_record.h"
#include "patron_slot.h"
#include "patron_url.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
inside(const patron_str_t *s, const patron_uchar_t *buf, size_t size)
{
    size_t  i;

    if (s->len == 0) {
        return;
    }

    if (s->data < buf || s->data + s->len > buf + size) {
        abort();
    }

    for (i = 0; i < s->len; i++) {
        if (s->data[i] < 0x20 || s->data[i] == 0x7f) {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           len, back_len;
    const char      *err;
    patron_str_t     text;
    patron_url_t     url;
    patron_uchar_t  *buf, *back, *p;

    if (size > 4096) {
        return 0;
    }

    /* what is parsed is the heap's, to the byte */

    p = malloc(size ? size : 1);
    buf = malloc(3 * size + 1);
    back = malloc(size ? size : 1);

    memcpy(p, data, size);
    text.data = p;
    text.len = size;

    if (patron_url_parse(&text, buf, &url, &err) == PATRON_OK) {

        if (!patron_url_is(&text) || url.port > 65535 || url.db > 65535
            || (url.host.len == 0) == (url.path.len == 0))
        {
            abort();
        }

        inside(&url.user, buf, size);
        inside(&url.password, buf, size);
        inside(&url.host, buf, size);
        inside(&url.path, buf, size);

    } else if (err == NULL) {
        abort();
    }

    if (patron_slot(&text) >= PATRON_SLOTS) {
        abort();
    }

    len = patron_key_escape(buf, p, size) - buf;

    if (patron_key_unescape(back, size, &back_len, buf, len) != PATRON_OK
        || back_len != size || memcmp(back, p, size) != 0)
    {
        abort();
    }

    (void) patron_key_unescape(back, size, &back_len, p, size);

    free(back);
    free(buf);
    free(p);

    return 0;
}
