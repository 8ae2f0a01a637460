
/* See the header. */


#include "patron_webhook_event.h"


int
patron_webhook_keep(patron_webhook_event_t *event,
    patron_webhook_text_e which, json_t *json, patron_str_t *text)
{
    patron_str_t    value;
    patron_uchar_t  buf[PATRON_WEBHOOK_TEXT];

    if (patron_webhook_text(json, buf, &value) != PATRON_OK) {
        return PATRON_ERROR;
    }

    return patron_webhook_keep_text(event, which, &value, text);
}


int
patron_webhook_keep_text(patron_webhook_event_t *event,
    patron_webhook_text_e which, const patron_str_t *from, patron_str_t *text)
{
    size_t           i;
    patron_uchar_t  *to;

    if (from->len > PATRON_WEBHOOK_TEXT) {
        return PATRON_ERROR;
    }

    to = event->text[which];

    for (i = 0; i < from->len; i++) {
        to[i] = from->data[i];

        if (to[i] < 0x20 || to[i] == 0x7f) {
            to[i] = ' ';
        }
    }

    text->data = to;
    text->len = from->len;

    return PATRON_OK;
}


/* Most currencies have hundredths; ISO 4217 lists those that have not. */

void
patron_webhook_paid(patron_webhook_event_t *event,
    const patron_str_t *currency, int64_t amount, int minor)
{
    size_t          i;
    int64_t         units;
    patron_uchar_t  c;

    static const char  whole[][4] = {
        "bif", "clp", "djf", "gnf", "isk", "jpy", "kmf", "krw", "pyg", "rwf",
        "ugx", "uyi", "vnd", "vuv", "xaf", "xof", "xpf"
    };

    static const char  thousands[][4] = {
        "bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"
    };

    if (currency->len != 3) {
        return;
    }

    for (i = 0; i < 3; i++) {
        c = currency->data[i] | 0x20;

        if (c < 'a' || c > 'z') {
            event->currency[0] = '\0';
            return;
        }

        event->currency[i] = (char) c;
    }

    units = minor ? 1000 : 10;

    for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        if (memcmp(whole[i], event->currency, 3) == 0) {
            units = 1000;
        }
    }

    for (i = 0; !minor && i < sizeof(thousands) / sizeof(thousands[0]); i++) {
        if (memcmp(thousands[i], event->currency, 3) == 0) {
            units = 1;
        }
    }

    event->paid = amount / units;
}
