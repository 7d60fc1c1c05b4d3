//! A small circuit with two public inputs that any pair of values satisfies.

use ark_ff::{PrimeField as _, Zero as _};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;

use crate::groth16::development::random_scalar;
use crate::groth16::{Circuit, ProvingKey, development_key};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination};

pub(super) fn generator(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Each input is the last square of a chain of them, plus a witness.
fn program(
    system: &mut ConstraintSystem,
    inputs: &[LinearCombination],
    squares: usize,
    root: Fr,
) -> Result<(), Fault> {
    for input in inputs {
        let mut value = system.allocate(root);
        for step in 0..squares {
            let shifted = &value + &LinearCombination::constant(Fr::from(step as u64));
            value = system.multiply(&shifted, &shifted)?;
        }
        let rest = system.allocate(input.value() - value.value());
        system.enforce_equal(&(&value + &rest), input)?;
    }
    Ok(())
}

pub(super) fn circuit(squares: usize) -> Circuit {
    let (mut system, inputs) = ConstraintSystem::record(2);
    program(&mut system, &inputs, squares, Fr::zero()).unwrap();
    Circuit::new(system.into_recorded().unwrap())
}

pub(super) fn assignment(squares: usize, public_inputs: [Fr; 2], seed: u64) -> Vec<Fr> {
    let (mut system, inputs) = ConstraintSystem::check(&public_inputs);
    program(&mut system, &inputs, squares, random_scalar(&mut generator(seed))).unwrap();
    system.into_assignment()
}

/// The public inputs of the wrap: `h0 + h1 2^64 + h2 2^128` and `h3`.
pub(super) fn public_inputs(h: [u64; 4]) -> [Fr; 2] {
    let limbs = [h[0], h[1], h[2], 0];
    [Fr::from_bigint(ark_ff::BigInt(limbs)).unwrap(), Fr::from(h[3])]
}

pub(super) fn key(circuit: &Circuit) -> ProvingKey {
    development_key(circuit).unwrap()
}
