
/*
 * patron-edit: edits the page on standard input to standard output.
 *
 *     --select SELECTOR --position before|prepend|append|after|replace
 *         --html FILE [--all] [--shadow]
 *     --cut SELECTOR --keep N [--of SELECTOR]
 *         [--marker '<!--TEXT-->'|SELECTOR] [--most CHARS] --wall FILE
 *     --strip SELECTOR [--attr NAME]
 *     --chunk N      feeds the editor N bytes at a time
 *
 * The first three may be repeated; rules that meet go in the order given.
 *
 * Exit status 2, with the reason, for a mistake in the arguments, 1 for
 * trouble on the way.  If the editor gives up on the page, a line on standard
 * error says why.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "patron_edit.h"


#define CHUNK  (64 * 1024)


typedef enum {
    KIND_NONE = 0,
    KIND_PLACE,
    KIND_CUT,
    KIND_STRIP
} kind_e;


/* The rule that the arguments so far describe. */

typedef struct {
    kind_e         kind;
    int            all;
    int            shadow;
    const char    *selector;
    const char    *position;
    const char    *file;
    const char    *keep;
    const char    *of;
    const char    *marker;
    const char    *most;
    const char    *attr;
} rule_t;


static patron_str_t  html[PATRON_EDIT_MAX_RULES];


static void
fail(const char *what, const char *reason)
{
    fprintf(stderr, "patron-edit: %s: %s\n", what, reason);
    exit(2);
}


static patron_str_t
str(const char *s)
{
    patron_str_t  str;

    str.data = (const patron_uchar_t *) s;
    str.len = strlen(s);

    return str;
}


static patron_str_t
slurp(const char *name)
{
    FILE            *f;
    size_t           n, size;
    patron_str_t     s;
    patron_uchar_t  *p;

    f = fopen(name, "rb");
    if (f == NULL) {
        fail(name, "cannot be opened");
    }

    size = CHUNK;
    p = malloc(size);
    s.len = 0;

    while (p && (n = fread(p + s.len, 1, size - s.len, f)) > 0) {
        s.len += n;

        if (s.len == size) {
            size *= 2;
            p = realloc(p, size);
        }
    }

    if (p == NULL) {
        fail(name, "no memory");
    }

    fclose(f);

    s.data = p;

    return s;
}


static int
position(const char *word)
{
    int                  i;
    static const char  *words[] = { "before", "prepend", "append", "after",
                                    "replace" };

    for (i = 0; i < 5; i++) {
        if (word && strcmp(word, words[i]) == 0) {
            return i;
        }
    }

    fail("--position", "not before, prepend, append, after or replace");

    return -1;
}


static int
add_cut(patron_rules_t *rules, const rule_t *r, const patron_str_t *selector,
    char *err)
{
    int            rule;
    char          *end;
    unsigned long  keep, most;
    patron_str_t   of, marker;
    unsigned       is_comment;

    keep = r->keep ? strtoul(r->keep, &end, 10) : 0;

    if (r->keep == NULL || end == r->keep || *end || keep > 100000) {
        fail("--keep", "not a number");
    }

    most = r->most ? strtoul(r->most, &end, 10) : 0;

    if (r->most && (end == r->most || *end || most > 100000000)) {
        fail("--most", "not a number");
    }

    of = str(r->of ? r->of : "p");
    marker = str(r->marker ? r->marker : "");
    is_comment = (marker.len >= 7 && strncmp(r->marker, "<!--", 4) == 0);

    if (is_comment) {
        marker.data += 4;
        marker.len -= 7;
    }

    rule = patron_rules_cut(rules, selector, (unsigned) keep, &of,
                            r->marker ? &marker : NULL, (int) is_comment,
                            err);

    if (rule >= 0) {
        patron_rules_most(rules, rule, (unsigned) most);
    }

    return rule;
}


/* Adds the rule and begins another. */

static void
add(patron_rules_t *rules, rule_t *r)
{
    int           n;
    char          err[256];
    patron_str_t  selector, attr;

    if (r->kind == KIND_NONE) {
        return;
    }

    selector = str(r->selector);

    if (r->kind == KIND_STRIP) {
        attr = str(r->attr ? r->attr : "");
        n = patron_rules_strip(rules, &selector, r->attr ? &attr : NULL, err);

    } else if (r->file == NULL) {
        fail(r->selector, "no file with the HTML");
        return;

    } else if (r->kind == KIND_CUT) {
        n = add_cut(rules, r, &selector, err);

    } else {
        n = patron_rules_place(rules, position(r->position), &selector,
                               r->all, err);

        if (n >= 0 && r->shadow
            && patron_rules_shadow(rules, n, err) != PATRON_OK)
        {
            n = PATRON_ERROR;
        }
    }

    if (n < 0) {
        fail(r->selector, err);
    }

    if (r->file) {
        html[n] = slurp(r->file);
    }

    memset(r, 0, sizeof(rule_t));
}


static int
put(void *ctx, uint64_t from, const patron_uchar_t *data, size_t len)
{
    (void) ctx;
    (void) from;

    return fwrite(data, 1, len, stdout) == len ? PATRON_OK : PATRON_ERROR;
}


static int
put_rule(void *ctx, uint64_t at, unsigned rule)
{
    return put(ctx, at, html[rule].data, html[rule].len);
}


static int
leave_out(void *ctx, uint64_t from, uint64_t to)
{
    (void) ctx;
    (void) from;
    (void) to;

    return PATRON_OK;
}


static const patron_edit_sink_t  sink = { put, put, put_rule, put, leave_out };


/* Returns the size of a chunk. */

static size_t
arguments(patron_rules_t *rules, int argc, char **argv)
{
    int          i;
    size_t       chunk;
    const char  *name, *value;
    rule_t       r;

    chunk = CHUNK;
    memset(&r, 0, sizeof(r));

    for (i = 1; i < argc; i++) {
        name = argv[i];

        if (strcmp(name, "--all") == 0) {
            r.all = 1;
            continue;
        }

        if (strcmp(name, "--shadow") == 0) {
            r.shadow = 1;
            continue;
        }

        value = argv[++i];

        if (value == NULL) {
            fail(name, "no value");
        }

        if (strcmp(name, "--select") == 0 || strcmp(name, "--cut") == 0
            || strcmp(name, "--strip") == 0)
        {
            add(rules, &r);
            r.kind = (name[2] == 'c') ? KIND_CUT
                     : (name[3] == 'e') ? KIND_PLACE : KIND_STRIP;
            r.selector = value;

        } else if (strcmp(name, "--position") == 0) {
            r.position = value;

        } else if (strcmp(name, "--html") == 0
                   || strcmp(name, "--wall") == 0)
        {
            r.file = value;

        } else if (strcmp(name, "--keep") == 0) {
            r.keep = value;

        } else if (strcmp(name, "--of") == 0) {
            r.of = value;

        } else if (strcmp(name, "--marker") == 0) {
            r.marker = value;

        } else if (strcmp(name, "--most") == 0) {
            r.most = value;

        } else if (strcmp(name, "--attr") == 0) {
            r.attr = value;

        } else if (strcmp(name, "--chunk") == 0) {
            chunk = strtoul(value, NULL, 10);

        } else {
            fail(name, "unknown argument");
        }
    }

    add(rules, &r);

    return (chunk > 0 && chunk < CHUNK) ? chunk : CHUNK;
}


int
main(int argc, char **argv)
{
    int              rc, last;
    char             err[256];
    size_t           chunk, n;
    patron_edit_t   *e;
    patron_uchar_t   buf[CHUNK];
    patron_rules_t  *rules;

    rules = patron_rules_create(NULL);

    if (rules == NULL) {
        fail("rules", "no memory");
    }

    chunk = arguments(rules, argc, argv);

    if (patron_rules_compile(rules, err) != PATRON_OK) {
        fail("rules", err);
    }

    e = patron_edit_create(NULL, rules, ~0ull, &sink, NULL);

    if (e == NULL) {
        fail("edit", "no memory");
    }

    do {
        n = fread(buf, 1, chunk, stdin);
        last = (n == 0);
        rc = patron_edit_feed(e, buf, n, last);

    } while (rc == PATRON_OK && !last);

    if (patron_edit_gave_up(e)) {
        fprintf(stderr, "patron-edit: gave up: %s\n", patron_edit_gave_up(e));
    }

    while (rc == PATRON_DECLINED && (n = fread(buf, 1, CHUNK, stdin)) > 0) {
        (void) put(NULL, 0, buf, n);
    }

    patron_edit_destroy(e);
    patron_rules_destroy(rules);

    return (rc == PATRON_ERROR || fflush(stdout) != 0) ? 1 : 0;
}
