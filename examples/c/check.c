/*
 * Checks a host and prints the report.
 *
 *     check [--json] [--client-error 0x904/0x7] [--depth quick|standard|deep] [--server-name NAME] ... HOST[:PORT]
 *
 * Exit status: 0 the host is healthy, 1 it is not, 2 wrong usage, 3 the check could not be carried out.
 *
 * After `cargo build --release -p rdpcheck-ffi`:
 *
 *     cc -I include examples/c/check.c -L target/release -l rdpcheck -o check
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rdpcheck.h>

enum { HEALTHY = 0, NOT_HEALTHY = 1, USAGE = 2, NOT_CARRIED_OUT = 3 };

static const char HELP[] =
    "usage: check [OPTION]... HOST[:PORT]\n"
    "\n"
    "  --json                        print the report as JSON\n"
    "  --client-error CODE[/EXT]     what a client showed, for instance 0x904/0x7\n"
    "  --depth DEPTH                 quick, standard or deep\n"
    "  --address-family FAMILY       any, ipv4 or ipv6\n"
    "  --server-name NAME            the name for TLS and the certificate\n"
    "  --expiry-threshold-days DAYS  report certificates with fewer days left\n"
    "  --probe-name NAME             names this check to the host (mstshash cookie)\n"
    "  --wake-on-lan ADDRESS         hardware address to wake when the host does not answer\n"
    "  --deadline SECONDS            limit of the whole check\n"
    "  --resolve-timeout SECONDS     limit of name resolution\n"
    "  --connect-timeout SECONDS     limit of the TCP connection\n"
    "  --negotiate-timeout SECONDS   limit of the X.224 answer\n"
    "  --tls-timeout SECONDS         limit of the TLS handshake\n"
    "  --credssp-timeout SECONDS     limit of the CredSSP answer\n"
    "  --version                     print the version\n"
    "  --help                        print this\n"
    "\n"
    "Exit status: 0 healthy, 1 not healthy, 2 wrong usage, 3 the check could not be carried out.\n";

/* Reads a whole decimal, or hexadecimal with 0x, number that fits 32 bits. */
static bool parse_number(const char *text, size_t length, uint32_t *number)
{
    bool hexadecimal = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hexadecimal ? text + 2 : text;
    size_t count = hexadecimal ? length - 2 : length;
    uint64_t value = 0;
    if (count == 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        static const char ALL[] = "0123456789abcdef0123456789ABCDEF";
        const char *found = digits[i] == '\0' ? NULL : strchr(ALL, digits[i]);
        uint64_t digit = found == NULL ? 16 : (uint64_t)(found - ALL) % 16;
        if (digit >= (hexadecimal ? 16 : 10)) {
            return false;
        }
        value = value * (hexadecimal ? 16 : 10) + digit;
        if (value > UINT32_MAX) {
            return false;
        }
    }
    *number = (uint32_t)value;
    return true;
}

static bool parse_client_error(const char *text, rdpcheck_options *options)
{
    const char *slash = strchr(text, '/');
    size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (!parse_number(text, length, &options->client_error_code)) {
        return false;
    }
    options->flags |= RDPCHECK_HAS_CLIENT_ERROR_CODE;
    if (slash == NULL) {
        return true;
    }
    options->flags |= RDPCHECK_HAS_CLIENT_ERROR_EXTENDED;
    return parse_number(slash + 1, strlen(slash + 1), &options->client_error_extended);
}

/* Zero is refused here: to the library it means the default. What is too short or too long, the library refuses. */
static bool parse_seconds(const char *text, uint32_t *milliseconds)
{
    char *end = NULL;
    double seconds = strtod(text, &end);
    double to_be_cut = seconds * 1000.0 + 0.5;
    if (end == text || *end != '\0' || !(to_be_cut >= 1.0) || to_be_cut > (double)UINT32_MAX) {
        return false;
    }
    *milliseconds = (uint32_t)to_be_cut;
    return true;
}

static bool parse_word(const char *text, const char *const *words, uint32_t *code)
{
    for (uint32_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *code = i + 1;
            return true;
        }
    }
    return false;
}

static const char NOT_AN_OPTION[] = "";

/* Reads the value of an option. The result is NULL, or what is allowed where the value is not, or NOT_AN_OPTION. */
static const char *set_option(const char *name, const char *value, rdpcheck_options *options)
{
    static const char *const DEPTHS[] = {"quick", "standard", "deep", NULL};
    static const char *const FAMILIES[] = {"any", "ipv4", "ipv6", NULL};
    const struct {
        const char *name;
        uint32_t *milliseconds;
    } limits[] = {
        {"--deadline", &options->deadline_ms},
        {"--resolve-timeout", &options->resolve_timeout_ms},
        {"--connect-timeout", &options->connect_timeout_ms},
        {"--negotiate-timeout", &options->negotiate_timeout_ms},
        {"--tls-timeout", &options->tls_timeout_ms},
        {"--credssp-timeout", &options->credssp_timeout_ms},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (strcmp(name, limits[i].name) == 0) {
            return parse_seconds(value, limits[i].milliseconds) ? NULL : "seconds, up to 600, with 0.001 as the step";
        }
    }
    if (strcmp(name, "--client-error") == 0) {
        return parse_client_error(value, options) ? NULL : "CODE or CODE/EXTENDED, decimal or 0x hexadecimal";
    }
    if (strcmp(name, "--depth") == 0) {
        return parse_word(value, DEPTHS, &options->depth) ? NULL : "quick, standard, deep";
    }
    if (strcmp(name, "--address-family") == 0) {
        return parse_word(value, FAMILIES, &options->address_family) ? NULL : "any, ipv4, ipv6";
    }
    if (strcmp(name, "--server-name") == 0) {
        options->server_name = value;
        return NULL;
    }
    if (strcmp(name, "--probe-name") == 0) {
        options->probe_name = value;
        return NULL;
    }
    if (strcmp(name, "--wake-on-lan") == 0) {
        options->wake_on_lan = value;
        return NULL;
    }
    if (strcmp(name, "--expiry-threshold-days") == 0) {
        options->flags |= RDPCHECK_HAS_EXPIRY_THRESHOLD_DAYS;
        return parse_number(value, strlen(value), &options->expiry_threshold_days) ? NULL : "0 to 3650";
    }
    return NOT_AN_OPTION;
}

static int wrong_usage(const char *problem, const char *what)
{
    fprintf(stderr, "check: %s: %s\n%s", problem, what, HELP);
    return USAGE;
}

static int print_report(const rdpcheck_report *report, bool json)
{
    rdpcheck_string *output = json ? rdpcheck_report_json(report, false) : rdpcheck_report_text(report);
    rdpcheck_str text = rdpcheck_string_view(output);
    bool written = output != NULL && fwrite(text.data, 1, text.len, stdout) == text.len;
    if (json) {
        written = putchar('\n') != EOF && written;
    }
    rdpcheck_string_free(output);
    if (fflush(stdout) != 0 || !written) {
        fputs("check: the report could not be written\n", stderr);
        return NOT_CARRIED_OUT;
    }
    return rdpcheck_report_headline(report) == RDPCHECK_HEADLINE_HEALTHY ? HEALTHY : NOT_HEALTHY;
}

static int check(const char *target, const rdpcheck_options *options, bool json)
{
    rdpcheck_report *report = NULL;
    rdpcheck_error *error = NULL;
    rdpcheck_status status = rdpcheck_check(target, options, &report, &error);
    if (status == RDPCHECK_STATUS_OK) {
        int result = print_report(report, json);
        rdpcheck_report_free(report);
        return result;
    }
    fprintf(stderr, "check: %s\n", rdpcheck_error_message(error).data);
    rdpcheck_error_free(error);
    /* The tens of a status are its family; 1x is the caller's. */
    return status / 10 == 1 ? USAGE : NOT_CARRIED_OUT;
}

int main(int argc, char **argv)
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    const char *target = NULL;
    bool json = false;
    bool only_targets = false;
    for (int i = 1; i < argc; i++) {
        char *argument = argv[i];
        if (only_targets || argument[0] != '-') {
            if (target != NULL) {
                return wrong_usage("more than one host", argument);
            }
            target = argument;
        } else if (strcmp(argument, "--") == 0) {
            only_targets = true;
        } else if (strcmp(argument, "--json") == 0) {
            json = true;
        } else if (strcmp(argument, "--help") == 0) {
            fputs(HELP, stdout);
            return HEALTHY;
        } else if (strcmp(argument, "--version") == 0) {
            printf("rdpcheck %s\n", rdpcheck_version());
            return HEALTHY;
        } else {
            char *equals = strchr(argument, '=');
            const char *value = "";
            if (equals != NULL) {
                *equals = '\0';
                value = equals + 1;
            } else if (i + 1 < argc) {
                value = argv[++i];
            }
            const char *allowed = set_option(argument, value, &options);
            if (allowed == NOT_AN_OPTION) {
                return wrong_usage("unknown option", argument);
            }
            if (allowed != NULL) {
                fprintf(stderr, "check: invalid %s: \"%s\"; allowed: %s\n", argument, value, allowed);
                return USAGE;
            }
        }
    }
    if (target == NULL) {
        return wrong_usage("wrong usage", "no host is given");
    }
    return check(target, &options, json);
}
