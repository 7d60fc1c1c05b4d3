use super::chain::{context, origin, segment, system};
use crate::parameters::ParameterSet;
use crate::recursion::{
    BatchCircuit, BatchStatement, BatchVerifier, CircuitSet, FoldCircuit, LeafCircuit, Shape,
};
use std::time::Instant;

fn timed<T>(name: &str, f: impl FnOnce() -> T) -> T {
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    };
    let (wall, start) = (Instant::now(), cpu());
    let result = f();
    println!("{name}: wall {:.2} s, cpu {:.2} s", wall.elapsed().as_secs_f64(), cpu() - start);
    result
}

fn run(parameters: ParameterSet) {
    let shape = timed("shape", || Shape::new(parameters));
    let sys = system(parameters, 1, 5, 2);
    let leaf = timed("leaf", || LeafCircuit::build(&shape, sys, 1).unwrap());
    println!("leaf gates {} adapter {:?}", leaf.gates(), leaf.adapter_gates());
    let fold = timed("fold", || FoldCircuit::build(&shape).unwrap());
    println!("fold gates {}", fold.gates());
    let batch = timed("batch", || BatchCircuit::build(&fold).unwrap());
    println!("batch gates {} degree {}", batch.gates(), batch.degree_bits());
    let set = CircuitSet::new(vec![leaf.digest()]).unwrap();
    let a = timed("segment", || segment(leaf.system(), context(7), origin()));
    let b = segment(leaf.system(), context(7), a.claim().exit);
    let a = timed("leaf proof", || leaf.prove(vec![a]).unwrap());
    let b = leaf.prove(vec![b]).unwrap();
    let f = timed("fold proof", || fold.prove(&set, a, b).unwrap());
    let claim = f.claim();
    let p = timed("batch proof", || batch.prove(&set, f).unwrap());
    let verifier = BatchVerifier::of_circuit(&batch).unwrap();
    timed("verify", || verifier.verify(&p, &BatchStatement { claim, set: set.root() }).unwrap());
}

#[test]
fn weak() {
    run(ParameterSet::Weak);
}

#[test]
fn standard() {
    run(ParameterSet::Standard);
}

#[test]
fn pin() {
    let mut pins = crate::pins::Pins::default();
    for parameters in ParameterSet::ALL {
        let computed = timed("compute", || crate::pins::compute(parameters, &[]).unwrap());
        std::fs::write(format!("artifacts/batch-{parameters}.bin"), &computed.batch_artifact)
            .unwrap();
        pins.insert(parameters, computed.pins);
    }
    std::fs::write("pins.toml", crate::pins::render(&pins).unwrap()).unwrap();
}
