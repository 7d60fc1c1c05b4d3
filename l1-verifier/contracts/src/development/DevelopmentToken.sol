// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for trying things out
/// @notice An ERC-20 that anyone mints: worth nothing, and only for development.
contract DevelopmentToken is ERC20("Starfold development token", "DEV") {
    /// @notice Makes tokens out of nothing.
    /// @param to Who gets them.
    /// @param amount How many.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
