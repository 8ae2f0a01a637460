
/* Patreon's events of members. */


#ifndef _PATRON_WEBHOOK_PATREON_H_INCLUDED_
#define _PATRON_WEBHOOK_PATREON_H_INCLUDED_


#include "patron_webhook_read.h"


int patron_webhook_patreon_read(patron_webhook_reader_t *reader,
    const char **reason);


#endif /* _PATRON_WEBHOOK_PATREON_H_INCLUDED_ */
