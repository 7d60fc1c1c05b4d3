//! The circuit set: which leaf circuits may take part in a batch.

use starfold_primitives::Digest;
use starfold_primitives::poseidon::{Domain, hash_pair};

/// Levels of the tree of circuit digests.
pub(super) const CIRCUIT_SET_DEPTH: usize = 8;
/// The most leaf circuits in a set.
pub const CIRCUIT_SET_CAPACITY: usize = 1 << CIRCUIT_SET_DEPTH;

/// The digests of the leaf circuits that a rollup accepts, as a Merkle tree of depth 8. Places without a member hold
/// the zero digest, of which nobody knows a preimage. The root depends on the members and their order alone.
///
/// A set says nothing of what its circuits verify: one circuit that accepts everything makes every batch provable. The
/// root is as honest as whoever computed it, and who accepts a root without having built the circuits, or without pins
/// that they trust, takes somebody's word for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircuitSet {
    members: Vec<Digest>,
    /// Nodes level by level, the lowest first, the last level being the root.
    levels: Vec<Vec<Digest>>,
}

/// A list of digests that is no circuit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CircuitSetError {
    /// There are too many.
    #[error("a circuit set has at most {CIRCUIT_SET_CAPACITY} members, not {actual}")]
    TooMany {
        /// How many were given.
        actual: usize,
    },
    /// A circuit is listed twice.
    #[error("the circuit {digest} is listed twice")]
    Duplicate {
        /// Its digest.
        digest: Digest,
    },
    /// The zero digest stands for no circuit.
    #[error("member {index} is the zero digest, which stands for no circuit")]
    Zero {
        /// Its place.
        index: usize,
    },
}

/// The path of a member to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SetPath {
    pub(super) member: Digest,
    pub(super) index: usize,
    pub(super) siblings: [Digest; CIRCUIT_SET_DEPTH],
}

impl CircuitSet {
    /// The set of these circuits.
    ///
    /// # Errors
    /// [`CircuitSetError`] where there are more than 256, or one is zero or listed twice.
    pub fn new(members: Vec<Digest>) -> Result<Self, CircuitSetError> {
        if members.len() > CIRCUIT_SET_CAPACITY {
            return Err(CircuitSetError::TooMany { actual: members.len() });
        }
        for (index, &digest) in members.iter().enumerate() {
            if digest == Digest::ZERO {
                return Err(CircuitSetError::Zero { index });
            }
            if members[..index].contains(&digest) {
                return Err(CircuitSetError::Duplicate { digest });
            }
        }
        let mut level = members.clone();
        level.resize(CIRCUIT_SET_CAPACITY, Digest::ZERO);
        let mut levels = vec![level];
        while let Some(last) = levels.last().filter(|level| level.len() > 1) {
            let pairs = last.chunks_exact(2);
            let parents =
                pairs.map(|pair| hash_pair(Domain::CircuitSetNode, pair[0], pair[1])).collect();
            levels.push(parents);
        }
        Ok(Self { members, levels })
    }

    /// The digests, in order.
    pub fn members(&self) -> &[Digest] {
        &self.members
    }

    /// Whether a circuit is one of the set.
    pub fn contains(&self, circuit: Digest) -> bool {
        self.members.contains(&circuit)
    }

    /// The root, which the batch proof exposes and the contract stores. Compare it with one from circuits that you built
    /// or pins that you trust, never with one that came with the proof.
    pub fn root(&self) -> Digest {
        self.levels[CIRCUIT_SET_DEPTH][0]
    }

    /// The path of a circuit, unless it is no member.
    pub(super) fn path(&self, circuit: Digest) -> Option<SetPath> {
        let index = self.members.iter().position(|&member| member == circuit)?;
        Some(self.path_at(index))
    }

    /// The path of a place, which may be empty.
    pub(super) fn path_at(&self, index: usize) -> SetPath {
        let siblings = std::array::from_fn(|level| self.levels[level][(index >> level) ^ 1]);
        SetPath { member: self.levels[0][index], index, siblings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(i: u64) -> Digest {
        Digest::from_canonical([i, 2 * i, 3, 4]).unwrap()
    }

    /// The root by recursion over ranges of places.
    fn reference_root(members: &[Digest], start: usize, len: usize) -> Digest {
        if len == 1 {
            return members.get(start).copied().unwrap_or(Digest::ZERO);
        }
        let half = len / 2;
        let left = reference_root(members, start, half);
        hash_pair(Domain::CircuitSetNode, left, reference_root(members, start + half, half))
    }

    #[test]
    fn the_root_is_that_of_the_tree_and_every_path_leads_to_it() {
        for len in [0, 1, 3, 256] {
            let members: Vec<_> = (1..=len).map(digest).collect();
            let set = CircuitSet::new(members.clone()).unwrap();
            assert_eq!(set.root(), reference_root(&members, 0, CIRCUIT_SET_CAPACITY));
            for (index, &member) in members.iter().enumerate() {
                let path = set.path(member).unwrap();
                assert_eq!((path.member, path.index), (member, index));
                let root =
                    path.siblings.iter().enumerate().fold(member, |node, (level, &other)| {
                        if index >> level & 1 == 1 {
                            hash_pair(Domain::CircuitSetNode, other, node)
                        } else {
                            hash_pair(Domain::CircuitSetNode, node, other)
                        }
                    });
                assert_eq!(root, set.root());
            }
            assert_eq!(set.path(digest(999)), None);
        }
    }

    #[test]
    fn order_matters() {
        let [ab, ba] = [[1, 2], [2, 1]].map(|order| CircuitSet::new(order.map(digest).to_vec()));
        assert_ne!(ab.unwrap().root(), ba.unwrap().root());
    }

    #[test]
    fn bad_lists_are_refused() {
        let too_many = (1..=257).map(digest).collect();
        assert_eq!(CircuitSet::new(too_many), Err(CircuitSetError::TooMany { actual: 257 }));
        let duplicate = CircuitSetError::Duplicate { digest: digest(1) };
        assert_eq!(CircuitSet::new(vec![digest(1), digest(2), digest(1)]), Err(duplicate));
        let zero = CircuitSetError::Zero { index: 1 };
        assert_eq!(CircuitSet::new(vec![digest(1), Digest::ZERO]), Err(zero));
    }
}
