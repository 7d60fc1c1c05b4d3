//! The cells that hold the transaction in every row of its block.

use starfold_primitives::quantities::Amount;
use starfold_primitives::{Field, Goldilocks, PrimeField64};
use starfold_transition::{Context, Kind, Operation};

use crate::transaction::columns::{KindColumns, OperationColumns};

use super::access::Accesses;

/// The transaction as cells.
pub(super) fn operation(
    context: &Context,
    operation: &Operation,
    accesses: &Accesses,
) -> OperationColumns<Goldilocks> {
    let kind = operation.kind;
    let bool = Goldilocks::from_bool;
    let small = |value: u64| Goldilocks::from_canonical_u64(value);
    let fee = Amount::of_fee(operation.fee_count, context.fee_unit).elements();
    let fee_count = operation.fee_count.element();
    let address = operation.address.elements();
    let sender = accesses.sender.opening.account;
    let sender_address = sender.address.elements();
    let keys = operation.new_key.elements();
    let high_bits = |value: Goldilocks, low: u32| small(value.to_canonical_u64() >> low);
    let limbs = operation.amount.limbs().map(u64::from);
    let margin = operation.valid_until.get().saturating_sub(context.timestamp.get());
    let unmatched = matches!(kind, Kind::ForcedExit | Kind::L1SetKey) && !operation.matched;
    OperationColumns {
        kind: kinds(kind),
        created: bool(operation.created),
        creating_transfer: bool(kind == Kind::Transfer && operation.created),
        exit_match: bool(kind == Kind::ForcedExit && operation.matched),
        key_match: bool(kind == Kind::L1SetKey && operation.matched),
        from: operation.from.element(),
        to: operation.to.element(),
        named: operation.named.element(),
        token: operation.token.element(),
        amount: operation.amount.elements(),
        fee_count,
        fee_limbs: [fee[0], fee[1]],
        fee_delta: if kind == Kind::CollectFee { -fee_count } else { fee_count },
        nonce: sender.nonce.element(),
        valid_until: operation.valid_until.element(),
        margin: Goldilocks::from_canonical_u32(if kind.is_signed() { margin } else { 0 }),
        address,
        address_inverse: address.into_iter().sum::<Goldilocks>().try_inverse().unwrap_or_default(),
        sender_address,
        difference_inverse: difference_inverse(sender_address, address, unmatched),
        new_key: keys,
        key_high: keys.map(|element| high_bits(element, 62)),
        to_high: small(u64::from(operation.to.get()) >> 10),
        amount_0_high: small(limbs[0] >> 30),
        amount_2_high: small(limbs[2] >> 28),
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

/// Coefficients that bring the difference of two addresses to 1: an inverse of its first limb that is not zero.
fn difference_inverse(
    ours: [Goldilocks; 3],
    theirs: [Goldilocks; 3],
    unmatched: bool,
) -> [Goldilocks; 3] {
    let mut inverse = [Goldilocks::ZERO; 3];
    if unmatched {
        let differences = std::array::from_fn::<_, 3, _>(|i| ours[i] - theirs[i]);
        if let Some(limb) = differences.iter().position(|limb| !limb.is_zero()) {
            inverse[limb] = differences[limb].inverse();
        }
    }
    inverse
}
