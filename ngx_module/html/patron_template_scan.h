
/*
 * The scanner of templates, for the files patron_template*.c alone: walks a
 * whole piece of HTML and knows at every byte where it stands.
 */


#ifndef _PATRON_TEMPLATE_SCAN_H_INCLUDED_
#define _PATRON_TEMPLATE_SCAN_H_INCLUDED_


#include "patron_template.h"
#include "patron_html.h"


#define PATRON_TEMPLATE_DEPTH  64
#define PATRON_TEMPLATE_ERR    256


typedef enum {
    PATRON_SCAN_DATA = 0,
    PATRON_SCAN_RAW,
    PATRON_SCAN_COMMENT,
    PATRON_SCAN_BOGUS,
    PATRON_SCAN_TAG,        /* in a tag, but for the values */
    PATRON_SCAN_VALUE,      /* quoted */
    PATRON_SCAN_UNQUOTED
} patron_scan_e;


typedef struct {
    patron_str_t           name;
    patron_html_name_t     number;
    unsigned               foreign;   /* its children are svg's or math's */
} patron_scan_element_t;


typedef struct {
    patron_scan_e          state;
    const patron_uchar_t  *start;
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
    char                  *err;
    unsigned               strict;    /* all that opens must close */
    unsigned               page;      /* it is a page, no piece of one */

    patron_uchar_t         quote;
    patron_str_t           attr;
    const patron_uchar_t  *value;     /* where the attribute's value begins */

    unsigned               end_tag;
    patron_str_t           tag;
    const patron_uchar_t  *noscript;  /* where a browser's would end */
    unsigned               escaped;   /* a script has seen "<!--" */

    size_t                 depth;
    patron_scan_element_t  stack[PATRON_TEMPLATE_DEPTH];
} patron_scan_t;


void patron_scan_init(patron_scan_t *s, const patron_str_t *html,
    unsigned strict, char *err);

/* One step on; PATRON_DECLINED at the end, PATRON_ERROR with a reason. */

int patron_scan_step(patron_scan_t *s);

/* Past an attribute's name, and '=' before a value; a byte on in a value. */

void patron_scan_attr(patron_scan_t *s);
int patron_scan_value(patron_scan_t *s);

/* The innermost element, or 0; is it svg's or math's? */

patron_html_name_t patron_scan_current(patron_scan_t *s);
unsigned patron_scan_foreign(patron_scan_t *s);

/* Is it one of these names, to an empty one; this name? */

int patron_scan_in(const patron_str_t *name, const patron_str_t *names);
int patron_scan_is(const patron_str_t *name, const char *s);

/* What is left open at the end. */

int patron_scan_finish(patron_scan_t *s);

/* Puts "line N: reason" in err; PATRON_ERROR. */

int patron_scan_failed(patron_scan_t *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* _PATRON_TEMPLATE_SCAN_H_INCLUDED_ */
