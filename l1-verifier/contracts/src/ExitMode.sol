// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {OperationQueue} from "./OperationQueue.sol";
import {Protocol} from "./generated/Protocol.sol";
import {QueueEntry} from "./QueueEntry.sol";
import {StateOpening} from "./StateOpening.sol";

/// @title What happens when the operator does not
/// @notice Once an entry of the queue is past its deadline, anyone freezes the rollup for good. Then deposits that no
/// batch executed can be cancelled, and every balance under the last state root can be taken out.
abstract contract ExitMode is OperationQueue {
    /// @notice The rollup is frozen for good.
    /// @param batchNumber The number of its last batch.
    /// @param stateRoot The root under which balances are proved.
    /// @param queueHead The place of the first entry that no batch executed.
    event Frozen(uint32 indexed batchNumber, uint256 stateRoot, uint64 queueHead);
    /// @notice A deposit that no batch executed was cancelled.
    /// @param id Its place in the queue.
    /// @param depositor Who gets it back.
    /// @param token The token.
    /// @param amount The amount.
    event DepositCancelled(
        uint64 indexed id, address indexed depositor, uint16 indexed token, uint128 amount
    );
    /// @notice A balance under the last state root was taken out.
    /// @param index The account.
    /// @param token The token.
    /// @param owner The account's address, which may claim it.
    /// @param amount The balance.
    event Exited(uint32 indexed index, uint16 indexed token, address indexed owner, uint128 amount);

    /// @notice The rollup is not frozen.
    error NotFrozen();
    /// @notice No entry of the queue is past its deadline.
    /// @param deadline The deadline of the next entry; zero where the queue is empty.
    /// @param timestamp The time.
    error DeadlineNotPassed(uint32 deadline, uint256 timestamp);
    /// @notice The place holds no such deposit: it was executed, cancelled or is another.
    /// @param id The place in the queue.
    /// @param expected The hash of the entry; zero where there is none.
    /// @param actual The hash of the deposit.
    error NoSuchDeposit(uint64 id, bytes28 expected, bytes28 actual);
    /// @notice Only who gets a deposit back cancels it.
    /// @param expected Who gets it back.
    /// @param actual Who called.
    error NotDepositor(address expected, address actual);
    /// @notice The balance was taken out before.
    /// @param index The account.
    /// @param token The token.
    error AlreadyExited(uint32 index, uint16 token);
    /// @notice The balance is zero.
    /// @param index The account.
    /// @param token The token.
    error NothingToExit(uint32 index, uint16 token);
    /// @notice The opening leads to another root.
    /// @param expected The last state root.
    /// @param actual The root to which it leads.
    error WrongStateRoot(uint256 expected, uint256 actual);

    /// @notice What hashes openings.
    StateOpening public immutable STATE_OPENING;

    /// @notice The state root after the last batch, a digest as an integer.
    uint256 public stateRoot;
    /// @notice Whether an account's balance of a token was taken out.
    mapping(uint256 index => mapping(uint256 token => bool)) public exited;

    /// @dev Makes the contract that hashes openings.
    /// @param genesisRoot The state root before the first batch.
    constructor(uint256 genesisRoot) {
        STATE_OPENING = new StateOpening();
        stateRoot = genesisRoot;
    }

    /// @dev Refuses a call before a freeze.
    modifier whileFrozen() {
        if (!progress.frozen) revert NotFrozen();
        _;
    }

    /// @notice Freezes the rollup for good, if the next entry of the queue is past its deadline.
    function freeze() external nonReentrant whileRunning {
        uint64 head = queueHead;
        uint32 deadline = entries[head].deadline;
        if (head == queueTail || block.timestamp <= deadline) {
            revert DeadlineNotPassed(deadline, block.timestamp);
        }
        progress.frozen = true;
        emit Frozen(progress.batchNumber, stateRoot, head);
    }

    /// @notice Makes a deposit that no batch executed claimable for who gets it back, who calls this.
    /// @param id Its place in the queue.
    /// @param to The address that it would have credited.
    /// @param token The token.
    /// @param amount The amount.
    function cancelDeposit(uint64 id, address to, uint16 token, uint128 amount)
        external
        nonReentrant
        whileFrozen
    {
        bytes28 hash = QueueEntry.hash(Protocol.KIND_DEPOSIT, 0, to, token, amount, 0, 0);
        if (entries[id].hash != hash) revert NoSuchDeposit(id, entries[id].hash, hash);
        address depositor = otherDepositor[id];
        if (depositor == address(0)) depositor = to;
        if (msg.sender != depositor) revert NotDepositor(depositor, msg.sender);
        delete entries[id];
        emit DepositCancelled(id, depositor, token, amount);
        credit(depositor, token, amount);
    }

    /// @notice Makes a balance under the last state root claimable for the account's address. Anyone may call it,
    /// once for each account and token.
    /// @param opening The balance and the way to the root.
    function exit(StateOpening.BalanceOpening calldata opening) external nonReentrant whileFrozen {
        (uint32 index, uint16 token) = (opening.index, opening.token);
        if (exited[index][token]) revert AlreadyExited(index, token);
        if (opening.balance == 0) revert NothingToExit(index, token);
        uint256 root = STATE_OPENING.stateRoot(opening);
        if (root != stateRoot) revert WrongStateRoot(stateRoot, root);
        exited[index][token] = true;
        emit Exited(index, token, opening.owner, opening.balance);
        credit(opening.owner, token, opening.balance);
    }
}
