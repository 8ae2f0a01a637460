
/*
 * base64url: the vectors of RFC 4648 and RFC 7515, every length, and each way
 * in which an encoding can be other than the one.
 */


#include "patron_base64.h"
#include "patron_tap.h"


static int decodes(const char *text, const char *expected);


int
main(void)
{
    int             good;
    size_t          len, i, n;
    patron_uchar_t  src[256], text[400], back[300];

    for (i = 0; i < sizeof(src); i++) {
        src[i] = (patron_uchar_t) (i * 167 + 13);
    }

    good = 1;

    for (len = 0; len <= sizeof(src); len++) {
        n = (size_t) (patron_base64_encode(text, src, len) - text);

        good &= n == patron_base64_encoded(len)
                && patron_base64_decoded(n) == len
                && patron_base64_decode(back, text, n) == PATRON_OK
                && memcmp(back, src, len) == 0;
    }

    ok(good, "every length comes back");

    ok(decodes("Zg", "f"), "f");
    ok(decodes("Zm8", "fo"), "fo");
    ok(decodes("Zm9v", "foo"), "foo");
    ok(decodes("Zm9vYg", "foob"), "foob");
    ok(decodes("Zm9vYmE", "fooba"), "fooba");
    ok(decodes("A-z_4ME", "\x03\xec\xff\xe0\xc1"), "RFC 7515, appendix C");
    ok(decodes("", ""), "nothing");

    ok(!decodes("Zg==", "f"), "padding");
    ok(!decodes("Zh", "f"), "unused bits of two characters");
    ok(!decodes("Zm9", "fo"), "unused bits of three characters");
    ok(!decodes("Z", ""), "one character");
    ok(!decodes("Zm9vY", "foo"), "one character too many");
    ok(!decodes("+/+/", "\xfb\xff\xbf"), "the other alphabet");
    ok(!decodes("Zm 9", "f"), "a space");
    ok(!decodes("Zm9v\n", "foo"), "a newline");
    ok(!decodes("Zm9\xc3", "foo"), "not ASCII");

    memcpy(text, "Zm9vYmFy", 8);
    ok(patron_base64_decode(text, text, 8) == PATRON_OK
       && memcmp(text, "foobar", 6) == 0, "in place");

    good = 1;

    for (i = 0; i < 256; i++) {
        text[0] = (patron_uchar_t) i;
        text[1] = text[2] = text[3] = 'A';

        good &= (patron_base64_decode(back, text, 4) == PATRON_OK)
                == (i && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
                                "stuvwxyz0123456789-_", (int) i) != NULL);
    }

    ok(good, "the alphabet and nothing else");

    return done();
}


static int
decodes(const char *text, const char *expected)
{
    size_t          n, len;
    patron_uchar_t  back[64];

    n = strlen(text);
    len = strlen(expected);

    return patron_base64_decode(back, (const patron_uchar_t *) text, n)
           == PATRON_OK
           && patron_base64_decoded(n) == len
           && memcmp(back, expected, len) == 0;
}
