/* Layout, versions, and what every function does with NULL and with arguments that it refuses. Needs no host. */
#include "test.h"

#if __STDC_VERSION__ >= 201112L
#define LAYOUT(condition, name) _Static_assert(condition, #name)
#else
#define LAYOUT(condition, name) typedef char name[(condition) ? 1 : -1]
#endif

#define AT(field) offsetof(rdpcheck_options, field)

LAYOUT(AT(struct_size) == 0, struct_size_moved);
LAYOUT(AT(flags) == 4, flags_moved);
LAYOUT(AT(deadline_ms) == 8, deadline_ms_moved);
LAYOUT(AT(resolve_timeout_ms) == 12, resolve_timeout_ms_moved);
LAYOUT(AT(connect_timeout_ms) == 16, connect_timeout_ms_moved);
LAYOUT(AT(negotiate_timeout_ms) == 20, negotiate_timeout_ms_moved);
LAYOUT(AT(tls_timeout_ms) == 24, tls_timeout_ms_moved);
LAYOUT(AT(credssp_timeout_ms) == 28, credssp_timeout_ms_moved);
LAYOUT(AT(depth) == 32, depth_moved);
LAYOUT(AT(address_family) == 36, address_family_moved);
LAYOUT(AT(client_error_code) == 40, client_error_code_moved);
LAYOUT(AT(client_error_extended) == 44, client_error_extended_moved);
LAYOUT(AT(expiry_threshold_days) == 48, expiry_threshold_days_moved);
LAYOUT(AT(reserved) == 52, reserved_moved);
LAYOUT(AT(server_name) == 56, server_name_moved);
LAYOUT(AT(cancel) == 56 + sizeof(char *), cancel_moved);
LAYOUT(AT(probe_name) == 56 + 2 * sizeof(char *), probe_name_moved);
LAYOUT(AT(wake_on_lan) == 56 + 3 * sizeof(char *), wake_on_lan_moved);
LAYOUT(sizeof(rdpcheck_options) == 56 + 4 * sizeof(char *), options_changed_size);
LAYOUT(offsetof(rdpcheck_str, data) == 0, data_moved);
LAYOUT(offsetof(rdpcheck_str, len) == sizeof(char *), len_moved);
LAYOUT(sizeof(rdpcheck_str) == 2 * sizeof(char *), str_changed_size);
LAYOUT(sizeof(rdpcheck_status) == 4, status_changed_size);
LAYOUT(sizeof(rdpcheck_headline) == 4, headline_changed_size);
LAYOUT(sizeof(rdpcheck_verdict) == 4, verdict_changed_size);
LAYOUT(sizeof(rdpcheck_stage) == 4, stage_changed_size);
LAYOUT(sizeof(rdpcheck_stage_status) == 4, stage_status_changed_size);
LAYOUT(sizeof(rdpcheck_outcome) == 4, outcome_changed_size);
LAYOUT(RDPCHECK_STAGE_CREDSSP == 6 && RDPCHECK_STAGE_STANDARD_SECURITY == 7, stages_moved);
LAYOUT(RDPCHECK_STAGE_PATH == 8 && RDPCHECK_STAGE_UDP == 9 && RDPCHECK_STAGE_TLS_SUPPORT == 10, side_probes_moved);
LAYOUT(sizeof(rdpcheck_change) == 4, change_changed_size);
LAYOUT(RDPCHECK_CHANGE_BETTER == 1 && RDPCHECK_CHANGE_MIXED == 2 && RDPCHECK_CHANGE_NOT_COMPARABLE == 3
       && RDPCHECK_CHANGE_SAME == 4 && RDPCHECK_CHANGE_WORSE == 5, changes_moved);
LAYOUT(RDPCHECK_OUTCOME_CONNECTS == 1 && RDPCHECK_OUTCOME_STOPS == 2 && RDPCHECK_OUTCOME_UNKNOWN == 3, outcomes_moved);
LAYOUT(sizeof(rdpcheck_depth) == 4, depth_changed_size);
LAYOUT(sizeof(rdpcheck_address_family) == 4, address_family_changed_size);

/* Nothing listens there. */
static const char NOBODY[] = "127.0.0.1:1";

static void versions(void)
{
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", RDPCHECK_VERSION_MAJOR, RDPCHECK_VERSION_MINOR, RDPCHECK_VERSION_PATCH);
    REQUIRE(strcmp(text, RDPCHECK_VERSION) == 0);
    REQUIRE(strcmp(text, rdpcheck_version()) == 0);
    REQUIRE(RDPCHECK_VERSION_NUMBER
            == RDPCHECK_VERSION_MAJOR * 1000000 + RDPCHECK_VERSION_MINOR * 1000 + RDPCHECK_VERSION_PATCH);
    REQUIRE(rdpcheck_abi_version() == RDPCHECK_ABI_VERSION);
}

static void names(void)
{
    const struct {
        rdpcheck_status status;
        uint32_t number;
        const char *name;
    } statuses[] = {
        {RDPCHECK_STATUS_OK, 0, "RDPCHECK_STATUS_OK"},
        {RDPCHECK_STATUS_NULL_POINTER, 10, "RDPCHECK_STATUS_NULL_POINTER"},
        {RDPCHECK_STATUS_INVALID_UTF8, 11, "RDPCHECK_STATUS_INVALID_UTF8"},
        {RDPCHECK_STATUS_BAD_STRUCT_SIZE, 12, "RDPCHECK_STATUS_BAD_STRUCT_SIZE"},
        {RDPCHECK_STATUS_INVALID_TARGET, 13, "RDPCHECK_STATUS_INVALID_TARGET"},
        {RDPCHECK_STATUS_INVALID_OPTIONS, 14, "RDPCHECK_STATUS_INVALID_OPTIONS"},
        {RDPCHECK_STATUS_INVALID_REPORT, 15, "RDPCHECK_STATUS_INVALID_REPORT"},
        {RDPCHECK_STATUS_RESOURCE, 20, "RDPCHECK_STATUS_RESOURCE"},
        {RDPCHECK_STATUS_CANCELLED, 30, "RDPCHECK_STATUS_CANCELLED"},
        {RDPCHECK_STATUS_INTERNAL, 40, "RDPCHECK_STATUS_INTERNAL"},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        REQUIRE(statuses[i].status == statuses[i].number);
        REQUIRE(strcmp(rdpcheck_status_name(statuses[i].number), statuses[i].name) == 0);
    }
    REQUIRE(strcmp(rdpcheck_status_name(999), "") == 0);
    REQUIRE(strcmp(rdpcheck_headline_code(RDPCHECK_HEADLINE_NOT_RDP), "not-rdp") == 0);
    REQUIRE(strcmp(rdpcheck_headline_code(RDPCHECK_HEADLINE_NONE), "") == 0);
    REQUIRE(strcmp(rdpcheck_verdict_code(RDPCHECK_VERDICT_RULED_OUT), "ruled-out") == 0);
    REQUIRE(strcmp(rdpcheck_verdict_code(UINT32_MAX), "") == 0);
    REQUIRE(strcmp(rdpcheck_stage_code(RDPCHECK_STAGE_CREDSSP), "credssp") == 0);
    REQUIRE(strcmp(rdpcheck_stage_code(RDPCHECK_STAGE_TLS_SUPPORT), "tls-support") == 0);
    REQUIRE(strcmp(rdpcheck_stage_code(RDPCHECK_STAGE_NONE), "") == 0);
    REQUIRE(strcmp(rdpcheck_outcome_code(RDPCHECK_OUTCOME_STOPS), "stops") == 0);
    REQUIRE(strcmp(rdpcheck_outcome_code(RDPCHECK_OUTCOME_NONE), "") == 0);
    REQUIRE(strcmp(rdpcheck_change_code(RDPCHECK_CHANGE_NOT_COMPARABLE), "not-comparable") == 0);
    REQUIRE(strcmp(rdpcheck_change_code(RDPCHECK_CHANGE_NONE), "") == 0);
    REQUIRE(strcmp(rdpcheck_change_code(UINT32_MAX), "") == 0);
    bool found = false;
    REQUIRE(rdpcheck_cause_count() > 50);
    for (size_t i = 0; i < rdpcheck_cause_count(); i++) {
        REQUIRE(rdpcheck_cause_at(i) != NULL && rdpcheck_cause_at(i)[0] != '\0');
        REQUIRE(rdpcheck_cause_says(rdpcheck_cause_at(i))[0] != '\0');
        rdpcheck_string *json = rdpcheck_cause_json(rdpcheck_cause_at(i), i % 2 == 0);
        rdpcheck_string *text = rdpcheck_cause_text(rdpcheck_cause_at(i));
        REQUIRE(strstr(whole(rdpcheck_string_view(json)), rdpcheck_cause_at(i)) != NULL);
        REQUIRE(strstr(whole(rdpcheck_string_view(text)), rdpcheck_cause_at(i)) != NULL);
        rdpcheck_string_free(json);
        rdpcheck_string_free(text);
        found = found || strcmp(rdpcheck_cause_at(i), RDPCHECK_CAUSE_LISTENER_KEY_UNUSABLE) == 0;
    }
    REQUIRE(found);
    REQUIRE(rdpcheck_cause_at(rdpcheck_cause_count()) == NULL);
    REQUIRE(rdpcheck_cause_at(SIZE_MAX) == NULL);
    REQUIRE(rdpcheck_cause_stage(RDPCHECK_CAUSE_LISTENER_KEY_UNUSABLE) == RDPCHECK_STAGE_TLS);
    const char *const unknown[] = {NULL, "", "no-such-cause", "\xff"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        REQUIRE(strcmp(rdpcheck_cause_says(unknown[i]), "") == 0);
        REQUIRE(rdpcheck_cause_stage(unknown[i]) == RDPCHECK_STAGE_NONE);
        REQUIRE(rdpcheck_cause_json(unknown[i], true) == NULL);
        REQUIRE(rdpcheck_cause_text(unknown[i]) == NULL);
    }
}

static void null_objects(void)
{
    REQUIRE(rdpcheck_error_code(NULL) == RDPCHECK_STATUS_OK);
    REQUIRE_TEXT(rdpcheck_error_message(NULL), "");
    rdpcheck_error_free(NULL);
    REQUIRE_TEXT(rdpcheck_string_view(NULL), "");
    rdpcheck_string_free(NULL);
    rdpcheck_cancel_request(NULL);
    REQUIRE(!rdpcheck_cancel_is_requested(NULL));
    rdpcheck_cancel_free(NULL);

    REQUIRE(rdpcheck_report_headline(NULL) == RDPCHECK_HEADLINE_NONE);
    REQUIRE_TEXT(rdpcheck_report_summary(NULL), "");
    REQUIRE(!rdpcheck_report_detects(NULL, 0x904, 0x7));
    REQUIRE(!rdpcheck_report_detects_code(NULL, 0x904));
    REQUIRE(rdpcheck_report_client_error(NULL) == NULL);
    REQUIRE(rdpcheck_report_expected_client_error(NULL) == NULL);
    REQUIRE_TEXT(rdpcheck_report_expected_client_error_basis(NULL), "");
    REQUIRE_TEXT(rdpcheck_report_expected_client_error_reason(NULL), "");
    REQUIRE(rdpcheck_report_alternative_client_error_count(NULL) == 0);
    REQUIRE(rdpcheck_report_alternative_client_error_at(NULL, 0) == NULL);
    REQUIRE_TEXT(rdpcheck_report_peer_product(NULL), "");
    REQUIRE_TEXT(rdpcheck_report_peer_basis(NULL), "");
    REQUIRE(rdpcheck_report_stage_status(NULL, RDPCHECK_STAGE_TLS) == RDPCHECK_STAGE_STATUS_NONE);
    REQUIRE_TEXT(rdpcheck_report_stage_reason(NULL, RDPCHECK_STAGE_TLS), "");
    REQUIRE(rdpcheck_report_stage_elapsed_seconds(NULL, RDPCHECK_STAGE_TLS) < 0.0);
    REQUIRE(rdpcheck_report_finding_count(NULL) == 0);
    REQUIRE(rdpcheck_report_finding_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_report_finding_of(NULL, RDPCHECK_CAUSE_NOT_RDP) == NULL);
    REQUIRE_TEXT(rdpcheck_report_target_given(NULL), "");
    REQUIRE_TEXT(rdpcheck_report_target_host(NULL), "");
    REQUIRE(rdpcheck_report_target_port(NULL) == 0);
    REQUIRE_TEXT(rdpcheck_report_name_sent(NULL), "");
    REQUIRE(rdpcheck_report_address_count(NULL) == 0);
    REQUIRE_TEXT(rdpcheck_report_address_at(NULL, 0), "");
    REQUIRE(rdpcheck_report_started_at_unix_seconds(NULL) == 0);
    REQUIRE(rdpcheck_report_finished_at_unix_seconds(NULL) == 0);
    REQUIRE(!(rdpcheck_report_duration_seconds(NULL) > 0.0));
    REQUIRE(rdpcheck_report_client_count(NULL) == 0);
    REQUIRE(rdpcheck_report_client_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_report_connections(NULL) == 0);
    REQUIRE(rdpcheck_report_connections_at_once(NULL) == 0);
    REQUIRE(rdpcheck_report_depth(NULL) == RDPCHECK_DEPTH_DEFAULT);
    REQUIRE(rdpcheck_report_expiry_threshold_days(NULL) == 0);
    REQUIRE(rdpcheck_report_schema_version(NULL) == 0);
    REQUIRE(rdpcheck_report_json(NULL, true) == NULL);
    REQUIRE(rdpcheck_report_text(NULL) == NULL);
    REQUIRE_TEXT(rdpcheck_report_client_error_fit_outcome(NULL), "");
    REQUIRE_TEXT(rdpcheck_report_client_error_fit_message(NULL), "");
    REQUIRE(rdpcheck_report_diagnosed_again(NULL) == NULL);
    REQUIRE(rdpcheck_report_diff(NULL, NULL) == NULL);
    rdpcheck_report_free(NULL);

    REQUIRE(rdpcheck_diff_change(NULL) == RDPCHECK_CHANGE_NONE);
    REQUIRE_TEXT(rdpcheck_diff_summary(NULL), "");
    REQUIRE(rdpcheck_diff_fixed_count(NULL) == 0 && rdpcheck_diff_fixed_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_diff_new_count(NULL) == 0 && rdpcheck_diff_new_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_diff_changed_count(NULL) == 0 && rdpcheck_diff_changed_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_diff_unchanged_count(NULL) == 0 && rdpcheck_diff_unchanged_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_diff_not_comparable_count(NULL) == 0 && rdpcheck_diff_not_comparable_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_diff_json(NULL, true) == NULL);
    REQUIRE(rdpcheck_diff_text(NULL) == NULL);
    rdpcheck_diff_free(NULL);

    REQUIRE(rdpcheck_explanation_shown(NULL) == NULL);
    REQUIRE(!rdpcheck_explanation_is_known(NULL));
    REQUIRE_TEXT(rdpcheck_explanation_title(NULL), "");
    REQUIRE_TEXT(rdpcheck_explanation_meaning(NULL), "");
    REQUIRE_TEXT(rdpcheck_explanation_extended_meaning(NULL), "");
    REQUIRE(rdpcheck_explanation_cause_count(NULL) == 0);
    REQUIRE(rdpcheck_explanation_cause_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_explanation_json(NULL, true) == NULL);
    REQUIRE(rdpcheck_explanation_text(NULL) == NULL);
    rdpcheck_explanation_free(NULL);
    REQUIRE(rdpcheck_code_find(NULL, true) == NULL);

    rdpcheck_client_error_free(NULL);
    REQUIRE(rdpcheck_client_error_code(NULL) == 0);
    REQUIRE(!rdpcheck_client_error_has_extended(NULL));
    REQUIRE(rdpcheck_client_error_extended(NULL) == 0);
    REQUIRE_TEXT(rdpcheck_client_error_text(NULL), "");

    REQUIRE_TEXT(rdpcheck_client_outlook_client(NULL), "");
    REQUIRE_TEXT(rdpcheck_client_outlook_name(NULL), "");
    REQUIRE(rdpcheck_client_outlook_outcome(NULL) == RDPCHECK_OUTCOME_NONE);
    REQUIRE(rdpcheck_client_outlook_stage(NULL) == RDPCHECK_STAGE_NONE);
    REQUIRE(strcmp(rdpcheck_client_outlook_cause(NULL), "") == 0);
    REQUIRE(rdpcheck_client_outlook_reaches(NULL) == RDPCHECK_STAGE_NONE);
    REQUIRE(rdpcheck_client_outlook_warns_count(NULL) == 0);
    REQUIRE(rdpcheck_client_outlook_warns_at(NULL, 0) == NULL);
    REQUIRE_TEXT(rdpcheck_client_outlook_reason(NULL), "");

    REQUIRE(strcmp(rdpcheck_finding_cause(NULL), "") == 0);
    REQUIRE(rdpcheck_finding_verdict(NULL) == RDPCHECK_VERDICT_NONE);
    REQUIRE(!rdpcheck_finding_is_open(NULL));
    REQUIRE(rdpcheck_finding_stage(NULL) == RDPCHECK_STAGE_NONE);
    REQUIRE_TEXT(rdpcheck_finding_message(NULL), "");
    REQUIRE_TEXT(rdpcheck_finding_not_proved(NULL), "");
    REQUIRE(rdpcheck_finding_evidence_count(NULL) == 0);
    REQUIRE(rdpcheck_finding_evidence_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_finding_remedy_count(NULL) == 0);
    REQUIRE(rdpcheck_finding_remedy_at(NULL, 0) == NULL);
    REQUIRE(rdpcheck_finding_settle_by_count(NULL) == 0);
    REQUIRE_TEXT(rdpcheck_finding_settle_by_at(NULL, 0), "");
    REQUIRE_TEXT(rdpcheck_finding_contradiction(NULL), "");
    REQUIRE(rdpcheck_finding_rule_count(NULL) == 0);
    REQUIRE_TEXT(rdpcheck_finding_rule_at(NULL, 0), "");
    REQUIRE(rdpcheck_finding_not_offered_count(NULL) == 0);
    REQUIRE(rdpcheck_finding_not_offered_at(NULL, 0) == NULL);
    REQUIRE_TEXT(rdpcheck_evidence_pointer(NULL), "");
    REQUIRE_TEXT(rdpcheck_evidence_seen(NULL), "");
    REQUIRE_TEXT(rdpcheck_evidence_bearing(NULL), "");

    REQUIRE_TEXT(rdpcheck_remedy_action(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_place(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_kind(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_command(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_undo(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_risk(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_restart(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_code(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_peer(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_shell(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_no_undo(NULL), "");
    REQUIRE_TEXT(rdpcheck_remedy_source(NULL), "");
    REQUIRE_TEXT(rdpcheck_not_offered_advice(NULL), "");
    REQUIRE_TEXT(rdpcheck_not_offered_reason(NULL), "");
    REQUIRE_TEXT(rdpcheck_not_offered_source(NULL), "");
}

/* A call that is refused: the report is left alone, the error says why, and it may be left out. */
static void refused(const char *target, const rdpcheck_options *options, rdpcheck_status status, const char *part)
{
    int nothing = 0;
    rdpcheck_report *untouched = (rdpcheck_report *)(void *)&nothing;
    rdpcheck_report *report = untouched;
    rdpcheck_error *error = NULL;
    REQUIRE(rdpcheck_check(target, options, &report, &error) == status);
    REQUIRE(report == untouched);
    REQUIRE(error != NULL);
    REQUIRE(rdpcheck_error_code(error) == status);
    if (strstr(whole(rdpcheck_error_message(error)), part) == NULL) {
        fprintf(stderr, "\"%s\" does not say \"%s\"\n", rdpcheck_error_message(error).data, part);
        exit(1);
    }
    rdpcheck_error_free(error);
    REQUIRE(rdpcheck_check(target, options, &report, NULL) == status);
    REQUIRE(report == untouched);
}

static void refusals(void)
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    rdpcheck_error *error = NULL;
    rdpcheck_report *report = NULL;

    refused(NULL, NULL, RDPCHECK_STATUS_NULL_POINTER, "target is NULL");
    refused("h\xff", NULL, RDPCHECK_STATUS_INVALID_UTF8, "target is not UTF-8: byte 1");
    refused("", NULL, RDPCHECK_STATUS_INVALID_TARGET, "empty");
    refused("host:65536", NULL, RDPCHECK_STATUS_INVALID_TARGET, "is not a number from 1 to 65535");
    REQUIRE(rdpcheck_check(NOBODY, NULL, NULL, &error) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE_TEXT(rdpcheck_error_message(error), "report_out is NULL");
    rdpcheck_error_free(error);

    options.deadline_ms = 600001;
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "deadline: 600.001 s; allowed: 0.1 to 600 seconds");
    options = (rdpcheck_options)RDPCHECK_OPTIONS_INIT;
    options.connect_timeout_ms = 1;
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "connect_timeout: 0.001 s");
    options = (rdpcheck_options)RDPCHECK_OPTIONS_INIT;
    options.depth = UINT32_MAX;
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "depth: 4294967295");
    options = (rdpcheck_options)RDPCHECK_OPTIONS_INIT;
    options.flags = 0x80000000u;
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "flags: 0x80000000");
    options = (rdpcheck_options)RDPCHECK_OPTIONS_INIT;
    options.server_name = "\xc0\x80";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_UTF8, "server_name is not UTF-8");
    options.server_name = "";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "server_name: \"\"");
    options.server_name = NULL;
    options.probe_name = "a;b";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "probe_name: a;b; allowed: 1 to 64 printable");
    options.probe_name = "";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "probe_name: ; allowed");
    options.probe_name = NULL;
    options.wake_on_lan = "host";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_OPTIONS, "wake_on_lan: host; allowed: aa:bb:cc:dd:ee:ff, ");
    options.wake_on_lan = "\xc0\x80";
    refused(NOBODY, &options, RDPCHECK_STATUS_INVALID_UTF8, "wake_on_lan is not UTF-8");

    REQUIRE(rdpcheck_report_from_json(NULL, &report, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_report_from_json("{}", NULL, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_report_from_json("\x80", &report, NULL) == RDPCHECK_STATUS_INVALID_UTF8);
    REQUIRE(rdpcheck_report_from_json("{}", &report, NULL) == RDPCHECK_STATUS_INVALID_REPORT);
    REQUIRE(rdpcheck_report_diagnose_json(NULL, NULL, &report, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_report_diagnose_json("{}", NULL, NULL, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_report_diagnose_json("\x80", NULL, &report, NULL) == RDPCHECK_STATUS_INVALID_UTF8);
    REQUIRE(rdpcheck_report_diagnose_json("{\"schema_version\": 1}", NULL, &report, &error)
            == RDPCHECK_STATUS_INVALID_REPORT);
    REQUIRE(strstr(whole(rdpcheck_error_message(error)), "is missing") != NULL);
    rdpcheck_error_free(error);
    REQUIRE(report == NULL);
}

/* Texts that hold no code, or more than one. */
static void refused_codes(void)
{
    static const struct {
        const char *text;
        rdpcheck_status status;
        const char *part;
    } CASES[] = {
        {NULL, RDPCHECK_STATUS_NULL_POINTER, "shown is NULL"},
        {"0x904\xff", RDPCHECK_STATUS_INVALID_UTF8, "shown is not UTF-8: byte 5"},
        {"", RDPCHECK_STATUS_INVALID_OPTIONS, "invalid client_error"},
        {"it does not work", RDPCHECK_STATUS_INVALID_OPTIONS, "invalid client_error"},
        {"Error code: 0x904, error code: 0x204", RDPCHECK_STATUS_INVALID_OPTIONS, "0x204"},
        {"4294967296", RDPCHECK_STATUS_INVALID_OPTIONS, "4294967295"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        rdpcheck_client_error *shown = NULL;
        rdpcheck_explanation *explanation = NULL;
        rdpcheck_error *error = NULL;
        REQUIRE(rdpcheck_client_error_parse(CASES[i].text, &shown, &error) == CASES[i].status);
        REQUIRE(rdpcheck_error_code(error) == CASES[i].status);
        REQUIRE(strstr(whole(rdpcheck_error_message(error)), CASES[i].part) != NULL);
        rdpcheck_error_free(error);
        REQUIRE(rdpcheck_explain_text(CASES[i].text, &explanation, &error) == CASES[i].status);
        REQUIRE(strstr(whole(rdpcheck_error_message(error)), CASES[i].part) != NULL);
        rdpcheck_error_free(error);
        REQUIRE(rdpcheck_client_error_parse(CASES[i].text, &shown, NULL) == CASES[i].status);
        REQUIRE(rdpcheck_explain_text(CASES[i].text, &explanation, NULL) == CASES[i].status);
        REQUIRE(shown == NULL && explanation == NULL);
    }
    REQUIRE(rdpcheck_client_error_parse("0x904", NULL, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_explain_text("0x904", NULL, NULL) == RDPCHECK_STATUS_NULL_POINTER);
    REQUIRE(rdpcheck_code_find("\xff", false) == NULL);
    /* More than the text of any dialog: refused, and not read. */
    size_t size = 64 * 1024 + 2;
    char *long_text = malloc(size);
    REQUIRE(long_text != NULL);
    memset(long_text, '7', size - 1);
    long_text[size - 1] = '\0';
    rdpcheck_client_error *shown = NULL;
    REQUIRE(rdpcheck_client_error_parse(long_text, &shown, NULL) == RDPCHECK_STATUS_INVALID_OPTIONS);
    free(long_text);
}

static void explained(rdpcheck_explanation *explanation, const char *shown, bool known)
{
    REQUIRE(explanation != NULL);
    rdpcheck_string *line = rdpcheck_explanation_json(explanation, false);
    rdpcheck_string *lines = rdpcheck_explanation_json(explanation, true);
    rdpcheck_string *text = rdpcheck_explanation_text(explanation);
    const rdpcheck_client_error *codes = rdpcheck_explanation_shown(explanation);
    REQUIRE_TEXT(rdpcheck_client_error_text(codes), shown);
    REQUIRE(rdpcheck_explanation_is_known(explanation) == known);
    REQUIRE(whole(rdpcheck_explanation_title(explanation))[0] != '\0');
    REQUIRE(whole(rdpcheck_explanation_meaning(explanation))[0] != '\0');
    REQUIRE((whole(rdpcheck_explanation_extended_meaning(explanation))[0] != '\0')
            == rdpcheck_client_error_has_extended(codes));
    for (size_t i = 0; i < rdpcheck_explanation_cause_count(explanation); i++) {
        REQUIRE(rdpcheck_cause_says(rdpcheck_explanation_cause_at(explanation, i))[0] != '\0');
    }
    REQUIRE(rdpcheck_explanation_cause_at(explanation, SIZE_MAX) == NULL);
    rdpcheck_explanation_free(explanation);
    /* Texts do not depend on what they were made of. */
    REQUIRE(strchr(whole(rdpcheck_string_view(line)), '\n') == NULL);
    REQUIRE(strchr(whole(rdpcheck_string_view(lines)), '\n') != NULL);
    REQUIRE(whole(rdpcheck_string_view(text))[0] != '\0');
    rdpcheck_string_free(text);
    rdpcheck_string_free(lines);
    rdpcheck_string_free(line);
}

static void codes(void)
{
    char dialog[] = "An internal error has occurred.\n\nError code: 0x4\nExtended error code: 0x0\n";
    rdpcheck_explanation *explanation = NULL;
    rdpcheck_client_error *shown = rdpcheck_client_error_new(UINT32_MAX, UINT32_MAX);
    REQUIRE_TEXT(rdpcheck_client_error_text(shown), "0xFFFFFFFF/0xFFFFFFFF");
    rdpcheck_client_error_free(shown);
    shown = rdpcheck_client_error_new_code(0);
    REQUIRE_TEXT(rdpcheck_client_error_text(shown), "0x0");
    REQUIRE(!rdpcheck_client_error_has_extended(shown) && rdpcheck_client_error_extended(shown) == 0);
    rdpcheck_client_error_free(shown);
    REQUIRE(rdpcheck_client_error_parse("2308 / 7", &shown, NULL) == RDPCHECK_STATUS_OK);
    REQUIRE_TEXT(rdpcheck_client_error_text(shown), "0x904/0x7");
    explained(rdpcheck_explain(rdpcheck_client_error_code(shown), rdpcheck_client_error_extended(shown)), "0x904/0x7", true);
    rdpcheck_client_error_free(shown);
    explained(rdpcheck_explain_code(0x204), "0x204", true);
    explained(rdpcheck_explain(UINT32_MAX, UINT32_MAX), "0xFFFFFFFF/0xFFFFFFFF", false);
    explained(rdpcheck_explain_code(0xABCDEF01), "0xABCDEF01", false);
    REQUIRE(rdpcheck_explain_text(dialog, &explanation, NULL) == RDPCHECK_STATUS_OK);
    /* The text is not kept. */
    memset(dialog, 'x', sizeof dialog - 1);
    explained(explanation, "0x4/0x0", rdpcheck_explanation_is_known(explanation));

    rdpcheck_string *found = rdpcheck_code_find("ERRINFO_LOGOFF_BY_USER", false);
    REQUIRE(strstr(whole(rdpcheck_string_view(found)), "\"ERRINFO_LOGOFF_BY_USER\"") != NULL);
    rdpcheck_string_free(found);
    found = rdpcheck_code_find("", true);
    REQUIRE(strstr(whole(rdpcheck_string_view(found)), "\"entries\": []") != NULL);
    rdpcheck_string_free(found);
}

static void accepted(const rdpcheck_options *options)
{
    rdpcheck_report *report = NULL;
    rdpcheck_error *error = NULL;
    REQUIRE(rdpcheck_check(NOBODY, options, &report, &error) == RDPCHECK_STATUS_OK);
    REQUIRE(error == NULL);
    REQUIRE(rdpcheck_report_headline(report) == RDPCHECK_HEADLINE_UNREACHABLE);
    rdpcheck_report_free(report);
}

static void struct_sizes(void)
{
    static const uint32_t BAD[] = {0, 1, 3, 5, 57, 58, sizeof(rdpcheck_options) - 4, 4097, UINT32_MAX};
    struct {
        rdpcheck_options options;
        char more[16];
    } newer = {RDPCHECK_OPTIONS_INIT, {0}};
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;

    REQUIRE(options.struct_size == sizeof options);
    accepted(NULL);
    accepted(&options);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        options.struct_size = BAD[i];
        refused(NOBODY, &options, RDPCHECK_STATUS_BAD_STRUCT_SIZE, "struct_size of the options is");
    }
    /* The memory behind an older struct is not read: it ends here. */
    uint32_t *older = malloc(3 * sizeof *older);
    REQUIRE(older != NULL);
    older[0] = 3 * sizeof *older;
    older[1] = 0;
    older[2] = 5000;
    accepted((const rdpcheck_options *)(const void *)older);
    free(older);
    /* Nor that behind the last field of the first version. */
    options = (rdpcheck_options)RDPCHECK_OPTIONS_INIT;
    options.struct_size = (uint32_t)AT(probe_name);
    options.probe_name = "a b";
    accepted(&options);

    newer.options.struct_size = sizeof newer;
    accepted(&newer.options);
    newer.more[15] = 1;
    refused(NOBODY, &newer.options, RDPCHECK_STATUS_BAD_STRUCT_SIZE, "does not know");
}

int main(void)
{
    versions();
    names();
    null_objects();
    refusals();
    refused_codes();
    codes();
    struct_sizes();
    return 0;
}
