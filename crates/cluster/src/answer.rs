//! What a read gives back.

use kubechat_kubectl::ObjectRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer to a read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Tables; several when several kinds were asked for.
    pub sections: Vec<Section>,
    /// Text, for answers that are no table.
    pub text: Option<String>,
    /// Whole objects, when JSON or YAML was asked for.
    pub objects: Option<Vec<Value>>,
    /// There is more than what is here.
    pub truncated: bool,
    /// Yes or no, for questions.
    pub verdict: Option<bool>,
    /// Remarks that are not part of the answer.
    pub notes: Vec<String>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Qualified resource name, when there are several tables.
    pub title: Option<String>,
    /// Columns, those of lower priority only when a wide answer was asked for.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Row>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in capitals.
    pub name: String,
    /// JSON type of its cells.
    #[serde(rename = "type")]
    pub kind: String,
    /// 0 for the columns that are always shown.
    pub priority: i32,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// A cell for each column.
    pub cells: Vec<Value>,
    /// The object it stands for.
    pub object: Option<ObjectRef>,
}

/// A piece of an answer that goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "chunk", content = "value")]
pub enum Chunk {
    /// Lines of text.
    Lines(Vec<String>),
    /// Lines that a process in a container has written.
    Said {
        /// `out` or `err`.
        stream: String,
        /// The lines.
        lines: Vec<String>,
    },
    /// Rows that are new or have changed.
    Rows(Section),
    /// Something that happened, as a sentence.
    Event(String),
    /// There is more than the list that was told, and than may be told: what is beyond it comes when it changes.
    Cut {
        /// How many there are, where the server says so.
        of: Option<u64>,
        /// As a sentence.
        text: String,
    },
    /// An object that is no longer among what is followed.
    Gone {
        /// Which object.
        object: ObjectRef,
        /// As a sentence.
        text: String,
    },
}

impl Column {
    /// A column of text that is always shown.
    pub(crate) fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: "string".to_owned(), priority: 0 }
    }
}

impl Section {
    /// Takes the names of the columns away: what has none is printed without its header.
    pub(crate) fn behead(&mut self) {
        self.columns.iter_mut().for_each(|column| column.name.clear());
    }
}

impl Answer {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    pub(crate) fn table(columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        let rows = rows.into_iter().map(Row::of).collect();
        let section =
            Section { title: None, columns: columns.iter().map(|name| Column::text(name)).collect(), rows };
        Self { sections: vec![section], ..Self::default() }
    }
}

impl Row {
    pub(crate) fn of(cells: Vec<String>) -> Self {
        Self { cells: cells.into_iter().map(Value::from).collect(), object: None }
    }
}

/// The object that metadata stand for.
pub(crate) fn object_ref(resource: &kubechat_kubectl::Resource, metadata: &Value) -> Option<ObjectRef> {
    let text = |key: &str| metadata[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(ObjectRef {
        group: resource.group.clone(),
        resource: resource.plural.clone(),
        kind: resource.kind.clone(),
        namespace: text("namespace"),
        name: text("name")?,
        uid: text("uid"),
        resource_version: text("resourceVersion"),
    })
}
