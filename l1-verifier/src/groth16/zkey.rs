//! Proving keys of a snarkjs ceremony (`.zkey`).
//!
//! The format is that of iden3's binary files: a magic number, a version, and sections, each with its type and length.
//! Everything is little-endian, coordinates are in Montgomery form.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine, g1, g2};
use ark_ec::short_weierstrass::Affine;
use ark_ff::{BigInt, MontFp, PrimeField as _};
use rayon::prelude::*;

use super::circuit::Circuit;
use super::encoding::{PointError, checked_first, checked_second};
use super::keys::{KeyError, KeyKind, ProvingKey};
use super::prover::{ProveError, prove};
use super::zkey_matrices::check_matrices;

const MAGIC: [u8; 4] = *b"zkey";
const VERSION: u32 = 1;
const SECTIONS: usize = 10;
const GROTH16: u32 = 1;
/// Bytes of the section that names the system of proofs, and of the header of Groth16.
const PROTOCOL_BYTES: u64 = 4;
const HEADER_BYTES: u64 = 2 * 36 + 12 + 3 * 64 + 3 * 128;
/// What a contribution takes at least: three points of the first group, one of the second, a transcript, two numbers.
const CONTRIBUTION_BYTES: u64 = 3 * 64 + 128 + 64 + 8;
/// Points that are read before they are checked together.
const BATCH: usize = 1 << 16;

/// Why a file is no key of a ceremony for the circuit.
#[derive(Debug, thiserror::Error)]
pub enum ZkeyError {
    /// The file cannot be read.
    #[error("the zkey cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file begins with something else.
    #[error("the file is no zkey of version {VERSION}")]
    Magic,
    /// The key belongs to another system of proofs.
    #[error("the zkey belongs to the protocol {actual}, Groth16 is {GROTH16}")]
    Protocol {
        /// The number of the protocol.
        actual: u32,
    },
    /// The key is over another curve.
    #[error("the zkey is not over BN254")]
    Curve,
    /// A section is missing or there twice, or is none that is known.
    #[error("the zkey has section {section} {times} times")]
    Section {
        /// The type of the section.
        section: u32,
        /// How often it is there.
        times: usize,
    },
    /// A section reaches past the end of the file.
    #[error("section {section} reaches past the end of the zkey")]
    Truncated {
        /// The type of the section.
        section: u32,
    },
    /// A section has another length than the circuit demands, or one too small for the contributions it announces.
    #[error("section {section} has {actual} bytes, expected {expected}")]
    SectionLength {
        /// The type of the section.
        section: u32,
        /// What is demanded.
        expected: u64,
        /// What the file has.
        actual: u64,
    },
    /// A number of the header is not the circuit's.
    #[error("the zkey has {actual} {what}, the circuit {expected}")]
    Number {
        /// What is counted.
        what: &'static str,
        /// The circuit's.
        expected: u64,
        /// The key's.
        actual: u64,
    },
    /// An entry of the matrices is not the circuit's.
    #[error("entry {entry} of the zkey's matrices is not one of the circuit")]
    Matrix {
        /// The number of the entry in the file, from zero.
        entry: usize,
    },
    /// A point is refused.
    #[error("point {place} of section {section} is refused: {error}")]
    Point {
        /// The type of the section.
        section: u32,
        /// The place of the point in the section.
        place: usize,
        /// Why.
        error: PointError,
    },
    /// The key had fewer contributions than are asked for.
    #[error("the ceremony had {actual} contributions, at least {expected} are asked for")]
    Contributions {
        /// How many are asked for.
        expected: u32,
        /// How many there were.
        actual: u32,
    },
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key does not prove the circuit.
    #[error("the key was tried and does not prove the circuit: {0}")]
    Trial(#[source] ProveError),
}

/// The key of a ceremony, and how many contributed to it.
#[derive(Clone, Debug)]
pub struct CeremonyKey {
    /// The key.
    pub key: ProvingKey,
    /// The contributions to the second phase, a beacon among them.
    pub contributions: u32,
}

/// Reads the key of a ceremony, checks it against the circuit, and proves and verifies one assignment with it.
///
/// Checked are the numbers, the matrices A and B entry by entry, that each point lies in its group, and that the
/// secrets are not those of a key without contributions. That the points follow from the powers of tau, and what was
/// contributed, is for `snarkjs zkey verify` to say, from the circuit's `.r1cs` and the powers.
///
/// # Errors
/// [`ZkeyError`], as its variants say. What is allocated is bounded by the circuit.
pub fn import_zkey(
    path: &Path,
    circuit: &Circuit,
    least_contributions: u32,
    assignment: &[Fr],
    generator: &mut impl rand::Rng,
) -> Result<CeremonyKey, ZkeyError> {
    let mut file = Zkey::open(path)?;
    let header = file.header(circuit)?;
    let contributions = file.contributions()?;
    let recorded = circuit.recorded();
    let variables = recorded.variables();
    check_matrices(&mut file, circuit)?;
    let vk = ark_groth16::VerifyingKey {
        alpha_g1: header.alpha_g1,
        beta_g2: header.beta_g2,
        gamma_g2: header.gamma_g2,
        delta_g2: header.delta_g2,
        gamma_abc_g1: file.points::<G1Affine>(3, recorded.public_inputs + 1)?,
    };
    let points = ark_groth16::ProvingKey::<Bn254> {
        vk,
        beta_g1: header.beta_g1,
        delta_g1: header.delta_g1,
        a_query: file.points::<G1Affine>(5, variables)?,
        b_g1_query: file.points::<G1Affine>(6, variables)?,
        b_g2_query: file.points::<G2Affine>(7, variables)?,
        l_query: file.points::<G1Affine>(8, recorded.witnesses)?,
        h_query: file.points::<G1Affine>(9, circuit.domain_size())?,
    };
    let key = ProvingKey::new(KeyKind::Ceremony, circuit.digest(), points)?;
    if contributions < least_contributions {
        let (expected, actual) = (least_contributions, contributions);
        return Err(ZkeyError::Contributions { expected, actual });
    }
    prove(&key, circuit, assignment, generator).map_err(ZkeyError::Trial)?;
    Ok(CeremonyKey { key, contributions })
}

/// An open file and where its sections are.
pub(super) struct Zkey {
    file: BufReader<File>,
    /// Start and length of each section.
    sections: [(u64, u64); SECTIONS],
}

struct Header {
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    gamma_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

impl Zkey {
    fn open(path: &Path) -> Result<Self, ZkeyError> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut start = [0; 12];
        file.read_exact(&mut start)?;
        if start[..4] != MAGIC || u32_at(&start, 4) != VERSION {
            return Err(ZkeyError::Magic);
        }
        let mut found = [None; SECTIONS];
        let mut position = 12u64;
        for _ in 0..u32_at(&start, 8) {
            // a section that is there twice ends the loop at the latest after eleven
            let mut head = [0; 12];
            file.read_exact(&mut head)?;
            let (section, length) = (u32_at(&head, 0), u64::from(u32_at(&head, 8)) << 32);
            let length = length | u64::from(u32_at(&head, 4));
            position += 12;
            let place = (section as usize).checked_sub(1).filter(|&place| place < SECTIONS);
            let place = place.ok_or(ZkeyError::Section { section, times: 1 })?;
            if found[place].replace((position, length)).is_some() {
                return Err(ZkeyError::Section { section, times: 2 });
            }
            let next = position.checked_add(length).filter(|&next| next <= end);
            position = next.ok_or(ZkeyError::Truncated { section })?;
            file.seek(SeekFrom::Start(position))?;
        }
        let mut sections = [(0, 0); SECTIONS];
        for ((section, found), known) in (1..).zip(found).zip(&mut sections) {
            *known = found.ok_or(ZkeyError::Section { section, times: 0 })?;
        }
        Ok(Self { file, sections })
    }

    /// The reader at the start of a section, which must have this length.
    pub(super) fn section(
        &mut self,
        section: u32,
        expected: u64,
    ) -> Result<&mut impl Read, ZkeyError> {
        let (start, actual) = self.sections[section as usize - 1];
        if actual != expected {
            return Err(ZkeyError::SectionLength { section, expected, actual });
        }
        self.file.seek(SeekFrom::Start(start))?;
        Ok(&mut self.file)
    }

    fn header(&mut self, circuit: &Circuit) -> Result<Header, ZkeyError> {
        let mut protocol = [0; 4];
        self.section(1, PROTOCOL_BYTES)?.read_exact(&mut protocol)?;
        if u32_at(&protocol, 0) != GROTH16 {
            return Err(ZkeyError::Protocol { actual: u32_at(&protocol, 0) });
        }
        let mut bytes = [0; HEADER_BYTES as usize];
        self.section(2, HEADER_BYTES)?.read_exact(&mut bytes)?;
        let fields = [modulus(Fq::MODULUS), modulus(Fr::MODULUS)].concat();
        if bytes[..72] != fields {
            return Err(ZkeyError::Curve);
        }
        let recorded = circuit.recorded();
        for (what, expected, at) in [
            ("variables", recorded.variables(), 72),
            ("public inputs", recorded.public_inputs, 76),
            ("points in its domain", circuit.domain_size(), 80),
        ] {
            let (expected, actual) = (expected as u64, u64::from(u32_at(&bytes, at)));
            if actual != expected {
                return Err(ZkeyError::Number { what, expected, actual });
            }
        }
        let named = |place| move |error| ZkeyError::Point { section: 2, place, error };
        Ok(Header {
            alpha_g1: G1Affine::decode(&bytes[84..148]).map_err(named(0))?,
            beta_g1: G1Affine::decode(&bytes[148..212]).map_err(named(1))?,
            beta_g2: G2Affine::decode(&bytes[212..340]).map_err(named(2))?,
            gamma_g2: G2Affine::decode(&bytes[340..468]).map_err(named(3))?,
            delta_g1: G1Affine::decode(&bytes[468..532]).map_err(named(4))?,
            delta_g2: G2Affine::decode(&bytes[532..660]).map_err(named(5))?,
        })
    }

    /// The number of contributions, which follows the hash of the circuit.
    fn contributions(&mut self) -> Result<u32, ZkeyError> {
        let (_, actual) = self.sections[9];
        if actual < 68 {
            return Err(ZkeyError::SectionLength { section: 10, expected: 68, actual });
        }
        let mut bytes = [0; 68];
        self.section(10, actual)?.read_exact(&mut bytes)?;
        let count = u32_at(&bytes, 64);
        let expected = 68 + CONTRIBUTION_BYTES * u64::from(count);
        if actual < expected {
            return Err(ZkeyError::SectionLength { section: 10, expected, actual });
        }
        Ok(count)
    }

    fn points<P: Encoded>(&mut self, section: u32, count: usize) -> Result<Vec<P>, ZkeyError> {
        let reader = self.section(section, (count * P::BYTES) as u64)?;
        let mut points = Vec::with_capacity(count);
        let mut bytes = vec![0; count.min(BATCH) * P::BYTES];
        while points.len() < count {
            let start = points.len();
            let bytes = &mut bytes[..(count - start).min(BATCH) * P::BYTES];
            reader.read_exact(bytes)?;
            let decoded = bytes.par_chunks_exact(P::BYTES).enumerate().map(|(place, bytes)| {
                let place = start + place;
                P::decode(bytes).map_err(|error| ZkeyError::Point { section, place, error })
            });
            points.extend(decoded.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(points)
    }
}

/// The bytes in a field's element and the order of the field, as the header has them.
fn modulus(order: BigInt<4>) -> Vec<u8> {
    let limbs = order.0.iter().flat_map(|limb| limb.to_le_bytes());
    32u32.to_le_bytes().into_iter().chain(limbs).collect()
}

/// The inverse of `2^256`, the factor of the Montgomery form.
const BASE_FACTOR: Fq =
    MontFp!("20988524275117001072002809824448087578619730785600314334253784976379291040311");

pub(super) fn integer(bytes: &[u8]) -> BigInt<4> {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
    }
    BigInt(limbs)
}

/// The coordinate whose Montgomery form the bytes are.
fn coordinate(bytes: &[u8], position: usize) -> Result<Fq, PointError> {
    let form = Fq::from_bigint(integer(bytes)).ok_or(PointError::Coordinate { position })?;
    Ok(form * BASE_FACTOR)
}

/// A point that has a place in the file.
trait Encoded: Sized + Send {
    const BYTES: usize;
    fn decode(bytes: &[u8]) -> Result<Self, PointError>;
}

impl Encoded for Affine<g1::Config> {
    const BYTES: usize = 64;

    fn decode(bytes: &[u8]) -> Result<Self, PointError> {
        checked_first(coordinate(&bytes[..32], 0)?, coordinate(&bytes[32..], 1)?)
    }
}

impl Encoded for Affine<g2::Config> {
    const BYTES: usize = 128;

    fn decode(bytes: &[u8]) -> Result<Self, PointError> {
        let part = |i: usize| coordinate(&bytes[32 * i..32 * (i + 1)], i);
        checked_second(Fq2::new(part(0)?, part(1)?), Fq2::new(part(2)?, part(3)?))
    }
}
