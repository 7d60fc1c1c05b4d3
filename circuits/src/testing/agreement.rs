//! The native and the recursive verifier evaluate one polynomial.

use plonky2::field::extension::Extendable;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite as _};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::poseidon::{WIDTH, permute};
use starfold_primitives::{Field, Goldilocks};
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::StarkEvaluationFrame as _;
use starky::stark::Stark as _;

use super::AirFault;
use crate::air::{Air, AirFrame, AirStark, Layout};

const DEGREE: usize = 2;
type Extension = <Goldilocks as Extendable<DEGREE>>::Extension;

/// Elements that depend on a seed.
struct Elements {
    seed: u64,
    drawn: u64,
}

impl Elements {
    fn next(&mut self) -> Goldilocks {
        self.drawn += 1;
        let mut state = [Goldilocks::ZERO; WIDTH];
        state[0] = Goldilocks::from_noncanonical_u64(self.seed);
        state[1] = Goldilocks::from_noncanonical_u64(self.drawn);
        permute(state)[0]
    }

    fn extension(&mut self) -> Extension {
        let (a, b) = (self.next(), self.next());
        <Extension as plonky2::field::extension::FieldExtension<DEGREE>>::from_basefield_array([
            a, b,
        ])
    }

    fn extensions(&mut self, count: usize) -> Vec<Extension> {
        (0..count).map(|_| self.extension()).collect()
    }
}

/// Evaluates the constraints on two rows and a claim that depend on the seed, once as the native verifier does and once
/// in a circuit, and proves that the results are equal.
///
/// # Errors
/// [`AirFault::Disagreement`].
pub fn check_agreement<A: Air>(air: A, seed: u64) -> Result<(), AirFault> {
    let stark = AirStark::new(air);
    let mut elements = Elements { seed, drawn: 0 };
    let columns = A::Columns::LEN;
    let [local, next] = [(); 2].map(|()| elements.extensions(columns));
    let public = elements.extensions(CLAIM_LEN);
    let alpha = elements.next();
    let [last, first_basis, last_basis] = [(); 3].map(|()| elements.extension());

    let mut consumer = ConstraintConsumer::new(vec![alpha.into()], last, first_basis, last_basis);
    let frame = AirFrame::<A, _, _>::from_values(&local, &next, &public);
    stark.eval_ext(&frame, &mut consumer);
    let native = consumer.accumulators()[0];

    let mut builder =
        CircuitBuilder::<Goldilocks, DEGREE>::new(CircuitConfig::standard_recursion_config());
    let mut constants = |values: &[Extension]| -> Vec<_> {
        values.iter().map(|&value| builder.constant_extension(value)).collect()
    };
    let [local, next, public] = [&local, &next, &public].map(|values| constants(values));
    let points = constants(&[last, first_basis, last_basis]);
    // an input, so that nothing is folded into constants before it is proved
    let alpha_target: Target = builder.add_virtual_target();
    let mut consumer = RecursiveConstraintConsumer::new(
        builder.zero_extension(),
        vec![alpha_target],
        points[0],
        points[1],
        points[2],
    );
    let frame = AirFrame::<A, _, _>::from_values(&local, &next, &public);
    stark.eval_ext_circuit(&mut builder, &frame, &mut consumer);
    let expected = builder.constant_extension(native);
    builder.connect_extension(consumer.accumulators()[0], expected);

    let circuit = builder.build::<PoseidonGoldilocksConfig>();
    let mut witness = PartialWitness::new();
    let disagreement = |error: String| AirFault::Disagreement { reason: error };
    witness.set_target(alpha_target, alpha).map_err(|error| disagreement(error.to_string()))?;
    let proof = circuit.prove(witness).map_err(|error| disagreement(error.to_string()))?;
    circuit.verify(proof).map_err(|error| disagreement(error.to_string()))
}
