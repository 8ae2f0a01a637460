
/*
 * The insertion modes up to the body.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_HEAD_H_INCLUDED_
#define _PATRON_HTML_HEAD_H_INCLUDED_


#include "patron_html_types.h"


/* One step on towards the body, for a token that none expects here. */

int patron_html_anything_else(patron_html_t *h);

/* The rules of the modes up to it. */

int patron_html_before_html_start(patron_html_t *h);
int patron_html_before_head_start(patron_html_t *h);
int patron_html_before_end(patron_html_t *h);
int patron_html_in_head_start(patron_html_t *h);
int patron_html_in_head_end(patron_html_t *h);
int patron_html_after_head_start(patron_html_t *h);
int patron_html_after_head_end(patron_html_t *h);
int patron_html_in_template_start(patron_html_t *h);
int patron_html_in_template_end(patron_html_t *h);

/* The tags that other modes hand to "in head". */

int patron_html_head_start(patron_html_t *h);
int patron_html_template_end(patron_html_t *h);

/* Closes every template that the end of the page finds open. */

void patron_html_close_templates(patron_html_t *h);


#endif /* _PATRON_HTML_HEAD_H_INCLUDED_ */
