//! An admission webhook in this process: sees every change of one Deployment's scale before it is stored, and may take
//! its time. It decides when something happens between two steps of KubeChat, without any clock.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::world::{World, until};

/// What the webhook answers.
pub enum Verdict {
    Allow,
    /// Refuses with this HTTP status.
    Deny(u16),
    /// Hangs up, which the API server answers with 500.
    HangUp,
}

/// Serves as long as the process lives; `seen` is called with each admission request, in a thread of its own.
pub fn watch(world: &World, namespace: &str, seen: impl Fn(&Value) -> Verdict + Send + Sync + 'static) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicUsize::new(0));
    let (config, seen, counted) = (Arc::new(config), Arc::new(seen), Arc::clone(&calls));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, seen, counted) = (Arc::clone(&config), Arc::clone(&seen), Arc::clone(&counted));
            std::thread::spawn(move || {
                // A connection that breaks off is the API server's to judge.
                let _ = serve(stream, config, &|request: &Value| {
                    counted.fetch_add(1, Ordering::SeqCst);
                    seen(request)
                });
            });
        }
    });
    let ca = BASE64_STANDARD.encode(made.cert.pem());
    world.apply(&format!(
        r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {{name: {namespace}}}
webhooks:
  - name: scale.suite.test
    admissionReviewVersions: [v1]
    sideEffects: NoneOnDryRun
    timeoutSeconds: 30
    failurePolicy: Fail
    namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}
    rules: [{{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments/scale]}}]
    clientConfig: {{url: "https://127.0.0.1:{port}/", caBundle: {ca}}}
"#
    ));
    until("the webhook is called", || {
        world.kubectl(&format!("scale deployment web -n {namespace} --replicas=2 --dry-run=server"));
        (calls.load(Ordering::SeqCst) > 0).then_some(())
    });
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    seen: &dyn Fn(&Value) -> Verdict,
) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body)?;
        let review: Value = serde_json::from_slice(&body).map_err(std::io::Error::other)?;
        let mut response = json!({"uid": review["request"]["uid"], "allowed": true});
        match seen(&review["request"]) {
            Verdict::Allow => {}
            Verdict::Deny(code) => {
                response["allowed"] = json!(false);
                response["status"] = json!({"code": code, "message": "not now"});
            }
            Verdict::HangUp => return Ok(()),
        }
        let answer =
            json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
                .to_string();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
            answer.len()
        )?;
        stream.flush()?;
    }
}
