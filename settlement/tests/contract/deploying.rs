//! What is deployed is what was asked for.

use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{Address, Amount, BatchNumber, FeeUnit, Timestamp, TokenId};
use starfold_settlement::{
    Call, EmbeddedError, Event, NamedOperator, ReadError, RollupReader, RollupStatus, RollupTerms,
    View as _, contract_address,
};
use starfold_state::EMPTY_ROOT;

use crate::deployed::{ALICE, BOB, Deployed, OPERATOR, START, chain, deployment};

#[test]
fn the_contract_says_of_itself_what_it_was_made_with() {
    let mut chain = chain();
    let token = chain.execute(ALICE, &Call::create_development_token()).unwrap().created.unwrap();
    let mut asked = deployment();
    asked.governor = Some(BOB);
    asked.fee_token = TokenId::new(1).unwrap();
    asked.fee_unit = FeeUnit::new(77).unwrap();
    asked.registration_fee = Amount::new(5_000);
    asked.queue_period = 12_345;
    asked.batch_window = 2_345;
    asked.operator_delay = 345;
    asked.tokens = vec![token];
    let mut deployed = Deployed::on(chain, asked.clone()).unwrap();
    assert_eq!(deployed.verifier, contract_address(OPERATOR, 0));
    assert_eq!(deployed.rollup, contract_address(OPERATOR, 1));
    let terms = RollupTerms {
        verifier: deployed.verifier,
        circuit_set: asked.circuit_set,
        genesis_root: EMPTY_ROOT,
        governor: Some(BOB),
        fee_token: asked.fee_token,
        fee_unit: asked.fee_unit,
        operation_fee: asked.operation_fee,
        registration_fee: asked.registration_fee,
        queue_period: 12_345,
        batch_window: 2_345,
        operator_delay: 345,
        is_unsafe: true,
    };
    let expected = RollupStatus {
        terms,
        operator: OPERATOR,
        named_operator: None,
        state_root: EMPTY_ROOT,
        batch: BatchNumber::ZERO,
        timestamp: Timestamp::ZERO,
        frozen: false,
        queue_head: 0,
        queue_tail: 0,
        token_count: 2,
    };
    assert_eq!(deployed.status(), expected);
    let mut contract = deployed.read();
    for (id, address) in [(0, Some(Address::ZERO)), (1, Some(token)), (2, None)] {
        assert_eq!(contract.token_address(TokenId::new(id).unwrap()).unwrap(), address);
    }
    assert_eq!(contract.token_id(token).unwrap(), TokenId::new(1).ok());
    assert_eq!(contract.token_id(Address::ZERO).unwrap(), Some(TokenId::ZERO));
    assert_eq!(contract.token_id(ALICE).unwrap(), None);
}

#[test]
fn a_named_operator_waits_for_the_delay() {
    let mut asked = deployment();
    asked.governor = Some(BOB);
    asked.operator_delay = 345;
    let mut deployed = Deployed::new(asked);
    let to = Some(deployed.rollup);
    let call = |signature: &str, argument: &[u8]| {
        let data = [&Keccak256::digest(signature)[..4], argument].concat();
        Call { to, data, value: Amount::ZERO }
    };
    let name = call("nameOperator(address)", &[&[0; 12], &ALICE.0[..]].concat());
    assert_eq!(deployed.refusal(ALICE, &name), "NotGovernor");
    let (_, events) = deployed.execute(BOB, &name);
    assert_eq!(events, [Event::OperatorNamed { operator: ALICE }]);
    let not_before = u64::from(START + 345);
    let named = NamedOperator { address: ALICE, not_before };
    let status = deployed.status();
    assert_eq!((status.operator, status.named_operator), (OPERATOR, Some(named)));

    let take_over = call("becomeOperator()", &[]);
    assert_eq!(deployed.refusal(ALICE, &take_over), "OperatorDelayNotPassed");
    deployed.chain.set_time(Timestamp::new(START + 345).unwrap());
    let (_, events) = deployed.execute(ALICE, &take_over);
    assert_eq!(events, [Event::OperatorChanged { operator: ALICE }]);
    let status = deployed.status();
    assert_eq!((status.operator, status.named_operator), (ALICE, None));
}

#[test]
fn the_verifier_has_the_key_and_its_digest_is_a_hash_of_its_answer() {
    let mut deployed = Deployed::new(deployment());
    let key = deployed.deployment.key.verifying_key.clone();
    let verifier = deployed.verifier;
    assert_eq!(deployed.read().verifying_key(verifier).unwrap(), key);
    let selector = Keccak256::digest("verifyingKey()");
    let data = selector[..4].to_vec();
    let call = Call { to: Some(verifier), data, value: Amount::ZERO };
    let answer = deployed.chain.view(&call).unwrap();
    let digest: [u8; 32] = Keccak256::digest(answer).into();
    assert_eq!(digest, key.digest().to_bytes());
}

#[test]
fn what_is_no_rollup_is_told_from_one() {
    let mut deployed = Deployed::new(deployment());
    let error = RollupStatus::read(&mut deployed.chain, ALICE).unwrap_err();
    assert!(matches!(error, ReadError::Answer { contract: ALICE, .. }), "{error}");
    let verifier = deployed.verifier;
    let error = RollupStatus::read(&mut deployed.chain, verifier).unwrap_err();
    let ReadError::View { source: EmbeddedError::Reverted { .. }, .. } = error else {
        unreachable!("the verifier has no such function: {error}")
    };
    let rollup = deployed.rollup;
    let error = deployed.read().verifying_key(rollup).unwrap_err();
    assert!(matches!(error, ReadError::View { .. }), "{error}");
    // deployed with another contract as its token
    let error = RollupReader::new(&mut deployed.chain, verifier).held(TokenId::ZERO).unwrap_err();
    assert!(error.to_string().contains("held(uint256)"), "{error}");
}

/// What the tool cannot know is refused by the contract, and said in its words.
#[test]
fn a_token_without_code_is_refused() {
    let mut asked = deployment();
    asked.tokens = vec![ALICE];
    let error = Deployed::on(chain(), asked).err().unwrap();
    let EmbeddedError::Reverted { revert, .. } = &error else { unreachable!("{error}") };
    assert_eq!(revert.name(), Some("NotAToken"));
}

#[test]
fn a_genesis_with_balances_is_backed_by_what_is_sent_along() {
    let mut asked = deployment();
    asked.genesis_root = asked.circuit_set;
    asked.genesis_backing = Amount::new(12_345);
    let mut deployed = Deployed::new(asked);
    assert_eq!(deployed.read().held(TokenId::ZERO).unwrap(), Amount::new(12_345));
    assert_eq!(deployed.chain.balance(deployed.rollup), Amount::new(12_345));
    assert_eq!(deployed.chain.time().get(), START);
}
