
/*
 * See the header.  What may be the end is remembered as a number of bytes that
 * matched.
 */


#include "patron_xml_internal.h"
#include "patron_xml_markup.h"
#include "patron_xml_tag.h"


/* "<!--", "<![CDATA[", "<!DOCTYPE": told apart by as much as it takes. */

int
patron_xml_bang(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int     rc;
    size_t  i;

    static const patron_str_t  words[] = {
        patron_string("<!--"),
        patron_string("<![CDATA["),
        patron_string("<!DOCTYPE")
    };
    static const patron_xml_at_e  states[] = {
        PATRON_XML_AT_COMMENT, PATRON_XML_AT_CDATA, PATRON_XML_AT_DOCTYPE
    };
    static const patron_xml_type_e  types[] = {
        PATRON_XML_COMMENT, PATRON_XML_CDATA_MARK, PATRON_XML_OTHER
    };

    if (x->held == 1 && x->depth
        && (size_t) (end - *p) >= words[1].len - 1
        && memcmp(*p, words[1].data + 1, words[1].len - 1) == 0)
    {
        *p += words[1].len - 1;
        x->state = PATRON_XML_AT_CDATA;

        return patron_xml_emit(x, types[1], words[1].data, words[1].len);
    }

    for ( /* void */ ; *p < end; (*p)++) {

        rc = patron_xml_hold(x, *p, 1, PATRON_XML_TAG_MAX);

        if (rc != PATRON_OK) {
            return rc;
        }

        if (x->held == 2) {
            continue;
        }

        for (i = 0; i < 3; i++) {
            if (x->held <= words[i].len
                && memcmp(x->hold, words[i].data, x->held) == 0)
            {
                break;
            }
        }

        if (i == 3) {
            return patron_xml_fail(x, "a declaration in it");
        }

        if (x->held < words[i].len) {
            continue;
        }

        if ((i == 1 && x->depth == 0) || (i == 2 && x->rooted)) {
            return patron_xml_fail(x, "markup in a wrong place");
        }

        (*p)++;

        x->state = states[i];
        x->begun = 1;
        x->quote = 0;

        return patron_xml_emit(x, types[i], words[i].data, words[i].len);
    }

    return PATRON_OK;
}


int
patron_xml_comment(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int                    rc;
    const patron_uchar_t  *q;

    for (q = *p; q < end; q++) {

        if (x->matched == 0) {
            q = memchr(q, '-', (size_t) (end - q));

            if (q == NULL) {
                q = end;
                break;
            }

            x->matched = 1;
            continue;
        }

        if (x->matched == 1) {
            x->matched = (*q == '-') ? 2 : 0;
            continue;
        }

        if (*q != '>') {
            return patron_xml_fail(x, "\"--\" in a comment");
        }

        q++;
        x->matched = 0;
        x->state = PATRON_XML_AT_TEXT;
        break;
    }

    rc = patron_xml_emit(x, PATRON_XML_COMMENT, *p, (size_t) (q - *p));
    *p = q;

    return rc;
}


int
patron_xml_cdata(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int                    rc;
    const patron_uchar_t  *q;

    static const patron_uchar_t  mark[] = "]]>";

    /* brackets that may be its end wait for what follows them */

    q = *p;

    if (x->matched == 0) {
        q = memchr(q, ']', (size_t) (end - q));

        if (q == NULL) {
            q = end;
        }

        rc = patron_xml_emit(x, PATRON_XML_CDATA, *p, (size_t) (q - *p));
        x->matched = (q < end);
        *p = (q < end) ? q + 1 : q;

        return rc;
    }

    if (*q == ']') {
        (*p)++;

        if (x->matched == 1) {
            x->matched = 2;
            return PATRON_OK;
        }

        return patron_xml_emit(x, PATRON_XML_CDATA, mark, 1);
    }

    if (*q == '>' && x->matched == 2) {
        (*p)++;
        x->matched = 0;
        x->state = PATRON_XML_AT_TEXT;

        return patron_xml_emit(x, PATRON_XML_CDATA_MARK, mark, 3);
    }

    rc = patron_xml_emit(x, PATRON_XML_CDATA, mark, x->matched);
    x->matched = 0;

    return rc;
}


int
patron_xml_instruction(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int                    rc;
    const patron_uchar_t  *q;

    if (x->matched == PATRON_XML_UNNAMED) {

        if (!patron_xml_is_name(**p)) {
            return patron_xml_fail(x, "an instruction that is none");
        }

        x->matched = 0;
    }

    for (q = *p; q < end; q++) {

        if (*q == '>' && x->matched) {
            q++;
            x->state = PATRON_XML_AT_TEXT;
            break;
        }

        x->matched = (*q == '?');
    }

    rc = patron_xml_emit(x, PATRON_XML_OTHER, *p, (size_t) (q - *p));
    *p = q;

    return rc;
}


int
patron_xml_declaration(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int  rc;

    while (*p < end) {

        rc = patron_xml_hold(x, *p, 1, PATRON_XML_DECL);

        if (rc != PATRON_OK) {
            return rc;
        }

        if (*(*p)++ != '>' || x->held < 4 || x->hold[x->held - 2] != '?') {
            continue;
        }

        rc = patron_xml_declared(x);

        if (rc != PATRON_OK) {
            return rc;
        }

        x->begun = 1;
        x->state = PATRON_XML_AT_TEXT;

        return patron_xml_emit(x, PATRON_XML_OTHER, x->hold, x->held);
    }

    return PATRON_OK;
}


/* Behind "<!DOCTYPE": a name and identifiers, and no subset of its own. */

int
patron_xml_doctype(patron_xml_t *x, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    int                    rc;
    const patron_uchar_t  *q;

    for (q = *p; q < end; q++) {

        if (x->quote) {
            x->quote = (*q == x->quote) ? 0 : x->quote;

        } else if (*q == '"' || *q == '\'') {
            x->quote = *q;

        } else if (*q == '[' || *q == '<') {
            return patron_xml_fail(x, "a DTD of its own");

        } else if (*q == '>') {
            q++;
            x->state = PATRON_XML_AT_TEXT;
            break;
        }
    }

    rc = patron_xml_emit(x, PATRON_XML_OTHER, *p, (size_t) (q - *p));
    *p = q;

    return rc;
}
