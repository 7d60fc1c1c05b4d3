//! Runs the built program as users do: commands, exit statuses, JSON against its schemas.

mod account;
mod fixture;
mod hostile;
mod init;
mod key;
mod prove;
mod queries;
mod schemas;
mod sign;
mod simulate;
