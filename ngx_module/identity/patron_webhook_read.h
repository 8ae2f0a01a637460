
/*
 * A verified message becomes an event, as each provider tells it.  All return
 * PATRON_OK; PATRON_DECLINED: it is of something else; PATRON_ERROR with a
 * reason.
 */


#ifndef _PATRON_WEBHOOK_READ_H_INCLUDED_
#define _PATRON_WEBHOOK_READ_H_INCLUDED_


#include "patron_webhook.h"
#include "patron_webhook_map.h"


/* Where it came from, and where it goes to. */

typedef struct {
    const patron_webhook_t          *webhook;
    const patron_webhook_request_t  *request;
    patron_webhook_message_t        *message;
    patron_webhook_event_t          *event;
} patron_webhook_reader_t;


/* By the options alone. */

int patron_webhook_plain_read(patron_webhook_reader_t *reader,
    const char **reason);

/* What all have: whose it is; the event's id and time; its standing. */

int patron_webhook_whose(patron_webhook_reader_t *reader,
    const char **reason);
int patron_webhook_dates(patron_webhook_reader_t *reader,
    const char **reason);
int patron_webhook_stands(patron_webhook_reader_t *reader,
    const patron_webhook_status_t **status, const char **reason);

/* The value of an option that is a source; NULL where there is none. */

json_t *patron_webhook_option_value(patron_webhook_reader_t *reader,
    patron_webhook_option_e option);

/* The number of a refund: nothing that the record's lists are parted by. */

int patron_webhook_refund(patron_webhook_event_t *event, json_t *json);

/* The standing, and what it makes of the end that the event has. */

void patron_webhook_ends(patron_webhook_reader_t *reader,
    const patron_webhook_status_t *status);


#endif /* _PATRON_WEBHOOK_READ_H_INCLUDED_ */
