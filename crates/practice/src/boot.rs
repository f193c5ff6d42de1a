//! Boots the programs, in parallel where one needn't wait for another.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::pki::{Pki, write_private};
use crate::ports::{self, Ports};
use crate::process::Process;
use crate::programs::{self, Lines};
use crate::ready::Probe;
use crate::seed::{self, Seeder};
use crate::{Error, Ground, Options, User, logs, people};

const AUDIT_POLICY: &str = include_str!("../assets/audit-policy.yaml");

/// How long the start took, each from its beginning.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timings {
    /// Until etcd answered.
    pub etcd: Duration,
    /// Until the API server was ready.
    pub apiserver: Duration,
    /// Until the controllers, the scheduler and the nodes were ready.
    pub controllers: Duration,
    /// Until everything was seeded.
    pub total: Duration,
}

/// What does not change while the cluster runs.
pub(crate) struct Site {
    pub ground: Ground,
    pub pki: Pki,
    pub people: Vec<User>,
    pub kwok: String,
}

/// The running programs. Fields are dropped in this order: who asks goes before who answers.
pub(crate) struct Running {
    pub others: Vec<Process>,
    pub apiserver: Process,
    pub etcd: Process,
}

/// Certificates, accounts and configuration, in `dir`.
pub(crate) fn prepare(dir: &Path, options: &Options) -> Result<Site, Error> {
    let ground = options.ground.clone().or_else(Ground::locate).ok_or(Error::NoGround)?;
    let pki = Pki::open(dir)?;
    let people = people::open(dir, &options.extra_users)?;
    write_private(&dir.join("audit-policy.yaml"), AUDIT_POLICY)?;
    let mut kwok = vec![seed::stages(), logs::write(dir)?];
    for file in ground.kwok_files() {
        kwok.push(fs::read_to_string(&file).map_err(Error::io("reading", &file))?);
    }
    kwok.extend(Some(options.kwok.clone()).filter(|more| !more.is_empty()));
    Ok(Site { ground, pki, people, kwok: kwok.join("\n---\n") })
}

/// Boots and seeds everything once, on the ports that are free now.
pub(crate) async fn boot(
    dir: &Path,
    site: &Site,
    options: &Options,
    other_ports: bool,
) -> Result<(Running, Ports, Timings), Error> {
    let begin = Instant::now();
    let (ports, mut reserved) = ports::reserve(&dir.join("ports.json"), other_ports)?;
    site.pki.write_kubeconfigs(ports.apiserver)?;
    write_private(&dir.join("kwok.yaml"), &site.kwok)?;
    let server = format!("https://127.0.0.1:{}", ports.apiserver);
    people::write_kubeconfig(&dir.join("kubeconfig"), &site.people, &server, &site.pki.ca_pem)?;

    let lines = Lines { dir, pki: &site.pki, ports };
    let (bin, log_dir) = (site.ground.bin(), dir.join("logs"));
    let mut start = |name, arguments: Vec<String>, listens: &[u16]| {
        listens.iter().for_each(|port| reserved.release(*port));
        Process::start(&options.launcher, &bin, &log_dir, name, &arguments)
    };
    let probe = Probe::tls(&site.pki.ca_pem)?;
    let mut timings = Timings::default();

    let etcd = start(programs::ETCD, lines.etcd(), &[ports.etcd, ports.etcd_peer])?;
    Probe::plain().wait(&etcd, ports.etcd, "/health").await?;
    timings.etcd = begin.elapsed();
    let apiserver = start(programs::APISERVER, lines.apiserver(), &[ports.apiserver])?;
    probe.wait(&apiserver, ports.apiserver, "/readyz").await?;
    timings.apiserver = begin.elapsed();

    let manager =
        start(programs::CONTROLLER_MANAGER, lines.controller_manager(), &[ports.controller_manager])?;
    let scheduler = start(programs::SCHEDULER, lines.scheduler(), &[ports.scheduler])?;
    let kwok = start(programs::KWOK, lines.kwok(), &[ports.kwok])?;
    let ready = async {
        tokio::try_join!(
            probe.wait(&manager, ports.controller_manager, "/healthz"),
            probe.wait(&scheduler, ports.scheduler, "/healthz"),
            probe.wait(&kwok, ports.kwok, "/healthz"),
        )?;
        Ok(begin.elapsed())
    };
    let seeder = Seeder { ground: &site.ground, kubeconfig: site.pki.file("boot.conf"), home: dir };
    let port = options.metrics.then_some(ports.metrics);
    // Seeded once: what people change later must survive a restart.
    let seeded = dir.join("seeded");
    let shop = options.seed && !seeded.exists();
    let first = async {
        seeder.base().await?;
        if shop { seeder.shop().await } else { Ok(()) }
    };
    (timings.controllers, (), ()) = tokio::try_join!(ready, first, seeder.metrics(port, &site.pki.ca_pem))?;
    if shop {
        seeder.release().await?;
        fs::write(&seeded, "").map_err(Error::io("writing", &seeded))?;
    }
    timings.total = begin.elapsed();
    let mut others = vec![kwok, scheduler, manager];
    if options.metrics {
        // Last: its first numbers come much later anyway.
        others.insert(0, start(programs::METRICS_SERVER, lines.metrics_server(), &[ports.metrics])?);
    }
    Ok((Running { others, apiserver, etcd }, ports, timings))
}
