// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {BatchClaim} from "./BatchClaim.sol";
import {BatchWords} from "./BatchWords.sol";
import {ExitMode} from "./ExitMode.sol";
import {Goldilocks} from "./Goldilocks.sol";
import {IBatchVerifier} from "./IBatchVerifier.sol";
import {OperationQueue} from "./OperationQueue.sol";
import {Protocol} from "./generated/Protocol.sol";

/// @title Starfold's rollup
/// @notice Holds ETH and ERC-20 tokens, the root of the state that says whose they are, and the queue of operations
/// that batches must execute. A batch is accepted with its words and a proof that they lead to the new root.
contract Rollup is ExitMode, BatchWords {
    /// @notice What a rollup is made with.
    /// @param verifier What verifies proofs.
    /// @param circuitSet The root of the circuit set, a digest.
    /// @param genesisRoot The state root before the first batch: the empty one, unless on the development chain.
    /// @param operator Who submits batches.
    /// @param governor Who registers tokens free of charge and names operators; may be zero.
    /// @param feeToken The token in which fees are paid in the rollup.
    /// @param feeUnit Base units of it in one fee unit, 1 to 2^30 - 1.
    /// @param operationFee What an operation of the queue costs, in wei.
    /// @param registrationFee What it costs anyone to register a token, in wei.
    /// @param queuePeriod Seconds from an operation to its deadline.
    /// @param batchWindow How many seconds a batch's timestamp may lie in the past.
    /// @param operatorDelay Seconds before a named operator can take over.
    /// @param tokens The contracts of the tokens 1, 2 and so on.
    struct Configuration {
        IBatchVerifier verifier;
        uint256 circuitSet;
        uint256 genesisRoot;
        address operator;
        address governor;
        uint16 feeToken;
        uint32 feeUnit;
        uint256 operationFee;
        uint256 registrationFee;
        uint32 queuePeriod;
        uint32 batchWindow;
        uint32 operatorDelay;
        address[] tokens;
    }

    /// @notice What a batch tells beside its words.
    /// @param batchNumber Its number.
    /// @param timestamp Its time.
    /// @param counter The number of its transactions.
    /// @param exitRoot The state root after it, a digest.
    /// @param wordsDigest D, the digest of its words.
    /// @param claimDigest C, the digest of its claim and the circuit set.
    struct BatchHeader {
        uint32 batchNumber;
        uint32 timestamp;
        uint32 counter;
        uint256 exitRoot;
        uint256 wordsDigest;
        uint256 claimDigest;
    }

    /// @notice A batch was accepted. Its words are in the calldata of the transaction.
    /// @param batchNumber Its number.
    /// @param stateRoot The state root after it.
    /// @param timestamp Its time.
    /// @param counter The number of its transactions.
    event BatchAccepted(uint32 indexed batchNumber, uint256 stateRoot, uint32 timestamp, uint32 counter);
    /// @notice An operator was named, or with zero a naming was taken back.
    /// @param operator The next operator.
    /// @param notBefore When it can take over.
    event OperatorNamed(address indexed operator, uint256 notBefore);
    /// @notice An operator took over.
    /// @param operator The operator.
    event OperatorChanged(address indexed operator);

    /// @notice Only the operator submits batches.
    /// @param expected The operator.
    /// @param actual The caller.
    error NotOperator(address expected, address actual);
    /// @notice The operator must send the transaction itself and have no code, so that the words of a batch are calldata
    /// of the transaction, where everybody finds them. Nobody else takes over as operator either.
    /// @param caller The caller.
    error NotDirectCall(address caller);
    /// @notice The call is not encoded as every client encodes it: header, words, proof, nothing between or behind, zeros
    /// as padding. What the contract accepts, every client can read.
    error UnusualEncoding();
    /// @notice The batch does not follow the last one.
    /// @param expected The number that does.
    /// @param actual The batch's number.
    error WrongBatchNumber(uint32 expected, uint32 actual);
    /// @notice The batch's time is before that of the last batch.
    /// @param last The time of the last batch.
    /// @param timestamp The batch's time.
    error TimestampBeforeLast(uint32 last, uint32 timestamp);
    /// @notice The batch's time is in the future.
    /// @param timestamp The batch's time.
    /// @param present The time.
    error TimestampInFuture(uint32 timestamp, uint256 present);
    /// @notice The batch's time is too long ago.
    /// @param timestamp The batch's time.
    /// @param present The time.
    /// @param batchWindow How many seconds it may lie in the past.
    error TimestampTooOld(uint32 timestamp, uint256 present, uint32 batchWindow);
    /// @notice The verifier does not accept the proof.
    /// @param h What the proof must expose for this batch.
    error ProofRejected(uint256[4] h);
    /// @notice Only on the development chain can a rollup start with balances or with a development key.
    /// @param chainId The chain at hand.
    error UnsafeOutsideDevelopment(uint256 chainId);
    /// @notice A verifier that accepts a proof of zeros accepts everything.
    error VerifierAcceptsZeros();
    /// @notice A parameter is out of its range.
    /// @param name The parameter.
    /// @param value Its value.
    error ParameterOutOfRange(string name, uint256 value);
    /// @notice An operator with code could not submit a batch.
    /// @param operator The operator.
    error OperatorHasCode(address operator);
    /// @notice Only the governor, or where there is none the operator, may call this.
    /// @param expected Who may.
    /// @param actual The caller.
    error NotGovernor(address expected, address actual);
    /// @notice Only the named operator takes over.
    /// @param expected The named operator.
    /// @param actual The caller.
    error NotNamedOperator(address expected, address actual);
    /// @notice The named operator cannot take over yet.
    /// @param notBefore When it can.
    /// @param present The time.
    error OperatorDelayNotPassed(uint256 notBefore, uint256 present);

    uint256 private constant DEVELOPMENT_CHAIN = 31337;
    /// @dev No period is longer, so that nobody's money waits longer.
    uint256 private constant LONGEST_PERIOD = 30 days;
    /// @dev On other chains than the development chain the queue leaves the operator at least this.
    uint256 private constant SHORTEST_QUEUE_PERIOD = 1 days;
    /// @dev On other chains than the development chain a batch has at least this to be included.
    uint256 private constant SHORTEST_BATCH_WINDOW = 1 hours;
    /// @dev On other chains than the development chain a transaction outlives its valid-until by no more than this.
    uint256 private constant LONGEST_BATCH_WINDOW = 1 days;

    /// @notice What verifies proofs; it never changes.
    IBatchVerifier public immutable VERIFIER;
    /// @notice The root of the circuit set; it never changes.
    uint256 public immutable CIRCUIT_SET;
    /// @notice The state root before the first batch.
    uint256 public immutable GENESIS_ROOT;
    /// @notice Who registers tokens free of charge and names operators.
    address public immutable GOVERNOR;
    /// @notice The token in which fees are paid in the rollup.
    uint16 public immutable FEE_TOKEN;
    /// @notice Base units of the fee token in one fee unit.
    uint32 public immutable FEE_UNIT;
    /// @notice What it costs anyone to register a token, in wei; it is credited to the operator.
    uint256 public immutable REGISTRATION_FEE;
    /// @notice How many seconds a batch's timestamp may lie in the past.
    uint32 public immutable BATCH_WINDOW;
    /// @notice Seconds before a named operator can take over.
    uint32 public immutable OPERATOR_DELAY;
    /// @notice Whether the rollup is for development: it starts with balances that nobody paid in, or anyone can
    /// forge its proofs.
    bool public immutable UNSAFE;

    /// @notice Who may take over as operator; zero for nobody.
    address public namedOperator;
    /// @notice When the named operator can take over.
    uint256 public namedNotBefore;

    /// @notice Fixes the parameters and registers the first tokens. Value that is sent backs a genesis with
    /// balances.
    /// @param configuration The parameters.
    constructor(Configuration memory configuration)
        payable
        OperationQueue(configuration.operationFee, configuration.queuePeriod)
        ExitMode(configuration.genesisRoot)
    {
        VERIFIER = configuration.verifier;
        CIRCUIT_SET = configuration.circuitSet;
        GENESIS_ROOT = configuration.genesisRoot;
        GOVERNOR = configuration.governor;
        FEE_TOKEN = configuration.feeToken;
        FEE_UNIT = configuration.feeUnit;
        REGISTRATION_FEE = configuration.registrationFee;
        BATCH_WINDOW = configuration.batchWindow;
        OPERATOR_DELAY = configuration.operatorDelay;
        progress.operator = configuration.operator;
        for (uint256 i = 0; i < configuration.tokens.length; ++i) {
            addToken(configuration.tokens[i]);
        }
        checkParameters(configuration);
        bool hasBalances = configuration.genesisRoot != Protocol.EMPTY_ROOT;
        UNSAFE = hasBalances || configuration.verifier.isDevelopmentKey();
        if (UNSAFE && block.chainid != DEVELOPMENT_CHAIN) revert UnsafeOutsideDevelopment(block.chainid);
        if (!hasBalances && msg.value != 0) revert WrongValue(0, msg.value);
        receiveAmount(ETH, msg.value);
        emit OperatorChanged(configuration.operator);
    }

    /// @notice Accepts the next batch.
    /// @param header What it tells beside its words.
    /// @param words Its words, 31 bytes each.
    /// @param proof The wrapped batch proof.
    function submitBatch(BatchHeader calldata header, bytes calldata words, bytes calldata proof)
        external
        whileRunning
    {
        checkOrigin(header);
        checkEncoding(words, proof);
        BatchClaim.Elements memory free;
        free.chainId = block.chainid;
        free.rollup = address(this);
        free.batchNumber = header.batchNumber;
        free.timestamp = header.timestamp;
        free.feeToken = FEE_TOKEN;
        free.feeUnit = FEE_UNIT;
        free.entryRoot = stateRoot;
        free.exitRoot = header.exitRoot;
        free.wordsDigest = header.wordsDigest;
        free.counter = header.counter;
        free.circuitSet = CIRCUIT_SET;
        (free.z0, free.z1) = wordsPoint(header.wordsDigest, words);
        (free.y0, free.y1) = readWords(words, free.z0, free.z1);
        uint256[4] memory h = expose(header.claimDigest, free);
        if (!VERIFIER.verify(h, proof)) revert ProofRejected(h);

        progress.batchNumber = header.batchNumber;
        progress.timestamp = header.timestamp;
        stateRoot = header.exitRoot;
        emit BatchAccepted(header.batchNumber, header.exitRoot, header.timestamp, header.counter);
    }

    /// @notice Gives a token the next number. The governor pays nothing for it, everybody else the fee.
    /// @param token The token's contract.
    function registerToken(address token) external payable nonReentrant whileRunning {
        uint256 fee = msg.sender == GOVERNOR ? 0 : REGISTRATION_FEE;
        if (msg.value != fee) revert WrongValue(fee, msg.value);
        takeFee(fee);
        addToken(token);
    }

    /// @notice Names the next operator, who takes over after the delay, or takes a naming back with zero.
    /// @param operator_ The next operator.
    function nameOperator(address operator_) external whileRunning {
        address expected = GOVERNOR == address(0) ? progress.operator : GOVERNOR;
        if (msg.sender != expected) revert NotGovernor(expected, msg.sender);
        namedOperator = operator_;
        namedNotBefore = block.timestamp + OPERATOR_DELAY;
        emit OperatorNamed(operator_, namedNotBefore);
    }

    /// @notice The named operator takes over.
    function becomeOperator() external whileRunning {
        if (msg.sender != namedOperator) revert NotNamedOperator(namedOperator, msg.sender);
        if (block.timestamp < namedNotBefore) revert OperatorDelayNotPassed(namedNotBefore, block.timestamp);
        requireDirectCall();
        namedOperator = address(0);
        progress.operator = msg.sender;
        emit OperatorChanged(msg.sender);
    }

    /// @notice Who submits batches.
    function operator() external view returns (address) {
        return progress.operator;
    }

    /// @notice The number of the last batch; 0 before the first.
    function batchNumber() external view returns (uint32) {
        return progress.batchNumber;
    }

    /// @notice The time of the last batch; 0 before the first.
    function batchTimestamp() external view returns (uint32) {
        return progress.timestamp;
    }

    /// @notice Whether the rollup is frozen.
    function frozen() external view returns (bool) {
        return progress.frozen;
    }

    /// @inheritdoc BatchWords
    function creditFromBatch(address owner, uint256 token, uint256 amount) internal override {
        credit(owner, token, amount);
    }

    /// @inheritdoc BatchWords
    function consumeEntry(bytes28 hash) internal override {
        consume(hash);
    }

    /// @dev Checks who submits, and what the header says of number, time and digests.
    function checkOrigin(BatchHeader calldata header) private view {
        Progress memory last = progress;
        if (msg.sender != last.operator) revert NotOperator(last.operator, msg.sender);
        requireDirectCall();
        if (header.batchNumber != last.batchNumber + 1) {
            revert WrongBatchNumber(last.batchNumber + 1, header.batchNumber);
        }
        (uint32 timestamp, uint256 present) = (header.timestamp, block.timestamp);
        if (timestamp < last.timestamp) revert TimestampBeforeLast(last.timestamp, timestamp);
        if (timestamp > present) revert TimestampInFuture(timestamp, present);
        if (present - timestamp > BATCH_WINDOW) revert TimestampTooOld(timestamp, present, BATCH_WINDOW);
        Goldilocks.requireCanonical(header.exitRoot);
        Goldilocks.requireCanonical(header.wordsDigest);
        Goldilocks.requireCanonical(header.claimDigest);
        Goldilocks.requireCanonicalElement(block.chainid);
    }

    /// @dev Refuses a caller that is not the transaction's sender, or has code.
    function requireDirectCall() private view {
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert NotDirectCall(msg.sender);
    }

    /// @dev Selector, six words of header, two offsets; then length and bytes of words and proof, padded with zeros to
    /// 32 bytes.
    function checkEncoding(bytes calldata words, bytes calldata proof) private pure {
        uint256 wordsStart;
        uint256 proofStart;
        assembly ("memory-safe") {
            wordsStart := words.offset
            proofStart := proof.offset
        }
        uint256 wordsEnd = wordsStart + (words.length + 31) / 32 * 32;
        uint256 proofEnd = proofStart + (proof.length + 31) / 32 * 32;
        if (wordsStart != 4 + 9 * 32 || proofStart != wordsEnd + 32 || proofEnd != msg.data.length) {
            revert UnusualEncoding();
        }
        if ((paddingOf(wordsEnd, words.length) | paddingOf(proofEnd, proof.length)) != 0) {
            revert UnusualEncoding();
        }
    }

    /// @dev The bytes between an argument of some length and the end of its padding, as an integer.
    function paddingOf(uint256 end, uint256 length) private pure returns (uint256 padding) {
        assembly ("memory-safe") {
            padding := calldataload(sub(end, 32))
        }
        // 0 to 31 bytes at the end of the last word of 32
        padding &= (1 << ((32 - length % 32) % 32 * 8)) - 1;
    }

    /// @dev z1 = keccak256(D, keccak256(words)), fixed only after both.
    function wordsPoint(uint256 wordsDigest, bytes calldata words) private pure returns (uint256, uint256) {
        bytes32 hash;
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, words.offset, words.length)
            mstore(0x20, keccak256(at, words.length))
            mstore(0, wordsDigest)
            hash := keccak256(0, 0x40)
        }
        return Goldilocks.point(hash);
    }

    /// @dev What the batch proof of this claim exposes.
    function expose(uint256 claimDigest, BatchClaim.Elements memory free)
        private
        view
        returns (uint256[4] memory h)
    {
        (uint256 z0, uint256 z1, uint256 y0, uint256 y1) =
            BatchClaim.evaluate(BatchClaim.write(claimDigest, free));
        uint256 digest = STATE_OPENING.claimPoint(claimDigest, z0, z1, y0, y1);
        h[0] = digest & type(uint64).max;
        h[1] = (digest >> 64) & type(uint64).max;
        h[2] = (digest >> 128) & type(uint64).max;
        h[3] = digest >> 192;
    }

    /// @dev Refuses parameters under which batches could not be proved, or users could not leave in time.
    function checkParameters(Configuration memory configuration) private view {
        Goldilocks.requireCanonical(configuration.circuitSet);
        Goldilocks.requireCanonical(configuration.genesisRoot);
        Goldilocks.requireCanonicalElement(block.chainid);
        if (configuration.operator == address(0)) revert ZeroAddress();
        if (configuration.feeToken >= tokenCount) revert UnknownToken(configuration.feeToken);
        uint256 feeUnit = configuration.feeUnit;
        if (feeUnit == 0 || feeUnit > Protocol.FEE_UNIT_MAX) revert ParameterOutOfRange("feeUnit", feeUnit);
        uint256 period = configuration.queuePeriod;
        if (period == 0 || period > LONGEST_PERIOD) revert ParameterOutOfRange("queuePeriod", period);
        uint256 window = configuration.batchWindow;
        if (window == 0 || window > LONGEST_PERIOD) revert ParameterOutOfRange("batchWindow", window);
        uint256 delay = configuration.operatorDelay;
        if (delay > LONGEST_PERIOD) revert ParameterOutOfRange("operatorDelay", delay);
        if (block.chainid != DEVELOPMENT_CHAIN) checkOutsideDevelopment(configuration);
        uint256[4] memory zeros;
        try configuration.verifier.verify(zeros, new bytes(256)) returns (bool accepted) {
            if (accepted) revert VerifierAcceptsZeros();
        } catch {}
    }

    /// @dev Refuses parameters that are good for trying things out alone: others fill the queue or take numbers of
    /// tokens for nothing, batches cannot be included in time, or a new operator comes after the freeze.
    function checkOutsideDevelopment(Configuration memory configuration) private view {
        address firstOperator = configuration.operator;
        if (firstOperator.code.length != 0) revert OperatorHasCode(firstOperator);
        if (configuration.operationFee == 0) revert ParameterOutOfRange("operationFee", 0);
        if (configuration.registrationFee == 0) revert ParameterOutOfRange("registrationFee", 0);
        uint256 period = configuration.queuePeriod;
        if (period < SHORTEST_QUEUE_PERIOD) revert ParameterOutOfRange("queuePeriod", period);
        uint256 window = configuration.batchWindow;
        if (window < SHORTEST_BATCH_WINDOW || window > LONGEST_BATCH_WINDOW) {
            revert ParameterOutOfRange("batchWindow", window);
        }
        uint256 delay = configuration.operatorDelay;
        if (delay >= period) revert ParameterOutOfRange("operatorDelay", delay);
    }
}
