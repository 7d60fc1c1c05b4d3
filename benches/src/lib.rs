//! CPU seconds of all threads as a criterion measurement: on a shared machine wall time says little.

use std::time::Duration;

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};
use rustix::time::{ClockId, clock_gettime};

/// Measures the CPU time of the process, all threads together.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuTime;

fn now() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        now()
    }

    fn end(&self, start: Duration) -> Duration {
        now().saturating_sub(start)
    }

    fn add(&self, first: &Duration, second: &Duration) -> Duration {
        *first + *second
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_secs_f64()
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &CpuSeconds
    }
}

/// Prints CPU seconds, and CPU seconds an element where a throughput is set.
#[derive(Clone, Copy, Debug)]
struct CpuSeconds;

impl ValueFormatter for CpuSeconds {
    fn scale_values(&self, _typical: f64, _values: &mut [f64]) -> &'static str {
        "CPU s"
    }

    fn scale_throughputs(
        &self,
        _typical: f64,
        throughput: &Throughput,
        values: &mut [f64],
    ) -> &'static str {
        if let Throughput::Elements(elements) = throughput {
            for value in values {
                *value /= *elements as f64;
            }
        }
        "CPU s an element"
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "CPU s"
    }
}
