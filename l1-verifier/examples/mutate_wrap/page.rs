//! The page of the result.

use std::collections::BTreeMap;

use starfold_l1_verifier::groth16::CircuitDigest;
use starfold_l1_verifier::r1cs::Fault;
use starfold_l1_verifier::verifier::mutation::Mutation;

/// What became of the values of one part.
#[derive(Debug)]
struct Part {
    name: &'static str,
    values: usize,
    refused: usize,
    /// Refusals by the section of the first constraint that does not hold.
    sections: BTreeMap<String, usize>,
}

/// Text and table, by part in the order of the proof.
pub(super) fn render(digest: CircuitDigest, mutations: &[Mutation]) -> String {
    let parts = by_part(mutations);
    let rows: String = parts.iter().map(row).collect();
    let values = thousands(mutations.len());
    let refused = thousands(parts.iter().map(|part| part.refused).sum());
    let (unread, list) = unread(mutations);
    format!(
        "# Mutations of the wrap

Written by `cargo xtask mutate-wrap`. Belongs to the circuit

```
{digest}
```

A proof of the outer layer has {values} values, elements and hashes. Each was changed alone, by adding one to it, and the
[program of the constraints](wrap.md#constraints) run over the changed proof up to the first constraint that does not
hold. {refused} changes are refused, {unread} are of values that no constraint reads. None survives.

| part of the proof | values | refused | by the first constraint in |
|---|---|---|---|
{rows}| all | {values} | {refused} | |

What stands in the transcript changes the response of the proof of work, whose check comes first. With the proof of work
done again such changes are refused too, by the quotient or by the paths: that is a test.

## Values that are not read

A query's path in the tree of constants has 13 siblings in plonky2's proof: it leads from a row, at height 17, to the cap,
at height 4. The circuit reads the first eight, which lead to height 9, where all 512 nodes of the tree are its constants.
There the path must end at the node that the query's index chooses.

The five siblings above, in each of 17 queries, have no variable in the circuit. They could say nothing: whoever makes
the circuit folds the 512 nodes to height 4 and compares them with the cap in the layer's key, so that each sibling above
height 9 is one value, known before any proof. An assignment therefore still proves that an accepted proof of the outer
layer exists: the one with these values in their places. A test compares those of a real proof.

By number, from zero in the order of the encoding:
{list}.
"
    )
}

fn by_part(mutations: &[Mutation]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mutation in mutations {
        let name = mutation.place.part;
        let place = parts.iter().position(|part| part.name == name).unwrap_or_else(|| {
            parts.push(Part { name, values: 0, refused: 0, sections: BTreeMap::new() });
            parts.len() - 1
        });
        let part = &mut parts[place];
        part.values += 1;
        if let Some(fault) = &mutation.refused {
            part.refused += 1;
            *part.sections.entry(section(fault)).or_default() += 1;
        }
    }
    parts
}

fn section(fault: &Fault) -> String {
    match fault {
        Fault::Unsatisfied { section, .. } => (*section).to_owned(),
        other => other.to_string(),
    }
}

fn row(part: &Part) -> String {
    let (name, sections) = (part.name, &part.sections);
    let [values, refused] = [part.values, part.refused].map(thousands);
    let sections: Vec<String> = match sections.len() {
        0 => vec!["none".to_owned()],
        1 => sections.keys().cloned().collect(),
        _ => sections.iter().map(|(section, count)| format!("{section} {count}")).collect(),
    };
    format!("| {name} | {values} | {refused} | {} |\n", sections.join(", "))
}

/// How many values are not read, and their numbers as ranges.
fn unread(mutations: &[Mutation]) -> (usize, String) {
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    let numbers = mutations.iter().filter(|one| one.refused.is_none()).map(|one| one.number);
    for number in numbers.clone() {
        match ranges.last_mut() {
            Some([_, last]) if *last + 1 == number => *last = number,
            _ => ranges.push([number; 2]),
        }
    }
    let ranges: Vec<String> =
        ranges.iter().map(|[first, last]| format!("{first} to {last}")).collect();
    let lines: Vec<String> = ranges.chunks(8).map(|line| line.join(", ")).collect();
    (numbers.count(), lines.join(",\n"))
}

/// A number below a million with a comma.
fn thousands(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}
