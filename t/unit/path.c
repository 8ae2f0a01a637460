
/*
 * Local paths: what a browser, or a server behind us, could take for another
 * site is none.
 */


#include "patron_path.h"
#include "patron_tap.h"


static void
local(const char *text)
{
    patron_str_t  s;

    s = str(text);
    ok(patron_path_local(&s) == PATRON_OK, "%s", text);
}


static void
foreign(const char *text)
{
    patron_str_t  s;

    s = str(text);
    ok(patron_path_local(&s) == PATRON_DECLINED, "not %s", text);
}


int
main(void)
{
    int           i, good;
    char          text[PATRON_PATH_MAX + 2];
    patron_str_t  s;

    local("/");
    local("/a/b.html");
    local("/a/b/");
    local("/a?b=c&d=e");
    local("/a?next=https://example.org//x");
    local("/a#b");
    local("/a#//b");
    local("/?");
    local("/~user/;v=1,2:3@4!$&'()*+");
    local("/caf%C3%A9");
    local("/100%25");
    local("/a%2Fb");
    local("/../a");
    local("/a/./b");
    local("/a?x=%0A%2F%2F");
    local("/list?filter[tag][]=a|b^c`d");
    local("/list?a=b#[c]");

    foreign("");
    foreign("a");
    foreign("a/b");
    foreign("//example.org");
    foreign("///example.org");
    foreign("/\\example.org");
    foreign("\\\\example.org");
    foreign("/a\\b");
    foreign("http://example.org/");
    foreign("https:example.org");
    foreign("javascript:alert(1)");
    foreign("?a");
    foreign("#a");
    foreign(" /a");
    foreign("/a b");
    foreign("/\t/example.org");
    foreign("/\n/example.org");
    foreign("/a\r\nSet-Cookie: a=b");
    foreign("/a\x7f");
    foreign("/caf\xc3\xa9");
    foreign("/a//b");
    foreign("/.//example.org");
    foreign("/a/..//example.org");
    foreign("/%2fexample.org");
    foreign("/%2F%2Fexample.org");
    foreign("/%5cexample.org");
    foreign("/a%5Cb");
    foreign("/%252fexample.org");
    foreign("/%25252fexample.org");
    foreign("/%25%32%66example.org");
    foreign("/%25%35cexample.org");
    foreign("/%2525252525252525252fexample.org");
    foreign("/%2525252525252525252525");
    foreign("/a%0d%0aSet-Cookie:%20a=b");
    foreign("/a%00");
    foreign("/a%250a");
    foreign("/a%");
    foreign("/a%2");
    foreign("/a%zz");
    foreign("/a?b=%");
    foreign("/<script>");
    foreign("/a\"b");
    foreign("/a{b}");
    foreign("/a|b");
    foreign("/a^b`");
    foreign("/[::1]/");
    foreign("/a[b]?c");
    foreign("/a?b={c}");
    foreign("/a?b=\\c");
    foreign("/a?b=<c>");
    foreign("/a?b=\"c\"");

    s = bytes("/a\0b");
    ok(patron_path_local(&s) == PATRON_DECLINED, "not with a NUL");

    memset(text, 'a', sizeof(text));
    text[0] = '/';
    s.data = (patron_uchar_t *) text;
    s.len = PATRON_PATH_MAX;
    ok(patron_path_local(&s) == PATRON_OK, "as long as may be");
    s.len++;
    ok(patron_path_local(&s) == PATRON_DECLINED, "too long");

    good = 1;

    for (i = 0; i < 256; i++) {
        text[1] = (char) i;
        s.len = 3;
        good &= (patron_path_local(&s) == PATRON_OK)
                == (i > ' ' && i < 0x7f
                    && strchr("/\\\"<>^`{|}[]%", i) == NULL);
    }

    ok(good, "the characters of RFC 3986 after the first slash");

    return done();
}
