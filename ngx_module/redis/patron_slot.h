
/*
 * Redis Cluster's map from keys to slots: CRC16 of the key, or of its hash tag.
 * Source: Redis Cluster specification, "Key distribution model".
 */


#ifndef _PATRON_SLOT_H_INCLUDED_
#define _PATRON_SLOT_H_INCLUDED_


#include "patron.h"


#define PATRON_SLOTS  16384


/* The slot of a key, 0 to 16383. */

unsigned patron_slot(const patron_str_t *key);

/* CRC16 as in XMODEM: polynomial 0x1021, starting from 0. */

unsigned patron_crc16(const patron_uchar_t *data, size_t len);


#endif /* _PATRON_SLOT_H_INCLUDED_ */
