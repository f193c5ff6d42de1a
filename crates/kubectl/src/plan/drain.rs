//! Which pods of a node `drain` takes away, by kubectl's own rules.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How nodes are drained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drain {
    /// The nodes, in the order in which they are drained.
    pub nodes: Vec<String>,
    /// Only pods with these labels.
    pub pod_selector: Option<String>,
    /// Pods of DaemonSets stay without a word.
    pub ignore_daemonsets: bool,
    /// Pods go although their emptyDir data goes with them.
    pub delete_emptydir_data: bool,
    /// Pods go although nothing would start them again.
    pub force: bool,
    /// How long each node may take; zero: as long as it takes.
    pub timeout_seconds: i64,
    /// A pod that has been ending for longer than this is not waited for; zero: every pod is.
    pub skip_wait_seconds: i64,
    /// What somebody who decides should know: which pods stay, and what is lost.
    pub notes: Vec<String>,
}

/// What becomes of one pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is taken away.
    Goes,
    /// It is taken away, and this is what that means.
    GoesWith(&'static str),
    /// It stays.
    Stays(&'static str),
    /// The node can't be drained because of it: what it is, and the flag that would allow it.
    Blocks(&'static str, &'static str),
}

impl Drain {
    /// What becomes of a pod. `owner_exists` is about the DaemonSet that it belongs to.
    pub fn verdict(&self, pod: &Value, owner_exists: bool, now: Timestamp) -> Verdict {
        let ended =
            matches!(pod.pointer("/status/phase").and_then(Value::as_str), Some("Succeeded" | "Failed"));
        if self.skip_wait_seconds > 0 && ending_for(pod, now).is_some_and(|age| age > self.skip_wait_seconds)
        {
            return Verdict::Stays("is ending already");
        }
        let mut verdict = Verdict::Goes;
        if !ended && daemon_set(pod).is_some() {
            match (owner_exists, self.force, self.ignore_daemonsets) {
                (false, true, _) => verdict = Verdict::GoesWith("its DaemonSet is gone"),
                (false, false, _) => {
                    return Verdict::Blocks("belongs to a DaemonSet that is gone", "--force");
                }
                (true, _, true) => return Verdict::Stays("belongs to a DaemonSet"),
                (true, _, false) => {
                    return Verdict::Blocks("belongs to a DaemonSet", "--ignore-daemonsets");
                }
            }
        }
        if pod.pointer("/metadata/annotations/kubernetes.io~1config.mirror").is_some() {
            return Verdict::Stays("is kept by the node itself");
        }
        if ended {
            return verdict;
        }
        let volumes = pod.pointer("/spec/volumes").and_then(Value::as_array);
        if volumes.into_iter().flatten().any(|volume| volume.get("emptyDir").is_some()) {
            if !self.delete_emptydir_data {
                return Verdict::Blocks("holds data in an emptyDir volume", "--delete-emptydir-data");
            }
            verdict = Verdict::GoesWith("the data of its emptyDir volumes is lost");
        }
        if controller(pod).is_none() {
            if !self.force {
                return Verdict::Blocks("has no controller that would start it again", "--force");
            }
            verdict = Verdict::GoesWith("nothing starts it again");
        }
        verdict
    }
}

/// How long the pod has been ending, in seconds.
fn ending_for(pod: &Value, now: Timestamp) -> Option<i64> {
    let since: Timestamp = pod.pointer("/metadata/deletionTimestamp")?.as_str()?.parse().ok()?;
    Some(now.as_second() - since.as_second())
}

fn controller(pod: &Value) -> Option<&Value> {
    let owners = pod.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    owners.into_iter().flatten().find(|owner| owner.get("controller") == Some(&Value::Bool(true)))
}

/// The name of the DaemonSet that the pod belongs to.
pub(crate) fn daemon_set(pod: &Value) -> Option<&str> {
    let owner = controller(pod)?;
    let is = |key: &str, value: &str| owner.get(key).and_then(Value::as_str) == Some(value);
    (is("kind", "DaemonSet") && is("apiVersion", "apps/v1")).then(|| owner.get("name")?.as_str()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(owner: Option<&str>, more: Value) -> Value {
        let owners: Vec<Value> = owner
            .map(|kind| json!({"kind": kind, "apiVersion": "apps/v1", "name": "o", "controller": true}))
            .into_iter()
            .collect();
        let mut pod =
            json!({"metadata": {"name": "p", "ownerReferences": owners}, "status": {"phase": "Running"}});
        for (key, value) in more.as_object().into_iter().flatten() {
            pod[key] = value.clone();
        }
        pod
    }

    #[test]
    fn each_kind_of_pod_goes_stays_or_blocks() {
        let now: Timestamp = "2026-01-01T00:10:00Z".parse().unwrap();
        let bare = Drain::default();
        let all = Drain {
            ignore_daemonsets: true,
            delete_emptydir_data: true,
            force: true,
            skip_wait_seconds: 60,
            ..Drain::default()
        };
        let data = json!({"spec": {"volumes": [{"name": "x", "emptyDir": {}}]}});
        let done = json!({"status": {"phase": "Succeeded"}});
        let blocks =
            |rules: &Drain, pod: &Value, owner| matches!(rules.verdict(pod, owner, now), Verdict::Blocks(..));
        assert_eq!(bare.verdict(&pod(Some("ReplicaSet"), json!({})), true, now), Verdict::Goes);
        assert!(blocks(&bare, &pod(Some("DaemonSet"), json!({})), true));
        assert!(blocks(
            &Drain { ignore_daemonsets: true, ..bare.clone() },
            &pod(Some("DaemonSet"), json!({})),
            false
        ));
        assert!(blocks(&bare, &pod(Some("ReplicaSet"), data.clone()), true));
        assert!(blocks(&bare, &pod(None, json!({})), true));
        assert_eq!(bare.verdict(&pod(None, done), true, now), Verdict::Goes);
        assert!(matches!(all.verdict(&pod(Some("DaemonSet"), json!({})), true, now), Verdict::Stays(_)));
        assert!(matches!(all.verdict(&pod(Some("DaemonSet"), json!({})), false, now), Verdict::GoesWith(_)));
        assert!(matches!(all.verdict(&pod(Some("ReplicaSet"), data), true, now), Verdict::GoesWith(_)));
        assert!(matches!(all.verdict(&pod(None, json!({})), true, now), Verdict::GoesWith(_)));
        let mut mirror = pod(None, json!({}));
        mirror["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "x"});
        assert!(matches!(bare.verdict(&mirror, true, now), Verdict::Stays(_)));
        let mut ending = pod(Some("ReplicaSet"), json!({}));
        ending["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        assert!(matches!(all.verdict(&ending, true, now), Verdict::Stays(_)));
        assert_eq!(bare.verdict(&ending, true, now), Verdict::Goes);
        // Exactly as long as is waited for is not longer.
        ending["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:09:00Z");
        assert_eq!(all.verdict(&ending, true, now), Verdict::Goes);
        ending["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:08:59Z");
        assert!(matches!(all.verdict(&ending, true, now), Verdict::Stays(_)));
    }
}
