
/*
 * Webhooks: the first byte is the provider and what is asked for, the rest a
 * signature, a body or a path.
 */


#include <stdlib.h>

#include "patron_token.h"
#include "patron_webhook.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
within(const patron_str_t *s, const patron_webhook_event_t *event, size_t max)
{
    const patron_uchar_t  *buf;

    buf = event->buf[0];

    if (s->data == NULL) {
        return;
    }

    if (s->len > max || s->data < buf
        || s->data + s->len > buf + sizeof(event->buf))
    {
        abort();
    }
}


static void
read_body(patron_webhook_e provider, const patron_webhook_paths_t *paths,
    const patron_str_t *text)
{
    int                     rc;
    const char             *reason;
    patron_webhook_event_t  event;

    reason = NULL;

    rc = patron_webhook_read(provider, paths, text, 1700000000, &event,
                             &reason);

    if (rc == PATRON_ERROR && reason == NULL) {
        abort();
    }

    if (rc != PATRON_OK) {
        return;
    }

    within(&event.sub, &event, PATRON_SUB_MAX);
    within(&event.tier, &event, PATRON_WEBHOOK_TEXT);
    within(&event.id, &event, PATRON_WEBHOOK_TEXT);
    within(&event.of, &event, PATRON_WEBHOOK_TEXT);

    if (event.sub.len == 0 || event.status == NULL || event.until < 0
        || event.at < 0)
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char              *reason;
    patron_str_t             text, body;
    patron_uchar_t          *p;
    patron_webhook_e         provider;
    patron_webhook_paths_t   paths;

    static const patron_str_t  key = patron_string("a-secret-of-many-bytes");
    static const patron_str_t  json = patron_string(
        "{\"data\":{\"object\":{\"object\":\"subscription\"},\"id\":\"a\","
        "\"type\":\"member\"},\"id\":\"e\",\"created\":1,\"sub\":[1,[2]]}");

    if (size == 0 || size > 65536) {
        return 0;
    }

    provider = (patron_webhook_e) (data[0] % PATRON_WEBHOOK_N);

    /* what is read is the heap's, to the byte */

    p = malloc(size);
    memcpy(p, data + 1, size - 1);

    text.data = p;
    text.len = size - 1;

    body.data = (const patron_uchar_t *) "{}";
    body.len = 2;

    switch (data[0] / PATRON_WEBHOOK_N % 3) {

    case 0:
        read_body(provider, &patron_webhook_paths[provider], &text);
        break;

    case 1:
        (void) patron_webhook_verify(provider, &key, &text, &body, 1700000000,
                                     300, &reason);
        break;

    default:
        if (patron_webhook_path(&text) == PATRON_OK) {
            paths = patron_webhook_paths[provider];
            paths.sub = text;
            paths.until = text;
            read_body(provider, &paths, &json);
        }
    }

    free(p);

    return 0;
}
