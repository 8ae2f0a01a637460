
/*
 * See the header.  "granted" and "revenue.<currency>" are of all campaigns that
 * the reader was assigned to, and of the one clicked where its slot has no
 * experiment; "granted_by_click" and "revenue_by_click.<currency>" are of the
 * one clicked alone.
 *
 * Limit: a campaign that has been taken down by then has no name any more.
 */


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_credit.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_CREDIT_WORDS  5
#define NGX_HTTP_PATRON_CREDITED      32    /* campaigns of a note */


typedef struct {
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_campaigns_t     *campaigns;
    ngx_http_patron_campaign_set_t  *set;
    int64_t                          paid;      /* negative: gone back */
    patron_str_t                     currency;
    patron_str_t                     news;
} ngx_http_patron_credit_t;


static ngx_uint_t ngx_http_patron_credit_read(
    ngx_http_patron_credit_t *credit, const patron_str_t *note,
    patron_str_t *to);
static void ngx_http_patron_credit_to(ngx_http_patron_credit_t *credit,
    patron_str_t *to);
static ngx_uint_t ngx_http_patron_credit_next(patron_str_t *list, int by,
    patron_str_t *word);
static ngx_uint_t ngx_http_patron_credit_new(ngx_http_patron_credit_t *credit,
    const patron_str_t *id);
static void ngx_http_patron_credit_count(ngx_http_patron_credit_t *credit,
    const char *by, patron_campaign_t *campaign, ngx_uint_t granted);


void
ngx_http_patron_credit(ngx_http_patron_loc_conf_t *plcf,
    const patron_str_t *note)
{
    patron_str_t              to;
    ngx_http_patron_credit_t  credit;

    credit.plcf = plcf;
    credit.campaigns = ngx_http_patron_campaigns_on(plcf->redis);
    credit.set = credit.campaigns
                 ? ngx_http_patron_campaigns(credit.campaigns) : NULL;

    if (credit.set != NULL
        && ngx_http_patron_credit_read(&credit, note, &to))
    {
        ngx_http_patron_credit_to(&credit, &to);
    }
}


static ngx_uint_t
ngx_http_patron_credit_read(ngx_http_patron_credit_t *credit,
    const patron_str_t *note, patron_str_t *to)
{
    ngx_uint_t    i;
    patron_str_t  rest, word[NGX_HTTP_PATRON_CREDIT_WORDS];

    rest = *note;

    for (i = 0; i < NGX_HTTP_PATRON_CREDIT_WORDS; i++) {
        if (!ngx_http_patron_credit_next(&rest, ' ', &word[i])) {
            ngx_memzero(&word[i], sizeof(patron_str_t));
        }
    }

    if (word[0].len != 1 || word[3].len == 0) {
        return 0;
    }

    credit->paid = ngx_atoof((u_char *) word[1].data, word[1].len);
    credit->currency = word[2];
    credit->news = word[4];
    *to = word[3];

    if (credit->paid < 0 || *credit->currency.data == '-') {
        credit->paid = 0;
    }

    if (*word[0].data == '-') {
        credit->paid = -credit->paid;
    }

    return 1;
}


static void
ngx_http_patron_credit_to(ngx_http_patron_credit_t *credit, patron_str_t *to)
{
    ngx_uint_t          i, n, granted;
    ngx_int_t           id;
    patron_str_t        word;
    patron_campaign_t  *c, *clicked, *slots[NGX_HTTP_PATRON_CREDITED];

    clicked = NULL;
    granted = 0;
    n = 0;

    while (n < NGX_HTTP_PATRON_CREDITED
           && ngx_http_patron_credit_next(to, ',', &word))
    {
        if (*word.data == 'c') {
            id = ngx_hextoi((u_char *) word.data + 1, word.len - 1);
            clicked = (id == NGX_ERROR) ? NULL
                      : ngx_http_patron_campaign_followed(credit->set,
                                                          (uint32_t) id);
            granted = ngx_http_patron_credit_new(credit, &word);
            continue;
        }

        id = ngx_hextoi((u_char *) word.data, word.len);
        c = (id == NGX_ERROR) ? NULL
            : ngx_http_patron_campaign_by_part(credit->set, (uint32_t) id);

        if (c != NULL) {
            slots[n++] = c;
            ngx_http_patron_credit_count(credit, "", c,
                                   ngx_http_patron_credit_new(credit, &word));
        }
    }

    if (clicked == NULL) {
        return;
    }

    ngx_http_patron_credit_count(credit, "_by_click", clicked, granted);

    for (i = 0; i < n; i++) {
        if (slots[i]->slot.len == clicked->slot.len
            && ngx_memcmp(slots[i]->slot.data, clicked->slot.data,
                          clicked->slot.len) == 0)
        {
            return;
        }
    }

    ngx_http_patron_credit_count(credit, "", clicked, granted);
}


/* The next word, which is not empty, taken off the list. */

static ngx_uint_t
ngx_http_patron_credit_next(patron_str_t *list, int by, patron_str_t *word)
{
    const patron_uchar_t  *end;

    if (list->len == 0) {
        return 0;
    }

    end = memchr(list->data, by, list->len);

    word->data = list->data;
    word->len = end ? (size_t) (end - list->data) : list->len;

    list->data += word->len + (end != NULL);
    list->len -= word->len + (end != NULL);

    return word->len != 0;
}


static ngx_uint_t
ngx_http_patron_credit_new(ngx_http_patron_credit_t *credit,
    const patron_str_t *id)
{
    patron_str_t  list, word;

    list = credit->news;

    while (ngx_http_patron_credit_next(&list, ',', &word)) {
        if (word.len == id->len
            && ngx_memcmp(word.data, id->data, id->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_patron_credit_count(ngx_http_patron_credit_t *credit,
    const char *by, patron_campaign_t *campaign, ngx_uint_t granted)
{
    char       what[sizeof("revenue_by_click.xxx")];
    ngx_str_t  name;

    name = ngx_http_patron_nginx_str(&campaign->key);

    ngx_snprintf((u_char *) what, sizeof(what), "granted%s%Z", by);

    ngx_http_patron_stats_sum(credit->campaigns->zone, credit->plcf->redis,
                              credit->plcf->stats, what, &name, granted);

    ngx_snprintf((u_char *) what, sizeof(what), "revenue%s.%*s%Z", by,
                 ngx_min(credit->currency.len, 3), credit->currency.data);

    ngx_http_patron_stats_sum(credit->campaigns->zone, credit->plcf->redis,
                              credit->plcf->stats, what, &name, credit->paid);
}
