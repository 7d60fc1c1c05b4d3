//! What wrapping tells while it works.

use std::fmt;
use std::path::Path;

use starfold_aggregator::Silent;
use starfold_l1_verifier::WrapStage;

/// A step of wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrapStep {
    /// Layers, circuit and key are read from the cache or made.
    Build,
    /// The shrink layer is proved.
    Shrink,
    /// The outer layer is proved.
    Outer,
    /// The assignment is computed.
    Assign,
    /// The proof is made.
    Groth16,
}

impl From<WrapStage> for WrapStep {
    fn from(stage: WrapStage) -> Self {
        match stage {
            WrapStage::Shrink => Self::Shrink,
            WrapStage::Outer => Self::Outer,
            WrapStage::Assign => Self::Assign,
            WrapStage::Groth16 => Self::Groth16,
        }
    }
}

impl fmt::Display for WrapStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Build => "build",
            Self::Shrink => "shrink",
            Self::Outer => "outer",
            Self::Assign => "assign",
            Self::Groth16 => "groth16",
        })
    }
}

/// Something that the user should know and that does not stop the work.
#[derive(Clone, Copy, Debug)]
pub enum WrapNote<'a> {
    /// A file of the cache is not usable.
    NotUsable {
        /// The file.
        path: &'a Path,
        /// Why.
        reason: &'a str,
    },
    /// What was made is not kept in the cache.
    NotKept {
        /// The file.
        path: &'a Path,
        /// Why.
        reason: &'a str,
    },
    /// Another process makes what this one needs.
    Waiting,
    /// The development key is made, which takes more than a minute of processor time, once.
    MakesDevelopmentKey,
}

impl fmt::Display for WrapNote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUsable { path, reason } => {
                write!(f, "{} is not usable: {reason}: it is made again", path.display())
            }
            Self::NotKept { path, reason } => {
                write!(f, "{} is not kept: {reason}: it is made again next time", path.display())
            }
            Self::Waiting => f.write_str("another process is making layers or key: waiting for it"),
            Self::MakesDevelopmentKey => {
                f.write_str("making the UNSAFE development key, about a minute, once")
            }
        }
    }
}

/// Receives progress.
pub trait WrapProgress: Send + Sync {
    /// A step begins, with so many parts.
    fn step(&self, step: WrapStep, total: u64);
    /// So many parts of a step are done.
    fn advance(&self, step: WrapStep, done: u64);
    /// Something that the user should know.
    fn note(&self, note: &WrapNote<'_>);
}

impl WrapProgress for Silent {
    fn step(&self, _: WrapStep, _: u64) {}
    fn advance(&self, _: WrapStep, _: u64) {}
    fn note(&self, _: &WrapNote<'_>) {}
}
