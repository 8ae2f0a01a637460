
/*
 * See the header.  A value is anything without ";", white space around it is
 * none of it; whether it may be signed is found out when it is.
 */


#include "patron_grant.h"


static const char *patron_grant_field(const patron_str_t *pair,
    patron_membership_t *member, patron_str_t *times);
static patron_str_t patron_grant_trim(const patron_uchar_t *p,
    const patron_uchar_t *last);
static int patron_grant_is(const patron_str_t *name, const char *word);


const char *
patron_grant_parse(const patron_str_t *text, patron_membership_t *member,
    patron_str_t *times)
{
    const char            *why;
    patron_str_t           pair;
    const patron_uchar_t  *p, *end, *last;

    memset(member, 0, sizeof(patron_membership_t));
    memset(times, 0, PATRON_GRANT_TIMES * sizeof(patron_str_t));

    p = text->data;
    end = p + text->len;

    while (p < end) {
        last = memchr(p, ';', (size_t) (end - p));

        if (last == NULL) {
            last = end;
        }

        pair = patron_grant_trim(p, last);

        if (pair.len) {
            why = patron_grant_field(&pair, member, times);

            if (why != NULL) {
                return why;
            }
        }

        if (last == end) {
            break;
        }

        p = last + 1;
    }

    return member->sub.len ? NULL : "no \"sub\"";
}


static const char *
patron_grant_field(const patron_str_t *pair, patron_membership_t *member,
    patron_str_t *times)
{
    patron_str_t           name, *field;
    const patron_uchar_t  *value;

    value = memchr(pair->data, '=', pair->len);

    if (value == NULL) {
        return "a field has no value";
    }

    name.data = pair->data;
    name.len = (size_t) (value - pair->data);

    if (patron_grant_is(&name, "sub")) {
        field = &member->sub;

    } else if (patron_grant_is(&name, "tier")) {
        field = &member->tier;

    } else if (patron_grant_is(&name, "name")) {
        field = &member->name;

    } else if (patron_grant_is(&name, "ttl")) {
        field = &times[PATRON_GRANT_TTL];

    } else if (patron_grant_is(&name, "gave")) {
        field = &times[PATRON_GRANT_GAVE];

    } else {
        return "unknown field";
    }

    if (field->data != NULL) {
        return "a field twice";
    }

    *field = patron_grant_trim(value + 1, pair->data + pair->len);

    return NULL;
}


static patron_str_t
patron_grant_trim(const patron_uchar_t *p, const patron_uchar_t *last)
{
    patron_str_t  text;

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    while (last > p && (last[-1] == ' ' || last[-1] == '\t')) {
        last--;
    }

    text.data = p;
    text.len = (size_t) (last - p);

    return text;
}


static int
patron_grant_is(const patron_str_t *name, const char *word)
{
    return name->len == strlen(word)
           && memcmp(name->data, word, name->len) == 0;
}
