// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `cargo xtask vectors`: change the crates, not this file.
pragma solidity 0.8.37;

/// @title The layout of a claim
/// @notice What a claim about a whole batch must begin and end with.
library ClaimLayout {
    /// @dev The position of the first element of the context.
    uint256 internal constant CONTEXT = 0;
    /// @dev The position of the first element of the entry boundary.
    uint256 internal constant ENTRY = 12;
    /// @dev The position of the first element of the exit boundary.
    uint256 internal constant EXIT = 28;
    /// @dev The position of the first element of the circuit set's root, after the claim.
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
