// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Groth16BatchVerifier} from "../src/Groth16BatchVerifier.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Proofs of the Rust prover, valid and not.
contract Groth16VectorsTest is Test {
    string private json;

    function test_TheProversProofsEndAsItSays() public {
        json = vm.readFile("test/vectors/groth16.json");
        Groth16BatchVerifier verifier = new Groth16BatchVerifier(key(), true);
        uint256 valid = 0;
        uint256 count = 0;
        while (true) {
            string memory path = string.concat(".cases[", vm.toString(count), "]");
            if (!vm.keyExistsJson(json, path)) break;
            uint256[] memory h = vm.parseJsonUintArray(json, string.concat(path, ".h"));
            bytes memory proof = vm.parseJsonBytes(json, string.concat(path, ".proof"));
            bool expected = vm.parseJsonBool(json, string.concat(path, ".valid"));
            bool actual = false;
            try verifier.verify{gas: 1_000_000}([h[0], h[1], h[2], h[3]], proof) returns (bool result) {
                actual = result;
            } catch {}
            assertEq(actual, expected, path);
            if (expected) valid += 1;
            count += 1;
        }
        assertTrue(valid > 0 && valid < count, "there are valid and invalid proofs");
    }

    function key() private view returns (Groth16BatchVerifier.VerifyingKey memory result) {
        result.alpha = first(".verifying_key.alpha");
        result.beta = second(".verifying_key.beta");
        result.gamma = second(".verifying_key.gamma");
        result.delta = second(".verifying_key.delta");
        for (uint256 i = 0; i < 3; ++i) {
            result.ic[i] = first(string.concat(".verifying_key.ic[", vm.toString(i), "]"));
        }
    }

    function first(string memory path) private view returns (uint256[2] memory) {
        uint256[] memory point = vm.parseJsonUintArray(json, path);
        return [point[0], point[1]];
    }

    function second(string memory path) private view returns (uint256[4] memory) {
        uint256[] memory x = vm.parseJsonUintArray(json, string.concat(path, "[0]"));
        uint256[] memory y = vm.parseJsonUintArray(json, string.concat(path, "[1]"));
        return [x[0], x[1], y[0], y[1]];
    }
}
