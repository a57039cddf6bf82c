/*
 * Loads the library, checks and unloads it, time after time; no thread is left behind.
 *
 *     unload LIBRARY HOST:PORT
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>

#include "test.h"

typedef rdpcheck_status check_function(const char *, const rdpcheck_options *, rdpcheck_report **, rdpcheck_error **);
typedef void free_function(rdpcheck_report *);

static int count_threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    REQUIRE(tasks != NULL);
    for (struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        count += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}

int main(int argc, char **argv)
{
    REQUIRE(argc == 3);
    for (int i = 0; i < 20; i++) {
        check_function *check = NULL;
        free_function *report_free = NULL;
        rdpcheck_report *report = NULL;
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        REQUIRE(library != NULL);
        /* POSIX's way round the rule that object and function pointers do not convert. */
        *(void **)(&check) = dlsym(library, "rdpcheck_check");
        *(void **)(&report_free) = dlsym(library, "rdpcheck_report_free");
        REQUIRE(check != NULL && report_free != NULL);
        REQUIRE(check(argv[2], NULL, &report, NULL) == RDPCHECK_STATUS_OK);
        report_free(report);
        REQUIRE(count_threads() == 1);
        REQUIRE(dlclose(library) == 0);
    }
    return 0;
}
