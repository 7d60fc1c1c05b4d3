//! The chain's circuits as bytes: reading them takes a small part of the time that building them takes.
//!
//! The bytes belong to the program that wrote them: a header names it and carries a hash of everything, which is
//! compared before the library's parser, which may panic, sees a byte. Whoever can write a user's cache can forge the
//! hash too. What such bytes can do is waste memory, end the program and lead to proofs that fail: the outer layer is
//! compared with the committed one, and every proof is verified before it is handed out.

use plonky2::plonk::circuit_data::CircuitData;
use plonky2::plonk::config::GenericConfig;
use plonky2::util::serialization::{DefaultGateSerializer, DefaultGeneratorSerializer};
use starfold_primitives::Goldilocks;
use starfold_primitives::word::Quadratic;

use super::circuit::InnerConfig;
use super::encoding::COMMITTED;

/// The first bytes: what it is and the version of the format.
const MAGIC: [u8; 8] = *b"STFWRAP2";
const HASH_BYTES: usize = 32;
const LENGTH_BYTES: usize = 8;

type Circuit<C> = CircuitData<Goldilocks, C, 2>;

/// Why bytes are not the circuits of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainCacheError {
    /// They are incomplete, altered or no circuits at all.
    #[error("the cached circuits are damaged")]
    Damaged,
    /// Another version of the program wrote them.
    #[error("the cached circuits were written by another version of the program")]
    Program,
}

/// What tells programs apart: their version and the outer layer that they commit to.
fn program() -> [u8; HASH_BYTES] {
    let version = blake3::hash(env!("CARGO_PKG_VERSION").as_bytes());
    let layer = blake3::hash(COMMITTED);
    blake3::hash(&[version.as_bytes().as_slice(), layer.as_bytes()].concat()).into()
}

/// The name of the cached circuits, which tells programs apart.
pub(super) fn name() -> String {
    hex::encode(&program()[..16])
}

fn hash(program: &[u8], body: &[u8]) -> [u8; HASH_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&MAGIC);
    hasher.update(program);
    hasher.update(body);
    hasher.finalize().into()
}

/// The library asks for a configuration whose hasher works in circuits, for the one generator of another proof's
/// dummy, which neither circuit has. That of the inner proofs will do for both.
fn generators() -> DefaultGeneratorSerializer<InnerConfig, 2> {
    DefaultGeneratorSerializer::default()
}

/// A circuit as bytes.
pub(super) fn circuit_to_bytes<C>(circuit: &Circuit<C>) -> Vec<u8>
where
    C: GenericConfig<2, F = Goldilocks, FE = Quadratic> + 'static,
{
    circuit.to_bytes(&DefaultGateSerializer, &generators()).expect(
        "circuits have plonky2's own gates and generators and writing to memory does not fail",
    )
}

/// A circuit from bytes whose hash was checked.
pub(super) fn circuit_from_bytes<C>(bytes: &[u8]) -> Result<Circuit<C>, ChainCacheError>
where
    C: GenericConfig<2, F = Goldilocks, FE = Quadratic> + 'static,
{
    Circuit::<C>::from_bytes(bytes, &DefaultGateSerializer, &generators())
        .map_err(|_| ChainCacheError::Damaged)
}

/// Magic, program, hash; then the length of the first circuit, the first and the second.
pub(super) fn join(first: &[u8], second: &[u8]) -> Vec<u8> {
    let program = program();
    let length = (first.len() as u64).to_le_bytes();
    let body = [&length[..], first, second].concat();
    [&MAGIC[..], &program, &hash(&program, &body), &body].concat()
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], ChainCacheError> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(ChainCacheError::Damaged)?;
    *bytes = rest;
    Ok(taken)
}

/// The bytes of both circuits.
pub(super) fn split(mut bytes: &[u8]) -> Result<[&[u8]; 2], ChainCacheError> {
    if take(&mut bytes, MAGIC.len())? != MAGIC {
        return Err(ChainCacheError::Damaged);
    }
    let writer = take(&mut bytes, HASH_BYTES)?;
    let expected = take(&mut bytes, HASH_BYTES)?;
    if hash(writer, bytes) != expected {
        return Err(ChainCacheError::Damaged);
    }
    if writer != program() {
        return Err(ChainCacheError::Program);
    }
    let length = take(&mut bytes, LENGTH_BYTES)?.try_into().expect("so many bytes were taken");
    let length =
        usize::try_from(u64::from_le_bytes(length)).map_err(|_| ChainCacheError::Damaged)?;
    Ok([take(&mut bytes, length)?, bytes])
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// Bytes as another program would have written them.
    pub(in crate::layers) fn by_another_program(bytes: &[u8]) -> Vec<u8> {
        let body = &bytes[MAGIC.len() + 2 * HASH_BYTES..];
        let program = [7; HASH_BYTES];
        [&MAGIC[..], &program, &hash(&program, body), body].concat()
    }
}
