
/*
 * The memory of a table of selectors, and the names of attributes in it.
 */


#include "patron_selector_table.h"


void *
patron_selectors_alloc(patron_selectors_t *s, size_t size)
{
    patron_selectors_block_t  *block;

    block = patron_calloc(s->mem, sizeof(max_align_t) + size);
    if (block == NULL) {
        return NULL;
    }

    block->next = s->blocks;
    s->blocks = block;

    return (unsigned char *) block + sizeof(max_align_t);
}


int
patron_selectors_attr(patron_selectors_t *s, const patron_str_t *name)
{
    size_t          i;
    patron_uchar_t  *p;

    for (i = 0; i < s->nattrs; i++) {
        if (s->attrs[i].len == name->len
            && memcmp(s->attrs[i].data, name->data, name->len) == 0)
        {
            return (int) i;
        }
    }

    if (s->nattrs == PATRON_SELECTOR_MAX_STATES) {
        return -1;
    }

    p = patron_selectors_alloc(s, name->len);
    if (p == NULL) {
        return -1;
    }

    memcpy(p, name->data, name->len);

    s->attrs[s->nattrs].data = p;
    s->attrs[s->nattrs].len = name->len;

    return (int) s->nattrs++;
}
