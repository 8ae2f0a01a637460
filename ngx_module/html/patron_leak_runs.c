
/*
 * See the header.  Most pages leak nothing: of what was cut they need the
 * filter, and where its texts stand.
 */


#include "patron_leak_runs.h"
#include "patron_leak_word.h"


#define PATRON_LEAK_MOST    65536       /* words that were cut */


static int patron_leak_runs_table(patron_leak_runs_t *r);
static int patron_leak_runs_room(patron_leak_runs_t *r);
static void patron_leak_runs_add(patron_leak_runs_t *r, uint64_t hash,
    uint32_t paragraph);
static uint32_t *patron_leak_runs_entry(const patron_leak_runs_t *r,
    uint64_t hash);
static void patron_leak_runs_count(patron_leak_runs_t *r,
    patron_leak_run_t *run);


int
patron_leak_runs(patron_leak_runs_t *r, patron_mem_t *mem, size_t cut)
{
    unsigned  bits;

    r->mem = mem;

    /* few words are shorter than four bytes, with what parts them */

    r->most = cut / 4 + PATRON_LEAK_WORDS;

    if (r->most > PATRON_LEAK_MOST) {
        r->most = PATRON_LEAK_MOST;
    }

    for (bits = 12; (1ull << bits) < 16 * r->most; bits++) { /* void */ }

    r->shift = 64 - (bits - 6);
    r->filter = patron_calloc(mem, 1ull << (bits - 3));

    return r->filter ? PATRON_OK : PATRON_ERROR;
}


void
patron_leak_runs_free(patron_leak_runs_t *r)
{
    patron_free(r->mem, r->filter);
    patron_free(r->mem, r->texts);
    patron_free(r->mem, r->table);
    patron_free(r->mem, r->runs);
}


void
patron_leak_runs_text(patron_leak_runs_t *r, const patron_uchar_t *text,
    size_t len, size_t nwords)
{
    patron_leak_text_t  *t;

    if (r->nwords >= r->most) {
        return;
    }

    if (r->ntexts == r->room && patron_leak_runs_room(r) != PATRON_OK) {
        r->rc = PATRON_ERROR;
        return;
    }

    t = &r->texts[r->ntexts++];

    t->text = text;
    t->len = (uint32_t) len;
    t->paragraph = r->paragraph;

    r->nwords += nwords;

    if (r->nwords > r->most) {
        r->nwords = r->most;
    }
}


static int
patron_leak_runs_room(patron_leak_runs_t *r)
{
    size_t               room;
    patron_leak_text_t  *texts;

    room = r->room ? 2 * r->room : 256;

    texts = patron_alloc(r->mem, room * sizeof(patron_leak_text_t));
    if (texts == NULL) {
        return PATRON_ERROR;
    }

    if (r->texts) {
        memcpy(texts, r->texts, r->ntexts * sizeof(patron_leak_text_t));
        patron_free(r->mem, r->texts);
    }

    r->texts = texts;
    r->room = room;

    return PATRON_OK;
}


void
patron_leak_runs_look(patron_leak_runs_t *r, uint64_t hash)
{
    uint32_t  *entry;

    if (r->table == NULL && patron_leak_runs_table(r) != PATRON_OK) {
        r->rc = PATRON_ERROR;
        return;
    }

    entry = patron_leak_runs_entry(r, hash);

    if (*entry) {
        patron_leak_runs_count(r, &r->runs[*entry - 1]);
    }
}


static int
patron_leak_runs_table(patron_leak_runs_t *r)
{
    size_t                 n, used, size;
    uint64_t               hash, *old;
    uint64_t               words[PATRON_LEAK_WORDS];
    patron_leak_text_t    *t, *last;
    patron_leak_word_t     word;
    const patron_uchar_t  *p, *end;

    for (size = 256; size < 2 * r->nwords; size *= 2) { /* void */ }

    r->mask = size - 1;
    r->table = patron_calloc(r->mem, size * sizeof(uint32_t));
    r->runs = patron_alloc(r->mem, r->nwords * sizeof(patron_leak_run_t));

    if (r->table == NULL || r->runs == NULL) {
        return PATRON_ERROR;
    }

    last = &r->texts[r->ntexts];
    n = 0;
    used = 0;
    hash = 0;

    for (t = r->texts; t < last; t++) {

        if (t > r->texts && t[-1].paragraph != t->paragraph) {
            n = 0;
            hash = 0;
            used++;
        }

        p = t->text;
        end = p + t->len;
        word.untagged = NULL;

        for ( ;; ) {
            p = patron_leak_next(&word, p, end);

            if (word.hash == 0) {
                break;
            }

            if (used++ >= r->most) {
                return PATRON_OK;
            }

            old = &words[n % PATRON_LEAK_WORDS];
            hash = patron_leak_roll(hash, word.hash,
                                    n < PATRON_LEAK_WORDS ? 0 : *old);
            *old = word.hash;

            if (++n >= PATRON_LEAK_WORDS) {
                patron_leak_runs_add(r, hash, t->paragraph);
            }
        }
    }

    return PATRON_OK;
}


static void
patron_leak_runs_add(patron_leak_runs_t *r, uint64_t hash, uint32_t paragraph)
{
    uint32_t           *entry;
    patron_leak_run_t  *run;

    entry = patron_leak_runs_entry(r, hash);

    if (*entry || r->nruns == r->nwords) {
        return;
    }

    run = &r->runs[r->nruns++];

    run->hash = hash;
    run->paragraph = paragraph;
    run->found = 0;

    *entry = r->nruns;
}


/* Its entry, or the one that it would have. */

static uint32_t *
patron_leak_runs_entry(const patron_leak_runs_t *r, uint64_t hash)
{
    size_t  i;

    for (i = (size_t) hash & r->mask;
         r->table[i] != 0 && r->runs[r->table[i] - 1].hash != hash;
         i = (i + 1) & r->mask)
    { /* void */ }

    return &r->table[i];
}


static void
patron_leak_runs_count(patron_leak_runs_t *r, patron_leak_run_t *run)
{
    unsigned              i;
    patron_leak_count_t  *count;

    if (run->found & 1u << r->place) {
        return;
    }

    run->found |= 1u << r->place;

    count = &r->counts[r->place];
    count->runs++;

    for (i = 0; i < count->paragraphs; i++) {
        if (count->seen[i] == run->paragraph) {
            break;
        }
    }

    if (i == count->paragraphs) {
        count->seen[count->paragraphs++] = run->paragraph;
    }

    r->enough = (count->paragraphs == 3 || count->runs * 10 >= r->nruns);
}
