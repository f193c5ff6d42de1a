//! C2SP signed notes with Ed25519, and the keys that sign and verify them.

use crate::Error;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The signature type of plain Ed25519.
const ED25519: u8 = 1;
/// What a signature line begins with.
const SIGNATURE_MARK: &str = "\u{2014} ";
/// More signatures than any log of ours collects; a bound on work for hostile input.
const MAX_SIGNATURES: usize = 64;

/// What verifies a log's notes: its name and public key, written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// The verifier of notes that `key` signs under `name`.
    pub fn new(name: &str, key: VerifyingKey) -> Result<VerifierKey, Error> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(Error::BadKey(format!("{name:?} can't be a key name")));
        }
        Ok(VerifierKey { name: name.to_string(), id: key_id(name, &key), key })
    }

    /// The key's name, which is the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bare public key.
    pub fn public_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Checks that this key signed the note, and returns the note's text. Other keys' signatures are ignored.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, Error> {
        let bad = |what: &str| Error::BadNote(what.to_string());
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(bad("it holds control characters"));
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or_else(|| bad("it has no signatures"))?;
        let text = &note[..text.len() + 1];
        let lines = lines.strip_suffix('\n').ok_or_else(|| bad("its last line has no end"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(bad("it has too many signatures"));
        }
        let mut signed = false;
        for line in lines.split('\n') {
            let (name, blob) = line
                .strip_prefix(SIGNATURE_MARK)
                .and_then(|rest| rest.split_once(' '))
                .ok_or_else(|| bad("a signature line is malformed"))?;
            let blob = BASE64_STANDARD.decode(blob).map_err(|_| bad("a signature is not base64"))?;
            let (id, signature) = blob.split_at_checked(4).ok_or_else(|| bad("a signature is too short"))?;
            if name == self.name && id == self.id {
                let signature =
                    Signature::from_slice(signature).map_err(|_| bad("a signature is malformed"))?;
                self.key
                    .verify_strict(text.as_bytes(), &signature)
                    .map_err(|_| bad("the log's signature doesn't match its text"))?;
                signed = true;
            }
        }
        if signed { Ok(text) } else { Err(Error::BadNote(format!("{} did not sign it", self.name))) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), BASE64_STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<VerifierKey, Error> {
        let bad = |what: &str| Error::BadKey(what.to_string());
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad("it needs three parts joined by +"));
        };
        let key = BASE64_STANDARD.decode(key).map_err(|_| bad("the key is not base64"))?;
        let key: &[u8; 32] = match key.split_first() {
            Some((&ED25519, key)) => key.try_into().map_err(|_| bad("the key is not 32 bytes"))?,
            _ => return Err(bad("the key is not an Ed25519 key")),
        };
        let key = VerifyingKey::from_bytes(key).map_err(|_| bad("the key is not a point on the curve"))?;
        let verifier = VerifierKey::new(name, key)?;
        if hex::encode(verifier.id) != id {
            return Err(bad("its id doesn't belong to its name and key"));
        }
        Ok(verifier)
    }
}

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// What signs a log's notes.
pub struct NoteSigner {
    key: SigningKey,
    verifier: VerifierKey,
}

impl NoteSigner {
    /// A signer under `name`.
    pub fn new(name: &str, key: SigningKey) -> Result<NoteSigner, Error> {
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Ok(NoteSigner { key, verifier })
    }

    /// What verifies these signatures.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signed note with this text, which ends with a newline.
    pub fn sign(&self, text: &str) -> String {
        let mut blob = self.verifier.id.to_vec();
        blob.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n{SIGNATURE_MARK}{} {}\n", self.verifier.name, BASE64_STANDARD.encode(blob))
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the signed-note specification.
    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    #[test]
    fn opens_the_specifications_example() {
        let key: VerifierKey = VKEY.parse().unwrap();
        assert_eq!(key.to_string(), VKEY);
        assert_eq!(key.open(NOTE).unwrap(), "This is an example message.\n");
    }

    #[test]
    fn refuses_every_changed_byte() {
        let key: VerifierKey = VKEY.parse().unwrap();
        for at in 0..NOTE.len() {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[at] ^= 1;
            if let Ok(note) = String::from_utf8(bytes) {
                key.open(&note).unwrap_err();
            }
        }
    }

    #[test]
    fn ignores_foreign_signatures_and_needs_its_own() {
        let key: VerifierKey = VKEY.parse().unwrap();
        let foreign = NoteSigner::new("other", SigningKey::from_bytes(&[7; 32])).unwrap();
        let theirs = foreign.sign("This is an example message.\n");
        key.open(&theirs).unwrap_err();
        let line = theirs.lines().last().unwrap();
        assert!(key.open(&format!("{NOTE}{line}\n")).is_ok());
    }
}
