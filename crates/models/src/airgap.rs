//! Air-gapped: only addresses of private ranges, looked up at start and again at every connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// RFC 1918, loopback, link-local, carrier-grade and unique local addresses.
static PRIVATE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let nets = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    ];
    nets.iter().filter_map(|net| net.parse().ok()).collect()
});

/// Whether an address is inside.
pub(crate) fn is_private(address: IpAddr) -> bool {
    // `::ffff:8.8.8.8` is 8.8.8.8.
    let address = address.to_canonical();
    PRIVATE.iter().any(|net| net.contains(&address))
}

/// The addresses of a host, or of the address that it is.
pub(crate) async fn addresses(host: &str) -> std::io::Result<Vec<IpAddr>> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Ok(vec![address]);
    }
    Ok(tokio::net::lookup_host((bare, 0)).await?.map(|found| found.ip()).collect())
}

/// Resolves names to private addresses only, so that a name that is moved outside after the start leads nowhere.
#[derive(Debug)]
pub(crate) struct InsideOnly;

impl Resolve for InsideOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = addresses(name.as_str()).await?;
            let inside: Vec<SocketAddr> =
                found.into_iter().filter(|found| is_private(*found)).map(|found| (found, 0).into()).collect();
            if inside.is_empty() {
                return Err("the name has no address in the private ranges, and airgap is on".into());
            }
            Ok(Box::new(inside.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_is_what_the_registries_say_also_when_mapped_into_ipv6() {
        for inside in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "172.32.0.1",
            "192.169.0.1",
            "11.0.0.1",
            "0.0.0.0",
            "2001:db8::1",
            "::ffff:8.8.8.8",
            "::",
        ] {
            assert!(!is_private(outside.parse().unwrap()), "{outside}");
        }
    }
}
