// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title What verifies the proof of a batch
/// @notice Keeps the proof system apart from the money.
interface IBatchVerifier {
    /// @notice Whether a proof shows that a batch proof exists that exposes `h`.
    /// @dev Input that is no proof at all may revert instead of returning false.
    /// @param h The four Goldilocks elements that the batch proof exposes, each below p.
    /// @param proof The proof, in the verifier's own encoding.
    /// @return valid Whether the proof is valid.
    function verify(uint256[4] calldata h, bytes calldata proof) external view returns (bool valid);

    /// @notice Whether the key comes from a set-up whose secrets are public, so that anyone can forge proofs.
    function isDevelopmentKey() external view returns (bool);
}
