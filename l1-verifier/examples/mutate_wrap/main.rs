//! Changes every value of a wrapped proof, one at a time, and writes `docs/circuits/wrap-mutations.md`, or with
//! `--check` compares it with what is committed. Takes half a minute; `cargo xtask mutate-wrap` runs it.

#![expect(clippy::print_stdout, reason = "a program reports on its standard stream")]

mod page;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use starfold_l1_verifier::groth16::CircuitDigest;
use starfold_l1_verifier::layers::{OuterLayer, OuterProof};
use starfold_l1_verifier::verifier::mutation::{Mutation, mutate, values};
use starfold_l1_verifier::verifier::{WrapCircuit, WrapError};

/// The result, from this crate's folder.
const PAGE: &str = "../docs/circuits/wrap-mutations.md";

/// Mutations between two lines of progress.
const STRIDE: usize = 512;

fn main() -> Result<(), Box<dyn Error>> {
    let check = std::env::args().nth(1).is_some_and(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layer = OuterLayer::committed()?;
    let proof = layer.decode(&fs::read(folder.join("testdata/outer.proof"))?)?;
    let circuit = WrapCircuit::new(layer);
    let digest = CircuitDigest::of(&circuit.record()?);
    circuit.assign(&proof)?;

    let mutations = mutate_all(&circuit, &proof)?;
    let survivors: Vec<&Mutation> = mutations.iter().filter(|one| one.survives()).collect();
    if !survivors.is_empty() {
        return Err(format!("changes that the circuit accepts: {survivors:?}").into());
    }
    let text = page::render(digest, &mutations);
    let page = folder.join(PAGE);
    if !check {
        fs::write(&page, text)?;
    } else if fs::read_to_string(&page)? != text {
        return Err("run `cargo xtask mutate-wrap`: the page of mutations differs".into());
    }
    Ok(())
}

/// Changes every value.
fn mutate_all(circuit: &WrapCircuit, proof: &OuterProof) -> Result<Vec<Mutation>, WrapError> {
    let start = Instant::now();
    let numbers: Vec<usize> = (0..values(proof)).collect();
    let mut mutations = Vec::with_capacity(numbers.len());
    for numbers in numbers.chunks(STRIDE) {
        mutations.extend(mutate(circuit, proof, numbers)?);
        let accepted = mutations.iter().filter(|one| one.refused.is_none()).count();
        let survivors = mutations.iter().filter(|one| one.survives()).count();
        println!(
            "{} values changed, {} not read, {survivors} survivors, {:.0} s",
            mutations.len(),
            accepted - survivors,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(mutations)
}
