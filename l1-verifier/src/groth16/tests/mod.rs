mod ceremony;
mod key_files;
mod keys;
mod proofs;
mod sample;
mod vectors;
mod zkeys;
