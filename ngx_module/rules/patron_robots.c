
/*
 * Paths are prefixes: "*" and "$", which RFC 9309 has as well, are refused, so
 * that what is told is what is looked for.
 */


#include "patron_path.h"
#include "patron_robots.h"


static int patron_robots_next(const patron_str_t *list, size_t *at,
    patron_str_t *path);
static int patron_robots_space(patron_uchar_t c);


static const char  patron_robots_line[] = "Disallow: ";


int
patron_robots_name(const patron_str_t *name)
{
    size_t          i;
    patron_uchar_t  c;

    for (i = 0; i < name->len; i++) {
        c = name->data[i] | 0x20;

        if ((c < 'a' || c > 'z') && name->data[i] != '-'
            && name->data[i] != '_')
        {
            return 0;
        }
    }

    return name->len != 0;
}


int
patron_robots_paths(const patron_str_t *list)
{
    int           any;
    size_t        at;
    patron_str_t  path;

    any = 0;
    at = 0;

    while (patron_robots_next(list, &at, &path)) {

        if (memchr(path.data, '*', path.len) != NULL
            || memchr(path.data, '$', path.len) != NULL
            || memchr(path.data, '?', path.len) != NULL
            || memchr(path.data, '#', path.len) != NULL
            || patron_path_local(&path) != PATRON_OK)
        {
            return PATRON_DECLINED;
        }

        any = 1;
    }

    return any ? PATRON_OK : PATRON_DECLINED;
}


int
patron_robots_disallow(const patron_str_t *list, const patron_str_t *path)
{
    size_t        at;
    patron_str_t  prefix;

    at = 0;

    while (patron_robots_next(list, &at, &prefix)) {
        if (patron_path_begins(&prefix, path)) {
            return 1;
        }
    }

    return 0;
}


size_t
patron_robots_write(patron_uchar_t *dst, const patron_str_t *list)
{
    size_t        at, len, line;
    patron_str_t  path;

    at = 0;
    len = 0;
    line = sizeof(patron_robots_line) - 1;

    while (patron_robots_next(list, &at, &path)) {

        if (dst != NULL) {
            memcpy(dst + len, patron_robots_line, line);
            memcpy(dst + len + line, path.data, path.len);
            dst[len + line + path.len] = '\n';
        }

        len += line + path.len + 1;
    }

    return len;
}


static int
patron_robots_next(const patron_str_t *list, size_t *at, patron_str_t *path)
{
    size_t  i;

    for (i = *at; i < list->len && patron_robots_space(list->data[i]); i++) {
        /* void */
    }

    path->data = list->data + i;

    while (i < list->len && !patron_robots_space(list->data[i])) {
        i++;
    }

    path->len = list->data + i - path->data;
    *at = i;

    return path->len != 0;
}


static int
patron_robots_space(patron_uchar_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
