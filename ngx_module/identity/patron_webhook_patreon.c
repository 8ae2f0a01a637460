
/*
 * members:* and members:pledge:* state the whole member.  What a member is
 * entitled to is the truth: patron_status is null for gifts and trials, and
 * "former_patron" for who has paid to the month's end, or the year's.  Entitled
 * is who has a tier that costs something; the dearest is the member's.
 *
 * members:delete and members:pledge:delete are told by a header alone,
 * X-Patreon-Event, which is not signed; the second ends what is not paid on.
 * Events have neither number nor date: what comes last is true.
 */


#include "patron_webhook_patreon.h"


#define PATRON_WEBHOOK_PAID  (31 * 86400)   /* a month, without a date */


/* What was read of the tiers that a member is entitled to. */

typedef struct {
    json_t   *root;
    json_t   *tier;         /* its title, or its number */
    int64_t   amount;
    size_t    n;
} patron_webhook_tiers_t;


static int patron_webhook_patreon_tier(void *ctx, json_t *id);
static json_t *patron_webhook_patreon_included(json_t *root, json_t *id);
static int patron_webhook_patreon_status(patron_webhook_reader_t *reader,
    patron_webhook_tiers_t *tiers, const char **reason);
static int patron_webhook_patreon_event(patron_webhook_reader_t *reader,
    const char *word);
static int patron_webhook_patreon_gone(patron_webhook_reader_t *reader);
static int patron_webhook_patreon_former(patron_webhook_reader_t *reader,
    const char **reason);


int
patron_webhook_patreon_read(patron_webhook_reader_t *reader,
    const char **reason)
{
    json_t                  *root, *json;
    patron_webhook_event_t  *event;
    patron_webhook_tiers_t   tiers;

    static const patron_str_t  entitled = patron_string(
        "data.relationships.currently_entitled_tiers.data.*.id");

    event = reader->event;
    root = patron_webhook_root(reader->message);

    if (!patron_webhook_is(root, "data.type", "member")) {
        return PATRON_DECLINED;
    }

    if (patron_webhook_whose(reader, reason) != PATRON_OK) {
        return PATRON_ERROR;
    }

    json = patron_webhook_member(root, "data.id");

    if (json == NULL
        || patron_webhook_keep(event, PATRON_WEBHOOK_OF, json, &event->of)
           != PATRON_OK)
    {
        *reason = "bad id of the member";
        return PATRON_ERROR;
    }

    tiers.root = root;
    tiers.tier = NULL;
    tiers.amount = 0;
    tiers.n = 0;

    (void) patron_webhook_each(root, &entitled, patron_webhook_patreon_tier,
                               &tiers);

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_TIER);
    json = json ? json : tiers.tier;

    event->amount = tiers.amount;
    event->tier.data = event->text[PATRON_WEBHOOK_TIER];

    if (json != NULL
        && patron_webhook_keep(event, PATRON_WEBHOOK_TIER, json, &event->tier)
           != PATRON_OK)
    {
        *reason = "bad tier";
        return PATRON_ERROR;
    }

    return patron_webhook_patreon_status(reader, &tiers, reason);
}


static int
patron_webhook_patreon_tier(void *ctx, json_t *id)
{
    patron_webhook_tiers_t *tiers = ctx;

    json_t   *included, *cents, *title;
    int64_t   amount;

    included = patron_webhook_patreon_included(tiers->root, id);
    cents = patron_webhook_member(included, "attributes.amount_cents");
    title = patron_webhook_member(included, "attributes.title");

    amount = patron_webhook_amount(cents);

    /* a tier that says nothing of its price is one that costs something */

    tiers->n += (cents == NULL || amount > 0);

    if (tiers->tier == NULL || amount > tiers->amount) {
        tiers->tier = json_is_string(title) ? title : id;
        tiers->amount = amount;
    }

    return PATRON_OK;
}


static json_t *
patron_webhook_patreon_included(json_t *root, json_t *id)
{
    size_t   i;
    json_t  *item;

    json_array_foreach(json_object_get(root, "included"), i, item) {
        if (json_is_string(id)
            && patron_webhook_is(item, "type", "tier")
            && patron_webhook_is(item, "id", json_string_value(id)))
        {
            return item;
        }
    }

    return NULL;
}


static int
patron_webhook_patreon_status(patron_webhook_reader_t *reader,
    patron_webhook_tiers_t *tiers, const char **reason)
{
    json_t                         *json;
    patron_str_t                    word;
    const patron_webhook_status_t  *status;

    static const patron_str_t  active = patron_string("active");
    static const patron_str_t  over = patron_string("unpaid");
    static const patron_str_t  left = patron_string("former_patron");

    reader->event->rank = 1;

    json = patron_webhook_option_value(reader, PATRON_WEBHOOK_O_STATUS);

    if (patron_webhook_patreon_event(reader, "members:delete")) {
        status = patron_webhook_status(&over);

    } else if (json == NULL) {
        word = tiers->n ? active : over;
        status = patron_webhook_status(&word);

    } else if (patron_webhook_stands(reader, &status, reason) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (status->end == PATRON_WEBHOOK_IGNORED) {
        return PATRON_DECLINED;
    }

    if (status->end == PATRON_WEBHOOK_GOES_ON
        && (patron_webhook_patreon_event(reader, "members:pledge:delete")
            || (tiers->n == 0 && strcmp(status->status, "grace") == 0)))
    {
        status = patron_webhook_status(&left);
    }

    if (status->end == PATRON_WEBHOOK_ENDS) {

        if (tiers->n == 0 || patron_webhook_patreon_gone(reader)) {
            status = patron_webhook_status(&over);

        } else if (patron_webhook_patreon_former(reader, reason)
                   != PATRON_OK)
        {
            return PATRON_ERROR;
        }
    }

    patron_webhook_ends(reader, status);

    return PATRON_OK;
}


static int
patron_webhook_patreon_event(patron_webhook_reader_t *reader, const char *word)
{
    patron_str_t  event;

    static const patron_str_t  name = patron_string("X-Patreon-Event");

    return reader->request->header(reader->request->ctx, &name, &event)
           == PATRON_OK
           && patron_webhook_prefix(&event, word)
           && event.len == 0;
}


/* Was what was paid last given back? */

static int
patron_webhook_patreon_gone(patron_webhook_reader_t *reader)
{
    json_t  *root;

    static const char  charge[] = "data.attributes.last_charge_status";

    root = patron_webhook_root(reader->message);

    return patron_webhook_is(root, charge, "Refunded")
           || patron_webhook_is(root, charge, "Refunded by Patreon")
           || patron_webhook_is(root, charge, "Fraud");
}


/* Who has left and is entitled yet has paid until the next charge would be. */

static int
patron_webhook_patreon_former(patron_webhook_reader_t *reader,
    const char **reason)
{
    json_t   *root, *json;
    int64_t   last, months;

    root = patron_webhook_root(reader->message);

    json = patron_webhook_member(root, "data.attributes.next_charge_date");

    if (json != NULL
        && patron_webhook_time(json, &reader->event->until) != PATRON_OK)
    {
        *reason = "bad end of the membership";
        return PATRON_ERROR;
    }

    if (reader->event->until) {
        return PATRON_OK;
    }

    json = patron_webhook_member(root, "data.attributes.last_charge_date");

    if (json == NULL || patron_webhook_time(json, &last) != PATRON_OK
        || last == 0)
    {
        last = reader->request->now;
    }

    months = json_integer_value(patron_webhook_member(root,
                                           "data.attributes.pledge_cadence"));

    reader->event->until = last + PATRON_WEBHOOK_PAID
                                  * (months > 1 && months <= 12 ? months : 1);

    return PATRON_OK;
}
