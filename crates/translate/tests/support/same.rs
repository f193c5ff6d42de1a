//! When two commands mean the same.

use jiff::Timestamp;
use kubechat_kubectl::plan::{Context, Facts};
use kubechat_kubectl::{Catalog, Command, Planned};

/// Whether two commands are the same, or mean the same calls to the API: `pod x` and `pods/x`.
pub fn same(one: &Command, other: &Command) -> bool {
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let around =
        Context { namespace: "default", now: Timestamp::UNIX_EPOCH, catalog: &catalog, facts: &facts };
    one == other
        || match (one.plan(&around), other.plan(&around)) {
            (Ok(Planned::Ready(one)), Ok(Planned::Ready(other))) => one == other,
            (Ok(Planned::Need(_)), Ok(Planned::Need(_))) => normal(one) == normal(other),
            _ => false,
        }
}

/// The line with every kind in the plural.
fn normal(command: &Command) -> String {
    let catalog = Catalog::builtin();
    let plural = |word: &str| catalog.find(word).map_or_else(|| word.to_owned(), |kind| kind.plural.clone());
    let line = command.to_string().replace('/', " ");
    let mut words: Vec<String> = line.split_whitespace().map(plural).collect();
    words.sort();
    words.join(" ")
}
