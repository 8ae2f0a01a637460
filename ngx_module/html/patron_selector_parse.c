
/*
 * The selector parser (Selectors Level 4, section 17; CSS Syntax Level 3,
 * section 6), for the subset that patron_selector.h names.  A selector's bytes
 * are taken for UTF-8.
 */


#include "patron_selector_table.h"


static int patron_parse_complex(patron_selector_parser_t *ps, unsigned group,
    unsigned number);
static int patron_parse_compound(patron_selector_parser_t *ps,
    patron_compound_t *c, unsigned depth);
static int patron_parse_type(patron_selector_parser_t *ps,
    patron_compound_t *c);
static int patron_parse_word(patron_selector_parser_t *ps,
    patron_compound_t *c, const char *attr, patron_test_e type);
static int patron_parse_attr(patron_selector_parser_t *ps,
    patron_compound_t *c);
static int patron_parse_attr_value(patron_selector_parser_t *ps,
    patron_test_t *t, const patron_str_t *name);
static int patron_parse_pseudo(patron_selector_parser_t *ps,
    patron_compound_t *c, unsigned depth);
static int patron_parse_not(patron_selector_parser_t *ps, patron_test_t *t,
    unsigned depth);
static int patron_parse_nth(patron_selector_parser_t *ps, patron_test_t *t);
static int patron_parse_offset(patron_selector_parser_t *ps,
    patron_test_t *t);
static patron_test_t *patron_parse_test(patron_selector_parser_t *ps,
    patron_compound_t *c, patron_test_e type);


/*
 * Attributes whose values HTML compares without regard to ASCII case (HTML
 * standard, section 4.16.2).
 */

static const char  *patron_selector_folded[] = {
    "accept", "accept-charset", "align", "alink", "axis", "bgcolor",
    "charset", "checked", "clear", "codetype", "color", "compact",
    "declare", "defer", "dir", "direction", "disabled", "enctype", "face",
    "frame", "hreflang", "http-equiv", "lang", "language", "link", "media",
    "method", "multiple", "nohref", "noresize", "noshade", "nowrap",
    "readonly", "rel", "rev", "rules", "scope", "scrolling", "selected",
    "shape", "target", "text", "type", "valign", "valuetype", "vlink",
    NULL
};


int
patron_selector_parse(patron_selectors_t *s, const patron_str_t *text,
    unsigned group, unsigned number, char *err)
{
    patron_selector_parser_t  ps;

    ps.table = s;
    ps.start = text->data;
    ps.p = text->data;
    ps.end = text->data + text->len;
    ps.err = err;

    if (text->len > PATRON_SELECTOR_MAX_LEN) {
        return patron_parse_failed(&ps, "longer than %d bytes",
                                   PATRON_SELECTOR_MAX_LEN);
    }

    patron_parse_spaces(&ps);

    if (ps.p == ps.end) {
        return patron_parse_failed(&ps, "empty selector");
    }

    for ( ;; ) {
        if (patron_parse_complex(&ps, group, number) != PATRON_OK) {
            return PATRON_ERROR;
        }

        if (ps.p == ps.end) {
            return PATRON_OK;
        }

        /* a comma: nothing else ends a complex selector */

        ps.p++;
        patron_parse_spaces(&ps);

        if (ps.p == ps.end) {
            return patron_parse_failed(&ps, "the selector ends in a comma");
        }
    }
}


/* One selector of the list, up to a comma or the end. */

static int
patron_parse_complex(patron_selector_parser_t *ps, unsigned group,
    unsigned number)
{
    int                 spaces;
    patron_state_t     *st;
    patron_relation_e   relation;

    relation = PATRON_RELATION_NONE;

    for ( ;; ) {
        if (ps->table->nstates == PATRON_SELECTOR_MAX_STATES) {
            return patron_parse_failed(ps, "more than %d compound selectors",
                                       PATRON_SELECTOR_MAX_STATES);
        }

        st = &ps->table->states[ps->table->nstates++];
        memset(st, 0, sizeof(patron_state_t));

        st->relation = relation;

        if (patron_parse_compound(ps, &st->compound, 0) != PATRON_OK) {
            return PATRON_ERROR;
        }

        spaces = patron_parse_spaces(ps);

        if (ps->p == ps->end || *ps->p == ',') {
            st->last = 1;
            st->group = (uint8_t) group;
            st->number = (uint8_t) number;
            return PATRON_OK;
        }

        if (*ps->p == '>') {
            relation = PATRON_RELATION_CHILD;
            ps->p++;
            patron_parse_spaces(ps);

            if (ps->p == ps->end) {
                return patron_parse_failed(ps,
                                           "the selector ends in \">\"");
            }

        } else if (*ps->p == '+' || *ps->p == '~') {
            return patron_parse_failed(ps, "the sibling combinator \"%c\" "
                                       "is not supported", *ps->p);

        } else if (spaces) {
            relation = PATRON_RELATION_DESCENDANT;

        } else {
            return patron_parse_unexpected(ps);
        }
    }
}


static int
patron_parse_compound(patron_selector_parser_t *ps, patron_compound_t *c,
    unsigned depth)
{
    int                    rc;
    const patron_uchar_t  *begin;

    begin = ps->p;

    if (ps->p < ps->end && *ps->p == '*') {
        ps->p++;

    } else if (patron_parse_is_ident(ps)) {
        if (patron_parse_type(ps, c) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    if (ps->p < ps->end && *ps->p == '|') {
        return patron_parse_failed(ps, "namespaces are not supported");
    }

    while (ps->p < ps->end) {

        switch (*ps->p) {

        case '#':
            rc = patron_parse_word(ps, c, "id", PATRON_TEST_EQUALS);
            break;

        case '.':
            rc = patron_parse_word(ps, c, "class", PATRON_TEST_WORD);
            break;

        case '[':
            rc = patron_parse_attr(ps, c);
            break;

        case ':':
            rc = patron_parse_pseudo(ps, c, depth);
            break;

        default:
            return (ps->p > begin) ? PATRON_OK : patron_parse_unexpected(ps);
        }

        if (rc != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return (ps->p > begin) ? PATRON_OK : patron_parse_unexpected(ps);
}


static int
patron_parse_type(patron_selector_parser_t *ps, patron_compound_t *c)
{
    if (patron_parse_ident(ps, &c->type) != PATRON_OK) {
        return PATRON_ERROR;
    }

    patron_parse_lower(&c->type);
    c->name = patron_html_name(c->type.data, c->type.len);

    return PATRON_OK;
}


/* #id and .class */

static int
patron_parse_word(patron_selector_parser_t *ps, patron_compound_t *c,
    const char *attr, patron_test_e type)
{
    int             n;
    patron_str_t    name;
    patron_test_t  *t;

    ps->p++;

    if (!patron_parse_is_ident(ps)) {
        return patron_parse_failed(ps, "no name after \"%c\"", ps->p[-1]);
    }

    t = patron_parse_test(ps, c, type);
    if (t == NULL) {
        return PATRON_ERROR;
    }

    name.data = (const patron_uchar_t *) attr;
    name.len = strlen(attr);

    n = patron_selectors_attr(ps->table, &name);
    if (n < 0) {
        return patron_parse_failed(ps, "no memory");
    }

    t->attr = (unsigned) n;

    return patron_parse_ident(ps, &t->value);
}


static int
patron_parse_attr(patron_selector_parser_t *ps, patron_compound_t *c)
{
    int             n;
    patron_str_t    name;
    patron_test_t  *t;

    ps->p++;
    patron_parse_spaces(ps);

    if (!patron_parse_is_ident(ps)) {
        return patron_parse_failed(ps, "no attribute name after \"[\"");
    }

    if (patron_parse_ident(ps, &name) != PATRON_OK) {
        return PATRON_ERROR;
    }

    patron_parse_lower(&name);

    n = patron_selectors_attr(ps->table, &name);
    if (n < 0) {
        return patron_parse_failed(ps, "no memory");
    }

    t = patron_parse_test(ps, c, PATRON_TEST_EXISTS);
    if (t == NULL) {
        return PATRON_ERROR;
    }

    t->attr = (unsigned) n;

    patron_parse_spaces(ps);

    if (ps->p < ps->end && *ps->p != ']') {
        if (patron_parse_attr_value(ps, t, &name) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    if (ps->p == ps->end) {
        return patron_parse_failed(ps, "\"[\" without \"]\"");
    }

    if (*ps->p != ']') {
        return patron_parse_unexpected(ps);
    }

    ps->p++;

    return PATRON_OK;
}


/* The operator, the value and the flag: up to "]". */

static int
patron_parse_attr_value(patron_selector_parser_t *ps, patron_test_t *t,
    const patron_str_t *name)
{
    int                 rc;
    size_t              i;
    const char         *op;
    const char        **folded;
    static const char   ops[] = "=~^$*|";

    op = memchr(ops, *ps->p, sizeof(ops) - 1);

    if (op == NULL
        || (op > ops && (ps->p + 1 == ps->end || ps->p[1] != '=')))
    {
        return patron_parse_unexpected(ps);
    }

    ps->p += (op > ops) ? 2 : 1;
    t->type = (patron_test_e) (PATRON_TEST_EQUALS + (op - ops));

    for (folded = patron_selector_folded; *folded; folded++) {
        if (patron_parse_word_is(name, *folded)) {
            t->fold = 1;
        }
    }

    patron_parse_spaces(ps);

    if (ps->p < ps->end && (*ps->p == '"' || *ps->p == '\'')) {
        rc = patron_parse_string(ps, &t->value);

    } else if (patron_parse_is_ident(ps)) {
        rc = patron_parse_ident(ps, &t->value);

    } else {
        return patron_parse_failed(ps, "the value after \"=\" is neither a "
                                   "name nor a quoted string");
    }

    if (rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    /* no word has a space in it: as the empty one, it matches nothing */

    for (i = 0; t->type == PATRON_TEST_WORD && i < t->value.len; i++) {
        if (patron_is_space(t->value.data[i])) {
            t->value.len = 0;
        }
    }

    patron_parse_spaces(ps);

    if (ps->p < ps->end && *ps->p != ']') {

        switch (patron_lower(*ps->p)) {

        case 'i':
            t->fold = 1;
            break;

        case 's':
            t->fold = 0;
            break;

        default:
            return patron_parse_unexpected(ps);
        }

        ps->p++;
        patron_parse_spaces(ps);
    }

    return PATRON_OK;
}


static int
patron_parse_pseudo(patron_selector_parser_t *ps, patron_compound_t *c,
    unsigned depth)
{
    patron_str_t           name;
    patron_test_t         *t;
    const patron_uchar_t  *begin;

    begin = ps->p++;

    if (ps->p < ps->end && *ps->p == ':') {
        return patron_parse_failed(ps, "pseudo-elements are not supported");
    }

    if (!patron_parse_is_ident(ps)) {
        return patron_parse_failed(ps, "no name after \":\"");
    }

    t = patron_parse_test(ps, c, PATRON_TEST_NTH_CHILD);

    if (t == NULL || patron_parse_ident(ps, &name) != PATRON_OK) {
        return PATRON_ERROR;
    }

    patron_parse_lower(&name);

    t->b = 1;

    if (ps->p < ps->end && *ps->p == '(') {
        ps->p++;

        if (patron_parse_word_is(&name, "nth-child")) {
            return patron_parse_nth(ps, t);
        }

        if (patron_parse_word_is(&name, "nth-of-type")) {
            t->type = PATRON_TEST_NTH_TYPE;
            return patron_parse_nth(ps, t);
        }

        if (patron_parse_word_is(&name, "not")) {
            t->type = PATRON_TEST_NOT;
            return patron_parse_not(ps, t, depth + 1);
        }

    } else if (patron_parse_word_is(&name, "first-child")) {
        return PATRON_OK;

    } else if (patron_parse_word_is(&name, "first-of-type")) {
        t->type = PATRON_TEST_NTH_TYPE;
        return PATRON_OK;
    }

    return patron_parse_failed(ps, "the pseudo-class \"%.*s\" is not "
                               "supported",
                               (int) (ps->p - begin > 40
                                      ? 40 : ps->p - begin),
                               begin);
}


/* The list of a :not(), past its ")". */

static int
patron_parse_not(patron_selector_parser_t *ps, patron_test_t *t,
    unsigned depth)
{
    patron_compound_t  *c, **last;

    if (depth > PATRON_SELECTOR_DEPTH) {
        return patron_parse_failed(ps, "\":not()\" nested too deep");
    }

    last = &t->list;

    for ( ;; ) {
        patron_parse_spaces(ps);

        if (ps->p < ps->end && *ps->p == ')') {
            return patron_parse_failed(ps, "\":not()\" without a selector");
        }

        c = patron_selectors_alloc(ps->table, sizeof(patron_compound_t));
        if (c == NULL) {
            return patron_parse_failed(ps, "no memory");
        }

        if (patron_parse_compound(ps, c, depth) != PATRON_OK) {
            return PATRON_ERROR;
        }

        *last = c;
        last = &c->next;

        patron_parse_spaces(ps);

        if (ps->p == ps->end) {
            return patron_parse_failed(ps, "\"(\" without \")\"");
        }

        if (*ps->p == ')') {
            ps->p++;
            return PATRON_OK;
        }

        if (*ps->p != ',') {
            return patron_parse_failed(ps, "combinators in \":not()\" are "
                                       "not supported");
        }

        ps->p++;
    }
}


/* An+B, odd or even, past the ")" (CSS Syntax, section 6). */

static int
patron_parse_nth(patron_selector_parser_t *ps, patron_test_t *t)
{
    int                    sign;
    patron_str_t           word;
    const patron_uchar_t  *p;

    patron_parse_spaces(ps);

    for (p = ps->p; p < ps->end && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z';
         p++)
    { /* void */ }

    word.data = ps->p;
    word.len = (size_t) (p - ps->p);

    if (patron_parse_word_is(&word, "odd")
        || patron_parse_word_is(&word, "even"))
    {
        t->a = 2;
        t->b = (word.len == 3);
        ps->p = p;

    } else {
        sign = 1;

        if (ps->p < ps->end && (*ps->p == '+' || *ps->p == '-')) {
            sign = (*ps->p++ == '-') ? -1 : 1;
        }

        p = ps->p;
        t->b = sign * patron_parse_integer(ps);

        if (ps->p < ps->end && (*ps->p | 0x20) == 'n') {
            t->a = (ps->p > p) ? t->b : sign;
            t->b = 0;
            ps->p++;

            if (patron_parse_offset(ps, t) != PATRON_OK) {
                return PATRON_ERROR;
            }

        } else if (ps->p == p) {
            return patron_parse_failed(ps, "neither An+B, \"odd\" nor "
                                       "\"even\" after \"(\"");
        }
    }

    patron_parse_spaces(ps);

    if (ps->p == ps->end) {
        return patron_parse_failed(ps, "\"(\" without \")\"");
    }

    if (*ps->p != ')') {
        return patron_parse_unexpected(ps);
    }

    ps->p++;

    return PATRON_OK;
}


/* The "+B" after "An", if any. */

static int
patron_parse_offset(patron_selector_parser_t *ps, patron_test_t *t)
{
    int                    sign;
    const patron_uchar_t  *p;

    patron_parse_spaces(ps);

    if (ps->p == ps->end || (*ps->p != '+' && *ps->p != '-')) {
        return PATRON_OK;
    }

    sign = (*ps->p++ == '-') ? -1 : 1;

    patron_parse_spaces(ps);

    p = ps->p;
    t->b = sign * patron_parse_integer(ps);

    return (ps->p > p) ? PATRON_OK : patron_parse_unexpected(ps);
}


static patron_test_t *
patron_parse_test(patron_selector_parser_t *ps, patron_compound_t *c,
    patron_test_e type)
{
    patron_test_t  *t, **last;

    t = patron_selectors_alloc(ps->table, sizeof(patron_test_t));
    if (t == NULL) {
        (void) patron_parse_failed(ps, "no memory");
        return NULL;
    }

    t->type = type;

    for (last = &c->tests; *last; last = &(*last)->next) { /* void */ }

    *last = t;

    return t;
}
