//! Poseidon's partial rounds, in the form with sparse matrices.

use plonky2::hash::poseidon::{N_PARTIAL_ROUNDS, Poseidon, SPONGE_WIDTH};
use starfold_primitives::{Field as _, Goldilocks};

use super::linear::mds_row;
use super::poseidon::s_box;
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// The S-boxes before and in the partial rounds.
const OUTPUTS: usize = SPONGE_WIDTH + N_PARTIAL_ROUNDS;

fn element(value: u64) -> Goldilocks {
    Goldilocks::from_canonical_u64(value)
}

/// A linear combination of S-box outputs and a constant. Its coefficients stay reduced however many rounds it goes
/// through.
#[derive(Clone, Debug)]
struct Form {
    coefficients: [Goldilocks; OUTPUTS],
    constant: Goldilocks,
}

impl Form {
    fn zero() -> Self {
        Self { coefficients: [Goldilocks::ZERO; OUTPUTS], constant: Goldilocks::ZERO }
    }

    fn output(place: usize) -> Self {
        let mut form = Self::zero();
        form.coefficients[place] = Goldilocks::ONE;
        form
    }

    fn add_scaled(&mut self, factor: Goldilocks, other: &Self) {
        for (coefficient, other) in self.coefficients.iter_mut().zip(&other.coefficients) {
            *coefficient += factor * *other;
        }
        self.constant += factor * other.constant;
    }

    /// Its value, not reduced.
    fn value(&self, outputs: &[Extension]) -> Extension {
        let terms = outputs.iter().zip(&self.coefficients);
        let mut terms: Vec<Extension> =
            terms.map(|(output, &coefficient)| output.scaled(coefficient)).collect();
        terms.push(Extension::constant(self.constant.into()));
        Extension::sum(&terms)
    }
}

/// The state at the start of the partial rounds, from the outputs of the last full round.
fn first_state() -> Vec<Form> {
    let outputs: Vec<Form> = (0..SPONGE_WIDTH).map(Form::output).collect();
    let mut mixed = vec![Form::zero(); SPONGE_WIDTH];
    for (lane, form) in mixed.iter_mut().enumerate() {
        form.constant = element(Goldilocks::FAST_PARTIAL_FIRST_ROUND_CONSTANT[lane]);
        for (output, factor) in outputs.iter().zip(mds_row(lane)) {
            form.add_scaled(factor, output);
        }
    }
    let mut state = vec![Form::zero(); SPONGE_WIDTH];
    state[0] = mixed[0].clone();
    for (form, row) in mixed[1..].iter().zip(Goldilocks::FAST_PARTIAL_ROUND_INITIAL_MATRIX) {
        for (lane, factor) in state[1..].iter_mut().zip(row) {
            lane.add_scaled(element(factor), form);
        }
    }
    state
}

/// The sparse matrix of a round.
fn mix(state: &mut [Form], round: usize) {
    let corner = element(Goldilocks::MDS_MATRIX_CIRC[0] + Goldilocks::MDS_MATRIX_DIAG[0]);
    let first = state[0].clone();
    let mut mixed = Form::zero();
    mixed.add_scaled(corner, &first);
    for (lane, factor) in state[1..].iter().zip(Goldilocks::FAST_PARTIAL_ROUND_W_HATS[round]) {
        mixed.add_scaled(element(factor), lane);
    }
    for (lane, factor) in state[1..].iter_mut().zip(Goldilocks::FAST_PARTIAL_ROUND_VS[round]) {
        lane.add_scaled(element(factor), &first);
    }
    state[0] = mixed;
}

/// The state after the partial rounds, not reduced, from the inputs of the last full round before them and the wires
/// with the input of each partial S-box. Adds a constraint for each of these wires.
pub(super) fn partial_rounds(
    system: &mut ConstraintSystem,
    before: &[Extension],
    wires: &[Extension],
    sums: &mut Vec<Extension>,
) -> Result<Vec<Extension>, Fault> {
    let output = |system: &mut ConstraintSystem, x: &Extension| s_box(system, x)?.reduced(system);
    let mut outputs: Vec<Extension> =
        before.iter().map(|x| output(system, x)).collect::<Result<_, _>>()?;
    let mut state = first_state();
    for (round, wire) in wires.iter().enumerate() {
        sums.push(state[0].value(&outputs).subtract(wire));
        outputs.push(output(system, wire)?);
        state[0] = Form::output(SPONGE_WIDTH + round);
        if round + 1 < N_PARTIAL_ROUNDS {
            state[0].constant = element(Goldilocks::FAST_PARTIAL_ROUND_CONSTANTS[round]);
        }
        mix(&mut state, round);
    }
    Ok(state.iter().map(|form| form.value(&outputs)).collect())
}
