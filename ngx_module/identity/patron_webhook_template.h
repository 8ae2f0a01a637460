
/*
 * What is signed, and what is answered, as a text with values in it:
 *
 *   ${key}          the secret
 *   ${body}         all of the body
 *   ${now}          unix seconds
 *   ${mac}          in an answer: its signature
 *   ${sorted:SEP}   the values of the JSON's top level that are not empty, by
 *                   their names in order, with SEP between them, but for the
 *                   signature's own; ${sorted:SEP:NAME,NAME} without those too
 *   ${SOURCE}       header:, form: or json: (patron_webhook_message.h); nothing
 *                   where there is no such value
 *
 * Every other "$" is itself.
 */


#ifndef _PATRON_WEBHOOK_TEMPLATE_H_INCLUDED_
#define _PATRON_WEBHOOK_TEMPLATE_H_INCLUDED_


#include "patron_webhook_message.h"


/* Takes what is written; PATRON_ERROR ends it. */

typedef int (*patron_webhook_sink_pt)(void *ctx, const patron_uchar_t *data,
    size_t len);


typedef struct {
    patron_webhook_message_t  *message;
    patron_str_t               signature;   /* the source of it */
    patron_str_t               mac;
    int                        json;        /* values are parts of strings */
    patron_webhook_sink_pt     sink;
    void                      *ctx;
} patron_webhook_render_t;


/* PATRON_OK for a template as above. */

int patron_webhook_template(const patron_str_t *text);

/* Does the template hold "${name" or does it not? */

int patron_webhook_holds(const patron_str_t *text, const char *name);

/* Writes it to the sink.  PATRON_ERROR if that took no more, or a value of the
   JSON is asked for and there is no JSON. */

int patron_webhook_render(patron_webhook_render_t *render,
    const patron_str_t *text);


#endif /* _PATRON_WEBHOOK_TEMPLATE_H_INCLUDED_ */
