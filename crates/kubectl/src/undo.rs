//! The way back: the inverse of what a plan did, computed from the state before.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::difference::ObjectRef;
use crate::plan::Operation;

/// A value that must still be there, or the undo would take back somebody else's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Which object.
    pub object: ObjectRef,
    /// Path as in [`crate::Delta`].
    pub path: String,
    /// What the change wrote there; absent where it removed the value.
    pub value: Option<Value>,
}

/// The stored inverse of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Undo {
    /// These operations bring the state before back.
    Operations {
        /// What it does, as a sentence.
        text: String,
        /// The inverse operations, in order.
        operations: Vec<Operation>,
        /// What must hold before they may run.
        expect: Vec<Expectation>,
    },
    /// There is no way back, and why.
    None {
        /// The reason, as a sentence.
        text: String,
    },
}
