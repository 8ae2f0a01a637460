
/*
 * The providers that are known by name, as the options that would make the same
 * of "generic".
 */


#ifndef _PATRON_WEBHOOK_PRESETS_H_INCLUDED_
#define _PATRON_WEBHOOK_PRESETS_H_INCLUDED_


#include "patron.h"


typedef enum {
    PATRON_WEBHOOK_O_MAC = 0,
    PATRON_WEBHOOK_O_DIGEST,
    PATRON_WEBHOOK_O_ENCODING,
    PATRON_WEBHOOK_O_SIGNATURE,
    PATRON_WEBHOOK_O_PREFIX,
    PATRON_WEBHOOK_O_SIGNED,
    PATRON_WEBHOOK_O_DATED,
    PATRON_WEBHOOK_O_CONTENT,
    PATRON_WEBHOOK_O_ANSWER,
    PATRON_WEBHOOK_O_ANSWER_SIGNED,     /* these are of the scheme */
    PATRON_WEBHOOK_O_EVENT,
    PATRON_WEBHOOK_O_ONLY,
    PATRON_WEBHOOK_O_GIFT,
    PATRON_WEBHOOK_O_SUB,
    PATRON_WEBHOOK_O_CUT,
    PATRON_WEBHOOK_O_TIER,
    PATRON_WEBHOOK_O_STATUS,
    PATRON_WEBHOOK_O_MAP,
    PATRON_WEBHOOK_O_UNTIL,
    PATRON_WEBHOOK_O_ID,
    PATRON_WEBHOOK_O_CREATED,
    PATRON_WEBHOOK_O_SUBSCRIPTION,
    PATRON_WEBHOOK_O_PAYMENT,
    PATRON_WEBHOOK_O_AMOUNT,
    PATRON_WEBHOOK_O_CURRENCY,
    PATRON_WEBHOOK_O_REFUNDED,
    PATRON_WEBHOOK_O_REFUND,
    PATRON_WEBHOOK_O_PART,
    PATRON_WEBHOOK_OPTIONS
} patron_webhook_option_e;


/* How the events are read. */

typedef enum {
    PATRON_WEBHOOK_PLAIN = 0,           /* by the options alone */
    PATRON_WEBHOOK_STRIPE,
    PATRON_WEBHOOK_PATREON
} patron_webhook_reading_e;


typedef struct {
    patron_str_t               name;
    patron_webhook_reading_e   reading;
    int64_t                    lasts;   /* what states no end, seconds */
    int                        minor;   /* amounts are in minor units */
    patron_str_t               option[PATRON_WEBHOOK_OPTIONS];
} patron_webhook_preset_t;


/* The names of the options, with their "=". */

extern const patron_str_t  patron_webhook_options[PATRON_WEBHOOK_OPTIONS];

/* The preset of that name, or NULL; one after the other, NULL behind the
   last. */

const patron_webhook_preset_t *patron_webhook_preset(const patron_str_t *name);
const patron_webhook_preset_t *patron_webhook_preset_at(size_t i);

/* PATRON_OK where the option may have that value. */

int patron_webhook_option_check(patron_webhook_option_e option,
    const patron_str_t *value);


#endif /* _PATRON_WEBHOOK_PRESETS_H_INCLUDED_ */
