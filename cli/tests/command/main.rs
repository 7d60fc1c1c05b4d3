//! Runs the built program as users do: commands, exit statuses, JSON against its schemas.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod account;
mod bench;
mod demo;
mod fixture;
mod hostile;
mod init;
mod key;
mod kinds;
mod l1;
mod new_circuit;
mod parameters;
mod prove;
mod queries;
mod readme;
mod schemas;
mod settle;
mod sign;
mod simulate;
mod wrap;
