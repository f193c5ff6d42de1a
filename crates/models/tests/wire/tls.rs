//! Certificates of one's own are trusted where they are configured, and nowhere else.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use crate::server::{Server, ok};
use crate::{KINDS, ask, said};

/// An authority of its own, as PEM, and a server for 127.0.0.1 that it signed.
fn authority() -> (String, ServerConfig) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let ca = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (pem, config)
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_only_where_it_is_configured() {
    let folder = tempfile::tempdir().unwrap();
    let configured = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        format!("ca_file = {:?}\nkey = \"k-123\"", path.display().to_string())
    };
    let (ours, config) = authority();
    let (theirs, _) = authority();
    for kind in KINDS {
        let server = Server::behind_tls(config.clone(), said(kind)).await;
        for more in ["key = \"k-123\"".to_owned(), configured("theirs.pem", &theirs)] {
            let error = ask(kind, &server.url, &more).await.0.unwrap_err();
            assert_eq!(error.code(), "model_unreachable", "{kind}: {error}");
            assert!(error.to_string().contains("certificate"), "{kind}: {error}");
        }
        assert!(server.asked().is_empty(), "{kind}: something was said to a server that is not trusted");
        // Among others in one file.
        let both = configured("both.pem", &format!("{theirs}{ours}"));
        ask(kind, &server.url, &both).await.0.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_server_behind_a_proxy_is_trusted_no_more_than_one_that_is_not() {
    // The proxy lets through what it is asked to connect to; here it refuses, and is all that hears of us.
    let proxy = Server::saying(crate::server::status(403, "", "no")).await;
    let more = format!("proxy = \"{}\"\nkey = \"k-123\"", proxy.url);
    let error = ask("openai", "https://models.invalid/v1", &more).await.0.unwrap_err();
    assert_eq!(error.code(), "model_unreachable", "{error}");
    let asked = proxy.asked();
    assert!(asked.iter().all(|one| one.head.starts_with("CONNECT models.invalid:443")), "{asked:?}");
    assert!(!asked.is_empty() && !format!("{asked:?}").contains("k-123"), "the key is for the server alone");
}

#[tokio::test]
async fn a_ca_file_that_holds_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let more = format!("ca_file = {:?}", path.display().to_string());
    let open =
        || kubechat_models::connect("p", &crate::settings("openai", "https://127.0.0.1:1", &more), false);
    assert!(open().unwrap_err().to_string().contains("ca.pem"));
    std::fs::write(&path, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(open().unwrap_err().to_string().contains("holds no certificate"));
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n").unwrap();
    assert!(open().unwrap_err().to_string().contains("ca.pem"));
}

#[tokio::test]
async fn each_provider_has_a_proxy_of_its_own() {
    let (one, two) = (Server::saying(said("ollama")).await, Server::saying(said("openai")).await);
    let direct = Server::saying(ok("text/event-stream", "")).await;
    ask("ollama", "http://one.invalid", &format!("proxy = \"{}\"", one.url)).await.0.unwrap();
    ask("openai", "http://two.invalid/v1", &format!("proxy = \"{}\"", two.url)).await.0.unwrap();
    ask("anthropic", &direct.url, "").await.0.unwrap_err();
    let heads = |server: &Server| server.asked().into_iter().map(|one| one.head).collect::<Vec<_>>();
    assert!(heads(&one).iter().all(|head| head.starts_with("POST http://one.invalid/api/chat")));
    assert!(heads(&two).iter().all(|head| head.starts_with("POST http://two.invalid/v1/chat/completions")));
    assert_eq!((heads(&one).len(), heads(&two).len(), heads(&direct).len()), (1, 1, 1));
}
