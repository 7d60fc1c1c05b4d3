// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Words as section 5 of the protocol writes them down, field by field from the top.
library WordsBuilder {
    function transfer(uint32 from, uint32 to, uint16 token, uint128 amount, uint32 fee)
        internal
        pure
        returns (bytes memory)
    {
        return head(0x01, from, to, token, amount, fee);
    }

    function transferNew(uint32 from, uint32 to, uint16 token, uint128 amount, address account)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(head(0x02, from, to, token, amount, 0), addressWord(account));
    }

    function collectFee(uint32 to, uint16 token, uint128 amount, uint32 fee)
        internal
        pure
        returns (bytes memory)
    {
        return head(0x04, 0, to, token, amount, fee);
    }

    function withdraw(uint32 from, uint16 token, uint128 amount, address account)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(head(0x81, from, 0, token, amount, 0), addressWord(account));
    }

    function deposit(uint32 to, uint16 token, uint128 amount, address account)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(head(0x82, 0, to, token, amount, 0), addressWord(account));
    }

    function forcedExit(uint32 from, uint16 token, uint128 amount, address account)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(head(0x83, from, 0, token, amount, 0), addressWord(account));
    }

    function setKey(uint32 from, uint64[5] memory key, uint32 fee) internal pure returns (bytes memory) {
        return bytes.concat(keyHead(0x03, from, key, fee), keyWord(key));
    }

    function l1SetKey(uint32 from, uint64[5] memory key, address account)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(keyHead(0x84, from, key, 0), addressWord(account), keyWord(key));
    }

    /// @notice Opcode 8, from 32, to 32, token 16, amount 128, fee count 32: exactly 31 bytes.
    function head(uint8 opcode, uint32 from, uint32 to, uint16 token, uint128 amount, uint32 fee)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(opcode, from, to, token, amount, fee);
    }

    function addressWord(address account) internal pure returns (bytes memory) {
        return abi.encodePacked(uint88(0), account);
    }

    function keyHead(uint8 opcode, uint32 from, uint64[5] memory key, uint32 fee)
        internal
        pure
        returns (bytes memory)
    {
        uint256 tops = 0;
        for (uint256 i = 5; i > 0; --i) {
            tops = tops * 4 + key[i - 1] / 2 ** 62;
        }
        uint256 word = uint256(opcode) * 2 ** 240 + uint256(from) * 2 ** 208 + tops * 2 ** 124
            + uint256(key[4] % 2 ** 62) * 2 ** 62 + fee;
        return abi.encodePacked(uint248(word));
    }

    function keyWord(uint64[5] memory key) internal pure returns (bytes memory) {
        uint256 word = 0;
        for (uint256 i = 4; i > 0; --i) {
            word = word * 2 ** 62 + key[i - 1] % 2 ** 62;
        }
        return abi.encodePacked(uint248(word));
    }
}
