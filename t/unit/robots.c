
/*
 * robots.txt: whom it can name, and which paths a list keeps a crawler from.
 */


#include "patron_robots.h"
#include "patron_tap.h"


static void
test_names(void)
{
    size_t        i;
    patron_str_t  text;

    static const struct {
        const char  *name;
        int          fits;
    } cases[] = {
        { "GPTBot", 1 },
        { "Google-Extended", 1 },
        { "a_b", 1 },
        { "", 0 },
        { "GPT Bot", 0 },
        { "Bot/1.0", 0 },
        { "a\nAllow", 0 },
        { "*", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].name);
        is_int(patron_robots_name(&text), cases[i].fits, cases[i].name);
    }
}


static void
test_lists(void)
{
    size_t        i, len;
    patron_str_t  text;
    char          line[256];

    static const struct {
        const char  *list;
        const char  *lines;         /* NULL: it is none */
    } cases[] = {
        { "/", "Disallow: /\n" },
        { "/a/  /b%20c\n/d", "Disallow: /a/\nDisallow: /b%20c\nDisallow: /d\n" },
        { "  /a\t", "Disallow: /a\n" },
        { "", NULL },
        { " \n", NULL },
        { "a", NULL },
        { "/a b", NULL },
        { "/a,/b?c", NULL },
        { "/*.pdf", NULL },
        { "/end$", NULL },
        { "/a#b", NULL },
        { "/a%2", NULL },
        { "//host", NULL },
        { "https://news.example/", NULL },
        { "/\xc3\xa9", NULL }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = str(cases[i].list);
        is_int(patron_robots_paths(&text),
               cases[i].lines ? PATRON_OK : PATRON_DECLINED, cases[i].list);

        if (cases[i].lines == NULL) {
            continue;
        }

        len = patron_robots_write(NULL, &text);
        is_int(len, strlen(cases[i].lines), "the length of its lines");

        memset(line, '#', sizeof(line));
        (void) patron_robots_write((patron_uchar_t *) line, &text);
        ok(memcmp(line, cases[i].lines, len) == 0 && line[len] == '#',
           "and the lines");
    }
}


static void
test_paths(void)
{
    size_t        i;
    patron_str_t  list, path;

    static const struct {
        const char  *list;
        const char  *path;
        int          disallow;
    } cases[] = {
        { "/", "/", 1 },
        { "/", "/any/page", 1 },
        { "/archive/", "/archive/1", 1 },
        { "/archive/", "/archive", 0 },
        { "/archive", "/archives", 1 },
        { "/a /b/", "/b/c", 1 },
        { "/a /b/", "/c/b/", 0 },
        { "/Archive", "/archive", 0 },
        { "/b%20c", "/b c/d", 1 },
        { "/b%20c", "/b%20c", 0 },      /* asked for as "%2520" */
        { "/%D0%BD", "/\xd0\xbd", 1 },
        { "", "/", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        list = str(cases[i].list);
        path = str(cases[i].path);
        is_int(patron_robots_disallow(&list, &path), cases[i].disallow,
               cases[i].path);
    }
}


int
main(void)
{
    test_names();
    test_lists();
    test_paths();

    return done();
}
