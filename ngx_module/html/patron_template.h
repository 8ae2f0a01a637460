
/*
 * A template: HTML with ${name} in it, checked when it is read.  Every other
 * '$' is literal.  A variable may stand in text and in quoted attribute
 * values, where its value is HTML-escaped, and inside a URL attribute, where
 * it is percent-encoded and may not be the beginning; in a script, a style, an
 * event handler, srcdoc, a tag or attribute name, a comment or an unquoted
 * value it is refused.
 *
 * It is UTF-8.  What is not ASCII may stand in text and in attribute values,
 * where a page in another encoding has character references instead.
 */


#ifndef _PATRON_TEMPLATE_H_INCLUDED_
#define _PATRON_TEMPLATE_H_INCLUDED_


#include "patron.h"


typedef enum {
    PATRON_PART_LITERAL = 0,
    PATRON_PART_TEXT,       /* a variable, HTML-escaped: & < > " ' */
    PATRON_PART_URL         /* a variable, %-encoded: all but unreserved */
} patron_part_e;


typedef struct {
    patron_part_e  type;
    patron_str_t   str;     /* the literal, or the variable's name, in html */
} patron_part_t;


typedef struct {
    patron_part_t  *parts;
    size_t          nparts;
} patron_template_t;


/*
 * Compiles html, whose bytes must outlive the template.  White space around it
 * is in no part.  PATRON_ERROR with a reason in err (at most 255 bytes and a
 * NUL), naming the line.
 */

int patron_template_compile(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, char *err);

/*
 * The same for a page of its own, which has html, head and body, and is UTF-8
 * all over.  ${page:name}, which the module fills in with what it made itself, is
 * HTML-escaped in a URL as well, and may be all of it.
 */

int patron_template_compile_page(patron_mem_t *mem, patron_template_t *t,
    const patron_str_t *html, char *err);

/*
 * Would the HTML, inserted into a page, swallow what follows: an unclosed
 * comment, tag, quoted value or raw-text element, an end tag without its
 * start, a start tag never ended?  Or is it a command to a server behind
 * ("<!--#")?  PATRON_OK, or PATRON_ERROR and a reason.
 */

int patron_template_balanced(const patron_str_t *html, char *err);

#endif /* _PATRON_TEMPLATE_H_INCLUDED_ */
