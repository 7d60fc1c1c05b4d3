// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "./Custody.sol";
import {Goldilocks} from "./Goldilocks.sol";
import {Protocol} from "./generated/Protocol.sol";
import {QueueEntry} from "./QueueEntry.sol";

/// @title The queue of L1 operations
/// @notice Deposits, new keys and forced exits, which batches must execute in this order and before their
/// deadlines. What could not be represented in a batch is refused here.
abstract contract OperationQueue is Custody {
    /// @dev An entry: enough to recognise the operation in the words of a batch.
    struct Entry {
        bytes28 hash;
        uint32 deadline;
    }

    /// @dev Where batches stand; one slot.
    struct Progress {
        address operator;
        uint32 batchNumber;
        uint32 timestamp;
        bool frozen;
    }

    /// @notice A deposit was queued.
    /// @param id Its place in the queue.
    /// @param to The address that is credited in the rollup.
    /// @param token The token.
    /// @param amount The amount, as it arrived.
    /// @param depositor Who gets it back after a freeze: who paid it, or the address that was named for that.
    /// @param deadline When the rollup may be frozen if it is still in the queue.
    event DepositQueued(
        uint64 indexed id,
        address indexed to,
        uint16 indexed token,
        uint128 amount,
        address depositor,
        uint32 deadline
    );
    /// @notice A forced exit was queued.
    /// @param id Its place in the queue.
    /// @param index The account.
    /// @param owner The address that asked; accounts of other addresses are left alone.
    /// @param token The token.
    /// @param deadline When the rollup may be frozen if it is still in the queue.
    event ForcedExitQueued(
        uint64 indexed id, uint32 indexed index, address indexed owner, uint16 token, uint32 deadline
    );
    /// @notice A new key was queued.
    /// @param id Its place in the queue.
    /// @param index The account.
    /// @param owner The address that asked; accounts of other addresses are left alone.
    /// @param key The five elements of the key.
    /// @param deadline When the rollup may be frozen if it is still in the queue.
    event SetKeyQueued(
        uint64 indexed id, uint32 indexed index, address indexed owner, uint64[5] key, uint32 deadline
    );

    /// @notice The rollup is frozen.
    /// @param batchNumber The number of its last batch.
    error RollupFrozen(uint32 batchNumber);
    /// @notice The value is not the fee, or leaves nothing to deposit beside it.
    /// @param expected The fee, or the least value of a deposit of ETH.
    /// @param actual The value that was sent.
    error WrongValue(uint256 expected, uint256 actual);
    /// @notice Nothing arrived of a token.
    /// @param token Its contract.
    error NothingReceived(address token);
    /// @notice An operation of the words is not the next entry of the queue.
    /// @param id The entry's place in the queue.
    /// @param expected The entry's hash; zero where the queue is empty.
    /// @param actual The operation's hash.
    error QueueMismatch(uint64 id, bytes28 expected, bytes28 actual);

    /// @notice What every operation costs, in wei; it is credited to the operator.
    uint256 public immutable OPERATION_FEE;
    /// @notice Seconds from an operation to its deadline.
    uint32 public immutable QUEUE_PERIOD;

    /// @dev Operator, last batch, and whether the rollup is frozen.
    Progress internal progress;
    /// @notice The place of the next entry that a batch must execute.
    uint64 public queueHead;
    /// @notice The place that the next operation gets.
    uint64 public queueTail;
    /// @dev Entries that are neither executed nor cancelled.
    mapping(uint256 id => Entry entry) internal entries;
    /// @dev Who gets a deposit back, where that is not the address which it credits.
    mapping(uint256 id => address depositor) internal otherDepositor;

    /// @dev Fixes the parameters, which the rollup checks.
    /// @param operationFee What every operation costs.
    /// @param queuePeriod Seconds from an operation to its deadline.
    constructor(uint256 operationFee, uint32 queuePeriod) {
        OPERATION_FEE = operationFee;
        QUEUE_PERIOD = queuePeriod;
    }

    /// @dev Refuses a call after a freeze.
    modifier whileRunning() {
        if (progress.frozen) revert RollupFrozen(progress.batchNumber);
        _;
    }

    /// @notice Deposits the value beyond the fee for an address.
    /// @param to The address that is credited in the rollup.
    /// @param refundTo Who may cancel the deposit after a freeze; zero for the caller, who may be unable to.
    /// @return id The place in the queue.
    function depositEth(address to, address refundTo)
        external
        payable
        nonReentrant
        whileRunning
        returns (uint64 id)
    {
        if (msg.value <= OPERATION_FEE) revert WrongValue(OPERATION_FEE + 1, msg.value);
        takeFee(OPERATION_FEE);
        return queueDeposit(to, refundTo, ETH, msg.value - OPERATION_FEE);
    }

    /// @notice Deposits tokens for an address; the value is the fee.
    /// @dev What arrives counts, if the token keeps a part of it.
    /// @param token The token's contract.
    /// @param amount How much is taken from the caller, who has approved it.
    /// @param to The address that is credited in the rollup.
    /// @param refundTo Who may cancel the deposit after a freeze; zero for the caller, who may be unable to.
    /// @return id The place in the queue.
    function depositToken(address token, uint256 amount, address to, address refundTo)
        external
        payable
        nonReentrant
        whileRunning
        returns (uint64 id)
    {
        uint16 number = tokenId[token];
        if (number == 0) revert TokenNotRegistered(token);
        takeExactFee();
        uint256 received = pullToken(token, msg.sender, amount);
        if (received == 0) revert NothingReceived(token);
        return queueDeposit(to, refundTo, number, received);
    }

    /// @notice Asks for the whole balance of a token of the account at an index; the value is the fee.
    /// @dev An account of another address than the caller's is left alone when the entry is executed.
    /// @param index The account.
    /// @param token The token.
    /// @return id The place in the queue.
    function requestForcedExit(uint32 index, uint16 token)
        external
        payable
        nonReentrant
        whileRunning
        returns (uint64 id)
    {
        if (token >= tokenCount) revert UnknownToken(token);
        takeExactFee();
        uint32 deadline;
        (id, deadline) = push(QueueEntry.hash(Protocol.KIND_FORCED_EXIT, index, msg.sender, token, 0, 0, 0));
        emit ForcedExitQueued(id, index, msg.sender, token, deadline);
    }

    /// @notice Replaces the key of the account at an index; the value is the fee.
    /// @dev An account of another address than the caller's is left alone when the entry is executed.
    /// @param index The account.
    /// @param key The five elements of the new key, each below p; all zero for none.
    /// @return id The place in the queue.
    function setKey(uint32 index, uint64[5] calldata key)
        external
        payable
        nonReentrant
        whileRunning
        returns (uint64 id)
    {
        for (uint256 i = 0; i < 5; ++i) {
            Goldilocks.requireCanonicalElement(key[i]);
        }
        takeExactFee();
        uint256 low =
            uint256(key[0]) | (uint256(key[1]) << 64) | (uint256(key[2]) << 128) | (uint256(key[3]) << 192);
        uint32 deadline;
        (id, deadline) = push(QueueEntry.hash(Protocol.KIND_L1_SET_KEY, index, msg.sender, 0, 0, low, key[4]));
        emit SetKeyQueued(id, index, msg.sender, key, deadline);
    }

    /// @notice An entry that is neither executed nor cancelled; zeros for any other.
    /// @param id Its place in the queue.
    /// @return hash What the operation in the words of a batch must hash to.
    /// @return deadline When the rollup may be frozen if it is still in the queue.
    function queueEntry(uint64 id) external view returns (bytes28 hash, uint32 deadline) {
        Entry storage entry = entries[id];
        return (entry.hash, entry.deadline);
    }

    /// @dev Takes the next entry, which must have that hash.
    function consume(bytes28 hash) internal {
        uint64 id = queueHead;
        bytes28 expected = entries[id].hash;
        if (expected != hash) revert QueueMismatch(id, expected, hash);
        queueHead = id + 1;
        delete entries[id];
    }

    /// @dev Queues a deposit of what has arrived.
    function queueDeposit(address to, address refundTo, uint16 token, uint256 amount)
        private
        returns (uint64 id)
    {
        if (to == address(0)) revert ZeroAddress();
        receiveAmount(token, amount);
        uint32 deadline;
        (id, deadline) = push(QueueEntry.hash(Protocol.KIND_DEPOSIT, 0, to, token, amount, 0, 0));
        address depositor = refundTo == address(0) ? msg.sender : refundTo;
        if (depositor != to) otherDepositor[id] = depositor;
        emit DepositQueued(id, to, token, uint128(amount), depositor, deadline);
    }

    /// @dev Puts an entry at the end of the queue. In the year 2106 the deadline stays at the last second that it can
    /// tell: the rollup then freezes, and everybody leaves.
    function push(bytes28 hash) private returns (uint64 id, uint32 deadline) {
        id = queueTail;
        queueTail = id + 1;
        uint256 unbounded = block.timestamp + QUEUE_PERIOD;
        deadline = unbounded < type(uint32).max ? uint32(unbounded) : type(uint32).max;
        entries[id] = Entry(hash, deadline);
    }

    /// @dev Refuses any value but the fee, and takes it.
    function takeExactFee() private {
        if (msg.value != OPERATION_FEE) revert WrongValue(OPERATION_FEE, msg.value);
        takeFee(OPERATION_FEE);
    }

    /// @dev Credits a fee that came with the call to the operator.
    function takeFee(uint256 fee) internal {
        receiveAmount(ETH, fee);
        credit(progress.operator, ETH, fee);
    }
}
