//! The control plane, its people, and shorthands.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use http::Request;
use jiff::Timestamp;
use kubechat_cluster::{Actor, Approved, AuditIds, Cluster, Execution, Preview, Session, Source, Terms};
use kubechat_kubectl::plan::Context;
use kubechat_kubectl::{Command, Plan, Planned};
use kubechat_practice::{Ground, Options, Practice, seed};
use serde_json::{Value, json};

pub struct World {
    pub practice: Practice,
    admin: kube::Client,
}

impl World {
    pub async fn boot() -> Option<Self> {
        let Some(ground) = Ground::locate() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "the Kubernetes programs are missing: run scripts/ground.sh"
            );
            eprintln!("\n!!! SKIPPED: the Kubernetes programs are not built: run scripts/ground.sh !!!\n");
            return None;
        };
        let practice = Practice::start(Options { ground: Some(ground), ..Options::default() }).await.unwrap();
        let kubeconfig = kube::config::Kubeconfig::read_from(practice.kubeconfig_path()).unwrap();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
        Some(Self { practice, admin: kube::Client::try_from(config).unwrap() })
    }

    pub fn source(&self, user: &str) -> Source {
        let kubeconfig = Some(self.practice.kubeconfig_path().to_owned());
        Source { kubeconfig, context: Some(seed::context(user)), ..Source::default() }
    }

    pub async fn cluster(&self, user: &str) -> Cluster {
        Cluster::connect(&self.source(user)).await.unwrap()
    }

    pub async fn own(&self, user: &str) -> Session {
        self.cluster(user).await.session(Actor::Own)
    }

    /// Somebody by impersonation from KubeChat's own account.
    pub async fn taken_on(&self, user: &str, groups: &[&str]) -> Session {
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        self.cluster(seed::KUBECHAT).await.session(Actor::impersonated(user, groups).unwrap())
    }

    /// A request past everything that is tested here.
    pub async fn direct(&self, method: &str, path: &str, body: Value) -> Value {
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(&body).unwrap() };
        let request =
            Request::builder().method(method).uri(path).header("content-type", kind).body(body).unwrap();
        self.admin.request(request).await.unwrap()
    }

    pub async fn namespace(&self, name: &str) {
        self.direct(
            "POST",
            "/api/v1/namespaces",
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}),
        )
        .await;
    }

    pub async fn deployment(&self, namespace: &str, name: &str, replicas: i64) {
        let labels = json!({"app": name, "tier": "test"});
        let body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": labels},
            "spec": {"containers": [{"name": "main", "image": "example.test/web:1"}, {"name": "side", "image": "example.test/side:1"}]}}}});
        self.direct("POST", &format!("/apis/apps/v1/namespaces/{namespace}/deployments"), body).await;
    }

    pub async fn get(&self, namespace: &str, name: &str) -> Value {
        self.direct("GET", &format!("/apis/apps/v1/namespaces/{namespace}/deployments/{name}"), Value::Null)
            .await
    }

    pub async fn replicas(&self, namespace: &str, name: &str) -> i64 {
        self.get(namespace, name).await["spec"]["replicas"].as_i64().unwrap()
    }

    pub async fn patch(&self, namespace: &str, name: &str, body: Value) {
        self.direct("PATCH", &format!("/apis/apps/v1/namespaces/{namespace}/deployments/{name}"), body).await;
    }

    /// Waits until the deployment's pods are all there.
    pub async fn ready(&self, namespace: &str, name: &str) {
        until(name, async || {
            let found = self.get(namespace, name).await;
            let wanted = found["spec"]["replicas"].as_i64().unwrap();
            (found["status"]["availableReplicas"].as_i64().unwrap_or(0) == wanted).then_some(())
        })
        .await;
    }

    /// The API server's own events with this id.
    pub fn audit(&self, id: &str) -> Vec<Value> {
        let log = std::fs::read_to_string(self.practice.audit_log()).unwrap();
        log.lines().filter(|line| line.contains(id)).map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Asks until the answer is there.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let begin = Instant::now();
    let mut pause = tokio::time::interval(Duration::from_millis(100));
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(120), "still not so: {what}");
        pause.tick().await;
    }
}

/// The plan of a command line, with the facts that it needs.
pub async fn plan(session: &Session, namespace: &str, line: &str) -> Plan {
    let command = Command::parse(line).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
    let catalog = session.catalog().await.unwrap();
    let mut facts = BTreeMap::new();
    loop {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let context = Context {
            namespace,
            now,
            catalog: &catalog,
            facts: &facts,
            attachments: &kubechat_kubectl::Attachments::new(),
        };
        match command.plan(&context).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}")) {
            Planned::Ready(plan) => return plan,
            Planned::Need(reads) => facts.extend(session.facts(&reads, None).await.unwrap()),
        }
    }
}

pub fn terms(session: &Session, line: &str) -> Terms {
    Terms {
        command: line.to_owned(),
        cluster: session.cluster().id().to_owned(),
        user: "tester".to_owned(),
        policy: "none".to_owned(),
    }
}

pub fn approve(session: &Session, line: &str, plan: &Plan, preview: &Preview) -> Approved {
    let terms = terms(session, line);
    let hash = preview.approval_hash(plan, &terms);
    Approved::grant(plan.clone(), preview.clone(), terms, &hash).unwrap()
}

/// Preview, approval and execution of a line.
pub async fn carry_out(session: &Session, namespace: &str, line: &str) -> (Preview, Execution) {
    let plan = plan(session, namespace, line).await;
    let preview = session.preview(&plan).await.unwrap();
    let approved = approve(session, line, &plan, &preview);
    let ids = AuditIds::draw(preview.targets.len());
    let execution = session.execute(&approved, &ids).await.unwrap();
    (preview, execution)
}
