
/*
 * patron-tags [--chunk N] < page.html
 *
 * Prints the tags of a page as the parser finds them, one a line:
 *
 *     S name start end      a start tag, its bytes are [start, end)
 *     E name start end      an end tag
 *
 * The name is lowered; in it '%' and what is not printable ASCII stand as
 * %XX, and a NUL as a replacement character does.  A tag that the end of the
 * page cuts short is not printed.  With --chunk the parser is fed N bytes at
 * a time, each time from memory of just that size.
 */


#include "patron_html.h"

#include <stdio.h>
#include <stdlib.h>


static void patron_tags_name(const patron_str_t *name);
static int patron_tags_handler(void *ctx, const patron_html_event_t *ev);
static unsigned char *patron_tags_read(FILE *in, size_t *len);
static int patron_tags_feed(patron_html_t *h, const unsigned char *page,
    size_t len, size_t chunk);


static void
patron_tags_name(const patron_str_t *name)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (c == '\0') {
            fputs("%EF%BF%BD", stdout);

        } else if (c < 0x21 || c > 0x7e || c == '%') {
            printf("%%%02X", c);

        } else {
            putchar((c >= 'A' && c <= 'Z') ? c | 0x20 : c);
        }
    }
}


static int
patron_tags_handler(void *ctx, const patron_html_event_t *ev)
{
    (void) ctx;

    if (ev->type != PATRON_HTML_TAG) {
        return PATRON_OK;
    }

    putchar(ev->tag->end_tag ? 'E' : 'S');
    putchar(' ');
    patron_tags_name(&ev->tag->raw_name);
    printf(" %llu %llu\n", (unsigned long long) ev->tag->start,
           (unsigned long long) ev->tag->end);

    return PATRON_OK;
}


static unsigned char *
patron_tags_read(FILE *in, size_t *len)
{
    size_t          n, size;
    unsigned char  *page, *grown;

    *len = 0;
    size = 65536;
    page = malloc(size);

    while (page != NULL) {
        n = fread(page + *len, 1, size - *len, in);

        if (n == 0) {
            break;
        }

        *len += n;

        if (*len == size) {
            size *= 2;
            grown = realloc(page, size);

            if (grown == NULL) {
                free(page);
            }

            page = grown;
        }
    }

    return page;
}


static int
patron_tags_feed(patron_html_t *h, const unsigned char *page, size_t len,
    size_t chunk)
{
    int             rc;
    size_t          n, pos;
    unsigned char  *piece;

    piece = malloc(chunk);

    if (piece == NULL) {
        return PATRON_ERROR;
    }

    rc = PATRON_OK;

    for (pos = 0; pos < len && rc == PATRON_OK; pos += n) {
        n = (len - pos < chunk) ? len - pos : chunk;
        memcpy(piece, page + pos, n);
        rc = patron_html_feed(h, piece, n);
    }

    free(piece);

    return (rc == PATRON_OK) ? patron_html_finish(h) : rc;
}


int
main(int argc, char **argv)
{
    int             rc;
    size_t          len, chunk;
    unsigned char  *page;
    patron_html_t  *h;

    chunk = 65536;

    if (argc == 3 && strcmp(argv[1], "--chunk") == 0) {
        chunk = strtoul(argv[2], NULL, 10);

    } else if (argc != 1) {
        chunk = 0;
    }

    if (chunk == 0) {
        fputs("usage: patron-tags [--chunk N] < page.html\n", stderr);
        return 2;
    }

    page = patron_tags_read(stdin, &len);
    h = patron_html_create(NULL, PATRON_HTML_WANT_TAGS, patron_tags_handler,
                           NULL);

    if (page == NULL || h == NULL) {
        fputs("patron-tags: no memory\n", stderr);
        return 1;
    }

    rc = patron_tags_feed(h, page, len, chunk);

    if (rc != PATRON_OK) {
        fprintf(stderr, "patron-tags: stopped at %llu (%d)\n",
                (unsigned long long) patron_html_settled(h),
                (int) patron_html_stopped(h));
    }

    patron_html_destroy(h);
    free(page);

    return rc == PATRON_OK ? 0 : 1;
}
