
/* See the header. */


#include <stdio.h>
#include <stdlib.h>

#include "patron_webhook_template.h"


#define PATRON_WEBHOOK_SORTED_MAX  256      /* values */


static int patron_webhook_next(const patron_str_t *text, size_t *at,
    patron_str_t *plain, patron_str_t *name);
static int patron_webhook_known(const patron_str_t *name);
static int patron_webhook_equal(const patron_str_t *s, const char *word);
static int patron_webhook_put(patron_webhook_render_t *render,
    const patron_str_t *name);
static int patron_webhook_sorted(patron_webhook_render_t *render,
    const patron_str_t *separator);
static int patron_webhook_left_out(patron_webhook_render_t *render,
    const patron_str_t *names, const char *key);
static int patron_webhook_compare(const void *one, const void *two);
static int patron_webhook_write(patron_webhook_render_t *render,
    const patron_str_t *value);


int
patron_webhook_template(const patron_str_t *text)
{
    size_t        at;
    patron_str_t  plain, name;

    at = 0;

    while (patron_webhook_next(text, &at, &plain, &name) == PATRON_OK) {
        if (name.data != NULL && patron_webhook_known(&name) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


int
patron_webhook_holds(const patron_str_t *text, const char *name)
{
    size_t        at;
    patron_str_t  plain, value;

    at = 0;

    while (patron_webhook_next(text, &at, &plain, &value) == PATRON_OK) {
        if (value.data != NULL && patron_webhook_prefix(&value, name)) {
            return 1;
        }
    }

    return 0;
}


/* A plain part and the value behind it, whose data is NULL at the end. */

static int
patron_webhook_next(const patron_str_t *text, size_t *at, patron_str_t *plain,
    patron_str_t *name)
{
    size_t                 i;
    const patron_uchar_t  *end;

    if (*at >= text->len) {
        return PATRON_DECLINED;
    }

    plain->data = text->data + *at;
    plain->len = text->len - *at;
    name->data = NULL;
    name->len = 0;

    for (i = *at; i + 1 < text->len; i++) {

        if (text->data[i] != '$' || text->data[i + 1] != '{') {
            continue;
        }

        end = memchr(text->data + i, '}', text->len - i);

        if (end == NULL) {
            break;
        }

        plain->len = i - *at;
        name->data = text->data + i + 2;
        name->len = (size_t) (end - name->data);
        break;
    }

    *at += plain->len + (name->data ? name->len + 3 : 0);

    return PATRON_OK;
}


static int
patron_webhook_known(const patron_str_t *name)
{
    size_t        i;
    patron_str_t  rest;

    static const char *const  words[] = { "key", "body", "now", "mac" };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (patron_webhook_equal(name, words[i])) {
            return PATRON_OK;
        }
    }

    rest = *name;

    if (patron_webhook_prefix(&rest, "sorted:")) {
        return rest.len ? PATRON_OK : PATRON_ERROR;
    }

    if (patron_webhook_prefix(&rest, "header:")
        || patron_webhook_prefix(&rest, "form:")
        || patron_webhook_prefix(&rest, "json:"))
    {
        return patron_webhook_source(name);
    }

    return PATRON_ERROR;
}


static int
patron_webhook_equal(const patron_str_t *s, const char *word)
{
    return s->len == strlen(word) && memcmp(s->data, word, s->len) == 0;
}


int
patron_webhook_render(patron_webhook_render_t *render,
    const patron_str_t *text)
{
    size_t        at;
    patron_str_t  plain, name;

    at = 0;

    while (patron_webhook_next(text, &at, &plain, &name) == PATRON_OK) {

        if ((plain.len
             && render->sink(render->ctx, plain.data, plain.len) != PATRON_OK)
            || (name.data != NULL
                && patron_webhook_put(render, &name) != PATRON_OK))
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static int
patron_webhook_put(patron_webhook_render_t *render, const patron_str_t *name)
{
    patron_str_t              value;
    patron_uchar_t            buf[PATRON_WEBHOOK_TEXT];
    patron_webhook_message_t *message;

    message = render->message;
    value = *name;

    if (patron_webhook_prefix(&value, "sorted:")) {
        return patron_webhook_sorted(render, &value);
    }

    if (patron_webhook_equal(name, "key")) {
        value = message->key;

    } else if (patron_webhook_equal(name, "body")) {
        value = message->body;

    } else if (patron_webhook_equal(name, "mac")) {
        value = render->mac;

    } else if (patron_webhook_equal(name, "now")) {
        value.data = buf;
        value.len = (size_t) snprintf((char *) buf, sizeof(buf), "%lld",
                                      (long long) message->now);

    } else if (patron_webhook_get(message, name, buf, &value) != PATRON_OK) {

        if (message->failed || message->broken) {
            return PATRON_ERROR;
        }

        return PATRON_OK;
    }

    return patron_webhook_write(render, &value);
}


static int
patron_webhook_sorted(patron_webhook_render_t *render,
    const patron_str_t *argument)
{
    size_t           i, n, at;
    json_t          *root, *json;
    const char      *key;
    patron_str_t     separator, names, value;
    patron_uchar_t   buf[PATRON_WEBHOOK_TEXT];

    const char  *keys[PATRON_WEBHOOK_SORTED_MAX];

    root = patron_webhook_root(render->message);

    if (!json_is_object(root)
        || json_object_size(root) > PATRON_WEBHOOK_SORTED_MAX)
    {
        return PATRON_ERROR;
    }

    names.data = NULL;
    names.len = 0;
    at = 0;

    if (patron_webhook_part(argument, &at, ":", &separator) == PATRON_OK
        && at < argument->len)
    {
        names.data = argument->data + at;
        names.len = argument->len - at;
    }

    n = 0;

    json_object_foreach(root, key, json) {
        if (patron_webhook_text(json, buf, &value) == PATRON_OK && value.len
            && !patron_webhook_left_out(render, &names, key))
        {
            keys[n++] = key;
        }
    }

    qsort(keys, n, sizeof(keys[0]), patron_webhook_compare);

    for (i = 0; i < n; i++) {
        (void) patron_webhook_text(json_object_get(root, keys[i]), buf,
                                   &value);

        if ((i > 0 && patron_webhook_write(render, &separator) != PATRON_OK)
            || patron_webhook_write(render, &value) != PATRON_OK)
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static int
patron_webhook_left_out(patron_webhook_render_t *render,
    const patron_str_t *names, const char *key)
{
    size_t        at;
    patron_str_t  name;

    name = render->signature;

    if (!patron_webhook_prefix(&name, "form:")) {
        (void) patron_webhook_prefix(&name, "json:");
    }

    if (patron_webhook_equal(&name, key)) {
        return 1;
    }

    at = 0;

    while (patron_webhook_part(names, &at, ",", &name) == PATRON_OK) {
        if (patron_webhook_equal(&name, key)) {
            return 1;
        }
    }

    return 0;
}


static int
patron_webhook_compare(const void *one, const void *two)
{
    return strcmp(*(const char *const *) one, *(const char *const *) two);
}


/* In a string of JSON, what ends it is escaped. */

static int
patron_webhook_write(patron_webhook_render_t *render,
    const patron_str_t *value)
{
    size_t  i, from;
    char    escape[8];
    int     len;

    if (!render->json) {
        return render->sink(render->ctx, value->data, value->len);
    }

    for (i = 0, from = 0; i <= value->len; i++) {

        if (i < value->len && value->data[i] >= 0x20
            && value->data[i] != '"' && value->data[i] != '\\')
        {
            continue;
        }

        if (i > from
            && render->sink(render->ctx, value->data + from, i - from)
               != PATRON_OK)
        {
            return PATRON_ERROR;
        }

        from = i + 1;

        if (i == value->len) {
            break;
        }

        len = snprintf(escape, sizeof(escape), "\\u%04x", value->data[i]);

        if (render->sink(render->ctx, (patron_uchar_t *) escape, (size_t) len)
            != PATRON_OK)
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}
