//! Built circuits as bytes: reading one takes a twentieth of the time that building it takes, for some 70 MB.
//!
//! The bytes belong to the program that wrote them. A checksum tells damage, the digest another circuit; bytes that
//! someone else made can waste memory, and lead to proofs that fail, but to no wrong proof.

use plonky2::util::serialization::{DefaultGateSerializer, DefaultGeneratorSerializer};
use starfold_primitives::Digest;

use super::backend::{Circuit, Config, EXTENSION, circuit_digest};
use super::shape::BuildError;

/// Checksum and length stand before the bytes of every circuit.
const HEADER_BYTES: usize = 12;

/// Why bytes are not the circuit that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// They are incomplete or altered.
    #[error("the cached circuit is damaged")]
    Damaged,
    /// They are those of another circuit.
    #[error("the cached circuit is {actual}, not {expected}")]
    Circuit {
        /// The circuit asked for.
        expected: Digest,
        /// The circuit in the bytes.
        actual: Digest,
    },
    /// The circuit has not the shape.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Appends a circuit.
pub(super) fn write(circuit: &Circuit, bytes: &mut Vec<u8>) {
    let body = circuit
        .to_bytes(
            &DefaultGateSerializer,
            &DefaultGeneratorSerializer::<Config, EXTENSION>::default(),
        )
        .expect(
            "circuits have plonky2's own gates and generators and writing to memory does not fail",
        );
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(crc32fast::hash(&body).to_le_bytes());
    bytes.extend(body);
}

/// Takes a circuit from the front of `bytes`.
pub(super) fn read(bytes: &mut &[u8]) -> Result<Circuit, CacheError> {
    let (header, rest) = bytes.split_at_checked(HEADER_BYTES).ok_or(CacheError::Damaged)?;
    let (len, checksum) = header.split_at(8);
    let len = u64::from_le_bytes(len.try_into().expect("eight of twelve bytes"));
    let checksum = u32::from_le_bytes(checksum.try_into().expect("four of twelve bytes"));
    let len = usize::try_from(len).map_err(|_| CacheError::Damaged)?;
    let (body, rest) = rest.split_at_checked(len).ok_or(CacheError::Damaged)?;
    if crc32fast::hash(body) != checksum {
        return Err(CacheError::Damaged);
    }
    *bytes = rest;
    let generators = DefaultGeneratorSerializer::<Config, EXTENSION>::default();
    Circuit::from_bytes(body, &DefaultGateSerializer, &generators).map_err(|_| CacheError::Damaged)
}

/// Takes the circuit of this digest.
pub(super) fn read_pinned(bytes: &mut &[u8], expected: Digest) -> Result<Circuit, CacheError> {
    let circuit = read(bytes)?;
    let key = &circuit.verifier_only;
    let actual = circuit_digest(&key.constants_sigmas_cap, circuit.common.degree_bits());
    if actual != expected || key.circuit_digest.elements != expected.0 {
        return Err(CacheError::Circuit { expected, actual });
    }
    Ok(circuit)
}

/// Insists that nothing is left.
pub(super) fn finish(bytes: &[u8]) -> Result<(), CacheError> {
    if bytes.is_empty() { Ok(()) } else { Err(CacheError::Damaged) }
}
