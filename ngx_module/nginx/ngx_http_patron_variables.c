
/*
 * The variables.  Where the check has not been made they are empty, and none
 * is cached: a "map" that is asked too early must be asked again.
 */


#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_asked.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_reference.h"
#include "ngx_http_patron_meter_types.h"
#include "ngx_http_patron_read.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_variables.h"
#include "ngx_http_patron_visit.h"
#include "ngx_http_patron_wall.h"


typedef struct {
    const char  *data;
    size_t       len;
} ngx_http_patron_word_t;


static ngx_int_t ngx_http_patron_variable_patron(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_state(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_str(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_banners(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_source(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static patron_decision_e ngx_http_patron_decision(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, const char **reason);
static ngx_int_t ngx_http_patron_variable_decision(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_whole(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_wall(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_left(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_path(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_redis_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_here(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_reference(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_patron_variable_version(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_http_patron_set_value(ngx_http_variable_value_t *v,
    const void *data, size_t len);


static ngx_http_variable_t  ngx_http_patron_vars[] = {

    { ngx_string("patron"), NULL, ngx_http_patron_variable_patron, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_state"), NULL, ngx_http_patron_variable_state, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_id"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, id),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_tier"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, tier),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_name"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, name),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_institution"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, institution),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_bot"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, bot),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_bot_by"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, bot_by),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_bot_claims"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, bot_claims),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_bot_purpose"), NULL, ngx_http_patron_variable_str,
      offsetof(ngx_http_patron_state_t, bot_purpose),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_banners"), NULL, ngx_http_patron_variable_banners, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_reason"), NULL, ngx_http_patron_variable_reason, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_source"), NULL, ngx_http_patron_variable_source, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_decision"), NULL,
      ngx_http_patron_variable_decision, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_whole"), NULL, ngx_http_patron_variable_whole, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_wall"), NULL, ngx_http_patron_variable_wall, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_left"), NULL, ngx_http_patron_variable_left, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_path"), NULL, ngx_http_patron_variable_path, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_read"), NULL, ngx_http_patron_variable_read, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_redis_time"), NULL,
      ngx_http_patron_variable_redis_time, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_here"), NULL, ngx_http_patron_variable_here, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_reference"), NULL,
      ngx_http_patron_variable_reference, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("patron_version"), NULL, ngx_http_patron_variable_version, 0,
      0, 0 },

    { ngx_string("patron_ticker_"), NULL, ngx_http_patron_variable_ticker, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

      ngx_http_null_variable
};


static ngx_http_patron_word_t  ngx_http_patron_sources[] = {
    { "none", 4 },
    { "token", 5 },
    { "zone", 4 },
    { "redis", 5 },
    { "fallback", 8 },
    { "institution", 11 }
};


ngx_int_t
ngx_http_patron_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_patron_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_patron(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st != NULL && st->identified && st->state == PATRON_STATE_PATRON) {
        ngx_http_patron_set_value(v, "1", 1);
        return NGX_OK;
    }

    ngx_http_patron_set_value(v, "", 0);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_state(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const patron_str_t       *name;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL || ngx_http_patron_inquiring(st)) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    st->evaluated |= NGX_HTTP_PATRON_READ_STATE;

    name = patron_state_name(st->state);
    ngx_http_patron_set_value(v, name->data, name->len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_str(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                *s;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    if (data == offsetof(ngx_http_patron_state_t, tier)) {
        st->evaluated |= NGX_HTTP_PATRON_READ_TIER;
    }

    s = (ngx_str_t *) ((char *) st + data);
    ngx_http_patron_set_value(v, s->data, s->len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_banners(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    size_t                     len;
    u_char                    *p, *names;
    ngx_uint_t                 i;
    ngx_http_patron_state_t   *st;
    ngx_http_patron_banner_t  *b;

    st = ngx_http_patron_state(r);

    if (st == NULL || st->placed == 0 || st->placed_by->banners == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    b = st->placed_by->banners->elts;
    len = 0;

    for (i = 0; i < st->placed_by->banners->nelts; i++) {
        if (st->placed & (uint64_t) 1 << b[i].rule) {
            len += b[i].name.len + 1;
        }
    }

    names = ngx_pnalloc(r->pool, len + 1);
    if (names == NULL) {
        return NGX_ERROR;
    }

    p = names;

    for (i = 0; i < st->placed_by->banners->nelts; i++) {
        if (st->placed & (uint64_t) 1 << b[i].rule) {
            p = ngx_cpymem(p, b[i].name.data, b[i].name.len);
            *p++ = ',';
        }
    }

    ngx_http_patron_set_value(v, names, len ? len - 1 : 0);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char               *reason;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    (void) ngx_http_patron_decision(r, st, &reason);

    if (reason == NULL) {
        reason = "";
    }

    ngx_http_patron_set_value(v, reason, ngx_strlen(reason));

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_source(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_patron_word_t   *word;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    word = &ngx_http_patron_sources[st->source];
    ngx_http_patron_set_value(v, word->data, word->len);

    return NGX_OK;
}


/* What the reader gets, as far as it can be known now. */

static patron_decision_e
ngx_http_patron_decision(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    const char **reason)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    return ngx_http_patron_wall_forecast(r, plcf, st, reason);
}


static ngx_int_t
ngx_http_patron_variable_decision(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char               *reason, *name;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    st->evaluated |= NGX_HTTP_PATRON_READ_DECISION;

    name = patron_decision_name(ngx_http_patron_decision(r, st, &reason));
    ngx_http_patron_set_value(v, name, ngx_strlen(name));

    return NGX_OK;
}


/* 1 where no wall keeps a part of the page from the reader. */

static ngx_int_t
ngx_http_patron_variable_whole(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char               *reason;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    st->evaluated |= NGX_HTTP_PATRON_READ_WHOLE;

    ngx_http_patron_set_value(v, "1",
                              !patron_decision_closed(
                                   ngx_http_patron_decision(r, st, &reason)));

    return NGX_OK;
}


/* 1 where the wall's HTML stands in the page; "uncut" in one that is shorter
   than what the wall keeps. */

static ngx_int_t
ngx_http_patron_variable_wall(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st != NULL && st->uncut) {
        ngx_http_patron_set_value(v, "uncut", sizeof("uncut") - 1);
        return NGX_OK;
    }

    ngx_http_patron_set_value(v, "1", st != NULL && st->shown);

    return NGX_OK;
}


/* Articles left after this one; empty where no meter was asked. */

static ngx_int_t
ngx_http_patron_variable_left(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                   *p;
    ngx_int_t                 left;
    const char               *reason;
    patron_decision_e         decision;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st != NULL) {
        st->evaluated |= NGX_HTTP_PATRON_READ_LEFT;
    }

    if (st == NULL || st->meter == NULL || st->meter->left < 0) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    left = st->meter->left;

    if (!st->decided && st->metered) {
        decision = ngx_http_patron_decision(r, st, &reason);

        /*
         * reserved for a response that turns out to be free: add_header; or
         * told to who is to decide about this very article, and then it is one
         * of them, even if it was read before
         */

        left += (decision == PATRON_DECISION_UNKNOWN
                 || (decision != PATRON_DECISION_METER
                     && st->meter->outcome != NGX_HTTP_PATRON_METER_READ));
    }

    p = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_http_patron_set_value(v, p, ngx_sprintf(p, "%i", left) - p);

    return NGX_OK;
}


/* What the reader asked for, whatever it was rewritten to. */

static ngx_int_t
ngx_http_patron_variable_path(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  path;

    if (ngx_http_patron_asked_path(r, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_patron_set_value(v, path.data, path.len);

    return NGX_OK;
}


/* Seconds with milliseconds, as $upstream_response_time; empty if not asked. */

static ngx_int_t
ngx_http_patron_variable_redis_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                   *p, *last;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL || !st->asked) {
        ngx_http_patron_set_value(v, "", 0);
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    last = ngx_sprintf(p, "%T.%03M", (time_t) st->redis_time / 1000,
                       st->redis_time % 1000);
    ngx_http_patron_set_value(v, p, last - p);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_here(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  here;

    if (ngx_http_patron_here(r, &here) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_patron_set_value(v, here.data, here.len);

    return NGX_OK;
}


/* Empty before the reader is identified, and where there can be none. */

static ngx_int_t
ngx_http_patron_variable_reference(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_int_t                    rc;
    ngx_str_t                    reference;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    st = ngx_http_patron_state(r);
    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    ngx_str_null(&reference);

    rc = NGX_DECLINED;

    if (st != NULL) {
        rc = (plcf->keys == NULL
              || ngx_http_patron_visit_open(r, plcf, st) == NGX_OK)
             ? ngx_http_patron_reference(r, plcf, st, &reference) : NGX_ERROR;
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_http_patron_set_value(v, reference.data, reference.len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_variable_version(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_patron_set_value(v, PATRON_VERSION, sizeof(PATRON_VERSION) - 1);

    return NGX_OK;
}


static void
ngx_http_patron_set_value(ngx_http_variable_value_t *v, const void *data,
    size_t len)
{
    v->len = len;
    v->data = (u_char *) data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}
