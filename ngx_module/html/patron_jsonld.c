
/*
 * Scripts are found by their tags, comments are left out.  Of the JSON only
 * strings and the nesting of objects are looked at: "@type" says that an object
 * is an article, and "isAccessibleForFree" is a key of the same object,
 * whichever comes first.  Of another object, such as a museum, it says nothing.
 */


#include "patron_jsonld.h"


typedef enum {
    PATRON_JSONLD_TEXT = 0,
    PATRON_JSONLD_OPEN,             /* behind a '<' */
    PATRON_JSONLD_COMMENT,
    PATRON_JSONLD_TAG,              /* in "<script" */
    PATRON_JSONLD_SCRIPT,
    PATRON_JSONLD_STRING
} patron_jsonld_state_e;


typedef enum {
    PATRON_JSONLD_KEY_OTHER = 0,
    PATRON_JSONLD_KEY_TYPE
} patron_jsonld_key_e;


static void patron_jsonld_open(patron_jsonld_t *j, patron_uchar_t c);
static void patron_jsonld_script(patron_jsonld_t *j, patron_uchar_t c);
static void patron_jsonld_value(patron_jsonld_t *j, int is_key);
static int patron_jsonld_is(const patron_jsonld_t *j, const char *word);
static int patron_jsonld_ends(const patron_jsonld_t *j, const char *word);
static int patron_jsonld_match(patron_jsonld_t *j, const char *word,
    patron_uchar_t c);


int
patron_jsonld_feed(patron_jsonld_t *j, const patron_uchar_t *data, size_t len)
{
    size_t          i;
    patron_uchar_t  c;

    for (i = 0; i < len && !j->found; i++) {
        c = data[i];

        switch (j->state) {

        case PATRON_JSONLD_TEXT:
            if (c == '<') {
                j->state = PATRON_JSONLD_OPEN;
                j->len = 0;
            }

            break;

        case PATRON_JSONLD_OPEN:
            patron_jsonld_open(j, c);
            break;

        case PATRON_JSONLD_COMMENT:
            if (c == '>' && j->matched >= 2) {
                j->state = PATRON_JSONLD_TEXT;
            }

            j->matched = (c == '-') ? j->matched + 1 : 0;
            break;

        case PATRON_JSONLD_TAG:
            if (c == '>') {
                j->state = PATRON_JSONLD_SCRIPT;
                j->matched = 0;
                j->depth = 0;
                j->string = 0;

            } else if (patron_jsonld_match(j, "ld+json", c)) {
                j->json = 1;
            }

            break;

        default:
            if (patron_jsonld_match(j, "</script", c)) {
                j->state = PATRON_JSONLD_TEXT;

            } else if (j->json) {
                patron_jsonld_script(j, c);
            }
        }
    }

    return j->found;
}


static void
patron_jsonld_open(patron_jsonld_t *j, patron_uchar_t c)
{
    j->word[j->len++] = (c >= 'A' && c <= 'Z') ? c | 0x20 : c;

    if (patron_jsonld_is(j, "!--")) {
        j->state = PATRON_JSONLD_COMMENT;
        j->matched = 0;

    } else if (patron_jsonld_is(j, "script")) {
        j->state = PATRON_JSONLD_TAG;
        j->matched = 0;
        j->json = 0;

    } else if (c == '<') {
        j->len = 0;

    } else if (c == '>' || j->len == sizeof("script") - 1) {
        j->state = PATRON_JSONLD_TEXT;
    }
}


static void
patron_jsonld_script(patron_jsonld_t *j, patron_uchar_t c)
{
    uint32_t  bit;

    if (j->state == PATRON_JSONLD_STRING) {

        if (j->escaped) {
            j->escaped = 0;

        } else if (c == '\\') {
            j->escaped = 1;

        } else if (c == '"') {
            j->state = PATRON_JSONLD_SCRIPT;
            j->string = 1;
            return;
        }

        if (j->len < PATRON_JSONLD_WORD) {
            j->word[j->len] = c;
        }

        j->len++;
        return;
    }

    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        return;
    }

    if (j->string) {
        j->string = 0;
        patron_jsonld_value(j, c == ':');
    }

    switch (c) {

    case '"':
        j->state = PATRON_JSONLD_STRING;
        j->len = 0;
        break;

    case '{':
        j->key = PATRON_JSONLD_KEY_OTHER;
        j->depth++;

        if (j->depth < PATRON_JSONLD_DEPTH) {
            bit = (uint32_t) 1 << j->depth;
            j->article &= ~bit;
            j->says &= ~bit;
        }

        break;

    case '}':
        j->key = PATRON_JSONLD_KEY_OTHER;

        if (j->depth) {
            j->depth--;
        }

        break;
    }
}


static void
patron_jsonld_value(patron_jsonld_t *j, int is_key)
{
    uint32_t  bit;

    if (j->depth >= PATRON_JSONLD_DEPTH) {
        return;
    }

    bit = (uint32_t) 1 << j->depth;

    if (is_key) {
        j->key = patron_jsonld_is(j, "@type") ? PATRON_JSONLD_KEY_TYPE
                                              : PATRON_JSONLD_KEY_OTHER;

        if (patron_jsonld_is(j, "isAccessibleForFree")) {
            j->says |= bit;
        }

    } else if (j->key == PATRON_JSONLD_KEY_TYPE
               && (patron_jsonld_ends(j, "Article")
                   || patron_jsonld_ends(j, "Posting")
                   || patron_jsonld_ends(j, "Report")
                   || patron_jsonld_ends(j, "CreativeWork")
                   || patron_jsonld_ends(j, "WebPage")))
    {
        j->article |= bit;
    }

    j->found = (j->article & j->says & bit) != 0;
}


static int
patron_jsonld_is(const patron_jsonld_t *j, const char *word)
{
    return j->len == strlen(word) && patron_jsonld_ends(j, word);
}


static int
patron_jsonld_ends(const patron_jsonld_t *j, const char *word)
{
    size_t  len;

    len = strlen(word);

    return j->len >= len && j->len <= PATRON_JSONLD_WORD
           && memcmp(j->word + j->len - len, word, len) == 0;
}


/* Letters of either case; no beginning of a word stands within it. */

static int
patron_jsonld_match(patron_jsonld_t *j, const char *word, patron_uchar_t c)
{
    if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
    }

    j->matched = (c == (patron_uchar_t) word[j->matched])
                 ? j->matched + 1 : (c == (patron_uchar_t) word[0]);

    if (word[j->matched] != '\0') {
        return 0;
    }

    j->matched = 0;

    return 1;
}
