/* A claim about the firmware: if it doesn't hold, the fuzzer is told, with the claim's own words. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(claim, words)                                                                                                  \
    do {                                                                                                                       \
        if (!(claim)) {                                                                                                        \
            fprintf(stderr, "BROKEN: %s\n  %s (%s:%d)\n", words, #claim, __FILE__, __LINE__);                                  \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

#endif
