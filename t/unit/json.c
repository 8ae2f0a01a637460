
/*
 * What is JSON, beside jansson, and what its strings and members are.
 */


#include <jansson.h>
#include <stdlib.h>

#include "patron_json.h"
#include "patron_tap.h"


static void
count(void *ctx, const patron_str_t *name, const patron_str_t *value)
{
    (void) name;
    (void) value;

    ++*(unsigned *) ctx;
}


static int
taken(const char *text, size_t len, unsigned *n)
{
    patron_str_t  json;

    json.data = (const patron_uchar_t *) text;
    json.len = len;
    *n = 0;

    return patron_json_check(NULL, &json, count, n, NULL) == PATRON_OK;
}


static int
same(const char *text, size_t len)
{
    int       is, same;
    json_t   *root;
    unsigned  n;

    root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    is = taken(text, len, &n);

    same = is == (root != NULL) && (!is || n == json_object_size(root));

    json_decref(root);

    return same;
}


static void
nested(unsigned depth, const char *inside)
{
    char  text[3 * PATRON_JSON_DEPTH];

    memset(text, '[', depth);
    memset(text + depth + strlen(inside), ']', depth);
    memcpy(text + depth, inside, strlen(inside));

    ok(same(text, 2 * depth + strlen(inside)), "%u deep, with \"%s\"", depth,
       inside);
}


static void
names(unsigned n, unsigned first, unsigned again)
{
    int       len;
    char      text[8192];
    unsigned  i;

    len = 0;

    for (i = 0; i < n; i++) {
        len += snprintf(text + len, sizeof(text) - (size_t) len,
                        "%s\"\\u00%02xname%u\":{\"a\":[]}", i ? "," : "{",
                        'a' + (i == again ? first : i) % 26,
                        i == again ? first : i);
    }

    len += snprintf(text + len, sizeof(text) - (size_t) len, "}");

    ok(same(text, (size_t) len), "%u names, the %u. as the %u.", n, again,
       first);
}


int
main(void)
{
    size_t  i, len;

    static const char  *texts[] = {
        "", " ", "{}", "[]", " [ ] ", "{} {}", "[]]", "{", "[", "{]", "[}",
        "1", "\"a\"", "null", "[null,true,false]", "[nul]", "[nullx]",
        "[True]", "[1,]", "[,1]", "{,}", "{\"a\":1,}", "{\"a\"}", "{\"a\":}",
        "{a:1}", "{\"a\" : 1 , \"b\" : 2}", "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":1,\"A\":2}",
        "{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}",
        "{\"\":1}", "{\"\":1,\"\":2}", "[\"\xef\xbb\xbf\"]", "\xef\xbb\xbf[]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\a\"]", "[\"\\", "[\"\\\"]",
        "[\"\\u12\"]", "[\"\\u12g4\"]", "[\"\\u0000\"]", "[\"\\u00e9\\u20AC\"]",
        "[\"\\ud83d\\ude00\"]", "[\"\\ud83d\"]", "[\"\\ud83dx\"]",
        "[\"\\ude00\"]", "[\"\\ud83d\\ud83d\"]", "[\"\\ud83d\\n\"]",
        "[\"\xc3\xa9\"]", "[\"\xc3\"]", "[\"\xc3\x28\"]", "[\"\xa9\"]",
        "[\"\xc0\xaf\"]", "[\"\xe2\x82\xac\"]", "[\"\xed\xa0\x80\"]",
        "[\"\xf0\x9f\x98\x80\"]", "[\"\xf5\x80\x80\x80\"]",
        "[\"0123456789abcdef\303\2510123456789abcdef\\n0123456789abcdef\"]",
        "[\"a\nb\"]", "[\"a\tb\"]", "[\"a\x7f\"]", "[\"a]",
        "[0]", "[-0]", "[00]", "[01]", "[-]", "[-01]", "[+1]", "[.5]", "[5.]",
        "[5.5]", "[5.5.5]", "[5e]", "[5e+]", "[5e1]", "[5E-1]", "[1-1]",
        "[1e308]", "[1e309]", "[-1e309]", "[1e-999]",
        "[999999999999999999]", "[9223372036854775807]",
        "[9223372036854775808]", "[-9223372036854775808]",
        "[-9223372036854775809]", "[12345678901234567890123]", "[0x10]",
        "[1 2]", "[1a]", "[1\"a\"]", "[\"a\"\"b\"]", "[NaN]", "[Infinity]",
        "/**/[]", "[]//", "[\f]", "[\v]", "[\xc2\xa0]"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        len = strlen(texts[i]);

        ok(same(texts[i], len), "as jansson, %u.", (unsigned) i);
    }

    ok(same("[\"a\0b\"]", 7), "a NUL in a string");
    ok(same("[]\0", 3), "and behind it");

    nested(2046, "1");
    nested(2047, "1");
    nested(2048, "1");
    nested(2048, "");
    nested(2049, "");

    names(3, 0, 3);
    names(3, 0, 2);
    names(16, 3, 15);
    names(17, 3, 15);
    names(60, 60, 60);
    names(60, 2, 40);
    names(200, 150, 199);

    return done();
}
