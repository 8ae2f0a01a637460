
/*
 * The file of patron member import: CSV with a line of names (RFC 4180), or
 * JSON, objects one after the other or in an array.
 */


#ifndef _PATRON_HELPER_IMPORT_H_INCLUDED_
#define _PATRON_HELPER_IMPORT_H_INCLUDED_


#include "patron_helper.h"


#define PATRON_HELPER_FIELDS       7
#define PATRON_HELPER_FIELD_UNTIL  3


/* Fields are left alone where data is NULL, and taken away where len is 0. */

typedef struct {
    size_t         line;                /* JSON: which object */
    patron_str_t   sub;
    patron_str_t   fields[PATRON_HELPER_FIELDS];
} patron_helper_import_row_t;


typedef struct {
    const char                  *name;
    size_t                       n;
    size_t                       size;
    patron_helper_import_row_t  *rows;
} patron_helper_import_t;


extern const char *const  patron_helper_import_fields[PATRON_HELPER_FIELDS];


/* Ends the program where anything in the file cannot be, with its line. */

void patron_helper_import_read(patron_helper_import_t *in, const char *name);


#endif /* _PATRON_HELPER_IMPORT_H_INCLUDED_ */
