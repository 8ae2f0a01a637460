
/*
 * Fields of forms and queries, origins, percent-encoding; the id cookie of an
 * anonymous reader.
 */


#include "patron_anonymous.h"
#include "patron_form.h"
#include "patron_tap.h"


static void
field_is(const char *form, const char *expected)
{
    int             rc;
    patron_str_t    text, name, value;
    patron_uchar_t  dst[16];

    text = str(form);
    name = str("path");

    rc = patron_form_field(&text, &name, dst, sizeof(dst), &value);

    if (expected == NULL) {
        is_int(rc, PATRON_DECLINED, form);
        return;
    }

    ok(rc == PATRON_OK && value.len == strlen(expected)
       && memcmp(value.data, expected, value.len) == 0, "%s", form);
}


static void
test_fields(void)
{
    patron_str_t    text, name, value;
    patron_uchar_t  dst[4];

    field_is("path=/a", "/a");
    field_is("x=1&path=%2Fa+b%26&y=2", "/a b&");
    field_is("path=1&path=2", "1");
    field_is("path=", "");
    field_is("path", "");
    field_is("&&path=x&&", "x");
    field_is("path=%", "%");
    field_is("path=%2", "%2");
    field_is("path=%zz%41", "%zzA");
    field_is("path=a=b", "a=b");
    field_is("", NULL);
    field_is("&", NULL);
    field_is("paths=1&apath=2&PATH=3&x=path", NULL);

    name = str("path");
    text = str("path=abcd");
    is_int(patron_form_field(&text, &name, dst, 4, &value), PATRON_OK,
           "as long as there is room");
    text = str("path=abcde");
    is_int(patron_form_field(&text, &name, dst, 4, &value), PATRON_ERROR,
           "longer");
    text = str("path=a%00");
    is_int(patron_form_field(&text, &name, dst, 4, &value), PATRON_ERROR,
           "a NUL");
}


static void
query_is(const char *query, const char *rest, const char *taken)
{
    int             rc;
    size_t          len;
    patron_str_t    text, name, value;
    patron_uchar_t  dst[128];

    text = str(query);
    name = str("gift");
    memset(dst, '!', sizeof(dst));

    rc = patron_query_take(&text, &name, dst, &len, &value);

    if (rest == NULL) {
        ok(rc == PATRON_DECLINED && dst[0] == '!', "%s", query);
        return;
    }

    ok(rc == PATRON_OK && len == strlen(rest) && memcmp(dst, rest, len) == 0
       && dst[len] == '!', "%s is %s", query, rest);
    is_str(&value, taken, "its value");
}


static void
test_queries(void)
{
    query_is("gift=x", "", "x");
    query_is("gift", "", "");
    query_is("gift=", "", "");
    query_is("gift=x&a=1", "a=1", "x");
    query_is("a=1&gift=x", "a=1", "x");
    query_is("a=1&gift=x&b=2", "a=1&b=2", "x");
    query_is("gift=x&gift=y", "", "x");
    query_is("gift=x&a=1&gift=y&b&gift", "a=1&b", "x");
    query_is("a=1&&gift=x&", "a=1&", "x");
    query_is("gift=a=b%26&c=%67ift", "c=%67ift", "a=b%26");

    query_is("", NULL, NULL);
    query_is("&", NULL, NULL);
    query_is("gifts=1&agift=2&Gift=3&x=gift", NULL, NULL);
}


static void
origin_is(const char *url, const char *host, long long expected)
{
    size_t        len;
    patron_str_t  u, h;

    u = str(url);
    h = str(host);

    if (patron_origin_is(&u, &h, &len) != PATRON_OK) {
        len = 0;
    }

    ok((long long) len == expected, "%s and %s", url, host);
}


static void
test_origins(void)
{
    origin_is("http://a.example", "a.example", 16);
    origin_is("https://a.example", "a.example", 17);
    origin_is("HTTPS://A.Example", "a.eXAMPLE", 17);
    origin_is("http://a.example:8080", "a.example:8080", 21);
    origin_is("http://a.example:80", "a.example", 19);
    origin_is("http://a.example", "a.example:80", 16);
    origin_is("https://a.example:443", "a.example", 21);
    origin_is("https://a.example/x?y#z", "a.example", 17);
    origin_is("https://a.example?x", "a.example", 17);
    origin_is("http://[::1]:8080", "[::1]:8080", 17);

    origin_is("https://a.example:80", "a.example", 0);
    origin_is("http://a.example:443", "a.example", 0);
    origin_is("http://a.example:8080", "a.example", 0);
    origin_is("http://a.example.b", "a.example", 0);
    origin_is("http://b.a.example", "a.example", 0);
    origin_is("http://a.example@b", "a.example", 0);
    origin_is("http://b@a.example", "a.example", 0);
    origin_is("http://a.example\\@b", "a.example", 16);
    origin_is("http://", "a.example", 0);
    origin_is("http://", "", 0);
    origin_is("http:///a.example", "a.example", 0);
    origin_is("http:/a.example", "a.example", 0);
    origin_is("ftp://a.example", "a.example", 0);
    origin_is("//a.example", "a.example", 0);
    origin_is("null", "null", 0);
    origin_is("", "", 0);
    origin_is("http://:80", ":80", 0);
}


static void
test_anonymous(void)
{
    size_t              i, n;
    unsigned            good;
    patron_str_t        payload, long_one;
    patron_uchar_t      text[PATRON_ANONYMOUS_MAX + 1], name[201];
    patron_anonymous_t  a, b;

    memset(&a, 0, sizeof(patron_anonymous_t));
    memset(name, 'n', sizeof(name));
    memcpy(a.id, "0123456789abcdef", PATRON_ANONYMOUS_ID);

    payload.data = text;
    payload.len = patron_anonymous_encode(&a, text);

    is_int((long long) payload.len, 17, "an id alone");
    ok(patron_anonymous_decode(&b, &payload) == PATRON_OK
       && memcmp(a.id, b.id, PATRON_ANONYMOUS_ID) == 0 && b.article.len == 0,
       "comes back");

    a.article = str("example.org/a");
    a.type = PATRON_PERIOD_WEEK;
    a.start = 1795305600;

    payload.len = patron_anonymous_encode(&a, text);

    ok(patron_anonymous_decode(&b, &payload) == PATRON_OK
       && b.type == PATRON_PERIOD_WEEK && b.start == 1795305600,
       "with an article");
    is_str(&b.article, "example.org/a", "its name");

    n = payload.len;
    good = 1;

    for (i = 0; i < n; i++) {
        payload.len = i;
        good &= patron_anonymous_decode(&b, &payload)
                == ((i == 17 || i > 23) ? PATRON_OK : PATRON_DECLINED);
    }

    ok(good, "cut short");

    payload.len = n;
    text[17] = 4;
    is_int(patron_anonymous_decode(&b, &payload), PATRON_DECLINED,
           "a period of no type");
    text[0] = 2;
    is_int(patron_anonymous_decode(&b, &payload), PATRON_DECLINED,
           "another version");

    long_one.data = name;
    long_one.len = PATRON_ARTICLE_MAX;
    a.article = long_one;
    is_int((long long) patron_anonymous_encode(&a, text), PATRON_ANONYMOUS_MAX,
           "the longest");
    a.article.len++;
    is_int((long long) patron_anonymous_encode(&a, text), 17,
           "a longer one is left out");

    payload.len = sizeof(text);
    is_int(patron_anonymous_decode(&b, &payload), PATRON_DECLINED, "too long");
}


static void
test_significant(void)
{
    size_t          i, n;
    patron_str_t    query, ignore, left;
    patron_uchar_t  dst[256];

    static const char *const  cases[][4] = {
        { "", "", "", "an empty query" },
        { "p=1", "", "p=1", "what tells pages apart" },
        { "p=1&utm_source=a&q=2&utm_x", "", "p=1&q=2", "no campaign's words" },
        { "utm_=1&utm=2&xutm_a=3&UTM_a=4", "", "utm_=1&utm=2&xutm_a=3&UTM_a=4",
          "what is only like them" },
        { "fbclid=1&p=2&ref", "fbclid,ref", "p=2", "names that are ignored" },
        { "fbclid2=1&fb=2&=3&p", "fbclid,,ref", "fbclid2=1&fb=2&p",
          "whole names alone" },
        { "&&p=1&&&q&", "", "p=1&q", "nothing between two" },
        { "p=1&p=2&p=1", "", "p=1&p=2&p=1", "one that comes again" },
        { "q=2&p=1", "", "q=2&p=1", "their order" },
        { "p=utm_x&q=a=b", "p=utm_x", "p=utm_x&q=a=b", "a value is no name" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        query = str(cases[i][0]);
        ignore = str(cases[i][1]);

        n = patron_query_significant(&query, &ignore, dst);

        left.data = dst;
        left.len = n;
        is_str(&left, cases[i][2], cases[i][3]);
    }
}


int
main(void)
{
    test_fields();
    test_queries();
    test_significant();
    test_origins();
    test_anonymous();

    return done();
}
