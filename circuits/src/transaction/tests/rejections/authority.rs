//! Transactions that the account's owner did not sign, or not so.

use starfold_primitives::ecgfp5::{Point, Scalar};
use starfold_primitives::quantities::{Address, ChainId, Nonce, Timestamp};
use starfold_primitives::signature::{PublicKey, SecretKey, Signature, challenge};
use starfold_primitives::{Field, Goldilocks};
use starfold_transition::testing::{index, secret_key, token};
use starfold_transition::{Parameters, SignedTransaction};

use super::super::forgery::{Forgery, ZERO};
use super::call::{Call, fields};
use super::world::{Share, Wish, World};
use super::{Case, HASH, KEY, Names, Rule, SIGNED, Spoil, spoil};

const NONCE: Names = &["the old header has the nonce"];

/// A key that signs for nobody.
fn stranger(wish: &Wish) -> SecretKey {
    secret_key(wish.spare | 1 << 63)
}

/// The block in which the signature is verified with a key of the operator's choice.
fn verified_with(case: &Case, key: PublicKey) -> Forgery {
    case.force(|plan| plan.signer = Some(key))
}

fn without_account(world: World, mut wish: Wish) -> Case {
    (wish.share, wish.fee_count) = (Share::Nothing, 0);
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        call.signed_anew(world, &secret, |transaction| {
            let fields = fields(transaction);
            (*fields.from, *fields.nonce) = (index(wish.empty), Nonce::ZERO);
        })
    });
    let forgery = verified_with(&case, secret.public_key());
    case.lie("an account that is not there", KEY, forgery)
}

fn account_gone(world: World, wish: Wish) -> Case {
    let from = world.index(wish.from);
    Case::new(world, &wish).spoil_world(|world| {
        world.accounts.remove(&from);
    })
}

/// Spoils the sender's key, and verifies with the one before.
fn other_key(world: World, wish: &Wish, spoiled: PublicKey) -> Case {
    let (from, key) = (world.index(wish.from), world.secret(wish).public_key());
    let case = Case::new(world, wish).spoil_world(|world| world.holder(from).key = spoiled);
    let forgery = verified_with(&case, key);
    case.lie("another key than the account's", KEY, forgery)
}

fn without_key(world: World, wish: Wish) -> Case {
    other_key(world, &wish, PublicKey::NONE)
}

/// A random bit of the key is turned, and then one after the other until it encodes no point.
fn with_a_key_of_no_point(world: World, wish: Wish) -> Case {
    let key = world.secret(&wish).public_key().to_canonical();
    let spoiled = (0..).map(|turn| {
        let mut key = key;
        key[(wish.spare % 5) as usize] ^= 1 << ((wish.spare / 5 + turn) % 32);
        PublicKey::new(key.map(Goldilocks::from_noncanonical_u64))
    });
    let spoiled = { spoiled }.find(|key| key.decode().is_err()).unwrap();
    other_key(world, &wish, spoiled)
}

fn after_the_key_was_replaced(world: World, wish: Wish) -> Case {
    let case = other_key(world, &wish, stranger(&wish).public_key());
    let forgery = case.force(|_| {});
    case.lie("the signature of the key before", HASH, forgery)
}

/// Spoils the signature, which is then verified to the end.
fn with_signature(
    world: World,
    wish: &Wish,
    edit: impl FnOnce(&World, SignedTransaction) -> Signature,
) -> Case {
    let case = Case::new(world, wish).spoil_call(|world, call| {
        let signed = *call.signed();
        let transaction = signed.transaction;
        Call::Signed(SignedTransaction { transaction, signature: edit(world, signed) })
    });
    let forgery = case.force(|_| {});
    case.lie("another challenge", HASH, forgery)
}

/// Tells a challenge that fits, where the lane has read another or leads to another R.
fn mend(case: Case, wish: &Wish) -> Case {
    let mut other_bits = case.force(|_| {});
    let hashed = other_bits.hashed_challenge();
    other_bits.all(|row| row.signature.challenge = hashed);
    let mut other_end = case.force(|_| {});
    let signed = case.spoiled.1.signed();
    let (message, key) = (other_end.message(), case.valid.0.secret(wish).public_key());
    let end = Point::generator().mul_public(&Scalar::from_limbs([wish.spare, 1, 0, 0, 0])).encode();
    let challenge = challenge(&key, message, end);
    let signature = Signature::new(challenge, signed.signature.response()).unwrap();
    other_end.show_verification(&key, &signature);
    other_end.show_end(end);
    case.lie("bits of another challenge", &["the bits are those of the challenge"], other_bits).lie(
        "another R than the lane's",
        &["the challenge takes the encoded R"],
        other_end,
    )
}

fn with_a_turned_challenge(world: World, wish: Wish) -> Case {
    let case = with_signature(world, &wish, |_, signed| {
        let mut challenge = signed.signature.challenge();
        // the lower half, so that it stays canonical
        challenge[(wish.spare % 3) as usize] ^= 1 << (wish.spare / 3 % 32);
        Signature::new(challenge, signed.signature.response()).unwrap()
    });
    mend(case, &wish)
}

fn with_a_turned_response(world: World, wish: Wish) -> Case {
    let case = with_signature(world, &wish, |_, signed| {
        let mut response = signed.signature.response().to_limbs();
        response[(wish.spare % 5) as usize] ^= 1 << (wish.spare / 5 % 62);
        let response = Scalar::from_canonical_limbs(response)
            .unwrap_or(signed.signature.response() + Scalar::from_limbs([1, 0, 0, 0, 0]));
        Signature::new(signed.signature.challenge(), response).unwrap()
    });
    mend(case, &wish)
}

fn signed_by_another(world: World, wish: Wish) -> Case {
    let secret = stranger(&wish);
    let case = with_signature(world, &wish, |world, signed| {
        signed.transaction.sign_deterministic(&secret, &world.parameters()).signature
    });
    let forgery = verified_with(&case, secret.public_key());
    case.lie("another key than the account's", KEY, forgery)
}

/// Signs for a rollup with other parameters.
fn signed_for(world: World, wish: &Wish, edit: impl FnOnce(&mut Parameters)) -> Case {
    let secret = world.secret(wish);
    with_signature(world, wish, |world, signed| {
        let mut parameters = world.parameters();
        edit(&mut parameters);
        signed.transaction.sign_deterministic(&secret, &parameters).signature
    })
}

fn signed_for_another_chain(world: World, wish: Wish) -> Case {
    let chain = ChainId::new(wish.spare >> 1).unwrap();
    signed_for(world, &wish, |parameters| parameters.chain_id = chain)
}

fn signed_for_another_contract(world: World, wish: Wish) -> Case {
    signed_for(world, &wish, |parameters| {
        let byte = (wish.spare % 20) as usize;
        let Address(bytes) = &mut parameters.contract;
        bytes[byte] ^= 1 << (wish.spare / 20 % 8);
    })
}

/// With half of the key as nonce `2 R = Q`: a signature that the equation likes and that has no chord.
fn signed_with_half_of_the_key(mut world: World, wish: Wish) -> Case {
    let half = Scalar::from_limbs([wish.spare | 1, wish.spare, 3, 4, 5]);
    let key = half + half;
    let secret = SecretKey::from_bytes(&key.to_bytes()).unwrap();
    let from = world.index(wish.from);
    world.holder(from).key = secret.public_key();
    let case = Case::signed_by(world, &wish, &secret).spoil_call(|world, call| {
        let transaction = call.signed().transaction;
        let message = transaction.message(&world.parameters());
        let end = Point::generator().mul_public(&half).encode();
        let challenge = challenge(&secret.public_key(), message, end);
        let [e0, e1, e2] = challenge;
        let response = half - Scalar::from_limbs([e0, e1, e2, 0, 0]) * key;
        let signature = Signature::new(challenge, response).unwrap();
        Call::Signed(SignedTransaction { transaction, signature })
    });
    let forgery = case.force(|_| {});
    case.lie("no chord through R and the key", &["D and Q have different abscissas"], forgery)
}

fn a_second_time(world: World, wish: Wish) -> Case {
    let from = world.index(wish.from);
    let case =
        Case::new(world, &wish).spoil_world(|world| world.holder(from).nonce += 1 + wish.spare % 3);
    let forgery = case.force(|_| {});
    case.lie("a nonce that was used", NONCE, forgery)
}

fn with_another_nonce(world: World, wish: Wish) -> Case {
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        call.signed_anew(world, &secret, |transaction| {
            let nonce = fields(transaction).nonce;
            *nonce = Nonce::new(nonce.get() ^ (1 + wish.spare % 1_000)).unwrap();
        })
    });
    let forgery = case.force(|_| {});
    case.lie("another nonce than the account's", NONCE, forgery)
}

fn with_another_fee_token(world: World, wish: Wish) -> Case {
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        let other = token(world.fee_token ^ (1 + (wish.spare % 0xffff) as u16));
        call.signed_anew(world, &secret, |transaction| *fields(transaction).fee_token = other)
    });
    let forgery = case.force(|_| {});
    case.lie("a fee in the rollup's token", HASH, forgery)
}

fn too_late(world: World, wish: Wish) -> Case {
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        let late = 1 + u32::from(wish.spare.is_multiple_of(2)) * (wish.spare % 1_000_000) as u32;
        let valid_until = Timestamp::new(world.timestamp - late).unwrap();
        call.signed_anew(world, &secret, |transaction| {
            *fields(transaction).valid_until = valid_until;
        })
    });
    let below_zero = case.force(|_| {});
    let mut none = below_zero.clone();
    none.operation(|operation| operation.margin = ZERO);
    none.derive();
    none.rehash();
    case.lie("less than no time left", &["fee and margin have 32 bits"], below_zero).lie(
        "no time left",
        &["the margin is the time that a signature has left"],
        none,
    )
}

pub(super) const SPOILS: &[Spoil] = &[
    spoil(Rule::UnknownSender, SIGNED, without_account),
    spoil(Rule::UnknownSender, SIGNED, account_gone),
    spoil(Rule::KeyNotSet, SIGNED, without_key),
    spoil(Rule::BadSignature, SIGNED, with_a_key_of_no_point),
    spoil(Rule::BadSignature, SIGNED, after_the_key_was_replaced),
    spoil(Rule::BadSignature, SIGNED, with_a_turned_challenge),
    spoil(Rule::BadSignature, SIGNED, with_a_turned_response),
    spoil(Rule::BadSignature, SIGNED, signed_by_another),
    spoil(Rule::BadSignature, SIGNED, signed_for_another_chain),
    spoil(Rule::BadSignature, SIGNED, signed_for_another_contract),
    spoil(Rule::BadSignature, SIGNED, signed_with_half_of_the_key),
    spoil(Rule::WrongNonce, SIGNED, a_second_time),
    spoil(Rule::WrongNonce, SIGNED, with_another_nonce),
    spoil(Rule::WrongFeeToken, SIGNED, with_another_fee_token),
    spoil(Rule::Expired, SIGNED, too_late),
];
