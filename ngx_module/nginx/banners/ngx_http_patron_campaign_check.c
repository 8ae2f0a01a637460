
/*
 * A campaign is checked as a whole: its fields, that its HTML leaves no element
 * open, and that it reads no variable that it may not.
 *
 * The rules of zones are read from the system's files, a few hundred bytes each,
 * and those of the last few names are kept as long as the worker lives.
 */


#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_template.h"


#define NGX_HTTP_PATRON_ZONE_RULES  8
#define NGX_HTTP_PATRON_ZONE_PATH   "/usr/share/zoneinfo/"


typedef struct {
    size_t              len;
    u_char              name[PATRON_ZONE_NAME];
    patron_zone_rule_t  rule;
} ngx_http_patron_zone_rule_t;


static int ngx_http_patron_campaign_zone(patron_campaign_t *campaign,
    char *err);
static int ngx_http_patron_zone_read(const patron_str_t *name,
    patron_zone_rule_t *rule);
static ngx_int_t ngx_http_patron_campaign_may_read(
    ngx_http_patron_campaigns_t *campaigns, const patron_str_t *name);


int
ngx_http_patron_campaign_check(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    patron_mem_t *mem, patron_campaign_t *campaign, patron_template_t *tmpl,
    char *err)
{
    size_t         i;
    patron_part_t *part;

    if (key->len > NGX_HTTP_PATRON_CAMPAIGN_KEY) {
        ngx_sprintf((u_char *) err, "its name has more than %d bytes%Z",
                    NGX_HTTP_PATRON_CAMPAIGN_KEY);
        return PATRON_ERROR;
    }

    if (patron_campaign_parse(campaign, key, fields, n, err) != PATRON_OK
        || ngx_http_patron_campaign_zone(campaign, err) != PATRON_OK
        || patron_template_balanced(&campaign->html, err) != PATRON_OK
        || patron_template_compile(mem, tmpl, &campaign->html, err)
           != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < tmpl->nparts; i++) {
        part = &tmpl->parts[i];

        if (part->type != PATRON_PART_LITERAL
            && ngx_http_patron_campaign_may_read(campaigns, &part->str)
               != NGX_OK)
        {
            ngx_snprintf((u_char *) err, PATRON_CAMPAIGN_ERR,
                         "html reads \"%*s\", which patron_template_vars "
                         "does not name%Z",
                         ngx_min(part->str.len, 64), part->str.data);
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static int
ngx_http_patron_campaign_zone(patron_campaign_t *campaign, char *err)
{
    ngx_uint_t                    i;
    patron_str_t                 *name;
    ngx_http_patron_zone_rule_t  *known;

    static ngx_uint_t                   next;
    static ngx_http_patron_zone_rule_t  rules[NGX_HTTP_PATRON_ZONE_RULES];

    name = &campaign->zone;

    if (name->len == 0 || campaign->hours.n == 0) {
        return PATRON_OK;
    }

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_RULES; i++) {
        known = &rules[i];

        if (known->len == name->len
            && ngx_memcmp(known->name, name->data, name->len) == 0)
        {
            campaign->hours.zone = known->rule;
            return PATRON_OK;
        }
    }

    if (ngx_http_patron_zone_read(name, &campaign->hours.zone) != PATRON_OK) {
        ngx_snprintf((u_char *) err, PATRON_CAMPAIGN_ERR,
                     "tz \"%*s\" is no zone of this system%Z",
                     name->len, name->data);
        return PATRON_ERROR;
    }

    known = &rules[next++ % NGX_HTTP_PATRON_ZONE_RULES];

    known->len = name->len;
    known->rule = campaign->hours.zone;
    ngx_memcpy(known->name, name->data, name->len);

    return PATRON_OK;
}


static int
ngx_http_patron_zone_read(const patron_str_t *name, patron_zone_rule_t *rule)
{
    int           rc;
    u_char        path[sizeof(NGX_HTTP_PATRON_ZONE_PATH) + PATRON_ZONE_NAME];
    u_char        bytes[PATRON_ZONE_FILE];
    ssize_t       n;
    ngx_fd_t      fd;
    patron_str_t  file;

    ngx_sprintf(path, NGX_HTTP_PATRON_ZONE_PATH "%*s%Z", name->len,
                name->data);

    fd = ngx_open_file(path, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return PATRON_ERROR;
    }

    n = ngx_read_fd(fd, bytes, PATRON_ZONE_FILE);

    rc = PATRON_ERROR;

    if (n > 0) {
        file.data = bytes;
        file.len = (size_t) n;
        rc = patron_zone_rule_file(rule, &file);
    }

    (void) ngx_close_file(fd);

    return rc;
}


static ngx_int_t
ngx_http_patron_campaign_may_read(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *name)
{
    ngx_str_t   *var, ticker;
    ngx_uint_t   i;

    if (name->len > NGX_HTTP_PATRON_VARIABLE) {
        return NGX_DECLINED;
    }

    if (name->len > 7 && ngx_strncmp(name->data, "patron_", 7) == 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_ticker_name(name, &ticker) == NGX_OK) {
        return NGX_OK;
    }

    var = campaigns->vars->elts;

    for (i = 0; i < campaigns->vars->nelts; i++) {
        if (var[i].len == name->len
            && ngx_strncmp(var[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}
