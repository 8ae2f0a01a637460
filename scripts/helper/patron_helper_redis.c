
/*
 * Redis by redis-cli: its options for a URL, the commands it is given, and the
 * replies that it shows.
 */


#include "patron_helper_redis.h"
#include "patron_url.h"


#define PATRON_HELPER_LINES_MAX  ((size_t) 1 << 30)


static int patron_helper_line(patron_str_t *line);
static size_t patron_helper_index(patron_str_t *line);
static void patron_helper_element(patron_helper_reply_t *reply,
    patron_str_t *text);
static void patron_helper_unquote(patron_str_t *text);
static int patron_helper_hex(int c);


/* A line that was read too early, for the next reply. */

static patron_str_t  patron_helper_held;


/* The password, if any, on the first line, then a word of options on each. */

void
patron_helper_url(int argc, char **argv)
{
    const char      *err;
    patron_url_t     url;
    patron_str_t     text;
    patron_uchar_t  *buf;

    (void) argc;
    (void) argv;

    text = patron_helper_read(NULL, PATRON_HELPER_LINES_MAX);

    if (text.len && text.data[text.len - 1] == '\n') {
        text.len--;
    }

    buf = patron_helper_alloc(text.len);

    if (patron_url_parse(&text, buf, &url, &err) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_USAGE, "not a Redis URL: %s", err);
    }

    printf("%.*s\n", (int) url.password.len, (char *) url.password.data);

    if (url.path.len) {
        printf("-s\n%.*s\n", (int) url.path.len, (char *) url.path.data);
    }

    if (url.user.len) {
        printf("--user\n%.*s\n", (int) url.user.len, (char *) url.user.data);
    }

    if (url.host.len && !patron_helper_is(&url.host, "127.0.0.1")) {
        printf("-h\n%.*s\n", (int) url.host.len, (char *) url.host.data);
    }

    if (url.host.len && url.port != PATRON_REDIS_PORT) {
        printf("-p\n%u\n", url.port);
    }

    if (url.has_db) {
        printf("-n\n%u\n", url.db);
    }

    if (url.tls) {
        puts("--tls");
    }
}


/* The same command for each name on standard input, as lines for redis-cli. */

void
patron_helper_commands(int argc, char **argv)
{
    int           k;
    size_t        i, n, prefix;
    patron_str_t *names, key, word;

    names = patron_helper_lines(NULL, &n);
    prefix = strlen(argv[1]);

    for (i = 0; i < n; i++) {
        key.len = prefix + names[i].len;
        key.data = patron_helper_alloc(key.len);

        memcpy((void *) key.data, argv[1], prefix);
        memcpy((void *) (key.data + prefix), names[i].data, names[i].len);

        fputs(argv[0], stdout);
        patron_helper_quote(stdout, &key);

        for (k = 2; k < argc; k++) {
            word = patron_helper_str(argv[k]);
            patron_helper_quote(stdout, &word);
        }

        putchar('\n');
        free((void *) key.data);
    }
}


void
patron_helper_quote(FILE *out, const patron_str_t *s)
{
    size_t          i;
    patron_uchar_t  c;

    fputs(" \"", out);

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
            fprintf(out, "\\x%02x", c);

        } else {
            fputc(c, out);
        }
    }

    fputc('"', out);
}


patron_str_t *
patron_helper_lines(const char *name, size_t *n)
{
    size_t                  size;
    patron_str_t            text, *lines;
    const patron_uchar_t   *p, *end, *next;

    text = patron_helper_read(name, PATRON_HELPER_LINES_MAX);
    end = text.data + text.len;

    *n = 0;
    size = 64;
    lines = patron_helper_alloc(size * sizeof(patron_str_t));

    for (p = text.data; p < end; p = next + 1) {
        next = memchr(p, '\n', end - p);

        if (next == NULL) {
            next = end;
        }

        if (*n == size) {
            size *= 2;
            lines = patron_helper_realloc(lines, size * sizeof(patron_str_t));
        }

        lines[*n].data = p;
        lines[*n].len = next - p;
        (*n)++;
    }

    return lines;
}


int
patron_helper_next(FILE *in, patron_str_t *line)
{
    ssize_t  len;

    static char    *data;
    static size_t   size;

    len = getline(&data, &size, in);

    if (len > 0 && data[len - 1] == '\n') {
        data[--len] = '\0';
    }

    line->data = (patron_uchar_t *) data;
    line->len = len > 0 ? (size_t) len : 0;

    return len >= 0;
}


/*
 * A list is lines that begin with 1) and go on counting, anything else is one
 * line.
 */

int
patron_helper_reply(patron_helper_reply_t *reply)
{
    size_t        i;
    patron_str_t  line, text;

    for (i = 0; i < reply->n; i++) {
        free((void *) reply->elements[i].data);
    }

    reply->n = 0;

    do {
        if (!patron_helper_line(&line)) {
            return 0;
        }
    } while (line.len == 0);

    text = line;

    if (patron_helper_index(&text) != 1) {

        if (line.len > 6 && memcmp(line.data, "(empty", 6) == 0) {
            reply->type = PATRON_HELPER_LIST;
            return 1;
        }

        reply->type = PATRON_HELPER_VALUE;

        if (line.len > 8 && memcmp(line.data, "(error) ", 8) == 0) {
            reply->type = PATRON_HELPER_ERROR;

        } else if (line.len > 10 && memcmp(line.data, "(integer) ", 10) == 0) {
            reply->type = PATRON_HELPER_NUMBER;
        }

        patron_helper_element(reply, &line);
        return 1;
    }

    reply->type = PATRON_HELPER_LIST;

    do {
        patron_helper_element(reply, &text);

        if (!patron_helper_line(&line)) {
            return 1;
        }

        text = line;

    } while (patron_helper_index(&text) == reply->n + 1);

    patron_helper_held = patron_helper_copy(&line);

    return 1;
}


static int
patron_helper_line(patron_str_t *line)
{
    ssize_t  len;

    static char    *data;
    static size_t   size;

    if (patron_helper_held.data) {
        free(data);

        data = (char *) patron_helper_held.data;
        size = patron_helper_held.len + 1;
        len = (ssize_t) patron_helper_held.len;
        patron_helper_held.data = NULL;

    } else {
        len = getline(&data, &size, stdin);

        if (len > 0 && data[len - 1] == '\n') {
            data[--len] = '\0';
        }
    }

    line->data = (patron_uchar_t *) data;
    line->len = len > 0 ? (size_t) len : 0;

    return len >= 0;
}


/* Takes " 12) " off a line; 0 where it does not begin so. */

static size_t
patron_helper_index(patron_str_t *line)
{
    size_t  i, index;

    index = 0;

    for (i = 0; i < line->len && line->data[i] == ' '; i++) { /* void */ }

    while (i < line->len && line->data[i] >= '0' && line->data[i] <= '9'
           && index < 100000000)
    {
        index = index * 10 + (line->data[i++] - '0');
    }

    if (line->len - i < 2 || line->data[i] != ')' || line->data[i + 1] != ' ')
    {
        return 0;
    }

    line->data += i + 2;
    line->len -= i + 2;

    return index;
}


static void
patron_helper_element(patron_helper_reply_t *reply, patron_str_t *text)
{
    patron_str_t  copy;

    if (reply->n == reply->size) {
        reply->size = reply->size ? 2 * reply->size : 8;
        reply->elements = patron_helper_realloc(reply->elements,
                                     reply->size * sizeof(patron_str_t));
    }

    if (patron_helper_is(text, "(nil)")) {
        copy.data = NULL;
        copy.len = 0;

    } else {
        copy = patron_helper_copy(text);
        patron_helper_unquote(&copy);
    }

    reply->elements[reply->n++] = copy;
}


/* In place, ended by a NUL.  What has no quotes is a number or an error. */

static void
patron_helper_unquote(patron_str_t *text)
{
    size_t                  i, skip;
    patron_uchar_t         *p, *dst;

    static const char  escapes[] = "nrtab";
    static const char  bytes[] = "\n\r\t\a\b";
    const char        *at;

    p = (patron_uchar_t *) text->data;

    if (text->len < 2 || p[0] != '"' || p[text->len - 1] != '"') {
        skip = (text->len > 8 && memcmp(p, "(error) ", 8) == 0) ? 8
               : (text->len > 10 && memcmp(p, "(integer) ", 10) == 0) ? 10 : 0;

        text->len -= skip;
        memmove(p, p + skip, text->len);
        p[text->len] = '\0';
        return;
    }

    dst = p;

    for (i = 1; i + 1 < text->len; i++) {

        if (p[i] != '\\' || i + 2 >= text->len) {
            *dst++ = p[i];
            continue;
        }

        i++;
        at = strchr(escapes, p[i]);

        if (p[i] == 'x' && i + 3 < text->len && patron_helper_hex(p[i + 1]) >= 0
            && patron_helper_hex(p[i + 2]) >= 0)
        {
            *dst++ = (patron_uchar_t) (patron_helper_hex(p[i + 1]) << 4
                                       | patron_helper_hex(p[i + 2]));
            i += 2;

        } else {
            *dst++ = at ? (patron_uchar_t) bytes[at - escapes] : p[i];
        }
    }

    text->len = dst - p;
    *dst = '\0';
}


static int
patron_helper_hex(int c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


const patron_str_t *
patron_helper_field(const patron_helper_reply_t *reply, const char *name)
{
    size_t  i;

    for (i = 0; i + 1 < reply->n; i += 2) {
        if (patron_helper_is(&reply->elements[i], name)) {
            return &reply->elements[i + 1];
        }
    }

    return NULL;
}


patron_str_t
patron_helper_encode(const patron_str_t *s)
{
    char           *p;
    size_t          i;
    patron_str_t    encoded;
    patron_uchar_t  c;

    p = patron_helper_alloc(3 * s->len + 1);
    encoded.data = (patron_uchar_t *) p;

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
            || (c >= 'a' && c <= 'z') || (c && strchr("-._~", c)))
        {
            *p++ = (char) c;

        } else {
            p += sprintf(p, "%%%02X", c);
        }
    }

    encoded.len = (patron_uchar_t *) p - encoded.data;

    return encoded;
}


patron_str_t
patron_helper_decode(const patron_str_t *s)
{
    size_t           i, n;
    patron_str_t     decoded;
    patron_uchar_t  *p;

    decoded = patron_helper_copy(s);
    p = (patron_uchar_t *) decoded.data;

    for (i = 0, n = 0; i < s->len; i++) {

        if (p[i] == '%' && i + 2 < s->len && patron_helper_hex(p[i + 1]) >= 0
            && patron_helper_hex(p[i + 2]) >= 0)
        {
            p[n++] = (patron_uchar_t) (patron_helper_hex(p[i + 1]) << 4
                                       | patron_helper_hex(p[i + 2]));
            i += 2;

        } else {
            p[n++] = p[i];
        }
    }

    decoded.len = n;

    return decoded;
}


patron_str_t
patron_helper_behind(const patron_str_t *key, const char *prefix)
{
    size_t        len;
    patron_str_t  rest;

    len = strlen(prefix);
    rest = *key;

    if (key->len >= len && memcmp(key->data, prefix, len) == 0) {
        rest.data += len;
        rest.len -= len;
    }

    return rest;
}


void
patron_helper_records(char **argv, const char *title,
    patron_helper_record_pt show)
{
    int                     json;
    size_t                  i, k, n, npublished;
    patron_str_t           *names, *published;
    patron_helper_reply_t   reply;

    names = patron_helper_lines(argv[0], &n);
    published = patron_helper_lines(argv[1], &npublished);
    json = (strcmp(argv[2], "json") == 0);

    memset(&reply, 0, sizeof(patron_helper_reply_t));

    puts(json ? "[" : title);

    for (i = 0; i < n && patron_helper_reply(&reply); i++) {

        for (k = 0; k < npublished; k++) {
            if (published[k].len == names[i].len
                && memcmp(published[k].data, names[i].data, names[i].len) == 0)
            {
                break;
            }
        }

        if (json && i) {
            puts(",");
        }

        show(&names[i], k < npublished, &reply, json);
    }

    patron_helper_complete(i, n);

    if (json) {
        puts("\n]");
    }
}


void
patron_helper_complete(size_t replies, size_t asked)
{
    if (replies < asked) {
        patron_helper_die(PATRON_HELPER_FAILED,
                          "Redis: the connection was lost");
    }
}


void
patron_helper_pad(const patron_str_t *s, size_t width)
{
    size_t  n;

    static const patron_str_t  none = patron_string("-");

    if (s->len == 0) {
        s = &none;
    }

    patron_helper_clean(stdout, s);

    n = s->len;

    do {
        putchar(' ');
    } while (++n < width);
}


void
patron_helper_wrong(const patron_str_t *key,
    const patron_helper_reply_t *reply)
{
    fputs("patron: ", stderr);
    patron_helper_clean(stderr, key);
    fputs(": ", stderr);

    if (reply->type == PATRON_HELPER_ERROR) {
        patron_helper_clean(stderr, &reply->elements[0]);

    } else {
        fputs("an unexpected answer of Redis", stderr);
    }

    fputc('\n', stderr);
}
