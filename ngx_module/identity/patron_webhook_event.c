
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
