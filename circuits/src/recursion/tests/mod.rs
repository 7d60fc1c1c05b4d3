//! Tests of the recursion over a small AIR.

mod chain;
mod prove;
