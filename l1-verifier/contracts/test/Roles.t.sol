// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "../src/Custody.sol";
import {Goldilocks} from "../src/Goldilocks.sol";
import {OperationQueue} from "../src/OperationQueue.sol";
import {Protocol} from "../src/generated/Protocol.sol";
import {Rollup} from "../src/Rollup.sol";
import {RollupFixture} from "./support/RollupFixture.sol";

/// @notice How a rollup begins, and how its operator changes.
contract RolesTest is RollupFixture {
    uint256 private constant OTHER_ROOT = 0x3_0000000000000003_0000000000000003_0000000000000003;

    function test_ItBeginsEmpty() public view {
        assertEq(rollup.stateRoot(), Protocol.EMPTY_ROOT);
        assertEq(rollup.GENESIS_ROOT(), Protocol.EMPTY_ROOT);
        assertFalse(rollup.UNSAFE());
        assertEq(rollup.operator(), operator);
        assertEq(rollup.tokenAddress(1), address(token));
        assertEq(rollup.GOVERNOR(), governor);
        assertEq(rollup.FEE_TOKEN(), 0);
        assertEq(rollup.FEE_UNIT(), 1_000_000);
        assertEq(rollup.OPERATOR_DELAY(), DELAY);
        assertEq(rollup.BATCH_WINDOW(), WINDOW);
        assertEq(rollup.QUEUE_PERIOD(), PERIOD);
        assertEq(rollup.OPERATION_FEE(), FEE);
        assertEq(rollup.REGISTRATION_FEE(), REGISTRATION_FEE);
        assertEq(address(rollup.VERIFIER()), address(verifier));
        assertEq(rollup.CIRCUIT_SET(), configuration().circuitSet);
    }

    function test_AGenesisWithBalancesIsUnsafeAndForDevelopment() public {
        Rollup.Configuration memory config = configuration();
        config.genesisRoot = OTHER_ROOT;
        Rollup other = new Rollup{value: 3 ether}(config);
        assertTrue(other.UNSAFE());
        assertEq(other.held(0), 3 ether);
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(Rollup.UnsafeOutsideDevelopment.selector, 1));
        new Rollup(config);
    }

    function test_ADevelopmentKeyIsUnsafeAndForDevelopment() public {
        verifier.setDevelopmentKey(true);
        Rollup other = new Rollup(configuration());
        assertTrue(other.UNSAFE());
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(Rollup.UnsafeOutsideDevelopment.selector, 1));
        new Rollup(configuration());
        verifier.setDevelopmentKey(false);
        assertFalse(new Rollup(configuration()).UNSAFE());
    }

    function test_AVerifierThatAcceptsZerosIsRefused() public {
        verifier.setAcceptsZeros(true);
        vm.expectRevert(Rollup.VerifierAcceptsZeros.selector);
        new Rollup(configuration());
    }

    function test_ValueBacksAnUnsafeGenesisOnly() public {
        vm.expectRevert(abi.encodeWithSelector(OperationQueue.WrongValue.selector, 0, 1));
        new Rollup{value: 1}(configuration());
    }

    function test_ParametersHaveRanges() public {
        Rollup.Configuration memory config = configuration();
        config.feeUnit = 0;
        expectOutOfRange(config, "feeUnit", 0);
        config.feeUnit = 1 << 30;
        expectOutOfRange(config, "feeUnit", 1 << 30);
        config.feeUnit = (1 << 30) - 1;
        new Rollup(config);
        config.queuePeriod = 0;
        expectOutOfRange(config, "queuePeriod", 0);
        config.queuePeriod = 30 days + 1;
        expectOutOfRange(config, "queuePeriod", 30 days + 1);
        config.queuePeriod = 30 days;
        config.batchWindow = 0;
        expectOutOfRange(config, "batchWindow", 0);
        config.batchWindow = 30 days + 1;
        expectOutOfRange(config, "batchWindow", 30 days + 1);
        config.batchWindow = 30 days;
        config.operatorDelay = 30 days + 1;
        expectOutOfRange(config, "operatorDelay", 30 days + 1);
        config.operatorDelay = 30 days;
        new Rollup(config);
    }

    function test_OutsideDevelopmentPeriodsHaveNarrowerRanges() public {
        vm.chainId(1);
        Rollup.Configuration memory config = configuration();
        config.operatorDelay = 1 days - 1;
        config.queuePeriod = 1 days - 1;
        expectOutOfRange(config, "queuePeriod", 1 days - 1);
        config.queuePeriod = 1 days;
        config.batchWindow = 1 hours - 1;
        expectOutOfRange(config, "batchWindow", 1 hours - 1);
        config.batchWindow = 1 hours;
        new Rollup(config);
        config.batchWindow = 1 days + 1;
        expectOutOfRange(config, "batchWindow", 1 days + 1);
        config.batchWindow = 1 days;
        new Rollup(config);
        // a named operator takes over before the queue's deadline
        config.operatorDelay = 1 days;
        expectOutOfRange(config, "operatorDelay", 1 days);
    }

    function test_OutsideDevelopmentNothingIsFreeOfCharge() public {
        Rollup.Configuration memory config = configuration();
        (config.operationFee, config.registrationFee) = (0, 0);
        new Rollup(config);
        vm.chainId(1);
        expectOutOfRange(config, "operationFee", 0);
        config.operationFee = 1;
        expectOutOfRange(config, "registrationFee", 0);
        config.registrationFee = 1;
        new Rollup(config);
    }

    function test_OutsideDevelopmentTheFirstOperatorHasNoCode() public {
        vm.chainId(1);
        Rollup.Configuration memory config = configuration();
        config.operator = address(token);
        vm.expectRevert(abi.encodeWithSelector(Rollup.OperatorHasCode.selector, token));
        new Rollup(config);
    }

    function test_RootsAreCanonicalAndTheOperatorIsSomebody() public {
        Rollup.Configuration memory config = configuration();
        config.circuitSet = type(uint64).max;
        vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, type(uint64).max));
        new Rollup(config);
        config = configuration();
        config.genesisRoot = type(uint64).max;
        vm.expectRevert(abi.encodeWithSelector(Goldilocks.ElementNotCanonical.selector, type(uint64).max));
        new Rollup(config);
        config = configuration();
        config.operator = address(0);
        vm.expectRevert(Custody.ZeroAddress.selector);
        new Rollup(config);
    }

    function test_TheFeeTokenIsRegistered() public {
        Rollup.Configuration memory config = configuration();
        config.feeToken = 1;
        assertEq(new Rollup(config).FEE_TOKEN(), 1);
        config.feeToken = 2;
        vm.expectRevert(abi.encodeWithSelector(Custody.UnknownToken.selector, 2));
        new Rollup(config);
    }

    function test_TheGovernorNamesAnOperatorWhoTakesOverAfterTheDelay() public {
        uint256 notBefore = block.timestamp + DELAY;
        vm.expectEmit(address(rollup));
        emit Rollup.OperatorNamed(bob, notBefore);
        vm.prank(governor);
        rollup.nameOperator(bob);
        vm.warp(notBefore - 1);
        vm.expectRevert(
            abi.encodeWithSelector(Rollup.OperatorDelayNotPassed.selector, notBefore, notBefore - 1)
        );
        vm.prank(bob);
        rollup.becomeOperator();
        vm.warp(notBefore);
        vm.expectEmit(address(rollup));
        emit Rollup.OperatorChanged(bob);
        vm.prank(bob, bob);
        rollup.becomeOperator();
        assertEq(rollup.operator(), bob);
        // once
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotNamedOperator.selector, 0, bob));
        vm.prank(bob);
        rollup.becomeOperator();
    }

    function test_OnlyWhoCanSubmitTakesOver() public {
        vm.prank(governor);
        rollup.nameOperator(bob);
        vm.warp(block.timestamp + DELAY);
        bytes memory expected = abi.encodeWithSelector(Rollup.NotDirectCall.selector, bob);
        // a contract, in its constructor too
        vm.expectRevert(expected);
        vm.prank(bob, alice);
        rollup.becomeOperator();
        vm.etch(bob, abi.encodePacked(hex"ef0100", token));
        vm.expectRevert(expected);
        vm.prank(bob, bob);
        rollup.becomeOperator();
        vm.etch(bob, "");
        vm.prank(bob, bob);
        rollup.becomeOperator();
        assertEq(rollup.operator(), bob);
    }

    function test_ANamingIsTakenBack() public {
        vm.startPrank(governor);
        rollup.nameOperator(bob);
        rollup.nameOperator(address(0));
        vm.warp(block.timestamp + DELAY);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotNamedOperator.selector, 0, bob));
        rollup.becomeOperator();
    }

    function test_OnlyTheGovernorNames() public {
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotGovernor.selector, governor, operator));
        vm.prank(operator);
        rollup.nameOperator(bob);
    }

    function test_WithoutAGovernorTheOperatorNames() public {
        Rollup.Configuration memory config = configuration();
        config.governor = address(0);
        rollup = new Rollup(config);
        vm.expectRevert(abi.encodeWithSelector(Rollup.NotGovernor.selector, operator, governor));
        vm.prank(governor);
        rollup.nameOperator(bob);
        vm.prank(operator);
        rollup.nameOperator(bob);
        assertEq(rollup.namedOperator(), bob);
        assertEq(rollup.namedNotBefore(), block.timestamp + DELAY);
    }

    function expectOutOfRange(Rollup.Configuration memory config, string memory name, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(Rollup.ParameterOutOfRange.selector, name, value));
        new Rollup(config);
    }
}
