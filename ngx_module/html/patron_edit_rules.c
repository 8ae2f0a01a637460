
/*
 * The rules of an editor: their selectors in one table, so that one look at
 * an element serves them all.
 */


#include <stdio.h>

#include "patron_edit_interest.h"
#include "patron_selector_names.h"


#define PATRON_EDIT_MAX_TEXT   255           /* bytes of a marker comment */
#define PATRON_EDIT_MAX_KEEP   100000


static int patron_rules_meta_of(patron_rules_t *rules,
    const patron_str_t *selector, unsigned named, const patron_str_t *text,
    char *err);
static int patron_rules_add(patron_rules_t *rules, patron_rule_e type,
    const patron_str_t *selector, const patron_str_t *text, char *err);
static int patron_rules_added(patron_rules_t *rules, uint64_t *set);
static void patron_rules_direct_cut(patron_rules_t *rules, unsigned n);
static int patron_rules_is_host(patron_html_name_t name);
static int patron_rules_is_of_body(patron_html_name_t name);
static int patron_rules_failed(char *err, const char *reason);


patron_rules_t *
patron_rules_create(patron_mem_t *mem)
{
    patron_rules_t  *rules;

    rules = patron_calloc(mem, sizeof(patron_rules_t));
    if (rules == NULL) {
        return NULL;
    }

    rules->mem = mem;
    rules->selectors = patron_selectors_create(mem);

    if (rules->selectors == NULL) {
        patron_free(mem, rules);
        return NULL;
    }

    return rules;
}


void
patron_rules_destroy(patron_rules_t *rules)
{
    unsigned  i;

    if (rules == NULL) {
        return;
    }

    for (i = 0; i < rules->n; i++) {
        patron_free(rules->mem, (void *) rules->rules[i].text.data);
    }

    patron_selectors_destroy(rules->selectors);
    patron_free(rules->mem, rules);
}


int
patron_rules_place(patron_rules_t *rules, patron_position_e position,
    const patron_str_t *selector, int all, char *err)
{
    if (patron_rules_add(rules, PATRON_RULE_PLACE, selector, NULL, err)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    rules->rules[rules->n].position = position;

    if (!all) {
        rules->once |= 1ull << rules->n;
    }

    if (position == PATRON_BEFORE || position == PATRON_PREPEND) {
        rules->direct |= 1ull << rules->n;

    } else if (position != PATRON_REPLACE
               && patron_selectors_subjects(rules->selectors,
                                            PATRON_GROUP_RULE, rules->n,
                                            patron_edit_is_awaited))
    {
        rules->blocks |= 1ull << rules->n;

    } else {
        rules->elements |= 1ull << rules->n;
    }

    return patron_rules_added(rules, &rules->places);
}


int
patron_rules_shadow(patron_rules_t *rules, int rule, char *err)
{
    uint64_t           bit;
    patron_position_e  position;

    bit = 1ull << rule;
    position = rules->rules[rule].position;

    if (position != PATRON_PREPEND && position != PATRON_APPEND) {
        return patron_rules_failed(err, "\"shadow\" goes with prepend and "
                                   "append alone");
    }

    if (!patron_selectors_subjects(rules->selectors, PATRON_GROUP_RULE,
                                   (unsigned) rule, patron_rules_is_host))
    {
        return patron_rules_failed(err, "\"shadow\" goes into article, aside, "
                                   "blockquote, body, div, footer, h1 to h6, "
                                   "header, main, nav, p, section and span "
                                   "alone");
    }

    rules->shadows |= bit;
    rules->direct |= bit;
    rules->elements &= ~bit;

    return PATRON_OK;
}


int
patron_rules_cut(patron_rules_t *rules, const patron_str_t *selector,
    unsigned keep, const patron_str_t *of, const patron_str_t *marker,
    int is_comment, char *err)
{
    size_t              mark;
    const patron_str_t  paragraph = patron_string("p");

    mark = patron_selectors_mark(rules->selectors);

    if (keep > PATRON_EDIT_MAX_KEEP) {
        return patron_rules_failed(err, "too many paragraphs to keep");
    }

    if (patron_rules_add(rules, PATRON_RULE_CUT, selector,
                         is_comment ? marker : NULL, err)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    if (patron_selectors_add(rules->selectors, of ? of : &paragraph,
                             PATRON_GROUP_OF, rules->n, err)
        != PATRON_OK
        || (marker && !is_comment
            && patron_selectors_add(rules->selectors, marker,
                                    PATRON_GROUP_MARKER, rules->n, err)
               != PATRON_OK))
    {
        patron_selectors_revert(rules->selectors, mark);
        patron_free(rules->mem, (void *) rules->rules[rules->n].text.data);
        return PATRON_ERROR;
    }

    rules->rules[rules->n].keep = keep;

    return patron_rules_added(rules, &rules->cuts);
}


void
patron_rules_most(patron_rules_t *rules, int rule, unsigned most)
{
    rules->rules[rule].most = most;
}


int
patron_rules_end(patron_rules_t *rules, char *err)
{
    if (rules->n == PATRON_EDIT_MAX_RULES) {
        return patron_rules_failed(err, "more rules than an editor can hold");
    }

    memset(&rules->rules[rules->n], 0, sizeof(patron_rule_t));
    rules->rules[rules->n].type = PATRON_RULE_END;

    return patron_rules_added(rules, &rules->ends);
}


int
patron_rules_strip(patron_rules_t *rules, const patron_str_t *selector,
    const patron_str_t *attr, char *err)
{
    if (attr && attr->len == 0) {
        return patron_rules_failed(err, "the attribute has no name");
    }

    if (patron_rules_add(rules, PATRON_RULE_STRIP, selector, attr, err)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    return patron_rules_added(rules, &rules->strips);
}


int
patron_rules_watch(patron_rules_t *rules, const patron_str_t *selector,
    char *err)
{
    if (patron_rules_add(rules, PATRON_RULE_WATCH, selector, NULL, err)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    rules->once |= 1ull << rules->n;

    return patron_rules_added(rules, &rules->watches);
}


void
patron_rules_having(patron_rules_t *rules, int rule, const patron_str_t *words)
{
    rules->rules[rule].having = words;
    rules->having |= 1ull << rule;
}


int
patron_rules_meta(patron_rules_t *rules, const patron_str_t *property,
    char *err)
{
    const patron_str_t  selector = patron_string("head > meta[property], "
                                                 "html > meta[property]");

    return patron_rules_meta_of(rules, &selector, 0, property, err);
}


int
patron_rules_meta_name(patron_rules_t *rules, const patron_str_t *name,
    char *err)
{
    const patron_str_t  selector = patron_string("head > meta[name], "
                                                 "html > meta[name]");

    return patron_rules_meta_of(rules, &selector, 1, name, err);
}


static int
patron_rules_meta_of(patron_rules_t *rules, const patron_str_t *selector,
    unsigned named, const patron_str_t *text, char *err)
{
    if (text->len == 0) {
        return patron_rules_failed(err, "the property has no name");
    }

    if (patron_rules_add(rules, PATRON_RULE_META, selector, text, err)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    rules->rules[rules->n].named = named;

    return patron_rules_added(rules, &rules->metas);
}


/* Fills the rule behind the last one. */

static int
patron_rules_add(patron_rules_t *rules, patron_rule_e type,
    const patron_str_t *selector, const patron_str_t *text, char *err)
{
    patron_rule_t   *rule;
    patron_uchar_t  *p;

    if (rules->n == PATRON_EDIT_MAX_RULES) {
        return patron_rules_failed(err, "more rules than an editor can hold");
    }

    rule = &rules->rules[rules->n];
    memset(rule, 0, sizeof(patron_rule_t));

    rule->type = type;

    if (text) {
        if (text->len > PATRON_EDIT_MAX_TEXT) {
            return patron_rules_failed(err, "longer than 255 bytes");
        }

        p = patron_alloc(rules->mem, text->len + 1);
        if (p == NULL) {
            return patron_rules_failed(err, "no memory");
        }

        memcpy(p, text->data, text->len);

        rule->text.data = p;
        rule->text.len = text->len;
    }

    if (patron_selectors_add(rules->selectors, selector, PATRON_GROUP_RULE,
                             rules->n, err)
        != PATRON_OK)
    {
        patron_free(rules->mem, (void *) rule->text.data);
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


static int
patron_rules_added(patron_rules_t *rules, uint64_t *set)
{
    *set |= 1ull << rules->n;
    rules->all |= 1ull << rules->n;

    return (int) rules->n++;
}


int
patron_rules_in_body(const patron_rules_t *rules, int rule)
{
    return patron_selectors_within(rules->selectors, PATRON_GROUP_RULE,
                                   (unsigned) rule, patron_rules_is_of_body);
}


int
patron_rules_compile(patron_rules_t *rules, char *err)
{
    uint64_t  cuts;

    if (patron_selectors_compile(rules->selectors) != PATRON_OK) {
        return patron_rules_failed(err, "no memory");
    }

    for (cuts = rules->cuts; cuts; cuts &= cuts - 1) {
        patron_rules_direct_cut(rules, (unsigned) __builtin_ctzll(cuts));
    }

    return PATRON_OK;
}


/* Is the element to cut, a block, known at its start tag? */

static void
patron_rules_direct_cut(patron_rules_t *rules, unsigned n)
{
    const patron_selectors_t  *s;

    s = rules->selectors;

    if (!patron_selectors_direct(s, PATRON_GROUP_RULE, n)
        || !patron_selectors_subjects(s, PATRON_GROUP_RULE, n,
                                      patron_html_is_block)
        || !patron_selectors_local(s, PATRON_GROUP_OF, n)
        || !patron_selectors_local(s, PATRON_GROUP_MARKER, n))
    {
        return;
    }

    rules->direct |= 1ull << n;
}


static int
patron_rules_is_host(patron_html_name_t name)
{
    return name == 0 || patron_name_is_host(name);
}


static int
patron_rules_is_of_body(patron_html_name_t name)
{
    return name != 0 && !patron_name_is_of_head(name);
}


static int
patron_rules_failed(char *err, const char *reason)
{
    snprintf(err, PATRON_SELECTOR_ERR, "%s", reason);

    return PATRON_ERROR;
}
