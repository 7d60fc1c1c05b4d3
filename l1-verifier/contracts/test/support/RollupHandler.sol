// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./Tokens.sol";
import {Protocol} from "../../src/generated/Protocol.sol";
import {Rollup} from "../../src/Rollup.sol";
import {StateOpening} from "../../src/StateOpening.sol";
import {Test} from "forge-std/Test.sol";
import {WordsBuilder} from "./WordsBuilder.sol";

/// @notice Plays users and an honest operator, and keeps the balances of the rollup in a model: account i belongs to
/// user i.
contract RollupHandler is Test {
    struct Queued {
        uint256 kind;
        uint256 user;
        uint256 owner;
        uint16 token;
        uint128 amount;
        uint64[5] key;
    }

    uint256 public constant USERS = 4;
    uint256 public constant FEE = 1000 wei;

    Rollup public immutable ROLLUP;
    PlainToken public immutable TOKEN;
    address public immutable OPERATOR;
    address[] public users;
    /// @notice Balances in the rollup, by user and token.
    mapping(uint256 => mapping(uint256 => uint256)) public balances;
    /// @notice All operations that the queue took.
    Queued[] internal queue;
    /// @notice How many of them batches have executed.
    uint256 public executed;

    constructor(Rollup rollup, PlainToken token, address operator) {
        (ROLLUP, TOKEN, OPERATOR) = (rollup, token, operator);
        for (uint256 i = 0; i < USERS; ++i) {
            users.push(makeAddr(string.concat("user ", vm.toString(i))));
        }
    }

    function queueLength() external view returns (uint256) {
        return queue.length;
    }

    function entry(uint256 id) external view returns (Queued memory) {
        return queue[id];
    }

    /// @notice A deposit that goes back to its depositor or to a user who is named.
    function deposit(uint256 user, uint256 to, uint256 refundee, bool ofToken, uint96 amount) external {
        (user, to, amount) = (user % USERS, to % USERS, amount == 0 ? 1 : amount);
        if (ROLLUP.frozen()) return;
        refundee %= USERS + 1;
        address refundTo = refundee == USERS ? address(0) : users[refundee];
        vm.deal(users[user], amount + FEE);
        if (ofToken) {
            TOKEN.mint(users[user], amount);
            vm.startPrank(users[user]);
            TOKEN.approve(address(ROLLUP), amount);
            ROLLUP.depositToken{value: FEE}(address(TOKEN), amount, users[to], refundTo);
            vm.stopPrank();
        } else {
            vm.prank(users[user]);
            ROLLUP.depositEth{value: amount + FEE}(users[to], refundTo);
        }
        uint64[5] memory key;
        uint256 owner = refundee == USERS ? user : refundee;
        queue.push(Queued(5, to, owner, ofToken ? 1 : 0, amount, key));
    }

    /// @notice Asks for the exit of an account, which may be another user's.
    function requestForcedExit(uint256 user, uint256 index, bool ofToken) external {
        (user, index) = (user % USERS, index % USERS);
        if (ROLLUP.frozen()) return;
        vm.deal(users[user], FEE);
        vm.prank(users[user]);
        ROLLUP.requestForcedExit{value: FEE}(uint32(index), ofToken ? 1 : 0);
        uint64[5] memory key;
        queue.push(Queued(6, user, index, ofToken ? 1 : 0, 0, key));
    }

    function setKey(uint256 user, uint256 index, uint64[5] memory key) external {
        (user, index) = (user % USERS, index % USERS);
        if (ROLLUP.frozen()) return;
        for (uint256 i = 0; i < 5; ++i) {
            key[i] = uint64(key[i] % Protocol.P);
        }
        vm.deal(users[user], FEE);
        vm.prank(users[user]);
        ROLLUP.setKey{value: FEE}(uint32(index), key);
        queue.push(Queued(7, user, index, 0, 0, key));
    }

    /// @notice A batch of some entries of the queue, a transfer and a withdrawal.
    function submitBatch(uint256 entries, uint256 from, uint256 to, uint96 amount, bool ofToken) external {
        (from, to) = (from % USERS, to % USERS);
        if (ROLLUP.frozen()) return;
        uint16 token = ofToken ? 1 : 0;
        bytes memory words;
        entries = bound(entries, 0, queue.length - executed);
        for (uint256 i = 0; i < entries; ++i) {
            words = bytes.concat(words, execute(queue[executed + i]));
        }
        uint256 moved = bound(amount, 0, balances[from][token]);
        balances[from][token] -= moved;
        balances[to][token] += moved;
        words = bytes.concat(words, WordsBuilder.transfer(uint32(from), uint32(to), token, uint128(moved), 0));
        uint256 out = bound(amount, 0, balances[to][token]);
        balances[to][token] -= out;
        words = bytes.concat(words, WordsBuilder.withdraw(uint32(to), token, uint128(out), users[to]));
        Rollup.BatchHeader memory header;
        header.batchNumber = ROLLUP.batchNumber() + 1;
        header.timestamp = uint32(block.timestamp);
        vm.prank(OPERATOR, OPERATOR);
        ROLLUP.submitBatch(header, words, hex"01");
        executed += entries;
    }

    function claim(uint256 user, bool ofToken) external {
        address owner = user % (USERS + 1) == USERS ? OPERATOR : users[user % (USERS + 1)];
        uint16 token = ofToken ? 1 : 0;
        if (ROLLUP.claimable(owner, token) != 0) ROLLUP.claim(token, owner);
    }

    function claimTo(uint256 user, uint256 receiver, bool ofToken, uint256 amount) external {
        address owner = users[user % USERS];
        uint16 token = ofToken ? 1 : 0;
        uint256 credited = ROLLUP.claimable(owner, token);
        if (credited == 0) return;
        vm.prank(owner);
        ROLLUP.claimTo(token, bound(amount, 1, credited), users[receiver % USERS]);
    }

    function passTime(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 0, 3 days));
    }

    function freeze() external {
        (, uint32 deadline) = ROLLUP.queueEntry(ROLLUP.queueHead());
        if (!ROLLUP.frozen() && deadline != 0 && block.timestamp > deadline) ROLLUP.freeze();
    }

    function cancelDeposit(uint256 id) external {
        if (!ROLLUP.frozen() || queue.length == executed) return;
        cancel(bound(id, executed, queue.length - 1));
    }

    function exit(uint256 user, bool ofToken) external {
        if (ROLLUP.frozen()) leave(user % USERS, ofToken ? 1 : 0);
    }

    /// @notice The operator vanishes, and everybody takes out what is theirs.
    function everybodyLeaves() external {
        if (!ROLLUP.frozen()) {
            this.requestForcedExit(0, 0, false);
            vm.warp(block.timestamp + ROLLUP.QUEUE_PERIOD() + 1);
            ROLLUP.freeze();
        }
        for (uint256 id = executed; id < queue.length; ++id) {
            cancel(id);
        }
        for (uint16 token = 0; token < 2; ++token) {
            for (uint256 user = 0; user < USERS; ++user) {
                leave(user, token);
                this.claim(user, token == 1);
            }
            this.claim(USERS, token == 1);
        }
    }

    /// @dev Cancels a deposit, if it is one and was not cancelled.
    function cancel(uint256 id) private {
        Queued memory queued = queue[id];
        (bytes28 hash,) = ROLLUP.queueEntry(uint64(id));
        if (queued.kind != 5 || hash == 0) return;
        vm.prank(users[queued.owner]);
        ROLLUP.cancelDeposit(uint64(id), users[queued.user], queued.token, queued.amount);
    }

    /// @dev Exits with a balance of the model; that it lies under the root is taken for granted here.
    function leave(uint256 user, uint16 token) private {
        StateOpening.BalanceOpening memory opening;
        opening.index = uint32(user);
        opening.token = token;
        opening.balance = uint128(balances[user][token]);
        opening.owner = users[user];
        if (opening.balance == 0 || ROLLUP.exited(user, token)) return;
        vm.mockCall(
            address(ROLLUP.STATE_OPENING()),
            abi.encodeWithSelector(StateOpening.stateRoot.selector),
            abi.encode(ROLLUP.stateRoot())
        );
        ROLLUP.exit(opening);
        balances[user][token] = 0;
    }

    /// @dev The words of an entry, executed on the model.
    function execute(Queued memory queued) private returns (bytes memory) {
        address account = users[queued.user];
        if (queued.kind == 5) {
            balances[queued.user][queued.token] += queued.amount;
            return WordsBuilder.deposit(uint32(queued.user), queued.token, queued.amount, account);
        }
        uint32 index = uint32(queued.owner);
        if (queued.kind == 7) return WordsBuilder.l1SetKey(index, queued.key, account);
        uint128 amount = 0;
        if (queued.owner == queued.user) {
            amount = uint128(balances[queued.user][queued.token]);
            balances[queued.user][queued.token] = 0;
        }
        return WordsBuilder.forcedExit(index, queued.token, amount, account);
    }
}
