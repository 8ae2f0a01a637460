
/*
 * The program's beginning: the table of its commands, and what they share.
 */


#include <errno.h>
#include <stdarg.h>

#include <jansson.h>

#include "patron_helper.h"


static void patron_helper_version(int argc, char **argv);


static const struct {
    const char        *name;
    int                least;       /* arguments */
    int                most;
    patron_helper_pt   run;
    const char        *args;
} patron_helper_table[] = {
    { "version", 0, 0, patron_helper_version, "" },
    { "mint", 5, 99, patron_helper_mint,
      "KEYFILE ALG KID TTL UNTIL CLAIM=VALUE ..." },
    { "link", 6, 8, patron_helper_link,
      "KEYFILE KID PURPOSE TTL UNTIL CLAIM=VALUE ..." },
    { "inspect", 1, 1, patron_helper_inspect, "KEYFILE < TOKEN" },
    { "gift", 0, 0, patron_helper_gift, "< LINK" },
    { "end", 3, 3, patron_helper_end, "FROM TTL UNTIL" },
    { "day", 1, 1, patron_helper_day, "YYYY-MM-DD" },
    { "url", 0, 0, patron_helper_url, "< URL" },
    { "commands", 2, 99, patron_helper_commands,
      "VERB PREFIX [WORD ...] < NAMES" },
    { "scan", 2, 99, patron_helper_scan, "PATTERN REDIS-CLI [WORD ...]" },
    { "batches", 1, 1, patron_helper_batches, "N < KEYS" },
    { "members", 8, 8, patron_helper_members,
      "KEYS PREFIX table|json|count STATUS TIER sub|until ENDING N < REPLIES" },
    { "gifts", 3, 3, patron_helper_gifts, "KEYS PREFIX table|json < REPLIES" },
    { "campaign", 1, 99, patron_helper_campaign,
      "SLOT:NAME [FIELD=VALUE ...] < REPLY" },
    { "campaigns", 3, 3, patron_helper_campaigns,
      "NAMES PUBLISHED table|json < REPLIES" },
    { "result", 6, 6, patron_helper_result,
      "SLOT BY CONTROL NAMES DAYS table|json < REPLIES" },
    { "tune", 8, 8, patron_helper_tune,
      "SLOT BY READERS SEED NAMES DAYS table|json OUT < REPLIES" },
    { "addresses", 0, 0, patron_helper_addresses, "< ADDRESSES" },
    { "institutions", 3, 3, patron_helper_institutions,
      "NAMES PUBLISHED table|json < REPLIES" },
    { "import", 4, 4, patron_helper_import,
      "FILE PREFIX ask|show|apply N < REPLIES" },
    { "bots", 3, 3, patron_helper_bots,
      "NAMES PUBLISHED table|json < REPLIES" },
    { "bot-jwks", 1, 1, patron_helper_bot_jwks, "KEYFILE" },
    { "bot-sign", 6, 18, patron_helper_bot_sign,
      "KEYFILE URL AGENT NONCE CREATED LIFE [NAME[=VALUE] ...]" },
    { "bot-import", 0, 0, patron_helper_bot_import, "< PUBLISHED" },
    { NULL, 0, 0, NULL, NULL }
};


int
main(int argc, char **argv)
{
    int  i;

    for (i = 0; argc > 1 && patron_helper_table[i].name; i++) {
        if (strcmp(patron_helper_table[i].name, argv[1]) != 0) {
            continue;
        }

        if (argc - 2 < patron_helper_table[i].least
            || argc - 2 > patron_helper_table[i].most)
        {
            break;
        }

        patron_helper_table[i].run(argc - 2, argv + 2);

        if (fflush(stdout) != 0 || ferror(stdout)) {
            patron_helper_die(PATRON_HELPER_FAILED, "cannot write: %s",
                              strerror(errno));
        }

        return 0;
    }

    for (i = 0; patron_helper_table[i].name; i++) {
        fprintf(stderr, "usage: patron-helper %s %s\n",
                patron_helper_table[i].name, patron_helper_table[i].args);
    }

    return PATRON_HELPER_USAGE;
}


static void
patron_helper_version(int argc, char **argv)
{
    (void) argc;
    (void) argv;

    puts("patron " PATRON_VERSION);
}


void
patron_helper_die(int status, const char *fmt, ...)
{
    int           n;
    va_list       args;
    patron_str_t  s;
    char          text[4096];

    (void) fflush(stdout);

    fputs("patron: ", stderr);

    va_start(args, fmt);
    n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (n >= (int) sizeof(text)) {
        n = sizeof(text) - 1;
    }

    s.data = (patron_uchar_t *) text;
    s.len = n > 0 ? (size_t) n : 0;

    patron_helper_clean(stderr, &s);

    fputc('\n', stderr);

    exit(status);
}


void *
patron_helper_alloc(size_t size)
{
    return patron_helper_realloc(NULL, size);
}


void *
patron_helper_realloc(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);

    if (p == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "no memory");
    }

    return p;
}


/* One byte more is a NUL. */

patron_str_t
patron_helper_copy(const patron_str_t *s)
{
    char          *p;
    patron_str_t   copy;

    p = patron_helper_alloc(s->len + 1);

    if (s->len) {
        memcpy(p, s->data, s->len);
    }

    p[s->len] = '\0';

    copy.data = (patron_uchar_t *) p;
    copy.len = s->len;

    return copy;
}


patron_str_t
patron_helper_str(const char *text)
{
    patron_str_t  s;

    s.data = (const patron_uchar_t *) text;
    s.len = strlen(text);

    return s;
}


int
patron_helper_is(const patron_str_t *s, const char *text)
{
    return s->len == strlen(text) && memcmp(s->data, text, s->len) == 0;
}


patron_str_t
patron_helper_read(const char *name, size_t max)
{
    FILE          *in;
    char          *data;
    size_t         n, size;
    patron_str_t   s;

    in = name ? fopen(name, "rb") : stdin;

    if (in == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "cannot read %s: %s", name,
                          strerror(errno));
    }

    size = 4096;
    data = patron_helper_alloc(size);
    s.len = 0;

    while ((n = fread(data + s.len, 1, size - s.len, in)) > 0) {
        s.len += n;

        if (s.len > max) {
            patron_helper_die(PATRON_HELPER_FAILED,
                              "%s has more than %zu bytes",
                              name ? name : "standard input", max);
        }

        if (s.len == size) {
            size *= 2;
            data = patron_helper_realloc(data, size);
        }
    }

    if (ferror(in)) {
        patron_helper_die(PATRON_HELPER_FAILED, "cannot read %s: %s",
                          name ? name : "standard input", strerror(errno));
    }

    if (name) {
        fclose(in);
    }

    data[s.len] = '\0';
    s.data = (patron_uchar_t *) data;

    return s;
}


/* C1 controls are two bytes of UTF-8, and one where it is another encoding. */

void
patron_helper_clean(FILE *out, const patron_str_t *s)
{
    size_t          i;
    patron_uchar_t  c;

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if (c == 0xc2 && i + 1 < s->len
            && s->data[i + 1] >= 0x80 && s->data[i + 1] < 0xa0)
        {
            c = ' ';
            i++;
        }

        fputc((c < 0x20 || c == 0x7f) ? ' ' : c, out);
    }
}


void
patron_helper_json(FILE *out, const patron_str_t *s)
{
    size_t           i;
    json_t          *json;
    patron_str_t     ascii;
    patron_uchar_t  *p;

    json = json_stringn((const char *) s->data, s->len);

    if (json == NULL) {
        ascii = patron_helper_copy(s);
        p = (patron_uchar_t *) ascii.data;

        for (i = 0; i < ascii.len; i++) {
            if (p[i] > 0x7e) {
                p[i] = '?';
            }
        }

        json = json_stringn((const char *) p, ascii.len);
        free(p);
    }

    if (json == NULL || json_dumpf(json, out, JSON_ENCODE_ANY) != 0) {
        patron_helper_die(PATRON_HELPER_FAILED, "no memory");
    }

    json_decref(json);
}
