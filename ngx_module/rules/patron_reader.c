
/*
 * The names of a reader's states, in both directions.
 */


#include "patron_reader.h"


static const patron_str_t  patron_state_names[] = {
    patron_string("patron"),
    patron_string("guest"),
    patron_string("invalid"),
    patron_string("expired"),
    patron_string("lapsed"),
    patron_string("paused"),
    patron_string("revoked"),
    patron_string("supporter")
};


const patron_str_t *
patron_state_name(patron_state_e state)
{
    if ((unsigned) state >= PATRON_STATE_N) {
        state = PATRON_STATE_INVALID;
    }

    return &patron_state_names[state];
}


int
patron_state_parse(const patron_str_t *name, patron_state_e *state)
{
    unsigned             i;
    const patron_str_t  *s;

    for (i = 0; i < PATRON_STATE_N; i++) {
        s = &patron_state_names[i];

        if (s->len == name->len && memcmp(s->data, name->data, s->len) == 0) {
            *state = (patron_state_e) i;
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}
