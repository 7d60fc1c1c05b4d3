//! The pool: an account that nobody owns, and the orders that it takes. What is in it can only be bought: an example has no
//! shares in a pool and no exit from it.

use starfold_primitives::poseidon::{Domain, RATE, hash};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, Timestamp, TokenId};
use starfold_primitives::signature::{PublicKey, SecretKey, Signature};
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::Account;
use starfold_transition::boundary::Parameters;
use starfold_transition::message::MESSAGE_LEN;

/// The two tokens of the pool. The pair is fixed: whoever could name a third token would give the pool a unit of it, and
/// buy everything else for the rest.
pub const TOKENS: [u16; 2] = [0, 1];
/// The pool's address: text, which is nobody's, so that nobody can force an exit.
pub const POOL_ADDRESS: Address = Address(*b"starfold amm pool 01");
/// The pool's key: text, little-endian, that encodes no point, so that there is no signature under it.
pub const POOL_KEY: [u64; 5] = [
    u64::from_le_bytes(*b"starfold"),
    u64::from_le_bytes(*b" amm poo"),
    u64::from_le_bytes(*b"l: a key"),
    u64::from_le_bytes(*b" without"),
    u64::from_le_bytes(*b" point 0"),
];
/// What an order's message begins with: no kind of the rollup's transactions has this code, so that none is an order.
pub const ORDER_CODE: u64 = 0x100;

/// What a trader asks for: to sell an amount of one of the pool's tokens for at least so much of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The trader's account.
    pub trader: AccountIndex,
    /// The pool's account.
    pub pool: AccountIndex,
    /// Whether the second of [`TOKENS`] is sold.
    pub sells_second: bool,
    /// The amount that is sold.
    pub sold: Amount,
    /// What is wanted for it at least.
    pub least: Amount,
    /// The trader's nonce.
    pub nonce: Nonce,
    /// The last second at which the order holds.
    pub valid_until: Timestamp,
}

/// An order and the trader's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedOrder {
    /// The order.
    pub order: Order,
    /// The signature of its message.
    pub signature: Signature,
}

impl Order {
    /// What is sold and what is bought.
    #[must_use]
    pub fn tokens(&self) -> [TokenId; 2] {
        let [first, second] = TOKENS.map(|token| TokenId::new(token).expect("a token has 16 bits"));
        if self.sells_second { [second, first] } else { [first, second] }
    }

    /// The elements of the message: `code, chain id, contract 3, trader, pool's address 3, pool, token sold, sold 4, 0, token
    /// bought, nonce, valid-until, least 4, 0`.
    #[must_use]
    pub fn message_elements(&self, rollup: &Parameters) -> [Goldilocks; MESSAGE_LEN] {
        let zero = Goldilocks::ZERO;
        let [c0, c1, c2] = rollup.contract.elements();
        let [a0, a1, a2] = POOL_ADDRESS.elements();
        let [s0, s1, s2, s3] = self.sold.elements();
        let [l0, l1, l2, l3] = self.least.elements();
        let [token_sold, token_bought] = self.tokens().map(TokenId::element);
        let code = Goldilocks::from_canonical_u64(ORDER_CODE);
        let chain = rollup.chain_id.element();
        let [trader, pool] = [self.trader, self.pool].map(AccountIndex::element);
        let (nonce, valid_until) = (self.nonce.element(), self.valid_until.element());
        // as much as a permutation takes, three times
        let chunks = [
            [code, chain, c0, c1, c2, trader, a0, a1],
            [a2, pool, token_sold, s0, s1, s2, s3, zero],
            [token_bought, nonce, valid_until, l0, l1, l2, l3, zero],
        ];
        std::array::from_fn(|i| chunks[i / RATE][i % RATE])
    }

    /// What the trader signs.
    #[must_use]
    pub fn message(&self, rollup: &Parameters) -> Digest {
        hash(Domain::Message, &self.message_elements(rollup))
    }

    /// Signs it for a rollup, always with the same signature.
    #[must_use]
    pub fn sign(self, key: &SecretKey, rollup: &Parameters) -> SignedOrder {
        SignedOrder { order: self, signature: key.sign_deterministic(self.message(rollup)) }
    }
}

/// The pool's key as an account has it.
///
/// # Panics
/// Never: its elements are canonical.
#[must_use]
pub fn pool_key() -> PublicKey {
    PublicKey::from_canonical(POOL_KEY).expect("the text is below the field order")
}

/// Whether an account is the pool's: nobody's. It has to be funded by transfers that name its index, or in the genesis: anyone
/// may create another account of its address, but nobody can give that one its key.
#[must_use]
pub fn is_pool(account: &Account) -> bool {
    account.address == POOL_ADDRESS && account.key == pool_key()
}
