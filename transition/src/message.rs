//! What a user signs (section 4 of the protocol).

use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::quantities::{Address, ChainId, Nonce, TokenId};
use starfold_primitives::{Digest, Field, Goldilocks};

use crate::operation::Operation;

/// Elements of a message.
pub const MESSAGE_LEN: usize = 24;

/// The elements of a message: `code, chain id, contract 3, from, address 3, named recipient, token,
/// amount 4, fee count, fee token, nonce, valid-until, new key 5`.
#[must_use]
pub fn message_elements(
    operation: &Operation,
    nonce: Nonce,
    chain_id: ChainId,
    contract: Address,
    fee_token: TokenId,
) -> [Goldilocks; MESSAGE_LEN] {
    let [contract_0, contract_1, contract_2] = contract.elements();
    let [address_0, address_1, address_2] = operation.address.elements();
    let [amount_0, amount_1, amount_2, amount_3] = operation.amount.elements();
    let [key_0, key_1, key_2, key_3, key_4] = operation.new_key.elements();
    [
        Goldilocks::from_canonical_u64(operation.kind.code()),
        chain_id.element(),
        contract_0,
        contract_1,
        contract_2,
        operation.from.element(),
        address_0,
        address_1,
        address_2,
        operation.named.element(),
        operation.token.element(),
        amount_0,
        amount_1,
        amount_2,
        amount_3,
        operation.fee_count.element(),
        fee_token.element(),
        nonce.element(),
        operation.valid_until.element(),
        key_0,
        key_1,
        key_2,
        key_3,
        key_4,
    ]
}

/// The digest that authorises a Transfer, Withdraw or SetKey.
///
/// The recipient's index, `created` and `matched` are no part of it: the operator decides them.
#[must_use]
pub fn message(
    operation: &Operation,
    nonce: Nonce,
    chain_id: ChainId,
    contract: Address,
    fee_token: TokenId,
) -> Digest {
    hash(Domain::Message, &message_elements(operation, nonce, chain_id, contract, fee_token))
}
