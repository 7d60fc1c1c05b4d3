//! A wrapped batch as files that snarkjs verifies.

use std::fs;
use std::path::Path;

use starfold_l1_verifier::groth16::{
    VerifyingKey, proof_json, public_inputs_json, verifying_key_json,
};
use starfold_l1_verifier::verifier::public_inputs;

use super::file::WrappedBatch;
use crate::file::{self, FileError};

impl WrappedBatch {
    /// Writes `proof.json`, `public.json` and `verification_key.json` to a folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn write_snarkjs(&self, key: &VerifyingKey, folder: &Path) -> Result<(), FileError> {
        fs::create_dir_all(folder).map_err(FileError::io("create", folder))?;
        for (name, content) in [
            ("proof.json", proof_json(&self.proof)),
            ("public.json", public_inputs_json(&public_inputs(&self.exposed))),
            ("verification_key.json", verifying_key_json(key)),
        ] {
            file::write(&folder.join(name), &file::json_bytes(&content))?;
        }
        Ok(())
    }
}
