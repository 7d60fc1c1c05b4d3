//! Transfers and swaps in one batch, proved, verified, and followed by who knows nothing of the market.

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use amm_swap::market::{BatchRuns, Market, MarketOperation, Swaps};
use amm_swap::pool::{Order, POOL_ADDRESS, pool_key};
use anyhow::ensure;
use starfold_aggregator::Pipeline;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::Catalogue;
use starfold_circuits::transaction::Transactions;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, ChainId, FeeCount, FeeUnit, Nonce, Timestamp,
    TokenId,
};
use starfold_primitives::signature::SecretKey;
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, State, StateReader as _,
};
use starfold_transition::replay::{BatchHeader, replay};
use starfold_transition::{
    Parameters, RollupOperation, RollupTransition, Transaction, Transfer, closing, execute,
};

const ETH: TokenId = TokenId::ZERO;

/// The rollup, its time, and the keys of the accounts 0 and 1; account 2 is the pool.
struct Rollup {
    parameters: Parameters,
    timestamp: Timestamp,
    keys: [SecretKey; 2],
    state: State<MemoryStore>,
}

impl Rollup {
    fn new() -> anyhow::Result<Self> {
        let keys =
            [SecretKey::from_uniform_bytes(&[1; 64])?, SecretKey::from_uniform_bytes(&[2; 64])?];
        let owners = [
            (keys[0].public_key(), Address([1; 20])),
            (keys[1].public_key(), Address([2; 20])),
            (pool_key(), POOL_ADDRESS),
        ];
        let mut genesis = Genesis { tokens: vec![Address([9; 20])], ..Genesis::default() };
        for (number, (key, address)) in (0..).zip(owners) {
            let account = AccountIndex::new(number)?;
            genesis.accounts.push(GenesisAccount { index: account, key, address });
            for token in 0..2 {
                let amount = Amount::new(1_000_000 << (40 * token));
                let token = TokenId::new(token)?;
                genesis.balances.push(GenesisBalance { account, token, amount });
            }
        }
        let parameters = Parameters {
            chain_id: ChainId::new(31_337)?,
            contract: Address([0xc0; 20]),
            fee_token: ETH,
            fee_unit: FeeUnit::new(1)?,
        };
        let state = State::create(MemoryStore::default(), &genesis)?;
        Ok(Self { parameters, timestamp: Timestamp::new(1_000)?, keys, state })
    }

    fn swap(
        &self,
        trader: u32,
        nonce: u64,
        sells_second: bool,
        sold: u128,
    ) -> anyhow::Result<MarketOperation> {
        let order = Order {
            trader: AccountIndex::new(trader)?,
            pool: AccountIndex::new(2)?,
            sells_second,
            sold: Amount::new(sold),
            least: Amount::new(1),
            nonce: Nonce::new(nonce)?,
            valid_until: self.timestamp,
        };
        Ok(MarketOperation::Swap(order.sign(&self.keys[trader as usize], &self.parameters)))
    }

    fn transfer(
        &self,
        from: u32,
        nonce: u64,
        to: Address,
        fee: u32,
    ) -> anyhow::Result<MarketOperation> {
        let transaction = Transaction::Transfer(Transfer {
            from: AccountIndex::new(from)?,
            to,
            to_index: None,
            token: ETH,
            amount: Amount::new(1_000),
            fee_count: FeeCount::new(fee)?,
            fee_token: ETH,
            nonce: Nonce::new(nonce)?,
            valid_until: self.timestamp,
        });
        let signed = transaction.sign_deterministic(&self.keys[from as usize], &self.parameters);
        Ok(MarketOperation::Rollup(RollupOperation::Signed(signed)))
    }
}

fn main() -> anyhow::Result<()> {
    let parameters = ParameterSet::Standard;
    let catalogue = Catalogue::new().with::<Transactions>().with::<Swaps>();
    let set = ProvingSet::derive(parameters, catalogue)?;

    let rollup = Rollup::new()?;
    let collect = RollupOperation::CollectFee(AccountIndex::ZERO);
    let operations = [
        rollup.transfer(0, 0, Address([2; 20]), 5)?,
        rollup.swap(0, 1, false, 50_000)?,
        rollup.swap(1, 0, true, 20_000 << 40)?,
        rollup.transfer(1, 1, Address([7; 20]), 3)?,
        rollup.swap(0, 2, true, 1 << 50)?,
        MarketOperation::Rollup(collect),
    ];
    let snapshot = rollup.state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let transition = RollupTransition::new(
        &mut overlay,
        rollup.parameters,
        BatchNumber::new(1)?,
        rollup.timestamp,
    );
    let batch = execute(&mut Market { rollup: transition }, &operations)?;

    let divided = BatchRuns::new(batch.witnesses);
    let runs = divided.runs(&batch.context, &batch.boundaries)?;
    let runs: Vec<_> = runs.iter().map(|run| &**run).collect();
    let proved = Pipeline::new(&set).prove(&runs)?;
    batch_verifier(parameters)?.verify(&proved.proof, &proved.statement)?;
    closing::check_closed(&proved.statement.claim)?;
    ensure!(proved.statement.set == set.root(), "the proof is of other circuits");
    println!(
        "{} steps in {} segments: proved and verified",
        operations.len(),
        proved.report.segments
    );

    // the rollup's own rules, which know nothing of a market, lead to the same state
    let exit = batch.boundaries.last().expect("every batch has an exit");
    let header = BatchHeader {
        timestamp: rollup.timestamp,
        exit_root: exit.state_root,
        words_digest: exit.words_digest,
        counter: exit.counter,
    };
    let mut follower = Overlay::new(&snapshot);
    let transactions = replay(&mut follower, &rollup.parameters, &header, &batch.words)?;
    ensure!(follower.root() == overlay.root(), "the states part");
    println!(
        "{} transactions of {} words followed to the same state",
        transactions.len(),
        batch.words.len()
    );
    Ok(())
}
