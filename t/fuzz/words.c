
/*
 * Words that editors, systems and readers type: levels, audiences, times and
 * paths.
 */


#include <stdlib.h>

#include "patron_date.h"
#include "patron_level.h"
#include "patron_path.h"
#include "patron_audience.h"


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
