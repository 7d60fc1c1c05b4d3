//! Fills the trace of some swaps.

mod registers;

use std::ops::RangeInclusive;

use starfold_circuits::air::{Element, Field, PrimeField64, Trace};
use starfold_circuits::gadgets::path::{self, HashRow};
use starfold_circuits::gadgets::poseidon::{fresh_input, pair};
use starfold_circuits::gadgets::range::{NarrowLaneColumns, Window, generate_narrow};
use starfold_circuits::gadgets::{schedule, schnorr};
use starfold_circuits::transaction::{HeldColumns, RunningColumns};
use starfold_primitives::Digest;
use starfold_primitives::ecgfp5::Scalar;
use starfold_primitives::poseidon::{Domain, RATE, WIDTH, hash_pair};
use starfold_primitives::quantities::{AccountIndex, Amount, Nonce, Timestamp};
use starfold_primitives::signature::{
    Signature, SignatureError, VerificationChain, filler, verify,
};
use starfold_primitives::word::{Quadratic, absorb, evaluate_word};
use starfold_state::{ACCOUNT_DEPTH, Account, AccountOpening, TOKEN_DEPTH, TokenOpening};
use starfold_transition::boundary::{Boundary, Context};

use super::{SwapWitness, TradingAccount};
use crate::air::*;
use crate::pool::Order;
use crate::price::Price;
use registers::{BalanceChange, Changes};

/// Why a swap has no trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// The signature is not valid, so that there is no computation to show.
    #[error("swap {position}: {source}")]
    Signature {
        /// Its position.
        position: usize,
        /// What is wrong.
        source: SignatureError,
    },
    /// More swaps than blocks.
    #[error("{swaps} swaps do not fit into {blocks} blocks")]
    TooMany {
        /// Swaps.
        swaps: usize,
        /// Blocks.
        blocks: usize,
    },
    /// A balance or the counter would leave its range.
    #[error("swap {position}: {value} leaves its range")]
    Range {
        /// Its position.
        position: usize,
        /// Which.
        value: &'static str,
    },
}

/// Fills the blocks of swaps, and padding behind them.
pub(super) fn generate(
    context: &Context,
    entry: &Boundary,
    swaps: &[SwapWitness],
    steps: usize,
) -> Result<(Trace, Boundary), TraceError> {
    if swaps.len() > steps {
        return Err(TraceError::TooMany { swaps: swaps.len(), blocks: steps });
    }
    let mut boundary = *entry;
    let mut trace = Trace::with_capacity::<SwapColumns<()>>(steps * ROWS);
    let mut previous = Digest::ZERO;
    for position in 0..steps {
        let swap = swaps.get(position);
        let signed = swap.map(|swap| {
            let message = swap.order.message(&context.parameters());
            verify(&swap.trader.account.account.key, message, &swap.signature)
                .map_err(|source| TraceError::Signature { position, source })
        });
        let chain = signed.transpose()?;
        let witness = swap.copied().unwrap_or_else(nothing);
        let range = |value| TraceError::Range { position, value };
        let changes = Changes::new(&witness).ok_or(range("a balance"))?;
        let chain = chain.as_ref().unwrap_or_else(|| filler());
        let order = registers::order(context, &witness, swap.is_some());
        let price = registers::price(&witness, &changes);
        let mut block = Block { witness: &witness, changes, order, price, hashes: Hashes::new() };
        let roots = block.accounts();
        block.texts(context, chain);
        let running = block.running(context, &boundary, roots);
        previous = block.push(&mut trace, &running, chain, previous);
        if let Some(swap) = swap {
            let root = Digest(running.rows[ROWS - 1].state_root);
            boundary = swap.after(context, &boundary, root).ok_or(range("the counter"))?;
        }
    }
    Ok((trace, boundary))
}

/// What a block of padding is filled with: nothing is sold between accounts that do not exist.
fn nothing() -> SwapWitness {
    let order = Order {
        trader: AccountIndex::ZERO,
        pool: AccountIndex::ZERO,
        sells_second: false,
        sold: Amount::ZERO,
        least: Amount::ZERO,
        nonce: Nonce::ZERO,
        valid_until: Timestamp::ZERO,
    };
    let mut node = Digest::ZERO;
    let siblings: [Digest; TOKEN_DEPTH] = std::array::from_fn(|_| {
        let sibling = node;
        node = hash_pair(Domain::TokenNode, node, node);
        sibling
    });
    let [sold, bought] =
        order.tokens().map(|token| TokenOpening { token, balance: Amount::ZERO, siblings });
    let account = AccountOpening {
        index: AccountIndex::ZERO,
        account: Account::EMPTY,
        siblings: [Digest::ZERO; ACCOUNT_DEPTH],
    };
    let nobody = TradingAccount { account, sold, bought };
    let zero = Amount::ZERO;
    let price = Price { reserve: zero, bought: zero, remainder: zero, shortfall: zero };
    let signature = Signature::new([0; 3], Scalar::ZERO).expect("zeros are canonical");
    SwapWitness { order, signature, price, trader: nobody, pool: nobody }
}

/// The permutations of a block; rows that nothing fills hash zeros.
struct Hashes(Vec<HashRow>);

impl Hashes {
    fn new() -> Self {
        Self(vec![HashRow::new([Element::ZERO; WIDTH]); ROWS])
    }

    /// Fills one row and returns its output.
    fn set(&mut self, group: usize, step: usize, input: [Element; WIDTH]) -> [Element; WIDTH] {
        let row = &mut self.0[group * STEPS + step];
        *row = HashRow::new(input);
        row.output
    }

    /// Fills a path and returns the old and the new root.
    fn path(
        &mut self,
        groups: &RangeInclusive<usize>,
        domain: Domain,
        index: u32,
        siblings: &[Digest],
        nodes: [Digest; 2],
    ) -> [Digest; 2] {
        let rows = groups.start() * STEPS..(groups.end() + 1) * STEPS;
        path::fill(&mut self.0[rows], domain, index.into(), siblings, nodes)
    }

    /// Fills identity, header and state leaf before and after, and returns the state leaves.
    fn account(
        &mut self,
        group: usize,
        account: &Account,
        nonces: [Element; 2],
        token_roots: [Digest; 2],
    ) -> [Digest; 2] {
        let digest = |output: [Element; WIDTH]| Digest(std::array::from_fn(|i| output[i]));
        let [k0, k1, k2, k3, k4] = account.key.elements();
        let [a0, a1, a2] = account.address.elements();
        std::array::from_fn(|side| {
            let identity = fresh_input(Domain::Identity, [k0, k1, k2, k3, k4, a0, a1, a2]);
            let identity = digest(self.set(group, IDENTITY[side], identity));
            let zero = Element::ZERO;
            let rest = Digest([nonces[side], zero, zero, zero]);
            let header = fresh_input(Domain::AccountHeader, pair(identity, rest));
            let header = digest(self.set(group, HEADER[side], header));
            let leaf = fresh_input(Domain::StateLeaf, pair(token_roots[side], header));
            let leaf = digest(self.set(group, STATE_LEAF[side], leaf));
            let row = &mut self.0[group * STEPS + STATE_LEAF[side]];
            (row.node, row.bit) = (header, true);
            leaf
        })
    }

    /// Fills the permutations of a long hash.
    fn sponge(
        &mut self,
        group: usize,
        steps: &[usize],
        domain: Domain,
        elements: &[Element],
    ) -> [Element; WIDTH] {
        let mut state = fresh_input(domain, [Element::ZERO; RATE]);
        for (&step, chunk) in steps.iter().zip(elements.chunks(RATE)) {
            state[..RATE].fill(Element::ZERO);
            state[..chunk.len()].copy_from_slice(chunk);
            state = self.set(group, step, state);
        }
        state
    }
}

/// Everything of a block.
struct Block<'a> {
    witness: &'a SwapWitness,
    changes: Changes,
    order: OrderColumns<Element>,
    price: PriceColumns<Element>,
    hashes: Hashes,
}

/// What the paths of both accounts lead to.
struct Roots {
    /// Old and new root of the state, for the trader and the pool.
    state: [[Digest; 2]; 2],
    /// Old and new digest that are held, from group on.
    held: Vec<(usize, [Digest; 2])>,
}

impl Block<'_> {
    fn present(&self) -> bool {
        self.order.present == Element::ONE
    }

    /// Fills both accounts and their paths.
    fn accounts(&mut self) -> Roots {
        let mut held = vec![];
        let sides = [&self.witness.trader, &self.witness.pool];
        let state = std::array::from_fn(|side| {
            let TradingAccount { account: opening, sold, bought } = sides[side];
            let mut path = |groups, opening: &TokenOpening, change: &BalanceChange| {
                let nodes = [change.old, change.new].map(|balance| Digest(balance.elements()));
                let index = opening.token.get().into();
                self.hashes.path(groups, Domain::TokenNode, index, &opening.siblings, nodes)
            };
            let [sold_change, bought_change] = &self.changes.0[side];
            let [before, between] = path(&SOLD[side], sold, sold_change);
            let [_, after] = path(&BOUGHT[side], bought, bought_change);
            let nonce = opening.account.nonce.element();
            let nonces = [nonce, nonce + self.order.present];
            let (group, account) = (LEAVES[side], &opening.account);
            let leaves = self.hashes.account(group, account, nonces, [before, after]);
            held.push((*ACCOUNTS[side].start(), leaves));
            held.push((*SOLD[side].start(), [before, after]));
            held.push((*BOUGHT[side].start(), [between, after]));
            let (index, siblings) = (opening.index.get(), &opening.siblings);
            self.hashes.path(&ACCOUNTS[side], Domain::AccountNode, index, siblings, leaves)
        });
        Roots { state, held }
    }

    /// Fills message and challenge.
    fn texts(&mut self, context: &Context, chain: &VerificationChain) {
        let message = self.witness.order.message_elements(&context.parameters());
        let output = self.hashes.sponge(POOL, &MESSAGE, Domain::Message, &message);
        let mut challenge = [Element::ZERO; 14];
        challenge[5..9].copy_from_slice(&output[..4]);
        if self.present() {
            challenge[..5].copy_from_slice(&chain.key().elements());
            challenge[9..].copy_from_slice(&chain.encoded_end().elements());
            let mut root = [Element::ZERO; WIDTH];
            root[..5].copy_from_slice(&chain.key_root().elements());
            self.hashes.set(TRADER, KEY_STEP, root);
        }
        self.hashes.sponge(POOL, &CHALLENGE, Domain::Challenge, &challenge);
    }

    /// Fills the words and returns what runs through the batch, row by row.
    fn running(&mut self, context: &Context, before: &Boundary, roots: Roots) -> RunningRows {
        let mut now = RunningColumns {
            state_root: before.state_root.0,
            words_digest: before.words_digest.0,
            words_evaluation: before.words_evaluation,
            fee_accumulator: before.fee_accumulator.element(),
            counter: Element::from_canonical_u32(before.counter),
        };
        let words = self.witness.words();
        let rows = (0..ROWS).map(|row| {
            let here = now;
            let (group, step) = (row / STEPS, row % STEPS);
            let word = WORDS.iter().position(|&word| group == POOL && step == word);
            if let Some(word) = word.map(|word| words[word]) {
                let digest = Digest(now.words_digest);
                let input = fresh_input(Domain::Word, pair(digest, Digest(word.elements())));
                self.hashes.set(group, step, input);
                if self.present() {
                    now.words_digest = absorb(digest, word).0;
                    let value = Quadratic { 0: now.words_evaluation };
                    let point = Quadratic { 0: context.z1 };
                    now.words_evaluation = evaluate_word(value, word, point).0;
                }
            }
            if self.present() {
                let end = |path: &RangeInclusive<usize>| group == *path.end() && step == LAST;
                if let Some(side) = ACCOUNTS.iter().position(end) {
                    now.state_root = roots.state[side][1].0;
                }
                if (group, step) == (POOL, COUNT_STEP) {
                    now.counter += Element::TWO;
                }
            }
            here
        });
        let rows = rows.collect();
        RunningRows { rows, held: roots.held }
    }

    /// Appends the rows and returns what the last one puts out.
    fn push(
        &self,
        trace: &mut Trace,
        running: &RunningRows,
        chain: &VerificationChain,
        previous: Digest,
    ) -> Digest {
        let narrow = self.narrow();
        let mut previous = previous;
        for (row, signature) in schnorr::generate::<ROWS>(chain).enumerate() {
            let hash = &self.hashes.0[row];
            trace.push::<SwapColumns<()>>(&SwapColumns {
                poseidon: hash.poseidon,
                schedule: schedule::generate(row),
                path: hash.path(previous),
                held: held(&running.held, row),
                balance: self.changes.at(row / STEPS).columns(),
                narrow: std::array::from_fn(|lane| narrow[lane][row]),
                signature,
                running: running.rows[row],
                order: self.order,
                price: self.price,
                flags: self.flags(row),
            });
            previous = hash.digest();
        }
        previous
    }

    fn narrow(&self) -> [[NarrowLaneColumns<Element>; ROWS]; 4] {
        let (order, price) = (&self.order, &self.price);
        let [p0, p1, p2, p3, p4, p5, p6] = price.product_carry;
        let [b0, b1, b2] = price.bound_carry;
        let [trader, pool] = &self.changes.0;
        let balance = |change: &BalanceChange| change.new.elements();
        let windows = [
            (0, order.sold.limbs),
            (2, order.bought.limbs),
            (5, balance(&trader[0])),
            (7, balance(&trader[1])),
            (9, price.remainder),
            (11, price.shortfall),
            (14, balance(&pool[0])),
            (16, balance(&pool[1])),
            (18, price.reserve),
            (20, order.more),
            (22, [p0, p1, p2, p3]),
            (24, [p4, p5, p6, order.margin]),
            (26, [b0, b1, b2, Element::ZERO]),
        ];
        let ends = WINDOW_ENDS.map(|group| group * STEPS + LAST);
        std::array::from_fn(|lane| {
            let windows = windows.map(|(group, values)| Window {
                first_row: group * STEPS,
                bits: 32,
                value: values[lane].to_canonical_u64(),
            });
            generate_narrow(&windows, &ends)
        })
    }

    fn flags(&self, row: usize) -> FlagColumns<Element> {
        let at = |group, step| Element::from_bool(self.present() && row == group * STEPS + step);
        FlagColumns {
            key_row: at(TRADER, KEY_STEP),
            challenge_row: at(POOL, CHALLENGE[0]),
            challenge_end_row: at(POOL, CHALLENGE[1]),
            word_row: at(POOL, WORDS[0]) + at(POOL, WORDS[1]),
            root_row: at(*ACCOUNTS[0].end(), LAST) + at(*ACCOUNTS[1].end(), LAST),
            pool_row: at(POOL, IDENTITY[0]),
            price_row: at(PRICE, LAST),
        }
    }
}

/// What runs through the batch, and what is held, row by row.
struct RunningRows {
    rows: Vec<RunningColumns<Element>>,
    held: Vec<(usize, [Digest; 2])>,
}

/// What is held in a row. Below the state leaves the roots of the tokens come a row after the leaf.
fn held(held: &[(usize, [Digest; 2])], row: usize) -> HeldColumns<Element> {
    let side = |side: usize| {
        let since = |&&(group, _): &&(usize, [Digest; 2])| {
            let below = SOLD.iter().any(|path| *path.start() == group);
            let first = group * STEPS;
            row >= if below && side == 0 { first - 1 } else { first }
        };
        let digests = held.iter().rev().find(since).map_or([Digest::ZERO; 2], |(_, held)| *held);
        digests[side].0
    };
    HeldColumns { old: side(0), new: side(1) }
}
