// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "../src/Custody.sol";
import {Goldilocks} from "../src/Goldilocks.sol";
import {OperationQueue} from "../src/OperationQueue.sol";
import {PlainToken} from "./support/Tokens.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {RollupFixture} from "./support/RollupFixture.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice What the queue takes, what it refuses at the door, and that batches execute exactly its next entries.
contract QueueTest is RollupFixture {
    uint64[5] private key = [uint64(1), 2, 3, 4, uint64(Protocol.P - 1)];

    function test_DepositOfEthIsQueuedAndExecuted() public {
        vm.expectEmit(address(rollup));
        emit Custody.Credited(operator, 0, FEE);
        vm.expectEmit(address(rollup));
        uint32 deadline = uint32(block.timestamp) + PERIOD;
        emit OperationQueue.DepositQueued(0, bob, 0, 5 ether, alice, deadline);
        assertEq(depositEth(alice, bob, 5 ether), 0);
        (bytes28 hash, uint32 stored) = rollup.queueEntry(0);
        bytes32 expected = keccak256(abi.encode(5, 0, bob, 0, 5 ether, 0, 0));
        assertEq(hash, bytes28(expected));
        assertEq(stored, deadline);
        assertEq(rollup.held(0), 5 ether + FEE);

        submit(WordsBuilder.deposit(7, 0, 5 ether, bob));
        (hash, stored) = rollup.queueEntry(0);
        assertEq(hash, bytes28(0));
        assertEq(rollup.queueHead(), 1);
        // what is in the rollup is not claimable
        assertEq(rollup.claimable(bob, 0), 0);
    }

    function test_DepositOfATokenIsQueuedAndExecuted() public {
        uint64 id = depositToken(alice, bob, 77);
        assertEq(token.balanceOf(address(rollup)), 77);
        assertEq(rollup.held(1), 77);
        assertEq(rollup.held(0), FEE);
        submit(WordsBuilder.deposit(7, 1, 77, bob));
        assertEq(rollup.queueHead(), id + 1);
    }

    function test_ForcedExitIsQueuedAndExecuted() public {
        depositEth(alice, bob, 5 ether);
        vm.expectEmit(address(rollup));
        emit OperationQueue.ForcedExitQueued(1, 9, bob, 0, uint32(block.timestamp) + PERIOD);
        vm.prank(bob);
        rollup.requestForcedExit{value: FEE}(9, 0);
        submit(
            bytes.concat(
                WordsBuilder.deposit(9, 0, 5 ether, bob), WordsBuilder.forcedExit(9, 0, 5 ether, bob)
            )
        );
        assertEq(rollup.claimable(bob, 0), 5 ether);
    }

    function test_ForcedExitThatDoesNotMatchCreditsNothing() public {
        vm.prank(bob);
        rollup.requestForcedExit{value: FEE}(9, 1);
        submit(WordsBuilder.forcedExit(9, 1, 0, bob));
        assertEq(rollup.claimable(bob, 1), 0);
        assertEq(rollup.queueHead(), 1);
    }

    function test_SetKeyIsQueuedAndExecuted() public {
        vm.expectEmit(address(rollup));
        emit OperationQueue.SetKeyQueued(0, 3, alice, key, uint32(block.timestamp) + PERIOD);
        vm.prank(alice);
        rollup.setKey{value: FEE}(3, key);
        submit(WordsBuilder.l1SetKey(3, key, alice));
        assertEq(rollup.queueHead(), 1);
    }

    function test_RefusesEthThatDoesNotExceedTheFee() public {
        vm.expectRevert(abi.encodeWithSelector(OperationQueue.WrongValue.selector, FEE + 1, FEE));
        vm.prank(alice);
        rollup.depositEth{value: FEE}(alice, address(0));
    }

    function test_RefusesAnotherValueThanTheFee() public {
        bytes memory expected = abi.encodeWithSelector(OperationQueue.WrongValue.selector, FEE, FEE + 1);
        vm.startPrank(alice);
        vm.expectRevert(expected);
        rollup.setKey{value: FEE + 1}(1, key);
        vm.expectRevert(expected);
        rollup.requestForcedExit{value: FEE + 1}(1, 0);
        vm.expectRevert(expected);
        rollup.depositToken{value: FEE + 1}(address(token), 1, alice, address(0));
    }

    function test_RefusesADepositForNobody() public {
        vm.expectRevert(Custody.ZeroAddress.selector);
        vm.prank(alice);
        rollup.depositEth{value: 2 * FEE}(address(0), address(0));
    }

    function test_RefusesTokensThatAreNotRegistered() public {
        PlainToken other = new PlainToken();
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(Custody.TokenNotRegistered.selector, other));
        rollup.depositToken{value: FEE}(address(other), 1, alice, address(0));
        // ETH has a door of its own
        vm.expectRevert(abi.encodeWithSelector(Custody.TokenNotRegistered.selector, 0));
        rollup.depositToken{value: FEE}(address(0), 1, alice, address(0));
        vm.expectRevert(abi.encodeWithSelector(Custody.UnknownToken.selector, 2));
        rollup.requestForcedExit{value: FEE}(1, 2);
    }

    function test_RefusesADepositOfNothing() public {
        vm.expectRevert(abi.encodeWithSelector(OperationQueue.NothingReceived.selector, token));
        vm.prank(alice);
        rollup.depositToken{value: FEE}(address(token), 0, alice, address(0));
    }

    function test_RefusesAKeyElementOfP() public {
        for (uint256 i = 0; i < 5; ++i) {
            uint64[5] memory wrong = key;
            wrong[i] = uint64(Protocol.P);
            vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, Protocol.P));
            vm.prank(alice);
            rollup.setKey{value: FEE}(1, wrong);
        }
    }

    function test_RefusesHoldingsOf2To128() public {
        depositToken(alice, alice, type(uint128).max - 5);
        token.mint(bob, 100);
        vm.startPrank(bob);
        token.approve(address(rollup), 100);
        rollup.depositToken{value: FEE}(address(token), 5, bob, address(0));
        vm.expectRevert(abi.encodeWithSelector(Custody.HoldingsCapExceeded.selector, 1, type(uint128).max, 1));
        rollup.depositToken{value: FEE}(address(token), 1, bob, address(0));
    }

    function test_SkippedEntryIsRefused() public {
        depositEth(alice, alice, 1 ether);
        depositEth(alice, bob, 1 ether);
        submitExpecting(
            WordsBuilder.deposit(1, 0, 1 ether, bob), mismatch(0, hashOf(5, 0, alice), hashOf(5, 0, bob))
        );
    }

    function test_ReorderedEntriesAreRefused() public {
        depositEth(alice, alice, 1 ether);
        vm.prank(bob);
        rollup.requestForcedExit{value: FEE}(2, 0);
        bytes memory words =
            bytes.concat(WordsBuilder.forcedExit(2, 0, 0, bob), WordsBuilder.deposit(1, 0, 1 ether, alice));
        bytes28 actual = bytes28(keccak256(abi.encode(6, 2, bob, 0, 0, 0, 0)));
        submitExpecting(words, mismatch(0, hashOf(5, 0, alice), actual));
    }

    function test_DoubledEntryIsRefused() public {
        depositEth(alice, alice, 1 ether);
        bytes memory once = WordsBuilder.deposit(1, 0, 1 ether, alice);
        submitExpecting(bytes.concat(once, once), mismatch(1, 0, hashOf(5, 0, alice)));
        submit(once);
        submitExpecting(once, mismatch(1, 0, hashOf(5, 0, alice)));
    }

    function test_DepositOfTheWrongAmountIsRefused() public {
        depositEth(alice, alice, 1 ether);
        bytes28 actual = bytes28(keccak256(abi.encode(5, 0, alice, 0, 1 ether + 1, 0, 0)));
        submitExpecting(
            WordsBuilder.deposit(1, 0, 1 ether + 1, alice), mismatch(0, hashOf(5, 0, alice), actual)
        );
    }

    function test_OperationAimedAtAnotherIndexIsRefused() public {
        vm.prank(alice);
        rollup.setKey{value: FEE}(3, key);
        uint256 low =
            uint256(key[0]) | (uint256(key[1]) << 64) | (uint256(key[2]) << 128) | (uint256(key[3]) << 192);
        bytes28 expected = bytes28(keccak256(abi.encode(7, 3, alice, 0, 0, low, key[4])));
        bytes28 actual = bytes28(keccak256(abi.encode(7, 4, alice, 0, 0, low, key[4])));
        submitExpecting(WordsBuilder.l1SetKey(4, key, alice), mismatch(0, expected, actual));
    }

    function testFuzz_EveryAcceptedEntryHasAWordThatMatches(
        uint256 kind,
        uint32 index,
        address account,
        uint128 amount,
        uint64[5] memory newKey
    ) public {
        vm.assume(account != address(0));
        vm.deal(account, type(uint256).max);
        vm.startPrank(account);
        kind = bound(kind, 5, 7);
        if (kind == 5) {
            // what the door takes is below 2^128, and so fits the word's 128 bits
            try rollup.depositEth{value: uint256(amount) + FEE}(account, address(0)) {}
            catch {
                assertTrue(amount == 0 || amount > type(uint128).max - FEE);
                return;
            }
        } else if (kind == 6) {
            rollup.requestForcedExit{value: FEE}(index, 1);
        } else {
            try rollup.setKey{value: FEE}(index, newKey) {}
            catch {
                bool outside = false;
                for (uint256 i = 0; i < 5; ++i) {
                    if (newKey[i] >= Protocol.P) outside = true;
                }
                assertTrue(outside);
                return;
            }
        }
        vm.stopPrank();
        if (kind == 5) submit(WordsBuilder.deposit(index, 0, amount, account));
        if (kind == 6) submit(WordsBuilder.forcedExit(index, 1, amount, account));
        if (kind == 7) submit(WordsBuilder.l1SetKey(index, newKey, account));
        assertEq(rollup.queueHead(), 1);
    }

    function hashOf(uint256 kind, uint256 index, address account) private pure returns (bytes28) {
        return bytes28(keccak256(abi.encode(kind, index, account, 0, 1 ether, 0, 0)));
    }

    function mismatch(uint64 id, bytes28 expected, bytes28 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(OperationQueue.QueueMismatch.selector, id, expected, actual);
    }
}
