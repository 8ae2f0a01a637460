
/*
 * See the header.  What is signed by whom, and where:
 *
 *   stripe         HMAC-SHA256 of "<t>.<body>", Stripe-Signature
 *   patreon        HMAC-MD5 of the body, X-Patreon-Signature
 *   liqpay         SHA-1 of key, data and key, a field of the form
 *   wayforpay      HMAC-MD5 of eight values, merchantSignature among them
 *   fondy          SHA-1 of key and all values by name, signature among them
 *   kofi           nothing: a token is one of the values
 *   memberful      HMAC-SHA256 of the body, X-Memberful-Webhook-Signature
 *   buymeacoffee   HMAC-SHA256 of the body, X-Signature-SHA256
 *   donorbox       HMAC-SHA256 of "<time>.<body>", Donorbox-Signature
 *   paddle         HMAC-SHA256 of "<ts>:<body>", Paddle-Signature
 *   lemonsqueezy   HMAC-SHA256 of the body, X-Signature
 *   github         HMAC-SHA256 of the body, X-Hub-Signature-256
 *
 * Who dates nothing, or does not sign the date, has no created=: what comes
 * last is true.
 */


#include "patron_webhook_map.h"
#include "patron_webhook_presets.h"
#include "patron_webhook_template.h"


#define PATRON_WEBHOOK_MONTH  (32 * 86400)

#define patron_webhook_o(name, value)                                         \
    [PATRON_WEBHOOK_O_##name] = patron_string(value)

/* HMAC-SHA256 of the body, in hex */

#define patron_webhook_hmac_sha256                                            \
    patron_webhook_o(MAC, "hmac"),                                            \
    patron_webhook_o(DIGEST, "sha256"),                                       \
    patron_webhook_o(ENCODING, "hex"),                                        \
    patron_webhook_o(CONTENT, "json")


const patron_str_t  patron_webhook_options[PATRON_WEBHOOK_OPTIONS] = {
    patron_string("mac="),
    patron_string("digest="),
    patron_string("encoding="),
    patron_string("signature="),
    patron_string("prefix="),
    patron_string("signed="),
    patron_string("dated="),
    patron_string("content="),
    patron_string("answer="),
    patron_string("answer_signed="),
    patron_string("event="),
    patron_string("only="),
    patron_string("gift="),
    patron_string("sub="),
    patron_string("cut="),
    patron_string("tier="),
    patron_string("status="),
    patron_string("map="),
    patron_string("until="),
    patron_string("id="),
    patron_string("created="),
    patron_string("subscription="),
    patron_string("payment="),
    patron_string("amount="),
    patron_string("currency="),
    patron_string("refunded="),
    patron_string("refund="),
    patron_string("part=")
};


static const patron_webhook_preset_t  patron_webhook_presets[] = {

    { patron_string("stripe"), PATRON_WEBHOOK_STRIPE, 0, 0, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:Stripe-Signature.v1"),
        patron_webhook_o(SIGNED, "${header:Stripe-Signature.t}.${body}"),
        patron_webhook_o(DATED, "header:Stripe-Signature.t"),
        patron_webhook_o(SUB, "data.object.client_reference_id"
                              "|data.object.metadata.patron"
                              "|data.object.customer"),
        patron_webhook_o(TIER, "data.object.metadata.tier"),
        patron_webhook_o(STATUS, "data.object.status"),
        patron_webhook_o(ID, "id"),
        patron_webhook_o(CREATED, "created") } },

    { patron_string("patreon"), PATRON_WEBHOOK_PATREON, 0, 0, {
        patron_webhook_o(MAC, "hmac"),
        patron_webhook_o(DIGEST, "md5"),
        patron_webhook_o(ENCODING, "hex"),
        patron_webhook_o(CONTENT, "json"),
        patron_webhook_o(SIGNATURE, "header:X-Patreon-Signature"),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(SUB, "data.id"),
        patron_webhook_o(STATUS, "data.attributes.patron_status") } },

    { patron_string("generic"), PATRON_WEBHOOK_PLAIN, 0, 0, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:X-Patron-Signature"),
        patron_webhook_o(PREFIX, "sha256="),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(SUB, "sub"),
        patron_webhook_o(TIER, "tier"),
        patron_webhook_o(STATUS, "status"),
        patron_webhook_o(UNTIL, "until"),
        patron_webhook_o(ID, "id"),
        patron_webhook_o(CREATED, "created"),
        patron_webhook_o(SUBSCRIPTION, "subscription"),
        patron_webhook_o(PAYMENT, "payment"),
        patron_webhook_o(AMOUNT, "amount"),
        patron_webhook_o(CURRENCY, "currency") } },

    { patron_string("liqpay"), PATRON_WEBHOOK_PLAIN, PATRON_WEBHOOK_MONTH, 0, {
        patron_webhook_o(MAC, "plain"),
        patron_webhook_o(DIGEST, "sha1"),
        patron_webhook_o(ENCODING, "base64"),
        patron_webhook_o(CONTENT, "base64:data"),
        patron_webhook_o(SIGNATURE, "form:signature"),
        patron_webhook_o(SIGNED, "${key}${form:data}${key}"),
        patron_webhook_o(EVENT, "action=,pay*,hold,subscribe*,unsubscribe*,"
                                "regular*"),
        patron_webhook_o(GIFT, "action=pay*,hold"),
        patron_webhook_o(SUB, "customer|order_id"),
        patron_webhook_o(STATUS, "status"),
        patron_webhook_o(MAP, "success:active,subscribed:active,"
                              "unsubscribed:ended,reversed:refunded,"
                              "*:ignored"),
        patron_webhook_o(ID, "transaction_id|payment_id"),
        patron_webhook_o(CREATED, "end_date|create_date"),
        patron_webhook_o(SUBSCRIPTION, "order_id"),
        patron_webhook_o(PAYMENT, "order_id"),
        patron_webhook_o(AMOUNT, "amount"),
        patron_webhook_o(CURRENCY, "currency") } },

    { patron_string("wayforpay"), PATRON_WEBHOOK_PLAIN, PATRON_WEBHOOK_MONTH,
      0, {
        patron_webhook_o(MAC, "hmac"),
        patron_webhook_o(DIGEST, "md5"),
        patron_webhook_o(ENCODING, "hex"),
        patron_webhook_o(CONTENT, "json"),
        patron_webhook_o(SIGNATURE, "json:merchantSignature"),
        patron_webhook_o(SIGNED, "${json:merchantAccount};"
                                 "${json:orderReference};${json:amount};"
                                 "${json:currency};${json:authCode};"
                                 "${json:cardPan};${json:transactionStatus};"
                                 "${json:reasonCode}"),
        patron_webhook_o(ANSWER, "{\"orderReference\":"
                                 "\"${json:orderReference}\","
                                 "\"status\":\"accept\",\"time\":${now},"
                                 "\"signature\":\"${mac}\"}"),
        patron_webhook_o(ANSWER_SIGNED,
                         "${json:orderReference};accept;${now}"),
        patron_webhook_o(GIFT, "transactionStatus=*"),
        patron_webhook_o(SUB, "orderReference"),
        patron_webhook_o(CUT, "_WFPREG"),
        patron_webhook_o(STATUS, "transactionStatus"),
        patron_webhook_o(MAP, "Approved:active,Refunded:refunded,"
                              "Voided:refunded,*:ignored"),
        patron_webhook_o(ID, "orderReference"),
        patron_webhook_o(SUBSCRIPTION, "orderReference"),
        patron_webhook_o(PAYMENT, "orderReference"),
        patron_webhook_o(AMOUNT, "amount"),
        patron_webhook_o(CURRENCY, "currency") } },

    { patron_string("fondy"), PATRON_WEBHOOK_PLAIN, PATRON_WEBHOOK_MONTH, 1, {
        patron_webhook_o(MAC, "plain"),
        patron_webhook_o(DIGEST, "sha1"),
        patron_webhook_o(ENCODING, "hex"),
        patron_webhook_o(CONTENT, "any"),
        patron_webhook_o(SIGNATURE, "json:signature"),
        patron_webhook_o(SIGNED,
                         "${key}|${sorted:|:response_signature_string}"),
        patron_webhook_o(GIFT, "order_status=*"),
        patron_webhook_o(SUB, "merchant_data|order_id"),
        patron_webhook_o(STATUS, "order_status"),
        patron_webhook_o(MAP, "approved:active,reversed:refunded,*:ignored"),
        patron_webhook_o(ID, "payment_id"),
        patron_webhook_o(SUBSCRIPTION, "parent_order_id|order_id"),
        patron_webhook_o(PAYMENT, "order_id"),
        patron_webhook_o(AMOUNT, "amount"),
        patron_webhook_o(CURRENCY, "currency"),
        patron_webhook_o(REFUNDED, "reversal_amount") } },

    { patron_string("kofi"), PATRON_WEBHOOK_PLAIN, PATRON_WEBHOOK_MONTH, 0, {
        patron_webhook_o(MAC, "token"),
        patron_webhook_o(CONTENT, "form:data"),
        patron_webhook_o(SIGNATURE, "json:verification_token"),
        patron_webhook_o(EVENT, "type=Donation,Subscription"),
        patron_webhook_o(GIFT, "is_subscription_payment=false"),
        patron_webhook_o(SUB, "email"),
        patron_webhook_o(TIER, "tier_name"),
        patron_webhook_o(ID, "message_id"),
        patron_webhook_o(CREATED, "timestamp"),
        patron_webhook_o(PAYMENT, "kofi_transaction_id"),
        patron_webhook_o(AMOUNT, "amount"),
        patron_webhook_o(CURRENCY, "currency") } },

    { patron_string("memberful"), PATRON_WEBHOOK_PLAIN, 0, 1, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:X-Memberful-Webhook-Signature"),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(EVENT, "event=subscription.*"),
        patron_webhook_o(SUB, "subscription.member.id"),
        patron_webhook_o(TIER, "subscription.subscription_plan.slug"),
        patron_webhook_o(STATUS, "event|subscription.active"),
        patron_webhook_o(MAP, "subscription.deactivated:unpaid,"
                              "subscription.deleted:unpaid,"
                              "true:active,false:unpaid"),
        patron_webhook_o(UNTIL, "subscription.expires_at"),
        patron_webhook_o(SUBSCRIPTION, "subscription.id"),
        patron_webhook_o(AMOUNT,
                         "subscription.subscription_plan.price_cents") } },

    { patron_string("buymeacoffee"), PATRON_WEBHOOK_PLAIN, 0, 0, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:X-Signature-SHA256"),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(EVENT, "type=membership.*,recurring_donation.*,"
                                "donation.*"),
        patron_webhook_o(GIFT, "type=donation.*"),
        patron_webhook_o(SUB, "data.supporter_email"),
        patron_webhook_o(TIER, "data.membership_level_name"),
        patron_webhook_o(STATUS, "type|data.status"),
        patron_webhook_o(MAP, "membership.cancelled:canceled,"
                              "recurring_donation.cancelled:canceled,"
                              "donation.refunded:refunded,succeeded:active"),
        patron_webhook_o(UNTIL, "data.current_period_end"),
        patron_webhook_o(ID, "event_id"),
        patron_webhook_o(CREATED, "created"),
        patron_webhook_o(SUBSCRIPTION, "data.psp_id|data.id"),
        patron_webhook_o(PAYMENT, "data.transaction_id|data.id"),
        patron_webhook_o(AMOUNT, "data.amount"),
        patron_webhook_o(CURRENCY, "data.currency") } },

    { patron_string("donorbox"), PATRON_WEBHOOK_PLAIN, PATRON_WEBHOOK_MONTH,
      0, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:Donorbox-Signature.1"),
        patron_webhook_o(SIGNED, "${header:Donorbox-Signature.0}.${body}"),
        patron_webhook_o(DATED, "header:Donorbox-Signature.0"),
        patron_webhook_o(GIFT, "0.recurring=false,recurring=false"),
        patron_webhook_o(SUB, "0.donor.email|donor.email"),
        patron_webhook_o(STATUS, "0.status|status"),
        patron_webhook_o(MAP, "paid:active,*:ignored"),
        patron_webhook_o(ID, "0.id|id"),
        patron_webhook_o(CREATED, "0.donation_date|donation_date"),
        patron_webhook_o(PAYMENT, "0.id|id"),
        patron_webhook_o(AMOUNT, "0.amount|amount"),
        patron_webhook_o(CURRENCY, "0.currency|currency"),
        patron_webhook_o(REFUNDED, "0.amount_refunded|amount_refunded") } },

    { patron_string("paddle"), PATRON_WEBHOOK_PLAIN, 0, 1, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:Paddle-Signature.h1"),
        patron_webhook_o(SIGNED, "${header:Paddle-Signature.ts}:${body}"),
        patron_webhook_o(DATED, "header:Paddle-Signature.ts"),
        patron_webhook_o(EVENT, "event_type=subscription.*,"
                                "event_type=transaction.completed"
                                "&data.subscription_id=,"
                                "event_type=adjustment.*"
                                "&data.action=refund&data.subscription_id=,"
                                "event_type=adjustment.*"
                                "&data.action=refund&data.type=full,"
                                "event_type=adjustment.*"
                                "&data.action=refund&data.type="
                                "&data.items.*.type=full,"
                                "event_type=adjustment.*"
                                "&data.action=refund&data.type="
                                "&data.items.*.type=,"
                                "event_type=adjustment.*"
                                "&data.action=chargeback"),
        patron_webhook_o(GIFT, "event_type=transaction.*,"
                               "event_type=adjustment.*"
                               "&data.subscription_id="),
        patron_webhook_o(SUB, "data.custom_data.patron|data.customer_id"),
        patron_webhook_o(TIER, "data.custom_data.tier"
                               "|data.items.*.price.custom_data.tier"
                               "|data.items.*.price.name"),
        patron_webhook_o(STATUS, "data.status"),
        patron_webhook_o(MAP, "completed:active,approved:refunded,"
                              "pending_approval:ignored,rejected:ignored,"
                              "reversed:ignored"),
        patron_webhook_o(UNTIL, "data.current_billing_period.ends_at"),
        patron_webhook_o(ID, "event_id"),
        patron_webhook_o(CREATED, "occurred_at"),
        patron_webhook_o(SUBSCRIPTION, "data.subscription_id|data.id"),
        patron_webhook_o(PAYMENT, "data.transaction_id|data.id"),
        patron_webhook_o(AMOUNT, "data.items.*.price.unit_price.amount"),
        patron_webhook_o(CURRENCY, "data.currency_code"),
        patron_webhook_o(REFUNDED, "data.totals.total"),
        patron_webhook_o(REFUND, "data.id"),
        patron_webhook_o(PART, "data.type=partial,"
                               "data.items.*.type=partial,tax,proration") } },

    { patron_string("lemonsqueezy"), PATRON_WEBHOOK_PLAIN, 0, 0, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:X-Signature"),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(EVENT, "data.type=subscriptions"),
        patron_webhook_o(SUB, "meta.custom_data.patron"
                              "|data.attributes.customer_id"),
        patron_webhook_o(TIER, "data.attributes.variant_name"),
        patron_webhook_o(STATUS, "data.attributes.pause.mode"
                                 "|data.attributes.status"),
        patron_webhook_o(MAP, "free:active,on_trial:active,expired:unpaid"),
        patron_webhook_o(UNTIL, "data.attributes.ends_at"
                                "|data.attributes.renews_at"),
        patron_webhook_o(CREATED, "data.attributes.updated_at"),
        patron_webhook_o(SUBSCRIPTION, "data.id") } },

    { patron_string("github"), PATRON_WEBHOOK_PLAIN, 0, 1, {
        patron_webhook_hmac_sha256,
        patron_webhook_o(SIGNATURE, "header:X-Hub-Signature-256"),
        patron_webhook_o(PREFIX, "sha256="),
        patron_webhook_o(SIGNED, "${body}"),
        patron_webhook_o(EVENT, "header:X-GitHub-Event=sponsorship"
                                "&sponsorship.tier.is_one_time=false,"
                                "header:X-GitHub-Event=sponsorship"
                                "&sponsorship.tier.is_one_time=,"
                                "header:X-GitHub-Event=sponsorship"
                                "&action=created"),
        patron_webhook_o(GIFT, "sponsorship.tier.is_one_time=true"),
        patron_webhook_o(SUB, "sponsorship.sponsor.login"),
        patron_webhook_o(TIER, "sponsorship.tier.name"),
        patron_webhook_o(STATUS, "action"),
        patron_webhook_o(MAP, "created:active,tier_changed:active,"
                              "pending_cancellation:ended,cancelled:unpaid,"
                              "*:ignored"),
        patron_webhook_o(UNTIL, "effective_date"),
        patron_webhook_o(SUBSCRIPTION, "sponsorship.node_id"),
        patron_webhook_o(PAYMENT, "sponsorship.node_id"),
        patron_webhook_o(AMOUNT, "sponsorship.tier.monthly_price_in_cents") } }
};


static int patron_webhook_one_of(const patron_str_t *value,
    const char *const *words, size_t n);


const patron_webhook_preset_t *
patron_webhook_preset(const patron_str_t *name)
{
    size_t                          i;
    const patron_webhook_preset_t  *preset;

    for (i = 0; (preset = patron_webhook_preset_at(i)) != NULL; i++) {
        if (preset->name.len == name->len
            && memcmp(preset->name.data, name->data, name->len) == 0)
        {
            break;
        }
    }

    return preset;
}


const patron_webhook_preset_t *
patron_webhook_preset_at(size_t i)
{
    return (i < sizeof(patron_webhook_presets)
                / sizeof(patron_webhook_presets[0]))
           ? &patron_webhook_presets[i] : NULL;
}


int
patron_webhook_option_check(patron_webhook_option_e option,
    const patron_str_t *value)
{
    static const char *const  macs[] = { "hmac", "plain", "token" };
    static const char *const  digests[] = { "sha256", "sha512", "sha1",
                                            "md5" };
    static const char *const  encodings[] = { "hex", "base64" };
    static const char *const  none[] = { "none" };

    switch (option) {

    case PATRON_WEBHOOK_O_MAC:
        return patron_webhook_one_of(value, macs, 3);

    case PATRON_WEBHOOK_O_DIGEST:
        return patron_webhook_one_of(value, digests, 4);

    case PATRON_WEBHOOK_O_ENCODING:
        return patron_webhook_one_of(value, encodings, 2);

    case PATRON_WEBHOOK_O_CONTENT:
        return patron_webhook_content(value);

    case PATRON_WEBHOOK_O_PREFIX:
        return PATRON_OK;

    case PATRON_WEBHOOK_O_CUT:
        return value->len ? PATRON_OK : PATRON_ERROR;

    case PATRON_WEBHOOK_O_SIGNED:
    case PATRON_WEBHOOK_O_ANSWER_SIGNED:
        return value->len && !patron_webhook_holds(value, "mac")
               ? patron_webhook_template(value) : PATRON_ERROR;

    case PATRON_WEBHOOK_O_ANSWER:
        return value->len && !patron_webhook_holds(value, "key")
               ? patron_webhook_template(value) : PATRON_ERROR;

    case PATRON_WEBHOOK_O_GIFT:
        if (patron_webhook_one_of(value, none, 1) == PATRON_OK) {
            return PATRON_OK;
        }

        /* fall through */

    case PATRON_WEBHOOK_O_EVENT:
    case PATRON_WEBHOOK_O_ONLY:
    case PATRON_WEBHOOK_O_PART:
        return patron_webhook_conditions(value);

    case PATRON_WEBHOOK_O_MAP:
        return patron_webhook_map(value);

    default:
        return patron_webhook_source(value);
    }
}


static int
patron_webhook_one_of(const patron_str_t *value, const char *const *words,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (value->len == strlen(words[i])
            && memcmp(value->data, words[i], value->len) == 0)
        {
            return PATRON_OK;
        }
    }

    return PATRON_ERROR;
}
