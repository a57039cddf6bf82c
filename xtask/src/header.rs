//! The C header: what cbindgen makes of `rdpcheck-ffi`, with version and cause macros, in the order of use.

use std::fmt::Write as _;
use std::path::Path;

use rdpcheck_core::Cause;

/// The sections of functions in their order, with the beginnings of the names that belong there.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Versions", &["rdpcheck_version", "rdpcheck_abi_version"]),
    ("Status and error", &["rdpcheck_status_", "rdpcheck_error_"]),
    ("Texts that the caller owns", &["rdpcheck_string_"]),
    ("Check", &["rdpcheck_check", "rdpcheck_cancel_"]),
    ("Report", &["rdpcheck_report_", "rdpcheck_headline_", "rdpcheck_stage_"]),
    ("Comparison of two reports", &["rdpcheck_diff_", "rdpcheck_change_"]),
    ("What a client shows", &["rdpcheck_client_error_"]),
    ("What codes mean", &["rdpcheck_explain", "rdpcheck_explanation_", "rdpcheck_code_"]),
    ("How far clients come", &["rdpcheck_client_outlook_", "rdpcheck_outcome_"]),
    ("Causes", &["rdpcheck_cause_"]),
    ("Finding", &["rdpcheck_finding_", "rdpcheck_verdict_", "rdpcheck_evidence_"]),
    ("Remedy", &["rdpcheck_remedy_", "rdpcheck_not_offered_"]),
];

const CAUSES: &str = "Causes";

/// The text of `include/rdpcheck.h`.
pub(crate) fn render(root: &Path) -> Result<String, String> {
    let ffi = root.join("rdpcheck-ffi");
    let mut config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    config.after_includes = Some(format!("{LINKAGE}\n{}", version_macros(env!("CARGO_PKG_VERSION"))?));
    let bindings = cbindgen::Builder::new()
        .with_crate(&ffi)
        .with_config(config)
        .generate()
        .map_err(|error| format!("cbindgen: {error}"))?;
    let mut raw = Vec::new();
    bindings.write(&mut raw);
    let raw = String::from_utf8(raw).map_err(|error| format!("cbindgen: {error}"))?;
    with_sections(&with_initialiser(raw.trim_start())?)
}

const LINKAGE: &str = "
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
";

fn version_macros(version: &str) -> Result<String, String> {
    let numbers: Vec<u32> = version
        .split('.')
        .map(|part| part.parse().map_err(|_| format!("{version:?} is not MAJOR.MINOR.PATCH")))
        .collect::<Result<_, _>>()?;
    let [major, minor, patch] = numbers[..] else {
        return Err(format!("{version:?} is not MAJOR.MINOR.PATCH"));
    };
    if minor > 999 || patch > 999 {
        return Err(format!("{version:?} does not fit RDPCHECK_VERSION_NUMBER"));
    }
    let number = major * 1_000_000 + minor * 1_000 + patch;
    Ok(format!(
        "/** The version of this header. */
#define RDPCHECK_VERSION \"{version}\"
#define RDPCHECK_VERSION_MAJOR {major}
#define RDPCHECK_VERSION_MINOR {minor}
#define RDPCHECK_VERSION_PATCH {patch}
/** The version as one number that grows: major * 1000000 + minor * 1000 + patch. */
#define RDPCHECK_VERSION_NUMBER {number}
"
    ))
}

fn cause_macros() -> String {
    let mut out = String::new();
    for cause in Cause::ALL {
        let name = cause.code().to_uppercase().replace('-', "_");
        let _infallible = write!(
            out,
            "/** {}. */\n#define RDPCHECK_CAUSE_{name} \"{}\"\n",
            capitalised(cause.says()),
            cause.code()
        );
    }
    out
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// Puts `RDPCHECK_OPTIONS_INIT` after the struct that it is for, with as many values as that has fields.
fn with_initialiser(header: &str) -> Result<String, String> {
    const BEGIN: &str = "typedef struct rdpcheck_options {\n";
    const END: &str = "} rdpcheck_options;\n";
    let (before, rest) = header.split_once(BEGIN).ok_or("the header has no rdpcheck_options")?;
    let (body, after) = rest.split_once(END).ok_or("the header does not end rdpcheck_options")?;
    let mut fields = body
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(';') && !line.starts_with('*') && !line.starts_with('/'));
    if !fields.next().is_some_and(|first| first.contains("struct_size")) {
        return Err("rdpcheck_options does not begin with struct_size".to_owned());
    }
    let values: String = fields.map(|line| if line.contains('*') { ", NULL" } else { ", 0" }).collect();
    Ok(format!(
        "{before}{BEGIN}{body}{END}
/**
 * All defaults: `rdpcheck_options options = RDPCHECK_OPTIONS_INIT;`
 */
#define RDPCHECK_OPTIONS_INIT {{(uint32_t)sizeof(rdpcheck_options){values}}}
{after}"
    ))
}

/// Groups the functions by noun, in the order in which a program needs them.
fn with_sections(header: &str) -> Result<String, String> {
    const BEGIN: &str = "extern \"C\" {\n#endif // __cplusplus\n";
    const END: &str = "#ifdef __cplusplus\n}  // extern \"C\"";
    let (before, rest) = header.split_once(BEGIN).ok_or("the header has no functions")?;
    let (functions, after) = rest.split_once(END).ok_or("the header does not end its functions")?;
    let mut out = format!("{before}{BEGIN}\n");
    let mut left: Vec<&str> = functions.trim().split("\n\n").collect();
    for (title, beginnings) in SECTIONS {
        let rule = "-".repeat(70 - title.len());
        let _infallible = write!(out, "/* ---- {title} {rule} */\n\n");
        if *title == CAUSES {
            out.push_str(&cause_macros());
            out.push('\n');
        }
        for beginning in *beginnings {
            let (here, others) =
                left.into_iter().partition(|function| name_of(function).starts_with(beginning));
            left = others;
            for function in here {
                out.push_str(function);
                out.push_str("\n\n");
            }
        }
    }
    if let Some(function) = left.first() {
        return Err(format!("no section of the header is for {}", name_of(function)));
    }
    Ok(format!("{out}{END}{after}"))
}

/// The name of the function that a block, a comment and a declaration, declares.
fn name_of(block: &str) -> &str {
    let declaration = block.rsplit_once("*/").map_or(block, |(_, declaration)| declaration);
    let before = declaration.split('(').next().unwrap_or_default();
    before
        .rsplit(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_numbers_grow() {
        assert!(version_macros("1.20.3").unwrap().contains("NUMBER 1020003\n"));
        for bad in ["1.2", "1.2.3-rc1", "1.1000.0", ""] {
            assert!(version_macros(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_initialiser_has_a_value_for_each_field() {
        let header = "typedef struct rdpcheck_options {\n    /** A size; really. */\n    uint32_t struct_size;\n    \
                      uint32_t flags;\n    const char *name;\n} rdpcheck_options;\n";
        let out = with_initialiser(header).unwrap();
        assert!(out.contains("{(uint32_t)sizeof(rdpcheck_options), 0, NULL}\n"), "{out}");
        assert!(with_initialiser("").is_err());
    }

    #[test]
    fn functions_are_found_by_their_names() {
        let block = "/**\n * Frees (NULL too).\n */\nRDPCHECK_API\nvoid rdpcheck_error_free(struct rdpcheck_error *error);";
        assert_eq!(name_of(block), "rdpcheck_error_free");
    }
}
