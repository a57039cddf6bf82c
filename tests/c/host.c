/*
 * Everything that can be asked of a report, on a host.
 *
 *     host HOST:PORT HEADLINE
 */
#include "test.h"

static rdpcheck_report *check(const char *target, const rdpcheck_options *options)
{
    rdpcheck_report *report = NULL;
    rdpcheck_error *error = NULL;
    rdpcheck_status status = rdpcheck_check(target, options, &report, &error);
    if (status != RDPCHECK_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", rdpcheck_status_name(status), rdpcheck_error_message(error).data);
        exit(1);
    }
    REQUIRE(report != NULL && error == NULL);
    return report;
}

static void walk_finding(const rdpcheck_report *report, const rdpcheck_finding *finding)
{
    REQUIRE(rdpcheck_report_finding_of(report, rdpcheck_finding_cause(finding)) == finding);
    REQUIRE(rdpcheck_verdict_code(rdpcheck_finding_verdict(finding))[0] != '\0');
    REQUIRE(rdpcheck_finding_is_open(finding) == (rdpcheck_finding_verdict(finding) <= RDPCHECK_VERDICT_POSSIBLE));
    whole(rdpcheck_finding_message(finding));
    whole(rdpcheck_finding_not_proved(finding));
    whole(rdpcheck_finding_contradiction(finding));
    for (size_t i = 0; i < rdpcheck_finding_rule_count(finding); i++) {
        REQUIRE(whole(rdpcheck_finding_rule_at(finding, i))[0] != '\0');
    }
    for (size_t i = 0; i < rdpcheck_finding_not_offered_count(finding); i++) {
        const rdpcheck_not_offered *advice = rdpcheck_finding_not_offered_at(finding, i);
        REQUIRE(whole(rdpcheck_not_offered_advice(advice))[0] != '\0');
        REQUIRE(whole(rdpcheck_not_offered_reason(advice))[0] != '\0');
        REQUIRE(whole(rdpcheck_not_offered_source(advice))[0] != '\0');
    }
    for (size_t i = 0; i < rdpcheck_finding_evidence_count(finding); i++) {
        const rdpcheck_evidence *evidence = rdpcheck_finding_evidence_at(finding, i);
        REQUIRE(whole(rdpcheck_evidence_pointer(evidence))[0] == '/');
        REQUIRE(whole(rdpcheck_evidence_seen(evidence))[0] != '\0');
        const char *bearing = whole(rdpcheck_evidence_bearing(evidence));
        REQUIRE(strcmp(bearing, "for") == 0 || strcmp(bearing, "against") == 0);
    }
    for (size_t i = 0; i < rdpcheck_finding_remedy_count(finding); i++) {
        const rdpcheck_remedy *remedy = rdpcheck_finding_remedy_at(finding, i);
        const char *kind = whole(rdpcheck_remedy_kind(remedy));
        REQUIRE(strcmp(kind, "fix") == 0 || strcmp(kind, "isolation") == 0);
        REQUIRE(whole(rdpcheck_remedy_action(remedy))[0] != '\0');
        REQUIRE(whole(rdpcheck_remedy_place(remedy))[0] != '\0');
        REQUIRE(whole(rdpcheck_remedy_risk(remedy))[0] != '\0');
        REQUIRE(whole(rdpcheck_remedy_code(remedy))[0] != '\0');
        REQUIRE(whole(rdpcheck_remedy_source(remedy))[0] != '\0');
        REQUIRE((whole(rdpcheck_remedy_command(remedy))[0] != '\0') == (whole(rdpcheck_remedy_shell(remedy))[0] != '\0'));
        REQUIRE((whole(rdpcheck_remedy_undo(remedy))[0] == '\0') == (whole(rdpcheck_remedy_no_undo(remedy))[0] != '\0'));
        whole(rdpcheck_remedy_peer(remedy));
        whole(rdpcheck_remedy_restart(remedy));
    }
    for (size_t i = 0; i < rdpcheck_finding_settle_by_count(finding); i++) {
        REQUIRE(whole(rdpcheck_finding_settle_by_at(finding, i))[0] != '\0');
    }
    REQUIRE(rdpcheck_finding_evidence_at(finding, SIZE_MAX) == NULL);
    REQUIRE(rdpcheck_finding_remedy_at(finding, SIZE_MAX) == NULL);
    REQUIRE_TEXT(rdpcheck_finding_settle_by_at(finding, SIZE_MAX), "");
    REQUIRE_TEXT(rdpcheck_finding_rule_at(finding, SIZE_MAX), "");
    REQUIRE(rdpcheck_finding_not_offered_at(finding, SIZE_MAX) == NULL);
}

static void walk(const rdpcheck_report *report, const char *target, const char *headline)
{
    const rdpcheck_client_error *shown = rdpcheck_report_client_error(report);
    const rdpcheck_client_error *expected = rdpcheck_report_expected_client_error(report);
    uint32_t last = 0;

    REQUIRE(strcmp(rdpcheck_headline_code(rdpcheck_report_headline(report)), headline) == 0);
    REQUIRE(whole(rdpcheck_report_summary(report))[0] != '\0');
    REQUIRE_TEXT(rdpcheck_client_error_text(shown), "0x904/0x7");
    REQUIRE(rdpcheck_client_error_code(shown) == 0x904);
    REQUIRE(rdpcheck_client_error_has_extended(shown) && rdpcheck_client_error_extended(shown) == 7);
    if (expected != NULL) {
        REQUIRE(rdpcheck_report_detects_code(report, rdpcheck_client_error_code(expected)));
        REQUIRE(rdpcheck_report_detects(report, rdpcheck_client_error_code(expected),
                                        rdpcheck_client_error_extended(expected)));
    }
    REQUIRE(!rdpcheck_report_detects(report, 0xdead, 0));
    REQUIRE(whole(rdpcheck_report_expected_client_error_basis(report))[0] != '\0');
    REQUIRE(whole(rdpcheck_report_expected_client_error_reason(report))[0] != '\0');
    for (size_t i = 0; i < rdpcheck_report_alternative_client_error_count(report); i++) {
        REQUIRE(rdpcheck_report_alternative_client_error_at(report, i) != NULL);
    }
    REQUIRE(whole(rdpcheck_report_client_error_fit_outcome(report))[0] != '\0');
    REQUIRE(whole(rdpcheck_report_client_error_fit_message(report))[0] != '\0');
    REQUIRE(whole(rdpcheck_report_peer_product(report))[0] != '\0');
    whole(rdpcheck_report_peer_basis(report));
    REQUIRE_TEXT(rdpcheck_report_target_given(report), target);
    REQUIRE(strstr(target, whole(rdpcheck_report_target_host(report))) == target);
    REQUIRE(rdpcheck_report_target_port(report) != 0);
    REQUIRE_TEXT(rdpcheck_report_name_sent(report), "pc.example");
    REQUIRE(rdpcheck_report_address_count(report) == 1);
    REQUIRE(whole(rdpcheck_report_address_at(report, 0))[0] != '\0');
    REQUIRE_TEXT(rdpcheck_report_address_at(report, 1), "");
    REQUIRE(rdpcheck_report_connections(report) >= 1);
    REQUIRE(rdpcheck_report_connections_at_once(report) >= 1);
    REQUIRE(rdpcheck_report_connections_at_once(report) <= rdpcheck_report_connections(report));
    REQUIRE(rdpcheck_report_depth(report) == RDPCHECK_DEPTH_QUICK);
    REQUIRE(rdpcheck_report_expiry_threshold_days(report) == 0);
    REQUIRE(rdpcheck_report_schema_version(report) == 1);
    REQUIRE(rdpcheck_report_duration_seconds(report) > 0.0);
    REQUIRE(rdpcheck_report_finished_at_unix_seconds(report) >= rdpcheck_report_started_at_unix_seconds(report));
    for (uint32_t stage = RDPCHECK_STAGE_RESOLVE; stage <= RDPCHECK_STAGE_TLS_SUPPORT; stage++) {
        rdpcheck_stage_status status = rdpcheck_report_stage_status(report, stage);
        REQUIRE(status != RDPCHECK_STAGE_STATUS_NONE);
        REQUIRE(whole(rdpcheck_report_stage_reason(report, stage))[0] != '\0');
        REQUIRE((rdpcheck_report_stage_elapsed_seconds(report, stage) < 0.0) == (status == RDPCHECK_STAGE_STATUS_SKIPPED));
    }
    REQUIRE(rdpcheck_report_finding_count(report) == rdpcheck_cause_count());
    for (size_t i = 0; i < rdpcheck_report_finding_count(report); i++) {
        const rdpcheck_finding *finding = rdpcheck_report_finding_at(report, i);
        walk_finding(report, finding);
        if (rdpcheck_report_headline(report) != RDPCHECK_HEADLINE_HEALTHY) {
            REQUIRE(last <= (uint32_t)rdpcheck_finding_verdict(finding));
            last = rdpcheck_finding_verdict(finding);
        }
    }
    REQUIRE(rdpcheck_report_finding_at(report, SIZE_MAX) == NULL);
    REQUIRE((rdpcheck_report_client_count(report) > 0)
            == (rdpcheck_report_stage_status(report, RDPCHECK_STAGE_CONNECT) == RDPCHECK_STAGE_STATUS_COMPLETED));
    for (size_t i = 0; i < rdpcheck_report_client_count(report); i++) {
        const rdpcheck_client_outlook *outlook = rdpcheck_report_client_at(report, i);
        bool stops = rdpcheck_client_outlook_outcome(outlook) == RDPCHECK_OUTCOME_STOPS;
        REQUIRE(rdpcheck_outcome_code(rdpcheck_client_outlook_outcome(outlook))[0] != '\0');
        REQUIRE(whole(rdpcheck_client_outlook_client(outlook))[0] != '\0');
        REQUIRE(whole(rdpcheck_client_outlook_name(outlook))[0] != '\0');
        REQUIRE(whole(rdpcheck_client_outlook_reason(outlook))[0] != '\0');
        REQUIRE((rdpcheck_client_outlook_stage(outlook) != RDPCHECK_STAGE_NONE) == stops);
        REQUIRE(stops || rdpcheck_client_outlook_cause(outlook)[0] == '\0');
        REQUIRE(rdpcheck_client_outlook_reaches(outlook) <= RDPCHECK_STAGE_TLS_SUPPORT);
        for (size_t w = 0; w < rdpcheck_client_outlook_warns_count(outlook); w++) {
            REQUIRE(rdpcheck_report_finding_of(report, rdpcheck_client_outlook_warns_at(outlook, w)) != NULL);
        }
        REQUIRE(rdpcheck_client_outlook_warns_at(outlook, SIZE_MAX) == NULL);
    }
    REQUIRE(rdpcheck_report_client_at(report, SIZE_MAX) == NULL);
}

static void free_in_any_order(const char *target, const rdpcheck_options *options)
{
    rdpcheck_report *report = check(target, options);
    rdpcheck_report *again = NULL;
    rdpcheck_string *text = rdpcheck_report_text(report);
    rdpcheck_string *line = rdpcheck_report_json(report, false);
    rdpcheck_string *lines = rdpcheck_report_json(report, true);
    rdpcheck_report_free(report);
    REQUIRE(strchr(whole(rdpcheck_string_view(line)), '\n') == NULL);
    REQUIRE(strchr(whole(rdpcheck_string_view(lines)), '\n') != NULL);
    REQUIRE(rdpcheck_report_from_json(rdpcheck_string_view(lines).data, &again, NULL) == RDPCHECK_STATUS_OK);
    rdpcheck_string_free(lines);
    lines = rdpcheck_report_json(again, false);
    REQUIRE_TEXT(rdpcheck_string_view(lines), rdpcheck_string_view(line).data);
    rdpcheck_string_free(line);
    rdpcheck_report_free(again);
    REQUIRE(whole(rdpcheck_string_view(text))[0] != '\0');
    rdpcheck_string_free(lines);
    rdpcheck_string_free(text);
}

/* The same check twice, judged anew and compared; what is made of a report outlives it. */
static void compare(const char *target, const rdpcheck_options *options)
{
    rdpcheck_report *before = check(target, options);
    rdpcheck_report *after = check(target, options);
    rdpcheck_diff *diff = rdpcheck_report_diff(before, after);
    rdpcheck_report *again = rdpcheck_report_diagnosed_again(before);
    rdpcheck_string *stored = rdpcheck_report_json(before, false);
    rdpcheck_report *other = NULL;
    rdpcheck_client_error *shown = rdpcheck_client_error_new(0x204, 0);
    REQUIRE(rdpcheck_report_diff(before, NULL) == NULL);
    REQUIRE(rdpcheck_report_diff(NULL, after) == NULL);
    rdpcheck_report_free(after);
    rdpcheck_report_free(before);

    rdpcheck_string *text = rdpcheck_report_json(again, false);
    REQUIRE_TEXT(rdpcheck_string_view(text), rdpcheck_string_view(stored).data);
    rdpcheck_string_free(text);
    REQUIRE(rdpcheck_report_diagnose_json(rdpcheck_string_view(stored).data, shown, &other, NULL) == RDPCHECK_STATUS_OK);
    rdpcheck_client_error_free(shown);
    rdpcheck_string_free(stored);
    REQUIRE_TEXT(rdpcheck_client_error_text(rdpcheck_report_client_error(other)), "0x204/0x0");
    REQUIRE(rdpcheck_report_headline(other) == rdpcheck_report_headline(again));
    rdpcheck_report_free(other);
    rdpcheck_report_free(again);

    REQUIRE(rdpcheck_diff_change(diff) == RDPCHECK_CHANGE_SAME);
    REQUIRE(whole(rdpcheck_diff_summary(diff))[0] != '\0');
    REQUIRE(rdpcheck_diff_fixed_count(diff) == 0 && rdpcheck_diff_new_count(diff) == 0);
    for (size_t i = 0; i < rdpcheck_diff_unchanged_count(diff); i++) {
        REQUIRE(rdpcheck_cause_says(rdpcheck_diff_unchanged_at(diff, i))[0] != '\0');
    }
    REQUIRE(rdpcheck_diff_fixed_at(diff, SIZE_MAX) == NULL && rdpcheck_diff_new_at(diff, SIZE_MAX) == NULL);
    REQUIRE(rdpcheck_diff_changed_at(diff, rdpcheck_diff_changed_count(diff)) == NULL);
    REQUIRE(rdpcheck_diff_unchanged_at(diff, rdpcheck_diff_unchanged_count(diff)) == NULL);
    REQUIRE(rdpcheck_diff_not_comparable_at(diff, rdpcheck_diff_not_comparable_count(diff)) == NULL);
    rdpcheck_string *json = rdpcheck_diff_json(diff, true);
    text = rdpcheck_diff_text(diff);
    rdpcheck_diff_free(diff);
    REQUIRE(strchr(whole(rdpcheck_string_view(json)), '\n') != NULL);
    REQUIRE(whole(rdpcheck_string_view(text))[0] != '\0');
    rdpcheck_string_free(text);
    rdpcheck_string_free(json);
}

static void cancelled_before_it_begins(const char *target)
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    rdpcheck_report *report = NULL;
    rdpcheck_error *error = NULL;
    rdpcheck_cancel *cancel = rdpcheck_cancel_new();
    REQUIRE(cancel != NULL && !rdpcheck_cancel_is_requested(cancel));
    options.cancel = cancel;
    rdpcheck_report_free(check(target, &options));
    rdpcheck_cancel_request(cancel);
    REQUIRE(rdpcheck_cancel_is_requested(cancel));
    REQUIRE(rdpcheck_check(target, &options, &report, &error) == RDPCHECK_STATUS_CANCELLED);
    REQUIRE(report == NULL);
    /* An error does not depend on what the call was given. */
    rdpcheck_cancel_free(cancel);
    REQUIRE_TEXT(rdpcheck_error_message(error), "the check was cancelled");
    rdpcheck_error_free(error);
}

int main(int argc, char **argv)
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    char name[] = "pc.example";
    char probe_name[] = "monitoring";
    REQUIRE(argc == 3);
    options.flags = RDPCHECK_HAS_EXPIRY_THRESHOLD_DAYS;
    options.depth = RDPCHECK_DEPTH_QUICK;
    options.address_family = RDPCHECK_ADDRESS_FAMILY_IPV4;
    options.client_error_code = 0x904;
    options.client_error_extended = 0x7;
    options.server_name = name;
    options.probe_name = probe_name;
    rdpcheck_report *report = check(argv[1], &options);
    /* The names are not kept. */
    memset(name, 'x', sizeof name - 1);
    memset(probe_name, ' ', sizeof probe_name - 1);
    walk(report, argv[1], argv[2]);
    rdpcheck_report_free(report);
    options.server_name = NULL;
    options.probe_name = NULL;
    free_in_any_order(argv[1], &options);
    compare(argv[1], &options);
    cancelled_before_it_begins(argv[1]);
    return 0;
}
