
/*
 * Members' records, typed by people and written by other programs: nothing in
 * them is trusted to be well-formed.
 */


#include "patron_record.h"


#define PATRON_RECORD_MSEC  INT64_C(100000000000)


static int64_t patron_record_time(const patron_reply_t *field,
    const char *warning, patron_record_t *record);
static patron_record_status_e patron_record_status(
    const patron_reply_t *field, patron_record_t *record);
static size_t patron_record_text(patron_uchar_t *dst, size_t size,
    const patron_reply_t *field);
static int patron_record_printable(uint64_t word);
static int patron_record_word(const patron_str_t *s, const char *word);
static int patron_key_plain(patron_uchar_t c);
static int patron_key_hex(patron_uchar_t c);


patron_uchar_t *
patron_record_hmget(patron_uchar_t *dst, const patron_uchar_t *key, size_t len)
{
    static const char  head[] = "*10\r\n$5\r\nHMGET\r\n";
    static const char  fields[] = "$4\r\ntier\r\n$4\r\nname\r\n"
                                  "$6\r\nstatus\r\n$5\r\nuntil\r\n"
                                  "$10\r\nnot_before\r\n"
                                  "$10\r\ngave_until\r\n"
                                  "$11\r\ngrace_until\r\n"
                                  "$4\r\nrest\r\n";

    memcpy(dst, head, sizeof(head) - 1);
    dst = patron_command_arg(dst + sizeof(head) - 1, key, len);

    memcpy(dst, fields, sizeof(fields) - 1);

    return dst + sizeof(fields) - 1;
}


patron_uchar_t *
patron_record_pttl(patron_uchar_t *dst, const patron_uchar_t *key, size_t len)
{
    static const char  head[] = "*2\r\n$4\r\nPTTL\r\n";

    memcpy(dst, head, sizeof(head) - 1);

    return patron_command_arg(dst + sizeof(head) - 1, key, len);
}


int
patron_record_read(patron_record_t *record, const patron_reply_t *reply)
{
    int                    n;
    size_t                 i;
    const patron_reply_t  *field[PATRON_RECORD_FIELDS];

    if (patron_reply_elements(reply) != PATRON_RECORD_FIELDS) {
        return PATRON_ERROR;
    }

    for (n = 0, i = 0; i < PATRON_RECORD_FIELDS; i++) {
        field[i] = patron_reply_element(reply, i);

        switch (patron_reply_type(field[i])) {

        case PATRON_REPLY_STRING:
            n++;
            break;

        case PATRON_REPLY_NIL:
            break;

        default:
            return PATRON_ERROR;
        }
    }

    record->warning = NULL;

    record->tier_len = patron_record_text(record->tier,
                                          PATRON_RECORD_FIELD_MAX, field[0]);
    record->name_len = patron_record_text(record->name,
                                          PATRON_RECORD_FIELD_MAX, field[1]);
    record->status = patron_record_status(field[2], record);
    record->until = patron_record_time(field[3], "\"until\" is no time",
                                       record);
    record->not_before = patron_record_time(field[4], NULL, record);
    record->gave_until = patron_record_time(field[5],
                                            "\"gave_until\" is no time",
                                            record);
    record->grace_until = patron_record_time(field[6],
                                             "\"grace_until\" is no time",
                                             record);
    record->rest_len = patron_record_text(record->rest,
                                          PATRON_RECORD_REST_MAX, field[7]);

    return n;
}


/*
 * A time that is no number must not grant anything: as an end (with a warning
 * to give) it has passed, as a beginning it never comes.  One that would be
 * thousands of years away is of milliseconds; what is longer is no time.
 */

static int64_t
patron_record_time(const patron_reply_t *field, const char *warning,
    patron_record_t *record)
{
    int64_t       time;
    patron_str_t  s;

    s = patron_reply_str(field);

    if (s.len == 0) {
        return 0;
    }

    time = patron_reply_int(field, -1);

    if (time == -1 || time / 1000 >= PATRON_RECORD_MSEC) {
        record->warning = warning ? warning : "\"not_before\" is no time";
        return warning ? 1 : PATRON_RECORD_TIME_MAX;
    }

    if (time >= PATRON_RECORD_MSEC) {
        time /= 1000;
    }

    if (time < 0) {
        return warning ? 1 : 0;
    }

    return (time > PATRON_RECORD_TIME_MAX) ? PATRON_RECORD_TIME_MAX : time;
}


static patron_record_status_e
patron_record_status(const patron_reply_t *field, patron_record_t *record)
{
    patron_str_t  s;

    s = patron_reply_str(field);

    if (s.len == 0 || patron_record_word(&s, "active")) {
        return PATRON_RECORD_ACTIVE;
    }

    if (patron_record_word(&s, "grace")) {
        return PATRON_RECORD_GRACE;
    }

    if (patron_record_word(&s, "supporter")) {
        return PATRON_RECORD_SUPPORTER;
    }

    if (patron_record_word(&s, "revoked")) {
        return PATRON_RECORD_REVOKED;
    }

    if (!patron_record_word(&s, "paused")) {
        record->warning = "\"status\" is not a known word";
    }

    return PATRON_RECORD_PAUSED;
}


/*
 * A word of small letters, whatever their case here.  No byte is taken for the
 * end of the word, so that nothing is read behind it.
 */

static int
patron_record_word(const patron_str_t *s, const char *word)
{
    size_t  i;

    for (i = 0; i < s->len; i++) {
        if ((s->data[i] | 0x20) != (patron_uchar_t) word[i]) {
            return 0;
        }
    }

    return word[i] == '\0';
}


static size_t
patron_record_text(patron_uchar_t *dst, size_t size,
    const patron_reply_t *field)
{
    size_t          i, len, end;
    uint64_t        word;
    patron_str_t    s;
    patron_uchar_t  c;

    s = patron_reply_str(field);
    end = s.len;

    if (end > size) {
        end = size;

        while (end > 0 && (s.data[end] & 0xc0) == 0x80) {
            end--;
        }
    }

    for (i = 0; end - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, s.data + i, sizeof(word));

        if (!patron_record_printable(word)) {
            break;
        }

        memcpy(dst + i, &word, sizeof(word));
    }

    for (len = i; i < end; i++) {
        c = s.data[i];

        if (c >= 0x20 && c < 0x7f) {
            dst[len++] = c;
            continue;
        }

        if (c < 0x80) {
            continue;
        }

        /* U+0080 to U+009F: control characters in UTF-8 too */

        if (c == 0xc2 && i + 1 < end
            && s.data[i + 1] >= 0x80 && s.data[i + 1] < 0xa0)
        {
            i++;
            continue;
        }

        dst[len++] = c;
    }

    return len;
}


/*
 * Eight bytes of printable ASCII: taking 0x20 away from none of them borrows,
 * adding 1 to none makes 0x80.
 */

static int
patron_record_printable(uint64_t word)
{
    const uint64_t  ones = 0x0101010101010101ULL;

    return (((word - 0x20 * ones) | (word + ones) | word) & 0x80 * ones) == 0;
}


patron_uchar_t *
patron_key_escape(patron_uchar_t *dst, const patron_uchar_t *data, size_t len)
{
    size_t  i;

    static const char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < len; i++) {

        if (patron_key_plain(data[i])) {
            *dst++ = data[i];
            continue;
        }

        *dst++ = '%';
        *dst++ = (patron_uchar_t) hex[data[i] >> 4];
        *dst++ = (patron_uchar_t) hex[data[i] & 0xf];
    }

    return dst;
}


int
patron_key_unescape(patron_uchar_t *dst, size_t size, size_t *len,
    const patron_uchar_t *data, size_t data_len)
{
    int             high, low;
    size_t          i, n;
    patron_uchar_t  c;

    for (n = 0, i = 0; i < data_len; i++) {
        c = data[i];

        if (!patron_key_plain(c)) {

            if (c != '%' || data_len - i < 3) {
                return PATRON_ERROR;
            }

            high = patron_key_hex(data[i + 1]);
            low = patron_key_hex(data[i + 2]);

            if (high < 0 || low < 0
                || patron_key_plain((patron_uchar_t) (high << 4 | low)))
            {
                return PATRON_ERROR;
            }

            c = (patron_uchar_t) (high << 4 | low);
            i += 2;
        }

        if (n == size) {
            return PATRON_ERROR;
        }

        dst[n++] = c;
    }

    *len = n;

    return PATRON_OK;
}


static int
patron_key_plain(patron_uchar_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z')
           || c == '-' || c == '.' || c == '_' || c == '~';
}


static int
patron_key_hex(patron_uchar_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    return (c >= 'A' && c <= 'F') ? c - 'A' + 10 : -1;
}
