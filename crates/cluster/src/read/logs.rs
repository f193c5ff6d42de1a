//! Container logs, of several pods at once, bounded.

use http_body_util::BodyExt;
use kubechat_kubectl::plan::{LogOptions, Targets};
use kubechat_kubectl::{Operation, Plan, Resource};
use serde_json::Value;

use super::reads;
use crate::answer::Answer;
use crate::client::Call;
use crate::error::Error;
use crate::names::simple;
use crate::path;
use crate::session::{Session, subject};

/// More than this of all logs together is cut off.
const MAX_BYTES: usize = 10 << 20;
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// One container whose log is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub namespace: String,
    pub pod: String,
    pub container: String,
}

/// The containers of a plan, and what to say besides.
pub(crate) struct Sources {
    pub all: Vec<Source>,
    pub notes: Vec<String>,
}

impl Session {
    pub(super) async fn logs(&self, plan: &Plan, options: &LogOptions) -> Result<Answer, Error> {
        let Sources { all, notes } = self.log_sources(plan, options).await?;
        let prefix = options.prefix || all.len() > 1;
        let share = MAX_BYTES / all.len().max(1);
        let reads = all.iter().map(|source| Box::pin(self.log(source, options, share)));
        let mut answer = Answer { notes, ..Answer::default() };
        let mut text = String::new();
        for (source, read) in all.iter().zip(futures::future::join_all(reads).await) {
            match read {
                Ok((log, cut)) => {
                    answer.truncated |= cut;
                    for line in log.lines() {
                        if prefix {
                            text.push_str(&source.prefix());
                        }
                        text.push_str(line);
                        text.push('\n');
                    }
                }
                // Of several, those that can be read are.
                Err(error) if all.len() > 1 => answer.notes.push(format!("{}{error}", source.prefix())),
                Err(error) => return Err(error),
            }
        }
        answer.text = Some(text);
        Ok(answer)
    }

    pub(super) async fn log(
        &self,
        source: &Source,
        options: &LogOptions,
        limit: usize,
    ) -> Result<(String, bool), Error> {
        let mut body = self.http().open(&self.caller, &source.call(options, false)?).await?.into_body();
        let mut bytes = Vec::new();
        let read = async {
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| Error::Unreachable {
                    server: self.cluster.server().to_owned(),
                    message: format!("the log broke off: {error}"),
                })?;
                if let Ok(data) = frame.into_data() {
                    bytes.extend_from_slice(&data);
                }
                if bytes.len() > limit {
                    bytes.truncate(limit);
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let cut =
            tokio::time::timeout(self.http().timeout, read).await.map_err(|_| self.http().timed_out())??;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), cut))
    }

    /// The containers that the plan's pods and the options mean.
    pub(crate) async fn log_sources(&self, plan: &Plan, options: &LogOptions) -> Result<Sources, Error> {
        let mut sources = Sources { all: Vec::new(), notes: Vec::new() };
        let logs: Vec<&Operation> = plan
            .operations
            .iter()
            .filter(|operation| operation.subresource.as_deref() == Some("log"))
            .collect();
        let operations = if logs.is_empty() { reads(plan).collect() } else { logs };
        for operation in operations {
            let pods = Operation { subresource: None, ..operation.clone() };
            let fetched = if operation.resource.plural == "pods" {
                self.objects_of(plan, &pods).await?.items
            } else {
                self.pods_behind(plan, &pods, &mut sources.notes).await?
            };
            let one = matches!(&operation.targets, Targets::Names(names) if names.len() == 1);
            for pod in &fetched {
                match containers(pod, options) {
                    Ok(names) => {
                        if one && names.len() == 1 && options.container.is_none() && defaulted(pod) {
                            sources
                                .notes
                                .push(format!("Container {} was taken; name another with -c.", names[0]));
                        }
                        sources.all.extend(names.into_iter().map(|container| Source::of(pod, container)));
                    }
                    Err(_) if !one => {}
                    Err(error) => return Err(error),
                }
            }
            if fetched.is_empty() {
                sources.notes.push("No pods match.".to_owned());
            }
        }
        Ok(sources)
    }

    /// The first ready pod of a workload, as kubectl takes it.
    async fn pods_behind(
        &self,
        plan: &Plan,
        operation: &Operation,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Value>, Error> {
        let mut found = Vec::new();
        for workload in self.objects_of(plan, operation).await?.items {
            let selector = selector(&workload["spec"]["selector"]);
            let name = workload["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            let namespace = workload["metadata"]["namespace"].as_str();
            let pods: Resource = simple("", "pods", true);
            let mut listed = self.list(&pods, namespace, selector.as_deref(), None).await?.items;
            listed.sort_by_key(|pod| pod["status"]["phase"] != "Running");
            if listed.len() > 1 {
                let first = listed[0]["metadata"]["name"].as_str().unwrap_or_default();
                notes.push(format!(
                    "{} of {name} has {} pods; this is {first}.",
                    operation.resource.singular,
                    listed.len()
                ));
            }
            found.extend(listed.into_iter().take(1));
        }
        Ok(found)
    }
}

impl Source {
    /// The containers of a pod that are no init containers.
    pub fn main(pod: &Value) -> Vec<Self> {
        names_in(pod, "containers").into_iter().map(|container| Self::of(pod, container)).collect()
    }

    fn of(pod: &Value, container: String) -> Self {
        let text = |key: &str| pod["metadata"][key].as_str().unwrap_or_default().to_owned();
        Self { namespace: text("namespace"), pod: text("name"), container }
    }

    pub fn prefix(&self) -> String {
        format!("[pod/{}/{}] ", self.pod, self.container)
    }

    pub fn call(&self, options: &LogOptions, follow: bool) -> Result<Call, Error> {
        let pods = simple("", "pods", true);
        let url = path::object(&pods, Some(&self.namespace), &self.pod, Some("log"))?;
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        let (tail, since, limit) =
            (number(options.tail), number(options.since_seconds), number(options.limit_bytes));
        let on = |flag: bool| flag.then_some("true");
        let query = [
            ("container", Some(self.container.as_str())),
            ("follow", on(follow)),
            ("previous", on(options.previous)),
            ("timestamps", on(options.timestamps)),
            ("tailLines", tail.as_deref()),
            ("sinceSeconds", since.as_deref()),
            ("sinceTime", options.since_time.as_deref()),
            ("limitBytes", limit.as_deref()),
        ];
        let subject = subject("get", &pods, Some("log"), Some(&self.namespace), Some(&self.pod));
        Ok(Call::get(path::with_query(&url, &query), subject).accept("*/*"))
    }
}

fn names_in(pod: &Value, list: &str) -> Vec<String> {
    let containers = pod["spec"][list].as_array().into_iter().flatten();
    containers.filter_map(|container| container["name"].as_str().map(str::to_owned)).collect()
}

fn defaulted(pod: &Value) -> bool {
    names_in(pod, "containers").len() > 1
}

fn containers(pod: &Value, options: &LogOptions) -> Result<Vec<String>, Error> {
    let main = names_in(pod, "containers");
    let all: Vec<String> = ["initContainers", "containers", "ephemeralContainers"]
        .iter()
        .flat_map(|list| names_in(pod, list))
        .collect();
    if options.all_containers {
        return Ok(all);
    }
    if let Some(wanted) = &options.container {
        return if all.contains(wanted) {
            Ok(vec![wanted.clone()])
        } else {
            let message = format!("the pod has no container \"{wanted}\"; it has {}", all.join(", "));
            Err(Error::Invalid { message })
        };
    }
    let annotated = pod["metadata"]["annotations"][DEFAULT_CONTAINER]
        .as_str()
        .filter(|name| main.iter().any(|m| m == name));
    Ok(annotated.map(str::to_owned).or_else(|| main.into_iter().next()).into_iter().collect())
}

/// A workload's selector in the API's syntax; nothing where it has none.
pub(crate) fn selector(selector: &Value) -> Option<String> {
    let labels = if selector["matchLabels"].is_object() || selector["matchExpressions"].is_array() {
        &selector["matchLabels"]
    } else {
        selector
    };
    let mut parts: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
        .collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values: Vec<&str> =
            expression["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        parts.push(match expression["operator"].as_str() {
            Some("In") => format!("{key} in ({})", values.join(",")),
            Some("NotIn") => format!("{key} notin ({})", values.join(",")),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    (!parts.is_empty()).then(|| parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_container_is_the_annotated_or_the_first() {
        let mut pod = json!({"metadata": {"annotations": {}}, "spec": {"initContainers": [{"name": "i"}], "containers": [{"name": "a"}, {"name": "b"}]}});
        let options = LogOptions::default();
        assert_eq!(containers(&pod, &options).unwrap(), ["a"]);
        pod["metadata"]["annotations"][DEFAULT_CONTAINER] = json!("b");
        assert_eq!(containers(&pod, &options).unwrap(), ["b"]);
        let every = LogOptions { all_containers: true, ..LogOptions::default() };
        assert_eq!(containers(&pod, &every).unwrap(), ["i", "a", "b"]);
        let wrong = LogOptions { container: Some("x".into()), ..LogOptions::default() };
        assert!(containers(&pod, &wrong).unwrap_err().to_string().contains("i, a, b"));
    }

    #[test]
    fn selectors_of_workloads_and_services_are_written_out() {
        let deployment = json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "t", "operator": "In", "values": ["a", "b"]}, {"key": "x", "operator": "DoesNotExist"}]});
        assert_eq!(selector(&deployment).unwrap(), "app=web,t in (a,b),!x");
        assert_eq!(selector(&json!({"app": "web"})).unwrap(), "app=web");
        assert_eq!(selector(&Value::Null), None);
    }
}
