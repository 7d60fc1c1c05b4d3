//! A transaction as the state sees it: fields of one shape for all kinds.

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Timestamp, TokenId,
};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::{Field, Goldilocks};

use crate::kind::Kind;

/// Which account of an address a Transfer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedRecipient {
    /// The account at this index.
    Index(AccountIndex),
    /// Any account of the address; the operator chooses.
    Any,
}

impl NamedRecipient {
    /// What every kind but Transfer has.
    pub const ZERO: Self = Self::Index(AccountIndex::ZERO);

    /// The index, or 2^32 for any.
    #[must_use]
    pub fn element(self) -> Goldilocks {
        match self {
            Self::Index(index) => index.element(),
            Self::Any => Goldilocks::from_canonical_u64(1 << 32),
        }
    }
}

impl From<Option<AccountIndex>> for NamedRecipient {
    fn from(index: Option<AccountIndex>) -> Self {
        index.map_or(Self::Any, Self::Index)
    }
}

/// One transaction with everything decided: who receives, whether an account is created, whether an
/// L1 operation matches. Fields that its kind does not use are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What it does.
    pub kind: Kind,
    /// The account that is debited or gets a new key.
    pub from: AccountIndex,
    /// The account that is credited.
    pub to: AccountIndex,
    /// The recipient that the sender named.
    pub named: NamedRecipient,
    /// The token of `amount`.
    pub token: TokenId,
    /// The amount, in base units of `token`.
    pub amount: Amount,
    /// The fee in fee units; for CollectFee the whole accumulator.
    pub fee_count: FeeCount,
    /// The last second at which the transaction may be executed.
    pub valid_until: Timestamp,
    /// The recipient's or the L1 address.
    pub address: Address,
    /// The key of SetKey and L1SetKey.
    pub new_key: PublicKey,
    /// Whether the recipient's account was empty.
    pub created: bool,
    /// Whether the account of a ForcedExit or L1SetKey has the address of the queue's entry.
    pub matched: bool,
}

impl Operation {
    /// The padding of a segment: all fields zero.
    pub const NOOP: Self = Self {
        kind: Kind::Noop,
        from: AccountIndex::ZERO,
        to: AccountIndex::ZERO,
        named: NamedRecipient::ZERO,
        token: TokenId::ZERO,
        amount: Amount::ZERO,
        fee_count: FeeCount::ZERO,
        valid_until: Timestamp::ZERO,
        address: Address::ZERO,
        new_key: PublicKey::NONE,
        created: false,
        matched: false,
    };
}
