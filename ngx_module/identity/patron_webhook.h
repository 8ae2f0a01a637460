
/*
 * What payment providers tell by HTTP: whether it is theirs, and what it says
 * of a membership or of a gift.  patron_webhook_presets.h has the providers
 * and the options, patron_webhook_sign.h the schemes, patron_webhook_map.h the
 * words and conditions.
 */


#ifndef _PATRON_WEBHOOK_H_INCLUDED_
#define _PATRON_WEBHOOK_H_INCLUDED_


#include "patron_webhook_event.h"
#include "patron_webhook_message.h"
#include "patron_webhook_presets.h"


typedef struct {
    const patron_webhook_preset_t  *preset;
    patron_str_t                    key;
    int64_t                         tolerance;  /* of a date, seconds */
    int64_t                         lasts;      /* what states no end; 0: on */
    patron_str_t                    option[PATRON_WEBHOOK_OPTIONS];
} patron_webhook_t;


/*
 * Opens a reference that the site itself has sealed, with the member's or the
 * anonymous reader's id in it: PATRON_OK, and sub, which lives as long as what
 * ctx is; PATRON_DECLINED where it is none.
 */

typedef int (*patron_webhook_open_pt)(void *ctx,
    const patron_str_t *reference, patron_str_t *sub, int *anonymous);

typedef struct {
    patron_str_t               body;
    patron_webhook_header_pt   header;
    patron_webhook_open_pt     open;        /* NULL: there are no references */
    void                      *ctx;
    int64_t                    now;
} patron_webhook_request_t;


typedef enum {
    PATRON_WEBHOOK_TAKEN = 0,
    PATRON_WEBHOOK_NOTHING,         /* it is of something else */
    PATRON_WEBHOOK_REFUSED,         /* it is not the provider's */
    PATRON_WEBHOOK_UNREADABLE,      /* it does not say what it should */
    PATRON_WEBHOOK_FAILED           /* it could not be found out */
} patron_webhook_result_e;


/* As the preset has it; what is given is set after that, its map before the
   preset's. */

void patron_webhook_init(patron_webhook_t *webhook,
    const patron_webhook_preset_t *preset);

/* PATRON_OK where the options fit together, or a reason. */

int patron_webhook_check(const patron_webhook_t *webhook,
    const char **reason);

/*
 * Verifies and reads.  The event is as long as PATRON_WEBHOOK_TAKEN says;
 * its answer is there for PATRON_WEBHOOK_NOTHING too.  reason is set for the
 * last three.
 */

patron_webhook_result_e patron_webhook_take(const patron_webhook_t *webhook,
    const patron_webhook_request_t *request, patron_webhook_event_t *event,
    const char **reason);


#endif /* _PATRON_WEBHOOK_H_INCLUDED_ */
