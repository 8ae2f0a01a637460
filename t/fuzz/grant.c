
/*
 * Hostile grants.  Each field that is read lies in the text, and has neither ";"
 * in it nor white space around it.
 */


#include <assert.h>

#include "patron_grant.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
within(const patron_str_t *field, const patron_str_t *text)
{
    if (field->len == 0) {
        return;
    }

    assert(field->data >= text->data + 4
           && field->data + field->len <= text->data + text->len
           && memchr(field->data, ';', field->len) == NULL
           && field->data[0] != ' ' && field->data[field->len - 1] != ' ');
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    patron_str_t         text, times[PATRON_GRANT_TIMES];
    patron_membership_t  member;

    text.data = data;
    text.len = size;

    if (patron_grant_parse(&text, &member, times) == NULL) {
        assert(member.sub.len);
    }

    within(&member.sub, &text);
    within(&member.tier, &text);
    within(&member.name, &text);
    within(&times[PATRON_GRANT_TTL], &text);
    within(&times[PATRON_GRANT_GAVE], &text);

    return 0;
}
