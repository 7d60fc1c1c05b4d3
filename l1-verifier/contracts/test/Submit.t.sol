// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Goldilocks} from "../src/Goldilocks.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {Rollup} from "../src/Rollup.sol";
import {RollupFixture} from "./support/RollupFixture.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice Passes on a call, so that its words are not the transaction's calldata.
contract Forwarder {
    function forward(address to, bytes calldata data) external {
        (bool success, bytes memory reason) = to.call(data);
        if (!success) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}

/// @notice Who submits batches, and what a header may say.
contract SubmitTest is RollupFixture {
    bytes private words = WordsBuilder.transfer(1, 2, 0, 3, 0);

    function test_ABatchMovesTheRollup() public {
        Rollup.BatchHeader memory header = nextHeader();
        vm.expectEmit(address(rollup));
        emit Rollup.BatchAccepted(1, header.exitRoot, header.timestamp, 1);
        submit(header, words);
        assertEq(rollup.stateRoot(), header.exitRoot);
        assertEq(rollup.batchNumber(), 1);
        assertEq(rollup.batchTimestamp(), header.timestamp);
        submit(words);
        assertEq(rollup.batchNumber(), 2);
    }

    function test_OnlyTheOperatorSubmits() public {
        Rollup.BatchHeader memory header = nextHeader();
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotOperator.selector, operator, alice));
        vm.prank(alice, alice);
        rollup.submitBatch(header, words, PROOF);
        // nor a contract in a transaction of the operator
        Forwarder forwarder = new Forwarder();
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotOperator.selector, operator, forwarder));
        vm.prank(operator, operator);
        forwarder.forward(address(rollup), abi.encodeCall(Rollup.submitBatch, (header, words, PROOF)));
    }

    function test_TheOperatorSubmitsDirectly() public {
        Rollup.BatchHeader memory header = nextHeader();
        bytes memory expected = abi.encodeWithSelector(Rollup.NotDirectCall.selector, operator);
        // an operator that is a contract
        vm.expectRevert(expected);
        vm.prank(operator, alice);
        rollup.submitBatch(header, words, PROOF);
        // an account whose code is delegated calls from within its own transaction
        vm.etch(operator, abi.encodePacked(hex"ef0100", new Forwarder()));
        vm.expectRevert(expected);
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, PROOF);
    }

    function test_BatchesFollowEachOther() public {
        Rollup.BatchHeader memory header = nextHeader();
        header.batchNumber = 2;
        vm.expectRevert(abi.encodeWithSelector(Rollup.WrongBatchNumber.selector, 1, 2));
        submit(header, words);
        header.batchNumber = 0;
        vm.expectRevert(abi.encodeWithSelector(Rollup.WrongBatchNumber.selector, 1, 0));
        submit(header, words);
    }

    function test_TimeDoesNotGoBackwards() public {
        submit(words);
        uint32 last = rollup.batchTimestamp();
        Rollup.BatchHeader memory header = nextHeader();
        header.timestamp = last - 1;
        vm.expectRevert(abi.encodeWithSelector(Rollup.TimestampBeforeLast.selector, last, last - 1));
        submit(header, words);
        // equal times are fine
        header.timestamp = last;
        submit(header, words);
    }

    function test_TimeIsNotInTheFuture() public {
        Rollup.BatchHeader memory header = nextHeader();
        header.timestamp += 1;
        vm.expectRevert(
            abi.encodeWithSelector(Rollup.TimestampInFuture.selector, header.timestamp, block.timestamp)
        );
        submit(header, words);
    }

    function test_TimeIsNotTooLongAgo() public {
        Rollup.BatchHeader memory header = nextHeader();
        header.timestamp -= WINDOW + 1;
        vm.expectRevert(
            abi.encodeWithSelector(Rollup.TimestampTooOld.selector, header.timestamp, block.timestamp, WINDOW)
        );
        submit(header, words);
        header.timestamp += 1;
        submit(header, words);
    }

    function test_EveryLimbOfTheHeaderIsBelowP() public {
        for (uint256 limb = 0; limb < 4; ++limb) {
            for (uint256 field = 0; field < 3; ++field) {
                Rollup.BatchHeader memory header = nextHeader();
                uint256 highest = uint256(Protocol.P - 1) << (64 * limb);
                uint256 tooHigh = uint256(Protocol.P) << (64 * limb);
                set(header, field, tooHigh);
                vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, Protocol.P));
                submit(header, words);
                set(header, field, highest);
                submit(header, words);
            }
        }
    }

    function set(Rollup.BatchHeader memory header, uint256 field, uint256 value) private pure {
        if (field == 0) header.exitRoot = value;
        if (field == 1) header.wordsDigest = value;
        if (field == 2) header.claimDigest = value;
    }

    function test_WithdrawalsAddUp() public {
        depositEth(alice, alice, 10 ether);
        bytes memory one = WordsBuilder.withdraw(0, 0, 1 ether, bob);
        submit(bytes.concat(WordsBuilder.deposit(0, 0, 10 ether, alice), one, words, one));
        submit(one);
        assertEq(rollup.claimable(bob, 0), 3 ether);
    }

    function test_ABatchWithoutWordsIsTaken() public {
        submit("");
        assertEq(rollup.batchNumber(), 1);
    }

    /// @dev Whatever users put into keys and addresses, it is never read as a head word.
    function test_AKeyThatImitatesAWithdrawalCreditsNothing() public {
        bytes memory imitation = WordsBuilder.head(0x81, 1, 0, 0, 5 ether, 0);
        uint248 word = uint248(bytes31(imitation));
        uint64[5] memory key;
        for (uint256 i = 0; i < 4; ++i) {
            key[i] = uint64(word >> (62 * i)) & (2 ** 62 - 1);
        }
        bytes memory setKey = WordsBuilder.setKey(1, key, 0);
        bytes memory second = new bytes(31);
        for (uint256 i = 0; i < 31; ++i) {
            second[i] = setKey[31 + i];
        }
        assertEq(second, imitation, "the key word is a withdrawal's head word");
        submit(bytes.concat(setKey, WordsBuilder.transferNew(1, 2, 0, 3, bob)));
        assertEq(rollup.claimable(address(0), 0), 0);
        assertEq(rollup.claimable(bob, 0), 0);
    }
}
