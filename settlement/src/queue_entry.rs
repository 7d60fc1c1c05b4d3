//! The hash by which the contract knows an operation of its queue (`docs/contracts.md`).

use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_transition::l1::TokenName;
use starfold_transition::{Kind, L1Operation};

/// The first 28 bytes of the keccak-256 of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryHash(pub [u8; 28]);

impl std::fmt::Debug for EntryHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "EntryHash({self})")
    }
}

impl std::fmt::Display for EntryHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "0x{}", hex::encode(self.0))
    }
}

/// What of an operation is hashed; unused fields are zero.
struct Fields {
    kind: Kind,
    index: AccountIndex,
    address: Address,
    token: TokenId,
    amount: Amount,
    key: PublicKey,
}

impl EntryHash {
    /// The hash of an operation; none where it names its token by the contract instead of the number.
    #[must_use]
    pub fn of(operation: &L1Operation) -> Option<Self> {
        let number = |name: TokenName| match name {
            TokenName::Id(token) => Some(token),
            TokenName::L1(Address::ZERO) => Some(TokenId::ZERO),
            TokenName::L1(_) => None,
        };
        let unused = Fields {
            kind: Kind::Deposit,
            index: AccountIndex::ZERO,
            address: Address::ZERO,
            token: TokenId::ZERO,
            amount: Amount::ZERO,
            key: PublicKey::NONE,
        };
        Some(Self::of_fields(&match *operation {
            L1Operation::Deposit { to, token, amount } => {
                Fields { address: to, token: number(token)?, amount, ..unused }
            }
            L1Operation::ForcedExit { from, address, token } => {
                let (kind, token) = (Kind::ForcedExit, number(token)?);
                Fields { kind, index: from, address, token, ..unused }
            }
            L1Operation::L1SetKey { from, address, new_key } => {
                Fields { kind: Kind::L1SetKey, index: from, address, key: new_key, ..unused }
            }
        }))
    }

    fn of_fields(fields: &Fields) -> Self {
        let [k0, k1, k2, k3, k4] = fields.key.to_canonical();
        let mut hasher = Keccak256::new();
        let mut word = |bytes: &[u8]| {
            hasher.update(&[0; 32][bytes.len()..]);
            hasher.update(bytes);
        };
        word(&fields.kind.code().to_be_bytes());
        word(&fields.index.get().to_be_bytes());
        word(&fields.address.0);
        word(&fields.token.get().to_be_bytes());
        word(&fields.amount.get().to_be_bytes());
        word(&[k3, k2, k1, k0].map(u64::to_be_bytes).concat());
        word(&k4.to_be_bytes());
        let hash: [u8; 32] = hasher.finalize().into();
        Self(std::array::from_fn(|i| hash[i]))
    }
}
