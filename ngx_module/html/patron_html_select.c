
/*
 * The "in select" and "in select in table" insertion modes, as the standard
 * had them before selects could hold any content: inside a select only
 * options, their groups and rules, scripts and templates are elements.
 */


#include "patron_html_internal.h"


static void patron_html_option_ends(patron_html_t *h, int group);
static int patron_html_is_table_tag(patron_html_t *h);


int
patron_html_select_start(patron_html_t *h)
{
    int  i;

    switch (h->id) {

    case TAG_OPTION:
        patron_html_option_ends(h, 0);
        patron_html_push(h);
        return 0;

    case TAG_OPTGROUP:
        patron_html_option_ends(h, 1);
        patron_html_push(h);
        return 0;

    case TAG_HR:
        patron_html_option_ends(h, 1);
        patron_html_push_void(h);
        return 0;

    case TAG_SELECT:
    case TAG_INPUT:
    case TAG_KEYGEN:
    case TAG_TEXTAREA:
        i = patron_html_in_select_scope(h);

        if (i < 0) {
            return 0;
        }

        patron_html_pop_to(h, i, 0);
        patron_html_reset_mode(h);

        return h->id != TAG_SELECT;

    case TAG_SCRIPT:
    case TAG_TEMPLATE:
        return patron_html_head_start(h);

    default:
        return 0;
    }
}


static void
patron_html_option_ends(patron_html_t *h, int group)
{
    if (patron_html_current_is(h, TAG_OPTION)) {
        patron_html_pop(h);
    }

    if (group && patron_html_current_is(h, TAG_OPTGROUP)) {
        patron_html_pop(h);
    }
}


int
patron_html_select_end(patron_html_t *h)
{
    int  i;

    switch (h->id) {

    case TAG_OPTGROUP:
        if (patron_html_current_is(h, TAG_OPTION)
            && h->depth > 1
            && h->stack[h->depth - 2].id == TAG_OPTGROUP)
        {
            patron_html_pop(h);
        }

        /* fall through */

    case TAG_OPTION:
        if (patron_html_current_is(h, h->id)) {
            patron_html_pop_to(h, h->depth - 1, 1);
        }

        return 0;

    case TAG_SELECT:
        i = patron_html_in_select_scope(h);

        if (i >= 0) {
            patron_html_pop_to(h, i, 1);
            patron_html_reset_mode(h);
        }

        return 0;

    case TAG_TEMPLATE:
        return patron_html_template_end(h);

    default:
        return 0;
    }
}


static int
patron_html_is_table_tag(patron_html_t *h)
{
    return h->id == TAG_TABLE
           || ((patron_html_known[h->id].classes & EL_TABLE_PART)
               && h->id != TAG_COL
               && h->id != TAG_COLGROUP);
}


int
patron_html_select_in_table_start(patron_html_t *h)
{
    int  i;

    if (!patron_html_is_table_tag(h)) {
        return patron_html_select_start(h);
    }

    i = patron_html_in_scope(h, TAG_SELECT, 0);

    if (i < 0) {
        return 0;
    }

    patron_html_pop_to(h, i, 0);
    patron_html_reset_mode(h);

    return 1;
}


int
patron_html_select_in_table_end(patron_html_t *h)
{
    int  i;

    if (!patron_html_is_table_tag(h)) {
        return patron_html_select_end(h);
    }

    i = patron_html_in_scope(h, TAG_SELECT, 0);

    if (i < 0 || patron_html_in_scope(h, h->id, EL_TABLE_SCOPE) < 0) {
        return 0;
    }

    patron_html_pop_to(h, i, 0);
    patron_html_reset_mode(h);

    return 1;
}
