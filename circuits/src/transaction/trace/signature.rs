//! The rows of the signature lane.

use starfold_primitives::ecgfp5::{AffinePoint, Gfp5};
use starfold_primitives::signature::{CHAIN_STEPS, ChainStep, VerificationChain};
use starfold_primitives::{Field, Goldilocks};

use crate::transaction::columns::{PointColumns, SignatureColumns};
use crate::transaction::schedule::BLOCK_ROWS;

use super::lanes::{self, Window};

fn point(point: &AffinePoint) -> PointColumns<Goldilocks> {
    PointColumns { x: element(&point.x()), y: element(&point.y()) }
}

fn element(value: &Gfp5) -> [Goldilocks; 5] {
    value.elements()
}

/// The lane's cells, row by row.
pub(super) fn generate(chain: &VerificationChain) -> Vec<SignatureColumns<Goldilocks>> {
    let challenge = chain.challenge();
    let windows: Vec<_> = [(0, 2), (4, 1), (8, 0)]
        .map(|(first_group, limb)| Window { first_group, bits: 64, value: challenge[limb] })
        .to_vec();
    let lane = lanes::wide(&windows, &[0, 4, 8]);
    let key = point(&chain.key_point());
    (0..BLOCK_ROWS)
        .map(|row| {
            let step = if row < CHAIN_STEPS { &chain.steps()[row] } else { chain.idle_step() };
            let ChainStep { accumulator, double, sum, .. } = step;
            SignatureColumns {
                key,
                challenge: challenge.map(Goldilocks::from_canonical_u64),
                lane: lane[row],
                response: [step.s0, step.s1].map(Goldilocks::from_bool),
                accumulator: point(accumulator),
                double_slope: element(&step.lambda_double),
                double_x: element(&double.x()),
                key_slope: element(&step.lambda_key),
                key_inverse: element(&step.inverse_key),
                sum: point(sum),
                table_slope: element(&step.lambda_table),
                table_inverse: element(&step.inverse_table),
            }
        })
        .collect()
}
