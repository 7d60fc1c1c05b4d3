//! What the process has used so far: processor time and memory.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

/// Measures the processor time of the process from its start, all threads together, user and system.
#[derive(Clone, Copy, Debug)]
pub struct CpuClock(Duration);

/// Zero where the system does not tell.
fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

impl CpuClock {
    /// Begins now.
    pub fn start() -> Self {
        Self(now())
    }

    /// The processor time since the start.
    pub fn elapsed(self) -> Duration {
        now().saturating_sub(self.0)
    }

    /// The processor time since the start, in seconds.
    pub fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// The most memory that the process had in use, in bytes; 0 where the system does not tell.
pub fn peak_rss_bytes() -> u64 {
    // Linux counts in KiB, macOS in bytes
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    getrusage(UsageWho::RUSAGE_SELF)
        .map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_work_of_every_thread() {
        let clock = CpuClock::start();
        let worker = std::thread::spawn(move || {
            let mut sum = 0_u64;
            while clock.elapsed() < Duration::from_millis(2) {
                sum = std::hint::black_box(sum.wrapping_add(1));
            }
        });
        worker.join().unwrap();
        assert!(clock.seconds() >= 0.002);
    }

    #[test]
    fn memory_that_is_touched_is_counted() {
        let before = peak_rss_bytes();
        assert!(before > 1 << 20);
        let touched = std::hint::black_box(vec![1_u8; 1 << 26]);
        assert!(peak_rss_bytes() >= touched.len() as u64);
        assert!(peak_rss_bytes() >= before);
    }
}
