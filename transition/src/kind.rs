//! The kinds of transactions and how each is published.

use serde::{Deserialize, Serialize};

use crate::layout::Opcode;

/// What a transaction does (section 4 of the protocol).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Padding: changes nothing and publishes nothing.
    Noop,
    /// Moves a token from the sender to the account of an address.
    Transfer,
    /// Takes a token out of the rollup for an L1 address.
    Withdraw,
    /// Replaces the sender's key, authorised by the old one.
    SetKey,
    /// Credits the collected fees to the operator's account.
    CollectFee,
    /// Credits what was paid in on L1.
    Deposit,
    /// Withdraws a whole balance on request of the address on L1.
    ForcedExit,
    /// Replaces a key on request of the address on L1.
    L1SetKey,
}

impl Kind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 8] = [
        Self::Noop,
        Self::Transfer,
        Self::Withdraw,
        Self::SetKey,
        Self::CollectFee,
        Self::Deposit,
        Self::ForcedExit,
        Self::L1SetKey,
    ];

    /// The code of the kind, which is signed in the message.
    #[must_use]
    pub const fn code(self) -> u64 {
        match self {
            Self::Noop => 0,
            Self::Transfer => 1,
            Self::Withdraw => 2,
            Self::SetKey => 3,
            Self::CollectFee => 4,
            Self::Deposit => 5,
            Self::ForcedExit => 6,
            Self::L1SetKey => 7,
        }
    }

    /// Whether a signature of the sender's key authorises it; these kinds advance the nonce.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Transfer | Self::Withdraw | Self::SetKey)
    }

    /// Whether an entry of the L1 queue authorises it.
    #[must_use]
    pub const fn is_l1(self) -> bool {
        matches!(self, Self::Deposit | Self::ForcedExit | Self::L1SetKey)
    }

    /// Whether it opens and changes the account `from`.
    #[must_use]
    pub const fn has_sender(self) -> bool {
        self.is_signed() || matches!(self, Self::ForcedExit | Self::L1SetKey)
    }

    /// Whether it opens and credits the account `to`.
    #[must_use]
    pub const fn has_recipient(self) -> bool {
        matches!(self, Self::Transfer | Self::CollectFee | Self::Deposit)
    }

    /// The opcode under which it is published; none for a Noop.
    ///
    /// Only a Transfer's opcode depends on whether it created its recipient.
    #[must_use]
    pub const fn opcode(self, created: bool) -> Option<Opcode> {
        Some(match self {
            Self::Noop => return None,
            Self::Transfer if created => Opcode::TransferNew,
            Self::Transfer => Opcode::Transfer,
            Self::Withdraw => Opcode::Withdraw,
            Self::SetKey => Opcode::SetKey,
            Self::CollectFee => Opcode::CollectFee,
            Self::Deposit => Opcode::Deposit,
            Self::ForcedExit => Opcode::ForcedExit,
            Self::L1SetKey => Opcode::L1SetKey,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_protocol() {
        let codes: Vec<u64> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn every_kind_but_noop_is_authorised_in_exactly_one_way() {
        for kind in Kind::ALL {
            let ways = [kind.is_signed(), kind.is_l1(), kind == Kind::CollectFee];
            let expected = usize::from(kind != Kind::Noop);
            assert_eq!(ways.iter().filter(|way| **way).count(), expected, "{kind:?}");
        }
    }

    #[test]
    fn only_a_transfer_publishes_that_it_created() {
        for kind in Kind::ALL {
            assert_eq!(kind.opcode(true) != kind.opcode(false), kind == Kind::Transfer, "{kind:?}");
        }
    }
}
