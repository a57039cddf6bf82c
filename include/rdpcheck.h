/*
 * rdpcheck: differential diagnosis of failed Remote Desktop connections.
 *
 * Generated from the crate rdpcheck-ffi by `cargo xtask generate`. Do not edit.
 *
 * Overview
 * --------
 * rdpcheck_check() measures a host from the network and returns a report: a headline, the stages of the connection, and
 * one finding for every cause that is known, with its verdict, its evidence and its remedies.
 *
 *     rdpcheck_report *report = NULL;
 *     if (rdpcheck_check("host.example", NULL, &report, NULL) == RDPCHECK_STATUS_OK) {
 *         if (rdpcheck_report_detects(report, 0x904, 0x7)) {
 *             puts(rdpcheck_report_summary(report).data);
 *         }
 *         rdpcheck_report_free(report);
 *     }
 *
 * A host that refuses us is data, not an error: an error says that the check could not be carried out.
 *
 * Without a host, rdpcheck_explain() says what the error codes of a client mean. rdpcheck_report_diagnose_json() judges a
 * stored report again, and rdpcheck_report_diff() says what changed between two.
 *
 * Thread safety
 * -------------
 * There is no global state to set up or to take down. Functions that take `const T *` may run on any number of threads
 * at once for the same object. Functions that take `T *` need it for themselves. Objects may be used and freed on another
 * thread than the one that made them. rdpcheck_check() works on the calling thread; a name is looked up on a thread
 * that ends when the system's resolver answers, which may be after the check has returned at its time limit. The
 * library must not be unloaded before.
 *
 * Ownership
 * ---------
 * Who gets a `T *` owns it and frees it with rdpcheck_T_free(), once; NULL may be freed. A `const T *` and an rdpcheck_str
 * belong to the object that they were asked of and live until that object is freed. Objects that are owned do not
 * depend on each other and may be freed in any order: a string of a report outlives the report. Memory of this library
 * must not be given to free(), nor memory of malloc() to this library. No pointer that is passed in is kept after the
 * call. A function that is given NULL for an object answers 0, false, NULL or "", as its description says.
 *
 * Errors
 * ------
 * Functions that can fail return an rdpcheck_status. Out parameters are never read; they are written only on success,
 * except `error_out`, which is written only on failure and may be NULL. Texts that are passed in are UTF-8 and end in
 * NUL. A defect of the library becomes RDPCHECK_STATUS_INTERNAL, NULL, 0 or false, and a line on the standard error
 * stream; nothing unwinds into the caller.
 *
 * Versions
 * --------
 * RDPCHECK_VERSION is the version of this header, rdpcheck_version() that of the library that was loaded. Both fit
 * together when rdpcheck_abi_version() is RDPCHECK_ABI_VERSION. Enumerations may get new numbers, so a switch needs a
 * default.
 */


#ifndef RDPCHECK_H
#define RDPCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && !defined(RDPCHECK_STATIC)
/** How functions are imported; define `RDPCHECK_STATIC` before this header when linking the static library. */
#define RDPCHECK_API __declspec(dllimport)
#else
/** How functions are imported. */
#define RDPCHECK_API
#endif

#if defined(__GNUC__) || defined(__clang__)
/** The result must be used. */
#define RDPCHECK_NODISCARD __attribute__((warn_unused_result))
#else
/** The result must be used. */
#define RDPCHECK_NODISCARD
#endif

/** The version of this header. */
#define RDPCHECK_VERSION "0.1.0"
#define RDPCHECK_VERSION_MAJOR 0
#define RDPCHECK_VERSION_MINOR 1
#define RDPCHECK_VERSION_PATCH 0
/** The version as one number that grows: major * 1000000 + minor * 1000 + patch. */
#define RDPCHECK_VERSION_NUMBER 1000


/**
 * `client_error_code` is given, even if it is 0.
 */
#define RDPCHECK_HAS_CLIENT_ERROR_CODE 1

/**
 * `client_error_extended` is given, even if it is 0.
 */
#define RDPCHECK_HAS_CLIENT_ERROR_EXTENDED 2

/**
 * `expiry_threshold_days` is given, even if it is 0: only certificates that have expired are reported.
 */
#define RDPCHECK_HAS_EXPIRY_THRESHOLD_DAYS 4

/**
 * The version of the binary interface that this header describes. It changes when a program that was built with an
 * older header could misbehave; functions, options and numbers that are added do not change it.
 */
#define RDPCHECK_ABI_VERSION 1

/**
 * A step of a Remote Desktop connection, in the order in which a client takes them, and after them the side probes. New
 * numbers may be added.
 */
enum rdpcheck_stage
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No stage.
     */
    RDPCHECK_STAGE_NONE = 0,
    /**
     * From a name to addresses.
     */
    RDPCHECK_STAGE_RESOLVE = 1,
    /**
     * The TCP connection.
     */
    RDPCHECK_STAGE_CONNECT = 2,
    /**
     * The X.224 connection request and the choice of a security protocol.
     */
    RDPCHECK_STAGE_NEGOTIATE = 3,
    /**
     * The TLS handshake.
     */
    RDPCHECK_STAGE_TLS = 4,
    /**
     * What the certificate says.
     */
    RDPCHECK_STAGE_CERTIFICATE = 5,
    /**
     * The first CredSSP exchange.
     */
    RDPCHECK_STAGE_CREDSSP = 6,
    /**
     * The MCS connection, as far as it goes without a logon: Standard RDP Security, and the server's version.
     */
    RDPCHECK_STAGE_STANDARD_SECURITY = 7,
    /**
     * Side probe: what the path does to segments.
     */
    RDPCHECK_STAGE_PATH = 8,
    /**
     * Side probe: the RDP-UDP transport.
     */
    RDPCHECK_STAGE_UDP = 9,
    /**
     * Side probe: TLS versions, suites and groups.
     */
    RDPCHECK_STAGE_TLS_SUPPORT = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_stage rdpcheck_stage;
#else
typedef uint32_t rdpcheck_stage;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a call ended. Tens are families: 1x the caller, 2x this machine, 3x cancelled, 4x rdpcheck itself.
 * New numbers may be added to a family.
 */
enum rdpcheck_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The call did what it is for. That a host is broken is in the report.
     */
    RDPCHECK_STATUS_OK = 0,
    /**
     * An argument that must not be NULL is.
     */
    RDPCHECK_STATUS_NULL_POINTER = 10,
    /**
     * A text is not UTF-8.
     */
    RDPCHECK_STATUS_INVALID_UTF8 = 11,
    /**
     * `struct_size` of a struct is not a size that this version understands.
     */
    RDPCHECK_STATUS_BAD_STRUCT_SIZE = 12,
    /**
     * The target cannot be understood.
     */
    RDPCHECK_STATUS_INVALID_TARGET = 13,
    /**
     * An option is outside its range, or a text holds no error code of a client.
     */
    RDPCHECK_STATUS_INVALID_OPTIONS = 14,
    /**
     * A stored report cannot be read.
     */
    RDPCHECK_STATUS_INVALID_REPORT = 15,
    /**
     * This machine lacks what the check needs: file descriptors, memory, threads.
     */
    RDPCHECK_STATUS_RESOURCE = 20,
    /**
     * The caller asked for the check to stop.
     */
    RDPCHECK_STATUS_CANCELLED = 30,
    /**
     * A defect of rdpcheck.
     */
    RDPCHECK_STATUS_INTERNAL = 40,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_status rdpcheck_status;
#else
typedef uint32_t rdpcheck_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How far a client comes. New numbers may be added.
 */
enum rdpcheck_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no outlook, or this version has no number for its outcome.
     */
    RDPCHECK_OUTCOME_NONE = 0,
    /**
     * Nothing that was measured stops it: as far as `rdpcheck_client_outlook_reaches` says, and at most to the first
     * CredSSP message. What it asks its user about is in `rdpcheck_client_outlook_warns_at`.
     */
    RDPCHECK_OUTCOME_CONNECTS = 1,
    /**
     * It is stopped before.
     */
    RDPCHECK_OUTCOME_STOPS = 2,
    /**
     * What was measured does not say.
     */
    RDPCHECK_OUTCOME_UNKNOWN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_outcome rdpcheck_outcome;
#else
typedef uint32_t rdpcheck_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What the changes between two reports come to. New numbers may be added.
 */
enum rdpcheck_change
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no comparison, or this version has no number for its result.
     */
    RDPCHECK_CHANGE_NONE = 0,
    /**
     * Something is better and nothing is worse.
     */
    RDPCHECK_CHANGE_BETTER = 1,
    /**
     * Something is better and something else is worse.
     */
    RDPCHECK_CHANGE_MIXED = 2,
    /**
     * The reports do not say: two hosts, two judgements of one check, or a check that could not tell.
     */
    RDPCHECK_CHANGE_NOT_COMPARABLE = 3,
    /**
     * Nothing is better or worse.
     */
    RDPCHECK_CHANGE_SAME = 4,
    /**
     * Something is worse and nothing is better.
     */
    RDPCHECK_CHANGE_WORSE = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_change rdpcheck_change;
#else
typedef uint32_t rdpcheck_change;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How sure it is that a cause is at work. New numbers may be added.
 */
enum rdpcheck_verdict
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no finding, or this version has no number for its verdict.
     */
    RDPCHECK_VERDICT_NONE = 0,
    /**
     * Nothing else explains what was seen.
     */
    RDPCHECK_VERDICT_CONFIRMED = 1,
    /**
     * It explains what was seen best; something else could.
     */
    RDPCHECK_VERDICT_LIKELY = 2,
    /**
     * It fits what was seen, and so do others.
     */
    RDPCHECK_VERDICT_POSSIBLE = 3,
    /**
     * Something was seen that it would have prevented.
     */
    RDPCHECK_VERDICT_RULED_OUT = 4,
    /**
     * This check cannot see it.
     */
    RDPCHECK_VERDICT_NOT_OBSERVABLE = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_verdict rdpcheck_verdict;
#else
typedef uint32_t rdpcheck_verdict;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The top line of a report. New numbers may be added.
 */
enum rdpcheck_headline
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no report, or this version has no number for its headline.
     */
    RDPCHECK_HEADLINE_NONE = 0,
    /**
     * A current client with default settings gets as far as the network can show.
     */
    RDPCHECK_HEADLINE_HEALTHY = 1,
    /**
     * It works, and something is wrong that will bite.
     */
    RDPCHECK_HEADLINE_DEGRADED = 2,
    /**
     * TCP connects and a current client gets no session.
     */
    RDPCHECK_HEADLINE_FAILING = 3,
    /**
     * No TCP connection.
     */
    RDPCHECK_HEADLINE_UNREACHABLE = 4,
    /**
     * Something else than Remote Desktop answers on the port.
     */
    RDPCHECK_HEADLINE_NOT_RDP = 5,
    /**
     * It could not be told; the summary says why.
     */
    RDPCHECK_HEADLINE_UNKNOWN = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_headline rdpcheck_headline;
#else
typedef uint32_t rdpcheck_headline;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a stage ended.
 */
enum rdpcheck_stage_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no report or no such stage.
     */
    RDPCHECK_STAGE_STATUS_NONE = 0,
    /**
     * It was carried out.
     */
    RDPCHECK_STAGE_STATUS_COMPLETED = 1,
    /**
     * The peer, the path or a policy stopped it.
     */
    RDPCHECK_STAGE_STATUS_FAILED = 2,
    /**
     * It was not tried.
     */
    RDPCHECK_STAGE_STATUS_SKIPPED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_stage_status rdpcheck_stage_status;
#else
typedef uint32_t rdpcheck_stage_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How many connections a check may spend on explaining what it saw.
 * A healthy host takes one at every depth but `RDPCHECK_DEPTH_DEEP`.
 */
enum rdpcheck_depth
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * As `RDPCHECK_DEPTH_STANDARD`.
     */
    RDPCHECK_DEPTH_DEFAULT = 0,
    /**
     * At most 3 connections.
     */
    RDPCHECK_DEPTH_QUICK = 1,
    /**
     * At most 12 connections.
     */
    RDPCHECK_DEPTH_STANDARD = 2,
    /**
     * At most 60 connections, and facts that a healthy host is not asked for otherwise: whether it insists on NLA, every
     * offer of the negotiation, TLS versions, suites and groups, CredSSP versions, UDP, and the quality of the path.
     */
    RDPCHECK_DEPTH_DEEP = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_depth rdpcheck_depth;
#else
typedef uint32_t rdpcheck_depth;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which addresses of the target are used.
 */
enum rdpcheck_address_family
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * As `RDPCHECK_ADDRESS_FAMILY_ANY`.
     */
    RDPCHECK_ADDRESS_FAMILY_DEFAULT = 0,
    /**
     * Both, raced as RFC 8305 says.
     */
    RDPCHECK_ADDRESS_FAMILY_ANY = 1,
    /**
     * IPv4 only.
     */
    RDPCHECK_ADDRESS_FAMILY_IPV4 = 2,
    /**
     * IPv6 only.
     */
    RDPCHECK_ADDRESS_FAMILY_IPV6 = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum rdpcheck_address_family rdpcheck_address_family;
#else
typedef uint32_t rdpcheck_address_family;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A wish to stop, for any number of checks, one after the other or at once. Owned by the caller; it must outlive the
 * checks that it was given to.
 */
typedef struct rdpcheck_cancel rdpcheck_cancel;

/**
 * What a Windows client shows: an error code and mostly an extended error code. Belongs to the report or the explanation
 * that it was asked of; the caller owns only what it made itself, by `rdpcheck_client_error_new` and its like.
 */
typedef struct rdpcheck_client_error rdpcheck_client_error;

/**
 * How far a client comes by its default settings, with the host as it was measured. Belongs to a report.
 */
typedef struct rdpcheck_client_outlook rdpcheck_client_outlook;

/**
 * What changed between two reports on one host, for before and after a repair. Owned by the caller. Only what both checks
 * looked at is called fixed or new. The verdicts, the warnings, the measured facts and the clients that differ are in its
 * JSON.
 */
typedef struct rdpcheck_diff rdpcheck_diff;

/**
 * Why a call failed. Owned by the caller.
 */
typedef struct rdpcheck_error rdpcheck_error;

/**
 * A place in the report that speaks for a cause or against it. Belongs to a report.
 */
typedef struct rdpcheck_evidence rdpcheck_evidence;

/**
 * What the error codes of a client mean, and what they do not say. Owned by the caller. What is certain, what is not, the
 * stages, the claims that do not hold, and what to do next are in its JSON and its text.
 */
typedef struct rdpcheck_explanation rdpcheck_explanation;

/**
 * A cause and what the evidence says of it. Belongs to a report.
 */
typedef struct rdpcheck_finding rdpcheck_finding;

/**
 * Advice that is often given for a cause and harms or is of no use. Belongs to a report.
 */
typedef struct rdpcheck_not_offered rdpcheck_not_offered;

/**
 * A text that the caller owns.
 */
typedef struct rdpcheck_string rdpcheck_string;

/**
 * Something that can be done about a cause. Belongs to a report. rdpcheck itself never changes a host.
 */
typedef struct rdpcheck_remedy rdpcheck_remedy;

/**
 * What a check found. Owned by the caller. Everything that is asked of it belongs to it and lives until it is freed.
 * The facts of each stage, the connection attempts and the follow-ups are in its JSON.
 */
typedef struct rdpcheck_report rdpcheck_report;

/**
 * How a check is carried out. Begin with `RDPCHECK_OPTIONS_INIT` and set what differs: zero in a field is its default.
 * Later versions add fields at the end only. A struct of an older header is understood, and one of a newer header too
 * as long as the fields that this version does not know are zero; else the check fails with
 * `RDPCHECK_STATUS_BAD_STRUCT_SIZE`.
 */
typedef struct rdpcheck_options {
    /**
     * `sizeof(rdpcheck_options)` where the caller was compiled; `RDPCHECK_OPTIONS_INIT` sets it.
     */
    uint32_t struct_size;
    /**
     * `RDPCHECK_HAS_...`, combined by `|`, where a zero is meant as a value. Other bits must be 0.
     */
    uint32_t flags;
    /**
     * Deadline of the whole check in milliseconds: 100 to 600000. Default 15000, and 60000 at `RDPCHECK_DEPTH_DEEP`.
     */
    uint32_t deadline_ms;
    /**
     * Limit of name resolution in milliseconds: 10 to 600000. Default 5000.
     */
    uint32_t resolve_timeout_ms;
    /**
     * Limit of the TCP connection, over all addresses together, in milliseconds: 10 to 600000. Default 4500.
     * Below 3000 a host is given up after fewer than three SYN segments.
     */
    uint32_t connect_timeout_ms;
    /**
     * Limit of the answer to the X.224 connection request in milliseconds: 10 to 600000. Default 4500.
     */
    uint32_t negotiate_timeout_ms;
    /**
     * Limit of the TLS handshake in milliseconds: 10 to 600000. Default 5000.
     */
    uint32_t tls_timeout_ms;
    /**
     * Limit of the CredSSP answer in milliseconds: 10 to 600000. Default 5000.
     */
    uint32_t credssp_timeout_ms;
    /**
     * How many connections may be spent, an `rdpcheck_depth`. Default `RDPCHECK_DEPTH_STANDARD`.
     */
    uint32_t depth;
    /**
     * Which addresses are used, an `rdpcheck_address_family`. Default `RDPCHECK_ADDRESS_FAMILY_ANY`.
     */
    uint32_t address_family;
    /**
     * The error code that a client showed, for instance 0x904. Findings that can produce it come first among equals.
     * Default none.
     */
    uint32_t client_error_code;
    /**
     * The extended error code that it showed, for instance 0x7. Default not known.
     */
    uint32_t client_error_extended;
    /**
     * A certificate with fewer days left than this is reported: 1 to 3650, or 0 with
     * `RDPCHECK_HAS_EXPIRY_THRESHOLD_DAYS`. Default 14.
     */
    uint32_t expiry_threshold_days;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * The name that is sent in the TLS server name indication and looked for in the certificate. Default NULL: the
     * target's own name. Read during the call only.
     */
    const char *server_name;
    /**
     * A wish to stop that is asked for during the call. Default NULL: none.
     */
    const struct rdpcheck_cancel *cancel;
    /**
     * A name for this check in the `mstshash` cookie of its X.224 requests, so that a host's log shows who asked: 1 to 64
     * printable ASCII characters but space and semicolon. Default NULL: no cookie is sent, but for one follow-up that
     * finds out whether a host that answers nothing wants one. Read during the call only.
     */
    const char *probe_name;
    /**
     * The hardware address of the host, as `aa:bb:cc:dd:ee:ff`, with `-` for `:`, as `aabb.ccdd.eeff` or without
     * separators. When the host does not answer, a Wake-on-LAN packet for it is broadcast on this machine's own networks,
     * and the host is waited for until the deadline, which should be one to two minutes. Default NULL: nothing is ever
     * sent. Read during the call only.
     */
    const char *wake_on_lan;
} rdpcheck_options;

/**
 * All defaults: `rdpcheck_options options = RDPCHECK_OPTIONS_INIT;`
 */
#define RDPCHECK_OPTIONS_INIT {(uint32_t)sizeof(rdpcheck_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL}

/**
 * A text that belongs to the object that it was asked of, and lives until that object is freed.
 * `data` is never NULL, ends in NUL, and holds no other NUL; `len` does not count the end. UTF-8.
 * Where there is no such text, and for a NULL object, it is "".
 */
typedef struct rdpcheck_str {
    /**
     * The first byte.
     */
    const char *data;
    /**
     * The length in bytes.
     */
    size_t len;
} rdpcheck_str;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- Versions -------------------------------------------------------------- */

/**
 * The version of the library, for instance "1.2.3". Compare with `RDPCHECK_VERSION`.
 */
RDPCHECK_API const char *rdpcheck_version(void);

/**
 * The version of the library's binary interface. A program that was built with another `RDPCHECK_ABI_VERSION` must not
 * call anything but this and `rdpcheck_version`.
 */
RDPCHECK_API
uint32_t rdpcheck_abi_version(void);

/* ---- Status and error ------------------------------------------------------ */

/**
 * The name of a status, for instance `RDPCHECK_STATUS_INVALID_TARGET`; "" for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_status_name(uint32_t status);

/**
 * The status that the call returned; `RDPCHECK_STATUS_OK` for NULL.
 */
RDPCHECK_API rdpcheck_status rdpcheck_error_code(const struct rdpcheck_error *error);

/**
 * What went wrong, in one clause that names the value and what is allowed.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_error_message(const struct rdpcheck_error *error);

/**
 * Frees an error. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_error_free(struct rdpcheck_error *error);

/* ---- Texts that the caller owns -------------------------------------------- */

/**
 * The text, which lives until the string is freed.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_string_view(const struct rdpcheck_string *string);

/**
 * Frees a string. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_string_free(struct rdpcheck_string *string);

/* ---- Check ----------------------------------------------------------------- */

/**
 * Checks a host and blocks until it is done, at the latest at the deadline of the options. May be called on many
 * threads at once.
 *
 * `target` is `host`, `host:port`, an IPv4 address with or without `:port`, an IPv6 address, or `[IPv6]:port`; the port
 * is 3389 where none is given. `options` may be NULL for defaults.
 *
 * A host that refuses, resets or stays silent is no error: the call returns `RDPCHECK_STATUS_OK` and the report says what
 * is wrong. Then `*report_out` is a report, to be freed with `rdpcheck_report_free`. Otherwise nothing is written to
 * `report_out`, and if `error_out` is not NULL, `*error_out` is an error, to be freed with `rdpcheck_error_free`.
 *
 * No credentials are sent and nothing on the host is changed.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
rdpcheck_status rdpcheck_check(const char *target,
                               const struct rdpcheck_options *options,
                               struct rdpcheck_report **report_out,
                               struct rdpcheck_error **error_out);

/**
 * A wish that has not been uttered. To be freed with `rdpcheck_cancel_free`.
 */
RDPCHECK_API RDPCHECK_NODISCARD struct rdpcheck_cancel *rdpcheck_cancel_new(void);

/**
 * Asks every check that was given this object to stop. They return `RDPCHECK_STATUS_CANCELLED` within 0.1 s; so does a
 * check that begins later. May be called from any thread at any time, and in a signal handler. NULL is nothing.
 */
RDPCHECK_API
void rdpcheck_cancel_request(const struct rdpcheck_cancel *cancel);

/**
 * Whether checks were asked to stop; false for NULL.
 */
RDPCHECK_API bool rdpcheck_cancel_is_requested(const struct rdpcheck_cancel *cancel);

/**
 * Frees the object. No check that was given it may be under way. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_cancel_free(struct rdpcheck_cancel *cancel);

/* ---- Report ---------------------------------------------------------------- */

/**
 * Compares two reports. The result does not depend on them, and is to be freed with `rdpcheck_diff_free`. NULL when either
 * is NULL. Reports of different versions are best judged by one first: `rdpcheck_report_diagnosed_again`.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_diff *rdpcheck_report_diff(const struct rdpcheck_report *before,
                                           const struct rdpcheck_report *after);

/**
 * Reads a report that `rdpcheck_report_json` wrote, of this or another version with the same format, with the findings
 * that are stored in it; `rdpcheck_report_diagnose_json` judges anew. The results are handed out as by `rdpcheck_check`.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
rdpcheck_status rdpcheck_report_from_json(const char *json,
                                          struct rdpcheck_report **report_out,
                                          struct rdpcheck_error **error_out);

/**
 * Reads the evidence of a report that `rdpcheck_report_json` wrote, and judges it again by the rules of this version. What
 * the report concluded is not read, so reports of versions with other causes are taken as well. Nothing is looked at again:
 * dates are judged by the clock of the check.
 *
 * `client_error` takes the place of what was given to the check; NULL leaves that. The results are handed out as by
 * `rdpcheck_check`. `RDPCHECK_STATUS_INVALID_REPORT` when the evidence cannot be read; the error names the place.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
rdpcheck_status rdpcheck_report_diagnose_json(const char *json,
                                              const struct rdpcheck_client_error *client_error,
                                              struct rdpcheck_report **report_out,
                                              struct rdpcheck_error **error_out);

/**
 * The report that this version makes of the same evidence, as by `rdpcheck_report_diagnose_json`; to be freed with
 * `rdpcheck_report_free`. NULL for NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_report *rdpcheck_report_diagnosed_again(const struct rdpcheck_report *report);

/**
 * Frees a report and everything that belongs to it. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_report_free(struct rdpcheck_report *report);

/**
 * The top line; `RDPCHECK_HEADLINE_NONE` for NULL.
 */
RDPCHECK_API rdpcheck_headline rdpcheck_report_headline(const struct rdpcheck_report *report);

/**
 * The top line in one sentence.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_report_summary(const struct rdpcheck_report *report);

/**
 * Whether a client that shows this error code and this extended error code can have met the host in this state.
 * `rdpcheck_report_detects(report, 0x904, 0x7)` is the state in which users see "error code 0x904, extended error code
 * 0x7".
 */
RDPCHECK_API
bool rdpcheck_report_detects(const struct rdpcheck_report *report,
                             uint32_t code,
                             uint32_t extended);

/**
 * As `rdpcheck_report_detects`, for a client that shows this error code and any extended error code.
 */
RDPCHECK_API bool rdpcheck_report_detects_code(const struct rdpcheck_report *report, uint32_t code);

/**
 * What the client showed, as given in the options; NULL when nothing was given.
 */
RDPCHECK_API
const struct rdpcheck_client_error *rdpcheck_report_client_error(const struct rdpcheck_report *report);

/**
 * What a Windows client would show against the host as measured; NULL when nothing is expected or known.
 */
RDPCHECK_API
const struct rdpcheck_client_error *rdpcheck_report_expected_client_error(const struct rdpcheck_report *report);

/**
 * Where the expected error comes from: "observed", "inferred", or "none" when none is expected or known.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_expected_client_error_basis(const struct rdpcheck_report *report);

/**
 * Why this error, or none, is expected, in one sentence.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_expected_client_error_reason(const struct rdpcheck_report *report);

/**
 * How many other errors clients show against the same state.
 */
RDPCHECK_API size_t rdpcheck_report_alternative_client_error_count(const struct rdpcheck_report *report);

/**
 * Another error that clients show against the same state; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_client_error *rdpcheck_report_alternative_client_error_at(const struct rdpcheck_report *report,
                                                                                size_t index);

/**
 * Whether what the client showed goes with what was measured: "expected" when the host shows just this, "explained" when
 * an open cause can show it, "contradicted" when the host shows another code, "unexplained" when nothing that was measured
 * shows it, "unknown-code" when the code has no meaning that is known; "" when nothing was given. Further codes may be
 * added.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_client_error_fit_outcome(const struct rdpcheck_report *report);

/**
 * The same in words, and where to look next; "" when nothing was given.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_client_error_fit_message(const struct rdpcheck_report *report);

/**
 * What answers on the port: "windows", "xrdp", "freerdp", "gnome-remote-desktop", "weston", "ironrdp", "other" or
 * "unknown".
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_peer_product(const struct rdpcheck_report *report);

/**
 * What the product rests on, or why it is unknown.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_report_peer_basis(const struct rdpcheck_report *report);

/**
 * How a stage of the main connection ended. `stage` is an `rdpcheck_stage`.
 */
RDPCHECK_API
rdpcheck_stage_status rdpcheck_report_stage_status(const struct rdpcheck_report *report,
                                                   uint32_t stage);

/**
 * Why a stage ended so: "answered", or a code that says how it failed ("timed-out") or why it was skipped
 * ("earlier-stage-failed").
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_stage_reason(const struct rdpcheck_report *report,
                                                 uint32_t stage);

/**
 * How many seconds a stage took; negative when it was not tried.
 */
RDPCHECK_API
double rdpcheck_report_stage_elapsed_seconds(const struct rdpcheck_report *report,
                                             uint32_t stage);

/**
 * How many findings there are: one for every cause.
 */
RDPCHECK_API size_t rdpcheck_report_finding_count(const struct rdpcheck_report *report);

/**
 * A finding, the best explanation first whenever the headline is not healthy; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_finding *rdpcheck_report_finding_at(const struct rdpcheck_report *report,
                                                          size_t index);

/**
 * The finding for a cause, for instance `RDPCHECK_CAUSE_CERTIFICATE_EXPIRED`; NULL for a code that the report does not
 * hold.
 */
RDPCHECK_API
const struct rdpcheck_finding *rdpcheck_report_finding_of(const struct rdpcheck_report *report,
                                                          const char *cause);

/**
 * How many clients there is an outlook for; 0 only when TCP did not connect.
 */
RDPCHECK_API size_t rdpcheck_report_client_count(const struct rdpcheck_report *report);

/**
 * How far a client comes; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_client_outlook *rdpcheck_report_client_at(const struct rdpcheck_report *report,
                                                                size_t index);

/**
 * The target as it was given.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_report_target_given(const struct rdpcheck_report *report);

/**
 * The host that was checked: an address, or a name in ASCII.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_report_target_host(const struct rdpcheck_report *report);

/**
 * The port that was checked; 0 for NULL.
 */
RDPCHECK_API uint16_t rdpcheck_report_target_port(const struct rdpcheck_report *report);

/**
 * The name that is sent in the TLS server name indication; "" when none is.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_report_name_sent(const struct rdpcheck_report *report);

/**
 * How many addresses the target has.
 */
RDPCHECK_API size_t rdpcheck_report_address_count(const struct rdpcheck_report *report);

/**
 * An address of the target; "" beyond the end.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_report_address_at(const struct rdpcheck_report *report,
                                               size_t index);

/**
 * When the check began, by this machine's clock, in seconds since 1970 (UTC).
 */
RDPCHECK_API int64_t rdpcheck_report_started_at_unix_seconds(const struct rdpcheck_report *report);

/**
 * When it ended, by this machine's clock, in seconds since 1970 (UTC).
 */
RDPCHECK_API int64_t rdpcheck_report_finished_at_unix_seconds(const struct rdpcheck_report *report);

/**
 * How many seconds it took.
 */
RDPCHECK_API double rdpcheck_report_duration_seconds(const struct rdpcheck_report *report);

/**
 * How many TCP connections were opened.
 */
RDPCHECK_API uint32_t rdpcheck_report_connections(const struct rdpcheck_report *report);

/**
 * The greatest number of TCP connections that were open at once.
 */
RDPCHECK_API uint32_t rdpcheck_report_connections_at_once(const struct rdpcheck_report *report);

/**
 * How deep the check went.
 */
RDPCHECK_API rdpcheck_depth rdpcheck_report_depth(const struct rdpcheck_report *report);

/**
 * Certificates with fewer days left than this count as expiring soon.
 */
RDPCHECK_API uint32_t rdpcheck_report_expiry_threshold_days(const struct rdpcheck_report *report);

/**
 * The version of the JSON format.
 */
RDPCHECK_API uint32_t rdpcheck_report_schema_version(const struct rdpcheck_report *report);

/**
 * The report as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_report_json(const struct rdpcheck_report *report,
                                             bool pretty);

/**
 * The report for a person, on one screen, readable without colour, to be freed with `rdpcheck_string_free`. NULL for
 * NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_report_text(const struct rdpcheck_report *report);

/**
 * The code of a headline as in JSON, for instance "not-rdp"; "" for 0 and for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_headline_code(uint32_t headline);

/**
 * The code of a stage as in JSON, for instance "credssp"; "" for 0 and for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_stage_code(uint32_t stage);

/* ---- Comparison of two reports --------------------------------------------- */

/**
 * Frees a comparison. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_diff_free(struct rdpcheck_diff *diff);

/**
 * What the changes come to; `RDPCHECK_CHANGE_NONE` for NULL.
 */
RDPCHECK_API rdpcheck_change rdpcheck_diff_change(const struct rdpcheck_diff *diff);

/**
 * The same in one sentence.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_diff_summary(const struct rdpcheck_diff *diff);

/**
 * How many causes were open and are ruled out.
 */
RDPCHECK_API size_t rdpcheck_diff_fixed_count(const struct rdpcheck_diff *diff);

/**
 * The code of a cause that was open and is ruled out, the surest before first; NULL beyond the end.
 */
RDPCHECK_API const char *rdpcheck_diff_fixed_at(const struct rdpcheck_diff *diff, size_t index);

/**
 * How many causes were ruled out and are open.
 */
RDPCHECK_API size_t rdpcheck_diff_new_count(const struct rdpcheck_diff *diff);

/**
 * The code of a cause that was ruled out and is open, the surest now first; NULL beyond the end.
 */
RDPCHECK_API const char *rdpcheck_diff_new_at(const struct rdpcheck_diff *diff, size_t index);

/**
 * How many causes are open in both reports, and surer or less sure than they were.
 */
RDPCHECK_API size_t rdpcheck_diff_changed_count(const struct rdpcheck_diff *diff);

/**
 * The code of a cause that is open in both reports, and surer or less sure than it was; NULL beyond the end.
 */
RDPCHECK_API const char *rdpcheck_diff_changed_at(const struct rdpcheck_diff *diff, size_t index);

/**
 * How many causes are open in both reports with the same verdict.
 */
RDPCHECK_API size_t rdpcheck_diff_unchanged_count(const struct rdpcheck_diff *diff);

/**
 * The code of a cause that is open in both reports with the same verdict; NULL beyond the end.
 */
RDPCHECK_API const char *rdpcheck_diff_unchanged_at(const struct rdpcheck_diff *diff, size_t index);

/**
 * How many causes are open in one report and that the other could not see, or does not speak of.
 */
RDPCHECK_API size_t rdpcheck_diff_not_comparable_count(const struct rdpcheck_diff *diff);

/**
 * The code of a cause that is open in one report and that the other could not see, or does not speak of; NULL beyond the
 * end.
 */
RDPCHECK_API
const char *rdpcheck_diff_not_comparable_at(const struct rdpcheck_diff *diff,
                                            size_t index);

/**
 * The comparison as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_diff_json(const struct rdpcheck_diff *diff,
                                           bool pretty);

/**
 * The comparison for a person, on one screen, to be freed with `rdpcheck_string_free`. NULL for NULL.
 */
RDPCHECK_API RDPCHECK_NODISCARD struct rdpcheck_string *rdpcheck_diff_text(const struct rdpcheck_diff *diff);

/**
 * The code of a change as in JSON, for instance "better"; "" for 0 and for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_change_code(uint32_t change);

/* ---- What a client shows --------------------------------------------------- */

/**
 * An error code with its extended error code, to be freed with `rdpcheck_client_error_free`.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_client_error *rdpcheck_client_error_new(uint32_t code,
                                                        uint32_t extended);

/**
 * As `rdpcheck_client_error_new`, where the extended error code is not known.
 */
RDPCHECK_API RDPCHECK_NODISCARD struct rdpcheck_client_error *rdpcheck_client_error_new_code(uint32_t code);

/**
 * Reads `CODE` or `CODE/EXTENDED`, each decimal or hexadecimal with `0x`, and what people paste: the client's dialog in
 * any layout and most languages, its event 1026, log lines with the name of a code. At most 64 KiB.
 *
 * On success, `*client_error_out` is to be freed with `rdpcheck_client_error_free`. `RDPCHECK_STATUS_INVALID_OPTIONS` when
 * there is no code in the text, or when there are two different ones, which the error then names.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
rdpcheck_status rdpcheck_client_error_parse(const char *shown,
                                            struct rdpcheck_client_error **client_error_out,
                                            struct rdpcheck_error **error_out);

/**
 * Frees what `rdpcheck_client_error_new`, `rdpcheck_client_error_new_code` or `rdpcheck_client_error_parse` made, and
 * nothing else. NULL is nothing.
 */
RDPCHECK_API
void rdpcheck_client_error_free(struct rdpcheck_client_error *client_error);

/**
 * The error code, for instance 0x904; 0 for NULL.
 */
RDPCHECK_API uint32_t rdpcheck_client_error_code(const struct rdpcheck_client_error *client_error);

/**
 * Whether the extended error code is known; false for NULL.
 */
RDPCHECK_API bool rdpcheck_client_error_has_extended(const struct rdpcheck_client_error *client_error);

/**
 * The extended error code, for instance 0x7; 0 where it is not known.
 */
RDPCHECK_API uint32_t rdpcheck_client_error_extended(const struct rdpcheck_client_error *client_error);

/**
 * Both as people write them: "0x904/0x7", or "0x204" where the extended code is not known.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_client_error_text(const struct rdpcheck_client_error *client_error);

/* ---- What codes mean ------------------------------------------------------- */

/**
 * Says what an error code with its extended error code means. No host is asked. To be freed with
 * `rdpcheck_explanation_free`.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_explanation *rdpcheck_explain(uint32_t code,
                                              uint32_t extended);

/**
 * As `rdpcheck_explain`, where the extended error code is not known.
 */
RDPCHECK_API RDPCHECK_NODISCARD struct rdpcheck_explanation *rdpcheck_explain_code(uint32_t code);

/**
 * As `rdpcheck_explain`, for the codes in a text, which is read as by `rdpcheck_client_error_parse`. On success,
 * `*explanation_out` is to be freed with `rdpcheck_explanation_free`.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
rdpcheck_status rdpcheck_explain_text(const char *shown,
                                      struct rdpcheck_explanation **explanation_out,
                                      struct rdpcheck_error **error_out);

/**
 * Frees an explanation and everything that belongs to it. NULL is nothing.
 */
RDPCHECK_API void rdpcheck_explanation_free(struct rdpcheck_explanation *explanation);

/**
 * The codes that are explained, which a text gives only after it was read; NULL for NULL.
 */
RDPCHECK_API
const struct rdpcheck_client_error *rdpcheck_explanation_shown(const struct rdpcheck_explanation *explanation);

/**
 * Whether there is an authoritative text about each code that was given; false for NULL.
 */
RDPCHECK_API bool rdpcheck_explanation_is_known(const struct rdpcheck_explanation *explanation);

/**
 * What it comes to, in one clause.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_explanation_title(const struct rdpcheck_explanation *explanation);

/**
 * What the error code means, or that no authoritative text is known.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_explanation_meaning(const struct rdpcheck_explanation *explanation);

/**
 * What the extended error code means, or that no authoritative text is known; "" when none was given.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_explanation_extended_meaning(const struct rdpcheck_explanation *explanation);

/**
 * How many causes the codes can come from.
 */
RDPCHECK_API size_t rdpcheck_explanation_cause_count(const struct rdpcheck_explanation *explanation);

/**
 * The code of a cause that the codes can come from, the best founded first; NULL beyond the end. It lives as long as the
 * library is loaded.
 */
RDPCHECK_API
const char *rdpcheck_explanation_cause_at(const struct rdpcheck_explanation *explanation,
                                          size_t index);

/**
 * The explanation as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_explanation_json(const struct rdpcheck_explanation *explanation,
                                                  bool pretty);

/**
 * The explanation for a person, on one screen, to be freed with `rdpcheck_string_free`. NULL for NULL.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_explanation_text(const struct rdpcheck_explanation *explanation);

/**
 * Searches every table of codes, as JSON, on one line or indented, to be freed with `rdpcheck_string_free`: for a number,
 * decimal or hexadecimal with `0x`, else for a symbol in any case, else for what has all the words. `entries` of the JSON
 * is empty when nothing is found. The same number means different things in different tables: each entry names its own.
 * NULL for NULL and for a text that is not UTF-8.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_code_find(const char *wanted,
                                           bool pretty);

/* ---- How far clients come -------------------------------------------------- */

/**
 * The stable code of the client, for instance "windows-11-24h2".
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_client_outlook_client(const struct rdpcheck_client_outlook *outlook);

/**
 * The name of the client.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_client_outlook_name(const struct rdpcheck_client_outlook *outlook);

/**
 * How far it comes.
 */
RDPCHECK_API rdpcheck_outcome rdpcheck_client_outlook_outcome(const struct rdpcheck_client_outlook *outlook);

/**
 * The stage at which it stops; `RDPCHECK_STAGE_NONE` unless it does.
 */
RDPCHECK_API rdpcheck_stage rdpcheck_client_outlook_stage(const struct rdpcheck_client_outlook *outlook);

/**
 * The code of the cause that stops it; "" unless it is stopped, and where what stops it may have more than one cause. It
 * lives as long as the library is loaded.
 */
RDPCHECK_API
const char *rdpcheck_client_outlook_cause(const struct rdpcheck_client_outlook *outlook);

/**
 * The last stage that was measured and that it gets through; `RDPCHECK_STAGE_NONE` when there is none.
 */
RDPCHECK_API rdpcheck_stage rdpcheck_client_outlook_reaches(const struct rdpcheck_client_outlook *outlook);

/**
 * How many causes it asks its user about, or warns of, before it goes on.
 */
RDPCHECK_API size_t rdpcheck_client_outlook_warns_count(const struct rdpcheck_client_outlook *outlook);

/**
 * The code of a cause that it asks its user about, or warns of; NULL beyond the end. It lives as long as the library is
 * loaded.
 */
RDPCHECK_API
const char *rdpcheck_client_outlook_warns_at(const struct rdpcheck_client_outlook *outlook,
                                             size_t index);

/**
 * Why, in one sentence.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_client_outlook_reason(const struct rdpcheck_client_outlook *outlook);

/**
 * The code of an outcome as in JSON, for instance "connects"; "" for 0 and for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_outcome_code(uint32_t outcome);

/* ---- Causes ---------------------------------------------------------------- */

/** The name has no address, or the resolver failed. */
#define RDPCHECK_CAUSE_NAME_NOT_RESOLVED "name-not-resolved"
/** There is no route to the host, or a router says that it cannot be reached. */
#define RDPCHECK_CAUSE_NETWORK_UNREACHABLE "network-unreachable"
/** The host is powered off or not on the network. */
#define RDPCHECK_CAUSE_HOST_OFF "host-off"
/** The host sleeps or hibernates. */
#define RDPCHECK_CAUSE_HOST_ASLEEP "host-asleep"
/** Something drops connection requests to the port. */
#define RDPCHECK_CAUSE_FIREWALL_DROPS "firewall-drops"
/** Something refuses connection requests on the host's behalf. */
#define RDPCHECK_CAUSE_FIREWALL_REJECTS "firewall-rejects"
/** The host is up and nothing listens on the port. */
#define RDPCHECK_CAUSE_RDP_NOT_LISTENING "rdp-not-listening"
/** Remote Desktop answers on another port than the one used. */
#define RDPCHECK_CAUSE_WRONG_PORT "wrong-port"
/** Another service owns the port. */
#define RDPCHECK_CAUSE_NOT_RDP "not-rdp"
/** A proxy, bastion or port mapper accepts the connection and cannot reach the host. */
#define RDPCHECK_CAUSE_FORWARDER_WITHOUT_BACKEND "forwarder-without-backend"
/** The host, or a protector in front of it, has had enough connections. */
#define RDPCHECK_CAUSE_CONNECTION_LIMIT "connection-limit"
/** TCP is accepted and the Remote Desktop service never answers. */
#define RDPCHECK_CAUSE_LISTENER_HUNG "listener-hung"
/** A device on the path resets what looks like Remote Desktop. */
#define RDPCHECK_CAUSE_MIDDLEBOX_RESETS_RDP "middlebox-resets-rdp"
/** Segments are lost on the path. */
#define RDPCHECK_CAUSE_PACKET_LOSS "packet-loss"
/** Big packets vanish on the path without word of it. */
#define RDPCHECK_CAUSE_PATH_MTU_BLACK_HOLE "path-mtu-black-hole"
/** A ClientHello of more than one segment is lost or reset where a small one passes. */
#define RDPCHECK_CAUSE_LARGE_HELLO_DROPPED "large-hello-dropped"
/** A device on the path resets the connection at the TLS ClientHello. */
#define RDPCHECK_CAUSE_MIDDLEBOX_RESETS_TLS "middlebox-resets-tls"
/** A device on the path swallows TLS on this port. */
#define RDPCHECK_CAUSE_MIDDLEBOX_DROPS_TLS "middlebox-drops-tls"
/** TLS is broken open on the way. */
#define RDPCHECK_CAUSE_TLS_INTERCEPTED "tls-intercepted"
/** The round trip or the bandwidth is so bad that timers fire. */
#define RDPCHECK_CAUSE_SLOW_PATH "slow-path"
/** The path works and fails in turn. */
#define RDPCHECK_CAUSE_UNSTABLE_PATH "unstable-path"
/** The host allows only Standard RDP Security. */
#define RDPCHECK_CAUSE_SECURITY_LAYER_RDP_ONLY "security-layer-rdp-only"
/** The host insists on network level authentication; a cause only for clients that cannot do it. */
#define RDPCHECK_CAUSE_NLA_REQUIRED "nla-required"
/** The host refuses Standard RDP Security; a cause only for clients that know nothing else. */
#define RDPCHECK_CAUSE_TLS_REQUIRED "tls-required"
/** The host has no certificate that it can use. */
#define RDPCHECK_CAUSE_HOST_HAS_NO_CERTIFICATE "host-has-no-certificate"
/** The host asks for a client certificate. */
#define RDPCHECK_CAUSE_CLIENT_CERTIFICATE_REQUIRED "client-certificate-required"
/** The host takes only Entra ID sign-in. */
#define RDPCHECK_CAUSE_ENTRA_ID_REQUIRED "entra-id-required"
/** The peer breaks the rules of the negotiation. */
#define RDPCHECK_CAUSE_NEGOTIATION_VIOLATION "negotiation-violation"
/** The host chooses TLS and then cannot use its certificate's key. */
#define RDPCHECK_CAUSE_LISTENER_KEY_UNUSABLE "listener-key-unusable"
/** Host and client share no TLS version. */
#define RDPCHECK_CAUSE_NO_COMMON_TLS_VERSION "no-common-tls-version"
/** The TLS versions agree and the cipher suites do not. */
#define RDPCHECK_CAUSE_NO_COMMON_CIPHER_SUITE "no-common-cipher-suite"
/** TLS begins and the host never answers. */
#define RDPCHECK_CAUSE_TLS_SERVICE_HUNG "tls-service-hung"
/** TLS 1.0 or 1.1 is used (a risk, not a cause of failure). */
#define RDPCHECK_CAUSE_LEGACY_TLS_ENABLED "legacy-tls-enabled"
/** The certificate has expired. */
#define RDPCHECK_CAUSE_CERTIFICATE_EXPIRED "certificate-expired"
/** The certificate is not valid yet. */
#define RDPCHECK_CAUSE_CERTIFICATE_NOT_YET_VALID "certificate-not-yet-valid"
/** The certificate expires soon. */
#define RDPCHECK_CAUSE_CERTIFICATE_EXPIRES_SOON "certificate-expires-soon"
/** Windows should have renewed its own certificate and did not. */
#define RDPCHECK_CAUSE_CERTIFICATE_RENEWAL_FAILS "certificate-renewal-fails"
/** The name used is not in the certificate. */
#define RDPCHECK_CAUSE_CERTIFICATE_NAME_MISMATCH "certificate-name-mismatch"
/** The certificate's chain does not end in a trusted root. */
#define RDPCHECK_CAUSE_CERTIFICATE_UNTRUSTED "certificate-untrusted"
/** The certificate's key or signature is below what clients accept. */
#define RDPCHECK_CAUSE_CERTIFICATE_WEAK "certificate-weak"
/** The certificate's key usage forbids use by a TLS server. */
#define RDPCHECK_CAUSE_CERTIFICATE_WRONG_USAGE "certificate-wrong-usage"
/** Different certificates are served on the same address. */
#define RDPCHECK_CAUSE_CERTIFICATE_VARIES "certificate-varies"
/** The policies against CVE-2018-0886 of client and host do not meet. */
#define RDPCHECK_CAUSE_CREDSSP_ORACLE_POLICY "credssp-oracle-policy"
/** TLS stands, and CredSSP is not answered or breaks off. */
#define RDPCHECK_CAUSE_CREDSSP_FAILS "credssp-fails"
/** The clocks differ by more than Kerberos bears. */
#define RDPCHECK_CAUSE_CLOCK_SKEW "clock-skew"
/** No logon server could be reached. */
#define RDPCHECK_CAUSE_NO_LOGON_SERVER "no-logon-server"
/** The host is not trusted by its domain. */
#define RDPCHECK_CAUSE_DOMAIN_TRUST_BROKEN "domain-trust-broken"
/** User name or password are not accepted. */
#define RDPCHECK_CAUSE_CREDENTIALS_REJECTED "credentials-rejected"
/** The account may not be used here or now. */
#define RDPCHECK_CAUSE_ACCOUNT_RESTRICTED "account-restricted"
/** The user lacks the right to log on by Remote Desktop. */
#define RDPCHECK_CAUSE_NOT_AUTHORISED "not-authorised"
/** A session that does not go away blocks the user. */
#define RDPCHECK_CAUSE_STUCK_SESSION "stuck-session"
/** No licence could be had. */
#define RDPCHECK_CAUSE_LICENSING "licensing"
/** The Remote Desktop gateway refuses. */
#define RDPCHECK_CAUSE_GATEWAY "gateway"
/** The side channel over UDP breaks an established session. */
#define RDPCHECK_CAUSE_UDP_TRANSPORT_DROPS "udp-transport-drops"
/** Remote Desktop is switched off. */
#define RDPCHECK_CAUSE_RDP_DISABLED "rdp-disabled"
/** The Remote Desktop service is disabled or stopped. */
#define RDPCHECK_CAUSE_RDP_SERVICE_DISABLED "rdp-service-disabled"
/** The firewall rule for Remote Desktop is off, or is for another port or profile. */
#define RDPCHECK_CAUSE_FIREWALL_RULE_DISABLED "firewall-rule-disabled"
/** The firewall service is down and its boot-time filters block everything. */
#define RDPCHECK_CAUSE_FIREWALL_SERVICE_DEAD "firewall-service-dead"
/** A connection security rule demands IPsec. */
#define RDPCHECK_CAUSE_IPSEC_REQUIRED "ipsec-required"
/** A security setting of the listener is outside its values. */
#define RDPCHECK_CAUSE_SECURITY_SETTINGS_OUT_OF_RANGE "security-settings-out-of-range"
/** FIPS mode or the encryption level excludes the client. */
#define RDPCHECK_CAUSE_FIPS_OR_ENCRYPTION_LEVEL "fips-or-encryption-level"
/** TLS is switched off on the host, or its cipher list is empty. */
#define RDPCHECK_CAUSE_TLS_DISABLED_ON_HOST "tls-disabled-on-host"
/** Local and group policy disagree and sessions drop at each refresh. */
#define RDPCHECK_CAUSE_POLICY_FLAPPING "policy-flapping"
/** The network adapter may be switched off to save power. */
#define RDPCHECK_CAUSE_ADAPTER_POWER_SAVING "adapter-power-saving"
/** The host is set to sleep while plugged in. */
#define RDPCHECK_CAUSE_SLEEP_ENABLED "sleep-enabled"
/** The listener is bound to an adapter that is gone. */
#define RDPCHECK_CAUSE_LISTENER_BOUND_ELSEWHERE "listener-bound-elsewhere"
/** The rules "Remote Desktop (WebSocket)" do not matter to a client that connects to the RDP port; they are disabled on healthy hosts. */
#define RDPCHECK_CAUSE_WEBSOCKET_RULE "websocket-rule"
/** A device on the path swallows what looks like Remote Desktop. */
#define RDPCHECK_CAUSE_MIDDLEBOX_DROPS_RDP "middlebox-drops-rdp"
/** TCP connects and no data after that passes: a device completes the handshake on the host's behalf, or filters one direction. */
#define RDPCHECK_CAUSE_MIDDLEBOX_DROPS_DATA "middlebox-drops-data"
/** The host takes Kerberos and refuses NTLM; a cause only for clients without Kerberos, such as those that use an IP address. */
#define RDPCHECK_CAUSE_NTLM_REFUSED "ntlm-refused"
/** A policy of the client keeps it from sending these credentials to this host. */
#define RDPCHECK_CAUSE_DELEGATION_POLICY "delegation-policy"
/** The client's smart card, its reader or its service cannot be used. */
#define RDPCHECK_CAUSE_SMART_CARD "smart-card"

/**
 * How many causes this version knows. Every report holds one finding for each.
 */
RDPCHECK_API size_t rdpcheck_cause_count(void);

/**
 * The code of a cause of the catalogue, for instance "certificate-expired"; NULL beyond the end. It lives as long as the
 * library is loaded. `RDPCHECK_CAUSE_...` are the codes that the version of this header knows.
 */
RDPCHECK_API
const char *rdpcheck_cause_at(size_t index);

/**
 * What a cause is, in one clause; "" for a code that this version does not know. It lives as long as the library is
 * loaded.
 */
RDPCHECK_API
const char *rdpcheck_cause_says(const char *cause);

/**
 * The stage at which a cause stops a connection; `RDPCHECK_STAGE_NONE` for what is no matter of one stage, and for a code
 * that this version does not know.
 */
RDPCHECK_API
rdpcheck_stage rdpcheck_cause_stage(const char *cause);

/**
 * Everything that is known of a cause as JSON, on one line or indented, to be freed with `rdpcheck_string_free`: what is
 * seen, what it does not prove, the rules, the remedies, what is not offered, the sources. NULL for a code that this version
 * does not know.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_cause_json(const char *cause,
                                            bool pretty);

/**
 * The same for a person, to be freed with `rdpcheck_string_free`. NULL for a code that this version does not know.
 */
RDPCHECK_API
RDPCHECK_NODISCARD
struct rdpcheck_string *rdpcheck_cause_text(const char *cause);

/* ---- Finding --------------------------------------------------------------- */

/**
 * The code of the cause, to be compared with `RDPCHECK_CAUSE_...` by `strcmp`. It lives as long as the library is loaded.
 * "" for NULL.
 */
RDPCHECK_API
const char *rdpcheck_finding_cause(const struct rdpcheck_finding *finding);

/**
 * How sure it is that the cause is at work.
 */
RDPCHECK_API rdpcheck_verdict rdpcheck_finding_verdict(const struct rdpcheck_finding *finding);

/**
 * Whether the cause is confirmed, likely or possible; false for NULL.
 */
RDPCHECK_API bool rdpcheck_finding_is_open(const struct rdpcheck_finding *finding);

/**
 * The stage that it concerns; `RDPCHECK_STAGE_NONE` when it is no matter of one stage.
 */
RDPCHECK_API rdpcheck_stage rdpcheck_finding_stage(const struct rdpcheck_finding *finding);

/**
 * What was found, in one or two sentences.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_finding_message(const struct rdpcheck_finding *finding);

/**
 * What the evidence does not prove; "" when there is nothing to say.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_finding_not_proved(const struct rdpcheck_finding *finding);

/**
 * What speaks against a verdict that is confirmed or likely; "" when nothing excludes it.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_finding_contradiction(const struct rdpcheck_finding *finding);

/**
 * How many places of the report speak for the cause or against it.
 */
RDPCHECK_API size_t rdpcheck_finding_evidence_count(const struct rdpcheck_finding *finding);

/**
 * A place of the report that speaks for the cause or against it, what decided the verdict first; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_evidence *rdpcheck_finding_evidence_at(const struct rdpcheck_finding *finding,
                                                             size_t index);

/**
 * How many rules were applied; 0 when none speaks of what was seen.
 */
RDPCHECK_API size_t rdpcheck_finding_rule_count(const struct rdpcheck_finding *finding);

/**
 * The code of a rule that was applied, in order; "" beyond the end.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_finding_rule_at(const struct rdpcheck_finding *finding,
                                             size_t index);

/**
 * How many remedies there are; none unless the verdict is open.
 */
RDPCHECK_API size_t rdpcheck_finding_remedy_count(const struct rdpcheck_finding *finding);

/**
 * A remedy; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_remedy *rdpcheck_finding_remedy_at(const struct rdpcheck_finding *finding,
                                                         size_t index);

/**
 * How many ways of settling it there are; none when it is settled.
 */
RDPCHECK_API size_t rdpcheck_finding_settle_by_count(const struct rdpcheck_finding *finding);

/**
 * A way of settling it; "" beyond the end.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_finding_settle_by_at(const struct rdpcheck_finding *finding,
                                                  size_t index);

/**
 * How much advice is often given for the cause and is not offered; none unless the verdict is open.
 */
RDPCHECK_API size_t rdpcheck_finding_not_offered_count(const struct rdpcheck_finding *finding);

/**
 * Advice that is not offered; NULL beyond the end.
 */
RDPCHECK_API
const struct rdpcheck_not_offered *rdpcheck_finding_not_offered_at(const struct rdpcheck_finding *finding,
                                                                   size_t index);

/**
 * The code of a verdict as in JSON, for instance "ruled-out"; "" for 0 and for a number that this version does not know.
 */
RDPCHECK_API
const char *rdpcheck_verdict_code(uint32_t verdict);

/**
 * Where in the report it is: a JSON pointer (RFC 6901) into the report's JSON.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_evidence_pointer(const struct rdpcheck_evidence *evidence);

/**
 * What is there, in words.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_evidence_seen(const struct rdpcheck_evidence *evidence);

/**
 * Whether it speaks for the cause: "for" or "against".
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_evidence_bearing(const struct rdpcheck_evidence *evidence);

/* ---- Remedy ---------------------------------------------------------------- */

/**
 * The code of the remedy, for instance "restart-term-service"; the same remedy has the same code under every cause. "" in
 * a stored report of a version that had none.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_remedy_code(const struct rdpcheck_remedy *remedy);

/**
 * What it does, and what words in capitals in the command stand for.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_action(const struct rdpcheck_remedy *remedy);

/**
 * Where it is done: "client", "directory", "host" or "network".
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_place(const struct rdpcheck_remedy *remedy);

/**
 * The product of the host that it is for, as in `rdpcheck_report_peer_product`; "" for any.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_peer(const struct rdpcheck_remedy *remedy);

/**
 * "fix" when it mends the fault, "isolation" when it only shows whether the fault is there and is undone afterwards.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_remedy_kind(const struct rdpcheck_remedy *remedy);

/**
 * What the command is written for: "cmd", "powershell" or "sh"; "" without a command.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_shell(const struct rdpcheck_remedy *remedy);

/**
 * The exact command, of one line; "" when there is none. Capitals such as `HOST` stand for what was not known.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_remedy_command(const struct rdpcheck_remedy *remedy);

/**
 * How it is undone, as a command for the same shell or in words; "" when there is nothing to undo or no way to.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_remedy_undo(const struct rdpcheck_remedy *remedy);

/**
 * Why there is nothing to undo, or no way to; "" when `rdpcheck_remedy_undo` says how.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_no_undo(const struct rdpcheck_remedy *remedy);

/**
 * What it may cost.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_risk(const struct rdpcheck_remedy *remedy);

/**
 * What is restarted by it, or must be restarted for it to take effect, and what that interrupts; "" when nothing.
 */
RDPCHECK_API
struct rdpcheck_str rdpcheck_remedy_restart(const struct rdpcheck_remedy *remedy);

/**
 * Where it comes from; "" in a stored report of a version that did not say.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_remedy_source(const struct rdpcheck_remedy *remedy);

/**
 * What is advised.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_not_offered_advice(const struct rdpcheck_not_offered *not_offered);

/**
 * Why it is not offered.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_not_offered_reason(const struct rdpcheck_not_offered *not_offered);

/**
 * Where that comes from.
 */
RDPCHECK_API struct rdpcheck_str rdpcheck_not_offered_source(const struct rdpcheck_not_offered *not_offered);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RDPCHECK_H */
