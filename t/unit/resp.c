
/*
 * RESP: what is read is the same at every split, hostile sizes are refused, and
 * commands are written as Redis wants them.
 */


#include <stdlib.h>

#include "patron_resp.h"
#include "patron_tap.h"


static const char  stream[] =
    "+OK\r\n"
    "$5\r\nhello\r\n"
    "$-1\r\n"
    ":-42\r\n"
    "-ERR no\r\n"
    "*3\r\n$1\r\na\r\n$-1\r\n*2\r\n:1\r\n+x\r\n"
    "*-1\r\n"
    "*0\r\n"
    "$0\r\n\r\n";


static void
check(unsigned n, const patron_reply_t *r, size_t split)
{
    patron_str_t           s;
    const patron_reply_t  *e;

    s = patron_reply_str(r);

    switch (n) {

    case 0:
        ok(patron_reply_type(r) == PATRON_REPLY_STATUS
           && patron_reply_is(r, "OK"), "status, split %zu", split);
        break;

    case 1:
        ok(patron_reply_type(r) == PATRON_REPLY_STRING && s.len == 5
           && memcmp(s.data, "hello", 5) == 0, "string, split %zu", split);
        break;

    case 2:
    case 6:
        ok(patron_reply_type(r) == PATRON_REPLY_NIL, "nil, split %zu", split);
        break;

    case 3:
        ok(patron_reply_int(r, 0) == -42, "integer, split %zu", split);
        break;

    case 4:
        ok(patron_reply_type(r) == PATRON_REPLY_ERROR && s.len == 6
           && !patron_reply_is(r, "ERR no"), "error, split %zu", split);
        break;

    case 5:
        e = patron_reply_element(r, 2);

        ok(patron_reply_elements(r) == 3
           && patron_reply_is(patron_reply_element(r, 0), "a")
           && patron_reply_type(patron_reply_element(r, 1))
              == PATRON_REPLY_NIL
           && patron_reply_elements(e) == 2
           && patron_reply_int(patron_reply_element(e, 0), 0) == 1
           && patron_reply_element(r, 3) == NULL,
           "array, split %zu", split);
        break;

    case 7:
        ok(patron_reply_type(r) == PATRON_REPLY_ARRAY
           && patron_reply_elements(r) == 0, "no elements, split %zu", split);
        break;

    default:
        ok(patron_reply_type(r) == PATRON_REPLY_STRING && s.len == 0,
           "empty string, split %zu", split);
    }
}


static void
splits(void)
{
    size_t           split, len, part, sent;
    unsigned         n;
    patron_resp_t    resp;
    patron_reply_t  *reply;

    len = sizeof(stream) - 1;

    for (split = 0; split < len; split++) {

        patron_resp_init(&resp);
        n = 0;

        for (sent = 0; sent < len; sent += part) {
            part = (sent < split) ? split : len - sent;

            if (patron_resp_feed(&resp, stream + sent, part) != PATRON_OK) {
                ok(0, "feeding, split %zu", split);
                break;
            }

            while (patron_resp_next(&resp, &reply) == PATRON_OK) {
                check(n++, reply, split);
            }
        }

        is_int(n, 9, "all replies");
        is_int((long long) resp.fed, 0, "nothing left");

        patron_resp_done(&resp);
    }
}


/* What the stream makes of these bytes: the first thing that is not OK. */

static int
fate(const char *bytes, size_t len)
{
    int              rc;
    patron_resp_t    resp;
    patron_reply_t  *reply;

    patron_resp_init(&resp);

    rc = patron_resp_feed(&resp, bytes, len);

    while (rc == PATRON_OK) {
        rc = patron_resp_next(&resp, &reply);

        if (rc == PATRON_OK) {
        }
    }

    patron_resp_done(&resp);

    return rc;
}


static void
hostile(void)
{
    int             rc;
    char           *big;
    size_t          i;
    patron_resp_t   resp;
    patron_reply_t *reply;

    static char  deep[4 * 100 + 4];

#define FATE(s)  fate(s, sizeof(s) - 1)

    is_int(FATE("HTTP/1.1 200 OK\r\n"), PATRON_ERROR, "another protocol");
    is_int(FATE("$x\r\n"), PATRON_ERROR, "no length");
    is_int(FATE("$-2\r\n"), PATRON_ERROR, "a negative length");
    is_int(FATE("*65537\r\n"), PATRON_ERROR, "too many elements");
    is_int(FATE("*2147483647\r\n"), PATRON_ERROR, "far too many elements");
    is_int(FATE("*9223372036854775807\r\n"), PATRON_ERROR, "more elements");
    is_int(FATE("*1\r\n*70000\r\n"), PATRON_ERROR, "too many further down");
    is_int(FATE("*65536\r\n"), PATRON_AGAIN, "as many as are allowed");
    is_int(FATE("$104857600\r\nxxx"), PATRON_AGAIN, "a long one begins");

    for (i = 0; i < 100; i++) {
        memcpy(deep + 4 * i, "*1\r\n", 4);
    }

    is_int(fate(deep, 400), PATRON_ERROR, "too deep");

    memcpy(deep + 4 * 7, ":1\r\n", 4);
    is_int(fate(deep, 4 * 8), PATRON_AGAIN, "as deep as one may be");
    memcpy(deep + 4 * 7, "*0\r\n", 4);
    is_int(fate(deep, 4 * 8), PATRON_ERROR, "one deeper");

    is_int(FATE("(12345678901234567890\r\n"), PATRON_ERROR, "a big number");
    is_int(FATE("=7\r\ntxt:abc\r\n"), PATRON_ERROR, "RESP3's own string");
    is_int(FATE("%1\r\n+a\r\n+b\r\n"), PATRON_ERROR, "a map");
    is_int(FATE(",1.5\r\n"), PATRON_ERROR, "a double");
    is_int(FATE("#t\r\n"), PATRON_ERROR, "a boolean");

    big = malloc(PATRON_REPLY_MAX + 1);
    memset(big, 'x', PATRON_REPLY_MAX + 1);
    memcpy(big, "$104857600\r\n", 12);

    is_int(fate(big, PATRON_REPLY_MAX), PATRON_AGAIN, "up to the bound");
    is_int(fate(big, PATRON_REPLY_MAX + 1), PATRON_ERROR, "past the bound");

    /* many small ones are not one large one */

    patron_resp_init(&resp);
    rc = PATRON_OK;

    for (i = 0; i < 3 * PATRON_REPLY_MAX / 5 && rc == PATRON_OK; i++) {
        rc = patron_resp_feed(&resp, "+OK\r\n", 5);

        if (rc == PATRON_OK) {
            rc = patron_resp_next(&resp, &reply);
        }
    }

    is_int(rc, PATRON_OK, "small replies without end");
    patron_resp_done(&resp);
    patron_resp_done(&resp);

    free(big);
}


static void
numbers(void)
{
    size_t           i;
    patron_resp_t    resp;
    patron_reply_t  *reply;

    static const struct {
        const char  *text;
        int64_t      value;
    } cases[] = {
        { "$1\r\n7\r\n", 7 },
        { "$2\r\n-7\r\n", -7 },
        { "$18\r\n999999999999999999\r\n", 999999999999999999LL },
        { "$19\r\n9999999999999999999\r\n", -3 },
        { "$1\r\n-\r\n", -3 },
        { "$0\r\n\r\n", -3 },
        { "$2\r\n1x\r\n", -3 },
        { "$2\r\n 1\r\n", -3 },
        { "+7\r\n", -3 },
        { "$-1\r\n", -3 },
        { ":9223372036854775807\r\n", INT64_MAX }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        patron_resp_init(&resp);
        patron_resp_feed(&resp, cases[i].text, strlen(cases[i].text));

        if (patron_resp_next(&resp, &reply) == PATRON_OK) {
            is_int(patron_reply_int(reply, -3), cases[i].value, "a number");
        }

        patron_resp_done(&resp);
    }

    is_int(patron_reply_int(NULL, 5), 5, "no reply");
    is_int(patron_reply_type(NULL), PATRON_REPLY_NIL, "no reply is nil");
    is_int((long long) patron_reply_elements(NULL), 0, "nothing in it");
}


static void
commands(void)
{
    char             most[32];
    size_t           len;
    patron_str_t     s;
    patron_uchar_t   buf[64], *p;

    static const char  wanted[] =
        "*2\r\n$4\r\nPTTL\r\n$11\r\npatron:m\r\nx\r\n";

    p = patron_command_head(buf, 2);
    p = patron_command_arg(p, "PTTL", 4);
    p = patron_command_arg(p, "patron:m\r\nx", 11);

    s.data = buf;
    s.len = p - buf;
    is_str(&s, wanted, "a command");

    len = patron_command_head_len() + patron_command_arg_len(4)
          + patron_command_arg_len(11);
    ok(len >= s.len, "there is room for it");

    p = patron_command_head(buf, (size_t) -1);
    s.len = p - buf;
    snprintf(most, sizeof(most), "*%zu\r\n", (size_t) -1);
    is_str(&s, most, "the largest number");
    ok(patron_command_head_len() >= s.len, "there is room for that too");

    p = patron_command_head(buf, 100);
    s.len = p - buf;
    is_str(&s, "*100\r\n", "a number with zeros");

    p = patron_command_arg(buf, NULL, 0);
    s.len = p - buf;
    is_str(&s, "$0\r\n\r\n", "an empty argument");

    s.data = (const patron_uchar_t *) "HMGET";
    s.len = 5;
    ok(patron_command_reads(&s), "HMGET reads");
    s.data = (const patron_uchar_t *) "EVALSHA";
    s.len = 7;
    ok(!patron_command_reads(&s), "EVALSHA may write");
}


int
main(void)
{
    splits();
    hostile();
    numbers();
    commands();

    return done();
}
