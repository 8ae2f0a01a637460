
/*
 * See the header.  Nothing of a body is used before its signature is verified.
 */


#include "patron_webhook.h"
#include "patron_webhook_patreon.h"
#include "patron_webhook_read.h"
#include "patron_webhook_sign.h"
#include "patron_webhook_stripe.h"


typedef struct {
    patron_webhook_event_t  *event;
    size_t                   len;
} patron_webhook_said_t;


static void patron_webhook_scheme(const patron_webhook_t *webhook,
    patron_webhook_scheme_t *scheme);
static patron_webhook_result_e patron_webhook_read(
    patron_webhook_reader_t *reader, const char **reason);
static int patron_webhook_answer(patron_webhook_reader_t *reader,
    const patron_webhook_scheme_t *scheme);
static int patron_webhook_say(void *ctx, const patron_uchar_t *data,
    size_t len);


void
patron_webhook_init(patron_webhook_t *webhook,
    const patron_webhook_preset_t *preset)
{
    webhook->preset = preset;
    webhook->lasts = preset->lasts;

    memcpy(webhook->option, preset->option, sizeof(webhook->option));

    webhook->option[PATRON_WEBHOOK_O_MAP].len = 0;
}


int
patron_webhook_check(const patron_webhook_t *webhook, const char **reason)
{
    const patron_str_t  *mac, *answer_signed, *text;

    text = &webhook->option[PATRON_WEBHOOK_O_SIGNED];
    mac = &webhook->option[PATRON_WEBHOOK_O_MAC];
    answer_signed = &webhook->option[PATRON_WEBHOOK_O_ANSWER_SIGNED];

    switch (*mac->data) {

    case 't':
        if (answer_signed->len) {
            *reason = "\"answer_signed=\" cannot be with \"mac=token\"";
            return PATRON_ERROR;
        }

        return PATRON_OK;

    case 'p':
        if (!patron_webhook_holds(text, "key")
            || (answer_signed->len
                && !patron_webhook_holds(answer_signed, "key")))
        {
            *reason = "what is signed with \"mac=plain\" has to hold "
                      "\"${key}\"";
            return PATRON_ERROR;
        }

        /* fall through */

    default:

        if (!patron_webhook_holds(text, "body")
            && !patron_webhook_holds(text, "json:")
            && !patron_webhook_holds(text, "form:")
            && !patron_webhook_holds(text, "sorted:"))
        {
            *reason = "what is signed has to hold something of the event, as "
                      "\"${body}\"";
            return PATRON_ERROR;
        }

        return PATRON_OK;
    }
}


patron_webhook_result_e
patron_webhook_take(const patron_webhook_t *webhook,
    const patron_webhook_request_t *request, patron_webhook_event_t *event,
    const char **reason)
{
    int                       rc;
    patron_webhook_reader_t   reader;
    patron_webhook_scheme_t   scheme;
    patron_webhook_result_e   result;
    patron_webhook_message_t  message;

    memset(event, 0, offsetof(patron_webhook_event_t, text));
    memset(&message, 0, sizeof(patron_webhook_message_t));

    if (request->body.len > PATRON_WEBHOOK_BODY_MAX) {
        *reason = "the body is too long";
        return PATRON_WEBHOOK_REFUSED;
    }

    message.body = request->body;
    message.key = webhook->key;
    message.content = webhook->option[PATRON_WEBHOOK_O_CONTENT];
    message.now = request->now;
    message.header = request->header;
    message.ctx = request->ctx;

    reader.webhook = webhook;
    reader.request = request;
    reader.message = &message;
    reader.event = event;

    patron_webhook_scheme(webhook, &scheme);

    rc = patron_webhook_verify(&message, &scheme, reason);

    if (rc != PATRON_OK) {
        result = (rc == PATRON_DECLINED) ? PATRON_WEBHOOK_REFUSED
                                         : PATRON_WEBHOOK_FAILED;

    } else {
        result = patron_webhook_read(&reader, reason);

        if (result <= PATRON_WEBHOOK_NOTHING
            && patron_webhook_answer(&reader, &scheme) != PATRON_OK)
        {
            *reason = "the answer could not be made";
            result = PATRON_WEBHOOK_FAILED;
        }
    }

    if (message.failed) {
        *reason = "out of memory";
        result = PATRON_WEBHOOK_FAILED;
    }

    patron_webhook_message_free(&message);

    return result;
}


static void
patron_webhook_scheme(const patron_webhook_t *webhook,
    patron_webhook_scheme_t *scheme)
{
    const patron_str_t  *option;

    option = webhook->option;

    scheme->mac = option[PATRON_WEBHOOK_O_MAC];
    scheme->digest = option[PATRON_WEBHOOK_O_DIGEST];
    scheme->encoding = option[PATRON_WEBHOOK_O_ENCODING];
    scheme->signature = option[PATRON_WEBHOOK_O_SIGNATURE];
    scheme->prefix = option[PATRON_WEBHOOK_O_PREFIX];
    scheme->text = option[PATRON_WEBHOOK_O_SIGNED];
    scheme->dated = option[PATRON_WEBHOOK_O_DATED];
    scheme->tolerance = webhook->tolerance;
}


static patron_webhook_result_e
patron_webhook_read(patron_webhook_reader_t *reader, const char **reason)
{
    int                        rc;
    patron_webhook_message_t  *message;

    message = reader->message;

    if (patron_webhook_root(message) == NULL) {
        *reason = "the body is no JSON";
        return PATRON_WEBHOOK_UNREADABLE;
    }

    if ((reader->webhook->option[PATRON_WEBHOOK_O_EVENT].len
         && !patron_webhook_holds_for(message,
                             &reader->webhook->option[PATRON_WEBHOOK_O_EVENT]))
        || (reader->webhook->option[PATRON_WEBHOOK_O_ONLY].len
            && !patron_webhook_holds_for(message,
                             &reader->webhook->option[PATRON_WEBHOOK_O_ONLY])))
    {
        return PATRON_WEBHOOK_NOTHING;
    }

    switch (reader->webhook->preset->reading) {

    case PATRON_WEBHOOK_STRIPE:
        rc = patron_webhook_stripe_read(reader, reason);
        break;

    case PATRON_WEBHOOK_PATREON:
        rc = patron_webhook_patreon_read(reader, reason);
        break;

    default:
        rc = patron_webhook_plain_read(reader, reason);
    }

    return rc == PATRON_OK ? PATRON_WEBHOOK_TAKEN
           : rc == PATRON_DECLINED ? PATRON_WEBHOOK_NOTHING
                                   : PATRON_WEBHOOK_UNREADABLE;
}


static int
patron_webhook_answer(patron_webhook_reader_t *reader,
    const patron_webhook_scheme_t *scheme)
{
    const patron_str_t       *answer, *text;
    patron_uchar_t            buf[PATRON_WEBHOOK_SIGN_MAX];
    patron_webhook_said_t     said;
    patron_webhook_render_t   render;

    answer = &reader->webhook->option[PATRON_WEBHOOK_O_ANSWER];
    text = &reader->webhook->option[PATRON_WEBHOOK_O_ANSWER_SIGNED];

    if (answer->len == 0) {
        return PATRON_OK;
    }

    memset(&render, 0, sizeof(patron_webhook_render_t));

    if (text->len
        && patron_webhook_sign(reader->message, scheme, text, buf,
                               &render.mac)
           != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    said.event = reader->event;
    said.len = 0;

    render.message = reader->message;
    render.signature = scheme->signature;
    render.json = (*answer->data == '{');
    render.sink = patron_webhook_say;
    render.ctx = &said;

    if (patron_webhook_render(&render, answer) != PATRON_OK) {
        return PATRON_ERROR;
    }

    reader->event->answer.data = reader->event->said;
    reader->event->answer.len = said.len;

    return PATRON_OK;
}


static int
patron_webhook_say(void *ctx, const patron_uchar_t *data, size_t len)
{
    patron_webhook_said_t *said = ctx;

    if (len > PATRON_WEBHOOK_ANSWER_MAX - said->len) {
        return PATRON_ERROR;
    }

    if (len != 0) {
        memcpy(said->event->said + said->len, data, len);
        said->len += len;
    }

    return PATRON_OK;
}
