// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {RollupFixture} from "./support/RollupFixture.sol";
import {RollupHandler} from "./support/RollupHandler.sol";

/// @notice What holds after any sequence of calls by users and an honest operator.
contract InvariantsTest is RollupFixture {
    RollupHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new RollupHandler(rollup, token, operator);
        targetContract(address(handler));
        bytes4[] memory excluded = new bytes4[](1);
        excluded[0] = handler.everybodyLeaves.selector;
        excludeSelector(FuzzSelector(address(handler), excluded));
    }

    /// @notice At the end of every sequence everybody can leave, and nothing is left behind.
    function afterInvariant() public {
        handler.everybodyLeaves();
        assertEq(address(rollup).balance, 0);
        assertEq(token.balanceOf(address(rollup)), 0);
        assertEq(rollup.held(0), 0);
        assertEq(rollup.held(1), 0);
    }

    /// @notice What the rollup holds of each token is exactly what it owes: what is claimable, what is queued and not
    /// cancelled, and what accounts have.
    function invariant_HoldingsAreWhatIsOwed() public view {
        for (uint16 id = 0; id < 2; ++id) {
            uint256 owed = rollup.claimable(operator, id) + queued(id);
            for (uint256 i = 0; i < handler.USERS(); ++i) {
                owed += rollup.claimable(handler.users(i), id) + handler.balances(i, id);
            }
            assertEq(rollup.held(id), owed);
        }
        assertEq(address(rollup).balance, rollup.held(0));
        assertEq(token.balanceOf(address(rollup)), rollup.held(1));
    }

    /// @notice Batches executed the entries in order, none left out, none twice.
    function invariant_TheQueueIsExecutedInOrder() public view {
        assertEq(rollup.queueHead(), handler.executed());
        assertEq(rollup.queueTail(), handler.queueLength());
        for (uint64 id = 0; id < handler.queueLength(); ++id) {
            (bytes28 hash, uint32 deadline) = rollup.queueEntry(id);
            if (id < handler.executed()) assertTrue(hash == 0 && deadline == 0);
            else if (!rollup.frozen()) assertTrue(hash != 0 && deadline != 0);
        }
    }

    /// @dev The deposits of a token that are neither executed nor cancelled.
    function queued(uint16 id) private view returns (uint256 amount) {
        for (uint256 i = handler.executed(); i < handler.queueLength(); ++i) {
            RollupHandler.Queued memory entry = handler.entry(i);
            (bytes28 hash,) = rollup.queueEntry(uint64(i));
            if (entry.kind == 5 && entry.token == id && hash != 0) amount += entry.amount;
        }
    }
}
