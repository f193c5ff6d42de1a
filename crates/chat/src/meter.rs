//! What a monitoring system is told of the chain. No names of people or objects.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::state::State;

/// The measures of a chain; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    states: Family<[(&'static str, &'static str); 1], Counter>,
    over_budget: Counter,
}

impl Meter {
    /// Offers the measures under `kubechat_…`.
    pub fn register(&self, registry: &mut Registry) {
        let into = registry.sub_registry_with_prefix("kubechat");
        into.register("query_states", "How often a query came into this state", self.states.clone());
        let help = "Questions that no language model was asked, since the person's budget was used up";
        into.register("model_over_budget", help, self.over_budget.clone());
    }

    pub(crate) fn over_budget(&self) {
        self.over_budget.inc();
    }

    pub(crate) fn came_to(&self, state: State) {
        self.states.get_or_create(&[("state", state.as_str())]).inc();
    }
}
