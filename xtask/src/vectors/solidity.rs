//! Solidity that is made from the constants of the crates.

use std::fmt::Write as _;

use anyhow::Context;
use starfold_primitives::GOLDILOCKS_ORDER;
use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::poseidon::Domain;
use starfold_primitives::quantities::FeeUnit;
use starfold_primitives::word::{LIMB_MAX, WORD_BYTES, Word};
use starfold_state::{ACCOUNT_DEPTH, EMPTY_ROOT, TOKEN_DEPTH};
use starfold_transition::Kind;
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::claim_layout::{ENTRY, EXIT, boundary, context};
use starfold_transition::closing::REQUIREMENTS;
use starfold_transition::layout::{ADDRESS_HIGH, ADDRESS_LOW, Field, Opcode, unused_bits};

const HEAD: &str = "// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `cargo xtask vectors`: change the crates, not this file.
pragma solidity 0.8.37;
";

/// The longest line of the contracts, as their `foundry.toml` says.
const SOLIDITY_LINE: usize = 110;

/// The constants of the protocol.
pub(super) fn protocol() -> anyhow::Result<String> {
    let mut text = format!(
        "{HEAD}
/// @title Constants of the protocol
/// @notice Those of the crates `primitives`, `state` and `transition`.
library Protocol {{
"
    );
    let mut constant = |name: &str, value: &str, meaning: &str| {
        let declaration = format!("    uint256 internal constant {name} =");
        // as the formatter of the contracts breaks lines
        let fits = declaration.len() + value.len() + 2 <= SOLIDITY_LINE;
        let space = if fits { " " } else { "\n        " };
        let _ = writeln!(text, "    /// @dev {meaning}\n{declaration}{space}{value};");
    };
    constant("P", &format!("{GOLDILOCKS_ORDER:#x}"), "The order of the Goldilocks field.");
    constant("EMPTY_ROOT", &EMPTY_ROOT.to_string(), "The root of a state without accounts.");
    constant("ACCOUNT_DEPTH", &ACCOUNT_DEPTH.to_string(), "Levels of the account tree.");
    constant("TOKEN_DEPTH", &TOKEN_DEPTH.to_string(), "Levels of an account's token tree.");
    constant("FEE_UNIT_MAX", &FeeUnit::MAX.to_string(), "The largest fee unit.");
    constant("WORD_BYTES", &WORD_BYTES.to_string(), "Bytes of a word.");
    constant("MAX_WORDS", &MAX_WORDS.to_string(), "The most words of a batch.");
    for (name, domain) in [
        ("TAG_ACCOUNT_NODE", Domain::AccountNode),
        ("TAG_TOKEN_NODE", Domain::TokenNode),
        ("TAG_IDENTITY", Domain::Identity),
        ("TAG_ACCOUNT_HEADER", Domain::AccountHeader),
        ("TAG_STATE_LEAF", Domain::StateLeaf),
        ("TAG_CLAIM_POINT", Domain::ClaimPoint),
    ] {
        constant(name, &domain.tag().to_string(), &format!("The domain {domain:?} of Poseidon."));
    }
    for (name, kind) in [
        ("KIND_DEPOSIT", Kind::Deposit),
        ("KIND_FORCED_EXIT", Kind::ForcedExit),
        ("KIND_L1_SET_KEY", Kind::L1SetKey),
    ] {
        constant(name, &kind.code().to_string(), &format!("The code of the kind {kind:?}."));
    }
    for opcode in Opcode::ALL {
        let name = screaming(&format!("{opcode:?}"));
        constant(
            &format!("OPCODE_{name}"),
            &format!("{:#04x}", opcode.code()),
            &format!("{opcode:?}, {} words.", opcode.word_count()),
        );
        constant(
            &format!("UNUSED_{name}"),
            &unused(opcode.head_fields())?,
            "The bits of its head word that must be zero.",
        );
    }
    constant(
        "UNUSED_ADDRESS",
        &unused(&[ADDRESS_LOW, ADDRESS_HIGH])?,
        "The bits of an address word that must be zero.",
    );
    text.push_str("}\n");
    Ok(text)
}

/// The bits of a word that lie in none of `fields`, as an integer of 248 bits.
fn unused(fields: &[Field]) -> anyhow::Result<String> {
    let word = Word::new(unused_bits(&[LIMB_MAX; 4], fields)).context("limbs of 62 bits")?;
    let digits: String = word.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("0x00{digits}"))
}

fn screaming(name: &str) -> String {
    let mut screaming = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 1 {
            screaming.push('_');
        }
        screaming.push(letter.to_ascii_uppercase());
    }
    screaming
}

/// The elements that are no constants: their names, their meanings, the first of their positions.
const FREE: [(&str, &str, usize); 13] = [
    ("CHAIN_ID", "the chain", context::CHAIN_ID.position(0)),
    ("CONTRACT", "the contract's address, three limbs", context::CONTRACT.position(0)),
    ("BATCH", "the batch's number", context::BATCH.position(0)),
    ("TIMESTAMP", "the batch's time", context::TIMESTAMP.position(0)),
    ("FEE_TOKEN", "the fee token", context::FEE_TOKEN.position(0)),
    ("FEE_UNIT", "the fee unit", context::FEE_UNIT.position(0)),
    (
        "WORDS_POINT",
        "the point at which the words are evaluated, two elements",
        context::WORDS_POINT.position(0),
    ),
    ("ENTRY_ROOT", "the state root at entry, a digest", ENTRY + boundary::STATE_ROOT.position(0)),
    ("EXIT_ROOT", "the state root at exit, a digest", EXIT + boundary::STATE_ROOT.position(0)),
    ("WORDS_DIGEST", "D, a digest", EXIT + boundary::WORDS_DIGEST.position(0)),
    (
        "WORDS_EVALUATION",
        "the words' value, two elements",
        EXIT + boundary::WORDS_EVALUATION.position(0),
    ),
    ("COUNTER", "the number of transactions", EXIT + boundary::COUNTER.position(0)),
    ("CIRCUIT_SET", "the circuit set's root, a digest, after the claim", CLAIM_LEN),
];

/// Where the elements of a claim stand, and those that are constants.
pub(super) fn claim_layout() -> String {
    let mut text = format!(
        "{HEAD}
/// @title The layout of a claim
/// @notice Where its elements stand, from zero, and what a claim about a whole batch must begin and end with.
library ClaimLayout {{
"
    );
    for (name, meaning, position) in FREE {
        let _ = write!(
            text,
            "    /// @dev The position of {meaning}.
    uint256 internal constant {name} = {position};
"
        );
    }
    let _ = write!(
        text,
        "    /// @dev The number of elements of claim and circuit set.
    uint256 internal constant ELEMENTS = {};

    /// @notice Writes the elements whose values are fixed.
    /// @param preimage The claim's digest, then the elements: element i is `preimage[i + 1]`.
    function writeRequired(uint256[{}] memory preimage) internal pure {{
",
        CLAIM_LEN + 4,
        CLAIM_LEN + 5,
    );
    for item in REQUIREMENTS {
        let (index, value) = (item.position + 1, item.value);
        let _ = writeln!(text, "        preimage[{index}] = {value}; // {}", item.name);
    }
    text.push_str("    }\n}\n");
    text
}

/// A test for each element whose value is fixed.
pub(super) fn claim_layout_test() -> String {
    let mut text = format!(
        "{HEAD}
import {{ClaimElementTest}} from \"../ClaimElementTest.sol\";

/// @notice Each fixed element of a claim has its value, whatever the batch is.
contract ClaimLayoutTest is ClaimElementTest {{
    function test_NumberOfFixedElements() public pure {{
        assertFixedElements({});
    }}
",
        REQUIREMENTS.len()
    );
    for item in REQUIREMENTS {
        let _ = write!(
            text,
            "
    function testFuzz_{}(uint256 seed) public pure {{
        assertFixed(seed, {}, {});
    }}
",
            item.name, item.position, item.value
        );
    }
    text.push_str("}\n");
    text
}
