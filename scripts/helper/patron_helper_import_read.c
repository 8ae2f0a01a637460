
/*
 * Reading and checking the file of patron member import.
 */


#include <jansson.h>

#include "patron_date.h"
#include "patron_helper_import.h"
#include "patron_token.h"


#define PATRON_HELPER_IMPORT_MAX  ((size_t) 1 << 28)
#define PATRON_HELPER_COLUMNS     32
#define PATRON_HELPER_SUB         -1    /* beside the numbers of fields */
#define PATRON_HELPER_IGNORED     -2


typedef struct {
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
    size_t                 line;
} patron_helper_csv_t;


static void patron_helper_csv(patron_helper_import_t *in, patron_str_t *text);
static int patron_helper_csv_cell(const patron_helper_import_t *in,
    patron_helper_csv_t *csv, patron_str_t *cell);
static void patron_helper_objects(patron_helper_import_t *in,
    patron_str_t *text);
static void patron_helper_object(patron_helper_import_t *in, json_t *json,
    size_t which);
static patron_helper_import_row_t *patron_helper_row(
    patron_helper_import_t *in, size_t line);
static int patron_helper_column(const patron_helper_import_t *in,
    size_t line, const patron_str_t *name);
static void patron_helper_put(const patron_helper_import_t *in,
    patron_helper_import_row_t *row, int column, const patron_str_t *value);
static void patron_helper_put_time(const patron_helper_import_t *in,
    patron_helper_import_row_t *row, int column, const patron_str_t *value);
static const char *patron_helper_bad(int column, const patron_str_t *value);
static void patron_helper_once(const patron_helper_import_t *in);
static int patron_helper_by_sub(const void *one, const void *two);


const char *const  patron_helper_import_fields[PATRON_HELPER_FIELDS] = {
    "tier", "name", "status", "until", "gave_until", "grace_until",
    "not_before"
};


/* A tier of these would be taken for a level, a state or an audience. */

static const char *const  patron_helper_no_tier[] = {
    "free", "metered", "members", "guest", "patron", "all", "invalid",
    "expired", "lapsed", "paused", "revoked", "supporter", "grace", NULL
};

static const char *const  patron_helper_status[] = {
    "active", "grace", "paused", "revoked", "supporter", NULL
};


void
patron_helper_import_read(patron_helper_import_t *in, const char *name)
{
    size_t        i;
    patron_str_t  text;

    memset(in, 0, sizeof(patron_helper_import_t));
    in->name = name;

    text = patron_helper_read(name, PATRON_HELPER_IMPORT_MAX);

    if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
        text.data += 3;
        text.len -= 3;
    }

    for (i = 0; i < text.len && text.data[i] <= ' '; i++) { /* void */ }

    if (i == text.len) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s is empty", name);
    }

    if (text.data[i] == '{' || text.data[i] == '[') {
        patron_helper_objects(in, &text);

    } else {
        patron_helper_csv(in, &text);
    }

    patron_helper_once(in);
}


static void
patron_helper_csv(patron_helper_import_t *in, patron_str_t *text)
{
    int                          more, columns[PATRON_HELPER_COLUMNS];
    size_t                       k, n, line;
    patron_str_t                 cell;
    patron_helper_csv_t          csv;
    patron_helper_import_row_t  *row;

    csv.p = text->data;
    csv.end = text->data + text->len;
    csv.line = 1;
    n = 0;

    do {
        more = patron_helper_csv_cell(in, &csv, &cell);

        if (n == PATRON_HELPER_COLUMNS) {
            patron_helper_die(PATRON_HELPER_FAILED, "%s has more than %d "
                              "columns", in->name, PATRON_HELPER_COLUMNS);
        }

        columns[n++] = patron_helper_column(in, 1, &cell);
    } while (more);

    while (csv.p < csv.end) {
        line = csv.line;
        row = NULL;
        k = 0;

        do {
            more = patron_helper_csv_cell(in, &csv, &cell);

            if (!more && k == 0 && cell.len == 0) {
                break;
            }

            if (row == NULL) {
                row = patron_helper_row(in, line);
            }

            if (k == n) {
                patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: more "
                                  "cells than columns", in->name, line);
            }

            if (cell.len) {
                patron_helper_put(in, row, columns[k], &cell);
            }

            k++;

        } while (more);
    }
}


/* 1 where another cell follows in the line. */

static int
patron_helper_csv_cell(const patron_helper_import_t *in,
    patron_helper_csv_t *csv, patron_str_t *cell)
{
    size_t           line;
    patron_uchar_t  *dst;

    if (csv->p == csv->end || *csv->p != '"') {
        cell->data = csv->p;

        while (csv->p < csv->end && *csv->p != ',' && *csv->p != '\n') {
            csv->p++;
        }

        cell->len = csv->p - cell->data;

        if (cell->len && cell->data[cell->len - 1] == '\r'
            && (csv->p == csv->end || *csv->p == '\n'))
        {
            cell->len--;
        }

    } else {
        line = csv->line;
        dst = patron_helper_alloc(csv->end - csv->p);
        cell->data = dst;

        for (csv->p++; csv->p < csv->end; csv->p++) {

            if (*csv->p == '"'
                && (++csv->p == csv->end || *csv->p != '"'))
            {
                break;
            }

            csv->line += (*csv->p == '\n');
            *dst++ = *csv->p;

            if (csv->p + 1 == csv->end) {
                patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: a "
                                  "quote is not closed", in->name, line);
            }
        }

        cell->len = dst - cell->data;

        if (csv->p < csv->end && *csv->p == '\r') {
            csv->p++;
        }

        if (csv->p < csv->end && *csv->p != ',' && *csv->p != '\n') {
            patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: text "
                              "behind a closing quote", in->name, line);
        }
    }

    if (csv->p == csv->end) {
        return 0;
    }

    if (*csv->p++ == ',') {
        return 1;
    }

    csv->line++;

    return 0;
}


static void
patron_helper_objects(patron_helper_import_t *in, patron_str_t *text)
{
    size_t                  i, n;
    json_t                 *json;
    json_error_t            error;
    const patron_uchar_t   *p, *end;

    p = text->data;
    end = p + text->len;
    n = 0;

    for ( ;; ) {

        while (p < end && *p <= ' ') {
            p++;
        }

        if (p == end) {
            return;
        }

        json = json_loadb((const char *) p, end - p,
                          JSON_REJECT_DUPLICATES|JSON_DISABLE_EOF_CHECK,
                          &error);

        if (json == NULL) {
            patron_helper_die(PATRON_HELPER_FAILED, "%s, behind member %zu: "
                              "that is no JSON", in->name, n);
        }

        p += error.position;

        if (json_is_array(json)) {
            for (i = 0; i < json_array_size(json); i++) {
                patron_helper_object(in, json_array_get(json, i), ++n);
            }

        } else {
            patron_helper_object(in, json, ++n);
        }

        json_decref(json);
    }
}


static void
patron_helper_object(patron_helper_import_t *in, json_t *json, size_t which)
{
    char                         number[32];
    int                          column;
    json_t                      *value;
    const char                  *key;
    patron_str_t                 name, s;
    patron_helper_import_row_t  *row;

    if (!json_is_object(json)) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s, member %zu: no object",
                          in->name, which);
    }

    row = patron_helper_row(in, which);

    json_object_foreach(json, key, value) {
        name = patron_helper_str(key);
        column = patron_helper_column(in, which, &name);

        if (json_is_string(value)) {
            s.data = (const patron_uchar_t *) json_string_value(value);
            s.len = json_string_length(value);

        } else if (json_is_integer(value)) {
            snprintf(number, sizeof(number), "%lld",
                     (long long) json_integer_value(value));
            s = patron_helper_str(number);

        } else if (json_is_null(value)) {
            s = patron_helper_str("");

        } else if (column != PATRON_HELPER_IGNORED) {
            patron_helper_die(PATRON_HELPER_FAILED, "%s, member %zu: %s is "
                              "neither text nor a whole number", in->name,
                              which, key);

        } else {
            continue;
        }

        s = patron_helper_copy(&s);
        patron_helper_put(in, row, column, &s);
    }
}


static patron_helper_import_row_t *
patron_helper_row(patron_helper_import_t *in, size_t line)
{
    patron_helper_import_row_t  *row;

    if (in->n == in->size) {
        in->size = in->size ? 2 * in->size : 64;
        in->rows = patron_helper_realloc(in->rows,
                          in->size * sizeof(patron_helper_import_row_t));
    }

    row = &in->rows[in->n++];

    memset(row, 0, sizeof(patron_helper_import_row_t));
    row->line = line;

    return row;
}


/* What "patron member list --json" says of a member may come back. */

static int
patron_helper_column(const patron_helper_import_t *in, size_t line,
    const patron_str_t *name)
{
    int  k;

    if (patron_helper_is(name, "sub")) {
        return PATRON_HELPER_SUB;
    }

    if (patron_helper_is(name, "state")) {
        return PATRON_HELPER_IGNORED;
    }

    for (k = 0; k < PATRON_HELPER_FIELDS; k++) {
        if (patron_helper_is(name, patron_helper_import_fields[k])) {
            return k;
        }
    }

    patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: unknown field "
                      "\"%.*s\" (sub, tier, name, status, until, gave_until, "
                      "grace_until, not_before)", in->name, line,
                      (int) (name->len < 64 ? name->len : 64),
                      (char *) name->data);
}


static void
patron_helper_put(const patron_helper_import_t *in,
    patron_helper_import_row_t *row, int column, const patron_str_t *value)
{
    const char  *why;

    if (column == PATRON_HELPER_IGNORED) {
        return;
    }

    why = patron_helper_bad(column, value);

    if (why) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: \"%.*s\" is no "
                          "%s", in->name, row->line,
                          (int) (value->len < 64 ? value->len : 64),
                          (char *) value->data, why);
    }

    if (column == PATRON_HELPER_SUB) {
        row->sub = *value;

    } else if (column < PATRON_HELPER_FIELD_UNTIL || value->len == 0) {
        row->fields[column] = *value;

    } else {
        patron_helper_put_time(in, row, column, value);
    }
}


static void
patron_helper_put_time(const patron_helper_import_t *in,
    patron_helper_import_row_t *row, int column, const patron_str_t *value)
{
    char          number[32];
    int64_t       time;
    patron_str_t  s;

    if (patron_date_parse(value, 1, &time) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: \"%.*s\" is no "
                          "date (such as 2027-01-31)", in->name, row->line,
                          (int) (value->len < 64 ? value->len : 64),
                          (char *) value->data);
    }

    snprintf(number, sizeof(number), "%lld", (long long) time);

    s = patron_helper_str(number);
    row->fields[column] = patron_helper_copy(&s);
}


/* What a value should be and is not, or NULL.  Empty takes a field away. */

static const char *
patron_helper_bad(int column, const patron_str_t *value)
{
    size_t              i, max;
    patron_uchar_t      c;
    const char *const  *word;

    max = (column == PATRON_HELPER_SUB) ? PATRON_SUB_MAX : PATRON_FIELD_MAX;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];

        if (c < 0x20 || c == 0x7f || i == max
            || (c > 0x7e && column != 1))
        {
            return (column == 1) ? "name" : "printable text, or too long";
        }
    }

    switch (column) {

    case PATRON_HELPER_SUB:
        return value->len ? NULL : "sub";

    case 0:
        for (word = patron_helper_no_tier; *word; word++) {
            if (patron_helper_is(value, *word)) {
                return "tier: the word means something else";
            }
        }

        return strspn((char *) value->data, "abcdefghijklmnopqrstuvwxyz"
                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") < value->len
               ? "tier: letters, digits, '_', '.' and '-'" : NULL;

    case 2:
        for (word = patron_helper_status; *word && value->len; word++) {
            if (patron_helper_is(value, *word)) {
                return NULL;
            }
        }

        return value->len ? "status (active, grace, paused, revoked or supporter)" : NULL;

    default:
        return NULL;
    }
}


/* Everybody has a sub, and stands there once. */

static void
patron_helper_once(const patron_helper_import_t *in)
{
    size_t                             i;
    const patron_helper_import_row_t **sorted;

    sorted = patron_helper_alloc(in->n * sizeof(*sorted));

    for (i = 0; i < in->n; i++) {
        sorted[i] = &in->rows[i];

        if (in->rows[i].sub.len == 0) {
            patron_helper_die(PATRON_HELPER_FAILED, "%s, line %zu: no sub",
                              in->name, in->rows[i].line);
        }
    }

    qsort(sorted, in->n, sizeof(*sorted), patron_helper_by_sub);

    for (i = 1; i < in->n; i++) {
        if (patron_helper_by_sub(&sorted[i - 1], &sorted[i]) == 0) {
            patron_helper_die(PATRON_HELPER_FAILED, "%s: \"%.*s\" stands in "
                              "lines %zu and %zu", in->name,
                              (int) sorted[i]->sub.len,
                              (char *) sorted[i]->sub.data,
                              sorted[i - 1]->line, sorted[i]->line);
        }
    }

    free(sorted);
}


static int
patron_helper_by_sub(const void *one, const void *two)
{
    int                  rc;
    const patron_str_t  *a, *b;

    a = &(*(const patron_helper_import_row_t *const *) one)->sub;
    b = &(*(const patron_helper_import_row_t *const *) two)->sub;

    rc = memcmp(a->data, b->data, a->len < b->len ? a->len : b->len);

    return rc ? rc : (a->len > b->len) - (a->len < b->len);
}
