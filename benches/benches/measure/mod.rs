//! CPU seconds of all threads as a criterion measurement: on a shared machine wall time says little.

use std::time::Duration;

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};
use starfold_aggregator::usage::CpuClock;

/// Measures the CPU time of the process, all threads together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = CpuClock;
    type Value = Duration;

    fn start(&self) -> CpuClock {
        CpuClock::start()
    }

    fn end(&self, clock: CpuClock) -> Duration {
        clock.elapsed()
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
