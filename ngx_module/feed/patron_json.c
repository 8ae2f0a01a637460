
/*
 * See the header.  The text is checked in one go; the names of an object are
 * kept until it ends, where they are compared.  Of a number that is long, or
 * has a fraction or an exponent, jansson says whether it is too large.
 */


#include <stdlib.h>
#include <jansson.h>

#include "patron_escape.h"
#include "patron_json_internal.h"


#define CHECK_FEW     16            /* names that are compared in pairs */
#define CHECK_DIGITS  18            /* of a number that is never too big */


typedef struct {
    patron_mem_t            *mem;
    const patron_uchar_t    *p;
    const patron_uchar_t    *end;
    patron_json_member_pt    member;
    void                    *ctx;
    patron_json_longs_t     *longs;         /* or NULL */
    const patron_uchar_t    *value;         /* of the outermost object */
    unsigned                 failed;        /* for want of memory */

    size_t                   n;             /* names of all open objects */
    size_t                   size;
    patron_str_t            *names;

    unsigned                 depth;         /* of what is open: */
    uint32_t                 open[PATRON_JSON_DEPTH];
                                            /* its first name, or ARRAY */
} check_t;


#define CHECK_ARRAY  UINT32_MAX


static int check_document(check_t *j);
static int check_open(check_t *j);
static int check_scalar(check_t *j);
static int check_name(check_t *j);
static int check_close(check_t *j);
static void check_ended(check_t *j);
static int check_is_array(const check_t *j);
static int check_differ(patron_str_t *names, size_t n);
static int check_compare(const void *one, const void *two);
static const patron_uchar_t *check_string(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *check_escape(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *check_number(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *check_digits(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *check_word(const patron_uchar_t *p,
    const patron_uchar_t *end);


int
patron_json_check(patron_mem_t *mem, const patron_str_t *json,
    patron_json_member_pt member, void *ctx, patron_json_longs_t *longs)
{
    int            taken;
    check_t  *j;

    j = patron_alloc(mem, sizeof(check_t));
    if (j == NULL) {
        return PATRON_ERROR;
    }

    j->mem = mem;
    j->p = json->data;
    j->end = json->len ? json->data + json->len : json->data;
    j->member = member;
    j->ctx = ctx;
    j->longs = longs;
    j->failed = 0;
    j->n = 0;
    j->size = 0;
    j->names = NULL;
    j->depth = 0;

    if (longs != NULL) {
        longs->n = 0;
        longs->at = 0;
    }

    taken = check_document(j);

    if (j->failed) {
        taken = PATRON_ERROR;

    } else {
        taken = taken ? PATRON_OK : PATRON_DECLINED;
    }

    if (j->names != NULL) {
        patron_free(mem, j->names);
    }

    patron_free(mem, j);

    return taken;
}


static int
check_document(check_t *j)
{
    j->p = patron_json_blank(j->p, j->end);

    if (j->p == j->end || (*j->p != '{' && *j->p != '[')) {
        return 0;
    }

    for ( ;; ) {

        j->p = patron_json_blank(j->p, j->end);

        if (j->depth == PATRON_JSON_DEPTH || j->p == j->end) {
            return 0;
        }

        if (j->depth == 1) {
            j->value = j->p;
        }

        if (*j->p == '{' || *j->p == '[') {

            if (check_open(j)) {

                if (!check_is_array(j) && !check_name(j)) {
                    return 0;
                }

                continue;
            }

        } else if (check_scalar(j)) {
            check_ended(j);

        } else {
            return 0;
        }

        /* a value has ended, or an empty one is to be closed */

        for ( ;; ) {

            j->p = patron_json_blank(j->p, j->end);

            if (j->depth == 0 || j->p == j->end) {
                return j->depth == 0 && j->p == j->end;
            }

            if (*j->p == ',') {
                j->p++;

                if (!check_is_array(j) && !check_name(j)) {
                    return 0;
                }

                break;
            }

            if (!check_close(j)) {
                return 0;
            }

            check_ended(j);
        }
    }
}


/* Is there anything in it? */

static int
check_open(check_t *j)
{
    patron_uchar_t  close;

    if (*j->p == '{') {
        j->open[j->depth++] = (uint32_t) j->n;
        close = '}';

    } else {
        j->open[j->depth++] = CHECK_ARRAY;
        close = ']';
    }

    j->p = patron_json_blank(j->p + 1, j->end);

    return j->p == j->end || *j->p != close;
}


static int
check_scalar(check_t *j)
{
    const patron_uchar_t  *p;

    switch (*j->p) {

    case '"':
        p = check_string(j->p + 1, j->end);

        if (p != NULL && p - j->p > PATRON_JSON_LONG && j->longs != NULL
            && j->longs->n < PATRON_JSON_LONGS)
        {
            j->longs->strings[j->longs->n].from = j->p + 1;
            j->longs->strings[j->longs->n++].behind = p;
        }

        break;

    case 't':
    case 'f':
    case 'n':
        p = check_word(j->p, j->end);
        break;

    default:
        p = check_number(j->p, j->end);
    }

    if (p == NULL) {
        return 0;
    }

    j->p = p;

    return 1;
}


/* The name of a member, and the colon behind it. */

static int
check_name(check_t *j)
{
    size_t                 size;
    patron_str_t          *names;
    const patron_uchar_t  *p;

    if (j->n == j->size) {

        size = j->size ? 2 * j->size : 64;

        names = patron_alloc(j->mem, size * sizeof(patron_str_t));
        if (names == NULL) {
            j->failed = 1;
            return 0;
        }

        if (j->names != NULL) {
            memcpy(names, j->names, j->n * sizeof(patron_str_t));
            patron_free(j->mem, j->names);
        }

        j->names = names;
        j->size = size;
    }

    j->p = patron_json_blank(j->p, j->end);

    if (j->p == j->end || *j->p != '"') {
        return 0;
    }

    p = check_string(j->p + 1, j->end);
    if (p == NULL) {
        return 0;
    }

    j->names[j->n].data = j->p + 1;
    j->names[j->n++].len = (size_t) (p - 2 - j->p);

    j->p = patron_json_blank(p, j->end);

    return j->p != j->end && *j->p++ == ':';
}


static int
check_close(check_t *j)
{
    uint32_t  first;

    first = j->open[j->depth - 1];

    if (*j->p != (first == CHECK_ARRAY ? ']' : '}')) {
        return 0;
    }

    if (first != CHECK_ARRAY) {

        if (j->n != first
            && !check_differ(j->names + first, j->n - first))
        {
            return 0;
        }

        j->n = first;
    }

    j->depth--;
    j->p++;

    return 1;
}


/* Tells of a member of the outermost object. */

static void
check_ended(check_t *j)
{
    patron_str_t  value;

    if (j->depth != 1 || check_is_array(j)) {
        return;
    }

    value.data = j->value;
    value.len = (size_t) (j->p - j->value);

    j->member(j->ctx, &j->names[j->n - 1], &value);
}


static int
check_is_array(const check_t *j)
{
    return j->open[j->depth - 1] == CHECK_ARRAY;
}


/* Is no name there twice?  They are put in order where they are many. */

static int
check_differ(patron_str_t *names, size_t n)
{
    size_t  i, k;

    if (n <= CHECK_FEW) {

        for (i = 1; i < n; i++) {
            for (k = 0; k < i; k++) {
                if (check_compare(&names[i], &names[k]) == 0) {
                    return 0;
                }
            }
        }

        return 1;
    }

    qsort(names, n, sizeof(patron_str_t), check_compare);

    for (i = 1; i < n; i++) {
        if (check_compare(&names[i], &names[i - 1]) == 0) {
            return 0;
        }
    }

    return 1;
}


static int
check_compare(const void *one, const void *two)
{
    uint32_t               a, b;
    const patron_str_t    *s, *t;
    const patron_uchar_t  *p, *q, *p_end, *q_end;

    s = one;
    t = two;

    p = s->data;
    q = t->data;
    p_end = p + s->len;
    q_end = q + t->len;

    while (p < p_end && q < q_end) {
        a = patron_json_char(&p, p_end);
        b = patron_json_char(&q, q_end);

        if (a != b) {
            return a < b ? -1 : 1;
        }
    }

    return (p < p_end) - (q < q_end);
}


/* Behind the string whose inside begins at p, or NULL. */

static const patron_uchar_t *
check_string(const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t    n;
    uint32_t  c;

    for ( ;; ) {

        p = patron_json_text(p, end);

        if (p == end || *p < ' ') {
            return NULL;
        }

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            p = check_escape(p + 1, end);

            if (p == NULL) {
                return NULL;
            }

            continue;
        }

        while (p < end && *p >= 0x80) {
            n = patron_utf8_char(p, end, &c);

            if (n == 0) {
                return NULL;
            }

            p += n;
        }
    }
}


/* Behind the escape whose '\\' is before p, or NULL. */

static const patron_uchar_t *
check_escape(const patron_uchar_t *p, const patron_uchar_t *end)
{
    uint32_t  c;

    if (p == end) {
        return NULL;
    }

    if (patron_json_is_escape(*p)) {
        return p + 1;
    }

    if (*p != 'u') {
        return NULL;
    }

    if (!patron_json_hex(p + 1, end, &c) || c == 0
        || (c >= 0xdc00 && c <= 0xdfff))
    {
        return NULL;
    }

    p += 5;

    if (c < 0xd800 || c > 0xdbff) {
        return p;
    }

    /* the other half of a pair */

    if (end - p < 2 || p[0] != '\\' || p[1] != 'u'
        || !patron_json_hex(p + 2, end, &c) || c < 0xdc00 || c > 0xdfff)
    {
        return NULL;
    }

    return p + 6;
}


static const patron_uchar_t *
check_number(const patron_uchar_t *p, const patron_uchar_t *end)
{
    json_t                *value;
    const patron_uchar_t  *from, *digits;

    from = p;
    digits = p + (*p == '-');

    p = check_digits(digits, end);

    if (p == digits || (*digits == '0' && p - digits > 1)) {
        return NULL;
    }

    if ((p == end || (*p != '.' && *p != 'e' && *p != 'E'))
        && p - digits <= CHECK_DIGITS)
    {
        return p;
    }

    while (p < end && ((*p >= '0' && *p <= '9') || *p == '.' || *p == '+'
                       || *p == '-' || *p == 'e' || *p == 'E'))
    {
        p++;
    }

    value = json_loadb((const char *) from, (size_t) (p - from),
                       JSON_DECODE_ANY, NULL);

    if (value == NULL) {
        return NULL;
    }

    json_decref(value);

    return p;
}


static const patron_uchar_t *
check_digits(const patron_uchar_t *p, const patron_uchar_t *end)
{
    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


static const patron_uchar_t *
check_word(const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t  i;

    static const patron_str_t  words[] = {
        patron_string("true"), patron_string("false"), patron_string("null")
    };

    for (i = 0; i < 3; i++) {
        if ((size_t) (end - p) >= words[i].len
            && memcmp(p, words[i].data, words[i].len) == 0)
        {
            return p + words[i].len;
        }
    }

    return NULL;
}
