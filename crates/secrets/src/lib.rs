//! What looks secret: in a text, by the name it stands under, or by its own look.
//!
//! One answer for everybody who keeps secrets back: the audit log writes a keyed hash in their place, and a language
//! model gets nothing at all. Pure, and it never fails: what is not seen as secret is passed on as it is.

#![forbid(unsafe_code)]

mod look;
mod names;

pub use look::{certificates, in_secret_objects, secrets};
pub use names::{holds_secret_name, is_secret, says_nothing};
