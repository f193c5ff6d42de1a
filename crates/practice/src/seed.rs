//! What the practice cluster holds: people, nodes, and a shop of healthy and broken workloads.

use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::{Error, Ground};

/// The cluster's name in the kubeconfig.
pub const CLUSTER: &str = "practice";
/// May do everything.
pub const ADMIN: &str = "practice-admin";
/// May change what is in the namespace `shop` and see everything but secrets elsewhere.
pub const OPERATOR: &str = "practice-operator";
/// May see everything but secrets.
pub const VIEWER: &str = "practice-viewer";
/// KubeChat's own account: may impersonate users and groups, and read which cluster this is.
pub const KUBECHAT: &str = "kubechat";
/// The group whose members may do everything.
pub const ADMIN_GROUP: &str = "practice-admins";
/// The group of operators of `shop`.
pub const OPERATOR_GROUP: &str = "practice-operators";
/// The group of viewers.
pub const VIEWER_GROUP: &str = "practice-viewers";
/// The group of KubeChat's own account.
pub const KUBECHAT_GROUP: &str = "practice-kubechat";

/// The namespace with the shop.
pub const SHOP: &str = "shop";
/// The namespaces that are made.
pub const NAMESPACES: [&str; 3] = [SHOP, "staging", "monitoring"];
/// The nodes; each has 8 CPUs and 16 GiB.
pub const NODES: [&str; 3] = ["node-1", "node-2", "node-3"];

/// Healthy Deployments in `shop`, with their replicas.
pub const HEALTHY: [(&str, u32); 4] = [("web", 2), ("cart", 2), ("catalog", 2), ("notifications", 1)];
/// Crashes since its last release (`CrashLoopBackOff`); the revision before it worked.
pub const CRASHING: &str = "payments-api";
/// Its image can't be pulled (`ImagePullBackOff`).
pub const UNPULLABLE: &str = "search";
/// Runs out of memory (`OOMKilled`, exit code 137).
pub const OUT_OF_MEMORY: &str = "recommend";
/// Asks for more CPU than any node has (`Pending`, `FailedScheduling`).
pub const UNSCHEDULABLE: &str = "checkout";
/// A Service whose selector matches no pod.
pub const NO_ENDPOINTS: &str = "cart";
/// A Deployment without requests and limits.
pub const WITHOUT_LIMITS: &str = "notifications";
/// A StatefulSet with a persistent volume.
pub const STATEFUL: &str = "postgres";
/// The image that does not exist.
pub const BAD_IMAGE: &str = "registry.example/shop/search:2.4.1-rc9";
/// A pod with this label breaks: `crash`, `imagepull` or `oom`.
///
/// It stays whole again once its template is mended: an annotation says what the fault hangs on.
/// `practice.kubechat.dev/while-image` and `while-memory` hold the image and memory limit that are broken, `until-env` the
/// variable that is missing. Without an annotation it always breaks.
pub const FAULT_LABEL: &str = "practice.kubechat.dev/fault";

const BASE: &str = include_str!("../assets/base.yaml");
const METRICS: &str = include_str!("../assets/metrics.yaml");
const SHOP_YAML: &str = include_str!("../assets/shop.yaml");
const PAYMENTS_BEFORE: &str = include_str!("../assets/payments-before.yaml");
const PAYMENTS_NOW: &str = include_str!("../assets/payments-now.yaml");
const STAGES: &str = include_str!("../assets/stages.yaml");
const RESTARTING: &str = include_str!("../assets/restarting-stages.yaml");

/// The jq expression that yields a pod's fault, or nothing.
const FAULT: &str = r#"(.metadata.annotations // {}) as $a | .spec.containers[0] as $c | ((.metadata.labels // {})["practice.kubechat.dev/fault"] // empty) | select(($a["practice.kubechat.dev/while-image"] // $c.image) == $c.image) | select(($c.resources.limits.memory // "") as $m | ($a["practice.kubechat.dev/while-memory"] // $m) == $m) | select($a["practice.kubechat.dev/until-env"] as $e | $e == null or ([$c.env[]?.name] | index($e)) == null)"#;

/// The context of a built-in account in the kubeconfig.
pub fn context(user: &str) -> String {
    if user.starts_with("practice-") { user.to_owned() } else { format!("practice-{user}") }
}

/// How kwok plays nodes and pods.
pub(crate) fn stages() -> String {
    let restarting = |name: &str, exit: &str, reason: &str, restarts: &str, lives: &str| {
        RESTARTING
            .replace("@NAME@", name)
            .replace("@EXIT@", exit)
            .replace("@REASON@", reason)
            .replace("@RESTARTS@", restarts)
            .replace("@LIVES@", lives)
    };
    let crash = restarting("crash", "1", "Error", "14", "3s");
    let oom = restarting("oom", "137", "OOMKilled", "6", "48s");
    [STAGES, &crash, &oom]
        .join("---\n")
        .replace("@FAULT@", &format!("'{FAULT}'"))
        .replace("@BAD_IMAGE@", BAD_IMAGE)
}

/// Applies objects as the cluster's own administrator, with its own kubectl.
pub(crate) struct Seeder<'a> {
    pub ground: &'a Ground,
    pub kubeconfig: String,
    pub home: &'a std::path::Path,
}

impl Seeder<'_> {
    /// Namespaces, rights and nodes.
    pub async fn base(&self) -> Result<(), Error> {
        self.apply(BASE).await
    }

    /// Everything in the namespaces but what happens over time. kubectl applies one object after another, so two work
    /// side by side.
    pub async fn shop(&self) -> Result<(), Error> {
        let text = [PAYMENTS_BEFORE, SHOP_YAML].join("---\n").replace("@BAD_IMAGE@", BAD_IMAGE);
        let objects: Vec<&str> = text.split("---\n").collect();
        let (one, other) = objects.split_at(objects.len() / 2);
        let (one, other) = (one.join("---\n"), other.join("---\n"));
        tokio::try_join!(self.apply(&one), self.apply(&other))?;
        Ok(())
    }

    /// The release that broke payments, after the one that worked has become a revision.
    pub async fn release(&self) -> Result<(), Error> {
        let observed = "--for=jsonpath={.status.observedGeneration}=1";
        let deployment = format!("deployment/{CRASHING}");
        self.kubectl(&["wait", &deployment, "-n", SHOP, observed, "--timeout=60s"], "").await?;
        self.apply(PAYMENTS_NOW).await
    }

    /// The API that metrics-server serves on `port`; `None` takes it away.
    pub async fn metrics(&self, port: Option<u16>, ca_pem: &str) -> Result<(), Error> {
        let Some(port) = port else {
            let name = "v1beta1.metrics.k8s.io";
            return self.kubectl(&["delete", "apiservice", name, "--ignore-not-found"], "").await;
        };
        let text = METRICS.replace("@PORT@", &port.to_string()).replace("@CA@", &STANDARD.encode(ca_pem));
        self.apply(&text).await
    }

    async fn apply(&self, text: &str) -> Result<(), Error> {
        let arguments =
            ["apply", "--server-side", "--force-conflicts", "--field-manager=practice", "-f", "-"];
        self.kubectl(&arguments, text).await
    }

    async fn kubectl(&self, arguments: &[&str], input: &str) -> Result<(), Error> {
        let fail = || Error::io("running", &self.ground.bin().join("kubectl"));
        let mut child = Command::new(self.ground.kubectl())
            .args(arguments)
            .arg(format!("--kubeconfig={}", self.kubeconfig))
            .arg("--request-timeout=60s")
            .env_clear()
            .env("HOME", self.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(fail())?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await.map_err(fail())?;
        }
        let output = child.wait_with_output().await.map_err(fail())?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Seed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left() {
        let stages = stages();
        assert!(!stages.contains('@') || stages.matches('@').count() == stages.matches("%s@sha256:").count());
        assert_eq!(stages.matches("kind: Stage").count(), 9);
    }

    #[test]
    fn contexts_are_named_after_accounts() {
        assert_eq!(context(ADMIN), "practice-admin");
        assert_eq!(context(KUBECHAT), "practice-kubechat");
    }
}
