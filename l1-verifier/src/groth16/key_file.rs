//! Proving keys as files.
//!
//! All integers are little-endian. The head is a magic number, the version, the kind in words, the digest of the
//! circuit, the numbers of public inputs, variables and of points in the domain, and the single points; its BLAKE3
//! hash closes it. The lists A, B (first group), B (second group), H and L follow in blocks, each closed by the BLAKE3
//! hash of the head's checksum, the position of the block and its bytes. Points are pairs of coordinates, infinity is
//! zeros.
//!
//! The checksums find damage. Reading checks the verifying key in full, and does not prove again that the points of
//! the lists lie in their groups, which takes minutes: whoever writes a key has checked them, and
//! [`prove`](super::prove) verifies what it makes.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine, g1, g2};
use ark_ec::AffineRepr as _;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{BigInt, PrimeField as _};
use rayon::prelude::*;

use super::circuit::{Circuit, CircuitDigest};
use super::encoding::{unchecked_first, unchecked_second};
use super::key_summary::KeySummary;
use super::keys::{KeyError, KeyKind, ProvingKey, VerifyingKey};

/// How a key file begins.
pub(super) const MAGIC: [u8; 16] = *b"starfold groth16";
const VERSION: u32 = 2;
const KIND_BYTES: usize = 36;
const CHECKSUM: usize = 32;
/// Magic number, version, kind, digest and three numbers.
const PREFIX: usize = 16 + 4 + KIND_BYTES + 32 + 3 * 8;
/// The public inputs that a key may have: they bound what reading the head allocates.
const MAX_PUBLIC_INPUTS: u64 = 1 << 16;
/// Points in a block.
const BLOCK: usize = 1 << 14;
/// Blocks that are read before they are decoded together.
const BATCH: usize = 16;

/// Why a file is no proving key for the circuit.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("the key file cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// The file begins with something else.
    #[error("the file is no proving key")]
    Magic,
    /// The file is of another version of the format.
    #[error("the key file has version {actual}, this program reads {VERSION}")]
    Version {
        /// The file's.
        actual: u32,
    },
    /// The kind is none that is known.
    #[error("the key file names no known kind of key")]
    Kind,
    /// The key has too many public inputs for a file.
    #[error("the key has {actual} public inputs, at most {MAX_PUBLIC_INPUTS} fit into a file")]
    PublicInputs {
        /// The key's.
        actual: u64,
    },
    /// The length of the file is not what its head says.
    #[error("the key file has {actual} bytes, its head announces {expected}")]
    Length {
        /// What the head announces.
        expected: u128,
        /// The file's.
        actual: u64,
    },
    /// A checksum does not match.
    #[error("the checksum of {part} does not match: the key file is damaged")]
    Checksum {
        /// The damaged part.
        part: &'static str,
    },
    /// A coordinate is not below the order of the base field.
    #[error("a coordinate in {part} is not below the order of the base field")]
    Coordinate {
        /// The part.
        part: &'static str,
    },
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A point that has a place in the file.
trait Stored: Copy + Send + Sync {
    const BYTES: usize;
    fn write(&self, bytes: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Option<Self>;
}

fn put(bytes: &mut Vec<u8>, value: Fq) {
    value.into_bigint().0.iter().for_each(|limb| bytes.extend_from_slice(&limb.to_le_bytes()));
}

fn take(bytes: &[u8]) -> Option<Fq> {
    let limb = |i: usize| bytes[8 * i..8 * i + 8].try_into().map(u64::from_le_bytes).ok();
    Fq::from_bigint(BigInt([limb(0)?, limb(1)?, limb(2)?, limb(3)?]))
}

impl Stored for Affine<g1::Config> {
    const BYTES: usize = 64;

    fn write(&self, bytes: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x, y].into_iter().for_each(|value| put(bytes, value));
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(unchecked_first(take(&bytes[..32])?, take(&bytes[32..])?))
    }
}

impl Stored for Affine<g2::Config> {
    const BYTES: usize = 128;

    fn write(&self, bytes: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1].into_iter().for_each(|value| put(bytes, value));
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let element =
            |at: usize| Some(Fq2::new(take(&bytes[at..at + 32])?, take(&bytes[at + 32..at + 64])?));
        Some(unchecked_second(element(0)?, element(64)?))
    }
}

fn kind_bytes(kind: KeyKind) -> [u8; KIND_BYTES] {
    match kind {
        KeyKind::Development => *b"UNSAFE development key, forgeable   ",
        KeyKind::Ceremony => *b"key of a ceremony                   ",
    }
}

/// The numbers that determine the length of the file.
#[derive(Clone, Copy)]
struct Sizes {
    public_inputs: u64,
    variables: u64,
    domain: u64,
}

impl Sizes {
    fn of(points: &ark_groth16::ProvingKey<Bn254>) -> Self {
        Self {
            public_inputs: points.vk.gamma_abc_g1.len() as u64 - 1,
            variables: points.a_query.len() as u64,
            domain: points.h_query.len() as u64,
        }
    }

    fn check_public_inputs(self) -> Result<(), KeyFileError> {
        let actual = self.public_inputs;
        if actual > MAX_PUBLIC_INPUTS { Err(KeyFileError::PublicInputs { actual }) } else { Ok(()) }
    }

    /// Whether the lists have the lengths that the circuit demands.
    fn check_circuit(self, circuit: &Circuit) -> Result<(), KeyError> {
        let recorded = circuit.recorded();
        for (list, expected, actual) in [
            ("inputs", recorded.public_inputs + 1, self.public_inputs + 1),
            ("A", recorded.variables(), self.variables),
            ("H", circuit.domain_size(), self.domain),
        ] {
            let actual = usize::try_from(actual).unwrap_or(usize::MAX);
            if actual != expected {
                return Err(KeyError::Length { list, expected, actual });
            }
        }
        Ok(())
    }

    fn head(self) -> u128 {
        let points = 3 * 64 + 3 * 128 + (u128::from(self.public_inputs) + 1) * 64;
        PREFIX as u128 + points + CHECKSUM as u128
    }

    fn witnesses(self) -> Option<u64> {
        self.variables.checked_sub(self.public_inputs)?.checked_sub(1)
    }

    /// The length of the file, unless there are fewer variables than public inputs.
    fn file(self) -> Option<u128> {
        let list = |points: u64, bytes: u128| {
            u128::from(points) * bytes
                + u128::from(points.div_ceil(BLOCK as u64)) * CHECKSUM as u128
        };
        let a_and_b = 2 * list(self.variables, 64) + list(self.variables, 128);
        Some(self.head() + a_and_b + list(self.domain, 64) + list(self.witnesses()?, 64))
    }
}

pub(super) fn block_checksum(
    head: &[u8; CHECKSUM],
    list: u8,
    block: usize,
    bytes: &[u8],
) -> [u8; CHECKSUM] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head);
    hasher.update(&[list]);
    hasher.update(&(block as u64).to_le_bytes());
    hasher.update(bytes);
    hasher.finalize().into()
}

/// Writes a proving key, first beside the path and then, whole, to it.
///
/// # Errors
/// [`KeyFileError::Io`], [`KeyFileError::PublicInputs`].
pub fn write_proving_key(path: &Path, key: &ProvingKey) -> Result<(), KeyFileError> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    let points = key.points();
    let sizes = Sizes::of(points);
    sizes.check_public_inputs()?;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(partial)?);
    let mut head = Vec::new();
    head.extend_from_slice(&MAGIC);
    head.extend_from_slice(&VERSION.to_le_bytes());
    head.extend_from_slice(&kind_bytes(key.kind()));
    head.extend_from_slice(&key.circuit().to_bytes());
    for number in [sizes.public_inputs, sizes.variables, sizes.domain] {
        head.extend_from_slice(&number.to_le_bytes());
    }
    [points.vk.alpha_g1, points.beta_g1, points.delta_g1].iter().for_each(|p| p.write(&mut head));
    let vk = &points.vk;
    [vk.beta_g2, vk.gamma_g2, vk.delta_g2].iter().for_each(|p| p.write(&mut head));
    vk.gamma_abc_g1.iter().for_each(|point| point.write(&mut head));
    let checksum: [u8; CHECKSUM] = blake3::hash(&head).into();
    file.write_all(&head)?;
    file.write_all(&checksum)?;
    write_list(&mut file, &checksum, 0, &points.a_query)?;
    write_list(&mut file, &checksum, 1, &points.b_g1_query)?;
    write_list(&mut file, &checksum, 2, &points.b_g2_query)?;
    write_list(&mut file, &checksum, 3, &points.h_query)?;
    write_list(&mut file, &checksum, 4, &points.l_query)?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(std::fs::rename(partial, path)?)
}

fn write_list<P: Stored>(
    file: &mut impl Write,
    head: &[u8; CHECKSUM],
    list: u8,
    points: &[P],
) -> Result<(), KeyFileError> {
    let mut bytes = Vec::with_capacity(BLOCK * P::BYTES);
    for (block, points) in points.chunks(BLOCK).enumerate() {
        bytes.clear();
        points.iter().for_each(|point| point.write(&mut bytes));
        file.write_all(&bytes)?;
        file.write_all(&block_checksum(head, list, block, &bytes))?;
    }
    Ok(())
}

/// The head of a key file.
struct Head {
    kind: KeyKind,
    circuit: CircuitDigest,
    sizes: Sizes,
    beta_g1: G1Affine,
    delta_g1: G1Affine,
    verifying: ark_groth16::VerifyingKey<Bn254>,
    checksum: [u8; CHECKSUM],
}

/// Reads the head. Its numbers are held against the length of the file before anything of their size is allocated.
fn read_head(file: &mut File) -> Result<Head, KeyFileError> {
    let actual = file.metadata()?.len();
    if actual < PREFIX as u64 {
        return Err(KeyFileError::Length { expected: PREFIX as u128, actual });
    }
    let mut head = vec![0; PREFIX];
    file.read_exact(&mut head)?;
    let (magic, rest) = head.split_at(MAGIC.len());
    let (version, rest) = rest.split_at(4);
    let (kind, rest) = rest.split_at(KIND_BYTES);
    let (digest, numbers) = rest.split_at(32);
    if magic != MAGIC {
        return Err(KeyFileError::Magic);
    }
    let version = version.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte));
    if version != VERSION {
        return Err(KeyFileError::Version { actual: version });
    }
    let kinds = [KeyKind::Development, KeyKind::Ceremony];
    let kind =
        kinds.into_iter().find(|&known| kind == kind_bytes(known)).ok_or(KeyFileError::Kind)?;
    let circuit = CircuitDigest::from_bytes(digest.try_into().expect("split at 32 bytes"));
    let number = |at: usize| {
        numbers[8 * at..8 * at + 8]
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | u64::from(byte))
    };
    let sizes = Sizes { public_inputs: number(0), variables: number(1), domain: number(2) };
    sizes.check_public_inputs()?;
    let expected = sizes.file().unwrap_or_else(|| sizes.head());
    if expected != u128::from(actual) {
        return Err(KeyFileError::Length { expected, actual });
    }
    let announced = usize::try_from(sizes.head()).expect("the head is part of the file");
    head.resize(announced, 0);
    file.read_exact(&mut head[PREFIX..])?;
    let (body, checksum) = head.split_at(announced - CHECKSUM);
    let actual: [u8; CHECKSUM] = blake3::hash(body).into();
    if checksum != actual {
        return Err(KeyFileError::Checksum { part: "the head" });
    }
    let out_of_range = || KeyFileError::Coordinate { part: "the head" };
    let first = |at: usize| G1Affine::read(&body[at..at + 64]).ok_or_else(out_of_range);
    let second = |at: usize| G2Affine::read(&body[at..at + 128]).ok_or_else(out_of_range);
    let (singles, doubles) = (PREFIX, PREFIX + 3 * 64);
    let inputs = &body[doubles + 3 * 128..];
    let verifying = ark_groth16::VerifyingKey {
        alpha_g1: first(singles)?,
        beta_g2: second(doubles)?,
        gamma_g2: second(doubles + 128)?,
        delta_g2: second(doubles + 256)?,
        gamma_abc_g1: inputs
            .chunks_exact(64)
            .map(|bytes| G1Affine::read(bytes).ok_or_else(out_of_range))
            .collect::<Result<_, _>>()?,
    };
    // reading it from its coordinates proves that its points are in their groups
    VerifyingKey::from_words(&VerifyingKey::new(verifying.clone())?.words())?;
    let (beta_g1, delta_g1) = (first(singles + 64)?, first(singles + 128)?);
    Ok(Head { kind, circuit, sizes, beta_g1, delta_g1, verifying, checksum: actual })
}

/// Reads the head of a proving key, which holds the verifying key.
///
/// # Errors
/// [`KeyFileError`], as its variants say.
pub fn read_key_summary(path: &Path) -> Result<KeySummary, KeyFileError> {
    let head = read_head(&mut File::open(path)?)?;
    let verifying_key = VerifyingKey::new(head.verifying)?;
    Ok(KeySummary { kind: head.kind, circuit: head.circuit, verifying_key })
}

/// Reads the proving key of a circuit.
///
/// # Errors
/// [`KeyFileError`], as its variants say; a key of another circuit is refused before its lists are read.
pub fn read_proving_key(path: &Path, circuit: &Circuit) -> Result<ProvingKey, KeyFileError> {
    let mut file = File::open(path)?;
    let head = read_head(&mut file)?;
    let (expected, actual) = (circuit.digest(), head.circuit);
    if actual != expected {
        return Err(KeyError::OtherCircuit { expected, actual }.into());
    }
    head.sizes.check_circuit(circuit)?;
    let (variables, domain) = (circuit.recorded().variables(), circuit.domain_size());
    let mut lists = Lists { file, head: head.checksum };
    let points = ark_groth16::ProvingKey {
        vk: head.verifying,
        beta_g1: head.beta_g1,
        delta_g1: head.delta_g1,
        a_query: lists.read(0, "the list A", variables)?,
        b_g1_query: lists.read(1, "the list B of the first group", variables)?,
        b_g2_query: lists.read(2, "the list B of the second group", variables)?,
        h_query: lists.read(3, "the list H", domain)?,
        l_query: lists.read(4, "the list L", circuit.recorded().witnesses)?,
    };
    Ok(ProvingKey::new(head.kind, head.circuit, points)?)
}

/// The lists of a key file, in their order.
struct Lists {
    file: File,
    head: [u8; CHECKSUM],
}

impl Lists {
    fn read<P: Stored>(
        &mut self,
        list: u8,
        part: &'static str,
        points: usize,
    ) -> Result<Vec<P>, KeyFileError> {
        let mut result = Vec::with_capacity(points);
        let stride = BLOCK * P::BYTES + CHECKSUM;
        let mut bytes = vec![0; BATCH.min(points.div_ceil(BLOCK)) * stride];
        let mut batch = 0;
        while result.len() < points {
            let wanted = (points - result.len()).min(BATCH * BLOCK);
            let length = wanted * P::BYTES + wanted.div_ceil(BLOCK) * CHECKSUM;
            self.file.read_exact(&mut bytes[..length])?;
            let decoded = bytes[..length].par_chunks(stride).enumerate().map(|(block, bytes)| {
                let (bytes, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
                if block_checksum(&self.head, list, batch * BATCH + block, bytes) != checksum {
                    return Err(KeyFileError::Checksum { part });
                }
                let points = bytes.chunks_exact(P::BYTES).map(P::read).collect::<Option<Vec<_>>>();
                points.ok_or(KeyFileError::Coordinate { part })
            });
            for block in decoded.collect::<Result<Vec<_>, _>>()? {
                result.extend(block);
            }
            batch += 1;
        }
        Ok(result)
    }
}
