
/*
 * Campaigns as the module reads them: what is refused here would be refused
 * there.  Which variables a template may read the configuration alone knows.
 */


#include <time.h>

#include "patron_campaign.h"
#include "patron_helper_redis.h"
#include "patron_template.h"


typedef struct {
    patron_str_t        key;
    const char         *state;
    char                reason[PATRON_CAMPAIGN_ERR];
    int                 published;
    patron_campaign_t   campaign;
} patron_helper_campaign_t;


static int patron_helper_parse(patron_campaign_t *campaign,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    char *err);
static int patron_helper_zone(patron_campaign_t *campaign, char *err);
static size_t patron_helper_set(patron_field_t *fields, size_t n,
    const patron_str_t *name, const patron_str_t *value);
static int patron_helper_campaign_state(patron_helper_campaign_t *c,
    const patron_helper_reply_t *reply, int64_t now);
static void patron_helper_variant(patron_helper_campaign_t *c,
    const patron_helper_campaign_t *all, size_t n);
static int patron_helper_among(const patron_str_t *name,
    const patron_str_t *names, size_t n);
static void patron_helper_campaign_row(const patron_helper_campaign_t *c);
static void patron_helper_campaign_json(const patron_helper_campaign_t *c);
static const char *patron_helper_date(int64_t time, char *shown, size_t size);


/* Would the campaign be good with these fields over those that it has? */

void
patron_helper_campaign(int argc, char **argv)
{
    int                     k;
    char                   *p, err[PATRON_CAMPAIGN_ERR];
    size_t                  i, n;
    patron_str_t            key, name, value;
    patron_field_t         *fields;
    patron_campaign_t       campaign;
    patron_helper_reply_t   reply;

    memset(&reply, 0, sizeof(patron_helper_reply_t));
    (void) patron_helper_reply(&reply);

    fields = patron_helper_alloc((reply.n / 2 + (size_t) argc)
                                 * sizeof(patron_field_t));

    for (i = 0, n = 0; i + 1 < reply.n; i += 2) {
        n = patron_helper_set(fields, n, &reply.elements[i],
                              &reply.elements[i + 1]);
    }

    for (k = 1; k < argc; k++) {
        p = strchr(argv[k], '=');

        if (p == NULL) {
            patron_helper_die(PATRON_HELPER_USAGE, "a field and its value is "
                              "wanted: %s", argv[k]);
        }

        *p = '\0';
        name = patron_helper_str(argv[k]);
        value = patron_helper_str(p + 1);

        n = patron_helper_set(fields, n, &name, &value);
    }

    key = patron_helper_str(argv[0]);

    if (patron_helper_parse(&campaign, &key, fields, n, err) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s: %s", argv[0], err);
    }

    if (!campaign.active) {
        puts("its status is not \"active\"");

    } else if (campaign.weight == 0) {
        puts("its weight is 0");

    } else if (campaign.until <= (int64_t) time(NULL)) {
        puts("it has ended");
    }

    free(fields);
}


static size_t
patron_helper_set(patron_field_t *fields, size_t n, const patron_str_t *name,
    const patron_str_t *value)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (fields[i].name.len == name->len
            && memcmp(fields[i].name.data, name->data, name->len) == 0)
        {
            break;
        }
    }

    fields[i].name = *name;
    fields[i].value = *value;

    return i == n ? n + 1 : n;
}


static int
patron_helper_parse(patron_campaign_t *campaign, const patron_str_t *key,
    const patron_field_t *fields, size_t n, char *err)
{
    patron_template_t  t;

    memset(&t, 0, sizeof(patron_template_t));

    if (patron_campaign_parse(campaign, key, fields, n, err) != PATRON_OK
        || patron_helper_zone(campaign, err) != PATRON_OK
        || patron_template_balanced(&campaign->html, err) != PATRON_OK
        || patron_template_compile(NULL, &t, &campaign->html, err)
           != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    patron_free(NULL, t.parts);

    return PATRON_OK;
}


/* As this machine has it, which may not be that of nginx. */

static int
patron_helper_zone(patron_campaign_t *campaign, char *err)
{
    int              rc;
    char             path[256];
    FILE            *f;
    const char      *dir;
    patron_str_t     file;
    patron_uchar_t   bytes[PATRON_ZONE_FILE];

    if (campaign->zone.len == 0 || campaign->hours.n == 0) {
        return PATRON_OK;
    }

    dir = getenv("TZDIR");
    rc = PATRON_ERROR;

    snprintf(path, sizeof(path), "%s/%.*s", dir ? dir : "/usr/share/zoneinfo",
             (int) campaign->zone.len, (const char *) campaign->zone.data);

    f = fopen(path, "r");

    if (f != NULL) {
        file.data = bytes;
        file.len = fread(bytes, 1, sizeof(bytes), f);
        rc = patron_zone_rule_file(&campaign->hours.zone, &file);
        (void) fclose(f);
    }

    if (rc != PATRON_OK) {
        snprintf(err, PATRON_CAMPAIGN_ERR, "tz \"%.*s\" is no zone of this "
                 "machine", (int) campaign->zone.len,
                 (const char *) campaign->zone.data);
    }

    return rc;
}


void
patron_helper_campaigns(int argc, char **argv)
{
    int                        json;
    size_t                     i, n, count, npublished;
    int64_t                    now;
    patron_str_t              *names, *published;
    patron_helper_reply_t      reply;
    patron_helper_campaign_t  *all;

    (void) argc;

    names = patron_helper_lines(argv[0], &n);
    published = patron_helper_lines(argv[1], &npublished);
    json = (strcmp(argv[2], "json") == 0);

    all = patron_helper_alloc(n * sizeof(patron_helper_campaign_t));
    now = time(NULL);

    memset(&reply, 0, sizeof(patron_helper_reply_t));

    for (i = 0, count = 0; i < n && patron_helper_reply(&reply); i++) {
        all[count].key = names[i];
        all[count].published = patron_helper_among(&names[i], published,
                                                   npublished);
        count += patron_helper_campaign_state(&all[count], &reply, now);
    }

    patron_helper_complete(i, n);

    if (json) {
        putchar('[');

    } else {
        printf("%-28s %-8s %-16s %-16s %s\n", "CAMPAIGN", "STATE",
               "FROM (UTC)", "UNTIL (UTC)", "WHY");
    }

    for (i = 0; i < count; i++) {
        patron_helper_variant(&all[i], all, count);

        if (json) {
            fputs(i ? ",\n" : "\n", stdout);
            patron_helper_campaign_json(&all[i]);

        } else {
            patron_helper_campaign_row(&all[i]);
        }
    }

    if (json) {
        puts("\n]");
    }
}


/* 0: there is no such campaign. */

static int
patron_helper_campaign_state(patron_helper_campaign_t *c,
    const patron_helper_reply_t *reply, int64_t now)
{
    int              rc;
    size_t           i, n;
    patron_field_t  *fields;

    c->reason[0] = '\0';

    if (reply->type != PATRON_HELPER_LIST || reply->n == 0) {
        memset(&c->campaign, 0, sizeof(patron_campaign_t));
        c->state = "refused";
        snprintf(c->reason, sizeof(c->reason), "there is no such hash");

        return c->published;
    }

    fields = patron_helper_alloc(reply->n / 2 * sizeof(patron_field_t));

    for (i = 0, n = 0; i + 1 < reply->n; i += 2) {
        fields[n].name = patron_helper_copy(&reply->elements[i]);
        fields[n++].value = patron_helper_copy(&reply->elements[i + 1]);
    }

    rc = patron_helper_parse(&c->campaign, &c->key, fields, n, c->reason);

    free(fields);

    if (!c->published) {
        c->state = "draft";

    } else if (rc != PATRON_OK) {
        c->state = "refused";

    } else if (!c->campaign.active || c->campaign.weight == 0) {
        c->state = "paused";

    } else if (c->campaign.until <= now) {
        c->state = "ended";

    } else if (c->campaign.from > now) {
        c->state = "waits";

    } else if (!patron_hours_open(&c->campaign.hours, now)) {
        c->state = "waits";
        snprintf(c->reason, sizeof(c->reason), "it is not one of its hours");

    } else {
        c->state = "live";
    }

    return 1;
}


/* A variant is shown where its original would be. */

static void
patron_helper_variant(patron_helper_campaign_t *c,
    const patron_helper_campaign_t *all, size_t n)
{
    size_t               i;
    const patron_str_t  *of, *slot;

    of = &c->campaign.variant_of;
    slot = &c->campaign.slot;

    if (of->len == 0 || strcmp(c->state, "live") != 0) {
        return;
    }

    for (i = 0; i < n; i++) {
        if (strcmp(all[i].state, "live") == 0
            && all[i].campaign.variant_of.len == 0
            && all[i].key.len == slot->len + 1 + of->len
            && memcmp(all[i].key.data, c->key.data, slot->len + 1) == 0
            && memcmp(all[i].key.data + slot->len + 1, of->data, of->len) == 0)
        {
            return;
        }
    }

    c->state = "waits";
    snprintf(c->reason, sizeof(c->reason), "its original is not live: %.*s",
             (int) (of->len < 64 ? of->len : 64), (char *) of->data);
}


static int
patron_helper_among(const patron_str_t *name, const patron_str_t *names,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (names[i].len == name->len
            && memcmp(names[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static const char *
patron_helper_date(int64_t time, char *shown, size_t size)
{
    time_t  when;

    when = (time_t) time;

    if (time == 0 || time == INT64_MAX) {
        return "";
    }

    strftime(shown, size, "%Y-%m-%d %H:%M", gmtime(&when));

    return shown;
}


static void
patron_helper_campaign_row(const patron_helper_campaign_t *c)
{
    char          shown[32];
    patron_str_t  s;

    patron_helper_pad(&c->key, 29);

    s = patron_helper_str(c->state);
    patron_helper_pad(&s, 9);

    s = patron_helper_str(patron_helper_date(c->campaign.from, shown,
                                             sizeof(shown)));
    patron_helper_pad(&s, 17);

    s = patron_helper_str(patron_helper_date(c->campaign.until, shown,
                                             sizeof(shown)));
    patron_helper_pad(&s, 17);

    s = patron_helper_str(c->reason);
    patron_helper_clean(stdout, &s);
    putchar('\n');
}


static void
patron_helper_campaign_json(const patron_helper_campaign_t *c)
{
    patron_str_t  s;

    fputs("{\"campaign\":", stdout);
    patron_helper_json(stdout, &c->key);
    printf(",\"state\":\"%s\",\"published\":%s", c->state,
           c->published ? "true" : "false");

    if (c->campaign.from) {
        printf(",\"from\":%lld", (long long) c->campaign.from);
    }

    if (c->campaign.until && c->campaign.until != INT64_MAX) {
        printf(",\"until\":%lld", (long long) c->campaign.until);
    }

    if (c->reason[0]) {
        s = patron_helper_str(c->reason);
        fputs(",\"why\":", stdout);
        patron_helper_json(stdout, &s);
    }

    putchar('}');
}
