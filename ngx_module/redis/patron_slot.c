
/*
 * Redis Cluster slots.  The table of CRC16 is by half-bytes: 32 bytes that
 * stay in the cache, two steps a byte; keys are short.
 */


#include "patron_slot.h"


static const uint16_t  patron_crc16_table[16] = {
    0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
    0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef
};


unsigned
patron_crc16(const patron_uchar_t *data, size_t len)
{
    size_t    i;
    uint16_t  crc;

    crc = 0;

    for (i = 0; i < len; i++) {
        crc = (uint16_t) (crc << 4)
              ^ patron_crc16_table[(crc >> 12) ^ (data[i] >> 4)];
        crc = (uint16_t) (crc << 4)
              ^ patron_crc16_table[(crc >> 12) ^ (data[i] & 0xf)];
    }

    return crc;
}


unsigned
patron_slot(const patron_str_t *key)
{
    const patron_uchar_t  *open, *close;

    open = key->len ? memchr(key->data, '{', key->len) : NULL;

    if (open != NULL) {
        open++;

        close = memchr(open, '}', key->data + key->len - open);

        /* an empty tag is no tag: the whole key counts */

        if (close != NULL && close != open) {
            return patron_crc16(open, close - open) % PATRON_SLOTS;
        }
    }

    return patron_crc16(key->data, key->len) % PATRON_SLOTS;
}
