
/*
 * See the header.
 */


#include "patron_helper_arms.h"


static void patron_helper_arms_campaign(patron_helper_arms_t *all,
    const patron_str_t *key, const patron_helper_reply_t *reply);
static int patron_helper_arm_parse(patron_helper_arm_t *arm,
    const patron_str_t *key, const patron_helper_reply_t *reply);
static void patron_helper_arms_day(patron_helper_arms_t *all,
    const patron_helper_reply_t *reply);
static patron_helper_arm_t *patron_helper_arm(patron_helper_arms_t *all,
    const patron_str_t *name);
static void patron_helper_arm_count(patron_helper_arm_t *arm,
    const patron_str_t *what, long long n);
static void patron_helper_arm_paid(patron_helper_arm_t *arm,
    const patron_str_t *currency, long long n);
static void patron_helper_arm_side(patron_helper_arm_t *arm, const char *by);


void
patron_helper_arms(patron_helper_arms_t *all, const char *slot,
    const char *by, const char *file, const char *days)
{
    size_t                  i, n, total;
    patron_str_t           *names;
    patron_helper_reply_t   reply;

    memset(all, 0, sizeof(patron_helper_arms_t));
    memset(&reply, 0, sizeof(patron_helper_reply_t));

    all->slot = patron_helper_str(slot);

    names = patron_helper_lines(file, &n);
    total = n + strtoul(days, NULL, 10);

    for (i = 0; i < total && patron_helper_reply(&reply); i++) {
        if (i < n) {
            patron_helper_arms_campaign(all, &names[i], &reply);

        } else {
            patron_helper_arms_day(all, &reply);
        }
    }

    patron_helper_complete(i, total);

    if (all->n == 0) {
        patron_helper_die(PATRON_HELPER_FAILED,
                          "no campaign of slot \"%s\" is published or was "
                          "counted", slot);
    }

    for (i = 0; i < all->n; i++) {
        patron_helper_arm_side(&all->arms[i], by);
    }
}


static void
patron_helper_arms_campaign(patron_helper_arms_t *all,
    const patron_str_t *key, const patron_helper_reply_t *reply)
{
    patron_str_t          name;
    const patron_str_t   *value;
    patron_helper_arm_t  *arm;

    name.data = key->data + all->slot.len + 1;
    name.len = key->len - all->slot.len - 1;

    arm = patron_helper_arm(all, &name);

    if (reply->type != PATRON_HELPER_LIST) {
        return;
    }

    value = patron_helper_field(reply, "holdback");
    arm->arm.holdback = value != NULL && patron_helper_is(value, "1");

    value = patron_helper_field(reply, "variant_of");

    if (value != NULL) {
        arm->arm.variant_of = patron_helper_copy(value);
    }

    arm->weighed = patron_helper_field(reply, "weight") != NULL;
    arm->live = patron_helper_arm_parse(arm, key, reply);
}


static int
patron_helper_arm_parse(patron_helper_arm_t *arm, const patron_str_t *key,
    const patron_helper_reply_t *reply)
{
    int              rc;
    char             err[PATRON_CAMPAIGN_ERR];
    size_t           i, n;
    patron_field_t  *fields;

    fields = patron_helper_alloc(reply->n / 2 * sizeof(patron_field_t));

    for (i = 0, n = 0; i + 1 < reply->n; i += 2) {
        fields[n].name = patron_helper_copy(&reply->elements[i]);
        fields[n++].value = patron_helper_copy(&reply->elements[i + 1]);
    }

    rc = patron_campaign_parse(&arm->campaign, key, fields, n, err);

    free(fields);

    return rc == PATRON_OK;
}


/* Fields are "<what>.<slot>:<name>"; a currency has a dot before it, too. */

static void
patron_helper_arms_day(patron_helper_arms_t *all,
    const patron_helper_reply_t *reply)
{
    size_t                 i, k;
    long long              n;
    patron_str_t           what, name, value;
    const patron_str_t    *field;
    const patron_uchar_t  *end;

    for (i = 0; reply->type == PATRON_HELPER_LIST && i + 1 < reply->n; i += 2)
    {
        field = &reply->elements[i];
        value = patron_helper_copy(&reply->elements[i + 1]);
        n = strtoll((const char *) value.data, NULL, 10);
        free((void *) value.data);

        end = field->data + field->len;

        for (k = 0; k < field->len; k++) {
            name.data = field->data + k + 1;
            name.len = (size_t) (end - name.data);

            if (field->data[k] == '.'
                && name.len > all->slot.len + 1
                && memcmp(name.data, all->slot.data, all->slot.len) == 0
                && name.data[all->slot.len] == ':')
            {
                break;
            }
        }

        if (k == field->len) {
            continue;
        }

        what.data = field->data;
        what.len = k;
        name.data += all->slot.len + 1;
        name.len -= all->slot.len + 1;

        patron_helper_arm_count(patron_helper_arm(all, &name), &what, n);
    }
}


/* That of the name, made if there is none. */

static patron_helper_arm_t *
patron_helper_arm(patron_helper_arms_t *all, const patron_str_t *name)
{
    size_t                i;
    patron_helper_arm_t  *arm;

    for (i = 0; i < all->n; i++) {
        arm = &all->arms[i];

        if (arm->arm.name.len == name->len
            && memcmp(arm->arm.name.data, name->data, name->len) == 0)
        {
            return arm;
        }
    }

    all->arms = patron_helper_realloc(all->arms, (all->n + 1)
                                         * sizeof(patron_helper_arm_t));
    arm = &all->arms[all->n++];

    memset(arm, 0, sizeof(patron_helper_arm_t));
    arm->arm.name = patron_helper_copy(name);

    return arm;
}


static void
patron_helper_arm_count(patron_helper_arm_t *arm, const patron_str_t *what,
    long long n)
{
    patron_str_t  currency;

    if (patron_helper_is(what, "shown")) {
        arm->shown += n;

    } else if (patron_helper_is(what, "assigned")) {
        arm->assigned += n;

    } else if (patron_helper_is(what, "clicked")) {
        arm->clicked += n;

    } else if (patron_helper_is(what, "dismissed")) {
        arm->dismissed += n;

    } else if (patron_helper_is(what, "granted")) {
        arm->granted += n;

    } else if (patron_helper_is(what, "granted_by_click")) {
        arm->by_click += n;

    } else if (what->len == sizeof("revenue.eur") - 1
               && memcmp(what->data, "revenue.", 8) == 0)
    {
        currency.data = what->data + 8;
        currency.len = 3;
        patron_helper_arm_paid(arm, &currency, n);
    }
}


static void
patron_helper_arm_paid(patron_helper_arm_t *arm, const patron_str_t *currency,
    long long n)
{
    size_t  i;

    for (i = 0; i < arm->nmoney; i++) {
        if (memcmp(arm->money[i].name, currency->data, 3) == 0) {
            arm->money[i].sum += n;
            return;
        }
    }

    if (arm->nmoney < PATRON_HELPER_CURRENCIES) {
        memcpy(arm->money[arm->nmoney].name, currency->data, 3);
        arm->money[arm->nmoney++].sum = n;
    }
}


static void
patron_helper_arm_side(patron_helper_arm_t *arm, const char *by)
{
    long long  did;

    did = strcmp(by, "clicked") == 0 ? arm->clicked
          : strcmp(by, "dismissed") == 0 ? arm->dismissed
          : arm->granted;

    arm->arm.side.readers = arm->assigned > 0 ? (uint64_t) arm->assigned : 0;
    arm->arm.side.did = did > 0 ? (uint64_t) did : 0;
}
