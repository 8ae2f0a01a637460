
/*
 * The insertion modes of tables.  Source: WHATWG HTML, sections 13.2.6.4.9 to
 * 13.2.6.4.15.  Text in tables is seen to in patron_html_characters().
 */


#include "patron_html_body.h"
#include "patron_html_format.h"
#include "patron_html_head.h"
#include "patron_html_stack.h"
#include "patron_html_table.h"


static int patron_html_end_caption(patron_html_t *h, int own);
static int patron_html_end_tbody(patron_html_t *h);
static int patron_html_end_row(patron_html_t *h);
static void patron_html_end_cell(patron_html_t *h);


int
patron_html_table_start(patron_html_t *h)
{
    int                   i;
    patron_html_entry_t  *entry;

    switch (h->id) {

    case TAG_CAPTION:
        patron_html_clear_back(h, EL_TABLE);
        patron_html_format_marker(h);
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_CAPTION);
        return 0;

    case TAG_COLGROUP:
        patron_html_clear_back(h, EL_TABLE);
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_COLGROUP);
        return 0;

    case TAG_COL:
        patron_html_clear_back(h, EL_TABLE);
        patron_html_push_implied(h, TAG_COLGROUP);
        patron_html_mode(h, MODE_IN_COLGROUP);
        return 1;

    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
        patron_html_clear_back(h, EL_TABLE);
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_TBODY);
        return 0;

    case TAG_TD:
    case TAG_TH:
    case TAG_TR:
        patron_html_clear_back(h, EL_TABLE);
        patron_html_push_implied(h, TAG_TBODY);
        patron_html_mode(h, MODE_IN_TBODY);
        return 1;

    case TAG_TABLE:
        i = patron_html_in_scope(h, TAG_TABLE, EL_TABLE_SCOPE);

        if (i < 0) {
            return 0;
        }

        patron_html_pop_to(h, i, 0);
        patron_html_reset_mode(h);
        return 1;

    case TAG_STYLE:
    case TAG_SCRIPT:
    case TAG_TEMPLATE:
        return patron_html_head_start(h);

    case TAG_INPUT:
        if (patron_html_hidden_input(h)) {
            patron_html_push_void(h);
            return 0;
        }

        break;

    case TAG_FORM:
        if (h->ntemplates == 0 && h->form == 0) {
            entry = patron_html_push(h);

            if (entry != NULL) {
                h->form = entry->serial = ++h->serial;
                h->at = h->tag.end;
                patron_html_pop(h);
                h->at = h->tag.start;
            }
        }

        return 0;
    }

    return patron_html_body_start(h);
}


int
patron_html_table_end(patron_html_t *h)
{
    int  i;

    switch (h->id) {

    case TAG_TABLE:
        i = patron_html_in_scope(h, TAG_TABLE, EL_TABLE_SCOPE);

        if (i >= 0) {
            patron_html_pop_to(h, i, 1);
            patron_html_reset_mode(h);
        }

        return 0;

    case TAG_BODY:
    case TAG_HTML:
        return 0;

    case TAG_TEMPLATE:
        return patron_html_template_end(h);
    }

    if (patron_html_known[h->id].classes & EL_TABLE_PART) {
        return 0;
    }

    return patron_html_body_end(h);
}


static int
patron_html_end_caption(patron_html_t *h, int own)
{
    int  i;

    i = patron_html_in_scope(h, TAG_CAPTION, EL_TABLE_SCOPE);

    if (i < 0) {
        return 0;
    }

    patron_html_implied_ends(h, TAG_UNKNOWN);
    patron_html_pop_to(h, i, own);
    patron_html_format_clear(h);
    patron_html_mode(h, MODE_IN_TABLE);

    return 1;
}


int
patron_html_caption_start(patron_html_t *h)
{
    if (patron_html_known[h->id].classes & EL_TABLE_PART) {
        return patron_html_end_caption(h, 0);
    }

    return patron_html_body_start(h);
}


int
patron_html_caption_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_CAPTION:
        (void) patron_html_end_caption(h, 1);
        return 0;

    case TAG_TABLE:
        return patron_html_end_caption(h, 0);

    case TAG_BODY:
    case TAG_HTML:
        return 0;
    }

    if (patron_html_known[h->id].classes & EL_TABLE_PART) {
        return 0;
    }

    return patron_html_body_end(h);
}


int
patron_html_colgroup_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_HTML:
        return 0;

    case TAG_COL:
        patron_html_push_void(h);
        return 0;

    case TAG_TEMPLATE:
        return patron_html_head_start(h);
    }

    if (!patron_html_current_is(h, TAG_COLGROUP)) {
        return 0;
    }

    patron_html_pop(h);
    patron_html_mode(h, MODE_IN_TABLE);

    return 1;
}


int
patron_html_colgroup_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_COL:
        return 0;

    case TAG_TEMPLATE:
        return patron_html_template_end(h);
    }

    if (!patron_html_current_is(h, TAG_COLGROUP)) {
        return 0;
    }

    patron_html_pop_to(h, h->depth - 1, h->id == TAG_COLGROUP);
    patron_html_mode(h, MODE_IN_TABLE);

    return h->id != TAG_COLGROUP;
}


/* Closes the row group that is open. */

static int
patron_html_end_tbody(patron_html_t *h)
{
    if (patron_html_in_scope(h, TAG_TBODY, EL_TABLE_SCOPE) < 0
        && patron_html_in_scope(h, TAG_THEAD, EL_TABLE_SCOPE) < 0
        && patron_html_in_scope(h, TAG_TFOOT, EL_TABLE_SCOPE) < 0)
    {
        return 0;
    }

    patron_html_clear_back(h, EL_TBODY);
    patron_html_pop(h);
    patron_html_mode(h, MODE_IN_TABLE);

    return 1;
}


int
patron_html_tbody_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TR:
        patron_html_clear_back(h, EL_TBODY);
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_ROW);
        return 0;

    case TAG_TH:
    case TAG_TD:
        patron_html_clear_back(h, EL_TBODY);
        patron_html_push_implied(h, TAG_TR);
        patron_html_mode(h, MODE_IN_ROW);
        return 1;

    case TAG_CAPTION:
    case TAG_COL:
    case TAG_COLGROUP:
    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
        return patron_html_end_tbody(h);

    default:
        return patron_html_table_start(h);
    }
}


int
patron_html_tbody_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
        if (patron_html_in_scope(h, h->id, EL_TABLE_SCOPE) < 0) {
            return 0;
        }

        patron_html_clear_back(h, EL_TBODY);
        patron_html_pop_to(h, h->depth - 1, 1);
        patron_html_mode(h, MODE_IN_TABLE);
        return 0;

    case TAG_TABLE:
        return patron_html_end_tbody(h);

    default:
        return patron_html_table_end(h);
    }
}


/* Closes the row that is open. */

static int
patron_html_end_row(patron_html_t *h)
{
    if (patron_html_in_scope(h, TAG_TR, EL_TABLE_SCOPE) < 0) {
        return 0;
    }

    patron_html_clear_back(h, EL_ROW);
    patron_html_pop_to(h, h->depth - 1, h->tag.end_tag && h->id == TAG_TR);
    patron_html_mode(h, MODE_IN_TBODY);

    return 1;
}


int
patron_html_row_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TH:
    case TAG_TD:
        patron_html_clear_back(h, EL_ROW);
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_CELL);
        patron_html_format_marker(h);
        return 0;
    }

    if (patron_html_known[h->id].classes & EL_TABLE_PART) {
        return patron_html_end_row(h);
    }

    return patron_html_table_start(h);
}


int
patron_html_row_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TR:
        (void) patron_html_end_row(h);
        return 0;

    case TAG_TABLE:
        return patron_html_end_row(h);

    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
        if (patron_html_in_scope(h, h->id, EL_TABLE_SCOPE) < 0) {
            return 0;
        }

        return patron_html_end_row(h);

    default:
        return patron_html_table_end(h);
    }
}


/* Closes the cell that is open, by whatever ends it. */

static void
patron_html_end_cell(patron_html_t *h)
{
    int  td, th;

    patron_html_implied_ends(h, TAG_UNKNOWN);

    td = patron_html_in_scope(h, TAG_TD, EL_TABLE_SCOPE);
    th = patron_html_in_scope(h, TAG_TH, EL_TABLE_SCOPE);

    if (th > td) {
        td = th;
    }

    if (td >= 0) {
        patron_html_pop_to(h, td, 0);
    }

    patron_html_format_clear(h);
    patron_html_mode(h, MODE_IN_ROW);
}


int
patron_html_cell_start(patron_html_t *h)
{
    if (!(patron_html_known[h->id].classes & EL_TABLE_PART)) {
        return patron_html_body_start(h);
    }

    if (patron_html_in_scope(h, TAG_TD, EL_TABLE_SCOPE) < 0
        && patron_html_in_scope(h, TAG_TH, EL_TABLE_SCOPE) < 0)
    {
        return 0;
    }

    patron_html_end_cell(h);

    return 1;
}


int
patron_html_cell_end(patron_html_t *h)
{
    int  i;

    switch (h->id) {

    case TAG_TD:
    case TAG_TH:
        if (patron_html_current_is(h, h->id)) {
            patron_html_pop_own(h);
            patron_html_format_clear(h);
            patron_html_mode(h, MODE_IN_ROW);
            return 0;
        }

        i = patron_html_in_scope(h, h->id, EL_TABLE_SCOPE);

        if (i >= 0) {
            patron_html_implied_ends(h, TAG_UNKNOWN);
            patron_html_pop_to(h, i, 1);
            patron_html_format_clear(h);
            patron_html_mode(h, MODE_IN_ROW);
        }

        return 0;

    case TAG_BODY:
    case TAG_CAPTION:
    case TAG_COL:
    case TAG_COLGROUP:
    case TAG_HTML:
        return 0;

    case TAG_TABLE:
    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
    case TAG_TR:
        if (patron_html_in_scope(h, h->id, EL_TABLE_SCOPE) < 0) {
            return 0;
        }

        patron_html_end_cell(h);
        return 1;

    default:
        return patron_html_body_end(h);
    }
}
