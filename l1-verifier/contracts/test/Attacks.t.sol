// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ForgedFixture} from "./support/ForgedFixture.sol";
import {ForgingKey} from "./support/ForgingKey.sol";
import {Goldilocks} from "../src/Goldilocks.sol";
import {Groth16BatchVerifier} from "../src/Groth16BatchVerifier.sol";
import {IBatchVerifier} from "../src/IBatchVerifier.sol";
import {OperationQueue} from "../src/OperationQueue.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {Rollup} from "../src/Rollup.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice A valid proof for one batch, used for anything else. The verifier is the real one; the key's secrets are
/// known to the test alone, which makes the valid proofs with them.
contract AttacksTest is ForgedFixture {
    bytes private words;
    Rollup.BatchHeader private header;
    bytes private proof;

    function setUp() public override {
        super.setUp();
        depositEth(alice, alice, 1 ether);
        words = bytes.concat(
            WordsBuilder.deposit(3, 0, 1 ether, alice),
            WordsBuilder.transfer(3, 4, 0, 5, 6),
            WordsBuilder.withdraw(3, 0, 7, bob)
        );
        header = nextHeader();
        proof = prove(header, words);
    }

    function test_TheProofIsValidForItsBatch() public {
        submitAs(header, words);
        assertEq(rollup.claimable(bob, 0), 7);
    }

    function test_E5_AReplayedBatchIsRefused() public {
        submitAs(header, words);
        vm.expectRevert(abi.encodeWithSelector(Rollup.WrongBatchNumber.selector, 2, 1));
        submitAs(header, words);
        Rollup.BatchHeader memory again = header;
        again.batchNumber = 2;
        // the queue has no second deposit
        vm.expectPartialRevert(OperationQueue.QueueMismatch.selector);
        submitAs(again, words);
    }

    function test_E5_ABatchWithoutQueueEntriesIsNotReplayedEither() public {
        submitAs(header, words);
        bytes memory more = WordsBuilder.withdraw(3, 0, 7, bob);
        Rollup.BatchHeader memory second = nextHeader();
        bytes memory secondProof = prove(second, more);
        vm.startPrank(operator, operator);
        rollup.submitBatch(second, more, secondProof);
        second.batchNumber = 3;
        vm.expectPartialRevert(Rollup.ProofRejected.selector);
        rollup.submitBatch(second, more, secondProof);
    }

    function testFuzz_E22_WordsChangedInOneBitAreRefused(uint256 bit) public {
        bit = bound(bit, 0, words.length * 8 - 1);
        bytes memory changed = words;
        changed[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.prank(operator, operator);
        (bool success,) =
            address(rollup).call{gas: 3_000_000}(abi.encodeCall(Rollup.submitBatch, (header, changed, proof)));
        assertFalse(success);
    }

    function test_E22_WordsOfAnotherBatchAreRefused() public {
        bytes memory other = bytes.concat(
            WordsBuilder.deposit(3, 0, 1 ether, alice),
            WordsBuilder.transfer(3, 4, 0, 5, 6),
            WordsBuilder.withdraw(3, 0, 8, bob)
        );
        vm.expectPartialRevert(Rollup.ProofRejected.selector);
        submitAs(header, other);
    }

    function test_E22_WordsInAnotherOrderAreRefused() public {
        bytes memory other = bytes.concat(
            WordsBuilder.transfer(3, 4, 0, 5, 6),
            WordsBuilder.deposit(3, 0, 1 ether, alice),
            WordsBuilder.withdraw(3, 0, 7, bob)
        );
        vm.expectPartialRevert(Rollup.ProofRejected.selector);
        submitAs(header, other);
    }

    function test_E18_TheProofOfAnotherChainIsRefused() public {
        vm.chainId(31338);
        vm.expectPartialRevert(Rollup.ProofRejected.selector);
        submitAs(header, words);
        vm.chainId(31337);
        submitAs(header, words);
    }

    function test_E18_TheProofOfAnotherContractIsRefused() public {
        Rollup.Configuration memory config = configuration();
        config.verifier = rollup.VERIFIER();
        rollup = new Rollup(config);
        depositEth(alice, alice, 1 ether);
        vm.expectPartialRevert(Rollup.ProofRejected.selector);
        submitAs(header, words);
    }

    /// @dev Fee unit, fee token, circuit set and entry root come from the contract: no header can tell others.
    function test_E7_OtherParametersNeedOtherProofs() public {
        Rollup.Configuration memory config = configuration();
        config.verifier = rollup.VERIFIER();
        uint256 snapshot = vm.snapshotState();
        deployElsewhere(config);
        bytes memory valid = prove(header, words);
        for (uint256 i = 0; i < 5; ++i) {
            vm.revertToState(snapshot);
            proof = valid;
            config = configuration();
            config.verifier = rollup.VERIFIER();
            if (i == 0) config.feeUnit += 1;
            if (i == 1) config.feeToken = 1;
            if (i == 2) config.circuitSet += 1;
            if (i == 3) config.genesisRoot += 1;
            deployElsewhere(config);
            if (i < 4) vm.expectPartialRevert(Rollup.ProofRejected.selector);
            submitAs(header, words);
        }
    }

    /// @dev A rollup at a place of its own, which is the same every time.
    function deployElsewhere(Rollup.Configuration memory config) private {
        address place = makeAddr("place");
        deployCodeTo("Rollup.sol:Rollup", abi.encode(config), place);
        rollup = Rollup(place);
        depositEth(alice, alice, 1 ether);
    }

    function test_E7_EveryFieldOfTheHeaderIsBound() public {
        for (uint256 field = 0; field < 5; ++field) {
            Rollup.BatchHeader memory other = header;
            if (field == 0) other.timestamp -= 1;
            if (field == 1) other.counter += 1;
            if (field == 2) other.exitRoot ^= 1;
            if (field == 3) other.wordsDigest ^= 1;
            if (field == 4) other.claimDigest ^= 1;
            vm.expectPartialRevert(Rollup.ProofRejected.selector);
            submitAs(other, words);
        }
    }

    function test_E34_ARootLimbPlusPIsRefused() public {
        // the limb is 0 in this root: p in its place is the same element
        Rollup.BatchHeader memory other = header;
        other.exitRoot |= uint256(Protocol.P) << 192;
        vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, Protocol.P));
        submitAs(other, words);
    }

    function test_E1_AnElementOfHPlusAnOrderIsRefused() public {
        uint256[4] memory h = exposed(header, words);
        IBatchVerifier real = rollup.VERIFIER();
        assertTrue(real.verify(h, proof));
        h[3] += ForgingKey.R;
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.InputOutOfRange.selector, 3, h[3]));
        real.verify(h, proof);
    }

    function test_E4_TruncatedAndExtendedProofsAreRefused() public {
        bytes memory whole = proof;
        proof = bytes.concat(whole, hex"00");
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 257));
        submitAs(header, words);
        proof = "";
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 0));
        submitAs(header, words);
        proof = new bytes(256);
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.PointAtInfinity.selector, 0));
        submitAs(header, words);
    }

    function test_E4_TruncatedCalldataIsRefused() public {
        bytes memory data = abi.encodeCall(Rollup.submitBatch, (header, words, proof));
        for (uint256 cut = 1; cut < 300; cut += 13) {
            bytes memory short = data;
            assembly {
                mstore(short, sub(mload(short), 13))
            }
            vm.prank(operator, operator);
            (bool success,) = address(rollup).call{gas: 3_000_000}(short);
            assertFalse(success);
        }
    }

    /// @dev The words must be where every client looks for them.
    function test_E22_AnUnusualEncodingIsRefused() public {
        bytes memory usual = abi.encodeCall(Rollup.submitBatch, (header, words, proof));
        expectUnusual(bytes.concat(usual, hex"00"));
        bytes memory head = abi.encodeWithSelector(Rollup.submitBatch.selector, header);
        bytes memory encodedWords = abi.encodePacked(words.length, words, new bytes(32 - words.length % 32));
        bytes memory encodedProof = abi.encodePacked(proof.length, proof);
        assertEq(
            usual,
            bytes.concat(head, abi.encode(0x100, 0x120 + 160), encodedWords, encodedProof),
            "the usual one"
        );
        // the proof first
        expectUnusual(
            bytes.concat(head, abi.encode(0x100 + encodedProof.length, 0x100), encodedProof, encodedWords)
        );
        // a gap before the words, and one between words and proof
        expectUnusual(
            bytes.concat(head, abi.encode(0x120, 0x140 + 160), bytes32(0), encodedWords, encodedProof)
        );
        expectUnusual(
            bytes.concat(head, abi.encode(0x100, 0x140 + 160), encodedWords, bytes32(0), encodedProof)
        );
    }

    /// @dev Padding that is not zero: a client that reads strictly would not find the words.
    function test_E22_PaddingThatIsNotZeroIsRefused() public {
        bytes memory usual = abi.encodeCall(Rollup.submitBatch, (header, words, proof));
        uint256 end = 292 + words.length;
        assertEq(end % 32, 31, "five bytes of padding follow");
        for (uint256 i = 0; i < 5; ++i) {
            bytes memory changed = bytes.concat(usual);
            changed[end + i] = 0x01;
            expectUnusual(changed);
        }
        // a proof of another length has padding too
        bytes memory odd = new bytes(255);
        bytes memory data = abi.encodeCall(Rollup.submitBatch, (header, words, odd));
        data[data.length - 1] = 0x80;
        expectUnusual(data);
        // with zeros the encoding is fine, and the verifier refuses the length
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 255));
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, odd);
    }

    function expectUnusual(bytes memory data) private {
        vm.prank(operator, operator);
        (bool success, bytes memory reason) = address(rollup).call{gas: 3_000_000}(data);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(Rollup.UnusualEncoding.selector));
    }

    function test_E5_AnotherProofOfTheSameBatchChangesNothing() public {
        uint256[8] memory points = abi.decode(proof, (uint256[8]));
        points[1] = ForgingKey.Q - points[1];
        points[4] = ForgingKey.Q - points[4];
        points[5] = ForgingKey.Q - points[5];
        proof = abi.encode(points);
        submitAs(header, words);
        assertEq(rollup.batchNumber(), 1);
    }

    function test_E16_AnEntryOfTheQueueIsNotLeftOut() public {
        // leaving it out of the words is allowed; its deadline then freezes the rollup
        bytes memory without = WordsBuilder.transfer(3, 4, 0, 5, 6);
        submitProved(header, without);
        assertEq(rollup.queueHead(), 0);
        vm.warp(block.timestamp + PERIOD + 1);
        rollup.freeze();
    }

    function test_E17_AnAmountAbove2To128IsRefused() public {
        vm.deal(alice, type(uint256).max);
        vm.expectRevert();
        vm.prank(alice);
        rollup.depositEth{value: uint256(1) << 128}(alice, address(0));
    }

    function test_E20_TheGovernorTakesNothingAndStopsNothing() public {
        vm.startPrank(governor);
        bytes[4] memory calls = [
            abi.encodeCall(rollup.freeze, ()),
            abi.encodeCall(rollup.becomeOperator, ()),
            abi.encodeCall(rollup.cancelDeposit, (0, alice, 0, 1 ether)),
            abi.encodeCall(rollup.submitBatch, (header, words, proof))
        ];
        for (uint256 i = 0; i < 4; ++i) {
            (bool success,) = address(rollup).call(calls[i]);
            assertFalse(success);
        }
        vm.stopPrank();
        submitAs(header, words);
    }

    function submitAs(Rollup.BatchHeader memory header_, bytes memory words_) private {
        vm.prank(operator, operator);
        rollup.submitBatch{gas: 5_000_000}(header_, words_, proof);
    }
}
