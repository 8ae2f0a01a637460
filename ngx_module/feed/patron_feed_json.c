
/*
 * JSON Feed.  It is checked as a whole, and then read where it stands: items
 * that are open pass as they came, and of those that are closed what is kept is
 * written anew.
 */


#include "patron_feed_json.h"


#define JSON_LIST    64
#define JSON_NUMBER  64             /* bytes of one that is kept, */
#define JSON_SMALL   64             /* of a date, a language, */
#define JSON_TAG     256
#define JSON_PLAIN   1024           /* of a text, for each paragraph, that are
                                       tried first as plain HTML */


/* Members of an item, in the order in which they are written. */

typedef enum {
    JSON_ID = 0,
    JSON_URL,
    JSON_EXTERNAL_URL,
    JSON_TITLE,
    JSON_PUBLISHED,
    JSON_MODIFIED,
    JSON_LANGUAGE,
    JSON_AUTHOR,
    JSON_AUTHORS,
    JSON_TAGS,
    JSON_HTML,                      /* texts, the longest kind first */
    JSON_TEXT,
    JSON_SUMMARY,
    JSON_ATTACHMENTS,
    JSON_MEMBERS
} json_member_e;


/* Values as they stand; one that is not there has no bytes. */

typedef struct {
    patron_str_t  level;
    patron_str_t  members[JSON_MEMBERS];
} json_item_t;


static int json_items(patron_feed_t *f, patron_feed_json_root_t *root);
static int json_item(patron_feed_t *f, const patron_str_t *value,
    const json_item_t *item);
static const patron_uchar_t *json_read(patron_feed_t *f,
    const patron_uchar_t *p, const patron_uchar_t *end,
    patron_json_longs_t *longs, json_item_t *item);
static int json_item_closed(patron_feed_t *f, const patron_str_t *value,
    const json_item_t *item);
static int json_stated(patron_feed_t *f, const patron_str_t *value);
static int json_cut(patron_feed_t *f, const json_item_t *item);
static int json_text(patron_feed_t *f, const json_item_t *item);
static int json_text_cut(patron_feed_t *f, const patron_str_t *value,
    patron_feed_text_e kind);
static void json_list(patron_feed_t *f, const patron_str_t *list,
    int (*write)(patron_feed_t *f, const patron_str_t *value));
static int json_tag(patron_feed_t *f, const patron_str_t *tag);
static int json_author(patron_feed_t *f, const patron_str_t *author);
static int json_small(patron_feed_t *f, const patron_str_t *value,
    size_t most);
static void json_decoded(patron_feed_buf_t *out, const patron_str_t *value,
    size_t most);
static int json_encode(patron_feed_buf_t *out, const patron_feed_buf_t *text);
static void json_name(patron_feed_buf_t *out, const patron_str_t *name);
static void json_comma(patron_feed_buf_t *out);
static int json_links(patron_feed_t *f, const patron_str_t *item,
    const patron_str_t *attachments);


static const patron_str_t  json_names[JSON_MEMBERS] = {
    patron_string("id"),
    patron_string("url"),
    patron_string("external_url"),
    patron_string("title"),
    patron_string("date_published"),
    patron_string("date_modified"),
    patron_string("language"),
    patron_string("author"),
    patron_string("authors"),
    patron_string("tags"),
    patron_string("content_html"),
    patron_string("content_text"),
    patron_string("summary"),
    patron_string("attachments")
};


/* PATRON_OK, PATRON_DECLINED where it is no feed, PATRON_ERROR. */

int
patron_feed_json(patron_feed_t *f)
{
    int                      rc;
    patron_feed_json_root_t  root;

    rc = patron_feed_json_root(f, &root);

    if (rc != PATRON_OK) {
        return rc;
    }

    f->format = PATRON_FEED_JSON;
    f->closed = 0;

    if (!f->conf->open && root.level.len) {
        rc = json_stated(f, &root.level);

        if (rc == PATRON_ERROR) {
            return PATRON_ERROR;
        }

        f->closed = (rc == 1);
    }

    return json_items(f, &root);
}


static int
json_items(patron_feed_t *f, patron_feed_json_root_t *root)
{
    int                    rc;
    json_item_t            item;
    patron_str_t           value;
    const patron_uchar_t  *p, *from, *end;

    end = f->item.data + f->item.len;
    from = f->item.data;

    for (p = root->items.data;
         patron_json_next(&p, end) == PATRON_OK;
         p = patron_json_after(from, end))
    {
        rc = patron_feed_json_about(f, root, from, p);

        from = json_read(f, p, end, &root->longs, &item);

        value.data = p;
        value.len = (size_t) (from - p);

        if (rc == PATRON_OK) {
            rc = json_item(f, &value, &item);
        }

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    return patron_feed_json_about(f, root, from, end);
}


static int
json_item(patron_feed_t *f, const patron_str_t *value, const json_item_t *item)
{
    int  closed;

    closed = f->conf->open ? 0 : json_item_closed(f, value, item);

    if (closed == PATRON_ERROR) {
        return PATRON_ERROR;
    }

    if (closed) {
        f->cut++;
        return json_cut(f, item);
    }

    f->whole++;

    if (f->sink->link != NULL && item->members[JSON_ATTACHMENTS].len) {
        return json_links(f, value, &item->members[JSON_ATTACHMENTS]);
    }

    return f->sink->write(f->ctx, value->data, value->len);
}


/* Reads the item at p: behind it. */

static const patron_uchar_t *
json_read(patron_feed_t *f, const patron_uchar_t *p, const patron_uchar_t *end,
    patron_json_longs_t *longs, json_item_t *item)
{
    unsigned      i;
    patron_str_t  name, member;

    memset(item, 0, sizeof(json_item_t));

    if (*p != '{') {
        return patron_json_behind(p, end, longs);
    }

    while (patron_json_member(&p, end, &name, &member, longs) == PATRON_OK) {

        if (f->conf->level.len && patron_json_is(&name, &f->conf->level)) {
            item->level = member;
        }

        for (i = 0; i < JSON_MEMBERS; i++) {
            if (patron_json_is(&name, &json_names[i])) {
                item->members[i] = member;
                break;
            }
        }
    }

    return p;
}


static int
json_item_closed(patron_feed_t *f, const patron_str_t *value,
    const json_item_t *item)
{
    if (f->closed || value->data[0] != '{') {
        return 1;
    }

    return item->level.len ? json_stated(f, &item->level)
                           : f->sink->closed(f->ctx, NULL);
}


/* What a value states as a level: 1, 0 or PATRON_ERROR. */

static int
json_stated(patron_feed_t *f, const patron_str_t *value)
{
    patron_str_t  level;

    if (!patron_feed_json_is_string(value)) {
        return 1;
    }

    f->html.len = 0;
    json_decoded(&f->html, value, value->len);

    if (f->html.failed) {
        return PATRON_ERROR;
    }

    level.data = f->html.data;
    level.len = f->html.len;

    return f->sink->closed(f->ctx, &level);
}


static int
json_cut(patron_feed_t *f, const json_item_t *item)
{
    int                  kept;
    size_t               len;
    unsigned             i;
    patron_feed_buf_t   *out;
    const patron_str_t  *value;

    out = &f->out;
    out->len = 0;

    patron_feed_buf_text(out, "{");

    for (i = 0; i <= JSON_TAGS; i++) {
        value = &item->members[i];

        if (value->len == 0) {
            continue;
        }

        len = out->len;
        json_name(out, &json_names[i]);

        if (i == JSON_AUTHOR) {
            kept = json_author(f, value);

        } else if (i == JSON_AUTHORS || i == JSON_TAGS) {
            json_list(f, value, i == JSON_TAGS ? json_tag : json_author);
            kept = 1;

        } else {
            kept = json_small(f, value, i < JSON_PUBLISHED ? PATRON_FEED_SMALL
                                                           : JSON_SMALL);
        }

        if (!kept) {
            out->len = len;
        }
    }

    f->html.len = 0;

    if (patron_feed_json_is_string(&item->members[JSON_URL])) {
        json_decoded(&f->html, &item->members[JSON_URL], SIZE_MAX);
    }

    patron_feed_link_set(f, f->html.data, f->html.len);

    if (json_text(f, item) != PATRON_OK) {
        return PATRON_ERROR;
    }

    patron_feed_buf_text(out, "}");

    if (out->failed || f->html.failed || f->link.failed) {
        return PATRON_ERROR;
    }

    return f->sink->write(f->ctx, out->data, out->len);
}


/* The longest of its texts, cut, under its own name. */

static int
json_text(patron_feed_t *f, const json_item_t *item)
{
    unsigned  i;

    f->kept.len = 0;

    for (i = JSON_HTML; i <= JSON_SUMMARY; i++) {
        if (patron_feed_json_is_string(&item->members[i])) {
            break;
        }
    }

    if (i > JSON_SUMMARY) {
        i = JSON_HTML;

    } else if (json_text_cut(f, &item->members[i],
                             i == JSON_HTML ? PATRON_FEED_HTML
                                            : PATRON_FEED_PLAIN)
               != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    patron_feed_words(f, &f->kept, i == JSON_HTML ? PATRON_FEED_WORDS_HTML
                                                  : PATRON_FEED_WORDS_TEXT);
    if (f->kept.failed) {
        return PATRON_ERROR;
    }

    json_name(&f->out, &json_names[i]);

    /* a cut in the middle of a character would make none */

    return json_encode(&f->out, &f->kept);
}


/* The beginning of it is enough where that is plain. */

static int
json_text_cut(patron_feed_t *f, const patron_str_t *value,
    patron_feed_text_e kind)
{
    patron_str_t  text;

    f->html.len = 0;
    json_decoded(&f->html, value, JSON_PLAIN * f->conf->rules->keep);

    text.data = f->html.data;
    text.len = f->html.len;

    if (patron_feed_cut_plain(f, &text, &f->kept) == PATRON_OK) {
        return PATRON_OK;
    }

    f->html.len = 0;
    json_decoded(&f->html, value, SIZE_MAX);

    if (f->html.failed) {
        return PATRON_ERROR;
    }

    if (patron_feed_is_html(f, kind)) {
        text.data = f->html.data;
        text.len = f->html.len;

        f->kept.len = 0;

        return patron_feed_cut_html(f, &text, &f->kept) == PATRON_ERROR
               ? PATRON_ERROR : PATRON_OK;
    }

    /* as it stands */

    f->html.len = 0;
    json_decoded(&f->html, value, SIZE_MAX);

    text.data = f->html.data;
    text.len = f->html.len;

    f->kept.len = 0;
    patron_feed_buf_add(&f->kept, text.data, patron_feed_cut_text(f, &text));

    return PATRON_OK;
}


/* Of a list what is kept of its values. */

static void
json_list(patron_feed_t *f, const patron_str_t *list,
    int (*write)(patron_feed_t *f, const patron_str_t *value))
{
    size_t                 len;
    unsigned               i;
    patron_str_t           value;
    patron_feed_buf_t     *out;
    const patron_uchar_t  *p, *end;

    out = &f->out;
    p = list->data;
    end = p + list->len;

    patron_feed_buf_text(out, "[");

    for (i = 0; *list->data == '[' && i < JSON_LIST; i++) {

        if (patron_json_element(&p, end, &value) != PATRON_OK) {
            break;
        }

        len = out->len;
        json_comma(out);

        if (!write(f, &value)) {
            out->len = len;
        }
    }

    patron_feed_buf_text(out, "]");
}


static int
json_tag(patron_feed_t *f, const patron_str_t *tag)
{
    return json_small(f, tag, JSON_TAG);
}


static int
json_author(patron_feed_t *f, const patron_str_t *author)
{
    size_t                 i, len;
    patron_str_t           name, value, values[3];
    const patron_uchar_t  *p, *end;

    static const patron_str_t  names[] = {
        patron_string("name"), patron_string("url"), patron_string("avatar")
    };

    if (author->data[0] != '{') {
        return 0;
    }

    memset(values, 0, sizeof(values));

    p = author->data;
    end = p + author->len;

    while (patron_json_member(&p, end, &name, &value, NULL) == PATRON_OK) {
        for (i = 0; i < 3; i++) {
            if (patron_json_is(&name, &names[i])) {
                values[i] = value;
            }
        }
    }

    patron_feed_buf_text(&f->out, "{");

    for (i = 0; i < 3; i++) {
        len = f->out.len;
        json_name(&f->out, &names[i]);

        if (values[i].len == 0
            || !json_small(f, &values[i], PATRON_FEED_SMALL / 4))
        {
            f->out.len = len;
        }
    }

    patron_feed_buf_text(&f->out, "}");

    return 1;
}


/* Writes a string that is not long, or a number: 1, or 0 for neither. */

static int
json_small(patron_feed_t *f, const patron_str_t *value, size_t most)
{
    patron_uchar_t  c;

    c = value->data[0];

    if (c == '-' || (c >= '0' && c <= '9')) {

        if (value->len > JSON_NUMBER) {
            return 0;
        }

    } else if (c != '"') {
        return 0;

    } else if (memchr(value->data, '\\', value->len) != NULL) {

        f->html.len = 0;
        json_decoded(&f->html, value, SIZE_MAX);

        return f->html.len <= most
               && json_encode(&f->out, &f->html) == PATRON_OK;

    } else if (value->len - 2 > most) {
        return 0;
    }

    patron_feed_buf_add(&f->out, value->data, value->len);

    return 1;
}


/* What a string says, or most bytes of it. */

static void
json_decoded(patron_feed_buf_t *out, const patron_str_t *value, size_t most)
{
    size_t                 n;
    patron_uchar_t        *dst;
    const patron_uchar_t  *p;

    /* it gets no longer */

    n = value->len - 2;
    n = n < most ? n : most;
    p = value->data + 1;

    dst = patron_feed_buf_room(out, n);

    if (dst != NULL) {
        out->len += patron_json_decode(dst, n, &p,
                                       value->data + value->len - 1);
    }
}


static int
json_encode(patron_feed_buf_t *out, const patron_feed_buf_t *text)
{
    patron_str_t     s;
    patron_uchar_t  *dst, *end;

    s.data = text->data;
    s.len = text->len;

    dst = patron_feed_buf_room(out, 6 * s.len + 2);
    end = dst ? patron_json_encode(dst, &s) : NULL;

    if (end == NULL) {
        return PATRON_ERROR;
    }

    out->len += (size_t) (end - dst);

    return PATRON_OK;
}


/* The name of the next member of an object. */

static void
json_name(patron_feed_buf_t *out, const patron_str_t *name)
{
    json_comma(out);

    patron_feed_buf_text(out, "\"");
    patron_feed_buf_add(out, name->data, name->len);
    patron_feed_buf_text(out, "\":");
}


/* Between two values. */

static void
json_comma(patron_feed_buf_t *out)
{
    if (out->len && out->data[out->len - 1] != '{'
        && out->data[out->len - 1] != '[')
    {
        patron_feed_buf_text(out, ",");
    }
}


/* An open item as it came, but for the addresses of its attachments. */

static int
json_links(patron_feed_t *f, const patron_str_t *item,
    const patron_str_t *attachments)
{
    patron_str_t           one, name, value;
    const patron_uchar_t  *p, *q, *from, *end;

    static const patron_str_t  url = patron_string("url");

    end = item->data + item->len;
    from = item->data;
    p = attachments->data;

    f->out.len = 0;

    while (*attachments->data == '['
           && patron_json_element(&p, end, &one) == PATRON_OK)
    {
        q = one.data;

        while (*one.data == '{'
               && patron_json_member(&q, end, &name, &value, NULL) == PATRON_OK)
        {
            if (patron_json_is(&name, &url)
                && patron_feed_json_is_string(&value)
                && patron_feed_json_link(f, &value, &from) != PATRON_OK)
            {
                return PATRON_ERROR;
            }
        }
    }

    patron_feed_buf_add(&f->out, from, (size_t) (end - from));

    if (f->out.failed) {
        return PATRON_ERROR;
    }

    return f->sink->write(f->ctx, f->out.data, f->out.len);
}


int
patron_feed_json_link(patron_feed_t *f, const patron_str_t *value,
    const patron_uchar_t **from)
{
    patron_str_t  url;

    f->html.len = 0;
    json_decoded(&f->html, value, SIZE_MAX);

    url.data = f->html.data;
    url.len = f->html.len;

    if (f->html.failed || f->sink->link(f->ctx, &url) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (url.data == f->html.data) {
        return PATRON_OK;
    }

    f->kept.len = 0;
    patron_feed_buf_add(&f->kept, url.data, url.len);
    patron_feed_buf_add(&f->out, *from, (size_t) (value->data - *from));

    *from = value->data + value->len;

    return f->kept.failed ? PATRON_ERROR : json_encode(&f->out, &f->kept);
}
