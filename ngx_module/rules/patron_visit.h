
/*
 * What one reader has seen of campaigns, has sent away and has followed last,
 * small enough for a cookie: caps, dismissals and what led to a membership
 * hold with nothing stored on our side.
 */


#ifndef _PATRON_VISIT_H_INCLUDED_
#define _PATRON_VISIT_H_INCLUDED_


#include "patron.h"


#define PATRON_VISIT_CAMPAIGNS  24
#define PATRON_VISIT_ENTRY      9       /* bytes */
#define PATRON_VISIT_HEAD       7
#define PATRON_VISIT_MAX        (PATRON_VISIT_HEAD + PATRON_VISIT_CAMPAIGNS   \
                                                     * PATRON_VISIT_ENTRY)
#define PATRON_VISIT_CLICKED    30      /* days that a click counts for */


/* At most showings in so many days from the first of them.  All zero: none. */

typedef struct {
    unsigned         showings;          /* 1 to 255 */
    unsigned         days;              /* 1 to 3650 */
} patron_cap_t;


/* Parses "N/Dd", as in "3/7d". */

int patron_cap_parse(patron_cap_t *cap, const patron_str_t *text);


/* Days are counted from 1970-01-01, UTC, up to 65535: the year 2149. */

typedef struct {
    uint32_t         id;
    uint16_t         until;             /* dismissed up to this day; 0: not */
    uint16_t         since;             /* the day of the first showing */
    uint8_t          shown;             /* since then */
} patron_visit_entry_t;


/* From the one touched longest ago to the last. */

typedef struct {
    uint32_t              clicked;      /* the campaign followed last, */
    uint16_t              clicked_on;   /* and the day; 0: none */
    unsigned              n;
    patron_visit_entry_t  entries[PATRON_VISIT_CAMPAIGNS];
} patron_visit_t;


/* A campaign's id here: 32 bits of a hash of its name. */

uint32_t patron_visit_id(const patron_str_t *campaign);

/* And the id of what was done with it: another 32 bits. */

uint32_t patron_visit_part(const patron_str_t *campaign);

/* Reads what patron_visit_encode() wrote.  PATRON_DECLINED, and an empty
   visit, for anything else. */

int patron_visit_decode(patron_visit_t *visit, const patron_str_t *payload);

/* Writes at most PATRON_VISIT_MAX bytes; returns how many. */

size_t patron_visit_encode(const patron_visit_t *visit, patron_uchar_t *dst);

/*
 * How often the campaign may still be shown at time now; UINT_MAX: as often as
 * you like.  visit may be NULL.
 */

unsigned patron_visit_left(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now);

/* May it be shown?  1 or 0. */

int patron_visit_allows(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now);

/* Counts a showing.  1: the visit has changed; 0: there is no cap to count
   for. */

int patron_visit_show(patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now);

/* Sends the campaign away for so many days, today being the first. */

void patron_visit_dismiss(patron_visit_t *visit, uint32_t id, unsigned days,
    int64_t now);

/*
 * Until which day, which is not in it, a reader is not to see what has that id:
 * it was sent away, or was seen as often as its cap says.  0 where it may.
 */

unsigned patron_visit_until(const patron_visit_t *visit, uint32_t id,
    const patron_cap_t *cap, int64_t now);

/*
 * That as a word, "<id>.<day>" with the id in eight hexadecimal digits: returns
 * its length, PATRON_VISIT_WORD bytes at most, or 0 for no day.  And a text of
 * such words, parted by spaces, read into a visit: what is longer away holds.
 * Words that are none are passed over.
 */

#define PATRON_VISIT_WORD  14

size_t patron_visit_word(uint32_t id, unsigned until, patron_uchar_t *dst);
void patron_visit_recall(patron_visit_t *visit, const patron_str_t *text,
    int64_t now);

/*
 * An entry of another kind, by an id of its own: 32 bits and a number of up to
 * 255.  Where there is none they are left as they are.
 */

void patron_visit_mark(const patron_visit_t *visit, uint32_t id,
    uint32_t *word, unsigned *number);
void patron_visit_set_mark(patron_visit_t *visit, uint32_t id, uint32_t word,
    unsigned number);

/*
 * What a reader has done with a campaign, bits; in an entry by the low half of
 * the campaign's hash.  The day is that of the first of them.
 */

#define PATRON_VISIT_ASSIGNED   1       /* it was chosen for the reader, */
#define PATRON_VISIT_CONFIRMED  2       /* whose cookie has come back */
#define PATRON_VISIT_CLICK      4
#define PATRON_VISIT_DISMISSAL  8
#define PATRON_VISIT_GRANT      16
#define PATRON_VISIT_REFERRED   32      /* a reference was given out */

#define PATRON_VISIT_CREDITED   14      /* days that an assignment counts for */

/* 0: nothing. */

unsigned patron_visit_done(const patron_visit_t *visit, uint32_t id);
void patron_visit_do(patron_visit_t *visit, uint32_t id, unsigned what,
    int64_t now);

/*
 * The assignments of the last PATRON_VISIT_CREDITED days, from *i on, which is
 * 0 at first: their ids, what was done and how many days ago they were made.
 * PATRON_DECLINED: no more.
 */

int patron_visit_assignment(const patron_visit_t *visit, int64_t now,
    unsigned *i, uint32_t *id, unsigned *done, unsigned *age);

/* The reader has followed the campaign: the last one followed counts. */

void patron_visit_click(patron_visit_t *visit, uint32_t id, int64_t now);

/* The campaign followed last, if that counts still. */

int patron_visit_clicked(const patron_visit_t *visit, int64_t now,
    uint32_t *id);

/*
 * The reader has joined: takes the mark of the click away, whatever its age.
 * PATRON_OK and the campaign in id, or PATRON_DECLINED where no click led here
 * or it was too long ago.
 */

int patron_visit_join(patron_visit_t *visit, int64_t now, uint32_t *id);


#endif /* _PATRON_VISIT_H_INCLUDED_ */
