
/*
 * States, audiences and levels.
 */


#include "patron_audience.h"
#include "patron_level.h"
#include "patron_standing.h"
#include "patron_tap.h"


static patron_reader_t
reader_of(patron_state_e state, const char *tier)
{
    patron_reader_t  reader;

    memset(&reader, 0, sizeof(reader));
    reader.state = state;
    reader.tier = str(tier);

    return reader;
}


static void
test_states(void)
{
    int             i, good;
    patron_str_t    s;
    patron_state_e  state;

    good = 1;

    for (i = 0; i < PATRON_STATE_N; i++) {
        good &= patron_state_parse(patron_state_name((patron_state_e) i),
                                   &state)
                == PATRON_OK && (int) state == i;
    }

    ok(good, "every state has its name");

    s = str("patrons");
    ok(patron_state_parse(&s, &state) == PATRON_DECLINED, "patrons");
    s = str("");
    ok(patron_state_parse(&s, &state) == PATRON_DECLINED, "nothing");
    is_str(patron_state_name((patron_state_e) 99), "invalid", "no state");
}


static void
audience_is(const char *word, const char *who)
{
    int                i;
    char               got[PATRON_STATE_N + 2];
    patron_str_t       s;
    patron_reader_t    reader;
    patron_audience_t  audience;

    s = str(word);

    if (patron_audience_parse(&audience, &s) != PATRON_OK) {
        ok(who == NULL, "for=%s is refused", word);
        return;
    }

    for (i = 0; i < PATRON_STATE_N; i++) {
        reader = reader_of((patron_state_e) i, "gold");
        got[i] = patron_audience_match(&audience, &reader) ? 'x' : '-';
    }

    reader = reader_of(PATRON_STATE_PATRON, "silver");
    got[i++] = patron_audience_match(&audience, &reader) ? 'x' : '-';
    got[i] = '\0';

    ok(who && strcmp(got, who) == 0, "for=%s: %s", word, got);
}


static void
test_audiences(void)
{
    char               word[300];
    patron_reader_t    reader;
    patron_audience_t  audience;

    /* patron guest invalid expired lapsed paused revoked supporter; a silver
       patron */

    audience_is("guest", "-xxxxxx--");
    audience_is("all", "xxxxxxxxx");
    audience_is("patron", "x-------x");
    audience_is("expired", "---x-----");
    audience_is("supporter", "-------x-");
    audience_is("grace", "---------");
    audience_is("revoked", "------x--");
    audience_is("gold", "x--------");
    audience_is("silver", "--------x");
    audience_is("Guest", "---------");
    audience_is("free", NULL);
    audience_is("metered", NULL);
    audience_is("members", NULL);
    audience_is("member", "---------");
    audience_is("", NULL);
    audience_is("a b", NULL);
    audience_is("gold,silver", NULL);
    audience_is("go\nld", NULL);

    memset(word, 'w', sizeof(word));
    word[256] = '\0';
    audience_is(word, "---------");
    word[256] = 'w';
    word[257] = '\0';
    audience_is(word, NULL);

    memset(&audience, 0, sizeof(audience));
    reader = reader_of(PATRON_STATE_LAPSED, "");
    ok(patron_audience_match(&audience, &reader), "all zero is for guests");
    reader = reader_of(PATRON_STATE_PATRON, "");
    ok(!patron_audience_match(&audience, &reader), "and not for patrons");
}


/* What a record makes of a reader, at the time 100. */

static void
test_standing(void)
{
    int         grace;
    size_t      i;
    const char *reason;

    static const struct {
        patron_standing_t  standing;
        patron_state_e     state;
        int                grace;
    } cases[] = {
        /* status, until, not_before, gave_until, grace_until, iat, grace,
           expired */
        { { PATRON_STANDING_NONE, 0, 0, 0, 0, 9, 50, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_NONE, 0, 0, 101, 0, 9, 0, 0 },
          PATRON_STATE_SUPPORTER, 0 },
        { { PATRON_STANDING_NONE, 0, 0, 100, 0, 9, 0, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_ACTIVE, 0, 0, 101, 0, 9, 0, 0 },
          PATRON_STATE_PATRON, 0 },
        { { PATRON_STANDING_ACTIVE, 101, 0, 0, 0, 9, 0, 0 },
          PATRON_STATE_PATRON, 0 },
        { { PATRON_STANDING_ACTIVE, 100, 0, 0, 0, 9, 0, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_ACTIVE, 100, 0, 101, 0, 9, 0, 0 },
          PATRON_STATE_SUPPORTER, 0 },
        { { PATRON_STANDING_ACTIVE, 100, 0, 0, 0, 9, 1, 0 },
          PATRON_STATE_PATRON, 1 },
        { { PATRON_STANDING_ACTIVE, 99, 0, 0, 0, 9, 1, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_ACTIVE, 99, 0, 0, 101, 9, 0, 0 },
          PATRON_STATE_PATRON, 1 },
        { { PATRON_STANDING_ACTIVE, 99, 0, 0, 100, 9, 50, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_GRACE, 0, 0, 0, 0, 9, 0, 0 },
          PATRON_STATE_PATRON, 1 },
        { { PATRON_STANDING_GRACE, 0, 0, 0, 100, 9, 0, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_GRACE, 99, 0, 0, 101, 9, 0, 0 },
          PATRON_STATE_PATRON, 1 },
        { { PATRON_STANDING_PAUSED, 0, 0, 0, 101, 9, 50, 0 },
          PATRON_STATE_PAUSED, 0 },
        { { PATRON_STANDING_PAUSED, 0, 0, 101, 0, 9, 0, 0 },
          PATRON_STATE_SUPPORTER, 0 },
        { { PATRON_STANDING_REVOKED, 0, 0, 101, 101, 9, 50, 0 },
          PATRON_STATE_REVOKED, 0 },
        { { PATRON_STANDING_ACTIVE, 0, 10, 101, 0, 9, 0, 0 },
          PATRON_STATE_INVALID, 0 },
        { { PATRON_STANDING_SUPPORTER, 0, 0, 101, 0, 9, 0, 0 },
          PATRON_STATE_SUPPORTER, 0 },
        { { PATRON_STANDING_SUPPORTER, 0, 0, 0, 101, 9, 50, 0 },
          PATRON_STATE_LAPSED, 0 },
        { { PATRON_STANDING_ACTIVE, 0, 0, 0, 0, 9, 0, 1 },
          PATRON_STATE_EXPIRED, 0 },
        { { PATRON_STANDING_ACTIVE, 0, 0, 101, 0, 9, 0, 1 },
          PATRON_STATE_SUPPORTER, 0 },
        { { PATRON_STANDING_REVOKED, 0, 0, 101, 0, 9, 0, 1 },
          PATRON_STATE_EXPIRED, 0 },
        { { PATRON_STANDING_ACTIVE, 0, 10, 101, 0, 9, 0, 1 },
          PATRON_STATE_EXPIRED, 0 },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reason = NULL;

        is_int(patron_standing(&cases[i].standing, 100, &grace, &reason),
               cases[i].state, "standing");
        is_int(grace, cases[i].grace, "grace");
        ok(reason != NULL, "has a reason");
    }
}


/* Verdicts for a guest, a patron, a gold patron, a silver patron. */

static void
show(const patron_level_t *level, char *got)
{
    int              i;
    patron_reader_t  readers[4];

    readers[0] = reader_of(PATRON_STATE_GUEST, "gold");
    readers[1] = reader_of(PATRON_STATE_PATRON, "");
    readers[2] = reader_of(PATRON_STATE_PATRON, "gold");
    readers[3] = reader_of(PATRON_STATE_PATRON, "silver");

    for (i = 0; i < 4; i++) {
        got[i] = "omc"[patron_level_check(level, &readers[i])];
    }

    got[4] = '\0';
}


static void
level_is(const char *text, const char *expected)
{
    char            got[5];
    patron_str_t    s;
    patron_level_t  level;

    s = str(text);
    patron_level_parse(&level, &s);
    show(&level, got);

    ok(strcmp(got, expected) == 0, "level \"%s\": %s", text, got);
}


static void
combined_is(const char *one, const char *two, const char *expected)
{
    char            got[5], back[5];
    patron_str_t    s;
    patron_level_t  a, b, c;

    s = str(one);
    patron_level_parse(&a, &s);
    c = a;
    s = str(two);
    patron_level_parse(&b, &s);

    patron_level_combine(&a, &b);
    show(&a, got);

    patron_level_combine(&b, &c);
    show(&b, back);

    ok(strcmp(got, expected) == 0 && strcmp(back, expected) == 0,
       "\"%s\" and \"%s\": %s", one, two, got);
}


static void
meta_is(const char *text, const char *expected)
{
    char            got[5];
    patron_str_t    s;
    patron_level_t  level;

    s = str(text);
    patron_level_parse_meta(&level, &s);
    show(&level, got);

    ok(strcmp(got, expected) == 0, "meta \"%s\": %s", text, got);
}


static void
test_levels(void)
{
    char             text[400], *p;
    int              i;
    patron_str_t     s;
    patron_level_t   level;
    patron_reader_t  reader;

    level_is("", "oooo");
    level_is("  \t", "oooo");
    level_is("free", "oooo");
    level_is(" free ", "oooo");
    level_is("metered", "mooo");
    level_is("members", "cooo");
    level_is("gold", "ccoc");
    level_is("gold,silver", "ccoo");
    level_is(" gold ,\tsilver ", "ccoo");
    level_is("silver,silver", "ccco");
    level_is("Free", "cccc");
    level_is("member", "cccc");
    level_is("locked", "cccc");
    level_is(",", "cccc");
    level_is("gold,", "ccoc");
    level_is("free,members", "cooo");
    level_is("metered,free", "mooo");
    level_is("members,gold", "ccoc");
    level_is("free,,", "cccc");
    level_is("gold silver", "cccc");

    combined_is("", "", "oooo");
    combined_is("free", "metered", "mooo");
    combined_is("metered", "members", "cooo");
    combined_is("members", "gold", "ccoc");
    combined_is("", "gold,silver", "ccoo");
    combined_is("gold,silver", "gold", "ccoc");
    combined_is("gold,silver", "silver,bronze", "ccco");
    combined_is("gold", "silver", "cccc");

    meta_is("", "oooo");
    meta_is("free", "oooo");
    meta_is("metered", "mooo");
    meta_is("locked", "cooo");
    meta_is(" locked ", "cooo");
    meta_is("gold", "ccoc");
    meta_is("Locked", "cccc");

    for (p = text, i = 0; i < 40; i++) {
        p += sprintf(p, "tier%d,", i);
    }

    s = str(text);
    patron_level_parse(&level, &s);
    reader = reader_of(PATRON_STATE_PATRON, "tier15");
    ok(patron_level_check(&level, &reader) == PATRON_LEVEL_OPEN,
       "the sixteenth tier");
    reader = reader_of(PATRON_STATE_PATRON, "tier16");
    ok(patron_level_check(&level, &reader) == PATRON_LEVEL_CLOSED,
       "the seventeenth is left out");

    memset(&level, 0, sizeof(level));
    reader = reader_of(PATRON_STATE_REVOKED, "");
    ok(patron_level_check(&level, &reader) == PATRON_LEVEL_OPEN,
       "all zero is free");
}


int
main(void)
{
    test_states();
    test_audiences();
    test_standing();
    test_levels();

    return done();
}
