use super::*;

fn chain(id: u64) -> ChainId {
    ChainId::new(id).unwrap()
}

/// A deployment that breaks no rule.
fn deployment(chain_id: u64) -> Deployment {
    let mut key = KeySummary::development().unwrap();
    if chain_id != DEVELOPMENT_CHAIN {
        key = ceremony_key();
    }
    Deployment::new(chain(chain_id), key, Digest::ZERO, Address([1; 20]))
}

/// A key whose secrets nobody published, as far as the contract can tell: alpha is another point.
fn ceremony_key() -> KeySummary {
    let mut key = KeySummary::development().unwrap();
    let mut words = key.verifying_key.words();
    words.alpha = words.inputs[0];
    key.verifying_key = starfold_l1_verifier::groth16::VerifyingKey::from_words(&words).unwrap();
    key.kind = KeyKind::Ceremony;
    key
}

#[test]
fn defaults_break_no_rule() {
    for id in [1, DEVELOPMENT_CHAIN, 11_155_111] {
        assert_eq!(deployment(id).check(), Ok(()), "chain {id}");
    }
}

#[test]
fn a_development_key_stays_on_the_development_chain() {
    let mut deployment = deployment(1);
    deployment.key = KeySummary::development().unwrap();
    let chain_id = chain(1);
    assert_eq!(deployment.check(), Err(DeploymentError::DevelopmentKey { chain_id }));
    // declared as another key
    deployment.key.kind = KeyKind::Ceremony;
    let digest = deployment.key.verifying_key.digest();
    let undeclared = DeploymentError::Undeclared { digest, kind: KeyKind::Ceremony };
    assert_eq!(deployment.check(), Err(undeclared.clone()));
    deployment.chain_id = chain(DEVELOPMENT_CHAIN);
    assert_eq!(deployment.check(), Err(undeclared.clone()));
    assert_eq!(deployment.verifier_call(), Err(undeclared.clone()));
    assert_eq!(deployment.rollup_call(Address([2; 20])), Err(undeclared));
}

#[test]
fn a_genesis_with_balances_stays_on_the_development_chain() {
    let mut deployment = deployment(1);
    deployment.genesis_root = Digest::ZERO;
    assert_eq!(deployment.check(), Err(DeploymentError::Genesis { chain_id: chain(1) }));
    deployment.genesis_root = EMPTY_ROOT;
    let backing = Amount::new(1);
    deployment.genesis_backing = backing;
    assert_eq!(deployment.check(), Err(DeploymentError::Backing { backing }));
}

#[test]
fn addresses_and_tokens_are_checked() {
    let mut broken = deployment(1);
    broken.operator = Address::ZERO;
    assert_eq!(broken.check(), Err(DeploymentError::NoOperator));
    let token = Address([9; 20]);
    let mut broken = deployment(1);
    broken.tokens = vec![token, token];
    assert_eq!(broken.check(), Err(DeploymentError::Token { token }));
    broken.tokens = vec![Address::ZERO];
    assert_eq!(broken.check(), Err(DeploymentError::Token { token: Address::ZERO }));
    broken.tokens = vec![token];
    broken.fee_token = TokenId::new(1).unwrap();
    assert_eq!(broken.check(), Ok(()));
    let fee_token = TokenId::new(2).unwrap();
    broken.fee_token = fee_token;
    assert_eq!(broken.check(), Err(DeploymentError::FeeToken { fee_token, tokens: 2 }));
}

#[test]
fn numbers_out_of_their_ranges_are_named() {
    type Break = fn(&mut Deployment);
    let everywhere: [(Break, &str, u128); 6] = [
        (|it| it.fee_unit = FeeUnit::ZERO, "the fee unit", 0),
        (|it| it.queue_period = 0, "the queue's period", 0),
        (|it| it.queue_period = 30 * DAY + 1, "the queue's period", 30 * 86_400 + 1),
        (|it| it.batch_window = 0, "the batch window", 0),
        (|it| it.batch_window = 30 * DAY + 1, "the batch window", 30 * 86_400 + 1),
        (|it| it.operator_delay = 30 * DAY + 1, "the operator's delay", 30 * 86_400 + 1),
    ];
    let elsewhere: [(Break, &str, u128); 6] = [
        (|it| it.operation_fee = Amount::ZERO, "the fee of an operation", 0),
        (|it| it.registration_fee = Amount::ZERO, "the fee of a registration", 0),
        (|it| it.queue_period = DAY - 1, "the queue's period", 86_399),
        (|it| it.batch_window = HOUR - 1, "the batch window", 3599),
        (|it| it.batch_window = DAY + 1, "the batch window", 86_401),
        (|it| it.operator_delay = it.queue_period, "the operator's delay", 7 * 86_400),
    ];
    let refused = |id: u64, apply: Break| {
        let mut broken = deployment(id);
        apply(&mut broken);
        match broken.check() {
            Err(DeploymentError::Range { parameter, actual, .. }) => Some((parameter, actual)),
            _ => None,
        }
    };
    for (apply, parameter, actual) in everywhere {
        assert_eq!(refused(DEVELOPMENT_CHAIN, apply), Some((parameter, actual)));
        assert_eq!(refused(1, apply), Some((parameter, actual)));
    }
    for (apply, parameter, actual) in elsewhere {
        assert_eq!(refused(DEVELOPMENT_CHAIN, apply), None, "{parameter}");
        assert_eq!(refused(1, apply), Some((parameter, actual)));
    }
}

/// The example of the Ethereum wiki on CREATE.
#[test]
fn addresses_of_contracts_are_those_of_ethereum() {
    let sender: Address = "0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0".parse().unwrap();
    for (nonce, expected) in [
        (0, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"),
        (1, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"),
        (2, "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91"),
        (3, "0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"),
    ] {
        assert_eq!(contract_address(sender, nonce), expected.parse().unwrap());
    }
}
