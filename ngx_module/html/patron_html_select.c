
/*
 * A select holds any content, and what it is made of ends as in other
 * elements, but that a select is a scope of its own, which no end tag around it
 * ends.  Source: WHATWG HTML, section 13.2.6.4.7, as of July 2025.  Before, a
 * select had insertion modes in which nearly every tag was ignored:
 * patron_html_guard() stops where that makes text of tags, or tags of text.
 */


#include "patron_html_format.h"
#include "patron_html_select.h"
#include "patron_html_stack.h"


void
patron_html_select_start(patron_html_t *h)
{
    h->look &= ~LOOK_FRAMESET;

    if (patron_html_select_ends(h)) {
        return;
    }

    patron_html_reopen(h);
    patron_html_push(h);

    h->selects++;
    patron_html_plain(h);
}


/* Of an option, or of a group. */

void
patron_html_option_start(patron_html_t *h)
{
    if (h->selects != 0 && patron_html_in_scope(h, TAG_SELECT, EL_SCOPE) >= 0) {
        patron_html_option_ends(h, h->id == TAG_OPTION ? TAG_OPTGROUP
                                                       : TAG_UNKNOWN);

    } else if (patron_html_current_is(h, TAG_OPTION)) {
        patron_html_pop(h);
    }

    patron_html_reopen(h);
    patron_html_push(h);
}


void
patron_html_option_ends(patron_html_t *h, unsigned except)
{
    if (h->selects != 0 && patron_html_in_scope(h, TAG_SELECT, EL_SCOPE) >= 0) {
        patron_html_implied_ends(h, except);
    }
}


int
patron_html_select_ends(patron_html_t *h)
{
    int  i;

    if (h->selects == 0) {
        return 0;
    }

    i = patron_html_in_scope(h, TAG_SELECT, EL_SCOPE);

    if (i < 0) {
        return 0;
    }

    patron_html_pop_to(h, (uint32_t) i, 0);

    return 1;
}
