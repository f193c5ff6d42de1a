//! The programs' command lines.

use std::path::Path;

use crate::pki::Pki;
use crate::ports::Ports;

pub(crate) const ETCD: &str = "etcd";
pub(crate) const APISERVER: &str = "kube-apiserver";
pub(crate) const CONTROLLER_MANAGER: &str = "kube-controller-manager";
pub(crate) const SCHEDULER: &str = "kube-scheduler";
pub(crate) const KWOK: &str = "kwok";
pub(crate) const METRICS_SERVER: &str = "metrics-server";

/// Every program that stays running.
pub(crate) const NAMES: [&str; 6] = [ETCD, APISERVER, CONTROLLER_MANAGER, SCHEDULER, KWOK, METRICS_SERVER];

/// What every command line is made of.
pub(crate) struct Lines<'a> {
    pub dir: &'a Path,
    pub pki: &'a Pki,
    pub ports: Ports,
}

impl Lines<'_> {
    fn file(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// etcd; without fsync, since a practice cluster need not survive a power cut.
    pub fn etcd(&self) -> Vec<String> {
        let client = format!("http://127.0.0.1:{}", self.ports.etcd);
        let peer = format!("http://127.0.0.1:{}", self.ports.etcd_peer);
        vec![
            "--name=practice".into(),
            format!("--data-dir={}", self.file("etcd")),
            "--unsafe-no-fsync".into(),
            "--log-level=warn".into(),
            // The only member elects itself; waiting a second for others would be most of the start.
            "--heartbeat-interval=20".into(),
            "--election-timeout=100".into(),
            format!("--listen-client-urls={client}"),
            format!("--advertise-client-urls={client}"),
            format!("--listen-peer-urls={peer}"),
            format!("--initial-advertise-peer-urls={peer}"),
            format!("--initial-cluster=practice={peer}"),
        ]
    }

    /// kube-apiserver. On loopback it needs an advertised address that isn't loopback, and no endpoint reconciler:
    /// nothing here goes through the `kubernetes` Service.
    pub fn apiserver(&self) -> Vec<String> {
        let pki = |name| self.pki.file(name);
        vec![
            format!("--etcd-servers=http://127.0.0.1:{}", self.ports.etcd),
            "--bind-address=127.0.0.1".into(),
            format!("--secure-port={}", self.ports.apiserver),
            "--advertise-address=192.0.2.10".into(),
            "--endpoint-reconciler-type=none".into(),
            format!("--tls-cert-file={}", pki("server.crt")),
            format!("--tls-private-key-file={}", pki("server.key")),
            format!("--client-ca-file={}", pki("ca.crt")),
            format!("--token-auth-file={}", self.file("tokens.csv")),
            "--service-cluster-ip-range=10.96.0.0/16".into(),
            "--allow-privileged=true".into(),
            "--authorization-mode=Node,RBAC".into(),
            "--service-account-issuer=https://kubernetes.default.svc".into(),
            format!("--service-account-key-file={}", pki("sa.pub")),
            format!("--service-account-signing-key-file={}", pki("sa.key")),
            format!("--requestheader-client-ca-file={}", pki("front-ca.crt")),
            "--requestheader-allowed-names=front-proxy-client".into(),
            "--requestheader-username-headers=X-Remote-User".into(),
            "--requestheader-group-headers=X-Remote-Group".into(),
            "--requestheader-extra-headers-prefix=X-Remote-Extra-".into(),
            format!("--proxy-client-cert-file={}", pki("front.crt")),
            format!("--proxy-client-key-file={}", pki("front.key")),
            "--kubelet-preferred-address-types=InternalIP".into(),
            format!("--audit-policy-file={}", self.file("audit-policy.yaml")),
            format!("--audit-log-path={}", self.file("audit.log")),
            "--audit-log-mode=blocking".into(),
            "--audit-log-format=json".into(),
            "--audit-log-maxsize=100".into(),
            "--audit-log-maxbackup=2".into(),
        ]
    }

    /// kube-controller-manager.
    pub fn controller_manager(&self) -> Vec<String> {
        let mut line = self.controller(CONTROLLER_MANAGER, self.ports.controller_manager);
        line.extend([
            "--use-service-account-credentials=true".into(),
            format!("--service-account-private-key-file={}", self.pki.file("sa.key")),
            format!("--root-ca-file={}", self.pki.file("ca.crt")),
            format!("--cluster-signing-cert-file={}", self.pki.file("ca.crt")),
            format!("--cluster-signing-key-file={}", self.pki.file("ca.key")),
        ]);
        line
    }

    /// kube-scheduler.
    pub fn scheduler(&self) -> Vec<String> {
        self.controller(SCHEDULER, self.ports.scheduler)
    }

    fn controller(&self, name: &str, port: u16) -> Vec<String> {
        let conf = self.pki.file(&format!("{name}.conf"));
        let mut line = vec![
            format!("--kubeconfig={conf}"),
            "--leader-elect=false".into(),
            "--kube-api-qps=500".into(),
            "--kube-api-burst=1000".into(),
            "--authorization-always-allow-paths=/healthz,/readyz,/livez,/metrics".into(),
        ];
        line.extend(self.serving(&conf, port));
        line
    }

    /// kwok: every node is its own, the "kubelet" of all of them listens on one loopback port.
    pub fn kwok(&self) -> Vec<String> {
        vec![
            format!("--kubeconfig={}", self.pki.file("kwok.conf")),
            format!("--config={}", self.file("kwok.yaml")),
            "--manage-all-nodes=true".into(),
            "--node-lease-duration-seconds=40".into(),
            "--cidr=10.244.0.0/16".into(),
            "--node-ip=127.0.0.1".into(),
            format!("--node-port={}", self.ports.kwok),
            format!("--server-address=127.0.0.1:{}", self.ports.kwok),
            format!("--tls-cert-file={}", self.pki.file("server.crt")),
            format!("--tls-private-key-file={}", self.pki.file("server.key")),
        ]
    }

    /// metrics-server; 10 s is its shortest interval, and the timeout must be below it.
    pub fn metrics_server(&self) -> Vec<String> {
        let conf = self.pki.file("metrics-server.conf");
        let mut line = vec![
            format!("--kubeconfig={conf}"),
            "--kubelet-preferred-address-types=InternalIP".into(),
            "--kubelet-use-node-status-port".into(),
            "--kubelet-insecure-tls".into(),
            "--metric-resolution=10s".into(),
            "--kubelet-request-timeout=5s".into(),
        ];
        line.extend(self.serving(&conf, self.ports.metrics));
        line
    }

    fn serving(&self, conf: &str, port: u16) -> [String; 6] {
        [
            format!("--authentication-kubeconfig={conf}"),
            format!("--authorization-kubeconfig={conf}"),
            "--bind-address=127.0.0.1".into(),
            format!("--secure-port={port}"),
            format!("--tls-cert-file={}", self.pki.file("server.crt")),
            format!("--tls-private-key-file={}", self.pki.file("server.key")),
        ]
    }
}
