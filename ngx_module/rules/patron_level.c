
/*
 * Levels, failing closed: what is not understood admits fewer readers, never
 * more.
 */


#include "patron_level.h"


static patron_level_e patron_level_word(const patron_str_t *word);
static patron_str_t patron_level_trim(const patron_uchar_t *start,
    const patron_uchar_t *end);


void
patron_level_parse(patron_level_t *level, const patron_str_t *text)
{
    patron_str_t           all, word;
    patron_level_e         type;
    const patron_uchar_t  *p, *end, *comma;

    level->type = PATRON_LEVEL_FREE;
    level->ntiers = 0;

    if (text->len == 0) {
        return;
    }

    all = patron_level_trim(text->data, text->data + text->len);

    if (all.len == 0) {
        return;
    }

    end = all.data + all.len;

    for (p = all.data; p <= end; p = comma + 1) {

        for (comma = p; comma < end && *comma != ','; comma++) { /* void */ }

        word = patron_level_trim(p, comma);
        type = patron_level_word(&word);

        if (type > level->type) {
            level->type = type;
        }

        if (type == PATRON_LEVEL_TIERED && word.len
            && level->ntiers < PATRON_LEVEL_TIERS
            && !patron_level_has(level, &word))
        {
            level->tiers[level->ntiers++] = word;
        }
    }
}


/* A word that is empty, as in "gold,", is a tier that nobody has. */

static patron_level_e
patron_level_word(const patron_str_t *word)
{
    if (patron_level_is(word, "free")) {
        return PATRON_LEVEL_FREE;
    }

    if (patron_level_is(word, "metered")) {
        return PATRON_LEVEL_METERED;
    }

    if (patron_level_is(word, "members")) {
        return PATRON_LEVEL_MEMBERS;
    }

    return PATRON_LEVEL_TIERED;
}


const char *
patron_level_name(patron_level_e type)
{
    static const char *const  names[] = {
        "free", "metered", "members", "tiers"
    };

    return names[type];
}


void
patron_level_parse_meta(patron_level_t *level, const patron_str_t *text)
{
    patron_str_t  word;

    if (text->len) {
        word = patron_level_trim(text->data, text->data + text->len);

        if (patron_level_is(&word, "locked")) {
            level->type = PATRON_LEVEL_MEMBERS;
            level->ntiers = 0;
            return;
        }
    }

    patron_level_parse(level, text);
}


void
patron_level_combine(patron_level_t *level, const patron_level_t *other)
{
    unsigned  i, n;

    if (other->type > level->type) {
        level->type = other->type;
        level->ntiers = other->ntiers;
        memcpy(level->tiers, other->tiers,
               other->ntiers * sizeof(patron_str_t));
        return;
    }

    if (other->type < level->type || level->type != PATRON_LEVEL_TIERED) {
        return;
    }

    for (i = 0, n = 0; i < level->ntiers; i++) {
        if (patron_level_has(other, &level->tiers[i])) {
            level->tiers[n++] = level->tiers[i];
        }
    }

    level->ntiers = n;
}


patron_level_verdict_e
patron_level_check(const patron_level_t *level, const patron_reader_t *reader)
{
    if (level->type == PATRON_LEVEL_FREE) {
        return PATRON_LEVEL_OPEN;
    }

    if (reader->state != PATRON_STATE_PATRON) {
        return (level->type == PATRON_LEVEL_METERED) ? PATRON_LEVEL_METER
                                                     : PATRON_LEVEL_CLOSED;
    }

    if (level->type == PATRON_LEVEL_TIERED
        && !patron_level_has(level, &reader->tier))
    {
        return PATRON_LEVEL_CLOSED;
    }

    return PATRON_LEVEL_OPEN;
}


int
patron_level_has(const patron_level_t *level, const patron_str_t *tier)
{
    unsigned             i;
    const patron_str_t  *t;

    for (i = 0; i < level->ntiers; i++) {
        t = &level->tiers[i];

        if (t->len == tier->len && memcmp(t->data, tier->data, t->len) == 0) {
            return 1;
        }
    }

    return 0;
}


static patron_str_t
patron_level_trim(const patron_uchar_t *start, const patron_uchar_t *end)
{
    patron_str_t  s;

    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }

    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    s.data = start;
    s.len = (size_t) (end - start);

    return s;
}


int
patron_level_is(const patron_str_t *word, const char *text)
{
    size_t  len;

    len = strlen(text);

    return word->len == len && memcmp(word->data, text, len) == 0;
}
