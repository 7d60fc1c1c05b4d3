mod ceremony;
mod key_files;
mod keys;
mod proofs;
mod sample;
mod summaries;
mod vectors;
mod zkeys;
