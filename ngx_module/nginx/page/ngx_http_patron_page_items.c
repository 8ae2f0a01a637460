
/*
 * See the header.  A feed is read where its location closes it to the reader,
 * or where its items state levels, and where it was asked for by a personal
 * address; whoever else sees all of it gets it as it came.  What a guest was
 * sent of it is remembered, by what the feed is known again by, and sent to the
 * next.
 * A meter is for articles: no feed is let pass by it.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_feed_types.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_kept.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_page_dry.h"
#include "ngx_http_patron_page_items.h"
#include "ngx_http_patron_page_key.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"
#include "ngx_http_patron_zone.h"


struct ngx_http_patron_items_s {
    patron_feed_t            *feed;
    patron_feed_conf_t        conf;
    patron_feed_sink_t        sink;
    ngx_http_patron_state_t  *state;
    ngx_http_patron_kept_t   *made;     /* what is sent of it, to be kept */
    ngx_http_patron_kept_t   *kept;     /* what was, or NULL */
    const char               *why;      /* it cannot be read, or NULL */
    ngx_uint_t                closed;   /* by more than its items */
};


static ngx_uint_t ngx_http_patron_items_may_close(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_items_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t kind, ngx_uint_t closed);
static ngx_int_t ngx_http_patron_items_words(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *words, uint64_t *hash);
static uint64_t ngx_http_patron_items_variant(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, uint64_t variant);
static void ngx_http_patron_items_remember(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t kind);
static ngx_uint_t ngx_http_patron_items_guest(ngx_http_patron_state_t *st);
static void ngx_http_patron_items_made(ngx_http_patron_page_t *page);
static void ngx_http_patron_items_count(ngx_http_request_t *r, ngx_uint_t cut,
    patron_feed_format_e format);
static void ngx_http_patron_items_ended(ngx_http_patron_page_t *page);
static int ngx_http_patron_items_pass(void *ctx, const patron_uchar_t *data,
    size_t len);
static int ngx_http_patron_items_write(void *ctx, const patron_uchar_t *data,
    size_t len);
static int ngx_http_patron_items_closed(void *ctx, const patron_str_t *level);
static int ngx_http_patron_items_link(void *ctx, patron_str_t *url);


ngx_int_t
ngx_http_patron_items_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char **why)
{
    ngx_int_t          rc;
    ngx_uint_t         kind, closed, open;
    patron_decision_e  decision;

    rc = ngx_http_patron_is_feed(r, &kind);

    if (rc == NGX_DECLINED
        || (r->headers_out.status != NGX_HTTP_OK
            && r->headers_out.status != NGX_HTTP_PARTIAL_CONTENT)
        || (plcf->told && r->content_handler != NULL))
    {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_wall_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_patron_wall_protects(r)) {
        ngx_http_patron_wall_free(st);
        return NGX_DONE;
    }

    st->giver = NULL;
    st->metered = 0;

    decision = ngx_http_patron_wall_decide(r, st);
    closed = patron_decision_closed(decision);

    open = !closed && !ngx_http_patron_items_may_close(plcf, st);

    if (open
        && (st->feed == NULL || rc == NGX_ABORT
            || r->headers_out.status != NGX_HTTP_OK))
    {
        if (!(kind & NGX_HTTP_PATRON_FEED_ANY)) {
            ngx_http_patron_items_count(r, 0,
                  (kind & NGX_HTTP_PATRON_FEED_JSON) ? PATRON_FEED_JSON
                  : (kind & NGX_HTTP_PATRON_FEED_ATOM) ? PATRON_FEED_ATOM
                  : PATRON_FEED_RSS);
        }

        return NGX_DONE;
    }

    if (ngx_http_patron_is_dry(plcf, st)) {
        return NGX_DONE;
    }

    if (decision == PATRON_DECISION_DENY) {
        return NGX_BUSY;
    }

    if (rc == NGX_ABORT || r->headers_out.status != NGX_HTTP_OK) {
        *why = "the feed cannot be read";
        return NGX_ABORT;
    }

    if (ngx_http_patron_items_create(r, plcf, st, kind, closed) != NGX_OK) {
        return NGX_ERROR;
    }

    st->page->items->conf.open = open;
    st->page->items->conf.shut = closed;

    return NGX_OK;
}


/* Is there a level that an item could state and that would close it? */

static ngx_uint_t
ngx_http_patron_items_may_close(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return plcf->feed->level.len != 0 && !st->open && !st->bypass;
}


static ngx_int_t
ngx_http_patron_items_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t kind, ngx_uint_t closed)
{
    uint64_t                  variant;
    ngx_str_t                 words;
    ngx_http_patron_page_t   *page;
    ngx_http_patron_items_t  *items;

    if (ngx_http_patron_items_words(r, plcf, st, &words, &variant) != NGX_OK
        || ngx_http_patron_page_create(r, plcf, st, 0, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    items = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_items_t));
    if (items == NULL) {
        return NGX_ERROR;
    }

    items->state = st;
    items->closed = closed;

    items->conf.rules = plcf->feed->rules;
    items->conf.json = (kind & NGX_HTTP_PATRON_FEED_JSON) != 0;
    items->conf.level = ngx_http_patron_pure_str(&plcf->feed->level);
    items->conf.words = ngx_http_patron_pure_str(&words);
    items->conf.more = *patron_own_page_say((int) plcf->language,
                                            PATRON_SAY_FEED_REST);
    items->conf.item_max = plcf->wall_buffer;

    if (r->headers_out.content_length_n > 0) {
        items->conf.expected = (size_t) r->headers_out.content_length_n;
    }

    items->sink.pass = ngx_http_patron_items_pass;
    items->sink.write = ngx_http_patron_items_write;
    items->sink.closed = ngx_http_patron_items_closed;

    if (st->feed != NULL) {
        items->sink.link = ngx_http_patron_items_link;
    }

    page = st->page;
    page->items = items;
    page->walled = 1;
    page->variant = ngx_http_patron_items_variant(plcf, st, variant);

    ngx_http_patron_items_remember(r, plcf, st, kind);

    return NGX_OK;
}


static void
ngx_http_patron_items_remember(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t kind)
{
    uint64_t                  hash;
    ngx_http_patron_page_t   *page;
    ngx_http_patron_items_t  *items;

    page = st->page;
    items = page->items;

    /* a location of this process, whose address is no other's */

    hash = ngx_http_patron_hash_mix(page->variant, (uint64_t) kind);
    hash = ngx_http_patron_hash_mix(hash, (uint64_t) (uintptr_t) plcf);

    if (!ngx_http_patron_items_guest(st)
        || ngx_http_patron_page_key(r, plcf, hash, 1, &page->plan_key,
                                    &page->file)
           != NGX_OK)
    {
        return;
    }

    items->kept = ngx_http_patron_kept_find(r, &page->plan_key);

    if (items->kept != NULL) {
        page->planned = 1;

    } else if (r->method != NGX_HTTP_HEAD) {
        items->made = ngx_http_patron_kept_begin(r, &page->plan_key);
    }
}


/* Is all that closes an item to this reader in the level, and in the item? */

static ngx_uint_t
ngx_http_patron_items_guest(ngx_http_patron_state_t *st)
{
    return st->state != PATRON_STATE_PATRON
           && st->feed == NULL
           && st->crawl == NULL
           && st->institution.len == 0
           && st->bot.len == 0
           && !st->open
           && !st->bypass;
}


/* The words of the wall that would stand in a page for members. */

static ngx_int_t
ngx_http_patron_items_words(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *words, uint64_t *hash)
{
    ngx_int_t                rc;
    patron_level_e           type;
    ngx_http_patron_wall_t  *wall;

    ngx_str_null(words);
    *hash = 0;

    if (plcf->walls == NULL) {
        return NGX_OK;
    }

    type = st->level.type;

    if (type == PATRON_LEVEL_FREE) {
        st->level.type = PATRON_LEVEL_MEMBERS;
    }

    rc = ngx_http_patron_wall_choose(r, plcf, st, &wall);

    st->level.type = type;

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    return ngx_http_patron_template_render(r, &wall->tmpl, words, hash);
}


/* Readers for whom other items are open get other feeds. */

static uint64_t
ngx_http_patron_items_variant(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, uint64_t variant)
{
    variant = ngx_http_patron_hash_str(variant, &plcf->feed->level);
    variant = ngx_http_patron_hash_mix(variant, (uint64_t) plcf->feed->keep);
    variant = ngx_http_patron_hash_mix(variant, (uint64_t) plcf->language);
    variant = ngx_http_patron_hash_mix(variant, (uint64_t) st->level.type);
    variant = ngx_http_patron_hash_mix(variant,
                                       st->state == PATRON_STATE_PATRON);

    if (st->feed != NULL) {
        variant = ngx_http_patron_hash_str(variant, &st->feed->id);
    }

    return st->state == PATRON_STATE_PATRON
           ? ngx_http_patron_hash_str(variant, &st->tier) : variant;
}


ngx_int_t
ngx_http_patron_items_begin(ngx_http_patron_page_t *page)
{
    ngx_http_patron_items_t  *items;

    items = page->items;

    page->mem = ngx_http_patron_mem(page->request->pool);
    if (page->mem == NULL) {
        return NGX_ERROR;
    }

    page->holding = 1;
    page->request->filter_need_in_memory = 1;

    items->feed = patron_feed_create(page->mem, &items->conf, &items->sink,
                                     page);

    return items->feed == NULL ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_patron_items_bytes(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    int                       code;
    size_t                    len;
    ngx_http_patron_items_t  *items;

    items = page->items;
    len = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;

    if (len == 0 && !b->last_buf) {

        if (b->in_file && b->file_pos < b->file_last) {
            ngx_log_error(NGX_LOG_ALERT, page->request->connection->log, 0,
                          "patron: a file buffer came without memory");
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    code = patron_feed_feed(items->feed, b->pos, len, b->last_buf);

    if (code == PATRON_ERROR) {
        items->why = patron_feed_reason(items->feed);

        return items->why == NULL ? NGX_ERROR : NGX_OK;
    }

    if (code == PATRON_DECLINED && items->closed) {
        items->why = "it is no feed";
        return NGX_OK;
    }

    if (code == PATRON_OK && b->last_buf && items->made != NULL) {
        ngx_http_patron_items_made(page);
    }

    if (code == PATRON_DECLINED || b->last_buf) {
        ngx_http_patron_items_ended(page);
    }

    return NGX_OK;
}


static void
ngx_http_patron_items_made(ngx_http_patron_page_t *page)
{
    ngx_http_patron_items_t  *items;

    items = page->items;

    items->made->format = patron_feed_format(items->feed);
    items->made->cut = (patron_feed_cut(items->feed) != 0);

    ngx_http_patron_kept_keep(items->made);
}


void
ngx_http_patron_items_replay(ngx_http_patron_page_t *page, off_t *length)
{
    page->replaying = 1;

    *length = page->items->kept->bytes.len;
}


ngx_int_t
ngx_http_patron_items_replay_buf(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    ngx_http_patron_kept_t   *kept;
    ngx_http_patron_items_t  *items;

    items = page->items;
    kept = items->kept;

    ngx_http_patron_chain_from(&page->chain, b);

    if (!page->done) {
        page->done = 1;
        items->state->shown |= kept->cut;

        ngx_http_patron_items_count(page->request, kept->cut, kept->format);

        if (ngx_http_patron_chain_memory(&page->chain, &kept->bytes)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_patron_chain_end(&page->chain);
}


static void
ngx_http_patron_items_ended(ngx_http_patron_page_t *page)
{
    patron_feed_t  *feed;

    page->bypass = 1;

    if (page->done) {
        return;
    }

    page->done = 1;
    feed = page->items->feed;

    if (patron_feed_format(feed) != PATRON_FEED_NONE) {
        ngx_http_patron_items_count(page->request,
                                    patron_feed_cut(feed) != 0,
                                    patron_feed_format(feed));
    }
}


/*
 * In the zone by format, and by name "feed.cut" and "feed.cut.rss".  The format
 * is known.
 */

static void
ngx_http_patron_items_count(ngx_http_request_t *r, ngx_uint_t cut,
    patron_feed_format_e format)
{
    static ngx_http_patron_counter_t  all[] = {     /* whole, cut */
        ngx_http_patron_stats_name("feed.whole"),
        ngx_http_patron_stats_name("feed.cut")
    };

    static struct {
        ngx_http_patron_counter_t  names[2];
        ngx_http_patron_counter_e  counters[2];
    } formats[] = {
        { { ngx_http_patron_stats_name(""), ngx_http_patron_stats_name("") },
          { 0, 0 } },
        { { ngx_http_patron_stats_name("feed.whole.rss"),
            ngx_http_patron_stats_name("feed.cut.rss") },
          { NGX_HTTP_PATRON_C_FEED_RSS_WHOLE,
            NGX_HTTP_PATRON_C_FEED_RSS_CUT } },
        { { ngx_http_patron_stats_name("feed.whole.atom"),
            ngx_http_patron_stats_name("feed.cut.atom") },
          { NGX_HTTP_PATRON_C_FEED_ATOM_WHOLE,
            NGX_HTTP_PATRON_C_FEED_ATOM_CUT } },
        { { ngx_http_patron_stats_name("feed.whole.json"),
            ngx_http_patron_stats_name("feed.cut.json") },
          { NGX_HTTP_PATRON_C_FEED_JSON_WHOLE,
            NGX_HTTP_PATRON_C_FEED_JSON_CUT } }
    };

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               formats[format].counters[cut]);

    ngx_http_patron_stats_counted(r, &formats[format].names[cut]);
    ngx_http_patron_stats_counted(r, &all[cut]);
}


ngx_int_t
ngx_http_patron_items_settled(ngx_http_patron_page_t *page, const char **why)
{
    ngx_http_patron_items_t  *items;

    items = page->items;

    if (items->why != NULL) {
        *why = items->why;
        return NGX_DECLINED;
    }

    if (!page->holding
        || page->bypass
        || patron_feed_cut(items->feed)
        || patron_feed_whole(items->feed))
    {
        return NGX_OK;
    }

    if (page->held > page->plcf->wall_buffer) {
        *why = "the feed has no item within patron_wall_buffer";
        return NGX_DECLINED;
    }

    return NGX_AGAIN;
}


static int
ngx_http_patron_items_pass(void *ctx, const patron_uchar_t *data, size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    if (page->holding) {
        return ngx_http_patron_items_write(page, data, len);
    }

    if (page->items->made != NULL) {
        ngx_http_patron_kept_add(page->items->made, data, len);
    }

    return ngx_http_patron_chain_pass(&page->chain,
                                      data - page->chain.in->pos, len);
}


static int
ngx_http_patron_items_write(void *ctx, const patron_uchar_t *data, size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    if (page->items->made != NULL) {
        ngx_http_patron_kept_add(page->items->made, data, len);
    }

    if (page->holding) {
        page->held += len;
    }

    return ngx_http_patron_chain_copy(&page->chain, (u_char *) data, len);
}


/* The strictest of the item's level and that of the response. */

static int
ngx_http_patron_items_closed(void *ctx, const patron_str_t *text)
{
    ngx_http_patron_page_t  *page = ctx;

    patron_level_t            level, stated;
    ngx_http_patron_state_t  *st;

    st = page->items->state;
    level = st->level;

    if (text != NULL) {
        patron_level_parse(&stated, text);
        patron_level_combine(&level, &stated);
    }

    if (!patron_decision_closed(ngx_http_patron_wall_verdict(st, &level,
                                                             NULL)))
    {
        return 0;
    }

    st->shown = 1;

    return 1;
}


/* The enclosures of a feed by a personal address have such addresses, too. */

static int
ngx_http_patron_items_link(void *ctx, patron_str_t *url)
{
    ngx_http_patron_page_t  *page = ctx;

    return ngx_http_patron_feed_own(page->request, page->plcf,
                                    page->items->state->feed, url)
           == NGX_OK ? PATRON_OK : PATRON_ERROR;
}
