
/*
 * Webhooks: signatures, each provider's body, paths.  The signatures were made
 * with openssl dgst.
 */


#include "patron_tap.h"
#include "patron_webhook.h"


#define NOW  1700000000

/* by the key "a-secret-of-many-bytes", of "1700000000.{}" and of "{}" */

#define STRIPE   "da179601442188f4876d7a932f2b199f" \
                 "199cdf7e9ddc6e86fc970cf8caf80035"
#define PATREON  "f670bb9edb82f9b0b7be96ece39ed340"
#define GENERIC  "d845ef0e17a469461c68d016018a87e5" \
                 "c0ff34e7f35ee341bcaa59d09cd3d515"


static patron_webhook_event_t  event;
static const char             *reason;


static int
verify(patron_webhook_e provider, const char *signature, const char *body,
    int64_t now)
{
    patron_str_t  key, sig, text;

    key = str("a-secret-of-many-bytes");
    sig = str(signature);
    text = str(body);

    return patron_webhook_verify(provider, &key, &sig, &text, now, 300,
                                 &reason) == PATRON_OK;
}


static int
read_event(patron_webhook_e provider, const char *body)
{
    patron_str_t  text;

    text = str(body);

    return patron_webhook_read(provider, &patron_webhook_paths[provider],
                               &text, NOW, &event, &reason);
}


static void
signatures(void)
{
    ok(verify(PATRON_STRIPE, "t=1700000000,v1=" STRIPE, "{}", NOW), "stripe");
    ok(verify(PATRON_STRIPE, "t=1700000000,v0=00,v1=00,v1=" STRIPE, "{}",
              NOW + 300),
       "one of several, in time");
    ok(!verify(PATRON_STRIPE, "t=1700000000,v1=" STRIPE, "{}", NOW + 301),
       "too late");
    ok(!verify(PATRON_STRIPE, "t=1700000000,v1=" STRIPE, "{}", NOW - 301),
       "too early");
    ok(!verify(PATRON_STRIPE, "t=1700000001,v1=" STRIPE, "{}", NOW),
       "another time");
    ok(!verify(PATRON_STRIPE, "t=1700000000,v1=" STRIPE, "{ }", NOW),
       "another body");
    ok(!verify(PATRON_STRIPE, "t=1700000000,v0=" STRIPE, "{}", NOW), "no v1");
    ok(!verify(PATRON_STRIPE, "v1=" STRIPE, "{}", NOW), "no time");
    ok(!verify(PATRON_STRIPE, "t=,v1=", "{}", NOW), "nothing in it");
    ok(!verify(PATRON_STRIPE, "", "{}", NOW), "empty");
    ok(!verify(PATRON_STRIPE, "t=99999999999999999999,v1=00", "{}", NOW),
       "a number too long");

    ok(verify(PATRON_PATREON, PATREON, "{}", NOW), "patreon");
    ok(!verify(PATRON_PATREON, PATREON, "[]", NOW), "another body");
    ok(!verify(PATRON_PATREON, "", "{}", NOW), "empty");

    ok(verify(PATRON_GENERIC, "sha256=" GENERIC, "{}", NOW), "generic");
    ok(!verify(PATRON_GENERIC, GENERIC, "{}", NOW), "no sha256=");
    ok(!verify(PATRON_GENERIC, "sha256=", "{}", NOW), "nothing after it");
    ok(!verify(PATRON_GENERIC, "sha256=" PATREON, "{}", NOW), "too short");
}


static void
stripe(void)
{
    is_int(read_event(PATRON_STRIPE,
           "{\"id\":\"evt_1\",\"created\":1699999999,"
           "\"type\":\"customer.subscription.updated\",\"data\":{\"object\":{"
           "\"object\":\"subscription\",\"id\":\"sub_1\","
           "\"customer\":\"cus_9\","
           "\"status\":\"active\",\"current_period_end\":1800000000,"
           "\"metadata\":{\"patron\":\"ada\"},\"items\":{\"data\":[{"
           "\"price\":{\"lookup_key\":\"gold\"}}]}}}}"), PATRON_OK, "stripe");
    is_str(&event.sub, "ada", "metadata.patron");
    is_str(&event.tier, "gold", "lookup_key");
    is_str(&event.id, "evt_1", "id");
    is_str(&event.of, "sub_1", "subscription");
    is_int(event.at, 1699999999, "created");
    is_int(event.rank, 1, "rank");
    is_int(event.until, 1800000000, "until");
    ok(strcmp(event.status, "active") == 0 && !event.ended, "active");

#define object(rest)                                                          \
    "{\"id\":\"e\",\"created\":1,\"type\":\"customer.subscription.deleted\"," \
    "\"data\":{\"object\":{\"object\":\"subscription\"," rest "}}}"

    is_int(read_event(PATRON_STRIPE, object("\"customer\":\"cus_9\","
           "\"status\":\"canceled\",\"items\":{\"data\":[{"
           "\"current_period_end\":1700000500}]}")), PATRON_OK, "canceled");
    is_str(&event.sub, "cus_9", "the customer");
    is_int(event.until, 1700000500, "until the end of the period");
    ok(event.tier.data == NULL, "no word of a tier");
    ok(event.rank == 2 && event.ended, "deleted is last");

    read_event(PATRON_STRIPE, object("\"customer\":\"c\","
               "\"status\":\"canceled\",\"current_period_end\":1699999999"));
    is_int(event.until, NOW, "a period that is over");

    read_event(PATRON_STRIPE, object("\"customer\":\"c\",\"status\":"
               "\"canceled\",\"current_period_end\":1800000000,"
               "\"cancellation_details\":{\"reason\":\"payment_failed\"}"));
    is_int(event.until, NOW, "not what was not paid");

    read_event(PATRON_STRIPE, object("\"customer\":\"c\","
               "\"status\":\"unpaid\",\"current_period_end\":1800000000"));
    is_int(event.until, NOW, "unpaid");

    read_event(PATRON_STRIPE, object("\"customer\":\"c\","
               "\"status\":\"past_due\""));
    ok(strcmp(event.status, "grace") == 0, "past_due is grace");

    is_int(read_event(PATRON_STRIPE, object("\"customer\":\"c\","
           "\"status\":\"strange\"")), PATRON_ERROR, "an unknown status");
    is_int(read_event(PATRON_STRIPE, object("\"customer\":\"c\"")),
           PATRON_ERROR, "no status");
    is_int(read_event(PATRON_STRIPE, object("\"status\":\"active\"")),
           PATRON_ERROR, "nobody's");
    is_int(read_event(PATRON_STRIPE, object("\"customer\":{},"
           "\"status\":\"active\"")), PATRON_ERROR, "an object's");
    is_int(read_event(PATRON_STRIPE, "{\"id\":\"e\",\"created\":1,\"data\":{"
           "\"object\":{\"object\":\"invoice\"}}}"), PATRON_DECLINED,
           "an invoice");
}


static void
patreon(void)
{
    is_int(read_event(PATRON_PATREON,
           "{\"data\":{\"type\":\"member\",\"id\":\"m-1\",\"attributes\":{"
           "\"patron_status\":\"active_patron\"},\"relationships\":{"
           "\"currently_entitled_tiers\":{\"data\":[{\"id\":\"7\","
           "\"type\":\"tier\"}]}}},\"included\":[{\"type\":\"tier\","
           "\"id\":\"6\",\"attributes\":{\"title\":\"Tin\"}},{\"type\":"
           "\"tier\",\"id\":\"7\",\"attributes\":{\"title\":\"Gold\"}}]}"),
           PATRON_OK, "patreon");
    is_str(&event.sub, "m-1", "the member's id");
    is_str(&event.tier, "Gold", "the tier's title");
    is_int(event.until, 0, "without end");

    is_int(read_event(PATRON_PATREON,
           "{\"data\":{\"type\":\"member\",\"id\":\"m-1\",\"attributes\":{"
           "\"patron_status\":null},\"relationships\":{"
           "\"currently_entitled_tiers\":{\"data\":[]}}}}"),
           PATRON_OK, "a follower");
    is_int(event.until, NOW, "no member");
    ok(event.tier.data != NULL && event.tier.len == 0, "of no tier");

    is_int(read_event(PATRON_PATREON, "{\"data\":{\"type\":\"post\"}}"),
           PATRON_DECLINED, "a post");
}


static void
generic(void)
{
    is_int(read_event(PATRON_GENERIC, "{\"sub\":42,\"tier\":\"a\\nb\","
           "\"until\":\"2030-01-01T00:00Z\"}"), PATRON_OK, "generic");
    is_str(&event.sub, "42", "a number");
    is_str(&event.tier, "a b", "no control characters");
    is_int(event.until, 1893456000, "ISO 8601");
    ok(strcmp(event.status, "active") == 0, "active if nothing is said");
    is_int(event.at, 0, "no date");

    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"\"}"), PATRON_ERROR,
           "an empty sub");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"\xc3\xa9\"}"), PATRON_ERROR,
           "a sub that no token could have");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"a\",\"sub\":\"b\"}"),
           PATRON_ERROR, "twice");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"a\",\"until\":\"x\"}"),
           PATRON_ERROR, "a bad end");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"a\",\"until\":-1}"),
           PATRON_ERROR, "a negative end");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"a\",\"created\":\"x\"}"),
           PATRON_ERROR, "a bad date");
    is_int(read_event(PATRON_GENERIC, "{\"sub\":\"a\",\"id\":\"a b\"}"),
           PATRON_ERROR, "a blank in an id");
    is_int(read_event(PATRON_GENERIC, "[]"), PATRON_DECLINED, "an array");
    is_int(read_event(PATRON_GENERIC, "{"), PATRON_ERROR, "no JSON");
    is_int(read_event(PATRON_GENERIC, ""), PATRON_ERROR, "nothing");
}


static void
paths(void)
{
    size_t        i;
    patron_str_t  s;

    static const char *const  bad[] = {
        "", ".", "a.", ".a", "a..b", "|", "a|", "|a", "a.|b"
    };

    s = str("a.b.0.c|d");
    ok(patron_webhook_path(&s) == PATRON_OK, "a path");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s = str(bad[i]);
        ok(patron_webhook_path(&s) == PATRON_ERROR, "no path: \"%s\"", bad[i]);
    }
}


int
main(void)
{
    signatures();
    stripe();
    patreon();
    generic();
    paths();

    return done();
}
