//! `starfold new-circuit`

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Table, print_json};

/// The source tree that this program was built from.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The files of a new crate. Its sources are those of the example `counter`, under other names.
const FILES: [(&str, &str); 10] = [
    ("Cargo.toml", include_str!("../../templates/circuit/Cargo.toml.txt")),
    // the versions that the source tree is tested with
    ("Cargo.lock", include_str!("../../../Cargo.lock")),
    ("rust-toolchain.toml", include_str!("../../../rust-toolchain.toml")),
    (".cargo/config.toml", include_str!("../../templates/circuit/config.toml")),
    ("README.md", include_str!("../../templates/circuit/README.md")),
    ("src/lib.rs", include_str!("../../../examples/counter/src/lib.rs")),
    ("src/air.rs", include_str!("../../../examples/counter/src/air.rs")),
    ("src/transition.rs", include_str!("../../../examples/counter/src/transition.rs")),
    ("src/main.rs", include_str!("../../../examples/counter/src/main.rs")),
    ("src/tests.rs", include_str!("../../../examples/counter/src/tests.rs")),
];

/// Makes a crate with a state transition of its own in a new folder.
#[derive(Debug, Args)]
#[command(after_help = "Its tests prove, fold and verify: `cargo test` in the folder.")]
pub(crate) struct Arguments {
    /// The name of the crate and its folder: small letters, digits and hyphens.
    name: CrateName,
    /// The source tree of Starfold, or the URL of its git repository; the tree that this program was built from by
    /// default.
    #[arg(long, value_name = "PATH or URL")]
    source: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    name: String,
    folder: PathBuf,
    source: String,
    files: Vec<&'static str>,
}

/// The name of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CrateName(String);

/// Words that are no name of a crate.
const RESERVED: &[&str] = &[
    "abstract",
    "anyhow",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

impl FromStr for CrateName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let words = || name.split('-');
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !words().all(is_word) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err("a name has small letters and digits, in words joined by hyphens, and \
                        begins with a letter"
                .to_owned());
        }
        if name.len() > 64 {
            return Err("a name has at most 64 letters".to_owned());
        }
        let name = Self(name.to_owned());
        let sources = || FILES.iter().filter(|(path, _)| path.ends_with(".rs"));
        let is_taken = |word: &str| sources().any(|(_, text)| has_word(text, word));
        let types = ["", "Air", "Columns"].map(|end| name.type_name() + end);
        if RESERVED.contains(&name.0.as_str())
            || name.0.starts_with("starfold")
            || (name.0 != "counter" && types.iter().any(|word| is_taken(word)))
        {
            return Err("the name is taken".to_owned());
        }
        Ok(name)
    }
}

/// Whether code, comments left out, has a word.
fn has_word(text: &str, word: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(words_of).any(|found| found == word)
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

impl CrateName {
    /// As modules are named.
    fn module(&self) -> String {
        self.0.replace('-', "_")
    }

    /// As types are named.
    fn type_name(&self) -> String {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        self.0.split('-').map(capital).collect()
    }

    /// A file of the template under this name.
    fn render(&self, template: &str, source: &str) -> String {
        template
            .replace("{name}", &self.0)
            .replace("{aggregator}", &source.replace("{crate}", "aggregator"))
            .replace("{circuits}", &source.replace("{crate}", "circuits"))
            .replace("\"counter\"", &format!("\"{}\"", self.0))
            .replace("counter::", &format!("{}::", self.module()))
            .replace("Counter", &self.type_name())
    }
}

/// Where dependencies on crates of the source tree lie: `{crate}` stands for a crate's folder.
fn dependency(source: &str) -> Result<String, Failure> {
    if source.contains("://") {
        return Ok(format!("git = {source:?}"));
    }
    let tree = fs::canonicalize(source)
        .map_err(|error| Failure::usage(format!("the source tree {source}: {error}")))?;
    let tree = tree.to_str().ok_or_else(|| Failure::usage("the source tree's path is no UTF-8"))?;
    if !Path::new(tree).join("aggregator/Cargo.toml").exists() {
        return Err(Failure::usage(format!("{tree} is no source tree of Starfold")));
    }
    let path = format!("{tree}/{{crate}}");
    Ok(format!("path = {path:?}"))
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let source = self.source.unwrap_or_else(|| SOURCE.to_owned());
        let dependency = dependency(&source)?;
        let folder = PathBuf::from(&self.name.0);
        fs::create_dir(&folder)
            .map_err(|error| Failure::usage(format!("the folder {}: {error}", self.name.0)))?;
        for (path, template) in FILES {
            let path = folder.join(path);
            let text = self.name.render(template, &dependency);
            write(&path, &text)?;
        }
        let files = FILES.map(|(path, _)| path).to_vec();
        let report = Report { name: self.name.0, folder, source, files };
        if self.json {
            return Ok(print_json(&report)?);
        }
        let mut table = Table::default();
        table
            .row("folder", report.folder.display())
            .row("source tree", &report.source)
            .row("next", format!("cd {} && cargo test", report.name));
        Ok(table.print()?)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_crates() {
        for name in ["a", "my-circuit", "zk2"] {
            assert_eq!(name.parse::<CrateName>().unwrap().0, name);
        }
        for name in [
            "",
            "A",
            "2",
            "-a",
            "a-",
            "a--b",
            "a_b",
            "../a",
            "fn",
            "starfold-x",
            "ä",
            "count",
            "run",
            "trace",
            "pipeline",
        ] {
            name.parse::<CrateName>().unwrap_err();
        }
    }

    #[test]
    fn files_are_written_under_the_new_name() {
        let name: CrateName = "two-words".parse().unwrap();
        let text = name.render("Counter counter:: \"counter\" counting {name}", "");
        assert_eq!(text, "TwoWords two_words:: \"two-words\" counting two-words");
        for (path, template) in FILES.iter().filter(|(path, _)| path.starts_with("src/")) {
            assert!(!name.render(template, "").to_lowercase().contains("counter"), "{path}");
        }
    }
}
