
/*
 * See the header.  Where nothing is said of a slot, closing one of its campaigns
 * rests it as long as that campaign: what was closed is the asking.
 *
 * A member's record has it as a text of words, the latest first, in the field
 * "rest", which is read with the others.  It is written where there is a record
 * alone, and only when something begins to rest: as often as caps allow, and no
 * page waits for it.  A Redis that is away costs no more than that other devices
 * do not know.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_date.h"
#include "patron_rest.h"
#include "patron_token.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_str.h"


/*
 * KEYS[1] the member's record; ARGV what begins to rest, and the day.  Of what
 * it has the eight last stay, as long as they hold.
 */

static ngx_str_t  ngx_http_patron_rest_text = ngx_string(
    "if redis.call('TTL', KEYS[1]) == -2 then\n"
    "    return 0\n"
    "end\n"
    "local old = redis.call('HGET', KEYS[1], 'rest') or ''\n"
    "local words, seen = {}, {}\n"
    "for id, day in (ARGV[1] .. ' ' .. old):gmatch('(%x+)%.(%d+)') do\n"
    "    if #words < 8 and #id == 8 and #day < 6 and not seen[id]\n"
    "        and tonumber(day) > tonumber(ARGV[2])\n"
    "    then\n"
    "        seen[id] = true\n"
    "        words[#words + 1] = id .. '.' .. day\n"
    "    end\n"
    "end\n"
    "local new = table.concat(words, ' ')\n"
    "if new ~= old then\n"
    "    redis.call('HSET', KEYS[1], 'rest', new)\n"
    "end\n"
    "return 1\n");


static patron_rest_t  ngx_http_patron_rest_unsaid;
static ngx_str_t  ngx_http_patron_rest_all = ngx_string("");


static uint32_t ngx_http_patron_rest_place(patron_rest_t *rest,
    ngx_str_t *slot);


ngx_uint_t
ngx_http_patron_rest_allows(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t before)
{
    ngx_str_t       *place[2];
    ngx_uint_t       i, allowed;
    patron_rest_t   *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;
    allowed = 1;

    for (i = 0; i < 2; i++) {
        rest = set ? ngx_http_patron_settings_of(set, place[i]) : NULL;

        if (rest == NULL) {
            rest = &ngx_http_patron_rest_unsaid;

            if (st->visit == NULL || st->visit->n == 0) {
                continue;
            }
        }

        if (patron_rest_counts(rest)) {
            st->personal = 1;
        }

        if (!patron_rest_allows(rest,
                                ngx_http_patron_rest_place(rest, place[i]),
                                st->visit, i ? (unsigned) before : 0,
                                ngx_time()))
        {
            allowed = 0;
        }
    }

    return allowed;
}


ngx_uint_t
ngx_http_patron_rest_counts(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *slot)
{
    ngx_str_t      *place[2];
    ngx_uint_t      i;
    patron_rest_t  *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;

    for (i = 0; set != NULL && i < 2; i++) {
        rest = ngx_http_patron_settings_of(set, place[i]);

        if (rest != NULL && patron_rest_counts(rest)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Pages that come first are counted once, however many slots they have; every
 * showing is one that all slots together have made.
 */

ngx_uint_t
ngx_http_patron_rest_count(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t shown,
    ngx_uint_t *all)
{
    uint32_t        id;
    ngx_str_t      *place[2];
    ngx_uint_t      i, changed;
    patron_rest_t  *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;
    changed = 0;

    for (i = 0; i < 2; i++) {
        rest = ngx_http_patron_settings_of(set, place[i]);

        if (rest == NULL || !patron_rest_counts(rest)) {
            continue;
        }

        id = ngx_http_patron_rest_place(rest, place[i]);

        if (i == 0 || *all == 0) {
            changed |= patron_rest_page(rest, id, st->visit);
        }

        if (i == 1) {
            *all = 1;
        }

        if (shown) {
            changed |= patron_rest_show(rest, id, st->visit, ngx_time());
        }
    }

    return changed;
}


void
ngx_http_patron_rest_close(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t days)
{
    patron_rest_t  *one, *all;

    one = set ? ngx_http_patron_settings_of(set, slot) : NULL;
    all = set ? ngx_http_patron_settings_of(set, &ngx_http_patron_rest_all)
              : NULL;

    if (one != NULL && one->closes) {
        days = one->dismiss;
    }

    if (days) {
        patron_visit_dismiss(st->visit, ngx_http_patron_rest_place(one, slot),
                             (unsigned) days, ngx_time());
    }

    if (all != NULL && all->dismiss) {
        patron_visit_dismiss(st->visit,
                    ngx_http_patron_rest_place(all, &ngx_http_patron_rest_all),
                    all->dismiss, ngx_time());
    }
}


ngx_int_t
ngx_http_patron_rest_script(ngx_conf_t *cf, ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->rest_script.text = ngx_http_patron_rest_text;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->rest_script);
}


void
ngx_http_patron_rest_note(ngx_http_patron_resting_t *resting, uint32_t id,
    ngx_uint_t until)
{
    u_char  *p;
    size_t   len;

    if (sizeof(resting->buf) - resting->words.len < PATRON_VISIT_WORD + 1) {
        return;
    }

    resting->words.data = resting->buf;
    p = resting->buf + resting->words.len;

    len = patron_visit_word(id, (unsigned) until, p);

    if (len) {
        p[len] = ' ';
        resting->words.len += len + 1;
    }
}


void
ngx_http_patron_rest_note_slot(ngx_http_patron_resting_t *resting,
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_state_t *st,
    ngx_str_t *slot)
{
    uint32_t        id;
    ngx_str_t      *place[2];
    ngx_uint_t      i;
    patron_rest_t  *rest;

    place[0] = &ngx_http_patron_rest_all;
    place[1] = slot;

    for (i = 0; i < 1 + (slot->len != 0); i++) {
        rest = set ? ngx_http_patron_settings_of(set, place[i]) : NULL;

        if (rest == NULL) {
            rest = &ngx_http_patron_rest_unsaid;
        }

        id = ngx_http_patron_rest_place(rest, place[i]);

        ngx_http_patron_rest_note(resting, id,
                                  patron_rest_until(rest, id, st->visit,
                                                    ngx_time()));
    }
}


void
ngx_http_patron_rest_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_resting_t *resting)
{
    u_char                        key[NGX_HTTP_PATRON_MEMBER_KEY];
    u_char                        day[NGX_TIME_T_LEN];
    ngx_str_t                     argv[3];
    ngx_http_patron_main_conf_t  *pmcf;

    if (resting->words.len == 0 || plcf->redis == NULL || st->id.len == 0
        || st->id.len > PATRON_SUB_MAX)
    {
        return;
    }

    argv[0] = ngx_http_patron_member_key(key, plcf->redis, 0, st->id.data,
                                         st->id.len);
    argv[1] = resting->words;

    argv[2].data = day;
    argv[2].len = ngx_sprintf(day, "%T", ngx_time() / PATRON_DAY) - day;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    ngx_http_patron_run_script(plcf->redis, &pmcf->rest_script, 1, argv, 3);
}


/* Of a slot that nothing is said of rest may be NULL. */

static uint32_t
ngx_http_patron_rest_place(patron_rest_t *rest, ngx_str_t *slot)
{
    patron_str_t  name;

    if (rest != NULL && rest->id) {
        return rest->id;
    }

    name = ngx_http_patron_pure_str(slot);

    return patron_rest_id(&name);
}
