// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Protocol} from "./generated/Protocol.sol";
import {QueueEntry} from "./QueueEntry.sol";

/// @title Reads the words of a batch
/// @notice One pass over words of 31 bytes: evaluates them as a polynomial at a point and acts upon those whose
/// opcode has the top bit set (section 5 of the protocol). A word that follows a head word is never read as one.
abstract contract BatchWords {
    /// @notice The words are no multiple of 31 bytes.
    /// @param length The length in bytes.
    error WordsLength(uint256 length);
    /// @notice There are more words than a batch may have.
    /// @param count The number of words.
    error TooManyWords(uint256 count);
    /// @notice The first byte of a head word is no opcode.
    /// @param position The position of the word.
    /// @param opcode The byte.
    error UnknownOpcode(uint256 position, uint256 opcode);
    /// @notice The words end inside a transaction.
    /// @param position The position of its head word.
    /// @param expected The number of its words.
    /// @param actual The number of words that are left.
    error Truncated(uint256 position, uint256 expected, uint256 actual);
    /// @notice The calldata behind the words begins like a transfer, which no usual encoding of the call does.
    error TransferBehindWords();
    /// @notice A bit is set that the opcode does not use.
    /// @param position The position of the word.
    /// @param bits The bits.
    error UnusedBits(uint256 position, uint256 bits);
    /// @notice An element of a key is not below p.
    /// @param position The position of the head word.
    /// @param element Which of the five.
    /// @param value Its value.
    error KeyElement(uint256 position, uint256 element, uint256 value);

    // Assembly takes numbers only; these are Protocol.P and Protocol.OPCODE_TRANSFER.
    uint256 private constant P = 0xffffffff00000001;
    uint256 private constant TRANSFER = 0x01;
    uint256 private constant LIMB = 0x3fffffffffffffff;

    /// @dev Where the pass stands: addresses in calldata.
    struct Cursor {
        uint256 start;
        uint256 at;
        uint256 end;
    }

    /// @dev Makes an amount claimable.
    /// @param owner Who may claim it.
    /// @param token The token.
    /// @param amount The amount.
    function creditFromBatch(address owner, uint256 token, uint256 amount) internal virtual;

    /// @dev Takes the next entry of the queue.
    /// @param hash The hash of the operation in the words, which must be the entry's.
    function consumeEntry(bytes28 hash) internal virtual;

    /// @dev Reads all words.
    /// @param words The words, 31 bytes each.
    /// @param z0 The constant coefficient of the point, below p.
    /// @param z1 The other coefficient.
    /// @return y0 The constant coefficient of the words' value at the point.
    /// @return y1 The other coefficient.
    function readWords(bytes calldata words, uint256 z0, uint256 z1)
        internal
        returns (uint256 y0, uint256 y1)
    {
        if (words.length % Protocol.WORD_BYTES != 0) {
            revert WordsLength(words.length);
        }
        if (words.length > Protocol.MAX_WORDS * Protocol.WORD_BYTES) {
            revert TooManyWords(words.length / Protocol.WORD_BYTES);
        }
        Cursor memory cursor;
        assembly ("memory-safe") {
            mstore(cursor, words.offset)
            mstore(add(cursor, 0x20), words.offset)
            mstore(add(cursor, 0x40), add(words.offset, words.length))
        }
        y0 = 1;
        while (true) {
            (cursor.at, y0, y1) = evaluateTransfers(cursor.at, z0, z1, y0, y1);
            if (cursor.at == cursor.end) return (y0, y1);
            if (cursor.at > cursor.end) revert TransferBehindWords();
            uint256 next = act(cursor);
            (y0, y1) = evaluate(cursor.at, next, z0, z1, y0, y1);
            cursor.at = next;
        }
    }

    /// @dev Evaluates words up to the first that is no head word of a transfer to an existing account.
    ///
    /// One word is two steps y = y z + (l + l' X) in GF(p)[X]/(X^2 - 7), reduced once: from y and z below 2^64
    /// and limbs below 2^62 no sum reaches 2^200. The end is not looked for: after the words stands a zero byte in
    /// every usual encoding of the call, and the caller checks that the loop did not run beyond.
    function evaluateTransfers(uint256 at, uint256 z0, uint256 z1, uint256 y0, uint256 y1)
        private
        pure
        returns (uint256, uint256, uint256)
    {
        assembly ("memory-safe") {
            let z7 := mulmod(7, z1, P)
            for {} eq(byte(0, calldataload(at)), TRANSFER) { at := add(at, 31) } {
                let word := calldataload(at)
                let t := add(add(and(shr(8, word), LIMB), mul(y0, z0)), mul(y1, z7))
                y1 := add(add(and(shr(70, word), LIMB), mul(y0, z1)), mul(y1, z0))
                y0 := mod(add(add(and(shr(132, word), LIMB), mul(t, z0)), mul(y1, z7)), P)
                y1 := mod(add(add(shr(194, word), mul(t, z1)), mul(y1, z0)), P)
            }
        }
        return (at, y0, y1);
    }

    /// @dev Evaluates the words from `at` to `end`, whatever they are.
    function evaluate(uint256 at, uint256 end, uint256 z0, uint256 z1, uint256 y0, uint256 y1)
        private
        pure
        returns (uint256, uint256)
    {
        assembly ("memory-safe") {
            let z7 := mulmod(7, z1, P)
            for {} lt(at, end) { at := add(at, 31) } {
                let word := calldataload(at)
                let t := add(add(and(shr(8, word), LIMB), mul(y0, z0)), mul(y1, z7))
                y1 := add(add(and(shr(70, word), LIMB), mul(y0, z1)), mul(y1, z0))
                y0 := mod(add(add(and(shr(132, word), LIMB), mul(t, z0)), mul(y1, z7)), P)
                y1 := mod(add(add(shr(194, word), mul(t, z1)), mul(y1, z0)), P)
            }
        }
        return (y0, y1);
    }

    /// @dev Checks the transaction whose head word is next and acts upon it.
    /// @return next Where the transaction after it begins.
    function act(Cursor memory cursor) private returns (uint256 next) {
        uint256 head = wordAt(cursor.at);
        uint256 opcode = head >> 240;
        (uint256 count, uint256 unused) = shape(opcode);
        uint256 position = (cursor.at - cursor.start) / Protocol.WORD_BYTES;
        if (count == 0) revert UnknownOpcode(position, opcode);
        next = cursor.at + count * Protocol.WORD_BYTES;
        if (next > cursor.end) {
            revert Truncated(position, count, (cursor.end - cursor.at) / Protocol.WORD_BYTES);
        }
        requireUnused(position, head & unused);
        uint256 second = count > 1 ? wordAt(cursor.at + Protocol.WORD_BYTES) : 0;
        if (opcode == Protocol.OPCODE_SET_KEY) {
            readKey(position, head, second);
        } else if (opcode == Protocol.OPCODE_L1_SET_KEY) {
            requireUnused(position + 1, second & Protocol.UNUSED_ADDRESS);
            uint256 third = wordAt(cursor.at + 2 * Protocol.WORD_BYTES);
            (uint256 keyLow, uint256 keyHigh) = readKey(position, head, third);
            uint256 from = (head >> 208) & type(uint32).max;
            uint256 kind = Protocol.KIND_L1_SET_KEY;
            consumeEntry(QueueEntry.hash(kind, from, address(uint160(second)), 0, 0, keyLow, keyHigh));
        } else if (opcode != Protocol.OPCODE_COLLECT_FEE) {
            requireUnused(position + 1, second & Protocol.UNUSED_ADDRESS);
            actOnAddress(opcode, head, address(uint160(second)));
        }
    }

    /// @dev Acts upon a transaction of a head word and an address word.
    function actOnAddress(uint256 opcode, uint256 head, address account) private {
        uint256 amount = (head >> 32) & type(uint128).max;
        uint256 token = (head >> 160) & type(uint16).max;
        if (opcode == Protocol.OPCODE_WITHDRAW) {
            creditFromBatch(account, token, amount);
        } else if (opcode == Protocol.OPCODE_DEPOSIT) {
            consumeEntry(QueueEntry.hash(Protocol.KIND_DEPOSIT, 0, account, token, amount, 0, 0));
        } else if (opcode == Protocol.OPCODE_FORCED_EXIT) {
            uint256 from = (head >> 208) & type(uint32).max;
            consumeEntry(QueueEntry.hash(Protocol.KIND_FORCED_EXIT, from, account, token, 0, 0, 0));
            creditFromBatch(account, token, amount);
        }
    }

    /// @dev The number of words of an opcode, 0 for an unknown one, and the bits its head word must not use.
    function shape(uint256 opcode) private pure returns (uint256 count, uint256 unused) {
        if (opcode == Protocol.OPCODE_TRANSFER_NEW) return (2, Protocol.UNUSED_TRANSFER_NEW);
        if (opcode == Protocol.OPCODE_WITHDRAW) return (2, Protocol.UNUSED_WITHDRAW);
        if (opcode == Protocol.OPCODE_DEPOSIT) return (2, Protocol.UNUSED_DEPOSIT);
        if (opcode == Protocol.OPCODE_FORCED_EXIT) return (2, Protocol.UNUSED_FORCED_EXIT);
        if (opcode == Protocol.OPCODE_SET_KEY) return (2, Protocol.UNUSED_SET_KEY);
        if (opcode == Protocol.OPCODE_L1_SET_KEY) return (3, Protocol.UNUSED_L1_SET_KEY);
        if (opcode == Protocol.OPCODE_COLLECT_FEE) return (1, Protocol.UNUSED_COLLECT_FEE);
    }

    /// @dev Puts a key together from head word and key word: the limbs of the key word are the low 62 bits of
    /// elements 0 to 3, limb 1 of the head word those of element 4, and the low ten bits of limb 2 the top bits.
    /// @return low Elements 0 to 3, 64 bits each.
    /// @return high Element 4.
    function readKey(uint256 position, uint256 head, uint256 keyWord)
        private
        pure
        returns (uint256 low, uint256 high)
    {
        uint256 tops = head >> 124;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 element = ((keyWord >> (62 * i)) & LIMB) | (((tops >> (2 * i)) & 3) << 62);
            if (element >= Protocol.P) revert KeyElement(position, i, element);
            low |= element << (64 * i);
        }
        high = ((head >> 62) & LIMB) | (((tops >> 8) & 3) << 62);
        if (high >= Protocol.P) revert KeyElement(position, 4, high);
    }

    /// @dev Reverts where a bit is set.
    function requireUnused(uint256 position, uint256 bits) private pure {
        if (bits != 0) revert UnusedBits(position, bits);
    }

    /// @dev The 248 bits at an address in calldata.
    function wordAt(uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := shr(8, calldataload(at))
        }
    }
}
