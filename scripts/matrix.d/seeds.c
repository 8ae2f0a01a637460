
/*
 * The main() of fuzz targets where there is no libFuzzer: the target is given
 * each file that is named, and then, at up to 200 places of it, the file cut off
 * there and the file with a bit changed.
 *
 *   TARGET FILE...
 */


#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define SEEDS_MAX      (64 * 1024)    /* bytes of a file */
#define SEEDS_PLACES   200            /* in a file */


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* The bytes are in memory of their own size, as libFuzzer has them. */

static void
seed(const uint8_t *data, size_t size)
{
    uint8_t  *own;

    own = malloc(size ? size : 1);
    if (own == NULL) {
        exit(1);
    }

    memcpy(own, data, size);
    (void) LLVMFuzzerTestOneInput(own, size);

    free(own);
}


static void
change(const uint8_t *data, size_t size)
{
    size_t          i, n, step;
    static uint8_t  changed[SEEDS_MAX];

    step = size / SEEDS_PLACES + 1;

    for (i = 0, n = 0; i < size; i += step, n++) {
        seed(data, i);

        memcpy(changed, data, size);
        changed[i] ^= (uint8_t) (1u << n % 8);
        seed(changed, size);
    }
}


int
main(int argc, char **argv)
{
    int             i;
    FILE           *file;
    size_t          size;
    static uint8_t  data[SEEDS_MAX];

    for (i = 1; i < argc; i++) {
        file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }

        size = fread(data, 1, sizeof(data), file);
        fclose(file);

        printf("%s\n", argv[i]);
        fflush(stdout);

        seed(data, size);
        change(data, size);
    }

    return 0;
}
