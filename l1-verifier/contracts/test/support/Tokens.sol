// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {DevelopmentToken} from "../../src/development/DevelopmentToken.sol";

/// @notice A token that does what it should.
contract PlainToken is DevelopmentToken {}

/// @notice Keeps one in a hundred of what is transferred.
contract FeeOnTransferToken is PlainToken {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, amount);
        uint256 fee = amount / 100;
        super._update(from, address(0), fee);
        super._update(from, to, amount - fee);
    }
}

/// @notice Takes one in a hundred more from the payer than it transfers, once that is switched on.
contract FeeOnTopToken is PlainToken {
    bool public active;

    function setActive(bool value) external {
        active = value;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (active && from != address(0) && to != address(0)) super._update(from, address(0), amount / 100);
    }
}

/// @notice Answers nothing, like the oldest tokens.
contract NoReturnToken {
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Answers false and moves nothing.
contract FalseToken is PlainToken {
    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Refuses every transfer, once that is switched on.
contract RevertingToken is PlainToken {
    error TransfersAreOff();

    bool public off;

    function setOff(bool value) external {
        off = value;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (off) revert TransfersAreOff();
        super._update(from, to, amount);
    }
}

/// @notice Makes a call of its owner's choice in every transfer, and keeps what it answers.
contract ReentrantToken is PlainToken {
    address public target;
    bytes public data;
    bytes public answer;
    bool public succeeded;

    function arm(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target != address(0) && from != address(0)) {
            address callee = target;
            target = address(0);
            (succeeded, answer) = callee.call(data);
        }
    }
}
