// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Protocol} from "./generated/Protocol.sol";

/// @title Elements and digests over the Goldilocks field
/// @notice A digest is an integer d0 + d1 2^64 + d2 2^128 + d3 2^192 (section 1 of the protocol).
library Goldilocks {
    /// @notice An element is not below the order of the field.
    /// @param value The element.
    error ElementNotCanonical(uint256 value);

    /// @notice Reverts unless all four elements of a digest are below p.
    /// @param digest The digest.
    function requireCanonical(uint256 digest) internal pure {
        requireCanonicalElement(digest & type(uint64).max);
        requireCanonicalElement((digest >> 64) & type(uint64).max);
        requireCanonicalElement((digest >> 128) & type(uint64).max);
        requireCanonicalElement(digest >> 192);
    }

    /// @notice Reverts unless an element is below p.
    /// @param value The element.
    function requireCanonicalElement(uint256 value) internal pure {
        if (value >= Protocol.P) revert ElementNotCanonical(value);
    }

    /// @notice Reads a point of GF(p^2) from a hash: its lowest 64 bits and the next, each modulo p.
    /// @param hash The hash.
    /// @return z0 The constant coefficient.
    /// @return z1 The coefficient of X.
    function point(bytes32 hash) internal pure returns (uint256 z0, uint256 z1) {
        uint256 value = uint256(hash);
        z0 = (value & type(uint64).max) % Protocol.P;
        z1 = ((value >> 64) & type(uint64).max) % Protocol.P;
    }

    /// @notice Packs an address as three elements of 62, 62 and 36 bits, low first, 64 bits apart.
    /// @param account The address.
    /// @return packed The elements; the fourth is zero.
    function packAddress(address account) internal pure returns (uint256 packed) {
        uint256 value = uint160(account);
        uint256 limb = (1 << 62) - 1;
        packed = (value & limb) | (((value >> 62) & limb) << 64) | ((value >> 124) << 128);
    }
}
