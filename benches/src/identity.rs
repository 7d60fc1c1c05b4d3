//! What was measured with what: figures of another program or machine are no answer.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use starfold_aggregator::Costs;
use starfold_circuits::parameters::ParameterSet;

use crate::depth::Machine;

/// The program and the machine of a measurement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) version: String,
    pub(crate) commit: Option<String>,
    pub(crate) machine: Machine,
}

impl Identity {
    pub(crate) fn here() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("STARFOLD_COMMIT").map(str::to_owned),
            machine: Machine {
                processor: processor(),
                threads: std::thread::available_parallelism().map_or(1, usize::from),
                vectorised: starfold_hashing::is_vectorised(),
            },
        }
    }

    /// A short name of it, of the very program and of the costs that plans are compared by, for a folder.
    pub(crate) fn name(&self, costs: &Costs) -> String {
        let Self { version, commit, machine: Machine { processor, threads, vectorised } } = self;
        let program = program();
        let text = format!(
            "{version}\n{commit:?}\n{processor}\n{threads}\n{vectorised}\n{program}\n{costs:?}"
        );
        blake3::hash(text.as_bytes()).to_hex()[..12].to_owned()
    }
}

/// The hash of the running program: one that was built from edited sources has the commit of those before. Empty where the
/// program cannot be read.
fn program() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let read = || {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(std::fs::File::open(std::env::current_exe()?)?)?;
            Ok::<_, std::io::Error>(hasher.finalize().to_hex().to_string())
        };
        read().unwrap_or_default()
    })
}

/// The processor's name where the system tells it, otherwise its architecture.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name"));
    let name = name.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// What the proofs are worth, as a sentence.
pub(crate) fn soundness(parameters: ParameterSet) -> String {
    let least = parameters.soundness_table().least;
    format!(
        "Parameter set {parameters}: {} bits conjectured by the ethSTARK heuristic and {} proven up to the Johnson \
         bound, by the weakest term of the weakest layer of the product's circuits.",
        least.ethstark.floor(),
        least.johnson.floor(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_has_another_name() {
        let here = Identity::here();
        let name = |identity: &Identity| identity.name(&Costs::REFERENCE);
        assert_eq!(name(&here), name(&Identity::here()));
        assert_eq!(program().len(), 64);
        let mut other = here.clone();
        other.machine.threads += 1;
        assert_ne!(name(&here), name(&other));
        let costs = Costs { circuit: 1, ..Costs::REFERENCE };
        assert_ne!(name(&here), here.name(&costs));
    }

    #[test]
    fn conjectured_and_proven_bits_are_told_apart() {
        let sentence = soundness(ParameterSet::Standard);
        let numbers: Vec<u32> = sentence.split(' ').filter_map(|word| word.parse().ok()).collect();
        assert_eq!(numbers.len(), 2, "{sentence}");
        assert!(numbers[0] > 80 && numbers[1] < numbers[0] && numbers[1] > 20, "{sentence}");
    }
}
