//! Rows opened at a query's index, and their Merkle paths.
//!
//! A path is sound as in plonky2: the bits of the index, low first, decide at each level on which side the node
//! stands, and the bits left over choose the node of the cap at which the path must end. Siblings are free elements of
//! the scalar field, as whatever leads to the cap is what was committed, or a collision.
//!
//! Integers in a row are range-checked, since a lane packs three: without that a prover could open one lane as several
//! triples. The exception is the tree of constants, which is fixed with the circuit and has one integer in a lane: its
//! path ends at nodes that are constants of these constraints, so that any row but the circuit's own is a second
//! preimage, and the circuit's own integers are below p.

use plonky2::hash::merkle_proofs::MerkleProof;
use starfold_primitives::{Goldilocks, PrimeField64 as _};

use super::expect_length;
use super::index::{Index, Table};
use crate::bn254::{LANE_ELEMENTS, OuterHasher, RowLayout};
use crate::goldilocks::{ELEMENT_BITS, Element};
use crate::poseidon2::{hash_node, hash_row, pack};
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination};

/// The nodes at which a tree's paths end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cap<'a> {
    /// Those of a proof, from left to right.
    Variable(&'a [LinearCombination]),
    /// Those of a fixed tree, over the top bits of the index.
    Fixed {
        /// The logarithm of their number.
        height: usize,
        /// The nodes.
        table: &'a Table,
    },
}

impl Cap<'_> {
    /// The logarithm of the number of nodes.
    fn height(&self) -> usize {
        match self {
            Self::Variable(nodes) => nodes.len().ilog2() as usize,
            Self::Fixed { height, .. } => *height,
        }
    }

    fn node(
        &self,
        system: &mut ConstraintSystem,
        index: &Index,
    ) -> Result<LinearCombination, Fault> {
        match self {
            Self::Variable(nodes) => {
                system.look_up(&index.bits()[index.bits().len() - self.height()..], nodes)
            }
            Self::Fixed { table, .. } => index.entry(system, table),
        }
    }
}

/// The elements of a row, as integers below 2^64.
///
/// # Errors
/// [`Fault::Length`] for a row of another length than the tree's.
pub(super) fn open_row(
    system: &mut ConstraintSystem,
    values: &[Goldilocks],
    length: usize,
) -> Result<Vec<Element>, Fault> {
    expect_length("a row", values.len(), length)?;
    values.iter().map(|&value| Element::allocate(system, value)).collect()
}

/// The elements of a row of the constants tree, whose paths end at constants. They need no range checks where the hash
/// gives each a lane of its own.
///
/// # Errors
/// [`Fault::Length`] as for [`open_row`].
pub(super) fn open_fixed_row(
    system: &mut ConstraintSystem,
    values: &[Goldilocks],
    length: usize,
) -> Result<Vec<Element>, Fault> {
    if RowLayout::new(length).lane_elements > 1 {
        return open_row(system, values, length);
    }
    expect_length("a row of constants", values.len(), length)?;
    let values = values.iter().map(|value| Fr::from(value.to_canonical_u64()));
    Ok(values.map(|value| Element::from_bounded(system.allocate(value), ELEMENT_BITS)).collect())
}

/// The hash of a row: its elements, if they fit a lane.
fn hash(system: &mut ConstraintSystem, row: &[Element]) -> Result<LinearCombination, Fault> {
    let integers: Vec<_> = row.iter().map(|element| element.integer().clone()).collect();
    if integers.len() <= LANE_ELEMENTS {
        return Ok(pack(&integers));
    }
    hash_row(system, &integers)
}

/// That the row stands in the tree with this cap at the index without its `skipped` lowest bits.
///
/// Of the siblings only those below the cap are read: plonky2's path in the constants tree is longer.
///
/// # Errors
/// [`Fault::Unsatisfied`] where it does not, [`Fault::Length`] where the path is too short.
pub(super) fn enforce_member(
    system: &mut ConstraintSystem,
    index: &Index,
    skipped: usize,
    row: &[Element],
    path: &MerkleProof<Goldilocks, OuterHasher>,
    cap: Cap<'_>,
) -> Result<(), Fault> {
    let sides = &index.bits()[skipped..index.bits().len() - cap.height()];
    let actual = path.siblings.len();
    if actual < sides.len() {
        return Err(Fault::Length { what: "a Merkle path", expected: sides.len(), actual });
    }
    let mut node = hash(system, row)?;
    for (side, sibling) in sides.iter().zip(&path.siblings) {
        let sibling = system.allocate(sibling.0);
        let [left, right] = order(system, side, &node, &sibling)?;
        node = hash_node(system, &left, &right)?;
    }
    let expected = cap.node(system, index)?;
    system.enforce_equal(&node, &expected)
}

/// The node and its sibling from left to right: swapped where the bit is one. The left is a variable, which keeps the
/// rows of the hash short.
fn order(
    system: &mut ConstraintSystem,
    side: &Bit,
    node: &LinearCombination,
    sibling: &LinearCombination,
) -> Result<[LinearCombination; 2], Fault> {
    let left = system.allocate(if side.value() { sibling.value() } else { node.value() });
    system.enforce(side.combination(), &(sibling - node), &(&left - node))?;
    let right = &(node + sibling) - &left;
    Ok([left, right])
}
