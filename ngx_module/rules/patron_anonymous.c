
/*
 * The id cookie of an anonymous reader, to be sealed by the caller:
 *
 *     version: a byte; id: 16 bytes; and where an article rides along
 *     period type: a byte; first second: 5 bytes, big-endian; its name
 */


#include "patron_anonymous.h"


#define PATRON_ANONYMOUS_VERSION  1
#define PATRON_ANONYMOUS_HEAD     (1 + PATRON_ANONYMOUS_ID)
#define PATRON_ANONYMOUS_PERIOD   6


int
patron_anonymous_decode(patron_anonymous_t *anonymous,
    const patron_str_t *payload)
{
    unsigned               i;
    const patron_uchar_t  *p;

    if (payload->len < PATRON_ANONYMOUS_HEAD
        || payload->len > PATRON_ANONYMOUS_MAX
        || payload->data[0] != PATRON_ANONYMOUS_VERSION)
    {
        return PATRON_DECLINED;
    }

    memset(anonymous, 0, sizeof(patron_anonymous_t));
    memcpy(anonymous->id, payload->data + 1, PATRON_ANONYMOUS_ID);

    if (payload->len == PATRON_ANONYMOUS_HEAD) {
        return PATRON_OK;
    }

    p = payload->data + PATRON_ANONYMOUS_HEAD;

    if (payload->len <= PATRON_ANONYMOUS_HEAD + PATRON_ANONYMOUS_PERIOD
        || p[0] > PATRON_PERIOD_WINDOW)
    {
        return PATRON_DECLINED;
    }

    anonymous->type = (patron_period_e) p[0];

    for (i = 1; i < PATRON_ANONYMOUS_PERIOD; i++) {
        anonymous->start = anonymous->start << 8 | p[i];
    }

    anonymous->article.data = p + PATRON_ANONYMOUS_PERIOD;
    anonymous->article.len = payload->len - PATRON_ANONYMOUS_HEAD
                             - PATRON_ANONYMOUS_PERIOD;

    return PATRON_OK;
}


size_t
patron_anonymous_encode(const patron_anonymous_t *anonymous,
    patron_uchar_t *dst)
{
    unsigned         i;
    patron_uchar_t  *p;

    p = dst;

    *p++ = PATRON_ANONYMOUS_VERSION;

    memcpy(p, anonymous->id, PATRON_ANONYMOUS_ID);
    p += PATRON_ANONYMOUS_ID;

    if (anonymous->article.len == 0
        || anonymous->article.len > PATRON_ARTICLE_MAX)
    {
        return (size_t) (p - dst);
    }

    *p++ = (patron_uchar_t) anonymous->type;

    for (i = 5; i; i--) {
        *p++ = (patron_uchar_t) ((uint64_t) anonymous->start
                                 >> ((i - 1) * 8));
    }

    memcpy(p, anonymous->article.data, anonymous->article.len);
    p += anonymous->article.len;

    return (size_t) (p - dst);
}
