//! The project's own rules as data: change a rule here.

/// A folder of the workspace and the folders whose crates it may import.
pub(super) struct Layer {
    pub(super) folder: &'static str,
    pub(super) may_import: &'static [&'static str],
}

/// The import wall, bottom up. Dev-dependencies count too.
pub(super) const LAYERS: &[Layer] = &[
    Layer { folder: "primitives", may_import: &[] },
    Layer { folder: "state", may_import: &["primitives"] },
    Layer { folder: "transition", may_import: &["primitives", "state"] },
    Layer { folder: "hashing", may_import: &[] },
    Layer { folder: "prover", may_import: &["hashing"] },
    Layer {
        folder: "circuits",
        may_import: &["primitives", "state", "transition", "hashing", "prover"],
    },
    Layer { folder: "aggregator", may_import: &["primitives", "state", "transition", "circuits"] },
    Layer {
        folder: "l1-verifier",
        may_import: &[
            "primitives",
            "state",
            "transition",
            "hashing",
            "prover",
            "circuits",
            "aggregator",
        ],
    },
    Layer {
        folder: "settlement",
        may_import: &["primitives", "state", "transition", "circuits", "aggregator", "l1-verifier"],
    },
    Layer {
        folder: "rollup",
        may_import: &[
            "primitives",
            "state",
            "transition",
            "circuits",
            "aggregator",
            "l1-verifier",
            "settlement",
        ],
    },
    Layer { folder: "benches", may_import: BELOW_THE_TOP },
    Layer {
        folder: "cli",
        may_import: &[
            "primitives",
            "state",
            "transition",
            "circuits",
            "settlement",
            "rollup",
            "benches",
        ],
    },
    Layer { folder: "examples", may_import: BELOW_THE_TOP },
    Layer { folder: "xtask", may_import: BELOW_THE_TOP },
];

/// Everything that is a library.
pub(crate) const BELOW_THE_TOP: &[&str] = &[
    "primitives",
    "state",
    "transition",
    "hashing",
    "prover",
    "circuits",
    "aggregator",
    "l1-verifier",
    "settlement",
    "rollup",
];

/// External crates that only some folders may import.
pub(super) struct Home {
    /// Crate names; a trailing `*` stands for any ending.
    pub(super) crates: &'static [&'static str],
    pub(super) folders: &'static [&'static str],
    /// Whether the rule holds for dev-dependencies too.
    pub(super) tests_too: bool,
}

/// Where external crates live. A crate that is not listed may be imported anywhere.
pub(super) const HOMES: &[Home] = &[
    Home {
        crates: &["plonky2", "plonky2_*"],
        folders: &["primitives", "hashing", "prover", "circuits", "aggregator", "l1-verifier"],
        tests_too: true,
    },
    Home {
        crates: &["starky"],
        folders: &["prover", "circuits", "aggregator", "l1-verifier"],
        tests_too: true,
    },
    Home { crates: &["ark-*", "taceo-*"], folders: &["l1-verifier"], tests_too: true },
    Home {
        crates: &["alloy", "alloy-*", "revm", "revm-*"],
        folders: &["settlement"],
        tests_too: true,
    },
    Home { crates: &["sled"], folders: &["state"], tests_too: true },
    Home { crates: &["anyhow"], folders: &["cli", "xtask", "examples"], tests_too: false },
];

/// External crates whose name may stand in one source file only, and that file.
pub(super) const ONE_FILE: &[(&str, &str)] = &[("sled", "state/src/store/sled.rs")];

/// Folders whose code may print and exit: programs, and a test whose child process reports to it.
pub(super) const PRINTS: &[&str] =
    &["cli", "xtask", "benches", "examples", "l1-verifier/examples", "state/tests"];

/// Macros that print.
pub(super) const PRINT_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Macros that stand for code not yet written.
pub(super) const STUB_MACROS: &[&str] = &["todo", "unimplemented"];

/// Most lines of a Rust or Solidity file.
pub(super) const FILE_LINES: usize = 500;

/// Most lines of a Rust function, from its signature to its closing brace.
pub(super) const FUNCTION_LINES: usize = 70;

/// Names of folders and files that are made by a program and may be of any length.
pub(super) const GENERATED: &[&str] = &["generated", "artifacts"];

/// Names of files, folders and modules that say nothing of what is inside.
pub(super) const EMPTY_NAMES: &[&str] = &["utils", "helpers", "common", "misc", "manager"];

// The words below are written in two parts, so that this file passes its own check.

/// Notes of work left open.
pub(super) const OPEN_NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// A text that no file may contain, in any case of letters.
pub(super) struct Word {
    pub(super) text: &'static str,
    /// Whether the text counts only where a number follows.
    pub(super) before_number: bool,
}

/// What the project does not speak of: places and events outside it.
pub(super) const FOREIGN_WORDS: &[Word] = &[
    Word { text: concat!("../", "shared"), before_number: false },
    Word { text: concat!("/wo", "rk/"), before_number: false },
    Word { text: concat!("this ", "session"), before_number: false },
    Word { text: concat!("issue", " "), before_number: true },
];
