
/* Addresses of Redis servers: what is taken apart how, and what is refused. */


#include "patron_url.h"
#include "patron_tap.h"


typedef struct {
    const char  *text;
    const char  *user;
    const char  *password;
    const char  *host;
    const char  *path;
    unsigned     port;
    unsigned     db;
    unsigned     tls;
} case_t;


static const case_t  good[] = {
    { "redis://localhost", "", "", "localhost", "", 6379, 0, 0 },
    { "redis://localhost/", "", "", "localhost", "", 6379, 0, 0 },
    { "redis://10.0.0.1:7000/15", "", "", "10.0.0.1", "", 7000, 15, 0 },
    { "rediss://user:pass@redis.example:6380/2", "user", "pass",
      "redis.example", "", 6380, 2, 1 },
    { "redis://:p%40ss%3a%2f%25@h", "", "p@ss:/%", "h", "", 6379, 0, 0 },
    { "redis://u:a:b@h", "u", "a:b", "h", "", 6379, 0, 0 },
    { "redis://[::1]:7000/1", "", "", "::1", "", 7000, 1, 0 },
    { "redis://[fe80::1%25eth0]", "", "", "fe80::1%eth0", "", 6379, 0, 0 },
    { "unix:/run/redis.sock", "", "", "", "/run/redis.sock", 0, 0, 0 },
    { "unix:/run/redis.sock?db=4", "", "", "", "/run/redis.sock", 0, 4, 0 },
    { "unix:/a%20b", "", "", "", "/a b", 0, 0, 0 },
};


static const char  *bad[] = {
    "",
    "redis:",
    "redis:/",
    "redis://",
    "redis:///3",
    "redis://:1",
    "redis://@h:x",
    "redis://h:0",
    "redis://h:65536",
    "redis://h:99999999999999999999",
    "redis://h:",
    "redis://h:-1",
    "redis://h/x",
    "redis://h/1/2",
    "redis://h/65536",
    "redis://[::1",
    "redis://[::1]x",
    "redis://[]",
    "redis://h%",
    "redis://h%4",
    "redis://h%zz",
    "redis://h%00",
    "redis://u:%0d%0a@h",
    "redis://h\n",
    "http://h",
    "unix:",
    "unix:relative",
    "unix:/p?db=",
    "unix:/p?db=x",
    "unix:/p?x=1",
    "unix:/p%00",
    ("unix:/0123456789012345678901234567890123456789012345678901234567890123456"
     "78901234567890123456789012345678901234567")
};


int
main(void)
{
    int              rc;
    size_t           i;
    const char      *err;
    patron_str_t     text;
    patron_url_t     url;
    patron_uchar_t   buf[512];

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        text.data = (const patron_uchar_t *) good[i].text;
        text.len = strlen(good[i].text);

        rc = patron_url_parse(&text, buf, &url, &err);

        if (!ok(rc == PATRON_OK && err == NULL && patron_url_is(&text), "%s",
                good[i].text))
        {
            printf("# %s\n", err ? err : "");
            continue;
        }

        is_str(&url.user, good[i].user, "user");
        is_str(&url.password, good[i].password, "password");
        is_str(&url.host, good[i].host, "host");
        is_str(&url.path, good[i].path, "path");
        is_int(url.port, good[i].port, "port");
        is_int(url.db, good[i].db, "database");
        is_int(url.tls, good[i].tls, "TLS");
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        text.data = (const patron_uchar_t *) bad[i];
        text.len = strlen(bad[i]);

        rc = patron_url_parse(&text, buf, &url, &err);
        ok(rc == PATRON_ERROR && err != NULL, "refused: %s", bad[i]);
    }

    return done();
}
