
/*
 * See the header.  Names with dots in them cannot be reached by a path.  A path
 * through an array and "*" is followed by recursion, as deep as a path is long.
 */


#include <stdio.h>
#include <stdlib.h>

#include "patron_date.h"
#include "patron_webhook_json.h"


#define PATRON_WEBHOOK_DEPTH       32       /* of a path */
#define PATRON_WEBHOOK_AMOUNT_MAX  1e12
#define PATRON_WEBHOOK_TIME_MAX    1e15


static int patron_webhook_walk(json_t *json, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_webhook_found_pt found, void *ctx);
static json_t *patron_webhook_step(json_t *json, const patron_uchar_t *name,
    size_t len);
static int patron_webhook_first(void *ctx, json_t *json);


int
patron_webhook_path(const patron_str_t *path)
{
    size_t  i, n, depth;

    if (path->len > PATRON_WEBHOOK_PATH_MAX) {
        return PATRON_ERROR;
    }

    n = 0;
    depth = 1;

    for (i = 0; i <= path->len; i++) {

        if (i < path->len && path->data[i] != '.') {
            n++;
            continue;
        }

        if (n == 0 || depth > PATRON_WEBHOOK_DEPTH) {
            return PATRON_ERROR;
        }

        n = 0;
        depth++;
    }

    return PATRON_OK;
}


json_t *
patron_webhook_at(json_t *root, const patron_str_t *path)
{
    json_t  *json;

    json = NULL;

    (void) patron_webhook_each(root, path, patron_webhook_first, &json);

    return json;
}


static int
patron_webhook_first(void *ctx, json_t *json)
{
    json_t  **first = ctx;

    *first = json;

    return PATRON_DECLINED;
}


json_t *
patron_webhook_member(json_t *root, const char *path)
{
    patron_str_t  text;

    text.data = (const patron_uchar_t *) path;
    text.len = strlen(path);

    return patron_webhook_at(root, &text);
}


int
patron_webhook_is(json_t *root, const char *path, const char *word)
{
    json_t  *json;

    json = patron_webhook_member(root, path);

    return json_is_string(json) && strcmp(json_string_value(json), word) == 0;
}


int
patron_webhook_each(json_t *root, const patron_str_t *path,
    patron_webhook_found_pt found, void *ctx)
{
    if (path->len == 0) {
        return PATRON_OK;
    }

    return patron_webhook_walk(root, path->data, path->data + path->len,
                               found, ctx);
}


static int
patron_webhook_walk(json_t *json, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_webhook_found_pt found, void *ctx)
{
    int      rc;
    size_t   i, len;
    json_t  *element;

    if (p == NULL) {
        return (json == NULL || json_is_null(json)) ? PATRON_OK
                                                    : found(ctx, json);
    }

    for (len = 0; p + len < end && p[len] != '.'; len++) { /* void */ }

    if (json_is_array(json) && len == 1 && *p == '*') {

        json_array_foreach(json, i, element) {
            rc = patron_webhook_walk(element, p + 1 < end ? p + 2 : NULL, end,
                                     found, ctx);
            if (rc != PATRON_OK) {
                return rc;
            }
        }

        return PATRON_OK;
    }

    return patron_webhook_walk(patron_webhook_step(json, p, len),
                               p + len < end ? p + len + 1 : NULL, end,
                               found, ctx);
}


static json_t *
patron_webhook_step(json_t *json, const patron_uchar_t *name, size_t len)
{
    size_t  i, index;
    char    key[PATRON_WEBHOOK_PATH_MAX + 1];

    if (json_is_array(json)) {

        if (len == 0 || len > 9) {
            return NULL;
        }

        for (index = 0, i = 0; i < len; i++) {
            if (name[i] < '0' || name[i] > '9') {
                return NULL;
            }

            index = index * 10 + (size_t) (name[i] - '0');
        }

        return json_array_get(json, index);
    }

    memcpy(key, name, len);
    key[len] = '\0';

    return json_object_get(json, key);
}


int
patron_webhook_text(json_t *json, patron_uchar_t *buf, patron_str_t *text)
{
    int   n, digits;
    char *s;

    if (json_is_string(json)) {
        text->data = (const patron_uchar_t *) json_string_value(json);
        text->len = json_string_length(json);
        return PATRON_OK;
    }

    s = (char *) buf;

    if (json_is_integer(json)) {
        n = snprintf(s, PATRON_WEBHOOK_TEXT, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(json));

    } else if (json_is_real(json)) {
        n = 0;

        for (digits = 15; digits <= 17; digits++) {
            n = snprintf(s, PATRON_WEBHOOK_TEXT, "%.*g", digits,
                         json_real_value(json));

            if (strtod(s, NULL) == json_real_value(json)) {
                break;
            }
        }

    } else if (json_is_boolean(json)) {
        n = snprintf(s, PATRON_WEBHOOK_TEXT, "%s",
                     json_is_true(json) ? "true" : "false");

    } else {
        return PATRON_ERROR;
    }

    text->data = buf;
    text->len = (size_t) n;

    return PATRON_OK;
}


int
patron_webhook_time(json_t *json, int64_t *time)
{
    double        real;
    patron_str_t  text;

    if (json_is_integer(json)) {
        return patron_date_seconds(json_integer_value(json), time);
    }

    if (json_is_real(json)) {
        real = json_real_value(json);

        return (real >= 0 && real < PATRON_WEBHOOK_TIME_MAX)
               ? patron_date_seconds((int64_t) real, time) : PATRON_ERROR;
    }

    if (!json_is_string(json)) {
        return PATRON_ERROR;
    }

    text.data = (const patron_uchar_t *) json_string_value(json);
    text.len = json_string_length(json);

    if (text.len == 0) {
        *time = 0;
        return PATRON_OK;
    }

    return patron_date_parse(&text, 1, time);
}


int64_t
patron_webhook_amount(json_t *json)
{
    double  n;

    if (json_is_string(json)) {
        n = strtod(json_string_value(json), NULL);

    } else if (json_is_number(json)) {
        n = json_number_value(json);

    } else {
        return 0;
    }

    return (n > 0 && n < PATRON_WEBHOOK_AMOUNT_MAX) ? (int64_t) (n * 1000) : 0;
}
