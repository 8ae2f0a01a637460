
/*
 * Snapshots: what is put is read again, and nothing else is.
 */


#include <stdlib.h>

#include "patron_campaign.h"
#include "patron_snapshot.h"
#include "patron_tap.h"


static void
test_roundtrip(void)
{
    size_t             pos, n, i;
    uint32_t           type;
    patron_str_t       data, out[PATRON_SNAPSHOT_STRINGS];
    patron_str_t       in[PATRON_SNAPSHOT_STRINGS];
    patron_snapshot_t  s;

    memset(&s, 0, sizeof(s));

    for (i = 0; i < PATRON_SNAPSHOT_STRINGS; i++) {
        in[i] = str(i % 3 ? "some bytes" : "");
    }

    ok(patron_snapshot_put(&s, 7, in, 0) == PATRON_OK, "no strings");
    ok(patron_snapshot_put(&s, 8, in, PATRON_SNAPSHOT_STRINGS) == PATRON_OK,
       "as many as there may be");
    ok(patron_snapshot_put(&s, 9, in, PATRON_SNAPSHOT_STRINGS + 1)
       == PATRON_ERROR, "one too many");

    data.data = s.data;
    data.len = s.len;
    pos = 0;

    ok(patron_snapshot_next(&data, &pos, &type, out, &n) == PATRON_OK
       && type == 7 && n == 0, "the first again");
    ok(patron_snapshot_next(&data, &pos, &type, out, &n) == PATRON_OK
       && type == 8 && n == PATRON_SNAPSHOT_STRINGS
       && out[1].len == 10 && memcmp(out[1].data, "some bytes", 10) == 0
       && out[0].len == 0, "the second again");
    ok(patron_snapshot_next(&data, &pos, &type, out, &n) == PATRON_DECLINED,
       "the end");

    patron_snapshot_free(&s);
    ok(s.data == NULL && s.len == 0, "empty");
}


/* Cut anywhere, it is refused where the cut is. */

static void
test_torn(void)
{
    int                rc;
    size_t             pos, n, cut, bad;
    uint32_t           type;
    patron_str_t       data, in[2], out[PATRON_SNAPSHOT_STRINGS];
    patron_uchar_t    *copy;
    patron_snapshot_t  s;

    memset(&s, 0, sizeof(s));

    in[0] = str("a key");
    in[1] = str("a value");

    (void) patron_snapshot_put(&s, 1, in, 2);

    bad = 0;

    for (cut = 1; cut < s.len; cut++) {
        copy = malloc(cut);
        memcpy(copy, s.data, cut);

        data.data = copy;
        data.len = cut;
        pos = 0;

        rc = patron_snapshot_next(&data, &pos, &type, out, &n);
        bad += (rc != PATRON_ERROR);

        free(copy);
    }

    ok(bad == 0, "torn at every byte");

    patron_snapshot_free(&s);
}


/* The order of a rank is that of the choice. */

static void
test_rank(void)
{
    char                      key[16], err[PATRON_CAMPAIGN_ERR];
    size_t                    i, n, count, bad;
    uint8_t                   ranked[PATRON_CAMPAIGN_RANKED];
    patron_str_t              names[40];
    patron_field_t            fields[3];
    patron_choice_t           choice;
    patron_reader_t           reader;
    patron_targets_t         *targets;
    patron_campaign_t         c[40], *list[40];
    const patron_campaign_t  *chosen, *offered;

    static char  keys[40][16];

    memset(&choice, 0, sizeof(choice));
    memset(&reader, 0, sizeof(reader));
    reader.state = PATRON_STATE_GUEST;
    choice.now = 1000;
    choice.reader = &reader;

    for (i = 0; i < 40; i++) {
        snprintf(keys[i], sizeof(keys[i]), "s:c%zu", i);
        snprintf(key, sizeof(key), "%zu", 1 + i % 3);

        names[i] = str(keys[i]);
        fields[0].name = str("html");
        fields[0].value = str("<p>x</p>");
        fields[1].name = str("priority");
        fields[1].value = str(i < 4 ? "9" : i < 20 ? "5" : "1");
        fields[2].name = str("weight");
        fields[2].value = str(i % 3 ? "2" : "1");

        (void) patron_campaign_parse(&c[i], &names[i], fields, 3, err);

        if (i < 3) {
            c[i].until = 500;
        }
    }

    n = patron_campaign_arrange(c, 40, list);
    ok(n == 40, "all are listed");

    targets = patron_targets_create(NULL, list, n);
    patron_targets_begin(&choice, targets);

    bad = 0;

    for (choice.key = 1; choice.key < 2000; choice.key++) {
        chosen = patron_campaign_choose(list, n, &choice);
        count = patron_campaign_rank(list, n, choice.key, ranked,
                                     PATRON_CAMPAIGN_RANKED);
        bad += (count != PATRON_CAMPAIGN_RANKED);

        for (i = 0, offered = NULL; i < count && offered == NULL; i++) {
            offered = patron_campaign_offer(list[ranked[i]], &choice);
        }

        bad += (offered != chosen);
    }

    ok(bad == 0, "what is offered first is what is chosen");

    patron_targets_free(NULL, targets);
}


int
main(void)
{
    test_roundtrip();
    test_torn();
    test_rank();

    return done();
}
