//! What the pipeline tells while it works.

use std::fmt;
use std::sync::mpsc::Sender;

use serde::{Deserialize, Serialize};

use crate::artifact::ArtifactFault;
use crate::cache::CacheFault;

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Circuits are built.
    Build,
    /// Segments are proved.
    Prove,
    /// Leaf circuits verify segments.
    Leaf,
    /// Proofs are folded two by two.
    Fold,
    /// The batch proof is made.
    Batch,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 5] = [Self::Build, Self::Prove, Self::Leaf, Self::Fold, Self::Batch];
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Build => "build",
            Self::Prove => "prove",
            Self::Leaf => "leaf",
            Self::Fold => "fold",
            Self::Batch => "batch",
        })
    }
}

/// Something that the user should know and that does not stop the work.
#[derive(Debug)]
pub enum Note<'a> {
    /// A stored proof is not usable and is made anew.
    ArtifactRefused(&'a ArtifactFault),
    /// A circuit is built anew, now or next time.
    CircuitNotCached(&'a CacheFault),
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArtifactRefused(fault) => write!(f, "{fault}: it is proved again"),
            Self::CircuitNotCached(fault) => write!(f, "{fault}: it is built again"),
        }
    }
}

/// Receives progress, from several threads.
pub trait Progress: Send + Sync {
    /// A stage begins, with so many steps.
    fn stage(&self, stage: Stage, total: u64);
    /// So many steps of a stage are done. Calls from several threads may arrive out of order.
    fn advance(&self, stage: Stage, done: u64);
    /// Something that the user should know.
    fn note(&self, note: &Note<'_>);
}

/// What a [`Progress`] is told, as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A stage begins.
    Began {
        /// The stage.
        stage: Stage,
        /// Its number of steps.
        total: u64,
    },
    /// Steps are done. Events of several threads may arrive out of order.
    Advanced {
        /// The stage.
        stage: Stage,
        /// How many are done.
        done: u64,
    },
    /// Something that the user should know.
    Noted(String),
}

/// Sends events into a channel. Where nobody receives them any more, they are lost.
impl Progress for Sender<Event> {
    fn stage(&self, stage: Stage, total: u64) {
        let _lost = self.send(Event::Began { stage, total });
    }

    fn advance(&self, stage: Stage, done: u64) {
        let _lost = self.send(Event::Advanced { stage, done });
    }

    fn note(&self, note: &Note<'_>) {
        let _lost = self.send(Event::Noted(note.to_string()));
    }
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: Stage, _: u64) {}
    fn advance(&self, _: Stage, _: u64) {}
    fn note(&self, _: &Note<'_>) {}
}
