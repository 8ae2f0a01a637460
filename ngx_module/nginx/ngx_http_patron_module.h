
/*
 * What the doors of the module see: the configuration, and the calls that set
 * it up.
 */


#ifndef _NGX_HTTP_PATRON_MODULE_H_INCLUDED_
#define _NGX_HTTP_PATRON_MODULE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_directives.h"
#include "ngx_http_patron_gunzip.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_member_tracking.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_vary.h"
#include "ngx_http_patron_zone_members.h"


#endif /* _NGX_HTTP_PATRON_MODULE_H_INCLUDED_ */
