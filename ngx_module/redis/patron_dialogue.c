
/*
 * The dialogue goes one command at a time: it is short, happens once a
 * connection, and each answer may change what is said next.
 *
 * What fails does so for a stated reason, but for three courtesies: a client
 * name is not worth a connection, a PING that an ACL forbids has shown that the
 * server answers, and a ROLE that it forbids is taken on trust.
 */


#include <stdio.h>

#include "patron_dialogue.h"


typedef enum {
    PATRON_STEP_AUTH = 0,
    PATRON_STEP_SELECT,
    PATRON_STEP_NAME,
    PATRON_STEP_ROLE,
    PATRON_STEP_PING,
    PATRON_STEP_ID,
    PATRON_STEP_TRACKING,
    PATRON_STEP_INVALIDATIONS,
    PATRON_STEP_ADDRESS,
    PATRON_STEP_SWITCHES,
    PATRON_STEP_DONE
} patron_step_e;


typedef struct {
    const char            *word;
    patron_redis_error_e   error;
    const char            *reason;
} patron_error_word_t;


static int patron_dialogue_wants(const patron_dialogue_conf_t *conf,
    unsigned step);
static size_t patron_dialogue_tracking(patron_dialogue_t *d,
    patron_str_t *argv);
static int patron_dialogue_refused(patron_dialogue_t *d,
    const patron_reply_t *reply);
static int patron_dialogue_role(patron_dialogue_t *d,
    const patron_reply_t *reply);
static int patron_dialogue_address(patron_dialogue_t *d,
    const patron_reply_t *host, const patron_reply_t *port);
static int patron_dialogue_id(patron_dialogue_t *d,
    const patron_reply_t *reply);
static int patron_dialogue_fail(patron_dialogue_t *d,
    patron_redis_error_e error, const char *reason);
static const patron_error_word_t *patron_error_word(
    const patron_reply_t *reply);
static int patron_word(patron_str_t *text, patron_str_t *word);
static int patron_port(const patron_str_t *text, unsigned *port);
static void patron_arg(patron_str_t *arg, const char *text);


static const patron_error_word_t  patron_error_words[] = {
    { "LOADING", PATRON_REDIS_LOADING, "it is loading its data" },
    { "READONLY", PATRON_REDIS_READONLY, "it is a read-only replica" },
    { "NOAUTH", PATRON_REDIS_NOAUTH, "it wants a password" },
    { "WRONGPASS", PATRON_REDIS_WRONGPASS, "user or password are wrong" },
    { "ERR invalid password", PATRON_REDIS_WRONGPASS,
      "the password is wrong" },
    { "NOPERM", PATRON_REDIS_NOPERM, "its ACL forbids the command" },

    /* the same in a script, where Redis is of 7.0, and of 7.2 */
    { "ERR The user executing the script can't", PATRON_REDIS_NOPERM,
      "its ACL forbids the command" },
    { "ERR ACL failure", PATRON_REDIS_NOPERM, "its ACL forbids the command" },

    { "MASTERDOWN", PATRON_REDIS_MASTERDOWN, "its primary is down" },
    { "OOM", PATRON_REDIS_OOM, "it is out of memory" },
    { "MISCONF", PATRON_REDIS_MISCONF, "it cannot save to its disk" },
    { "NOREPLICAS", PATRON_REDIS_NOREPLICAS, "it has too few replicas" },
    { "BUSY", PATRON_REDIS_BUSY, "it is busy with a script" },
    { "ERR max number of clients", PATRON_REDIS_MAXCLIENTS,
      "its maxclients is reached" },
    { "DENIED", PATRON_REDIS_DENIED,
      "it is in protected mode: without a password it takes nobody of another "
      "machine" },
    { "WRONGTYPE", PATRON_REDIS_WRONGTYPE, "a key is of the wrong type" },
    { "NOSCRIPT", PATRON_REDIS_NOSCRIPT, "it does not know the script" },
    { "MOVED", PATRON_REDIS_MOVED, "the slot has moved" },
    { "ASK", PATRON_REDIS_ASK, "the slot is moving" },
    { "TRYAGAIN", PATRON_REDIS_TRYAGAIN, "the slot is moving" },
    { "CLUSTERDOWN", PATRON_REDIS_CLUSTERDOWN, "its cluster is down" },
    { "ERR This instance has cluster support disabled",
      PATRON_REDIS_NOCLUSTER, "it is no cluster" },
    { "ERR", PATRON_REDIS_ERR, "it refuses the command" },
    { NULL, PATRON_REDIS_ERR, "it answers with an error" }
};


static const char  *patron_step_reasons[] = {
    "AUTH failed: has it a password, and users (version 6)?",
    "SELECT failed: has it a database of that number?",
    "CLIENT SETNAME failed",
    "ROLE failed",
    "PING failed",
    "CLIENT ID failed: is it older than version 5?",
    "CLIENT TRACKING failed: is it older than version 6?",
    "SUBSCRIBE failed",
    "the sentinel does not know the primary",
    "SUBSCRIBE failed"
};


patron_redis_error_e
patron_redis_error(const patron_reply_t *reply)
{
    if (patron_reply_type(reply) != PATRON_REPLY_ERROR) {
        return PATRON_REDIS_FINE;
    }

    return patron_error_word(reply)->error;
}


static const patron_error_word_t *
patron_error_word(const patron_reply_t *reply)
{
    size_t                      len;
    patron_str_t                s;
    const patron_error_word_t  *w;

    s = patron_reply_str(reply);

    for (w = patron_error_words; w->word != NULL; w++) {
        len = strlen(w->word);

        if (s.len >= len && memcmp(s.data, w->word, len) == 0
            && (s.len == len || s.data[len] == ' '))
        {
            break;
        }
    }

    return w;
}


const char *
patron_redis_error_reason(patron_redis_error_e error)
{
    const patron_error_word_t  *w;

    for (w = patron_error_words; w->word != NULL; w++) {
        if (w->error == error) {
            break;
        }
    }

    return w->reason;
}


int
patron_redis_error_fatal(patron_redis_error_e error)
{
    switch (error) {

    case PATRON_REDIS_LOADING:
    case PATRON_REDIS_NOAUTH:
    case PATRON_REDIS_WRONGPASS:
    case PATRON_REDIS_MASTERDOWN:
    case PATRON_REDIS_MAXCLIENTS:
    case PATRON_REDIS_DENIED:
        return 1;

    default:
        return 0;
    }
}


int
patron_redirect_parse(const patron_reply_t *reply,
    patron_redirect_t *redirect)
{
    unsigned                slot;
    patron_str_t            text, word;
    const patron_uchar_t   *p;
    patron_redis_error_e    error;

    error = patron_redis_error(reply);

    if (error != PATRON_REDIS_MOVED && error != PATRON_REDIS_ASK) {
        return PATRON_ERROR;
    }

    text = patron_reply_str(reply);

    if (!patron_word(&text, &word) || !patron_word(&text, &word)
        || word.len == 0 || word.len > 5)
    {
        return PATRON_ERROR;
    }

    for (slot = 0, p = word.data; p < word.data + word.len; p++) {

        if (*p < '0' || *p > '9') {
            return PATRON_ERROR;
        }

        slot = slot * 10 + (*p - '0');
    }

    if (slot > 16383 || !patron_word(&text, &word)) {
        return PATRON_ERROR;
    }

    /* the last colon: an IPv6 address comes without brackets */

    for (p = word.data + word.len; p > word.data && p[-1] != ':'; p--) {
        /* void */
    }

    if (p == word.data) {
        return PATRON_ERROR;
    }

    redirect->slot = slot;
    redirect->host.data = word.data;
    redirect->host.len = p - 1 - word.data;

    if (redirect->host.len == 1 && word.data[0] == '?') {
        redirect->host.len = 0;
    }

    if (redirect->host.len > PATRON_HOST_MAX) {
        return PATRON_ERROR;
    }

    word.len -= p - word.data;
    word.data = p;

    return patron_port(&word, &redirect->port);
}


void
patron_dialogue_start(patron_dialogue_t *d, const patron_dialogue_conf_t *conf)
{
    memset(d, 0, sizeof(patron_dialogue_t));

    d->conf = conf;
}


int
patron_dialogue_next(patron_dialogue_t *d, patron_str_t *argv, size_t *argc)
{
    size_t                         n;
    const patron_dialogue_conf_t  *conf;

    conf = d->conf;

    while (d->step < PATRON_STEP_DONE
           && !patron_dialogue_wants(conf, d->step))
    {
        d->step++;
    }

    n = 0;

    switch (d->step) {

    case PATRON_STEP_AUTH:
        patron_arg(&argv[n++], "AUTH");

        if (conf->user.len) {
            argv[n++] = conf->user;
        }

        argv[n++] = conf->password;
        break;

    case PATRON_STEP_SELECT:
        d->number_len = (size_t) snprintf(d->number, sizeof(d->number), "%u",
                                          conf->db);

        patron_arg(&argv[n++], "SELECT");
        argv[n].data = (const patron_uchar_t *) d->number;
        argv[n++].len = d->number_len;
        break;

    case PATRON_STEP_NAME:
        patron_arg(&argv[n++], "CLIENT");
        patron_arg(&argv[n++], "SETNAME");
        argv[n++] = conf->name;
        break;

    case PATRON_STEP_ROLE:
        patron_arg(&argv[n++], "ROLE");
        break;

    case PATRON_STEP_PING:
        patron_arg(&argv[n++], "PING");
        break;

    case PATRON_STEP_ID:
        patron_arg(&argv[n++], "CLIENT");
        patron_arg(&argv[n++], "ID");
        break;

    case PATRON_STEP_TRACKING:
        n = patron_dialogue_tracking(d, argv);
        break;

    case PATRON_STEP_INVALIDATIONS:
        patron_arg(&argv[n++], "SUBSCRIBE");
        patron_arg(&argv[n++], PATRON_INVALIDATE_CHANNEL);
        break;

    case PATRON_STEP_ADDRESS:
        patron_arg(&argv[n++], "SENTINEL");
        patron_arg(&argv[n++], "get-master-addr-by-name");
        argv[n++] = conf->sentinel;
        break;

    case PATRON_STEP_SWITCHES:
        patron_arg(&argv[n++], "SUBSCRIBE");
        patron_arg(&argv[n++], PATRON_SWITCH_MASTER_CHANNEL);
        break;

    default:
        return PATRON_DECLINED;
    }

    *argc = n;

    return PATRON_OK;
}


static int
patron_dialogue_wants(const patron_dialogue_conf_t *conf, unsigned step)
{
    switch (step) {

    case PATRON_STEP_AUTH:
        return conf->has_password;

    case PATRON_STEP_SELECT:
        return conf->db != 0 && conf->purpose != PATRON_FOR_SENTINEL;

    case PATRON_STEP_NAME:
        return conf->name.len != 0;

    case PATRON_STEP_ROLE:
        return conf->purpose == PATRON_FOR_PRIMARY
               || conf->purpose == PATRON_FOR_ANY;

    case PATRON_STEP_PING:
        return conf->purpose != PATRON_FOR_TRACKING
               && conf->purpose != PATRON_FOR_SENTINEL;

    case PATRON_STEP_ADDRESS:
    case PATRON_STEP_SWITCHES:
        return conf->purpose == PATRON_FOR_SENTINEL;

    default:
        return conf->purpose == PATRON_FOR_TRACKING;
    }
}


static size_t
patron_dialogue_tracking(patron_dialogue_t *d, patron_str_t *argv)
{
    size_t    n;
    unsigned  i;

    n = 0;

    patron_arg(&argv[n++], "CLIENT");
    patron_arg(&argv[n++], "TRACKING");
    patron_arg(&argv[n++], "ON");
    patron_arg(&argv[n++], "REDIRECT");
    argv[n].data = (const patron_uchar_t *) d->number;
    argv[n++].len = d->number_len;
    patron_arg(&argv[n++], "BCAST");

    for (i = 0; i < d->conf->nprefixes; i++) {
        patron_arg(&argv[n++], "PREFIX");
        argv[n++] = d->conf->prefix[i];
    }

    return n;
}


int
patron_dialogue_reply(patron_dialogue_t *d, const patron_reply_t *reply)
{
    int  rc;

    if (patron_reply_type(reply) == PATRON_REPLY_ERROR) {
        rc = patron_dialogue_refused(d, reply);

    } else {

        switch (d->step) {

        case PATRON_STEP_ROLE:
            rc = patron_dialogue_role(d, reply);
            break;

        case PATRON_STEP_PING:
            rc = patron_reply_is(reply, "PONG") ? PATRON_OK : PATRON_ERROR;
            break;

        case PATRON_STEP_ID:
            rc = patron_dialogue_id(d, reply);
            break;

        case PATRON_STEP_ADDRESS:
            rc = patron_dialogue_address(d, patron_reply_element(reply, 0),
                                         patron_reply_element(reply, 1));
            break;

        case PATRON_STEP_INVALIDATIONS:
        case PATRON_STEP_SWITCHES:
            rc = patron_reply_is(patron_reply_element(reply, 0), "subscribe")
                 ? PATRON_OK : PATRON_ERROR;
            break;

        default:
            rc = patron_reply_is(reply, "OK") ? PATRON_OK : PATRON_ERROR;
        }

        if (rc == PATRON_ERROR && d->reason == NULL) {
            patron_dialogue_fail(d, PATRON_REDIS_FINE,
                                 patron_step_reasons[d->step]);
        }
    }

    if (rc == PATRON_OK) {
        d->step++;
    }

    return rc;
}


static int
patron_dialogue_refused(patron_dialogue_t *d, const patron_reply_t *reply)
{
    const patron_error_word_t  *w;

    w = patron_error_word(reply);

    if (!patron_redis_error_fatal(w->error)) {

        if (d->step == PATRON_STEP_NAME) {
            return PATRON_OK;
        }

        if ((d->step == PATRON_STEP_PING || d->step == PATRON_STEP_ROLE)
            && w->error == PATRON_REDIS_NOPERM)
        {
            return PATRON_OK;
        }

        /* sentinels mostly have no password of their own */

        if (d->step == PATRON_STEP_AUTH
            && d->conf->purpose == PATRON_FOR_SENTINEL)
        {
            return PATRON_OK;
        }
    }

    return patron_dialogue_fail(d, w->error,
                                (w->error == PATRON_REDIS_ERR)
                                ? patron_step_reasons[d->step] : w->reason);
}


static int
patron_dialogue_role(patron_dialogue_t *d, const patron_reply_t *reply)
{
    if (patron_reply_is(patron_reply_element(reply, 0), "master")) {
        d->primary = 1;
        return PATRON_OK;
    }

    if (patron_reply_is(patron_reply_element(reply, 0), "slave")) {

        if (d->conf->purpose == PATRON_FOR_ANY) {
            return PATRON_OK;
        }

        (void) patron_dialogue_address(d, patron_reply_element(reply, 1),
                                       patron_reply_element(reply, 2));

        return patron_dialogue_fail(d, PATRON_REDIS_READONLY,
                                    "it is a read-only replica");
    }

    return PATRON_ERROR;
}


static int
patron_dialogue_address(patron_dialogue_t *d, const patron_reply_t *host,
    const patron_reply_t *port)
{
    int64_t       n;
    patron_str_t  s;

    s = patron_reply_str(host);
    n = patron_reply_int(port, 0);

    if (patron_reply_type(host) != PATRON_REPLY_STRING || s.len == 0
        || s.len > PATRON_HOST_MAX || n < 1 || n > 65535)
    {
        return PATRON_ERROR;
    }

    memcpy(d->host, s.data, s.len);
    d->host_len = s.len;
    d->port = (unsigned) n;

    return PATRON_OK;
}


static int
patron_dialogue_id(patron_dialogue_t *d, const patron_reply_t *reply)
{
    int64_t  id;

    id = patron_reply_int(reply, 0);

    if (id <= 0) {
        return PATRON_ERROR;
    }

    d->number_len = (size_t) snprintf(d->number, sizeof(d->number), "%lld",
                                      (long long) id);

    return PATRON_OK;
}


static int
patron_dialogue_fail(patron_dialogue_t *d, patron_redis_error_e error,
    const char *reason)
{
    d->error = error;
    d->reason = reason;

    return PATRON_ERROR;
}


patron_push_e
patron_push_read(const patron_reply_t *reply, const patron_reply_t **payload)
{
    const patron_reply_t  *kind, *channel;

    *payload = NULL;

    kind = patron_reply_element(reply, 0);
    channel = patron_reply_element(reply, 1);

    if (patron_reply_is(kind, "pong")) {
        return PATRON_PUSH_PONG;
    }

    if (patron_reply_is(kind, "subscribe")) {
        return PATRON_PUSH_OTHER;
    }

    if (!patron_reply_is(kind, "message")
        || patron_reply_elements(reply) != 3)
    {
        return PATRON_PUSH_BAD;
    }

    *payload = patron_reply_element(reply, 2);

    if (patron_reply_is(channel, PATRON_INVALIDATE_CHANNEL)) {

        switch (patron_reply_type(*payload)) {

        case PATRON_REPLY_ARRAY:
            return PATRON_PUSH_KEYS;

        case PATRON_REPLY_NIL:
            return PATRON_PUSH_ALL;

        default:
            return PATRON_PUSH_BAD;
        }
    }

    if (patron_reply_is(channel, PATRON_SWITCH_MASTER_CHANNEL)) {
        return PATRON_PUSH_SWITCH;
    }

    return PATRON_PUSH_BAD;
}


int
patron_switch_parse(const patron_reply_t *payload, const patron_str_t *name,
    patron_str_t *host, unsigned *port)
{
    patron_str_t  text, word;

    text = patron_reply_str(payload);

    if (!patron_word(&text, &word)
        || word.len != name->len
        || memcmp(word.data, name->data, name->len) != 0)
    {
        return PATRON_DECLINED;
    }

    if (!patron_word(&text, &word) || !patron_word(&text, &word)
        || !patron_word(&text, host) || !patron_word(&text, &word)
        || host->len == 0 || host->len > PATRON_HOST_MAX)
    {
        return PATRON_DECLINED;
    }

    return (patron_port(&word, port) == PATRON_OK) ? PATRON_OK
                                                   : PATRON_DECLINED;
}


/* Takes the next word off the text: words are parted by single spaces. */

static int
patron_word(patron_str_t *text, patron_str_t *word)
{
    const patron_uchar_t  *space;

    if (text->len == 0) {
        return 0;
    }

    word->data = text->data;

    space = memchr(text->data, ' ', text->len);

    if (space == NULL) {
        word->len = text->len;
        text->data += text->len;
        text->len = 0;
        return 1;
    }

    word->len = space - text->data;
    text->data += word->len + 1;
    text->len -= word->len + 1;

    return 1;
}


static int
patron_port(const patron_str_t *text, unsigned *port)
{
    size_t    i;
    unsigned  n;

    if (text->len == 0 || text->len > 5) {
        return PATRON_ERROR;
    }

    for (n = 0, i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return PATRON_ERROR;
        }

        n = n * 10 + (text->data[i] - '0');
    }

    if (n == 0 || n > 65535) {
        return PATRON_ERROR;
    }

    *port = n;

    return PATRON_OK;
}


static void
patron_arg(patron_str_t *arg, const char *text)
{
    arg->data = (const patron_uchar_t *) text;
    arg->len = strlen(text);
}
