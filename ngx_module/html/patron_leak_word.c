
/*
 * See the header.
 */


#include "patron_html_bytes.h"
#include "patron_html_name.h"
#include "patron_leak_escape.h"
#include "patron_leak_word.h"


#define PATRON_LEAK_FACTOR   0x9e3779b97f4a7c15u


static const patron_uchar_t *patron_leak_letters_end(const patron_uchar_t *p,
    const patron_uchar_t *end);
static uint64_t patron_leak_hash(const patron_uchar_t *p, size_t len);
static void patron_leak_put(patron_leak_word_t *word,
    const patron_uchar_t *from, const patron_uchar_t *to);
static void patron_leak_append(patron_leak_word_t *word, uint32_t c);


const uint32_t  patron_leak_letters[4] = {
    0x00000000, 0x03ff0000, 0x07fffffe, 0x07fffffe
};


const patron_uchar_t *
patron_leak_next(patron_leak_word_t *word, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    uint32_t               c;
    const patron_uchar_t  *next, *from;

    word->len = 0;

    /* most stand behind one */

    if (p < end && *p == ' ') {
        p++;
    }

    for (from = p; p < end; /* void */ ) {

        p = patron_leak_letters_end(p, end);

        if (p == end || (*p != '\\' && *p != '&')) {

            if (p == end || p > from || word->len) {
                break;
            }

            p = (*p == '<')
                ? patron_leak_tag_end(p + 1, end, 0, &word->untagged) : p + 1;
            from = p;
            continue;
        }

        next = patron_leak_special(p, end, &c, &word->untagged);

        if (patron_leak_is_letter(c)) {
            patron_leak_put(word, from, p);
            patron_leak_append(word, c);

        } else if (p > from || word->len) {
            break;
        }

        p = next;
        from = p;
    }

    if (word->len) {
        patron_leak_put(word, from, p);
        word->hash = patron_leak_hash(word->bytes, word->len);
        word->ends = patron_leak_ends(word->bytes[0],
                                      word->bytes[word->len - 1]);

    } else if (p > from) {
        word->hash = patron_leak_hash(from, (size_t) (p - from));
        word->ends = patron_leak_ends(from[0], p[-1]);

    } else {
        word->hash = 0;
    }

    return p;
}


static const patron_uchar_t *
patron_leak_letters_end(const patron_uchar_t *p, const patron_uchar_t *end)
{
    uint64_t  others;

    for ( /* void */ ; p < end; p += 16) {
        others = patron_leak_letter_mask(p) ^ 0xffff;

        if (others) {
            p += __builtin_ctzll(others);
            break;
        }
    }

    return p < end ? p : end;
}


/* Eight bytes may be read behind the word. */

static uint64_t
patron_leak_hash(const patron_uchar_t *p, size_t len)
{
    uint64_t  hash;

    hash = 0;

    while (len > 8) {
        hash = (hash ^ patron_html_bytes(p)) * PATRON_LEAK_FACTOR;
        hash ^= hash >> 32;
        p += 8;
        len -= 8;
    }

    hash = (hash ^ (patron_html_bytes(p) & patron_html_masks[len]))
           * PATRON_LEAK_FACTOR;

    return (hash ^ hash >> 32) | 1;
}


static void
patron_leak_put(patron_leak_word_t *word, const patron_uchar_t *from,
    const patron_uchar_t *to)
{
    size_t  n;

    n = (size_t) (to - from);

    if (n > PATRON_LEAK_LONG - word->len) {
        n = PATRON_LEAK_LONG - word->len;
    }

    memcpy(word->bytes + word->len, from, n);
    word->len += n;
}


/* As UTF-8, which what is not escaped is; of a pair each half by itself. */

static void
patron_leak_append(patron_leak_word_t *word, uint32_t c)
{
    patron_uchar_t  *p;

    if (word->len + 4 > PATRON_LEAK_LONG) {
        return;
    }

    p = word->bytes + word->len;

    if (c < 0x80) {
        *p++ = (patron_uchar_t) c;

    } else if (c < 0x800) {
        *p++ = (patron_uchar_t) (0xc0 | c >> 6);
        *p++ = (patron_uchar_t) (0x80 | (c & 0x3f));

    } else {

        if (c >= 0x10000) {
            *p++ = (patron_uchar_t) (0xf0 | (c >> 18 & 0x07));
            *p++ = (patron_uchar_t) (0x80 | (c >> 12 & 0x3f));

        } else {
            *p++ = (patron_uchar_t) (0xe0 | c >> 12);
        }

        *p++ = (patron_uchar_t) (0x80 | (c >> 6 & 0x3f));
        *p++ = (patron_uchar_t) (0x80 | (c & 0x3f));
    }

    word->len = (size_t) (p - word->bytes);
}
