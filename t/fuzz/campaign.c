
/*
 * Campaigns: blocks of "field=value" lines, a key and an empty line before
 * each.  Those that parse are arranged, and chosen from for some readers; what
 * is chosen, and what is not, is held against the targets themselves.
 */


#include <stdlib.h>

#include "patron_campaign.h"
#include "patron_pattern.h"


#define CAMPAIGNS  16
#define FIELDS     16


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* Variables of an odd name have the value, which two kinds of readers have
   in turn, all others none. */

typedef struct {
    const patron_targets_t  *targets;
    patron_str_t             value;
} readers_t;


static const patron_str_t *
value_of(readers_t *readers, const patron_str_t *name)
{
    static const patron_str_t  none = patron_string("");

    return (name->len & 1) ? &readers->value : &none;
}


static const patron_str_t *
variable(void *data, unsigned which)
{
    readers_t *readers = data;

    return value_of(readers,
                    patron_targets_variable(readers->targets, which));
}


/* Does every target fit, each taken for itself? */

static int
suits(const patron_campaign_t *c, readers_t *readers)
{
    int                  in;
    size_t               begin, end, i;
    unsigned             k;
    patron_str_t         item;
    patron_pattern_t     pattern;
    const patron_str_t  *value, *list;

    for (k = 0; k < c->ntargets; k++) {
        list = &c->targets[k].values;
        value = value_of(readers, &c->targets[k].variable);
        in = 0;

        for (i = 0, begin = 0; i <= list->len; i++) {
            if (i < list->len && list->data[i] != ',') {
                continue;
            }

            for (end = i; begin < end && list->data[begin] == ' '; begin++);
            for ( /* void */ ; end > begin && list->data[end - 1] == ' ';
                 end--);

            item.data = list->data + begin;
            item.len = end - begin;
            in |= (item.len == value->len
                   && (item.len == 0
                       || memcmp(item.data, value->data, item.len) == 0))
                  || (patron_pattern_parse(&pattern, &item) == PATRON_OK
                      && patron_pattern_fits(&pattern, value));
            begin = i + 1;
        }

        if (in == (int) c->targets[k].negate) {
            return 0;
        }
    }

    return 1;
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


/* One that is for all, with no variants, whose place c has taken in vain. */

static int
passed_over(const patron_campaign_t *one, const patron_campaign_t *c,
    const patron_choice_t *choice, readers_t *readers)
{
    return (c == NULL
            || (c->variant_of.len == 0 && one->priority > c->priority))
           && one->audience.type == PATRON_FOR_ALL
           && one->cap.showings == 0 && one->variants == NULL
           && one->from <= choice->now && one->until > choice->now
           && patron_hours_open(&one->hours, choice->now)
           && suits(one, readers);
}


static void
choose(patron_campaign_t **list, size_t n, patron_str_t *value)
{
    int                       i;
    size_t                    k;
    readers_t                 readers;
    patron_reader_t           reader;
    patron_visit_t            visit;
    patron_choice_t           choice;
    patron_targets_t         *targets;
    const patron_campaign_t  *c;

    memset(&visit, 0, sizeof(visit));
    memset(&reader, 0, sizeof(reader));
    memset(&choice, 0, sizeof(choice));

    targets = patron_targets_create(NULL, list, n);

    readers.targets = targets;
    choice.reader = &reader;
    choice.visit = &visit;
    choice.variable = variable;
    choice.data = &readers;

    for (i = 0; i < 64; i++) {
        readers.value = *value;
        readers.value.len -= (i & 1) ? value->len / 2 : 0;
        reader.state = (patron_state_e) (i % PATRON_STATE_N);
        choice.key = (uint64_t) i * UINT64_C(0x9e3779b97f4a7c15);
        choice.now = (int64_t) i * 60000000;

        patron_targets_begin(&choice, targets);
        c = patron_campaign_choose(list, n, &choice);

        for (k = 0; k < n; k++) {
            if (passed_over(list[k], c, &choice, &readers)) {
                abort();
            }
        }

        if (c == NULL) {
            continue;
        }

        patron_targets_begin(&choice, targets);

        if (c->from > choice.now || c->until <= choice.now
            || !patron_hours_open(&c->hours, choice.now)
            || (c->variant_of.len == 0 && !suits(c, &readers))
            || c != patron_campaign_choose(list, n, &choice))
        {
            abort();
        }

        patron_visit_show(&visit, c->id, &c->cap, choice.now);
    }

    patron_targets_free(NULL, targets);
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
