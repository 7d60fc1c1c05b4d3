// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Goldilocks} from "./Goldilocks.sol";
import {PoseidonGoldilocks} from "./PoseidonGoldilocks.sol";
import {Protocol} from "./generated/Protocol.sol";

/// @title Everything that is hashed with Poseidon on chain
/// @notice Leads an account's balance to the state root (section 3 of the protocol), and a claim's evaluation to
/// what the batch proof exposes (section 6). It has no state.
contract StateOpening {
    /// @notice A balance, the account that has it, and the siblings on the two ways up.
    /// @param index Where the account stands.
    /// @param token The token.
    /// @param balance The account's balance of the token.
    /// @param owner The account's address.
    /// @param nonce The account's nonce.
    /// @param key The five elements of the account's key.
    /// @param tokenSiblings The sibling at each level of the token tree, level 0 first.
    /// @param accountSiblings The sibling at each level of the account tree, level 0 first.
    struct BalanceOpening {
        uint32 index;
        uint16 token;
        uint128 balance;
        address owner;
        uint64 nonce;
        uint64[5] key;
        uint256[16] tokenSiblings;
        uint256[32] accountSiblings;
    }

    /// @notice The state root to which an opening leads.
    /// @dev Reverts where an element is not below p. The limbs of the balance are below 2^32 by its type, index
    /// and token below 2^32 and 2^16 by theirs.
    /// @param opening The opening.
    /// @return root The root.
    function stateRoot(BalanceOpening calldata opening) external pure returns (uint256 root) {
        uint256 table = PoseidonGoldilocks.constants();
        root = balanceDigest(opening.balance);
        for (uint256 level = 0; level < Protocol.TOKEN_DEPTH; ++level) {
            uint256 side = (opening.token >> level) & 1;
            root = parent(table, root, opening.tokenSiblings[level], side, Protocol.TAG_TOKEN_NODE);
        }
        root =
            PoseidonGoldilocks.compress(table, root, accountHeader(table, opening), Protocol.TAG_STATE_LEAF);
        for (uint256 level = 0; level < Protocol.ACCOUNT_DEPTH; ++level) {
            uint256 side = (opening.index >> level) & 1;
            root = parent(table, root, opening.accountSiblings[level], side, Protocol.TAG_ACCOUNT_NODE);
        }
    }

    /// @notice h = H(ClaimPoint; C, z, y).
    /// @param claimDigest C, canonical.
    /// @param z0 The constant coefficient of z, below p.
    /// @param z1 The other coefficient.
    /// @param y0 The constant coefficient of y, below p.
    /// @param y1 The other coefficient.
    /// @return h The digest that the batch proof exposes.
    function claimPoint(uint256 claimDigest, uint256 z0, uint256 z1, uint256 y0, uint256 y1)
        external
        pure
        returns (uint256 h)
    {
        uint256 table = PoseidonGoldilocks.constants();
        uint256 right = z0 | (z1 << 64) | (y0 << 128) | (y1 << 192);
        return PoseidonGoldilocks.compress(table, claimDigest, right, Protocol.TAG_CLAIM_POINT);
    }

    /// @dev The parent of a node and its sibling; `side` is 1 where the node is the right child.
    function parent(uint256 table, uint256 node, uint256 sibling, uint256 side, uint256 tag)
        private
        pure
        returns (uint256)
    {
        Goldilocks.requireCanonical(sibling);
        (uint256 left, uint256 right) = side == 0 ? (node, sibling) : (sibling, node);
        return PoseidonGoldilocks.compress(table, left, right, tag);
    }

    /// @dev Four limbs of 32 bits, low first.
    function balanceDigest(uint256 balance) private pure returns (uint256) {
        uint256 limb = type(uint32).max;
        return (balance & limb) | (((balance >> 32) & limb) << 64) | (((balance >> 64) & limb) << 128)
            | ((balance >> 96) << 192);
    }

    /// @dev H(AccountHeader; H(Identity; key, address), nonce, key kind 0, 0, 0).
    function accountHeader(uint256 table, BalanceOpening calldata opening) private pure returns (uint256) {
        for (uint256 i = 0; i < 5; ++i) {
            Goldilocks.requireCanonicalElement(opening.key[i]);
        }
        Goldilocks.requireCanonicalElement(opening.nonce);
        uint256 left = uint256(opening.key[0]) | (uint256(opening.key[1]) << 64)
            | (uint256(opening.key[2]) << 128) | (uint256(opening.key[3]) << 192);
        uint256 right = uint256(opening.key[4]) | (Goldilocks.packAddress(opening.owner) << 64);
        uint256 identity = PoseidonGoldilocks.compress(table, left, right, Protocol.TAG_IDENTITY);
        return PoseidonGoldilocks.compress(table, identity, opening.nonce, Protocol.TAG_ACCOUNT_HEADER);
    }
}
