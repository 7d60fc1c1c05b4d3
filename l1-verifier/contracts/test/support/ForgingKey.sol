// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Groth16BatchVerifier} from "../../src/Groth16BatchVerifier.sol";

/// @notice A key whose secrets are known, and the proofs that they allow for anything: with the discrete logarithms
/// of the key, C = (a b - alpha beta - gamma (ic0 + input0 ic1 + input1 ic2)) / delta makes the equation hold.
library ForgingKey {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 internal constant ALPHA = 0x26db20e3ffc783d9a3884b0a6d18b7e53750ee948cbff507f322c5c7bfb276e;
    uint256 internal constant BETA = 0x102c4df6b005eb717a5801887223cf898b2197df357a58ee54e84c5c166e3218;
    uint256 internal constant GAMMA = 0x2f85f1ea92594b88765c6b6078e64456c6bc9d77cdfae1ab61f733637e52b44;
    uint256 internal constant DELTA = 0x32a583627bf5098098525e6b7b2ab1fd1f183077a82c0f4925361caadd79bb9;
    uint256 internal constant IC0 = 0x47274fab8e2af2c4017d5ef17da5a283e4d4441d3800e0b5dcb2ea8f8a81bcf;
    uint256 internal constant IC1 = 0x3eb4f4a4027c1e160dadd05ac46e214d670ae85ec42f4b7dea8ef75c698f401;
    uint256 internal constant IC2 = 0x120afa298820f3385e5c05ac4beff7570ba9bee0ec63fb0842ba19d51ec52980;
    uint256 internal constant A = 0x19a79357dc61d1181cbbca1c37c492e35fb4c42a382c15576e4cad4ac0b2d5f6;
    uint256 internal constant B = 0x5a788353e7c4b4682addf975ec120276fb27db07e355907fa1dda5b2b8d6177;

    /// @notice The key as the verifier takes it.
    function key() internal view returns (Groth16BatchVerifier.VerifyingKey memory result) {
        result.alpha = generatorTimes(ALPHA);
        result.beta = [
            uint256(0x2b91ff4eca3ef85609f7c29de2bf4ccb2c382841d587717ce82eca8e581880b4),
            0x2fac09a7eaf96d01125c00cb0b7553a5dfeddc3796fb970b704458f4983466a6,
            0x20be0d4efd367c753e9f2a9c524f0fc5136c6bcf53db91aa5e3892c1a69d3098,
            0x288b63975fc49736dc7759a03b1999e008071c1daa787388f6ebe6f778be4705
        ];
        result.gamma = [
            uint256(0xb6da05be4e91ba06f51de57deda45e64197da9305764dcf498f69568a7c7ed0),
            0x1dcfcd968e52a4bef535a06cb3a880d5e3e29c94a7546b87690f498239edc73f,
            0x18a3f38e79dfd486a408291634fe042a43755c2abcd4bae0a9cc555724e1358a,
            0xbadbd259492d834683da0e38b8be4398cb72ca902bf4f830e511960d830f109
        ];
        result.delta = [
            uint256(0x1eb1aaf9f192d022d19c81212ca3a7d0f390149a2c6a8d7b2b779f6e5d499b7),
            0x13e6f7854c5582a832d16480457db48eebff9672f9de73f5acc1e268f45efa83,
            0x1299906d2d464b859a5dcdfdc0d3d127f93d95674454c53ceb1cb8e7bba7d49d,
            0xc281be952a3cfc6ebb3c912ada7fbf771f7484ce8c88bc96a2763c8e94949de
        ];
        result.ic = [generatorTimes(IC0), generatorTimes(IC1), generatorTimes(IC2)];
    }

    /// @notice b times the generator of the second group.
    function pointB() internal pure returns (uint256[4] memory) {
        return [
            uint256(0x1e1b9037768fbd0c1b2ce4f5f90e43e3019ec0422ab6110dfd67ccf41fab52ad),
            0x2e5c6d09f371045aab3a241cafaec7d87cf7274c676d37b392ecfc75eb6e999c,
            0x7897acb0a885d892bb584b2cbadcc1dcb2a2566f592be883e0668abc7607793,
            0xc284412895ef71501f00f929b14a7e86f6a3580cea517477a204b3bf16d2fc1
        ];
    }

    /// @notice A proof for any h.
    function prove(uint256[4] memory h) internal view returns (bytes memory) {
        uint256 input0 = h[0] | (h[1] << 64) | (h[2] << 128);
        uint256 inputs = addmod(IC0, addmod(mulmod(input0, IC1, R), mulmod(h[3], IC2, R), R), R);
        uint256 known = addmod(mulmod(ALPHA, BETA, R), mulmod(GAMMA, inputs, R), R);
        uint256 c = mulmod(addmod(mulmod(A, B, R), R - known, R), inverse(DELTA), R);
        return abi.encode(generatorTimes(A), pointB(), generatorTimes(c));
    }

    /// @notice A multiple of the generator of the first group.
    function generatorTimes(uint256 scalar) internal view returns (uint256[2] memory point) {
        (bool success, bytes memory output) = address(7).staticcall(abi.encode(1, 2, scalar));
        require(success, "multiplication in the first group");
        return abi.decode(output, (uint256[2]));
    }

    /// @dev By Fermat's little theorem.
    function inverse(uint256 value) private view returns (uint256) {
        (bool success, bytes memory output) = address(5).staticcall(abi.encode(32, 32, 32, value, R - 2, R));
        require(success, "exponentiation");
        return abi.decode(output, (uint256));
    }
}
