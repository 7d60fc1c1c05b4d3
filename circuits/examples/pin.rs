//! Rebuilds every circuit and writes `pins.toml` and `artifacts/`, or with `--check` compares them with what is
//! committed. Takes some minutes; `cargo xtask pin` runs it.

use std::error::Error;
use std::fs;
use std::path::Path;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{self, Pins};
use starfold_circuits::recursion::Catalogue;
use starfold_circuits::transaction::Transactions;

fn main() -> Result<(), Box<dyn Error>> {
    let check = std::env::args().nth(1).is_some_and(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = Catalogue::new().with::<Transactions>();
    let mut pins = Pins::default();
    for parameters in ParameterSet::ALL {
        let computed = pins::compute(parameters, &catalogue)?;
        if check {
            pins::check(parameters, &computed)?;
            continue;
        }
        let artifact = folder.join(format!("artifacts/batch-{parameters}.bin"));
        fs::write(artifact, &computed.batch_artifact)?;
        pins.insert(parameters, computed.pins);
    }
    if !check {
        fs::write(folder.join("pins.toml"), pins::render(&pins)?)?;
    }
    Ok(())
}
