
/*
 * Campaigns: blocks of "field=value" lines, a key and an empty line before
 * each.  Those that parse are arranged, and chosen from for some readers.
 */


#include <stdlib.h>

#include "patron_campaign.h"


#define CAMPAIGNS  16
#define FIELDS     16


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const patron_str_t *
variable(void *data, const patron_str_t *name)
{
    return (name->len & 1) ? data : NULL;
}


/* The next line, without its end; NULL data at the end. */

static patron_str_t
line(const uint8_t **p, const uint8_t *end)
{
    patron_str_t    s;
    const uint8_t  *newline;

    s.data = (*p < end) ? *p : NULL;
    s.len = 0;

    if (s.data == NULL) {
        return s;
    }

    newline = memchr(*p, '\n', (size_t) (end - *p));

    s.len = (size_t) ((newline ? newline : end) - *p);
    *p = newline ? newline + 1 : end;

    return s;
}


static int
block(patron_campaign_t *c, const uint8_t **p, const uint8_t *end)
{
    int                    rc;
    char                   err[PATRON_CAMPAIGN_ERR];
    size_t                 n;
    patron_str_t           key, s;
    patron_field_t         fields[FIELDS];
    const patron_uchar_t  *equals;

    key = line(p, end);

    for (n = 0; n < FIELDS; n++) {
        s = line(p, end);

        if (s.len == 0) {
            break;
        }

        equals = memchr(s.data, '=', s.len);

        fields[n].name = s;
        fields[n].value.data = s.data + s.len;
        fields[n].value.len = 0;

        if (equals) {
            fields[n].name.len = (size_t) (equals - s.data);
            fields[n].value.data = equals + 1;
            fields[n].value.len = s.len - fields[n].name.len - 1;
        }
    }

    err[0] = '\0';
    rc = patron_campaign_parse(c, &key, fields, n, err);

    if ((rc == PATRON_OK) != (err[0] == '\0')
        || memchr(err, '\0', sizeof(err)) == NULL)
    {
        abort();
    }

    return rc;
}


static void
choose(patron_campaign_t **list, size_t n, patron_str_t *value)
{
    int                       i;
    size_t                    k;
    patron_reader_t           reader;
    patron_visit_t            visit;
    patron_choice_t           choice;
    const patron_campaign_t  *c;

    memset(&visit, 0, sizeof(visit));
    memset(&reader, 0, sizeof(reader));
    memset(&choice, 0, sizeof(choice));

    choice.reader = &reader;
    choice.visit = &visit;
    choice.variable = variable;
    choice.data = value;

    for (i = 0; i < 64; i++) {
        reader.state = (patron_state_e) (i % PATRON_STATE_N);
        choice.key = (uint64_t) i * UINT64_C(0x9e3779b97f4a7c15);
        choice.now = (int64_t) i * 60000000;

        c = patron_campaign_choose(list, n, &choice);

        if (c == NULL) {
            continue;
        }

        if (c->from > choice.now || c->until <= choice.now
            || c != patron_campaign_choose(list, n, &choice))
        {
            abort();
        }

        /* nothing of a higher priority that is for all was passed over */

        for (k = 0; c->variant_of.len == 0 && k < n; k++) {
            if (list[k]->priority > c->priority
                && list[k]->audience.type == PATRON_FOR_ALL
                && list[k]->ntargets == 0 && list[k]->cap.showings == 0
                && list[k]->from <= choice.now
                && list[k]->until > choice.now)
            {
                abort();
            }
        }

        patron_visit_show(&visit, c->id, &c->cap, choice.now);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t              n;
    patron_str_t        value;
    const uint8_t      *p, *end;
    patron_campaign_t  *list[CAMPAIGNS];

    static patron_campaign_t  campaigns[CAMPAIGNS];

    p = data;
    end = data + size;
    value = line(&p, end);

    for (n = 0; p < end && n < CAMPAIGNS; /* void */ ) {
        n += block(&campaigns[n], &p, end) == PATRON_OK;
    }

    n = patron_campaign_arrange(campaigns, n, list);
    choose(list, n, &value);

    return 0;
}
