
/*
 * What a variable would be where the scanner of templates stands, for the files
 * patron_template*.c alone.
 */


#ifndef _PATRON_TEMPLATE_CONTEXT_H_INCLUDED_
#define _PATRON_TEMPLATE_CONTEXT_H_INCLUDED_


#include "patron_template_scan.h"


/*
 * What a variable here would be; PATRON_ERROR where it may not stand.  One that
 * we fill in ourselves may be a whole URL.
 */

int patron_scan_context(patron_scan_t *s, unsigned own, patron_part_e *type);

/* Where the scanner stands, if no character reference may; or NULL. */

const char *patron_scan_unreferenced(patron_scan_t *s);


#endif /* _PATRON_TEMPLATE_CONTEXT_H_INCLUDED_ */
