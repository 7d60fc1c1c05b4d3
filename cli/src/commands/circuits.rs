//! `starfold circuits`

use clap::Args;
use serde::Serialize;
use starfold_circuits::air::constraint_table;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::Pins;
use starfold_circuits::recursion::{BatchCircuit, Catalogue, FoldCircuit, Shape};
use starfold_circuits::transaction::{COLUMNS, TransactionAir, Transactions};
use starfold_primitives::Digest;

use crate::failure::Failure;
use crate::output::{Table, columns, note, print, print_json};

/// Builds every circuit of a parameter set and compares its digest with the pinned one.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The parameters of the proofs: standard or conservative.
    #[arg(long, default_value = "standard")]
    parameters: ParameterSet,
    /// Build nothing: the pinned digests alone, without gates.
    #[arg(long)]
    pinned: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    parameter_set: ParameterSet,
    circuit_set: Digest,
    transaction: Transaction,
    circuits: Vec<Circuit>,
}

/// The transaction AIR.
#[derive(Debug, Serialize)]
struct Transaction {
    rows: usize,
    columns: usize,
    constraints: usize,
    degree: usize,
}

#[derive(Debug, Serialize)]
struct Circuit {
    name: String,
    digest: Digest,
    gates: Option<usize>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let pins = Pins::committed().map_err(Failure::wrong)?;
        let pins = pins.of(self.parameters).map_err(Failure::wrong)?;
        let constraints = constraint_table(&TransactionAir);
        let mut circuits = vec![
            Circuit { name: "batch".to_owned(), digest: pins.batch, gates: None },
            Circuit { name: "fold".to_owned(), digest: pins.fold, gates: None },
        ];
        circuits.extend(pins.leaves.iter().map(|leaf| Circuit {
            name: leaf.name.clone(),
            digest: leaf.digest,
            gates: None,
        }));
        if !self.pinned {
            count_gates(self.parameters, &mut circuits)?;
        }
        let report = Report {
            parameter_set: self.parameters,
            circuit_set: pins.circuit_set().map_err(Failure::wrong)?.root(),
            transaction: Transaction {
                rows: starfold_circuits::transaction::schedule::BLOCK_ROWS,
                columns: COLUMNS,
                constraints: constraints.polynomials(),
                degree: constraints.degree(),
            },
            circuits,
        };
        if self.json {
            return Ok(print_json(&report)?);
        }
        report.print()
    }
}

/// Builds each circuit, checks its digest and enters its gates.
fn count_gates(parameters: ParameterSet, circuits: &mut [Circuit]) -> Result<(), Failure> {
    let shape = Shape::new(parameters);
    note("building the fold and batch circuits");
    let fold = FoldCircuit::build(&shape).map_err(Failure::wrong)?;
    let batch = BatchCircuit::build(&fold).map_err(Failure::wrong)?;
    let catalogue = Catalogue::new().with::<Transactions>();
    for circuit in circuits {
        let (digest, gates) = match circuit.name.as_str() {
            "batch" => (batch.digest(), batch.gates()),
            "fold" => (fold.digest(), fold.gates()),
            name => {
                let entries = catalogue.entries();
                let entry = entries.iter().find(|entry| entry.spec().to_string() == name);
                let entry = entry.ok_or_else(|| {
                    Failure::wrong(format!("the pinned circuit {name} is not in the catalogue"))
                })?;
                note(&format!("building {name}"));
                let leaf = entry.build(&shape).map_err(Failure::wrong)?;
                (leaf.digest(), leaf.gates())
            }
        };
        if digest != circuit.digest {
            let Circuit { name, digest: pinned, .. } = circuit;
            return Err(Failure::wrong(format!("{name} has digest {digest}, pinned is {pinned}")));
        }
        circuit.gates = Some(gates);
    }
    Ok(())
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        let Transaction { rows, columns: wide, constraints, degree } = self.transaction;
        Table::default()
            .row("parameters", self.parameter_set)
            .row("circuit set", self.circuit_set)
            .row(
                "transaction AIR",
                format!(
                    "{rows} rows of {wide} columns, {constraints} constraints of degree {degree}"
                ),
            )
            .print()?;
        let rows: Vec<Vec<String>> = self
            .circuits
            .iter()
            .map(|circuit| {
                let gates = circuit.gates.map_or_else(|| "-".to_owned(), |gates| gates.to_string());
                vec![circuit.name.clone(), gates, circuit.digest.to_string()]
            })
            .collect();
        Ok(print(&columns(&["circuit", "gates", "digest"], &rows))?)
    }
}
