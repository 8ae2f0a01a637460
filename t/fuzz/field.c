
/*
 * Hostile values of If-None-Match, Vary, Content-Type and User-Agent: the first
 * line is a name or an entity tag, the rest the value.
 */


#include <assert.h>
#include <stdlib.h>

#include "patron_agent.h"
#include "patron_field.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* What stands in a list alone, or among others, is found. */

static void
found(const patron_str_t *word)
{
    size_t           i;
    patron_str_t     list;
    patron_uchar_t  *p;

    for (i = 0; i < word->len; i++) {
        if (memchr(" \t,\"*", word->data[i], 5) != NULL) {
            return;
        }
    }

    p = malloc(word->len + 8);
    if (p == NULL || word->len == 0) {
        free(p);
        return;
    }

    memcpy(p, "\"a,b\", ", 7);
    memcpy(p + 7, word->data, word->len);

    list.data = p;
    list.len = word->len + 7;

    assert(patron_field_lists(&list, word));
    assert(patron_field_etag(&list, word)
           || (word->len > 1 && word->data[0] == 'W'));

    free(p);
}


/* The list without a type, in memory of its own. */

static patron_str_t
without(const patron_str_t *list, const patron_str_t *type)
{
    patron_str_t     left;
    patron_uchar_t  *p;

    p = malloc(list->len + 1);
    assert(p != NULL);

    left.data = p;
    left.len = patron_field_without(list, type, 1, p);

    return left;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t  *line;
    patron_str_t    word, value, charset, left, again;

    line = size ? memchr(data, '\n', size) : NULL;

    word.data = data;
    word.len = line ? (size_t) (line - data) : size;
    value.data = line ? line + 1 : data;
    value.len = line ? size - word.len - 1 : size;

    found(&word);

    (void) patron_field_lists(&value, &word);
    (void) patron_agent_is_machine(&value);
    (void) patron_field_etag(&value, NULL);

    /* a strong tag and a weak one are the same to it */

    if (patron_field_etag(&value, &word) && value.len > 1) {
        assert(word.len != 0);
    }

    left = without(&value, &word);
    again = without(&left, &word);
    assert(left.len <= value.len && again.len == left.len);
    free((void *) left.data);
    free((void *) again.data);

    if (patron_field_charset(&value, &charset) == PATRON_OK) {
        assert(charset.data >= value.data
               && charset.data + charset.len <= value.data + value.len);
        assert(charset.len == 0 || memchr(charset.data, ';', charset.len)
                                   == NULL);
    }

    return 0;
}
