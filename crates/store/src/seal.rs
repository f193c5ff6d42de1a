//! XChaCha20-Poly1305 under a key that lies outside the database.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::Error;

const NONCE: usize = 24;
const KEY: usize = 32;

/// Seals and opens documents; cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    cipher: Arc<XChaCha20Poly1305>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads `seal.key` in the folder, or draws a new key and stores it readable by its owner only.
    pub fn load_or_create(keys: &Path) -> Result<Self, Error> {
        let path = keys.join("seal.key");
        let failed = |source| Error::Key { path: path.clone(), source };
        let bytes = match fs::read(&path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(keys).map_err(failed)?;
                draw(keys, &path).map_err(failed)?;
                Zeroizing::new(fs::read(&path).map_err(failed)?)
            }
            Err(error) => return Err(failed(error)),
        };
        let key = Key::try_from(bytes.as_slice()).map_err(|_| Error::KeyFormat(path.clone()))?;
        Ok(Self { cipher: Arc::new(XChaCha20Poly1305::new(&key)) })
    }

    /// Seals a document; `label` (a row's id) binds it to its place.
    pub fn seal<T: Serialize>(&self, label: &str, document: &T) -> Result<Vec<u8>, Error> {
        let plain = Zeroizing::new(serde_json::to_vec(document)?);
        let nonce = rand::random::<[u8; NONCE]>();
        let payload = Payload { msg: &plain, aad: label.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Sealed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made under the same label.
    pub fn open<T: DeserializeOwned>(&self, label: &str, sealed: &[u8]) -> Result<T, Error> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Error::Sealed)?;
        let payload = Payload { msg: sealed, aad: label.as_bytes() };
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::Sealed)?;
        Ok(serde_json::from_slice(&Zeroizing::new(plain))?)
    }
}

/// Writes a fresh key beside its place and links it there, so that nobody ever reads half a key and the first of two
/// processes wins.
fn draw(keys: &Path, path: &Path) -> std::io::Result<()> {
    let fresh = Zeroizing::new(rand::random::<[u8; KEY]>());
    let beside = keys.join(format!("seal.{:016x}.new", rand::random::<u64>()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(fresh.as_slice())?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_document_opens_only_unchanged_in_its_place_and_under_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let sealer = Sealer::load_or_create(dir.path()).unwrap();
        let mut sealed = sealer.seal("row-1", &"a password").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("password"));
        let again = Sealer::load_or_create(dir.path()).unwrap();
        assert_eq!(again.open::<String>("row-1", &sealed).unwrap(), "a password");
        assert!(again.open::<String>("row-2", &sealed).is_err());
        let other = tempfile::tempdir().unwrap();
        assert!(Sealer::load_or_create(other.path()).unwrap().open::<String>("row-1", &sealed).is_err());
        sealed[30] ^= 1;
        assert!(sealer.open::<String>("row-1", &sealed).is_err());
    }
}
