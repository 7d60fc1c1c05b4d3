use super::*;
use crate::NewRollup;
use starfold_primitives::quantities::AccountIndex;
use starfold_state::{EMPTY_ROOT, StateReader as _};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_development_rollup_has_its_operators_account() {
    let folder = folder();
    let made = Rollup::init(&folder.path().join("new/rollup"), &NewRollup::development()).unwrap();
    let root = made.state().head().root;
    drop(made);
    let rollup = Rollup::open(&folder.path().join("new/rollup")).unwrap();
    assert_eq!(rollup.state().head().root, root);
    let operator = rollup.config().operator;
    let accounts = rollup.state().snapshot().accounts_of(operator).unwrap();
    assert_eq!(accounts, [AccountIndex::ZERO]);
}

#[test]
fn a_rollup_on_another_chain_starts_with_the_empty_root() {
    let folder = folder();
    let mut new = NewRollup::development();
    new.parameters.chain_id = "1".parse().unwrap();
    new.genesis = crate::default_genesis(new.parameters.chain_id, new.operator);
    let rollup = Rollup::init(folder.path(), &new).unwrap();
    assert_eq!(rollup.state().head().root, EMPTY_ROOT);
}

#[test]
fn only_one_process_at_a_time_has_it() {
    let folder = folder();
    let first = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    assert!(matches!(Rollup::open(folder.path()), Err(DirectoryError::Busy { .. })));
    drop(first);
    Rollup::open(folder.path()).unwrap();
}

#[test]
fn a_second_init_and_a_foreign_folder_are_refused() {
    let folder = folder();
    drop(Rollup::init(folder.path(), &NewRollup::development()).unwrap());
    let error = Rollup::init(folder.path(), &NewRollup::development()).unwrap_err();
    assert!(matches!(error, DirectoryError::AlreadyInitialised { .. }));

    let foreign = tempfile::tempdir().unwrap();
    fs::write(foreign.path().join("thesis.tex"), "text").unwrap();
    let error = Rollup::init(foreign.path(), &NewRollup::development()).unwrap_err();
    assert!(matches!(error, DirectoryError::NotEmpty { entry, .. } if entry == "thesis.tex"));
    let error = Rollup::open(foreign.path()).unwrap_err();
    assert!(matches!(error, DirectoryError::NotInitialised { .. }));
    assert_eq!(foreign.path().read_dir().unwrap().count(), 1);
}

#[test]
fn an_interrupted_init_is_done_again() {
    let folder = folder();
    drop(Rollup::init(folder.path(), &NewRollup::development()).unwrap());
    fs::remove_file(folder.path().join("rollup.json")).unwrap();
    let rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    assert_eq!(rollup.state().head().batch, BatchNumber::ZERO);
}

#[test]
fn a_refused_genesis_leaves_the_folder_usable() {
    let folder = folder();
    let mut new = NewRollup::development();
    let account = new.genesis.accounts[0];
    new.genesis.accounts.push(account);
    let error = Rollup::init(folder.path(), &new).unwrap_err();
    assert!(matches!(error, DirectoryError::State(StateError::Genesis(_))), "{error}");
    Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    let mut nobody = NewRollup::development();
    nobody.operator = Address::ZERO;
    let error = Rollup::init(folder.path(), &nobody).unwrap_err();
    assert!(matches!(error, DirectoryError::ZeroOperator));
}

#[test]
fn another_format_is_refused() {
    let folder = folder();
    drop(Rollup::init(folder.path(), &NewRollup::development()).unwrap());
    let path = folder.path().join("rollup.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"starfold_rollup\": 2", "\"starfold_rollup\": 9")).unwrap();
    let error = Rollup::open(folder.path()).unwrap_err();
    assert!(matches!(error, DirectoryError::Format { expected: 2, actual: 9 }));
}

#[test]
fn a_new_genesis_takes_the_place_of_the_old() {
    let folder = folder();
    let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    let genesis = Genesis { tokens: vec![Address([9; 20])], ..Genesis::default() };
    rollup.replace_genesis(&genesis).unwrap();
    assert_eq!(rollup.state().head().token_count, 2);
    drop(rollup);
    let rollup = Rollup::open(folder.path()).unwrap();
    assert_eq!(rollup.state().head().token_count, 2);
    assert_eq!(rollup.state().head().root, EMPTY_ROOT);
    assert!(!rollup.layout().state(0).exists());
}
