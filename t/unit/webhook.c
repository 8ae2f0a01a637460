
/*
 * Webhooks: signatures, templates, conditions, and what each provider's body
 * says.  The signatures were made with openssl dgst.
 */


#include "patron_tap.h"
#include "patron_webhook.h"
#include "patron_webhook_map.h"
#include "patron_webhook_sign.h"


#define NOW  1700000000

/* by the key "a-secret-of-many-bytes", of "1700000000.{}" and of "{}" */

#define STRIPE   "da179601442188f4876d7a932f2b199f" \
                 "199cdf7e9ddc6e86fc970cf8caf80035"
#define PATREON  "f670bb9edb82f9b0b7be96ece39ed340"
#define GENERIC  "d845ef0e17a469461c68d016018a87e5" \
                 "c0ff34e7f35ee341bcaa59d09cd3d515"


static patron_webhook_t        webhook;
static patron_webhook_event_t  event;
static const char             *reason;
static const char             *headers[4][2];
static patron_uchar_t          signature[PATRON_WEBHOOK_SIGN_MAX + 100];


static int
header(void *ctx, const patron_str_t *name, patron_str_t *value)
{
    size_t  i;

    (void) ctx;

    for (i = 0; i < 4 && headers[i][0]; i++) {
        if (strlen(headers[i][0]) == name->len
            && memcmp(headers[i][0], name->data, name->len) == 0)
        {
            *value = str(headers[i][1]);
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


static int
opens(void *ctx, const patron_str_t *reference, patron_str_t *sub,
    int *anonymous)
{
    (void) ctx;

    if (reference->len < 2 || reference->data[0] != 'R') {
        return PATRON_DECLINED;
    }

    *anonymous = (reference->data[1] == 'a');
    sub->data = reference->data + 2;
    sub->len = reference->len - 2;

    return PATRON_OK;
}


static void
provider(const char *name)
{
    patron_str_t  s;

    s = str(name);

    patron_webhook_init(&webhook, patron_webhook_preset(&s));

    webhook.key = str("a-secret-of-many-bytes");
    webhook.tolerance = 300;

    memset(headers, 0, sizeof(headers));
}


static void
option(patron_webhook_option_e which, const char *value)
{
    patron_str_t  s;

    s = str(value);

    ok(patron_webhook_option_check(which, &s) == PATRON_OK, "%s", value);
    webhook.option[which] = s;
}


static patron_webhook_result_e
take_at(const char *body, int64_t now)
{
    patron_webhook_request_t  request;

    memset(&request, 0, sizeof(request));

    request.body = str(body);
    request.header = header;
    request.open = opens;
    request.now = now;

    reason = "";

    return patron_webhook_take(&webhook, &request, &event, &reason);
}


/* What the body signed as the provider does it says; its signature is the value
   of a header, or part of one. */

static patron_webhook_result_e
take(const char *body)
{
    size_t                    i;
    const char               *before;
    patron_str_t              name, part, text;
    patron_uchar_t           *p, buf[PATRON_WEBHOOK_SIGN_MAX];
    patron_webhook_scheme_t   scheme;
    patron_webhook_message_t  message;

    static char  of[64];

    name = webhook.option[PATRON_WEBHOOK_O_SIGNATURE];

    if (!patron_webhook_prefix(&name, "header:")) {
        return take_at(body, NOW);
    }

    patron_webhook_dot(&name, &part);
    snprintf(of, sizeof(of), "%.*s", (int) name.len, name.data);

    before = part.len == 0 ? ""
             : part.data[0] == 'v' ? "t=1700000000,v1="
             : part.data[0] == 'h' ? "ts=1700000000;h1=" : "1700000000,";

    for (i = 0; headers[i][0] && strcmp(headers[i][0], of) != 0; i++) { }

    headers[i][0] = of;
    headers[i][1] = before;

    memset(&message, 0, sizeof(message));
    memset(&scheme, 0, sizeof(scheme));

    message.body = str(body);
    message.key = webhook.key;
    message.content = str("json");
    message.header = header;

    scheme.mac = webhook.option[PATRON_WEBHOOK_O_MAC];
    scheme.digest = webhook.option[PATRON_WEBHOOK_O_DIGEST];
    scheme.encoding = webhook.option[PATRON_WEBHOOK_O_ENCODING];

    patron_webhook_sign(&message, &scheme,
                        &webhook.option[PATRON_WEBHOOK_O_SIGNED], buf, &text);
    patron_webhook_message_free(&message);

    p = signature;
    p += snprintf((char *) p, 100, "%s%.*s", before,
                  (int) webhook.option[PATRON_WEBHOOK_O_PREFIX].len,
                  webhook.option[PATRON_WEBHOOK_O_PREFIX].data);
    memcpy(p, text.data, text.len);
    p[text.len] = '\0';

    headers[i][1] = (const char *) signature;

    return take_at(body, NOW);
}


static int
verifies(const char *name, const char *value, const char *body, int64_t now)
{
    headers[0][0] = name;
    headers[0][1] = value;

    return take_at(body, now) != PATRON_WEBHOOK_REFUSED;
}


static void
signatures(void)
{
    static const char  *h = "Stripe-Signature";

    provider("stripe");

    ok(verifies(h, "t=1700000000,v1=" STRIPE, "{}", NOW), "stripe");
    ok(verifies(h, "t=1700000000,v0=00, v1=00,v1=" STRIPE, "{}", NOW + 300),
       "one of several, in time");
    ok(!verifies(h, "t=1700000000,v1=" STRIPE, "{}", NOW + 301), "too late");
    ok(!verifies(h, "t=1700000000,v1=" STRIPE, "{}", NOW - 301), "too early");
    ok(!verifies(h, "t=1700000001,v1=" STRIPE, "{}", NOW), "another time");
    ok(!verifies(h, "t=1700000000,v1=" STRIPE, "{ }", NOW), "another body");
    ok(!verifies(h, "t=1700000000,v0=" STRIPE, "{}", NOW), "no v1");
    ok(!verifies(h, "v1=" STRIPE, "{}", NOW), "no time");
    ok(!verifies(h, "t=,v1=", "{}", NOW), "nothing in it");
    ok(!verifies(h, "", "{}", NOW), "empty");
    ok(!verifies("X", "", "{}", NOW), "no header");
    ok(!verifies(h, "t=99999999999999999999,v1=00", "{}", NOW),
       "a number too long");

    provider("patreon");
    h = "X-Patreon-Signature";

    ok(verifies(h, PATREON, "{}", NOW), "patreon");
    ok(!verifies(h, PATREON, "[]", NOW), "another body");
    ok(!verifies(h, "", "{}", NOW), "empty");
    ok(!verifies("X", "", "{}", NOW), "none");

    provider("generic");
    h = "X-Patron-Signature";

    ok(verifies(h, "sha256=" GENERIC, "{}", NOW), "generic");
    ok(verifies(h, "sha256=D845EF0E17A469461C68D016018A87E5"
                   "C0FF34E7F35EE341BCAA59D09CD3D515", "{}", NOW),
       "capital letters");
    ok(!verifies(h, GENERIC, "{}", NOW), "no sha256=");
    ok(!verifies(h, "sha256=", "{}", NOW), "nothing after it");
    ok(!verifies(h, "sha256=" PATREON, "{}", NOW), "too short");

    option(PATRON_WEBHOOK_O_DATED, "header:Time");
    ok(!verifies(h, "sha256=" GENERIC, "{}", NOW), "a date is missed");
    webhook.option[PATRON_WEBHOOK_O_DATED].len = 0;

    option(PATRON_WEBHOOK_O_MAC, "token");
    option(PATRON_WEBHOOK_O_PREFIX, "");
    ok(verifies(h, "a-secret-of-many-bytes", "{}", NOW), "a token");
    ok(!verifies(h, "A-secret-of-many-bytes", "{}", NOW), "another");

    ok(patron_webhook_check(&webhook, &reason) == PATRON_OK, "a token fits");
    option(PATRON_WEBHOOK_O_ANSWER_SIGNED, "${now}");
    ok(patron_webhook_check(&webhook, &reason) == PATRON_ERROR,
       "a token signs no answer");

    option(PATRON_WEBHOOK_O_MAC, "plain");
    ok(patron_webhook_check(&webhook, &reason) == PATRON_ERROR, "no key");
    option(PATRON_WEBHOOK_O_SIGNED, "${key}${body}");
    ok(patron_webhook_check(&webhook, &reason) == PATRON_ERROR,
       "nor in the answer");
    option(PATRON_WEBHOOK_O_ANSWER_SIGNED, "${key}");
    ok(patron_webhook_check(&webhook, &reason) == PATRON_OK, "a key in both");

    option(PATRON_WEBHOOK_O_SIGNED, "${key}${json:a}");
    ok(!verifies(h, "", "{", NOW), "signed is what is not there");
    option(PATRON_WEBHOOK_O_MAC, "hmac");
    ok(!verifies(h, "", "{", NOW), "nor so");
}


static void
stripe(void)
{
    provider("stripe");

#define object(type, rest)                                                    \
    "{\"id\":\"e\",\"created\":1699999000,\"type\":\"" type "\","             \
    "\"data\":{\"object\":{" rest "}}}"
#define subscription(rest)                                                    \
    object("customer.subscription.updated",                                   \
           "\"object\":\"subscription\",\"id\":\"sub_1\"," rest)

    is_int(take(subscription("\"customer\":\"cus_9\",\"status\":\"active\","
           "\"current_period_end\":1800000000,\"metadata\":{\"patron\":"
           "\"ada\"},\"items\":{\"data\":[{\"price\":{\"lookup_key\":"
           "\"gold\"}}]}")), PATRON_WEBHOOK_TAKEN, "stripe");
    is_str(&event.sub, "ada", "metadata.patron");
    is_str(&event.tier, "gold", "lookup_key");
    is_str(&event.id, "e", "id");
    is_str(&event.of, "sub_1", "subscription");
    is_int(event.at, 1699999000, "created");
    is_int(event.rank, 1, "rank");
    is_int(event.until, 1800000000, "until");
    ok(strcmp(event.status, "active") == 0, "active");

    is_int(take(subscription("\"customer\":\"cus_9\",\"status\":\"active\","
           "\"items\":{\"data\":[{\"current_period_end\":1800000000,"
           "\"quantity\":2,\"price\":{\"unit_amount\":100,\"lookup_key\":"
           "\"mug\"}},{\"current_period_end\":1900000000,\"price\":{"
           "\"unit_amount\":12000,\"lookup_key\":\"gold\",\"recurring\":{"
           "\"interval\":\"year\",\"interval_count\":1}}},{\"price\":{"
           "\"unit_amount\":1,\"recurring\":{\"interval\":\"century\"}}}]}")),
           PATRON_WEBHOOK_TAKEN, "items");
    is_str(&event.sub, "cus_9", "the customer");
    is_int(event.until, 1900000000, "the longest");
    is_str(&event.tier, "gold", "the dearest");
    is_int(event.amount, 200 * 1000 + 12000 * 1000LL * 30 / 365 + 1000,
           "what they cost in a month");

    take(subscription("\"customer\":\"c\",\"status\":\"canceled\","
         "\"items\":{\"data\":[{\"current_period_end\":1700000500}]}"));
    is_int(event.until, 1700000500, "until the end of the period");
    ok(event.tier.data == NULL, "no word of a tier");
    is_int(event.rank, 2, "the last of its second");

    take(subscription("\"customer\":\"c\",\"status\":\"canceled\""));
    is_int(event.until, 1699999000, "no period, at once");

#define gone(reason)                                                          \
    subscription("\"customer\":\"c\",\"status\":\"canceled\","                \
                 "\"current_period_end\":1800000000,"                         \
                 "\"cancellation_details\":{\"reason\":\"" reason "\"}")

    take(gone("cancellation_requested"));
    is_int(event.until, 1800000000, "canceled");
    take(gone("payment_failed"));
    is_int(event.until, 1699999000, "not what was not paid");
    take(gone("payment_disputed"));
    is_int(event.until, 1699999000, "nor what was taken back");

    take(subscription("\"customer\":\"c\",\"status\":\"unpaid\","
                      "\"current_period_end\":1800000000"));
    is_int(event.until, 1699999000, "unpaid");

    take(subscription("\"customer\":\"c\",\"status\":\"past_due\""));
    ok(strcmp(event.status, "grace") == 0, "past_due is grace");

    take(object("customer.subscription.created", "\"object\":"
                "\"subscription\",\"customer\":\"c\",\"status\":\"active\""));
    is_int(event.rank, 0, "the first of its second");

    is_int(take(subscription("\"customer\":\"c\",\"status\":\"strange\"")),
           PATRON_WEBHOOK_UNREADABLE, "an unknown status");
    is_int(take(subscription("\"customer\":\"c\"")),
           PATRON_WEBHOOK_UNREADABLE, "no status");
    is_int(take(subscription("\"status\":\"active\"")),
           PATRON_WEBHOOK_UNREADABLE, "nobody's");
    is_int(take(subscription("\"customer\":{},\"status\":\"active\"")),
           PATRON_WEBHOOK_UNREADABLE, "an object's");
    is_int(take(subscription("\"customer\":\"c\",\"status\":\"active\","
           "\"current_period_end\":-1")), PATRON_WEBHOOK_UNREADABLE,
           "a bad end");
    is_int(take(subscription("\"customer\":\"c\",\"status\":\"active\","
           "\"items\":{\"data\":[{\"current_period_end\":{}}]}")),
           PATRON_WEBHOOK_UNREADABLE, "a bad end of an item");
    is_int(take(subscription("\"customer\":\"c\",\"status\":\"active\","
           "\"metadata\":{\"tier\":{}}")), PATRON_WEBHOOK_UNREADABLE,
           "a bad tier");
    is_int(take(object("customer.subscription.updated", "\"object\":"
           "\"subscription\",\"id\":{},\"customer\":\"c\",\"status\":"
           "\"active\"")), PATRON_WEBHOOK_UNREADABLE, "a bad subscription");
    is_int(take("{\"created\":1,\"data\":{\"object\":{\"object\":"
           "\"subscription\",\"customer\":\"c\",\"status\":\"active\"}}}"),
           PATRON_WEBHOOK_UNREADABLE, "no id");
    is_int(take("{\"id\":\"e\",\"created\":\"x\",\"data\":{\"object\":{"
           "\"object\":\"subscription\"}}}"), PATRON_WEBHOOK_UNREADABLE,
           "a bad date");
    is_int(take(object("invoice.paid", "\"object\":\"invoice\"")),
           PATRON_WEBHOOK_NOTHING, "an invoice");
    is_int(take("{\"data\":{}}"), PATRON_WEBHOOK_NOTHING, "no type");
    is_int(take("{"), PATRON_WEBHOOK_UNREADABLE, "no JSON");

    option(PATRON_WEBHOOK_O_STATUS,
           "data.object.pause_collection.behavior|data.object.status");
    option(PATRON_WEBHOOK_O_MAP, "void:paused,mark_uncollectible:ignored");
    take(subscription("\"customer\":\"c\",\"status\":\"active\","
                      "\"pause_collection\":{\"behavior\":\"void\"}"));
    ok(strcmp(event.status, "paused") == 0, "a pause is mapped");
    take(subscription("\"customer\":\"c\",\"status\":\"active\","
                      "\"pause_collection\":{\"behavior\":\"other\"}"));
    ok(strcmp(event.status, "active") == 0, "an unknown word is passed over");
    is_int(take(subscription("\"customer\":\"c\",\"status\":\"active\","
           "\"pause_collection\":{\"behavior\":\"mark_uncollectible\"}")),
           PATRON_WEBHOOK_NOTHING, "ignored");

    option(PATRON_WEBHOOK_O_UNTIL, "data.object.ends");
    take(subscription("\"customer\":\"c\",\"status\":\"active\",\"ends\":5"));
    is_int(event.until, 5, "another end");
    take(subscription("\"customer\":\"c\",\"status\":\"active\","
                      "\"current_period_end\":1800000000"));
    is_int(event.until, 0, "and no other");
}


static void
gifts(void)
{
    provider("stripe");

#define session(rest)                                                         \
    object("checkout.session.completed", "\"object\":\"checkout.session\","   \
           "\"id\":\"cs_1\",\"amount_total\":500," rest)

    is_int(take(session("\"mode\":\"payment\",\"payment_status\":\"paid\","
           "\"payment_intent\":\"pi_1\",\"client_reference_id\":\"ada\"")),
           PATRON_WEBHOOK_TAKEN, "a gift");
    is_int(event.kind, PATRON_WEBHOOK_GIFT, "is one");
    is_str(&event.sub, "ada", "client_reference_id");
    is_str(&event.of, "pi_1", "of a payment");
    is_int(event.amount, 500000, "amount");
    ok(!event.anonymous, "of a member");

    take(session("\"mode\":\"payment\",\"payment_status\":\"paid\","
                 "\"client_reference_id\":\"Ra0123\""));
    is_str(&event.sub, "0123", "a reference is opened");
    is_str(&event.of, "cs_1", "a session without a payment");
    ok(event.anonymous, "of a reader without an account");

    is_int(take(session("\"mode\":\"payment\",\"payment_status\":\"paid\","
           "\"payment_intent\":\"pi_1\"")), PATRON_WEBHOOK_NOTHING,
           "nobody's");
    is_int(take(session("\"mode\":\"payment\",\"payment_status\":\"unpaid\","
           "\"client_reference_id\":\"ada\"")), PATRON_WEBHOOK_NOTHING,
           "not paid");
    is_int(take(session("\"mode\":\"subscription\",\"payment_status\":"
           "\"paid\",\"client_reference_id\":\"ada\"")),
           PATRON_WEBHOOK_TAKEN, "a subscription's");
    is_int(event.kind, PATRON_WEBHOOK_PAYMENT, "is a payment alone");
    is_int(take(session("\"mode\":\"payment\",\"payment_status\":\"paid\","
           "\"payment_intent\":{},\"client_reference_id\":\"ada\"")),
           PATRON_WEBHOOK_TAKEN, "a payment that is an object");
    is_str(&event.of, "cs_1", "is the session's");

#define payment(rest)                                                         \
    object("payment_intent.succeeded", "\"object\":\"payment_intent\","       \
           "\"id\":\"pi_1\"," rest)

    is_int(take(payment("\"metadata\":{\"patron\":\"ada\"}")),
           PATRON_WEBHOOK_TAKEN, "a payment");
    is_str(&event.of, "pi_1", "by its id");
    is_int(take(payment("\"customer\":\"c\"")), PATRON_WEBHOOK_NOTHING,
           "not for a patron");
    is_int(take(payment("\"invoice\":\"in_1\",\"metadata\":{\"patron\":"
           "\"ada\"}")), PATRON_WEBHOOK_NOTHING, "an invoice's");

#define charge(type, rest)                                                    \
    object("charge." type, "\"object\":\"x\",\"id\":\"ch_1\","                \
           "\"payment_intent\":\"pi_1\",\"metadata\":{\"patron\":\"ada\"},"   \
           rest)

    is_int(take(charge("refunded", "\"refunded\":true")),
           PATRON_WEBHOOK_TAKEN, "a refund");
    is_int(event.kind, PATRON_WEBHOOK_REFUND, "is one");
    is_str(&event.of, "pi_1", "of that payment");
    is_int(take(charge("refunded", "\"refunded\":false")),
           PATRON_WEBHOOK_NOTHING, "of nothing");
    is_int(take(charge("refunded", "\"refunded\":false,\"amount\":900,"
           "\"amount_refunded\":300,\"currency\":\"eur\"")),
           PATRON_WEBHOOK_TAKEN, "of a part");
    is_int(event.kind, PATRON_WEBHOOK_PARTIAL, "leaves the payment");
    is_int(event.paid, 300, "so much in all");
    is_int(take(charge("refunded", "\"refunded\":true,"
           "\"amount_refunded\":900,\"currency\":\"eur\"")),
           PATRON_WEBHOOK_TAKEN, "of all");
    is_int(event.kind, PATRON_WEBHOOK_REFUND, "takes back");
    is_int(event.paid, 900, "so much");
    is_int(event.refund.len, 0, "in all");

#define failed(rest)                                                          \
    object("refund.failed", "\"object\":\"refund\",\"amount\":200,"           \
           "\"currency\":\"eur\",\"metadata\":{\"patron\":\"ada\"}," rest)

    is_int(take(failed("\"id\":\"re_1\",\"status\":\"failed\","
           "\"payment_intent\":\"pi_1\"")), PATRON_WEBHOOK_TAKEN,
           "a refund that failed");
    is_int(event.kind, PATRON_WEBHOOK_REFUND_FAILED, "is one");
    is_int(event.paid, 200, "of so much");
    is_str(&event.of, "pi_1", "of that payment");
    is_str(&event.refund, "re_1", "by its own id");
    is_int(take(failed("\"id\":\"re_1\",\"status\":\"succeeded\","
           "\"payment_intent\":\"pi_1\"")), PATRON_WEBHOOK_NOTHING,
           "one that did not");
    is_int(take(failed("\"id\":\"re_1\",\"status\":\"failed\"")),
           PATRON_WEBHOOK_UNREADABLE, "of no payment");
    is_int(take(failed("\"id\":\"re=1\",\"status\":\"failed\","
           "\"payment_intent\":\"pi_1\"")), PATRON_WEBHOOK_UNREADABLE,
           "a bad id");
    is_int(take(failed("\"id\":\"\",\"status\":\"failed\","
           "\"payment_intent\":\"pi_1\"")), PATRON_WEBHOOK_UNREADABLE,
           "none");

    is_int(take(charge("dispute.created", "\"status\":\"needs_response\"")),
           PATRON_WEBHOOK_TAKEN, "a dispute");
    is_int(event.kind, PATRON_WEBHOOK_DISPUTE, "takes back");
    is_str(&event.refund, "ch_1", "by its own id");
    is_int(take(charge("dispute.closed", "\"status\":\"won\",\"amount\":5,"
                       "\"currency\":\"eur\"")),
           PATRON_WEBHOOK_TAKEN, "one that was won");
    is_int(event.kind, PATRON_WEBHOOK_WON, "gives back");
    is_int(event.paid, 5, "so much");
    is_int(take(charge("dispute.closed", "\"status\":\"warning_closed\"")),
           PATRON_WEBHOOK_NOTHING, "an inquiry does not");
    is_int(take(charge("succeeded", "\"status\":\"succeeded\"")),
           PATRON_WEBHOOK_NOTHING, "a charge");
}


static void
patreon(void)
{
    provider("patreon");

#define member(attributes, entitled)                                          \
    "{\"data\":{\"type\":\"member\",\"id\":\"m-1\",\"attributes\":{"          \
    attributes "},\"relationships\":{\"currently_entitled_tiers\":{"          \
    "\"data\":[" entitled "]}}},\"included\":[{\"type\":\"tier\",\"id\":"     \
    "\"6\",\"attributes\":{\"title\":\"Free\",\"amount_cents\":0}},{"         \
    "\"type\":\"tier\",\"id\":\"7\",\"attributes\":{\"title\":\"Gold\","      \
    "\"amount_cents\":1200}}]}"
#define free_tier   "{\"id\":\"6\",\"type\":\"tier\"}"
#define gold_tier   "{\"id\":\"7\",\"type\":\"tier\"}"
#define other_tier  "{\"id\":\"8\",\"type\":\"tier\"}"

    is_int(take(member("\"patron_status\":\"active_patron\"",
           free_tier "," gold_tier)), PATRON_WEBHOOK_TAKEN, "patreon");
    is_str(&event.sub, "m-1", "the member's id");
    is_str(&event.of, "m-1", "is the subscription");
    is_str(&event.tier, "Gold", "the dearest tier's title");
    is_int(event.until, 0, "without end");

    take(member("\"patron_status\":null", ""));
    is_int(event.until, NOW, "a follower");
    ok(event.tier.data != NULL && event.tier.len == 0, "of no tier");
    take(member("\"patron_status\":null", free_tier));
    is_int(event.until, NOW, "of the free tier");
    take(member("\"patron_status\":null", gold_tier));
    is_int(event.until, 0, "a gift");
    take(member("\"patron_status\":null", other_tier));
    is_int(event.until, 0, "of a tier that nothing is known of");
    is_str(&event.tier, "8", "by its number");

    take(member("\"patron_status\":\"former_patron\"", ""));
    is_int(event.until, NOW, "gone");
    take(member("\"patron_status\":\"former_patron\",\"next_charge_date\":"
                "\"2023-12-01T00:00:00.000+00:00\"", gold_tier));
    is_int(event.until, 1701388800, "paid to the month's end");
    take(member("\"patron_status\":\"former_patron\",\"last_charge_date\":"
                "\"2023-11-10T00:00:00.000+00:00\"", gold_tier));
    is_int(event.until, 1699574400 + 31 * 86400, "by the last charge");
    take(member("\"patron_status\":\"former_patron\"", gold_tier));
    is_int(event.until, NOW + 31 * 86400, "by nothing");
    is_int(take(member("\"patron_status\":\"former_patron\","
           "\"next_charge_date\":\"soon\"", gold_tier)),
           PATRON_WEBHOOK_UNREADABLE, "a bad end");

    headers[1][0] = "X-Patreon-Event";
    headers[1][1] = "members:delete";
    take(member("\"patron_status\":\"active_patron\"", gold_tier));
    is_int(event.until, NOW, "deleted");
    headers[1][1] = "members:delete:x";
    take(member("\"patron_status\":\"active_patron\"", gold_tier));
    is_int(event.until, 0, "another event");

    is_int(take(member("\"patron_status\":\"strange\"", "")),
           PATRON_WEBHOOK_UNREADABLE, "an unknown status");
    is_int(take("{\"data\":{\"type\":\"post\"}}"), PATRON_WEBHOOK_NOTHING,
           "a post");
    is_int(take("{\"data\":{\"type\":\"member\"}}"),
           PATRON_WEBHOOK_UNREADABLE, "nobody");

    option(PATRON_WEBHOOK_O_MAP, "strange:ignored");
    is_int(take(member("\"patron_status\":\"strange\"", "")),
           PATRON_WEBHOOK_NOTHING, "a status of no interest");

    option(PATRON_WEBHOOK_O_TIER, "data.attributes");
    is_int(take(member("\"patron_status\":null", "")),
           PATRON_WEBHOOK_UNREADABLE, "a bad tier");
    option(PATRON_WEBHOOK_O_SUB, "data.type");
    is_int(take("{\"data\":{\"type\":\"member\"}}"),
           PATRON_WEBHOOK_UNREADABLE, "no id");
}


static void
generic(void)
{
    char  id[300];

    provider("generic");

    is_int(take("{\"sub\":42,\"tier\":\"a\\nb\","
           "\"until\":\"2030-01-01T00:00Z\"}"), PATRON_WEBHOOK_TAKEN,
           "generic");
    is_str(&event.sub, "42", "a number");
    is_str(&event.tier, "a b", "no control characters");
    is_str(&event.of, "main", "the only subscription");
    is_int(event.until, 1893456000, "ISO 8601");
    ok(strcmp(event.status, "active") == 0, "active if nothing is said");
    is_int(event.at, 0, "no date");

    take("{\"sub\":\"a\",\"until\":1893456000123}");
    is_int(event.until, 1893456000, "milliseconds");
    take("{\"sub\":\"a\",\"created\":1700000301}");
    is_int(event.at, 0, "of the future");
    take("{\"sub\":\"a\",\"created\":1700000300,\"status\":\"unpaid\"}");
    is_int(event.until, NOW, "nor an end there");
    take("{\"sub\":\"a\",\"created\":5,\"status\":\"ended\",\"until\":7,"
         "\"id\":\"x\",\"subscription\":true,\"amount\":\"1.5\"}");
    is_int(event.until, 7, "an end that has passed");
    is_int(event.rank, 2, "the last of its second");
    is_str(&event.id, "x!", "an end is another event");
    is_str(&event.of, "true", "a word that is none");
    is_int(event.amount, 1500, "an amount");
    take("{\"sub\":\"a\",\"until\":\"\",\"amount\":-1}");
    is_int(event.until, 0, "an empty end");
    is_int(event.amount, 0, "a negative amount");

    is_int(take("{\"sub\":\"\"}"), PATRON_WEBHOOK_UNREADABLE, "an empty sub");
    is_int(take("{\"sub\":\"\xc3\xa9\"}"), PATRON_WEBHOOK_UNREADABLE,
           "a sub that no token could have");
    is_int(take("{\"sub\":\"a\",\"sub\":\"b\"}"), PATRON_WEBHOOK_UNREADABLE,
           "twice");
    is_int(take("{\"sub\":\"a\",\"until\":\"x\"}"),
           PATRON_WEBHOOK_UNREADABLE, "a bad end");
    is_int(take("{\"sub\":\"a\",\"until\":[]}"), PATRON_WEBHOOK_UNREADABLE,
           "no end at all");
    is_int(take("{\"sub\":\"a\",\"until\":1893456000123456}"),
           PATRON_WEBHOOK_UNREADABLE, "microseconds");
    is_int(take("{\"sub\":\"a\",\"created\":\"x\"}"),
           PATRON_WEBHOOK_UNREADABLE, "a bad date");
    is_int(take("{\"sub\":\"a\",\"id\":\"a b\"}"), PATRON_WEBHOOK_UNREADABLE,
           "a blank in an id");
    is_int(take("{\"sub\":\"a\",\"id\":\"a,b\"}"), PATRON_WEBHOOK_UNREADABLE,
           "a comma");
    is_int(take("{\"sub\":\"a\",\"tier\":[]}"), PATRON_WEBHOOK_UNREADABLE,
           "a bad tier");
    is_int(take("[]"), PATRON_WEBHOOK_UNREADABLE, "an array");
    is_int(take(""), PATRON_WEBHOOK_UNREADABLE, "nothing");

    snprintf(id, sizeof(id), "{\"sub\":\"a\",\"subscription\":\"%0257d\"}", 0);
    is_int(take(id), PATRON_WEBHOOK_UNREADABLE, "too long a name");

    option(PATRON_WEBHOOK_O_GIFT, "type=gift");
    webhook.lasts = 100;
    take("{\"sub\":\"a\",\"type\":\"gift\",\"id\":\"g\"}");
    is_int(event.kind, PATRON_WEBHOOK_GIFT, "a gift");
    is_str(&event.of, "g", "by the event's id");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"status\":\"refunded\","
         "\"payment\":\"p\"}");
    is_int(event.kind, PATRON_WEBHOOK_REFUND, "taken back");
    is_str(&event.of, "p", "by its payment");
    is_int(take("{\"sub\":\"a\",\"type\":\"gift\",\"status\":\"ignored\"}"),
           PATRON_WEBHOOK_NOTHING, "ignored");
    option(PATRON_WEBHOOK_O_REFUNDED, "back");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"amount\":5,\"currency\":\"eur\","
         "\"back\":\"0.0\"}");
    is_int(event.kind, PATRON_WEBHOOK_GIFT, "nothing of it");
    is_int(event.paid, 500, "it is all there");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"amount\":5,\"currency\":\"eur\","
         "\"back\":2}");
    is_int(event.kind, PATRON_WEBHOOK_PARTIAL, "a part of it");
    is_int(event.paid, 200, "so much");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"amount\":5,\"currency\":\"eur\","
         "\"back\":5}");
    is_int(event.kind, PATRON_WEBHOOK_REFUND, "all of it");
    take("{\"sub\":\"a\",\"amount\":5,\"currency\":\"eur\",\"back\":5}");
    is_int(event.kind, PATRON_WEBHOOK_MEMBERSHIP, "a membership's");
    is_int(event.paid, 500, "is not looked at");

    option(PATRON_WEBHOOK_O_REFUND, "r");
    option(PATRON_WEBHOOK_O_PART, "kind=part");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"status\":\"refunded\",\"r\":7,"
         "\"currency\":\"eur\",\"back\":2,\"kind\":\"part\"}");
    is_int(event.kind, PATRON_WEBHOOK_PARTIAL, "a part, as it says");
    is_str(&event.refund, "7", "by its own number");
    take("{\"sub\":\"a\",\"type\":\"gift\",\"status\":\"refunded\",\"r\":7,"
         "\"currency\":\"eur\",\"back\":2}");
    is_int(event.kind, PATRON_WEBHOOK_REFUND, "or all");
    is_int(take("{\"sub\":\"a\",\"type\":\"gift\",\"status\":\"refunded\","
           "\"r\":\"a,b\",\"back\":2}"), PATRON_WEBHOOK_UNREADABLE,
           "a bad number");

    take("{\"sub\":\"a\"}");
    is_int(event.until, NOW + 100, "what states no end lasts so long");
    take("{\"sub\":\"a\",\"created\":1000}");
    is_int(event.until, 1100, "from when it was");

    option(PATRON_WEBHOOK_O_CUT, "-");
    take("{\"sub\":\"ada-17\",\"subscription\":\"s-9\"}");
    is_str(&event.sub, "ada", "cut");
    is_str(&event.of, "s", "both");
    is_int(take("{\"sub\":\"-17\"}"), PATRON_WEBHOOK_UNREADABLE,
           "nothing before it");
    is_int(take("{\"sub\":\"a\",\"subscription\":\"-\"}"),
           PATRON_WEBHOOK_UNREADABLE, "nor there");

    option(PATRON_WEBHOOK_O_ONLY, "items.*.product=p1,p2");
    is_int(take("{\"sub\":\"a\",\"items\":[{},{\"product\":\"p2\"}]}"),
           PATRON_WEBHOOK_TAKEN, "a product that counts");
    is_int(take("{\"sub\":\"a\",\"items\":[{\"product\":\"p3\"},{"
           "\"product\":{}}]}"), PATRON_WEBHOOK_NOTHING, "another");
}


static void
answers(void)
{
    provider("wayforpay");

    is_int(take_at("{\"merchantAccount\":\"m\",\"orderReference\":\"a\\\"\\n"
           "_WFPREG-1\",\"amount\":100.5,\"currency\":\"UAH\",\"authCode\":"
           "\"\",\"cardPan\":\"4\",\"transactionStatus\":\"Approved\","
           "\"reasonCode\":1100,\"merchantSignature\":"
           "\"8e9e45fe8d0fbff3d2ecb8f6ba0ae0e1\"}", NOW),
           PATRON_WEBHOOK_REFUSED, "forged");

    provider("generic");
    option(PATRON_WEBHOOK_O_ANSWER,
           "{\"sub\":\"${json:note}\",\"now\":${now},\"mac\":\"${mac}\","
           "\"none\":\"${json:none}${header:None}\",\"cost\":\"$5\"}");
    option(PATRON_WEBHOOK_O_ANSWER_SIGNED, "{}");
    is_int(take("{\"sub\":\"a\",\"note\":\"a\\\"\\u0001\"}"),
           PATRON_WEBHOOK_TAKEN, "an answer");
    is_str(&event.answer, "{\"sub\":\"a\\u0022\\u0001\",\"now\":1700000000,"
           "\"mac\":\"" GENERIC "\",\"none\":\"\",\"cost\":\"$5\"}",
           "is made and signed");

    option(PATRON_WEBHOOK_O_ANSWER, "${sorted:;:sub}");
    option(PATRON_WEBHOOK_O_ENCODING, "base64");
    option(PATRON_WEBHOOK_O_DIGEST, "sha512");
    take("{\"sub\":\"a\",\"z\":1.25,\"b\":true,\"c\":null,\"d\":{},"
         "\"a\":\"\"}");
    is_str(&event.answer, "true;1.25", "sorted");

    option(PATRON_WEBHOOK_O_ANSWER, "${body}");
    is_int(take("{\"sub\":\"a\"}"), PATRON_WEBHOOK_TAKEN, "short");

    option(PATRON_WEBHOOK_O_ANSWER,
           "${body}${body}${body}${body}${body}${body}${body}${body}");
    {
        char  body[256];

        snprintf(body, sizeof(body), "{\"sub\":\"a\",\"x\":\"%0150d\"}", 0);
        is_int(take(body), PATRON_WEBHOOK_FAILED, "an answer too long");
    }
}


static void
forms(void)
{
    provider("generic");
    option(PATRON_WEBHOOK_O_CONTENT, "form");

    take("sub=a+b&tier=%C3%A9&sub=c&=x&&none");
    is_str(&event.sub, "a b", "a form");
    is_str(&event.tier, "\xc3\xa9", "decoded");
    is_int(take("sub=%FF"), PATRON_WEBHOOK_UNREADABLE, "no UTF-8");

    option(PATRON_WEBHOOK_O_CONTENT, "any");
    take("sub=a");
    is_str(&event.sub, "a", "either: a form");
    take(" {\"sub\":\"b\"}");
    is_str(&event.sub, "b", "or JSON");

    option(PATRON_WEBHOOK_O_CONTENT, "form:data");
    take("x=1&data=%7B%22sub%22%3A%22a%22%7D");
    is_str(&event.sub, "a", "JSON in a form");
    is_int(take("x=1"), PATRON_WEBHOOK_UNREADABLE, "no such field");

    option(PATRON_WEBHOOK_O_CONTENT, "base64:data");
    take("data=eyJzdWIiOiJhIn0%3D");
    is_str(&event.sub, "a", "base64");
    take("data=eyJzdWIiOiJhPz8%2FIn0");
    is_str(&event.sub, "a?\?\?", "without padding");
    is_int(take("data=!"), PATRON_WEBHOOK_UNREADABLE, "no base64");
    is_int(take("x=1"), PATRON_WEBHOOK_UNREADABLE, "nothing there");

    option(PATRON_WEBHOOK_O_SUB, "form:who|header:Who.id|header:List.1");
    option(PATRON_WEBHOOK_O_CONTENT, "base64:data");
    take("who=eve&data=e30");
    is_str(&event.sub, "eve", "a field");
    headers[1][0] = "Who";
    headers[1][1] = "x=1; id=ada";
    take("data=e30");
    is_str(&event.sub, "ada", "part of a header");
    headers[1][0] = "List";
    headers[1][1] = "1, bob";
    take("data=e30");
    is_str(&event.sub, "bob", "by its place");
    headers[1][1] = "1";
    is_int(take("data=e30"), PATRON_WEBHOOK_UNREADABLE, "no such place");

    option(PATRON_WEBHOOK_O_EVENT, "header:Kind=a*&form:x=,form:y=2");
    headers[1][0] = "Kind";
    headers[1][1] = "abc";
    option(PATRON_WEBHOOK_O_SUB, "form:who");
    is_int(take("who=eve&data=e30"), PATRON_WEBHOOK_TAKEN, "all of them");
    is_int(take("who=eve&data=e30&x=1"), PATRON_WEBHOOK_NOTHING, "not all");
    is_int(take("who=eve&data=e30&x=1&y=2"), PATRON_WEBHOOK_TAKEN,
           "the other");
    headers[1][1] = "b";
    is_int(take("who=eve&data=e30"), PATRON_WEBHOOK_NOTHING, "none");
}


static void
checks(void)
{
    size_t        i;
    patron_str_t  s;

    static const struct {
        patron_webhook_option_e  option;
        const char              *value;
    } bad[] = {
        { PATRON_WEBHOOK_O_MAC, "x" },
        { PATRON_WEBHOOK_O_DIGEST, "sha224" },
        { PATRON_WEBHOOK_O_ENCODING, "" },
        { PATRON_WEBHOOK_O_CONTENT, "xml" },
        { PATRON_WEBHOOK_O_CONTENT, "form:" },
        { PATRON_WEBHOOK_O_CUT, "" },
        { PATRON_WEBHOOK_O_SIGNED, "" },
        { PATRON_WEBHOOK_O_SIGNED, "${mac}" },
        { PATRON_WEBHOOK_O_SIGNED, "${what}" },
        { PATRON_WEBHOOK_O_SIGNED, "${sorted:}" },
        { PATRON_WEBHOOK_O_SIGNED, "${json:a..b}" },
        { PATRON_WEBHOOK_O_ANSWER, "${key}" },
        { PATRON_WEBHOOK_O_EVENT, "" },
        { PATRON_WEBHOOK_O_EVENT, "a" },
        { PATRON_WEBHOOK_O_EVENT, "a..b=1" },
        { PATRON_WEBHOOK_O_EVENT, "a|b=1" },
        { PATRON_WEBHOOK_O_GIFT, "no" },
        { PATRON_WEBHOOK_O_MAP, "" },
        { PATRON_WEBHOOK_O_MAP, "a" },
        { PATRON_WEBHOOK_O_MAP, "a:b" },
        { PATRON_WEBHOOK_O_MAP, ":active" },
        { PATRON_WEBHOOK_O_MAP, "a:active," },
        { PATRON_WEBHOOK_O_SUB, "" },
        { PATRON_WEBHOOK_O_SUB, "." },
        { PATRON_WEBHOOK_O_SUB, "a." },
        { PATRON_WEBHOOK_O_SUB, ".a" },
        { PATRON_WEBHOOK_O_SUB, "a..b" },
        { PATRON_WEBHOOK_O_SUB, "|" },
        { PATRON_WEBHOOK_O_SUB, "a|" },
        { PATRON_WEBHOOK_O_SUB, "|a" },
        { PATRON_WEBHOOK_O_SUB, "header:" },
        { PATRON_WEBHOOK_O_SUB, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
                                ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a" }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s = str(bad[i].value);
        ok(patron_webhook_option_check(bad[i].option, &s) == PATRON_ERROR,
           "refused: \"%s\"", bad[i].value);
    }

    provider("generic");
    option(PATRON_WEBHOOK_O_GIFT, "none");
    option(PATRON_WEBHOOK_O_EVENT, "a=1,2&b=");
    option(PATRON_WEBHOOK_O_MAP, "a:b:active,*:ignored");
    option(PATRON_WEBHOOK_O_SUB, "json:a.*.0|form:a|header:A.b");
    option(PATRON_WEBHOOK_O_SIGNED, "$ ${key} ${");

    s = str("paypal");
    ok(patron_webhook_preset(&s) == NULL, "no such provider");

    for (i = 0; patron_webhook_preset_at(i) != NULL; i++) {
        patron_webhook_init(&webhook, patron_webhook_preset_at(i));
        ok(patron_webhook_check(&webhook, &reason) == PATRON_OK,
           "preset %d", (int) i);

        for (size_t o = 0; o < PATRON_WEBHOOK_OPTIONS; o++) {
            s = patron_webhook_preset_at(i)->option[o];

            if (s.len
                && patron_webhook_option_check((patron_webhook_option_e) o,
                                               &s)
                   != PATRON_OK)
            {
                ok(0, "preset %d, option %d", (int) i, (int) o);
            }
        }
    }
}


static void
paid_is(const char *word, int64_t amount, int minor, const char *currency,
    int64_t paid)
{
    patron_str_t            s;
    patron_webhook_event_t  e;

    memset(&e, 0, sizeof(e));
    s = str(word);

    patron_webhook_paid(&e, &s, amount, minor);

    ok(strcmp(e.currency, currency) == 0 && e.paid == paid,
       "%s: \"%s\" %lld", word, e.currency, (long long) e.paid);
}


static void
test_paid(void)
{
    paid_is("eur", 5250, 0, "eur", 525);
    paid_is("UAH", 100000, 0, "uah", 10000);
    paid_is("JPY", 500000, 0, "jpy", 500);
    paid_is("KWD", 1500, 0, "kwd", 1500);
    paid_is("usd", 999000, 1, "usd", 999);
    paid_is("JPY", 500000, 1, "jpy", 500);
    paid_is("", 5000, 0, "", 0);
    paid_is("eu1", 5000, 0, "", 0);
    paid_is("euros", 5000, 0, "", 0);
}


int
main(void)
{
    signatures();
    stripe();
    gifts();
    patreon();
    generic();
    answers();
    forms();
    checks();
    test_paid();

    return done();
}
