
/*
 * Money that has come home, or gone back: what is counted of it for campaigns.
 */


#ifndef _NGX_HTTP_PATRON_CREDIT_H_INCLUDED_
#define _NGX_HTTP_PATRON_CREDIT_H_INCLUDED_


#include "patron.h"
#include "ngx_http_patron_conf.h"


/*
 * Counts a note, "+ <paid> <currency> <campaigns> <new>" or the same with "-",
 * where money has gone back; the campaigns are those of
 * ngx_http_patron_reference_open(), and those in new led the reader here for the
 * first time.  An empty note is of nothing.
 */

void ngx_http_patron_credit(ngx_http_patron_loc_conf_t *plcf,
    const patron_str_t *note);


#endif /* _NGX_HTTP_PATRON_CREDIT_H_INCLUDED_ */
