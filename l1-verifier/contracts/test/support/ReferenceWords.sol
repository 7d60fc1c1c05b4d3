// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Protocol} from "../../src/generated/Protocol.sol";

/// @notice Words read the slow way: step by step in the field, and field by field from a table.
library ReferenceWords {
    /// @dev Two steps y = y z + (l + l' X) a word, every product reduced.
    function evaluate(bytes memory words, uint256 z0, uint256 z1)
        internal
        pure
        returns (uint256 y0, uint256 y1)
    {
        uint256 p = Protocol.P;
        y0 = 1;
        for (uint256 i = 0; i < words.length / 31; ++i) {
            uint256 word = wordOf(words, i);
            for (uint256 j = 0; j < 2; ++j) {
                uint256 low = (word >> (124 * j)) % 2 ** 62;
                uint256 high = (word >> (124 * j + 62)) % 2 ** 62;
                uint256 next = addmod(mulmod(y0, z0, p), mulmod(7, mulmod(y1, z1, p), p), p);
                y1 = addmod(addmod(mulmod(y0, z1, p), mulmod(y1, z0, p), p), high, p);
                y0 = addmod(next, low, p);
            }
        }
    }

    /// @dev Whether some transactions encode to the words.
    function isValid(bytes memory words) internal pure returns (bool) {
        uint256 count = words.length / 31;
        uint256 i = 0;
        while (i < count) {
            uint256 head = wordOf(words, i);
            uint256 opcode = head >> 240;
            uint256 length = lengthOf(opcode);
            if (length == 0 || i + length > count) return false;
            if (!isZeroOutside(opcode, head)) return false;
            bool hasAddress = opcode == 0x02 || opcode > 0x80;
            if (hasAddress && wordOf(words, i + 1) >= 2 ** 160) return false;
            bool hasKey = opcode == 0x03 || opcode == 0x84;
            if (hasKey && !isKey(head, wordOf(words, i + length - 1))) return false;
            i += length;
        }
        return true;
    }

    function lengthOf(uint256 opcode) private pure returns (uint256) {
        if (opcode == 0x01 || opcode == 0x04) return 1;
        if (opcode == 0x84) return 3;
        return opcode == 0x02 || opcode == 0x03 || (opcode >= 0x81 && opcode <= 0x83) ? 2 : 0;
    }

    /// @dev From the top: opcode 8, from 32, to 32, token 16, amount 128, fee 32; keys have fields of their own.
    function isZeroOutside(uint256 opcode, uint256 head) private pure returns (bool) {
        bool hasKey = opcode == 0x03 || opcode == 0x84;
        bool hasFrom = opcode != 0x04 && opcode != 0x82;
        bool hasFee = opcode < 0x82;
        if (!hasFrom && (head >> 208) % 2 ** 32 != 0) return false;
        if (!hasFee && head % 2 ** 32 != 0) return false;
        if (hasKey) return (head >> 134) % 2 ** 74 == 0 && (head >> 32) % 2 ** 30 == 0;
        bool hasTo = opcode == 0x01 || opcode == 0x02 || opcode == 0x04 || opcode == 0x82;
        return hasTo || (head >> 176) % 2 ** 32 == 0;
    }

    function isKey(uint256 head, uint256 keyWord) private pure returns (bool) {
        for (uint256 i = 0; i < 5; ++i) {
            uint256 low = i < 4 ? (keyWord >> (62 * i)) % 2 ** 62 : (head >> 62) % 2 ** 62;
            uint256 top = (head >> (124 + 2 * i)) % 4;
            if (top * 2 ** 62 + low >= Protocol.P) return false;
        }
        return true;
    }

    function wordOf(bytes memory words, uint256 index) private pure returns (uint256 word) {
        for (uint256 i = 0; i < 31; ++i) {
            word = word * 256 + uint8(words[31 * index + i]);
        }
    }
}
