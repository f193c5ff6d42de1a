//! A faulty network in front of the real API server.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::BoxFuture;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use kubechat_cluster::{Cluster, Source};
use kubechat_practice::seed;
use serde_json::json;

use crate::world::World;

/// What happens to a request.
pub enum Fault {
    /// Nothing.
    Pass,
    /// It is answered with this status and never reaches the server.
    Answer(u16),
    /// The connection ends before the request reaches the server.
    LoseRequest,
    /// The request reaches the server; its answer does not come back.
    LoseAnswer,
}

/// Decides about a request by its method, path and query.
pub type Script = Arc<dyn Fn(String, String) -> BoxFuture<'static, Fault> + Send + Sync>;

/// A connection through the faults; it ends with the runtime.
pub async fn through(world: &World, script: Script) -> Cluster {
    let mut config = kube::Config::new(world.practice.server_url().parse().unwrap());
    config.root_cert = Some(vec![pem(world.practice.ca_pem())]);
    config.default_retry = false;
    let real = kube::Client::try_from(config).unwrap();
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (real, script) = (real.clone(), script.clone());
            let service = service_fn(move |request| pass(real.clone(), script.clone(), request));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config");
    let token = world.practice.token(seed::ADMIN).unwrap();
    let text = json!({"current-context": "c", "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "users": [{"name": "u", "user": {"token": token}}]});
    std::fs::write(&file, text.to_string()).unwrap();
    Cluster::connect(&Source { kubeconfig: Some(file), ..Source::default() }).await.unwrap()
}

async fn pass(
    real: kube::Client,
    script: Script,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::io::Error> {
    let lost = || std::io::Error::other("lost");
    let uri = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let fault = script(request.method().to_string(), uri.clone()).await;
    let (mut parts, body) = request.into_parts();
    parts.uri = uri.parse().map_err(|_| lost())?;
    parts.headers.remove(http::header::HOST);
    let body = http_body_util::BodyExt::collect(body).await.map_err(|_| lost())?.to_bytes();
    let forward = Request::from_parts(parts, Body::from(body.to_vec()));
    match fault {
        Fault::Pass => real.send(forward).await.map_err(|_| lost()),
        Fault::Answer(status) => {
            let text = json!({"kind": "Status", "message": "a fault", "code": status}).to_string();
            Ok(Response::builder()
                .status(status)
                .header("retry-after", "0")
                .body(Body::from(text.into_bytes()))
                .unwrap())
        }
        Fault::LoseRequest => Err(lost()),
        Fault::LoseAnswer => {
            real.send(forward).await.map_err(|_| lost())?;
            Err(lost())
        }
    }
}

fn pem(text: &str) -> Vec<u8> {
    use base64::Engine;
    let inner: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(inner).unwrap()
}
