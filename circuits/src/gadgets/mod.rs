//! Columns, constraints and trace of what several AIRs need.

pub mod gfp5;
pub mod poseidon;

#[cfg(test)]
mod tests;
