
/*
 * A member's record, as Redis holds it: the fields of the hash
 * "<prefix>member:<sub>", asked for, and read from the reply to HMGET; and the
 * key's name.
 */


#ifndef _PATRON_RECORD_H_INCLUDED_
#define _PATRON_RECORD_H_INCLUDED_


#include "patron_resp.h"


#define PATRON_RECORD_FIELD_MAX  256    /* bytes of tier and name */
#define PATRON_RECORD_REST_MAX   128    /* bytes of rest */
#define PATRON_RECORD_TIME_MAX   UINT32_MAX


typedef enum {
    PATRON_RECORD_NONE = 0,
    PATRON_RECORD_ACTIVE,
    PATRON_RECORD_GRACE,        /* active, until what is owed comes */
    PATRON_RECORD_PAUSED,
    PATRON_RECORD_REVOKED,
    PATRON_RECORD_SUPPORTER     /* gave once: no membership */
} patron_record_status_e;


typedef struct {
    patron_record_status_e  status;
    int64_t                 until;          /* unix seconds, 0: open-ended */
    int64_t                 not_before;     /* the same, 0: none */
    int64_t                 gave_until;
    int64_t                 grace_until;
    size_t                  tier_len;
    size_t                  name_len;
    size_t                  rest_len;
    patron_uchar_t          tier[PATRON_RECORD_FIELD_MAX];
    patron_uchar_t          name[PATRON_RECORD_FIELD_MAX];
    patron_uchar_t          rest[PATRON_RECORD_REST_MAX];  /* what was sent
                                               away: patron_visit_recall() */
    const char             *warning;        /* what could not be understood */
} patron_record_t;


#define PATRON_RECORD_FIELDS  8

/*
 * The commands that a record is asked for with, as they are written: HMGET of
 * its fields, and PTTL.  dst has room for PATRON_RECORD_ASK more bytes than the
 * key has; they return the end.
 */

#define PATRON_RECORD_ASK  192

patron_uchar_t *patron_record_hmget(patron_uchar_t *dst,
    const patron_uchar_t *key, size_t len);
patron_uchar_t *patron_record_pttl(patron_uchar_t *dst,
    const patron_uchar_t *key, size_t len);


/*
 * Reads the reply to HMGET.  The status is ACTIVE where the field is absent:
 * whether there is a key at all is for the caller to know.  What cannot be
 * understood fails closed, with a warning: an unknown status is PAUSED, a time
 * that is none has passed.  Milliseconds are known by their size.  Fields are
 * cut at their most bytes, never inside a UTF-8 character, and cleaned of
 * control characters.
 *
 * Returns how many fields there were, or PATRON_ERROR if this is not such a
 * reply.
 */

int patron_record_read(patron_record_t *record, const patron_reply_t *reply);


/*
 * A part of a key that comes from outside: all but letters, digits and "-._~"
 * as %XX.  dst has room for 3 * len bytes; returns the end.
 */

patron_uchar_t *patron_key_escape(patron_uchar_t *dst,
    const patron_uchar_t *data, size_t len);

/*
 * The reverse: PATRON_ERROR if len bytes of dst do not suffice, or if the part
 * is not as patron_key_escape() would have written it.
 */

int patron_key_unescape(patron_uchar_t *dst, size_t size, size_t *len,
    const patron_uchar_t *data, size_t data_len);


#endif /* _PATRON_RECORD_H_INCLUDED_ */
