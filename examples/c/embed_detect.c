/*
 * What an agent adds to detect hosts that clients cannot reach with "error code 0x904, extended error code 0x7".
 *
 *     embed_detect HOST[:PORT]
 *
 * Exit status: 0 the host is not in that state, 1 it is, 3 the check could not be carried out.
 */
#include <stdio.h>

#include <rdpcheck.h>

static int detect_0x904_0x7(const char *host)
{
    rdpcheck_report *report = NULL;
    if (rdpcheck_check(host, NULL, &report, NULL) != RDPCHECK_STATUS_OK) {
        return 3;
    }
    bool detected = rdpcheck_report_detects(report, 0x904, 0x7);
    if (detected) {
        const rdpcheck_finding *best = rdpcheck_report_finding_at(report, 0);
        printf("%s: 0x904/0x7: %s: %s\n", host, rdpcheck_finding_cause(best), rdpcheck_finding_message(best).data);
    }
    rdpcheck_report_free(report);
    return detected ? 1 : 0;
}

int main(int argc, char **argv)
{
    return argc == 2 ? detect_0x904_0x7(argv[1]) : 3;
}
