//! Which cluster: kubeconfig files, their merging, and the account of a pod.

use std::path::{Path, PathBuf};

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use crate::error::Error;
use crate::kubeconfig;

/// Where the address of a cluster and the own account come from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// This kubeconfig and no other.
    pub kubeconfig: Option<PathBuf>,
    /// This context instead of the current one.
    pub context: Option<String>,
    /// Whether `~/.kube/config` may be taken.
    pub allow_default: bool,
    /// Whether the service account of the pod may be taken.
    pub in_cluster: bool,
}

/// A usable configuration with the name of its context.
pub(crate) struct Found {
    pub config: Config,
    pub context: String,
    /// The kubeconfig without its credentials.
    pub shown: serde_json::Value,
}

impl Source {
    /// Reads the first of: the given file, `KUBECONFIG`, the default file, the pod's account.
    pub(crate) async fn find(&self) -> Result<Found, Error> {
        if let Some((kubeconfig, file)) = self.files()? {
            return self.chosen(kubeconfig, &file).await;
        }
        if self.in_cluster
            && let Ok(config) = Config::incluster()
        {
            let shown = kubeconfig::of_pod(&config.cluster_url.to_string(), &config.default_namespace);
            return Ok(Found { config, context: "in-cluster".to_owned(), shown });
        }
        Err(Error::NoCluster)
    }

    fn files(&self) -> Result<Option<(Kubeconfig, PathBuf)>, Error> {
        if let Some(file) = &self.kubeconfig {
            return Ok(Some((read(file)?, file.clone())));
        }
        if let Some(list) = std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty()) {
            return merge(&std::env::split_paths(&list).collect::<Vec<_>>()).map(|merged| {
                // Named as the person wrote it.
                merged.map(|kubeconfig| (kubeconfig, PathBuf::from(list)))
            });
        }
        let default = std::env::home_dir().map(|home| home.join(".kube").join("config"));
        match default.filter(|file| self.allow_default && file.exists()) {
            Some(file) => Ok(Some((read(&file)?, file))),
            None => Ok(None),
        }
    }

    async fn chosen(&self, kubeconfig: Kubeconfig, file: &Path) -> Result<Found, Error> {
        let Some(context) =
            self.context.clone().or_else(|| kubeconfig.current_context.clone()).filter(|c| !c.is_empty())
        else {
            return Err(bad(
                file,
                "it has no current context",
                "Set one with `kubectl config use-context`, or name one with --context.",
            ));
        };
        let known: Vec<String> = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
        if !known.contains(&context) {
            let advice =
                format!("It has: {}.", if known.is_empty() { "none".to_owned() } else { known.join(", ") });
            return Err(bad(file, &format!("it has no context \"{context}\""), &advice));
        }
        let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
        let own = own_proxy(&kubeconfig, &context);
        let shown = kubeconfig::shown(&kubeconfig, &context);
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(|error| explain(file, &error))?;
        let proxy = own.or_else(|| crate::proxy::from_environment(&config.cluster_url));
        config.proxy_url = match proxy.map(|proxy| proxy.parse()).transpose() {
            Ok(proxy) => proxy,
            Err(error) => {
                return Err(bad(
                    file,
                    &format!("its proxy is not a URL: {error}"),
                    "Correct proxy-url or HTTPS_PROXY.",
                ));
            }
        };
        Ok(Found { config, context, shown })
    }
}

/// The proxy that the context's cluster names.
fn own_proxy(kubeconfig: &Kubeconfig, context: &str) -> Option<String> {
    let context = kubeconfig.contexts.iter().find(|named| named.name == context)?.context.as_ref()?;
    let cluster = kubeconfig.clusters.iter().find(|named| named.name == context.cluster)?.cluster.as_ref()?;
    cluster.proxy_url.clone().filter(|proxy| !proxy.is_empty())
}

/// Merges a list as kubectl does: files that do not exist are passed over, the first value wins.
fn merge(files: &[PathBuf]) -> Result<Option<Kubeconfig>, Error> {
    let mut merged: Option<Kubeconfig> = None;
    for file in files.iter().filter(|file| !file.as_os_str().is_empty()) {
        if !file.exists() && files.len() > 1 {
            continue;
        }
        let next = read(file)?;
        merged = Some(match merged {
            None => next,
            Some(first) => first.merge(next).map_err(|error| explain(file, &error))?,
        });
    }
    match merged {
        None if files.iter().any(|file| !file.as_os_str().is_empty()) => {
            let list = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(":");
            Err(bad(Path::new(&list), "none of these files exists", "Correct KUBECONFIG or unset it."))
        }
        merged => Ok(merged),
    }
}

fn read(file: &Path) -> Result<Kubeconfig, Error> {
    let kubeconfig = Kubeconfig::read_from(file).map_err(|error| explain(file, &error))?;
    if kubeconfig.clusters.is_empty()
        && kubeconfig.contexts.is_empty()
        && kubeconfig.current_context.is_none()
    {
        return Err(bad(file, "it is empty", "Copy the cluster's kubeconfig there, or name another file."));
    }
    Ok(kubeconfig)
}

fn bad(file: &Path, message: &str, advice: &str) -> Error {
    Error::Kubeconfig { file: file.to_owned(), message: message.to_owned(), advice: advice.to_owned() }
}

fn explain(file: &Path, error: &KubeconfigError) -> Error {
    let (message, advice) = match error {
        KubeconfigError::ReadConfig(io, _) => (io.to_string(), "Check the path and its permissions."),
        KubeconfigError::Parse(parse) => {
            let text = parse.to_string();
            let first = text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
            (
                format!("it is not YAML of a kubeconfig: {first}"),
                "Mend the file, or get a new one from the cluster.",
            )
        }
        KubeconfigError::LoadClusterOfContext(name) => (
            format!("its context names the cluster \"{name}\", which it does not have"),
            "Add the cluster, or choose another context.",
        ),
        KubeconfigError::MissingClusterUrl => {
            ("its cluster has no server address".to_owned(), "Add `server: https://…` to the cluster.")
        }
        KubeconfigError::ParseClusterUrl(uri) => {
            (format!("its server address is not a URL: {uri}"), "Correct `server:`.")
        }
        other => (other.to_string(), "Mend the entry, or get a new kubeconfig from the cluster."),
    };
    bad(file, &message, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n\
        contexts: [{name: a, context: {cluster: c, user: u, namespace: shop}}]\nusers: [{name: u, user: {token: t}}]\n";

    fn source(file: &Path) -> Source {
        Source { kubeconfig: Some(file.to_owned()), ..Source::default() }
    }

    async fn message(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config");
        std::fs::write(&file, text).unwrap();
        let error = source(&file).find().await.err().unwrap();
        assert_eq!(error.code(), "kubeconfig");
        assert!(error.to_string().contains(&file.display().to_string()), "{error}");
        error.to_string()
    }

    #[tokio::test]
    async fn a_bad_kubeconfig_is_named_with_what_to_do() {
        assert!(message("").await.contains("empty"));
        assert!(message("clusters: [").await.contains("not YAML"));
        assert!(message(GOOD).await.contains("--context"));
        assert!(message(&format!("{GOOD}current-context: b\n")).await.contains("It has: a."));
    }

    #[tokio::test]
    async fn a_missing_file_is_named() {
        let error = source(Path::new("no-such-file")).find().await.err().unwrap();
        assert!(error.to_string().contains("no-such-file"), "{error}");
    }

    #[tokio::test]
    async fn a_list_is_merged_and_missing_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        std::fs::write(&one, "current-context: a\n").unwrap();
        std::fs::write(&two, GOOD).unwrap();
        let merged = merge(&[dir.path().join("none"), one, two.clone()]).unwrap().unwrap();
        let found = source(&two).chosen(merged, &two).await.unwrap();
        assert_eq!(found.context, "a");
        assert_eq!(found.config.default_namespace, "shop");
    }
}
