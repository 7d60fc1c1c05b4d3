use super::*;
#[test]
fn measure() {
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    };
    for p in ParameterSet::ALL {
        let (t, c) = (std::time::Instant::now(), cpu());
        let shape = Shape::new(p);
        println!("shape {:.2} wall {:.2} cpu", t.elapsed().as_secs_f64(), cpu() - c);
        let (t, c) = (std::time::Instant::now(), cpu());
        let fold = FoldCircuit::build(&shape).unwrap();
        println!(
            "fold {p} build {:.2} wall {:.2} cpu, gates {}",
            t.elapsed().as_secs_f64(),
            cpu() - c,
            fold.gates()
        );
        let bytes = fold.to_cache_bytes();
        let (t, c) = (std::time::Instant::now(), cpu());
        FoldCircuit::from_cache_bytes(&shape, fold.digest(), &bytes).unwrap();
        println!(
            "load {} B {:.2} wall {:.2} cpu",
            bytes.len(),
            t.elapsed().as_secs_f64(),
            cpu() - c
        );
        let (t, c) = (std::time::Instant::now(), cpu());
        let batch = BatchCircuit::build(&fold).unwrap();
        println!(
            "batch {p} build {:.2} wall {:.2} cpu, gates {} degree {}",
            t.elapsed().as_secs_f64(),
            cpu() - c,
            batch.gates(),
            batch.degree_bits()
        );
        let bytes = batch.to_cache_bytes();
        let (t, c) = (std::time::Instant::now(), cpu());
        BatchCircuit::from_cache_bytes(&fold, batch.digest(), &bytes).unwrap();
        println!(
            "load {} B {:.2} wall {:.2} cpu",
            bytes.len(),
            t.elapsed().as_secs_f64(),
            cpu() - c
        );
        let leaf = LeafCircuit::build(&shape, system(p, 1, 5, 2), 1).unwrap();
        println!("leaf gates {}", leaf.gates());
        if p == ParameterSet::Conservative {
            let [left, right] = leaf_proofs([&leaf, &leaf]);
            let set = CircuitSet::new(vec![leaf.digest()]).unwrap();
            let (t, c) = (std::time::Instant::now(), cpu());
            let f = fold.prove(&set, left, right).unwrap();
            println!("fold {:.2} wall {:.2} cpu", t.elapsed().as_secs_f64(), cpu() - c);
            let (t, c) = (std::time::Instant::now(), cpu());
            batch.prove(&set, f).unwrap();
            println!("batch {:.2} wall {:.2} cpu", t.elapsed().as_secs_f64(), cpu() - c);
        }
    }
}
