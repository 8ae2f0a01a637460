
/*
 * See the header.  A search for three words at once by the last byte of a
 * window of three, their first letters (R. N. Horspool, "Practical fast
 * searching in strings", 1980): the header is long, and is looked at for every
 * page.
 */


#include "patron_agent.h"


#define PATRON_AGENT_WINDOW  3


static const patron_str_t  patron_agent_words[] = {
    patron_string("bot"),
    patron_string("crawl"),
    patron_string("spider")
};


/*
 * By the last byte of the window: how far it cannot be moved on, 1 for the first
 * byte of a word and 2 for the second; 3 and more, the third of the words in
 * their order, which all have another.
 */

static const unsigned char  patron_agent_holds[256] = {
    ['b'] = 1, ['B'] = 1, ['c'] = 1, ['C'] = 1, ['s'] = 1, ['S'] = 1,
    ['o'] = 2, ['O'] = 2, ['r'] = 2, ['R'] = 2, ['p'] = 2, ['P'] = 2,
    ['t'] = 3, ['T'] = 3, ['a'] = 4, ['A'] = 4, ['i'] = 5, ['I'] = 5
};


static int patron_agent_begins(const patron_uchar_t *p, size_t len,
    const patron_str_t *word);


int
patron_agent_is_machine(const patron_str_t *agent)
{
    size_t  i, holds, start;

    for (i = PATRON_AGENT_WINDOW - 1;
         i < agent->len;
         i += PATRON_AGENT_WINDOW - holds)
    {
        holds = patron_agent_holds[agent->data[i]];

        if (holds < PATRON_AGENT_WINDOW) {
            continue;
        }

        start = i - (PATRON_AGENT_WINDOW - 1);

        if (patron_agent_begins(agent->data + start, agent->len - start,
                            &patron_agent_words[holds - PATRON_AGENT_WINDOW]))
        {
            return 1;
        }

        /* none of the third letters is the second of another word */

        holds = PATRON_AGENT_WINDOW - 1;
    }

    return 0;
}


static int
patron_agent_begins(const patron_uchar_t *p, size_t len,
    const patron_str_t *word)
{
    size_t  i;

    if (len < word->len) {
        return 0;
    }

    for (i = 0; i < word->len; i++) {
        if ((p[i] | 0x20) != word->data[i]) {
            return 0;
        }
    }

    return 1;
}
