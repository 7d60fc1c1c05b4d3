// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {BatchClaim} from "../src/BatchClaim.sol";
import {ClaimLayout} from "../src/generated/ClaimLayout.sol";

/// @notice What the tests of single elements of a claim need.
abstract contract ClaimElementTest is Test {
    /// @notice The element has its value for any batch, and it counts: another value gives another z and y.
    function assertFixed(uint256 seed, uint256 position, uint256 value) internal pure {
        uint256[49] memory preimage = BatchClaim.write(uint64(seed), arbitrary(seed));
        assertEq(preimage[position + 1], value);
        (uint256 z0,, uint256 y0,) = BatchClaim.evaluate(preimage);
        preimage[position + 1] += 1;
        (uint256 otherZ0,, uint256 otherY0,) = BatchClaim.evaluate(preimage);
        assertTrue(z0 != otherZ0 && y0 != otherY0, "the element is hashed and evaluated");
    }

    /// @notice For two unlike batches exactly that many elements agree.
    function assertFixedElements(uint256 expected) internal pure {
        uint256[49] memory one = BatchClaim.write(1, arbitrary(1));
        uint256[49] memory other = BatchClaim.write(1, arbitrary(2));
        uint256 equal = 0;
        for (uint256 i = 1; i <= ClaimLayout.ELEMENTS; ++i) {
            if (one[i] == other[i]) equal += 1;
        }
        assertEq(equal, expected);
    }

    /// @notice A batch of which no element is what it is in another.
    function arbitrary(uint256 seed) internal pure returns (BatchClaim.Elements memory free) {
        uint256[15] memory values;
        for (uint256 i = 0; i < 15; ++i) {
            values[i] = uint256(keccak256(abi.encode(seed, i)));
        }
        // limbs below 2^63, so that they are elements
        uint256 digest = 0x7fffffffffffffff7fffffffffffffff7fffffffffffffff7fffffffffffffff;
        uint256 limb = type(uint64).max >> 1;
        free.chainId = values[0] & limb;
        free.rollup = address(uint160(values[1]));
        free.batchNumber = uint32(values[2]);
        free.timestamp = uint32(values[3]);
        free.feeToken = uint16(values[4]);
        free.feeUnit = uint32(values[5]);
        free.z0 = values[6] & limb;
        free.z1 = values[7] & limb;
        free.entryRoot = values[8] & digest;
        free.exitRoot = values[9] & digest;
        free.wordsDigest = values[10] & digest;
        free.y0 = values[11] & limb;
        free.y1 = values[12] & limb;
        free.counter = uint32(values[13]);
        free.circuitSet = values[14] & digest;
    }
}
