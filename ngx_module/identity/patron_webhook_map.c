
/* See the header. */


#include "patron_webhook_map.h"


typedef struct {
    patron_str_t  value;
    int           there;
    int           found;
} patron_webhook_test_t;


static const patron_webhook_status_t  patron_webhook_statuses[] = {
    { "active", "active", PATRON_WEBHOOK_GOES_ON },
    { "trialing", "active", PATRON_WEBHOOK_GOES_ON },
    { "active_patron", "active", PATRON_WEBHOOK_GOES_ON },
    { "grace", "grace", PATRON_WEBHOOK_GOES_ON },
    { "past_due", "grace", PATRON_WEBHOOK_GOES_ON },
    { "declined_patron", "grace", PATRON_WEBHOOK_GOES_ON },
    { "paused", "paused", PATRON_WEBHOOK_GOES_ON },
    { "revoked", "revoked", PATRON_WEBHOOK_GOES_ON },
    { "canceled", "active", PATRON_WEBHOOK_ENDS },
    { "cancelled", "active", PATRON_WEBHOOK_ENDS },
    { "ended", "active", PATRON_WEBHOOK_ENDS },
    { "former_patron", "active", PATRON_WEBHOOK_ENDS },
    { "unpaid", "active", PATRON_WEBHOOK_ENDS_NOW },
    { "incomplete", "active", PATRON_WEBHOOK_ENDS_NOW },
    { "incomplete_expired", "active", PATRON_WEBHOOK_ENDS_NOW },
    { "refunded", "active", PATRON_WEBHOOK_REFUNDED },
    { "ignored", "active", PATRON_WEBHOOK_IGNORED }
};


static int patron_webhook_mapped(const patron_str_t *map,
    const patron_str_t *word, const patron_webhook_status_t **status);
static int patron_webhook_colon(const patron_str_t *entry, patron_str_t *word,
    patron_str_t *meaning);
static int patron_webhook_test(patron_webhook_message_t *message,
    const patron_str_t *source, const patron_str_t *value);
static int patron_webhook_tried(void *ctx, json_t *json);
static void patron_webhook_match(patron_webhook_test_t *test,
    const patron_str_t *text);
static int patron_webhook_equals(const patron_str_t *text,
    patron_str_t *source, patron_str_t *value);


int
patron_webhook_map(const patron_str_t *map)
{
    size_t        at;
    patron_str_t  entry, word, meaning;

    if (map->len == 0 || map->data[map->len - 1] == ',') {
        return PATRON_ERROR;
    }

    at = 0;

    while (patron_webhook_part(map, &at, ",", &entry) == PATRON_OK) {
        if (patron_webhook_colon(&entry, &word, &meaning) != PATRON_OK
            || word.len == 0
            || patron_webhook_status(&meaning) == NULL)
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


/* At the last colon: a word may hold one. */

static int
patron_webhook_colon(const patron_str_t *entry, patron_str_t *word,
    patron_str_t *meaning)
{
    size_t  i;

    for (i = entry->len; i > 0; i--) {
        if (entry->data[i - 1] == ':') {
            word->data = entry->data;
            word->len = i - 1;
            meaning->data = entry->data + i;
            meaning->len = entry->len - i;
            return PATRON_OK;
        }
    }

    return PATRON_ERROR;
}


const patron_webhook_status_t *
patron_webhook_status(const patron_str_t *word)
{
    size_t  i;

    for (i = 0; i < sizeof(patron_webhook_statuses)
                    / sizeof(patron_webhook_statuses[0]); i++)
    {
        if (word->len == strlen(patron_webhook_statuses[i].word)
            && memcmp(word->data, patron_webhook_statuses[i].word, word->len)
               == 0)
        {
            return &patron_webhook_statuses[i];
        }
    }

    return NULL;
}


const patron_webhook_status_t *
patron_webhook_standing(patron_webhook_message_t *message,
    const patron_str_t *source, const patron_str_t *maps, size_t n, int *found)
{
    size_t                          i, at;
    patron_str_t                    one, word;
    patron_uchar_t                  buf[PATRON_WEBHOOK_TEXT];
    const patron_webhook_status_t  *status;

    static const patron_str_t  other = patron_string("*");

    *found = 0;
    at = 0;

    while (patron_webhook_part(source, &at, "|", &one) == PATRON_OK) {

        if (patron_webhook_get(message, &one, buf, &word) != PATRON_OK) {
            *found |= patron_webhook_value(message, &one) != NULL;
            continue;
        }

        *found = 1;

        for (i = 0; i < n; i++) {
            if (patron_webhook_mapped(&maps[i], &word, &status)) {
                return status;
            }
        }

        status = patron_webhook_status(&word);

        if (status != NULL) {
            return status;
        }
    }

    for (i = 0; *found && i < n; i++) {
        if (patron_webhook_mapped(&maps[i], &other, &status)) {
            return status;
        }
    }

    return NULL;
}


static int
patron_webhook_mapped(const patron_str_t *map, const patron_str_t *word,
    const patron_webhook_status_t **status)
{
    size_t        at;
    patron_str_t  entry, name, meaning;

    at = 0;

    while (patron_webhook_part(map, &at, ",", &entry) == PATRON_OK) {

        if (patron_webhook_colon(&entry, &name, &meaning) == PATRON_OK
            && name.len == word->len
            && memcmp(name.data, word->data, word->len) == 0)
        {
            *status = patron_webhook_status(&meaning);
            return 1;
        }
    }

    return 0;
}


int
patron_webhook_conditions(const patron_str_t *text)
{
    size_t        at, in;
    unsigned      first;
    patron_str_t  one, test, source, value;

    if (text->len == 0) {
        return PATRON_ERROR;
    }

    first = 1;
    at = 0;

    while (patron_webhook_part(text, &at, ",", &one) == PATRON_OK) {
        in = 0;

        while (patron_webhook_part(&one, &in, "&", &test) == PATRON_OK) {

            if (patron_webhook_equals(&test, &source, &value) != PATRON_OK) {
                if (first) {
                    return PATRON_ERROR;
                }

                continue;
            }

            if (memchr(source.data, '|', source.len) != NULL
                || patron_webhook_source(&source) != PATRON_OK)
            {
                return PATRON_ERROR;
            }

            first = 0;
        }
    }

    return first ? PATRON_ERROR : PATRON_OK;
}


int
patron_webhook_holds_for(patron_webhook_message_t *message,
    const patron_str_t *text)
{
    int           holds;
    size_t        at, in;
    patron_str_t  one, test, source, value;

    source.len = 0;
    at = 0;

    while (patron_webhook_part(text, &at, ",", &one) == PATRON_OK) {
        holds = one.len != 0;
        in = 0;

        while (patron_webhook_part(&one, &in, "&", &test) == PATRON_OK) {

            if (patron_webhook_equals(&test, &source, &value) != PATRON_OK) {
                value = test;
            }

            holds &= patron_webhook_test(message, &source, &value);
        }

        if (holds) {
            return 1;
        }
    }

    return 0;
}


static int
patron_webhook_equals(const patron_str_t *text, patron_str_t *source,
    patron_str_t *value)
{
    const patron_uchar_t  *p;

    p = memchr(text->data, '=', text->len);

    if (p == NULL) {
        return PATRON_DECLINED;
    }

    source->data = text->data;
    source->len = (size_t) (p - text->data);
    value->data = p + 1;
    value->len = text->len - source->len - 1;

    return PATRON_OK;
}


static int
patron_webhook_test(patron_webhook_message_t *message,
    const patron_str_t *source, const patron_str_t *value)
{
    patron_str_t           name, text;
    patron_uchar_t         buf[PATRON_WEBHOOK_TEXT];
    patron_webhook_test_t  test;

    test.value = *value;
    test.there = 0;
    test.found = 0;

    name = *source;

    if (patron_webhook_prefix(&name, "header:")
        || patron_webhook_prefix(&name, "form:"))
    {
        if (patron_webhook_get(message, source, buf, &text) == PATRON_OK) {
            patron_webhook_match(&test, &text);
        }

    } else {
        (void) patron_webhook_prefix(&name, "json:");
        (void) patron_webhook_each(patron_webhook_root(message), &name,
                                   patron_webhook_tried, &test);
    }

    return value->len ? test.found : !test.there;
}


static int
patron_webhook_tried(void *ctx, json_t *json)
{
    patron_webhook_test_t *test = ctx;

    patron_str_t    text;
    patron_uchar_t  buf[PATRON_WEBHOOK_TEXT];

    test->there = 1;

    if (patron_webhook_text(json, buf, &text) == PATRON_OK) {
        patron_webhook_match(test, &text);
    }

    return test->found ? PATRON_DECLINED : PATRON_OK;
}


static void
patron_webhook_match(patron_webhook_test_t *test, const patron_str_t *text)
{
    size_t  len;

    test->there |= text->len != 0;
    len = test->value.len;

    if (len && test->value.data[len - 1] == '*') {
        test->found |= (text->len >= len - 1
                        && memcmp(text->data, test->value.data, len - 1) == 0);
        return;
    }

    test->found |= (len && text->len == len
                    && memcmp(text->data, test->value.data, len) == 0);
}
