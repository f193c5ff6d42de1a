//! Random bearer secrets, and what of them is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits for a cookie or an API token.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A code that a person can read off a terminal: 80 random bits in groups of four.
pub(crate) fn code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let draw = rand::random::<[u8; 16]>();
    let letters: Vec<char> = draw.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What is stored: enough to recognise the secret, not to use it.
pub(crate) fn fingerprint(secret: &str) -> String {
    // Codes are typed by hand: case does not matter for them, and does for tokens.
    let is_code = secret.len() == 19 && secret.matches('-').count() == 3;
    let secret = if is_code { secret.to_ascii_uppercase() } else { secret.to_owned() };
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
