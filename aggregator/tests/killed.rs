//! A run that is killed leaves finished proofs, which the next run uses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use starfold_aggregator::{PlanOptions, ProveRequest, Proved, Silent, prove};
use starfold_circuits::parameters::ParameterSet;
use starfold_state::Overlay;
use starfold_transition::seal;
use starfold_transition::testing::arbitrary_batch;

/// Names the folder to the process that is going to be killed.
const FOLDER: &str = "STARFOLD_KILLED_RUN_FOLDER";
/// Four segments, two leaf proofs, a fold and the batch proof.
const PROOFS: u64 = 8;

fn run(folder: &Path) -> Proved {
    let (state, inputs) = arbitrary_batch(1, 3);
    let snapshot = state.snapshot();
    let batch = seal(&mut Overlay::new(&snapshot), &inputs).expect("the batch is valid").batch;
    let request = ProveRequest {
        batch: &batch,
        parameters: ParameterSet::Standard,
        options: PlanOptions { segment: Some(1), fan_in: Some(2), ..Default::default() },
        artifacts: &folder.join("artifacts"),
        cache: &folder.join("cache"),
    };
    prove(&request, &Silent).expect("the batch has a proof")
}

/// The finished proofs.
fn proofs(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder.join("artifacts")).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path());
    let finished = paths.filter(|path| path.extension().is_some_and(|name| name == "proof"));
    finished.map(|path| (path.clone(), fs::read(path).expect("it is readable"))).collect()
}

/// Does nothing unless the other test starts it in a process of its own.
#[test]
fn run_to_be_killed() {
    if let Some(folder) = env::var_os(FOLDER) {
        run(Path::new(&folder));
    }
}

#[test]
fn nothing_is_proved_twice_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "run_to_be_killed"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    // all segments and a leaf proof
    while proofs(folder.path()).len() < 5 {
        assert!(start.elapsed() < Duration::from_secs(300), "no proofs");
        assert_eq!(child.try_wait().unwrap(), None, "it ended early");
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let before = proofs(folder.path());
    let finished = before.len() as u64;
    assert!((5..PROOFS).contains(&finished), "{finished} proofs");
    let proved = run(folder.path());
    assert_eq!(proved.report.proofs_made, PROOFS - finished);
    let after = proofs(folder.path());
    assert_eq!(after.len() as u64, PROOFS);
    for (path, bytes) in &before {
        assert!(after[path] == *bytes, "{} was made again", path.display());
    }
    proved.proof.verify().unwrap();
}
