//! The command language: text ⇄ [`Command`] ─► [`Plan`] ─► [`Assessment`], explanation, undo.
//!
//! Pure: no I/O, no async, no clock. What the grammar does not know is refused, never guessed; risk, permission,
//! preview, execution and undo are computed from the typed values below, never from the text.

#![forbid(unsafe_code)]

pub mod apply;
pub mod assess;
pub mod catalog;
pub mod classify;
pub mod command;
pub mod difference;
pub mod documents;
mod facts;
pub mod filter;
mod flags;
mod globals;
pub mod go;
pub mod go_template;
pub mod grammar;
pub mod impact;
pub mod jsonpath;
mod kinds;
pub mod level;
mod line;
mod local;
pub mod options;
pub mod output;
pub mod path;
pub mod plan;
mod protection;
pub mod quantity;
pub mod reckon;
pub mod refusal;
pub mod select;
pub mod source;
pub mod undo;
pub mod verbs;

pub use assess::assess;
pub use catalog::{Catalog, Resource};
pub use classify::{Classified, classify, classify_with};
pub use command::Command;
pub use difference::{Delta, ObjectRef};
pub use documents::Attachments;
pub use filter::Where;
pub use impact::Impact;
pub use level::{Assessment, Level, Reason};
pub use plan::{Facts, Operation, Plan, Planned};
pub use protection::Protection;
pub use quantity::Quantity;
pub use refusal::Refusal;
