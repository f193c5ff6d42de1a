//! YAML and JSON as the tools of Kubernetes read and write them: one value for each document, with the line at which it
//! begins, and no key twice; and written as Go does.
#![forbid(unsafe_code)]

mod read;
mod write;

pub use read::{Dialect, Wrong, documents};
pub use write::{float, write};
