
/*
 * See the header.  The page is kept as it comes, at most PATRON_LEAK_PAGE bytes
 * of it, and read at its end by a tokenizer that knows tags, quoted values,
 * comments and the text of scripts, and no tree.  What was cut is collected on
 * the way, and the places to look in are noted: text may be leaked before it is
 * cut.  Then these are looked through, in their order.
 */


#include "patron_html_bytes.h"
#include "patron_html_name.h"
#include "patron_html_tags.h"
#include "patron_leak.h"
#include "patron_leak_near.h"
#include "patron_leak_strip.h"
#include "patron_leak_text.h"
#include "patron_selector_names.h"


#define PATRON_LEAK_PIECE   24          /* bytes that eight words may have */
#define PATRON_LEAK_DROPS   1024


/* Offsets in the page: what was left out, and a place to look in. */

typedef struct {
    uint32_t              from;
    uint32_t              to;
} patron_leak_range_t;

typedef struct {
    uint32_t              from;
    uint32_t              to;
    uint32_t              tag;          /* where that begins, or a comment */
    patron_leak_place_e   place;
} patron_leak_piece_t;


struct patron_leak_s {
    patron_mem_t         *mem;
    patron_uchar_t       *page;
    size_t                len;
    size_t                size;         /* but for the padding */

    patron_leak_range_t  *drops;
    size_t                ndrops;
    size_t                cut;          /* bytes */

    patron_leak_piece_t  *pieces;
    size_t                npieces;
    size_t                room;

    size_t                next;         /* of drops, where the page is read */
    const patron_uchar_t *edge;         /* up to here all is cut, or none */
    unsigned              dropped;
    uint32_t              tag;          /* that was read last */
    uint32_t              hidden_tag;   /* what is hidden begins with it */
    unsigned              hidden;       /* elements of its name, nested */
    patron_html_name_t    hidden_name;
    int                   rc;
    patron_leak_words_t   words;
};


/* A tag, and what its attributes say. */

typedef struct {
    patron_html_name_t    name;         /* packed, in lower case */
    const patron_uchar_t *end;
    unsigned              end_tag;
    unsigned              dropped;
    unsigned              hides;
} patron_leak_tag_t;


static int patron_leak_grow(patron_leak_t *l, size_t size);
static void patron_leak_read(patron_leak_t *l);
static const patron_uchar_t *patron_leak_markup(patron_leak_t *l,
    const patron_uchar_t *lt, const patron_uchar_t *end);
static void patron_leak_plain(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to);
static void patron_leak_outside(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to);
static unsigned patron_leak_edge(patron_leak_t *l, const patron_uchar_t *p);
static inline const patron_uchar_t *patron_leak_name(patron_leak_tag_t *tag,
    const patron_uchar_t *name);
static const patron_uchar_t *patron_leak_comment(patron_leak_t *l,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_leak_attrs(patron_leak_t *l, patron_leak_tag_t *tag,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_leak_value(patron_leak_t *l, patron_leak_tag_t *tag,
    const patron_uchar_t *p, const patron_uchar_t *to);
static const patron_uchar_t *patron_leak_raw(patron_leak_t *l,
    const patron_leak_tag_t *tag, const patron_uchar_t *end);
static void patron_leak_element(patron_leak_t *l,
    const patron_leak_tag_t *tag);
static void patron_leak_note(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to, patron_leak_place_e place, uint32_t tag);
static int patron_leak_has(const patron_uchar_t *p,
    const patron_uchar_t *to, const char *word);
static int patron_leak_goes_on(patron_html_name_t name);


/* Names that are looked for, as patron_html_name() has them. */

#define PATRON_LEAK_SCRIPT_NAME    PATRON_HTML_PACK('s','c','r','i','p','t',0,0)
#define PATRON_LEAK_STYLE_NAME     PATRON_HTML_PACK('s','t','y','l','e',0,0,0)
#define PATRON_LEAK_META_NAME      PATRON_HTML_PACK('m','e','t','a',0,0,0,0)
#define PATRON_LEAK_NOSCRIPT_NAME                                             \
    PATRON_HTML_PACK('n','o','s','c','r','i','p','t')
#define PATRON_LEAK_TEMPLATE_NAME                                             \
    PATRON_HTML_PACK('t','e','m','p','l','a','t','e')


/* Is the byte at p cut? */

#define patron_leak_dropped(l, p)                                             \
    ((p) < (l)->edge ? (l)->dropped : patron_leak_edge(l, p))


static const patron_str_t  patron_leak_places[] = {
    patron_string("script"),
    patron_string("json-ld"),
    patron_string("attribute"),
    patron_string("meta"),
    patron_string("hidden")
};


patron_leak_t *
patron_leak_create(patron_mem_t *mem, size_t size)
{
    patron_leak_t  *l;

    l = patron_calloc(mem, sizeof(patron_leak_t));
    if (l == NULL) {
        return NULL;
    }

    l->mem = mem;
    l->words.cut.mem = mem;
    l->drops = patron_alloc(mem, (PATRON_LEAK_DROPS + 1)
                                 * sizeof(patron_leak_range_t));

    if (l->drops == NULL
        || patron_leak_grow(l, size < 16384 ? 16384 : size) != PATRON_OK)
    {
        patron_leak_destroy(l);
        return NULL;
    }

    return l;
}


void
patron_leak_destroy(patron_leak_t *l)
{
    patron_leak_runs_free(&l->words.cut);
    patron_free(l->mem, l->pieces);
    patron_free(l->mem, l->drops);
    patron_free(l->mem, l->page);
    patron_free(l->mem, l);
}


static int
patron_leak_grow(patron_leak_t *l, size_t size)
{
    patron_uchar_t  *page;

    if (size > PATRON_LEAK_PAGE) {
        size = PATRON_LEAK_PAGE;
    }

    page = patron_alloc(l->mem, size + PATRON_LEAK_PADDING);
    if (page == NULL) {
        return PATRON_ERROR;
    }

    if (l->page) {
        memcpy(page, l->page, l->len);
        patron_free(l->mem, l->page);
    }

    l->page = page;
    l->size = size;

    return PATRON_OK;
}


int
patron_leak_feed(patron_leak_t *l, const patron_uchar_t *data, size_t len)
{
    size_t  size;

    if (len > PATRON_LEAK_PAGE - l->len) {
        return PATRON_DECLINED;
    }

    if (len == 0) {
        return PATRON_OK;
    }

    if (len > l->size - l->len) {

        for (size = l->size; len > size - l->len; size *= 2) { /* void */ }

        if (patron_leak_grow(l, size) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    memcpy(l->page + l->len, data, len);
    l->len += len;

    return PATRON_OK;
}


int
patron_leak_drop(patron_leak_t *l, uint64_t from, uint64_t to)
{
    if (to > PATRON_LEAK_PAGE || l->ndrops == PATRON_LEAK_DROPS) {
        return PATRON_DECLINED;
    }

    if (l->ndrops && l->drops[l->ndrops - 1].to == from) {
        l->drops[l->ndrops - 1].to = (uint32_t) to;

    } else {
        l->drops[l->ndrops].from = (uint32_t) from;
        l->drops[l->ndrops].to = (uint32_t) to;
        l->ndrops++;
    }

    l->cut += (size_t) (to - from);

    return PATRON_OK;
}


int
patron_leak_find(patron_leak_t *l, patron_leak_found_t *found)
{
    size_t                i;
    patron_leak_piece_t  *piece;

    if (l->ndrops == 0) {
        return PATRON_DECLINED;
    }

    if (patron_leak_runs(&l->words.cut, l->mem, l->cut) != PATRON_OK) {
        return PATRON_ERROR;
    }

    /* a tag ends there, whatever is missing of it */

    memset(l->page + l->len, '>', PATRON_LEAK_PADDING);

    /* one behind the last */

    l->drops[l->ndrops].from = UINT32_MAX;
    l->drops[l->ndrops].to = UINT32_MAX;

    l->edge = l->page;

    patron_leak_read(l);

    if (l->rc != PATRON_OK || l->words.cut.rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (l->words.cut.nwords == 0) {
        return PATRON_DECLINED;
    }

    for (i = 0; i < l->npieces && l->words.cut.rc == PATRON_OK; i++) {
        piece = &l->pieces[i];

        l->words.cut.place = piece->place;

        patron_leak_look(&l->words, l->page + piece->from,
                         l->page + piece->to);

        if (l->words.cut.enough) {
            found->place = piece->place;
            found->runs = l->words.cut.counts[piece->place].runs;
            found->of = l->words.cut.nruns;
            found->len = 0;

            patron_leak_strip(found, l->page + piece->tag,
                              l->page + piece->from, l->page + l->len);

            return PATRON_OK;
        }
    }

    return l->words.cut.rc == PATRON_OK ? PATRON_DECLINED : PATRON_ERROR;
}


const patron_str_t *
patron_leak_place(patron_leak_place_e place)
{
    return &patron_leak_places[place];
}


static void
patron_leak_read(patron_leak_t *l)
{
    const patron_uchar_t  *p, *lt, *end;

    end = l->page + l->len;

    for (p = l->page; p < end && l->rc == PATRON_OK; /* void */ ) {
        lt = patron_leak_byte(p, end, '<');

        patron_leak_plain(l, p, lt);

        p = (lt < end) ? patron_leak_markup(l, lt, end) : end;
    }
}


/* Past what begins there, or past the '<' that begins nothing. */

static const patron_uchar_t *
patron_leak_markup(patron_leak_t *l, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    patron_leak_tag_t      tag;
    const patron_uchar_t  *p, *name;

    if (lt[1] == '!' || lt[1] == '?') {
        return patron_leak_comment(l, lt, end);
    }

    tag.end_tag = (lt[1] == '/');
    name = lt + 1 + tag.end_tag;

    if ((patron_uchar_t) ((*name | 0x20) - 'a') > 25) {
        return lt + 1;
    }

    l->tag = (uint32_t) (lt - l->page);
    tag.dropped = patron_leak_dropped(l, lt);
    tag.hides = 0;

    p = patron_leak_name(&tag, name);

    if (*p == '>') {
        tag.end = (p < end) ? p + 1 : end;

    } else {
        patron_leak_attrs(l, &tag, p, end);
    }

    if (!tag.end_tag && (tag.name == PATRON_LEAK_SCRIPT_NAME
                         || tag.name == PATRON_LEAK_STYLE_NAME))
    {
        return patron_leak_raw(l, &tag, end);
    }

    patron_leak_element(l, &tag);

    return tag.end;
}


/* Up to white space, '/' or '>': few have more than eight letters. */

static inline const patron_uchar_t *
patron_leak_name(patron_leak_tag_t *tag, const patron_uchar_t *name)
{
    size_t                 len;
    uint64_t               bytes, ends;
    const patron_uchar_t  *p;

    bytes = patron_html_bytes(name);
    ends = ~bytes & 0x4040404040404040u;

    if (ends) {
        len = (size_t) __builtin_ctzll(ends) / 8;
        p = name + len;

        if (patron_leak_stops(*p) || *p == '/') {
            tag->name = (bytes | 0x2020202020202020u) & patron_html_masks[len];
            return p;
        }
    }

    for (p = name; !patron_leak_stops(*p) && *p != '/'; p++) { /* void */ }

    tag->name = patron_html_name(name, (size_t) (p - name));

    return p;
}


/* Text: nearly all of it is neither cut nor hidden. */

static void
patron_leak_plain(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to)
{
    if (l->hidden || patron_leak_dropped(l, p) || l->edge < to) {
        patron_leak_outside(l, p, to);
    }
}


static void
patron_leak_outside(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to)
{
    const patron_uchar_t  *edge;

    for ( /* void */ ; p < to; p = edge) {

        if (patron_leak_dropped(l, p)) {
            edge = (l->edge < to) ? l->edge : to;
            patron_leak_collect(&l->words, p, edge);
            continue;
        }

        edge = (l->edge < to) ? l->edge : to;

        patron_leak_break(&l->words);

        if (l->hidden) {
            patron_leak_note(l, p, edge, PATRON_LEAK_HIDDEN, l->hidden_tag);
        }
    }
}


/* Offsets only grow: the next edge, at p or past it. */

static unsigned
patron_leak_edge(patron_leak_t *l, const patron_uchar_t *p)
{
    uint32_t              at, edge;
    patron_leak_range_t  *drop;

    at = (uint32_t) (p - l->page);

    while (l->drops[l->next].to <= at) {
        l->next++;
    }

    drop = &l->drops[l->next];

    l->dropped = (drop->from <= at);
    edge = l->dropped ? drop->to : drop->from;
    l->edge = (edge < l->len) ? l->page + edge : l->page + l->len;

    return l->dropped;
}


/* Up to "-->", or of another declaration up to '>'. */

static const patron_uchar_t *
patron_leak_comment(patron_leak_t *l, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    int                    comment;
    const patron_uchar_t  *p;

    comment = (memcmp(lt, "<!--", 4) == 0);

    for (p = lt + (comment ? 4 : 1); p < end; p++) {
        p = memchr(p, '>', (size_t) (end - p));

        if (p == NULL) {
            return end;
        }

        if (!comment) {
            return p + 1;
        }

        if (p[-1] == '-' && p[-2] == '-') {
            break;
        }
    }

    if (p < end && !patron_leak_dropped(l, lt)) {
        patron_leak_note(l, lt + 4, p, PATRON_LEAK_HIDDEN,
                         (uint32_t) (lt - l->page));
    }

    return p < end ? p + 1 : end;
}


static void
patron_leak_attrs(patron_leak_t *l, patron_leak_tag_t *tag,
    const patron_uchar_t *p, const patron_uchar_t *end)
{
    patron_uchar_t         c;
    const patron_uchar_t  *q;

    for ( /* void */ ; /* void */ ; p++) {

        p = patron_leak_stop(p);
        c = *p;

        if (c == '>') {
            tag->end = (p < end) ? p + 1 : end;
            return;
        }

        if (c != '"' && c != '\'') {

            if (p[1] == 'h' && memcmp(p + 1, "hidden", 6) == 0
                && patron_leak_stops(c)
                && (patron_leak_stops(p[7]) || p[7] == '=' || p[7] == '/'))
            {
                tag->hides = 1;
            }

            continue;
        }

        if (p[-1] != '=' && !(p[-1] == ' ' && p[-2] == '=')) {
            continue;
        }

        q = patron_leak_byte(p + 1, end, c);

        if (q == end) {
            break;
        }

        if (q - p > PATRON_LEAK_PIECE / 2) {
            patron_leak_value(l, tag, p + 1, q);
        }

        p = q;
    }

    tag->end = end;
}


static void
patron_leak_value(patron_leak_t *l, patron_leak_tag_t *tag,
    const patron_uchar_t *p, const patron_uchar_t *to)
{
    patron_leak_place_e  place;

    if (tag->dropped || patron_leak_dropped(l, p)) {
        return;
    }

    if (p - l->page > 7 && memcmp(p - 7, "style=", 6) == 0
        && (patron_leak_has(p, to, "display:none")
            || patron_leak_has(p, to, "display: none")))
    {
        tag->hides = 1;
    }

    place = tag->name == PATRON_LEAK_META_NAME ? PATRON_LEAK_META
                                              : PATRON_LEAK_ATTRIBUTE;
    patron_leak_note(l, p, to, place, l->tag);
}


/* The text of a script or style sheet, up to its end tag. */

static const patron_uchar_t *
patron_leak_raw(patron_leak_t *l, const patron_leak_tag_t *tag,
    const patron_uchar_t *end)
{
    patron_str_t           type;
    patron_leak_place_e    place;
    const patron_uchar_t  *p;

    static const char      ld[] = "application/ld+json";

    for (p = tag->end; p < end; p++) {
        p = memchr(p, '<', (size_t) (end - p));

        if (p == NULL) {
            p = end;
            break;
        }

        if (p[1] == '/' && (p[2] | 0x20) == 's'
            && (patron_html_name(p + 2, 6) == tag->name
                || patron_html_name(p + 2, 5) == tag->name))
        {
            break;
        }
    }

    if (tag->dropped || tag->name != PATRON_LEAK_SCRIPT_NAME) {
        return p;
    }

    place = PATRON_LEAK_SCRIPT;

    if (patron_leak_attr(l->page + l->tag, end, "type", &type) == PATRON_OK
        && type.len == sizeof(ld) - 1
        && memcmp(type.data, ld, sizeof(ld) - 1) == 0)
    {
        place = PATRON_LEAK_JSONLD;
    }

    patron_leak_note(l, tag->end, p, place, l->tag);

    return p;
}


/*
 * An element begins or ends.  In what was cut it ends a paragraph; elsewhere
 * the depth of elements of one name is told, in the outermost one that is
 * hidden.
 */

static void
patron_leak_element(patron_leak_t *l, const patron_leak_tag_t *tag)
{
    if (tag->dropped) {

        if (!patron_leak_goes_on(tag->name)) {
            patron_leak_break(&l->words);
        }

        return;
    }

    if (l->hidden) {

        if (tag->name == l->hidden_name) {
            l->hidden = patron_html_implies(tag->name) ? 0
                        : tag->end_tag ? l->hidden - 1 : l->hidden + 1;
        }

        return;
    }

    if (tag->end_tag
        || (!tag->hides && tag->name != PATRON_LEAK_NOSCRIPT_NAME
            && tag->name != PATRON_LEAK_TEMPLATE_NAME)
        || patron_name_is_void(tag->name)
        || (tag->name == PATRON_LEAK_TEMPLATE_NAME
            && patron_leak_has(l->page + l->tag, tag->end, " shadowroot")))
    {
        return;
    }

    l->hidden = 1;
    l->hidden_name = tag->name;
    l->hidden_tag = l->tag;
}


static void
patron_leak_note(patron_leak_t *l, const patron_uchar_t *p,
    const patron_uchar_t *to, patron_leak_place_e place, uint32_t tag)
{
    size_t                room;
    patron_leak_piece_t  *piece;

    if (to - p < PATRON_LEAK_PIECE) {
        return;
    }

    if (l->npieces == l->room) {
        room = l->room ? 2 * l->room : 64;

        piece = patron_alloc(l->mem, room * sizeof(patron_leak_piece_t));
        if (piece == NULL) {
            l->rc = PATRON_ERROR;
            return;
        }

        if (l->pieces) {
            memcpy(piece, l->pieces,
                   l->npieces * sizeof(patron_leak_piece_t));
            patron_free(l->mem, l->pieces);
        }

        l->pieces = piece;
        l->room = room;
    }

    piece = &l->pieces[l->npieces++];

    piece->from = (uint32_t) (p - l->page);
    piece->to = (uint32_t) (to - l->page);
    piece->place = place;
    piece->tag = tag;
}


static int
patron_leak_has(const patron_uchar_t *p, const patron_uchar_t *to,
    const char *word)
{
    size_t  len;

    for (len = strlen(word); (size_t) (to - p) >= len; p++) {
        if (memcmp(p, word, len) == 0) {
            return 1;
        }
    }

    return 0;
}


/* Does a paragraph go on behind such a tag? */

static int
patron_leak_goes_on(patron_html_name_t name)
{
    switch (name) {

    case PATRON_HTML_PACK('a',0,0,0,0,0,0,0):
    case PATRON_HTML_PACK('a','b','b','r',0,0,0,0):
    case PATRON_HTML_PACK('b',0,0,0,0,0,0,0):
    case PATRON_HTML_PACK('c','i','t','e',0,0,0,0):
    case PATRON_HTML_PACK('c','o','d','e',0,0,0,0):
    case PATRON_HTML_PACK('e','m',0,0,0,0,0,0):
    case PATRON_HTML_PACK('i',0,0,0,0,0,0,0):
    case PATRON_HTML_PACK('m','a','r','k',0,0,0,0):
    case PATRON_HTML_PACK('q',0,0,0,0,0,0,0):
    case PATRON_HTML_PACK('s',0,0,0,0,0,0,0):
    case PATRON_HTML_PACK('s','m','a','l','l',0,0,0):
    case PATRON_HTML_PACK('s','p','a','n',0,0,0,0):
    case PATRON_HTML_PACK('s','t','r','o','n','g',0,0):
    case PATRON_HTML_PACK('s','u','b',0,0,0,0,0):
    case PATRON_HTML_PACK('s','u','p',0,0,0,0,0):
    case PATRON_HTML_PACK('u',0,0,0,0,0,0,0):
        return 1;

    default:
        return 0;
    }
}
