
/*
 * Cookie lines as browsers, and others, send them; and domains.
 */


#include "patron_cookie.h"
#include "patron_tap.h"


static const patron_str_t  own[] = {
    patron_string("p_id"),
    patron_string("p_seen"),
    patron_string("p")
};


static void
found(const char *text, const char *expected)
{
    size_t          len;
    char            all[256];
    unsigned        i, n;
    patron_str_t    line, name, got, values[PATRON_COOKIES_MAX];

    line = str(text);
    name = str("p");
    n = patron_cookie_find(&line, &name, values, 0);
    len = 0;

    for (i = 0; i < n; i++) {
        len += (size_t) sprintf(all + len, "%s%.*s", i ? "|" : "",
                                (int) values[i].len, values[i].data);
    }

    got.data = (patron_uchar_t *) all;
    got.len = len;

    is_str(&got, expected, text);
}


static void
stripped(const char *text, unsigned n, const char *expected)
{
    patron_str_t    line, got;
    patron_uchar_t  dst[256];

    line = str(text);
    got.data = dst;
    got.len = patron_cookie_strip(&line, own, n, NULL, dst);

    is_str(&got, expected, text);
}


/* The values of the name behind those that are looked for. */

static void
next(void)
{
    patron_str_t            line;
    patron_cookie_values_t  values;

    values.n = 0;

    line = str("a=0; p=1; p=; pp=2; p=3");
    ok(!patron_cookie_holds(&line, own, 2, &values), "none of two names");
    line = str("p=4;p=5;p=6");
    ok(!patron_cookie_holds(&line, own, 2, &values), "nor in the next line");

    ok(values.n == PATRON_COOKIES_MAX, "values of the third, up to four");
    ok(values.values[0].len == 1 && values.values[0].data[0] == '1'
       && values.values[1].data[0] == '3' && values.values[2].data[0] == '4'
       && values.values[3].data[0] == '5', "in their order, none empty");

    values.n = 0;
    line = str("p=1; p_id=2");
    ok(patron_cookie_holds(&line, own, 2, &values), "one of two names");
}


static void
noted(void)
{
    unsigned          n;
    patron_str_t      line, values[PATRON_COOKIES_MAX];
    patron_cookies_t  cookies;
    patron_uchar_t    dst[256];

    memset(&cookies, 0, sizeof(cookies));
    cookies.names = own;
    cookies.known = 3;

    line = str("a=0; p=; p_id=1; p=2; p_id=3; p_seen=4");
    is_int(patron_cookie_strip(&line, own, 1, &cookies, dst), 22,
           "one name of three is left out");
    line = str("p_id=5;p_id=6; p_id=7; p_ids=8; p=9");
    (void) patron_cookie_strip(&line, own, 1, &cookies, dst);

    is_int(cookies.n[0], 4, "four values of it are noted");
    is_str(&cookies.values[0][0], "1", "the first");
    is_str(&cookies.values[0][3], "6", "and the fourth, of another line");
    is_int(cookies.n[1], 1, "of what stays, too");
    is_str(&cookies.values[1][0], "4", "the value");
    is_int(cookies.n[2], 2, "without an empty one");

    line = str("p_id=1; p=2; p_id=3");
    n = patron_cookie_find(&line, &own[0], values, 0);
    ok(n == 2 && values[1].len == 1 && *values[1].data == '3',
       "as they are found");
}


static void
domain(const char *text, int expected)
{
    patron_str_t  s;

    s = str(text);
    ok(patron_cookie_domain(&s) == expected, "%s \"%s\"",
       expected == PATRON_OK ? "a domain:" : "no domain:", text);
}


int
main(void)
{
    char          label[128];
    unsigned      n;
    patron_str_t  line, name, values[PATRON_COOKIES_MAX];

    found("", "");
    found(";", "");
    found("p=1", "1");
    found("a=b; p=1; c=d", "1");
    found("p=1;p=2 ; \tp = 3\t;p=4", "1|2|3|4");
    found("p=1; p=2; p=3; p=4; p=5", "1|2|3|4");
    found("p=; p; p =; P=1; pp=2; =p; ap=3", "");
    found("p=a=b", "a=b");
    found("p=\"1\"", "\"1\"");
    found("a=p=1; p", "");

    line = str("p=1; p=2; p=3");
    name = str("p");
    n = patron_cookie_find(&line, &name, values, 0);
    n = patron_cookie_find(&line, &name, values, n);
    ok(n == 4 && values[3].data[0] == '1', "lines go on, up to four");

    name = str("p=3");
    ok(patron_cookie_mentions(&line, &name), "the end of a line");
    name = str("p=4");
    ok(!patron_cookie_mentions(&line, &name), "what is not in it");
    name = str("p=1; p=2; p=3;");
    ok(!patron_cookie_mentions(&line, &name), "more than the line");
    name = str("");
    ok(patron_cookie_mentions(&line, &name), "nothing is everywhere");

    ok(!patron_cookie_holds(&line, own, 2, NULL), "none of two names");
    ok(patron_cookie_holds(&line, own, 3, NULL), "one of three");
    ok(!patron_cookie_holds(&line, own, 0, NULL), "none of none");

    next();

    stripped("", 3, "");
    stripped("p_id=1", 3, "");
    stripped("p_id=1; p_seen=2;p=3", 3, "");
    stripped("p_id=1; p_seen=2;p=3", 2, "p=3");
    stripped("a=1;b=2;;  c", 3, "a=1; b=2; c");
    stripped("a=1; p_id=2; b=3;", 3, "a=1; b=3");
    stripped("p_id; p_idx=1; p_seen =2", 3, "p_idx=1");
    stripped(" ;; ", 3, "");

    noted();

    domain("example.org", PATRON_OK);
    domain(".example.org", PATRON_OK);
    domain("localhost", PATRON_OK);
    domain("a-b.c_d.E9", PATRON_OK);
    domain("127.0.0.1", PATRON_OK);
    domain("", PATRON_ERROR);
    domain(".", PATRON_ERROR);
    domain("..a", PATRON_ERROR);
    domain("a..b", PATRON_ERROR);
    domain("a.b.", PATRON_ERROR);
    domain("-a.b", PATRON_ERROR);
    domain("a-.b", PATRON_ERROR);
    domain("a:80", PATRON_ERROR);
    domain("*.a", PATRON_ERROR);
    domain("http://a", PATRON_ERROR);
    domain("$host", PATRON_ERROR);
    domain("a b", PATRON_ERROR);

    memset(label, 'a', sizeof(label));
    label[63] = '\0';
    domain(label, PATRON_OK);
    label[63] = 'a';
    label[64] = '\0';
    domain(label, PATRON_ERROR);

    return done();
}
