
/*
 * See the header.  An event that is dated ahead of the clock is taken as one
 * without a date: a wrong clock elsewhere must not make deaf to what is true.
 */


#include <stdlib.h>

#include "patron_token.h"
#include "patron_webhook_read.h"


/* In each element of a list, what names the tier and what it costs. */

typedef struct {
    patron_str_t   tier;
    patron_str_t   amount;
    json_t        *dearest;
    int64_t        most;
} patron_webhook_choice_t;


static json_t *patron_webhook_tier(patron_webhook_reader_t *reader);
static int patron_webhook_choice(patron_webhook_choice_t *choice,
    const patron_str_t *tier, const patron_str_t *amount, patron_str_t *list);
static int patron_webhook_choose(void *ctx, json_t *element);
static int patron_webhook_sub(patron_webhook_event_t *event,
    const patron_str_t *text);
static int patron_webhook_cut(const patron_webhook_t *webhook,
    patron_str_t *text);
static int patron_webhook_of(patron_webhook_reader_t *reader);
static int patron_webhook_money(patron_webhook_reader_t *reader);
static int64_t patron_webhook_refunded(patron_webhook_reader_t *reader);
static int patron_webhook_dearest(void *ctx, json_t *json);


int
patron_webhook_plain_read(patron_webhook_reader_t *reader,
    const char **reason)
{
    int                             rc;
    json_t                         *json;
    int64_t                         begins;
    patron_webhook_event_t         *event;
    const patron_webhook_status_t  *status;

    event = reader->event;

    if (patron_webhook_dates(reader, reason) != PATRON_OK
        || patron_webhook_stands(reader, &status, reason) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    if (patron_webhook_holds_for(reader->message,
                         &reader->webhook->option[PATRON_WEBHOOK_O_GIFT]))
    {
        event->kind = PATRON_WEBHOOK_GIFT;
    }

    if (status->end == PATRON_WEBHOOK_IGNORED) {
        return PATRON_DECLINED;
    }

    if (event->kind == PATRON_WEBHOOK_GIFT
        && status->end != PATRON_WEBHOOK_GOES_ON)
    {
        event->kind = PATRON_WEBHOOK_REFUND;
    }

    /* a giver need not be anybody known */

    if (patron_webhook_whose(reader, reason) != PATRON_OK) {
        return event->kind == PATRON_WEBHOOK_MEMBERSHIP ? PATRON_ERROR
                                                        : PATRON_DECLINED;
    }

    if (patron_webhook_of(reader) != PATRON_OK) {
        *reason = "bad subscription or payment";
        return PATRON_ERROR;
    }

    json = patron_webhook_tier(reader);

    if (json != NULL
        && patron_webhook_keep(event, PATRON_WEBHOOK_TIER, json, &event->tier)
           != PATRON_OK)
    {
        *reason = "bad tier";
        return PATRON_ERROR;
    }

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_UNTIL);

    if (json != NULL
        && patron_webhook_time(json, &event->until) != PATRON_OK)
    {
        *reason = "bad end of the membership";
        return PATRON_ERROR;
    }

    if (event->until == 0 && status->end == PATRON_WEBHOOK_GOES_ON
        && reader->webhook->lasts)
    {
        begins = event->at ? event->at : reader->request->now;
        event->until = begins + reader->webhook->lasts;
    }

    event->refunded = (status->end == PATRON_WEBHOOK_REFUNDED);

    rc = patron_webhook_money(reader);

    if (rc != PATRON_OK) {
        *reason = "bad refund";
        return rc;
    }

    event->rank = (status->end == PATRON_WEBHOOK_ENDS) ? 2 : 1;

    /* some number payments, not events: what ends one is another event */

    if (status->end != PATRON_WEBHOOK_GOES_ON
        && event->id.len && event->id.len < PATRON_WEBHOOK_TEXT)
    {
        event->text[PATRON_WEBHOOK_ID][event->id.len++] = '!';
    }

    patron_webhook_ends(reader, status);

    return PATRON_OK;
}


/*
 * Where the amount is in the elements of the same list, the tier is what the
 * dearest that names one does.
 */

static json_t *
patron_webhook_tier(patron_webhook_reader_t *reader)
{
    size_t                    at;
    json_t                   *json;
    patron_str_t              one, list;
    const patron_str_t       *option;
    patron_webhook_choice_t   choice;

    option = reader->webhook->option;
    json = NULL;
    at = 0;

    while (patron_webhook_part(&option[PATRON_WEBHOOK_O_TIER], &at, "|", &one)
           == PATRON_OK)
    {
        if (patron_webhook_choice(&choice, &one,
                                  &option[PATRON_WEBHOOK_O_AMOUNT], &list)
            == PATRON_OK)
        {
            (void) patron_webhook_each(patron_webhook_root(reader->message),
                                       &list, patron_webhook_choose, &choice);
            json = choice.dearest;

        } else {
            json = patron_webhook_value(reader->message, &one);
        }

        if (json != NULL
            && (!json_is_string(json) || json_string_length(json)))
        {
            break;
        }
    }

    return json;
}


/* PATRON_DECLINED where the two paths have no list in common. */

static int
patron_webhook_choice(patron_webhook_choice_t *choice,
    const patron_str_t *tier, const patron_str_t *amount, patron_str_t *list)
{
    size_t  n;

    for (n = 0; n + 3 < tier->len; n++) {
        if (memcmp(tier->data + n, ".*.", 3) == 0) {
            break;
        }
    }

    n += 3;

    if (n >= tier->len || n >= amount->len
        || memcmp(tier->data, amount->data, n) != 0)
    {
        return PATRON_DECLINED;
    }

    list->data = tier->data;
    list->len = n - 1;

    choice->tier.data = tier->data + n;
    choice->tier.len = tier->len - n;
    choice->amount.data = amount->data + n;
    choice->amount.len = amount->len - n;
    choice->dearest = NULL;
    choice->most = 0;

    return PATRON_OK;
}


static int
patron_webhook_choose(void *ctx, json_t *element)
{
    patron_webhook_choice_t *choice = ctx;

    json_t   *json;
    int64_t   amount;

    json = patron_webhook_at(element, &choice->tier);
    amount = patron_webhook_amount(patron_webhook_at(element,
                                                     &choice->amount));

    if (json != NULL && (choice->dearest == NULL || amount > choice->most)) {
        choice->dearest = json;
        choice->most = amount;
    }

    return PATRON_OK;
}


/*
 * What was paid, or what was taken back of it; PATRON_DECLINED where a gift is
 * of nothing.
 */

static int
patron_webhook_money(patron_webhook_reader_t *reader)
{
    json_t                  *one;
    int64_t                  sum, refunded;
    patron_str_t             currency;
    patron_uchar_t           buf[PATRON_WEBHOOK_TEXT];
    const patron_str_t      *amount;
    patron_webhook_event_t  *event;

    event = reader->event;
    amount = &reader->webhook->option[PATRON_WEBHOOK_O_AMOUNT];

    (void) patron_webhook_each(patron_webhook_root(reader->message), amount,
                               patron_webhook_dearest, &event->amount);

    if (event->amount == 0) {
        event->amount = patron_webhook_amount(
                            patron_webhook_value(reader->message, amount));
    }

    if (event->kind == PATRON_WEBHOOK_GIFT && event->amount == 0
        && patron_webhook_value(reader->message, amount) != NULL)
    {
        return PATRON_DECLINED;
    }

    sum = event->amount;

    if (event->kind == PATRON_WEBHOOK_GIFT
        || event->kind == PATRON_WEBHOOK_REFUND)
    {
        refunded = patron_webhook_refunded(reader);

        if (event->kind != PATRON_WEBHOOK_GIFT) {
            sum = refunded;
        }
    }

    if (event->kind == PATRON_WEBHOOK_REFUND
        || event->kind == PATRON_WEBHOOK_PARTIAL)
    {
        one = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_REFUND);

        if (one != NULL
            && patron_webhook_refund(event, one) != PATRON_OK)
        {
            return PATRON_ERROR;
        }
    }

    if (patron_webhook_get(reader->message,
                           &reader->webhook->option[PATRON_WEBHOOK_O_CURRENCY],
                           buf, &currency)
        == PATRON_OK)
    {
        patron_webhook_paid(event, &currency, sum,
                            reader->webhook->preset->minor);
    }

    return PATRON_OK;
}


int
patron_webhook_refund(patron_webhook_event_t *event, json_t *json)
{
    size_t  i;

    if (patron_webhook_keep(event, PATRON_WEBHOOK_ONE, json, &event->refund)
        != PATRON_OK
        || event->refund.len == 0)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < event->refund.len; i++) {
        if (memchr(" ,=@", event->refund.data[i], 4) != NULL) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


/*
 * How much was taken back.  Where that is a part of the payment, by its amount
 * or by the provider's word, it stands; where it is all of it, the word of its
 * status need not say so.
 */

static int64_t
patron_webhook_refunded(patron_webhook_reader_t *reader)
{
    int64_t                  refunded;
    patron_webhook_event_t  *event;

    event = reader->event;

    refunded = patron_webhook_amount(
                   patron_webhook_option_value(reader,
                                               PATRON_WEBHOOK_O_REFUNDED));

    if (refunded > 0) {
        event->kind = refunded < event->amount ? PATRON_WEBHOOK_PARTIAL
                                               : PATRON_WEBHOOK_REFUND;
    }

    if (event->kind == PATRON_WEBHOOK_REFUND
        && patron_webhook_holds_for(reader->message,
                              &reader->webhook->option[PATRON_WEBHOOK_O_PART]))
    {
        event->kind = PATRON_WEBHOOK_PARTIAL;
    }

    return refunded;
}


static int
patron_webhook_dearest(void *ctx, json_t *json)
{
    int64_t *amount = ctx;

    int64_t  n;

    n = patron_webhook_amount(json);

    if (n > *amount) {
        *amount = n;
    }

    return PATRON_OK;
}


json_t *
patron_webhook_option_value(patron_webhook_reader_t *reader,
    patron_webhook_option_e option)
{
    return patron_webhook_value(reader->message,
                                &reader->webhook->option[option]);
}


int
patron_webhook_whose(patron_webhook_reader_t *reader, const char **reason)
{
    patron_str_t               text, sub;
    patron_uchar_t             buf[PATRON_WEBHOOK_TEXT];
    patron_webhook_open_pt     open;
    patron_webhook_event_t    *event;

    event = reader->event;
    open = reader->request->open;

    if (patron_webhook_get(reader->message,
                           &reader->webhook->option[PATRON_WEBHOOK_O_SUB],
                           buf, &text)
        == PATRON_OK)
    {
        if (open != NULL
            && open(reader->request->ctx, &text, &sub, &event->anonymous)
               == PATRON_OK)
        {
            text = sub;
        }

        if (patron_webhook_cut(reader->webhook, &text) == PATRON_OK
            && patron_webhook_sub(event, &text) == PATRON_OK)
        {
            return PATRON_OK;
        }
    }

    *reason = "it does not say whose membership it is";

    return PATRON_ERROR;
}


static int
patron_webhook_sub(patron_webhook_event_t *event, const patron_str_t *text)
{
    size_t  i;

    if (text->len == 0 || text->len > PATRON_SUB_MAX) {
        return PATRON_ERROR;
    }

    /* none is made fit: it would be another member's */

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x20 || text->data[i] > 0x7e) {
            return PATRON_ERROR;
        }
    }

    return patron_webhook_keep_text(event, PATRON_WEBHOOK_WHO, text,
                                    &event->sub);
}


/* What stands before the text of cut=, where that is in it. */

static int
patron_webhook_cut(const patron_webhook_t *webhook, patron_str_t *text)
{
    size_t               i;
    const patron_str_t  *cut;

    cut = &webhook->option[PATRON_WEBHOOK_O_CUT];

    for (i = 0; cut->len && i + cut->len <= text->len; i++) {
        if (memcmp(text->data + i, cut->data, cut->len) == 0) {
            text->len = i;
            break;
        }
    }

    return text->len ? PATRON_OK : PATRON_ERROR;
}


/* Of which subscription it is, or of which payment. */

static int
patron_webhook_of(patron_webhook_reader_t *reader)
{
    patron_str_t              text;
    patron_uchar_t            buf[PATRON_WEBHOOK_TEXT];
    patron_webhook_event_t   *event;
    patron_webhook_option_e   option;

    static const patron_str_t  only = patron_string("main");

    event = reader->event;

    option = (event->kind == PATRON_WEBHOOK_MEMBERSHIP)
             ? PATRON_WEBHOOK_O_SUBSCRIPTION : PATRON_WEBHOOK_O_PAYMENT;

    if (patron_webhook_get(reader->message, &reader->webhook->option[option],
                           buf, &text)
        != PATRON_OK
        || text.len == 0)
    {
        if (event->kind != PATRON_WEBHOOK_MEMBERSHIP && event->id.len) {
            event->of = event->id;
            return PATRON_OK;
        }

        text = only;
    }

    if (event->kind == PATRON_WEBHOOK_MEMBERSHIP
        && patron_webhook_cut(reader->webhook, &text) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    return patron_webhook_keep_text(event, PATRON_WEBHOOK_OF, &text,
                                    &event->of);
}


int
patron_webhook_dates(patron_webhook_reader_t *reader, const char **reason)
{
    json_t                  *json;
    patron_webhook_event_t  *event;

    event = reader->event;

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_ID);

    if (json != NULL
        && (patron_webhook_keep(event, PATRON_WEBHOOK_ID, json, &event->id)
            != PATRON_OK
            || memchr(event->id.data, ' ', event->id.len) != NULL
            || memchr(event->id.data, ',', event->id.len) != NULL))
    {
        *reason = "bad id of the event";
        return PATRON_ERROR;
    }

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_CREATED);

    if (json != NULL && patron_webhook_time(json, &event->at) != PATRON_OK) {
        *reason = "bad time of the event";
        return PATRON_ERROR;
    }

    if (event->at > reader->request->now + reader->webhook->tolerance) {
        event->at = 0;
    }

    return PATRON_OK;
}


int
patron_webhook_stands(patron_webhook_reader_t *reader,
    const patron_webhook_status_t **status, const char **reason)
{
    int                      found;
    patron_str_t             maps[2];
    const patron_webhook_t  *webhook;

    static const patron_str_t  active = patron_string("active");

    webhook = reader->webhook;

    maps[0] = webhook->option[PATRON_WEBHOOK_O_MAP];
    maps[1] = webhook->preset->option[PATRON_WEBHOOK_O_MAP];

    *status = patron_webhook_standing(reader->message,
                                   &webhook->option[PATRON_WEBHOOK_O_STATUS],
                                   maps, 2, &found);

    if (*status == NULL && !found
        && webhook->preset->reading == PATRON_WEBHOOK_PLAIN)
    {
        *status = patron_webhook_status(&active);
    }

    if (*status == NULL) {
        *reason = "the status is not known";
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


void
patron_webhook_ends(patron_webhook_reader_t *reader,
    const patron_webhook_status_t *status)
{
    int64_t                  now;
    patron_webhook_event_t  *event;

    event = reader->event;
    now = reader->request->now;

    if (event->at && event->at < now) {
        now = event->at;
    }

    event->status = status->status;

    if (status->end == PATRON_WEBHOOK_ENDS_NOW
        || status->end == PATRON_WEBHOOK_REFUNDED
        || (status->end == PATRON_WEBHOOK_ENDS && event->until == 0))
    {
        event->until = now;
    }
}
