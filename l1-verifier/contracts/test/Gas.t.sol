// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ForgedFixture} from "./support/ForgedFixture.sol";
import {ForgingKey} from "./support/ForgingKey.sol";
import {Rollup} from "../src/Rollup.sol";
import {WordsBuilder} from "./support/WordsBuilder.sol";

/// @notice Gas of whole transactions, with the real verifier: each call runs as a transaction of its own.
/// forge-config: default.isolate = true
contract GasTest is ForgedFixture {
    function setUp() public override {
        super.setUp();
        // what is measured is a second batch
        submitProved(realHeader(), transfers(1));
    }

    function test_SubmitOfOneTransfer() public {
        checkSubmit(1, "1 transfer");
    }

    function test_SubmitOf64Transfers() public {
        checkSubmit(64, "64 transfers");
    }

    function test_SubmitOf512Transfers() public {
        checkSubmit(512, "512 transfers");
    }

    function test_SubmitOf1000Transfers() public {
        checkSubmit(1000, "1000 transfers");
    }

    function test_SubmitOf4096Transfers() public {
        checkSubmit(4096, "4096 transfers");
    }

    /// @dev EIP-7825 gives a transaction at most 2^24 gas: about as many withdrawals to addresses that had no credit.
    function test_SubmitOf600Withdrawals() public {
        Rollup.BatchHeader memory header = realHeader();
        bytes memory words;
        for (uint160 i = 0; i < 600; ++i) {
            address fresh = address(uint160(0x1122334455667788990011223344556677889900) + i);
            words = bytes.concat(words, WordsBuilder.withdraw(1, 0, 1 ether, fresh));
        }
        submitProved(header, words);
        assertLe(measure("submitBatch: 600 withdrawals to fresh addresses"), 1 << 24);
    }

    function test_DepositAndClaim() public {
        depositEth(alice, alice, 1 ether);
        measure("depositEth");
        depositToken(alice, alice, 1 ether);
        measure("depositToken and approve");
        Rollup.BatchHeader memory header = realHeader();
        submitProved(
            header,
            bytes.concat(
                WordsBuilder.deposit(0, 0, 1 ether, alice),
                WordsBuilder.deposit(0, 1, 1 ether, alice),
                WordsBuilder.withdraw(0, 0, 1 ether, bob)
            )
        );
        measure("submitBatch: 2 deposits, 1 withdrawal");
        rollup.claim(0, bob);
        measure("claim of ETH");
    }

    function test_VerificationAlone() public {
        uint256[4] memory h = [uint256(1) << 63, 1 << 62, 1 << 61, 1 << 60];
        assertTrue(rollup.VERIFIER().verify(h, ForgingKey.prove(h)));
        measure("verify");
    }

    function checkSubmit(uint256 count, string memory name) private {
        Rollup.BatchHeader memory header = realHeader();
        bytes memory words = transfers(count);
        bytes memory proof = prove(header, words);
        bytes memory data = abi.encodeCall(Rollup.submitBatch, (header, words, proof));
        vm.prank(operator, operator);
        rollup.submitBatch(header, words, proof);
        uint256 used = measure(string.concat("submitBatch: ", name));
        uint256 allowed = 290_000 + 700 * count;
        uint256 floor = floorOf(data);
        assertLe(used, allowed > floor ? allowed : floor);
    }

    function measure(string memory name) private returns (uint256 used) {
        used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("transactions", name, used);
    }

    /// @dev EIP-7623: 21,000 and ten gas for each token of calldata, a non-zero byte being four.
    function floorOf(bytes memory data) private pure returns (uint256) {
        uint256 tokens = 0;
        for (uint256 i = 0; i < data.length; ++i) {
            tokens += data[i] == 0 ? 1 : 4;
        }
        return 21_000 + 10 * tokens;
    }

    /// @dev A header whose digests have no zero bytes.
    function realHeader() private view returns (Rollup.BatchHeader memory header) {
        header = nextHeader();
        header.exitRoot = 0x7123456789abcdef7123456789abcdef7123456789abcdef7123456789abcdef;
        header.wordsDigest = header.exitRoot ^ 0x11;
        header.claimDigest = header.exitRoot ^ 0x22;
    }

    /// @dev Transfers to existing accounts, 20 bytes of each non-zero.
    function transfers(uint256 count) private pure returns (bytes memory words) {
        words = new bytes(31 * count);
        for (uint256 i = 0; i < count; ++i) {
            uint128 amount = 0x1122334455667788_99aabb;
            bytes memory word =
                WordsBuilder.transfer(0x0101 + uint32(i % 200), 0x010101, 0x0101, amount, 0x01);
            for (uint256 j = 0; j < 31; ++j) {
                words[31 * i + j] = word[j];
            }
        }
    }
}
