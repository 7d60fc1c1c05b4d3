// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {PlainToken} from "./support/Tokens.sol";
import {Rollup} from "../src/Rollup.sol";
import {StubVerifier} from "./support/StubVerifier.sol";

/// @notice Sealed batches of the crates, from the queue to the credits, each in a rollup of its own.
contract BatchesTest is Test {
    string private json;
    string private path;
    Rollup private rollup;
    StubVerifier private verifier;
    address private operator = makeAddr("operator");

    function setUp() public {
        json = vm.readFile("test/vectors/batches.json");
    }

    function test_EveryBatchIsAcceptedAsTheCratesSealedIt() public {
        uint256 count = 0;
        while (true) {
            path = string.concat(".cases[", vm.toString(count), "]");
            if (!vm.keyExistsJson(json, path)) break;
            uint256 snapshot = vm.snapshotState();
            deploy();
            queue();
            submit();
            checkCredits();
            vm.revertToState(snapshot);
            count += 1;
        }
        assertEq(count, 16);
    }

    function deploy() private {
        verifier = new StubVerifier();
        Rollup.Configuration memory configuration;
        configuration.verifier = verifier;
        configuration.circuitSet = number(".circuit_set");
        configuration.genesisRoot = number(".entry_root");
        configuration.operator = operator;
        configuration.feeToken = uint16(number(".fee_token"));
        configuration.feeUnit = uint32(number(".fee_unit"));
        configuration.queuePeriod = 1 days;
        configuration.batchWindow = 1 hours;
        configuration.tokens = vm.parseJsonAddressArray(json, string.concat(path, ".tokens"));
        for (uint256 i = 0; i < configuration.tokens.length; ++i) {
            deployCodeTo("Tokens.sol:PlainToken", configuration.tokens[i]);
        }
        address place = vm.parseJsonAddress(json, string.concat(path, ".contract"));
        deployCodeTo("Rollup.sol:Rollup", abi.encode(configuration), place);
        rollup = Rollup(place);
        assertEq(block.chainid, number(".chain_id"));
        assertTrue(rollup.UNSAFE(), "a genesis with balances is marked");
        vm.warp(number(".timestamp"));
    }

    function queue() private {
        uint256[] memory kinds = numbers(".queue.kinds");
        uint256[] memory indices = numbers(".queue.indices");
        uint256[] memory tokens = numbers(".queue.tokens");
        uint256[] memory amounts = numbers(".queue.amounts");
        uint256[] memory keys = numbers(".queue.keys");
        for (uint256 i = 0; i < kinds.length; ++i) {
            address account =
                vm.parseJsonAddress(json, string.concat(path, ".queue.accounts[", vm.toString(i), "]"));
            if (kinds[i] == 5) {
                deposit(account, tokens[i], amounts[i]);
            } else if (kinds[i] == 6) {
                vm.prank(account);
                rollup.requestForcedExit(uint32(indices[i]), uint16(tokens[i]));
            } else {
                uint64[5] memory key;
                for (uint256 j = 0; j < 5; ++j) {
                    key[j] = uint64(keys[5 * i + j]);
                }
                vm.prank(account);
                rollup.setKey(uint32(indices[i]), key);
            }
        }
        assertEq(rollup.queueTail(), kinds.length);
    }

    function deposit(address to, uint256 token, uint256 amount) private {
        if (token == 0) {
            vm.deal(address(this), amount);
            rollup.depositEth{value: amount}(to, address(0));
        } else {
            PlainToken l1 = PlainToken(rollup.tokenAddress(token));
            l1.mint(address(this), amount);
            l1.approve(address(rollup), amount);
            rollup.depositToken(address(l1), amount, to, address(0));
        }
    }

    function submit() private {
        Rollup.BatchHeader memory header;
        header.batchNumber = uint32(number(".batch_number"));
        header.timestamp = uint32(number(".timestamp"));
        header.counter = uint32(number(".counter"));
        header.exitRoot = number(".exit_root");
        header.wordsDigest = number(".words_digest");
        header.claimDigest = number(".claim_digest");
        uint256[] memory exposed = numbers(".exposed");
        verifier.acceptOnly([exposed[0], exposed[1], exposed[2], exposed[3]]);
        bytes memory words = vm.parseJsonBytes(json, string.concat(path, ".words"));
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, hex"01");
        assertEq(rollup.stateRoot(), header.exitRoot);
        assertEq(rollup.batchNumber(), 1);
        assertEq(rollup.queueHead(), rollup.queueTail());
    }

    function checkCredits() private view {
        uint256[] memory tokens = numbers(".credits.tokens");
        uint256[] memory amounts = numbers(".credits.amounts");
        for (uint256 i = 0; i < tokens.length; ++i) {
            address owner =
                vm.parseJsonAddress(json, string.concat(path, ".credits.owners[", vm.toString(i), "]"));
            assertEq(rollup.claimable(owner, tokens[i]), amounts[i]);
        }
    }

    function number(string memory name) private view returns (uint256) {
        return vm.parseJsonUint(json, string.concat(path, name));
    }

    function numbers(string memory name) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, string.concat(path, name));
    }
}
