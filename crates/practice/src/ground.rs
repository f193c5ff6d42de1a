//! The ground: the Kubernetes programs, built once per machine from their published Go modules.
//!
//! The versions are those of `ground/go.mod`; `scripts/ground.sh` builds them. Both are carried inside, so that an
//! installed KubeChat can build them too.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::Error;
use crate::programs::NAMES;

const GO_MOD: &str = include_str!("../../../ground/go.mod");
const GO_SUM: &str = include_str!("../../../ground/go.sum");
const SCRIPT: &str = include_str!("../../../scripts/ground.sh");

/// What the practice cluster reads from kwok's own files.
const KWOK_FILES: [&str; 2] = ["metrics-resource.yaml", "usage-from-annotation.yaml"];

/// A folder that holds all programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    dir: PathBuf,
}

impl Ground {
    /// Finds the ground: `KUBECHAT_GROUND`, else the user's cache folder under the key of these very versions.
    pub fn locate() -> Option<Ground> {
        match std::env::var_os("KUBECHAT_GROUND") {
            Some(dir) => Self::at(Path::new(&dir)),
            None => Self::at(&cache()?.join(key())),
        }
    }

    /// The ground in `dir`, when it is complete.
    pub fn at(dir: &Path) -> Option<Ground> {
        let programs = NAMES.iter().chain(&["kubectl"]).all(|name| dir.join("bin").join(name).is_file());
        let files = KWOK_FILES.iter().all(|name| dir.join("kwok").join(name).is_file());
        (programs && files).then(|| Ground { dir: dir.to_owned() })
    }

    /// The folder with the programs.
    pub fn bin(&self) -> PathBuf {
        self.dir.join("bin")
    }

    /// kubectl of the same version as the control plane.
    pub fn kubectl(&self) -> PathBuf {
        self.bin().join("kubectl")
    }

    pub(crate) fn kwok_files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        KWOK_FILES.iter().map(|name| self.dir.join("kwok").join(name))
    }
}

/// Builds the ground where [`Ground::locate`] finds it; needs Go and takes minutes the first time. What is finished is
/// kept, so a second call goes on where the first one stopped. `progress` is given one line per step.
pub async fn build(mut progress: impl FnMut(&str)) -> Result<Ground, Error> {
    if let Some(ground) = Ground::locate() {
        return Ok(ground);
    }
    let cache = cache()
        .ok_or_else(|| Error::Build("HOME is not set: there is no cache folder to build in.".into()))?;
    let source = cache.join(key()).join("source");
    for (name, text) in [("ground/go.mod", GO_MOD), ("ground/go.sum", GO_SUM), ("scripts/ground.sh", SCRIPT)]
    {
        let path = source.join(name);
        let parent = path.parent().unwrap_or(&source);
        std::fs::create_dir_all(parent).map_err(Error::io("creating", parent))?;
        std::fs::write(&path, text).map_err(Error::io("writing", &path))?;
    }
    let mut child = Command::new("bash")
        .arg(source.join("scripts/ground.sh"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::io("starting bash for", &source))?;
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await.map_err(Error::io("reading the build of", &source))? {
            progress(&line);
            said.push(line);
        }
    }
    let status = child.wait().await.map_err(Error::io("waiting for the build of", &source))?;
    if !status.success() {
        return Err(Error::Build(said[said.len().saturating_sub(12)..].join("\n")));
    }
    Ground::at(&cache.join(key())).ok_or(Error::NoGround)
}

fn cache() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(cache.join("kubechat").join("ground"))
}

/// The key of these versions, the same as the script's.
fn key() -> String {
    let hash = Sha256::new().chain_update(GO_MOD).chain_update(GO_SUM).finalize();
    hex::encode(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_looks_in_the_same_folder() {
        let home = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/ground.sh");
        let dir = home.path().join("kubechat/ground").join(key());
        let run = || {
            let mut bash = std::process::Command::new("bash");
            bash.arg(&script).arg("--path").env("XDG_CACHE_HOME", home.path()).output().unwrap()
        };
        assert!(!run().status.success());
        fill(&dir);
        std::fs::write(dir.join("kwok/LICENSE"), "").unwrap();
        let output = run();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), dir.display().to_string());
        assert!(output.status.success());
    }

    #[test]
    fn an_incomplete_ground_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        assert!(Ground::at(dir.path()).is_some());
        std::fs::remove_file(dir.path().join("bin/kwok")).unwrap();
        assert!(Ground::at(dir.path()).is_none());
    }

    fn fill(dir: &Path) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir_all(dir.join("bin")).unwrap();
        std::fs::create_dir_all(dir.join("kwok")).unwrap();
        for name in NAMES.iter().chain(&["kubectl"]) {
            let file = dir.join("bin").join(name);
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        for name in KWOK_FILES {
            std::fs::write(dir.join("kwok").join(name), "").unwrap();
        }
    }
}
