// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {BatchWords} from "../src/BatchWords.sol";
import {Goldilocks} from "../src/Goldilocks.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {QueueEntry} from "../src/QueueEntry.sol";
import {ReferenceWords} from "./support/ReferenceWords.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice Reads words and keeps a running hash of what it was told to do.
contract WordsReader is BatchWords {
    bytes32 public actions;

    function read(bytes calldata words, uint256 z0, uint256 z1) external returns (uint256, uint256) {
        return readWords(words, z0, z1);
    }

    function creditFromBatch(address owner, uint256 token, uint256 amount) internal override {
        actions = keccak256(abi.encode(actions, "credit", owner, token, amount));
    }

    function consumeEntry(bytes28 hash) internal override {
        actions = keccak256(abi.encode(actions, "consume", hash));
    }
}

/// @notice The words' evaluation and what is read from them, against the crates and a slow reference.
contract WordsTest is Test {
    struct Cases {
        bytes[] words;
        uint256[] digests;
        uint256[] points;
        uint256[] values;
        string[] outcomes;
        uint256[] positions;
        uint256[] actionCounts;
        uint256[] actions;
    }

    WordsReader private reader;

    function setUp() public {
        reader = new WordsReader();
    }

    function test_EveryCaseEndsAsInTheCrates() public {
        string memory json = vm.readFile("test/vectors/words.json");
        Cases memory cases;
        cases.words = vm.parseJsonBytesArray(json, ".words");
        cases.digests = vm.parseJsonUintArray(json, ".words_digests");
        cases.points = vm.parseJsonUintArray(json, ".points");
        cases.values = vm.parseJsonUintArray(json, ".evaluations");
        cases.outcomes = vm.parseJsonStringArray(json, ".outcomes");
        cases.positions = vm.parseJsonUintArray(json, ".positions");
        cases.actionCounts = vm.parseJsonUintArray(json, ".action_counts");
        cases.actions = vm.parseJsonUintArray(json, ".actions");
        assertEq(cases.words.length, 240);
        uint256 action = 0;
        for (uint256 i = 0; i < cases.words.length; ++i) {
            bytes32 expected = expectedActions(cases.actions, action, cases.actionCounts[i]);
            action += cases.actionCounts[i];
            checkCase(cases, i, expected);
        }
        assertEq(action * 10, cases.actions.length);
    }

    function checkCase(Cases memory cases, uint256 i, bytes32 actions) private {
        WordsReader fresh = new WordsReader();
        bytes memory words = cases.words[i];
        (uint256 z0, uint256 z1) = Goldilocks.point(keccak256(abi.encode(cases.digests[i], keccak256(words))));
        assertEq(z0, cases.points[2 * i]);
        assertEq(z1, cases.points[2 * i + 1]);
        try fresh.read(words, z0, z1) returns (uint256 y0, uint256 y1) {
            assertEq(cases.outcomes[i], "Accepted");
            assertEq(y0, cases.values[2 * i]);
            assertEq(y1, cases.values[2 * i + 1]);
            assertEq(fresh.actions(), actions);
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), selector(cases.outcomes[i]), cases.outcomes[i]);
            assertEq(firstValue(reason), cases.positions[i]);
        }
    }

    /// @dev Ten integers for each transaction that the contract acts upon: opcode, index, address, token, amount,
    /// key 5.
    function expectedActions(uint256[] memory a, uint256 first, uint256 count)
        private
        pure
        returns (bytes32 actions)
    {
        for (uint256 i = 10 * first; i < 10 * (first + count); i += 10) {
            address account = address(uint160(a[i + 2]));
            uint256 low = a[i + 5] | (a[i + 6] << 64) | (a[i + 7] << 128) | (a[i + 8] << 192);
            if (a[i] == 0x82) {
                actions = consumed(actions, QueueEntry.hash(5, 0, account, a[i + 3], a[i + 4], 0, 0));
            } else if (a[i] == 0x83) {
                actions = consumed(actions, QueueEntry.hash(6, a[i + 1], account, a[i + 3], 0, 0, 0));
            } else if (a[i] == 0x84) {
                actions = consumed(actions, QueueEntry.hash(7, a[i + 1], account, 0, 0, low, a[i + 9]));
            }
            if (a[i] == 0x81 || a[i] == 0x83) {
                actions = keccak256(abi.encode(actions, "credit", account, a[i + 3], a[i + 4]));
            }
        }
    }

    function consumed(bytes32 actions, bytes28 hash) private pure returns (bytes32) {
        return keccak256(abi.encode(actions, "consume", hash));
    }

    function selector(string memory outcome) private pure returns (bytes4) {
        bytes32 name = keccak256(bytes(outcome));
        if (name == keccak256("UnknownOpcode")) return BatchWords.UnknownOpcode.selector;
        if (name == keccak256("Truncated")) return BatchWords.Truncated.selector;
        if (name == keccak256("UnusedBits")) return BatchWords.UnusedBits.selector;
        if (name == keccak256("KeyElement")) return BatchWords.KeyElement.selector;
        return bytes4(0);
    }

    function firstValue(bytes memory reason) private pure returns (uint256 value) {
        assembly {
            value := mload(add(reason, 0x24))
        }
    }

    function testFuzz_EvaluationIsHorners(bytes32 seed, uint256 count, uint64 a, uint64 b) public {
        bytes memory words = arbitraryWords(seed, bound(count, 0, 40));
        (uint256 z0, uint256 z1) = (a % Protocol.P, b % Protocol.P);
        (uint256 y0, uint256 y1) = reader.read(words, z0, z1);
        (uint256 expected0, uint256 expected1) = ReferenceWords.evaluate(words, z0, z1);
        assertEq(y0, expected0);
        assertEq(y1, expected1);
    }

    function test_EvaluationOfTheLargestLimbsAndPoints() public {
        bytes memory words;
        for (uint256 i = 0; i < 20; ++i) {
            words = bytes.concat(
                words, WordsBuilder.transfer(~uint32(0), ~uint32(0), 0xffff, ~uint128(0), ~uint32(0))
            );
        }
        uint64[3] memory parts = [0, 1, uint64(Protocol.P - 1)];
        for (uint256 i = 0; i < 9; ++i) {
            (uint256 z0, uint256 z1) = (parts[i % 3], parts[i / 3]);
            (uint256 y0, uint256 y1) = reader.read(words, z0, z1);
            (uint256 expected0, uint256 expected1) = ReferenceWords.evaluate(words, z0, z1);
            assertEq(y0, expected0);
            assertEq(y1, expected1);
        }
    }

    /// @dev One bit of valid words is changed: the reader accepts them exactly where the reference does.
    function testFuzz_ChangedBitsAreRefusedLikeInTheReference(bytes32 seed, uint256 count, uint256 bit)
        public
    {
        bytes memory words = arbitraryWords(seed, bound(count, 1, 12));
        bit = bound(bit, 0, words.length * 8 - 1);
        words[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bool accepted = true;
        try reader.read(words, 3, 5) {}
        catch {
            accepted = false;
        }
        assertEq(accepted, ReferenceWords.isValid(words));
    }

    function testFuzz_AnyBytesAreReadLikeInTheReference(bytes32[8] memory noise, uint8[8] memory opcodes)
        public
    {
        uint8[10] memory choice = [0x01, 0x02, 0x03, 0x04, 0x81, 0x82, 0x83, 0x84, 0x00, 0x05];
        bytes memory words;
        for (uint256 i = 0; i < 8; ++i) {
            bytes30 rest = opcodes[i] < 128 ? bytes30(0) : bytes30(noise[i]);
            words = bytes.concat(words, abi.encodePacked(choice[opcodes[i] % 10], rest));
        }
        bool accepted = true;
        try reader.read(words, 3, 5) {}
        catch {
            accepted = false;
        }
        assertEq(accepted, ReferenceWords.isValid(words));
    }

    /// @dev Valid transactions of every opcode.
    function arbitraryWords(bytes32 seed, uint256 count) private pure returns (bytes memory words) {
        for (uint256 i = 0; i < count; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            uint64[5] memory key;
            for (uint256 j = 0; j < 5; ++j) {
                key[j] = uint64(uint256(keccak256(abi.encode(r, j))) % Protocol.P);
            }
            (uint32 from, uint32 to, uint16 token) = (uint32(r >> 8), uint32(r >> 40), uint16(r >> 72));
            uint128 amount = uint128(r >> 88);
            address account = address(uint160(uint256(keccak256(abi.encode(r)))));
            bytes memory next;
            if (r % 8 == 0) next = WordsBuilder.transfer(from, to, token, amount, uint32(r >> 216));
            if (r % 8 == 1) next = WordsBuilder.transferNew(from, to, token, amount, account);
            if (r % 8 == 2) next = WordsBuilder.setKey(from, key, uint32(r >> 216));
            if (r % 8 == 3) next = WordsBuilder.collectFee(to, token, amount, uint32(r >> 216));
            if (r % 8 == 4) next = WordsBuilder.withdraw(from, token, amount, account);
            if (r % 8 == 5) next = WordsBuilder.deposit(to, token, amount, account);
            if (r % 8 == 6) next = WordsBuilder.forcedExit(from, token, amount, account);
            if (r % 8 == 7) next = WordsBuilder.l1SetKey(from, key, account);
            words = bytes.concat(words, next);
        }
    }

    function test_WordsOf30BytesAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(BatchWords.WordsLength.selector, 30));
        reader.read(new bytes(30), 3, 5);
    }

    function test_TooManyWordsAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(BatchWords.TooManyWords.selector, 4097));
        reader.read(new bytes(4097 * 31), 3, 5);
    }

    function test_UnknownOpcodeIsRefused() public {
        bytes memory words = bytes.concat(WordsBuilder.transfer(1, 2, 0, 3, 0), new bytes(31));
        vm.expectRevert(abi.encodeWithSelector(BatchWords.UnknownOpcode.selector, 1, 0));
        reader.read(words, 3, 5);
    }

    function test_AnEndInsideATransactionIsRefused() public {
        bytes memory words = WordsBuilder.head(0x84, 1, 0, 0, 0, 0);
        words = bytes.concat(words, WordsBuilder.addressWord(address(1)));
        vm.expectRevert(abi.encodeWithSelector(BatchWords.Truncated.selector, 0, 3, 2));
        reader.read(words, 3, 5);
    }

    function test_UnusedBitsAreRefused() public {
        bytes memory words = WordsBuilder.head(0x04, 1, 0, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(BatchWords.UnusedBits.selector, 0, 1 << 208));
        reader.read(words, 3, 5);

        words = bytes.concat(WordsBuilder.head(0x02, 1, 0, 0, 0, 0), abi.encodePacked(uint88(1), address(1)));
        vm.expectRevert(abi.encodeWithSelector(BatchWords.UnusedBits.selector, 1, 1 << 160));
        reader.read(words, 3, 5);
    }

    function test_AKeyElementOfPIsRefused() public {
        for (uint256 i = 0; i < 5; ++i) {
            uint64[5] memory key;
            key[i] = uint64(Protocol.P - 1);
            reader.read(WordsBuilder.setKey(1, key, 0), 3, 5);
            key[i] = uint64(Protocol.P);
            vm.expectRevert(abi.encodeWithSelector(BatchWords.KeyElement.selector, 0, i, Protocol.P));
            reader.read(WordsBuilder.setKey(1, key, 0), 3, 5);
        }
    }

    /// @dev The words are followed by what looks like a transfer: an encoding that no client makes.
    function test_ATransferBehindTheWordsIsRefused() public {
        bytes memory words = WordsBuilder.transfer(1, 2, 0, 3, 0);
        bytes memory data = abi.encodePacked(
            abi.encodeWithSelector(reader.read.selector, 0x60, 3, 5, words.length), words, words
        );
        (bool success, bytes memory reason) = address(reader).call(data);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(BatchWords.TransferBehindWords.selector));
    }
}
