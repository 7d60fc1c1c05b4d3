mod circuits;
mod gates;
mod keccak;
mod parts;
mod starks;
mod wide;

/// Runs a prover of the library in one thread, so that the nonce that it finds is the least one, which is ours: only
/// then can whole proofs be compared.
fn in_one_thread<R: Send>(prove: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(prove)
}
