//! The state of a cluster in one text, bounded: objects as lists, and the last lines of logs.

use kubechat_kubectl::plan::{LogOptions, Show};
use kubechat_kubectl::{Operation, Plan};
use serde_json::{Value, json};

use super::logs::Source;
use super::objects::{plan_tidy, print};
use super::reads;
use crate::answer::Answer;
use crate::error::Error;
use crate::session::Session;

/// Objects of one list; of more the first ones are shown.
const MAX_ITEMS: usize = 500;
/// Containers whose logs are shown.
const MAX_LOGS: usize = 100;
/// Lines of each log.
const LINES: i64 = 100;
/// Bytes of each log.
const BYTES: usize = 64 << 10;

impl Session {
    pub(super) async fn dump(&self, plan: &Plan, yaml: bool) -> Result<Answer, Error> {
        let show = if yaml { Show::Yaml } else { Show::Json };
        let mut answer = Answer::default();
        let (mut text, mut pods, mut left) = (String::new(), Vec::new(), MAX_LOGS);
        for operation in reads(plan) {
            if operation.subresource.is_some() {
                let shown = self.last_lines(&pods, &mut left).await;
                text.push_str(&shown);
                continue;
            }
            let mut list = self.listed(plan, operation, &mut answer).await?;
            if operation.resource.plural == "pods" {
                pods = list["items"].as_array().cloned().unwrap_or_default();
            }
            if yaml {
                text.push_str("---\n");
            }
            text.push_str(&print(&show, &list.take())?);
            text.push('\n');
        }
        if left == 0 {
            answer.truncated = true;
            answer.notes.push(format!("Logs of the first {MAX_LOGS} containers are shown."));
        }
        answer.text = Some(text);
        Ok(answer)
    }

    async fn listed(&self, plan: &Plan, operation: &Operation, answer: &mut Answer) -> Result<Value, Error> {
        let resource = &operation.resource;
        let mut found = self.list(resource, operation.namespace.as_deref(), None, None).await?;
        if found.truncated || found.items.len() > MAX_ITEMS {
            answer.truncated = true;
            answer.notes.push(format!("Of {} the first {MAX_ITEMS} are shown.", resource.qualified()));
            found.items.truncate(MAX_ITEMS);
        }
        let items: Vec<Value> = found.items.into_iter().map(|item| plan_tidy(plan, item)).collect();
        Ok(json!({
            "kind": format!("{}List", resource.kind),
            "apiVersion": resource.api_version(),
            "metadata": {"resourceVersion": found.resource_version},
            "items": items,
        }))
    }

    /// The end of each container's log; one that can't be read says why.
    async fn last_lines(&self, pods: &[Value], left: &mut usize) -> String {
        let options = LogOptions { tail: Some(LINES), ..LogOptions::default() };
        let mut text = String::new();
        for source in pods.iter().flat_map(Source::main) {
            if *left == 0 {
                break;
            }
            *left -= 1;
            let log = match self.log(&source, &options, BYTES).await {
                Ok((log, _)) => log,
                Err(error) => format!("{error}\n"),
            };
            let name = format!("container {} of pod {}/{}", source.container, source.namespace, source.pod);
            text.push_str(&format!("==== START logs for {name} ====\n{log}==== END logs for {name} ====\n"));
        }
        text
    }
}
