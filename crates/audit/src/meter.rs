//! What a monitoring system is told of the writer: how much, how fast, and whether it still writes. No names.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// The measures of one writer; cheap to clone.
#[derive(Debug, Clone)]
pub struct Meter {
    stopped: Gauge,
    waiting: Gauge,
    records: Counter,
    refused: Counter,
    failures: Counter,
    batch: Histogram,
    acknowledged: Histogram,
}

impl Default for Meter {
    fn default() -> Meter {
        Meter {
            stopped: Gauge::default(),
            waiting: Gauge::default(),
            records: Counter::default(),
            refused: Counter::default(),
            failures: Counter::default(),
            batch: Histogram::new(exponential_buckets(1.0, 2.0, 11)),
            acknowledged: Histogram::new(exponential_buckets(0.000_1, 2.0, 18)),
        }
    }
}

impl Meter {
    /// Offers the measures under `kubechat_audit_…`.
    pub fn register(&self, registry: &mut Registry) {
        let into = registry.sub_registry_with_prefix("kubechat_audit");
        into.register(
            "stopped",
            "1 while nothing can be recorded, so that nothing runs: the alarm",
            self.stopped.clone(),
        );
        into.register("waiting_records", "Records that wait to be written", self.waiting.clone());
        into.register("records", "Records made durable by this process", self.records.clone());
        into.register("refused", "Appends refused before they were tried", self.refused.clone());
        into.register("failures", "Batches that could not be made durable", self.failures.clone());
        into.register("batch_records", "Records that shared one sync", self.batch.clone());
        into.register_with_unit(
            "append",
            "From asking to the acknowledgement of a durable append",
            Unit::Seconds,
            self.acknowledged.clone(),
        );
    }

    pub(crate) fn waits(&self, records: usize) {
        self.waiting.set(records.try_into().unwrap_or(i64::MAX));
    }

    pub(crate) fn wrote(&self, records: usize) {
        self.stopped.set(0);
        self.records.inc_by(records as u64);
        self.batch.observe(records as f64);
    }

    pub(crate) fn took(&self, time: Duration) {
        self.acknowledged.observe(time.as_secs_f64());
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    pub(crate) fn failed(&self) {
        self.stopped.set(1);
        self.failures.inc();
    }
}
