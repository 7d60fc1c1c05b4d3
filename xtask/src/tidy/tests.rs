//! Each rule against a small workspace that keeps all of them but one.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use tempfile::TempDir;

use super::{
    check,
    finding::{Finding, Rule},
    findings,
    policy::{EMPTY_NAMES, FILE_LINES, FOREIGN_WORDS, FUNCTION_LINES, LAYERS, OPEN_NOTES},
};

/// A workspace that keeps every rule.
const CLEAN: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"primitives\", \"state\", \"cli\"]\n",
    ),
    ("primitives/Cargo.toml", "[package]\nname = \"base\"\n\n[dependencies]\nplonky2 = \"1\"\n"),
    ("primitives/src/lib.rs", "//! Says `todo!()` and `println!` in a comment only.\n"),
    (
        "state/Cargo.toml",
        "[package]\nname = \"state\"\n\n[dependencies]\nbase = { path = \"../primitives\" }\nsled = \"0.34\"\n\n\
         [dev-dependencies]\nanyhow = \"1\"\n",
    ),
    ("state/src/lib.rs", "mod sled;\nuse self::sled::Tree;\n"),
    (
        "state/src/store/sled.rs",
        "use sled::Db;\nfn text() -> &'static str {\n    \"println!()\"\n}\n",
    ),
    (
        "cli/Cargo.toml",
        "[package]\nname = \"program\"\n\n[dependencies]\nanyhow = \"1\"\nstate = { path = \"../state\" }\n",
    ),
    (
        "cli/src/main.rs",
        "fn main() {\n    println!(\"{}\", 1 != 2);\n    std::process::exit(0);\n}\n",
    ),
    ("state/contracts/Rollup.sol", "// A contract.\n"),
];

/// Files that replace or join those of the clean workspace, and the one finding that they cause.
struct Case {
    rule: Rule,
    at: (&'static str, usize),
    path: &'static str,
    text: String,
}

fn case(rule: Rule, at: usize, path: &'static str, text: impl Into<String>) -> Case {
    Case { rule, at: (path, at), path, text: text.into() }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn clean_workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in CLEAN {
        write(folder.path(), path, text);
    }
    let status = Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status();
    assert!(status.unwrap().success());
    folder
}

fn findings_of(case: &Case) -> Vec<Finding> {
    let folder = clean_workspace();
    write(folder.path(), case.path, &case.text);
    findings(folder.path()).unwrap()
}

fn manifest_cases() -> Vec<Case> {
    let wall = [
        (5, "[dependencies]\nprogram = { path = \"../cli\" }\n"),
        (4, "[dev-dependencies.renamed]\npath = \"../cli\"\npackage = \"program\"\n"),
    ];
    let external = [
        (5, "[dependencies]\nstarky = \"1\"\n"),
        (5, "[dev-dependencies]\nsled = \"0.34\"\n"),
        (5, "[dependencies]\nark-bn254 = \"0.6\"\n"),
        (5, "[build-dependencies]\nrevm = \"43\"\n"),
        (5, "[dependencies]\nerror = { version = \"1\", package = \"anyhow\" }\n"),
    ];
    let wall = wall.map(|(line, table)| (Rule::ImportWall, line, table));
    let external = external.map(|(line, table)| (Rule::ExternalCrate, line, table));
    let primitives = wall.into_iter().chain(external).map(|(rule, line, table)| {
        let text = format!("[package]\nname = \"base\"\n\n{table}");
        case(rule, line, "primitives/Cargo.toml", text)
    });
    let state = "[package]\nname = \"state\"\n\n[dependencies]\nplonky2_field = \"1\"\n";
    primitives.chain([case(Rule::ExternalCrate, 5, "state/Cargo.toml", state)]).collect()
}

/// Texts of one file, each with the line at which it breaks the rule.
fn cases(rule: Rule, path: &'static str, texts: &[(usize, &str)]) -> Vec<Case> {
    let texts = texts.iter();
    texts.map(|&(line, text)| case(rule, line, path, text)).collect()
}

fn macro_cases() -> Vec<Case> {
    let path = "state/src/more.rs";
    let named = [
        (1, "type Tree = Vec<sled::Tree>;\n"),
        (1, "use {std::fs, sled::Tree};\n"),
        (1, "use sled as database;\n"),
        (2, "mod store;\nextern crate sled;\n"),
    ];
    let printing = [
        (2, "fn print() {\n    println!(\"out\");\n}\n"),
        (2, "fn print() {\n    if true { std::eprint!(\"out\") }\n}\n"),
        (2, "fn leave() {\n    std::process::exit(1);\n}\n"),
        (1, "use std::process::{Command, exit};\n"),
    ];
    let stubs = [
        (2, "fn later() {\n    unimplemented!()\n}\n"),
        (2, "fn later() {\n    todo!(\"soon\")\n}\n"),
    ];
    let all = [
        cases(Rule::OneFile, path, &named),
        cases(Rule::Printing, path, &printing),
        cases(Rule::Stub, path, &stubs),
        cases(Rule::Syntax, path, &[(2, "fn open() {}\nfn fn\n")]),
    ];
    all.into_iter().flatten().collect()
}

fn attribute_cases() -> Vec<Case> {
    let path = "state/src/more.rs";
    let ignored = [
        (2, "#[test]\n#[ignore = \"slow\"]\nfn slow() {}\n"),
        (1, "#[cfg_attr(windows, test, ignore)]\nfn slow() {}\n"),
    ];
    let allowed = [
        (1, "#[allow(dead_code)]\nfn unused() {}\n"),
        (1, "#![allow(dead_code, reason = \"none\")]\n"),
        (1, "#[cfg_attr(test, allow(dead_code))]\nfn unused() {}\n"),
    ];
    let all = [
        cases(Rule::IgnoredTest, path, &ignored),
        cases(Rule::AllowAttribute, path, &allowed),
        cases(Rule::ExpectReason, path, &[(1, "#[expect(dead_code)]\nfn unused() {}\n")]),
    ];
    all.into_iter().flatten().collect()
}

fn length_cases() -> Vec<Case> {
    let path = "state/src/more.rs";
    let mut cases = Vec::new();
    let body = "    let _ = 0;\n".repeat(FUNCTION_LINES - 1);
    for (line, text) in [
        (2, format!("/// Long.\nfn long() {{\n{body}}}\n")),
        (2, format!("impl Tree {{\n    fn long() {{\n{body}    }}\n}}\n")),
        (2, format!("trait Tree {{\n    fn long() {{\n{body}    }}\n}}\n")),
        (
            3,
            format!(
                "mod tests {{\n    fn outer() {{}}\n    async fn long() {{\n{body}    }}\n}}\n"
            ),
        ),
    ] {
        cases.push(case(Rule::FunctionLength, line, path, text));
    }
    for extension in ["state/src/more.rs", "state/contracts/More.sol"] {
        let text = "// A line.\n".repeat(FILE_LINES + 1);
        cases.push(case(Rule::FileLength, FILE_LINES + 1, extension, text));
    }
    cases
}

fn text_cases() -> Vec<Case> {
    let mut cases = vec![
        case(Rule::EmptyName, 1, "state/src/utils.rs", ""),
        case(Rule::EmptyName, 1, "state/tests/common/mod.rs", ""),
        case(Rule::EmptyName, 1, "cli/manager.py", ""),
    ];
    for name in EMPTY_NAMES {
        cases.push(case(Rule::EmptyName, 1, "cli/src/more.rs", format!("mod {name} {{}}\n")));
    }
    for note in OPEN_NOTES {
        cases.push(case(Rule::OpenNote, 2, "README.md", format!("\n({note}: more)\n")));
        cases.push(case(Rule::OpenNote, 1, "cli/src/more.rs", format!("// {note}\n")));
    }
    for word in FOREIGN_WORDS {
        let number = if word.before_number { "#12" } else { "" };
        let text = format!("# Title\n\nsee {}{number}\n", word.text.to_uppercase());
        cases.push(case(Rule::ForeignWord, 3, "docs/page.md", text));
    }
    cases
}

fn unknown_folder() -> Case {
    Case {
        rule: Rule::UnknownFolder,
        at: ("extra/Cargo.toml", 1),
        path: "Cargo.toml",
        text: "[workspace]\nresolver = \"3\"\nmembers = [\"extra\"]\n".to_owned(),
    }
}

fn all_cases() -> Vec<Case> {
    let lists = [manifest_cases(), macro_cases(), attribute_cases(), length_cases(), text_cases()];
    lists.into_iter().flatten().collect()
}

#[test]
fn a_workspace_that_keeps_every_rule_passes() {
    let folder = clean_workspace();
    assert_eq!(findings(folder.path()).unwrap(), []);
    check(folder.path()).unwrap();
}

#[test]
fn each_case_breaks_exactly_its_rule() {
    for case in &all_cases() {
        let found = findings_of(case);
        let broken: Vec<_> = found.iter().map(|f| (f.rule, f.path.as_str(), f.line)).collect();
        let (path, line) = case.at;
        assert_eq!(broken, [(case.rule, path, line)], "{} in\n{}", case.path, case.text);
    }
}

#[test]
fn every_rule_has_a_case() {
    let cases = all_cases();
    let cases = cases.iter().map(|case| case.rule).chain([unknown_folder().rule]);
    let covered: BTreeSet<Rule> = cases.collect();
    assert_eq!(covered, Rule::ALL.iter().copied().collect());
}

#[test]
fn a_crate_outside_the_wall_is_reported() {
    let folder = clean_workspace();
    let case = unknown_folder();
    write(folder.path(), "extra/Cargo.toml", "[package]\nname = \"extra\"\n");
    write(folder.path(), "extra/src/lib.rs", "");
    write(folder.path(), case.path, &case.text);
    let found = findings(folder.path()).unwrap();
    let broken: Vec<_> = found.iter().map(|f| (f.rule, f.path.as_str(), f.line)).collect();
    assert_eq!(broken, [(case.rule, case.at.0, case.at.1)]);
}

#[test]
fn limits_are_inclusive_and_generated_files_are_free() {
    let body = "    let _ = 0;\n".repeat(FUNCTION_LINES - 2);
    let longest = "// A line.\n".repeat(FILE_LINES);
    let generated = format!("{longest}fn long() {{\n{body}{body}}}\n");
    let folder = clean_workspace();
    write(folder.path(), "state/src/function.rs", &format!("fn long() {{\n{body}}}\n"));
    write(folder.path(), "state/src/longest.rs", &longest);
    write(folder.path(), "state/src/generated.rs", &generated);
    write(folder.path(), "state/artifacts/keys.rs", &generated);
    assert_eq!(findings(folder.path()).unwrap(), []);
}

#[test]
fn near_misses_pass() {
    let folder = clean_workspace();
    let note = OPEN_NOTES[0];
    write(
        folder.path(),
        "docs/page.md",
        &format!("MY_{note} {note}S issue of the day, issues 12\n"),
    );
    let code = "#[expect(dead_code, reason = \"shown\")]\nfn exit() {}\nfn call() {\n    exit();\n    \
                let println = 1 != 2;\n}\n";
    write(folder.path(), "state/src/more.rs", code);
    write(folder.path(), "state/src/nested.rs", "use crate::{store::sled::Db, sled::Tree};\n");
    fs::write(folder.path().join("binary.bin"), [0xff, 0x00, 0xfe]).unwrap();
    assert_eq!(findings(folder.path()).unwrap(), []);
}

#[test]
fn ignored_and_deleted_files_are_not_read() {
    let folder = clean_workspace();
    write(folder.path(), ".gitignore", "/target\n");
    write(folder.path(), "target/utils.rs", "");
    write(folder.path(), "helpers.md", "");
    let add = Command::new("git").args(["add", "helpers.md"]).current_dir(folder.path()).status();
    assert!(add.unwrap().success());
    assert_eq!(findings(folder.path()).unwrap().len(), 1);
    fs::remove_file(folder.path().join("helpers.md")).unwrap();
    assert_eq!(findings(folder.path()).unwrap(), []);
}

#[test]
fn a_finding_says_where_what_was_expected_and_what_was_found() {
    let found = findings_of(&case(Rule::Stub, 1, "state/src/more.rs", "fn later() { todo!() }"));
    assert_eq!(
        found[0].to_string(),
        "state/src/more.rs:1: stub: expected finished code, got `todo!`"
    );

    let wall = findings_of(&manifest_cases()[0]);
    assert_eq!(
        wall[0].to_string(),
        "primitives/Cargo.toml:5: import-wall: expected primitives to import only nothing, got cli"
    );
}

#[test]
fn the_check_fails_on_a_finding() {
    let folder = clean_workspace();
    write(folder.path(), "state/src/more.rs", "fn later() { todo!() }");
    assert_eq!(check(folder.path()).unwrap_err().to_string(), "tidy: one finding");
    write(folder.path(), "state/src/misc.rs", "");
    assert_eq!(check(folder.path()).unwrap_err().to_string(), "tidy: 2 findings");
}

#[test]
fn imports_run_one_way() {
    for (position, layer) in LAYERS.iter().enumerate() {
        for imported in layer.may_import {
            let below = LAYERS[..position].iter().any(|other| other.folder == *imported);
            assert!(below, "{} may import {imported}, which is not below it", layer.folder);
        }
    }
}
