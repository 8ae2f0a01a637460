
/*
 * Targets: that masks tell what asking every campaign for every value would,
 * for random campaigns and values; that a variable is read once for a choice,
 * and not at all where no campaign that may be shown asks for it; and that the
 * values of one reader are not those of the next.
 */


#include <stdlib.h>

#include "patron_campaign.h"
#include "patron_hash.h"
#include "patron_tap.h"


#define NOW        INT64_C(1795370400)
#define VARIABLES  12


static unsigned            seed = 1;
static char                err[PATRON_CAMPAIGN_ERR];
static char                keys[PATRON_CAMPAIGNS][32];
static char                lists[PATRON_CAMPAIGNS]
                                [PATRON_CAMPAIGN_TARGETS][64];
static patron_campaign_t   campaigns[PATRON_CAMPAIGNS];
static patron_campaign_t  *list[PATRON_CAMPAIGNS];
static patron_targets_t   *targets;
static patron_reader_t     reader;
static patron_str_t        values[VARIABLES];
static unsigned            reads[VARIABLES];
static unsigned            twice;
static uint8_t             read[PATRON_CAMPAIGNS * PATRON_CAMPAIGN_TARGETS];

static const char  *names[VARIABLES] = {
    "if_a", "if_b", "if_c", "if_d", "if_e", "if_f", "if_g", "if_h", "if_i",
    "if_j", "if_k", "if_L"
};


static unsigned
draw(unsigned n)
{
    seed = seed * 1103515245 + 12345;

    return (seed >> 16) % n;
}


static unsigned
number_of(const patron_str_t *name)
{
    return (unsigned) (name->data[0] == 'L' ? VARIABLES - 1
                                            : name->data[0] - 'a');
}


/* The last is none at all. */

static const patron_str_t *
variable(void *data, unsigned which)
{
    unsigned  i;

    (void) data;

    i = number_of(patron_targets_variable(targets, which));
    reads[i]++;
    twice += read[which]++;

    return i == VARIABLES - 1 ? NULL : &values[i];
}


static void
parse(size_t i, const patron_field_t *fields, size_t n)
{
    patron_str_t  key;

    sprintf(keys[i], "top:c%zu", i);
    key = str(keys[i]);

    if (patron_campaign_parse(&campaigns[i], &key, fields, n, err)
        != PATRON_OK)
    {
        ok(0, "%s: %s", keys[i], err);
    }
}


/* Values, of few words so that some meet: empty ones, spaces, and doubles. */

static void
any_list(char *dst, unsigned words)
{
    unsigned  i, n;

    static const char  *items[] = {
        "", "x", "xx", " x ", "a b", "news", "sport", "  ", "x,x", "\xff",
        "newsnews", "culture"
    };

    if (draw(3) == 0) {
        *dst++ = '!';
    }

    *dst = '\0';
    n = draw(5);

    for (i = 0; i < n; i++) {
        if (i) {
            strcat(dst, ",");
        }

        if (words) {
            sprintf(dst + strlen(dst), "w%u", draw(words));

        } else {
            strcat(dst, items[draw(12)]);
        }
    }
}


static size_t
any_campaigns(size_t n, unsigned vars, unsigned words)
{
    size_t          i, k, m;
    patron_field_t  fields[PATRON_CAMPAIGN_TARGETS + 2];

    for (i = 0; i < n; i++) {
        fields[0].name = str("html");
        fields[0].value = str("x");
        fields[1].name = str("priority");
        fields[1].value = str(draw(2) ? "1" : "0");

        m = draw(4) ? 1 + draw(3) : draw(PATRON_CAMPAIGN_TARGETS + 1);

        for (k = 0; k < m; k++) {
            any_list(lists[i][k], words);

            /* more than one of a variable, at times */

            fields[2 + k].name = str(names[draw(vars)]);
            fields[2 + k].value = str(lists[i][k]);
        }

        parse(i, fields, 2 + m);
    }

    return patron_campaign_arrange(campaigns, n, list);
}


static void
any_values(unsigned words)
{
    unsigned     i;
    static char  text[VARIABLES][300];

    static const char  *items[] = {
        "", "x", "xx", "a b", "news", "sport", " x", "\xff", "newsnews", "w",
        "culture", "none of them"
    };

    for (i = 0; i < VARIABLES; i++) {
        if (words) {
            sprintf(text[i], "w%u", draw(words + 2));

        } else {
            strcpy(text[i], items[draw(12)]);
        }

        values[i] = str(text[i]);

        if (draw(20) == 0) {
            memset(text[i], 'x', 299);
            values[i].len = 299;
        }
    }
}


/* Each campaign for itself, as the README has it. */

static int
in_list(const patron_str_t *values_of, const patron_str_t *value)
{
    char   text[64], item[300], *p, *end;

    memcpy(text, values_of->data, values_of->len);
    text[values_of->len] = '\0';
    memcpy(item, value->data, value->len);
    item[value->len] = '\0';

    for (p = text; p; p = end) {
        end = strchr(p, ',');

        if (end) {
            *end++ = '\0';
        }

        p += strspn(p, " ");

        while (*p && p[strlen(p) - 1] == ' ') {
            p[strlen(p) - 1] = '\0';
        }

        if (strcmp(p, item) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
suits(const patron_campaign_t *c)
{
    unsigned                i, v;
    patron_str_t            none;
    const patron_target_t  *t;

    none = str("");

    for (i = 0; i < c->ntargets; i++) {
        t = &c->targets[i];
        v = number_of(&t->variable);

        if (in_list(&t->values, v == VARIABLES - 1 ? &none : &values[v])
            == (int) t->negate)
        {
            return 0;
        }
    }

    return 1;
}


/* The choice among those alone that suit: what it has to be. */

static const patron_campaign_t *
expected(size_t n, patron_choice_t *choice)
{
    size_t                    i, left;
    const patron_campaign_t  *c;
    patron_campaign_t         copies[PATRON_CAMPAIGNS];
    patron_campaign_t        *few[PATRON_CAMPAIGNS];
    patron_targets_t         *none;

    for (i = 0, left = 0; i < n; i++) {
        if (suits(list[i])) {
            copies[left] = *list[i];
            copies[left++].ntargets = 0;
        }
    }

    left = patron_campaign_arrange(copies, left, few);
    none = patron_targets_create(NULL, few, left);
    patron_targets_begin(choice, none);
    c = patron_campaign_choose(few, left, choice);
    patron_targets_free(NULL, none);

    for (i = 0; c && i < n; i++) {
        if (list[i]->id == c->id) {
            return list[i];
        }
    }

    return NULL;
}


static patron_choice_t
choice_of(uint64_t key)
{
    patron_choice_t  choice;

    memset(reads, 0, sizeof(reads));
    memset(read, 0, sizeof(read));
    memset(&choice, 0xa5, sizeof(choice));

    choice.now = NOW;
    choice.key = patron_hash_mix(key);
    choice.reader = &reader;
    choice.visit = NULL;
    choice.variable = variable;
    choice.data = NULL;

    return choice;
}


/* Sixty readers in turn, each with values of its own, of the same targets. */

static void
test_alike(size_t count, unsigned vars, unsigned words)
{
    size_t                    n, i, r, wrong, offered;
    patron_choice_t           choice, again;
    const patron_campaign_t  *c, *o;

    n = any_campaigns(count, vars, words);
    targets = patron_targets_create(NULL, list, n);
    wrong = offered = 0;
    twice = 0;

    for (r = 0; r < 60; r++) {
        any_values(words);

        choice = choice_of(r);
        patron_targets_begin(&choice, targets);
        c = patron_campaign_choose(list, n, &choice);

        again = choice_of(r);
        wrong += (c != expected(n, &again));

        patron_targets_begin(&again, targets);

        for (i = n; i > 0; i--) {
            o = patron_campaign_offer(list[i - 1], &again);
            offered += (o != (suits(list[i - 1]) ? list[i - 1] : NULL));
        }
    }

    ok(wrong == 0, "%zu campaigns, %u variables: the same choice", count,
       vars);
    ok(offered == 0, "and the same of each alone");
    ok(twice == 0, "and no variable is read twice for a choice");

    patron_targets_free(NULL, targets);
}


static void
one(size_t i, const char *name, const char *value, const char *priority)
{
    patron_field_t  fields[3];

    fields[0].name = str("html");
    fields[0].value = str("x");
    fields[1].name = str("priority");
    fields[1].value = str(priority);
    fields[2].name = str(name);
    fields[2].value = str(value);

    parse(i, fields, 3);
}


static void
test_reads(void)
{
    size_t           i, n;
    patron_choice_t  choice;

    one(0, "if_a", "x", "3");
    one(1, "if_a", "y", "3");
    one(2, "if_b", "y", "2");
    one(3, "if_c", "y", "1");

    n = patron_campaign_arrange(campaigns, 4, list);
    targets = patron_targets_create(NULL, list, n);

    for (i = 0; i < VARIABLES; i++) {
        values[i] = str("y");
    }

    choice = choice_of(1);
    patron_targets_begin(&choice, targets);

    ok(patron_campaign_choose(list, n, &choice) == &campaigns[1], "chosen");
    ok(reads[0] == 1 && reads[1] == 0 && reads[2] == 0,
       "what does not matter is not read: %u %u %u", reads[0], reads[1],
       reads[2]);

    patron_targets_free(NULL, targets);
}


/* As many as there may be, each with eight variables of its own; and values
   past any table's first size, in one list. */

static void
test_many(void)
{
    char             *text, *p;
    size_t            i, k, n, wrong;
    static char       own[PATRON_CAMPAIGNS][PATRON_CAMPAIGN_TARGETS][16];
    patron_field_t    fields[PATRON_CAMPAIGN_TARGETS + 1];
    patron_choice_t   choice;

    for (i = 0; i < PATRON_CAMPAIGNS; i++) {
        fields[0].name = str("html");
        fields[0].value = str("x");

        for (k = 0; k < PATRON_CAMPAIGN_TARGETS; k++) {
            sprintf(own[i][k], "if_a%zu_%zu", i, k);
            fields[1 + k].name = str(own[i][k]);
            fields[1 + k].value = str(i == 77 ? "y" : "x");
        }

        parse(i, fields, 1 + k);
    }

    n = patron_campaign_arrange(campaigns, PATRON_CAMPAIGNS, list);
    targets = patron_targets_create(NULL, list, n);
    is_int(patron_targets_variables(targets),
           PATRON_CAMPAIGNS * PATRON_CAMPAIGN_TARGETS, "all variables");

    values[0] = str("y");
    choice = choice_of(5);
    patron_targets_begin(&choice, targets);
    ok(patron_campaign_choose(list, n, &choice) == &campaigns[77],
       "the one that suits");
    patron_targets_free(NULL, targets);

    ok(patron_targets_create(NULL, list, PATRON_CAMPAIGNS + 1) == NULL,
       "no more than that");

    text = malloc(60000);

    for (i = 0, p = text; i < 5000; i++) {
        p += sprintf(p, "%sv%zu", i ? ", " : "", 2 * i);
    }

    one(0, "if_a", text, "0");
    n = patron_campaign_arrange(campaigns, 1, list);
    targets = patron_targets_create(NULL, list, n);
    wrong = 0;

    for (i = 0; i < 10010; i++) {
        char  value[16];

        sprintf(value, "v%zu", i);
        values[0] = str(value);
        patron_targets_begin(&choice, targets);
        wrong += (patron_campaign_choose(list, n, &choice) != NULL)
                 != (i % 2 == 0 && i < 10000);
    }

    ok(wrong == 0, "five thousand values, and as many between them");
    patron_targets_free(NULL, targets);
    free(text);
}


static int
fits(const char *value)
{
    size_t           n;
    patron_choice_t  choice;

    n = patron_campaign_arrange(campaigns, 2, list);
    targets = patron_targets_create(NULL, list, n);

    values[0] = str(value);
    choice = choice_of(1);
    patron_targets_begin(&choice, targets);

    n = (size_t) (patron_targets_suit(&choice, &campaigns[0])
                  + 2 * patron_targets_suit(&choice, &campaigns[1]));

    patron_targets_free(NULL, targets);

    return (int) n;
}


/* Beside values, and where they are none. */

static void
test_patterns(void)
{
    one(0, "if_a", "5-, x*", "0");
    one(1, "if_a", "!2-6, xy, *z", "0");

    is_int(fits("5"), 1, "a range");
    is_int(fits("7"), 3, "and what another's is not");
    is_int(fits("3"), 0, "one alone");
    is_int(fits("xa"), 3, "a pattern");
    is_int(fits("xy"), 1, "and a value");
    is_int(fits("xz"), 1, "two patterns");
    is_int(fits("5-"), 3, "as it is written");
    is_int(fits(""), 2, "none at all");
}


int
main(void)
{
    unsigned  i;

    reader.state = PATRON_STATE_GUEST;

    for (i = 0; i < 20; i++) {
        test_alike(1 + draw(20), 3, 0);
        test_alike(100, 1 + i % VARIABLES, 0);
        test_alike(PATRON_CAMPAIGNS - i, VARIABLES, 40);
    }

    test_reads();
    test_many();
    test_patterns();

    return done();
}
