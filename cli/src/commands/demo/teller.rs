//! Tells the story to people, and nothing where JSON is asked for.

use std::process::Stdio;

use crate::failure::Failure;
use crate::output::{Table, print};

/// Prints or is silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Teller {
    silent: bool,
}

impl Teller {
    pub(super) fn new(silent: bool) -> Self {
        Self { silent }
    }

    /// Begins a chapter.
    pub(super) fn chapter(self, text: &str) -> Result<(), Failure> {
        self.say(&format!("\n{text}"))
    }

    pub(super) fn say(self, text: &str) -> Result<(), Failure> {
        if self.silent { Ok(()) } else { Ok(print(text)?) }
    }

    pub(super) fn table(self, table: &Table) -> Result<(), Failure> {
        if self.silent { Ok(()) } else { Ok(table.print()?) }
    }

    /// Tells what another command tells.
    pub(super) fn tell(self, telling: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        if self.silent { Ok(()) } else { telling() }
    }

    /// Where another process prints.
    pub(super) fn output(self) -> Stdio {
        if self.silent { Stdio::null() } else { Stdio::inherit() }
    }
}
