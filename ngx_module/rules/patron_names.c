
/*
 * See the header.  Names are compared byte by byte, as they are elsewhere.
 */


#include "patron_names.h"


static inline int
patron_names_between(patron_uchar_t c)
{
    return c == ',' || c == ' ' || (c >= '\t' && c <= '\r');
}


int
patron_names_have(const patron_str_t *list, const patron_str_t *name)
{
    size_t  i, from;

    for (i = 0; i < list->len; /* void */) {

        if (patron_names_between(list->data[i])) {
            i++;
            continue;
        }

        for (from = i; i < list->len; i++) {
            if (patron_names_between(list->data[i])) {
                break;
            }
        }

        if (i - from == name->len
            && memcmp(&list->data[from], name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
