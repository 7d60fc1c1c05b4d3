//! The set-up for development: fast, without a ceremony, and worth nothing against forgery.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup as _;
use ark_ff::{PrimeField as _, Zero as _};
use ark_groth16::Groth16;
use rand::Rng;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use sha3::{Digest as _, Keccak256};

use super::circuit::{Circuit, Replay};
use super::keys::{KeyError, KeyKind, ProvingKey};
use super::reduction::SnarkjsReduction;

/// The seed of every development key. It is public: whoever reads it can forge proofs.
pub const DEVELOPMENT_SEED: &str = "starfold: UNSAFE development keys, anyone can forge proofs";

/// The development key of a circuit. The same circuit always gets the same key.
///
/// All its secrets follow from [`DEVELOPMENT_SEED`] and the circuit's digest, both public, so it proves nothing to
/// anyone who does not trust the prover.
///
/// # Errors
/// [`KeyError::Setup`] where the circuit has more constraints than the field has roots of unity.
pub fn development_key(circuit: &Circuit) -> Result<ProvingKey, KeyError> {
    let mut hasher = Keccak256::new_with_prefix(DEVELOPMENT_SEED);
    hasher.update(circuit.digest().to_bytes());
    let mut generator = Arkworks(ChaCha20Rng::from_seed(hasher.finalize().into()));
    let [alpha, beta, gamma, delta] = [(); 4].map(|()| random_scalar(&mut generator.0));
    let points = Groth16::<Bn254, SnarkjsReduction>::generate_parameters_with_qap(
        Replay(circuit.recorded()),
        alpha,
        beta,
        gamma,
        delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut generator,
    )
    .map_err(|error| KeyError::Setup { reason: error.to_string() })?;
    ProvingKey::new(KeyKind::Development, circuit.digest(), points)
}

/// A scalar that is not zero, off uniform by 2^-256.
pub(super) fn random_scalar(generator: &mut impl Rng) -> Fr {
    loop {
        let mut bytes = [0; 64];
        generator.fill_bytes(&mut bytes);
        let scalar = Fr::from_le_bytes_mod_order(&bytes);
        if !scalar.is_zero() {
            return scalar;
        }
    }
}

/// A generator of random numbers in the older interface that arkworks takes.
struct Arkworks<R>(R);

impl<R: Rng> ark_std::rand::RngCore for Arkworks<R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), ark_std::rand::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}
