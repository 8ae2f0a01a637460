
/*
 * JSON of any bytes: taken where jansson takes it, and read as jansson does.
 */


#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "patron_json.h"


typedef struct {
    json_t    *root;
    unsigned   n;
} members_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(json_t *json, const patron_str_t *value);

static patron_json_longs_t  longs;


static char *
decoded(const patron_str_t *string, size_t *n)
{
    char                  *text;
    const patron_uchar_t  *p;

    text = malloc(string->len + 1);

    if (text == NULL) {
        abort();
    }

    p = string->data;
    *n = patron_json_decode((patron_uchar_t *) text, string->len, &p,
                            string->data + string->len);

    if (p != string->data + string->len) {
        abort();
    }

    text[*n] = '\0';

    return text;
}


static void
compare_string(json_t *json, const patron_str_t *value)
{
    char            *text, *dump;
    size_t           n;
    patron_str_t     string;
    patron_uchar_t  *again, *end;

    string.data = value->data + 1;
    string.len = value->len - 2;

    text = decoded(&string, &n);

    if (n != json_string_length(json)
        || memcmp(text, json_string_value(json), n) != 0)
    {
        abort();
    }

    string.data = (patron_uchar_t *) text;
    string.len = n;

    again = malloc(6 * n + 2);
    dump = json_dumps(json, JSON_ENCODE_ANY);

    if (again == NULL || dump == NULL) {
        abort();
    }

    end = patron_json_encode(again, &string);

    if (end == NULL || (size_t) (end - again) != strlen(dump)
        || memcmp(again, dump, strlen(dump)) != 0)
    {
        abort();
    }

    free(dump);
    free(again);
    free(text);
}


static void
compare_member(json_t *json, const patron_str_t *name,
    const patron_str_t *value)
{
    char          *text;
    size_t         n;
    patron_str_t   word;

    text = decoded(name, &n);

    word.data = (patron_uchar_t *) text;
    word.len = n;

    if (!patron_json_is(name, &word)) {
        abort();
    }

    compare(json_object_get(json, text), value);

    free(text);
}


static void
compare(json_t *json, const patron_str_t *value)
{
    size_t                 n;
    patron_str_t           name, one;
    const patron_uchar_t  *p, *end;

    p = value->data;
    end = p + value->len;
    n = 0;

    switch (json_typeof(json)) {

    case JSON_OBJECT:
        while (patron_json_member(&p, end, &name, &one, &longs) == PATRON_OK) {
            compare_member(json, &name, &one);
            n++;
        }

        if (p != end || n != json_object_size(json)) {
            abort();
        }

        break;

    case JSON_ARRAY:
        while (patron_json_element(&p, end, &one) == PATRON_OK) {
            compare(json_array_get(json, n++), &one);
        }

        if (p != end || n != json_array_size(json)) {
            abort();
        }

        break;

    case JSON_STRING:
        compare_string(json, value);
        break;

    default:
        break;
    }
}


static void
member(void *ctx, const patron_str_t *name, const patron_str_t *value)
{
    members_t  *members = ctx;

    if (members->root != NULL) {
        compare_member(members->root, name, value);
    }

    members->n++;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int           rc;
    uint8_t      *copy;
    members_t     members;
    patron_str_t  json;

    copy = malloc(size);

    if (size && copy == NULL) {
        abort();
    }

    if (size) {
        memcpy(copy, data, size);
    }

    members.root = json_loadb((char *) data, size, JSON_REJECT_DUPLICATES,
                              NULL);
    members.n = 0;

    json.data = copy;
    json.len = size;

    rc = patron_json_check(NULL, &json, member, &members, &longs);

    /* jansson does not see a NUL behind a number or a word */

    if (rc != (members.root ? PATRON_OK : PATRON_DECLINED)
        && (rc == PATRON_OK || memchr(data, '\0', size) == NULL))
    {
        abort();
    }

    if (rc == PATRON_OK) {

        if (members.n != json_object_size(members.root)) {
            abort();
        }

        while (*json.data <= ' ') {
            json.data++;
            json.len--;
        }

        while (json.data[json.len - 1] <= ' ') {
            json.len--;
        }

        compare(members.root, &json);
    }

    json_decref(members.root);
    free(copy);

    return 0;
}
