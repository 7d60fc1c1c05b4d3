// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Protocol} from "../../src/generated/Protocol.sol";
import {Rollup} from "../../src/Rollup.sol";
import {PlainToken} from "./Tokens.sol";
import {StubVerifier} from "./StubVerifier.sol";
import {WordsBuilder} from "./WordsBuilder.sol";

/// @notice A rollup whose verifier accepts `hex"01"`, with one token and an operator.
abstract contract RollupFixture is Test {
    uint256 internal constant FEE = 1000 wei;
    uint256 internal constant REGISTRATION_FEE = 5000 wei;
    uint32 internal constant PERIOD = 7 days;
    uint32 internal constant WINDOW = 6 hours;
    uint32 internal constant DELAY = 3 days;
    bytes internal constant PROOF = hex"01";

    Rollup internal rollup;
    StubVerifier internal verifier;
    PlainToken internal token;
    address internal operator = makeAddr("operator");
    address internal governor = makeAddr("governor");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        verifier = new StubVerifier();
        token = new PlainToken();
        rollup = new Rollup(configuration());
        vm.deal(alice, 1000 ether);
        vm.deal(bob, 1000 ether);
    }

    function configuration() internal view returns (Rollup.Configuration memory result) {
        result.verifier = verifier;
        result.circuitSet = 0x4_0000000000000003_0000000000000002_0000000000000001;
        result.genesisRoot = Protocol.EMPTY_ROOT;
        result.operator = operator;
        result.governor = governor;
        result.feeUnit = 1_000_000;
        result.operationFee = FEE;
        result.registrationFee = REGISTRATION_FEE;
        result.queuePeriod = PERIOD;
        result.batchWindow = WINDOW;
        result.operatorDelay = DELAY;
        result.tokens = new address[](1);
        result.tokens[0] = address(token);
    }

    /// @notice The header of the next batch, at the present time.
    function nextHeader() internal view returns (Rollup.BatchHeader memory header) {
        header.batchNumber = rollup.batchNumber() + 1;
        header.timestamp = uint32(block.timestamp);
        header.counter = 1;
        header.exitRoot = uint256(keccak256(abi.encode("root", header.batchNumber))) >> 193;
        header.wordsDigest = 5;
        header.claimDigest = 6;
    }

    function submit(bytes memory words) internal {
        submit(nextHeader(), words);
    }

    function submit(Rollup.BatchHeader memory header, bytes memory words) internal {
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, PROOF);
    }

    function submitExpecting(bytes memory words, bytes memory revertData) internal {
        Rollup.BatchHeader memory header = nextHeader();
        vm.expectRevert(revertData);
        submit(header, words);
    }

    function depositEth(address from, address to, uint128 amount) internal returns (uint64) {
        vm.prank(from);
        return rollup.depositEth{value: amount + FEE}(to, address(0));
    }

    function depositToken(address from, address to, uint128 amount) internal returns (uint64) {
        token.mint(from, amount);
        vm.startPrank(from);
        token.approve(address(rollup), amount);
        uint64 id = rollup.depositToken{value: FEE}(address(token), amount, to, address(0));
        vm.stopPrank();
        return id;
    }

    /// @notice Deposits ETH of an account and withdraws it to an owner in a batch: the owner may claim it.
    function makeClaimable(address owner, uint128 amount) internal {
        depositEth(alice, alice, amount);
        submit(
            bytes.concat(
                WordsBuilder.deposit(0, 0, amount, alice), WordsBuilder.withdraw(0, 0, amount, owner)
            )
        );
    }

    /// @notice Lets the deadline of an entry pass and freezes.
    function freezeRollup() internal {
        if (rollup.queueHead() == rollup.queueTail()) {
            vm.prank(alice);
            rollup.requestForcedExit{value: FEE}(0, 0);
        }
        vm.warp(block.timestamp + PERIOD + 1);
        rollup.freeze();
    }
}
