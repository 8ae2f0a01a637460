
/*
 * Dialogues with a hostile server: the first byte chooses the purpose, the rest
 * are its replies.
 */


#include <stdlib.h>

#include "patron_dialogue.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                     rc;
    size_t                  i, argc, len;
    patron_str_t            argv[PATRON_DIALOGUE_ARGS];
    patron_resp_t           resp;
    patron_reply_t         *reply;
    patron_dialogue_t       d;
    patron_dialogue_conf_t  conf;

    if (size < 1) {
        return 0;
    }

    memset(&conf, 0, sizeof(conf));

    conf.purpose = data[0] % (PATRON_FOR_SENTINEL + 1);
    conf.has_password = (data[0] >> 4) & 1;
    conf.db = (data[0] >> 5) & 3;
    conf.sentinel.data = (const patron_uchar_t *) "mine";
    conf.sentinel.len = 4;
    conf.prefix[0] = conf.sentinel;
    conf.nprefixes = 1;

    patron_resp_init(&resp);
    rc = patron_resp_feed(&resp, data + 1, size - 1);
    patron_dialogue_start(&d, &conf);

    while (rc == PATRON_OK
           && patron_dialogue_next(&d, argv, &argc) == PATRON_OK)
    {
        if (argc == 0 || argc > PATRON_DIALOGUE_ARGS) {
            abort();
        }

        for (len = 0, i = 0; i < argc; i++) {
            len += patron_command_arg_len(argv[i].len);
        }

        if (len > 4096) {
            abort();
        }

        rc = patron_resp_next(&resp, &reply);

        if (rc == PATRON_OK) {
            rc = patron_dialogue_reply(&d, reply);

            if (rc == PATRON_ERROR && d.reason == NULL) {
                abort();
            }
        }
    }

    if (d.host_len > sizeof(d.host)) {
        abort();
    }

    patron_resp_done(&resp);

    return 0;
}
