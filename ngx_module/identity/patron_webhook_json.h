
/*
 * Values of a JSON text, by path: members and array indices with dots between
 * them ("data.object.items.data.0.price.id"), "*" for each element of an array.
 */


#ifndef _PATRON_WEBHOOK_JSON_H_INCLUDED_
#define _PATRON_WEBHOOK_JSON_H_INCLUDED_


#include <jansson.h>

#include "patron.h"


#define PATRON_WEBHOOK_PATH_MAX  512
#define PATRON_WEBHOOK_TEXT      256        /* bytes of a value */


/* PATRON_OK for a path as above, PATRON_ERROR for anything else. */

int patron_webhook_path(const patron_str_t *path);

/* The value at a path, the first of several; NULL where there is none or it is
   null. */

json_t *patron_webhook_at(json_t *root, const patron_str_t *path);

/*
 * Calls found() for each value at a path that is there and is not null, until
 * it returns other than PATRON_OK, which is returned then.
 */

typedef int (*patron_webhook_found_pt)(void *ctx, json_t *json);

int patron_webhook_each(json_t *root, const patron_str_t *path,
    patron_webhook_found_pt found, void *ctx);

/* The same for a path that stands in the code. */

json_t *patron_webhook_member(json_t *root, const char *path);

/* Is the value at a path that string? */

int patron_webhook_is(json_t *root, const char *path, const char *word);

/*
 * A value as text: a string as it is, which text points into; a number or a
 * boolean written to buf of PATRON_WEBHOOK_TEXT bytes, as short as it can be.
 * PATRON_ERROR for anything else.
 */

int patron_webhook_text(json_t *json, patron_uchar_t *buf,
    patron_str_t *text);

/* A time: unix seconds or milliseconds, or ISO 8601; 0 for an empty string. */

int patron_webhook_time(json_t *json, int64_t *time);

/* A number, or a string that is one, in thousandths; 0 for anything else. */

int64_t patron_webhook_amount(json_t *json);


#endif /* _PATRON_WEBHOOK_JSON_H_INCLUDED_ */
