
/*
 * Snapshots: any bytes are read without leaving them, and what can be read can
 * be written again to the same bytes.
 */


#include <stdlib.h>

#include "patron_snapshot.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             pos, begin, n;
    uint32_t           type;
    patron_str_t       s, strings[PATRON_SNAPSHOT_STRINGS];
    patron_snapshot_t  copy;

    memset(&copy, 0, sizeof(copy));

    s.data = data;
    s.len = size;
    pos = 0;
    begin = 0;

    while (patron_snapshot_next(&s, &pos, &type, strings, &n) == PATRON_OK) {

        if (patron_snapshot_put(&copy, type, strings, n) != PATRON_OK
            || copy.len != pos
            || memcmp(copy.data + begin, data + begin, pos - begin) != 0)
        {
            abort();
        }

        begin = pos;
    }

    patron_snapshot_free(&copy);

    return 0;
}
