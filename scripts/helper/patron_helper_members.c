
/*
 * Lists of members and of gifts: a table for a person, JSON for a program.
 */


#include <strings.h>
#include <time.h>

#include "patron_helper_redis.h"


#define PATRON_HELPER_UNTIL  3          /* of the fields, a time */
#define PATRON_HELPER_NAME   1
#define PATRON_HELPER_STATE  2
#define PATRON_HELPER_GAVE   4
#define PATRON_HELPER_GRACE  5
#define PATRON_HELPER_RECORD 6
#define PATRON_HELPER_ANSWER (PATRON_HELPER_RECORD + 1)
#define PATRON_HELPER_STATES 6


typedef struct {
    patron_str_t   sub;
    const char    *state;
    int64_t        until;               /* INT64_MAX: no end */
    patron_str_t   fields[PATRON_HELPER_RECORD];
} patron_helper_member_t;


typedef struct {
    int64_t        now;
    int64_t        ending;              /* 0: whenever */
    patron_str_t   status;
    patron_str_t   tier;
} patron_helper_filter_t;


/* What has been shown, or is to be, of the members that are wanted. */

typedef struct {
    const char              *as;        /* table, json, count, count-json */
    int                      sorted;    /* by until, at the end */
    size_t                   n;
    size_t                   states[PATRON_HELPER_STATES];
    size_t                   nkept;
    size_t                   size;
    patron_helper_member_t  *kept;
} patron_helper_shown_t;


static void patron_helper_batch(const patron_str_t *keys, size_t n,
    size_t batch);
static void patron_helper_shown_begin(patron_helper_shown_t *shown);
static void patron_helper_shown_record(patron_helper_shown_t *shown,
    const patron_helper_filter_t *filter, const patron_str_t *key,
    const char *prefix, const patron_str_t *fields);
static void patron_helper_shown_keep(patron_helper_shown_t *shown,
    const patron_helper_member_t *m);
static void patron_helper_shown_member(patron_helper_shown_t *shown,
    const patron_helper_member_t *m);
static void patron_helper_shown_end(patron_helper_shown_t *shown);
static const patron_str_t *patron_helper_record(patron_helper_reply_t *reply,
    size_t i, size_t batch, const patron_str_t *key);
static void patron_helper_member(patron_helper_member_t *m,
    const patron_str_t *sub, const patron_str_t *fields, int64_t now);
static const char *patron_helper_status(const patron_str_t *status);
static int64_t patron_helper_field_end(const patron_helper_member_t *m,
    int field, int64_t none);
static int64_t patron_helper_field_time(const patron_helper_member_t *m,
    int field, int64_t other);
static int patron_helper_wanted(const patron_helper_member_t *m,
    const patron_helper_filter_t *filter);
static int patron_helper_by_until(const void *one, const void *two);
static void patron_helper_member_row(const patron_helper_member_t *m);
static void patron_helper_member_json(const patron_helper_member_t *m);
static void patron_helper_count(const patron_helper_shown_t *shown);


/* What the record of a member is asked for, in this order. */

static const char  *patron_helper_fields[PATRON_HELPER_RECORD] = {
    "tier", "name", "status", "until", "gave_until", "grace_until"
};

static const char  *patron_helper_states[] = {
    "active", "grace", "paused", "revoked", "lapsed", "supporter"
};


/*
 * One command for many members, since redis-cli waits for each reply: of a
 * member the fields, and an error where there is one.
 */

static const char  patron_helper_script[] =
    "local r = {} "
    "for i = 1, #KEYS do "
    "local v = redis.pcall('HMGET', KEYS[i], 'tier', 'name', 'status', "
    "'until', 'gave_until', 'grace_until') "
    "for k = 1, 6 do r[7 * i - 7 + k] = not v.err and v[k] or false end "
    "r[7 * i] = v.err or false "
    "end "
    "return r";


/* Lines for redis-cli that ask for the keys on standard input, N at a time. */

void
patron_helper_batches(int argc, char **argv)
{
    size_t         i, batch;
    patron_str_t   key, *keys;

    (void) argc;

    batch = strtoul(argv[0], NULL, 10);
    keys = patron_helper_alloc(batch * sizeof(patron_str_t));

    for ( ;; ) {

        for (i = 0; i < batch && patron_helper_next(stdin, &key); i++) {
            keys[i] = patron_helper_copy(&key);
        }

        if (i == 0) {
            return;
        }

        patron_helper_batch(keys, i, batch);

        while (i > 0) {
            free((void *) keys[--i].data);
        }
    }
}


/* With a batch of one by no script. */

static void
patron_helper_batch(const patron_str_t *keys, size_t n, size_t batch)
{
    size_t  i;

    if (batch == 1) {
        fputs("HMGET", stdout);
        patron_helper_quote(stdout, keys);
        puts(" tier name status until gave_until grace_until");
        return;
    }

    printf("EVAL \"%s\" %zu", patron_helper_script, n);

    for (i = 0; i < n; i++) {
        patron_helper_quote(stdout, &keys[i]);
    }

    putchar('\n');
}


/*
 * A member is shown when the reply is there, and only those to be sorted by time
 * are kept: there may be millions.
 */

void
patron_helper_members(int argc, char **argv)
{
    FILE                    *keys;
    size_t                   i, batch;
    patron_str_t             key;
    patron_helper_reply_t    reply;
    patron_helper_shown_t    shown;
    patron_helper_filter_t   filter;

    (void) argc;

    keys = fopen(argv[0], "rb");

    if (keys == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "cannot read %s", argv[0]);
    }

    filter.now = time(NULL);
    filter.status = patron_helper_str(argv[3]);
    filter.tier = patron_helper_str(argv[4]);
    filter.ending = patron_helper_when(filter.now, argv[6], "");

    memset(&shown, 0, sizeof(patron_helper_shown_t));
    memset(&reply, 0, sizeof(patron_helper_reply_t));

    shown.as = argv[2];
    shown.sorted = (strcmp(argv[5], "until") == 0
                    && strncmp(argv[2], "count", 5) != 0);

    batch = strtoul(argv[7], NULL, 10);

    patron_helper_shown_begin(&shown);

    for (i = 0; patron_helper_next(keys, &key); i++) {

        if (i % batch == 0 && !patron_helper_reply(&reply)) {
            patron_helper_complete(i, i + 1);
        }

        patron_helper_shown_record(&shown, &filter, &key, argv[1],
                         patron_helper_record(&reply, i % batch, batch, &key));
    }

    fclose(keys);

    patron_helper_shown_end(&shown);
}


static void
patron_helper_shown_begin(patron_helper_shown_t *shown)
{
    if (strcmp(shown->as, "json") == 0) {
        putchar('[');

    } else if (strcmp(shown->as, "table") == 0) {
        printf("%-24s %-10s %-8s %-16s %s\n", "SUB", "TIER", "STATE",
               "UNTIL (UTC)", "NAME");
    }
}


/* fields NULL: there was none, and it has been said. */

static void
patron_helper_shown_record(patron_helper_shown_t *shown,
    const patron_helper_filter_t *filter, const patron_str_t *key,
    const char *prefix, const patron_str_t *fields)
{
    size_t                  i;
    patron_str_t            rest;
    patron_helper_member_t  m;

    if (fields == NULL) {
        return;
    }

    rest = patron_helper_behind(key, prefix);
    patron_helper_member(&m, &rest, fields, filter->now);

    if (patron_helper_wanted(&m, filter)) {

        if (shown->sorted) {

            for (i = 0; i < PATRON_HELPER_RECORD; i++) {
                m.fields[i] = patron_helper_copy(&m.fields[i]);
            }

            patron_helper_shown_keep(shown, &m);
            return;
        }

        patron_helper_shown_member(shown, &m);
    }

    free((void *) m.sub.data);
}


static void
patron_helper_shown_keep(patron_helper_shown_t *shown,
    const patron_helper_member_t *m)
{
    if (shown->nkept == shown->size) {
        shown->size = shown->size ? 2 * shown->size : 64;
        shown->kept = patron_helper_realloc(shown->kept,
                              shown->size * sizeof(patron_helper_member_t));
    }

    shown->kept[shown->nkept++] = *m;
}


static void
patron_helper_shown_member(patron_helper_shown_t *shown,
    const patron_helper_member_t *m)
{
    size_t  i;

    for (i = 0; i < PATRON_HELPER_STATES; i++) {
        shown->states[i] += (strcmp(m->state, patron_helper_states[i]) == 0);
    }

    if (strcmp(shown->as, "json") == 0) {
        fputs(shown->n ? ",\n" : "\n", stdout);
        patron_helper_member_json(m);

    } else if (strcmp(shown->as, "table") == 0) {
        patron_helper_member_row(m);
    }

    shown->n++;
}


static void
patron_helper_shown_end(patron_helper_shown_t *shown)
{
    size_t  i;

    if (shown->nkept) {
        qsort(shown->kept, shown->nkept, sizeof(patron_helper_member_t),
              patron_helper_by_until);
    }

    for (i = 0; i < shown->nkept; i++) {
        patron_helper_shown_member(shown, &shown->kept[i]);
    }

    if (strcmp(shown->as, "json") == 0) {
        puts("\n]");

    } else if (strcmp(shown->as, "table") != 0) {
        patron_helper_count(shown);
    }
}


/* The fields of the ith of a reply's members; NULL, and it is said why. */

static const patron_str_t *
patron_helper_record(patron_helper_reply_t *reply, size_t i, size_t batch,
    const patron_str_t *key)
{
    const patron_str_t     *fields;
    patron_helper_reply_t   error;

    if (batch == 1
        && reply->type == PATRON_HELPER_LIST
        && reply->n == PATRON_HELPER_RECORD)
    {
        return reply->elements;
    }

    if (reply->type != PATRON_HELPER_LIST
        || reply->n < PATRON_HELPER_ANSWER * (i + 1))
    {
        patron_helper_wrong(key, reply);
        return NULL;
    }

    fields = &reply->elements[PATRON_HELPER_ANSWER * i];

    if (fields[PATRON_HELPER_RECORD].data != NULL) {
        error.type = PATRON_HELPER_ERROR;
        error.elements = &reply->elements[PATRON_HELPER_ANSWER * i
                                          + PATRON_HELPER_RECORD];
        patron_helper_wrong(key, &error);
        return NULL;
    }

    return fields;
}


static void
patron_helper_member(patron_helper_member_t *m, const patron_str_t *sub,
    const patron_str_t *fields, int64_t now)
{
    size_t  i;

    static const patron_str_t  none = patron_string("");

    m->sub = patron_helper_decode(sub);

    for (i = 0; i < PATRON_HELPER_RECORD; i++) {
        m->fields[i] = fields[i].data ? fields[i] : none;
    }

    m->until = patron_helper_field_end(m, PATRON_HELPER_UNTIL, INT64_MAX);
    m->state = patron_helper_status(&m->fields[PATRON_HELPER_STATE]);

    if (strcmp(m->state, "revoked") == 0) {
        return;
    }

    if (strcmp(m->state, "supporter") == 0) {
        m->state = "lapsed";

    } else if (m->until <= now && strcmp(m->state, "paused") != 0) {
        m->state = (patron_helper_field_end(m, PATRON_HELPER_GRACE, 0) > now)
                   ? "grace" : "lapsed";
    }

    if ((strcmp(m->state, "lapsed") == 0 || strcmp(m->state, "paused") == 0)
        && patron_helper_field_end(m, PATRON_HELPER_GAVE, 0) > now)
    {
        m->state = "supporter";
    }
}


/* As the module takes it: in any case, and a word that is none is a pause. */

static const char *
patron_helper_status(const patron_str_t *status)
{
    size_t  i;

    static const char *const  words[] = { "active", "grace", "supporter",
                                          "revoked" };

    if (status->len == 0) {
        return words[0];
    }

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp((char *) status->data, words[i]) == 0) {
            return words[i];
        }
    }

    return "paused";
}


/*
 * As the module takes it: none where there is none or 0, milliseconds are known
 * by their size, and what is no time has passed.
 */

static int64_t
patron_helper_field_end(const patron_helper_member_t *m, int field,
    int64_t none)
{
    int64_t              time;
    const patron_str_t  *s;

    s = &m->fields[field];

    if (s->len > 14
        || strspn((char *) s->data, "0123456789") != s->len)
    {
        return 1;
    }

    time = s->len ? strtoll((char *) s->data, NULL, 10) : 0;

    if (time >= 100000000000) {
        time /= 1000;
    }

    return time ? time : none;
}


/* What is no time is other. */

static int64_t
patron_helper_field_time(const patron_helper_member_t *m, int field,
    int64_t other)
{
    const patron_str_t  *s;

    s = &m->fields[field];

    if (s->len == 0 || s->len > 11
        || strspn((char *) s->data, "0123456789") != s->len)
    {
        return other;
    }

    return strtoll((char *) s->data, NULL, 10);
}


static int
patron_helper_wanted(const patron_helper_member_t *m,
    const patron_helper_filter_t *filter)
{
    if (filter->status.len && !patron_helper_is(&filter->status, m->state)) {
        return 0;
    }

    if (filter->ending
        && (m->until <= filter->now || m->until > filter->ending))
    {
        return 0;
    }

    return filter->tier.len == 0
           || patron_helper_is(&m->fields[0], (char *) filter->tier.data);
}


/* Who came first by name stays first. */

static int
patron_helper_by_until(const void *one, const void *two)
{
    int64_t  a, b;

    a = ((const patron_helper_member_t *) one)->until;
    b = ((const patron_helper_member_t *) two)->until;

    if (a != b) {
        return a < b ? -1 : 1;
    }

    return strcmp((char *) ((const patron_helper_member_t *) one)->sub.data,
                  (char *) ((const patron_helper_member_t *) two)->sub.data);
}


static void
patron_helper_member_row(const patron_helper_member_t *m)
{
    char          shown[32];
    time_t        when;
    patron_str_t  state, until;

    state = patron_helper_str(m->state);
    until = m->fields[PATRON_HELPER_UNTIL];

    if (m->until != INT64_MAX && m->until > 1) {
        when = (time_t) m->until;
        strftime(shown, sizeof(shown), "%Y-%m-%d %H:%M", gmtime(&when));
        until = patron_helper_str(shown);
    }

    patron_helper_pad(&m->sub, 25);
    patron_helper_pad(&m->fields[0], 11);
    patron_helper_pad(&state, 9);
    patron_helper_pad(&until, 17);
    patron_helper_clean(stdout, &m->fields[PATRON_HELPER_NAME]);
    putchar('\n');
}


static void
patron_helper_member_json(const patron_helper_member_t *m)
{
    size_t        i;
    int64_t       time;
    patron_str_t  state;

    fputs("{\"sub\":", stdout);
    patron_helper_json(stdout, &m->sub);

    state = patron_helper_str(m->state);
    fputs(",\"state\":", stdout);
    patron_helper_json(stdout, &state);

    for (i = 0; i < PATRON_HELPER_RECORD; i++) {

        if (m->fields[i].len == 0) {
            continue;
        }

        printf(",\"%s\":", patron_helper_fields[i]);

        time = (i >= PATRON_HELPER_UNTIL)
               ? patron_helper_field_time(m, (int) i, -1) : -1;

        if (time >= 0) {
            printf("%lld", (long long) time);

        } else {
            patron_helper_json(stdout, &m->fields[i]);
        }
    }

    putchar('}');
}


/* A state that is none of the known ones counts in the sum alone. */

static void
patron_helper_count(const patron_helper_shown_t *shown)
{
    int     json;
    size_t  i;

    json = (strcmp(shown->as, "count-json") == 0);

    if (json) {
        putchar('{');
    }

    for (i = 0; i < PATRON_HELPER_STATES; i++) {
        printf(json ? "\"%s\": %zu, " : "%-10s %8zu\n",
               patron_helper_states[i], shown->states[i]);
    }

    printf(json ? "\"all\": %zu}\n" : "all        %8zu\n", shown->n);
}


/* "<period>:<sub>" behind the prefix. */

void
patron_helper_gifts(int argc, char **argv)
{
    int                     json;
    size_t                  i, n, shown;
    patron_str_t           *keys, period, sub;
    patron_helper_reply_t   reply;

    (void) argc;

    keys = patron_helper_lines(argv[0], &n);
    json = (strcmp(argv[2], "json") == 0);
    shown = 0;

    memset(&reply, 0, sizeof(patron_helper_reply_t));

    if (json) {
        putchar('[');

    } else {
        printf("%-12s %-24s %6s\n", "PERIOD", "SUB", "GIFTS");
    }

    for (i = 0; i < n && patron_helper_reply(&reply); i++) {

        if (reply.type != PATRON_HELPER_VALUE) {
            patron_helper_wrong(&keys[i], &reply);
            continue;
        }

        period = patron_helper_behind(&keys[i], argv[1]);
        sub = period;

        while (sub.len && *sub.data != ':') {
            sub.data++;
            sub.len--;
        }

        period.len -= sub.len;

        if (sub.len) {
            sub.data++;
            sub.len--;
        }

        sub = patron_helper_decode(&sub);

        if (json) {
            fputs(shown++ ? ",\n{\"period\":" : "\n{\"period\":", stdout);
            patron_helper_json(stdout, &period);
            fputs(",\"sub\":", stdout);
            patron_helper_json(stdout, &sub);
            printf(",\"gifts\":%lld}",
                   strtoll((char *) reply.elements[0].data
                           ? (char *) reply.elements[0].data : "0", NULL, 10));

        } else {
            patron_helper_pad(&period, 13);
            patron_helper_pad(&sub, 25);
            printf("%6.*s\n", (int) reply.elements[0].len,
                   reply.elements[0].len ? (char *) reply.elements[0].data
                                         : "");
        }
    }

    if (json) {
        puts("\n]");
    }

    patron_helper_complete(i, n);
}
