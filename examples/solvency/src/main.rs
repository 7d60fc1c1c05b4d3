//! Proves what all accounts of a rollup own of a token, and compares it with what is held for them.

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use anyhow::ensure;
use solvency::{Solvency, audit, liabilities};
use starfold_aggregator::Pipeline;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::Run;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::Catalogue;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, State};

const ACCOUNTS: u32 = 200;
const TOKEN: TokenId = TokenId::ZERO;

/// Accounts here and there in the tree, and what the contract holds for them.
fn rollup() -> anyhow::Result<(State<MemoryStore>, Vec<AccountIndex>, Amount)> {
    let mut genesis = Genesis::default();
    let mut holdings = Amount::ZERO;
    let mut indices = vec![];
    for i in 0..ACCOUNTS {
        let account = AccountIndex::new(i * i * 3)?;
        let amount = Amount::new(u128::from(i) << (i % 90));
        let address = Address([i as u8 + 1; 20]);
        genesis.accounts.push(GenesisAccount { index: account, key: Default::default(), address });
        genesis.balances.push(GenesisBalance { account, token: TOKEN, amount });
        holdings = holdings.checked_add(amount).expect("far below 2^128");
        indices.push(account);
    }
    Ok((State::create(MemoryStore::default(), &genesis)?, indices, holdings))
}

fn main() -> anyhow::Result<()> {
    let parameters = ParameterSet::Standard;
    let set = ProvingSet::derive(parameters, Catalogue::new().with::<Solvency>())?;

    let (state, indices, holdings) = rollup()?;
    let steps = audit(&state.snapshot(), TOKEN, &indices)?;
    let run = Run::<Solvency>::new(&steps.context, &steps.boundaries, &steps.accounts)?;
    let proved = Pipeline::new(&set).prove(&[&run])?;

    // who verifies has the root of the circuit set by heart, and state root and holdings from the contract
    batch_verifier(parameters)?.verify(&proved.proof, &proved.statement)?;
    let owed = liabilities(&proved.statement, set.root(), state.head().root, TOKEN)?;
    ensure!(owed == holdings, "the accounts own {owed}, {holdings} are held");
    println!("{ACCOUNTS} accounts own {owed}, and {holdings} are held: proved and verified");
    Ok(())
}
