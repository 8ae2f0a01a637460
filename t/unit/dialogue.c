
/*
 * The dialogue of each kind of connection, word by word, and what errors,
 * redirections and pushed messages mean.
 */


#include "patron_dialogue.h"
#include "patron_tap.h"


/* A reply of these bytes, until the next one is asked for. */

static patron_resp_t  resp;

static patron_reply_t *
reply(const char *bytes)
{
    patron_reply_t  *r;

    r = NULL;

    patron_resp_done(&resp);
    patron_resp_init(&resp);
    patron_resp_feed(&resp, bytes, strlen(bytes));
    (void) patron_resp_next(&resp, &r);

    return r;
}


static patron_str_t
text(const char *s)
{
    patron_str_t  str;

    str.data = (const patron_uchar_t *) s;
    str.len = strlen(s);

    return str;
}


/*
 * Plays a dialogue: said and answered by turns.  The last one said may be NULL:
 * then all is said.
 */

static int
play(patron_dialogue_t *d, const char **script)
{
    int              rc;
    char             line[512];
    size_t           i, n, argc;
    patron_str_t     argv[PATRON_DIALOGUE_ARGS];
    patron_reply_t  *r;

    for ( ;; ) {

        if (patron_dialogue_next(d, argv, &argc) == PATRON_DECLINED) {
            return ok(*script == NULL, "all is said") ? PATRON_OK : -9;
        }

        for (n = 0, i = 0; i < argc; i++) {
            n += (size_t) snprintf(line + n, sizeof(line) - n, "%s%.*s",
                                   i ? " " : "", (int) argv[i].len,
                                   (const char *) argv[i].data);
        }

        if (*script == NULL || strcmp(line, *script) != 0) {
            ok(0, "said \"%s\", expected \"%s\"", line,
               *script ? *script : "nothing");
            return -9;
        }

        ok(1, "%s", line);

        r = reply(script[1]);
        rc = patron_dialogue_reply(d, r);

        if (rc != PATRON_OK) {
            return rc;
        }

        script += 2;
    }
}


static void
purposes(void)
{
    patron_dialogue_t       d;
    patron_dialogue_conf_t  conf;

    static const char  *plain[] = { "PING", "+PONG\r\n", NULL };

    static const char  *full[] = {
        "AUTH patron secret", "+OK\r\n",
        "SELECT 3", "+OK\r\n",
        "CLIENT SETNAME nginx", "-NOPERM no\r\n",
        "PING", "+PONG\r\n", NULL
    };

    static const char  *tracking[] = {
        "AUTH patron secret", "+OK\r\n",
        "SELECT 3", "+OK\r\n",
        "CLIENT SETNAME nginx", "+OK\r\n",
        "CLIENT ID", ":17\r\n",
        "CLIENT TRACKING ON REDIRECT 17 BCAST PREFIX p:a PREFIX p:b",
        "+OK\r\n",
        "SUBSCRIBE __redis__:invalidate",
        "*3\r\n$9\r\nsubscribe\r\n$20\r\n__redis__:invalidate\r\n:1\r\n",
        NULL
    };

    static const char  *old[] = {
        "AUTH patron secret", "+OK\r\n",
        "SELECT 3", "+OK\r\n",
        "CLIENT SETNAME nginx", "+OK\r\n",
        "CLIENT ID", ":17\r\n",
        "CLIENT TRACKING ON REDIRECT 17 BCAST PREFIX p:a PREFIX p:b",
        "-ERR unknown subcommand\r\n"
    };

    static const char  *any[] = {
        "AUTH patron secret", "+OK\r\n",
        "CLIENT SETNAME nginx", "+OK\r\n",
        "ROLE", "*5\r\n$5\r\nslave\r\n$1\r\nx\r\n:1\r\n$1\r\ny\r\n:1\r\n",
        "PING", "-NOPERM this user has no permissions\r\n", NULL
    };

    static const char  *primary[] = {
        "ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n",
        "PING", "+PONG\r\n", NULL
    };

    static const char  *replica[] = {
        "ROLE",
        "*5\r\n$5\r\nslave\r\n$8\r\n10.0.0.9\r\n:7000\r\n$9\r\nconnected\r\n"
        ":1\r\n"
    };

    static const char  *sentinel[] = {
        "AUTH patron secret", "-ERR AUTH called without any password\r\n",
        "CLIENT SETNAME nginx", "+OK\r\n",
        "SENTINEL get-master-addr-by-name mine",
        "*2\r\n$8\r\n10.0.0.7\r\n$4\r\n6390\r\n",
        "SUBSCRIBE +switch-master",
        "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n", NULL
    };

    static const char  *unknown[] = {
        "AUTH patron secret", "+OK\r\n",
        "CLIENT SETNAME nginx", "+OK\r\n",
        "SENTINEL get-master-addr-by-name mine", "*-1\r\n"
    };

    memset(&conf, 0, sizeof(conf));

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, plain), PATRON_OK, "nothing configured");

    conf.purpose = PATRON_FOR_PRIMARY;
    patron_dialogue_start(&d, &conf);
    is_int(play(&d, primary), PATRON_OK, "a primary");
    ok(d.primary, "it says so");

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, replica), PATRON_ERROR, "a replica is refused");
    is_int(d.error, PATRON_REDIS_READONLY, "as read-only");
    ok(d.port == 7000 && d.host_len == 8
       && memcmp(d.host, "10.0.0.9", 8) == 0, "it names its primary");

    conf.purpose = PATRON_FOR_DATA;
    conf.user = text("patron");
    conf.password = text("secret");
    conf.has_password = 1;
    conf.name = text("nginx");
    conf.db = 3;
    conf.sentinel = text("mine");

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, full), PATRON_OK, "user, database, name");

    conf.purpose = PATRON_FOR_TRACKING;
    conf.prefix[0] = text("p:a");
    conf.prefix[1] = text("p:b");
    conf.nprefixes = 2;

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, tracking), PATRON_OK, "tracking");

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, old), PATRON_ERROR, "tracking with an old Redis");
    is_int(d.error, PATRON_REDIS_ERR, "it refuses");

    conf.purpose = PATRON_FOR_SENTINEL;

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, sentinel), PATRON_OK, "a sentinel");
    ok(d.port == 6390 && d.host_len == 8
       && memcmp(d.host, "10.0.0.7", 8) == 0, "it names the primary");

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, unknown), PATRON_ERROR, "a name it does not know");
    is_int(d.error, PATRON_REDIS_FINE, "no error reply");

    conf.purpose = PATRON_FOR_ANY;
    conf.db = 0;

    patron_dialogue_start(&d, &conf);
    is_int(play(&d, any), PATRON_OK, "a replica where any will do");
    ok(!d.primary, "it is no primary");
}


static void
failures(void)
{
    size_t           i;
    patron_reply_t  *r;

    static const struct {
        const char            *bytes;
        patron_redis_error_e   error;
        int                    fatal;
    } cases[] = {
        { "-LOADING Redis is loading the dataset in memory\r\n",
          PATRON_REDIS_LOADING, 1 },
        { "-READONLY You can't write\r\n", PATRON_REDIS_READONLY, 0 },
        { "-NOAUTH Authentication required.\r\n", PATRON_REDIS_NOAUTH, 1 },
        { "-WRONGPASS invalid\r\n", PATRON_REDIS_WRONGPASS, 1 },
        { "-ERR invalid password\r\n", PATRON_REDIS_WRONGPASS, 1 },
        { "-NOPERM this user\r\n", PATRON_REDIS_NOPERM, 0 },
        { "-ERR The user executing the script can't run this command\r\n",
          PATRON_REDIS_NOPERM, 0 },
        { "-ERR ACL failure in script: User n has no permissions\r\n",
          PATRON_REDIS_NOPERM, 0 },
        { "-MASTERDOWN Link\r\n", PATRON_REDIS_MASTERDOWN, 1 },
        { "-OOM command not allowed\r\n", PATRON_REDIS_OOM, 0 },
        { "-MISCONF Redis is configured to save RDB snapshots\r\n",
          PATRON_REDIS_MISCONF, 0 },
        { "-NOREPLICAS Not enough good replicas\r\n",
          PATRON_REDIS_NOREPLICAS, 0 },
        { "-BUSY Redis is busy\r\n", PATRON_REDIS_BUSY, 0 },
        { "-BUSYKEY exists\r\n", PATRON_REDIS_ERR, 0 },
        { "-ERR max number of clients reached\r\n",
          PATRON_REDIS_MAXCLIENTS, 1 },
        { "-DENIED Redis is running in protected mode\r\n",
          PATRON_REDIS_DENIED, 1 },
        { "-WRONGTYPE Operation\r\n", PATRON_REDIS_WRONGTYPE, 0 },
        { "-NOSCRIPT No matching\r\n", PATRON_REDIS_NOSCRIPT, 0 },
        { "-TRYAGAIN Multiple\r\n", PATRON_REDIS_TRYAGAIN, 0 },
        { "-CLUSTERDOWN Hash slot\r\n", PATRON_REDIS_CLUSTERDOWN, 0 },
        { "-ERR This instance has cluster support disabled\r\n",
          PATRON_REDIS_NOCLUSTER, 0 },
        { "-ERR\r\n", PATRON_REDIS_ERR, 0 },
        { "-\r\n", PATRON_REDIS_ERR, 0 },
        { "-LOADINGX\r\n", PATRON_REDIS_ERR, 0 },
        { "+LOADING\r\n", PATRON_REDIS_FINE, 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        r = reply(cases[i].bytes);

        is_int(patron_redis_error(r), cases[i].error, cases[i].bytes + 1);
        is_int(patron_redis_error_fatal(patron_redis_error(r)),
               cases[i].fatal, "of use or not");
        ok(patron_redis_error_reason(cases[i].error) != NULL, "in words");

    }

    is_int(patron_redis_error(NULL), PATRON_REDIS_FINE, "no reply");
}


static void
redirects(void)
{
    size_t             i;
    patron_reply_t    *r;
    patron_redirect_t  redirect;

    static const struct {
        const char  *bytes;
        int          rc;
        unsigned     slot;
        const char  *host;
        unsigned     port;
    } cases[] = {
        { "-MOVED 3999 127.0.0.1:6381\r\n", PATRON_OK, 3999, "127.0.0.1",
          6381 },
        { "-ASK 16383 ::1:6381\r\n", PATRON_OK, 16383, "::1", 6381 },
        { "-MOVED 0 :6381\r\n", PATRON_OK, 0, "", 6381 },
        { "-MOVED 0 ?:6381\r\n", PATRON_OK, 0, "", 6381 },
        { "-MOVED 1 redis-2.example:6381\r\n", PATRON_OK, 1,
          "redis-2.example", 6381 },
        { "-MOVED 16384 127.0.0.1:1\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED x 127.0.0.1:1\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED 1 127.0.0.1\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED 1 127.0.0.1:0\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED 1 127.0.0.1:99999\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED 1\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-MOVED\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "-ERR 1 127.0.0.1:1\r\n", PATRON_ERROR, 0, NULL, 0 },
        { "+MOVED 1 127.0.0.1:1\r\n", PATRON_ERROR, 0, NULL, 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        r = reply(cases[i].bytes);

        if (is_int(patron_redirect_parse(r, &redirect), cases[i].rc,
                   cases[i].bytes + 1)
            && cases[i].rc == PATRON_OK)
        {
            is_int(redirect.slot, cases[i].slot, "its slot");
            is_int(redirect.port, cases[i].port, "its port");
            is_str(&redirect.host, cases[i].host, "its host");
        }

    }
}


static void
pushes(void)
{
    size_t                 i;
    unsigned               port;
    patron_str_t           host, name;
    patron_reply_t        *r;
    const patron_reply_t  *payload;

#define INVALIDATE  "$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"
#define SWITCH      "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n"

    static const struct {
        const char     *bytes;
        patron_push_e   push;
    } cases[] = {
        { "*3\r\n" INVALIDATE "*1\r\n$1\r\nk\r\n", PATRON_PUSH_KEYS },
        { "*3\r\n" INVALIDATE "*-1\r\n", PATRON_PUSH_ALL },
        { "*3\r\n" INVALIDATE "$1\r\nk\r\n", PATRON_PUSH_BAD },
        { "*2\r\n" INVALIDATE, PATRON_PUSH_BAD },
        { "*2\r\n$4\r\npong\r\n$0\r\n\r\n", PATRON_PUSH_PONG },
        { "+PONG\r\n", PATRON_PUSH_BAD },
        { "*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\ny\r\n",
          PATRON_PUSH_BAD },
        { SWITCH "$30\r\nmine 10.0.0.1 1 10.0.0.2 63800\r\n",
          PATRON_PUSH_SWITCH }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        r = reply(cases[i].bytes);
        is_int(patron_push_read(r, &payload), cases[i].push, "a push");

        if (cases[i].push == PATRON_PUSH_SWITCH) {
            name = text("mine");
            is_int(patron_switch_parse(payload, &name, &host, &port),
                   PATRON_OK, "the primary has changed");
            is_str(&host, "10.0.0.2", "to this host");
            is_int(port, 63800, "and port");

            name = text("other");
            is_int(patron_switch_parse(payload, &name, &host, &port),
                   PATRON_DECLINED, "not ours");
        }

    }
}


int
main(void)
{
    purposes();
    failures();
    redirects();
    pushes();

    patron_resp_done(&resp);

    return done();
}
