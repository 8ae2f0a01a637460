
/*
 * A short table, looked through from its beginning.  That a place is found is
 * the rule: it is written down once a minute, and seen without the mutex.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_places.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_TELL_MISSED  60
#define NGX_HTTP_PATRON_TELL_RARE    3600


static ngx_http_patron_place_seen_t *ngx_http_patron_places_table(
    ngx_http_patron_zone_t *zone);
static ngx_http_patron_place_seen_t *ngx_http_patron_place_of(
    ngx_http_patron_place_seen_t *places, uint32_t hash, ngx_str_t *name,
    ngx_str_t *selector);
static uint32_t ngx_http_patron_place_text(u_char *dst, size_t size,
    ngx_str_t *text);


/* Where there is no zone. */

static ngx_http_patron_place_seen_t
    ngx_http_patron_places_here[NGX_HTTP_PATRON_PLACES];


uint32_t
ngx_http_patron_zone_place_hash(ngx_str_t *name, ngx_str_t *selector)
{
    uint32_t  hash;

    ngx_crc32_init(hash);
    ngx_crc32_update(&hash, name->data, name->len);
    ngx_crc32_update(&hash, (u_char *) " ", 1);
    ngx_crc32_update(&hash, selector->data, selector->len);
    ngx_crc32_final(hash);

    return hash ? hash : 1;
}


void
ngx_http_patron_zone_place_found(ngx_http_patron_zone_t *zone, uint32_t hash,
    ngx_str_t *name, ngx_str_t *selector, time_t now)
{
    ngx_uint_t                     i;
    ngx_http_patron_place_seen_t  *places;

    places = ngx_http_patron_places_table(zone);

    for (i = 0; i < NGX_HTTP_PATRON_PLACES; i++) {
        if (places[i].hash == hash
            && now - places[i].found_at < NGX_HTTP_PATRON_TELL_MISSED)
        {
            return;
        }
    }

    if (zone != NULL) {
        ngx_http_patron_zone_lock(zone);
    }

    ngx_http_patron_place_of(places, hash, name, selector)->found_at = now;

    if (zone != NULL) {
        ngx_http_patron_zone_unlock(zone);
    }
}


ngx_uint_t
ngx_http_patron_zone_place_missed(ngx_http_patron_zone_t *zone,
    ngx_str_t *name, ngx_str_t *selector, ngx_str_t *uri, time_t now)
{
    time_t                         every;
    ngx_uint_t                     tell;
    ngx_http_patron_place_seen_t  *places, *place;

    places = ngx_http_patron_places_table(zone);

    if (zone != NULL) {
        ngx_http_patron_zone_lock(zone);
    }

    place = ngx_http_patron_place_of(places,
                            ngx_http_patron_zone_place_hash(name, selector),
                            name, selector);

    place->missed++;
    place->missed_at = now;
    place->uri_len = ngx_http_patron_place_text(place->uri,
                                                sizeof(place->uri), uri);

    every = (now - place->found_at < NGX_HTTP_PATRON_TELL_RARE)
            ? NGX_HTTP_PATRON_TELL_RARE : NGX_HTTP_PATRON_TELL_MISSED;

    tell = (now - place->told_at >= every);

    if (tell) {
        place->told_at = now;
    }

    if (zone != NULL) {
        zone->sh->history.troubled = now;
        ngx_http_patron_zone_unlock(zone);
    }

    return tell;
}


ngx_http_patron_place_seen_t *
ngx_http_patron_zone_places(ngx_http_patron_zone_t *zone, ngx_pool_t *pool,
    ngx_uint_t *n)
{
    ngx_uint_t                     i;
    ngx_http_patron_place_seen_t  *places, *copy;

    *n = 0;

    copy = ngx_palloc(pool, NGX_HTTP_PATRON_PLACES
                            * sizeof(ngx_http_patron_place_seen_t));
    if (copy == NULL) {
        return NULL;
    }

    places = ngx_http_patron_places_table(zone);

    if (zone != NULL) {
        ngx_http_patron_zone_lock(zone);
    }

    for (i = 0; i < NGX_HTTP_PATRON_PLACES; i++) {
        if (places[i].hash != 0 && places[i].missed != 0) {
            copy[(*n)++] = places[i];
        }
    }

    if (zone != NULL) {
        ngx_http_patron_zone_unlock(zone);
    }

    return copy;
}


static ngx_http_patron_place_seen_t *
ngx_http_patron_places_table(ngx_http_patron_zone_t *zone)
{
    return (zone != NULL) ? zone->sh->places_seen
                          : ngx_http_patron_places_here;
}


/* Its entry, made where there is none. */

static ngx_http_patron_place_seen_t *
ngx_http_patron_place_of(ngx_http_patron_place_seen_t *places, uint32_t hash,
    ngx_str_t *name, ngx_str_t *selector)
{
    time_t                         used, oldest;
    ngx_uint_t                     i;
    ngx_http_patron_place_seen_t  *place;

    place = places;
    oldest = ngx_max(places[0].found_at, places[0].missed_at);

    for (i = 0; i < NGX_HTTP_PATRON_PLACES; i++) {

        if (places[i].hash == hash) {
            return &places[i];
        }

        used = ngx_max(places[i].found_at, places[i].missed_at);

        if (used < oldest) {
            oldest = used;
            place = &places[i];
        }
    }

    ngx_memzero(place, sizeof(ngx_http_patron_place_seen_t));

    place->name_len = ngx_http_patron_place_text(place->name,
                                                 sizeof(place->name), name);
    place->selector_len = ngx_http_patron_place_text(place->selector,
                                                     sizeof(place->selector),
                                                     selector);
    place->hash = hash;

    return place;
}


static uint32_t
ngx_http_patron_place_text(u_char *dst, size_t size, ngx_str_t *text)
{
    size_t  len;

    len = ngx_min(text->len, size);
    ngx_memcpy(dst, text->data, len);

    return (uint32_t) len;
}
