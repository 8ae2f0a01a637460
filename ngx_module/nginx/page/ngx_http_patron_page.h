
/*
 * A page on its way through the body filter: probed for a level where its head
 * may state one, held while a wall has found no place, edited, passed on.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_H_INCLUDED_


#include "patron_jsonld.h"
#include "patron_leak.h"
#include "patron_opening.h"
#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_page_key.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_zone_plans.h"


/* What is looked for in a page whose headers wait. */

#define NGX_HTTP_PATRON_PROBE_META   1      /* a level, in its head */
#define NGX_HTTP_PATRON_PROBE_MATCH  2      /* the wall's place, too */


struct ngx_http_patron_page_s {
    ngx_http_request_t          *request;
    ngx_http_patron_loc_conf_t  *plcf;

    patron_mem_t                *mem;
    patron_edit_t               *edit;
    ngx_http_patron_items_t     *items;     /* it is a feed; else NULL */
    ngx_http_patron_plan_key_t   plan_key;
    ngx_http_patron_page_file_t  file;      /* that it lies in */
    ngx_http_patron_pick_t      *picks;     /* banners, by rule */
    ngx_http_patron_wall_t      *cut;       /* the wall, or NULL, */
    uint64_t                     cut_bit;   /* its rule, */
    ngx_str_t                    wall;      /* and its HTML */
    ngx_str_t                    markup;    /* or empty */
    patron_leak_t               *leak;      /* it is looked through, or NULL */
    uint64_t                     leak_url;  /* as what: a hash */
    uint64_t                     noted;     /* its match is, as this; or 0 */
    uint64_t                     active;
    uint64_t                     banners;   /* of active: these are shown */
    uint64_t                     left_out;  /* of these, by the page's head */
    ngx_output_chain_ctx_t      *captured;  /* an included one that a filter
                                               ahead of ours keeps, or NULL */

    ngx_chain_t                 *raw;       /* while probing */
    ngx_chain_t                **raw_last;
    size_t                       held;
    size_t                       looked;    /* bytes, for a NUL */
    off_t                        promised;  /* Content-Length, or -1 */
    off_t                        received;  /* of that */
    uint64_t                     variant;   /* a hash of all that goes in */

    unsigned                     begun:1;   /* the first byte was seen */
    unsigned                     bypass:1;  /* nothing more to edit */
    unsigned                     done:1;    /* told what became of it */
    unsigned                     probing:1;
    unsigned                     looking:1; /* how it begins */
    unsigned                     fetched:1; /* by a script */
    unsigned                     opened:1;  /* that is known: */
    unsigned                     piece:1;   /* it is no page */
    unsigned                     fragment:1;  /* for scripts it would be none */
    unsigned                     match:1;   /* for the wall's place */
    unsigned                     matched:1;
    unsigned                     longer:1;  /* than what can be kept */
    unsigned                     holding:1; /* the headers too */
    unsigned                     ahead:1;   /* its head need not wait */
    unsigned                     waiting:1; /* headers and head went, and its
                                               body waits for the match */
    unsigned                     walled:1;
    unsigned                     suspect:1; /* held until it is looked
                                               through */
    unsigned                     ended:1;   /* its last byte has come */
    unsigned                     binary:1;  /* it is no text */
    unsigned                     drop:1;    /* no byte of it goes out */
    unsigned                     broken:1;  /* it ends here, in an error */
    unsigned                     keyed:1;   /* it may be remembered */
    unsigned                     planned:1; /* it is */
    unsigned                     recording:1;
    unsigned                     replaying:1;
    unsigned                     guarded:1; /* broken off if its file is
                                               written to */
    unsigned                     nodelay:1; /* the socket has TCP_NODELAY */
    unsigned                     dry:1;     /* it is only looked at */

    /* each is begun before it is read */

    ngx_http_patron_chain_t      chain;
    patron_jsonld_t              jsonld;    /* of the page's own; with markup */
    patron_opening_t             opening;   /* while looking */
    patron_replay_t              replay;
    patron_plan_t                plan;      /* written down, or followed; in
                                               use while recording, replaying */
};


/*
 * Makes the page of st, by the rules of plcf.  With probe set it is read first,
 * for the match of a wall too, and the headers wait; otherwise
 * ngx_http_patron_page_edit() follows.
 */

ngx_int_t ngx_http_patron_page_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t probe, ngx_http_patron_wall_t *wall);

/* The wall of the page's plcf that is to stand in it; NULL for none. */

void ngx_http_patron_page_set_wall(ngx_http_patron_page_t *page,
    ngx_http_patron_wall_t *wall);

/* The same for a page that another one includes: its own, not of the state. */

ngx_http_patron_page_t *ngx_http_patron_page_included_create(
    ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf);

/* Makes the editor of the active rules. */

ngx_int_t ngx_http_patron_page_editor(ngx_http_patron_page_t *page,
    uint64_t active, patron_edit_sink_t *sink);

/* What a rule inserts. */

ngx_str_t *ngx_http_patron_page_html(ngx_http_patron_page_t *page,
    ngx_uint_t rule);

/*
 * What begins as UTF-16 does or has a NUL near its beginning is no page, or
 * none whose tags can be read: it has no place for a wall.
 */

ngx_uint_t ngx_http_patron_page_is_binary(ngx_http_patron_page_t *page,
    u_char *p, size_t len);

#endif /* _NGX_HTTP_PATRON_PAGE_H_INCLUDED_ */
