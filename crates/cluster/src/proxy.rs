//! Which proxy leads to a cluster: the kubeconfig's own always, the environment's unless the address is exempt.
//!
//! As kubectl has it: exemption is about the cluster's host, and loopback is always exempt.

use std::net::IpAddr;

use http::Uri;

/// The proxy of the environment for this address.
pub(crate) fn from_environment(cluster: &Uri) -> Option<String> {
    let first = |names: [&str; 2]| {
        names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    };
    let names = if cluster.scheme_str() == Some("http") {
        ["HTTP_PROXY", "http_proxy"]
    } else {
        ["HTTPS_PROXY", "https_proxy"]
    };
    let proxy = first(names)?;
    let exempt = first(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    (!is_exempt(cluster.host().unwrap_or_default(), &exempt)).then_some(proxy)
}

fn is_exempt(host: &str, list: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(
        |entry| match (address, entry.split_once('/')) {
            _ if entry == "*" => true,
            (Some(address), Some((network, bits))) => within(address, network, bits),
            (Some(address), None) => entry.trim_matches(['[', ']']).parse() == Ok(address),
            (None, _) => {
                let name = entry.trim_start_matches("*.").trim_start_matches('.');
                let below = host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
                below || (host == name && !entry.starts_with('.') && !entry.starts_with("*."))
            }
        },
    )
}

/// Whether the address is in the network of this many leading bits.
fn within(address: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    let shared = |left: u128, right: u128, width: u32| {
        bits <= width && (bits == 0 || (left ^ right) >> (width - bits) == 0)
    };
    match (address, network) {
        (IpAddr::V4(left), IpAddr::V4(right)) => shared(u32::from(left).into(), u32::from(right).into(), 32),
        (IpAddr::V6(left), IpAddr::V6(right)) => shared(left.into(), right.into(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exemption_is_about_the_clusters_host() {
        for (host, list, exempt) in [
            ("127.0.0.1", "", true),
            ("[::1]", "", true),
            ("localhost", "", true),
            ("10.1.2.3", "10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("10.1.2.3", "192.0.2.1, 10.1.2.3", true),
            ("api.corp", ".corp", true),
            ("corp", ".corp", false),
            ("api.corp", "corp", true),
            ("apicorp", "corp", false),
            ("fd00::5", "fd00::/8", true),
            ("api.example", "*", true),
            ("api.example", "other.example", false),
            ("10.1.2.3", "10.0.0.0/99", false),
        ] {
            assert_eq!(is_exempt(host, list), exempt, "{host} in {list}");
        }
    }
}
