
/*
 * See the header.
 */


#include "patron_crawler.h"
#include "patron_language.h"


typedef struct {
    size_t                 type;        /* length of the range, 0: none yet */
    unsigned               weight;
    const patron_uchar_t  *at;
} patron_accept_t;


static void patron_accept_read(patron_accept_t *accept, const char *type,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_accept_holds(const patron_uchar_t *range, size_t len,
    const char *type);


int
patron_crawler_reads(const patron_level_t *page, const patron_str_t *level,
    int paid)
{
    unsigned        i;
    patron_level_t  own;

    if (page->type == PATRON_LEVEL_FREE || patron_level_is(level, "all")) {
        return 1;
    }

    patron_level_parse(&own, level);

    if (own.type == PATRON_LEVEL_FREE) {
        return paid;
    }

    if (page->type < PATRON_LEVEL_TIERED) {
        return own.type >= page->type;
    }

    for (i = 0; i < own.ntiers; i++) {
        if (patron_level_has(page, &own.tiers[i])) {
            return 1;
        }
    }

    return 0;
}


patron_crawler_purpose_e
patron_crawler_purpose(const patron_str_t *text)
{
    unsigned  i;

    static const char  *names[PATRON_CRAWLER_N] = {
        "search", "train", "answer", "archive"
    };

    for (i = 0; i < PATRON_CRAWLER_N; i++) {
        if (patron_level_is(text, names[i])) {
            break;
        }
    }

    return (patron_crawler_purpose_e) i;
}


int
patron_amount_parse(int64_t *amount, const patron_str_t *text)
{
    size_t  i;

    *amount = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return PATRON_DECLINED;
        }

        *amount = *amount * 10 + (text->data[i] - '0');

        if (*amount > PATRON_PRICE_MAX) {
            return PATRON_DECLINED;
        }
    }

    return text->len ? PATRON_OK : PATRON_DECLINED;
}


int
patron_currency_parse(patron_uchar_t *currency, const patron_str_t *text)
{
    size_t          i;
    patron_uchar_t  c;

    if (text->len != PATRON_CURRENCY) {
        return PATRON_DECLINED;
    }

    for (i = 0; i < PATRON_CURRENCY; i++) {
        c = text->data[i] & ~0x20;

        if (c < 'A' || c > 'Z' || text->data[i] < 'A') {
            return PATRON_DECLINED;
        }

        currency[i] = c;
    }

    return PATRON_OK;
}


int
patron_price_parse(patron_price_t *price, const patron_str_t *text)
{
    size_t        i, fraction, digits;
    patron_str_t  s, currency;

    s = *text;
    currency.data = (const patron_uchar_t *) "USD";
    currency.len = PATRON_CURRENCY;

    if (s.len > PATRON_CURRENCY) {

        if (s.data[0] >= 'A') {
            currency.data = s.data;
            s.data += PATRON_CURRENCY;
            s.len -= PATRON_CURRENCY;

        } else if (s.data[s.len - 1] >= 'A') {
            s.len -= PATRON_CURRENCY;
            currency.data = s.data + s.len;
        }
    }

    while (s.len && s.data[0] == ' ') {
        s.data++;
        s.len--;
    }

    while (s.len && s.data[s.len - 1] == ' ') {
        s.len--;
    }

    if (patron_currency_parse(price->currency, &currency) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    price->amount = 0;
    fraction = 0;
    digits = 0;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == '.' && digits && fraction == 0 && i + 1 < s.len) {
            fraction = 1;
            continue;
        }

        if (s.data[i] < '0' || s.data[i] > '9' || fraction > 6) {
            return PATRON_DECLINED;
        }

        digits++;
        fraction += (fraction != 0);
        price->amount = price->amount * 10 + (s.data[i] - '0');

        if (price->amount > PATRON_PRICE_MAX) {
            return PATRON_DECLINED;
        }
    }

    for (fraction += (fraction == 0); fraction < 7; fraction++) {
        price->amount *= 10;
    }

    return (digits && price->amount <= PATRON_PRICE_MAX) ? PATRON_OK
                                                         : PATRON_DECLINED;
}


/* At least two places behind the point, as money is written. */

size_t
patron_price_write(patron_uchar_t *dst, const patron_price_t *price)
{
    size_t           i, places;
    int64_t          units, rest;
    patron_uchar_t  *p, digits[20];

    memcpy(dst, price->currency, PATRON_CURRENCY);
    p = dst + PATRON_CURRENCY;
    *p++ = ' ';

    units = price->amount / 1000000;
    rest = price->amount % 1000000;
    i = sizeof(digits);

    do {
        digits[--i] = (patron_uchar_t) ('0' + units % 10);
        units /= 10;
    } while (units);

    memcpy(p, digits + i, sizeof(digits) - i);
    p += sizeof(digits) - i;
    *p++ = '.';

    for (places = 0; places < 2 || rest; places++) {
        rest *= 10;
        *p++ = (patron_uchar_t) ('0' + rest / 1000000);
        rest %= 1000000;
    }

    return p - dst;
}


int
patron_accepts_json(const patron_str_t *accept)
{
    patron_accept_t        json, html;
    const patron_uchar_t  *p, *end, *comma;

    memset(&json, 0, sizeof(patron_accept_t));
    memset(&html, 0, sizeof(patron_accept_t));

    p = accept->data;
    end = p + accept->len;

    while (p < end) {
        comma = memchr(p, ',', (size_t) (end - p));

        if (comma == NULL) {
            comma = end;
        }

        patron_accept_read(&json, "application/json", p, comma);
        patron_accept_read(&html, "text/html", p, comma);

        p = comma + 1;
    }

    if (json.weight != html.weight) {
        return json.weight > html.weight;
    }

    return json.weight && json.type > 3 && json.at < html.at;
}


/*
 * A range such as "text/html;q=0.8", if it holds the type: of several the
 * longest counts, "type/subtype" before "type/" with a star, that before two.
 */

static void
patron_accept_read(patron_accept_t *accept, const char *type,
    const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t                 len;
    unsigned               weight;
    const patron_uchar_t  *q, *next;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    for (q = p; q < end && *q != ';' && *q != ' ' && *q != '\t'; q++) {
        /* void */
    }

    len = (size_t) (q - p);

    if (len <= accept->type || !patron_accept_holds(p, len, type)) {
        return;
    }

    accept->type = len;
    accept->at = p;
    accept->weight = PATRON_WEIGHT_MOST;

    while ((q = memchr(q, ';', (size_t) (end - q))) != NULL) {
        q++;
        next = memchr(q, ';', (size_t) (end - q));

        if (patron_weight_read(q, next ? next : end, &weight) == PATRON_OK) {
            accept->weight = weight;
        }
    }
}


static int
patron_accept_holds(const patron_uchar_t *range, size_t len, const char *type)
{
    size_t          i;
    patron_uchar_t  c;

    if (len == 3 && memcmp(range, "*/*", 3) == 0) {
        return 1;
    }

    for (i = 0; i < len; i++) {
        c = range[i];

        if (c == '*' && i == len - 1 && i && range[i - 1] == '/') {
            return 1;
        }

        if (c >= 'A' && c <= 'Z') {
            c |= 0x20;
        }

        if (c == '\0' || c != (patron_uchar_t) type[i]) {
            return 0;
        }
    }

    return type[len] == '\0';
}
