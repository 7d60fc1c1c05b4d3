//! Wrappers and keys, from the cache or from files.

use std::path::Path;

use starfold_l1_verifier::groth16::{Circuit, KeySummary, ProvingKey, read_proving_key};
use starfold_l1_verifier::{Wrapper, committed_circuit};

use super::cache::WrapCache;
use super::error::KeyLoadError;
use super::progress::{WrapProgress, WrapStep};
use super::verification::kind_of;

/// The key with which is wrapped.
#[derive(Clone, Copy, Debug)]
pub enum WrapKey<'a> {
    /// The development key, from the cache or made: UNSAFE, since anyone can forge proofs under it.
    Development,
    /// A proving key in a file.
    File(&'a Path),
}

/// Reads a verifying key: from the head of a proving key, or from the JSON of a verifying key.
///
/// # Errors
/// [`KeyLoadError`] where it is none of the wrap's circuit, or says that it is of another kind than it is.
pub fn read_verifying_key(path: &Path) -> Result<KeySummary, KeyLoadError> {
    let summary = KeySummary::read(path)
        .map_err(|source| KeyLoadError::Summary { path: path.to_owned(), source })?;
    let development = KeySummary::development().map_err(KeyLoadError::CommittedKey)?;
    summary
        .check_circuit(development.circuit)
        .map_err(|source| KeyLoadError::Key { path: path.to_owned(), source })?;
    let (expected, actual) = (kind_of(&summary.verifying_key, &development), summary.kind);
    if actual != expected {
        return Err(KeyLoadError::Kind { path: path.to_owned(), expected, actual });
    }
    Ok(summary)
}

/// The development key of the wrap's circuit, from the cache or made.
///
/// # Errors
/// [`KeyLoadError`]; what is damaged in the cache is no error, it is made again.
pub fn development_key(
    cache: &Path,
    progress: &dyn WrapProgress,
) -> Result<ProvingKey, KeyLoadError> {
    progress.step(WrapStep::Build, 2);
    let circuit = committed_circuit()?;
    progress.advance(WrapStep::Build, 1);
    let key = WrapCache::open(cache, progress).development_key(&circuit)?;
    progress.advance(WrapStep::Build, 2);
    Ok(key)
}

/// Layers and circuit from the cache or built, with a key.
///
/// # Errors
/// [`KeyLoadError`]; what is damaged in the cache is no error, it is made again. A key of another circuit is refused
/// before anything is built.
pub fn load_wrapper(
    key: WrapKey<'_>,
    cache: &Path,
    progress: &dyn WrapProgress,
) -> Result<Wrapper, KeyLoadError> {
    if let WrapKey::File(path) = key {
        read_verifying_key(path)?;
    }
    progress.step(WrapStep::Build, 3);
    let cache = WrapCache::open(cache, progress);
    let layers = cache.layers()?;
    progress.advance(WrapStep::Build, 1);
    let wrapper = Wrapper::new(layers, |circuit: &Circuit| {
        progress.advance(WrapStep::Build, 2);
        match key {
            WrapKey::Development => cache.development_key(circuit),
            WrapKey::File(path) => read_proving_key(path, circuit)
                .map_err(|source| KeyLoadError::File { path: path.to_owned(), source }),
        }
    })?;
    progress.advance(WrapStep::Build, 3);
    Ok(wrapper)
}
