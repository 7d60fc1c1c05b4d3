// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ClaimLayout} from "./generated/ClaimLayout.sol";
import {Goldilocks} from "./Goldilocks.sol";
import {Protocol} from "./generated/Protocol.sol";

/// @title The claim that a batch proof is about
/// @notice Forms the 48 elements from what the contract knows and computed, and evaluates them (section 6 of the
/// protocol).
library BatchClaim {
    /// @notice Where the free elements come from.
    /// @param chainId The chain, read at run time.
    /// @param rollup The contract.
    /// @param batchNumber The batch's number: one more than the last.
    /// @param timestamp The batch's time.
    /// @param feeToken The fee token, an immutable.
    /// @param feeUnit The fee unit, an immutable.
    /// @param z0 The point at which the words were evaluated.
    /// @param z1 Its other coefficient.
    /// @param entryRoot The state root in storage.
    /// @param exitRoot The state root of the header.
    /// @param wordsDigest D of the header.
    /// @param y0 The words' value, computed.
    /// @param y1 Its other coefficient.
    /// @param counter The number of transactions of the header.
    /// @param circuitSet The circuit set's root, an immutable.
    struct Elements {
        uint256 chainId;
        address rollup;
        uint256 batchNumber;
        uint256 timestamp;
        uint256 feeToken;
        uint256 feeUnit;
        uint256 z0;
        uint256 z1;
        uint256 entryRoot;
        uint256 exitRoot;
        uint256 wordsDigest;
        uint256 y0;
        uint256 y1;
        uint256 counter;
        uint256 circuitSet;
    }

    /// @notice Writes the claim's digest and after it the 48 elements.
    /// @param claimDigest C.
    /// @param free The elements that are not constants.
    /// @return preimage C, then the elements.
    function write(uint256 claimDigest, Elements memory free)
        internal
        pure
        returns (uint256[49] memory preimage)
    {
        ClaimLayout.writeRequired(preimage);
        preimage[0] = claimDigest;
        preimage[1 + ClaimLayout.CHAIN_ID] = free.chainId;
        writeDigest(preimage, 1 + ClaimLayout.CONTRACT, Goldilocks.packAddress(free.rollup));
        preimage[1 + ClaimLayout.BATCH] = free.batchNumber;
        preimage[1 + ClaimLayout.TIMESTAMP] = free.timestamp;
        preimage[1 + ClaimLayout.FEE_TOKEN] = free.feeToken;
        preimage[1 + ClaimLayout.FEE_UNIT] = free.feeUnit;
        preimage[1 + ClaimLayout.WORDS_POINT] = free.z0;
        preimage[2 + ClaimLayout.WORDS_POINT] = free.z1;
        writeDigest(preimage, 1 + ClaimLayout.ENTRY_ROOT, free.entryRoot);
        writeDigest(preimage, 1 + ClaimLayout.EXIT_ROOT, free.exitRoot);
        writeDigest(preimage, 1 + ClaimLayout.WORDS_DIGEST, free.wordsDigest);
        preimage[1 + ClaimLayout.WORDS_EVALUATION] = free.y0;
        preimage[2 + ClaimLayout.WORDS_EVALUATION] = free.y1;
        preimage[1 + ClaimLayout.COUNTER] = free.counter;
        writeDigest(preimage, 1 + ClaimLayout.CIRCUIT_SET, free.circuitSet);
    }

    /// @notice The point z that C and the elements lead to, and the elements' value y there.
    /// @param preimage C, then the elements.
    /// @return z0 The constant coefficient of the point.
    /// @return z1 The other coefficient.
    /// @return y0 The constant coefficient of the value.
    /// @return y1 The other coefficient.
    function evaluate(uint256[49] memory preimage)
        internal
        pure
        returns (uint256 z0, uint256 z1, uint256 y0, uint256 y1)
    {
        bytes32 hash;
        assembly ("memory-safe") {
            hash := keccak256(preimage, 0x620)
        }
        (z0, z1) = Goldilocks.point(hash);
        uint256 p = Protocol.P;
        y0 = 1;
        assembly ("memory-safe") {
            let z7 := mulmod(7, z1, p)
            // four elements a turn, like the four limbs of a word
            for { let at := add(preimage, 0x20) } lt(at, add(preimage, 0x620)) { at := add(at, 0x80) } {
                let t := add(add(mul(y0, z0), mul(y1, z7)), mload(at))
                y1 := add(add(mul(y0, z1), mul(y1, z0)), mload(add(at, 0x20)))
                y0 := mod(add(add(mul(t, z0), mul(y1, z7)), mload(add(at, 0x40))), p)
                y1 := mod(add(add(mul(t, z1), mul(y1, z0)), mload(add(at, 0x60))), p)
            }
        }
    }

    /// @dev Writes the four elements of a digest; an address has a zero in the fourth place, which is
    /// overwritten.
    function writeDigest(uint256[49] memory preimage, uint256 at, uint256 digest) private pure {
        preimage[at] = digest & type(uint64).max;
        preimage[at + 1] = (digest >> 64) & type(uint64).max;
        preimage[at + 2] = (digest >> 128) & type(uint64).max;
        preimage[at + 3] = digest >> 192;
    }
}
