
/*
 * What a variable would be where the scanner of templates stands: text or a
 * URL; or why none may stand there, since a script, a style, the name of a tag
 * or the beginning of a URL would come of it.
 */


#include "patron_selector.h"
#include "patron_selector_names.h"
#include "patron_template_context.h"


static int patron_scan_in_tag_name(patron_scan_t *s);
static const patron_str_t *patron_scan_code(patron_scan_t *s);
static int patron_scan_is_animated(patron_scan_t *s);
static int patron_scan_is_refresh(patron_scan_t *s);


static const patron_str_t  patron_scan_urls[] = {
    patron_string("action"), patron_string("archive"),
    patron_string("background"), patron_string("cite"),
    patron_string("classid"), patron_string("codebase"),
    patron_string("data"), patron_string("dynsrc"),
    patron_string("formaction"), patron_string("href"),
    patron_string("icon"), patron_string("imagesrcset"),
    patron_string("itemid"), patron_string("itemtype"),
    patron_string("longdesc"), patron_string("lowsrc"),
    patron_string("manifest"), patron_string("ping"),
    patron_string("poster"), patron_string("profile"), patron_string("src"),
    patron_string("srcset"), patron_string("usemap"),
    patron_string("xlink:href"), { 0, NULL }
};


/* What an animation of svg gives to an attribute, a link's among them. */

static const patron_str_t  patron_scan_animations[] = {
    patron_string("animate"), patron_string("animatecolor"),
    patron_string("animatemotion"), patron_string("animatetransform"),
    patron_string("set"), { 0, NULL }
};


static const patron_str_t  patron_scan_animated[] = {
    patron_string("by"), patron_string("from"), patron_string("to"),
    patron_string("values"), { 0, NULL }
};


const char *
patron_scan_unreferenced(patron_scan_t *s)
{
    switch (s->state) {

    case PATRON_SCAN_DATA:
    case PATRON_SCAN_RAW:
        return patron_scan_code(s) ? "a script or a style" : NULL;

    case PATRON_SCAN_TAG:
        return "the name of an attribute";

    case PATRON_SCAN_VALUE:
    case PATRON_SCAN_UNQUOTED:
        return NULL;

    default:
        return "a comment";
    }
}


int
patron_scan_context(patron_scan_t *s, unsigned own, patron_part_e *type)
{
    const patron_str_t    *code;
    const patron_uchar_t  *p;

    *type = PATRON_PART_TEXT;

    switch (s->state) {

    case PATRON_SCAN_DATA:
    case PATRON_SCAN_RAW:
        code = patron_scan_code(s);

        if (code != NULL) {
            return patron_scan_failed(s, "a variable in <%.*s>",
                                      (int) code->len, code->data);
        }

        if (patron_scan_in_tag_name(s)) {
            return patron_scan_failed(s, "a variable behind \"<\"");
        }

        return PATRON_OK;

    case PATRON_SCAN_VALUE:
        break;

    case PATRON_SCAN_UNQUOTED:
        return patron_scan_failed(s, "a variable in an unquoted value");

    case PATRON_SCAN_TAG:
        return patron_scan_failed(s, "a variable in a tag");

    default:
        return patron_scan_failed(s, "a variable in a comment");
    }

    if ((s->attr.len >= 2 && (s->attr.data[0] | 0x20) == 'o'
         && (s->attr.data[1] | 0x20) == 'n')
        || patron_scan_is(&s->attr, "style")
        || patron_scan_is(&s->attr, "srcdoc"))
    {
        return patron_scan_failed(s, "a variable in the attribute \"%.*s\"",
                                  (int) (s->attr.len < 40 ? s->attr.len : 40),
                                  s->attr.data);
    }

    if (patron_scan_is_refresh(s)) {
        return patron_scan_failed(s, "a variable in a <meta http-equiv>");
    }

    if (!patron_scan_in(&s->attr, patron_scan_urls)
        && !patron_scan_is_animated(s))
    {
        return PATRON_OK;
    }

    if (own) {
        return PATRON_OK;
    }

    for (p = s->p; p > s->value && p[-1] <= ' '; p--) { /* void */ }

    if (p == s->value || (p[-1] == ';' && patron_scan_is_animated(s))) {
        return patron_scan_failed(s, "a variable at the beginning of a URL");
    }

    *type = PATRON_PART_URL;

    return PATRON_OK;
}


static int
patron_scan_is_animated(patron_scan_t *s)
{
    return patron_scan_in(&s->tag, patron_scan_animations)
           && patron_scan_in(&s->attr, patron_scan_animated);
}


/* Is it what a <meta http-equiv> says, with a URL perhaps? */

static int
patron_scan_is_refresh(patron_scan_t *s)
{
    patron_scan_t  tag;

    if (!patron_scan_is(&s->tag, "meta") || !patron_scan_is(&s->attr, "content"))
    {
        return 0;
    }

    tag = *s;
    tag.p = s->tag.data + s->tag.len;
    tag.state = PATRON_SCAN_TAG;

    while (tag.p < tag.end) {

        if (tag.state == PATRON_SCAN_VALUE) {
            (void) patron_scan_value(&tag);
            continue;
        }

        if (*tag.p == '>') {
            break;
        }

        if (tag.state == PATRON_SCAN_UNQUOTED) {
            (void) patron_scan_value(&tag);
            continue;
        }

        if (patron_is_space(*tag.p) || *tag.p == '/') {
            tag.p++;
            continue;
        }

        patron_scan_attr(&tag);

        if (patron_scan_is(&tag.attr, "http-equiv")) {
            return 1;
        }
    }

    return 0;
}


/* Could a value go on with the name of a tag that text has begun? */

static int
patron_scan_in_tag_name(patron_scan_t *s)
{
    const patron_uchar_t  *p;

    p = s->p;

    while (p > s->start && (p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z') {
        p--;
    }

    if (p > s->start && p[-1] == '/') {
        p--;
    }

    return p > s->start && p[-1] == '<';
}


/* The element whose text is no text to read: a script, a style, ... */

static const patron_str_t *
patron_scan_code(patron_scan_t *s)
{
    patron_html_name_t  current;

    current = patron_scan_current(s);

    return (current
            && (s->state == PATRON_SCAN_RAW || patron_scan_foreign(s))
            && patron_name_is_raw(current)
            && !patron_name_is(current, "title")
            && !patron_name_is(current, "textarea"))
           ? &s->stack[s->depth - 1].name : NULL;
}
