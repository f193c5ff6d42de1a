//! `cp`: which side is the pod's, and which this machine's.

use crate::plan::Connect;
use crate::refusal::Refusal;
use crate::select::check_name;

/// A side of a copy that lies in a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inside {
    pub namespace: Option<String>,
    pub pod: String,
    pub path: String,
}

/// A copy by its two words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    pub inside: Inside,
    pub local: String,
    /// Into the pod.
    pub upload: bool,
}

impl Copy {
    pub fn read(words: &[String]) -> Result<Self, Refusal> {
        let bad = |text: &str| Refusal::new("bad-value", text.to_owned());
        let [from, to] = words else {
            return Err(bad("`kubectl cp` needs a source and a destination."));
        };
        let (from_inside, to_inside) = (inside(from)?, inside(to)?);
        let (inside, local, upload) = match (from_inside, to_inside) {
            (Some(inside), None) => (inside, to, false),
            (None, Some(inside)) => (inside, from, true),
            (Some(_), Some(_)) => {
                return Err(bad(
                    "One side of `kubectl cp` must be a path on this machine; copy in two steps.",
                ));
            }
            (None, None) => {
                return Err(bad("One side of `kubectl cp` must be in a pod, such as `web-0:/tmp/file`."));
            }
        };
        if local.is_empty() || inside.path.is_empty() {
            return Err(bad("`kubectl cp` needs a path on both sides."));
        }
        Ok(Self { inside, local: local.clone(), upload })
    }

    pub fn connect(self, container: String, no_preserve: bool, retries: i64) -> Connect {
        let (local, remote) = (self.local, self.inside.path);
        if self.upload {
            Connect::Upload { container, local, remote, no_preserve }
        } else {
            Connect::Download { container, remote, local, retries }
        }
    }
}

/// `pod:path` or `namespace/pod:path`; anything without a colon is a path of this machine.
fn inside(word: &str) -> Result<Option<Inside>, Refusal> {
    let Some((pod, path)) = word.split_once(':') else { return Ok(None) };
    let (namespace, pod) = match pod.split_once('/') {
        Some((namespace, pod)) => (Some(namespace), pod),
        None => (None, pod),
    };
    namespace.into_iter().chain([pod]).try_for_each(check_name)?;
    Ok(Some(Inside { namespace: namespace.map(str::to_owned), pod: pod.to_owned(), path: path.to_owned() }))
}
