
/*
 * Crawlers: what one may read, and what it pays.  Amounts of money are millionths
 * of a currency's unit.
 */


#ifndef _PATRON_CRAWLER_H_INCLUDED_
#define _PATRON_CRAWLER_H_INCLUDED_


#include "patron_level.h"


#define PATRON_PRICE_MAX    999999999999    /* millionths */
#define PATRON_PRICE_TEXT   32              /* bytes, as it is written */
#define PATRON_CURRENCY     3


typedef struct {
    int64_t         amount;
    patron_uchar_t  currency[PATRON_CURRENCY];  /* in capitals */
} patron_price_t;


typedef enum {
    PATRON_CRAWLER_SEARCH = 0,
    PATRON_CRAWLER_TRAIN,
    PATRON_CRAWLER_ANSWER,
    PATRON_CRAWLER_ARCHIVE,
    PATRON_CRAWLER_N                /* and none of them */
} patron_crawler_purpose_e;


/* What a crawler is for. */

patron_crawler_purpose_e patron_crawler_purpose(const patron_str_t *text);

/*
 * May a crawler of that level ("free", "metered", "members", tiers, "all") read
 * what needs this one?  Paid says that it pays for it: then "free", and none,
 * keep it from nothing.  1 or 0.
 */

int patron_crawler_reads(const patron_level_t *page, const patron_str_t *level,
    int paid);

/* Digits alone, up to PATRON_PRICE_MAX: PATRON_OK or PATRON_DECLINED. */

int patron_amount_parse(int64_t *amount, const patron_str_t *text);

/* Three letters: PATRON_OK or PATRON_DECLINED. */

int patron_currency_parse(patron_uchar_t *currency, const patron_str_t *text);

/*
 * "USD 0.01", the currency before the amount or behind it, or none for USD;
 * PATRON_OK or PATRON_DECLINED.  And written so, into PATRON_PRICE_TEXT bytes:
 * the length of it.
 */

int patron_price_parse(patron_price_t *price, const patron_str_t *text);
size_t patron_price_write(patron_uchar_t *dst, const patron_price_t *price);

/*
 * Does "Accept" ask for JSON rather than for a page: with more weight, or with
 * the same and before it?  Who takes anything gets a page.  1 or 0.
 */

int patron_accepts_json(const patron_str_t *accept);


#endif /* _PATRON_CRAWLER_H_INCLUDED_ */
