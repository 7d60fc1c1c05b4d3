//! What a batch means: transactions of the rollup and swaps, in any order.

mod trace;

use starfold_circuits::air::Trace;
use starfold_circuits::parameters::SegmentRate;
use starfold_circuits::provable::{BoundaryCount, LeafSize, ProvableRun, ProvableTransition, Run};
use starfold_circuits::transaction::Transactions;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Amount, Nonce, Timestamp, TokenId};
use starfold_primitives::signature::{Signature, SignatureError, verify};
use starfold_primitives::word::Word;
use starfold_state::{Account, AccountOpening, Overlay, StateError, StateReader, TokenOpening};
use starfold_transition::boundary::{Boundary, Context};
use starfold_transition::rejection::ExecutionError;
use starfold_transition::replay::ReplayStepError;
use starfold_transition::rollup_transition::{RollupOperation, RollupTransition};
use starfold_transition::transition::Transition;
use starfold_transition::{Kind, Operation, TransactionWitness, words};

use crate::air::{ROWS, SwapAir};
use crate::pool::{Order, SignedOrder, is_pool};
use crate::price::Price;

/// The rollup with a market in it.
#[derive(Debug)]
pub struct Market<'overlay, 'base, R: ?Sized> {
    /// The rollup, whose accounts trade.
    pub rollup: RollupTransition<'overlay, 'base, R>,
}

/// What may be asked of it.
#[derive(Clone, Debug)]
pub enum MarketOperation {
    /// What the rollup does.
    Rollup(RollupOperation),
    /// A swap.
    Swap(SignedOrder),
}

/// What was done.
#[derive(Clone, Debug)]
pub enum MarketWitness {
    /// By the rollup.
    Rollup(Box<TransactionWitness>),
    /// By the pool.
    Swap(Box<SwapWitness>),
}

/// An account that trades, before it does.
#[derive(Clone, Copy, Debug)]
pub struct TradingAccount {
    /// The account: the pool's, against the state root that the trader leaves.
    pub account: AccountOpening,
    /// Its balance of what is sold.
    pub sold: TokenOpening,
    /// Its balance of what is bought, once what is sold has moved.
    pub bought: TokenOpening,
}

/// A swap with its openings.
#[derive(Clone, Copy, Debug)]
pub struct SwapWitness {
    /// The order.
    pub order: Order,
    /// The trader's signature.
    pub signature: Signature,
    /// What is bought, and why so much.
    pub price: Price,
    /// The trader.
    pub trader: TradingAccount,
    /// The pool.
    pub pool: TradingAccount,
}

/// Why an operation is refused.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// By the rollup.
    #[error(transparent)]
    Rollup(#[from] ExecutionError),
    /// The state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// The order breaks a rule of the market.
    #[error(transparent)]
    Order(#[from] OrderRejection),
}

/// The rule of the market that an order breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRejection {
    /// The account is not the pool's.
    #[error("account {account} is not the pool's")]
    NoPool {
        /// The account.
        account: AccountIndex,
    },
    /// The nonce is not the account's.
    #[error("account {trader} has the nonce {expected}, the order has {actual}")]
    Nonce {
        /// The account.
        trader: AccountIndex,
        /// Its nonce.
        expected: Nonce,
        /// The order's.
        actual: Nonce,
    },
    /// The trader or the pool has authorised as much as an account can.
    #[error("account {account} has no nonce left")]
    NonceExhausted {
        /// The account.
        account: AccountIndex,
    },
    /// The order holds no more.
    #[error("the order held until {valid_until}, the batch is of {timestamp}")]
    Expired {
        /// Its last second.
        valid_until: Timestamp,
        /// The time of the batch.
        timestamp: Timestamp,
    },
    /// The signature is not the trader's.
    #[error("account {trader}: {source}")]
    Signature {
        /// The account.
        trader: AccountIndex,
        /// What is wrong.
        source: SignatureError,
    },
    /// The trader has less.
    #[error("account {trader} sells {required} of token {token} and has {available}")]
    Balance {
        /// The account.
        trader: AccountIndex,
        /// The token.
        token: TokenId,
        /// What it sells.
        required: Amount,
        /// What it has.
        available: Amount,
    },
    /// The pool has nothing of the token, or reserve and order are too large together.
    #[error("{sold} has no price at a reserve of {reserve}")]
    NoPrice {
        /// The reserve of the token that is sold.
        reserve: Amount,
        /// The amount that is sold.
        sold: Amount,
    },
    /// A balance would reach 2^128.
    #[error("account {account} cannot hold more of token {token}")]
    Overflow {
        /// The account.
        account: AccountIndex,
        /// The token.
        token: TokenId,
    },
    /// The price is worse than the trader wants.
    #[error("the order wants {least} at least, {actual} is the price")]
    TooLittle {
        /// What it wants.
        least: Amount,
        /// What it would get.
        actual: Amount,
    },
}

/// The steps of a batch, those of one proof together.
#[derive(Debug, Default)]
pub struct BatchRuns {
    /// Where each run of steps begins, and what proves it.
    runs: Vec<(usize, Witnesses)>,
}

/// Witnesses of one proof, one after the other.
#[derive(Debug)]
enum Witnesses {
    Rollup(Vec<TransactionWitness>),
    Swaps(Vec<SwapWitness>),
}

impl BatchRuns {
    /// Divides a batch where the proof changes.
    pub fn new(witnesses: Vec<MarketWitness>) -> Self {
        let mut runs: Vec<(usize, Witnesses)> = vec![];
        for (step, witness) in witnesses.into_iter().enumerate() {
            match (runs.last_mut(), witness) {
                (Some((_, Witnesses::Rollup(run))), MarketWitness::Rollup(one)) => run.push(*one),
                (Some((_, Witnesses::Swaps(run))), MarketWitness::Swap(one)) => run.push(*one),
                (_, MarketWitness::Rollup(one)) => runs.push((step, Witnesses::Rollup(vec![*one]))),
                (_, MarketWitness::Swap(one)) => runs.push((step, Witnesses::Swaps(vec![*one]))),
            }
        }
        Self { runs }
    }

    /// The runs that a pipeline proves as one batch.
    ///
    /// # Errors
    /// [`BoundaryCount`] where there is not one boundary more than steps.
    pub fn runs<'a>(
        &'a self,
        context: &'a Context,
        boundaries: &'a [Boundary],
    ) -> Result<Vec<Box<dyn ProvableRun + 'a>>, BoundaryCount> {
        let lengths = self.runs.iter().map(|(_, witnesses)| match witnesses {
            Witnesses::Rollup(steps) => steps.len(),
            Witnesses::Swaps(steps) => steps.len(),
        });
        let (steps, actual) = (lengths.sum(), boundaries.len());
        if actual != steps + 1 {
            return Err(BoundaryCount { steps, actual });
        }
        let run = |(start, witnesses): &'a (usize, Witnesses)| {
            let boundaries =
                |steps: usize| boundaries.get(*start..=start + steps).unwrap_or_default();
            let run: Box<dyn ProvableRun> = match witnesses {
                Witnesses::Rollup(steps) => {
                    Box::new(Run::<Transactions>::new(context, boundaries(steps.len()), steps)?)
                }
                Witnesses::Swaps(steps) => {
                    Box::new(Run::<Swaps>::new(context, boundaries(steps.len()), steps)?)
                }
            };
            Ok(run)
        };
        self.runs.iter().map(run).collect()
    }
}

impl<R: StateReader + ?Sized> Market<'_, '_, R> {
    fn swap(&mut self, signed: &SignedOrder) -> Result<SwapWitness, MarketError> {
        let SignedOrder { order, signature } = *signed;
        let Order { trader, pool, .. } = order;
        let tokens @ [token_sold, token_bought] = order.tokens();
        self.check_authority(signed)?;
        let state = self.rollup.state();
        if !is_pool(&state.account(pool)?) {
            return Err(OrderRejection::NoPool { account: pool }.into());
        }
        let available = state.balance(trader, token_sold)?;
        if available < order.sold {
            let required = order.sold;
            return Err(
                OrderRejection::Balance { trader, token: token_sold, required, available }.into()
            );
        }
        let reserve = state.balance(pool, token_sold)?;
        let price = Price::of(order.sold, reserve, state.balance(pool, token_bought)?)
            .ok_or(OrderRejection::NoPrice { reserve, sold: order.sold })?;
        if price.bought < order.least {
            let (least, actual) = (order.least, price.bought);
            return Err(OrderRejection::TooLittle { least, actual }.into());
        }
        for (account, token, amount) in
            [(pool, token_sold, order.sold), (trader, token_bought, price.bought)]
        {
            if state.balance(account, token)?.checked_add(amount).is_none() {
                return Err(OrderRejection::Overflow { account, token }.into());
            }
            if state.account(account)?.nonce.next().is_err() {
                return Err(OrderRejection::NonceExhausted { account }.into());
            }
        }
        let state = self.rollup.state_mut();
        let amounts = [order.sold, price.bought];
        let [trader, pool] = [
            trade(state, trader, tokens, amounts, [Amount::checked_sub, Amount::checked_add])?,
            trade(state, pool, tokens, amounts, [Amount::checked_add, Amount::checked_sub])?,
        ];
        Ok(SwapWitness { order, signature, price, trader, pool })
    }

    /// Checks nonce, expiry and signature.
    fn check_authority(&self, signed: &SignedOrder) -> Result<(), MarketError> {
        let SignedOrder { order, signature } = signed;
        let (trader, valid_until) = (order.trader, order.valid_until);
        let account = self.rollup.state().account(trader)?;
        let (expected, actual) = (account.nonce, order.nonce);
        if expected != actual {
            return Err(OrderRejection::Nonce { trader, expected, actual }.into());
        }
        let timestamp = self.rollup.timestamp();
        if valid_until < timestamp {
            return Err(OrderRejection::Expired { valid_until, timestamp }.into());
        }
        verify(&account.key, order.message(self.rollup.parameters()), signature)
            .map_err(|source| OrderRejection::Signature { trader, source })?;
        Ok(())
    }
}

/// A balance after an amount.
type Move = fn(Amount, Amount) -> Option<Amount>;

/// Opens an account and moves both of its balances; a transfer advances its nonce. All was checked.
fn trade<R: StateReader + ?Sized>(
    state: &mut Overlay<'_, R>,
    index: AccountIndex,
    [token_sold, token_bought]: [TokenId; 2],
    [sold, bought]: [Amount; 2],
    [move_sold, move_bought]: [Move; 2],
) -> Result<TradingAccount, StateError> {
    let account = state.open_account(index)?;
    let sold_opening = state.open_token(index, token_sold)?;
    let after = move_sold(sold_opening.balance, sold).expect("the balance was checked");
    state.set_balance(index, token_sold, after)?;
    let bought_opening = state.open_token(index, token_bought)?;
    let after = move_bought(bought_opening.balance, bought).expect("the balance was checked");
    state.set_balance(index, token_bought, after)?;
    let Account { key, address, nonce, .. } = account.account;
    state.set_account(index, key, address, nonce.next().expect("the nonce was checked"))?;
    Ok(TradingAccount { account, sold: sold_opening, bought: bought_opening })
}

impl SwapWitness {
    /// The words of a swap: two transfers, as the rollup publishes them.
    fn words(&self) -> Vec<Word> {
        let [trader, pool] = [&self.trader, &self.pool].map(|side| side.account.index);
        let transfer = |from, to, token, amount| {
            let kind = Kind::Transfer;
            words(&Operation { kind, from, to, token, amount, ..Operation::NOOP })
        };
        let mut both = transfer(trader, pool, self.trader.sold.token, self.order.sold);
        both.extend(transfer(pool, trader, self.trader.bought.token, self.price.bought));
        both
    }

    /// The boundary after the swap.
    fn after(&self, context: &Context, before: &Boundary, root: Digest) -> Option<Boundary> {
        let after = before.after_words(&self.words(), context.z1);
        Some(Boundary { state_root: root, counter: after.counter.checked_add(2)?, ..after })
    }
}

impl<R: StateReader + ?Sized> Transition for Market<'_, '_, R> {
    type Operation = MarketOperation;
    type Witness = MarketWitness;
    type Rejection = MarketError;
    type ReplayError = ReplayStepError;
    type Commitment = Digest;
    type Context = Context;
    type Boundary = Boundary;

    fn apply(&mut self, operation: &MarketOperation) -> Result<MarketWitness, MarketError> {
        Ok(match operation {
            MarketOperation::Rollup(operation) => {
                MarketWitness::Rollup(Box::new(self.rollup.apply(operation)?))
            }
            MarketOperation::Swap(order) => MarketWitness::Swap(Box::new(self.swap(order)?)),
        })
    }

    fn commit(&self) -> Digest {
        self.rollup.commit()
    }

    fn words(witness: &MarketWitness) -> Vec<Word> {
        match witness {
            MarketWitness::Rollup(witness) => RollupTransition::<R>::words(witness),
            MarketWitness::Swap(swap) => swap.words(),
        }
    }

    fn context(&self, words: &[Word]) -> Context {
        self.rollup.context(words)
    }

    fn opening(root: Digest) -> Boundary {
        Boundary::opening(root)
    }

    fn after(
        context: &Context,
        before: &Boundary,
        witness: &MarketWitness,
        root: Digest,
    ) -> Option<Boundary> {
        match witness {
            MarketWitness::Rollup(witness) => {
                RollupTransition::<R>::after(context, before, witness, root)
            }
            MarketWitness::Swap(swap) => swap.after(context, before, root),
        }
    }

    /// As the rollup does: a swap's words are two transfers.
    fn replay(&mut self, words: &[Word]) -> Result<usize, ReplayStepError> {
        self.rollup.replay(words)
    }
}

/// The proof of swaps.
#[derive(Clone, Copy, Debug)]
pub enum Swaps {}

impl ProvableTransition for Swaps {
    type Context = Context;
    type Boundary = Boundary;
    type Witness = SwapWitness;
    type Air = SwapAir;
    type Error = trace::TraceError;
    const STEP_DEGREE_BITS: usize = ROWS.ilog2() as usize;

    /// Segments of one swap, and of sixteen.
    fn leaves() -> Vec<LeafSize> {
        let [_, low, _, highest] = SegmentRate::ALL;
        vec![
            LeafSize { degree_bits: Self::STEP_DEGREE_BITS, rate: highest, fan_in: 1 },
            LeafSize { degree_bits: Self::STEP_DEGREE_BITS + 4, rate: low, fan_in: 1 },
        ]
    }

    fn trace(
        context: &Context,
        entry: &Boundary,
        swaps: &[SwapWitness],
        steps: usize,
    ) -> Result<(Trace, Boundary), trace::TraceError> {
        trace::generate(context, entry, swaps, steps)
    }
}

pub use trace::TraceError;
