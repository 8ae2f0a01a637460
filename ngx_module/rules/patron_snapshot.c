
/*
 * A record is its type and the number of its strings, then each string with
 * its length before it; numbers are uint32_t of this machine, unaligned.
 */


#include <stdlib.h>

#include "patron_snapshot.h"


#define PATRON_SNAPSHOT_SIZE  4096


static int patron_snapshot_reserve(patron_snapshot_t *snapshot, size_t len);
static void patron_snapshot_number(patron_snapshot_t *snapshot,
    uint32_t number);
static int patron_snapshot_take(const patron_str_t *data, size_t *pos,
    uint32_t *number);


int
patron_snapshot_put(patron_snapshot_t *snapshot, uint32_t type,
    const patron_str_t *strings, size_t n)
{
    size_t  i, len;

    if (n > PATRON_SNAPSHOT_STRINGS) {
        return PATRON_ERROR;
    }

    len = (2 + n) * sizeof(uint32_t);

    for (i = 0; i < n; i++) {
        if (strings[i].len > UINT32_MAX / 2) {
            return PATRON_ERROR;
        }

        len += strings[i].len;
    }

    if (patron_snapshot_reserve(snapshot, len) != PATRON_OK) {
        return PATRON_ERROR;
    }

    patron_snapshot_number(snapshot, type);
    patron_snapshot_number(snapshot, (uint32_t) n);

    for (i = 0; i < n; i++) {
        patron_snapshot_number(snapshot, (uint32_t) strings[i].len);

        if (strings[i].len) {
            memcpy(snapshot->data + snapshot->len, strings[i].data,
                   strings[i].len);
            snapshot->len += strings[i].len;
        }
    }

    return PATRON_OK;
}


static int
patron_snapshot_reserve(patron_snapshot_t *snapshot, size_t len)
{
    size_t           size;
    patron_uchar_t  *data;

    if (len <= snapshot->size - snapshot->len) {
        return PATRON_OK;
    }

    size = snapshot->size ? 2 * snapshot->size : PATRON_SNAPSHOT_SIZE;

    while (size - snapshot->len < len) {
        size *= 2;
    }

    data = realloc(snapshot->data, size);
    if (data == NULL) {
        return PATRON_ERROR;
    }

    snapshot->data = data;
    snapshot->size = size;

    return PATRON_OK;
}


static void
patron_snapshot_number(patron_snapshot_t *snapshot, uint32_t number)
{
    memcpy(snapshot->data + snapshot->len, &number, sizeof(uint32_t));
    snapshot->len += sizeof(uint32_t);
}


void
patron_snapshot_free(patron_snapshot_t *snapshot)
{
    free(snapshot->data);
    memset(snapshot, 0, sizeof(patron_snapshot_t));
}


int
patron_snapshot_next(const patron_str_t *data, size_t *pos, uint32_t *type,
    patron_str_t *strings, size_t *n)
{
    size_t    i;
    uint32_t  count, len;

    if (*pos == data->len) {
        return PATRON_DECLINED;
    }

    if (patron_snapshot_take(data, pos, type) != PATRON_OK
        || patron_snapshot_take(data, pos, &count) != PATRON_OK
        || count > PATRON_SNAPSHOT_STRINGS)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < count; i++) {

        if (patron_snapshot_take(data, pos, &len) != PATRON_OK
            || len > data->len - *pos)
        {
            return PATRON_ERROR;
        }

        strings[i].data = data->data + *pos;
        strings[i].len = len;

        *pos += len;
    }

    *n = count;

    return PATRON_OK;
}


static int
patron_snapshot_take(const patron_str_t *data, size_t *pos, uint32_t *number)
{
    if (*pos > data->len || data->len - *pos < sizeof(uint32_t)) {
        return PATRON_ERROR;
    }

    memcpy(number, data->data + *pos, sizeof(uint32_t));
    *pos += sizeof(uint32_t);

    return PATRON_OK;
}
