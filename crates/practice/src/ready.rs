//! Waiting until a program answers its health endpoint.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsConnector;

use crate::Error;
use crate::process::Process;

/// Far more than any machine needs: it only bounds a hang.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);
const ONE_TRY: Duration = Duration::from_secs(5);

/// Asks health endpoints over TLS, trusting the cluster's own CA alone.
#[derive(Clone)]
pub(crate) struct Probe(Option<TlsConnector>);

impl Probe {
    /// A probe for plain HTTP.
    pub fn plain() -> Self {
        Self(None)
    }

    /// A probe that trusts the certificates of `ca`.
    pub fn tls(ca: &str) -> Result<Self, Error> {
        let invalid = |text: String| Error::Io {
            what: "reading the cluster's CA".into(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, text),
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
            let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
            roots.add(certificate).map_err(|error| invalid(error.to_string()))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Some(TlsConnector::from(Arc::new(config)))))
    }

    /// Waits until `path` on `port` answers 200, the program ends, or patience does.
    pub async fn wait(&self, process: &Process, port: u16, path: &str) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            process.check()?;
            if let Ok(Ok(true)) = timeout(ONE_TRY, self.get(port, path)).await {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(process.not_ready(PATIENCE.as_secs()));
            }
            sleep(PAUSE).await;
        }
    }

    async fn get(&self, port: u16, path: &str) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        match &self.0 {
            None => {
                stream.write_all(request.as_bytes()).await?;
                stream.take(64).read_to_end(&mut answer).await?;
            }
            Some(tls) => {
                let name = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
                let mut stream = tls.connect(name, stream).await?;
                stream.write_all(request.as_bytes()).await?;
                stream.take(64).read_to_end(&mut answer).await?;
            }
        }
        Ok(answer.starts_with(b"HTTP/1.1 200 ") || answer.starts_with(b"HTTP/1.0 200 "))
    }
}
