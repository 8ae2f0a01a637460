
/*
 * See the header.  A member that no feed has may hold what is cut of the items:
 * it goes with the comma behind it, or before it where it stands behind them.
 */


#include "patron_feed_json.h"


static void root_member(void *ctx, const patron_str_t *name,
    const patron_str_t *value);
static int root_is_known(const patron_str_t *name);
static void root_strange(patron_feed_json_root_t *root,
    const patron_str_t *name, const patron_str_t *value);
static int root_write(patron_feed_t *f, const patron_feed_json_root_t *root,
    const patron_uchar_t *from, const patron_uchar_t *to);
static int root_is_version(const patron_str_t *value);


int
patron_feed_json_root(patron_feed_t *f, patron_feed_json_root_t *root)
{
    int           rc;
    patron_str_t  json;

    memset(root, 0, offsetof(patron_feed_json_root_t, longs));

    root->feed = f;

    json.data = f->item.data;
    json.len = f->item.len;

    rc = patron_json_check(f->mem, &json, root_member, root, &root->longs);

    if (rc == PATRON_DECLINED) {
        f->reason = "it is no JSON";
        return PATRON_ERROR;
    }

    if (rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (!root_is_version(&root->version)
        || root->items.len == 0 || root->items.data[0] != '[')
    {
        return PATRON_DECLINED;
    }

    return PATRON_OK;
}


static void
root_member(void *ctx, const patron_str_t *name, const patron_str_t *value)
{
    patron_feed_json_root_t  *root = ctx;

    const patron_str_t  *level;

    static const patron_str_t  version = patron_string("version");
    static const patron_str_t  items = patron_string("items");
    static const patron_str_t  next = patron_string("next_url");

    level = &root->feed->conf->level;

    if (level->len && patron_json_is(name, level)) {
        root->level = *value;
    }

    if (patron_json_is(name, &version)) {
        root->version = *value;

    } else if (patron_json_is(name, &items)) {
        root->items = *value;

    } else if (patron_json_is(name, &next)) {
        root->next = *value;

    } else if (root->level.data != value->data && !root_is_known(name)) {
        root_strange(root, name, value);
    }

    root->last = value->data + value->len;
}


static int
root_is_known(const patron_str_t *name)
{
    size_t  i;

    static const patron_str_t  known[] = {
        patron_string("title"),
        patron_string("home_page_url"),
        patron_string("feed_url"),
        patron_string("description"),
        patron_string("user_comment"),
        patron_string("icon"),
        patron_string("favicon"),
        patron_string("author"),
        patron_string("authors"),
        patron_string("language"),
        patron_string("expired"),
        patron_string("hubs")
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (patron_json_is(name, &known[i])) {
            return 1;
        }
    }

    return 0;
}


static void
root_strange(patron_feed_json_root_t *root, const patron_str_t *name,
    const patron_str_t *value)
{
    patron_str_t           *strange;
    const patron_uchar_t   *end;

    if (root->n == PATRON_FEED_STRANGE) {
        root->n++;
    }

    if (root->n > PATRON_FEED_STRANGE) {
        return;
    }

    strange = &root->strange[root->n++];
    end = value->data + value->len;

    if (root->items.len) {
        strange->data = root->last;

    } else {
        strange->data = name->data - 1;
        end = patron_json_blank(end, root->feed->item.data
                                     + root->feed->item.len);
        end++;
    }

    strange->len = (size_t) (end - strange->data);
}


int
patron_feed_json_about(patron_feed_t *f, const patron_feed_json_root_t *root,
    const patron_uchar_t *from, const patron_uchar_t *to)
{
    int                  rc;
    unsigned             i, n;
    const patron_str_t  *strange;

    n = root->n;

    if (f->conf->open || (!f->conf->shut && !f->closed)) {
        n = 0;
    }

    if (n > PATRON_FEED_STRANGE) {
        f->reason = "it has many members that no feed has";
        return PATRON_ERROR;
    }

    for (i = 0; i < n; i++) {
        strange = &root->strange[i];

        if (strange->data < from || strange->data >= to) {
            continue;
        }

        rc = root_write(f, root, from, strange->data);

        if (rc != PATRON_OK) {
            return rc;
        }

        from = strange->data + strange->len;
    }

    return root_write(f, root, from, to);
}


static int
root_write(patron_feed_t *f, const patron_feed_json_root_t *root,
    const patron_uchar_t *from, const patron_uchar_t *to)
{
    int  rc;

    if (f->sink->link
        && patron_feed_json_is_string(&root->next)
        && root->next.data >= from && root->next.data < to)
    {
        f->out.len = 0;

        if (patron_feed_json_link(f, &root->next, &from) != PATRON_OK
            || f->out.failed)
        {
            return PATRON_ERROR;
        }

        rc = f->out.len ? f->sink->write(f->ctx, f->out.data, f->out.len)
                        : PATRON_OK;

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    return from < to ? f->sink->write(f->ctx, from, (size_t) (to - from))
                     : PATRON_OK;
}


int
patron_feed_json_is_string(const patron_str_t *value)
{
    return value->len != 0 && value->data[0] == '"';
}


static int
root_is_version(const patron_str_t *value)
{
    size_t                 i, n;
    patron_uchar_t         url[64];
    const patron_uchar_t  *p;

    static const patron_str_t  versions[] = {
        patron_string("https://jsonfeed.org/version/"),
        patron_string("http://jsonfeed.org/version/")
    };

    if (!patron_feed_json_is_string(value)) {
        return 0;
    }

    p = value->data + 1;
    n = patron_json_decode(url, sizeof(url), &p, value->data + value->len - 1);

    for (i = 0; i < 2; i++) {
        if (n >= versions[i].len
            && memcmp(url, versions[i].data, versions[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
