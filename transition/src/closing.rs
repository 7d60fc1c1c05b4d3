//! When a claim is closed: what a whole batch must begin and end with (section 6 of the protocol).
//!
//! [`REQUIREMENTS`] is the one list from which the native check and the contract's are made.

use starfold_primitives::{Claim, Goldilocks, PrimeField64};

use crate::claim_layout::boundary::{
    COUNTER, FEE_ACCUMULATOR, PADDING, WORDS_DIGEST, WORDS_EVALUATION,
};
use crate::claim_layout::{ENTRY, EXIT, context};

/// An element of a claim whose value is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The element's name, a valid identifier.
    pub name: &'static str,
    /// Its position among the 44 elements of the claim.
    pub position: usize,
    /// The value that it must have.
    pub value: u64,
}

/// A claim that does not speak of a whole batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claim is not closed: {name} (element {position}) is {actual}, expected {expected}")]
pub struct NotClosed {
    /// The name of the element.
    pub name: &'static str,
    /// Its position among the 44 elements of the claim.
    pub position: usize,
    /// The value that it must have.
    pub expected: u64,
    /// The value that it has.
    pub actual: u64,
}

const fn zero(name: &'static str, position: usize) -> Requirement {
    Requirement { name, position, value: 0 }
}

/// Every element of a closed claim that is a constant, in the order of the claim.
pub const REQUIREMENTS: [Requirement; 19] = [
    zero("context_padding_0", context::PADDING.position(0)),
    zero("context_padding_1", context::PADDING.position(1)),
    zero("entry_words_digest_0", ENTRY + WORDS_DIGEST.position(0)),
    zero("entry_words_digest_1", ENTRY + WORDS_DIGEST.position(1)),
    zero("entry_words_digest_2", ENTRY + WORDS_DIGEST.position(2)),
    zero("entry_words_digest_3", ENTRY + WORDS_DIGEST.position(3)),
    Requirement {
        name: "entry_words_evaluation_0",
        position: ENTRY + WORDS_EVALUATION.position(0),
        value: 1,
    },
    zero("entry_words_evaluation_1", ENTRY + WORDS_EVALUATION.position(1)),
    zero("entry_fee_accumulator", ENTRY + FEE_ACCUMULATOR.position(0)),
    zero("entry_counter", ENTRY + COUNTER.position(0)),
    zero("entry_padding_0", ENTRY + PADDING.position(0)),
    zero("entry_padding_1", ENTRY + PADDING.position(1)),
    zero("entry_padding_2", ENTRY + PADDING.position(2)),
    zero("entry_padding_3", ENTRY + PADDING.position(3)),
    zero("exit_fee_accumulator", EXIT + FEE_ACCUMULATOR.position(0)),
    zero("exit_padding_0", EXIT + PADDING.position(0)),
    zero("exit_padding_1", EXIT + PADDING.position(1)),
    zero("exit_padding_2", EXIT + PADDING.position(2)),
    zero("exit_padding_3", EXIT + PADDING.position(3)),
];

/// Checks that a claim speaks of a whole batch.
///
/// # Errors
/// [`NotClosed`] names the first element that is not what it must be.
pub fn check_closed(claim: &Claim<Goldilocks>) -> Result<(), NotClosed> {
    let elements = claim.to_elements();
    for Requirement { name, position, value } in REQUIREMENTS {
        let actual = elements[position].to_canonical_u64();
        if actual != value {
            return Err(NotClosed { name, position, expected: value, actual });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{Boundary, Context, claim};
    use starfold_primitives::quantities::{Address, BatchNumber, ChainId, FeeCount, FeeUnit};
    use starfold_primitives::quantities::{Timestamp, TokenId};
    use starfold_primitives::{Digest, Field};

    /// A closed claim in which every element that is free is not zero.
    fn closed() -> Claim<Goldilocks> {
        let context = Context {
            chain_id: ChainId::new(31_337).unwrap(),
            contract: Address([0x5a; 20]),
            batch: BatchNumber::new(3).unwrap(),
            timestamp: Timestamp::new(1_700_000_000).unwrap(),
            fee_token: TokenId::new(4).unwrap(),
            fee_unit: FeeUnit::new(1_000).unwrap(),
            z1: [Goldilocks::from_canonical_u64(6), Goldilocks::from_canonical_u64(7)],
        };
        let entry = Boundary::opening(Digest::from_canonical([1, 2, 3, 4]).unwrap());
        let exit = Boundary {
            state_root: Digest::from_canonical([5, 6, 7, 8]).unwrap(),
            words_digest: Digest::from_canonical([9, 10, 11, 12]).unwrap(),
            words_evaluation: context.z1,
            fee_accumulator: FeeCount::ZERO,
            counter: 13,
        };
        claim(&context, &entry, &exit)
    }

    #[test]
    fn each_constant_element_is_checked_alone_and_no_other() {
        let elements = closed().to_elements();
        for position in 0..elements.len() {
            let mut changed = elements;
            changed[position] += Goldilocks::TWO;
            let result = check_closed(&Claim::from_elements(&changed));
            let requirement = REQUIREMENTS.iter().find(|item| item.position == position);
            let expected = requirement.map_or(Ok(()), |&Requirement { name, value, .. }| {
                let expected = value;
                Err(NotClosed { name, position, expected, actual: expected + 2 })
            });
            assert_eq!(result, expected, "element {position}");
        }
    }

    #[test]
    fn free_elements_are_those_of_section_6() {
        let required: Vec<usize> = REQUIREMENTS.iter().map(|item| item.position).collect();
        let free: Vec<usize> = (0..44).filter(|position| !required.contains(position)).collect();
        // context without padding, entry root, exit root, exit D and y1, exit counter
        let expected: Vec<usize> = (0..10).chain(12..16).chain(28..38).chain(39..40).collect();
        assert_eq!(free, expected);
        assert_eq!(check_closed(&closed()), Ok(()));
    }

    #[test]
    fn names_are_unique_identifiers_in_order() {
        for pair in REQUIREMENTS.windows(2) {
            assert!(pair[0].position < pair[1].position, "{pair:?}");
        }
        for item in REQUIREMENTS {
            assert!(item.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            assert_eq!(REQUIREMENTS.iter().filter(|other| other.name == item.name).count(), 1);
        }
    }
}
