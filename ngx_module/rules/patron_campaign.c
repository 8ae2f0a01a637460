
/*
 * Reading a campaign's fields.  Every field is checked when it is read, none
 * when a page is served; a mistake refuses that campaign and says why.
 */


#include <stdio.h>

#include "patron_campaign.h"
#include "patron_date.h"
#include "patron_hash.h"
#include "patron_path.h"


#define PATRON_CAMPAIGN_WEIGHT    1000000
#define PATRON_CAMPAIGN_PRIORITY  1000000
#define PATRON_CAMPAIGN_KEY       512       /* bytes of "<slot>:<name>" */


typedef int (*patron_campaign_field_pt)(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);


static int patron_campaign_name(patron_campaign_t *campaign,
    const patron_str_t *key, char *err);
static int patron_campaign_field(patron_campaign_t *campaign,
    const patron_field_t *field, char *err);
static int patron_campaign_html(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_url_local(const patron_str_t *url);
static int patron_campaign_url(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_status(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_holdback(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_weight(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_priority(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_from(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_until(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_hours(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_zone(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_for(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_cap(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_variant(patron_campaign_t *campaign,
    const patron_str_t *value, char *err);
static int patron_campaign_target(patron_campaign_t *campaign,
    const patron_field_t *field, char *err);
static int patron_campaign_whole(patron_campaign_t *campaign, char *err);
static int patron_campaign_number(const patron_str_t *value, int max,
    int *number);
static int patron_campaign_refuse(char *err, const char *field,
    const patron_str_t *value, const char *why);


static const struct {
    patron_str_t              name;
    patron_campaign_field_pt  parse;
} patron_campaign_fields[] = {
    { patron_string("html"), patron_campaign_html },
    { patron_string("url"), patron_campaign_url },
    { patron_string("status"), patron_campaign_status },
    { patron_string("holdback"), patron_campaign_holdback },
    { patron_string("weight"), patron_campaign_weight },
    { patron_string("priority"), patron_campaign_priority },
    { patron_string("from"), patron_campaign_from },
    { patron_string("until"), patron_campaign_until },
    { patron_string("hours"), patron_campaign_hours },
    { patron_string("tz"), patron_campaign_zone },
    { patron_string("for"), patron_campaign_for },
    { patron_string("cap"), patron_campaign_cap },
    { patron_string("variant_of"), patron_campaign_variant }
};

#define PATRON_CAMPAIGN_FIELDS                                               \
    (sizeof(patron_campaign_fields) / sizeof(patron_campaign_fields[0]))


int
patron_campaign_parse(patron_campaign_t *campaign, const patron_str_t *key,
    const patron_field_t *fields, size_t n, char *err)
{
    size_t  i;

    memset(campaign, 0, sizeof(patron_campaign_t));

    campaign->active = 1;
    campaign->weight = 1;
    campaign->until = INT64_MAX;

    if (patron_campaign_name(campaign, key, err) != PATRON_OK) {
        return PATRON_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (patron_campaign_field(campaign, &fields[i], err) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return patron_campaign_whole(campaign, err);
}


static int
patron_campaign_name(patron_campaign_t *campaign, const patron_str_t *key,
    char *err)
{
    const patron_uchar_t  *colon;

    colon = (key->len && key->len <= PATRON_CAMPAIGN_KEY)
            ? memchr(key->data, ':', key->len) : NULL;

    if (colon == NULL || colon == key->data
        || colon + 1 == key->data + key->len)
    {
        return patron_campaign_refuse(err, "name", key, "slot:name");
    }

    campaign->key = *key;

    campaign->slot.data = key->data;
    campaign->slot.len = (size_t) (colon - key->data);

    campaign->name.data = colon + 1;
    campaign->name.len = key->len - campaign->slot.len - 1;

    return PATRON_OK;
}


static int
patron_campaign_field(patron_campaign_t *campaign,
    const patron_field_t *field, char *err)
{
    unsigned             i;
    const patron_str_t  *name;

    if (field->name.len > 3 && memcmp(field->name.data, "if_", 3) == 0) {
        return patron_campaign_target(campaign, field, err);
    }

    for (i = 0; i < PATRON_CAMPAIGN_FIELDS; i++) {
        name = &patron_campaign_fields[i].name;

        if (field->name.len == name->len
            && memcmp(field->name.data, name->data, name->len) == 0)
        {
            return patron_campaign_fields[i].parse(campaign, &field->value,
                                                   err);
        }
    }

    return PATRON_OK;
}


/* What only all the fields together tell. */

static int
patron_campaign_whole(patron_campaign_t *campaign, char *err)
{
    size_t  n;

    /* white space is not put out */

    for (n = 0; n < campaign->html.len; n++) {
        if (memchr(" \t\n\f\r", campaign->html.data[n], 5) == NULL) {
            break;
        }
    }

    if (n == campaign->html.len) {
        campaign->html.len = 0;
    }

    if (campaign->holdback) {

        if (campaign->html.len) {
            snprintf(err, PATRON_CAMPAIGN_ERR,
                     "holdback is 1, and there is html");
            return PATRON_ERROR;
        }

        campaign->html.data = (const patron_uchar_t *) "";

    } else if (campaign->html.len == 0) {
        snprintf(err, PATRON_CAMPAIGN_ERR, "html is missing or empty");
        return PATRON_ERROR;
    }

    if (campaign->until <= campaign->from) {
        snprintf(err, PATRON_CAMPAIGN_ERR, "until is not after from");
        return PATRON_ERROR;
    }

    campaign->hash = patron_hash(&campaign->key);
    campaign->id = patron_visit_id(&campaign->key);
    campaign->share = campaign->weight ? 1.0 / campaign->weight : 0;

    return PATRON_OK;
}


static int
patron_campaign_html(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len > PATRON_CAMPAIGN_HTML) {
        snprintf(err, PATRON_CAMPAIGN_ERR, "html has %zu bytes, at most %d",
                 value->len, PATRON_CAMPAIGN_HTML);
        return PATRON_ERROR;
    }

    campaign->html = *value;

    return PATRON_OK;
}


/* It goes into a Location header: printable ASCII, and no scheme but http. */

static int
patron_campaign_url(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len == 0) {
        return PATRON_OK;
    }

    if (patron_campaign_url_check(value) != PATRON_OK) {
        return patron_campaign_refuse(err, "url", value,
                                      "http://, https:// or a local path, "
                                      "in percent-encoded ASCII");
    }

    campaign->url = *value;

    return PATRON_OK;
}


/* Is it a path of this site, whatever the reference in it, and without one? */

static int
patron_campaign_url_local(const patron_str_t *url)
{
    size_t          at, len;
    patron_str_t    path;
    patron_uchar_t  buf[PATRON_CAMPAIGN_URL];

    len = sizeof(PATRON_CAMPAIGN_REFERENCE) - 1;

    for (at = 0; /* void */ ; at++) {

        if (at + len > url->len) {
            return patron_path_local(url);
        }

        if (memcmp(url->data + at, PATRON_CAMPAIGN_REFERENCE, len) == 0) {
            break;
        }
    }

    memcpy(buf, url->data, at);
    memcpy(buf + at, url->data + at + len, url->len - at - len);

    path.data = buf;
    path.len = url->len - len;

    return patron_path_local(&path);
}


int
patron_campaign_url_check(const patron_str_t *url)
{
    size_t  i;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] <= ' ' || url->data[i] > 0x7e) {
            return PATRON_ERROR;
        }
    }

    return (url->len <= PATRON_CAMPAIGN_URL
            && (patron_campaign_url_local(url) == PATRON_OK
                || (url->len > 8 && memcmp(url->data, "https://", 8) == 0)
                || (url->len > 7 && memcmp(url->data, "http://", 7) == 0)))
           ? PATRON_OK : PATRON_ERROR;
}


static int
patron_campaign_status(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    unsigned  i;

    static const struct {
        patron_str_t  name;
        unsigned      active;
    } statuses[] = {
        { patron_string("active"), 1 },
        { patron_string("live"), 1 },
        { patron_string("paused"), 0 },
        { patron_string("draft"), 0 }
    };

    for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].name.len == value->len
            && memcmp(statuses[i].name.data, value->data, value->len) == 0)
        {
            campaign->active = statuses[i].active;
            return PATRON_OK;
        }
    }

    return patron_campaign_refuse(err, "status", value,
                                  "active, live, paused or draft");
}


static int
patron_campaign_holdback(patron_campaign_t *campaign,
    const patron_str_t *value, char *err)
{
    if (value->len > 1
        || (value->len == 1 && *value->data != '0' && *value->data != '1'))
    {
        return patron_campaign_refuse(err, "holdback", value, "0 or 1");
    }

    campaign->holdback = (value->len == 1 && *value->data == '1');

    return PATRON_OK;
}


static int
patron_campaign_weight(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    int  n;

    if (patron_campaign_number(value, PATRON_CAMPAIGN_WEIGHT, &n) != PATRON_OK
        || n < 0)
    {
        return patron_campaign_refuse(err, "weight", value, "0 to 1000000");
    }

    campaign->weight = (unsigned) n;

    return PATRON_OK;
}


static int
patron_campaign_priority(patron_campaign_t *campaign,
    const patron_str_t *value, char *err)
{
    if (patron_campaign_number(value, PATRON_CAMPAIGN_PRIORITY,
                               &campaign->priority)
        != PATRON_OK)
    {
        return patron_campaign_refuse(err, "priority", value,
                                      "-1000000 to 1000000");
    }

    return PATRON_OK;
}


static int
patron_campaign_from(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len
        && patron_date_parse(value, 0, &campaign->from) != PATRON_OK)
    {
        return patron_campaign_refuse(err, "from", value,
                                      "2026-11-22T18:00Z or unix seconds");
    }

    return PATRON_OK;
}


/* A date alone is that day included. */

static int
patron_campaign_until(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len
        && patron_date_parse(value, 1, &campaign->until) != PATRON_OK)
    {
        return patron_campaign_refuse(err, "until", value,
                                      "2026-11-22T18:00Z or unix seconds");
    }

    return PATRON_OK;
}


static int
patron_campaign_hours(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len
        && patron_hours_parse(&campaign->hours, value) != PATRON_OK)
    {
        return patron_campaign_refuse(err, "hours", value,
                                      "as in \"mon-fri 18:00-23:00, sat\", at "
                                      "most 8");
    }

    return PATRON_OK;
}


/* A rule, or the name of one. */

static int
patron_campaign_zone(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    campaign->zone.len = 0;

    if (value->len == 0
        || patron_zone_rule_parse(&campaign->hours.zone, value) == PATRON_OK)
    {
        return PATRON_OK;
    }

    memset(&campaign->hours.zone, 0, sizeof(patron_zone_rule_t));

    if (!patron_zone_rule_name(value)) {
        return patron_campaign_refuse(err, "tz", value,
                                      "a zone, as in Europe/Kyiv");
    }

    campaign->zone = *value;

    return PATRON_OK;
}


static int
patron_campaign_for(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len
        && patron_audience_parse(&campaign->audience, value) != PATRON_OK)
    {
        return patron_campaign_refuse(err, "for", value,
                                      "one state, tier, patron or all");
    }

    return PATRON_OK;
}


static int
patron_campaign_cap(patron_campaign_t *campaign, const patron_str_t *value,
    char *err)
{
    if (value->len
        && patron_cap_parse(&campaign->cap, value) != PATRON_OK)
    {
        return patron_campaign_refuse(err, "cap", value, "as in 3/7d");
    }

    return PATRON_OK;
}


static int
patron_campaign_variant(patron_campaign_t *campaign,
    const patron_str_t *value, char *err)
{
    if (value->len == campaign->name.len
        && memcmp(value->data, campaign->name.data, value->len) == 0)
    {
        return patron_campaign_refuse(err, "variant_of", value,
                                      "another campaign");
    }

    campaign->variant_of = *value;

    return PATRON_OK;
}


static int
patron_campaign_target(patron_campaign_t *campaign,
    const patron_field_t *field, char *err)
{
    size_t            i;
    patron_uchar_t    c;
    patron_target_t  *t;

    if (campaign->ntargets == PATRON_CAMPAIGN_TARGETS) {
        snprintf(err, PATRON_CAMPAIGN_ERR, "more than %d if_ fields",
                 PATRON_CAMPAIGN_TARGETS);
        return PATRON_ERROR;
    }

    t = &campaign->targets[campaign->ntargets];

    t->variable.data = field->name.data + 3;
    t->variable.len = field->name.len - 3;

    for (i = 0; i < t->variable.len; i++) {
        c = t->variable.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_'))
        {
            return patron_campaign_refuse(err, "if_", &t->variable,
                                          "a variable's name");
        }
    }

    t->values = field->value;
    t->negate = 0;

    if (t->values.len && t->values.data[0] == '!') {
        t->values.data++;
        t->values.len--;
        t->negate = 1;
    }

    campaign->ntargets++;

    return PATRON_OK;
}


static int
patron_campaign_number(const patron_str_t *value, int max, int *number)
{
    int     n, sign;
    size_t  i;

    i = 0;
    sign = 1;

    if (value->len && value->data[0] == '-') {
        sign = -1;
        i = 1;
    }

    if (i == value->len) {
        return PATRON_ERROR;
    }

    for (n = 0; i < value->len; i++) {
        if (value->data[i] < '0' || value->data[i] > '9') {
            return PATRON_ERROR;
        }

        n = n * 10 + (value->data[i] - '0');

        if (n > max) {
            return PATRON_ERROR;
        }
    }

    *number = sign * n;

    return PATRON_OK;
}


/* The value goes into a log line and onto a page: shortened, and printable. */

static int
patron_campaign_refuse(char *err, const char *field,
    const patron_str_t *value, const char *why)
{
    char    shown[33];
    size_t  i, len;

    len = 0;

    if (value) {
        len = (value->len < sizeof(shown) - 1) ? value->len
                                               : sizeof(shown) - 1;

        for (i = 0; i < len; i++) {
            shown[i] = (value->data[i] < ' ' || value->data[i] > 0x7e)
                       ? '?' : (char) value->data[i];
        }
    }

    shown[len] = '\0';

    snprintf(err, PATRON_CAMPAIGN_ERR, "%s \"%s\" is not valid: expected %s",
             field, shown, why);

    return PATRON_ERROR;
}
