
/*
 * See the header.  Names of the grammar are those of RFC 9651, section 3.
 */


#include "patron_structured.h"


#define PATRON_INTEGER_DIGITS  15
#define PATRON_DECIMAL_DIGITS  12
#define PATRON_FRACTION        3

#define patron_is_digit(c)     ((unsigned) ((c) - '0') <= 9)
#define patron_is_lower(c)     ((unsigned) ((c) - 'a') <= 25)
#define patron_is_alpha(c)     (patron_is_lower((c) | 0x20))


/* Where a serialization is written. */

typedef struct {
    patron_uchar_t  *p;
    patron_uchar_t  *end;
    int              full;
} patron_writer_t;


static int patron_key(patron_str_t *rest, patron_str_t *key);
static int patron_number(patron_str_t *rest, patron_bare_t *bare);
static int patron_quoted(patron_str_t *rest, patron_bare_t *bare);
static int patron_display(patron_str_t *rest, patron_bare_t *bare);
static int patron_token_text(patron_str_t *rest, patron_bare_t *bare);
static int patron_byte_sequence(patron_str_t *rest, patron_bare_t *bare);
static int patron_boolean(patron_str_t *rest, patron_bare_t *bare);
static int patron_date(patron_str_t *rest, patron_bare_t *bare);
static int patron_parameters(patron_str_t *rest);
static int patron_value(patron_str_t *rest, int *list);
static int patron_is_token(patron_uchar_t c);
static void patron_put(patron_writer_t *w, const void *data, size_t len);
static void patron_put_number(patron_writer_t *w, int64_t n);
static void patron_put_bare(patron_writer_t *w, const patron_bare_t *bare);
static int patron_put_parameters(patron_writer_t *w, patron_str_t *rest);
static int patron_put_list(patron_writer_t *w, patron_str_t *rest);


#define patron_advance(s, n)  ((s)->data += (n), (s)->len -= (n))


static void
patron_skip(patron_str_t *rest, int tabs)
{
    while (rest->len
           && (rest->data[0] == ' ' || (tabs && rest->data[0] == '\t')))
    {
        patron_advance(rest, 1);
    }
}


int
patron_structured_member(patron_str_t *rest, patron_member_t *member)
{
    patron_skip(rest, 0);

    if (rest->len == 0) {
        return PATRON_DECLINED;
    }

    if (patron_key(rest, &member->key) != PATRON_OK) {
        return PATRON_ERROR;
    }

    member->list = 0;
    member->implied = 1;
    member->value.data = rest->data;

    if (rest->len && rest->data[0] == '=') {
        patron_advance(rest, 1);
        member->implied = 0;
        member->value.data = rest->data;

        if (patron_value(rest, &member->list) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    if (patron_parameters(rest) != PATRON_OK) {
        return PATRON_ERROR;
    }

    member->value.len = rest->data - member->value.data;

    patron_skip(rest, 1);

    if (rest->len == 0) {
        return PATRON_OK;
    }

    if (rest->data[0] != ',') {
        return PATRON_ERROR;
    }

    patron_advance(rest, 1);
    patron_skip(rest, 1);

    /* a comma has something behind it */

    return rest->len ? PATRON_OK : PATRON_ERROR;
}


/* An item or inner list, without its parameters. */

static int
patron_value(patron_str_t *rest, int *list)
{
    int            rc;
    patron_bare_t  bare;

    if (rest->len == 0 || rest->data[0] != '(') {
        *list = 0;
        return patron_structured_bare(rest, &bare);
    }

    *list = 1;
    patron_advance(rest, 1);

    while ((rc = patron_structured_item(rest, &bare)) == PATRON_OK) {
        if (patron_parameters(rest) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return rc == PATRON_DECLINED ? PATRON_OK : PATRON_ERROR;
}


int
patron_structured_open(patron_str_t *rest)
{
    if (rest->len == 0 || rest->data[0] != '(') {
        return PATRON_ERROR;
    }

    patron_advance(rest, 1);

    return PATRON_OK;
}


int
patron_structured_item(patron_str_t *rest, patron_bare_t *bare)
{
    const patron_uchar_t  *p;

    p = rest->data;

    patron_skip(rest, 0);

    if (rest->len == 0) {
        return PATRON_ERROR;
    }

    if (rest->data[0] == ')') {
        patron_advance(rest, 1);
        return PATRON_DECLINED;
    }

    /* items have a space between them */

    if (rest->data == p && p[-1] != '(') {
        return PATRON_ERROR;
    }

    return patron_structured_bare(rest, bare);
}


int
patron_structured_parameter(patron_str_t *rest, patron_str_t *key,
    patron_bare_t *bare)
{
    if (rest->len == 0 || rest->data[0] != ';') {
        return PATRON_DECLINED;
    }

    patron_advance(rest, 1);
    patron_skip(rest, 0);

    if (patron_key(rest, key) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (rest->len && rest->data[0] == '=') {
        patron_advance(rest, 1);
        return patron_structured_bare(rest, bare);
    }

    bare->type = PATRON_BARE_BOOLEAN;
    bare->number = 1;
    bare->text.len = 0;
    bare->text.data = rest->data;

    return PATRON_OK;
}


static int
patron_parameters(patron_str_t *rest)
{
    int            rc;
    patron_str_t   key;
    patron_bare_t  bare;

    do {
        rc = patron_structured_parameter(rest, &key, &bare);
    } while (rc == PATRON_OK);

    return rc == PATRON_DECLINED ? PATRON_OK : PATRON_ERROR;
}


int
patron_structured_bare(patron_str_t *rest, patron_bare_t *bare)
{
    patron_uchar_t  c;

    if (rest->len == 0) {
        return PATRON_ERROR;
    }

    bare->number = 0;
    c = rest->data[0];

    switch (c) {

    case '"':
        return patron_quoted(rest, bare);

    case ':':
        return patron_byte_sequence(rest, bare);

    case '?':
        return patron_boolean(rest, bare);

    case '@':
        return patron_date(rest, bare);

    case '%':
        return patron_display(rest, bare);

    default:
        return (c == '-' || patron_is_digit(c)) ? patron_number(rest, bare)
                                                : patron_token_text(rest, bare);
    }
}


static int
patron_key(patron_str_t *rest, patron_str_t *key)
{
    size_t                 n;
    const patron_uchar_t  *p;

    p = rest->data;

    for (n = 0; n < rest->len; n++) {

        if (patron_is_lower(p[n]) || p[n] == '*') {
            continue;
        }

        if (n && (patron_is_digit(p[n]) || p[n] == '_' || p[n] == '-'
                  || p[n] == '.'))
        {
            continue;
        }

        break;
    }

    key->data = p;
    key->len = n;

    patron_advance(rest, n);

    return n ? PATRON_OK : PATRON_ERROR;
}


static int
patron_number(patron_str_t *rest, patron_bare_t *bare)
{
    int                    minus;
    size_t                 i, digits, fraction;
    int64_t                n;
    const patron_uchar_t  *p;

    p = rest->data;
    minus = (p[0] == '-');
    n = 0;

    for (i = minus; i < rest->len && patron_is_digit(p[i]); i++) {

        if (i - minus == PATRON_INTEGER_DIGITS) {
            return PATRON_ERROR;
        }

        n = n * 10 + (p[i] - '0');
    }

    digits = i - minus;

    if (digits == 0) {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_INTEGER;

    if (i < rest->len && p[i] == '.') {

        if (digits > PATRON_DECIMAL_DIGITS) {
            return PATRON_ERROR;
        }

        bare->type = PATRON_BARE_DECIMAL;
        fraction = 0;

        for (i++; i < rest->len && patron_is_digit(p[i]); i++) {

            if (fraction++ == PATRON_FRACTION) {
                return PATRON_ERROR;
            }

            n = n * 10 + (p[i] - '0');
        }

        if (fraction == 0) {
            return PATRON_ERROR;
        }

        for ( /* void */ ; fraction < PATRON_FRACTION; fraction++) {
            n *= 10;
        }
    }

    bare->number = minus ? -n : n;
    bare->text.data = p;
    bare->text.len = i;

    patron_advance(rest, i);

    return PATRON_OK;
}


static int
patron_date(patron_str_t *rest, patron_bare_t *bare)
{
    const patron_uchar_t  *p;

    p = rest->data;

    patron_advance(rest, 1);

    if (rest->len == 0
        || (rest->data[0] != '-' && !patron_is_digit(rest->data[0]))
        || patron_number(rest, bare) != PATRON_OK
        || bare->type != PATRON_BARE_INTEGER)
    {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_DATE;
    bare->text.data = p;
    bare->text.len++;

    return PATRON_OK;
}


static int
patron_boolean(patron_str_t *rest, patron_bare_t *bare)
{
    if (rest->len < 2 || (rest->data[1] != '0' && rest->data[1] != '1')) {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_BOOLEAN;
    bare->number = rest->data[1] - '0';
    bare->text.data = rest->data;
    bare->text.len = 2;

    patron_advance(rest, 2);

    return PATRON_OK;
}


static int
patron_quoted(patron_str_t *rest, patron_bare_t *bare)
{
    size_t                 i;
    const patron_uchar_t  *p;

    p = rest->data;

    for (i = 1; i < rest->len && p[i] != '"'; i++) {

        if (p[i] < ' ' || p[i] > '~') {
            return PATRON_ERROR;
        }

        if (p[i] == '\\') {
            i++;

            if (i == rest->len || (p[i] != '"' && p[i] != '\\')) {
                return PATRON_ERROR;
            }
        }
    }

    if (i >= rest->len) {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_STRING;
    bare->text.data = p + 1;
    bare->text.len = i - 1;

    patron_advance(rest, i + 1);

    return PATRON_OK;
}


/* Percent-encoded UTF-8, of which only the encoding is looked at. */

static int
patron_display(patron_str_t *rest, patron_bare_t *bare)
{
    size_t                 i, k;
    const patron_uchar_t  *p;

    p = rest->data;

    if (rest->len < 3 || p[1] != '"') {
        return PATRON_ERROR;
    }

    for (i = 2; i < rest->len && p[i] != '"'; i++) {

        if (p[i] < ' ' || p[i] > '~') {
            return PATRON_ERROR;
        }

        for (k = 0; p[i] == '%' && k < 2; k++) {

            if (i + 1 + k >= rest->len
                || (!patron_is_digit(p[i + 1 + k])
                    && (unsigned) (p[i + 1 + k] - 'a') > 5))
            {
                return PATRON_ERROR;
            }
        }
    }

    if (i >= rest->len) {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_DISPLAY;
    bare->text.data = p;
    bare->text.len = i + 1;

    patron_advance(rest, i + 1);

    return PATRON_OK;
}


static int
patron_token_text(patron_str_t *rest, patron_bare_t *bare)
{
    size_t                 n;
    const patron_uchar_t  *p;

    p = rest->data;

    if (!patron_is_alpha(p[0]) && p[0] != '*') {
        return PATRON_ERROR;
    }

    for (n = 1; n < rest->len && patron_is_token(p[n]); n++) {
        /* void */
    }

    bare->type = PATRON_BARE_TOKEN;
    bare->text.data = p;
    bare->text.len = n;

    patron_advance(rest, n);

    return PATRON_OK;
}


static int
patron_is_token(patron_uchar_t c)
{
    return patron_is_alpha(c)
           || patron_is_digit(c)
           || (c && strchr("!#$%&'*+-.^_`|~:/", c) != NULL);
}


static int
patron_byte_sequence(patron_str_t *rest, patron_bare_t *bare)
{
    size_t                 i, n, padding;
    const patron_uchar_t  *p;

    p = rest->data + 1;
    n = rest->len - 1;
    padding = 0;

    for (i = 0; i < n && p[i] != ':'; i++) {

        if (p[i] == '=') {
            padding++;

        } else if (padding
                   || (!patron_is_alpha(p[i]) && !patron_is_digit(p[i])
                       && p[i] != '+' && p[i] != '/'))
        {
            return PATRON_ERROR;
        }
    }

    if (i == n || i % 4 || padding > 2) {
        return PATRON_ERROR;
    }

    bare->type = PATRON_BARE_BYTES;
    bare->text.data = p;
    bare->text.len = i;

    patron_advance(rest, i + 2);

    return PATRON_OK;
}


int
patron_bare_is(const patron_bare_t *bare, const char *text)
{
    return (bare->type == PATRON_BARE_STRING
            || bare->type == PATRON_BARE_TOKEN)
           && bare->text.len == strlen(text)
           && memcmp(bare->text.data, text, bare->text.len) == 0;
}


size_t
patron_structured_write(patron_uchar_t *dst, size_t size,
    const patron_str_t *text)
{
    int              rc;
    patron_str_t     rest;
    patron_bare_t    bare;
    patron_writer_t  w;

    w.p = dst;
    w.end = dst + size;
    w.full = 0;

    rest = *text;

    if (rest.len && rest.data[0] == '(') {
        rc = patron_put_list(&w, &rest);

    } else {
        rc = patron_structured_bare(&rest, &bare);

        if (rc == PATRON_OK) {
            patron_put_bare(&w, &bare);
            rc = patron_put_parameters(&w, &rest);
        }
    }

    return (rc != PATRON_OK || rest.len || w.full) ? 0 : (size_t) (w.p - dst);
}


static int
patron_put_list(patron_writer_t *w, patron_str_t *rest)
{
    int            rc;
    size_t         n;
    patron_bare_t  bare;

    patron_advance(rest, 1);
    patron_put(w, "(", 1);

    for (n = 0; (rc = patron_structured_item(rest, &bare)) == PATRON_OK; n++) {

        if (n) {
            patron_put(w, " ", 1);
        }

        patron_put_bare(w, &bare);

        if (patron_put_parameters(w, rest) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    if (rc != PATRON_DECLINED) {
        return PATRON_ERROR;
    }

    patron_put(w, ")", 1);

    return patron_put_parameters(w, rest);
}


static int
patron_put_parameters(patron_writer_t *w, patron_str_t *rest)
{
    int            rc;
    patron_str_t   key;
    patron_bare_t  bare;

    while ((rc = patron_structured_parameter(rest, &key, &bare)) == PATRON_OK)
    {
        patron_put(w, ";", 1);
        patron_put(w, key.data, key.len);

        if (bare.type != PATRON_BARE_BOOLEAN || !bare.number) {
            patron_put(w, "=", 1);
            patron_put_bare(w, &bare);
        }
    }

    return rc == PATRON_DECLINED ? PATRON_OK : PATRON_ERROR;
}


static void
patron_put_bare(patron_writer_t *w, const patron_bare_t *bare)
{
    int64_t  n;

    switch (bare->type) {

    case PATRON_BARE_INTEGER:
        patron_put_number(w, bare->number);
        break;

    case PATRON_BARE_DATE:
        patron_put(w, "@", 1);
        patron_put_number(w, bare->number);
        break;

    case PATRON_BARE_DECIMAL:
        n = bare->number < 0 ? -bare->number : bare->number;

        if (bare->number < 0) {
            patron_put(w, "-", 1);
        }

        patron_put_number(w, n / 1000);
        patron_put(w, ".", 1);
        patron_put(w, &"0123456789"[n / 100 % 10], 1);

        if (n % 100) {
            patron_put(w, &"0123456789"[n / 10 % 10], 1);
        }

        if (n % 10) {
            patron_put(w, &"0123456789"[n % 10], 1);
        }

        break;

    case PATRON_BARE_STRING:
        patron_put(w, "\"", 1);
        patron_put(w, bare->text.data, bare->text.len);
        patron_put(w, "\"", 1);
        break;

    case PATRON_BARE_BYTES:
        patron_put(w, ":", 1);
        patron_put(w, bare->text.data, bare->text.len);
        patron_put(w, ":", 1);
        break;

    case PATRON_BARE_BOOLEAN:
        patron_put(w, bare->number ? "?1" : "?0", 2);
        break;

    default:
        patron_put(w, bare->text.data, bare->text.len);
        break;
    }
}


static void
patron_put_number(patron_writer_t *w, int64_t n)
{
    size_t          i;
    patron_uchar_t  digits[20];

    if (n < 0) {
        patron_put(w, "-", 1);
        n = -n;
    }

    i = sizeof(digits);

    do {
        digits[--i] = (patron_uchar_t) ('0' + n % 10);
        n /= 10;
    } while (n);

    patron_put(w, digits + i, sizeof(digits) - i);
}


static void
patron_put(patron_writer_t *w, const void *data, size_t len)
{
    if ((size_t) (w->end - w->p) < len) {
        w->full = 1;
        return;
    }

    memcpy(w->p, data, len);
    w->p += len;
}
