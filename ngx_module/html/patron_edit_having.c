
/*
 * Rules for scripts that hold certain words near their beginning: at most
 * PATRON_EDIT_MAX_AHEAD bytes behind the start tag.  The output waits for them
 * before the tag.
 */


#include "patron_edit_element.h"
#include "patron_edit_having.h"
#include "patron_edit_out.h"
#include "patron_selector_names.h"


static uint64_t patron_having_decide(patron_edit_t *e, int last);
static uint64_t patron_having_ahead(const patron_edit_t *e,
    const patron_uchar_t *p, size_t len, int *code);
static size_t patron_having_end(const patron_uchar_t *p, size_t len);
static int patron_having_word(const patron_str_t *words,
    const patron_uchar_t *p, size_t len);


uint64_t
patron_having_open(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t rules)
{
    const patron_html_element_t  *el;

    el = patron_html_element(e->html, ev->index);

    if (ev->tag == NULL || el->ns != PATRON_NS_HTML
        || !patron_name_is(el->name, "script"))
    {
        return 0;
    }

    e->script.rules = rules;
    e->script.at = ev->tag->start;
    e->script.end = ev->tag->end;
    e->script.index = ev->index;

    return patron_having_decide(e, 0);
}


static uint64_t
patron_having_decide(patron_edit_t *e, int last)
{
    int             code;
    size_t          n;
    uint64_t        found;
    patron_uchar_t  bytes[PATRON_EDIT_MAX_AHEAD];

    n = patron_edit_peek(e, e->script.end, bytes, sizeof(bytes));
    found = patron_having_ahead(e, bytes, n, &code);

    if (code == PATRON_AGAIN && n < sizeof(bytes) && !last) {
        return 0;
    }

    e->script.rules = 0;

    return found;
}


void
patron_having_settle(patron_edit_t *e, int last)
{
    uint64_t  found;

    found = patron_having_decide(e, last);

    if (found) {
        patron_edit_script_found(e, found);
    }
}


/*
 * The rules whose words are there.  PATRON_AGAIN: more of it is to come, and
 * may have some; none is told before all is known.
 */

static uint64_t
patron_having_ahead(const patron_edit_t *e, const patron_uchar_t *p,
    size_t len, int *code)
{
    size_t    end;
    unsigned  n;
    uint64_t  bits, found;

    end = patron_having_end(p, len);
    found = 0;

    for (bits = e->script.rules; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);

        if (patron_having_word(e->rules->rules[n].having, p, end)) {
            found |= 1ull << n;
        }
    }

    *code = (end < len || found == e->script.rules) ? PATRON_OK
                                                    : PATRON_AGAIN;

    return found;
}


/* Where the script ends, or all that is there. */

static size_t
patron_having_end(const patron_uchar_t *p, size_t len)
{
    size_t                     j;
    const patron_uchar_t      *lt, *end;
    static const patron_str_t  tag = patron_string("</script");

    end = p + len;

    for (lt = p; /* void */ ; lt++) {
        lt = memchr(lt, '<', (size_t) (end - lt));

        if (lt == NULL || (size_t) (end - lt) < tag.len) {
            return len;
        }

        for (j = 1; j < tag.len; j++) {
            if ((lt[j] | 0x20) != (tag.data[j] | 0x20)) {
                break;
            }
        }

        if (j == tag.len) {
            return (size_t) (lt - p);
        }
    }
}


/* Words that begin with the same byte are looked for together. */

static int
patron_having_word(const patron_str_t *words, const patron_uchar_t *p,
    size_t len)
{
    const patron_str_t    *first, *word;
    const patron_uchar_t  *at, *end;

    end = p + len;

    for (first = words; first->len; first++) {

        for (word = words; word->data[0] != first->data[0]; word++) {
            /* void */
        }

        if (word != first) {
            continue;
        }

        for (at = p; at < end; at++) {
            at = memchr(at, first->data[0], (size_t) (end - at));

            if (at == NULL) {
                break;
            }

            for (word = first; word->len; word++) {
                if ((size_t) (end - at) >= word->len
                    && memcmp(at, word->data, word->len) == 0)
                {
                    return 1;
                }
            }
        }
    }

    return 0;
}
