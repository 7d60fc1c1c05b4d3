// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IBatchVerifier} from "../../src/IBatchVerifier.sol";

/// @notice Accepts the proof `hex"01"` for every h, or for one h alone once that is set.
contract StubVerifier is IBatchVerifier {
    bool public isDevelopmentKey;
    bool public acceptsZeros;
    bool private isSet;
    uint256[4] private only;

    /// @notice Accepts for this h and no other.
    function acceptOnly(uint256[4] memory h) external {
        isSet = true;
        only = h;
    }

    function setDevelopmentKey(bool value) external {
        isDevelopmentKey = value;
    }

    function setAcceptsZeros(bool value) external {
        acceptsZeros = value;
    }

    function verify(uint256[4] calldata h, bytes calldata proof) external view returns (bool) {
        if (acceptsZeros) return true;
        if (keccak256(proof) != keccak256(hex"01")) return false;
        return !isSet || keccak256(abi.encode(h)) == keccak256(abi.encode(only));
    }
}
