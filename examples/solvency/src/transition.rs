//! An audit: which accounts are opened, and what the proof of it says.

use std::convert::Infallible;

use starfold_circuits::air::{ClaimPart, Element, Field, Layout as _, PrimeField64, Trace};
use starfold_circuits::gadgets::poseidon::{fresh_input, generate, pair};
use starfold_circuits::gadgets::schedule;
use starfold_circuits::provable::ProvableTransition;
use starfold_circuits::recursion::BatchStatement;
use starfold_primitives::Digest;
use starfold_primitives::claim::CONTEXT_LEN;
use starfold_primitives::poseidon::Domain as HashDomain;
use starfold_primitives::quantities::{AccountIndex, Amount, TokenId};
use starfold_state::{ACCOUNT_DEPTH, AccountOpening, StateError, StateReader, TokenOpening};

use crate::air::{
    ACCOUNT_ROW, Audit, Audited, BALANCE_ROW, LEAF_ROW, ROWS, SolvencyAir, SolvencyColumns,
};

/// An index behind all accounts.
const END: u64 = 1 << ACCOUNT_DEPTH;

/// An account, and how far beside it nothing is.
#[derive(Clone, Copy, Debug)]
pub struct CountedAccount {
    /// The account under the state root.
    pub account: AccountOpening,
    /// Its balance.
    pub balance: TokenOpening,
    /// Up to this level nothing is left of its path that the block before does not cover.
    pub left_levels: u32,
    /// Up to this level nothing is right of its path.
    pub right_levels: u32,
}

impl CountedAccount {
    /// The first index that the account's block covers.
    fn first(&self) -> u64 {
        u64::from(self.account.index.get()) >> self.left_levels << self.left_levels
    }

    /// The last index that the account's block covers.
    fn last(&self) -> u64 {
        u64::from(self.account.index.get()) | ((1 << self.right_levels) - 1)
    }
}

/// The steps of an audit.
#[derive(Debug)]
pub struct AuditSteps {
    /// What is audited.
    pub context: Audited<Element>,
    /// How far it is before the first account and after each.
    pub boundaries: Vec<Audit<Element>>,
    /// The accounts.
    pub accounts: Vec<CountedAccount>,
}

/// Opens the accounts with these ascending indices, one at least. They should be all that are not empty, with or without
/// balances: the audit says that the others are, and where that is false or the order is another, there is no proof.
///
/// # Errors
/// [`StateError`] where the state cannot be read.
pub fn audit(
    state: &(impl StateReader + ?Sized),
    token: TokenId,
    indices: &[AccountIndex],
) -> Result<AuditSteps, StateError> {
    let context = Audited { state_root: state.root().0, token: token.element() };
    let zero = Element::ZERO;
    let mut audit = Audit { covered: zero, limbs: [zero; 4], accounts: zero };
    let mut boundaries = vec![audit];
    let mut accounts = Vec::with_capacity(indices.len());
    let mut left_levels = u32::BITS;
    for (position, &index) in indices.iter().enumerate() {
        // the level below the one on which the paths to this account and the next meet
        let right_levels = indices
            .get(position + 1)
            .map_or(u32::BITS, |next| (index.get() ^ next.get()).checked_ilog2().unwrap_or(0));
        let account = CountedAccount {
            account: state.open_account(index)?,
            balance: state.open_token(index, token)?,
            left_levels,
            right_levels,
        };
        audit = count(&audit, &account);
        boundaries.push(audit);
        accounts.push(account);
        left_levels = right_levels;
    }
    Ok(AuditSteps { context, boundaries, accounts })
}

/// How far an audit is once it has counted an account.
fn count(audit: &Audit<Element>, account: &CountedAccount) -> Audit<Element> {
    let balance = account.balance.balance.elements();
    Audit {
        covered: Element::from_canonical_u64(account.last() + 1),
        limbs: std::array::from_fn(|i| audit.limbs[i] + balance[i]),
        accounts: audit.accounts + Element::ONE,
    }
}

/// Why a claim is no audit of a whole state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAudit {
    /// Other circuits made the proof: it may say anything.
    #[error("the proof is of the circuit set {actual}, not {expected}")]
    CircuitSet {
        /// The set of an audit.
        expected: Digest,
        /// The set of the proof.
        actual: Digest,
    },
    /// It is of another state or token.
    #[error("element {element} of the context is {actual}, not {expected}")]
    Context {
        /// The element.
        element: usize,
        /// What it should be.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// It does not begin at the first account with nothing.
    #[error("element {element} of the entry is {actual}, not 0")]
    Entry {
        /// The element.
        element: usize,
        /// What it is.
        actual: u64,
    },
    /// It leaves out accounts at the end.
    #[error("the accounts from {covered} on are left out")]
    Incomplete {
        /// The first index that is not covered.
        covered: u64,
    },
    /// The accounts own more than an amount can be.
    #[error("the sum of all balances is 2^128 or more")]
    Overflow,
}

/// What all accounts together own of a token, by a statement that was verified.
///
/// `circuit_set` is the root of a set whose only AIR is [`SolvencyAir`]: in a set with others, a segment of another AIR
/// could move an audit on.
///
/// Sums cannot wrap: each account is opened once, and 2^32 limbs below 2^32 add up to less than the order of the field.
///
/// # Errors
/// [`NoAudit`] where the statement does not speak of every account of this state.
pub fn liabilities(
    statement: &BatchStatement,
    circuit_set: Digest,
    state_root: Digest,
    token: TokenId,
) -> Result<Amount, NoAudit> {
    let (expected, actual) = (circuit_set, statement.set);
    if expected != actual {
        return Err(NoAudit::CircuitSet { expected, actual });
    }
    let claim = &statement.claim;
    let audited = Audited { state_root: state_root.0, token: token.element() };
    let pairs = ClaimPart::<CONTEXT_LEN>::to_elements(&audited).into_iter().zip(claim.context);
    if let Some((element, (expected, actual))) = pairs.enumerate().find(|(_, (a, b))| a != b) {
        let [expected, actual] = [expected, actual].map(|element| element.to_canonical_u64());
        return Err(NoAudit::Context { element, expected, actual });
    }
    if let Some(element) = claim.entry.iter().position(|element| !element.is_zero()) {
        return Err(NoAudit::Entry { element, actual: claim.entry[element].to_canonical_u64() });
    }
    let Audit { covered, limbs, .. } = Audit::<()>::of(&claim.exit);
    let covered = covered.to_canonical_u64();
    if covered != END {
        return Err(NoAudit::Incomplete { covered });
    }
    let total = limbs.iter().rev().try_fold(0_u128, |sum, limb| {
        sum.checked_mul(1 << 32)?.checked_add(limb.to_canonical_u64().into())
    });
    total.map(Amount::new).ok_or(NoAudit::Overflow)
}

/// The proof of an audit.
#[derive(Clone, Copy, Debug)]
pub enum Solvency {}

impl ProvableTransition for Solvency {
    type Context = Audited<Element>;
    type Boundary = Audit<Element>;
    type Witness = CountedAccount;
    type Air = SolvencyAir;
    type Error = Infallible;
    const STEP_DEGREE_BITS: usize = ROWS.ilog2() as usize;

    fn trace(
        context: &Audited<Element>,
        entry: &Audit<Element>,
        accounts: &[CountedAccount],
        steps: usize,
    ) -> Result<(Trace, Audit<Element>), Infallible> {
        let mut audit = *entry;
        let mut trace = Trace::with_capacity::<SolvencyColumns<()>>(steps * ROWS);
        for step in 0..steps {
            let account = accounts.get(step);
            push_block(&mut trace, context.token, audit, account);
            audit = account.map_or(audit, |account| count(&audit, account));
        }
        Ok((trace, audit))
    }
}

/// What a row of the path hashes beside the node.
struct Level {
    domain: HashDomain,
    sibling: Digest,
    bit: bool,
    /// First and last index from this level up.
    rests: [u64; 2],
    /// Whether left and right are to be empty.
    empty: [bool; 2],
}

/// The levels of a path, from the balance up; those of padding lead from nothing to nowhere.
fn levels(token: u64, account: Option<&CountedAccount>) -> impl Iterator<Item = Level> {
    let token_level = move |level: usize| Level {
        domain: HashDomain::TokenNode,
        sibling: account.map_or(Digest::ZERO, |account| account.balance.siblings[level]),
        bit: token >> level & 1 == 1,
        rests: [token >> level; 2],
        empty: [false; 2],
    };
    let leaf = Level {
        domain: HashDomain::StateLeaf,
        sibling: account.map_or(Digest::ZERO, |account| account.account.account.header()),
        bit: false,
        rests: [0; 2],
        empty: [false; 2],
    };
    let account_level = move |level: usize| {
        let at = |account: &CountedAccount| Level {
            domain: HashDomain::AccountNode,
            sibling: account.account.siblings[level],
            bit: account.account.index.get() >> level & 1 == 1,
            rests: [account.first(), account.last()].map(|index| index >> level),
            empty: [account.left_levels, account.right_levels]
                .map(|levels| level < levels as usize),
        };
        let nowhere = Level {
            domain: HashDomain::AccountNode,
            sibling: Digest::ZERO,
            bit: false,
            rests: [0; 2],
            empty: [false; 2],
        };
        account.map_or(nowhere, at)
    };
    let tokens = (0..LEAF_ROW - BALANCE_ROW).map(token_level);
    tokens.chain([leaf]).chain((0..ROWS - ACCOUNT_ROW).map(account_level))
}

fn push_block(
    trace: &mut Trace,
    token: Element,
    audit: Audit<Element>,
    account: Option<&CountedAccount>,
) {
    let bool = Element::from_bool;
    let mut audit = audit;
    let mut node =
        Digest(account.map_or([Element::ZERO; 4], |account| account.balance.balance.elements()));
    let mut levels = levels(token.to_canonical_u64(), account);
    for row in 0..ROWS {
        let level = if row < BALANCE_ROW { None } else { levels.next() };
        let input = level.as_ref().map_or([Element::ZERO; 12], |level| {
            let (node, sibling) = (node, level.sibling);
            let halves = if level.bit { pair(sibling, node) } else { pair(node, sibling) };
            fresh_input(level.domain, halves)
        });
        let (poseidon, output) = generate(input);
        let (bit, [first, last], [left, right]) = level
            .as_ref()
            .map_or((false, [0; 2], [false; 2]), |level| (level.bit, level.rests, level.empty));
        trace.push::<SolvencyColumns<()>>(&SolvencyColumns {
            poseidon,
            schedule: schedule::generate(row),
            node: if level.is_some() { node.0 } else { [Element::ZERO; 4] },
            bit: bool(bit),
            left_empty: bool(left),
            right_empty: bool(right),
            must_be_empty: bool(if bit { left } else { right }),
            first_bit: bool(bit && !left),
            last_bit: bool(bit || right),
            first: Element::from_canonical_u64(first),
            last: Element::from_canonical_u64(last),
            counts: bool(account.is_some()),
            event: bool(account.is_some() && [BALANCE_ROW, ACCOUNT_ROW, ROWS - 1].contains(&row)),
            audit,
        });
        if level.is_some() {
            node = Digest(std::array::from_fn(|i| output[i]));
        }
        if let Some(account) = account {
            let after = count(&audit, account);
            match row {
                BALANCE_ROW => (audit.limbs, audit.accounts) = (after.limbs, after.accounts),
                ACCOUNT_ROW => audit.covered = after.covered,
                _ => {}
            }
        }
    }
}
