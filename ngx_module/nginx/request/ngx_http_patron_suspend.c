
/*
 * Suspends a request and resumes it.  See the header.
 */


#include "ngx_http_patron_suspend.h"


/*
 * As limit_req does it: the write event may come at any time and enters the
 * phases again, which the handler answers with NGX_AGAIN while it waits.
 */

ngx_int_t
ngx_http_patron_suspend(ngx_http_request_t *r, ngx_http_cleanup_pt detach,
    void *data)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);

    if (cln == NULL
        || ngx_handle_read_event(r->connection->read, 0) != NGX_OK)
    {
        detach(data);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = detach;
    cln->data = data;

    r->read_event_handler = ngx_http_test_reading;

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_patron_suspend_content(ngx_http_request_t *r,
    ngx_http_cleanup_pt detach, void *data)
{
    if (ngx_http_patron_suspend(r, detach, data) != NGX_AGAIN) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->count++;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


void
ngx_http_patron_resume_phases(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
    ngx_http_run_posted_requests(c);
}


void
ngx_http_patron_resume_content(ngx_http_request_t *r,
    ngx_http_handler_pt answer)
{
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_http_finalize_request(r, answer(r));
    ngx_http_run_posted_requests(c);
}
