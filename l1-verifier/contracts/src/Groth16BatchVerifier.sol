// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IBatchVerifier} from "./IBatchVerifier.sol";
import {Protocol} from "./generated/Protocol.sol";

/// @title Groth16 over BN254 with the key in the code
/// @notice Verifies the wrap of a batch proof. The key consists of immutables, so that one bytecode serves every
/// key. The four elements h are two public inputs: h0 + h1 2^64 + h2 2^128, and h3.
contract Groth16BatchVerifier is IBatchVerifier {
    /// @notice A verifying key. Coordinates of the second group stand as in EIP-197, imaginary part first.
    struct VerifyingKey {
        uint256[2] alpha;
        uint256[4] beta;
        uint256[4] gamma;
        uint256[4] delta;
        uint256[2][3] ic;
    }

    /// @notice A development key works on the development chain alone.
    /// @param chainId The chain at hand.
    error DevelopmentKey(uint256 chainId);
    /// @notice The key had no second phase: with delta equal to gamma anyone forges proofs.
    error DeltaEqualsGamma();
    /// @notice A point of the key is infinity, not on its curve or not in its group.
    error InvalidKeyPoint();
    /// @notice A proof has 256 bytes.
    /// @param length The length of what was given.
    error ProofLength(uint256 length);
    /// @notice A coordinate of the proof is not below the order of the base field.
    /// @param position Which of the eight.
    /// @param value The coordinate.
    error CoordinateOutOfRange(uint256 position, uint256 value);
    /// @notice A point of the proof is infinity.
    /// @param position The position of its first coordinate.
    error PointAtInfinity(uint256 position);
    /// @notice An element of h is not below p.
    /// @param position Which of the four.
    /// @param value The element.
    error InputOutOfRange(uint256 position, uint256 value);
    /// @notice A precompiled contract refused its input: a point is not on its curve or not in its group.
    error PrecompileFailed();

    /// @notice The order of BN254's base field.
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 private constant DEVELOPMENT_CHAIN = 31337;

    uint256 private immutable ALPHA_X;
    uint256 private immutable ALPHA_Y;
    uint256 private immutable BETA_X1;
    uint256 private immutable BETA_X0;
    uint256 private immutable BETA_Y1;
    uint256 private immutable BETA_Y0;
    uint256 private immutable GAMMA_X1;
    uint256 private immutable GAMMA_X0;
    uint256 private immutable GAMMA_Y1;
    uint256 private immutable GAMMA_Y0;
    uint256 private immutable DELTA_X1;
    uint256 private immutable DELTA_X0;
    uint256 private immutable DELTA_Y1;
    uint256 private immutable DELTA_Y0;
    uint256 private immutable IC0_X;
    uint256 private immutable IC0_Y;
    uint256 private immutable IC1_X;
    uint256 private immutable IC1_Y;
    uint256 private immutable IC2_X;
    uint256 private immutable IC2_Y;

    /// @inheritdoc IBatchVerifier
    bool public immutable isDevelopmentKey;

    /// @notice Fixes the key.
    /// @param key The key.
    /// @param developmentKey Whether its set-up is one whose secrets are public.
    constructor(VerifyingKey memory key, bool developmentKey) {
        if (developmentKey && block.chainid != DEVELOPMENT_CHAIN) revert DevelopmentKey(block.chainid);
        if (keccak256(abi.encode(key.delta)) == keccak256(abi.encode(key.gamma))) revert DeltaEqualsGamma();
        requireKeyPoints(key);
        isDevelopmentKey = developmentKey;
        (ALPHA_X, ALPHA_Y) = (key.alpha[0], key.alpha[1]);
        (BETA_X1, BETA_X0, BETA_Y1, BETA_Y0) = (key.beta[0], key.beta[1], key.beta[2], key.beta[3]);
        (GAMMA_X1, GAMMA_X0, GAMMA_Y1, GAMMA_Y0) = (key.gamma[0], key.gamma[1], key.gamma[2], key.gamma[3]);
        (DELTA_X1, DELTA_X0, DELTA_Y1, DELTA_Y0) = (key.delta[0], key.delta[1], key.delta[2], key.delta[3]);
        (IC0_X, IC0_Y) = (key.ic[0][0], key.ic[0][1]);
        (IC1_X, IC1_Y) = (key.ic[1][0], key.ic[1][1]);
        (IC2_X, IC2_Y) = (key.ic[2][0], key.ic[2][1]);
    }

    /// @notice The key.
    /// @return key All its points.
    function verifyingKey() external view returns (VerifyingKey memory key) {
        key.alpha = [ALPHA_X, ALPHA_Y];
        key.beta = [BETA_X1, BETA_X0, BETA_Y1, BETA_Y0];
        key.gamma = [GAMMA_X1, GAMMA_X0, GAMMA_Y1, GAMMA_Y0];
        key.delta = [DELTA_X1, DELTA_X0, DELTA_Y1, DELTA_Y0];
        key.ic = [[IC0_X, IC0_Y], [IC1_X, IC1_Y], [IC2_X, IC2_Y]];
    }

    /// @inheritdoc IBatchVerifier
    /// @dev The proof is A (x, y), B (x1, x0, y1, y0), C (x, y), each coordinate 32 bytes big-endian. Checks
    /// e(-A, B) e(alpha, beta) e(IC0 + input0 IC1 + input1 IC2, gamma) e(C, delta) = 1.
    function verify(uint256[4] calldata h, bytes calldata proof) external view returns (bool valid) {
        if (proof.length != 256) revert ProofLength(proof.length);
        for (uint256 i = 0; i < 4; ++i) {
            if (h[i] >= Protocol.P) revert InputOutOfRange(i, h[i]);
        }
        uint256[8] memory points = abi.decode(proof, (uint256[8]));
        for (uint256 i = 0; i < 8; ++i) {
            if (points[i] >= Q) revert CoordinateOutOfRange(i, points[i]);
        }
        if (points[0] | points[1] == 0) revert PointAtInfinity(0);
        if (points[2] | points[3] | points[4] | points[5] == 0) revert PointAtInfinity(2);
        if (points[6] | points[7] == 0) revert PointAtInfinity(6);

        (uint256 x, uint256 y) = multiply(IC1_X, IC1_Y, h[0] | (h[1] << 64) | (h[2] << 128));
        (x, y) = add(IC0_X, IC0_Y, x, y);
        (uint256 x2, uint256 y2) = multiply(IC2_X, IC2_Y, h[3]);
        (x, y) = add(x, y, x2, y2);
        return product(points, x, y);
    }

    /// @dev The product of the four pairings, with (x, y) the sum of inputs and IC.
    function product(uint256[8] memory points, uint256 x, uint256 y) private view returns (bool) {
        uint256[24] memory pairs;
        (pairs[0], pairs[1]) = (points[0], (Q - points[1]) % Q);
        (pairs[2], pairs[3], pairs[4], pairs[5]) = (points[2], points[3], points[4], points[5]);
        (pairs[6], pairs[7]) = (ALPHA_X, ALPHA_Y);
        (pairs[8], pairs[9], pairs[10], pairs[11]) = (BETA_X1, BETA_X0, BETA_Y1, BETA_Y0);
        (pairs[12], pairs[13]) = (x, y);
        (pairs[14], pairs[15], pairs[16], pairs[17]) = (GAMMA_X1, GAMMA_X0, GAMMA_Y1, GAMMA_Y0);
        (pairs[18], pairs[19]) = (points[6], points[7]);
        (pairs[20], pairs[21], pairs[22], pairs[23]) = (DELTA_X1, DELTA_X0, DELTA_Y1, DELTA_Y0);
        bool success;
        uint256 result;
        assembly ("memory-safe") {
            success := staticcall(gas(), 8, pairs, 0x300, 0, 0x20)
            success := and(success, eq(returndatasize(), 0x20))
            result := mload(0)
        }
        if (!success) revert PrecompileFailed();
        return result == 1;
    }

    /// @dev `scalar` times a point of the first group.
    function multiply(uint256 x, uint256 y, uint256 scalar) private view returns (uint256, uint256) {
        uint256[3] memory input = [x, y, scalar];
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), 7, input, 0x60, input, 0x40)
            success := and(success, eq(returndatasize(), 0x40))
        }
        if (!success) revert PrecompileFailed();
        return (input[0], input[1]);
    }

    /// @dev The sum of two points of the first group.
    function add(uint256 x1, uint256 y1, uint256 x2, uint256 y2) private view returns (uint256, uint256) {
        uint256[4] memory input = [x1, y1, x2, y2];
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), 6, input, 0x80, input, 0x40)
            success := and(success, eq(returndatasize(), 0x40))
        }
        if (!success) revert PrecompileFailed();
        return (input[0], input[1]);
    }

    /// @dev Lets the pairing precompile check every point: it refuses what is in no group. A precompile that
    /// fails takes all gas it is given, here a share of it.
    function requireKeyPoints(VerifyingKey memory key) private view {
        requirePair(key.alpha, key.beta);
        requirePair(key.ic[0], key.gamma);
        requirePair(key.ic[1], key.delta);
        requirePair(key.ic[2], key.delta);
    }

    /// @dev Reverts unless both points are in their groups and none is infinity.
    function requirePair(uint256[2] memory first, uint256[4] memory second) private view {
        bool isInfinity = first[0] | first[1] == 0 || second[0] | second[1] | second[2] | second[3] == 0;
        bytes memory input = abi.encode(first, second);
        (bool success, bytes memory output) = address(8).staticcall{gas: 200_000}(input);
        if (isInfinity || !success || output.length != 32) revert InvalidKeyPoint();
    }
}
