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
pub(crate) const SIGNATURE_MARK: &str = "\u{2014} ";
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
        check_name(name)?;
        Ok(VerifierKey { name: name.to_string(), id: key_id(name, ED25519, key.as_bytes()), key })
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
        let (text, signatures) = split(note)?;
        let mut signed = false;
        for line in signatures.iter().filter(|line| line.name == self.name && line.id == self.id) {
            let signature =
                Signature::from_slice(&line.signature).map_err(|_| bad("a signature is malformed"))?;
            self.key
                .verify_strict(text.as_bytes(), &signature)
                .map_err(|_| bad("the log's signature doesn't match its text"))?;
            signed = true;
        }
        if signed { Ok(text) } else { Err(Error::BadNote(format!("{} did not sign it", self.name))) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_key(&self.name, self.id, ED25519, self.key.as_bytes()))
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<VerifierKey, Error> {
        let (name, key) = parse_key(text, ED25519)?;
        VerifierKey::new(&name, key)
    }
}

/// A signature line of a note.
pub(crate) struct SignatureLine<'n> {
    pub(crate) name: &'n str,
    pub(crate) id: [u8; 4],
    pub(crate) signature: Vec<u8>,
}

/// The text of a note, and its signatures, of which nothing has been checked.
pub(crate) fn split(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), Error> {
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
    Ok((text, lines.split('\n').map(signature_line).collect::<Result<_, _>>()?))
}

fn signature_line(line: &str) -> Result<SignatureLine<'_>, Error> {
    let bad = |what: &str| Error::BadNote(what.to_string());
    let (name, blob) = line
        .strip_prefix(SIGNATURE_MARK)
        .and_then(|rest| rest.split_once(' '))
        .ok_or_else(|| bad("a signature line is malformed"))?;
    let blob = BASE64_STANDARD.decode(blob).map_err(|_| bad("a signature is not base64"))?;
    let (id, signature) = blob.split_first_chunk().ok_or_else(|| bad("a signature is too short"))?;
    Ok(SignatureLine { name, id: *id, signature: signature.to_vec() })
}

/// Refuses what can't name a key.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(Error::BadKey(format!("{name:?} can't be a key name")));
    }
    Ok(())
}

/// Name and key of `name+id+key`, whose id must belong to them and to this type of signature.
pub(crate) fn parse_key(text: &str, kind: u8) -> Result<(String, VerifyingKey), Error> {
    let bad = |what: &str| Error::BadKey(what.to_string());
    let mut parts = text.trim_end().splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad("it needs three parts joined by +"));
    };
    let key = BASE64_STANDARD.decode(key).map_err(|_| bad("the key is not base64"))?;
    let key: &[u8; 32] = match key.split_first() {
        Some((first, key)) if *first == kind => key.try_into().map_err(|_| bad("the key is not 32 bytes"))?,
        _ => return Err(bad(&format!("the key is not one for signatures of type {kind}"))),
    };
    if hex::encode(key_id(name, kind, key)) != id {
        return Err(bad("its id doesn't belong to its name and key"));
    }
    let key = VerifyingKey::from_bytes(key).map_err(|_| bad("the key is not a point on the curve"))?;
    Ok((name.to_owned(), key))
}

pub(crate) fn print_key(name: &str, id: [u8; 4], kind: u8, key: &[u8; 32]) -> String {
    let key = [&[kind][..], key].concat();
    format!("{name}+{}+{}", hex::encode(id), BASE64_STANDARD.encode(key))
}

pub(crate) fn key_id(name: &str, kind: u8, key: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key).finalize();
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

/// A signed note with the signatures of another one of the same text as well.
pub(crate) fn with_signatures_of(note: &str, other: &str) -> String {
    let (_, lines) = other.rsplit_once("\n\n").unwrap_or_default();
    format!("{note}{lines}")
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
