
/*
 * Webhooks: the first byte is what is asked for and the provider, the rest a
 * body, headers, or the value of an option, which is then used.
 */


#include <stdlib.h>

#include "patron_token.h"
#include "patron_webhook.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static patron_str_t  sent;


static int
header(void *ctx, const patron_str_t *name, patron_str_t *value)
{
    (void) ctx;
    (void) name;

    *value = sent;

    return PATRON_OK;
}


static void
within(const patron_str_t *s, const patron_webhook_event_t *event, size_t max)
{
    const patron_uchar_t  *text;

    text = (const patron_uchar_t *) event->text;

    if (s->data == NULL) {
        return;
    }

    if (s->len > max || s->data < text
        || s->data + s->len > text + sizeof(event->text))
    {
        abort();
    }
}


static void
take(const patron_webhook_t *webhook, const patron_str_t *body)
{
    const char                *reason;
    patron_webhook_event_t     event;
    patron_webhook_result_e    result;
    patron_webhook_request_t   request;

    memset(&request, 0, sizeof(request));

    request.body = *body;
    request.header = header;
    request.now = 1700000000;

    reason = NULL;

    result = patron_webhook_take(webhook, &request, &event, &reason);

    if (result > PATRON_WEBHOOK_NOTHING && reason == NULL) {
        abort();
    }

    if (event.answer.len > PATRON_WEBHOOK_ANSWER_MAX) {
        abort();
    }

    if (result != PATRON_WEBHOOK_TAKEN) {
        return;
    }

    within(&event.sub, &event, PATRON_SUB_MAX);
    within(&event.tier, &event, PATRON_WEBHOOK_TEXT);
    within(&event.id, &event, PATRON_WEBHOOK_TEXT);
    within(&event.of, &event, PATRON_WEBHOOK_TEXT);

    if (event.sub.len == 0 || event.until < 0 || event.at < 0
        || event.amount < 0
        || (event.kind == PATRON_WEBHOOK_MEMBERSHIP && event.status == NULL))
    {
        abort();
    }
}


/* A token that is sent with everything: what the body says is read. */

static void
trust(patron_webhook_t *webhook)
{
    static const patron_str_t  token = patron_string("token");
    static const patron_str_t  key = patron_string("header:Key");
    static const patron_str_t  none = { 0, NULL };

    webhook->option[PATRON_WEBHOOK_O_MAC] = token;
    webhook->option[PATRON_WEBHOOK_O_SIGNATURE] = key;
    webhook->option[PATRON_WEBHOOK_O_PREFIX] = none;
    webhook->option[PATRON_WEBHOOK_O_DATED] = none;

    sent = webhook->key;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             n;
    patron_str_t       text;
    patron_uchar_t    *p;
    patron_webhook_t   webhook;

    static const patron_str_t  key = patron_string("a-secret-of-many-bytes");
    static const patron_str_t  json = patron_string(
        "{\"data\":{\"object\":{\"object\":\"subscription\",\"id\":\"s\","
        "\"items\":{\"data\":[{\"a\":1},{\"a\":\"2\"}]}},\"id\":\"a\","
        "\"type\":\"member\"},\"id\":\"e\",\"created\":1,\"sub\":[1,[2]],"
        "\"real\":1.5,\"true\":true}");

    if (size == 0 || size > 65536) {
        return 0;
    }

    for (n = 0; patron_webhook_preset_at(n) != NULL; n++) { /* void */ }

    memset(&webhook, 0, sizeof(webhook));
    patron_webhook_init(&webhook, patron_webhook_preset_at(data[0] % n));

    webhook.key = key;
    webhook.tolerance = 300;

    /* what is read is the heap's, to the byte */

    p = malloc(size);
    memcpy(p, data + 1, size - 1);

    text.data = p;
    text.len = size - 1;

    switch (data[0] / n % 3) {

    case 0:
        trust(&webhook);
        take(&webhook, &text);
        break;

    case 1:
        sent = text;
        take(&webhook, &text);
        break;

    default:
        trust(&webhook);

        n = (size > 1) ? p[0] % PATRON_WEBHOOK_OPTIONS : 0;
        text.data += (size > 1);
        text.len -= (size > 1);

        if (patron_webhook_option_check((patron_webhook_option_e) n, &text)
            == PATRON_OK)
        {
            webhook.option[n] = text;

            if (n == PATRON_WEBHOOK_O_SIGNED) {
                webhook.option[PATRON_WEBHOOK_O_MAC]
                    = webhook.preset->option[PATRON_WEBHOOK_O_MAC];
            }

            take(&webhook, &json);
        }
    }

    free(p);

    return 0;
}
