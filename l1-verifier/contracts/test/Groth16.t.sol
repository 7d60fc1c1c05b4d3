// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ForgingKey} from "./support/ForgingKey.sol";
import {Groth16BatchVerifier} from "../src/Groth16BatchVerifier.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The verifier on proofs forged with the secrets of a key, and on everything that is close to one.
contract Groth16Test is Test {
    Groth16BatchVerifier private verifier;
    uint256[4] private h = [uint256(1), 2, 3, Protocol.P - 1];

    function setUp() public {
        verifier = new Groth16BatchVerifier(ForgingKey.key(), true);
    }

    function testFuzz_AProofOfHIsValidForHAlone(uint64[4] memory elements, uint256 other) public view {
        uint256[4] memory values = reduce(elements);
        bytes memory proof = ForgingKey.prove(values);
        assertTrue(verifier.verify(values, proof));
        values[other % 4] = addmod(values[other % 4], 1, Protocol.P);
        assertFalse(verifier.verify(values, proof));
    }

    /// @dev Two h that differ only in how their elements would overlap have different inputs.
    function test_ElementsDoNotOverlap() public view {
        uint256[4] memory one = [uint256(0), 1, 0, 0];
        assertFalse(verifier.verify([uint256(0), 0, 0, 1], ForgingKey.prove(one)));
        assertFalse(verifier.verify([uint256(1), 0, 0, 0], ForgingKey.prove(one)));
    }

    function test_AnInputPlusAnOrderIsRefused() public {
        bytes memory proof = ForgingKey.prove(h);
        assertTrue(verifier.verify(h, proof));
        uint256[5] memory orders =
            [Protocol.P, 1 << 64, ForgingKey.R, ForgingKey.Q, type(uint256).max - Protocol.P];
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = 0; j < 5; ++j) {
                uint256[4] memory other = h;
                other[i] += orders[j];
                vm.expectRevert(
                    abi.encodeWithSelector(Groth16BatchVerifier.InputOutOfRange.selector, i, other[i])
                );
                verifier.verify(other, proof);
            }
        }
    }

    function test_AProofHas256Bytes() public {
        bytes memory proof = ForgingKey.prove(h);
        bytes memory long = bytes.concat(proof, hex"00");
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 257));
        verifier.verify(h, long);
        assembly {
            mstore(proof, 255)
        }
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 255));
        verifier.verify(h, proof);
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.ProofLength.selector, 0));
        verifier.verify(h, "");
    }

    function test_ACoordinatePlusQIsRefused() public {
        for (uint256 i = 0; i < 8; ++i) {
            uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
            points[i] += ForgingKey.Q;
            vm.expectRevert(
                abi.encodeWithSelector(Groth16BatchVerifier.CoordinateOutOfRange.selector, i, points[i])
            );
            verifier.verify(h, abi.encode(points));
        }
    }

    function test_PointsAtInfinityAreRefused() public {
        uint256[2][3] memory runs = [[uint256(0), 2], [uint256(2), 6], [uint256(6), 8]];
        for (uint256 i = 0; i < 3; ++i) {
            uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
            for (uint256 j = runs[i][0]; j < runs[i][1]; ++j) {
                points[j] = 0;
            }
            vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.PointAtInfinity.selector, runs[i][0]));
            verifier.verify(h, abi.encode(points));
        }
    }

    function test_PointsOffTheCurveAreRefused() public {
        for (uint256 i = 0; i < 8; ++i) {
            uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
            points[i] = addmod(points[i], 1, ForgingKey.Q);
            // a precompiled contract that fails keeps all gas
            vm.expectRevert(Groth16BatchVerifier.PrecompileFailed.selector);
            verifier.verify{gas: 1_000_000}(h, abi.encode(points));
        }
    }

    function test_APointOfTheTwistOutsideTheGroupIsRefused() public {
        uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
        (points[2], points[3], points[4], points[5]) = outsideTheGroup();
        vm.expectRevert(Groth16BatchVerifier.PrecompileFailed.selector);
        verifier.verify{gas: 1_000_000}(h, abi.encode(points));
    }

    function test_AChangedPointIsNotValid() public view {
        uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
        uint256[2] memory generator = ForgingKey.generatorTimes(7);
        (points[6], points[7]) = (generator[0], generator[1]);
        assertFalse(verifier.verify(h, abi.encode(points)));
        points = abi.decode(ForgingKey.prove(h), (uint256[8]));
        points[1] = ForgingKey.Q - points[1];
        assertFalse(verifier.verify(h, abi.encode(points)));
    }

    /// @dev Anyone can make another proof from one, (-A, -B): so nothing is keyed by the bytes of proofs.
    function test_AnotherProofOfTheSameIsValid() public view {
        uint256[8] memory points = abi.decode(ForgingKey.prove(h), (uint256[8]));
        points[1] = ForgingKey.Q - points[1];
        points[4] = ForgingKey.Q - points[4];
        points[5] = ForgingKey.Q - points[5];
        assertTrue(verifier.verify(h, abi.encode(points)));
    }

    function test_ADevelopmentKeyStaysOnTheDevelopmentChain() public {
        Groth16BatchVerifier.VerifyingKey memory key = ForgingKey.key();
        assertTrue(verifier.isDevelopmentKey());
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(Groth16BatchVerifier.DevelopmentKey.selector, 1));
        new Groth16BatchVerifier(key, true);
        assertFalse(new Groth16BatchVerifier(key, false).isDevelopmentKey());
    }

    function test_DeltaEqualToGammaIsRefused() public {
        Groth16BatchVerifier.VerifyingKey memory key = ForgingKey.key();
        key.delta = key.gamma;
        vm.expectRevert(Groth16BatchVerifier.DeltaEqualsGamma.selector);
        new Groth16BatchVerifier(key, true);
    }

    function test_KeyPointsAreChecked() public {
        for (uint256 i = 0; i < 7; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                Groth16BatchVerifier.VerifyingKey memory key = ForgingKey.key();
                // off the curve, then infinity
                if (i == 0) key.alpha = j == 0 ? [uint256(1), 3] : [uint256(0), 0];
                if (i == 1) key.beta = j == 0 ? [uint256(1), 2, 3, 4] : [uint256(0), 0, 0, 0];
                if (i == 2) key.gamma = j == 0 ? [uint256(1), 2, 3, 4] : [uint256(0), 0, 0, 0];
                if (i == 3) key.delta = j == 0 ? [uint256(1), 2, 3, 4] : [uint256(0), 0, 0, 0];
                if (i > 3) key.ic[i - 4] = j == 0 ? [uint256(1), 3] : [uint256(0), 0];
                vm.expectRevert(Groth16BatchVerifier.InvalidKeyPoint.selector);
                new Groth16BatchVerifier(key, true);
            }
        }
    }

    function test_AKeyPointOutsideTheGroupIsRefused() public {
        Groth16BatchVerifier.VerifyingKey memory key = ForgingKey.key();
        (key.delta[0], key.delta[1], key.delta[2], key.delta[3]) = outsideTheGroup();
        vm.expectRevert(Groth16BatchVerifier.InvalidKeyPoint.selector);
        new Groth16BatchVerifier(key, true);
    }

    function test_TheKeyIsReadBack() public view {
        assertEq(abi.encode(verifier.verifyingKey()), abi.encode(ForgingKey.key()));
    }

    /// @dev A point of the twist whose order is not that of the group.
    function outsideTheGroup() private pure returns (uint256, uint256, uint256, uint256) {
        return (
            0,
            1,
            0x0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4,
            0x2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb
        );
    }

    function reduce(uint64[4] memory elements) private pure returns (uint256[4] memory values) {
        for (uint256 i = 0; i < 4; ++i) {
            values[i] = elements[i] % Protocol.P;
        }
    }
}
