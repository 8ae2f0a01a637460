
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


static void patron_helper_import_ask(const patron_helper_import_t *in,
    const char *prefix);
static int patron_helper_import_diff(const patron_helper_import_row_t *row,
    const patron_helper_reply_t *old, int show);
static void patron_helper_import_apply(const patron_helper_import_row_t *row,
    const patron_helper_reply_t *old, const patron_str_t *key, int64_t left);
static void patron_helper_import_key(const patron_str_t *sub,
    const char *prefix, patron_str_t *key);
static int64_t patron_helper_import_left(void);


void
patron_helper_import(int argc, char **argv)
{
    int                           show, changed;
    size_t                        i, n[3];
    int64_t                       left;
    patron_str_t                  key;
    patron_helper_reply_t         reply;
    patron_helper_import_t        in;
    patron_helper_import_row_t   *row;

    (void) argc;

    patron_helper_import_read(&in, argv[0]);

    if (strcmp(argv[2], "ask") == 0) {
        patron_helper_import_ask(&in, argv[1]);
        return;
    }

    show = (strcmp(argv[2], "show") == 0);

    memset(n, 0, sizeof(n));
    memset(&reply, 0, sizeof(patron_helper_reply_t));

    for (i = 0; i < in.n && patron_helper_reply(&reply); i++) {
        row = &in.rows[i];

        if (reply.type != PATRON_HELPER_LIST) {
            patron_helper_wrong(&row->sub, &reply);
            exit(PATRON_HELPER_FAILED);
        }

        changed = patron_helper_import_diff(row, &reply, show);
        n[reply.n == 0 ? 0 : changed ? 1 : 2]++;

        if (show || !changed) {
            (void) patron_helper_import_left();
            continue;
        }

        patron_helper_import_key(&row->sub, argv[1], &key);

        /* the next reply takes the place of this one: the fields come first */

        patron_helper_import_apply(row, &reply, &key, 0);
        left = patron_helper_import_left();
        patron_helper_import_apply(row, NULL, &key, left);

        free((void *) key.data);
    }

    patron_helper_complete(i, in.n);

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


static void
patron_helper_import_ask(const patron_helper_import_t *in, const char *prefix)
{
    size_t        i;
    patron_str_t  key;

    for (i = 0; i < in->n; i++) {
        patron_helper_import_key(&in->rows[i].sub, prefix, &key);

        fputs("HGETALL", stdout);
        patron_helper_quote(stdout, &key);
        fputs("\nTTL", stdout);
        patron_helper_quote(stdout, &key);
        putchar('\n');

        free((void *) key.data);
    }
}


/* Whether anything is to be changed; with show, what. */

static int
patron_helper_import_diff(const patron_helper_import_row_t *row,
    const patron_helper_reply_t *old, int show)
{
    int                  k, changed;
    const patron_str_t  *was, *want;

    changed = 0;

    for (k = 0; k < PATRON_HELPER_FIELDS; k++) {
        want = &row->fields[k];
        was = patron_helper_field(old, patron_helper_import_fields[k]);

        if (want->data == NULL
            || (was && was->len == want->len
                && memcmp(was->data, want->data, want->len) == 0)
            || (was == NULL && want->len == 0))
        {
            continue;
        }

        if (show) {
            if (!changed) {
                fputs(old->n ? "change " : "add    ", stdout);
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

    if (old->n == 0 && !changed) {

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
 * The commands for the fields, or, without what is there, that for the end: a
 * record that expires by itself must live as long as the membership.
 */

static void
patron_helper_import_apply(const patron_helper_import_row_t *row,
    const patron_helper_reply_t *old, const patron_str_t *key, int64_t left)
{
    int                  k, pass, n;
    int64_t              until;
    const patron_str_t  *f;

    if (old == NULL) {
        f = &row->fields[PATRON_HELPER_FIELD_UNTIL];

        if (left >= 0 && f->len
            && (until = strtoll((char *) f->data, NULL, 10))
               > time(NULL) + left)
        {
            fputs("EXPIREAT", stdout);
            patron_helper_quote(stdout, key);
            printf(" %lld\n", (long long) until);
        }

        return;
    }

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

        } else if (pass == 0 && old->n == 0) {
            fputs("HSET", stdout);
            patron_helper_quote(stdout, key);
            puts(" status active");
        }
    }
}


/* The seconds that a record has left, below 0 where it stays. */

static int64_t
patron_helper_import_left(void)
{
    int64_t                left;
    patron_helper_reply_t  reply;

    memset(&reply, 0, sizeof(patron_helper_reply_t));

    if (!patron_helper_reply(&reply)) {
        patron_helper_complete(0, 1);
    }

    left = -1;

    if (reply.type == PATRON_HELPER_NUMBER) {
        left = strtoll((char *) reply.elements[0].data, NULL, 10);
        free((void *) reply.elements[0].data);
    }

    free(reply.elements);

    return left;
}
