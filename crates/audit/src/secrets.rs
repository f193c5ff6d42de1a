//! Values that look secret never enter the log: each is replaced by a keyed hash, so that the same value can be found
//! again by whoever knows it and guessed by nobody who has only the log.
//!
//! Every record passes [`Masker::encode`] on its way into the log, and nothing else makes a log's bytes. A value is
//! taken for secret by the name it stands under or by its own look, as [`kubechat_secrets`] says.

use crate::record::Record;
use crate::storage::Storage;
use crate::{Error, files};
use hmac::{Hmac, KeyInit, Mac};
use kubechat_secrets as secrets;
use serde_json::Value;
use sha2::Sha256;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What a masked value begins with.
const MARK: &str = "hmac:";

/// Replaces secret values by their keyed hash.
pub struct Masker {
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masker")
    }
}

/// Where the key of the masks lies in the folder of keys.
pub fn mask_key_path(keys: &Path) -> PathBuf {
    keys.join("mask.key")
}

impl Masker {
    /// A masker with this key.
    pub fn new(key: [u8; 32]) -> Masker {
        Masker { key: Zeroizing::new(key) }
    }

    /// The masker of a folder of keys; makes a key where there is none. Without its key, old masks stay what they are
    /// and can't be searched for any more.
    pub(crate) fn open(storage: &dyn Storage, keys: &Path) -> Result<Masker, Error> {
        let path = mask_key_path(keys);
        let bad = || Error::BadKey(format!("{} is not 64 hexadecimal digits", path.display()));
        match files::read_text(storage, &path) {
            Ok(text) => {
                let key = hex::decode(text.trim()).ok().and_then(|key| key.try_into().ok());
                key.map(Masker::new).ok_or_else(bad)
            }
            Err(e) if e.is_not_found() => {
                let key: [u8; 32] = rand::random();
                files::replace(storage, &path, format!("{}\n", hex::encode(key)).as_bytes(), 0o600)?;
                files::sync_dir(storage, keys)?;
                Ok(Masker::new(key))
            }
            Err(e) => Err(e),
        }
    }

    /// The masker of an existing folder of keys, to search with.
    pub fn existing(keys: &Path) -> Result<Masker, Error> {
        let storage = crate::storage::FileSystem;
        files::read(&storage, &mask_key_path(keys))?;
        Masker::open(&storage, keys)
    }

    /// What stands in the log for this value. To be searched for.
    pub fn mask(&self, value: &str) -> String {
        // HMAC takes keys of any length, so there is no error to speak of.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_slice()) else {
            return MARK.to_string();
        };
        mac.update(value.as_bytes());
        format!("{MARK}{}", hex::encode(&mac.finalize().into_bytes()[..16]))
    }

    /// The bytes of a record as they enter the log, without anything that looks secret.
    pub fn encode(&self, record: &Record) -> Result<Vec<u8>, Error> {
        let mut record = record.clone();
        let text = |text: &mut Option<String>| {
            if let Some(text) = text {
                *text = self.text(text);
            }
        };
        text(&mut record.command);
        text(&mut record.actor.user_agent);
        text(&mut record.actor.request);
        self.value(&mut record.data);
        record.to_bytes()
    }

    /// A text without what looks secret in it.
    pub fn text(&self, text: &str) -> String {
        let found = secrets::secrets(text);
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for range in found {
            out.push_str(&text[at..range.start]);
            out.push_str(&self.once(&text[range.clone()]));
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    fn once(&self, value: &str) -> String {
        if value.starts_with(MARK) { value.to_string() } else { self.mask(value) }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                // `{"name": "DB_PASSWORD", "value": …}` and `{"path": "….env[DB_PASSWORD].value", "after": …}`.
                let named = ["name", "path", "key"].iter().any(|key| {
                    fields.get(*key).and_then(Value::as_str).is_some_and(secrets::holds_secret_name)
                });
                for (name, field) in fields.iter_mut() {
                    let whole = secrets::is_secret(name)
                        || named && matches!(name.as_str(), "value" | "before" | "after");
                    if whole { self.whole(field) } else { self.value(field) }
                }
            }
            _ => {}
        }
    }

    /// A value that is secret whatever it looks like, with all below it.
    fn whole(&self, value: &mut Value) {
        match value {
            Value::String(text) if secrets::says_nothing(text) => {}
            Value::String(text) => *text = self.once(text),
            Value::Number(number) => *value = Value::String(self.mask(&number.to_string())),
            Value::Array(items) => items.iter_mut().for_each(|item| self.whole(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.whole(field)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
