
/*
 * The module's own pages: the parts of a template, and that every language has
 * all there is to say.
 */


#include "patron_own_page.h"
#include "patron_tap.h"


typedef struct {
    const char         *html;
    patron_own_page_e   page;
    const char         *text;       /* or the reason why not */
} parts_t;


static const parts_t  parts[] = {
    { "", PATRON_OWN_PAGE_GIFT, "" },
    { "<p>x</p><!--x--><!--patron-->", PATRON_OWN_PAGE_GIFT,
      "<p>x</p><!--x--><!--patron-->" },
    { "a<!--patron:gift-->b<!--/patron-->c", PATRON_OWN_PAGE_GIFT, "abc" },
    { "a<!--patron:gift-->b<!--/patron-->c", PATRON_OWN_PAGE_REFUSED, "ac" },
    { "<!--patron:gift-->b<!--/patron--><!--patron:refused-->c<!--/patron-->",
      PATRON_OWN_PAGE_REFUSED, "c" },
    { "<!--patron:activate--><!--x--><!--/patron-->", PATRON_OWN_PAGE_ACTIVATE,
      "<!--x-->" },
    { "<!--patron:-->", PATRON_OWN_PAGE_GIFT, "<!--patron:-->" },
    { "<!--patron:gift", PATRON_OWN_PAGE_GIFT, "<!--patron:gift" },
    { "<!--patron:gift--", PATRON_OWN_PAGE_GIFT, "<!--patron:gift--" },
    { "<!--/patron--", PATRON_OWN_PAGE_GIFT, "<!--/patron--" },

    { "\n<!--patron:gift-->\nx", PATRON_OWN_PAGE_GIFT,
      "!line 2: a part without" },
    { "<!--patron:gift--><!--patron:gift-->", PATRON_OWN_PAGE_GIFT,
      "!line 1: a part in a part" },
    { "\n\n<!--/patron-->", PATRON_OWN_PAGE_GIFT, "!line 3: the end of a part" },
    { "<!--patron: gift-->x<!--/patron-->", PATRON_OWN_PAGE_GIFT,
      "!line 1: parts are for" }
};


int
main(void)
{
    int             rc, language, i;
    char            err[PATRON_OWN_PAGE_ERR];
    size_t          n;
    patron_str_t    html, out;
    patron_uchar_t  dst[4096];

    for (n = 0; n < sizeof(parts) / sizeof(parts[0]); n++) {
        html = str(parts[n].html);

        rc = patron_own_page_parts(&html, parts[n].page, dst, &out, err);

        if (parts[n].text[0] == '!') {
            ok(rc == PATRON_ERROR && strstr(err, parts[n].text + 1) == err,
               "refused: \"%s\": %s", parts[n].html, err);

        } else {
            ok(rc == PATRON_OK, "\"%s\"", parts[n].html);
            is_str(&out, parts[n].text, parts[n].html);
        }
    }

    html = str("it");
    ok(patron_own_page_language(&html) == PATRON_DECLINED, "not in Italian");

    html = str("pl");
    language = patron_own_page_language(&html);
    ok(language == 5, "six languages");

    for ( /* void */ ; language >= 0; language--) {
        html = *patron_own_page_code(language);
        ok(strstr(patron_own_page_languages(), (char *) html.data) != NULL,
           "%s: is named", html.data);

        for (i = 0; i < PATRON_SAYINGS; i++) {
            ok(patron_own_page_say(language, i)->len > 0, "%s: says %d",
               html.data, i);
        }
    }

    return done();
}
