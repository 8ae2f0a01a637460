
/*
 * What is said on a Redis connection before it is of use, as a state machine
 * without I/O: who we are, which database, which role, what to watch.  And what
 * Redis's errors mean.
 *
 * Sources: the Redis command reference (AUTH, SELECT, CLIENT TRACKING, ROLE),
 * "Sentinel client spec", "Redis Cluster specification".
 */


#ifndef _PATRON_DIALOGUE_H_INCLUDED_
#define _PATRON_DIALOGUE_H_INCLUDED_


#include "patron_resp.h"


#define PATRON_DIALOGUE_PREFIXES  16
#define PATRON_DIALOGUE_ARGS      (6 + 2 * PATRON_DIALOGUE_PREFIXES)
#define PATRON_HOST_MAX           255

#define PATRON_INVALIDATE_CHANNEL     "__redis__:invalidate"
#define PATRON_SWITCH_MASTER_CHANNEL  "+switch-master"


typedef enum {
    PATRON_REDIS_FINE = 0,      /* no error reply */
    PATRON_REDIS_ERR,           /* an error of no special meaning here */
    PATRON_REDIS_LOADING,
    PATRON_REDIS_READONLY,
    PATRON_REDIS_NOAUTH,
    PATRON_REDIS_WRONGPASS,
    PATRON_REDIS_NOPERM,
    PATRON_REDIS_MASTERDOWN,
    PATRON_REDIS_OOM,
    PATRON_REDIS_MISCONF,
    PATRON_REDIS_NOREPLICAS,
    PATRON_REDIS_BUSY,
    PATRON_REDIS_MAXCLIENTS,
    PATRON_REDIS_DENIED,
    PATRON_REDIS_WRONGTYPE,
    PATRON_REDIS_NOSCRIPT,
    PATRON_REDIS_MOVED,
    PATRON_REDIS_ASK,
    PATRON_REDIS_TRYAGAIN,
    PATRON_REDIS_CLUSTERDOWN,
    PATRON_REDIS_NOCLUSTER,
    PATRON_REDIS_ERRORS         /* how many there are */
} patron_redis_error_e;


patron_redis_error_e patron_redis_error(const patron_reply_t *reply);

/* The same in words, as static text. */

const char *patron_redis_error_reason(patron_redis_error_e error);

/* True if the connection is of no use after such an error. */

int patron_redis_error_fatal(patron_redis_error_e error);


/* "MOVED 3999 127.0.0.1:6381" or "ASK ..."; an empty host means "the same". */

typedef struct {
    unsigned      slot;
    unsigned      port;
    patron_str_t  host;         /* into the reply */
} patron_redirect_t;

int patron_redirect_parse(const patron_reply_t *reply,
    patron_redirect_t *redirect);


typedef enum {
    PATRON_FOR_DATA = 0,        /* any server */
    PATRON_FOR_ANY,             /* asks for the role */
    PATRON_FOR_PRIMARY,         /* asks for the role, refuses a replica */
    PATRON_FOR_TRACKING,        /* ends subscribed to invalidations */
    PATRON_FOR_SENTINEL         /* ends subscribed to +switch-master */
} patron_purpose_e;


/* Filled in by the caller; what it points to stays while the dialogue does. */

typedef struct {
    patron_purpose_e  purpose;
    patron_str_t      user;         /* empty: the default user */
    patron_str_t      password;
    patron_str_t      name;         /* CLIENT SETNAME; empty: none */
    patron_str_t      sentinel;     /* the primary's name among sentinels */
    patron_str_t      prefix[PATRON_DIALOGUE_PREFIXES];
    unsigned          nprefixes;
    unsigned          db;
    unsigned          has_password:1;
} patron_dialogue_conf_t;


typedef struct {
    const patron_dialogue_conf_t  *conf;
    unsigned                       step;
    char                           number[24];  /* an argument as text */
    size_t                         number_len;
    const char                    *reason;      /* why it failed; static */
    patron_redis_error_e           error;       /* FINE: what came made no
                                                   sense */

    unsigned                       primary:1;   /* said so when asked */

    /* the primary, as a sentinel or a replica tells it; port 0: not told */

    patron_uchar_t                 host[PATRON_HOST_MAX];
    size_t                         host_len;
    unsigned                       port;
} patron_dialogue_t;


void patron_dialogue_start(patron_dialogue_t *d,
    const patron_dialogue_conf_t *conf);

/*
 * PATRON_OK: argv and argc (PATRON_DIALOGUE_ARGS of room) are to be sent, and
 * the reply handed to patron_dialogue_reply().  PATRON_DECLINED: all is said.
 */

int patron_dialogue_next(patron_dialogue_t *d, patron_str_t *argv,
    size_t *argc);

/* PATRON_OK: go on with _next.  PATRON_ERROR: error and reason say why. */

int patron_dialogue_reply(patron_dialogue_t *d, const patron_reply_t *reply);


typedef enum {
    PATRON_PUSH_OTHER = 0,      /* not of interest: subscribed */
    PATRON_PUSH_PONG,
    PATRON_PUSH_KEYS,           /* payload: an array of keys */
    PATRON_PUSH_ALL,            /* everything was flushed */
    PATRON_PUSH_SWITCH,         /* payload: the text of +switch-master */
    PATRON_PUSH_BAD             /* not what a subscription sends */
} patron_push_e;

/* What came on a connection that is subscribed. */

patron_push_e patron_push_read(const patron_reply_t *reply,
    const patron_reply_t **payload);

/*
 * "<name> <old host> <old port> <new host> <new port>": PATRON_OK if it is
 * about name, with the new address; PATRON_DECLINED otherwise.
 */

int patron_switch_parse(const patron_reply_t *payload,
    const patron_str_t *name, patron_str_t *host, unsigned *port);


#endif /* _PATRON_DIALOGUE_H_INCLUDED_ */
