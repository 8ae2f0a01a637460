
/*
 * A machine is known by its words, wherever they stand; and by nothing else.
 */


#include <ctype.h>

#include "patron_agent.h"
#include "patron_tap.h"


static int
machine(const char *text)
{
    patron_str_t  agent;

    agent.data = (const patron_uchar_t *) text;
    agent.len = strlen(text);

    return patron_agent_is_machine(&agent);
}


/* The plain way to look for them. */

static int
plainly(const char *text)
{
    size_t       i, n;
    char         lower[64];
    static const char  *words[] = { "bot", "crawl", "spider" };

    for (i = 0; text[i]; i++) {
        lower[i] = (char) tolower((unsigned char) text[i]);
    }

    lower[i] = '\0';

    for (n = 0; n < 3; n++) {
        if (strstr(lower, words[n]) != NULL) {
            return 1;
        }
    }

    return 0;
}


static void
every_text(void)
{
    int          good;
    char         text[56];
    unsigned     i, k, n;
    static const char  letters[] = "botcrawlspider-T";

    good = 1;
    n = 1;

    /* a linear congruential walk over texts of the words' letters */

    for (i = 0; i < 300000; i++) {

        for (k = 0; k < sizeof(text) - 1; k++) {
            n = n * 1103515245u + 12345u;
            text[k] = letters[(n >> 16) % (sizeof(letters) - 1)];
        }

        text[k - i % 52] = '\0';

        good &= machine(text) == plainly(text);
    }

    ok(good, "as a plain search has it");
}


int
main(void)
{
    ok(machine("Mozilla/5.0 (compatible; Googlebot/2.1)"), "bot");
    ok(machine("bot"), "alone");
    ok(machine("x BOT"), "at the end, in capitals");
    ok(machine("Crawler/1"), "crawl");
    ok(machine("aSpider"), "spider");
    ok(machine("bbot"), "after a false start");
    ok(!machine(""), "nothing");
    ok(!machine("bo"), "too short");
    ok(!machine("craw"), "a word cut short");
    ok(!machine("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101"),
       "a browser");

    every_text();

    return done();
}
