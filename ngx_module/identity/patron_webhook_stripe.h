
/* Stripe's events: subscriptions, gifts, and what is taken back. */


#ifndef _PATRON_WEBHOOK_STRIPE_H_INCLUDED_
#define _PATRON_WEBHOOK_STRIPE_H_INCLUDED_


#include "patron_webhook_read.h"


int patron_webhook_stripe_read(patron_webhook_reader_t *reader,
    const char **reason);


#endif /* _PATRON_WEBHOOK_STRIPE_H_INCLUDED_ */
