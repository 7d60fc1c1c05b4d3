//! A small AIR: accumulators that each add their own step, weighted by the context.

use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, Claim};
use starfold_primitives::{Field, Goldilocks};

use crate::air::{Air, AirBuilder, Array, Cell, Domain, Layout, Trace, columns};
use crate::parameters::{ParameterSet, SegmentRate};
use crate::recursion::{SegmentProof, SegmentSystem};

columns! {
    /// One row.
    pub(super) struct ChainColumns {
        /// The boundary's elements on their way.
        state: Array<Cell, 16>,
        /// The square of the last element.
        square: Cell,
    }
}

/// Every step adds `step` and the element's index, and to element 0 the fourth power of element 15.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChainAir {
    pub(super) step: u64,
}

/// The steps of the tests' AIRs.
const STEPS: [u64; 4] = [1, 2, 3, 99];

impl Air for ChainAir {
    type Columns = ChainColumns<()>;
    type Boundary = Array<Cell, BOUNDARY_LEN>;
    const NAME: &'static str = "chain";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let last = local.state[BOUNDARY_LEN - 1];
        builder.assert_zero("square", Domain::EveryRow, local.square - last * last);
        let fourth = local.square * last * last;
        for i in 0..BOUNDARY_LEN {
            let step = builder.constant(self.step + i as u64);
            let grown = if i == 0 { local.state[i] + fourth } else { local.state[i] };
            let moved = next.state[i] - grown - step;
            builder.assert_zero("step", Domain::Transition, moved);
            builder.assert_zero("entry", Domain::FirstRow, local.state[i] - public.entry[i]);
            builder.assert_zero("exit", Domain::LastRow, local.state[i] - public.exit[i]);
        }
    }
}

pub(super) fn system(
    parameters: ParameterSet,
    step: u64,
    degree_bits: usize,
    rate_bits: u32,
) -> SegmentSystem {
    let rate = SegmentRate::new(rate_bits).unwrap();
    SegmentSystem::new(ChainAir { step }, parameters, degree_bits, rate).unwrap()
}

pub(super) fn context(seed: u64) -> [Goldilocks; CONTEXT_LEN] {
    std::array::from_fn(|i| Goldilocks::from_canonical_u64(seed + i as u64))
}

pub(super) fn origin() -> [Goldilocks; BOUNDARY_LEN] {
    std::array::from_fn(|i| Goldilocks::from_canonical_u64(1000 + i as u64))
}

pub(super) fn trace(
    step: u64,
    degree_bits: usize,
    entry: [Goldilocks; BOUNDARY_LEN],
) -> (Trace, [Goldilocks; BOUNDARY_LEN]) {
    let mut trace = Trace::new::<ChainColumns<()>>();
    let (mut state, mut exit) = (entry, entry);
    for _ in 0..1 << degree_bits {
        let last = state[BOUNDARY_LEN - 1];
        trace.push::<ChainColumns<()>>(&ChainColumns { state, square: last * last });
        exit = state;
        state[0] += last.exp_u64(4);
        for (i, element) in state.iter_mut().enumerate() {
            *element += Goldilocks::from_canonical_u64(step + i as u64);
        }
    }
    (trace, exit)
}

/// A proved segment, of the step whose traces the system takes.
pub(super) fn segment(
    system: &SegmentSystem,
    context: [Goldilocks; CONTEXT_LEN],
    entry: [Goldilocks; BOUNDARY_LEN],
) -> SegmentProof {
    let (trace, claim) = STEPS
        .into_iter()
        .map(|step| {
            let (trace, exit) = trace(step, system.degree_bits(), entry);
            (trace, Claim { context, entry, exit })
        })
        .find(|(trace, claim)| system.check(trace, claim).is_ok())
        .unwrap();
    system.prove(trace, &claim).unwrap()
}
