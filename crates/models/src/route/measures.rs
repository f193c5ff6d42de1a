//! What a monitoring system is told of the models. No names of people or objects.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{BreakerState, Health, Router};
use crate::Current;

/// How long answers take, from a small model's first word to the longest that is waited for.
pub(super) fn seconds() -> Histogram {
    Histogram::new([0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0])
}

impl Current {
    /// Offers the measures under `kubechat_model_…`.
    pub fn register(&self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("kubechat_model").register_collector(Box::new(self.clone()));
    }
}

impl Collector for Current {
    fn encode(&self, mut into: DescriptorEncoder<'_>) -> fmt::Result {
        self.get().router.encode(&mut into)
    }
}

impl Router {
    fn encode(&self, into: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let health = self.health();
        let help = "Questions to a model, by what came of them";
        let mut requests = into.encode_descriptor("requests", help, None, MetricType::Counter)?;
        for one in &health {
            for (outcome, count) in &one.spent.outcomes {
                let labels = [("provider", one.provider.as_str()), ("outcome", *outcome)];
                ConstCounter::new(*count).encode(requests.encode_family(&labels)?)?;
            }
        }
        let mut tokens =
            into.encode_descriptor("tokens", "Tokens, read and written", None, MetricType::Counter)?;
        for one in &health {
            let usage = one.spent.usage;
            for (direction, count) in [("input", usage.input), ("output", usage.output)] {
                let labels = [("provider", one.provider.as_str()), ("direction", direction)];
                ConstCounter::new(count).encode(tokens.encode_family(&labels)?)?;
            }
        }
        let help = "Money, by the configured prices";
        each(into.encode_descriptor("money", help, None, MetricType::Counter)?, &health, |one| {
            ConstCounter::new(one.spent.money)
        })?;
        let help = "Seconds for which it has been failing, 0 while it does not";
        each(into.encode_descriptor("down_seconds", help, None, MetricType::Gauge)?, &health, |one| {
            ConstGauge::new(one.down_seconds.unwrap_or_default())
        })?;
        let help = "1 for the state of its breaker: asked, left out, tried with one question";
        let mut breakers = into.encode_descriptor("breaker", help, None, MetricType::Gauge)?;
        for one in &health {
            for state in BreakerState::ALL {
                let labels = [("provider", one.provider.as_str()), ("state", state.as_str())];
                let value = u64::from(one.breaker == state);
                ConstGauge::new(value).encode(breakers.encode_family(&labels)?)?;
            }
        }
        let help = "Seconds from a question to its whole answer";
        let mut times = into.encode_descriptor("answer_seconds", help, None, MetricType::Histogram)?;
        for member in &self.members {
            member.seconds.encode(times.encode_family(&[("provider", member.provider.name())])?)?;
        }
        Ok(())
    }
}

/// One value for each model.
fn each<M: EncodeMetric>(
    mut into: MetricEncoder<'_>,
    health: &[Health],
    value: impl Fn(&Health) -> M,
) -> fmt::Result {
    for one in health {
        value(one).encode(into.encode_family(&[("provider", one.provider.as_str())])?)?;
    }
    Ok(())
}
