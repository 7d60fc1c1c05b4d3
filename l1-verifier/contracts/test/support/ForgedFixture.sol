// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ForgingKey} from "./ForgingKey.sol";
import {Groth16BatchVerifier} from "../../src/Groth16BatchVerifier.sol";
import {Rollup} from "../../src/Rollup.sol";
import {RollupFixture} from "./RollupFixture.sol";

/// @notice A rollup with the real verifier and a key whose secrets are known, so that any batch has a proof.
abstract contract ForgedFixture is RollupFixture {
    function setUp() public virtual override {
        super.setUp();
        Rollup.Configuration memory result = configuration();
        result.verifier = new Groth16BatchVerifier(ForgingKey.key(), true);
        rollup = new Rollup(result);
    }

    /// @notice The proof of a batch.
    function prove(Rollup.BatchHeader memory header, bytes memory words) internal returns (bytes memory) {
        return ForgingKey.prove(exposed(header, words));
    }

    /// @notice What the proof of a batch must expose, from the rejection of a proof of something else.
    function exposed(Rollup.BatchHeader memory header, bytes memory words)
        internal
        returns (uint256[4] memory)
    {
        uint256[4] memory nothing;
        bytes memory other = ForgingKey.prove(nothing);
        vm.prank(operator, operator);
        try rollup.submitBatch(header, words, other) {
            revert("the proof is of something else");
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), Rollup.ProofRejected.selector);
            return rejected(reason);
        }
    }

    /// @notice The h in a rejection.
    function rejected(bytes memory reason) private pure returns (uint256[4] memory h) {
        for (uint256 i = 0; i < 4; ++i) {
            uint256 value;
            assembly {
                value := mload(add(add(reason, 0x24), mul(i, 0x20)))
            }
            h[i] = value;
        }
    }

    function submitProved(Rollup.BatchHeader memory header, bytes memory words) internal {
        bytes memory proof = prove(header, words);
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, proof);
    }
}
