//! What the process has used so far.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

/// Seconds of processor time of all threads, user and system.
pub fn cpu_seconds() -> f64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0.0, |usage| {
        let microseconds =
            usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        microseconds as f64 / 1e6
    })
}

/// The most memory that the process had in use, in bytes.
pub fn peak_rss_bytes() -> u64 {
    // Linux counts in KiB, macOS in bytes
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    getrusage(UsageWho::RUSAGE_SELF)
        .map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0) * unit)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_has_used_something() {
        assert!(super::cpu_seconds() >= 0.0);
        assert!(super::peak_rss_bytes() > 1 << 20);
    }
}
