
/*
 * JSON Feed.  It is parsed as a whole, and the extents of its items are then
 * found in its bytes, so that those that are open pass as they came.
 */


#include <jansson.h>

#include "patron_feed_internal.h"
#include "patron_feed_write.h"


#define JSON_LIST  64


static int json_feed(patron_feed_t *f, json_t *root);
static int json_is_version(const char *s);
static int json_items(patron_feed_t *f, json_t *items,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int json_item(patron_feed_t *f, json_t *item,
    const patron_uchar_t *data, size_t len);
static int json_item_closed(patron_feed_t *f, json_t *item);
static int json_stated(patron_feed_t *f, json_t *of);
static int json_cut(patron_feed_t *f, json_t *item);
static int json_text(patron_feed_t *f, json_t *item, json_t *cut);
static json_t *json_list(json_t *from, json_t *(*kept)(json_t *value));
static json_t *json_tag(json_t *tag);
static json_t *json_author(json_t *author);
static json_t *json_small(json_t *value, size_t most);
static int json_write(patron_feed_t *f, json_t *value);
static int json_links(patron_feed_t *f, json_t *item, int *changed);
static const patron_uchar_t *json_find_items(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *json_blank(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *json_value(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *json_word(const patron_uchar_t *p,
    const patron_uchar_t *end);


/* PATRON_OK, PATRON_DECLINED where it is no feed, PATRON_ERROR. */

int
patron_feed_json(patron_feed_t *f)
{
    int      rc;
    json_t  *root;

    root = json_loadb((const char *) f->item.data, f->item.len,
                      JSON_REJECT_DUPLICATES, NULL);

    if (root == NULL) {
        f->reason = "it is no JSON";
        return PATRON_ERROR;
    }

    rc = json_feed(f, root);

    json_decref(root);

    return rc;
}


static int
json_feed(patron_feed_t *f, json_t *root)
{
    int                    rc;
    json_t                *items;
    const char            *version;
    const patron_uchar_t  *p, *q, *end;

    version = json_string_value(json_object_get(root, "version"));
    items = json_object_get(root, "items");

    if (version == NULL || !json_is_version(version) || !json_is_array(items))
    {
        return PATRON_DECLINED;
    }

    f->format = PATRON_FEED_JSON;

    p = f->item.data;
    end = p + f->item.len;
    q = json_find_items(p, end);

    if (q == NULL) {
        f->reason = "its names are escaped";
        return PATRON_ERROR;
    }

    f->closed = 0;

    if (!f->conf->open) {
        rc = json_stated(f, root);

        if (rc == PATRON_ERROR) {
            return PATRON_ERROR;
        }

        f->closed = (rc == 1);
    }

    rc = f->sink->write(f->ctx, p, (size_t) (q - p));

    return rc == PATRON_OK ? json_items(f, items, q, end) : rc;
}


static int
json_is_version(const char *s)
{
    static const char  http[] = "http://jsonfeed.org/version/";
    static const char  https[] = "https://jsonfeed.org/version/";

    return strncmp(s, http, sizeof(http) - 1) == 0
           || strncmp(s, https, sizeof(https) - 1) == 0;
}


/* p is behind the array's bracket. */

static int
json_items(patron_feed_t *f, json_t *items, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    int                    rc;
    size_t                 i;
    const patron_uchar_t  *from, *q;

    from = p;

    for (i = 0; i < json_array_size(items); i++) {

        p = json_blank(p, end);
        q = json_value(p, end);

        rc = f->sink->write(f->ctx, from, (size_t) (p - from));

        if (rc == PATRON_OK) {
            rc = json_item(f, json_array_get(items, i), p, (size_t) (q - p));
        }

        if (rc != PATRON_OK) {
            return rc;
        }

        from = q;
        p = json_blank(q, end);

        if (p < end && *p == ',') {
            p++;
        }
    }

    return f->sink->write(f->ctx, from, (size_t) (end - from));
}


static int
json_item(patron_feed_t *f, json_t *item, const patron_uchar_t *data,
    size_t len)
{
    int  closed, changed;

    closed = f->conf->open ? 0 : json_item_closed(f, item);

    if (closed == PATRON_ERROR) {
        return PATRON_ERROR;
    }

    if (closed) {
        f->cut++;
        return json_cut(f, item);
    }

    f->whole++;
    changed = 0;

    if (f->sink->link != NULL
        && json_links(f, item, &changed) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    return changed ? json_write(f, item) : f->sink->write(f->ctx, data, len);
}


static int
json_item_closed(patron_feed_t *f, json_t *item)
{
    int  closed;

    if (f->closed || !json_is_object(item)) {
        return 1;
    }

    closed = json_stated(f, item);

    return closed == PATRON_AGAIN ? f->sink->closed(f->ctx, NULL) : closed;
}


/* What an object states of its level; PATRON_AGAIN: nothing. */

static int
json_stated(patron_feed_t *f, json_t *of)
{
    char           name[PATRON_FEED_LEVEL];
    json_t        *value;
    patron_str_t   level;

    if (f->conf->level.len == 0 || f->conf->level.len >= sizeof(name)) {
        return PATRON_AGAIN;
    }

    memcpy(name, f->conf->level.data, f->conf->level.len);
    name[f->conf->level.len] = '\0';

    value = json_object_get(of, name);

    if (value == NULL) {
        return PATRON_AGAIN;
    }

    if (!json_is_string(value)) {
        return 1;
    }

    level.data = (const patron_uchar_t *) json_string_value(value);
    level.len = json_string_length(value);

    return f->sink->closed(f->ctx, &level);
}


static int
json_cut(patron_feed_t *f, json_t *item)
{
    int          rc;
    size_t       i;
    json_t      *cut, *from, *value;
    const char  *url;

    static const struct {
        const char  *name;
        size_t       most;
    } kept[] = {
        { "id", PATRON_FEED_SMALL },
        { "url", PATRON_FEED_SMALL },
        { "external_url", PATRON_FEED_SMALL },
        { "title", PATRON_FEED_SMALL },
        { "date_published", 64 },
        { "date_modified", 64 },
        { "language", 64 }
    };

    cut = json_object();

    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        value = json_small(json_object_get(item, kept[i].name), kept[i].most);

        if (value != NULL) {
            json_object_set(cut, kept[i].name, value);
        }
    }

    value = json_author(json_object_get(item, "author"));

    if (value != NULL) {
        json_object_set_new(cut, "author", value);
    }

    from = json_object_get(item, "authors");

    if (from != NULL) {
        json_object_set_new(cut, "authors", json_list(from, json_author));
    }

    from = json_object_get(item, "tags");

    if (from != NULL) {
        json_object_set_new(cut, "tags", json_list(from, json_tag));
    }

    url = json_string_value(json_object_get(cut, "url"));
    patron_feed_link_set(f, (const patron_uchar_t *) url,
                         url ? strlen(url) : 0);

    rc = json_text(f, item, cut);

    if (rc == PATRON_OK) {
        rc = json_write(f, cut);
    }

    json_decref(cut);

    return rc;
}


/* The longest of its texts, cut, under its own name. */

static int
json_text(patron_feed_t *f, json_t *item, json_t *cut)
{
    size_t         i;
    json_t        *value;
    patron_str_t   text;

    static const char  *names[] = { "content_html", "content_text",
                                    "summary" };

    value = NULL;

    for (i = 0; i < 3; i++) {
        value = json_object_get(item, names[i]);

        if (json_is_string(value)) {
            break;
        }
    }

    f->kept.len = 0;

    if (i < 3) {
        text.data = (const patron_uchar_t *) json_string_value(value);
        text.len = json_string_length(value);

        if (memchr(text.data, '<', text.len) != NULL) {

            if (patron_feed_cut_html(f, &text, &f->kept) == PATRON_ERROR) {
                return PATRON_ERROR;
            }

        } else {
            patron_feed_buf_add(&f->kept, text.data,
                                patron_feed_cut_text(f, &text));
        }

    } else {
        i = 0;
    }

    patron_feed_words(f, &f->kept, i == 0 ? PATRON_FEED_WORDS_HTML
                                           : PATRON_FEED_WORDS_TEXT);

    if (f->kept.failed || f->link.failed) {
        return PATRON_ERROR;
    }

    value = json_stringn((const char *) f->kept.data, f->kept.len);

    /* a cut in the middle of a character would make none */

    return json_object_set_new(cut, names[i], value) == 0 ? PATRON_OK
                                                          : PATRON_ERROR;
}


/* Of a list what is kept of its values. */

static json_t *
json_list(json_t *from, json_t *(*kept)(json_t *value))
{
    size_t   i;
    json_t  *list, *value;

    list = json_array();

    for (i = 0; i < json_array_size(from) && i < JSON_LIST; i++) {
        value = kept(json_array_get(from, i));

        if (value != NULL) {
            json_array_append_new(list, value);
        }
    }

    return list;
}


static json_t *
json_tag(json_t *tag)
{
    return json_incref(json_small(tag, 256));
}


static json_t *
json_author(json_t *author)
{
    size_t   i;
    json_t  *kept, *value;

    static const char  *names[] = { "name", "url", "avatar" };

    if (!json_is_object(author)) {
        return NULL;
    }

    kept = json_object();

    for (i = 0; i < 3; i++) {
        value = json_small(json_object_get(author, names[i]),
                           PATRON_FEED_SMALL / 4);

        if (value != NULL) {
            json_object_set(kept, names[i], value);
        }
    }

    return kept;
}


/* A string that is not long, or a number; else NULL. */

static json_t *
json_small(json_t *value, size_t most)
{
    if (json_is_number(value)
        || (json_is_string(value) && json_string_length(value) <= most))
    {
        return value;
    }

    return NULL;
}


static int
json_write(patron_feed_t *f, json_t *value)
{
    int   rc;
    char *text;

    text = json_dumps(value, JSON_COMPACT);

    if (text == NULL) {
        return PATRON_ERROR;
    }

    rc = f->sink->write(f->ctx, (const patron_uchar_t *) text, strlen(text));

    free(text);

    return rc;
}


static int
json_links(patron_feed_t *f, json_t *item, int *changed)
{
    size_t         i;
    json_t        *list, *one, *value;
    patron_str_t   url, old;

    list = json_object_get(item, "attachments");

    for (i = 0; i < json_array_size(list); i++) {
        one = json_array_get(list, i);
        value = json_object_get(one, "url");

        if (!json_is_string(value)) {
            continue;
        }

        old.data = (const patron_uchar_t *) json_string_value(value);
        old.len = json_string_length(value);
        url = old;

        if (f->sink->link(f->ctx, &url) != PATRON_OK) {
            return PATRON_ERROR;
        }

        if (url.data == old.data) {
            continue;
        }

        *changed = 1;

        if (json_object_set_new(one, "url",
                                json_stringn((const char *) url.data, url.len))
            != 0)
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


/* Behind the bracket of the array "items" of the outermost object, or NULL. */

static const patron_uchar_t *
json_find_items(const patron_uchar_t *p, const patron_uchar_t *end)
{
    int                    found;
    const patron_uchar_t  *key;

    p = json_blank(p, end) + 1;

    while (p < end) {
        key = json_blank(p, end);
        p = json_value(key, end);

        found = (p - key == 7 && memcmp(key, "\"items\"", 7) == 0);

        p = json_blank(p, end);

        if (p == end || *p != ':') {
            return NULL;
        }

        p = json_blank(p + 1, end);

        if (found) {
            return p < end ? p + 1 : NULL;
        }

        p = json_blank(json_value(p, end), end);

        if (p == end || *p != ',') {
            return NULL;
        }

        p++;
    }

    return NULL;
}


static const patron_uchar_t *
json_blank(const patron_uchar_t *p, const patron_uchar_t *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) {
        p++;
    }

    return p;
}


/* Behind the value at p, of what is known to be JSON. */

static const patron_uchar_t *
json_value(const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t  depth;

    depth = 0;

    while (p < end) {

        switch (*p) {

        case '"':
            p = json_word(p, end);
            break;

        case '{':
        case '[':
            depth++;
            p++;
            break;

        case '}':
        case ']':
            if (depth == 0) {
                return p;
            }

            depth--;
            p++;
            break;

        default:
            if (depth == 0) {
                /* a number, or a word */

                while (p < end && *p != ',' && *p != '}' && *p != ']'
                       && *p > ' ')
                {
                    p++;
                }

                return p;
            }

            p++;
            continue;
        }

        if (depth == 0) {
            return p;
        }
    }

    return p;
}


/* Behind the string that begins at p. */

static const patron_uchar_t *
json_word(const patron_uchar_t *p, const patron_uchar_t *end)
{
    for (p++; p < end && *p != '"'; p++) {
        p += (*p == '\\');
    }

    return p < end ? p + 1 : end;
}
