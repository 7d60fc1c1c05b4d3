//! From planned transfers to a genesis, L1 operations and signed transactions.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance};
use starfold_transition::{
    L1Operation, Parameters, SignedTransaction, TokenName, Transaction, Transfer,
};

use super::{Plan, WorkloadError};
use crate::config::operator_account;
use crate::development;
use crate::inputs::MAX_ENTRIES;

/// The fee of every transaction, in fee units.
const FEE: u32 = 10;
/// What every account holds of the fee token beyond what it sends.
const SPARE: u128 = 1_000_000_000_000_000;

/// Where the accounts of a workload have their money from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funding {
    /// From the genesis: they exist before the first batch, with keys.
    Genesis,
    /// From deposits, which the batch executes first, followed by operations that set their keys.
    Deposits,
}

/// A name that is no way of funding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("accounts are funded from genesis or deposits, not {name:?}")]
pub struct UnknownFunding {
    /// The name.
    pub name: String,
}

impl FromStr for Funding {
    type Err = UnknownFunding;

    fn from_str(name: &str) -> Result<Self, UnknownFunding> {
        match name {
            "genesis" => Ok(Self::Genesis),
            "deposits" => Ok(Self::Deposits),
            _ => Err(UnknownFunding { name: name.to_owned() }),
        }
    }
}

/// What a rollup starts with and what is then done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// The state before the first batch.
    pub genesis: Genesis,
    /// Deposits and keys; none where the genesis funds the accounts.
    pub l1_operations: Vec<L1Operation>,
    /// The transfers, signed.
    pub transactions: Vec<SignedTransaction>,
    /// How many accounts are funded.
    pub funded_accounts: usize,
    /// How many words the batch has.
    pub words: usize,
}

/// Makes a workload.
///
/// Accounts stand behind the operator's in the order in which they first send. Each holds exactly what
/// it sends and pays, and some spare of the fee token.
///
/// # Errors
/// [`WorkloadError`] names the transfer that cannot be made.
pub fn build(
    plan: &Plan,
    funding: Funding,
    parameters: &Parameters,
    operator: Address,
) -> Result<Workload, WorkloadError> {
    let actual = plan.transfers.len();
    if actual == 0 {
        return Err(WorkloadError::Empty);
    }
    if actual > MAX_ENTRIES {
        return Err(WorkloadError::TransferCount { limit: MAX_ENTRIES, actual });
    }
    let tokens = Tokens::of(plan)?;
    let fee_token = parameters.fee_token;
    if usize::from(fee_token.get()) >= tokens.count() {
        return Err(WorkloadError::FeeToken { fee_token, tokens: tokens.count() });
    }
    let senders = Senders::of(plan, &tokens, parameters, operator)?;
    let mut genesis = Genesis { tokens: tokens.l1_tokens, ..Genesis::default() };
    genesis.accounts.push(operator_account(operator));
    let mut l1_operations = Vec::new();
    let first_nonce = match funding {
        Funding::Genesis => {
            senders.write_genesis(&mut genesis);
            0
        }
        Funding::Deposits => {
            l1_operations = senders.deposits();
            // setting the key advanced it
            1
        }
    };
    let transactions = sign(plan, &tokens.numbers, &senders, parameters, first_nonce);
    let words = count_words(plan, &senders, &l1_operations);
    let funded_accounts = senders.order.len();
    Ok(Workload { genesis, l1_operations, transactions, funded_accounts, words })
}

/// The tokens of a plan; ETH is number 0.
struct Tokens {
    l1_tokens: Vec<Address>,
    numbers: HashMap<Address, TokenId>,
}

impl Tokens {
    fn of(plan: &Plan) -> Result<Self, WorkloadError> {
        let mut tokens = Self {
            l1_tokens: Vec::new(),
            numbers: HashMap::from([(Address::ZERO, TokenId::ZERO)]),
        };
        let sent = plan.transfers.iter().map(|transfer| transfer.token);
        for l1_token in plan.tokens.iter().copied().chain(sent) {
            if !tokens.numbers.contains_key(&l1_token) {
                tokens.l1_tokens.push(l1_token);
                let number = u16::try_from(tokens.l1_tokens.len()).ok();
                let token = number.and_then(|number| TokenId::new(number).ok());
                tokens.numbers.insert(l1_token, token.ok_or(WorkloadError::TooManyTokens)?);
            }
        }
        Ok(tokens)
    }

    fn count(&self) -> usize {
        self.numbers.len()
    }
}

/// The funded accounts.
struct Senders {
    /// In the order of their indices.
    order: Vec<Address>,
    accounts: HashMap<Address, Sender>,
}

struct Sender {
    index: AccountIndex,
    needs: BTreeMap<TokenId, Amount>,
}

impl Senders {
    /// Everybody who is to be funded, with what they need.
    fn of(
        plan: &Plan,
        tokens: &Tokens,
        parameters: &Parameters,
        operator: Address,
    ) -> Result<Self, WorkloadError> {
        let mut senders = Self { order: Vec::new(), accounts: HashMap::new() };
        let mut supply = HashMap::new();
        let spare = Amount::new(SPARE);
        for &address in &plan.accounts {
            senders.add(address, operator);
        }
        for (position, transfer) in plan.transfers.iter().enumerate() {
            if transfer.from == Address::ZERO || transfer.to == Address::ZERO {
                return Err(WorkloadError::ZeroAddress { position });
            }
            senders.add(transfer.from, operator);
            let fee = Amount::of_fee(fee(), parameters.fee_unit);
            for (token, amount) in
                [(tokens.numbers[&transfer.token], transfer.amount), (parameters.fee_token, fee)]
            {
                senders.need(transfer.from, token, amount);
                let total = supply.entry(token).or_insert(Amount::ZERO);
                let grown = total.checked_add(amount).filter(|sum| sum.get() <= u128::MAX >> 1);
                *total = grown.ok_or(WorkloadError::Supply { position, token: transfer.token })?;
            }
        }
        for address in senders.order.clone() {
            senders.need(address, parameters.fee_token, spare);
        }
        Ok(senders)
    }

    /// Gives an address the next index; the operator has index 0.
    fn add(&mut self, address: Address, operator: Address) {
        if self.accounts.contains_key(&address) {
            return;
        }
        let others = self.order.len() - usize::from(self.accounts.contains_key(&operator));
        let number = if address == operator { 0 } else { others + 1 };
        let number = u32::try_from(number).expect("a workload has fewer accounts");
        let index = AccountIndex::new(number).expect("every u32 is an account index");
        self.order.push(address);
        self.accounts.insert(address, Sender { index, needs: BTreeMap::new() });
    }

    /// Adds to what an account must hold; the supply of each token was checked.
    fn need(&mut self, address: Address, token: TokenId, amount: Amount) {
        let sender = self.accounts.get_mut(&address).expect("the account was added");
        let need = sender.needs.entry(token).or_insert(Amount::ZERO);
        *need = need.checked_add(amount).unwrap_or(Amount::MAX);
    }

    fn each(&self) -> impl Iterator<Item = (Address, &Sender)> {
        self.order.iter().map(|address| (*address, &self.accounts[address]))
    }

    fn write_genesis(&self, genesis: &mut Genesis) {
        for (address, Sender { index, needs }) in self.each() {
            let account = GenesisAccount {
                index: *index,
                key: development::key_of(address).public_key(),
                address,
            };
            match index.get() {
                0 => genesis.accounts[0] = account,
                _ => genesis.accounts.push(account),
            }
            genesis.balances.extend(needs.iter().map(|(&token, &amount)| GenesisBalance {
                account: *index,
                token,
                amount,
            }));
        }
    }

    /// Deposits in the order of the indices that they create, then keys.
    fn deposits(&self) -> Vec<L1Operation> {
        let deposits = self.each().flat_map(|(to, sender)| {
            sender.needs.iter().map(move |(&token, &amount)| L1Operation::Deposit {
                to,
                token: TokenName::Id(token),
                amount,
            })
        });
        let keys = self.each().map(|(address, sender)| L1Operation::L1SetKey {
            from: sender.index,
            address,
            new_key: development::key_of(address).public_key(),
        });
        deposits.chain(keys).collect()
    }
}

fn fee() -> FeeCount {
    FeeCount::new(FEE).expect("every u32 is a fee count")
}

fn sign(
    plan: &Plan,
    tokens: &HashMap<Address, TokenId>,
    senders: &Senders,
    parameters: &Parameters,
    first_nonce: u64,
) -> Vec<SignedTransaction> {
    let mut state: HashMap<Address, (u64, _)> = HashMap::new();
    plan.transfers
        .iter()
        .map(|planned| {
            let (nonce, key) = state
                .entry(planned.from)
                .or_insert_with(|| (first_nonce, development::key_of(planned.from)));
            let transfer = Transfer {
                from: senders.accounts[&planned.from].index,
                to: planned.to,
                to_index: None,
                token: tokens[&planned.token],
                amount: planned.amount,
                fee_count: fee(),
                fee_token: parameters.fee_token,
                nonce: Nonce::new(*nonce).expect("a workload has few transfers"),
                valid_until: Timestamp::MAX,
            };
            *nonce += 1;
            Transaction::Transfer(transfer).sign_deterministic(key, parameters)
        })
        .collect()
}

/// Words of L1 operations and transfers, and one for the collected fees.
fn count_words(plan: &Plan, senders: &Senders, l1_operations: &[L1Operation]) -> usize {
    let l1_words: usize = l1_operations
        .iter()
        .map(|entry| if matches!(entry, L1Operation::L1SetKey { .. }) { 3 } else { 2 })
        .sum();
    let created: BTreeSet<Address> = plan
        .transfers
        .iter()
        .map(|transfer| transfer.to)
        .filter(|to| !senders.accounts.contains_key(to))
        .collect();
    l1_words + plan.transfers.len() + created.len() + 1
}
