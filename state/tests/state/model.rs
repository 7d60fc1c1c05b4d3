//! A state without trees: maps, and roots that are recomputed from the bottom every time.

use std::collections::BTreeMap;

use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::StateReader;

pub(crate) fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).unwrap()
}

pub(crate) fn token(token: u16) -> TokenId {
    TokenId::new(token).unwrap()
}

pub(crate) fn key(seed: u64) -> PublicKey {
    PublicKey::new([seed, 0, 1, seed, 2].map(Goldilocks::from_canonical_u64))
}

pub(crate) fn address(byte: u8) -> Address {
    Address([byte; 20])
}

/// All that is known of one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModelAccount {
    pub(crate) key: PublicKey,
    pub(crate) address: Address,
    pub(crate) nonce: Nonce,
    pub(crate) balances: BTreeMap<u32, Amount>,
}

/// All that is known of a state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) accounts: BTreeMap<u32, ModelAccount>,
    pub(crate) tokens: Vec<Address>,
}

/// The root of the subtree of `level` whose bottom begins at `first`. Where nothing is in it, every node of a level
/// is the same, so one child stands for both.
fn subtree(
    domain: Domain,
    bottoms: &BTreeMap<u32, Digest>,
    empty: Digest,
    level: u32,
    first: u64,
) -> Digest {
    let inside = |bottom: &u32| (first..first + (1 << level)).contains(&u64::from(*bottom));
    if level == 0 {
        return u32::try_from(first).ok().and_then(|i| bottoms.get(&i)).copied().unwrap_or(empty);
    }
    let inside: BTreeMap<_, _> =
        bottoms.iter().filter(|(i, _)| inside(i)).map(|(i, digest)| (*i, *digest)).collect();
    let left = subtree(domain, &inside, empty, level - 1, first);
    let right = match inside.is_empty() {
        true => left,
        false => subtree(domain, &inside, empty, level - 1, first + (1 << (level - 1))),
    };
    hash(domain, &[left.0, right.0].concat())
}

impl ModelAccount {
    pub(crate) fn token_root(&self) -> Digest {
        let limbs = |amount: &Amount| {
            let amount = amount.get();
            let limb =
                |i: u32| Goldilocks::from_canonical_u64((amount >> (32 * i)) as u64 & 0xffff_ffff);
            Digest([limb(0), limb(1), limb(2), limb(3)])
        };
        let bottoms = self.balances.iter().map(|(token, amount)| (*token, limbs(amount))).collect();
        subtree(Domain::TokenNode, &bottoms, Digest::ZERO, 16, 0)
    }

    fn state_leaf(&self) -> Digest {
        let zero = Goldilocks::ZERO;
        let identity = [self.key.elements().as_slice(), &self.address.elements()].concat();
        let header =
            [hash(Domain::Identity, &identity).0, [self.nonce.element(), zero, zero, zero]];
        let header = hash(Domain::AccountHeader, &header.concat());
        hash(Domain::StateLeaf, &[self.token_root().0, header.0].concat())
    }
}

impl Model {
    pub(crate) fn root(&self) -> Digest {
        let bottoms =
            self.accounts.iter().map(|(index, account)| (*index, account.state_leaf())).collect();
        let empty = ModelAccount::default().state_leaf();
        subtree(Domain::AccountNode, &bottoms, empty, 32, 0)
    }

    /// Checks everything that a reader says of the indices and tokens given and of all that is known.
    pub(crate) fn check(&self, reader: &impl StateReader, indices: &[u32], tokens: &[u16]) {
        let root = self.root();
        assert_eq!(reader.root(), root);
        let nothing = ModelAccount::default();
        for &i in self.accounts.keys().chain(indices) {
            let expected = self.accounts.get(&i).unwrap_or(&nothing);
            let opening = reader.open_account(index(i)).unwrap();
            opening.verify(root).unwrap();
            let account = opening.account;
            assert_eq!(account, reader.account(index(i)).unwrap());
            assert_eq!((account.key, account.address), (expected.key, expected.address));
            assert_eq!(account.nonce, expected.nonce);
            for &t in tokens {
                let opening = reader.open_token(index(i), token(t)).unwrap();
                opening.verify(account.token_root).unwrap();
                let balance = expected.balances.get(&u32::from(t)).copied().unwrap_or_default();
                assert_eq!(opening.balance, balance);
                assert_eq!(reader.balance(index(i), token(t)).unwrap(), balance);
            }
        }
        for byte in 0..4 {
            let owned =
                self.accounts.iter().filter(|(_, account)| account.address == address(byte));
            let expected: Vec<_> = owned.filter(|_| byte > 0).map(|(i, _)| index(*i)).collect();
            assert_eq!(reader.accounts_of(address(byte)).unwrap(), expected);
        }
        self.check_tokens(reader);
    }

    fn check_tokens(&self, reader: &impl StateReader) {
        assert_eq!(reader.token_count() as usize, 1 + self.tokens.len());
        for byte in 0..8 {
            let number = match byte {
                0 => Some(0),
                _ => self.tokens.iter().position(|l1| *l1 == address(byte)).map(|i| i + 1),
            };
            let number = number.map(|number| token(number.try_into().unwrap()));
            assert_eq!(reader.token_of(address(byte)).unwrap(), number);
        }
        for (number, l1_token) in (1..).zip(&self.tokens) {
            assert_eq!(reader.l1_token(token(number)).unwrap(), Some(*l1_token));
        }
        let unregistered = token(u16::try_from(self.tokens.len() + 1).unwrap());
        assert_eq!(reader.l1_token(unregistered).unwrap(), None);
        assert_eq!(reader.l1_token(token(0)).unwrap(), Some(Address::ZERO));
    }
}
