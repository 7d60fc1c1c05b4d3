//! What a stored proof is known by.

use std::fmt;

use sha3::{Digest as _, Keccak256};
use starfold_primitives::claim::Claim;
use starfold_primitives::{Digest, Goldilocks, PrimeField64};

/// Bytes of a key's hash.
pub(crate) const KEY_BYTES: usize = 32;

/// Begins every input of the hash, so that it is none of anything else.
const DOMAIN: &[u8] = b"starfold artifact 1";

/// Which stage a stored proof is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArtifactKind {
    /// A STARK proof of a segment.
    Segment,
    /// A proof of a leaf circuit.
    Leaf,
    /// A proof of the fold circuit.
    Fold,
    /// A proof of the batch circuit.
    Batch,
}

impl ArtifactKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Segment, Self::Leaf, Self::Fold, Self::Batch];

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Segment => 0,
            Self::Leaf => 1,
            Self::Fold => 2,
            Self::Batch => 3,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Segment => "segment",
            Self::Leaf => "leaf",
            Self::Fold => "fold",
            Self::Batch => "batch",
        })
    }
}

/// What a stored proof is known by: stage, circuit, circuit set and claim. The bytes of a proof are no key, since one
/// claim has many proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArtifactKey {
    kind: ArtifactKind,
    hash: [u8; KEY_BYTES],
}

impl ArtifactKey {
    /// The key of a proof by a circuit, within a circuit set, of a claim. A segment's circuit is the leaf circuit
    /// that verifies it, which binds the AIR.
    pub fn new(
        kind: ArtifactKind,
        circuit: Digest,
        set: Digest,
        claim: &Claim<Goldilocks>,
    ) -> Self {
        let mut hasher = Keccak256::new_with_prefix(DOMAIN);
        hasher.update([kind.code()]);
        hasher.update(circuit.to_bytes());
        hasher.update(set.to_bytes());
        for element in claim.to_elements() {
            hasher.update(element.to_canonical_u64().to_be_bytes());
        }
        Self { kind, hash: hasher.finalize().into() }
    }

    /// The stage.
    pub fn kind(&self) -> ArtifactKind {
        self.kind
    }

    pub(crate) fn hash(&self) -> [u8; KEY_BYTES] {
        self.hash
    }

    /// The name of the proof's file.
    pub fn file_name(&self) -> String {
        format!("{}-{}.proof", self.kind, hex::encode(self.hash))
    }
}
