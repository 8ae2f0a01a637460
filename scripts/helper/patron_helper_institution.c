
/*
 * Institutions: lists of addresses as the module reads them, and what there is.
 */


#include <string.h>
#include <time.h>

#include "patron_address.h"
#include "patron_date.h"
#include "patron_helper.h"
#include "patron_helper_redis.h"


#define PATRON_HELPER_LIST_MAX  (16 * 1024 * 1024)  /* bytes of all addresses */
#define PATRON_HELPER_LIST_LEN  60000               /* of one field */


static void patron_helper_institution(const patron_str_t *name, int published,
    const patron_helper_reply_t *reply, int json);
static int64_t patron_helper_until(const patron_helper_reply_t *reply);
static const char *patron_helper_institution_state(int published,
    const patron_helper_reply_t *reply, int64_t until);


/*
 * Addresses on standard input, which must all be good; put out with commas, a
 * line for each field that they need.
 */

void
patron_helper_addresses(int argc, char **argv)
{
    int                     rc;
    size_t                  len;
    patron_str_t            text, rest, bad;
    patron_address_range_t  range;

    (void) argc;
    (void) argv;

    text = patron_helper_read(NULL, PATRON_HELPER_LIST_MAX);
    rest = text;
    len = 0;

    while ((rc = patron_address_next(&rest, &range, &bad)) != PATRON_DECLINED)
    {
        if (rc == PATRON_ERROR) {
            fputs("patron: no address, CIDR or range: ", stderr);
            patron_helper_clean(stderr, &bad);
            fputc('\n', stderr);
            exit(PATRON_HELPER_USAGE);
        }

        if (len) {

            if (len + bad.len + 1 > PATRON_HELPER_LIST_LEN) {
                putchar('\n');
                len = 0;

            } else {
                putchar(',');
                len++;
            }
        }

        patron_helper_clean(stdout, &bad);
        len += bad.len;
    }

    if (len) {
        putchar('\n');
    }
}


/* NAMES PUBLISHED table|json < the replies to HGETALL of each name */

void
patron_helper_institutions(int argc, char **argv)
{
    char  title[128];

    (void) argc;

    (void) snprintf(title, sizeof(title), "%-20s %-8s %-10s %8s %-11s %s",
                    "INSTITUTION", "STATE", "TIER", "RANGES", "UNTIL",
                    "LABEL");

    patron_helper_records(argv, title, patron_helper_institution);
}


static void
patron_helper_institution(const patron_str_t *name, int published,
    const patron_helper_reply_t *reply, int json)
{
    char                 day[16];
    size_t               ranges, wrong;
    time_t               when;
    int64_t              until;
    const char          *state;
    const patron_str_t  *field;
    patron_str_t         tier, label, s;

    field = patron_helper_field(reply, "tier");
    tier = field ? *field : patron_helper_str("");

    field = patron_helper_field(reply, "label");
    label = field ? *field : patron_helper_str("");

    until = patron_helper_until(reply);

    ranges = patron_helper_ranges(reply, &wrong);
    state = patron_helper_institution_state(published, reply, until);

    if (json) {
        fputs("{\"institution\":", stdout);
        patron_helper_json(stdout, name);
        printf(",\"state\":\"%s\",\"ranges\":%zu,\"wrong\":%zu,\"tier\":",
               state, ranges, wrong);
        patron_helper_json(stdout, &tier);
        fputs(",\"label\":", stdout);
        patron_helper_json(stdout, &label);

        if (until) {
            printf(",\"until\":%lld", (long long) until);
        }

        putchar('}');
        return;
    }

    day[0] = '\0';

    if (until) {
        when = (time_t) until;
        strftime(day, sizeof(day), "%Y-%m-%d", gmtime(&when));
    }

    patron_helper_pad(name, 21);
    s = patron_helper_str(state);
    patron_helper_pad(&s, 9);
    patron_helper_pad(&tier, 11);
    printf("%8zu ", ranges);
    s = patron_helper_str(day);
    patron_helper_pad(&s, 12);
    patron_helper_clean(stdout, &label);
    putchar('\n');
}


static int64_t
patron_helper_until(const patron_helper_reply_t *reply)
{
    char                 text[24];
    int64_t              time;
    const patron_str_t  *field;

    field = patron_helper_field(reply, "until");

    if (field == NULL || field->len == 0 || field->len >= sizeof(text)) {
        return 0;
    }

    memcpy(text, field->data, field->len);
    text[field->len] = '\0';

    /* as the module has it: what is no time lets nobody in */

    return text[strspn(text, "0123456789")] == '\0'
           && patron_date_seconds(strtoll(text, NULL, 10), &time) == PATRON_OK
           ? time : 1;
}


size_t
patron_helper_ranges(const patron_helper_reply_t *reply, size_t *wrong)
{
    int                     rc;
    size_t                  i, n;
    patron_str_t            rest, bad;
    const patron_str_t     *name;
    patron_address_range_t  range;

    n = 0;
    *wrong = 0;

    for (i = 0; reply->type == PATRON_HELPER_LIST && i + 1 < reply->n; i += 2) {
        name = &reply->elements[i];

        if (name->len < 9 || memcmp(name->data, "addresses", 9) != 0) {
            continue;
        }

        rest = reply->elements[i + 1];

        while ((rc = patron_address_next(&rest, &range, &bad))
               != PATRON_DECLINED)
        {
            n += (rc == PATRON_OK);
            *wrong += (rc == PATRON_ERROR);
        }
    }

    return n;
}


static const char *
patron_helper_institution_state(int published,
    const patron_helper_reply_t *reply, int64_t until)
{
    if (reply->type != PATRON_HELPER_LIST || reply->n == 0) {
        return "missing";
    }

    if (!published) {
        return "draft";
    }

    return (until && until <= (int64_t) time(NULL)) ? "ended" : "live";
}
