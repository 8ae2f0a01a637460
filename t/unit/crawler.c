
/*
 * Crawlers: what one may read, and prices.
 */


#include "patron_crawler.h"
#include "patron_tap.h"


static void
test_reads(void)
{
    size_t          i;
    patron_str_t    text;
    patron_level_t  page;

    static const struct {
        const char  *page;
        const char  *level;
        int          reads;
        int          paid;
    } cases[] = {
        { "free", "", 1, 1 },
        { "", "free", 1, 1 },
        { "metered", "", 0, 1 },
        { "metered", "free", 0, 1 },
        { "metered", "metered", 1, 1 },
        { "metered", " metered", 1, 1 },
        { "metered", "gold", 1, 1 },
        { "members", "free", 0, 1 },
        { "members", "metered", 0, 0 },
        { "members", "members", 1, 1 },
        { "members", "gold", 1, 1 },
        { "members", "all", 1, 1 },
        { "members", "All", 1, 1 },         /* a tier of that name */
        { "gold", "", 0, 1 },
        { "gold", "metered", 0, 0 },
        { "gold", "members", 0, 0 },
        { "gold", "gold", 1, 1 },
        { "gold", "silver", 0, 0 },
        { "gold", "silver, gold", 1, 1 },
        { "gold,silver", "silver", 1, 1 },
        { "gold", "All", 0, 0 },
        { "gold", "gold,", 1, 1 },
        { ",", "gold", 0, 0 },              /* nobody's */
        { ",", "", 0, 1 },
        { ",", "all", 1, 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].page);
        patron_level_parse(&page, &text);
        text = str(cases[i].level);

        is_int(patron_crawler_reads(&page, &text, 0), cases[i].reads,
               cases[i].level);
        is_int(patron_crawler_reads(&page, &text, 1), cases[i].paid,
               cases[i].page);
    }
}


static void
test_amounts(void)
{
    size_t        i;
    int64_t       amount;
    patron_str_t  text;

    static const struct {
        const char  *text;
        int64_t      amount;                /* -1: it is none */
    } cases[] = {
        { "0", 0 },
        { "5000", 5000 },
        { "007", 7 },
        { "999999999999", PATRON_PRICE_MAX },
        { "1000000000000", -1 },
        { "99999999999999999999", -1 },
        { "", -1 },
        { "-1", -1 },
        { "1.0", -1 },
        { " 1", -1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].text);

        if (patron_amount_parse(&amount, &text) != PATRON_OK) {
            amount = -1;
        }

        ok(amount == cases[i].amount, "amount \"%s\"", cases[i].text);
    }
}


static void
test_prices(void)
{
    char            said[PATRON_PRICE_TEXT + 1];
    size_t          i;
    patron_str_t    text;
    patron_price_t  price;

    static const struct {
        const char  *text;
        const char  *said;                  /* NULL: it is no price */
    } cases[] = {
        { "USD 0.01", "USD 0.01" },
        { "0.01 USD", "USD 0.01" },
        { "eur0.5", "EUR 0.50" },
        { "5", "USD 5.00" },
        { "0.000001", "USD 0.000001" },
        { "UAH 1.2345", "UAH 1.2345" },
        { "999999.999999", "USD 999999.999999" },
        { "USD 0", "USD 0.00" },
        { "1000000", NULL },
        { "0.0000001", NULL },
        { "USD", NULL },
        { "", NULL },
        { "USD .5", NULL },
        { "USD 5.", NULL },
        { "USD 1.2.3", NULL },
        { "USD -1", NULL },
        { "US$ 1", NULL },
        { "USD 1 EUR", NULL },
        { "US 1", NULL },
        { "1e3", NULL }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].text);

        if (patron_price_parse(&price, &text) != PATRON_OK) {
            ok(cases[i].said == NULL, "\"%s\" is no price", cases[i].text);
            continue;
        }

        said[patron_price_write((patron_uchar_t *) said, &price)] = '\0';
        ok(cases[i].said && strcmp(said, cases[i].said) == 0, "\"%s\": %s",
           cases[i].text, said);
    }
}


static void
test_accept(void)
{
    size_t        i;
    patron_str_t  text;

    static const struct {
        const char  *accept;
        int          json;
    } cases[] = {
        { "application/json", 1 },
        { "application/json, text/html;q=0.5", 1 },
        { "text/html, application/json", 0 },
        { "text/html", 0 },
        { "*/*", 0 },
        { "", 0 },
        { "application/jso", 0 },
        { "APPLICATION/JSON ; charset=utf-8", 1 },
        { "application/json;q=0", 0 },
        { "application/json;q=0.5, text/html;q=0.9", 0 },
        { "text/html;q=0.1, application/json", 1 },
        { "text/html;level=1;q=0.9, application/json;v=2;Q=0.8", 0 },
        { "application/*", 1 },
        { "application/json, */*", 1 },
        { "application/json;q=0.5, */*", 0 },
        { "*/*, text/html;q=0", 1 },
        { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          0 },
        { "application/jsonp, application/problem+json", 0 },
        { ", ;q=1,,application/json;q=x", 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].accept);
        is_int(patron_accepts_json(&text), cases[i].json, cases[i].accept);
    }
}


static void
test_purpose(void)
{
    size_t        i;
    patron_str_t  text;

    static const struct {
        const char                *text;
        patron_crawler_purpose_e   purpose;
    } cases[] = {
        { "search", PATRON_CRAWLER_SEARCH },
        { "train", PATRON_CRAWLER_TRAIN },
        { "answer", PATRON_CRAWLER_ANSWER },
        { "archive", PATRON_CRAWLER_ARCHIVE },
        { "Train", PATRON_CRAWLER_N },
        { "", PATRON_CRAWLER_N }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].text);
        is_int(patron_crawler_purpose(&text), cases[i].purpose, cases[i].text);
    }
}


int
main(void)
{
    test_reads();
    test_amounts();
    test_prices();
    test_accept();
    test_purpose();

    return done();
}
