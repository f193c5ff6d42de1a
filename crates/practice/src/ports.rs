//! Free loopback ports, held until the moment a program takes them.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The ports of one cluster.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub etcd: u16,
    pub etcd_peer: u16,
    pub apiserver: u16,
    pub controller_manager: u16,
    pub scheduler: u16,
    pub kwok: u16,
    pub metrics: u16,
}

impl Ports {
    fn all(self) -> [u16; 7] {
        [
            self.etcd,
            self.etcd_peer,
            self.apiserver,
            self.controller_manager,
            self.scheduler,
            self.kwok,
            self.metrics,
        ]
    }
}

/// Listeners that keep the ports from others until the programs start.
pub(crate) struct Reserved(Vec<TcpListener>);

impl Reserved {
    /// Gives one port free, for the program that is about to listen on it.
    pub fn release(&mut self, port: u16) {
        self.0.retain(|listener| listener.local_addr().is_ok_and(|address| address.port() != port));
    }
}

/// Reserves the ports this folder had before, when they are all free and `again` is false; else new ones.
pub(crate) fn reserve(file: &Path, again: bool) -> Result<(Ports, Reserved), Error> {
    let before = std::fs::read(file).ok().and_then(|text| serde_json::from_slice::<Ports>(&text).ok());
    if let Some(ports) = before.filter(|_| !again)
        && let Ok(held) = ports.all().into_iter().map(bind).collect::<std::io::Result<Vec<_>>>()
    {
        return Ok((ports, Reserved(held)));
    }
    let fail = || Error::io("reserving loopback ports for", file);
    let held = (0..7).map(|_| free()).collect::<std::io::Result<Vec<_>>>().map_err(fail())?;
    let mut numbers = Vec::with_capacity(7);
    for listener in &held {
        numbers.push(listener.local_addr().map_err(fail())?.port());
    }
    let [etcd, etcd_peer, apiserver, controller_manager, scheduler, kwok, metrics] = numbers[..] else {
        return Err(Error::Io {
            what: "reserving loopback ports".into(),
            source: std::io::ErrorKind::Other.into(),
        });
    };
    let ports = Ports { etcd, etcd_peer, apiserver, controller_manager, scheduler, kwok, metrics };
    let text = serde_json::to_vec(&ports).unwrap_or_default();
    std::fs::write(file, text).map_err(Error::io("writing", file))?;
    Ok((ports, Reserved(held)))
}

/// A free port. Below those that the system gives to outgoing connections, one of which could otherwise take a port
/// between its release and the program's start.
fn free() -> std::io::Result<TcpListener> {
    const FIRST: u128 = 18_000;
    const COUNT: u128 = 12_000;
    let some = || u16::try_from(FIRST + uuid::Uuid::new_v4().as_u128() % COUNT).unwrap_or_default();
    (0..50).find_map(|_| bind(some()).ok()).map_or_else(|| bind(0), Ok)
}

fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_ports_when_free_and_others_when_taken() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ports.json");
        let (first, held) = reserve(&file, false).unwrap();
        let (second, _held_too) = reserve(&file, false).unwrap();
        assert_ne!(first.all(), second.all(), "the first are still held");
        drop(held);
        std::fs::write(&file, serde_json::to_vec(&first).unwrap()).unwrap();
        let (third, mut held) = reserve(&file, false).unwrap();
        assert_eq!(first.all(), third.all());
        assert!(bind(third.etcd).is_err());
        held.release(third.etcd);
        bind(third.etcd).unwrap();
    }
}
