//! Hashes: SHA-256 over RFC 8785 JSON.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// `sha256:` and the hash of the document's canonical JSON.
pub(crate) fn of<T: Serialize>(document: &T) -> String {
    // A type of ours always serialises; an empty document would hash to something no approval can name.
    let bytes = serde_json_canonicalizer::to_vec(document).unwrap_or_default();
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// `sha256:` and the hash of the text itself.
pub fn of_text(text: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(text.as_bytes())))
}
