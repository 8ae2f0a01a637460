
/*
 * See the header.  Some providers sign values of the JSON, not its bytes: it is
 * read before the signature is verified then, and used after that.  jansson
 * nests 2048 deep at most.
 */


#include <stdlib.h>

#include "patron_base64.h"
#include "patron_form.h"
#include "patron_webhook_message.h"


#define PATRON_WEBHOOK_FIELDS_MAX  256      /* of a form */


static json_t *patron_webhook_load(patron_webhook_message_t *message);
static json_t *patron_webhook_form(patron_webhook_message_t *message);
static int patron_webhook_field(patron_webhook_message_t *message,
    const patron_str_t *name, patron_str_t *value);
static int patron_webhook_scratch(patron_webhook_message_t *message);
static int patron_webhook_decode(patron_str_t *text, patron_uchar_t *dst);
static size_t patron_webhook_place(const patron_str_t *name);
static int patron_webhook_one(patron_webhook_message_t *message,
    const patron_str_t *source, patron_uchar_t *buf, patron_str_t *text);


int
patron_webhook_content(const patron_str_t *content)
{
    size_t        i;
    patron_str_t  rest;

    static const char *const  words[] = { "json", "form", "any" };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (content->len == strlen(words[i])
            && memcmp(content->data, words[i], content->len) == 0)
        {
            return PATRON_OK;
        }
    }

    rest = *content;

    return (patron_webhook_prefix(&rest, "form:")
            || patron_webhook_prefix(&rest, "base64:"))
           && rest.len ? PATRON_OK : PATRON_ERROR;
}


int
patron_webhook_source(const patron_str_t *source)
{
    size_t        at;
    patron_str_t  part;

    if (source->len == 0 || source->data[source->len - 1] == '|') {
        return PATRON_ERROR;
    }

    at = 0;

    while (patron_webhook_part(source, &at, "|", &part) == PATRON_OK) {

        if (patron_webhook_prefix(&part, "header:")
            || patron_webhook_prefix(&part, "form:"))
        {
            if (part.len == 0 || part.len > PATRON_WEBHOOK_PATH_MAX) {
                return PATRON_ERROR;
            }

            continue;
        }

        (void) patron_webhook_prefix(&part, "json:");

        if (patron_webhook_path(&part) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


void
patron_webhook_message_free(patron_webhook_message_t *message)
{
    json_decref(message->root);
    free(message->scratch);
}


json_t *
patron_webhook_root(patron_webhook_message_t *message)
{
    if (message->root == NULL && !message->broken && !message->failed) {
        message->root = patron_webhook_load(message);

        if (message->root == NULL && !message->failed) {
            message->broken = 1;
        }
    }

    return message->root;
}


static json_t *
patron_webhook_load(patron_webhook_message_t *message)
{
    size_t         i;
    json_t        *root;
    json_error_t   error;
    patron_str_t   text, content;

    text = message->body;
    content = message->content;

    if (patron_webhook_prefix(&content, "form:")) {
        if (patron_webhook_field(message, &content, &text) != PATRON_OK) {
            return NULL;
        }

    } else if (patron_webhook_prefix(&content, "base64:")) {
        if (patron_webhook_field(message, &content, &text) != PATRON_OK
            || patron_webhook_decode(&text, message->scratch) != PATRON_OK)
        {
            return NULL;
        }

    } else if (patron_webhook_prefix(&content, "form")) {
        return patron_webhook_form(message);

    } else if (patron_webhook_prefix(&content, "any")) {
        for (i = 0; i < text.len && text.data[i] <= ' '; i++) { /* void */ }

        if (i == text.len || (text.data[i] != '{' && text.data[i] != '[')) {
            return patron_webhook_form(message);
        }
    }

    root = json_loadb((const char *) text.data, text.len,
                      JSON_REJECT_DUPLICATES, &error);

    message->failed = (root == NULL
                       && json_error_code(&error)
                          == json_error_out_of_memory);

    return root;
}


/* A form as JSON: its fields are strings, the first of a name counts. */

static json_t *
patron_webhook_form(patron_webhook_message_t *message)
{
    size_t        at, n;
    json_t       *root, *value;
    patron_str_t  field, name, text;
    char          key[PATRON_WEBHOOK_PATH_MAX + 1];

    root = patron_webhook_scratch(message) == PATRON_OK ? json_object() : NULL;

    for (at = 0, n = 0;
         root != NULL
         && patron_webhook_part(&message->body, &at, "&", &field) == PATRON_OK;
         n++)
    {
        for (name = field, name.len = 0;
             name.len < field.len && name.data[name.len] != '=';
             name.len++)
        { /* void */ }

        if (n == PATRON_WEBHOOK_FIELDS_MAX
            || name.len > PATRON_WEBHOOK_PATH_MAX)
        {
            json_decref(root);
            return NULL;
        }

        key[patron_percent_decode((patron_uchar_t *) key, name.data,
                                  name.len)] = '\0';

        if (name.len == 0 || json_object_get(root, key) != NULL
            || patron_form_field(&field, &name, message->scratch,
                                 message->body.len, &text)
               != PATRON_OK)
        {
            continue;
        }

        value = json_stringn((const char *) text.data, text.len);

        if (value == NULL || json_object_set_new(root, key, value) != 0) {
            json_decref(root);
            return NULL;
        }
    }

    return root;
}


static int
patron_webhook_field(patron_webhook_message_t *message,
    const patron_str_t *name, patron_str_t *value)
{
    if (patron_webhook_scratch(message) != PATRON_OK) {
        return PATRON_ERROR;
    }

    return patron_form_field(&message->body, name, message->scratch,
                             message->body.len, value);
}


static int
patron_webhook_scratch(patron_webhook_message_t *message)
{
    if (message->scratch == NULL) {
        message->scratch = malloc(message->body.len + 1);
        message->failed = (message->scratch == NULL);
    }

    return message->failed ? PATRON_ERROR : PATRON_OK;
}


/* base64 with padding, or base64url, to dst, which may be where it is. */

static int
patron_webhook_decode(patron_str_t *text, patron_uchar_t *dst)
{
    size_t  i, len;

    for (len = text->len; len && text->data[len - 1] == '='; len--) {
        /* void */
    }

    for (i = 0; i < len; i++) {
        dst[i] = text->data[i] == '+' || text->data[i] == ' ' ? '-'
                 : text->data[i] == '/' ? '_' : text->data[i];
    }

    text->data = dst;
    text->len = patron_base64_decoded(len);

    return patron_base64_decode(dst, dst, len);
}


int
patron_webhook_get(patron_webhook_message_t *message,
    const patron_str_t *source, patron_uchar_t *buf, patron_str_t *text)
{
    int           rc;
    size_t        at;
    patron_str_t  part, one;

    rc = PATRON_DECLINED;
    at = 0;

    while (patron_webhook_part(source, &at, "|", &part) == PATRON_OK) {
        if (patron_webhook_one(message, &part, buf, &one) == PATRON_OK) {
            *text = one;
            rc = PATRON_OK;

            if (one.len) {
                break;
            }
        }
    }

    return rc;
}


static int
patron_webhook_one(patron_webhook_message_t *message,
    const patron_str_t *source, patron_uchar_t *buf, patron_str_t *text)
{
    size_t         at, n;
    json_t        *json;
    patron_str_t   name, part, list;

    name = *source;

    if (patron_webhook_prefix(&name, "form:")) {
        return patron_webhook_field(message, &name, text) == PATRON_OK
               ? PATRON_OK : PATRON_DECLINED;
    }

    if (patron_webhook_prefix(&name, "header:")) {
        patron_webhook_dot(&name, &part);

        if (message->header(message->ctx, &name, &list) != PATRON_OK) {
            return PATRON_DECLINED;
        }

        *text = list;
        at = 0;
        n = 0;

        return part.len == 0 ? PATRON_OK
                             : patron_webhook_list(&list, &at, &n, &part, text);
    }

    json = patron_webhook_value(message, &name);

    return patron_webhook_text(json, buf, text) == PATRON_OK ? PATRON_OK
                                                             : PATRON_DECLINED;
}


json_t *
patron_webhook_value(patron_webhook_message_t *message,
    const patron_str_t *source)
{
    size_t         at;
    json_t        *json, *empty;
    patron_str_t   part;

    empty = NULL;
    at = 0;

    while (patron_webhook_part(source, &at, "|", &part) == PATRON_OK) {
        (void) patron_webhook_prefix(&part, "json:");

        json = patron_webhook_at(patron_webhook_root(message), &part);

        if (json != NULL
            && (!json_is_string(json) || json_string_length(json)))
        {
            return json;
        }

        empty = json ? json : empty;
    }

    return empty;
}


void
patron_webhook_dot(patron_str_t *name, patron_str_t *part)
{
    const patron_uchar_t  *dot;

    part->len = 0;

    dot = memchr(name->data, '.', name->len);

    if (dot != NULL) {
        part->data = dot + 1;
        part->len = (size_t) (name->data + name->len - dot - 1);
        name->len = (size_t) (dot - name->data);
    }
}


int
patron_webhook_list(const patron_str_t *list, size_t *at, size_t *n,
    const patron_str_t *name, patron_str_t *value)
{
    patron_str_t  part;

    while (patron_webhook_part(list, at, ",;", &part) == PATRON_OK) {

        while (part.len && *part.data == ' ') {
            part.data++;
            part.len--;
        }

        if ((*n)++ == patron_webhook_place(name)) {
            *value = part;
            return PATRON_OK;
        }

        if (part.len > name->len && part.data[name->len] == '='
            && memcmp(part.data, name->data, name->len) == 0)
        {
            value->data = part.data + name->len + 1;
            value->len = part.len - name->len - 1;
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


/* A name that is a digit is a place. */

static size_t
patron_webhook_place(const patron_str_t *name)
{
    return (name->len == 1 && *name->data >= '0' && *name->data <= '9')
           ? (size_t) (*name->data - '0') : SIZE_MAX;
}


int
patron_webhook_part(const patron_str_t *text, size_t *at,
    const char *separators, patron_str_t *part)
{
    size_t  i;

    if (*at >= text->len) {
        return PATRON_DECLINED;
    }

    for (i = *at; i < text->len; i++) {
        if (text->data[i] && strchr(separators, text->data[i]) != NULL) {
            break;
        }
    }

    part->data = text->data + *at;
    part->len = i - *at;

    *at = i + 1;

    return PATRON_OK;
}


int
patron_webhook_prefix(patron_str_t *s, const char *prefix)
{
    size_t  len;

    len = strlen(prefix);

    if (s->len < len || memcmp(s->data, prefix, len) != 0) {
        return 0;
    }

    s->data += len;
    s->len -= len;

    return 1;
}
