//! Two transactions, each once.

use super::*;
use crate::deployed::DeployedError;
use crate::node::DeployError;

fn deployment(chain: &Chain) -> Deployment {
    let (key, operator) = (KeySummary::development().unwrap(), chain.keys[0].address());
    Deployment::new(chain.node.chain_id(), key, EMPTY_ROOT, operator)
}

#[test]
fn a_deployment_that_is_not_closed_is_the_same_again() {
    let chain = Chain::new();
    let deployment = deployment(&chain);
    let (key, nonce) = (&chain.keys[0], chain.nonce());
    let deploy = || chain.node.deploy(key, &deployment, &chain.journal).unwrap();
    let first = deploy();
    assert_eq!((first.verifier_sent.before, first.rollup_sent.before), (false, false));
    let open =
        || chain.node.has_open_deployment(key.address(), &deployment, &chain.journal).unwrap();
    assert!(open());
    let second = deploy();
    assert_eq!((second.verifier_sent.before, second.rollup_sent.before), (true, true));
    assert_eq!((first.verifier, first.rollup), (second.verifier, second.rollup));
    assert_eq!(chain.nonce(), nonce + 2);
    let close = chain.node.close_deployment(key.address(), &deployment, &first, &chain.journal);
    close.unwrap();
    assert!(!open());
    assert_eq!(chain.entries(), 0);
    assert_ne!(deploy().rollup, first.rollup);
}

#[test]
fn another_contract_than_asked_for_is_noticed() {
    let chain = Chain::new();
    let wanted = deployment(&chain);
    let differs = |change: fn(&mut Deployment)| {
        let mut other = wanted.clone();
        other.operation_fee = FEE;
        change(&mut other);
        match other.verify(&mut &chain.node, chain.rollup, chain.verifier) {
            Err(DeployedError::Other { what, .. }) => what,
            Err(error) => panic!("{error}"),
            Ok(_) => "nothing",
        }
    };
    assert_eq!(differs(|_| ()), "nothing");
    assert_eq!(differs(|other| other.operation_fee = Amount::ZERO), "the operation fee");
    assert_eq!(differs(|other| other.queue_period += 1), "the queue period");
    assert_eq!(differs(|other| other.governor = Some(Address([3; 20]))), "the governor");
    assert_eq!(differs(|other| other.tokens.push(Address([3; 20]))), "the token");

    let mut elsewhere = wanted.clone();
    elsewhere.queue_period = 0;
    let error = chain.node.deploy(&chain.keys[0], &elsewhere, &chain.journal).unwrap_err();
    assert!(matches!(error, DeployError::Deployment(_)), "{error}");
    assert_eq!(chain.entries(), 0);
}
