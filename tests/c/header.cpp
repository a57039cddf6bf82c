// The header as C++.
#include <rdpcheck.h>
#include <rdpcheck.h>

#include <string_view>

int main()
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    options.depth = RDPCHECK_DEPTH_QUICK;
    rdpcheck_report *report = nullptr;
    const rdpcheck_status status = rdpcheck_check("127.0.0.1:1", &options, &report, nullptr);
    if (status != RDPCHECK_STATUS_OK || rdpcheck_report_headline(report) != RDPCHECK_HEADLINE_UNREACHABLE) {
        return 1;
    }
    const rdpcheck_str summary = rdpcheck_report_summary(report);
    const bool empty = std::string_view(summary.data, summary.len).empty();
    const std::string_view version = rdpcheck_version();
    rdpcheck_report_free(report);
    return empty || version != RDPCHECK_VERSION ? 1 : 0;
}
