//! What a screen shows of a cluster, and what it is told when that changes.

use std::collections::HashMap;

use jiff::Timestamp;
use kubechat_cluster::{Answer, Chunk, Edge, Finding, Graph, Survey, Tally, Vertex};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ErrorView, TargetView, millis};

/// Rows and objects of one line that a screen is given.
const ROWS: usize = 20_000;

/// What a screen wants to show. Everything in it is a read that needs nobody's yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "scene", rename_all = "snake_case")]
pub enum Scene {
    /// The answers of kubectl lines; those with `-w` are followed.
    Lines {
        /// The lines, such as `kubectl get pods -A -w`.
        lines: Vec<String>,
    },
    /// How the cluster is: what needs attention and why, nodes, warnings.
    Overview {
        /// Only this namespace.
        namespace: Option<String>,
    },
    /// One object: as YAML, with its events and what belongs to it.
    Object {
        /// Its resource, such as `deployments.apps`.
        resource: String,
        /// Its kind, such as `Deployment`.
        kind: String,
        /// Its namespace.
        namespace: Option<String>,
        /// Its name.
        name: String,
    },
}

/// What a scene holds at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct View {
    /// Id of the view, also in its records.
    pub view: Uuid,
    /// Whom the cluster takes this person for.
    pub runs_as: Option<String>,
    /// The answers, one for each line in the scene's order.
    pub answers: Vec<LineView>,
    /// What needs attention, for an overview.
    pub survey: Option<SurveyView>,
    /// What belongs together, for an object.
    pub graph: Option<GraphView>,
    /// What could not be read, each as a sentence.
    pub unknown: Vec<String>,
    /// Index of the record in the audit log.
    pub audit: u64,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "millis")]
    pub read_at: Timestamp,
}

/// The answer of one line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LineView {
    /// The line in canonical form.
    pub line: String,
    /// Column names.
    pub columns: Vec<String>,
    /// Rows with the objects they stand for.
    pub rows: Vec<RowView>,
    /// Text, where the answer is no table.
    pub text: Option<String>,
    /// Whether there is more than is shown.
    pub truncated: bool,
    /// Why there is no answer.
    pub error: Option<ErrorView>,
}

/// One row of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RowView {
    /// A cell for each column.
    pub cells: Vec<Value>,
    /// The object it stands for.
    pub object: Option<TargetView>,
}

/// How what was looked at is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurveyView {
    /// Ready nodes.
    pub nodes: TallyView,
    /// Pods that run and are ready, or have completed.
    pub pods: TallyView,
    /// Workloads with all their pods ready.
    pub workloads: TallyView,
    /// What needs attention, the most serious first.
    pub findings: Vec<FindingView>,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TallyView {
    /// As they should be.
    pub good: usize,
    /// All of them.
    pub all: usize,
}

/// Something that needs attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingView {
    /// Stable identifier.
    pub id: String,
    /// Whether something does not work, or only may soon not.
    pub serious: bool,
    /// The object it is about.
    pub object: TargetView,
    /// What is the matter.
    pub title: String,
    /// The cause.
    pub text: String,
    /// What to look at next.
    pub next: Vec<NextView>,
}

/// A request that goes on from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextView {
    /// The words of the button.
    pub label: String,
    /// What is then asked.
    pub line: String,
}

/// Objects and what holds between them; the one that was asked about comes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphView {
    /// The objects.
    pub objects: Vec<VertexView>,
    /// What holds between them.
    pub edges: Vec<EdgeView>,
    /// How many more there are.
    pub more: usize,
}

/// One object of a graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VertexView {
    /// Which object.
    pub object: TargetView,
    /// How it is, in a few words.
    pub state: String,
    /// Whether that is as it should be.
    pub good: bool,
}

/// What holds between two objects, as indexes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EdgeView {
    /// From this one.
    pub from: usize,
    /// To that one.
    pub to: usize,
    /// `owns`, `selects`, `routes`, `scales`, `guards` or `uses`.
    pub how: String,
}

/// There are more rows than were listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// How many there are, where the server says so.
    pub of: Option<u64>,
}

/// What a screen is told while it is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "told")]
pub enum Told {
    /// All of it, as it is now.
    View(Box<View>),
    /// Rows of one line that are new or have changed, and the uids of those that are gone.
    Rows {
        /// Which line.
        line: usize,
        /// Column names.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<RowView>,
        /// The uids.
        gone: Vec<String>,
        /// Where the list was not read to its end.
        cut: Option<Cut>,
    },
    /// Nothing has changed since it was last told.
    Same {
        /// When it was read.
        #[serde(with = "millis")]
        read_at: Timestamp,
    },
    /// It could not be gone on with.
    Failed(ErrorView),
}

impl LineView {
    pub(crate) fn failed(line: &str, error: ErrorView) -> Self {
        Self { line: line.to_owned(), error: Some(error), ..Self::default() }
    }

    /// An answer as a screen shows it; of several tables the first, since a line of a screen asks for one kind.
    pub(crate) fn of(line: &str, answer: Answer) -> Self {
        let mut truncated = answer.truncated;
        let (columns, rows) = answer.sections.into_iter().next().map_or_else(Default::default, |section| {
            truncated |= section.rows.len() > ROWS;
            let columns = section.columns.into_iter().map(|column| column.name).collect();
            (columns, section.rows.into_iter().take(ROWS).map(RowView::from).collect())
        });
        Self { line: line.to_owned(), columns, rows, text: answer.text, truncated, error: None }
    }
}

impl From<kubechat_cluster::Row> for RowView {
    fn from(row: kubechat_cluster::Row) -> Self {
        Self { cells: row.cells, object: row.object.as_ref().map(TargetView::from) }
    }
}

/// What changed since the screen was last told, by object.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub columns: Vec<String>,
    /// In the order in which they came; a later row of an object takes the place of its earlier one.
    rows: Vec<Option<RowView>>,
    places: HashMap<String, usize>,
    gone: Vec<String>,
    /// A list was read, even if it was empty.
    listed: bool,
    cut: Option<Cut>,
}

impl Changes {
    /// Adds a piece.
    pub fn take(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Rows(section) => {
                self.listed = true;
                self.columns = section.columns.into_iter().map(|column| column.name).collect();
                for row in section.rows.into_iter().map(RowView::from) {
                    let place = row.object.as_ref().and_then(|object| object.uid.clone());
                    let place = place.unwrap_or_else(|| Value::from(row.cells.clone()).to_string());
                    match self.places.get(&place).and_then(|at| self.rows.get_mut(*at)) {
                        Some(old) => *old = Some(row),
                        None => {
                            self.places.insert(place, self.rows.len());
                            self.rows.push(Some(row));
                        }
                    }
                }
            }
            Chunk::Gone { object, .. } => {
                let uid = object.uid.unwrap_or_default();
                if let Some(old) = self.places.remove(&uid).and_then(|at| self.rows.get_mut(at)) {
                    *old = None;
                }
                self.gone.push(uid);
            }
            Chunk::Cut { of, .. } => self.cut = Some(Cut { of }),
            Chunk::Lines(_) | Chunk::Said { .. } | Chunk::Event(_) => {}
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.listed && self.gone.is_empty()
    }

    /// What there is to tell, which is then told.
    pub fn told(&mut self, line: usize) -> Told {
        self.listed = false;
        self.places.clear();
        let rows = std::mem::take(&mut self.rows).into_iter().flatten().collect();
        Told::Rows {
            line,
            columns: self.columns.clone(),
            rows,
            gone: std::mem::take(&mut self.gone),
            cut: self.cut,
        }
    }
}

impl From<Tally> for TallyView {
    fn from(Tally { good, all }: Tally) -> Self {
        Self { good, all }
    }
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        let next = finding.next.iter();
        Self {
            id: finding.id.clone(),
            serious: finding.serious,
            object: (&finding.object).into(),
            title: finding.title.clone(),
            text: finding.text.clone(),
            next: next.map(|next| NextView { label: next.label.clone(), line: next.line.clone() }).collect(),
        }
    }
}

impl From<&Survey> for SurveyView {
    fn from(survey: &Survey) -> Self {
        Self {
            nodes: survey.nodes.into(),
            pods: survey.pods.into(),
            workloads: survey.workloads.into(),
            findings: survey.findings.iter().map(FindingView::from).collect(),
        }
    }
}

impl From<&Graph> for GraphView {
    fn from(graph: &Graph) -> Self {
        let vertex = |vertex: &Vertex| VertexView {
            object: (&vertex.object).into(),
            state: vertex.state.clone(),
            good: vertex.good,
        };
        let edge = |edge: &Edge| EdgeView { from: edge.from, to: edge.to, how: edge.how.clone() };
        Self {
            objects: graph.objects.iter().map(vertex).collect(),
            edges: graph.edges.iter().map(edge).collect(),
            more: graph.more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_cluster::{Column, Row, Section};
    use kubechat_kubectl::ObjectRef;
    use serde_json::json;

    fn pod(uid: &str, status: &str) -> Row {
        let object = ObjectRef {
            group: String::new(),
            resource: "pods".into(),
            kind: "Pod".into(),
            namespace: Some("shop".into()),
            name: uid.into(),
            uid: Some(uid.into()),
            resource_version: None,
        };
        Row { cells: vec![json!(uid), json!(status)], object: Some(object) }
    }

    fn rows(rows: Vec<Row>) -> Chunk {
        let column = |name: &str| Column { name: name.into(), kind: "string".into(), priority: 0 };
        Chunk::Rows(Section { title: None, columns: vec![column("NAME"), column("STATUS")], rows })
    }

    #[test]
    fn many_changes_of_an_object_are_told_once_and_one_that_went_is_not_told_of() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        changes.take(rows(vec![pod("a", "Pending"), pod("b", "Running")]));
        changes.take(rows(vec![pod("a", "Running")]));
        let b = pod("b", "Running").object.unwrap();
        changes.take(Chunk::Gone { object: b, text: "pod/b deleted".into() });
        let Told::Rows { line, columns, rows, gone, cut } = changes.told(3) else { panic!("no rows") };
        assert_eq!(cut, None);
        assert_eq!((line, columns.len(), gone), (3, 2, vec!["b".to_owned()]));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].cells, [json!("a"), json!("Running")]);
        assert!(changes.is_empty());
    }

    #[test]
    fn a_list_that_was_cut_says_so_with_every_change() {
        let mut changes = Changes::default();
        changes.take(rows(vec![pod("a", "Running")]));
        changes.take(Chunk::Cut { of: Some(31_412), text: String::new() });
        for _ in 0..2 {
            let Told::Rows { cut, .. } = changes.told(0) else { panic!("no rows") };
            assert_eq!(cut, Some(Cut { of: Some(31_412) }));
            changes.take(rows(vec![pod("a", "Pending")]));
        }
    }
}
