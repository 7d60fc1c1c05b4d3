// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "../../src/Custody.sol";

/// @notice Takes no ETH.
contract RefusingReceiver {
    error NoEth();

    receive() external payable {
        revert NoEth();
    }
}

/// @notice Burns all gas that it is given.
contract BurningReceiver {
    receive() external payable {
        while (true) {}
    }
}

/// @notice Answers a payment with a megabyte.
contract BombReceiver {
    receive() external payable {
        assembly {
            return(0, 1000000)
        }
    }
}

/// @notice Claims again while it is paid.
contract ReentrantReceiver {
    Custody private immutable ROLLUP;
    bytes public answer;
    bool public succeeded;

    constructor(Custody rollup) {
        ROLLUP = rollup;
    }

    receive() external payable {
        (succeeded, answer) = address(ROLLUP).call(abi.encodeCall(Custody.claim, (0, address(this))));
    }
}
