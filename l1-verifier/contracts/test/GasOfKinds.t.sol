// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ForgedFixture} from "./support/ForgedFixture.sol";
import {Rollup} from "../src/Rollup.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice What one transaction of each kind adds to a batch at most: no byte of its words is zero that can be another,
/// owners had no credit, entries of the queue are touched for the first time. Refunds are not taken off: a
/// transaction's gas limit must cover what they give back. The crate that seals batches compares its bound with the
/// snapshot.
/// forge-config: default.isolate = true
contract GasOfKindsTest is ForgedFixture {
    uint256 private constant MORE = 100;
    uint32 private constant INDEX = 0xfefefefe;
    uint128 private constant LARGE = 0xfefefefefefefefefefefefefefefefe;
    uint64 private constant ELEMENT = 0xfefefefefefefefe;

    uint160 private made;

    function setUp() public override {
        super.setUp();
        // what is measured is no first batch
        submitProved(realHeader(), WordsBuilder.transfer(1, 2, 0, 1, 1));
    }

    function test_Beside() public {
        vm.snapshotValue("kinds", "batch of nothing", spend(""));
    }

    function test_Transfer() public {
        check("transfer", transfer);
    }

    function test_TransferNew() public {
        check("transfer to a new account", transferNew);
    }

    function test_SetKey() public {
        check("set key", setKey);
    }

    function test_CollectFee() public {
        check("collect fee", collectFee);
    }

    function test_Withdraw() public {
        check("withdraw", withdraw);
    }

    function test_Deposit() public {
        check("deposit", deposit);
    }

    function test_ForcedExit() public {
        check("forced exit", forcedExit);
    }

    function test_L1SetKey() public {
        check("set key from L1", l1SetKey);
    }

    /// @dev The difference between a batch of 101 and a batch of one, rounded up.
    function check(string memory name, function() internal returns (bytes memory) make) private {
        uint256 one = spend(make());
        bytes memory words = make();
        for (uint256 i = 0; i < MORE; ++i) {
            words = bytes.concat(words, make());
        }
        vm.snapshotValue("kinds", name, (spend(words) - one + MORE - 1) / MORE);
    }

    function spend(bytes memory words) private returns (uint256) {
        submitProved(realHeader(), words);
        return vm.lastCallGas().gasTotalUsed + uint256(int256(vm.lastCallGas().gasRefunded));
    }

    function transfer() internal pure returns (bytes memory) {
        return WordsBuilder.head(1, INDEX, INDEX, 0xfefe, LARGE, INDEX);
    }

    function transferNew() internal returns (bytes memory) {
        return bytes.concat(
            WordsBuilder.head(2, INDEX, INDEX, 0xfefe, LARGE, INDEX), WordsBuilder.addressWord(fresh())
        );
    }

    function setKey() internal pure returns (bytes memory) {
        return WordsBuilder.setKey(INDEX, key(), INDEX);
    }

    function collectFee() internal pure returns (bytes memory) {
        return WordsBuilder.head(4, 0, INDEX, 0xfefe, LARGE, INDEX);
    }

    function withdraw() internal returns (bytes memory) {
        return bytes.concat(
            WordsBuilder.head(0x81, INDEX, 0, 0xfefe, LARGE, INDEX), WordsBuilder.addressWord(fresh())
        );
    }

    function deposit() internal returns (bytes memory) {
        address owner = fresh();
        depositEth(alice, owner, 1 ether);
        return bytes.concat(WordsBuilder.head(0x82, 0, INDEX, 0, 1 ether, 0), WordsBuilder.addressWord(owner));
    }

    function forcedExit() internal returns (bytes memory) {
        address owner = fresh();
        vm.prank(owner);
        rollup.requestForcedExit{value: FEE}(INDEX, 0);
        return bytes.concat(WordsBuilder.head(0x83, INDEX, 0, 0, LARGE, 0), WordsBuilder.addressWord(owner));
    }

    function l1SetKey() internal returns (bytes memory) {
        address owner = fresh();
        vm.prank(owner);
        rollup.setKey{value: FEE}(INDEX, key());
        return WordsBuilder.l1SetKey(INDEX, key(), owner);
    }

    function key() private pure returns (uint64[5] memory) {
        return [ELEMENT, ELEMENT, ELEMENT, ELEMENT, ELEMENT];
    }

    function fresh() private returns (address owner) {
        owner = address(uint160(0x1122334455667788990011223344556677889900) + made++);
        vm.deal(owner, 1 ether);
    }

    /// @dev A header whose digests have no zero bytes.
    function realHeader() private view returns (Rollup.BatchHeader memory header) {
        header = nextHeader();
        header.exitRoot = 0x7123456789abcdef7123456789abcdef7123456789abcdef7123456789abcdef;
        header.wordsDigest = header.exitRoot ^ 0x11;
        header.claimDigest = header.exitRoot ^ 0x22;
    }
}
