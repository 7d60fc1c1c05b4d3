//! The one shape of leaf and fold circuits.

use std::sync::Arc;

use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::gates::arithmetic_extension::ArithmeticExtensionGate;
use plonky2::gates::base_sum::BaseSumGate;
use plonky2::gates::constant::ConstantGate;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::exponentiation::ExponentiationGate;
use plonky2::gates::gate::GateRef;
use plonky2::gates::multiplication_extension::MulExtensionGate;
use plonky2::gates::noop::NoopGate;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::poseidon_mds::PoseidonMdsGate;
use plonky2::gates::public_input::PublicInputGate;
use plonky2::gates::random_access::RandomAccessGate;
use plonky2::gates::reducing::ReducingGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;
use plonky2::plonk::circuit_data::CircuitConfig;
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::CLAIM_LEN;

use super::backend::{Builder, Circuit, CommonData, Config, EXTENSION};
use super::layout::CircuitLayout;
use crate::parameters::{FoldArity, ParameterSet};

/// Public inputs of every leaf and fold circuit: the claim, `own` and `set`.
pub(super) const NODE_PUBLIC_INPUTS: usize = CLAIM_LEN + 8;

type Gate = GateRef<Goldilocks, EXTENSION>;

/// Why a circuit has not the shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A gate is not one of the shape's.
    #[error("the gate {gate} is not one of the shape's")]
    Gate {
        /// What plonky2 calls it.
        gate: String,
    },
    /// The circuit is larger than the shape.
    #[error("the circuit has 2^{actual} rows, the shape 2^{expected}")]
    Degree {
        /// The shape's.
        expected: usize,
        /// The circuit's.
        actual: usize,
    },
    /// The circuit has another number of public inputs.
    #[error("the circuit has {actual} public inputs, not {expected}")]
    PublicInputs {
        /// The number that its parents expect.
        expected: usize,
        /// The circuit's.
        actual: usize,
    },
    /// Some other part of plonky2's common data differs.
    #[error("the circuit's common data differs from the shape's")]
    CommonData,
}

/// What leaf and fold circuits of a parameter set and an arity have in common: number of rows, gates and public inputs.
#[derive(Clone, Debug)]
pub struct Shape(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parameters: ParameterSet,
    arity: FoldArity,
    common: CommonData,
    layout: CircuitLayout,
}

/// The gates of every circuit of the shape. The FRI parameters of segments and circuits are chosen such that their
/// verifiers need no other.
pub(super) fn gate_set(config: &CircuitConfig) -> [Gate; 14] {
    type Random = RandomAccessGate<Goldilocks, EXTENSION>;
    type Coset = CosetInterpolationGate<Goldilocks, EXTENSION>;
    type Exponentiation = ExponentiationGate<Goldilocks, EXTENSION>;
    let (wires, routed) = (config.num_wires, config.num_routed_wires);
    // values of a FRI reduction are interpolated by a gate of this degree, the least with as few intermediate wires
    let mut coset = Coset::new(4);
    coset.degree = 6;
    [
        Gate::new(NoopGate),
        Gate::new(ConstantGate::new(config.num_constants)),
        Gate::new(PoseidonMdsGate::<Goldilocks, EXTENSION>::new()),
        Gate::new(PublicInputGate),
        Gate::new(BaseSumGate::<2>::new_from_config::<Goldilocks>(config)),
        Gate::new(ReducingExtensionGate::<EXTENSION>::new(
            ReducingExtensionGate::<EXTENSION>::max_coeffs_len(wires, routed),
        )),
        Gate::new(ReducingGate::<EXTENSION>::new(ReducingGate::<EXTENSION>::max_coeffs_len(
            wires, routed,
        ))),
        Gate::new(ArithmeticExtensionGate::<EXTENSION>::new_from_config(config)),
        Gate::new(ArithmeticGate::new_from_config(config)),
        Gate::new(MulExtensionGate::<EXTENSION>::new_from_config(config)),
        Gate::new(Exponentiation::new_from_config(config)),
        Gate::new(Random::new_from_config(config, config.fri_config.cap_height)),
        Gate::new(coset),
        Gate::new(PoseidonGate::<Goldilocks, EXTENSION>::new()),
    ]
}

/// How many constraints one challenge combines: those of the gate that has most, and for every repetition of the
/// permutation argument its first value and its partial products.
pub(crate) fn combined_constraints(config: &CircuitConfig) -> usize {
    let gates = gate_set(config).map(|gate| gate.0.num_constraints());
    let products = config.num_routed_wires.div_ceil(config.max_quotient_degree_factor);
    gates.into_iter().max().unwrap_or(0) + config.num_challenges * (1 + products)
}

/// How many values a circuit's proof opens, at most: FRI combines them with the powers of one challenge.
pub(crate) fn opened_values(config: &CircuitConfig) -> usize {
    // no gate needs more than one selector
    let constants = config.num_constants + gate_set(config).len();
    let products = config.num_routed_wires.div_ceil(config.max_quotient_degree_factor);
    // the first value of each permutation argument is opened at the next row too
    let permutation = config.num_challenges * (1 + products);
    let quotient = config.num_challenges * config.max_quotient_degree_factor;
    let wires = config.num_routed_wires + config.num_wires;
    constants + wires + permutation + quotient
}

/// Fills a circuit with Noops until it must have 2^`degree_bits` rows: plonky2 rounds up to a power of two, and adds
/// a few gates of its own.
fn pad(builder: &mut Builder, degree_bits: usize) {
    while builder.num_gates() <= 1 << (degree_bits - 1) {
        builder.add_gate(NoopGate, vec![]);
    }
}

impl Shape {
    /// The shape of a rollup's circuits, which fold two proofs into one. Costs about a second: make it once.
    pub fn new(parameters: ParameterSet) -> Self {
        Self::of_arity(parameters, FoldArity::Two)
    }

    /// The shape with folds of so many proofs: more than two cost more seconds, and no rollup's circuits have it.
    pub fn of_arity(parameters: ParameterSet, arity: FoldArity) -> Self {
        let config = parameters.circuit_config();
        let gates = gate_set(&config);
        let mut builder = Builder::new(config);
        for gate in gates {
            builder.add_gate_to_gate_set(gate);
        }
        for _ in 0..NODE_PUBLIC_INPUTS {
            builder.add_virtual_public_input();
        }
        pad(&mut builder, parameters.shape_degree_bits(arity));
        // the common data depends on no commitment
        let common = builder.try_build_with_options::<Config>(false).0.common;
        let layout = CircuitLayout::new(&common);
        Self(Arc::new(Inner { parameters, arity, common, layout }))
    }

    /// The parameter set.
    pub fn parameters(&self) -> ParameterSet {
        self.0.parameters
    }

    /// How many proofs its fold takes.
    pub fn arity(&self) -> FoldArity {
        self.0.arity
    }

    pub(super) fn common(&self) -> &CommonData {
        &self.0.common
    }

    pub(super) fn layout(&self) -> &CircuitLayout {
        &self.0.layout
    }

    pub(super) fn degree_bits(&self) -> usize {
        self.0.common.degree_bits()
    }

    pub(super) fn builder(&self) -> Builder {
        Builder::new(self.common().config.clone())
    }

    /// Whether a circuit of so many gates is certainly too large.
    pub(super) fn exceeds(&self, gates: usize) -> bool {
        gates > self.common().degree()
    }

    /// Builds a circuit to the shape.
    pub(super) fn build(&self, mut builder: Builder) -> Result<Circuit, BuildError> {
        for gate in &self.common().gates {
            builder.add_gate_to_gate_set(gate.clone());
        }
        pad(&mut builder, self.degree_bits());
        let circuit = builder.build::<Config>();
        self.check(&circuit.common)?;
        Ok(circuit)
    }

    /// Checks what must hold of a circuit that an adapter verifies.
    pub(super) fn check_inner(&self, common: &CommonData) -> Result<(), BuildError> {
        let (expected, actual) = (NODE_PUBLIC_INPUTS, common.num_public_inputs);
        if actual != expected {
            return Err(BuildError::PublicInputs { expected, actual });
        }
        let config = &self.common().config;
        let fri_params = config.fri_config.fri_params(common.degree_bits(), false);
        let has_lookups = common.num_lookup_polys != 0 || !common.luts.is_empty();
        if common.config != *config || common.fri_params != fri_params || has_lookups {
            return Err(BuildError::CommonData);
        }
        if common.degree_bits() <= self.degree_bits() {
            let (expected, actual) = (self.degree_bits(), common.degree_bits());
            return Err(BuildError::Degree { expected, actual });
        }
        match common.gates.iter().find(|gate| !gate_set(config).contains(gate)) {
            Some(gate) => Err(BuildError::Gate { gate: gate.0.id() }),
            None => Ok(()),
        }
    }

    /// Compares a circuit's common data with the shape's.
    pub(super) fn check(&self, common: &CommonData) -> Result<(), BuildError> {
        if let Some(gate) = common.gates.iter().find(|gate| !self.common().gates.contains(gate)) {
            return Err(BuildError::Gate { gate: gate.0.id() });
        }
        let (expected, actual) = (self.degree_bits(), common.degree_bits());
        if actual != expected {
            return Err(BuildError::Degree { expected, actual });
        }
        let (expected, actual) = (NODE_PUBLIC_INPUTS, common.num_public_inputs);
        if actual != expected {
            return Err(BuildError::PublicInputs { expected, actual });
        }
        if common == self.common() { Ok(()) } else { Err(BuildError::CommonData) }
    }
}
