//! `debug`: a container beside those of a pod, a copy of a pod, or a pod on a node.

use serde_json::{Map, Value, json};

use super::{Access, pod};
use crate::documents::text_of;
use crate::facts::{self, name_of};
use crate::kinds::lookup;
use crate::plan::{ApiVerb, Change, Connect, Context, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{changing, check_name};
use crate::source::missing;
use crate::verbs::run::pairs;
use crate::verbs::set::is_image;

mod profile;

use profile::Journey;

/// Lists of a pod that hold containers.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

impl Access {
    pub(super) fn plan_debug(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        self.check_debug()?;
        if self.is_node() {
            return self.debug_node(ctx);
        }
        let pod = match pod::pod(ctx, &self.scope, self.target())? {
            Ok((pod, _)) => pod,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        match self.options.get("copy-to") {
            Some(copy) => self.debug_copy(ctx, pod, copy),
            None => self.debug_beside(ctx, pod),
        }
    }

    fn check_debug(&self) -> Result<(), Refusal> {
        let bad = |text: &str| Err(Refusal::new("bad-combination", text.to_owned()));
        let given = |long: &str| self.options.get(long).is_some();
        if self.tty && !self.stdin {
            return bad("`-t` needs `-i` as well.");
        }
        match self.options.get("copy-to") {
            Some(_) if given("target") => {
                bad("`--target` can't be combined with `--copy-to`; use `--share-processes`.")
            }
            Some(_) if !given("image") && !given("set-image") && self.command.is_empty() => {
                bad("`--copy-to` needs `--image`, `--set-image` or a command.")
            }
            Some(name) => check_name(name),
            None if !given("image") => bad("`kubectl debug` needs `--image`, or `--copy-to`."),
            None if ["replace", "same-node", "set-image"].iter().any(|long| given(long)) => {
                bad("`--replace`, `--same-node` and `--set-image` are for `--copy-to`.")
            }
            None => Ok(()),
        }
    }

    /// A container that is put into the running pod.
    fn debug_beside(&self, ctx: &Context<'_>, pod: &Value) -> Result<Planned, Refusal> {
        let name = self.debugger(ctx);
        let mut container = self.container_body(&name)?;
        if let Some(target) = self.options.get("target") {
            container["targetContainerName"] = json!(target);
        }
        let mut shape = json!({"spec": {"ephemeralContainers": [container]}});
        self.shape(ctx, Journey::Beside, &mut shape, &name)?;
        let pods = lookup(ctx.catalog, "pods")?.clone();
        let (namespace, pod_name) = (self.scope.of(&pods, ctx), name_of(pod).to_owned());
        let targets = Targets::Names(vec![pod_name.clone()]);
        let change = Change::StrategicPatch { body: shape };
        let put = changing(ApiVerb::Patch, pods, namespace, targets, change);
        let put = Operation { subresource: Some("ephemeralcontainers".to_owned()), ..put };
        self.debugs(ctx, vec![put], &pod_name, &name)
    }

    /// A pod on the node, which sees the node's processes and files as far as the profile goes.
    fn debug_node(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let node = self.target().split_once('/').map_or("", |(_, name)| name);
        let wanted = [(lookup(ctx.catalog, "nodes")?.clone(), Targets::Names(vec![node.to_owned()]))];
        if let Err(missing) = facts::facts(ctx, &wanted, &self.scope)? {
            return Ok(Planned::Need(missing));
        }
        let container = self.container.clone().unwrap_or_else(|| "debugger".to_owned());
        let name = format!("node-debugger-{node}-{}", suffix(ctx));
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}},
            "spec": {
                "containers": [self.container_body(&container)?],
                "nodeName": node,
                "restartPolicy": "Never",
                "tolerations": [{"operator": "Exists"}],
            },
        });
        self.shape(ctx, Journey::Node, &mut body, &container)?;
        let made = self.make(ctx, body, &name)?;
        self.debugs(ctx, vec![made], &name, &container)
    }

    /// A copy of the pod with another container, image or command.
    fn debug_copy(&self, ctx: &Context<'_>, pod: &Value, copy: &str) -> Result<Planned, Refusal> {
        let (mut body, container) = self.copy_of(ctx, pod, copy)?;
        if let Some(container) = &container {
            let journey = Journey::Copy { shares: !self.shares_no_processes() };
            self.shape(ctx, journey, &mut body, container)?;
        }
        let mut operations = vec![self.make(ctx, body, copy)?];
        if self.options.on("replace") {
            let pods = lookup(ctx.catalog, "pods")?.clone();
            let namespace = self.scope.of(&pods, ctx);
            let targets = Targets::Names(vec![name_of(pod).to_owned()]);
            let change = Change::Delete { grace_period_seconds: Some(0), propagation: None };
            operations.push(changing(ApiVerb::Delete, pods, namespace, targets, change));
        }
        match container {
            Some(container) => self.debugs(ctx, operations, copy, &container),
            None => Ok(Planned::Ready(Plan::changes(operations, made("created"), false))),
        }
    }

    /// The copy, and the container that is debugged in it; none when only images are changed.
    fn copy_of(
        &self,
        ctx: &Context<'_>,
        pod: &Value,
        copy: &str,
    ) -> Result<(Value, Option<String>), Refusal> {
        let mut spec = pod.get("spec").and_then(Value::as_object).cloned().unwrap_or_default();
        spec.remove("ephemeralContainers");
        if !self.options.on("same-node") {
            spec.remove("nodeName");
        }
        if self.shares_no_processes() {
            spec.insert("shareProcessNamespace".to_owned(), json!(false));
        }
        let mut list = spec.get("containers").and_then(Value::as_array).cloned().unwrap_or_default();
        let named = self.container.as_deref();
        let known = named.and_then(|name| list.iter().position(|container| container["name"] == name));
        // Nothing is debugged in a copy that has other images only: it is a pod like the first.
        let images = self.images()?;
        let alike = known.is_none()
            && self.options.get("image").is_none()
            && self.command.is_empty()
            && !images.is_empty();
        let keeps = |keep: &str| alike || self.options.on(keep);
        let mut metadata = json!({"name": copy});
        for (field, keep) in [("labels", "keep-labels"), ("annotations", "keep-annotations")] {
            if let Some(value) = pod.pointer(&format!("/metadata/{field}")).filter(|_| keeps(keep)) {
                metadata[field] = value.clone();
            }
        }
        if !alike && self.options.get("keep-init-containers") == Some("false") {
            spec.remove("initContainers");
        }
        let probes = [
            ("livenessProbe", "keep-liveness"),
            ("readinessProbe", "keep-readiness"),
            ("startupProbe", "keep-startup"),
        ];
        for container in list.iter_mut().filter_map(Value::as_object_mut) {
            for (probe, keep) in probes {
                if !keeps(keep) {
                    container.remove(probe);
                }
            }
            let name = container.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let image = images
                .iter()
                .find(|(of, _)| *of == name)
                .or_else(|| images.iter().find(|(of, _)| *of == "*"));
            if let Some((_, image)) = image {
                container.insert("image".to_owned(), json!(image));
            }
        }
        let changed = match (known, self.options.get("image")) {
            (Some(at), _) => {
                let name = named.unwrap_or_default().to_owned();
                self.change_container(&mut list[at])?;
                Some(name)
            }
            (None, Some(_)) => {
                let name = self.debugger(ctx);
                list.push(self.container_body(&name)?);
                Some(name)
            }
            (None, None) if alike => None,
            (None, None) => {
                let text = "A command needs `-c` with a container of the pod, or `--image` for a new one.";
                return Err(Refusal::new("bad-combination", text));
            }
        };
        spec.insert("containers".to_owned(), json!(list));
        let body = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec});
        Ok((body, changed))
    }

    /// `--set-image`: containers by name, or all of them by `*`, and their images.
    fn images(&self) -> Result<Vec<(&str, &str)>, Refusal> {
        let words = self.options.all("set-image").flat_map(|text| text.split(','));
        words
            .map(|word| {
                word.split_once('=').filter(|(name, image)| !name.is_empty() && is_image(image)).ok_or_else(
                    || {
                        Refusal::new(
                            "bad-value",
                            format!("`{word}` in `--set-image` is not CONTAINER=IMAGE."),
                        )
                    },
                )
            })
            .collect()
    }

    /// A container of the copy, with what the command says.
    fn change_container(&self, container: &mut Value) -> Result<(), Refusal> {
        for (key, value) in self.said()? {
            if key == "command" && !self.options.on("arguments-only") {
                container["args"] = Value::Null;
            }
            container[key.as_str()] = value;
        }
        if let Some(fields) = container.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        Ok(())
    }

    fn container_body(&self, name: &str) -> Result<Value, Refusal> {
        let mut body = self.said()?;
        body.insert("name".to_owned(), json!(name));
        body.insert("terminationMessagePolicy".to_owned(), json!("File"));
        Ok(Value::Object(body))
    }

    /// The fields of a container that the command gives.
    fn said(&self) -> Result<Map<String, Value>, Refusal> {
        let mut fields = Map::new();
        if let Some(image) = self.options.get("image") {
            fields.insert("image".to_owned(), json!(image));
        }
        if let Some(policy) = self.options.get("image-pull-policy") {
            fields.insert("imagePullPolicy".to_owned(), json!(policy));
        }
        if !self.command.is_empty() {
            let key = if self.options.on("arguments-only") { "args" } else { "command" };
            fields.insert(key.to_owned(), json!(self.command));
        }
        let env = pairs(&self.options.all("env").map(str::to_owned).collect::<Vec<_>>(), "--env")?;
        if !env.is_empty() {
            let env: Vec<Value> =
                env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
            fields.insert("env".to_owned(), json!(env));
        }
        if self.stdin {
            fields.insert("stdin".to_owned(), json!(true));
        }
        if self.tty {
            fields.insert("tty".to_owned(), json!(true));
        }
        Ok(fields)
    }

    fn make(&self, ctx: &Context<'_>, mut body: Value, name: &str) -> Result<Operation, Refusal> {
        let pods = lookup(ctx.catalog, "pods")?.clone();
        let namespace = self.scope.of(&pods, ctx);
        body["metadata"]["namespace"] = json!(namespace);
        let targets = Targets::Names(vec![name.to_owned()]);
        Ok(changing(ApiVerb::Create, pods, namespace, targets, Change::Create { body }))
    }

    /// The operations, and the way into the container where it is asked for.
    fn debugs(
        &self,
        ctx: &Context<'_>,
        mut operations: Vec<Operation>,
        pod: &str,
        container: &str,
    ) -> Result<Planned, Refusal> {
        let attaches = self.stdin || self.options.on("attach");
        if !attaches {
            return Ok(Planned::Ready(Plan::changes(operations, made("debugging"), false)));
        }
        let way = Connect::Attach {
            container: container.to_owned(),
            stdin: self.stdin,
            tty: self.tty,
            starts: true,
            remove: false,
        };
        operations.push(self.connection(ctx, &self.scope, pod, way)?);
        Ok(Planned::Ready(Plan::changes(operations, Show::Stream, false)))
    }

    /// Brings the pod into the form that the profile and `--custom` want.
    fn shape(
        &self,
        ctx: &Context<'_>,
        journey: Journey,
        pod: &mut Value,
        container: &str,
    ) -> Result<(), Refusal> {
        profile::apply(self.profile(), journey, pod, container)?;
        let Some(file) = self.options.get("custom") else { return Ok(()) };
        let text = text_of(file, ctx.attachments).ok_or_else(|| missing(file))?;
        let custom: Option<Value> = serde_saphyr::from_str(text).ok();
        match custom.filter(Value::is_object) {
            Some(custom) => profile::customise(pod, container, &custom),
            None => Err(Refusal::new(
                "bad-manifest",
                format!(
                    "{file} is not a container in YAML or JSON, for example `securityContext: {{runAsUser: 0}}`."
                ),
            )),
        }
    }

    fn profile(&self) -> &str {
        self.options.get("profile").unwrap_or("general")
    }

    fn shares_no_processes(&self) -> bool {
        self.options.get("share-processes") == Some("false")
    }

    fn debugger(&self, ctx: &Context<'_>) -> String {
        self.container.clone().unwrap_or_else(|| format!("debugger-{}", suffix(ctx)))
    }
}

fn made(done: &str) -> Show {
    Show::Changed { done: done.to_owned(), dry_run: None }
}

/// Five letters and digits as Kubernetes draws them, fixed by the time of the plan.
fn suffix(ctx: &Context<'_>) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = ctx.now.as_nanosecond().unsigned_abs() / 1_000;
    (0..5)
        .map(|_| {
            let letter = LETTERS[usize::try_from(rest % 27).unwrap_or_default()];
            rest /= 27;
            char::from(letter)
        })
        .collect()
}
