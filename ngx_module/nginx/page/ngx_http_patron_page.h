
/*
 * A page on its way through the body filter: probed for a level where its head
 * may state one, held while a wall has found no place, edited, passed on.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_H_INCLUDED_


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_page_key.h"
#include "ngx_http_patron_state.h"


struct ngx_http_patron_page_s {
    ngx_http_request_t          *request;
    ngx_http_patron_loc_conf_t  *plcf;

    patron_mem_t                *mem;
    patron_edit_t               *edit;
    ngx_http_patron_plan_key_t   plan_key;
    patron_replay_t              replay;
    ngx_http_patron_pick_t      *picks;     /* banners, by rule */
    ngx_str_t                    wall;
    uint64_t                     active;
    uint64_t                     banners;   /* of active: these are shown */
    ngx_http_patron_chain_t      chain;

    ngx_chain_t                 *raw;       /* while probing */
    ngx_chain_t                **raw_last;
    size_t                       held;
    size_t                       looked;    /* bytes, for a NUL */
    ngx_uint_t                   markup;    /* characters of it matched */

    unsigned                     begun:1;   /* the first byte was seen */
    unsigned                     bypass:1;  /* nothing more to edit */
    unsigned                     done:1;    /* told what became of it */
    unsigned                     probing:1;
    unsigned                     holding:1; /* the headers too */
    unsigned                     walled:1;
    unsigned                     binary:1;  /* it is no text */
    unsigned                     drop:1;    /* no byte of it goes out */
    unsigned                     ended:1;   /* what went out is all */
    unsigned                     recording:1;
    unsigned                     replaying:1;
    unsigned                     nodelay:1; /* the socket has TCP_NODELAY */

    patron_plan_t                plan;      /* written down, or followed; in
                                               use while recording, replaying */
};


/*
 * Makes the page of st.  With probe set its head is read for a level first and
 * the headers wait; otherwise ngx_http_patron_page_edit() follows.
 */

ngx_int_t ngx_http_patron_page_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t probe);

/* Begins the edit; with walled set the headers wait for the wall's place. */

ngx_int_t ngx_http_patron_page_edit(ngx_http_patron_page_t *page,
    uint64_t active, ngx_uint_t walled);

/* The plan of the edit is to be kept in the zone under key. */

void ngx_http_patron_page_record(ngx_http_patron_page_t *page,
    ngx_http_patron_plan_key_t *key);

/*
 * Begins an edit by page->plan: nothing is held.  length is that of the page,
 * -1 if it is not known, and becomes that of the edited one.
 */

void ngx_http_patron_page_replay(ngx_http_patron_page_t *page, off_t *length);

/*
 * The body.  NGX_OK: chain.out is what there is to send; NGX_DONE: the page was
 * refused, and rc is what to return; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_feed(ngx_http_patron_page_t *page,
    ngx_chain_t *in, ngx_int_t *rc);


/*
 * The rest of a page whose headers have waited will not come: there is still a
 * status to give.  What to return.
 */

ngx_int_t ngx_http_patron_page_bad_gateway(ngx_http_patron_page_t *page);

/* True if nothing is to be done to this part of the body: it may go on. */

ngx_uint_t ngx_http_patron_page_skip(ngx_http_patron_page_t *page,
    ngx_chain_t *in);

/*
 * After the last of a page was handed on that is sent in slices of its file, or
 * without TCP_NODELAY: sends the end, which the kernel may be holding back.
 */

void ngx_http_patron_page_push(ngx_http_patron_page_t *page);


/* Between the files of the page. */

/* Makes the editor of the active rules. */

ngx_int_t ngx_http_patron_page_editor(ngx_http_patron_page_t *page,
    uint64_t active, patron_edit_sink_t *sink);

/* A buffer through the editor, and through the plan. */

ngx_int_t ngx_http_patron_page_bytes(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
ngx_int_t ngx_http_patron_page_replay_buf(ngx_http_patron_page_t *page,
    ngx_buf_t *b);

/* What a rule inserts. */

ngx_str_t *ngx_http_patron_page_html(ngx_http_patron_page_t *page,
    ngx_uint_t rule);

/*
 * What begins as UTF-16 does or has a NUL near its beginning is no page, or
 * none whose tags can be read: it has no place for a wall.
 */

ngx_uint_t ngx_http_patron_page_is_binary(ngx_http_patron_page_t *page,
    u_char *p, size_t len);

/* The edit is over: which rules were placed, and why no more, or NULL. */

void ngx_http_patron_page_done(ngx_http_patron_page_t *page, uint64_t placed,
    const char *why);


/* ngx_http_patron_filter.c */

/*
 * The headers of a page whose decision has been made: who may keep it, its
 * validators.  Begins the edit if there is one.  NGX_OK: the headers may be
 * sent; NGX_AGAIN: they wait; NGX_DONE: 304; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

ngx_int_t ngx_http_patron_send_header(ngx_http_request_t *r);
ngx_int_t ngx_http_patron_refuse(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char *why);


#endif /* _NGX_HTTP_PATRON_PAGE_H_INCLUDED_ */
