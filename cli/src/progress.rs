//! How proving goes on: bars on a terminal, plain lines elsewhere. All on standard error.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use starfold_rollup::wrapping::{WrapNote, WrapProgress, WrapStep};
use starfold_rollup::{Note, Progress, Stage};

use crate::output::note;

/// Shows the stages of proving and of wrapping.
#[derive(Debug)]
pub(crate) struct Display {
    bars: Option<MultiProgress>,
    stages: Mutex<HashMap<String, Shown>>,
}

/// A stage that has begun.
#[derive(Debug)]
struct Shown {
    total: u64,
    done: u64,
    bar: Option<ProgressBar>,
}

impl Display {
    pub(crate) fn new() -> Self {
        let bars = std::io::stderr().is_terminal().then(MultiProgress::new);
        Self { bars, stages: Mutex::default() }
    }

    fn stages(&self) -> MutexGuard<'_, HashMap<String, Shown>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bar(&self, stage: &str, total: u64) -> Option<ProgressBar> {
        let bars = self.bars.as_ref()?;
        let template = "  {msg:7} {wide_bar} {pos}/{len}  {elapsed}";
        let style = ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar());
        let bar = bars.add(ProgressBar::new(total).with_style(style));
        bar.set_message(stage.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Some(bar)
    }

    fn begin(&self, stage: String, total: u64) {
        let shown = Shown { total, done: 0, bar: self.bar(&stage, total) };
        if shown.bar.is_none() {
            note(&format!("  {stage}: {total} to do"));
        }
        self.stages().insert(stage, shown);
    }

    fn done(&self, stage: &str, done: u64) {
        let mut stages = self.stages();
        let Some(shown) = stages.get_mut(stage).filter(|shown| done > shown.done) else { return };
        // ten lines for a stage are enough
        let tenth = |done: u64| done * 10 / shown.total.max(1);
        let passed = tenth(done) > tenth(shown.done);
        shown.done = done;
        match &shown.bar {
            Some(bar) if done >= shown.total => {
                bar.set_position(done);
                bar.finish();
            }
            Some(bar) => bar.set_position(done),
            None if passed => note(&format!("  {stage}: {done} of {}", shown.total)),
            None => {}
        }
    }

    fn tell(&self, message: &str) {
        let text = format!("  note: {message}");
        match &self.bars {
            Some(bars) => bars.suspend(|| note(&text)),
            None => note(&text),
        }
    }
}

impl Progress for Display {
    fn stage(&self, stage: Stage, total: u64) {
        self.begin(stage.to_string(), total);
    }

    fn advance(&self, stage: Stage, done: u64) {
        self.done(&stage.to_string(), done);
    }

    fn note(&self, message: &Note<'_>) {
        self.tell(&message.to_string());
    }
}

impl WrapProgress for Display {
    fn step(&self, step: WrapStep, total: u64) {
        self.begin(step.to_string(), total);
    }

    fn advance(&self, step: WrapStep, done: u64) {
        self.done(&step.to_string(), done);
    }

    fn note(&self, message: &WrapNote<'_>) {
        self.tell(&message.to_string());
    }
}
