
/*
 * Campaigns: what is refused and why, and the choice: eligible, by priority,
 * in proportion to the weights, sticky, and moved no more than need be.  More
 * of variables in t/unit/targets.c.
 */


#include "patron_campaign.h"
#include "patron_hash.h"
#include "patron_tap.h"


#define NOW      INT64_C(1795370400)
#define READERS  20000


static char              err[PATRON_CAMPAIGN_ERR];
static patron_reader_t   reader;
static patron_str_t      country, section;
static patron_targets_t *targets;


static const patron_str_t *
variable(void *data, unsigned which)
{
    const patron_str_t  *name;

    ok(data == err, "the caller's data");

    name = patron_targets_variable(targets, which);

    if (name->len == 7 && memcmp(name->data, "country", 7) == 0) {
        return &country;
    }

    if (name->len == 7 && memcmp(name->data, "section", 7) == 0) {
        return &section;
    }

    return NULL;
}


/* The choice anew, of campaigns that may be others. */

static const patron_campaign_t *
choose(patron_campaign_t **list, size_t n, patron_choice_t *choice)
{
    const patron_campaign_t  *c;

    targets = patron_targets_create(NULL, list, n);
    patron_targets_begin(choice, targets);
    c = patron_campaign_choose(list, n, choice);
    patron_targets_free(NULL, targets);

    return c;
}


/* fields: name, value, ... NULL */

static int
parse(patron_campaign_t *c, const char *key, const char **fields)
{
    size_t          n;
    patron_str_t    k;
    patron_field_t  f[32];

    for (n = 0; fields[2 * n]; n++) {
        f[n].name = str(fields[2 * n]);
        f[n].value = str(fields[2 * n + 1]);
    }

    k = str(key);

    return patron_campaign_parse(c, &k, f, n, err);
}


static void
field_is(const char *name, const char *value, const char *reason)
{
    int                rc;
    const char        *fields[5];
    patron_campaign_t  c;

    fields[0] = "html";
    fields[1] = "<p>x</p>";
    fields[2] = name;
    fields[3] = value;
    fields[4] = NULL;

    err[0] = '\0';
    rc = parse(&c, "top:autumn", fields);

    ok(reason == NULL ? rc == PATRON_OK
                      : rc == PATRON_ERROR && strstr(err, reason) != NULL,
       "%s=%.30s: %s", name, value, rc == PATRON_OK ? "taken" : err);
}


static void
test_fields(void)
{
    char               html[PATRON_CAMPAIGN_HTML + 2];
    unsigned           i;
    const char        *many[2 * PATRON_CAMPAIGN_TARGETS + 5];
    patron_campaign_t  c;

    static const char  *none[] = { NULL };
    static const char  *all[] = {
        "html", "<p>Support us</p>", "url", "https://example.org/support",
        "status", "active", "weight", "3", "priority", "-2",
        "from", "2026-11-01", "until", "2026-11-30", "for", "lapsed",
        "cap", "3/7d", "if_country", "!de, at", "note", "of the site's own",
        NULL
    };

    ok(parse(&c, "top:autumn:2", all) == PATRON_OK, "a campaign");
    is_str(&c.slot, "top", "slot");
    is_str(&c.name, "autumn:2", "name");
    is_str(&c.html, "<p>Support us</p>", "html");
    is_str(&c.url, "https://example.org/support", "url");
    is_int(c.weight, 3, "weight");
    is_int(c.priority, -2, "priority");
    is_int(c.from, 1793491200, "from");
    is_int(c.until, 1796083200, "until: that day included");
    is_int(c.cap.showings, 3, "cap");
    is_int(c.audience.state, PATRON_STATE_LAPSED, "for");
    is_int(c.ntargets, 1, "a target");
    is_str(&c.targets[0].variable, "country", "its variable");
    is_str(&c.targets[0].values, "de, at", "its values");
    is_int(c.targets[0].negate, 1, "negated");

    ok(parse(&c, "top:a", none) == PATRON_ERROR, "no fields: %s", err);
    ok(parse(&c, "top", all) == PATRON_ERROR, "no slot: %s", err);
    ok(parse(&c, ":a", all) == PATRON_ERROR, "empty slot: %s", err);
    ok(parse(&c, "top:", all) == PATRON_ERROR, "empty name: %s", err);
    ok(parse(&c, "", all) == PATRON_ERROR, "nothing: %s", err);

    field_is("html", "", "html is missing");
    field_is("status", "paused", NULL);
    field_is("status", "live", NULL);
    field_is("status", "Live", "status \"Live\"");
    field_is("status", "", "status");
    field_is("weight", "0", NULL);
    field_is("weight", "1000000", NULL);
    field_is("weight", "1000001", "weight");
    field_is("weight", "-1", "weight");
    field_is("weight", "1.5", "weight");
    field_is("weight", "", "weight");
    field_is("weight", "99999999999999999999", "weight");
    field_is("priority", "-1000000", NULL);
    field_is("priority", "high", "priority \"high\"");
    field_is("priority", "-", "priority");
    field_is("from", "soon", "from \"soon\"");
    field_is("from", "", NULL);
    field_is("until", "20261122", "until");
    field_is("until", "1", NULL);
    field_is("until", "0", "until is not after from");
    field_is("for", "", NULL);
    field_is("for", "gold,silver", "for");
    field_is("cap", "3", "cap \"3\"");
    field_is("cap", "", NULL);
    field_is("variant_of", "autumn", "variant_of");
    field_is("variant_of", "winter", NULL);
    field_is("if_", "x", NULL);
    field_is("if_a-b", "x", "if_ \"a-b\"");
    field_is("if_a", "", NULL);
    field_is("url", "", NULL);
    field_is("url", "/support?x=1", NULL);
    field_is("url", "http://example.org", NULL);
    field_is("url", "/give?id=${patron_reference}&x=1", NULL);
    field_is("url", "/give/${patron_reference}", NULL);
    field_is("url", "/give?id=${patron_name}", "url");
    field_is("url", "/${patron_reference}/example.org", "url");
    field_is("url", "/${patron_reference}", NULL);
    field_is("url", "//example.org", "url");
    field_is("url", "https://", "url");
    field_is("url", "javascript:alert(1)", "url");
    field_is("url", "https://e/\r\nSet-Cookie: a=b", "url");
    field_is("url", "https://e/\xc3\xa9", "url");
    field_is("status", "a\x01\xff\n", "status \"a\?\?\?\"");

    memset(html, 'x', sizeof(html));
    html[PATRON_CAMPAIGN_HTML] = '\0';
    field_is("html", html, NULL);
    html[PATRON_CAMPAIGN_HTML] = 'x';
    html[PATRON_CAMPAIGN_HTML + 1] = '\0';
    field_is("html", html, "65537");

    many[0] = "html";
    many[1] = "x";

    for (i = 1; i <= PATRON_CAMPAIGN_TARGETS + 1; i++) {
        many[2 * i] = "if_a";
        many[2 * i + 1] = "b";
    }

    many[2 * i] = NULL;
    ok(parse(&c, "top:a", many) == PATRON_ERROR, "too many targets: %s", err);
    many[2 * i - 2] = NULL;
    ok(parse(&c, "top:a", many) == PATRON_OK, "as many as may be");
}


static patron_choice_t
choice_of(const char *id)
{
    patron_str_t     s, slot;
    patron_choice_t  choice;

    memset(&choice, 0, sizeof(choice));

    s = str(id);
    slot = str("top");

    choice.now = NOW;
    choice.reader = &reader;
    choice.variable = variable;
    choice.data = err;
    choice.key = patron_campaign_key(&s, patron_hash(&slot));

    return choice;
}


/* Is the campaign of this one field shown? */

static void
shown(const char *name, const char *value, int expected)
{
    size_t                    n;
    const char               *fields[5];
    patron_choice_t           choice;
    patron_campaign_t         c, *list[1];
    const patron_campaign_t  *got;

    fields[0] = "html";
    fields[1] = "x";
    fields[2] = name;
    fields[3] = value;
    fields[4] = NULL;

    parse(&c, "top:autumn", fields);
    n = patron_campaign_arrange(&c, 1, list);
    choice = choice_of("reader");
    got = choose(list, n, &choice);

    ok((got == &c) == expected && (got == NULL) == !expected, "%s=%s: %s",
       name, value, expected ? "shown" : "not shown");
}


static void
test_eligible(void)
{
    reader.state = PATRON_STATE_GUEST;
    country = str("de");
    section = str("");

    shown("note", "x", 1);
    shown("status", "paused", 0);
    shown("status", "draft", 0);
    shown("weight", "0", 0);
    shown("from", "1795370400", 1);
    shown("from", "1795370401", 0);
    shown("until", "1795370401", 1);
    shown("until", "1795370400", 0);
    shown("until", "2026-11-22", 1);
    shown("until", "2026-11-21", 0);
    shown("for", "patron", 0);
    shown("for", "all", 1);
    shown("variant_of", "winter", 0);
    shown("if_country", "de", 1);
    shown("if_country", "at", 0);
    shown("if_country", "at,de", 1);
    shown("if_country", " at , de ", 1);
    shown("if_country", "d", 0);
    shown("if_country", "dee", 0);
    shown("if_country", "DE", 0);
    shown("if_country", "!de", 0);
    shown("if_country", "!at,de", 0);
    shown("if_country", "!at,ch", 1);
    shown("if_country", "", 0);
    shown("if_country", "!", 1);
    shown("if_section", "", 1);
    shown("if_section", "!", 0);
    shown("if_section", "news,", 1);
    shown("if_nothing", "", 1);
    shown("if_nothing", "x", 0);
    shown("if_nothing", "!x", 1);

    reader.state = PATRON_STATE_PATRON;
    shown("note", "x", 0);
    shown("for", "patron", 1);
    reader.state = PATRON_STATE_GUEST;
}


/* n campaigns of a prefix; weight and priority by index, as the caller says. */

typedef struct {
    char               keys[101][32];
    char               weights[101][16];
    char               priorities[101][16];
    patron_campaign_t  campaigns[101];
    patron_campaign_t *list[101];
    unsigned           count[101];
} set_t;


static set_t  set;


static size_t
make(size_t n, unsigned (*weight)(size_t), int (*priority)(size_t))
{
    size_t       i;
    const char  *fields[7];

    fields[0] = "html";
    fields[1] = "x";
    fields[2] = "weight";
    fields[4] = "priority";
    fields[6] = NULL;

    for (i = 0; i < n; i++) {
        sprintf(set.keys[i], "top:c%zu", i);
        sprintf(set.weights[i], "%u", weight ? weight(i) : 1);
        sprintf(set.priorities[i], "%d", priority ? priority(i) : 0);
        fields[3] = set.weights[i];
        fields[5] = set.priorities[i];
        parse(&set.campaigns[i], set.keys[i], fields);
    }

    return patron_campaign_arrange(set.campaigns, n, set.list);
}


static const patron_campaign_t *
pick(size_t n, int i)
{
    char             id[32];
    patron_choice_t  choice;

    sprintf(id, "reader-%d", i);
    choice = choice_of(id);

    return choose(set.list, n, &choice);
}


static unsigned
by_index(size_t i)
{
    return (unsigned) i + 1;
}


static int
mixed(size_t i)
{
    return (int) (i * 7 % 5);
}


static void
test_shares(void)
{
    int     i, good;
    size_t  n, k;
    double  share;

    memset(set.count, 0, sizeof(set.count));
    n = make(4, by_index, NULL);

    for (i = 0; i < READERS; i++) {
        set.count[pick(n, i) - set.campaigns]++;
    }

    good = 1;

    for (k = 0; k < 4; k++) {
        share = (double) set.count[k] / READERS;
        good &= share > (double) (k + 1) / 10 - 0.015
                && share < (double) (k + 1) / 10 + 0.015;
    }

    ok(good, "weights 1 to 4: %u %u %u %u", set.count[0], set.count[1],
       set.count[2], set.count[3]);

    n = make(20, NULL, mixed);
    good = 1;

    for (i = 0; i < 500; i++) {
        good &= pick(n, i)->priority == 4;
    }

    ok(good, "the highest priority wins");

    n = make(100, NULL, NULL);
    memset(set.count, 0, sizeof(set.count));

    for (i = 0; i < READERS; i++) {
        set.count[pick(n, i) - set.campaigns]++;
    }

    good = 1;

    for (k = 0; k < 100; k++) {
        good &= set.count[k] > 130 && set.count[k] < 275;
    }

    ok(good, "a hundred share alike");
}


static void
test_sticky(void)
{
    int       good;
    size_t    n, i;
    unsigned  moved, strays, before[READERS / 4];

    n = make(9, by_index, NULL);
    good = 1;

    for (i = 0; i < READERS / 4; i++) {
        before[i] = (unsigned) (pick(n, (int) i) - set.campaigns);
        good &= pick(n, (int) i) == &set.campaigns[before[i]];
    }

    ok(good, "a reader keeps a campaign");

    n = make(10, by_index, NULL);
    moved = strays = 0;

    for (i = 0; i < READERS / 4; i++) {
        if (pick(n, (int) i) != &set.campaigns[before[i]]) {
            moved++;
            strays += pick(n, (int) i) != &set.campaigns[9];
        }
    }

    ok(strays == 0, "who moves, moves to the new one");
    ok(moved > 780 && moved < 1040, "and it takes its share alone: %u of %d",
       moved, READERS / 4);

    n = make(9, by_index, NULL);
    set.list[0] = set.list[n - 1];
    set.list[0]->group = 1;
    good = 1;

    for (i = 0; i < 100; i++) {
        good &= pick(1, (int) i) == set.list[0];
    }

    ok(good, "of one campaign there is no choice");
    ok(pick(0, 1) == NULL, "and of none");
}


static void
test_fallback(void)
{
    size_t              n;
    patron_choice_t     choice;
    patron_campaign_t  *high;

    static const char  *targeted[] = {
        "html", "x", "priority", "9", "if_country", "ch", "cap", "1/7d", NULL
    };
    patron_visit_t      visit;

    n = make(3, NULL, NULL);
    high = &set.campaigns[3];
    parse(high, "top:high", targeted);
    n = patron_campaign_arrange(set.campaigns, 4, set.list);

    is_int((long long) n, 4, "four");
    ok(set.list[0] == high, "the targeted one first");

    choice = choice_of("reader");
    country = str("de");
    ok(choose(set.list, n, &choice)->priority == 0,
       "whom it is not for gets another");
    country = str("ch");
    ok(choose(set.list, n, &choice) == high,
       "whom it is for gets it");

    memset(&visit, 0, sizeof(visit));
    choice.visit = &visit;
    ok(choose(set.list, n, &choice) == high, "for once");
    patron_visit_show(&visit, high->id, &high->cap, NOW);
    ok(choose(set.list, n, &choice)->priority == 0,
       "and then another");

    patron_visit_dismiss(&visit, set.campaigns[0].id, 30, NOW);
    patron_visit_dismiss(&visit, set.campaigns[1].id, 30, NOW);
    ok(choose(set.list, n, &choice) == &set.campaigns[2],
       "but for those that were sent away");
    patron_visit_dismiss(&visit, set.campaigns[2].id, 30, NOW);
    ok(choose(set.list, n, &choice) == NULL, "or none");
}


static void
test_variants(void)
{
    int                       i, sticky;
    size_t                    n;
    unsigned                  counts[4];
    patron_choice_t           choice;
    patron_campaign_t        *c;
    const patron_campaign_t  *got;
    patron_visit_t            visit;

    static const char  *original[] = { "html", "a", "weight", "2", NULL };
    static const char  *b[] = {
        "html", "b", "variant_of", "a", "for", "patron", "priority", "7", NULL
    };
    static const char  *over[] = {
        "html", "c", "variant_of", "a", "until", "1", NULL
    };
    static const char  *orphan[] = { "html", "d", "variant_of", "b", NULL };

    c = set.campaigns;
    parse(&c[0], "top:b", b);
    parse(&c[1], "top:a", original);
    parse(&c[2], "top:c", over);
    parse(&c[3], "top:d", orphan);

    n = patron_campaign_arrange(c, 4, set.list);
    is_int((long long) n, 1, "one to choose from");

    memset(counts, 0, sizeof(counts));
    sticky = 1;

    for (i = 0; i < READERS; i++) {
        got = pick(n, i);
        counts[got - c]++;
        sticky &= got == pick(n, i);
    }

    ok(counts[1] > READERS * 0.64 && counts[1] < READERS * 0.69
       && counts[0] + counts[1] == READERS,
       "two thirds the original, one the variant: %u %u", counts[1],
       counts[0]);
    ok(sticky, "each reader one");
    ok(counts[2] == 0, "a variant past its time is not shown");
    ok(counts[3] == 0, "nor a variant of a variant");

    memset(&visit, 0, sizeof(visit));
    patron_visit_dismiss(&visit, c[0].id, 30, NOW);
    choice = choice_of("reader");
    choice.visit = &visit;
    ok(choose(set.list, n, &choice) == NULL,
       "who sends one away sends them all away");
}


int
main(void)
{
    test_fields();
    test_eligible();
    test_shares();
    test_sticky();
    test_fallback();
    test_variants();

    return done();
}
