//! Built circuits as bytes: reading one takes a small part of the time that building it takes, for some 70 MB.
//!
//! The bytes belong to the program that wrote them: a header names it and carries a hash of everything, which is
//! compared before the library's parser, which may panic, sees a byte. Whoever can write a user's cache can forge the
//! hash too. What such bytes can do is waste memory, end the program and lead to proofs that fail: every circuit is
//! compared with its pin, and every proof is verified before it is handed out.

use plonky2::util::serialization::{DefaultGateSerializer, DefaultGeneratorSerializer};
use starfold_primitives::Digest;

use super::backend::{Circuit, Config, EXTENSION, circuit_digest};
use super::shape::BuildError;
use crate::pins::COMMITTED_PINS;

/// The first bytes: what it is and the version of the format.
const MAGIC: [u8; 8] = *b"STFCIRC2";
const HASH_BYTES: usize = 32;
/// Magic, program and hash.
const HEADER_BYTES: usize = MAGIC.len() + 2 * HASH_BYTES;
const LENGTH_BYTES: usize = 8;

/// Why bytes are not the circuit that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// They are incomplete, altered or no circuits at all.
    #[error("the cached circuit is damaged")]
    Damaged,
    /// Another version of the program wrote them.
    #[error("the cached circuit was written by another version of the program")]
    Program,
    /// There are more or fewer circuits than were asked for.
    #[error("{actual} circuits are cached, expected are {expected}")]
    Count {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        actual: usize,
    },
    /// They are those of another circuit.
    #[error("the cached circuit is {actual}, not {expected}")]
    Circuit {
        /// The circuit asked for.
        expected: Digest,
        /// The circuit in the bytes.
        actual: Digest,
    },
    /// The key is the pinned one's, and the common data is not.
    #[error("the cached circuit has not the common data of the circuit {expected}")]
    CommonData {
        /// The circuit asked for.
        expected: Digest,
    },
    /// The circuit has not the shape.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// What tells programs apart: their version and the circuits that they pin.
fn program() -> [u8; HASH_BYTES] {
    let version = blake3::hash(env!("CARGO_PKG_VERSION").as_bytes());
    let pins = blake3::hash(COMMITTED_PINS.as_bytes());
    blake3::hash(&[*version.as_bytes(), *pins.as_bytes()].concat()).into()
}

/// The hash of everything but itself.
fn hash(program: &[u8], body: &[u8]) -> [u8; HASH_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&MAGIC).update(program).update(body);
    hasher.finalize().into()
}

/// Circuits as bytes: magic, program, hash; then their number, and of each the length and its own bytes.
pub(super) fn write(circuits: &[&Circuit]) -> Vec<u8> {
    let program = program();
    let mut bytes = [&MAGIC[..], &program, &[0; HASH_BYTES]].concat();
    bytes.extend((circuits.len() as u64).to_le_bytes());
    let generators = DefaultGeneratorSerializer::<Config, EXTENSION>::default();
    for circuit in circuits {
        let circuit = circuit.to_bytes(&DefaultGateSerializer, &generators).expect(
            "circuits have plonky2's own gates and generators and writing to memory does not fail",
        );
        bytes.extend((circuit.len() as u64).to_le_bytes());
        bytes.extend(circuit);
    }
    let hash = hash(&program, &bytes[HEADER_BYTES..]);
    bytes[HEADER_BYTES - HASH_BYTES..HEADER_BYTES].copy_from_slice(&hash);
    bytes
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Result<&'a [u8], CacheError> {
    let (taken, rest) = bytes.split_at_checked(len).ok_or(CacheError::Damaged)?;
    *bytes = rest;
    Ok(taken)
}

fn take_length(bytes: &mut &[u8]) -> Result<usize, CacheError> {
    let length = take(bytes, LENGTH_BYTES)?.try_into().expect("so many bytes were taken");
    usize::try_from(u64::from_le_bytes(length)).map_err(|_| CacheError::Damaged)
}

/// Checks the header and splits the bytes into those of the circuits, at most two: a leaf circuit and its adapter.
fn split(mut bytes: &[u8]) -> Result<Vec<&[u8]>, CacheError> {
    if take(&mut bytes, MAGIC.len())? != MAGIC {
        return Err(CacheError::Damaged);
    }
    let writer = take(&mut bytes, HASH_BYTES)?;
    let expected = take(&mut bytes, HASH_BYTES)?;
    if hash(writer, bytes) != expected {
        return Err(CacheError::Damaged);
    }
    if writer != program() {
        return Err(CacheError::Program);
    }
    let count = take_length(&mut bytes)?;
    if !(1..=2).contains(&count) {
        return Err(CacheError::Damaged);
    }
    let mut circuits = vec![];
    for _ in 0..count {
        let length = take_length(&mut bytes)?;
        circuits.push(take(&mut bytes, length)?);
    }
    if bytes.is_empty() { Ok(circuits) } else { Err(CacheError::Damaged) }
}

/// Reads one circuit or two.
pub(super) fn read(bytes: &[u8]) -> Result<(Circuit, Option<Circuit>), CacheError> {
    let generators = DefaultGeneratorSerializer::<Config, EXTENSION>::default();
    let mut circuits = split(bytes)?.into_iter().map(|bytes| {
        Circuit::from_bytes(bytes, &DefaultGateSerializer, &generators)
            .map_err(|_| CacheError::Damaged)
    });
    let first = circuits.next().ok_or(CacheError::Damaged)??;
    Ok((first, circuits.next().transpose()?))
}

/// Reads the one circuit of this digest.
pub(super) fn read_one(bytes: &[u8], pinned: Digest) -> Result<Circuit, CacheError> {
    match read(bytes)? {
        (circuit, None) => expect_pinned(circuit, pinned),
        (_, Some(_)) => Err(CacheError::Count { expected: 1, actual: 2 }),
    }
}

/// Insists on the circuit of this digest.
pub(super) fn expect_pinned(circuit: Circuit, expected: Digest) -> Result<Circuit, CacheError> {
    let key = &circuit.verifier_only;
    let actual = circuit_digest(&key.constants_sigmas_cap, circuit.common.degree_bits());
    if actual != expected || key.circuit_digest.elements != expected.0 {
        return Err(CacheError::Circuit { expected, actual });
    }
    Ok(circuit)
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// The bytes as another program would have written them.
    pub(in crate::recursion) fn by_another_program(bytes: &[u8]) -> Vec<u8> {
        let body = &bytes[HEADER_BYTES..];
        let program = [7; HASH_BYTES];
        [&MAGIC[..], &program, &hash(&program, body), body].concat()
    }

    /// A file of these circuits, each taken from a file by its place, with a header that is right.
    pub(in crate::recursion) fn joined(circuits: &[(&[u8], usize)]) -> Vec<u8> {
        let mut body = (circuits.len() as u64).to_le_bytes().to_vec();
        for (file, place) in circuits {
            let circuit = split(file).unwrap()[*place];
            body.extend((circuit.len() as u64).to_le_bytes());
            body.extend(circuit);
        }
        [&MAGIC[..], &program(), &hash(&program(), &body), &body].concat()
    }
}
