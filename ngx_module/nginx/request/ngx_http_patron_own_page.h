
/*
 * The pages that our handlers write: from the file that the handler names, or
 * from the one that is built in, in the language of the location.
 */


#ifndef _NGX_HTTP_PATRON_OWN_PAGE_H_INCLUDED_
#define _NGX_HTTP_PATRON_OWN_PAGE_H_INCLUDED_


#include "patron_own_page.h"
#include "ngx_http_patron_conf.h"


/* What a page says, as ${page:...}; what it lacks is empty. */

typedef struct {
    patron_str_t  title;
    patron_str_t  text;
    patron_str_t  button;
    patron_str_t  link;         /* of a gift, or a feed */
    patron_str_t  token;        /* of an activation, */
    patron_str_t  to;           /* and where it leads */
    patron_str_t  language;     /* set by who sends it */
} ngx_http_patron_own_say_t;


/* The directive patron_language. */

char *ngx_http_patron_language(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * A handler's file=PATH, which is read.  NGX_DECLINED: the argument is another.
 * NGX_ERROR, with the reason in the log: it is empty, there twice, or cannot be
 * read.
 */

ngx_int_t ngx_http_patron_own_page_file(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *arg);

/*
 * Once the location is merged: compiles the handler's own page, and the one of
 * refusals, from its file or from what is built in.
 */

ngx_int_t ngx_http_patron_own_page_compile(ngx_conf_t *cf,
    const char *directive, ngx_http_patron_loc_conf_t *plcf,
    patron_own_page_e page);

/* What the location's language has for it. */

patron_str_t ngx_http_patron_own_page_text(ngx_http_request_t *r,
    patron_say_e what);

/*
 * Answers with that page, as ngx_http_patron_answer() does.  One of refusals
 * where page is PATRON_OWN_PAGE_REFUSED, else the handler's own.
 */

ngx_int_t ngx_http_patron_own_page_send(ngx_http_request_t *r,
    ngx_uint_t status, patron_own_page_e page,
    ngx_http_patron_own_say_t *say);

/*
 * Says that a form was not taken, and why: in a page, or in JSON to who asks
 * for no page.
 */

ngx_int_t ngx_http_patron_own_page_refuse(ngx_http_request_t *r,
    ngx_uint_t status, patron_say_e title, patron_say_e why);


#endif /* _NGX_HTTP_PATRON_OWN_PAGE_H_INCLUDED_ */
