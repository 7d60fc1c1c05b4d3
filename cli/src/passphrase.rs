//! Where passphrases come from: the environment, or whoever sits at the terminal.

use zeroize::Zeroizing;

use crate::failure::Failure;

/// The variable that holds the passphrase where nobody can be asked.
const VARIABLE: &str = "STARFOLD_PASSPHRASE";

/// The passphrase of a key file.
pub(crate) fn ask() -> Result<Zeroizing<String>, Failure> {
    match from_environment() {
        Some(passphrase) => Ok(passphrase),
        None => prompt("Passphrase: "),
    }
}

/// The passphrase of a new key file, typed twice.
pub(crate) fn ask_new() -> Result<Zeroizing<String>, Failure> {
    if let Some(passphrase) = from_environment() {
        return Ok(passphrase);
    }
    let first = prompt("New passphrase: ")?;
    if *first != *prompt("The same again: ")? {
        return Err(Failure::usage("the two passphrases differ"));
    }
    Ok(first)
}

fn from_environment() -> Option<Zeroizing<String>> {
    std::env::var(VARIABLE).ok().map(Zeroizing::new)
}

fn prompt(text: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(text).map(Zeroizing::new).map_err(|error| {
        Failure::usage(format!("no passphrase: set {VARIABLE} or use a terminal ({error})"))
    })
}
