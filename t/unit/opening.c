
/*
 * How a response begins, at every split.
 */


#include "patron_opening.h"
#include "patron_tap.h"


#define BOM  "\xef\xbb\xbf"


static void
begins(int any, int whole, const char *page)
{
    int               i, got, expected;
    size_t            len, split;
    patron_opening_t  o;

    len = strlen(page);

    for (i = 0; i < 2; i++) {
        expected = (i ? whole : any) ? PATRON_OK : PATRON_DECLINED;

        for (split = 0; split <= len; split++) {
            memset(&o, 0, sizeof(patron_opening_t));

            got = patron_opening_feed(&o, (const patron_uchar_t *) page,
                                      split, i, 0);

            if (got == PATRON_AGAIN) {
                got = patron_opening_feed(&o,
                                      (const patron_uchar_t *) page + split,
                                      len - split, i, 1);
            }

            if (got == expected && i == 0 && any && o.piece == !!whole) {
                ok(0, "%s at %u: a piece?", page, (unsigned) split);
                return;
            }

            if (got != expected) {
                ok(0, "%s at %u, %d: %d", page, (unsigned) split, i, got);
                return;
            }
        }
    }

    ok(1, "%s", page);
}


static void
is_long(void)
{
    int               whole;
    unsigned          i, n;
    patron_opening_t  o;
    patron_uchar_t    spaces[1000];

    memset(spaces, ' ', sizeof(spaces));

    for (whole = 0; whole < 2; whole++) {
        memset(&o, 0, sizeof(patron_opening_t));
        n = PATRON_OPENING_MAX / sizeof(spaces);

        for (i = 0; i < n; i++) {
            if (patron_opening_feed(&o, spaces, sizeof(spaces), whole, 0)
                != PATRON_AGAIN)
            {
                break;
            }
        }

        ok(i == n
           && patron_opening_feed(&o, spaces, sizeof(spaces), whole, 0)
              == (whole ? PATRON_DECLINED : PATRON_OK),
           "what goes on and on is given up, %d", whole);
    }
}


int
main(void)
{
    /* pages */

    begins(1, 1, "<!doctype html>");
    begins(1, 1, BOM BOM "\r\n\t <!DOCTYPE html>");
    begins(1, 1, "<html><p>x");
    begins(1, 1, "<HEAD/>");
    begins(1, 1, "<body\nclass=a>");
    begins(1, 1, "<?xml version='1.0'?><!-- a > b ---!><html>");
    begins(1, 1, "<?XML?>\n<!DOCTYPE html PUBLIC 'x'>");
    begins(1, 1, "<!--><html>");
    begins(1, 1, "<!-><html>");
    begins(1, 1, "<!---><html>");
    begins(1, 1, "<!-- a --!b --><html>");
    begins(1, 1, "<!-x --><![if IE]><!><html>");
    begins(1, 1, "<title>a <p> </titled></Title ><meta a='>'><body>");
    begins(1, 1, "<script src=\"/a'>b\"></script/><link/><body>");
    begins(1, 1, "<style>p { a: '</p>' << </style>\n<body>");

    /* pieces */

    begins(1, 0, "<li>more</li>");
    begins(1, 0, "<title>x</title><main>");
    begins(1, 0, "<!-- <html> --><p>");
    begins(1, 0, "<?php echo 1 ?>");
    begins(1, 0, "<!-- <html>");
    begins(1, 0, "</p><html>");
    begins(1, 0, "<header>x");
    begins(1, 0, "<bodyguard-of-a-very-long-name>");
    begins(1, 0, "<meta charset=utf-8>text<body>");
    begins(1, 0, "<title>x");
    begins(1, 0, "<body");

    /* XML */

    begins(0, 0, "<?xml version='1.0'?><rss><channel></channel></rss>");
    begins(0, 0, BOM "<?xml-stylesheet href='a'?><urlset>");
    begins(0, 0, "<?xml version='1.0'?>");

    /* what is no markup */

    begins(0, 0, "");
    begins(0, 0, "0");
    begins(0, 0, BOM);
    begins(0, 0, "\xef\xbb<html>");
    begins(0, 0, " \n");
    begins(0, 0, "<");
    begins(0, 0, "< html>");
    begins(0, 0, "<3 <html>");
    begins(0, 0, "{\"html\":\"<html>\"}");
    begins(0, 0, "OK <html>");
    begins(0, 0, "&lt;html>");

    is_long();

    return done();
}
