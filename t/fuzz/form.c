
/*
 * Hostile forms, queries and origins.  What is left of a query has no field of
 * the name that was taken; what is significant of one is so of itself.
 */


#include <assert.h>
#include <stdlib.h>

#include "patron_form.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           len, again;
    patron_str_t     text, name, value, host;
    patron_uchar_t  *dst;

    text.data = data;
    text.len = size;
    name.data = (const patron_uchar_t *) "gift";
    name.len = 4;

    dst = malloc(size ? size : 1);
    if (dst == NULL) {
        return 0;
    }

    if (patron_query_take(&text, &name, dst, &len, &value) == PATRON_OK) {
        assert(len <= size && value.data >= data
               && value.data + value.len <= data + size);

        text.data = dst;
        text.len = len;

        assert(patron_query_take(&text, &name, dst, &len, &value)
               == PATRON_DECLINED);

        text.data = data;
        text.len = size;
    }

    if (patron_form_field(&text, &name, dst, size, &value) == PATRON_OK) {
        assert(value.len <= size
               && memchr(dst, '\0', value.len) == NULL);
    }

    len = patron_query_significant(&text, &name, dst);
    assert(len <= size);

    value.data = dst;
    value.len = len;
    again = patron_query_significant(&value, &name, dst);
    assert(again == len);

    host.data = data + size / 2;
    host.len = size - size / 2;
    text.len = size / 2;

    if (patron_origin_is(&text, &host, &len) == PATRON_OK) {
        assert(len <= text.len);
    }

    free(dst);

    return 0;
}
