
/*
 * Server-side includes run on what the editor has made of a page.  Where the
 * end of an "if" or a "block" lies in what is cut, all that comes after, with
 * the wall, would be a part of it, and mostly be gone: so they are ended where
 * the cut begins, each among the end tags where it was opened.
 *
 * Past 16 that are open at once none is minded.
 */


#include "patron_edit_include.h"
#include "patron_edit_out.h"


#define PATRON_INCLUDE_MAX_OPEN  16


static size_t patron_include_word(const patron_str_t *text,
    const patron_uchar_t **word);


static const struct {
    patron_str_t  begin;
    patron_str_t  end;
    patron_str_t  command;
} patron_includes[] = {
    { patron_string("if"), patron_string("endif"),
      patron_string("<!--# endif -->") },
    { patron_string("block"), patron_string("endblock"),
      patron_string("<!--# endblock -->") }
};


void
patron_include_comment(patron_edit_t *e, const patron_str_t *text)
{
    size_t                 len;
    unsigned               i;
    patron_include_t      *opened;
    const patron_uchar_t  *word;

    len = patron_include_word(text, &word);

    if (len == 0) {
        return;
    }

    for (i = 0; i < sizeof(patron_includes) / sizeof(patron_includes[0]); i++) {

        if (len == patron_includes[i].begin.len
            && memcmp(word, patron_includes[i].begin.data, len) == 0)
        {
            if (e->cut.includes.n == PATRON_INCLUDE_MAX_OPEN) {
                return;
            }

            opened = patron_edit_push(e, &e->cut.includes,
                                      sizeof(patron_include_t), 1);
            if (opened) {
                opened->include = i;
                opened->depth = e->cut.inner.n;
            }

            return;
        }

        opened = e->cut.includes.elts;

        if (len == patron_includes[i].end.len
            && memcmp(word, patron_includes[i].end.data, len) == 0
            && e->cut.includes.n
            && opened[e->cut.includes.n - 1].include == i)
        {
            e->cut.includes.n--;
            return;
        }
    }
}


/* The command's name, behind "#" and white space; 0 where it is none. */

static size_t
patron_include_word(const patron_str_t *text, const patron_uchar_t **word)
{
    size_t  i, n;

    if (text->len == 0 || text->data[0] != '#') {
        return 0;
    }

    for (i = 1; i < text->len && patron_is_space(text->data[i]); i++) {
        /* void */
    }

    for (n = i; n < text->len && text->data[n] >= 'a' && text->data[n] <= 'z';
         n++)
    { /* void */ }

    *word = text->data + i;

    return n - i;
}


void
patron_include_ends(patron_edit_t *e, size_t n, size_t *left)
{
    patron_include_t  *opened;
    patron_closing_t  *closing;

    opened = e->cut.includes.elts;

    while (*left && opened[*left - 1].depth >= n) {

        closing = patron_edit_push(e, &e->cut.closings,
                                   sizeof(patron_closing_t), 1);
        if (closing == NULL) {
            return;
        }

        memset(closing, 0, sizeof(patron_closing_t));
        closing->include = (uint8_t) (opened[*left - 1].include + 1);

        (*left)--;
    }
}


const patron_str_t *
patron_include_end(unsigned include)
{
    return &patron_includes[include - 1].command;
}
