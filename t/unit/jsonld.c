
/*
 * What a page says of its article in JSON-LD, at every split.
 */


#include "patron_jsonld.h"
#include "patron_tap.h"


#define LD     "<script type=\"application/ld+json\">"
#define END    "</script>"
#define TYPE   "\"@type\":\"NewsArticle\""
#define SAYS   "\"isAccessibleForFree\":false"


static void
says(int expected, const char *page)
{
    int              got;
    size_t           len, split;
    patron_jsonld_t  j;

    len = strlen(page);

    for (split = 0; split <= len; split++) {
        memset(&j, 0, sizeof(patron_jsonld_t));

        (void) patron_jsonld_feed(&j, (const patron_uchar_t *) page, split);
        got = patron_jsonld_feed(&j, (const patron_uchar_t *) page + split,
                                 len - split);

        if (got != expected) {
            ok(0, "%s at %u: %d", page, (unsigned) split, got);
            return;
        }
    }

    ok(1, "%s", page);
}


int
main(void)
{
    says(1, LD "{" TYPE "," SAYS "}" END);
    says(1, LD "{" SAYS " , " TYPE "}" END);
    says(1, LD "[{\"@type\":\"Person\"},{ \"@type\" : [\"Thing\", "
            "\"https://schema.org/BlogPosting\"], " SAYS "}]" END);
    says(1, LD "{\"@graph\":[{\"@type\":\"WebPage\",\"author\":{\"@type\":"
            "\"Person\"}," SAYS "}]}" END);
    says(1, "<SCRIPT id=a type='application/LD+JSON'>{" TYPE "," SAYS "}" END);
    says(1, "<script>\"<!--\"" END LD "{\"headline\":\"\\\"}\"," TYPE "," SAYS
            "}" END);
    says(1, "<!-- a ---><<script type=application/ld+json>{" TYPE "," SAYS
            "}" END);

    says(0, "");
    says(0, "<p>isAccessibleForFree");
    says(0, LD "{" TYPE "}" END "<p>{" SAYS "}</p>");
    says(0, LD "{" TYPE ",\"description\":\"isAccessibleForFree\"}" END);
    says(0, LD "{" TYPE ",\"d\":\"\\\"isAccessibleForFree\\\":false\"}" END);
    says(0, LD "{\"@type\":\"Museum\"," SAYS "}" END);
    says(0, LD "{" TYPE ",\"about\":{\"@type\":\"Museum\"," SAYS "}}" END);
    says(0, LD "{" TYPE ",\"hasPart\":{\"@type\":\"WebPageElement\"," SAYS
            "}}" END);
    says(0, LD "{\"@type\":\"Event\"," SAYS "}" END LD "{" TYPE "}" END);
    says(0, "<script>{" TYPE "," SAYS "}" END);
    says(0, "<!-- " LD "{" TYPE "," SAYS "}" END " -->");
    says(0, "<link type=application/ld+json>{" TYPE "," SAYS "}");

    return done();
}
