
/*
 * The reader of a request, as the pure parts that judge them have one.
 */


#ifndef _NGX_HTTP_PATRON_READER_H_INCLUDED_
#define _NGX_HTTP_PATRON_READER_H_INCLUDED_


#include "patron_reader.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"


/* Without a verdict, a guest.  The strings are those of st. */

static ngx_inline void
ngx_http_patron_state_reader(ngx_http_patron_state_t *st,
    patron_reader_t *reader)
{
    reader->state = st->identified ? st->state : PATRON_STATE_GUEST;
    reader->grace = st->grace;
    reader->sub = ngx_http_patron_pure_str(&st->id);
    reader->tier = ngx_http_patron_pure_str(&st->tier);
    reader->name = ngx_http_patron_pure_str(&st->name);
}


#endif /* _NGX_HTTP_PATRON_READER_H_INCLUDED_ */
