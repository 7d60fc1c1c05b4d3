// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {BombReceiver, BurningReceiver, ReentrantReceiver, RefusingReceiver} from "./support/Receivers.sol";
import {Custody} from "../src/Custody.sol";
import {
    FalseToken,
    FeeOnTopToken,
    FeeOnTransferToken,
    NoReturnToken,
    PlainToken,
    ReentrantToken,
    RevertingToken
} from "./support/Tokens.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {OperationQueue} from "../src/OperationQueue.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Rollup} from "../src/Rollup.sol";
import {RollupFixture} from "./support/RollupFixture.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice Claims, registration, and tokens and receivers that misbehave.
contract CustodyTest is RollupFixture {
    function test_AnyoneClaimsForTheOwner() public {
        makeClaimable(bob, 3 ether);
        uint256 before = bob.balance;
        vm.expectEmit(address(rollup));
        emit Custody.Claimed(bob, 0, bob, 3 ether);
        vm.prank(makeAddr("anyone"));
        assertEq(rollup.claim(0, bob), 3 ether);
        assertEq(bob.balance, before + 3 ether);
        assertEq(rollup.held(0), FEE);
        assertEq(address(rollup).balance, FEE);
    }

    function test_NothingIsClaimedTwice() public {
        makeClaimable(bob, 3 ether);
        rollup.claim(0, bob);
        vm.expectRevert(abi.encodeWithSelector(Custody.NothingToClaim.selector, bob, 0));
        rollup.claim(0, bob);
    }

    function test_AnOwnerThatTakesNoEthHasItPaidToAnother() public {
        address refusing = address(new RefusingReceiver());
        makeClaimable(refusing, 3 ether);
        uint256 before = bob.balance;
        vm.expectEmit(address(rollup));
        emit Custody.Claimed(refusing, 0, bob, 1 ether);
        vm.startPrank(refusing);
        rollup.claimTo(0, 1 ether, bob);
        assertEq(rollup.claimable(refusing, 0), 2 ether);
        vm.expectRevert(abi.encodeWithSelector(Custody.PaymentRefused.selector, refusing, 1 ether));
        rollup.claimTo(0, 1 ether, refusing);
        rollup.claimTo(0, 2 ether, bob);
        assertEq(bob.balance, before + 3 ether);
        assertEq(rollup.claimable(refusing, 0), 0);
        assertEq(rollup.held(0), FEE);
        assertEq(address(rollup).balance, FEE);
    }

    function test_APartOfATokenIsClaimed() public {
        depositToken(alice, alice, 100);
        submit(bytes.concat(WordsBuilder.deposit(0, 1, 100, alice), WordsBuilder.withdraw(0, 1, 100, bob)));
        vm.prank(bob);
        rollup.claimTo(1, 30, alice);
        assertEq(token.balanceOf(alice), 30);
        assertEq(rollup.held(1), 70);
        assertEq(rollup.claim(1, bob), 70);
        assertEq(token.balanceOf(bob), 70);
    }

    function test_NobodyClaimsMoreThanTheirOwnCredit() public {
        makeClaimable(bob, 3 ether);
        makeClaimable(alice, 1 ether);
        vm.startPrank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(Custody.ClaimExceedsCredit.selector, alice, 0, 1 ether, 1 ether + 1)
        );
        rollup.claimTo(0, 1 ether + 1, alice);
        vm.expectRevert(abi.encodeWithSelector(Custody.ClaimExceedsCredit.selector, alice, 1, 0, 1));
        rollup.claimTo(1, 1, alice);
        vm.expectRevert(abi.encodeWithSelector(Custody.NothingToClaim.selector, alice, 0));
        rollup.claimTo(0, 0, alice);
        vm.expectRevert(Custody.ZeroAddress.selector);
        rollup.claimTo(0, 1 ether, address(0));
        vm.startPrank(makeAddr("anyone"));
        vm.expectRevert(
            abi.encodeWithSelector(Custody.ClaimExceedsCredit.selector, makeAddr("anyone"), 0, 0, 1)
        );
        rollup.claimTo(0, 1, bob);
        assertEq(rollup.claimable(bob, 0), 3 ether);
        assertEq(rollup.claimable(alice, 0), 1 ether);
    }

    function test_TheOperatorClaimsTheFees() public {
        makeClaimable(bob, 3 ether);
        assertEq(rollup.claim(0, operator), FEE);
        assertEq(operator.balance, FEE);
    }

    function test_ARefusingReceiverHarmsNobodyElse() public {
        address refusing = address(new RefusingReceiver());
        makeClaimable(refusing, 1 ether);
        makeClaimable(bob, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(Custody.PaymentRefused.selector, refusing, 1 ether));
        rollup.claim(0, refusing);
        rollup.claim(0, bob);
        assertEq(rollup.claimable(refusing, 0), 1 ether);
    }

    function test_AReceiverThatBurnsAllGasHarmsNobodyElse() public {
        address burning = address(new BurningReceiver());
        makeClaimable(burning, 1 ether);
        makeClaimable(bob, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(Custody.PaymentRefused.selector, burning, 1 ether));
        rollup.claim{gas: 3_000_000}(0, burning);
        rollup.claim(0, bob);
    }

    function test_ALongAnswerCostsOnlyTheReceiver() public {
        address bomb = address(new BombReceiver());
        makeClaimable(bomb, 1 ether);
        // a megabyte in memory takes the receiver 2.2 million gas; copying it would take as much again
        assertEq(rollup.claim{gas: 2_600_000}(0, bomb), 1 ether);
    }

    function test_AReceiverCannotReenterClaim() public {
        ReentrantReceiver reentrant = new ReentrantReceiver(rollup);
        makeClaimable(address(reentrant), 1 ether);
        makeClaimable(bob, 1 ether);
        rollup.claim(0, address(reentrant));
        assertEq(address(reentrant).balance, 1 ether);
        assertFalse(reentrant.succeeded());
        assertEq(bytes4(reentrant.answer()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_AFeeOnTransferCountsAsItArrives() public {
        FeeOnTransferToken fee = new FeeOnTransferToken();
        uint16 id = register(address(fee));
        fee.mint(alice, 1000);
        depositAll(address(fee), 1000);
        assertEq(rollup.held(id), 990);
        withdrawAll(id, 990);
        assertEq(fee.balanceOf(bob), 981);
        assertEq(fee.balanceOf(address(rollup)), 0);
    }

    function test_ATokenThatReturnsNothingWorks() public {
        NoReturnToken plain = new NoReturnToken();
        uint16 id = register(address(plain));
        plain.mint(alice, 1000);
        depositAll(address(plain), 1000);
        withdrawAll(id, 1000);
        assertEq(plain.balanceOf(bob), 1000);
    }

    function test_ATokenThatReturnsFalseIsRefused() public {
        FalseToken refusing = new FalseToken();
        register(address(refusing));
        refusing.mint(alice, 1000);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, refusing));
        vm.prank(alice);
        rollup.depositToken{value: FEE}(address(refusing), 1000, alice, address(0));
    }

    function test_ATokenThatStopsHarmsOnlyItsHolders() public {
        RevertingToken stopping = new RevertingToken();
        uint16 id = register(address(stopping));
        stopping.mint(alice, 1000);
        depositAll(address(stopping), 1000);
        submit(
            bytes.concat(WordsBuilder.deposit(0, id, 1000, alice), WordsBuilder.withdraw(0, id, 1000, bob))
        );
        stopping.setOff(true);
        vm.expectRevert(RevertingToken.TransfersAreOff.selector);
        rollup.claim(id, bob);
        makeClaimable(bob, 1 ether);
        rollup.claim(0, bob);
        stopping.setOff(false);
        rollup.claim(id, bob);
    }

    function test_ATokenThatChargesThePayerIsStopped() public {
        FeeOnTopToken greedy = new FeeOnTopToken();
        uint16 id = register(address(greedy));
        greedy.mint(alice, 2000);
        depositAll(address(greedy), 2000);
        submit(
            bytes.concat(WordsBuilder.deposit(0, id, 2000, alice), WordsBuilder.withdraw(0, id, 1000, bob))
        );
        greedy.setActive(true);
        vm.expectRevert(abi.encodeWithSelector(Custody.PaymentTookMore.selector, id, 1000, 1010));
        rollup.claim(id, bob);
    }

    function test_ATokenCannotReenter() public {
        ReentrantToken reentrant = new ReentrantToken();
        uint16 id = register(address(reentrant));
        makeClaimable(bob, 1 ether);
        reentrant.mint(alice, 2000);
        bytes[6] memory calls = [
            abi.encodeCall(Custody.claim, (0, bob)),
            abi.encodeCall(Custody.claimTo, (0, 1, bob)),
            abi.encodeCall(OperationQueue.depositToken, (address(reentrant), 1, bob, address(0))),
            abi.encodeCall(rollup.freeze, ()),
            abi.encodeCall(rollup.registerToken, (address(reentrant))),
            abi.encodeCall(rollup.cancelDeposit, (0, bob, id, 1))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            reentrant.arm(address(rollup), calls[i]);
            depositAll(address(reentrant), 100);
            assertFalse(reentrant.succeeded());
            assertEq(
                bytes4(reentrant.answer()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector
            );
        }
        assertEq(rollup.held(id), 600);
    }

    function test_ATokenCannotSubmitABatchWithinADeposit() public {
        ReentrantToken reentrant = new ReentrantToken();
        register(address(reentrant));
        reentrant.mint(operator, 100);
        reentrant.arm(address(rollup), abi.encodeCall(Rollup.submitBatch, (nextHeader(), bytes(""), PROOF)));
        vm.deal(operator, FEE);
        vm.startPrank(operator, operator);
        reentrant.approve(address(rollup), 100);
        rollup.depositToken{value: FEE}(address(reentrant), 100, alice, address(0));
        assertFalse(reentrant.succeeded());
        assertEq(
            reentrant.answer(),
            abi.encodeWithSelector(Rollup.NotOperator.selector, operator, address(reentrant))
        );
    }

    function test_TheGovernorRegistersFreeOfCharge() public {
        PlainToken other = new PlainToken();
        vm.expectEmit(address(rollup));
        emit Custody.TokenRegistered(2, address(other));
        vm.prank(governor);
        rollup.registerToken(address(other));
        assertEq(rollup.tokenId(address(other)), 2);
        assertEq(rollup.tokenAddress(2), address(other));
        assertEq(rollup.tokenCount(), 3);
    }

    function test_OthersRegisterForTheFee() public {
        PlainToken other = new PlainToken();
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(OperationQueue.WrongValue.selector, REGISTRATION_FEE, 0));
        rollup.registerToken(address(other));
        rollup.registerToken{value: REGISTRATION_FEE}(address(other));
        assertEq(rollup.claimable(operator, 0), REGISTRATION_FEE);
    }

    function test_OnlyTokensAreRegisteredAndOnlyOnce() public {
        vm.startPrank(governor);
        vm.expectRevert(abi.encodeWithSelector(Custody.TokenAlreadyRegistered.selector, token, 1));
        rollup.registerToken(address(token));
        vm.expectRevert(abi.encodeWithSelector(Custody.NotAToken.selector, alice));
        rollup.registerToken(alice);
        vm.expectRevert(abi.encodeWithSelector(Custody.NotAToken.selector, rollup));
        rollup.registerToken(address(rollup));
    }

    function test_NumbersEndAt65535() public {
        // 65,536 registrations take hours: the counter is set instead
        uint256 slot = tokenCountSlot();
        vm.store(address(rollup), bytes32(slot), bytes32(uint256(65536)));
        PlainToken other = new PlainToken();
        vm.expectRevert(Custody.NoTokenNumberLeft.selector);
        vm.prank(governor);
        rollup.registerToken(address(other));
    }

    /// @dev The slot of `tokenCount`, found by its value.
    function tokenCountSlot() private returns (uint256) {
        vm.record();
        rollup.tokenCount();
        (bytes32[] memory reads,) = vm.accesses(address(rollup));
        assertEq(reads.length, 1);
        return uint256(reads[0]);
    }

    function test_MoreThanIsHeldCannotBeClaimed() public {
        // only a genesis with balances that nobody paid in leads there
        makeClaimable(bob, 1 ether);
        submit(WordsBuilder.withdraw(0, 0, 5 ether, alice));
        uint256 held = rollup.held(0);
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientHoldings.selector, 0, held, 5 ether));
        rollup.claim(0, alice);
    }

    function test_ATokenThatWasNeverRegisteredCannotBeClaimed() public {
        submit(WordsBuilder.withdraw(0, 9, 5, alice));
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientHoldings.selector, 9, 0, 5));
        rollup.claim(9, alice);
    }

    function test_EthOutsideOfDepositsIsRefused() public {
        vm.prank(alice);
        (bool success,) = address(rollup).call{value: 1}("");
        assertFalse(success);
    }

    function register(address newToken) private returns (uint16) {
        vm.prank(governor);
        rollup.registerToken(newToken);
        return rollup.tokenId(newToken);
    }

    function depositAll(address depositedToken, uint256 amount) private {
        vm.startPrank(alice);
        // one of the tokens has no approvals
        (bool approved,) = depositedToken.call(abi.encodeCall(IERC20.approve, (address(rollup), amount)));
        approved;
        rollup.depositToken{value: FEE}(depositedToken, amount, alice, address(0));
        vm.stopPrank();
    }

    function withdrawAll(uint16 id, uint128 amount) private {
        submit(
            bytes.concat(
                WordsBuilder.deposit(0, id, amount, alice), WordsBuilder.withdraw(0, id, amount, bob)
            )
        );
        rollup.claim(id, bob);
    }
}
