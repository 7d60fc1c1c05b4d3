//! One key serves every circuit set: here one whose AIR has a transition of its own and knows no rollup.

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_circuits::air::{Air, AirBuilder, Array, Cell, Domain, Layout, Trace, columns};
use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::pins::Pins;
use starfold_circuits::recursion::{
    BatchCircuit, BatchProof, BatchStatement, CircuitSet, FoldCircuit, LeafCircuit, SegmentSystem,
    Shape,
};
use starfold_l1_verifier::groth16::VerifyError;
use starfold_l1_verifier::{WrappedProof, Wrapper};
use starfold_primitives::claim::{BOUNDARY_LEN, Claim};
use starfold_primitives::{Field as _, Goldilocks};

const PARAMETERS: ParameterSet = ParameterSet::Standard;
const DEGREE_BITS: usize = 5;
const COLUMNS: usize = BOUNDARY_LEN;

columns! {
    /// One row.
    struct CubeColumns {
        /// The boundary's elements on their way.
        state: Array<Cell, COLUMNS>,
    }
}

/// Every step rotates the elements by one place, and adds to the first the cube of the second.
#[derive(Clone, Copy, Debug, Default)]
struct CubeAir;

impl Air for CubeAir {
    type Columns = CubeColumns<()>;
    type Boundary = Array<Cell, BOUNDARY_LEN>;
    const NAME: &'static str = "cubes";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        for i in 0..COLUMNS {
            let rotated = local.state[(i + 1) % COLUMNS];
            let second = local.state[1];
            let moved = if i == 0 { rotated + second * second * second } else { rotated };
            builder.assert_zero("step", Domain::Transition, next.state[i] - moved);
            builder.assert_zero("entry", Domain::FirstRow, local.state[i] - public.entry[i]);
            builder.assert_zero("exit", Domain::LastRow, local.state[i] - public.exit[i]);
        }
    }
}

/// A trace, and what it claims.
fn trace() -> (Trace, Claim<Goldilocks>) {
    let entry = std::array::from_fn(|i| Goldilocks::from_canonical_usize(3 + i));
    let mut trace = Trace::new::<CubeColumns<()>>();
    let (mut state, mut exit) = (entry, entry);
    for _ in 0..1 << DEGREE_BITS {
        trace.push::<CubeColumns<()>>(&CubeColumns { state });
        exit = state;
        let cube = state[1].cube();
        state.rotate_left(1);
        state[0] += cube;
    }
    let context = std::array::from_fn(|i| Goldilocks::from_canonical_usize(500 + i));
    let claim = Claim { context, entry, exit };
    (trace, claim)
}

/// The wrapper, whose key was made without knowledge of the set, wraps the batch; each wrapped proof verifies for its
/// own statement only.
pub(crate) fn is_wrapped_with_the_same_key(wrapper: &Wrapper, built_in: &WrappedProof) {
    let (proof, statement) = batch();
    assert_eq!(proof.exposed(), statement.exposed());
    let mut generator = ChaCha20Rng::seed_from_u64(2);
    let wrapped = wrapper.wrap(&proof, &mut generator).unwrap();
    assert_eq!(wrapped.exposed, statement.exposed());

    let key = wrapper.key().verifying_key();
    wrapped.verify(key).unwrap();
    assert_ne!(wrapped.exposed, built_in.exposed);
    let swapped = WrappedProof { exposed: built_in.exposed, proof: wrapped.proof };
    assert_eq!(swapped.verify(key), Err(VerifyError::Pairing));
}

/// A batch proof of the AIR's own circuit set, by the circuit that proves every batch, and what it states.
fn batch() -> (BatchProof, BatchStatement) {
    let shape = Shape::new(PARAMETERS);
    let rate = SegmentRate::new(2).unwrap();
    let system = SegmentSystem::new(CubeAir, PARAMETERS, DEGREE_BITS, rate).unwrap();
    let leaf = LeafCircuit::build(&shape, system, 1).unwrap();
    let fold = FoldCircuit::build(&shape).unwrap();
    let circuit = BatchCircuit::build(&fold).unwrap();
    let pins = Pins::committed().unwrap();
    let pinned = pins.of(PARAMETERS).unwrap();
    assert_eq!(circuit.digest(), pinned.batch);
    assert!(pinned.leaves.iter().all(|entry| entry.digest != leaf.digest()));

    let set = CircuitSet::new(vec![leaf.digest()]).unwrap();
    let (trace, claim) = trace();
    let segment = leaf.system().prove(trace, &claim).unwrap();
    let proof = circuit.prove(&set, leaf.prove(vec![segment]).unwrap()).unwrap();
    (proof, BatchStatement { claim, set: set.root() })
}
