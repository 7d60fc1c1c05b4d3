//! The pipeline over the built-in rollup and over transitions that know nothing of it.

mod custom;
mod sealed;

use std::sync::Mutex;

use crate::progress::{Note, Progress, Stage};

/// Remembers what is told.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) stages: Mutex<Vec<(Stage, u64)>>,
    pub(super) steps: Mutex<Vec<(Stage, u64)>>,
    pub(super) notes: Mutex<Vec<String>>,
}

impl Progress for Heard {
    fn stage(&self, stage: Stage, total: u64) {
        self.stages.lock().unwrap().push((stage, total));
    }

    fn advance(&self, stage: Stage, done: u64) {
        self.steps.lock().unwrap().push((stage, done));
    }

    fn note(&self, note: &Note<'_>) {
        self.notes.lock().unwrap().push(note.to_string());
    }
}
