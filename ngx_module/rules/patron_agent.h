
/*
 * What a User-Agent header says of who asks.
 */


#ifndef _PATRON_AGENT_H_INCLUDED_
#define _PATRON_AGENT_H_INCLUDED_


#include "patron.h"


/*
 * Does it name itself a machine: "bot", "crawl" or "spider", in any case,
 * anywhere in it?  1 or 0.
 */

int patron_agent_is_machine(const patron_str_t *agent);


#endif /* _PATRON_AGENT_H_INCLUDED_ */
