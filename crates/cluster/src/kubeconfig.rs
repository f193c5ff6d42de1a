//! The kubeconfig as it may be shown: who, where and how, never a credential.

use kube::config::{AuthInfo, Cluster, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};
use kubechat_kubectl::plan::ConfigPart;
use serde_json::{Map, Value, json};

use crate::actor::Actor;
use crate::answer::Answer;
use crate::error::Error;
use crate::read::objects::print;
use crate::session::Session;

const OMITTED: &str = "DATA+OMITTED";
const REDACTED: &str = "REDACTED";

/// The file without its credentials, with the context that is used as the current one. Only what is known to be
/// harmless is taken over.
pub(crate) fn shown(file: &Kubeconfig, context: &str) -> Value {
    let clusters: Vec<Value> = file.clusters.iter().map(cluster).collect();
    let contexts: Vec<Value> = file.contexts.iter().map(named_context).collect();
    let users: Vec<Value> = file.auth_infos.iter().map(user).collect();
    json!({"apiVersion": "v1", "kind": "Config", "clusters": clusters, "contexts": contexts,
        "current-context": context, "users": users})
}

/// The same for the account of a pod, which has no file.
pub(crate) fn of_pod(server: &str, namespace: &str) -> Value {
    let name = "in-cluster";
    json!({"apiVersion": "v1", "kind": "Config", "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": server}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}}],
        "users": [{"name": name, "user": {"token": REDACTED}}]})
}

fn texts<'a>(pairs: impl IntoIterator<Item = (&'static str, Option<&'a str>)>) -> Map<String, Value> {
    let given = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into())));
    given.collect()
}

fn cluster(named: &NamedCluster) -> Value {
    let Some(cluster) = &named.cluster else { return json!({"name": named.name}) };
    let Cluster {
        server, certificate_authority, certificate_authority_data, proxy_url, tls_server_name, ..
    } = cluster;
    let (proxy, server) = (proxy_url.as_deref().map(without_user), server.as_deref().map(without_user));
    let mut fields = texts([
        ("certificate-authority", certificate_authority.as_deref()),
        ("certificate-authority-data", certificate_authority_data.as_ref().map(|_| OMITTED)),
        ("proxy-url", proxy.as_deref()),
        ("server", server.as_deref()),
        ("tls-server-name", tls_server_name.as_deref()),
    ]);
    if let Some(insecure) = cluster.insecure_skip_tls_verify {
        fields.insert("insecure-skip-tls-verify".to_owned(), insecure.into());
    }
    json!({"cluster": fields, "name": named.name})
}

/// A URL without the name and password that it may carry.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{REDACTED}@{host}"),
        (None, Some((_, host))) => format!("{REDACTED}@{host}"),
        (_, None) => url.to_owned(),
    }
}

fn named_context(named: &NamedContext) -> Value {
    let Some(context) = &named.context else { return json!({"name": named.name}) };
    let fields = texts([
        ("cluster", Some(context.cluster.as_str())),
        ("namespace", context.namespace.as_deref()),
        ("user", context.user.as_deref()),
    ]);
    json!({"context": fields, "name": named.name})
}

fn user(named: &NamedAuthInfo) -> Value {
    let Some(info) = &named.auth_info else { return json!({"name": named.name, "user": {}}) };
    let AuthInfo { client_certificate, client_certificate_data, client_key, client_key_data, .. } = info;
    let hidden = |there: bool, word: &'static str| there.then_some(word);
    let mut fields = texts([
        ("client-certificate", client_certificate.as_deref()),
        ("client-certificate-data", hidden(client_certificate_data.is_some(), OMITTED)),
        ("client-key", client_key.as_deref()),
        ("client-key-data", hidden(client_key_data.is_some(), OMITTED)),
        ("password", hidden(info.password.is_some(), REDACTED)),
        ("token", hidden(info.token.is_some(), REDACTED)),
        ("tokenFile", info.token_file.as_deref()),
        ("username", info.username.as_deref()),
        ("as", info.impersonate.as_deref()),
    ]);
    if let Some(exec) = &info.exec {
        // Its arguments and variables may hold anything.
        fields.insert("exec".to_owned(), json!({"apiVersion": exec.api_version, "command": exec.command}));
    }
    if let Some(provider) = &info.auth_provider {
        fields.insert("auth-provider".to_owned(), json!({"name": provider.name}));
    }
    json!({"name": named.name, "user": fields})
}

/// What belongs to the current context alone.
fn minified(config: &Value) -> Value {
    let list = |key: &str| config[key].as_array().cloned().unwrap_or_default();
    let kept = |key: &str, name: &Value| -> Vec<Value> {
        list(key).into_iter().filter(|one| one["name"] == *name).collect()
    };
    let contexts = kept("contexts", &config["current-context"]);
    let context = contexts.first().map(|one| one["context"].clone()).unwrap_or_default();
    let mut small = config.clone();
    small["clusters"] = kept("clusters", &context["cluster"]).into();
    small["users"] = kept("users", &context["user"]).into();
    small["contexts"] = contexts.into();
    small
}

impl Session {
    /// A part of the kubeconfig. Whoever is taken on sees what belongs to the session's context, and no other's name.
    pub(crate) fn config(&self, part: &ConfigPart) -> Result<Answer, Error> {
        let whole = &self.cluster.shared.kubeconfig;
        let own = self.caller.actor == Actor::Own && !matches!(part, ConfigPart::Whole { minify: true, .. });
        let config = if own { whole.clone() } else { minified(whole) };
        let names = |key: &str| -> Vec<String> {
            let named = config[key].as_array().into_iter().flatten();
            named.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
        };
        let column = |key: &str| {
            let mut names = names(key);
            names.sort();
            Answer::table(&["NAME"], names.into_iter().map(|name| vec![name]).collect())
        };
        Ok(match part {
            ConfigPart::Whole { print: form, .. } => Answer::text(print(form, &config)?),
            ConfigPart::Current => Answer::text(config["current-context"].as_str().unwrap_or_default()),
            ConfigPart::Clusters => column("clusters"),
            ConfigPart::Users => column("users"),
            ConfigPart::Contexts { names: wanted, bare } => {
                let known = names("contexts");
                if let Some(name) = wanted.iter().find(|name| !known.contains(name)) {
                    let message =
                        format!("The kubeconfig has no context {name}; it has {}.", known.join(", "));
                    return Err(Error::Unsupported { message });
                }
                contexts(&config, wanted, *bare)
            }
        })
    }
}

fn contexts(config: &Value, wanted: &[String], bare: bool) -> Answer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for one in config["contexts"].as_array().into_iter().flatten() {
        let name = text(&one["name"]);
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        let current = if one["name"] == config["current-context"] { "*" } else { "" };
        let field = |key: &str| text(&one["context"][key]);
        rows.push(vec![current.to_owned(), name, field("cluster"), field("user"), field("namespace")]);
    }
    rows.sort_by(|one, other| one[1].cmp(&other[1]));
    if bare {
        return Answer::text(rows.into_iter().map(|row| row[1].clone()).collect::<Vec<_>>().join("\n"));
    }
    Answer::table(&["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: c\n  cluster: {server: https://x, certificate-authority-data: c2VjcmV0LWNh, proxy-url: 'http://me:hunter2@proxy:3128'}\n- name: d\n  cluster: {server: 'https://y', proxy-url: 'me:hunter2@proxy'}\n- name: e\n  cluster: {server: 'https://me:hunter2@z'}\ncontexts:\n- name: a\n  context: {cluster: c, user: u, namespace: shop}\n- name: b\n  context: {cluster: d, user: v}\nusers:\n- name: u\n  user: {token: hunter2, password: hunter2, client-key-data: hunter2, auth-provider: {name: oidc, config: {id-token: hunter2}}}\n- name: v\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, args: [hunter2], env: [{name: T, value: hunter2}]}}\n";

    #[test]
    fn no_credential_is_shown() {
        let config = shown(&Kubeconfig::from_yaml(FILE).unwrap(), "b");
        let text = config.to_string();
        assert!(!text.contains("hunter2") && !text.contains("c2VjcmV0LWNh"), "{text}");
        assert_eq!(config["clusters"][0]["cluster"]["proxy-url"], "http://REDACTED@proxy:3128");
        assert_eq!(
            (&config["current-context"], &config["users"][0]["user"]["token"]),
            (&json!("b"), &json!(REDACTED))
        );
    }

    #[test]
    fn the_small_one_has_what_belongs_to_the_context_alone() {
        let small = minified(&shown(&Kubeconfig::from_yaml(FILE).unwrap(), "b"));
        let text = small.to_string();
        assert!(text.contains("https://y") && !text.contains("https://x"), "{text}");
        assert_eq!(
            (small["users"][0]["name"].as_str(), small["contexts"].as_array().unwrap().len()),
            (Some("v"), 1)
        );
    }

    #[test]
    fn contexts_are_a_table_with_the_current_one_marked() {
        let config = shown(&Kubeconfig::from_yaml(FILE).unwrap(), "a");
        let table = contexts(&config, &[], false);
        assert_eq!(table.sections[0].rows[0].cells, ["*", "a", "c", "u", "shop"].map(Value::from));
        assert_eq!(contexts(&config, &["b".to_owned()], true).text.as_deref(), Some("b"));
    }
}
