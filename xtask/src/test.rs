//! `cargo xtask test`: everything that tests something, from the sources to one table.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::board::{Board, Reports};
use crate::process::{self, Finished, LIMIT, which};
use crate::python::Python;
use crate::workspace::Workspace;
use crate::{generate, readme};

/// The parts in the order in which they run.
pub(crate) const PARTS: &[(&str, &str)] = &[
    ("rust", "unit, integration and lab tests of every Rust package"),
    ("doc", "the examples in the documentation of the Rust packages"),
    ("c", "the C library, and the C and C++ examples without a warning"),
    ("python", "the wheel, installed in an environment of its own, under pytest"),
    ("parity", "every scenario through Rust, C and Python: the same report"),
    ("real-servers", "real Remote Desktop servers, where they are installed"),
    ("examples", "the Rust examples, run as the README says"),
    ("readme", "the examples in the README"),
    ("benches", "the measurements, shortened: that they work"),
    ("drift", "the generated files are what would be generated"),
];

/// The package that plays every scenario through every language.
const PARITY: &str = "rdpcheck-parity";
/// The package of the tests against real servers.
const REAL_SERVERS: &str = "rdpcheck-real-servers";
/// Python links this package's library, and only there it can run.
const PYTHON_PACKAGE: &str = "rdpcheck-py";

/// Runs the wanted parts.
pub(crate) fn run(workspace: &Workspace, board: &mut Board, wanted: &dyn Fn(&str) -> bool) {
    let needs_programs = ["rust", "python", "parity", "real-servers", "readme"];
    let built = if needs_programs.iter().any(|part| wanted(part)) {
        let mut built = None;
        board.one("rust: build", || {
            built = Some(build(workspace)?);
            Ok(None)
        });
        built
    } else {
        None
    };
    if let (true, Some(built)) = (wanted("rust"), &built) {
        rust(workspace, board, built);
    }
    if wanted("doc") {
        board.several("rust: documentation", Reports::Libtest, || {
            process::run(
                &mut workspace.cargo(&[
                    "test",
                    "--locked",
                    "--workspace",
                    "--exclude",
                    PYTHON_PACKAGE,
                    "--doc",
                    "--no-fail-fast",
                ]),
                LIMIT,
            )
        });
    }
    let mut languages = Languages::default();
    if wanted("c") || wanted("parity") || wanted("readme") {
        languages.c_library = c_library(workspace, board);
        if languages.c_library {
            languages.c_example = c_examples(workspace, board);
        }
    }
    if wanted("python") || wanted("parity") || wanted("readme") {
        languages.python = python(workspace, board, built.as_ref(), wanted("python"));
    }
    if let (true, Some(built)) = (wanted("parity"), &built) {
        parity(workspace, board, built, &languages);
    }
    if let (true, Some(built)) = (wanted("real-servers"), &built) {
        several_of(board, workspace, built, REAL_SERVERS, "real servers", &[], &[]);
    }
    if wanted("examples") {
        examples(workspace, board);
    }
    if let (true, Some(built)) = (wanted("readme"), &built) {
        readme::test(workspace, board, built, &languages);
    }
    if wanted("benches") {
        board.one("benches: short run", || {
            let arguments = ["bench", "--locked", "--package", "rdpcheck-benches", "--", "--quick"];
            process::run(&mut workspace.cargo(&arguments), LIMIT).ok().map(|_| None)
        });
    }
    if wanted("drift") {
        board.one("generated files", || generate::in_step(workspace).map(|()| None));
    }
}

/// What the languages other than Rust need and gave.
#[derive(Default)]
pub(crate) struct Languages {
    /// Whether the C library was built.
    pub(crate) c_library: bool,
    /// The C example that checks a host.
    pub(crate) c_example: Option<PathBuf>,
    /// The Python of the environment that the wheel is installed in.
    pub(crate) python: Option<PathBuf>,
}

/// A program or library that cargo built.
pub(crate) struct Artifact {
    pub(crate) package: String,
    pub(crate) target: String,
    pub(crate) is_test: bool,
    /// The folder of the package, where cargo runs its tests.
    pub(crate) folder: PathBuf,
    pub(crate) executable: Option<PathBuf>,
    pub(crate) libraries: Vec<PathBuf>,
}

/// Everything that cargo built for the tests.
pub(crate) struct Built(pub(crate) Vec<Artifact>);

impl Built {
    /// The program of this name that is not a test.
    pub(crate) fn program(&self, name: &str) -> Result<&Path, String> {
        self.0
            .iter()
            .filter(|artifact| artifact.target == name && !artifact.is_test)
            .find_map(|artifact| artifact.executable.as_deref())
            .ok_or_else(|| format!("the program {name} was not built"))
    }

    fn tests_of<'a>(&'a self, package: &'a str) -> impl Iterator<Item = &'a Artifact> {
        self.0.iter().filter(move |artifact| artifact.package == package && artifact.is_test)
    }
}

/// Builds all tests at once, so that every package is compiled one time, with the features of the whole.
fn build(workspace: &Workspace) -> Result<Built, String> {
    // Programs and libraries are named as JSON on standard output, which is not for people; what goes wrong comes on
    // standard error, where it belongs.
    let mut command = workspace.cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--exclude",
        PYTHON_PACKAGE,
        "--no-run",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output = process::run_for_output(&mut command, LIMIT).ok()?;
    let mut built = Vec::new();
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        if text("/reason") != Some("compiler-artifact") {
            continue;
        }
        let (Some(manifest), Some(target)) = (text("/manifest_path"), text("/target/name")) else {
            continue;
        };
        let manifest = PathBuf::from(manifest);
        let package = workspace
            .packages
            .iter()
            .find(|package| package.manifest == manifest)
            .map(|package| package.name.clone());
        let files = message.pointer("/filenames").and_then(Value::as_array);
        built.push(Artifact {
            package: package.unwrap_or_default(),
            target: target.to_owned(),
            is_test: message.pointer("/profile/test").and_then(Value::as_bool) == Some(true),
            folder: manifest.parent().unwrap_or(&workspace.root).to_path_buf(),
            executable: text("/executable").map(PathBuf::from),
            libraries: files
                .into_iter()
                .flatten()
                .filter_map(|file| file.as_str().map(PathBuf::from))
                .collect(),
        });
    }
    Ok(Built(built))
}

/// The tests of each package, as a part for each package.
fn rust(workspace: &Workspace, board: &mut Board, built: &Built) {
    for package in &workspace.packages {
        let elsewhere = [PARITY, REAL_SERVERS, PYTHON_PACKAGE].contains(&package.name.as_str());
        if !elsewhere && built.tests_of(&package.name).next().is_some() {
            board.several(&format!("rust: {}", package.name), Reports::Libtest, || {
                run_all(workspace, built, &package.name)
            });
        }
    }
}

/// Runs every test program of a package and joins what they say.
fn run_all(workspace: &Workspace, built: &Built, package: &str) -> Finished {
    let mut all = Finished { output: String::new(), failure: None };
    for test in built.tests_of(package) {
        // What a test that cannot run here says of it is in its output, which is shown for failures only by default.
        let finished = run_one(workspace, test, &[], &["--show-output"]);
        all.output.push_str(&finished.output);
        all.failure = all.failure.or(finished.failure);
    }
    all
}

/// Runs a test program as cargo would.
fn run_one(
    workspace: &Workspace,
    test: &Artifact,
    environment: &[(&str, &Path)],
    arguments: &[&str],
) -> Finished {
    let Some(executable) = &test.executable else {
        return Finished::failed(format!("the test {} is no program", test.target));
    };
    let mut command = Command::new(executable);
    command
        .args(arguments)
        .current_dir(&test.folder)
        .env("CARGO_MANIFEST_DIR", &test.folder)
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("CARGO_PKG_NAME", &test.package)
        .envs(environment.iter().copied());
    process::run(&mut command, LIMIT)
}

/// Runs the tests of a package whose runners report in their own way.
fn several_of(
    board: &mut Board,
    workspace: &Workspace,
    built: &Built,
    package: &str,
    part: &str,
    environment: &[(&str, &Path)],
    arguments: &[&str],
) {
    // A library without a test in it is no news.
    let library = package.replace('-', "_");
    for test in built.tests_of(package).filter(|test| test.target != library) {
        board.reported(&format!("{part}: {}", test.target), || {
            let finished = run_one(workspace, test, environment, arguments);
            let libtest = finished.output.lines().any(|line| line.starts_with("test result: "));
            let reports = if libtest { Reports::Libtest } else { Reports::LastLine };
            (finished, reports)
        });
    }
}

fn c_library(workspace: &Workspace, board: &mut Board) -> bool {
    let mut there = false;
    board.one("c: library", || {
        let arguments = ["build", "--locked", "--release", "--package", "rdpcheck-ffi"];
        process::run(&mut workspace.cargo(&arguments), LIMIT).ok()?;
        there = true;
        Ok(None)
    });
    there
}

/// The compiler of a language, by the variable that names it or the names that it usually has.
fn compiler(variable: &str, names: &[&str]) -> Option<PathBuf> {
    std::env::var(variable)
        .ok()
        .and_then(|name| which(&name))
        .or_else(|| names.iter().find_map(|name| which(name)))
}

/// Compiles a C or C++ program against the library.
pub(crate) fn compile(
    workspace: &Workspace,
    source: &Path,
    program: &Path,
) -> Result<Option<String>, String> {
    let cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let (found, standard, language) = if cpp {
        (compiler("CXX", &["c++", "g++", "clang++"]), "-std=c++17", "C++")
    } else {
        (compiler("CC", &["cc", "gcc", "clang"]), "-std=c11", "C")
    };
    let Some(found) = found else {
        return Ok(Some(format!("there is no {language} compiler")));
    };
    let library = workspace.target.join("release");
    let mut command = Command::new(found);
    command
        .current_dir(&workspace.root)
        .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-g"])
        .arg("-I")
        .arg(workspace.path("include"))
        .arg(source)
        .arg("-o")
        .arg(program)
        .arg("-L")
        .arg(&library)
        .arg("-lrdpcheck")
        .arg(format!("-Wl,-rpath,{}", library.display()));
    process::run(&mut command, LIMIT).ok().map(|_| None)
}

/// Builds the C and C++ examples; gives the one that checks a host.
fn c_examples(workspace: &Workspace, board: &mut Board) -> Option<PathBuf> {
    let mut check = None;
    for (folder, extension, part) in
        [("examples/c", "c", "c: examples"), ("examples/cpp", "cpp", "c++: examples")]
    {
        // There have to be examples in C; those in C++ may come with them.
        if extension == "cpp" && !workspace.path(folder).is_dir() {
            continue;
        }
        board.one(part, || {
            let sources = sources(&workspace.path(folder), extension);
            if sources.is_empty() {
                return Err(format!("{folder} has no example"));
            }
            let out = workspace.scratch(folder)?;
            for source in sources {
                let program = out.join(source.file_stem().unwrap_or_default());
                if let Some(reason) = compile(workspace, &source, &program)? {
                    return Ok(Some(reason));
                }
                if extension == "c" && program.file_name().is_some_and(|name| name == "check") {
                    check = Some(program);
                }
            }
            if extension == "c" && check.is_none() {
                return Err("examples/c/check.c is missing".to_owned());
            }
            Ok(None)
        });
    }
    check
}

/// The files of a folder with this extension, in order.
pub(crate) fn sources(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    found.sort_unstable();
    found
}

/// Makes the environment, builds and installs the wheel, and runs pytest.
fn python(
    workspace: &Workspace,
    board: &mut Board,
    built: Option<&Built>,
    run_tests: bool,
) -> Option<PathBuf> {
    let mut environment = None;
    board.one("python: wheel", || match Python::prepare(workspace)? {
        Ok(python) => {
            python.install_wheel(workspace)?;
            environment = Some(python);
            Ok(None)
        }
        Err(reason) => Ok(Some(reason)),
    });
    let python = environment?;
    if run_tests {
        board.several("python: pytest", Reports::LastLine, || {
            let Some(Ok(lab)) = built.map(|built| built.program("rdpcheck-lab")) else {
                return Finished::failed("the scripted host was not built".to_owned());
            };
            let mut command = python.command(workspace);
            command.args(["-m", "pytest", "tests/python"]).env("RDPCHECK_LAB", lab);
            process::run(&mut command, LIMIT)
        });
    }
    Some(python.executable)
}

fn parity(workspace: &Workspace, board: &mut Board, built: &Built, languages: &Languages) {
    let found = [
        ("C", "RDPCHECK_C_EXAMPLE", "c_reports_the_same", &languages.c_example),
        ("Python", "RDPCHECK_PYTHON", "python_", &languages.python),
    ];
    let mut environment: Vec<(&str, &Path)> = Vec::new();
    let mut arguments = Vec::new();
    for (_, variable, test, program) in &found {
        match program {
            Some(program) => environment.push((variable, program)),
            None => arguments.extend(["--skip", test]),
        }
    }
    several_of(board, workspace, built, PARITY, "parity", &environment, &arguments);
    for (language, _, _, program) in found {
        if program.is_none() {
            board.one(&format!("parity: {language}"), || {
                Ok(Some(format!("there is no {language} program to compare with")))
            });
        }
    }
}

/// Runs the Rust examples as the README says, without a host of their own.
fn examples(workspace: &Workspace, board: &mut Board) {
    let example = |name: &str, more: &[&str]| {
        let mut arguments = vec!["run", "--locked", "--release", "--example", name];
        if !more.is_empty() {
            arguments.push("--");
            arguments.extend(more);
        }
        process::run(&mut workspace.cargo(&arguments), LIMIT)
    };
    board.one("example: check", || {
        let output = example("check", &[]).ok()?;
        let expected = ["FAILING", "listener-key-unusable", "0x904/0x7"];
        match expected.iter().find(|word| !output.contains(**word)) {
            Some(word) => Err(format!("the demonstration does not say {word}")),
            None => Ok(None),
        }
    });
    board.one("example: check --json", || {
        let output = example("check", &["--json"]).ok()?;
        let report = output.lines().find(|line| line.starts_with('{'));
        let report = report.ok_or("there is no JSON in what it prints")?;
        let report: Value =
            serde_json::from_str(report).map_err(|error| format!("what it prints is no JSON: {error}"))?;
        match report.get("headline").and_then(Value::as_str) {
            Some("failing") => Ok(None),
            other => Err(format!("the headline is {other:?}, not failing")),
        }
    });
    board.one("example: detect", || example("detect", &[]).ok().map(|_| None));
    board.one("example: explain", || example("explain", &[]).ok().map(|_| None));
}
