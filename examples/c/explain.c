/*
 * Says what the error codes of a client mean. No host is asked.
 *
 *     explain [--json] CODE [EXTENDED]    explain 0x904 0x7
 *     explain [--json] TEXT               explain "$(xclip -o)", for instance the dialog as it was copied
 *
 * Exit status: 0 the codes are known, 1 no authoritative text about one of them is known, 2 wrong usage.
 */
#include <stdio.h>
#include <string.h>

#include <rdpcheck.h>

enum { KNOWN = 0, NOT_KNOWN = 1, USAGE = 2 };

static int print_explanation(const rdpcheck_explanation *explanation, bool json)
{
    rdpcheck_string *output = json ? rdpcheck_explanation_json(explanation, true) : rdpcheck_explanation_text(explanation);
    rdpcheck_str text = rdpcheck_string_view(output);
    fwrite(text.data, 1, text.len, stdout);
    if (json) {
        putchar('\n');
    }
    rdpcheck_string_free(output);
    return rdpcheck_explanation_is_known(explanation) ? KNOWN : NOT_KNOWN;
}

static int wrong_usage(rdpcheck_error *error)
{
    fprintf(stderr, "explain: %s\n", rdpcheck_error_message(error).data);
    rdpcheck_error_free(error);
    return USAGE;
}

static int explain_text(const char *shown, bool json)
{
    rdpcheck_explanation *explanation = NULL;
    rdpcheck_error *error = NULL;
    if (rdpcheck_explain_text(shown, &explanation, &error) != RDPCHECK_STATUS_OK) {
        return wrong_usage(error);
    }
    int result = print_explanation(explanation, json);
    rdpcheck_explanation_free(explanation);
    return result;
}

static int explain_pair(char **codes, bool json)
{
    uint32_t numbers[2];
    for (int i = 0; i < 2; i++) {
        rdpcheck_client_error *shown = NULL;
        rdpcheck_error *error = NULL;
        if (rdpcheck_client_error_parse(codes[i], &shown, &error) != RDPCHECK_STATUS_OK) {
            return wrong_usage(error);
        }
        numbers[i] = rdpcheck_client_error_code(shown);
        rdpcheck_client_error_free(shown);
    }
    rdpcheck_explanation *explanation = rdpcheck_explain(numbers[0], numbers[1]);
    int result = print_explanation(explanation, json);
    rdpcheck_explanation_free(explanation);
    return result;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    int first = json ? 2 : 1;
    switch (argc - first) {
    case 1:
        return explain_text(argv[first], json);
    case 2:
        return explain_pair(argv + first, json);
    default:
        fputs("usage: explain [--json] CODE [EXTENDED] | TEXT\n", stderr);
        return USAGE;
    }
}
