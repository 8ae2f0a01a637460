
/*
 * The element that states a level: what it says, as it is read.
 */


#include "patron_feed_internal.h"


int
patron_feed_is_level(const patron_feed_t *f, const patron_str_t *name)
{
    const patron_str_t  *level;

    level = &f->conf->level;

    return level->len != 0
           && name->len == level->len
           && memcmp(name->data, level->data, name->len) == 0;
}


/*
 * As it stands, since a reference may come in pieces.  What is longer than any
 * level is cut short, and then names none.
 */

void
patron_feed_level_add(patron_feed_t *f, const patron_xml_token_t *t)
{
    size_t        i, n;
    patron_str_t  c;

    static const patron_uchar_t  amp[] = "&amp;";

    for (i = 0; i < t->len; i++) {

        c.data = t->data + i;
        c.len = 1;

        if (t->type == PATRON_XML_CDATA && t->data[i] == '&') {
            c.data = amp;
            c.len = sizeof(amp) - 1;
        }

        n = PATRON_FEED_LEVEL - f->level_len;

        if (c.len > n) {
            return;
        }

        memcpy(f->level + f->level_len, c.data, c.len);
        f->level_len += c.len;
    }
}


int
patron_feed_level_closed(patron_feed_t *f)
{
    size_t           i, n;
    uint32_t         c;
    patron_str_t     level;
    patron_uchar_t  *dst;

    dst = f->level;

    for (i = 0; i < f->level_len; i += n) {

        n = 0;
        c = f->level[i];

        if (c == '&') {
            n = patron_xml_reference(f->level + i, f->level + f->level_len,
                                     &c);
        }

        n = n ? n : 1;
        *dst++ = (patron_uchar_t) (c < 0x100 ? c : '?');
    }

    level.data = f->level;
    level.len = (size_t) (dst - f->level);

    while (level.len && level.data[0] <= ' ') {
        level.data++;
        level.len--;
    }

    while (level.len && level.data[level.len - 1] <= ' ') {
        level.len--;
    }

    f->level_len = 0;

    return f->sink->closed(f->ctx, &level);
}
