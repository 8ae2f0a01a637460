
/*
 * What a page is, told without reading it:
 *
 *   a static file: device, inode, ctime in nanoseconds and size, if it has not
 *   changed for two seconds (a file may be written twice within one tick of
 *   its clock);
 *   an entry of a cache: its key, and its file in the same way;
 *   a strong entity tag with the URL, but never for a wall: whoever writes
 *   articles by hand may keep a tag.
 *
 * It is the open descriptor that is asked, never the name: under one name
 * another file may lie by now, and with open_file_cache the old one is sent
 * for a while.
 *
 * It is presumed that no filter before ours changes pages from one request to
 * the next; nginx's own do not.
 */


#include "ngx_http_patron_page_key.h"


#define NGX_HTTP_PATRON_FILE_AGE  2     /* seconds */


static ngx_int_t ngx_http_patron_page_key_file(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file);
static ngx_fd_t ngx_http_patron_page_key_open_fd(ngx_http_request_t *r,
    ngx_http_core_loc_conf_t *clcf);
static ngx_fd_t ngx_http_patron_page_key_fd(ngx_http_request_t *r,
    ngx_str_t *root, ngx_str_t *path);
static ngx_fd_t ngx_http_patron_page_key_cached_fd(ngx_http_request_t *r,
    ngx_str_t *path);
static ngx_int_t ngx_http_patron_page_key_info(ngx_fd_t fd,
    ngx_file_info_t *fi);
static void ngx_http_patron_page_key_add_file(ngx_http_patron_plan_key_t *key,
    ngx_file_info_t *fi);
#if (NGX_HTTP_CACHE)
static ngx_int_t ngx_http_patron_page_key_cache(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file);
#endif
static ngx_int_t ngx_http_patron_page_key_etag(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key);
static void ngx_http_patron_page_key_add(ngx_http_patron_plan_key_t *key,
    uint64_t value);
static void ngx_http_patron_page_key_other(ngx_http_patron_plan_key_t *key,
    ngx_str_t *text, ngx_str_t *before);
static void ngx_http_patron_page_key_bytes(ngx_http_patron_plan_key_t *key,
    u_char *p, size_t len);


static ngx_str_t  ngx_http_patron_no_root = ngx_string("");


ngx_int_t
ngx_http_patron_page_key(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, uint64_t active, ngx_uint_t walled,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file)
{
    file->fd = NGX_INVALID_FILE;

    key->a = plcf->rules_hash;
    key->b = active ^ 0x9ae16a3b2f90404fULL;

    if (r->upstream == NULL) {
        return ngx_http_patron_page_key_file(r, key, file);
    }

#if (NGX_HTTP_CACHE)

    if (r->cache != NULL && r->cached) {
        return ngx_http_patron_page_key_cache(r, key, file);
    }

#endif

    if (walled) {
        return NGX_DECLINED;
    }

    return ngx_http_patron_page_key_etag(r, key);
}


/*
 * Only nginx's own phase handlers are left where no handler is set; that it was
 * this file that was sent is told by its length and date.
 */

static ngx_int_t
ngx_http_patron_page_key_file(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file)
{
    ngx_fd_t                   fd;
    ngx_file_info_t            fi;
    ngx_http_core_loc_conf_t  *clcf;

    if (r->content_handler != NULL
        || r->headers_out.content_length_n == -1
        || r->headers_out.last_modified_time == -1)
    {
        return NGX_DECLINED;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    fd = ngx_http_patron_page_key_open_fd(r, clcf);

    if (ngx_http_patron_page_key_info(fd, &fi) != NGX_OK
        || ngx_file_size(&fi) != r->headers_out.content_length_n
        || ngx_file_mtime(&fi) != r->headers_out.last_modified_time)
    {
        return NGX_DECLINED;
    }

    ngx_http_patron_page_key_add(key, 1);
    ngx_http_patron_page_key_add_file(key, &fi);

    file->fd = fd;
    file->begin = 0;
    file->size = ngx_file_size(&fi);
    file->written = fi.st_mtim;

    return NGX_OK;
}


/* The path is that of ngx_http_map_uri_to_path(), which is not asked where its
   two parts are at hand. */

static ngx_fd_t
ngx_http_patron_page_key_open_fd(ngx_http_request_t *r,
    ngx_http_core_loc_conf_t *clcf)
{
    u_char     *last;
    size_t      root;
    ngx_str_t   path;

    if (clcf->root_lengths == NULL && clcf->open_file_cache == NULL
        && (clcf->alias == 0 || r->valid_location))
    {
        path.data = r->uri.data + clcf->alias;
        path.len = r->uri.len - clcf->alias;

        return ngx_http_patron_page_key_fd(r, &clcf->root, &path);
    }

    last = ngx_http_map_uri_to_path(r, &path, &root, 0);
    if (last == NULL) {
        return NGX_INVALID_FILE;
    }

    *last = '\0';
    path.len = last - path.data;

    if (clcf->open_file_cache != NULL) {
        return ngx_http_patron_page_key_cached_fd(r, &path);
    }

    return ngx_http_patron_page_key_fd(r, &ngx_http_patron_no_root, &path);
}


ngx_uint_t
ngx_http_patron_page_file_written(ngx_http_patron_page_file_t *file)
{
    ngx_file_info_t  fi;

    return ngx_fd_info(file->fd, &fi) == NGX_FILE_ERROR
           || ngx_file_size(&fi) != file->size
           || fi.st_mtim.tv_sec != file->written.tv_sec
           || fi.st_mtim.tv_nsec != file->written.tv_nsec;
}


/* The file that this request has opened last by that name. */

static ngx_fd_t
ngx_http_patron_page_key_fd(ngx_http_request_t *r, ngx_str_t *root,
    ngx_str_t *path)
{
    u_char                   *name;
    ngx_pool_cleanup_t       *cln;
    ngx_pool_cleanup_file_t  *file;

    for (cln = r->pool->cleanup; cln != NULL; cln = cln->next) {

        if (cln->handler != ngx_pool_cleanup_file) {
            continue;
        }

        file = cln->data;
        name = file->name;

        if (name != NULL
            && ngx_strncmp(name, root->data, root->len) == 0
            && ngx_strncmp(name + root->len, path->data, path->len) == 0
            && name[root->len + path->len] == '\0')
        {
            return file->fd;
        }
    }

    return NGX_INVALID_FILE;
}


/*
 * The cache's descriptor: asked again in the same turn, and with the same
 * settings, it hands out the same one, unless it looks at the name each time.
 */

static ngx_fd_t
ngx_http_patron_page_key_cached_fd(ngx_http_request_t *r, ngx_str_t *path)
{
    ngx_open_file_info_t       of;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->open_file_cache_valid == 0) {
        return NGX_INVALID_FILE;
    }

    ngx_memzero(&of, sizeof(ngx_open_file_info_t));

    of.read_ahead = clcf->read_ahead;
    of.directio = clcf->directio;
    of.valid = clcf->open_file_cache_valid;
    of.min_uses = clcf->open_file_cache_min_uses;
    of.errors = clcf->open_file_cache_errors;
    of.events = clcf->open_file_cache_events;

    if (ngx_http_set_disable_symlinks(r, clcf, path, &of) != NGX_OK
        || ngx_open_cached_file(clcf->open_file_cache, path, &of, r->pool)
           != NGX_OK
        || of.is_dir)
    {
        return NGX_INVALID_FILE;
    }

    return of.fd;
}


/* NGX_OK, for a file that has not changed of late. */

static ngx_int_t
ngx_http_patron_page_key_info(ngx_fd_t fd, ngx_file_info_t *fi)
{
    if (fd == NGX_INVALID_FILE
        || ngx_fd_info(fd, fi) == NGX_FILE_ERROR
        || !ngx_is_file(fi)
        || fi->st_ctime + NGX_HTTP_PATRON_FILE_AGE > ngx_time())
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static void
ngx_http_patron_page_key_add_file(ngx_http_patron_plan_key_t *key,
    ngx_file_info_t *fi)
{
    ngx_http_patron_page_key_add(key, (uint64_t) fi->st_dev);
    ngx_http_patron_page_key_add(key, (uint64_t) fi->st_ino);
    ngx_http_patron_page_key_add(key, (uint64_t) fi->st_ctim.tv_sec);
    ngx_http_patron_page_key_add(key, (uint64_t) fi->st_ctim.tv_nsec);
    ngx_http_patron_page_key_add(key, (uint64_t) fi->st_size);
}


#if (NGX_HTTP_CACHE)

static ngx_int_t
ngx_http_patron_page_key_cache(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key, ngx_http_patron_page_file_t *file)
{
    ngx_file_info_t    fi;
    ngx_http_cache_t  *c;

    c = r->cache;

    if (ngx_http_patron_page_key_info(c->file.fd, &fi) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_http_patron_page_key_add(key, 2);
    ngx_http_patron_page_key_bytes(key, c->key, NGX_HTTP_CACHE_KEY_LEN);
    ngx_http_patron_page_key_add_file(key, &fi);

    file->fd = c->file.fd;
    file->begin = (off_t) c->body_start;
    file->size = c->length - file->begin;

    return NGX_OK;
}

#endif


static ngx_int_t
ngx_http_patron_page_key_etag(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key)
{
    ngx_str_t                 *etag;
    ngx_table_elt_t           *host;
    ngx_http_core_loc_conf_t  *clcf;

    if (r->headers_out.etag == NULL || r->headers_out.content_length_n == -1) {
        return NGX_DECLINED;
    }

    etag = &r->headers_out.etag->value;

    if (etag->len < 3 || etag->data[0] != '"'
        || etag->data[etag->len - 1] != '"')
    {
        return NGX_DECLINED;
    }

    host = r->headers_in.host;
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ngx_http_patron_page_key_add(key, 3);
    ngx_http_patron_page_key_bytes(key, clcf->name.data, clcf->name.len);
    ngx_http_patron_page_key_bytes(key, etag->data, etag->len);
    ngx_http_patron_page_key_bytes(key, r->unparsed_uri.data,
                                   r->unparsed_uri.len);
    ngx_http_patron_page_key_other(key, &r->uri, &r->unparsed_uri);
    ngx_http_patron_page_key_bytes(key, r->headers_in.server.data,
                                   r->headers_in.server.len);

    if (host != NULL) {
        ngx_http_patron_page_key_other(key, &host->value,
                                       &r->headers_in.server);
    }

    ngx_http_patron_page_key_add(key,
                              (uint64_t) r->headers_out.content_length_n);

    return NGX_OK;
}


/* Two multiplicative hashes of the same words, with a round of mixing. */

static void
ngx_http_patron_page_key_add(ngx_http_patron_plan_key_t *key, uint64_t value)
{
    key->a = (key->a ^ value) * 0x9e3779b97f4a7c15ULL;
    key->a ^= key->a >> 29;

    key->b = (key->b + value) * 0xc2b2ae3d27d4eb4fULL;
    key->b ^= key->b >> 31;
}


/* Behind another text, which most often is the same. */

static void
ngx_http_patron_page_key_other(ngx_http_patron_plan_key_t *key,
    ngx_str_t *text, ngx_str_t *before)
{
    if (text->len == before->len
        && ngx_memcmp(text->data, before->data, text->len) == 0)
    {
        ngx_http_patron_page_key_add(key, UINT64_MAX);
        return;
    }

    ngx_http_patron_page_key_bytes(key, text->data, text->len);
}


/* The last word overlaps the one before, unless it is the only one. */

static void
ngx_http_patron_page_key_bytes(ngx_http_patron_plan_key_t *key, u_char *p,
    size_t len)
{
    u_char    *last;
    uint64_t   word;

    ngx_http_patron_page_key_add(key, (uint64_t) len);

    if (len >= sizeof(uint64_t)) {

        for (last = p + len - sizeof(uint64_t);
             p < last;
             p += sizeof(uint64_t))
        {
            ngx_memcpy(&word, p, sizeof(uint64_t));
            ngx_http_patron_page_key_add(key, word);
        }

        ngx_memcpy(&word, last, sizeof(uint64_t));
        ngx_http_patron_page_key_add(key, word);

    } else if (len) {
        word = 0;
        ngx_memcpy(&word, p, len);
        ngx_http_patron_page_key_add(key, word);
    }
}
