// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `cargo xtask vectors`: change the crates, not this file.
pragma solidity 0.8.37;

/// @title Constants of the protocol
/// @notice Those of the crates `primitives`, `state` and `transition`.
library Protocol {
    /// @dev The order of the Goldilocks field.
    uint256 internal constant P = 0xffffffff00000001;
    /// @dev The root of a state without accounts.
    uint256 internal constant EMPTY_ROOT = 0x31f01b5fafee2c0c2d0b4029b0f49f0f20a7f3e80f72bee4659481be4114dc75;
    /// @dev Levels of the account tree.
    uint256 internal constant ACCOUNT_DEPTH = 32;
    /// @dev Levels of an account's token tree.
    uint256 internal constant TOKEN_DEPTH = 16;
    /// @dev The largest fee unit.
    uint256 internal constant FEE_UNIT_MAX = 1073741823;
    /// @dev Bytes of a word.
    uint256 internal constant WORD_BYTES = 31;
    /// @dev The most words of a batch.
    uint256 internal constant MAX_WORDS = 4096;
    /// @dev The domain AccountNode of Poseidon.
    uint256 internal constant TAG_ACCOUNT_NODE = 1;
    /// @dev The domain TokenNode of Poseidon.
    uint256 internal constant TAG_TOKEN_NODE = 2;
    /// @dev The domain Identity of Poseidon.
    uint256 internal constant TAG_IDENTITY = 3;
    /// @dev The domain AccountHeader of Poseidon.
    uint256 internal constant TAG_ACCOUNT_HEADER = 4;
    /// @dev The domain StateLeaf of Poseidon.
    uint256 internal constant TAG_STATE_LEAF = 5;
    /// @dev The domain ClaimPoint of Poseidon.
    uint256 internal constant TAG_CLAIM_POINT = 10;
    /// @dev The code of the kind Deposit.
    uint256 internal constant KIND_DEPOSIT = 5;
    /// @dev The code of the kind ForcedExit.
    uint256 internal constant KIND_FORCED_EXIT = 6;
    /// @dev The code of the kind L1SetKey.
    uint256 internal constant KIND_L1_SET_KEY = 7;
    /// @dev Transfer, 1 words.
    uint256 internal constant OPCODE_TRANSFER = 0x01;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_TRANSFER =
        0x0000000000000000000000000000000000000000000000000000000000000000;
    /// @dev TransferNew, 2 words.
    uint256 internal constant OPCODE_TRANSFER_NEW = 0x02;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_TRANSFER_NEW =
        0x0000000000000000000000000000000000000000000000000000000000000000;
    /// @dev SetKey, 2 words.
    uint256 internal constant OPCODE_SET_KEY = 0x03;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_SET_KEY =
        0x000000000000ffffffffffffffffffc000000000000000003fffffff00000000;
    /// @dev CollectFee, 1 words.
    uint256 internal constant OPCODE_COLLECT_FEE = 0x04;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_COLLECT_FEE =
        0x0000ffffffff0000000000000000000000000000000000000000000000000000;
    /// @dev Withdraw, 2 words.
    uint256 internal constant OPCODE_WITHDRAW = 0x81;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_WITHDRAW =
        0x000000000000ffffffff00000000000000000000000000000000000000000000;
    /// @dev Deposit, 2 words.
    uint256 internal constant OPCODE_DEPOSIT = 0x82;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_DEPOSIT =
        0x0000ffffffff00000000000000000000000000000000000000000000ffffffff;
    /// @dev ForcedExit, 2 words.
    uint256 internal constant OPCODE_FORCED_EXIT = 0x83;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_FORCED_EXIT =
        0x000000000000ffffffff000000000000000000000000000000000000ffffffff;
    /// @dev L1SetKey, 3 words.
    uint256 internal constant OPCODE_L1_SET_KEY = 0x84;
    /// @dev The bits of its head word that must be zero.
    uint256 internal constant UNUSED_L1_SET_KEY =
        0x000000000000ffffffffffffffffffc000000000000000003fffffffffffffff;
    /// @dev The bits of an address word that must be zero.
    uint256 internal constant UNUSED_ADDRESS =
        0x00ffffffffffffffffffffff0000000000000000000000000000000000000000;
}
