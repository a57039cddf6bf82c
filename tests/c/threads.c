/*
 * Eight threads check at once, then read one report and one explanation at once; the reports are freed on another
 * thread than the one that made them.
 *
 *     threads HOST:PORT
 */
#include <pthread.h>

#include "test.h"

enum { THREADS = 8 };

static const char *target;
static const rdpcheck_explanation *explanation;

static void *check(void *out)
{
    REQUIRE(rdpcheck_check(target, NULL, (rdpcheck_report **)out, NULL) == RDPCHECK_STATUS_OK);
    return NULL;
}

static void *read_all(void *report)
{
    for (size_t i = 0; i < rdpcheck_report_finding_count(report); i++) {
        const rdpcheck_finding *finding = rdpcheck_report_finding_at(report, i);
        whole(rdpcheck_finding_message(finding));
        REQUIRE(rdpcheck_report_finding_of(report, rdpcheck_finding_cause(finding)) == finding);
    }
    rdpcheck_string *json = rdpcheck_report_json(report, false);
    rdpcheck_string_free(json);
    for (size_t i = 0; i < rdpcheck_explanation_cause_count(explanation); i++) {
        REQUIRE(rdpcheck_cause_says(rdpcheck_explanation_cause_at(explanation, i))[0] != '\0');
    }
    rdpcheck_diff *diff = rdpcheck_report_diff(report, report);
    REQUIRE(rdpcheck_diff_change(diff) == RDPCHECK_CHANGE_SAME);
    rdpcheck_diff_free(diff);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    rdpcheck_report *reports[THREADS] = {NULL};
    REQUIRE(argc == 2);
    target = argv[1];
    rdpcheck_explanation *shared = rdpcheck_explain(0x904, 0x7);
    explanation = shared;
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, check, &reports[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(threads[i], NULL) == 0);
        REQUIRE(rdpcheck_report_headline(reports[i]) == rdpcheck_report_headline(reports[0]));
    }
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, read_all, reports[0]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        rdpcheck_report_free(reports[i]);
    }
    rdpcheck_explanation_free(shared);
    return 0;
}
