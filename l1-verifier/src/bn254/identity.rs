//! The identity in place of a hash of public inputs.

use std::fmt::Debug;

use plonky2::field::extension::Extendable;
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS, RichField};
use plonky2::hash::hashing::PlonkyPermutation;
use plonky2::iop::target::{BoolTarget, Target};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::config::{AlgebraicHasher, Hasher};

/// Public inputs that the identity binds. Of more, a circuit would expose only the last.
const MAX_IDENTITY_INPUTS: usize = NUM_HASH_OUT_ELTS;

/// A hasher of at most four public inputs, which are their own hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityHasher;

/// Four values that stay what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdentityPermutation<T>([T; NUM_HASH_OUT_ELTS]);

impl<T> AsRef<[T]> for IdentityPermutation<T> {
    fn as_ref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Copy + Debug + Default + Eq + Send + Sync> PlonkyPermutation<T> for IdentityPermutation<T> {
    const RATE: usize = NUM_HASH_OUT_ELTS;
    const WIDTH: usize = NUM_HASH_OUT_ELTS;

    fn new<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut state = Self::default();
        state.set_from_iter(values, 0);
        state
    }

    fn set_elt(&mut self, value: T, index: usize) {
        self.0[index] = value;
    }

    fn set_from_iter<I: IntoIterator<Item = T>>(&mut self, values: I, start: usize) {
        for (place, value) in self.0[start..].iter_mut().zip(values) {
            *place = value;
        }
    }

    fn set_from_slice(&mut self, values: &[T], start: usize) {
        self.set_from_iter(values.iter().copied(), start);
    }

    fn permute(&mut self) {}

    fn squeeze(&self) -> &[T] {
        &self.0
    }
}

impl<F: RichField> Hasher<F> for IdentityHasher {
    const HASH_SIZE: usize = 8 * NUM_HASH_OUT_ELTS;
    type Hash = HashOut<F>;
    type Permutation = IdentityPermutation<F>;

    fn hash_no_pad(input: &[F]) -> HashOut<F> {
        assert!(input.len() <= MAX_IDENTITY_INPUTS, "the outer layer has four public inputs");
        HashOut::from_partial(input)
    }

    /// The identity of the left: no tree is hashed with it.
    fn two_to_one(left: HashOut<F>, _: HashOut<F>) -> HashOut<F> {
        left
    }
}

impl<F: RichField> AlgebraicHasher<F> for IdentityHasher {
    type AlgebraicPermutation = IdentityPermutation<Target>;

    fn permute_swapped<const D: usize>(
        inputs: Self::AlgebraicPermutation,
        _: BoolTarget,
        _: &mut CircuitBuilder<F, D>,
    ) -> Self::AlgebraicPermutation
    where
        F: Extendable<D>,
    {
        inputs
    }
}
