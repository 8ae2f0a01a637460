
/*
 * Audiences: a word to a test of the reader.  A word that names no state is a
 * tier, so that a misspelt state shows its banner to nobody rather than to
 * everybody.
 */


#include "patron_audience.h"
#include "patron_level.h"


#define PATRON_AUDIENCE_MAX  256


int
patron_audience_parse(patron_audience_t *audience, const patron_str_t *word)
{
    size_t          i;
    patron_level_t  level;

    memset(audience, 0, sizeof(patron_audience_t));

    if (word->len == 0 || word->len > PATRON_AUDIENCE_MAX) {
        return PATRON_ERROR;
    }

    for (i = 0; i < word->len; i++) {
        if (word->data[i] <= ' ' || word->data[i] == ','
            || word->data[i] == 0x7f)
        {
            return PATRON_ERROR;
        }
    }

    if (word->len == 3 && memcmp(word->data, "all", 3) == 0) {
        audience->type = PATRON_FOR_ALL;
        return PATRON_OK;
    }

    if (patron_state_parse(word, &audience->state) == PATRON_OK) {
        audience->type = (audience->state == PATRON_STATE_GUEST)
                         ? PATRON_FOR_GUESTS : PATRON_FOR_STATE;
        return PATRON_OK;
    }

    if (word->len == 5 && memcmp(word->data, "grace", 5) == 0) {
        audience->type = PATRON_FOR_GRACE;
        return PATRON_OK;
    }

    patron_level_parse(&level, word);

    if (level.type != PATRON_LEVEL_TIERED) {
        return PATRON_DECLINED;
    }

    audience->type = PATRON_FOR_TIER;
    audience->tier = *word;

    return PATRON_OK;
}


int
patron_audience_patrons(const patron_audience_t *audience)
{
    return audience->type == PATRON_FOR_TIER
           || (audience->type == PATRON_FOR_STATE
               && audience->state == PATRON_STATE_PATRON);
}


int
patron_audience_match(const patron_audience_t *audience,
    const patron_reader_t *reader)
{
    switch (audience->type) {

    case PATRON_FOR_GUESTS:
        return reader->state != PATRON_STATE_PATRON
               && reader->state != PATRON_STATE_SUPPORTER;

    case PATRON_FOR_ALL:
        return 1;

    case PATRON_FOR_STATE:
        return reader->state == audience->state;

    case PATRON_FOR_GRACE:
        return reader->state == PATRON_STATE_PATRON && reader->grace;

    case PATRON_FOR_TIER:
        return reader->state == PATRON_STATE_PATRON
               && reader->tier.len == audience->tier.len
               && memcmp(reader->tier.data, audience->tier.data,
                         audience->tier.len) == 0;
    }

    return 0;
}
