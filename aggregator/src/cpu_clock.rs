//! CPU time of the process, all threads together.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Measures CPU time from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuClock(Duration);

fn now() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}

impl CpuClock {
    pub(crate) fn start() -> Self {
        Self(now())
    }

    pub(crate) fn seconds(self) -> f64 {
        now().saturating_sub(self.0).as_secs_f64()
    }
}
