
/*
 * The C library's searches as C23 has them: what is found in a const string is
 * const.  A newer C library is held against the sources with
 *
 *     -include scripts/lib/c23_string.h
 *
 * Source: ISO/IEC 9899:2024, 7.26.5, "Search functions".
 */


#ifndef _PATRON_C23_STRING_H_INCLUDED_
#define _PATRON_C23_STRING_H_INCLUDED_


#include <string.h>


#define patron_c23(p, type, call)                                            \
    _Generic(0 ? (p) : (void *) 1,                                           \
             const void *: (const type) (call), default: (call))

#undef memchr
#undef strchr
#undef strrchr
#undef strpbrk
#undef strstr

#define memchr(s, c, n)  patron_c23(s, void *, (memchr)(s, c, n))
#define strchr(s, c)     patron_c23(s, char *, (strchr)(s, c))
#define strrchr(s, c)    patron_c23(s, char *, (strrchr)(s, c))
#define strpbrk(s, t)    patron_c23(s, char *, (strpbrk)(s, t))
#define strstr(s, t)     patron_c23(s, char *, (strstr)(s, t))


#endif /* _PATRON_C23_STRING_H_INCLUDED_ */
