// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `cargo xtask vectors`: change the crates, not this file.
pragma solidity 0.8.37;

import {ClaimElementTest} from "../ClaimElementTest.sol";

/// @notice Each fixed element of a claim has its value, whatever the batch is.
contract ClaimLayoutTest is ClaimElementTest {
    function test_NumberOfFixedElements() public pure {
        assertFixedElements(19);
    }

    function testFuzz_context_padding_0(uint256 seed) public pure {
        assertFixed(seed, 10, 0);
    }

    function testFuzz_context_padding_1(uint256 seed) public pure {
        assertFixed(seed, 11, 0);
    }

    function testFuzz_entry_words_digest_0(uint256 seed) public pure {
        assertFixed(seed, 16, 0);
    }

    function testFuzz_entry_words_digest_1(uint256 seed) public pure {
        assertFixed(seed, 17, 0);
    }

    function testFuzz_entry_words_digest_2(uint256 seed) public pure {
        assertFixed(seed, 18, 0);
    }

    function testFuzz_entry_words_digest_3(uint256 seed) public pure {
        assertFixed(seed, 19, 0);
    }

    function testFuzz_entry_words_evaluation_0(uint256 seed) public pure {
        assertFixed(seed, 20, 1);
    }

    function testFuzz_entry_words_evaluation_1(uint256 seed) public pure {
        assertFixed(seed, 21, 0);
    }

    function testFuzz_entry_fee_accumulator(uint256 seed) public pure {
        assertFixed(seed, 22, 0);
    }

    function testFuzz_entry_counter(uint256 seed) public pure {
        assertFixed(seed, 23, 0);
    }

    function testFuzz_entry_padding_0(uint256 seed) public pure {
        assertFixed(seed, 24, 0);
    }

    function testFuzz_entry_padding_1(uint256 seed) public pure {
        assertFixed(seed, 25, 0);
    }

    function testFuzz_entry_padding_2(uint256 seed) public pure {
        assertFixed(seed, 26, 0);
    }

    function testFuzz_entry_padding_3(uint256 seed) public pure {
        assertFixed(seed, 27, 0);
    }

    function testFuzz_exit_fee_accumulator(uint256 seed) public pure {
        assertFixed(seed, 38, 0);
    }

    function testFuzz_exit_padding_0(uint256 seed) public pure {
        assertFixed(seed, 40, 0);
    }

    function testFuzz_exit_padding_1(uint256 seed) public pure {
        assertFixed(seed, 41, 0);
    }

    function testFuzz_exit_padding_2(uint256 seed) public pure {
        assertFixed(seed, 42, 0);
    }

    function testFuzz_exit_padding_3(uint256 seed) public pure {
        assertFixed(seed, 43, 0);
    }
}
