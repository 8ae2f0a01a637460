
/*
 * Words that editors, systems and readers type: levels, audiences, times and
 * paths; patterns, languages and names; how a slot rests.
 */


#include <stdlib.h>

#include "patron_date.h"
#include "patron_language.h"
#include "patron_level.h"
#include "patron_names.h"
#include "patron_path.h"
#include "patron_pattern.h"
#include "patron_audience.h"
#include "patron_rest.h"
#include "patron_robots.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
levels(const patron_str_t *one, const patron_str_t *two)
{
    int              i;
    patron_reader_t  reader;
    patron_level_t   a, b, both, other;

    patron_level_parse(&a, one);
    patron_level_parse_meta(&b, two);

    both = a;
    patron_level_combine(&both, &b);

    other = b;
    patron_level_combine(&other, &a);

    memset(&reader, 0, sizeof(reader));

    for (i = 0; i < PATRON_STATE_N; i++) {
        reader.state = (patron_state_e) i;
        reader.tier = *two;

        /* either way round, and never opener than each alone */

        if (patron_level_check(&both, &reader)
            != patron_level_check(&other, &reader)
            || patron_level_check(&both, &reader)
               < patron_level_check(&a, &reader)
            || patron_level_check(&both, &reader)
               < patron_level_check(&b, &reader))
        {
            abort();
        }
    }
}


static void
lists(const patron_str_t *one, const patron_str_t *two)
{
    unsigned            rank;
    patron_pattern_t    pattern;
    patron_languages_t  languages;

    if (two->len < 512 && patron_pattern_parse(&pattern, one) == PATRON_OK
        && patron_pattern_fits(&pattern, two) && !pattern.range)
    {
        /* what has a star in it fits itself */

        if (!patron_pattern_fits(&pattern, one)) {
            abort();
        }
    }

    patron_languages_read(&languages, one);
    rank = patron_language_rank(&languages, two);

    if (languages.n > PATRON_LANGUAGES || (languages.n == 0 && rank)) {
        abort();
    }

    if (patron_names_have(one, two) && two->len > one->len) {
        abort();
    }
}


static void
rests(const patron_str_t *name, const patron_str_t *value)
{
    char            err[PATRON_REST_ERR];
    patron_rest_t   rest;
    patron_visit_t  visit;

    memset(&rest, 0, sizeof(rest));
    memset(&visit, 0, sizeof(visit));

    if (patron_rest_field(&rest, name, value, err) != PATRON_OK) {

        if (strlen(err) >= sizeof(err) || patron_rest_counts(&rest)) {
            abort();
        }

        return;
    }

    if (patron_rest_show(&rest, 2, &visit, 86400 * 20000)
        && !patron_rest_counts(&rest))
    {
        abort();
    }
}


/* What is a list has a line for each of its words, and no other. */

static void
robots(const patron_str_t *list, const patron_str_t *path)
{
    size_t           i, len, lines;
    patron_uchar_t  *text;

    if (patron_robots_paths(list) != PATRON_OK) {
        return;
    }

    len = patron_robots_write(NULL, list);
    text = malloc(len);

    if (text == NULL || patron_robots_write(text, list) != len) {
        abort();
    }

    for (i = 0, lines = 0; i < len; i++) {
        lines += (text[i] == '\n');

        if (text[i] == '\n' ? i + 1 < len && memcmp(text + i + 1, "Disallow: /",
                                                    11)
                            : text[i] < ' ' || text[i] > 0x7e)
        {
            abort();
        }
    }

    /* none of them begins what is shorter than all */

    if (lines == 0
        || (path->len == 0 && patron_robots_disallow(list, path)))
    {
        abort();
    }

    free(text);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             i;
    int64_t            time, end;
    const uint8_t     *line;
    patron_str_t       all, one, two;
    patron_reader_t    reader;
    patron_audience_t  audience;

    all.data = data;
    all.len = size;

    line = size ? memchr(data, '\n', size) : NULL;

    one = all;
    one.len = line ? (size_t) (line - data) : size;
    two.data = line ? line + 1 : data;
    two.len = line ? size - one.len - 1 : 0;

    levels(&one, &two);
    lists(&one, &two);
    rests(&one, &two);
    robots(&all, &two);
    robots(&one, &two);

    if (patron_date_parse(&all, 0, &time) == PATRON_OK
        && (time < 0 || time > PATRON_DATE_MAX
            || (patron_date_parse(&all, 1, &end) == PATRON_OK && end < time)))
    {
        abort();
    }

    if (patron_path_local(&all) == PATRON_OK) {
        for (i = 0; i < size; i++) {
            if (data[i] <= ' ' || data[i] > 0x7e || data[i] == '\\') {
                abort();
            }
        }

        if (data[0] != '/' || (size > 1 && data[1] == '/')) {
            abort();
        }
    }

    if (patron_audience_parse(&audience, &all) == PATRON_OK) {
        memset(&reader, 0, sizeof(reader));
        reader.tier = all;
        (void) patron_audience_match(&audience, &reader);
    }

    return 0;
}
