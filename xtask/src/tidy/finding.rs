//! What the check reports.

use std::fmt;

/// The rules that a tree can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    AllowAttribute,
    EmptyName,
    ExpectReason,
    ExternalCrate,
    FileLength,
    ForeignWord,
    FunctionLength,
    IgnoredTest,
    ImportWall,
    OneFile,
    OpenNote,
    Printing,
    Stub,
    Syntax,
    UnknownFolder,
}

impl Rule {
    /// Every rule.
    #[cfg(test)]
    pub(super) const ALL: &[Self] = &[
        Self::AllowAttribute,
        Self::EmptyName,
        Self::ExpectReason,
        Self::ExternalCrate,
        Self::FileLength,
        Self::ForeignWord,
        Self::FunctionLength,
        Self::IgnoredTest,
        Self::ImportWall,
        Self::OneFile,
        Self::OpenNote,
        Self::Printing,
        Self::Stub,
        Self::Syntax,
        Self::UnknownFolder,
    ];

    /// The name under which a finding is printed.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AllowAttribute => "allow-attribute",
            Self::EmptyName => "empty-name",
            Self::ExpectReason => "expect-reason",
            Self::ExternalCrate => "external-crate",
            Self::FileLength => "file-length",
            Self::ForeignWord => "foreign-word",
            Self::FunctionLength => "function-length",
            Self::IgnoredTest => "ignored-test",
            Self::ImportWall => "import-wall",
            Self::OneFile => "one-file",
            Self::OpenNote => "open-note",
            Self::Printing => "printing",
            Self::Stub => "stub",
            Self::Syntax => "syntax",
            Self::UnknownFolder => "unknown-folder",
        }
    }
}

/// One place that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// Path from the workspace root.
    pub(super) path: String,
    /// Line, counted from 1.
    pub(super) line: usize,
    pub(super) rule: Rule,
    pub(super) expected: String,
    pub(super) actual: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, expected, actual } = self;
        write!(formatter, "{path}:{line}: {}: expected {expected}, got {actual}", rule.name())
    }
}
