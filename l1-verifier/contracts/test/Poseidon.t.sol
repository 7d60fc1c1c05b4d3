// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {PoseidonGoldilocks} from "../src/PoseidonGoldilocks.sol";
import {Protocol} from "../src/generated/Protocol.sol";

/// @notice The permutation and its hashes against the Rust implementation.
contract PoseidonTest is Test {
    string private json;

    function setUp() public {
        json = vm.readFile("test/vectors/poseidon.json");
    }

    function test_PermutationsAreThoseOfTheCrates() public view {
        uint256 count = 0;
        while (vm.keyExistsJson(json, at("permutations", count))) {
            uint256[] memory input =
                vm.parseJsonUintArray(json, string.concat(at("permutations", count), ".input"));
            uint256[] memory output =
                vm.parseJsonUintArray(json, string.concat(at("permutations", count), ".output"));
            assertEq(permute(input), output);
            count += 1;
        }
        assertEq(count, 64);
    }

    function test_HashesAreThoseOfTheCrates() public view {
        uint256 count = 0;
        while (vm.keyExistsJson(json, at("hashes", count))) {
            string memory path = at("hashes", count);
            uint256 left = vm.parseJsonUint(json, string.concat(path, ".left"));
            uint256 right = vm.parseJsonUint(json, string.concat(path, ".right"));
            uint256 tag = vm.parseJsonUint(json, string.concat(path, ".tag"));
            uint256 expected = vm.parseJsonUint(json, string.concat(path, ".digest"));
            uint256 table = PoseidonGoldilocks.constants();
            assertEq(PoseidonGoldilocks.compress(table, left, right, tag), expected);
            // the table is as it was
            assertEq(PoseidonGoldilocks.compress(table, left, right, tag), expected);
            count += 1;
        }
        assertEq(count, 56);
    }

    function test_GasOfAPermutation() public {
        uint256 table = PoseidonGoldilocks.constants();
        uint256 before = gasleft();
        PoseidonGoldilocks.compress(table, 1, 2, 3);
        uint256 used = before - gasleft();
        vm.snapshotValue("poseidon", "permutation", used);
        assertLt(used, 21_500);
    }

    function at(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]");
    }

    /// @dev Element i lies in word i mod 4, lane i mod 3 of 85 bits.
    function permute(uint256[] memory state) private pure returns (uint256[] memory output) {
        uint256[4] memory a;
        for (uint256 i = 0; i < 12; ++i) {
            a[i % 4] += state[i] << (85 * (i % 3));
        }
        uint256 table = PoseidonGoldilocks.constants();
        (a[0], a[1], a[2], a[3]) = PoseidonGoldilocks.permute(table, a[0], a[1], a[2], a[3]);
        output = new uint256[](12);
        for (uint256 i = 0; i < 12; ++i) {
            output[i] = ((a[i % 4] >> (85 * (i % 3))) % 2 ** 85) % Protocol.P;
        }
    }
}
