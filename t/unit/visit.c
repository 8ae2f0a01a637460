
/*
 * Dismissals, caps, and what led to a membership.
 */


#include "patron_date.h"
#include "patron_tap.h"
#include "patron_visit.h"


#define NOW  INT64_C(1795370400)


static void
cap_is(const char *text, unsigned showings, unsigned days)
{
    int           rc;
    patron_str_t  s;
    patron_cap_t  cap;

    s = str(text);
    rc = patron_cap_parse(&cap, &s);

    ok(rc == (showings ? PATRON_OK : PATRON_ERROR)
       && cap.showings == showings && cap.days == days, "cap \"%s\"", text);
}


static void
test_caps(void)
{
    int             i;
    patron_cap_t    cap;
    patron_visit_t  visit;

    cap_is("3/7d", 3, 7);
    cap_is("255/3650d", 255, 3650);
    cap_is("01/1d", 1, 1);
    cap_is("0/7d", 0, 0);
    cap_is("3/0d", 0, 0);
    cap_is("256/7d", 0, 0);
    cap_is("3/3651d", 0, 0);
    cap_is("3/99999999999999999999d", 0, 0);
    cap_is("3/7", 0, 0);
    cap_is("3/7h", 0, 0);
    cap_is("3/7dd", 0, 0);
    cap_is("3 / 7d", 0, 0);
    cap_is("-3/7d", 0, 0);
    cap_is("/7d", 0, 0);
    cap_is("3", 0, 0);
    cap_is("", 0, 0);

    memset(&visit, 0, sizeof(visit));
    cap.showings = 2;
    cap.days = 3;

    ok(patron_visit_allows(&visit, 1, &cap, NOW), "never shown");
    ok(patron_visit_show(&visit, 1, &cap, NOW), "shown");
    ok(patron_visit_allows(&visit, 1, &cap, NOW), "once more");
    patron_visit_show(&visit, 1, &cap, NOW + PATRON_DAY);
    ok(!patron_visit_allows(&visit, 1, &cap, NOW + PATRON_DAY), "no more");
    ok(patron_visit_allows(&visit, 2, &cap, NOW), "another campaign may");
    ok(!patron_visit_allows(&visit, 1, &cap, NOW + 2 * PATRON_DAY),
       "not on the third day");
    ok(patron_visit_allows(&visit, 1, &cap, NOW + 3 * PATRON_DAY),
       "on the fourth");

    patron_visit_show(&visit, 1, &cap, NOW + 3 * PATRON_DAY);
    ok(visit.n == 1 && visit.entries[0].shown == 1, "counted anew");

    cap.showings = 0;
    ok(!patron_visit_show(&visit, 9, &cap, NOW) && visit.n == 1,
       "without a cap nothing is counted");

    cap.showings = 255;

    for (i = 0; i < 300; i++) {
        patron_visit_show(&visit, 3, &cap, NOW);
    }

    ok(!patron_visit_allows(&visit, 3, &cap, NOW),
       "the count stays at its most");
}


static void
test_dismissals(void)
{
    uint32_t        i;
    patron_cap_t    none;
    patron_visit_t  visit;

    memset(&visit, 0, sizeof(visit));
    memset(&none, 0, sizeof(none));

    patron_visit_dismiss(&visit, 7, 30, NOW);

    ok(!patron_visit_allows(&visit, 7, &none, NOW), "sent away");
    ok(!patron_visit_allows(&visit, 7, &none, NOW + 29 * PATRON_DAY),
       "for thirty days");
    ok(patron_visit_allows(&visit, 7, &none, NOW + 30 * PATRON_DAY),
       "and then back");

    for (i = 100; i < 100 + PATRON_VISIT_CAMPAIGNS - 1; i++) {
        patron_visit_show(&visit, i, &(patron_cap_t) { 1, 9 }, NOW);
    }

    is_int(visit.n, PATRON_VISIT_CAMPAIGNS, "full");

    patron_visit_show(&visit, 500, &(patron_cap_t) { 1, 9 }, NOW);
    is_int(visit.n, PATRON_VISIT_CAMPAIGNS, "full still");
    ok(!patron_visit_allows(&visit, 7, &none, NOW),
       "what was sent away stays away");
    ok(patron_visit_allows(&visit, 100, &(patron_cap_t) { 1, 9 }, NOW),
       "the one touched longest ago gave way");
    ok(!patron_visit_allows(&visit, 101, &(patron_cap_t) { 1, 9 }, NOW)
       && !patron_visit_allows(&visit, 500, &(patron_cap_t) { 1, 9 }, NOW),
       "and no other");

    for (i = 0; i < 2 * PATRON_VISIT_CAMPAIGNS; i++) {
        patron_visit_dismiss(&visit, 1000 + i, 30, NOW);
    }

    ok(patron_visit_allows(&visit, 7, &none, NOW)
       && !patron_visit_allows(&visit, 1000 + i - 1, &none, NOW),
       "of dismissals alone the oldest gives way");

    patron_visit_dismiss(&visit, 1, UINT32_MAX, NOW);
    ok(!patron_visit_allows(&visit, 1, &none, NOW + 10000 * PATRON_DAY),
       "for ever");
    ok(patron_visit_allows(&visit, 2, &none, -1)
       && patron_visit_allows(&visit, 2, &none, INT64_MAX),
       "at any time");
}


static void
test_clicks(void)
{
    uint32_t        id;
    patron_visit_t  visit;

    memset(&visit, 0, sizeof(visit));

    ok(patron_visit_join(&visit, NOW, &id) == PATRON_DECLINED, "no click");

    patron_visit_click(&visit, 1, NOW);
    patron_visit_click(&visit, 7, NOW);
    ok(patron_visit_join(&visit, NOW + 29 * PATRON_DAY, &id) == PATRON_OK
       && id == 7, "the last one followed, within thirty days");
    ok(patron_visit_join(&visit, NOW, &id) == PATRON_DECLINED, "once");

    patron_visit_click(&visit, 7, NOW);
    ok(patron_visit_join(&visit, NOW + 30 * PATRON_DAY, &id)
       == PATRON_DECLINED, "not after that");
    ok(patron_visit_join(&visit, NOW, &id) == PATRON_DECLINED,
       "and then it is gone");

    patron_visit_click(&visit, 7, NOW + PATRON_DAY);
    ok(patron_visit_join(&visit, NOW, &id) == PATRON_DECLINED,
       "not of tomorrow");
}


/* What was done with a campaign is no cap and no dismissal of it. */

static void
test_deeds(void)
{
    uint32_t        id;
    unsigned        i, done, age;
    patron_cap_t    cap;
    patron_visit_t  visit;

    memset(&visit, 0, sizeof(visit));
    memset(&cap, 0, sizeof(cap));

    is_int(patron_visit_done(&visit, 7), 0, "nothing");

    patron_visit_do(&visit, 7, PATRON_VISIT_ASSIGNED, NOW);
    patron_visit_do(&visit, 8, PATRON_VISIT_CLICK, NOW);
    patron_visit_do(&visit, 7, PATRON_VISIT_CONFIRMED, NOW + 3 * PATRON_DAY);

    is_int(patron_visit_done(&visit, 7),
           PATRON_VISIT_ASSIGNED|PATRON_VISIT_CONFIRMED, "both");
    ok(patron_visit_allows(&visit, 7, &cap, NOW), "sent away is nothing");

    i = 0;
    ok(patron_visit_assignment(&visit, NOW + 14 * PATRON_DAY, &i, &id, &done,
                               &age)
       == PATRON_OK && id == 7 && age == 14
       && done == (PATRON_VISIT_ASSIGNED|PATRON_VISIT_CONFIRMED),
       "an assignment, from its first day");
    ok(patron_visit_assignment(&visit, NOW, &i, &id, &done, &age)
       == PATRON_DECLINED, "one");

    i = 0;
    ok(patron_visit_assignment(&visit, NOW + 15 * PATRON_DAY, &i, &id, &done,
                               &age)
       == PATRON_DECLINED, "which is over");

    patron_visit_dismiss(&visit, 1, 30, NOW);

    for (i = 100; i < 100 + PATRON_VISIT_CAMPAIGNS; i++) {
        patron_visit_do(&visit, i, PATRON_VISIT_ASSIGNED, NOW);
    }

    ok(!patron_visit_allows(&visit, 1, &cap, NOW)
       && patron_visit_done(&visit, 7) == 0,
       "gives way before what was sent away");
}


/* What a member's record keeps of what was sent away. */

static void
test_words(void)
{
    size_t          len;
    uint32_t        i;
    patron_str_t    s;
    patron_cap_t    cap;
    patron_visit_t  visit;
    patron_uchar_t  word[PATRON_VISIT_WORD];

    memset(&visit, 0, sizeof(visit));
    memset(&cap, 0, sizeof(cap));

    ok(patron_visit_until(&visit, 1, &cap, NOW) == 0
       && patron_visit_word(1, 0, word) == 0, "no word of nothing");

    patron_visit_dismiss(&visit, 0xb65b20cf, 0, NOW);
    is_int(patron_visit_until(&visit, 0xb65b20cf, &cap, NOW), 0,
           "nor of what is over");

    cap.showings = 2;
    cap.days = 9;
    patron_visit_show(&visit, 1, &cap, NOW);
    is_int(patron_visit_until(&visit, 1, &cap, NOW), 0, "seen once of twice");
    patron_visit_show(&visit, 1, &cap, NOW + 3 * PATRON_DAY);
    is_int(patron_visit_until(&visit, 1, &cap, NOW + 3 * PATRON_DAY),
           NOW / PATRON_DAY + 9, "seen twice");
    is_int(patron_visit_until(&visit, 1, &cap, NOW + 9 * PATRON_DAY), 0,
           "and over");
    patron_visit_dismiss(&visit, 1, 20, NOW);
    is_int(patron_visit_until(&visit, 1, &cap, NOW), NOW / PATRON_DAY + 20,
           "the later of two");
    memset(&cap, 0, sizeof(cap));

    s.data = word;
    s.len = patron_visit_word(0xb65b20cf, 70000, word);
    is_str(&s, "b65b20cf.65535", "the longest word");

    memset(&visit, 0, sizeof(visit));
    patron_visit_recall(&visit, &s, NOW);
    ok(visit.n == 1 && !patron_visit_allows(&visit, 0xb65b20cf, &cap, NOW),
       "is read");

    s = str("00000001.65535 b65b20cf.1");
    patron_visit_recall(&visit, &s, NOW);
    ok(visit.n == 2 && !patron_visit_allows(&visit, 1, &cap, NOW)
       && !patron_visit_allows(&visit, 0xb65b20cf, &cap, NOW),
       "what is longer away holds");

    s = str("00000002.65536 0000003.65535 0000000g.65535 00000004.6553x "
            "00000005. 000000006.65535 00000007,65535  00000008.655350 "
            "0000000A.65535");
    len = visit.n;
    patron_visit_recall(&visit, &s, NOW);
    ok(visit.n == len, "words that are none");

    for (i = 0; i < 2 * PATRON_VISIT_CAMPAIGNS; i++) {
        patron_visit_show(&visit, i, &(patron_cap_t) { 3, 9 }, NOW);
    }

    s = str("0badcafe.65535");
    patron_visit_recall(&visit, &s, NOW);
    ok(visit.n == PATRON_VISIT_CAMPAIGNS
       && !patron_visit_allows(&visit, 0x0badcafe, &cap, NOW),
       "a full visit makes room");
}


static void
test_payload(void)
{
    size_t          len;
    uint32_t        i;
    patron_str_t    payload, s;
    patron_visit_t  visit, back;
    patron_uchar_t  text[PATRON_VISIT_MAX];

    memset(&visit, 0, sizeof(visit));
    memset(&back, 0, sizeof(back));

    s = str("top:autumn");
    ok(patron_visit_id(&s) == 0xb65b20cf, "an id never changes");

    payload.data = text;
    payload.len = patron_visit_encode(&visit, text);
    ok(payload.len == PATRON_VISIT_HEAD
       && patron_visit_decode(&back, &payload) == PATRON_OK && back.n == 0,
       "an empty visit");

    patron_visit_click(&visit, 0xfedcba98, NOW);

    for (i = 0; i < PATRON_VISIT_CAMPAIGNS; i++) {
        patron_visit_show(&visit, i * 0x01020304, &(patron_cap_t) { 3, 9 },
                          NOW + i * PATRON_DAY);
        patron_visit_dismiss(&visit, i * 0x01020304, i, NOW);
    }

    len = patron_visit_encode(&visit, text);
    is_int((long long) len, PATRON_VISIT_MAX, "a full one");

    payload.len = len;
    ok(patron_visit_decode(&back, &payload) == PATRON_OK
       && memcmp(&back, &visit, sizeof(visit)) == 0, "comes back");

    payload.len--;
    ok(patron_visit_decode(&back, &payload) == PATRON_DECLINED && back.n == 0,
       "cut");
    payload.len = 0;
    ok(patron_visit_decode(&back, &payload) == PATRON_DECLINED, "nothing");

    text[0] = 9;
    payload.len = len;
    ok(patron_visit_decode(&back, &payload) == PATRON_DECLINED,
       "another version");
}


int
main(void)
{
    test_caps();
    test_dismissals();
    test_clicks();
    test_deeds();
    test_words();
    test_payload();

    return done();
}
