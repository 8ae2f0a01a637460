
/*
 * How a response begins: the same in whatever pieces it comes.
 */


#include <stdint.h>
#include <stdlib.h>

#include "patron_opening.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int               code, again;
    size_t            i;
    unsigned          whole;
    patron_opening_t  o;

    for (whole = 0; whole < 2; whole++) {
        memset(&o, 0, sizeof(patron_opening_t));
        code = patron_opening_feed(&o, data, size, whole, 1);

        if (code == PATRON_AGAIN) {
            abort();
        }

        memset(&o, 0, sizeof(patron_opening_t));
        again = PATRON_AGAIN;

        for (i = 0; i < size && again == PATRON_AGAIN; i++) {
            again = patron_opening_feed(&o, data + i, 1, whole, 0);
        }

        if (again == PATRON_AGAIN) {
            again = patron_opening_feed(&o, data, 0, whole, 1);
        }

        if (again != code) {
            abort();
        }
    }

    return 0;
}
