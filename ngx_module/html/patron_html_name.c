
/*
 * Names of tags as numbers, and what is known of the tags that tree
 * construction knows.  Short names are looked up in a table without
 * collisions: the compiler refuses it (an initializer overridden) should a
 * new tag need another multiplier.
 */


#include "patron_html_bytes.h"
#include "patron_html_name.h"
#include "patron_html_types.h"


#define PATRON_HTML_LONG_NAME  ((uint64_t) 1 << 63)


#define PATRON_HTML_SLOT(id, name, classes, start, end)                      \
    [PATRON_HTML_SLOT_OF(name)] = { name, TAG_##id },

const patron_html_slot_t  patron_html_slots[PATRON_HTML_SLOTS] = {
    PATRON_HTML_SHORT_TAGS(PATRON_HTML_SLOT)
};


#define PATRON_HTML_SHORT(id, name, classes, start, end)                     \
    [TAG_##id] = { classes, START_##start, END_##end, sizeof(#id) - 1 },

#define PATRON_HTML_LONG(id, name, classes, start, end)                      \
    [TAG_##id] = { classes, START_##start, END_##end, 0 },

const patron_html_known_t  patron_html_known[TAG_COUNT] = {
    PATRON_HTML_SHORT_TAGS(PATRON_HTML_SHORT)
    PATRON_HTML_LONG_TAGS(PATRON_HTML_LONG)
};


#define PATRON_HTML_NAME(id, name, classes, start, end)  [TAG_##id] = name,

static const patron_html_name_t  patron_html_names[TAG_COUNT] = {
    PATRON_HTML_SHORT_TAGS(PATRON_HTML_NAME)
};


const uint64_t  patron_html_masks[9] = {
    0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff,
    0xffffffffffffff, 0xffffffffffffffff
};


typedef struct {
    patron_str_t  name;
    unsigned      id;
} patron_html_long_t;


#define PATRON_HTML_LONG_NAMED(id, name, classes, start, end)                \
    { patron_string(name), TAG_##id },

static const patron_html_long_t  patron_html_longs[] = {
    PATRON_HTML_LONG_TAGS(PATRON_HTML_LONG_NAMED)
};


/* Eight bytes with their ASCII letters lowered. */

static inline uint64_t
patron_html_lower_bytes(const patron_uchar_t *p)
{
    uint64_t  bytes, low, upper;

    bytes = patron_html_bytes(p);
    low = bytes & 0x7f7f7f7f7f7f7f7fu;

    /* the top bit of each is set from 'A' on, and again from '[' on */

    upper = (low + 0x3f3f3f3f3f3f3f3fu) ^ (low + 0x2525252525252525u);

    return bytes | (upper & ~bytes & 0x8080808080808080u) >> 2;
}


patron_html_name_t
patron_html_name(const patron_uchar_t *data, size_t len)
{
    size_t    i;
    uint64_t  name, hash;

    if (len <= 8) {
        name = 0;

        for (i = 0; i < len && data[i] != '\0'; i++) {
            name |= (uint64_t) patron_html_lower(data[i]) << (8 * i);
        }

        if (i == len && !(name & PATRON_HTML_LONG_NAME)) {
            return name;
        }
    }

    hash = len;

    for (i = 0; i + 8 < len; i += 8) {
        hash = (hash ^ patron_html_lower_bytes(data + i))
               * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }

    if (len >= 8) {
        hash = (hash ^ patron_html_lower_bytes(data + len - 8))
               * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        i = len;
    }

    for ( /* void */ ; i < len; i++) {
        hash = (hash ^ patron_html_lower(data[i])) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }

    return hash | PATRON_HTML_LONG_NAME;
}


unsigned
patron_html_id(patron_html_name_t name, const patron_str_t *raw)
{
    size_t                     i, n;
    const patron_html_long_t  *known;

    if (!(name & PATRON_HTML_LONG_NAME)) {
        return patron_html_short_id(name);
    }

    for (i = 0; i < sizeof(patron_html_longs) / sizeof(patron_html_longs[0]);
         i++)
    {
        known = &patron_html_longs[i];

        if (known->name.len != raw->len) {
            continue;
        }

        for (n = 0; n < raw->len; n++) {
            if (patron_html_lower(raw->data[n]) != known->name.data[n]) {
                break;
            }
        }

        if (n == raw->len) {
            return known->id;
        }
    }

    return TAG_UNKNOWN;
}


patron_html_name_t
patron_html_id_name(unsigned id)
{
    return patron_html_names[id];
}


int
patron_html_implies(patron_html_name_t name)
{
    switch (patron_html_short_id(name)) {

    case TAG_HTML:
    case TAG_HEAD:
    case TAG_BODY:
    case TAG_COLGROUP:
    case TAG_TBODY:
    case TAG_TR:
    case TAG_P:
    case TAG_BR:
    case TAG_IMG:
        return 1;

    default:
        return 0;
    }
}


void
patron_html_hint(uint32_t *hints, const patron_uchar_t *name, size_t len)
{
    const char  *end;

    if (len > 2) {
        patron_html_hint_add(hints, name[1], name[2]);
        return;
    }

    for (end = " \t\n\f\r/>"; *end; end++) {

        if (len == 2) {
            patron_html_hint_add(hints, name[1], (patron_uchar_t) *end);

        } else {
            hints[*end % 32] = UINT32_MAX;
        }
    }
}
