
/*
 * What is told of the places of banners and walls: which were found in a page,
 * and which it lacks.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_PLACES_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_PLACES_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* The edit is over: which rules were placed, and why no more, or NULL. */

void ngx_http_patron_page_done(ngx_http_patron_page_t *page, uint64_t placed,
    const char *why);

/* Banners whose selectors match much more than the element they stand at. */

void ngx_http_patron_page_crowded(ngx_http_patron_page_t *page,
    uint64_t rules);

/* The wall's selector has matched; has not, with longer set within
   patron_wall_buffer, so that the page is refused; and has, but the page was
   shorter than what the wall keeps. */

void ngx_http_patron_page_wall_found(ngx_http_patron_page_t *page);
void ngx_http_patron_page_wall_missed(ngx_http_patron_page_t *page,
    ngx_uint_t longer);
void ngx_http_patron_page_uncut(ngx_http_patron_page_t *page);

/* It is walled, and has the data of an application that would write it anew. */

void ngx_http_patron_page_hydrated(ngx_http_patron_page_t *page);

/* What was cut stands elsewhere in it; tell: the log, too. */

void ngx_http_patron_page_leaking(ngx_http_patron_page_t *page,
    patron_leak_found_t *found, ngx_uint_t tell);

/* A page that needs a wall is refused, or broken off: why it cannot be read. */

void ngx_http_patron_page_unread(ngx_http_patron_page_t *page,
    const char *why);


#endif /* _NGX_HTTP_PATRON_PAGE_PLACES_H_INCLUDED_ */
