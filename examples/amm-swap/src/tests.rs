mod forgeries;
mod market;

use proptest::prelude::*;
use starfold_circuits::air::{Claim, Element, Trace};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::provable::ProvableTransition as _;
use starfold_circuits::recursion::{Catalogue, Shape};
use starfold_circuits::testing::{
    check_agreement, check_cells, check_claim, check_degree, check_honest,
};
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, ChainId, FeeUnit, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, State};
use starfold_transition::boundary::{Boundary, Context, Parameters};
use starfold_transition::execute;
use starfold_transition::rollup_transition::RollupTransition;

use crate::air::{ROWS, SwapAir, SwapColumns};
use crate::market::{Market, MarketOperation, MarketWitness, SwapWitness, Swaps};
use crate::pool::{Order, POOL_ADDRESS, POOL_KEY, SignedOrder, pool_key};
use crate::price::Price;

const TRADER: u32 = 5_000;
const POOL: u32 = 0x8000_0777;
/// An account that is like the pool's but for its address.
const FALSE_POOL: u32 = 77;
const TIME: u32 = 1_000;

fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).unwrap()
}

fn token(id: u16) -> TokenId {
    TokenId::new(id).unwrap()
}

fn secret(number: u8) -> SecretKey {
    SecretKey::from_uniform_bytes(&[number; 64]).unwrap()
}

fn parameters() -> Parameters {
    Parameters {
        chain_id: ChainId::new(31_337).unwrap(),
        contract: Address([0xc0; 20]),
        fee_token: token(0),
        fee_unit: FeeUnit::new(10).unwrap(),
    }
}

/// A trader, a pool, and a false one, with balances of the tokens 0 and 1.
fn state(trader: [u128; 2], pool: [u128; 2]) -> State<MemoryStore> {
    let account = |account: u32, key: PublicKey, address: Address| GenesisAccount {
        index: index(account),
        key,
        address,
    };
    let owners = [(TRADER, trader), (POOL, pool), (FALSE_POOL, pool)];
    let balances = owners.into_iter().flat_map(|(account, amounts)| {
        [0, 1].map(|id| GenesisBalance {
            account: index(account),
            token: token(id),
            amount: Amount::new(amounts[usize::from(id)]),
        })
    });
    let genesis = Genesis {
        accounts: vec![
            account(TRADER, secret(1).public_key(), Address([1; 20])),
            account(POOL, pool_key(), POOL_ADDRESS),
            account(FALSE_POOL, pool_key(), Address([3; 20])),
        ],
        balances: balances.collect(),
        tokens: vec![Address([9; 20])],
    };
    State::create(MemoryStore::default(), &genesis).unwrap()
}

fn order(sells_second: bool, sold: u128, least: u128) -> Order {
    Order {
        trader: index(TRADER),
        pool: index(POOL),
        sells_second,
        sold: Amount::new(sold),
        least: Amount::new(least),
        nonce: Nonce::ZERO,
        valid_until: Timestamp::new(TIME + 5).unwrap(),
    }
}

/// What a market does with an order.
fn swap(
    state: &State<MemoryStore>,
    order: &SignedOrder,
) -> Result<(Context, Boundary, SwapWitness), crate::market::MarketError> {
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let time = Timestamp::new(TIME).unwrap();
    let batch = BatchNumber::new(1).unwrap();
    let rollup = RollupTransition::new(&mut overlay, parameters(), batch, time);
    let mut market = Market { rollup };
    let execution = execute(&mut market, &[MarketOperation::Swap(*order)]);
    let execution = execution.map_err(|error| match error {
        starfold_transition::transition::ExecuteError::Rejected { rejection, .. } => rejection,
        other => panic!("{other}"),
    })?;
    let MarketWitness::Swap(witness) = &execution.witnesses[0] else { panic!("a swap") };
    Ok((execution.context, execution.boundaries[0], **witness))
}

fn trace(
    context: &Context,
    entry: &Boundary,
    swaps: &[SwapWitness],
    steps: usize,
) -> (Trace, Claim<Element>) {
    let (trace, exit) = Swaps::trace(context, entry, swaps, steps).unwrap();
    (trace, Claim::between(context, entry, &exit))
}

/// A swap and a block of padding.
fn honest() -> (Trace, Claim<Element>) {
    let state = state([10 << 96, 7], [3 << 90, 5 << 100]);
    let order = order(false, (1 << 95) + 12_345, 1 << 99).sign(&secret(1), &parameters());
    let (context, entry, witness) = swap(&state, &order).unwrap();
    trace(&context, &entry, &[witness], 2)
}

#[test]
fn the_air_is_what_it_says() {
    let (trace, claim) = honest();
    check_honest(&SwapAir, &trace, &claim).unwrap();
    check_degree(&SwapAir).unwrap();
    check_agreement(SwapAir, 1).unwrap();
    check_claim(&SwapAir, &trace, &claim).unwrap();
}

#[test]
fn no_cell_is_free() {
    let (trace, claim) = honest();
    // left and right are the same where both halves of an input are equal
    let tried = |row: usize, column: &str, trace: &Trace| {
        let input = trace.row::<SwapColumns<()>>(row).poseidon.input;
        column != "path.bit" || input[..4] != input[4..8]
    };
    let rows = [0..24, 64..96, 200..240, 256..290, ROWS - 4..ROWS + 4];
    for rows in rows {
        check_cells(&SwapAir, &trace, &claim, rows, tried).unwrap();
    }
}

#[test]
fn its_leaf_circuits_fit() {
    let shape = Shape::new(ParameterSet::Standard);
    for entry in Catalogue::new().with::<Swaps>().entries() {
        entry.build(&shape).unwrap();
    }
}

#[test]
fn nobody_signs_for_the_pool() {
    assert!(pool_key().decode().is_err());
    assert_eq!(pool_key().to_canonical(), POOL_KEY);
}
