
/*
 * patron member import: a file of members against what Redis has.  The file is
 * read whole and checked whole before anything is asked or changed, and read
 * the same way for each step:
 *
 *     ask     the commands that fetch what is there
 *     show    what would change, for a person
 *     apply   the commands that change it
 *
 * What the file does not say of a member stays as it is, and so does a member
 * whom it does not name.  In JSON null takes a field away.
 */


#include <time.h>

#include <jansson.h>

#include "patron_date.h"
#include "patron_helper_import.h"
#include "patron_helper_redis.h"


/* What there is of a member: the fields that a file may name, and how long. */

typedef struct {
    const patron_str_t  *fields;        /* data NULL: none */
    int64_t              left;          /* seconds; -1: no end */
    int                  there;
} patron_helper_import_old_t;


#define PATRON_HELPER_STRIDE  (PATRON_HELPER_FIELDS + 2)


static void patron_helper_import_ask(const patron_helper_import_t *in,
    const char *prefix, size_t batch);
static void patron_helper_import_old(patron_helper_import_old_t *old,
    patron_helper_reply_t *reply, size_t i, size_t batch,
    const patron_str_t *sub);
static void patron_helper_import_usable(const patron_str_t *sub,
    const patron_helper_reply_t *reply, int usable);
static int patron_helper_import_diff(const patron_helper_import_row_t *row,
    const patron_helper_import_old_t *old, int show);
static void patron_helper_import_apply(const patron_helper_import_row_t *row,
    const patron_helper_import_old_t *old, const patron_str_t *key);
static void patron_helper_import_key(const patron_str_t *sub,
    const char *prefix, patron_str_t *key);


/*
 * One command for many members, since redis-cli waits for each reply: of a
 * member the fields, how long it lives, and an error where there is one.
 */

static const char  patron_helper_import_script[] =
    "local r = {} "
    "for i = 1, #KEYS do "
    "local v = redis.pcall('HMGET', KEYS[i], unpack(ARGV)) "
    "for k = 1, #ARGV do r[#r + 1] = not v.err and v[k] or false end "
    "r[#r + 1] = redis.call('TTL', KEYS[i]) "
    "r[#r + 1] = v.err or false "
    "end "
    "return r";


void
patron_helper_import(int argc, char **argv)
{
    int                           show, changed;
    size_t                        i, n[3], batch;
    patron_str_t                  key;
    patron_helper_reply_t         reply;
    patron_helper_import_t        in;
    patron_helper_import_row_t   *row;
    patron_helper_import_old_t    old;

    (void) argc;

    patron_helper_import_read(&in, argv[0]);
    batch = strtoul(argv[3], NULL, 10);

    if (strcmp(argv[2], "ask") == 0) {
        patron_helper_import_ask(&in, argv[1], batch);
        return;
    }

    show = (strcmp(argv[2], "show") == 0);

    memset(n, 0, sizeof(n));
    memset(&reply, 0, sizeof(patron_helper_reply_t));

    for (i = 0; i < in.n; i++) {
        row = &in.rows[i];

        patron_helper_import_old(&old, &reply, i, batch, &row->sub);

        changed = patron_helper_import_diff(row, &old, show);
        n[!old.there ? 0 : changed ? 1 : 2]++;

        if (!show && changed) {
            patron_helper_import_key(&row->sub, argv[1], &key);
            patron_helper_import_apply(row, &old, &key);
            free((void *) key.data);
        }
    }

    if (show) {
        printf("%zu new, %zu changed, %zu as they are\n", n[0], n[1], n[2]);
    }
}


static void
patron_helper_import_key(const patron_str_t *sub, const char *prefix,
    patron_str_t *key)
{
    char          *p;
    size_t         len;
    patron_str_t   encoded;

    encoded = patron_helper_encode(sub);
    len = strlen(prefix) + sizeof("member:") - 1 + encoded.len;

    p = patron_helper_alloc(len + 1);
    sprintf(p, "%smember:%.*s", prefix, (int) encoded.len,
            (char *) encoded.data);

    free((void *) encoded.data);

    key->data = (patron_uchar_t *) p;
    key->len = len;
}


/* So many members a command; one by one by no script. */

static void
patron_helper_import_ask(const patron_helper_import_t *in, const char *prefix,
    size_t batch)
{
    int           k;
    size_t        i;
    patron_str_t  key;

    for (i = 0; i < in->n; i++) {
        patron_helper_import_key(&in->rows[i].sub, prefix, &key);

        if (batch == 1) {
            fputs("TTL", stdout);
            patron_helper_quote(stdout, &key);
            fputs("\nHMGET", stdout);

        } else if (i % batch == 0) {
            printf("EVAL \"%s\" %zu", patron_helper_import_script,
                   in->n - i < batch ? in->n - i : batch);
        }

        patron_helper_quote(stdout, &key);
        free((void *) key.data);

        if (i + 1 == in->n || (i + 1) % batch == 0) {

            for (k = 0; k < PATRON_HELPER_FIELDS; k++) {
                printf(" %s", patron_helper_import_fields[k]);
            }

            putchar('\n');
        }
    }
}


/* What the replies say of the ith member, good until the next one's. */

static void
patron_helper_import_old(patron_helper_import_old_t *old,
    patron_helper_reply_t *reply, size_t i, size_t batch,
    const patron_str_t *sub)
{
    int64_t                 left;
    const patron_str_t     *e;
    patron_helper_reply_t   error;

    if (i % batch == 0 && !patron_helper_reply(reply)) {
        patron_helper_complete(i, i + 1);
    }

    if (batch == 1) {
        patron_helper_import_usable(sub, reply,
                                    reply->type == PATRON_HELPER_NUMBER);
        left = strtoll((char *) reply->elements[0].data, NULL, 10);

        if (!patron_helper_reply(reply)) {
            patron_helper_complete(i, i + 1);
        }

        patron_helper_import_usable(sub, reply,
                                    reply->type == PATRON_HELPER_LIST
                                    && reply->n == PATRON_HELPER_FIELDS);
        old->fields = reply->elements;

    } else {
        patron_helper_import_usable(sub, reply,
                          reply->type == PATRON_HELPER_LIST
                          && reply->n >= PATRON_HELPER_STRIDE * (i % batch + 1));

        e = &reply->elements[PATRON_HELPER_STRIDE * (i % batch)];

        error.type = PATRON_HELPER_ERROR;
        error.elements = (patron_str_t *) &e[PATRON_HELPER_FIELDS + 1];
        patron_helper_import_usable(sub, &error,
                                    error.elements[0].data == NULL);

        left = strtoll((char *) e[PATRON_HELPER_FIELDS].data, NULL, 10);
        old->fields = e;
    }

    /* as TTL has it */

    old->there = (left != -2);
    old->left = left;
}


static void
patron_helper_import_usable(const patron_str_t *sub,
    const patron_helper_reply_t *reply, int usable)
{
    if (!usable) {
        patron_helper_wrong(sub, reply);
        exit(PATRON_HELPER_FAILED);
    }
}


/* Whether anything is to be changed; with show, what. */

static int
patron_helper_import_diff(const patron_helper_import_row_t *row,
    const patron_helper_import_old_t *old, int show)
{
    int                  k, changed;
    const patron_str_t  *was, *want;

    changed = 0;

    for (k = 0; k < PATRON_HELPER_FIELDS; k++) {
        want = &row->fields[k];
        was = old->fields[k].data ? &old->fields[k] : NULL;

        if (want->data == NULL
            || (was && was->len == want->len
                && memcmp(was->data, want->data, want->len) == 0)
            || (was == NULL && want->len == 0))
        {
            continue;
        }

        if (show) {
            if (!changed) {
                fputs(old->there ? "change " : "add    ", stdout);
                patron_helper_clean(stdout, &row->sub);
            }

            printf("  %s ", patron_helper_import_fields[k]);

            if (was) {
                patron_helper_clean(stdout, was);
                fputs(" -> ", stdout);
            }

            patron_helper_clean(stdout, want);

            if (want->len == 0) {
                fputs("(none)", stdout);
            }
        }

        changed = 1;
    }

    if (!old->there && !changed) {

        /* a record needs one field at least */

        if (show) {
            fputs("add    ", stdout);
            patron_helper_clean(stdout, &row->sub);
            fputs("  status active", stdout);
        }

        changed = 1;
    }

    if (show && changed) {
        putchar('\n');
    }

    return changed;
}


/*
 * The commands for the fields, and that for the end: a record that expires by
 * itself must live as long as the membership.
 */

static void
patron_helper_import_apply(const patron_helper_import_row_t *row,
    const patron_helper_import_old_t *old, const patron_str_t *key)
{
    int                  k, pass, n;
    int64_t              until;
    const patron_str_t  *f;

    for (pass = 0; pass < 2; pass++) {

        for (k = 0, n = 0; k < PATRON_HELPER_FIELDS; k++) {
            f = &row->fields[k];

            if (f->data == NULL || (f->len == 0) != pass) {
                continue;
            }

            if (n++ == 0) {
                fputs(pass ? "HDEL" : "HSET", stdout);
                patron_helper_quote(stdout, key);
            }

            printf(" %s", patron_helper_import_fields[k]);

            if (pass == 0) {
                patron_helper_quote(stdout, f);
            }
        }

        if (n) {
            putchar('\n');

        } else if (pass == 0 && !old->there) {
            fputs("HSET", stdout);
            patron_helper_quote(stdout, key);
            puts(" status active");
        }
    }

    f = &row->fields[PATRON_HELPER_FIELD_UNTIL];

    if (old->left >= 0 && f->len
        && (until = strtoll((char *) f->data, NULL, 10))
           > time(NULL) + old->left)
    {
        fputs("EXPIREAT", stdout);
        patron_helper_quote(stdout, key);
        printf(" %lld\n", (long long) until);
    }
}
