/*
 * Does what is forbidden, to show that the tools that watch memory are on and see the library's.
 *
 *     misuse use-after-free | leak
 */
#include "test.h"

static void leak(void)
{
    rdpcheck_error *error = NULL;
    rdpcheck_report *report = NULL;
    REQUIRE(rdpcheck_check("", NULL, &report, &error) == RDPCHECK_STATUS_INVALID_TARGET);
}

static int use_after_free(void)
{
    rdpcheck_error *error = NULL;
    rdpcheck_report *report = NULL;
    REQUIRE(rdpcheck_check("", NULL, &report, &error) == RDPCHECK_STATUS_INVALID_TARGET);
    const volatile char *message = rdpcheck_error_message(error).data;
    rdpcheck_error_free(error);
    return message[0] == '\0';
}

int main(int argc, char **argv)
{
    REQUIRE(argc == 2);
    if (strcmp(argv[1], "use-after-free") == 0) {
        return use_after_free();
    }
    /* Several, as the address of the last one may still lie in a register. */
    for (int i = 0; i < 10; i++) {
        leak();
    }
    return 0;
}
