//! A block filled from openings without asking whether they can be: what an executor refuses is told all the same.
//!
//! Beside the trace generator this is a second way from a witness to a block, with which the first is compared.

use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::{Account, AccountOpening, TokenOpening};
use starfold_transition::boundary::claim;
use starfold_transition::{Boundary, Context, Kind, Operation, TransactionWitness};

use crate::transaction::columns::{KindColumns, OperationColumns};
use crate::transaction::schedule::*;

use super::super::fixture::Case;
use super::{Forgery, Row, ZERO, field};

/// A transaction, what it opens and who signs it, true or not.
#[derive(Clone, Debug)]
pub(in super::super) struct Deed {
    pub(in super::super) witness: TransactionWitness,
    /// The nonce that the sender is said to have.
    pub(in super::super) nonce: Nonce,
    /// The fee units of the witness, or more than it can tell.
    pub(in super::super) fee_count: u64,
    /// The key with which the signature is verified.
    pub(in super::super) signer: Option<PublicKey>,
}

impl Deed {
    fn fee(&self, context: &Context) -> Amount {
        Amount::new(u128::from(self.fee_count) * u128::from(context.fee_unit.get()))
    }
}

/// The five openings of a block.
struct Openings {
    sender: AccountOpening,
    sender_token: TokenOpening,
    sender_fee: TokenOpening,
    recipient: AccountOpening,
    recipient_token: TokenOpening,
}

fn empty_account() -> AccountOpening {
    let siblings = [Digest::ZERO; starfold_state::ACCOUNT_DEPTH];
    AccountOpening { index: AccountIndex::ZERO, account: Account::EMPTY, siblings }
}

/// The only balance of an account.
fn lone_balance(token: TokenId, balance: Amount) -> TokenOpening {
    use starfold_primitives::poseidon::{Domain, hash_pair};
    let mut node = Digest::ZERO;
    let siblings = std::array::from_fn(|_| {
        let sibling = node;
        node = hash_pair(Domain::TokenNode, sibling, sibling);
        sibling
    });
    TokenOpening { token, balance, siblings }
}

impl Openings {
    fn new(context: &Context, witness: &TransactionWitness, fee: Amount) -> Self {
        let Operation { token, amount, .. } = witness.operation;
        let (sender, sender_token, sender_fee) = match &witness.sender {
            Some(access) => (access.account, access.token, access.fee_token),
            None => {
                let fee_again = if token == context.fee_token { fee.get() } else { 0 };
                let before = Amount::new(amount.get().wrapping_add(fee_again));
                let fee = lone_balance(context.fee_token, fee);
                (empty_account(), lone_balance(token, before), fee)
            }
        };
        let (recipient, recipient_token) = match &witness.recipient {
            Some(access) => (access.account, access.token),
            None => {
                let mut account = empty_account();
                account.account.address = witness.operation.address;
                (account, lone_balance(token, Amount::ZERO))
            }
        };
        Self { sender, sender_token, sender_fee, recipient, recipient_token }
    }
}

fn kinds(kind: Kind) -> KindColumns<Goldilocks> {
    let is = |other| Goldilocks::from_bool(kind == other);
    KindColumns {
        transfer: is(Kind::Transfer),
        withdraw: is(Kind::Withdraw),
        set_key: is(Kind::SetKey),
        collect_fee: is(Kind::CollectFee),
        deposit: is(Kind::Deposit),
        forced_exit: is(Kind::ForcedExit),
        l1_set_key: is(Kind::L1SetKey),
    }
}

/// Coefficients that bring the difference of two addresses to 1, where they differ.
fn difference_inverse(left: [Goldilocks; 3], right: [Goldilocks; 3]) -> [Goldilocks; 3] {
    let mut inverse = [ZERO; 3];
    let different = (0..3).find(|&limb| left[limb] != right[limb]);
    if let Some(limb) = different {
        inverse[limb] = (left[limb] - right[limb]).inverse();
    }
    inverse
}

fn operation_columns(
    context: &Context,
    operation: &Operation,
    sender: &Account,
    deed: &Deed,
) -> OperationColumns<Goldilocks> {
    let Operation { kind, created, matched, .. } = *operation;
    let bool = Goldilocks::from_bool;
    let fee_count = field(deed.fee_count);
    let fee = deed.fee(context).elements();
    let (address, sender_address) = (operation.address.elements(), sender.address.elements());
    let l1 = matches!(kind, Kind::ForcedExit | Kind::L1SetKey);
    let [m0, _, m2, _] = operation.amount.limbs().map(u64::from);
    let left = operation.valid_until.element() - context.timestamp.element();
    let sum: Goldilocks = address.into_iter().sum();
    OperationColumns {
        kind: kinds(kind),
        created: bool(created),
        creating_transfer: bool(created && kind == Kind::Transfer),
        exit_match: bool(matched && kind == Kind::ForcedExit),
        key_match: bool(matched && kind == Kind::L1SetKey),
        from: operation.from.element(),
        to: operation.to.element(),
        named: operation.named.element(),
        token: operation.token.element(),
        amount: operation.amount.elements(),
        fee_count,
        fee_limbs: [fee[0], fee[1]],
        fee_delta: if kind == Kind::CollectFee { -fee_count } else { fee_count },
        nonce: deed.nonce.element(),
        valid_until: operation.valid_until.element(),
        margin: if kind.is_signed() { left } else { ZERO },
        address,
        address_inverse: sum.try_inverse().unwrap_or_default(),
        sender_address,
        difference_inverse: if l1 && !matched {
            difference_inverse(sender_address, address)
        } else {
            [ZERO; 3]
        },
        new_key: operation.new_key.elements(),
        key_high: operation.new_key.to_canonical().map(|element| field(element >> 62)),
        to_high: field(u64::from(operation.to.get()) >> 10),
        amount_0_high: field(m0 >> 30),
        amount_2_high: field(m2 >> 28),
    }
}

/// What a limb of a difference borrows from the next one.
fn borrows(from: Amount, amount: Amount) -> [Goldilocks; 3] {
    std::array::from_fn(|limb| {
        let mask = (1 << (32 * (limb + 1))) - 1;
        Goldilocks::from_bool(from.get() & mask < amount.get() & mask)
    })
}

impl Forgery {
    /// Fills a block that enters with `entry`. Balances beyond their range wrap.
    pub(in super::super) fn fill(context: &Context, entry: &Boundary, deed: &Deed) -> Self {
        let witness = &deed.witness;
        let mut operation = witness.operation;
        let fee = deed.fee(context);
        let openings = Openings::new(context, witness, fee);
        if operation.kind == Kind::CollectFee && operation.address == Address::ZERO {
            operation.address = openings.recipient.account.address;
        }
        let columns = operation_columns(context, &operation, &openings.sender.account, deed);
        let mut forgery = Self::of(Case::Noop);
        forgery.claim = claim(context, entry, entry);
        forgery.operation(|cells| *cells = columns);
        let running = &mut forgery.rows[0].running;
        running.state_root = entry.state_root.0;
        running.words_digest = entry.words_digest.0;
        running.words_evaluation = entry.words_evaluation;
        running.fee_accumulator = entry.fee_accumulator.element();
        running.counter = Goldilocks::from_canonical_u32(entry.counter);
        forgery.open(&openings);
        forgery.change_balances(&openings, operation.amount, fee);
        forgery.change_accounts(&openings, &operation, deed.nonce);
        forgery.derive();
        forgery.rehash();
        if let (Some(key), Some(signature)) = (&deed.signer, &witness.signature) {
            forgery.show_verification(key, signature);
        }
        forgery
    }

    /// Puts siblings into the paths.
    fn open(&mut self, openings: &Openings) {
        let Openings { sender, sender_token, sender_fee, recipient, recipient_token } = openings;
        for (section, siblings) in [
            (SENDER_ACCOUNT, &sender.siblings[..]),
            (SENDER_TOKEN, &sender_token.siblings),
            (SENDER_FEE, &sender_fee.siblings),
            (RECIPIENT_ACCOUNT, &recipient.siblings),
            (RECIPIENT_TOKEN, &recipient_token.siblings),
        ] {
            for (row, columns) in self.rows[section.first_row()..].iter_mut().enumerate() {
                let Some(sibling) = siblings.get(row / 2) else { break };
                columns.path.node = [ZERO; 4];
                columns.poseidon.input[..4].copy_from_slice(&sibling.0);
                columns.poseidon.input[4..8].fill(ZERO);
            }
        }
    }

    fn change_balances(&mut self, openings: &Openings, amount: Amount, fee: Amount) {
        let change = |old: Amount, new: Amount, carry| {
            move |row: &mut Row| {
                (row.balance.old, row.balance.new) = (old.elements(), new.elements());
                row.balance.carry = carry;
            }
        };
        let debit = |old: Amount, amount: Amount| {
            change(old, Amount::new(old.get().wrapping_sub(amount.get())), borrows(old, amount))
        };
        self.between((5, 0), (6, 15), debit(openings.sender_token.balance, amount));
        self.between((7, 0), (13, 15), debit(openings.sender_fee.balance, fee));
        let old = openings.recipient_token.balance;
        let new = Amount::new(old.get().wrapping_add(amount.get()));
        self.from(14, 0, change(old, new, borrows(new, amount)));
    }

    fn change_accounts(&mut self, openings: &Openings, operation: &Operation, nonce: Nonce) {
        let Openings { sender, recipient, .. } = openings;
        let kind = operation.kind;
        let key_changes = kind == Kind::SetKey || kind == Kind::L1SetKey && operation.matched;
        let key = if key_changes { operation.new_key } else { sender.account.key };
        let advance = Goldilocks::from_bool(kind.is_signed() || key_changes);
        let accounts = [
            (SENDER_LEAF, &sender.account, key, sender.account.address, nonce.element() + advance),
            (
                RECIPIENT_LEAF,
                &recipient.account,
                recipient.account.key,
                operation.address,
                recipient.account.nonce.element(),
            ),
        ];
        for (group, before, key, address, nonce) in accounts {
            let sides =
                [(before.key, before.address, before.nonce.element()), (key, address, nonce)];
            for (side, (key, address, nonce)) in sides.into_iter().enumerate() {
                let identity = &mut self.at(group, IDENTITY_STEPS[side]).poseidon.input;
                identity[..5].copy_from_slice(&key.elements());
                identity[5..8].copy_from_slice(&address.elements());
                self.at(group, HEADER_STEPS[side]).poseidon.input[4] = nonce;
            }
        }
    }

    /// Tells limb 3 of a new balance as what is left of it below zero, or beyond 2^32.
    pub(in super::super) fn leave_range(&mut self, section: Section, beyond: Goldilocks) {
        let same_token = self.registers().token == self.claim.context[6];
        let mut add = |section: Section, old: bool, new: bool| {
            let last = if section == SENDER_FEE { RECIPIENT_LEAF } else { section.last };
            self.between((section.first, 0), (last, LAST_STEP), |row| {
                let [old, new] = [old, new].map(Goldilocks::from_bool);
                row.balance.old[3] += beyond * old;
                row.balance.new[3] += beyond * new;
            });
        };
        add(section, false, true);
        if section == SENDER_TOKEN && same_token {
            add(SENDER_FEE, true, true);
        }
        self.derive();
        self.rehash();
    }
}
