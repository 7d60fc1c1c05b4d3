//! The transaction AIR: one transaction in 256 rows, one Poseidon permutation in each row, and beside them the
//! scalar multiplication of the signature.
//!
//! # Proven statements
//!
//! A proof for a trace of `k` blocks states of its claim (`docs/protocol.md`, section 6): there are `k` transactions
//! and openings such that, in the claim's context,
//!
//! 1. every transaction is of one kind or a Noop, and the fields that its kind does not use are zero;
//! 2. a signed one carries a signature by the sender's key of a message that binds kind, chain, contract, both
//!    parties, token, amount, fee, fee token, nonce, expiry and new key, and the expiry is not before the timestamp;
//! 3. its nonce is the sender's, which advances by one; so it advances where L1 replaces a key;
//! 4. sender and recipient are opened under the state root, the recipient after the sender's change, and nothing of
//!    the state changes but what the kind says: balances, nonce, key, and the address of an account that is created;
//! 5. the sender loses the amount, then the fee; the recipient gains the amount; no balance leaves `0 .. 2^128`;
//! 6. a recipient has the address that was named, which is not zero; it is created only in an empty leaf;
//! 7. a forced exit takes the whole balance if the account has the address of the queue's entry, and nothing else if
//!    not; an L1 change of the key happens exactly if it has. Neither outcome can be claimed for the other;
//! 8. fees go to the accumulator, and CollectFee takes all of it;
//! 9. the words of the transactions, and nothing else, enter digest `D` and value `y1`;
//! 10. the counter grows by one for each transaction that is not a Noop, and a Noop changes nothing.
//!
//! That the claim is closed, that its context is the contract's, and that segments follow one another, is for those
//! who verify or fold the proof.
//!
//! # Columns
//!
//! | group | columns | holds |
//! |---|---|---|
//! | `poseidon` | 248 | the permutation of the row |
//! | `schedule` | 32 | which of 16 groups of 16 steps this is |
//! | `path` | 10 | node, turn and index of a Merkle path; the output of the row before |
//! | `held` | 8 | state leaf or token root of old and new tree, until a path reaches it |
//! | `balance` | 11 | the balance at the bottom of a token path, before and after |
//! | `narrow`, `wide` | 8, 9 | range checks of 32 bits, and of canonical elements of 64 |
//! | `signature` | 68 | a step of `R = s G + e Q` |
//! | `running` | 12 | what a boundary holds |
//! | `operation` | 49 | the transaction, the same in all rows of its block |
//! | `flags` | 7 | products of selectors, which keep degree 3 |
//!
//! `docs/circuits/transaction.md` lists every column and constraint; a test writes those tables from the code.
//!
//! # Rows
//!
//! | groups | hashes | range checks (wide; narrow) |
//! |---|---|---|
//! | 0 to 3 | sender's path in the account tree | key elements 0 to 2; amount, fee, margin |
//! | 4 | sender's identity, header, state leaf | |
//! | 5, 6 | sender's path to the token | key elements 3 and 4, address limb 0; new balance |
//! | 7, 8 | sender's path to the fee token | new balance |
//! | 9 to 12 | recipient's path in the account tree | address limbs 1 and 2; expiry, `to` |
//! | 13 | message, challenge, words; recipient's identity, header, state leaf | |
//! | 14, 15 | recipient's path to the token | new balance |
//!
//! The signature takes the groups 0 to 11, a bit of the challenge in each row; then R stays.
//!
//! A path alternates: a row of the old tree, a row of the new one, with the same sibling and turn. A side that is not
//! opened still hashes; the account is made up and moves no root. Constants are in [`schedule`].
//!
//! # Public inputs
//!
//! The 44 elements of the claim. Entry and exit are bound by the first and the last row; chain id, contract,
//! timestamp, fee token, fee unit and point are used by the constraints; the batch number is bound by being an input.
//!
//! # Soundness
//!
//! * **Schedule.** There are no preprocessed columns: first row, transition and last row make the selectors a machine
//!   without choice. The length of the trace is not part of it: whoever verifies fixes `degree_bits`.
//! * **Root.** `root_row` is a constrained product, so a path of a side that is not opened never touches the root, and
//!   one that is opened must start from it. Openings one after the other make aliases right without cases: who pays
//!   himself, or pays the operator, is opened again after his own change. The fee's path likewise begins at the token
//!   root that the amount has left.
//! * **Indices.** A path takes one bit a level and nothing may be left at the top; so `from`, `to` and the token have
//!   no alias at `+ 2^32`. The head word needs them in range too.
//! * **Amounts.** New balances, amount and fee are range-checked, old balances are in range because they were new ones
//!   once, or a genesis. Sums of limbs stay below 2^34, far from p; no carry leaves the top limb.
//! * **Fee.** `count * unit` is below 2^62 as long as the unit, an immutable of the contract, is below 2^30. As two
//!   32-bit limbs it would have a second form, plus p: the upper limb has 30 bits.
//! * **Canonical elements.** A key element and a challenge limb are read as 64 bits, of which `x` and `x + p` are both
//!   possible for small `x`: below 32 ones only zeros are read. Otherwise one key would have two words, and one
//!   challenge two scalars.
//! * **Signature.** The points are ordinary chords and tangents. Where abscissas coincide a slope would be free: two
//!   inverses in every row forbid it. A tangent at a point of order two cannot be drawn. The curve's equation is
//!   divided by x: undivided, `(0, 0)` would satisfy it and encode every key, and with an even challenge nobody would
//!   need the secret. `x = r^2` picks the point of the group from the two of an encoding. The response is any bit
//!   string, so `s` and `s + n` both pass: nothing may be keyed by a signature.
//! * **Domains.** The capacity holds the tag of the row's domain and three zeros, or goes on from the row before.
//! * **Address zero** stands for nobody: the sum of the limbs, which are range-checked and so do not wrap, has an
//!   inverse.
//! * **Created** is decided by the whole state leaf, so that neither balances nor a nonce can be inherited.
//! * **Free cells.** `path.bit`, off the paths, where both halves of a permutation's input are equal: there left and
//!   right are the same. No other cell of a satisfied trace can be changed alone.
//!
//! What follows is the page of the book, with every column and every constraint in tables that are generated from the
//! code.
//!
#![doc = include_str!("../../../docs/circuits/transaction.md")]

mod columns;
mod constraints;
mod provable;
pub mod schedule;
pub mod trace;

pub use columns::*;
pub use constraints::TransactionAir;
pub use provable::Transactions;

/// Width of the trace.
pub const COLUMNS: usize = <TransactionColumns<()> as crate::air::Layout>::LEN;

#[cfg(test)]
mod tests;
