// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title What the rollup holds and owes
/// @notice The registered tokens, what of each the rollup has received and not paid out, and what owners may claim.
/// Token 0 is ETH.
abstract contract Custody is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice A token was registered.
    /// @param id Its number in the rollup.
    /// @param token Its contract.
    event TokenRegistered(uint16 indexed id, address indexed token);
    /// @notice An amount became claimable.
    /// @param owner Who may claim it.
    /// @param token The token.
    /// @param amount The amount.
    event Credited(address indexed owner, uint16 indexed token, uint256 amount);
    /// @notice An amount was paid out.
    /// @param owner Whose it was.
    /// @param token The token.
    /// @param receiver Whom it was paid to.
    /// @param amount The amount.
    event Claimed(address indexed owner, uint16 indexed token, address indexed receiver, uint256 amount);

    /// @notice An address is zero.
    error ZeroAddress();
    /// @notice The token has no number.
    /// @param token Its contract.
    error TokenNotRegistered(address token);
    /// @notice There is no token of that number.
    /// @param id The number.
    error UnknownToken(uint256 id);
    /// @notice The token has a number already.
    /// @param token Its contract.
    /// @param id Its number.
    error TokenAlreadyRegistered(address token, uint16 id);
    /// @notice An address that is no token: it has no code, or is the rollup.
    /// @param token The address.
    error NotAToken(address token);
    /// @notice All 65,536 numbers are taken.
    error NoTokenNumberLeft();
    /// @notice The rollup would hold 2^128 or more of a token.
    /// @param token The token.
    /// @param held What it holds.
    /// @param amount What would be added.
    error HoldingsCapExceeded(uint256 token, uint256 held, uint256 amount);
    /// @notice More is owed than the rollup holds: possible only after an unsafe genesis or with forged proofs.
    /// @param token The token.
    /// @param held What it holds.
    /// @param amount What is owed.
    error InsufficientHoldings(uint256 token, uint256 held, uint256 amount);
    /// @notice Nothing is claimable.
    /// @param owner The owner.
    /// @param token The token.
    error NothingToClaim(address owner, uint16 token);
    /// @notice Less is claimable.
    /// @param owner The owner.
    /// @param token The token.
    /// @param claimable What is claimable.
    /// @param amount What was asked for.
    error ClaimExceedsCredit(address owner, uint16 token, uint256 claimable, uint256 amount);
    /// @notice The receiver's contract did not take the ETH.
    /// @param receiver The receiver.
    /// @param amount The amount.
    error PaymentRefused(address receiver, uint256 amount);
    /// @notice A payment took more from the rollup than it should have.
    /// @param token The token.
    /// @param expected The amount paid.
    /// @param actual What the rollup lost.
    error PaymentTookMore(uint16 token, uint256 expected, uint256 actual);

    /// @notice The number of ETH.
    uint16 public constant ETH = 0;

    /// @notice How many tokens are registered, ETH included; their numbers are 0 to one less.
    uint32 public tokenCount = 1;
    /// @notice The contract of a token; zero for ETH and for numbers not registered.
    mapping(uint256 id => address token) public tokenAddress;
    /// @notice The number of a token's contract; zero for one not registered.
    mapping(address token => uint16 id) public tokenId;
    /// @notice What the rollup has received of a token and not paid out, always below 2^128.
    mapping(uint256 token => uint256 amount) public held;
    /// @notice What an owner may claim of a token.
    mapping(address owner => mapping(uint256 token => uint256 amount)) public claimable;

    /// @notice Pays out all that an owner may claim of a token. Anyone may call it; the owner is paid.
    /// @param token The token.
    /// @param owner The owner.
    /// @return amount What was paid.
    function claim(uint16 token, address owner) external nonReentrant returns (uint256 amount) {
        amount = claimable[owner][token];
        if (amount == 0) revert NothingToClaim(owner, token);
        pay(token, owner, amount, owner);
    }

    /// @notice Pays out to a receiver what the caller may claim of a token, or a part of it.
    /// @param token The token.
    /// @param amount How much.
    /// @param receiver Who is paid.
    function claimTo(uint16 token, uint256 amount, address receiver) external nonReentrant {
        if (receiver == address(0)) revert ZeroAddress();
        if (amount == 0) revert NothingToClaim(msg.sender, token);
        pay(token, msg.sender, amount, receiver);
    }

    /// @dev Pays out a part of what an owner may claim.
    function pay(uint16 token, address owner, uint256 amount, address receiver) private {
        uint256 credited = claimable[owner][token];
        if (credited < amount) revert ClaimExceedsCredit(owner, token, credited, amount);
        uint256 holdings = held[token];
        if (holdings < amount) revert InsufficientHoldings(token, holdings, amount);
        claimable[owner][token] = credited - amount;
        held[token] = holdings - amount;
        emit Claimed(owner, token, receiver, amount);
        if (token == ETH) {
            payEth(receiver, amount);
        } else {
            payToken(token, receiver, amount);
        }
    }

    /// @dev Gives a token the next number.
    function addToken(address token) internal {
        if (token.code.length == 0 || token == address(this)) revert NotAToken(token);
        if (tokenId[token] != 0) revert TokenAlreadyRegistered(token, tokenId[token]);
        uint32 id = tokenCount;
        if (id > type(uint16).max) revert NoTokenNumberLeft();
        tokenCount = id + 1;
        tokenAddress[id] = token;
        tokenId[token] = uint16(id);
        emit TokenRegistered(uint16(id), token);
    }

    /// @dev Counts what was received.
    function receiveAmount(uint256 token, uint256 amount) internal {
        uint256 holdings = held[token];
        if (amount > type(uint128).max - holdings) revert HoldingsCapExceeded(token, holdings, amount);
        held[token] = holdings + amount;
    }

    /// @dev Takes tokens from an account and returns how many arrived: a token may keep a fee. The balance is
    /// read before and after; no other function can be entered in between.
    function pullToken(address token, address from, uint256 amount) internal returns (uint256 received) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(from, address(this), amount);
        return IERC20(token).balanceOf(address(this)) - before;
    }

    /// @dev Makes an amount claimable; nothing happens for zero.
    function credit(address owner, uint256 token, uint256 amount) internal {
        if (amount == 0) return;
        claimable[owner][token] += amount;
        emit Credited(owner, uint16(token), amount);
    }

    /// @dev Pays ETH and ignores what the receiver returns, however long it is.
    function payEth(address receiver, uint256 amount) private {
        bool success;
        assembly ("memory-safe") {
            success := call(gas(), receiver, amount, 0, 0, 0, 0)
        }
        if (!success) revert PaymentRefused(receiver, amount);
    }

    /// @dev Pays a token. One that takes a fee from the payer on top would take it from everybody else.
    function payToken(uint16 id, address receiver, uint256 amount) private {
        address token = tokenAddress[id];
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(receiver, amount);
        uint256 later = IERC20(token).balanceOf(address(this));
        if (later + amount < before) revert PaymentTookMore(id, amount, before - later);
    }
}
