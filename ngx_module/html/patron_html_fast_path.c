
/*
 * The fast paths of the tokenizer, by what this processor can do.
 */


#include "patron_html_fast_path.h"


#ifdef __SSE2__

static const patron_html_fast_paths_t  patron_html_fast_paths_16 = {
    patron_html_walk_16, patron_html_skim_16
};


#if (__x86_64__)

static const patron_html_fast_paths_t  patron_html_fast_paths_32 = {
    patron_html_walk_32, patron_html_skim_32
};

#endif

#endif


const patron_html_fast_paths_t *
patron_html_fast_paths(void)
{
#if (__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
        return &patron_html_fast_paths_32;
    }
#endif

#ifdef __SSE2__
    return &patron_html_fast_paths_16;
#else
    return NULL;
#endif
}
