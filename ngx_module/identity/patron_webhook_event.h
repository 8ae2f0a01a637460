
/*
 * What a webhook says, whoever sent it.
 */


#ifndef _PATRON_WEBHOOK_EVENT_H_INCLUDED_
#define _PATRON_WEBHOOK_EVENT_H_INCLUDED_


#include "patron_webhook_json.h"


#define PATRON_WEBHOOK_ANSWER_MAX  1024


typedef enum {
    PATRON_WEBHOOK_MEMBERSHIP = 0,
    PATRON_WEBHOOK_GIFT,            /* a payment that is no membership's */
    PATRON_WEBHOOK_REFUND,          /* such a payment was taken back: paid is
                                       what was refunded, 0: it does not say */
    PATRON_WEBHOOK_PAYMENT,         /* a membership's, which others tell of */
    PATRON_WEBHOOK_PARTIAL,         /* of a payment so much was refunded: paid;
                                       it stands */
    PATRON_WEBHOOK_REFUND_FAILED,   /* a refund, of paid, came to nothing */
    PATRON_WEBHOOK_DISPUTE,         /* the one of refund took it back, */
    PATRON_WEBHOOK_WON              /* and was decided for us */
} patron_webhook_kind_e;


/* Where the texts of an event lie. */

typedef enum {
    PATRON_WEBHOOK_ID = 0,
    PATRON_WEBHOOK_WHO,
    PATRON_WEBHOOK_TIER,
    PATRON_WEBHOOK_OF,
    PATRON_WEBHOOK_ONE,
    PATRON_WEBHOOK_TEXTS
} patron_webhook_text_e;


typedef struct {
    patron_webhook_kind_e   kind;

    patron_str_t            sub;        /* as a token's: printable ASCII */
    int                     anonymous;  /* it is an anonymous reader's id */

    patron_str_t            of;         /* subscription, or payment */
    patron_str_t            id;         /* of the event; empty: none */
    int64_t                 at;         /* unix seconds; 0: not known */
    int                     rank;       /* among those of one second */

    patron_str_t            tier;       /* data is NULL: nothing is said */
    const char             *status;     /* the member record's word */
    int64_t                 until;      /* 0: without end */
    int64_t                 amount;     /* thousandths */
    int                     refunded;   /* a membership whose payment was */
    patron_str_t            refund;     /* the one that it tells of; empty: all
                                           that there were of the payment */

    int64_t                 paid;       /* in the currency's minor units */
    char                    currency[4];    /* in small letters; "": unknown */

    patron_str_t            answer;     /* empty: none of its own */

    patron_uchar_t          text[PATRON_WEBHOOK_TEXTS][PATRON_WEBHOOK_TEXT];
    patron_uchar_t          said[PATRON_WEBHOOK_ANSWER_MAX];
} patron_webhook_event_t;


/*
 * Copies a value to the event; its control characters become blanks.
 * PATRON_ERROR where it is no text or number, or too long.
 */

int patron_webhook_keep(patron_webhook_event_t *event,
    patron_webhook_text_e which, json_t *json, patron_str_t *text);
int patron_webhook_keep_text(patron_webhook_event_t *event,
    patron_webhook_text_e which, const patron_str_t *from,
    patron_str_t *text);

/*
 * The currency, three letters, and with it the amount paid, from thousandths of
 * its unit or, with minor set, of its minor unit.  Another word leaves both
 * alone.
 */

void patron_webhook_paid(patron_webhook_event_t *event,
    const patron_str_t *currency, int64_t amount, int minor);


#endif /* _PATRON_WEBHOOK_EVENT_H_INCLUDED_ */
