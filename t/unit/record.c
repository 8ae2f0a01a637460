
/*
 * Members' records: what is typed well, what is typed badly, how they are asked
 * for, and names of keys; with slots, which keys decide, and who holds them.
 */


#include "patron_cluster.h"
#include "patron_record.h"
#include "patron_slot.h"
#include "patron_tap.h"


/* The reply to HMGET for fields in the order they are asked for. */

static int
read_fields(patron_record_t *record, const char **fields)
{
    int              n;
    char             line[32];
    size_t           i;
    patron_resp_t    resp;
    patron_reply_t  *reply;

    patron_resp_init(&resp);
    patron_resp_feed(&resp, "*8\r\n", 4);

    for (i = 0; i < PATRON_RECORD_FIELDS; i++) {

        if (fields[i] == NULL) {
            patron_resp_feed(&resp, "$-1\r\n", 5);
            continue;
        }

        n = snprintf(line, sizeof(line), "$%zu\r\n", strlen(fields[i]));
        patron_resp_feed(&resp, line, (size_t) n);
        patron_resp_feed(&resp, fields[i], strlen(fields[i]));
        patron_resp_feed(&resp, "\r\n", 2);
    }

    reply = NULL;
    (void) patron_resp_next(&resp, &reply);

    n = patron_record_read(record, reply);

    patron_resp_done(&resp);

    return n;
}


static void
records(void)
{
    size_t           i;
    patron_str_t     s;
    patron_record_t  r;

    static char  wide[301], utf8[259];

    static const struct {
        const char              *fields[PATRON_RECORD_FIELDS];
        int                      n;
        patron_record_status_e   status;
        int64_t                  until;
        int64_t                  not_before;
        const char              *tier;
        const char              *name;
        int                      warns;
    } cases[] = {
        { { NULL, NULL, NULL, NULL, NULL }, 0, PATRON_RECORD_ACTIVE, 0, 0,
          "", "", 0 },
        { { "gold", "Ada", "active", "1900000000", "5" }, 5,
          PATRON_RECORD_ACTIVE, 1900000000, 5, "gold", "Ada", 0 },
        { { NULL, NULL, "grace", NULL, NULL }, 1, PATRON_RECORD_GRACE, 0, 0,
          "", "", 0 },
        { { NULL, NULL, "Grace", "", "" }, 3, PATRON_RECORD_GRACE, 0, 0,
          "", "", 0 },
        { { NULL, NULL, "", NULL, NULL }, 1, PATRON_RECORD_ACTIVE, 0, 0,
          "", "", 0 },
        { { NULL, NULL, "paused", NULL, NULL }, 1, PATRON_RECORD_PAUSED, 0, 0,
          "", "", 0 },
        { { NULL, NULL, "REVOKED", NULL, NULL }, 1, PATRON_RECORD_REVOKED, 0,
          0, "", "", 0 },
        { { NULL, NULL, "canceled", NULL, NULL }, 1, PATRON_RECORD_PAUSED, 0,
          0, "", "", 1 },
        { { NULL, NULL, NULL, "2030-01-01", NULL }, 1, PATRON_RECORD_ACTIVE,
          1, 0, "", "", 1 },
        { { NULL, NULL, NULL, NULL, "soon" }, 1, PATRON_RECORD_ACTIVE, 0,
          PATRON_RECORD_TIME_MAX, "", "", 1 },
        { { NULL, NULL, NULL, "-5", "-5" }, 2, PATRON_RECORD_ACTIVE, 1, 0,
          "", "", 0 },
        { { NULL, NULL, NULL, "99999999999", NULL }, 1,
          PATRON_RECORD_ACTIVE, PATRON_RECORD_TIME_MAX, 0, "", "", 0 },
        { { NULL, NULL, NULL, "1900000000999", "1900000000999" }, 2,
          PATRON_RECORD_ACTIVE, 1900000000, 1900000000, "", "", 0 },
        { { NULL, NULL, NULL, "1900000000000000", NULL }, 1,
          PATRON_RECORD_ACTIVE, 1, 0, "", "", 1 },
        { { NULL, NULL, NULL, NULL, "1900000000000000" }, 1,
          PATRON_RECORD_ACTIVE, 0, PATRON_RECORD_TIME_MAX, "", "", 1 },
        { { "gold", NULL, "supporter", NULL, NULL }, 2,
          PATRON_RECORD_SUPPORTER, 0, 0, "gold", "", 0 },
        { { NULL, NULL, "Supporter", "1900000000", NULL }, 2,
          PATRON_RECORD_SUPPORTER, 1900000000, 0, "", "", 0 },
        { { "go\x01ld\r\n", "\x7f" "A\xc2\x85" "b\xc3\xa9", NULL, NULL, NULL },
          2, PATRON_RECORD_ACTIVE, 0, 0, "gold", "Ab\xc3\xa9", 0 },
    };

    const char  *fields[PATRON_RECORD_FIELDS] = { wide, utf8 };
    const char  *thanked[PATRON_RECORD_FIELDS] = {
        NULL, NULL, NULL, NULL, NULL, "1900000000000", "soon"
    };

    is_int(read_fields(&r, thanked), 2, "a supporter's");
    is_int(r.gave_until, 1900000000, "gave_until");
    ok(r.grace_until == 1 && r.warning != NULL, "grace_until that is none");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        is_int(read_fields(&r, (const char **) cases[i].fields), cases[i].n,
               "fields");
        is_int(r.status, cases[i].status, "status");
        is_int(r.until, cases[i].until, "until");
        is_int(r.not_before, cases[i].not_before, "not_before");
        ok((r.warning != NULL) == cases[i].warns, "warning");

        s.data = r.tier;
        s.len = r.tier_len;
        is_str(&s, cases[i].tier, "tier");

        s.data = r.name;
        s.len = r.name_len;
        is_str(&s, cases[i].name, "name");
    }

    memset(wide, 'x', 300);
    memset(utf8, 'y', 255);
    memcpy(utf8 + 255, "\xc3\xa9", 2);

    (void) read_fields(&r, fields);
    is_int((long long) r.tier_len, 256, "a long field is cut");
    is_int((long long) r.name_len, 255, "not inside a character");

    is_int(patron_record_read(&r, NULL), PATRON_ERROR, "no reply");
}


static void
keys(void)
{
    size_t           i, len;
    patron_str_t     s;
    patron_uchar_t   buf[512], back[128], all[128];

    static const char  *bad[] = { "%", "%4", "%zz", "%41", "%e9", "a b", ":",
                                  "%2D" };

    s.data = buf;
    s.len = patron_key_escape(buf, (const patron_uchar_t *) "a-Z.0_9~:/% \xe9",
                              13)
            - buf;
    is_str(&s, "a-Z.0_9~%3A%2F%25%20%E9", "escaped");

    for (i = 0; i < 256; i += 128) {

        for (len = 0; len < 128; len++) {
            all[len] = (patron_uchar_t) (i + len);
        }

        s.len = patron_key_escape(buf, all, 128) - buf;

        ok(patron_key_unescape(back, sizeof(back), &len, buf, s.len)
           == PATRON_OK
           && len == 128 && memcmp(back, all, 128) == 0, "and back");
    }

    is_int(patron_key_unescape(back, 127, &len, buf, s.len), PATRON_ERROR,
           "no room");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(patron_key_unescape(back, sizeof(back), &len,
                               (const patron_uchar_t *) bad[i],
                               strlen(bad[i]))
           == PATRON_ERROR, "not ours: %s", bad[i]);
    }
}


static void
slots(void)
{
    size_t        i;
    patron_str_t  s;

    static const struct {
        const char  *key;
        unsigned     slot;
    } cases[] = {
        { "123456789", 0x31c3 },
        { "foo", 12182 },
        { "{user1000}.following", 3443 },
        { "{user1000}.followers", 3443 },
        { "foo{}{bar}", 8363 },
        { "foo{{bar}}zap", 4015 },
        { "foo{bar}{zap}", 5061 },
        { "foo{bar", 15278 },
        { "", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        s.data = (const patron_uchar_t *) cases[i].key;
        s.len = strlen(cases[i].key);
        is_int(patron_slot(&s), cases[i].slot, cases[i].key);
    }
}


static void
ranges(void)
{
    size_t           i;
    patron_resp_t    resp;
    patron_range_t   range;
    patron_reply_t  *reply;

    static const struct {
        const char  *bytes;
        int          rc;
        unsigned     first;
        unsigned     last;
        const char  *host;
        unsigned     port;
    } cases[] = {
        { "*1\r\n*3\r\n:0\r\n:5460\r\n*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n"
          "$2\r\nid\r\n", PATRON_OK, 0, 5460, "127.0.0.1", 7000 },
        { "*1\r\n*4\r\n:5461\r\n:16383\r\n*2\r\n$3\r\n::1\r\n:1\r\n"
          "*2\r\n$1\r\nx\r\n:2\r\n", PATRON_OK, 5461, 16383, "::1", 1 },
        { "*1\r\n*3\r\n:7\r\n:7\r\n*2\r\n$-1\r\n:65535\r\n", PATRON_OK, 7, 7,
          "", 65535 },
        { "*1\r\n*3\r\n:7\r\n:7\r\n*2\r\n$1\r\n?\r\n:1\r\n", PATRON_OK, 7, 7,
          "", 1 },
        { "*1\r\n*3\r\n:8\r\n:7\r\n*2\r\n$1\r\nx\r\n:1\r\n", PATRON_ERROR,
          0, 0, NULL, 0 },
        { "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\nx\r\n:1\r\n",
          PATRON_ERROR, 0, 0, NULL, 0 },
        { "*1\r\n*3\r\n:-1\r\n:1\r\n*2\r\n$1\r\nx\r\n:1\r\n", PATRON_ERROR,
          0, 0, NULL, 0 },
        { "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\nx\r\n:65536\r\n",
          PATRON_ERROR, 0, 0, NULL, 0 },
        { "*1\r\n*2\r\n:0\r\n:1\r\n", PATRON_ERROR, 0, 0, NULL, 0 },
        { "*1\r\n:0\r\n", PATRON_ERROR, 0, 0, NULL, 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reply = NULL;

        patron_resp_init(&resp);
        patron_resp_feed(&resp, cases[i].bytes, strlen(cases[i].bytes));
        (void) patron_resp_next(&resp, &reply);

        is_int(patron_cluster_ranges(reply), 1, "one range");

        if (is_int(patron_cluster_range(reply, 0, &range), cases[i].rc,
                   "good or not")
            && cases[i].rc == PATRON_OK)
        {
            is_int(range.first, cases[i].first, "its first slot");
            is_int(range.last, cases[i].last, "its last slot");
            is_int(range.port, cases[i].port, "its port");
            is_str(&range.host, cases[i].host, "its host");
        }

        patron_resp_done(&resp);
    }

    is_int(patron_cluster_ranges(NULL), PATRON_ERROR, "no reply");
    is_int(patron_cluster_range(NULL, 0, &range), PATRON_ERROR, "no range");
}


/* A control character is taken out wherever it stands, and no other is. */

static void
texts(void)
{
    int              c;
    char             name[22], wanted[22];
    size_t           i;
    patron_str_t     s;
    patron_record_t  r;
    const char      *fields[PATRON_RECORD_FIELDS] = { NULL, name };

    static const char  text[] = "Ada, Countess of King";

    for (i = 0; i < sizeof(text) - 1; i++) {

        for (c = 1; c < 256; c++) {
            memcpy(name, text, sizeof(text));
            name[i] = (char) c;

            memcpy(wanted, name, sizeof(text));

            if (c < 0x20 || c == 0x7f) {
                memmove(wanted + i, wanted + i + 1, sizeof(text) - i - 1);
            }

            (void) read_fields(&r, fields);

            s.data = r.name;
            s.len = r.name_len;

            if (s.len != strlen(wanted) || memcmp(s.data, wanted, s.len) != 0)
            {
                is_str(&s, wanted, "a name");
            }
        }
    }

    ok(i == 21, "names with one byte of any kind");
}


/* How a record is asked for, by a key of the largest size too. */

static void
asks(void)
{
    patron_str_t     s;
    patron_uchar_t   key[500], buf[500 + PATRON_RECORD_ASK];

    static const char  hmget[] = "*10\r\n$5\r\nHMGET\r\n"
        "$10\r\npatron:m\r\n\r\n$4\r\ntier\r\n$4\r\nname\r\n"
        "$6\r\nstatus\r\n$5\r\nuntil\r\n$10\r\nnot_before\r\n"
        "$10\r\ngave_until\r\n$11\r\ngrace_until\r\n$4\r\nrest\r\n";

    memcpy(key, "patron:m\r\n", 10);
    s.data = buf;

    s.len = patron_record_hmget(buf, key, 10) - buf;
    is_str(&s, hmget, "the fields are asked for");

    s.len = patron_record_pttl(buf, key, 10) - buf;
    is_str(&s, "*2\r\n$4\r\nPTTL\r\n$10\r\npatron:m\r\n\r\n",
           "and how long they are good");

    memset(key, 'k', sizeof(key));
    s.len = patron_record_hmget(buf, key, sizeof(key)) - buf;
    ok(s.len <= sizeof(buf), "there is room for that");
}


int
main(void)
{
    records();
    texts();
    asks();
    keys();
    slots();
    ranges();

    return done();
}
