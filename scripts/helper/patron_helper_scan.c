
/*
 * The keys of a pattern, out of millions: SCAN by the five hundred.  "redis-cli
 * --scan" takes ten at a time, which is fifty times the way there and back; so
 * many keep Redis from its other work for less than a millisecond.
 */


#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include <sys/wait.h>

#include "patron_helper_redis.h"


#define PATRON_HELPER_SCAN  "500"


typedef struct {
    FILE   *in;                     /* what redis-cli says */
    FILE   *out;                    /* what it is told */
    pid_t   pid;
} patron_helper_client_t;


static void patron_helper_client_start(patron_helper_client_t *client,
    char **argv);
static void patron_helper_scan_reply(patron_helper_client_t *client,
    char *cursor, size_t size);
static void patron_helper_scan_key(const char *quoted, size_t len);


/* PATTERN REDIS-CLI [WORD ...]; a key may come twice, as SCAN has it. */

void
patron_helper_scan(int argc, char **argv)
{
    char                    cursor[32];
    patron_str_t            pattern;
    patron_helper_client_t  client;

    (void) argc;

    patron_helper_client_start(&client, argv + 1);

    pattern = patron_helper_str(argv[0]);
    strcpy(cursor, "0");

    do {
        /* a line that is no list ends the reply, whatever its length */

        fprintf(client.out, "SCAN %s MATCH", cursor);
        patron_helper_quote(client.out, &pattern);
        fputs(" COUNT " PATRON_HELPER_SCAN "\nPING\n", client.out);
        fflush(client.out);

        patron_helper_scan_reply(&client, cursor, sizeof(cursor));

        /* who reads them may want no more */

    } while (fflush(stdout) == 0 && strcmp(cursor, "0") != 0);

    fclose(client.out);
    fclose(client.in);

    waitpid(client.pid, NULL, 0);
}


static void
patron_helper_client_start(patron_helper_client_t *client, char **argv)
{
    int  to[2], from[2];

    /* what goes to one that has ended is an error, and no end of this one */

    signal(SIGPIPE, SIG_IGN);

    if (pipe(to) == -1 || pipe(from) == -1) {
        patron_helper_die(PATRON_HELPER_FAILED, "pipe: %s", strerror(errno));
    }

    client->pid = fork();

    if (client->pid == -1) {
        patron_helper_die(PATRON_HELPER_FAILED, "fork: %s", strerror(errno));
    }

    if (client->pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        dup2(from[1], STDERR_FILENO);
        close(to[1]);
        close(from[0]);
        execvp(argv[0], argv);
        _exit(127);
    }

    close(to[0]);
    close(from[1]);

    client->out = fdopen(to[1], "w");
    client->in = fdopen(from[0], "r");

    if (client->out == NULL || client->in == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "no memory");
    }
}


/* Prints the keys, and leaves the next cursor; "0": there are no more. */

static void
patron_helper_scan_reply(patron_helper_client_t *client, char *cursor,
    size_t size)
{
    int      first;
    char    *quoted;
    ssize_t  len;

    static char    *line;
    static size_t   room;

    for (first = 1; /* void */; first = 0) {
        len = getline(&line, &room, client->in);

        if (len == -1) {
            patron_helper_die(PATRON_HELPER_FAILED,
                              "Redis: the connection was lost");
        }

        if (line[len - 1] == '\n') {
            line[--len] = '\0';
        }

        if (!first && strcmp(line, "PONG") == 0) {
            return;
        }

        quoted = strchr(line, '"');

        if (first && (quoted == NULL || strncmp(line, "1) \"", 4) != 0)) {
            patron_helper_die(PATRON_HELPER_FAILED, "Redis: %s",
                              strncmp(line, "(error) ", 8) == 0 ? line + 8
                                                                : line);
        }

        if (quoted == NULL || line + len - quoted < 2) {
            continue;
        }

        quoted++;
        len = line + len - 1 - quoted;

        if (!first) {
            patron_helper_scan_key(quoted, (size_t) len);
            continue;
        }

        if ((size_t) len >= size) {
            patron_helper_die(PATRON_HELPER_FAILED, "Redis: no cursor");
        }

        memcpy(cursor, quoted, (size_t) len);
        cursor[len] = '\0';
    }
}


/* One that nobody can have made here is not shown. */

static void
patron_helper_scan_key(const char *quoted, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (quoted[i] <= ' ' || quoted[i] > '~' || quoted[i] == '\\') {
            return;
        }
    }

    fwrite(quoted, 1, len, stdout);
    putchar('\n');
}
