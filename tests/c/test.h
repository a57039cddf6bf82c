/* What the test programs share. */
#ifndef RDPCHECK_TEST_H
#define RDPCHECK_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rdpcheck.h>

/* As assert(), and not switched off by NDEBUG. */
#define REQUIRE(condition)                                                                  \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);       \
            exit(1);                                                                        \
        }                                                                                   \
    } while (0)

/* A text is whole: it ends where its length says, and nowhere before. */
static inline const char *whole(rdpcheck_str text)
{
    REQUIRE(text.data != NULL);
    REQUIRE(strlen(text.data) == text.len);
    return text.data;
}

#define REQUIRE_TEXT(text, expected) REQUIRE(strcmp(whole(text), expected) == 0)

#endif
