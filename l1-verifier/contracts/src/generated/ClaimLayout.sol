// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `cargo xtask vectors`: change the crates, not this file.
pragma solidity 0.8.37;

/// @title The layout of a claim
/// @notice Where its elements stand, from zero, and what a claim about a whole batch must begin and end with.
library ClaimLayout {
    /// @dev The position of the chain.
    uint256 internal constant CHAIN_ID = 0;
    /// @dev The position of the contract's address, three limbs.
    uint256 internal constant CONTRACT = 1;
    /// @dev The position of the batch's number.
    uint256 internal constant BATCH = 4;
    /// @dev The position of the batch's time.
    uint256 internal constant TIMESTAMP = 5;
    /// @dev The position of the fee token.
    uint256 internal constant FEE_TOKEN = 6;
    /// @dev The position of the fee unit.
    uint256 internal constant FEE_UNIT = 7;
    /// @dev The position of the point at which the words are evaluated, two elements.
    uint256 internal constant WORDS_POINT = 8;
    /// @dev The position of the state root at entry, a digest.
    uint256 internal constant ENTRY_ROOT = 12;
    /// @dev The position of the state root at exit, a digest.
    uint256 internal constant EXIT_ROOT = 28;
    /// @dev The position of D, a digest.
    uint256 internal constant WORDS_DIGEST = 32;
    /// @dev The position of the words' value, two elements.
    uint256 internal constant WORDS_EVALUATION = 36;
    /// @dev The position of the number of transactions.
    uint256 internal constant COUNTER = 39;
    /// @dev The position of the circuit set's root, a digest, after the claim.
    uint256 internal constant CIRCUIT_SET = 44;
    /// @dev The number of elements of claim and circuit set.
    uint256 internal constant ELEMENTS = 48;

    /// @notice Writes the elements whose values are fixed.
    /// @param preimage The claim's digest, then the elements: element i is `preimage[i + 1]`.
    function writeRequired(uint256[49] memory preimage) internal pure {
        preimage[11] = 0; // context_padding_0
        preimage[12] = 0; // context_padding_1
        preimage[17] = 0; // entry_words_digest_0
        preimage[18] = 0; // entry_words_digest_1
        preimage[19] = 0; // entry_words_digest_2
        preimage[20] = 0; // entry_words_digest_3
        preimage[21] = 1; // entry_words_evaluation_0
        preimage[22] = 0; // entry_words_evaluation_1
        preimage[23] = 0; // entry_fee_accumulator
        preimage[24] = 0; // entry_counter
        preimage[25] = 0; // entry_padding_0
        preimage[26] = 0; // entry_padding_1
        preimage[27] = 0; // entry_padding_2
        preimage[28] = 0; // entry_padding_3
        preimage[39] = 0; // exit_fee_accumulator
        preimage[41] = 0; // exit_padding_0
        preimage[42] = 0; // exit_padding_1
        preimage[43] = 0; // exit_padding_2
        preimage[44] = 0; // exit_padding_3
    }
}
