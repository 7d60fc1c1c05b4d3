//! What proving costs: whole batches of every size, and the depth of aggregation. The stages alone are criterion benches of
//! this crate.

pub mod batches;
pub mod depth;
mod files;
mod identity;
mod memory;
mod plot;
mod words;
mod workload;

pub use files::ReportError;
pub use memory::peak_memory;
pub use workload::TransfersError;
