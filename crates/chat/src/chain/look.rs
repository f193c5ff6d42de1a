//! What a screen shows: reads that need nobody's yes, taken through the chain without making a query of each.
//!
//! Every line is parsed, planned, assessed and permitted like any other; the record of the view is durable before the
//! first read leaves, and a second one follows when the screen is closed.

use futures::future::join_all;
use jiff::Timestamp;
use kubechat_audit::{EventKind as Recorded, Record};
use kubechat_cluster::{MAX_OBJECTS, Session as Live, relate, survey};
use kubechat_kubectl::{Attachments, Command, Level, Plan, assess};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Chain;
use super::examine::{Stop, plan};
use crate::view::{ErrorView, GraphView, LineView, Scene, SurveyView, View};
use crate::{Error, Person};

/// Lines of one scene.
const LINES: usize = 12;

/// A scene that is open.
pub(super) struct Look {
    pub chain: Chain,
    pub person: Person,
    pub live: Live,
    pub id: Uuid,
    scene: Scene,
    cluster: String,
    namespace: String,
    runs_as: Option<String>,
    /// What is answered as it stands.
    pub lines: Vec<Line>,
    /// What is computed with.
    objects: Vec<Line>,
    audit: u64,
    pub reads: u64,
}

/// One line that went through the chain up to its read.
pub(super) struct Line {
    text: String,
    pub follows: bool,
    pub plan: Result<Plan, ErrorView>,
}

impl Chain {
    /// What a scene holds now. Recorded as opened and closed.
    pub async fn look(
        &self,
        person: &Person,
        cluster: Option<&str>,
        namespace: Option<&str>,
        scene: Scene,
    ) -> Result<View, Error> {
        let mut look = self.open_look(person, cluster, namespace, scene).await?;
        let view = look.read().await;
        look.close(None).await?;
        Ok(view)
    }

    /// Takes every line of the scene up to its read, and records that it is being looked at.
    pub(super) async fn open_look(
        &self,
        person: &Person,
        cluster: Option<&str>,
        namespace: Option<&str>,
        scene: Scene,
    ) -> Result<Look, Error> {
        let connected = self.inner.clusters.find(cluster)?;
        let live = self.live(person, connected).await?;
        let namespace = namespace.unwrap_or_else(|| connected.cluster.default_namespace()).to_owned();
        let (shown, computed) = lines(&scene);
        let (who, shown, computed) = futures::join!(
            live.whoami(),
            join_all(shown.iter().map(|line| self.permit(&live, &namespace, line))),
            join_all(computed.iter().map(|line| self.permit(&live, &namespace, line))),
        );
        let mut look = Look {
            chain: self.clone(),
            person: person.clone(),
            live,
            id: Uuid::now_v7(),
            cluster: connected.cluster.id().to_owned(),
            runs_as: who.ok().map(|who| who.username),
            lines: shown,
            objects: computed,
            scene,
            namespace,
            audit: 0,
            reads: 0,
        };
        let all: Vec<&Line> = look.lines.iter().chain(&look.objects).collect();
        let read = |line: &&&Line| line.plan.is_ok();
        let data = json!({
            "view": look.id,
            "scene": look.scene,
            "lines": all.iter().filter(read).map(|line| &line.text).collect::<Vec<_>>(),
            "left_out": all.iter().filter(|line| line.plan.is_err()).map(|line| &line.text).collect::<Vec<_>>(),
        });
        look.audit = self.record(look.record(Recorded::ViewOpened, data)).await?;
        Ok(look)
    }

    async fn permit(&self, live: &Live, namespace: &str, text: &str) -> Line {
        let mut line = Line { text: text.to_owned(), follows: false, plan: Err(ErrorView::default()) };
        line.plan = self.permitted(live, namespace, &mut line).await;
        line
    }

    async fn permitted(&self, live: &Live, namespace: &str, line: &mut Line) -> Result<Plan, ErrorView> {
        let refused = |refusal: kubechat_kubectl::Refusal| ErrorView {
            code: refusal.id.to_owned(),
            message: refusal.message,
        };
        let command = Command::parse(&line.text).map_err(refused)?;
        line.text = command.to_string();
        line.follows = command.follows();
        let planned = plan(live, &command, None, namespace, &Attachments::new()).await;
        let plan = planned.map_err(|stop| match stop {
            Stop::Refused(refusal) => refused(refusal),
            Stop::Cluster(error) => super::carry_out::error_view(&error),
        })?;
        let assessment = assess(&command, &plan, &self.inner.policy.protected);
        if plan.mutates() || assessment.level != Level::Safe {
            let why = assessment.reasons.first().map(|reason| reason.text.clone()).unwrap_or_default();
            let message =
                format!("A screen shows only what needs nobody's yes. {why} Ask for it in the chat.");
            return Err(ErrorView { code: "needs-approval".to_owned(), message });
        }
        let permissions =
            live.authorize(&plan).await.map_err(|error| super::carry_out::error_view(&error))?;
        match permissions.iter().find(|permission| !permission.allowed) {
            None => Ok(plan),
            Some(missing) => {
                let place = missing
                    .namespace
                    .as_ref()
                    .map_or_else(|| " in all namespaces".to_owned(), |namespace| format!(" in {namespace}"));
                let message = format!("You may not {} {}{place}.", missing.verb, missing.resource);
                Err(ErrorView { code: "forbidden".to_owned(), message })
            }
        }
    }
}

impl Look {
    /// What the scene holds now.
    pub async fn read(&mut self) -> View {
        self.reads += 1;
        let (answers, objects) =
            futures::join!(join_all(self.lines.iter().map(|line| self.answer(line))), self.computed());
        let (objects, mut unknown) = objects;
        let survey =
            matches!(self.scene, Scene::Overview { .. }).then(|| SurveyView::from(&survey(&objects)));
        let graph = match &self.scene {
            Scene::Object { kind, namespace, name, .. } => {
                Some(GraphView::from(&relate(kind, namespace.as_deref(), name, &objects)))
            }
            _ => None,
        };
        unknown.dedup();
        View {
            view: self.id,
            runs_as: self.runs_as.clone(),
            answers,
            survey,
            graph,
            unknown,
            audit: self.audit,
            read_at: Timestamp::now(),
        }
    }

    async fn answer(&self, line: &Line) -> LineView {
        let plan = match &line.plan {
            Ok(plan) => plan,
            Err(error) => return LineView::failed(&line.text, error.clone()),
        };
        match self.live.read(plan).await {
            Ok(answer) => LineView::of(&line.text, answer),
            Err(error) => LineView::failed(&line.text, super::carry_out::error_view(&error)),
        }
    }

    async fn computed(&self) -> (Vec<Value>, Vec<String>) {
        let reads = self.objects.iter().map(|line| async move {
            match &line.plan {
                Ok(plan) => self.live.objects(plan).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.message.clone()),
            }
        });
        let (mut objects, mut unknown) = (Vec::new(), Vec::new());
        for (read, line) in join_all(reads).await.into_iter().zip(&self.objects) {
            match read {
                Ok((found, more)) => {
                    objects.extend(found);
                    if more {
                        unknown.push(format!(
                            "`{}` finds more than {MAX_OBJECTS}; what is beyond them is not counted. One namespace can be seen whole.",
                            line.text
                        ));
                    }
                }
                Err(why) => unknown.push(why),
            }
        }
        (objects, unknown)
    }

    /// Records that nobody looks any more.
    pub async fn close(&self, error: Option<&ErrorView>) -> Result<(), Error> {
        let data = json!({ "view": self.id, "opened": self.audit, "reads": self.reads, "error": error });
        self.chain.record(self.record(Recorded::ViewClosed, data)).await.map(|_| ())
    }

    fn record(&self, kind: Recorded, data: Value) -> Record {
        let mut record = Record::new(kind, self.person.actor());
        record.cluster = Some(self.cluster.clone());
        record.namespace = Some(self.namespace.clone());
        record.command = match self.lines.as_slice() {
            [only] => Some(only.text.clone()),
            _ => None,
        };
        record.level = Some(Level::Safe.as_str().to_owned());
        record.actor.impersonated.clone_from(&self.runs_as);
        record.data = data;
        record
    }
}

/// The lines that are answered, and those that are computed with.
fn lines(scene: &Scene) -> (Vec<String>, Vec<String>) {
    const OVERVIEW: [&str; 9] = [
        "pods",
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "jobs.batch",
        "services",
        "ingresses.networking.k8s.io",
        "persistentvolumeclaims",
        "nodes",
    ];
    const RELATED: [&str; 12] = [
        "pods",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "jobs.batch",
        "cronjobs.batch",
        "services",
        "ingresses.networking.k8s.io",
        "horizontalpodautoscalers.autoscaling",
        "poddisruptionbudgets.policy",
        "persistentvolumeclaims",
    ];
    match scene {
        Scene::Lines { lines } => (lines.iter().take(LINES).cloned().collect(), Vec::new()),
        Scene::Overview { namespace } => {
            let place = namespace.as_ref().map_or("-A".to_owned(), |namespace| format!("-n {namespace}"));
            let objects = OVERVIEW.iter().map(|kind| match *kind {
                "nodes" => "kubectl get nodes -o json".to_owned(),
                kind => format!("kubectl get {kind} {place} -o json"),
            });
            let shown = [
                "kubectl get nodes".to_owned(),
                "kubectl top nodes".to_owned(),
                format!("kubectl events {place} --types=Warning"),
            ];
            (shown.into(), objects.collect())
        }
        Scene::Object { resource, kind, namespace, name } => {
            let place = namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
            let shown = [
                format!("kubectl get {resource} {name}{place} -o wide"),
                format!("kubectl get {resource} {name}{place} -o yaml"),
                format!("kubectl events --for={resource}/{name}{place}"),
                format!("kubectl describe {resource} {name}{place} --show-events=false"),
            ];
            let around = match namespace {
                Some(_) => RELATED.iter().map(|kind| format!("kubectl get {kind}{place} -o json")).collect(),
                None => Vec::new(),
            };
            let own = namespace.is_some() && !RELATED.contains(&resource.as_str()) && kind != "Secret";
            let own = own.then(|| format!("kubectl get {resource} {name}{place} -o json"));
            (shown.into(), around.into_iter().chain(own).collect::<Vec<String>>())
        }
    }
}
