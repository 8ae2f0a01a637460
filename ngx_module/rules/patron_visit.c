
/*
 * The payload of the dismissal cookie,
 *
 *     version: a byte; the campaign followed last (4 bytes), its day (2);
 *     for each campaign: id (4 bytes), dismissed until (2), first showing (2),
 *     showings (1), all big-endian
 *
 * to be sealed by the caller.  PATRON_VISIT_CAMPAIGNS are kept.  Where one
 * more comes the one touched longest ago gives way, first among those that are
 * not dismissed: what a reader sent away stays away.
 */


#include <limits.h>
#include <stdio.h>

#include "patron_date.h"
#include "patron_hash.h"
#include "patron_visit.h"


#define PATRON_VISIT_VERSION  2
#define PATRON_VISIT_DEEDS    1         /* 1970-01-02 */

#define PATRON_CAP_SHOWINGS   255
#define PATRON_CAP_DAYS       3650


static int patron_cap_number(const patron_uchar_t **p,
    const patron_uchar_t *end, unsigned max, unsigned *value);
static int patron_visit_read_word(const patron_uchar_t **p,
    const patron_uchar_t *end, uint32_t *id, uint32_t *until);
static patron_visit_entry_t *patron_visit_touch(patron_visit_t *visit,
    uint32_t id, uint16_t today);
static unsigned patron_visit_find(const patron_visit_t *visit, uint32_t id);
static unsigned patron_visit_give_way(const patron_visit_t *visit,
    uint16_t today);
static uint32_t patron_visit_get(const patron_uchar_t *p, unsigned bytes);
static patron_uchar_t *patron_visit_put(patron_uchar_t *p, uint32_t value,
    unsigned bytes);
static uint16_t patron_visit_day(int64_t now);


int
patron_cap_parse(patron_cap_t *cap, const patron_str_t *text)
{
    const patron_uchar_t  *p, *end;

    p = text->data;
    end = p + text->len;

    if (patron_cap_number(&p, end, PATRON_CAP_SHOWINGS, &cap->showings)
        != PATRON_OK
        || p == end || *p++ != '/'
        || patron_cap_number(&p, end, PATRON_CAP_DAYS, &cap->days)
           != PATRON_OK
        || p == end || *p++ != 'd'
        || p != end)
    {
        memset(cap, 0, sizeof(patron_cap_t));
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


static int
patron_cap_number(const patron_uchar_t **p, const patron_uchar_t *end,
    unsigned max, unsigned *value)
{
    unsigned  n;

    for (n = 0; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        n = n * 10 + (**p - '0');

        if (n > max) {
            return PATRON_ERROR;
        }
    }

    *value = n;

    return n ? PATRON_OK : PATRON_ERROR;
}


uint32_t
patron_visit_id(const patron_str_t *campaign)
{
    return (uint32_t) (patron_hash(campaign) >> 32);
}


uint32_t
patron_visit_part(const patron_str_t *campaign)
{
    return (uint32_t) patron_hash(campaign);
}


int
patron_visit_decode(patron_visit_t *visit, const patron_str_t *payload)
{
    patron_visit_entry_t  *e;
    const patron_uchar_t  *p, *end;

    visit->n = 0;
    visit->clicked = 0;
    visit->clicked_on = 0;

    if (payload->len < PATRON_VISIT_HEAD || payload->len > PATRON_VISIT_MAX
        || (payload->len - PATRON_VISIT_HEAD) % PATRON_VISIT_ENTRY
        || payload->data[0] != PATRON_VISIT_VERSION)
    {
        return PATRON_DECLINED;
    }

    p = payload->data;
    end = p + payload->len;

    visit->clicked = patron_visit_get(p + 1, 4);
    visit->clicked_on = (uint16_t) patron_visit_get(p + 5, 2);

    for (p += PATRON_VISIT_HEAD; p < end; p += PATRON_VISIT_ENTRY) {
        e = &visit->entries[visit->n++];

        e->id = patron_visit_get(p, 4);
        e->until = (uint16_t) patron_visit_get(p + 4, 2);
        e->since = (uint16_t) patron_visit_get(p + 6, 2);
        e->shown = p[8];
    }

    return PATRON_OK;
}


size_t
patron_visit_encode(const patron_visit_t *visit, patron_uchar_t *dst)
{
    unsigned                     i;
    patron_uchar_t              *p;
    const patron_visit_entry_t  *e;

    p = dst;
    p = patron_visit_put(p, PATRON_VISIT_VERSION, 1);
    p = patron_visit_put(p, visit->clicked, 4);
    p = patron_visit_put(p, visit->clicked_on, 2);

    for (i = 0; i < visit->n; i++) {
        e = &visit->entries[i];

        p = patron_visit_put(p, e->id, 4);
        p = patron_visit_put(p, e->until, 2);
        p = patron_visit_put(p, e->since, 2);
        p = patron_visit_put(p, e->shown, 1);
    }

    return (size_t) (p - dst);
}


static uint32_t
patron_visit_get(const patron_uchar_t *p, unsigned bytes)
{
    uint32_t  value;

    for (value = 0; bytes; bytes--) {
        value = value << 8 | *p++;
    }

    return value;
}


static patron_uchar_t *
patron_visit_put(patron_uchar_t *p, uint32_t value, unsigned bytes)
{
    while (bytes--) {
        *p++ = (patron_uchar_t) (value >> 8 * bytes);
    }

    return p;
}


int
patron_visit_allows(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now)
{
    return patron_visit_left(visit, id, cap, now) != 0;
}


unsigned
patron_visit_left(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now)
{
    unsigned                     i, all;
    uint16_t                     today;
    const patron_visit_entry_t  *e;

    all = cap->showings ? cap->showings : UINT_MAX;

    if (visit == NULL) {
        return all;
    }

    today = patron_visit_day(now);

    i = patron_visit_find(visit, id);

    if (i == visit->n) {
        return all;
    }

    e = &visit->entries[i];

    if (today < e->until) {
        return 0;
    }

    if (cap->showings == 0 || today - e->since >= (int) cap->days) {
        return all;
    }

    return (e->shown < all) ? all - e->shown : 0;
}


int
patron_visit_show(patron_visit_t *visit, uint32_t id, const patron_cap_t *cap,
    int64_t now)
{
    uint16_t               today;
    patron_visit_entry_t  *e;

    if (cap->showings == 0) {
        return 0;
    }

    today = patron_visit_day(now);

    e = patron_visit_touch(visit, id, today);

    if (e->shown == 0 || today - e->since >= (int) cap->days) {
        e->since = today;
        e->shown = 0;
    }

    if (e->shown < UINT8_MAX) {
        e->shown++;
    }

    return 1;
}


void
patron_visit_dismiss(patron_visit_t *visit, uint32_t id, unsigned days,
    int64_t now)
{
    uint16_t               today;
    patron_visit_entry_t  *e;

    today = patron_visit_day(now);

    e = patron_visit_touch(visit, id, today);

    e->until = (days < (unsigned) (UINT16_MAX - today))
               ? (uint16_t) (today + days) : UINT16_MAX;
}


unsigned
patron_visit_until(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now)
{
    unsigned                     i, until;
    const patron_visit_entry_t  *e;

    i = patron_visit_find(visit, id);

    if (i == visit->n) {
        return 0;
    }

    e = &visit->entries[i];
    until = e->until;

    if (cap->showings && e->shown >= cap->showings
        && e->since + cap->days > until)
    {
        until = e->since + cap->days;
    }

    return until > patron_visit_day(now) ? until : 0;
}


size_t
patron_visit_word(uint32_t id, unsigned until, patron_uchar_t *dst)
{
    char  word[PATRON_VISIT_WORD + 1];

    if (until == 0) {
        return 0;
    }

    snprintf(word, sizeof(word), "%08x.%u", (unsigned) id,
             until < UINT16_MAX ? until : UINT16_MAX);

    memcpy(dst, word, strlen(word));

    return strlen(word);
}


void
patron_visit_recall(patron_visit_t *visit, const patron_str_t *text,
    int64_t now)
{
    uint16_t               today;
    uint32_t               id, until;
    unsigned               i;
    patron_visit_entry_t  *e;
    const patron_uchar_t  *p, *end;

    today = patron_visit_day(now);
    p = text->data;
    end = p + text->len;

    while (p < end) {

        if (patron_visit_read_word(&p, end, &id, &until) != PATRON_OK
            || until <= today)
        {
            continue;
        }

        i = patron_visit_find(visit, id);

        e = (i < visit->n) ? &visit->entries[i]
                           : patron_visit_touch(visit, id, today);

        if (e->until < until) {
            e->until = (uint16_t) until;
        }
    }
}


/* Moves behind the word and the space that ends it. */

static int
patron_visit_read_word(const patron_uchar_t **p, const patron_uchar_t *end,
    uint32_t *id, uint32_t *until)
{
    size_t                 i, len;
    const patron_uchar_t  *word, *space;

    static const char  hex[] = "0123456789abcdef";

    word = *p;
    space = memchr(word, ' ', (size_t) (end - word));
    len = (size_t) ((space ? space : end) - word);
    *p = space ? space + 1 : end;

    if (len < 10 || len > PATRON_VISIT_WORD || word[8] != '.') {
        return PATRON_ERROR;
    }

    *id = 0;
    *until = 0;

    for (i = 0; i < 8; i++) {
        if (word[i] == '\0' || strchr(hex, word[i]) == NULL) {
            return PATRON_ERROR;
        }

        *id = *id << 4 | (uint32_t) (strchr(hex, word[i]) - hex);
    }

    for (i = 9; i < len; i++) {
        if (word[i] < '0' || word[i] > '9') {
            return PATRON_ERROR;
        }

        *until = *until * 10 + (uint32_t) (word[i] - '0');
    }

    return *until <= UINT16_MAX ? PATRON_OK : PATRON_ERROR;
}


/* Its word lies where a day of dismissal and a first showing do. */

void
patron_visit_mark(const patron_visit_t *visit, uint32_t id, uint32_t *word,
    unsigned *number)
{
    unsigned                     i;
    const patron_visit_entry_t  *e;

    i = patron_visit_find(visit, id);

    if (i < visit->n) {
        e = &visit->entries[i];

        *word = (uint32_t) e->since << 16 | e->until;
        *number = e->shown;
    }
}


void
patron_visit_set_mark(patron_visit_t *visit, uint32_t id, uint32_t word,
    unsigned number)
{
    patron_visit_entry_t  *e;

    e = patron_visit_touch(visit, id, UINT16_MAX);

    e->since = (uint16_t) (word >> 16);
    e->until = (uint16_t) word;
    e->shown = (uint8_t) (number < UINT8_MAX ? number : UINT8_MAX);
}


/*
 * An entry whose end is a day long past, which no dismissal has, with what was
 * done where showings are.
 */

unsigned
patron_visit_done(const patron_visit_t *visit, uint32_t id)
{
    unsigned  i;

    i = patron_visit_find(visit, id);

    return (i < visit->n && visit->entries[i].until == PATRON_VISIT_DEEDS)
           ? visit->entries[i].shown : 0;
}


void
patron_visit_do(patron_visit_t *visit, uint32_t id, unsigned what,
    int64_t now)
{
    uint16_t               today;
    patron_visit_entry_t  *e;

    today = patron_visit_day(now);

    e = patron_visit_touch(visit, id, today);

    if (e->until != PATRON_VISIT_DEEDS) {
        e->until = PATRON_VISIT_DEEDS;
        e->since = today;
        e->shown = 0;
    }

    e->shown |= (uint8_t) what;
}


int
patron_visit_assignment(const patron_visit_t *visit, int64_t now, unsigned *i,
    uint32_t *id, unsigned *done, unsigned *age)
{
    uint16_t                     today;
    const patron_visit_entry_t  *e;

    today = patron_visit_day(now);

    while (*i < visit->n) {
        e = &visit->entries[(*i)++];

        if (e->until == PATRON_VISIT_DEEDS
            && (e->shown & PATRON_VISIT_ASSIGNED)
            && e->since <= today
            && today - e->since <= PATRON_VISIT_CREDITED)
        {
            *id = e->id;
            *done = e->shown;
            *age = (unsigned) (today - e->since);
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


void
patron_visit_click(patron_visit_t *visit, uint32_t id, int64_t now)
{
    visit->clicked = id;
    visit->clicked_on = patron_visit_day(now);
}


int
patron_visit_clicked(const patron_visit_t *visit, int64_t now, uint32_t *id)
{
    uint16_t  today;

    today = patron_visit_day(now);

    *id = visit->clicked;

    return (visit->clicked_on != 0 && visit->clicked_on <= today
            && today - visit->clicked_on < PATRON_VISIT_CLICKED)
           ? PATRON_OK : PATRON_DECLINED;
}


int
patron_visit_join(patron_visit_t *visit, int64_t now, uint32_t *id)
{
    int  rc;

    rc = patron_visit_clicked(visit, now, id);

    visit->clicked = 0;
    visit->clicked_on = 0;

    return rc;
}


/* The campaign's entry, made if there is none, moved to the end. */

static patron_visit_entry_t *
patron_visit_touch(patron_visit_t *visit, uint32_t id, uint16_t today)
{
    unsigned              i;
    patron_visit_entry_t  e;

    memset(&e, 0, sizeof(patron_visit_entry_t));
    e.id = id;

    i = patron_visit_find(visit, id);

    if (i < visit->n) {
        e = visit->entries[i];

    } else if (visit->n == PATRON_VISIT_CAMPAIGNS) {
        i = patron_visit_give_way(visit, today);
    }

    if (i < visit->n) {
        visit->n--;
        memmove(&visit->entries[i], &visit->entries[i + 1],
                (visit->n - i) * sizeof(patron_visit_entry_t));
    }

    visit->entries[visit->n] = e;

    return &visit->entries[visit->n++];
}


/* The campaign's entry, or n.  From the end: there the last word stands. */

static unsigned
patron_visit_find(const patron_visit_t *visit, uint32_t id)
{
    unsigned  i;

    for (i = visit->n; i > 0; i--) {
        if (visit->entries[i - 1].id == id) {
            return i - 1;
        }
    }

    return visit->n;
}


static unsigned
patron_visit_give_way(const patron_visit_t *visit, uint16_t today)
{
    unsigned  i;

    for (i = 0; i < visit->n; i++) {
        if (visit->entries[i].until <= today) {
            return i;
        }
    }

    return 0;
}


static uint16_t
patron_visit_day(int64_t now)
{
    if (now < 0) {
        return 0;
    }

    return (now / PATRON_DAY < UINT16_MAX) ? (uint16_t) (now / PATRON_DAY)
                                           : UINT16_MAX;
}
