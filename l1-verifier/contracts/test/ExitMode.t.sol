// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ExitMode} from "../src/ExitMode.sol";
import {Goldilocks} from "../src/Goldilocks.sol";
import {OperationQueue} from "../src/OperationQueue.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {Rollup} from "../src/Rollup.sol";
import {RollupFixture} from "./support/RollupFixture.sol";
import {StateOpening} from "../src/StateOpening.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice Freezing, cancelled deposits and exits.
contract ExitModeTest is RollupFixture {
    uint256[] private roots;
    bytes[] private openings;

    function setUp() public override {
        super.setUp();
        string memory json = vm.readFile("test/vectors/openings.json");
        roots = vm.parseJsonUintArray(json, ".roots");
        openings = vm.parseJsonBytesArray(json, ".openings");
    }

    function test_AnyoneFreezesOneSecondPastTheDeadline() public {
        depositEth(alice, alice, 1 ether);
        uint32 deadline = uint32(block.timestamp) + PERIOD;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.DeadlineNotPassed.selector, deadline, deadline));
        rollup.freeze();
        vm.warp(deadline + 1);
        vm.expectEmit(address(rollup));
        emit ExitMode.Frozen(0, Protocol.EMPTY_ROOT, 0);
        vm.prank(makeAddr("anyone"));
        rollup.freeze();
        assertTrue(rollup.frozen());
    }

    function test_AnEmptyQueueNeverFreezes() public {
        vm.warp(block.timestamp + 365 days);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.DeadlineNotPassed.selector, 0, block.timestamp));
        rollup.freeze();
        // an executed entry has no deadline
        depositEth(alice, alice, 1 ether);
        submit(WordsBuilder.deposit(0, 0, 1 ether, alice));
        vm.warp(block.timestamp + 365 days);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.DeadlineNotPassed.selector, 0, block.timestamp));
        rollup.freeze();
    }

    function test_TheLastDeadlineOf32BitsFreezes() public {
        uint256 end = type(uint32).max;
        vm.warp(end + 1 - PERIOD);
        depositEth(alice, alice, 1 ether);
        (, uint32 deadline) = rollup.queueEntry(0);
        assertEq(deadline, end, "it does not wrap to zero");
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.DeadlineNotPassed.selector, end, end));
        rollup.freeze();
        vm.warp(end + 60 days);
        depositEth(alice, bob, 1 ether);
        (, deadline) = rollup.queueEntry(1);
        assertEq(deadline, end);
        rollup.freeze();
        assertTrue(rollup.frozen());
    }

    function test_TheNextEntrysDeadlineCounts() public {
        depositEth(alice, alice, 1 ether);
        vm.warp(block.timestamp + PERIOD);
        depositEth(alice, bob, 1 ether);
        submit(WordsBuilder.deposit(0, 0, 1 ether, alice));
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(ExitMode.DeadlineNotPassed.selector);
        rollup.freeze();
    }

    function test_AFrozenRollupTakesNothing() public {
        freezeRollup();
        bytes memory expected = abi.encodeWithSelector(OperationQueue.RollupFrozen.selector, 0);
        Rollup.BatchHeader memory header = nextHeader();
        vm.expectRevert(expected);
        submit(header, "");
        uint64[5] memory key;
        vm.startPrank(alice);
        vm.expectRevert(expected);
        rollup.depositEth{value: 1 ether}(alice, address(0));
        vm.expectRevert(expected);
        rollup.depositToken{value: FEE}(address(token), 1, alice, address(0));
        vm.expectRevert(expected);
        rollup.setKey{value: FEE}(0, key);
        vm.expectRevert(expected);
        rollup.requestForcedExit{value: FEE}(0, 0);
        vm.expectRevert(expected);
        rollup.registerToken{value: REGISTRATION_FEE}(address(1));
        vm.expectRevert(expected);
        rollup.freeze();
        vm.expectRevert(expected);
        rollup.becomeOperator();
        vm.startPrank(governor);
        vm.expectRevert(expected);
        rollup.nameOperator(bob);
    }

    function test_ADepositIsCancelledOnceByItsDepositor() public {
        uint64 id = depositEth(alice, bob, 2 ether);
        freezeRollup();
        vm.expectRevert(abi.encodeWithSelector(ExitMode.NotDepositor.selector, alice, bob));
        vm.prank(bob);
        rollup.cancelDeposit(id, bob, 0, 2 ether);

        bytes28 hash = depositHash(bob, 0, 2 ether);
        bytes28 other = depositHash(bob, 0, 3 ether);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.NoSuchDeposit.selector, id, hash, other));
        rollup.cancelDeposit(id, bob, 0, 3 ether);
        vm.expectEmit(address(rollup));
        emit ExitMode.DepositCancelled(id, alice, 0, 2 ether);
        rollup.cancelDeposit(id, bob, 0, 2 ether);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.NoSuchDeposit.selector, id, bytes28(0), hash));
        rollup.cancelDeposit(id, bob, 0, 2 ether);
        assertEq(rollup.claimable(alice, 0), 2 ether);
        rollup.claim(0, alice);
    }

    function test_ADepositGoesBackToTheAddressThatWasNamed() public {
        uint32 deadline = uint32(block.timestamp) + PERIOD;
        vm.startPrank(alice);
        vm.expectEmit(address(rollup));
        emit OperationQueue.DepositQueued(0, alice, 0, 2 ether, bob, deadline);
        uint64 id = rollup.depositEth{value: 2 ether + FEE}(alice, bob);
        token.mint(alice, 9);
        token.approve(address(rollup), 9);
        uint64 second = rollup.depositToken{value: FEE}(address(token), 9, bob, bob);
        vm.stopPrank();
        freezeRollup();
        // neither who paid it nor whom it would have credited
        vm.expectRevert(abi.encodeWithSelector(ExitMode.NotDepositor.selector, bob, alice));
        vm.prank(alice);
        rollup.cancelDeposit(id, alice, 0, 2 ether);
        vm.expectRevert(abi.encodeWithSelector(ExitMode.NotDepositor.selector, bob, alice));
        vm.prank(alice);
        rollup.cancelDeposit(second, bob, 1, 9);
        vm.startPrank(bob);
        rollup.cancelDeposit(id, alice, 0, 2 ether);
        rollup.cancelDeposit(second, bob, 1, 9);
        assertEq(rollup.claimable(bob, 0), 2 ether);
        assertEq(rollup.claimable(bob, 1), 9);
    }

    function test_ADepositForOneselfIsCancelled() public {
        uint64 id = depositToken(alice, alice, 9);
        freezeRollup();
        vm.prank(alice);
        rollup.cancelDeposit(id, alice, 1, 9);
        rollup.claim(1, alice);
        assertEq(token.balanceOf(alice), 9);
        assertEq(rollup.held(1), 0);
    }

    function test_AnExecutedDepositIsNotCancelled() public {
        uint64 id = depositEth(alice, alice, 2 ether);
        submit(WordsBuilder.deposit(0, 0, 2 ether, alice));
        freezeRollup();
        vm.expectRevert(
            abi.encodeWithSelector(
                ExitMode.NoSuchDeposit.selector, id, bytes28(0), depositHash(alice, 0, 2 ether)
            )
        );
        vm.prank(alice);
        rollup.cancelDeposit(id, alice, 0, 2 ether);
    }

    function test_AForcedExitIsNotCancelledAsADeposit() public {
        vm.prank(alice);
        uint64 id = rollup.requestForcedExit{value: FEE}(0, 0);
        freezeRollup();
        vm.expectPartialRevert(ExitMode.NoSuchDeposit.selector);
        vm.prank(alice);
        rollup.cancelDeposit(id, alice, 0, 0);
    }

    function test_NothingIsCancelledOrTakenOutWhileItRuns() public {
        uint64 id = depositEth(alice, alice, 2 ether);
        vm.expectRevert(ExitMode.NotFrozen.selector);
        vm.prank(alice);
        rollup.cancelDeposit(id, alice, 0, 2 ether);
        StateOpening.BalanceOpening memory opening = read(0);
        vm.expectRevert(ExitMode.NotFrozen.selector);
        rollup.exit(opening);
    }

    function test_EveryOpeningLeadsToItsRoot() public view {
        assertEq(openings.length, 64);
        for (uint256 i = 0; i < 64; ++i) {
            assertEq(rollup.STATE_OPENING().stateRoot(read(i)), roots[i]);
        }
    }

    function test_EveryBalanceIsTakenOutOnce() public {
        // the first 32 openings have one root
        uint256 root = roots[0];
        enterState(root);
        for (uint256 i = 0; i < 32; ++i) {
            StateOpening.BalanceOpening memory opening = read(i);
            if (opening.balance == 0) {
                vm.expectRevert(
                    abi.encodeWithSelector(ExitMode.NothingToExit.selector, opening.index, opening.token)
                );
                rollup.exit(opening);
                continue;
            }
            uint256 before = rollup.claimable(opening.owner, opening.token);
            vm.expectEmit(address(rollup));
            emit ExitMode.Exited(opening.index, opening.token, opening.owner, opening.balance);
            rollup.exit(opening);
            assertEq(rollup.claimable(opening.owner, opening.token), before + opening.balance);
            vm.expectRevert(
                abi.encodeWithSelector(ExitMode.AlreadyExited.selector, opening.index, opening.token)
            );
            rollup.exit(opening);
        }
    }

    /// @dev Index 0 differs in each field; a leaf index beyond the tree cannot be written down at all.
    function test_AnOpeningOfAnythingElseIsRefused() public {
        enterState(roots[0]);
        for (uint256 field = 0; field < 8; ++field) {
            StateOpening.BalanceOpening memory opening = read(0);
            if (field == 0) opening.index ^= 1 << 31;
            if (field == 1) opening.token ^= 1 << 15;
            if (field == 2) opening.balance += 1;
            if (field == 3) opening.owner = address(uint160(opening.owner) ^ 1);
            if (field == 4) opening.nonce += 1;
            if (field == 5) opening.key[4] ^= 1;
            if (field == 6) opening.tokenSiblings[15] ^= 1;
            if (field == 7) opening.accountSiblings[31] ^= 1;
            uint256 other = rollup.STATE_OPENING().stateRoot(opening);
            vm.expectRevert(abi.encodeWithSelector(ExitMode.WrongStateRoot.selector, roots[0], other));
            rollup.exit(opening);
        }
    }

    /// @dev An element and the same plus p hash to the same; only the smaller is taken.
    function test_ElementsAboveTheOrderAreRefused() public {
        enterState(roots[0]);
        for (uint256 limb = 0; limb < 4; ++limb) {
            StateOpening.BalanceOpening memory opening = read(0);
            opening.accountSiblings[3] |= uint256(type(uint64).max) << (64 * limb);
            vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, type(uint64).max));
            rollup.exit(opening);
        }
        StateOpening.BalanceOpening memory other = read(0);
        other.nonce += uint64(Protocol.P);
        vm.expectPartialRevert(Goldilocks.ElementNotCanonical.selector);
        rollup.exit(other);
        other = read(0);
        other.key[2] = type(uint64).max;
        vm.expectPartialRevert(Goldilocks.ElementNotCanonical.selector);
        rollup.exit(other);
        other = read(0);
        other.tokenSiblings[0] = type(uint256).max;
        vm.expectPartialRevert(Goldilocks.ElementNotCanonical.selector);
        rollup.exit(other);
    }

    /// forge-config: default.isolate = true
    function test_GasOfAnExit() public {
        enterState(roots[0]);
        rollup.exit(read(0));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("transactions", "exit", used);
        assertLt(used, 1_400_000);
    }

    function test_WhatWasCreditedStaysClaimable() public {
        makeClaimable(bob, 1 ether);
        freezeRollup();
        rollup.claim(0, bob);
        rollup.claim(0, operator);
        assertEq(address(rollup).balance, 0);
    }

    /// @dev Submits a batch that ends in a root, and freezes.
    function enterState(uint256 root) private {
        Rollup.BatchHeader memory header = nextHeader();
        header.exitRoot = root;
        submit(header, "");
        freezeRollup();
    }

    function depositHash(address to, uint256 id, uint256 amount) private pure returns (bytes28) {
        return bytes28(keccak256(abi.encode(5, 0, to, id, amount, 0, 0)));
    }

    function read(uint256 index) private view returns (StateOpening.BalanceOpening memory) {
        return abi.decode(openings[index], (StateOpening.BalanceOpening));
    }
}
