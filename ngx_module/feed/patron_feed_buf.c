
/*
 * Bytes that grow.  What fails for want of memory is told at the end.
 */


#include "patron_feed_internal.h"


void
patron_feed_buf_init(patron_feed_buf_t *b, patron_mem_t *mem)
{
    memset(b, 0, sizeof(patron_feed_buf_t));

    b->mem = mem;
}


void
patron_feed_buf_free(patron_feed_buf_t *b)
{
    if (b->data != NULL) {
        patron_free(b->mem, b->data);
        b->data = NULL;
    }
}


void
patron_feed_buf_add(patron_feed_buf_t *b, const void *data, size_t len)
{
    patron_uchar_t  *p;

    if (len == 0) {
        return;
    }

    p = len < b->size - b->len ? b->data + b->len
                               : patron_feed_buf_room(b, len);

    if (p != NULL) {
        memcpy(p, data, len);
        b->len += len;
    }
}


/* Where len bytes may be written, or NULL. */

patron_uchar_t *
patron_feed_buf_room(patron_feed_buf_t *b, size_t len)
{
    size_t           size;
    patron_uchar_t  *p;

    if (b->failed) {
        return NULL;
    }

    if (b->data == NULL || len > b->size - b->len) {

        size = 2 * b->size + len;
        size = size < 1024 ? 1024 : size;

        p = patron_alloc(b->mem, size);
        if (p == NULL) {
            b->failed = 1;
            return NULL;
        }

        if (b->data != NULL) {
            memcpy(p, b->data, b->len);
        }

        patron_feed_buf_free(b);

        b->data = p;
        b->size = size;
    }

    return b->data + b->len;
}


/* As text and attribute values of XML and HTML take it. */

void
patron_feed_buf_escape(patron_feed_buf_t *b, const patron_uchar_t *data,
    size_t len)
{
    patron_uchar_t         c, *p;
    const patron_uchar_t  *end;

    p = patron_feed_buf_room(b, 6 * len);

    if (p == NULL || len == 0) {
        return;
    }

    for (end = data + len; data < end; data++) {
        c = *data;

        if (c > '>') {
            *p++ = c;
            continue;
        }

        switch (c) {

        case '<':
            memcpy(p, "&lt;", 4);
            p += 4;
            break;

        case '>':
            memcpy(p, "&gt;", 4);
            p += 4;
            break;

        case '&':
            memcpy(p, "&amp;", 5);
            p += 5;
            break;

        case '"':
            memcpy(p, "&quot;", 6);
            p += 6;
            break;

        case '\'':
            memcpy(p, "&#39;", 5);
            p += 5;
            break;

        default:
            *p++ = c;
        }
    }

    b->len = (size_t) (p - b->data);
}
