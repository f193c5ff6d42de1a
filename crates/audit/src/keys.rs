//! The key that signs the log: `audit.pem`, PKCS#8 PEM, readable by its owner only.

use crate::note::{NoteSigner, VerifierKey};
use crate::storage::{FileSystem, Storage};
use crate::{Error, files};
use ed25519_dalek::SigningKey;
use ed25519_dalek::ed25519::pkcs8::KeypairBytes;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};
use std::path::{Path, PathBuf};

/// Where the signing key lies in the folder of keys.
pub fn key_path(keys: &Path) -> PathBuf {
    keys.join("audit.pem")
}

/// Where the key lies that is to follow, while the change is under way.
pub(crate) fn next_path(keys: &Path) -> PathBuf {
    keys.join("audit.next.pem")
}

/// Where a log names its own verifier key. It says which log this is; trust comes from a key kept elsewhere.
pub fn verifier_path(dir: &Path) -> PathBuf {
    dir.join("log.vkey")
}

pub(crate) fn generate() -> SigningKey {
    SigningKey::from_bytes(&rand::random())
}

/// The signing key, or nothing if there is no such file.
pub(crate) fn load(storage: &dyn Storage, keys: &Path) -> Result<Option<SigningKey>, Error> {
    load_from(storage, key_path(keys))
}

/// The key that is to follow, if a change is under way.
pub(crate) fn load_next(storage: &dyn Storage, keys: &Path) -> Result<Option<SigningKey>, Error> {
    load_from(storage, next_path(keys))
}

fn load_from(storage: &dyn Storage, path: PathBuf) -> Result<Option<SigningKey>, Error> {
    let pem = match files::read_text(storage, &path) {
        Ok(pem) => pem,
        Err(e) if e.is_not_found() => return Ok(None),
        Err(e) => return Err(e),
    };
    SigningKey::from_pkcs8_pem(&pem)
        .map(Some)
        .map_err(|e| Error::BadKey(format!("{} is not a PKCS#8 PEM Ed25519 key: {e}", path.display())))
}

pub(crate) fn save(storage: &dyn Storage, keys: &Path, key: &SigningKey) -> Result<(), Error> {
    save_to(storage, keys, &key_path(keys), key)
}

pub(crate) fn save_next(storage: &dyn Storage, keys: &Path, key: &SigningKey) -> Result<(), Error> {
    save_to(storage, keys, &next_path(keys), key)
}

fn save_to(storage: &dyn Storage, keys: &Path, path: &Path, key: &SigningKey) -> Result<(), Error> {
    // Without the public half it is the plain PKCS#8 form that every tool reads.
    let pair = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
    let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|e| Error::BadKey(e.to_string()))?;
    files::create_dirs(storage, keys)?;
    files::replace(storage, path, pem.as_bytes(), 0o600)?;
    files::sync_dir(storage, keys)
}

/// The verifier key the log names itself.
pub(crate) fn named(storage: &dyn Storage, dir: &Path) -> Result<VerifierKey, Error> {
    let path = verifier_path(dir);
    let text = files::read_text(storage, &path)?;
    text.strip_suffix('\n')
        .ok_or_else(|| Error::damaged(format!("{} is cut off", path.display())))?
        .parse()
        .map_err(|e: Error| Error::damaged(format!("{} is not readable: {e}", path.display())))
}

/// The signer of an existing log.
pub(crate) fn signer(storage: &dyn Storage, dir: &Path, keys: &Path) -> Result<NoteSigner, Error> {
    let named = named(storage, dir)?;
    let key = load(storage, keys)?.ok_or_else(|| Error::KeyMissing { path: key_path(keys) })?;
    let signer = NoteSigner::new(named.name(), key)?;
    if *signer.verifier() != named {
        return Err(Error::WrongKey { log: named.to_string(), key: signer.verifier().to_string() });
    }
    Ok(signer)
}

/// The verifier key of an existing log, computed from the signing key and not from what the log says.
pub fn verifier(dir: &Path, keys: &Path) -> Result<VerifierKey, Error> {
    Ok(signer(&FileSystem, dir, keys)?.verifier().clone())
}
