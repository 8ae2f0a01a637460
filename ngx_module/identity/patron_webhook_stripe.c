
/*
 * customer.subscription.* states the whole subscription.  It lasts as long as
 * the longest of its items, where an end stands since 2025-03-31, or as it says
 * itself; its tier is what the dearest item that names one does.  Events are
 * dated by the second: of two of one subscription, what made it is the earlier,
 * and what ended it for good the later.
 *
 * A gift is a Checkout Session in payment mode that was paid, or a payment with
 * the patron in its own metadata: a subscription's payments have none there.  A
 * session that begins a subscription says nothing of the membership, but what
 * was paid for it.  A refund names the payment; whose it was it says by the
 * charge's metadata or customer, and what was refunded in all.  One that fails
 * afterwards is told of by itself, with metadata of its own.  An inquiry
 * ("warning_...") is no dispute; one that was won gives back what it took.
 */


#include <stdlib.h>

#include "patron_webhook_stripe.h"


/* What was read of the items of a subscription. */

typedef struct {
    int64_t   until;
    int64_t   amount;
    int64_t   dearest;
    json_t   *tier;
    int       bad;
} patron_webhook_items_t;


static int patron_webhook_stripe_kind(json_t *root,
    patron_webhook_event_t *event);
static int patron_webhook_stripe_session(json_t *root,
    patron_webhook_event_t *event);
static int patron_webhook_stripe_money(json_t *root,
    patron_webhook_event_t *event, const char **reason);
static int patron_webhook_stripe_dispute(json_t *root,
    patron_webhook_event_t *event);
static int patron_webhook_stripe_subscription(patron_webhook_reader_t *reader,
    json_t *root, const char **reason);
static int patron_webhook_stripe_tier(patron_webhook_reader_t *reader,
    patron_webhook_items_t *items);
static int patron_webhook_stripe_until(patron_webhook_reader_t *reader,
    json_t *root, patron_webhook_items_t *items);
static int patron_webhook_stripe_item(void *ctx, json_t *item);
static int64_t patron_webhook_stripe_monthly(json_t *item, json_t *price);
static int patron_webhook_stripe_gone(json_t *root);
static int patron_webhook_stripe_rank(json_t *root);
static int patron_webhook_stripe_of(patron_webhook_event_t *event,
    json_t *root, const char *path);


int
patron_webhook_stripe_read(patron_webhook_reader_t *reader,
    const char **reason)
{
    json_t                  *root;
    patron_webhook_event_t  *event;

    event = reader->event;
    root = patron_webhook_root(reader->message);

    if (patron_webhook_stripe_kind(root, event) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    if (patron_webhook_dates(reader, reason) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (event->id.len == 0) {
        *reason = "bad id of the event";
        return PATRON_ERROR;
    }

    /* a giver need not be anybody known */

    if (patron_webhook_whose(reader, reason) != PATRON_OK) {
        return event->kind == PATRON_WEBHOOK_MEMBERSHIP ? PATRON_ERROR
                                                        : PATRON_DECLINED;
    }

    if (event->kind == PATRON_WEBHOOK_MEMBERSHIP) {
        return patron_webhook_stripe_subscription(reader, root, reason);
    }

    return patron_webhook_stripe_money(root, event, reason);
}


/* A payment, or what was taken back of one. */

static int
patron_webhook_stripe_money(json_t *root, patron_webhook_event_t *event,
    const char **reason)
{
    int            own;
    json_t        *json;
    const char    *of, *sum;
    patron_str_t   currency;

    of = "data.object.payment_intent";
    sum = "data.object.amount_refunded";

    if (event->kind == PATRON_WEBHOOK_PAYMENT) {
        of = "data.object.subscription";
    }

    if (event->kind == PATRON_WEBHOOK_PAYMENT
        || event->kind == PATRON_WEBHOOK_GIFT)
    {
        sum = patron_webhook_member(root, "data.object.amount_total")
              ? "data.object.amount_total" : "data.object.amount_received";
    }

    own = event->kind == PATRON_WEBHOOK_REFUND_FAILED
          || event->kind == PATRON_WEBHOOK_DISPUTE
          || event->kind == PATRON_WEBHOOK_WON;

    if (own) {
        sum = "data.object.amount";

        if (patron_webhook_refund(event,
                                patron_webhook_member(root, "data.object.id"))
            != PATRON_OK)
        {
            *reason = "bad refund";
            return PATRON_ERROR;
        }
    }

    if (patron_webhook_stripe_of(event, root, of) != PATRON_OK
        && (own
            || patron_webhook_stripe_of(event, root, "data.object.id")
               != PATRON_OK))
    {
        *reason = "bad payment";
        return PATRON_ERROR;
    }

    json = patron_webhook_member(root, sum);
    event->amount = patron_webhook_amount(json);

    if (event->kind == PATRON_WEBHOOK_GIFT && event->amount == 0
        && json_is_number(json))
    {
        return PATRON_DECLINED;
    }

    json = patron_webhook_member(root, "data.object.currency");

    if (json_is_string(json)) {
        currency.data = (const patron_uchar_t *) json_string_value(json);
        currency.len = json_string_length(json);

        patron_webhook_paid(event, &currency, event->amount, 1);
    }

    return PATRON_OK;
}


static int
patron_webhook_stripe_kind(json_t *root, patron_webhook_event_t *event)
{
    event->kind = PATRON_WEBHOOK_MEMBERSHIP;

    if (patron_webhook_is(root, "data.object.object", "subscription")) {
        return PATRON_OK;
    }

    event->kind = PATRON_WEBHOOK_GIFT;

    if (patron_webhook_is(root, "data.object.object", "checkout.session")) {

        if (patron_webhook_is(root, "data.object.mode", "subscription")) {
            event->kind = PATRON_WEBHOOK_PAYMENT;
        }

        return patron_webhook_stripe_session(root, event);
    }

    if (patron_webhook_is(root, "type", "payment_intent.succeeded")) {
        return patron_webhook_member(root, "data.object.invoice") == NULL
               && patron_webhook_member(root, "data.object.metadata.patron")
                  != NULL ? PATRON_OK : PATRON_DECLINED;
    }

    if (patron_webhook_is(root, "data.object.object", "refund")) {
        event->kind = PATRON_WEBHOOK_REFUND_FAILED;

        return patron_webhook_is(root, "data.object.status", "failed")
               ? PATRON_OK : PATRON_DECLINED;
    }

    event->kind = PATRON_WEBHOOK_REFUND;

    if (patron_webhook_is(root, "type", "charge.refunded")) {

        if (!json_is_true(patron_webhook_member(root, "data.object.refunded")))
        {
            event->kind = PATRON_WEBHOOK_PARTIAL;
        }

        return event->kind == PATRON_WEBHOOK_REFUND
               || patron_webhook_amount(patron_webhook_member(root,
                                                "data.object.amount_refunded"))
                  > 0
               ? PATRON_OK : PATRON_DECLINED;
    }

    return patron_webhook_stripe_dispute(root, event);
}


static int
patron_webhook_stripe_session(json_t *root, patron_webhook_event_t *event)
{
    return (patron_webhook_is(root, "type", "checkout.session.completed")
            || patron_webhook_is(root, "type",
                                 "checkout.session.async_payment_succeeded"))
           && (event->kind == PATRON_WEBHOOK_PAYMENT
               || patron_webhook_is(root, "data.object.mode", "payment"))
           && patron_webhook_is(root, "data.object.payment_status", "paid")
           ? PATRON_OK : PATRON_DECLINED;
}


/* One without an id takes back for good. */

static int
patron_webhook_stripe_dispute(json_t *root, patron_webhook_event_t *event)
{
    json_t        *type;
    patron_str_t   s;

    static const char *const  open[] = {
        "needs_response", "under_review", "lost", "charge_refunded"
    };

    size_t  i;

    type = json_object_get(root, "type");

    if (!json_is_string(type)) {
        return PATRON_DECLINED;
    }

    s.data = (const patron_uchar_t *) json_string_value(type);
    s.len = json_string_length(type);

    if (!patron_webhook_prefix(&s, "charge.dispute.")) {
        return PATRON_DECLINED;
    }

    if (patron_webhook_member(root, "data.object.id") != NULL) {
        event->kind = PATRON_WEBHOOK_DISPUTE;
    }

    for (i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        if (patron_webhook_is(root, "data.object.status", open[i])) {
            return PATRON_OK;
        }
    }

    if (event->kind == PATRON_WEBHOOK_DISPUTE
        && patron_webhook_is(root, "data.object.status", "won"))
    {
        event->kind = PATRON_WEBHOOK_WON;
        return PATRON_OK;
    }

    return PATRON_DECLINED;
}


static int
patron_webhook_stripe_of(patron_webhook_event_t *event, json_t *root,
    const char *path)
{
    json_t  *json;

    json = patron_webhook_member(root, path);

    return json ? patron_webhook_keep(event, PATRON_WEBHOOK_OF, json,
                                      &event->of)
                : PATRON_DECLINED;
}


static int
patron_webhook_stripe_subscription(patron_webhook_reader_t *reader,
    json_t *root, const char **reason)
{
    patron_webhook_event_t         *event;
    patron_webhook_items_t          items;
    patron_webhook_status_t         standing;
    const patron_webhook_status_t  *status;

    static const patron_str_t  each
        = patron_string("data.object.items.data.*");

    event = reader->event;

    if (patron_webhook_stands(reader, &status, reason) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (status->end == PATRON_WEBHOOK_IGNORED) {
        return PATRON_DECLINED;
    }

    if (patron_webhook_stripe_of(event, root, "data.object.id")
        == PATRON_ERROR)
    {
        *reason = "bad id of the subscription";
        return PATRON_ERROR;
    }

    memset(&items, 0, sizeof(patron_webhook_items_t));

    (void) patron_webhook_each(root, &each, patron_webhook_stripe_item,
                               &items);

    event->amount = items.amount;

    if (patron_webhook_stripe_tier(reader, &items) != PATRON_OK) {
        *reason = "bad tier";
        return PATRON_ERROR;
    }

    if (patron_webhook_stripe_until(reader, root, &items) != PATRON_OK) {
        *reason = "bad end of the membership";
        return PATRON_ERROR;
    }

    standing = *status;

    if (standing.end == PATRON_WEBHOOK_ENDS
        && patron_webhook_stripe_gone(root))
    {
        standing.end = PATRON_WEBHOOK_ENDS_NOW;
    }

    event->rank = patron_webhook_stripe_rank(root);

    patron_webhook_ends(reader, &standing);

    return PATRON_OK;
}


static int
patron_webhook_stripe_tier(patron_webhook_reader_t *reader,
    patron_webhook_items_t *items)
{
    json_t                  *json;
    patron_webhook_event_t  *event;

    event = reader->event;

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_TIER);
    json = json ? json : items->tier;

    return json ? patron_webhook_keep(event, PATRON_WEBHOOK_TIER, json,
                                      &event->tier)
                : PATRON_OK;
}


static int
patron_webhook_stripe_until(patron_webhook_reader_t *reader, json_t *root,
    patron_webhook_items_t *items)
{
    json_t                  *json;
    patron_webhook_event_t  *event;

    event = reader->event;

    if (reader->webhook->option[PATRON_WEBHOOK_O_UNTIL].len) {
        json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_UNTIL);

        return json ? patron_webhook_time(json, &event->until) : PATRON_OK;
    }

    json = patron_webhook_member(root, "data.object.current_period_end");

    if (items->bad
        || (json != NULL
            && patron_webhook_time(json, &event->until) != PATRON_OK))
    {
        return PATRON_ERROR;
    }

    if (items->until > event->until) {
        event->until = items->until;
    }

    return PATRON_OK;
}


static int
patron_webhook_stripe_item(void *ctx, json_t *item)
{
    patron_webhook_items_t *items = ctx;

    json_t   *end, *price, *key;
    int64_t   until, amount;

    end = json_object_get(item, "current_period_end");
    price = json_object_get(item, "price");
    key = json_object_get(price, "lookup_key");

    if (end != NULL && !json_is_null(end)) {

        if (patron_webhook_time(end, &until) != PATRON_OK) {
            items->bad = 1;

        } else if (until > items->until) {
            items->until = until;
        }
    }

    amount = patron_webhook_stripe_monthly(item, price);
    items->amount += amount;

    if (json_is_string(key)
        && (items->tier == NULL || amount > items->dearest))
    {
        items->tier = key;
        items->dearest = amount;
    }

    return PATRON_OK;
}


/* What an item costs in a month, as far as it says. */

static int64_t
patron_webhook_stripe_monthly(json_t *item, json_t *price)
{
    size_t    i;
    int64_t   amount, count;
    json_t   *recurring, *interval, *quantity;

    static const struct {
        const char  *name;
        int64_t      days;
    } intervals[] = {
        { "day", 1 }, { "week", 7 }, { "month", 30 }, { "year", 365 }
    };

    amount = patron_webhook_amount(json_object_get(price, "unit_amount"));

    if (amount == 0) {
        amount = patron_webhook_amount(
                                json_object_get(price, "unit_amount_decimal"));
    }

    quantity = json_object_get(item, "quantity");

    if (json_is_integer(quantity) && json_integer_value(quantity) >= 0
        && json_integer_value(quantity) < 1000)
    {
        amount *= json_integer_value(quantity);
    }

    recurring = json_object_get(price, "recurring");
    interval = json_object_get(recurring, "interval");
    count = json_integer_value(json_object_get(recurring, "interval_count"));

    if (count < 1 || count > 1000) {
        count = 1;
    }

    for (i = 0; json_is_string(interval)
                && i < sizeof(intervals) / sizeof(intervals[0]); i++)
    {
        if (strcmp(json_string_value(interval), intervals[i].name) == 0) {
            return amount * 30 / (intervals[i].days * count);
        }
    }

    return amount;
}


/* Did it end because the money is gone? */

static int
patron_webhook_stripe_gone(json_t *root)
{
    static const char  reason[] = "data.object.cancellation_details.reason";

    return patron_webhook_is(root, reason, "payment_failed")
           || patron_webhook_is(root, reason, "payment_disputed");
}


static int
patron_webhook_stripe_rank(json_t *root)
{
    static const char  status[] = "data.object.status";

    if (patron_webhook_is(root, "type", "customer.subscription.created")) {
        return 0;
    }

    return patron_webhook_is(root, "type", "customer.subscription.deleted")
           || patron_webhook_is(root, status, "canceled")
           || patron_webhook_is(root, status, "incomplete_expired") ? 2 : 1;
}
