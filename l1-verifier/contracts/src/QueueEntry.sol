// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title The hash of an entry of the queue
/// @notice Keccak-256 of seven words of 32 bytes: kind, account index, address, token, amount, key elements 0 to 3
/// as a digest, key element 4. Of it the first 28 bytes are kept, so that hash and deadline share a slot.
library QueueEntry {
    /// @notice Hashes an entry; what its kind does not use is zero.
    /// @param kind The code of the kind.
    /// @param index The account.
    /// @param account The address.
    /// @param token The token.
    /// @param amount The amount.
    /// @param keyLow Key elements 0 to 3, element 0 lowest, 64 bits each.
    /// @param keyHigh Key element 4.
    /// @return result The first 28 bytes of the hash.
    function hash(
        uint256 kind,
        uint256 index,
        address account,
        uint256 token,
        uint256 amount,
        uint256 keyLow,
        uint256 keyHigh
    ) internal pure returns (bytes28 result) {
        bytes32 full;
        assembly ("memory-safe") {
            // beyond the free memory pointer, which stays: a batch has up to 2,048 entries
            let at := mload(0x40)
            mstore(at, kind)
            mstore(add(at, 0x20), index)
            mstore(add(at, 0x40), and(account, 0xffffffffffffffffffffffffffffffffffffffff))
            mstore(add(at, 0x60), token)
            mstore(add(at, 0x80), amount)
            mstore(add(at, 0xa0), keyLow)
            mstore(add(at, 0xc0), keyHigh)
            full := keccak256(at, 0xe0)
        }
        return bytes28(full);
    }
}
