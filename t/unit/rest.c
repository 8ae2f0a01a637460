
/*
 * How slots rest; and what campaigns and pages say in lists: names, patterns,
 * languages.
 */


#include "patron_date.h"
#include "patron_language.h"
#include "patron_names.h"
#include "patron_pattern.h"
#include "patron_rest.h"
#include "patron_tap.h"


#define NOW  INT64_C(1795370400)


static char  err[PATRON_REST_ERR];


static int
field(patron_rest_t *rest, const char *name, const char *value)
{
    patron_str_t  n, v;

    n = str(name);
    v = str(value);

    return patron_rest_field(rest, &n, &v, err);
}


static void
test_fields(void)
{
    size_t         i;
    patron_rest_t  rest, before;

    static const char  *bad[][2] = {
        { "dismiss", "d" }, { "dismiss", "-1" }, { "dismiss", "3651" },
        { "dismiss", "99999999999" }, { "cap", "0/7d" }, { "cap", "3" },
        { "between", "3" }, { "between", "h" }, { "between", "3651d" },
        { "between", "1.5h" }, { "skip", "256" }, { "skip", "two" }
    };

    memset(&rest, 0, sizeof(rest));

    ok(!patron_rest_counts(&rest), "nothing is said");
    ok(field(&rest, "dismiss", "14") == PATRON_OK && rest.dismiss == 14
       && rest.closes && !patron_rest_counts(&rest), "days");
    ok(field(&rest, "dismiss", "0d") == PATRON_OK && rest.dismiss == 0
       && rest.closes, "or none");
    ok(field(&rest, "between", "3d") == PATRON_OK
       && rest.between == 3 * 24 * 60, "a time in days");
    ok(field(&rest, "between", "2w") == PATRON_OK
       && rest.between == 14 * 24 * 60, "in weeks");
    ok(field(&rest, "cap", "4/30d") == PATRON_OK && rest.cap.showings == 4
       && rest.cap.days == 30, "a cap");
    ok(field(&rest, "skip", "255") == PATRON_OK && rest.skip == 255, "pages");
    ok(field(&rest, "note", "anything") == PATRON_OK, "the site's own");
    ok(field(&rest, "cap", "") == PATRON_OK && rest.cap.days == 30, "empty");

    before = rest;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(field(&rest, bad[i][0], bad[i][1]) == PATRON_ERROR
           && memcmp(&rest, &before, sizeof(rest)) == 0
           && strstr(err, bad[i][0]) == err, "%s %s: %s", bad[i][0],
           bad[i][1], err);
    }
}


/* The visit as the next page has it. */

static void
comes_back(patron_visit_t *visit)
{
    patron_str_t    payload;
    patron_uchar_t  buf[PATRON_VISIT_MAX];

    payload.data = buf;
    payload.len = patron_visit_encode(visit, buf);

    ok(patron_visit_decode(visit, &payload) == PATRON_OK, "read again");
}


static void
test_rest(void)
{
    int             i;
    uint32_t        id;
    patron_str_t    slot, all;
    patron_rest_t   rest;
    patron_visit_t  visit;

    slot = str("top");
    all = str("");
    id = patron_rest_id(&slot);

    ok(id != patron_rest_id(&all) && id != patron_visit_id(&slot)
       && id % 2 == 0, "an id of its own, and the next one");

    memset(&rest, 0, sizeof(rest));
    memset(&visit, 0, sizeof(visit));
    (void) field(&rest, "cap", "2/30d");

    ok(patron_rest_allows(&rest, id, NULL, 0, NOW), "a reader who comes first");
    ok(patron_rest_allows(&rest, id, NULL, 1, NOW)
       && !patron_rest_allows(&rest, id, NULL, 2, NOW), "several on a page");

    for (i = 0; i < 2; i++) {
        ok(patron_rest_allows(&rest, id, &visit, 0, NOW), "once more");
        ok(patron_rest_show(&rest, id, &visit, NOW) == 1, "counted");
        comes_back(&visit);
        ok(!patron_rest_allows(&rest, id, &visit, 1 - i, NOW), "of those left");
    }

    ok(!patron_rest_allows(&rest, id, &visit, 0, NOW + 29 * PATRON_DAY), "rests");
    ok(patron_rest_allows(&rest, id, &visit, 0, NOW + 30 * PATRON_DAY),
       "and is over");

    memset(&rest, 0, sizeof(rest));
    memset(&visit, 0, sizeof(visit));
    (void) field(&rest, "between", "12h");
    (void) field(&rest, "skip", "2");

    for (i = 0; i < 2; i++) {
        ok(!patron_rest_allows(&rest, id, &visit, 0, NOW), "pages come first");
        ok(patron_rest_page(&rest, id, &visit) == 1, "counted");
        comes_back(&visit);
    }

    ok(patron_rest_allows(&rest, id, &visit, 0, NOW), "so many");
    ok(patron_rest_page(&rest, id, &visit) == 0, "and no more are counted");
    ok(patron_rest_show(&rest, id, &visit, NOW) == 1, "shown");
    comes_back(&visit);
    ok(!patron_rest_allows(&rest, id, &visit, 0, NOW + 43000), "not so soon");
    ok(patron_rest_allows(&rest, id, &visit, 0, NOW + 43260), "but then");
    ok(patron_rest_allows(&rest, id, &visit, 0, NOW - 86400), "a clock set back");

    memset(&rest, 0, sizeof(rest));
    patron_visit_dismiss(&visit, id, 14, NOW);
    ok(!patron_rest_allows(&rest, id, &visit, 0, NOW + 13 * PATRON_DAY),
       "closed, whatever is said of the slot");
    ok(patron_rest_allows(&rest, id, &visit, 0, NOW + 14 * PATRON_DAY),
       "for so many days");
    ok(patron_rest_show(&rest, id, &visit, NOW) == 0, "nothing to count for");
}


/* In whole days: what a member's other devices are told. */

static void
test_until(void)
{
    patron_rest_t   rest;
    patron_visit_t  visit;

    memset(&rest, 0, sizeof(rest));
    memset(&visit, 0, sizeof(visit));

    (void) field(&rest, "cap", "2/30d");
    (void) field(&rest, "between", "3d");

    is_int(patron_rest_until(&rest, 8, &visit, NOW), 0, "nothing was shown");
    (void) patron_rest_show(&rest, 8, &visit, NOW);
    is_int(patron_rest_until(&rest, 8, &visit, NOW), NOW / PATRON_DAY + 3,
           "from one to the next");
    is_int(patron_rest_until(&rest, 8, &visit, NOW + 3 * PATRON_DAY), 0,
           "which is over");
    (void) patron_rest_show(&rest, 8, &visit, NOW + 4 * PATRON_DAY);
    is_int(patron_rest_until(&rest, 8, &visit, NOW + 4 * PATRON_DAY),
           NOW / PATRON_DAY + 30, "as often as may be");
    patron_visit_dismiss(&visit, 8, 99, NOW);
    is_int(patron_rest_until(&rest, 8, &visit, NOW), NOW / PATRON_DAY + 99,
           "closed for longer");

    memset(&rest, 0, sizeof(rest));
    memset(&visit, 0, sizeof(visit));
    (void) field(&rest, "between", "12h");
    (void) patron_rest_show(&rest, 8, &visit, NOW - NOW % PATRON_DAY);
    is_int(patron_rest_until(&rest, 8, &visit, NOW), 0, "no whole day");
}


static void
test_names(void)
{
    patron_str_t  list, name;

    list = str(" ,top,\tx  ask\r\n,none");

    for (name = str("ask"); name.len > 1; name.len--) {
        ok(patron_names_have(&list, &name) == (name.len == 3), "%.*s",
           (int) name.len, (const char *) name.data);
    }

    name = str("none");
    ok(patron_names_have(&list, &name), "the last");
    name = str("top");
    ok(patron_names_have(&list, &name), "the first");
    list = str("");
    ok(!patron_names_have(&list, &name), "an empty list");
}


static void
test_patterns(void)
{
    size_t            i;
    patron_str_t      text, value;
    patron_pattern_t  pattern;

    static const struct {
        const char  *text;
        const char  *value;
        int          fits;      /* -1: it is no pattern */
    } cases[] = {
        { "5-", "5", 1 }, { "5-", "4", 0 }, { "5-", "100000000", 1 },
        { "2-9", "2", 1 }, { "2-9", "9", 1 }, { "2-9", "10", 0 },
        { "2-9", "1", 0 }, { "2-9", "", 0 }, { "2-9", "5x", 0 },
        { "2-9", "-5", 0 }, { "02-9", "007", 1 }, { "0-", "0", 1 },
        { "5-", "9999999999999999999999", 0 },
        { "9-2", "5", -1 }, { "-9", "5", -1 }, { "2-9-", "5", -1 },
        { "2-x", "5", -1 }, { "news", "news", -1 }, { "", "", -1 },
        { "2026-11-22", "2026", -1 },
        { "*", "", 1 }, { "*", "anything", 1 }, { "/news/*", "/news/a", 1 },
        { "/news/*", "/news", 0 }, { "*.pdf", "a.pdf.pdf", 1 },
        { "*.pdf", "a.pdf.html", 0 }, { "a*b*c", "aXbYbZc", 1 },
        { "a*b*c", "acb", 0 }, { "**", "x", 1 }, { "a*", "", 0 },
        { "*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", 0 },
        { "5-*", "5-x", 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].text);
        value = str(cases[i].value);

        if (patron_pattern_parse(&pattern, &text) != PATRON_OK) {
            ok(cases[i].fits == -1, "\"%s\" is a value", cases[i].text);
            continue;
        }

        is_int(patron_pattern_fits(&pattern, &value), cases[i].fits,
               cases[i].text);
    }
}


/* Of "uk", "en" and "de-AT" the one that a reader of that field likes best. */

static void
likes(const char *accepted, const char *wanted)
{
    size_t              i;
    unsigned            rank, best;
    const char         *chosen;
    patron_str_t        s;
    patron_languages_t  languages;

    static const char  *tags[] = { "en", "uk", "de-AT" };

    s = str(accepted);
    patron_languages_read(&languages, &s);
    chosen = "";
    best = 0;

    for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        s = str(tags[i]);
        rank = patron_language_rank(&languages, &s);

        if (rank > best) {
            best = rank;
            chosen = tags[i];
        }
    }

    ok(strcmp(chosen, wanted) == 0, "\"%s\": \"%s\", is \"%s\"", accepted,
       wanted, chosen);
}


static void
test_languages(void)
{
    char    many[4096], *p;
    size_t  i;

    likes("uk-UA,uk;q=0.9,en-US;q=0.8,en;q=0.7", "uk");
    likes("en-US,en;q=0.9,uk;q=0.8", "en");
    likes("en;q=0.5, uk;q=0.9", "uk");
    likes("uk, en", "uk");
    likes("en, uk", "en");
    likes("UK", "uk");
    likes("uk;q=0, en;q=0.001", "en");
    likes("uk;q=0", "");
    likes("uk-UA, uk;q=0, en;q=0.1", "en");
    likes("fr, uk;q=0.2", "uk");
    likes("fr", "");
    likes("*", "en");
    likes("en;q=0, *;q=0.5", "uk");
    likes("fr, *;q=0.1, en;q=0", "uk");
    likes("de", "de-AT");
    likes("de-CH", "");
    likes("de-AT-1996;q=0.3, en;q=0.2", "de-AT");
    likes("ukr", "");
    likes("", "");
    likes(" , ;q=1,,\tuk ; q=0.5 ,", "uk");
    likes("uk;q=x, en;q=0.1", "en");
    likes("uk;q=2, en;q=0.1", "en");
    likes("uk;q=1.5, en;q=0.1", "uk");
    likes("uk;level=1, en;q=0.1", "en");
    likes("en;q=0.9999, uk", "uk");

    for (i = 0, p = many; i < PATRON_LANGUAGES; i++) {
        p += sprintf(p, "x%zu,", i);
    }

    strcpy(p, "uk");
    likes(many, "");
}


int
main(void)
{
    test_fields();
    test_rest();
    test_until();
    test_names();
    test_patterns();
    test_languages();

    return done();
}
