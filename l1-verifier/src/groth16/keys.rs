//! Proving and verifying keys.

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use serde::{Deserialize, Serialize};
use sha3::{Digest as _, Keccak256};

use super::circuit::{Circuit, CircuitDigest};
use super::encoding::{
    Coordinate, PointError, first_group_point, first_group_words, second_group_point,
    second_group_words,
};
use super::hexadecimal::Hexadecimal;

/// Where the secrets of a key come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    /// From a public seed. UNSAFE: anyone can forge proofs.
    #[serde(rename = "development (UNSAFE)")]
    Development,
    /// From a ceremony, which is safe if one contributor was honest.
    #[serde(rename = "ceremony")]
    Ceremony,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Development => "development (UNSAFE)",
            Self::Ceremony => "ceremony",
        })
    }
}

/// Why a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The key belongs to another circuit.
    #[error("the key belongs to the circuit {actual}, the circuit at hand is {expected}")]
    OtherCircuit {
        /// The digest of the circuit at hand.
        expected: CircuitDigest,
        /// The digest in the key.
        actual: CircuitDigest,
    },
    /// Delta equals gamma, as in a key without a second phase: anyone can forge proofs.
    #[error("delta equals gamma: the key had no second phase, and anyone can forge proofs")]
    DeltaEqualsGamma,
    /// A secret is one: its point is the generator of the group.
    #[error("{point} is the generator: nobody has contributed to the key")]
    Generator {
        /// The point.
        point: &'static str,
    },
    /// A point of the verifying key is refused.
    #[error("the point {point} of the key is refused: {error}")]
    Point {
        /// The point.
        point: &'static str,
        /// Why.
        error: PointError,
    },
    /// A list of the key has another length than the circuit demands.
    #[error("the list {list} has {actual} points, the circuit demands {expected}")]
    Length {
        /// The list.
        list: &'static str,
        /// What the circuit demands.
        expected: usize,
        /// What the key has.
        actual: usize,
    },
    /// The set-up failed.
    #[error("the set-up failed: {reason}")]
    Setup {
        /// What the library said.
        reason: String,
    },
}

/// The digest of a verifying key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyDigest(Hexadecimal);

impl KeyDigest {
    /// Its bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.0
    }
}

impl std::fmt::Display for KeyDigest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, formatter)
    }
}

impl std::fmt::Debug for KeyDigest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

/// A verifying key whose points are in their groups, with delta apart from gamma.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyingKey(ark_groth16::VerifyingKey<Bn254>);

/// The coordinates of a verifying key, as the contract takes them: those of the second group with the imaginary part
/// first (EIP-197).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKeyWords {
    /// Alpha.
    pub alpha: [Coordinate; 2],
    /// Beta.
    pub beta: [Coordinate; 4],
    /// Gamma.
    pub gamma: [Coordinate; 4],
    /// Delta.
    pub delta: [Coordinate; 4],
    /// The points of the constant one and of the public inputs.
    pub inputs: Vec<[Coordinate; 2]>,
}

impl VerifyingKey {
    /// The key with these points, which must lie in their groups.
    ///
    /// # Errors
    /// [`KeyError::DeltaEqualsGamma`], [`KeyError::Generator`] for alpha, beta and delta (gamma has no secret: a
    /// ceremony leaves it at the generator), [`KeyError::Point`] for infinity.
    pub(super) fn new(points: ark_groth16::VerifyingKey<Bn254>) -> Result<Self, KeyError> {
        if points.delta_g2 == points.gamma_g2 {
            return Err(KeyError::DeltaEqualsGamma);
        }
        if points.alpha_g1 == G1Affine::generator() {
            return Err(KeyError::Generator { point: "alpha" });
        }
        for (point, name) in [(points.beta_g2, "beta"), (points.delta_g2, "delta")] {
            if point == G2Affine::generator() {
                return Err(KeyError::Generator { point: name });
            }
        }
        for (infinity, point) in [
            (points.alpha_g1.is_zero(), "alpha"),
            (points.beta_g2.is_zero(), "beta"),
            (points.gamma_g2.is_zero(), "gamma"),
            (points.delta_g2.is_zero(), "delta"),
        ] {
            if infinity {
                return Err(KeyError::Point { point, error: PointError::Infinity });
            }
        }
        Ok(Self(points))
    }

    /// The key with these coordinates.
    ///
    /// # Errors
    /// [`KeyError::Point`] where a point is not in its group, [`KeyError::DeltaEqualsGamma`], [`KeyError::Generator`],
    /// [`KeyError::Length`] where there is no point of the constant one.
    pub fn from_words(words: &VerifyingKeyWords) -> Result<Self, KeyError> {
        let named = |point| move |error| KeyError::Point { point, error };
        let inputs = words.inputs.iter().map(first_group_point).collect::<Result<Vec<_>, _>>();
        let gamma_abc_g1 = inputs.map_err(named("inputs"))?;
        if gamma_abc_g1.is_empty() {
            return Err(KeyError::Length { list: "inputs", expected: 1, actual: 0 });
        }
        Self::new(ark_groth16::VerifyingKey {
            alpha_g1: first_group_point(&words.alpha).map_err(named("alpha"))?,
            beta_g2: second_group_point(&words.beta).map_err(named("beta"))?,
            gamma_g2: second_group_point(&words.gamma).map_err(named("gamma"))?,
            delta_g2: second_group_point(&words.delta).map_err(named("delta"))?,
            gamma_abc_g1,
        })
    }

    /// The number of public inputs.
    #[must_use]
    pub fn public_inputs(&self) -> usize {
        self.0.gamma_abc_g1.len() - 1
    }

    /// The coordinates for the contract.
    #[must_use]
    pub fn words(&self) -> VerifyingKeyWords {
        VerifyingKeyWords {
            alpha: first_group_words(&self.0.alpha_g1),
            beta: second_group_words(&self.0.beta_g2),
            gamma: second_group_words(&self.0.gamma_g2),
            delta: second_group_words(&self.0.delta_g2),
            inputs: self.0.gamma_abc_g1.iter().map(first_group_words).collect(),
        }
    }

    /// The keccak-256 of the coordinates in the order of [`VerifyingKeyWords`], 32 bytes each: what a pin names.
    #[must_use]
    pub fn digest(&self) -> KeyDigest {
        let words = self.words();
        let mut hasher = Keccak256::new();
        let second = [&words.beta, &words.gamma, &words.delta].into_iter().flatten();
        for coordinate in words.alpha.iter().chain(second).chain(words.inputs.iter().flatten()) {
            hasher.update(coordinate);
        }
        KeyDigest(Hexadecimal(hasher.finalize().into()))
    }

    pub(super) fn points(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        &self.0
    }
}

/// A proving key, with the verifying key that belongs to it.
#[derive(Clone, PartialEq)]
pub struct ProvingKey {
    kind: KeyKind,
    circuit: CircuitDigest,
    verifying: VerifyingKey,
    points: ark_groth16::ProvingKey<Bn254>,
}

impl ProvingKey {
    /// The key with these points, which must lie in their groups.
    ///
    /// # Errors
    /// As for a verifying key.
    pub(super) fn new(
        kind: KeyKind,
        circuit: CircuitDigest,
        points: ark_groth16::ProvingKey<Bn254>,
    ) -> Result<Self, KeyError> {
        let verifying = VerifyingKey::new(points.vk.clone())?;
        Ok(Self { kind, circuit, verifying, points })
    }

    /// Where its secrets come from.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The digest of the circuit to which it belongs.
    #[must_use]
    pub fn circuit(&self) -> CircuitDigest {
        self.circuit
    }

    /// The verifying key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    pub(super) fn points(&self) -> &ark_groth16::ProvingKey<Bn254> {
        &self.points
    }

    /// Whether the key is one for the circuit.
    ///
    /// # Errors
    /// [`KeyError::OtherCircuit`], [`KeyError::Length`].
    pub fn check_circuit(&self, circuit: &Circuit) -> Result<(), KeyError> {
        let (expected, actual) = (circuit.digest(), self.circuit);
        if actual != expected {
            return Err(KeyError::OtherCircuit { expected, actual });
        }
        self.check_lengths(circuit)
    }

    /// Whether the lists of the key have the lengths that the circuit demands.
    fn check_lengths(&self, circuit: &Circuit) -> Result<(), KeyError> {
        let recorded = circuit.recorded();
        let variables = recorded.variables();
        for (list, expected, actual) in [
            ("inputs", recorded.public_inputs + 1, self.points.vk.gamma_abc_g1.len()),
            ("A", variables, self.points.a_query.len()),
            ("B in the first group", variables, self.points.b_g1_query.len()),
            ("B in the second group", variables, self.points.b_g2_query.len()),
            ("H", circuit.domain_size(), self.points.h_query.len()),
            ("L", recorded.witnesses, self.points.l_query.len()),
        ] {
            if actual != expected {
                return Err(KeyError::Length { list, expected, actual });
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for ProvingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = formatter.debug_struct("ProvingKey");
        fields.field("kind", &self.kind).field("circuit", &self.circuit).finish_non_exhaustive()
    }
}
