//! The folder in memory: files by their names, and how names lead from one to the other.

use std::collections::BTreeMap;

/// Names of a kustomization's file; a folder has exactly one of them.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Files by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// The bytes of a file.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(&clean(name)).map(Vec::as_slice)
    }

    /// Whether any file is in the folder.
    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        self.0.keys().any(|name| contains(folder, name) && name != folder)
    }
}

impl<N: AsRef<str>> FromIterator<(N, Vec<u8>)> for Files {
    fn from_iter<I: IntoIterator<Item = (N, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().map(|(name, bytes)| (clean(name.as_ref()), bytes)).collect())
    }
}

/// A path without `.` and with as few `..` as can be; the folder itself is empty.
pub fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"))
}

/// What a path in a file of this folder leads to.
pub fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') || folder.is_empty() { clean(path) } else { clean(&format!("{folder}/{path}")) }
}

/// Whether the name is the folder itself or something in it, as far as the names tell.
pub fn contains(folder: &str, name: &str) -> bool {
    if folder.starts_with('/') || name.starts_with('/') {
        return folder == "/" && name.starts_with('/') || below(folder, name);
    }
    let ups = |path: &str| path.split('/').take_while(|part| *part == "..").count();
    let (folder_ups, name_ups) = (ups(folder), ups(name));
    let only_ups = folder.split('/').all(|part| part == ".." || part.is_empty());
    if only_ups { name_ups <= folder_ups } else { name_ups == folder_ups && below(folder, name) }
}

fn below(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path names something that would have to be fetched.
pub fn is_remote(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let hosts = ["git::", "gh:", "github.com/", "github.com:", "gitlab.com/", "bitbucket.org/"];
    // `git@example.com:team/repo`, and any other user at any other host.
    let user = lower.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    });
    user || lower.contains("://")
        || lower.contains("?ref=")
        || hosts.iter().any(|host| lower.starts_with(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_from_folder_to_folder() {
        for (folder, path, wanted) in [
            ("overlays/prod", "../../base", "base"),
            ("", "./base/", "base"),
            ("", "..", ".."),
            ("..", "x", "../x"),
            ("../a", "../b/./c.yaml", "../b/c.yaml"),
            ("a", "..", ""),
            ("/srv/a", "../b", "/srv/b"),
            ("/", "../b", "/b"),
            ("a", "/etc/passwd", "/etc/passwd"),
        ] {
            assert_eq!(join(folder, path), wanted, "{path} in {folder}");
        }
    }

    #[test]
    fn what_is_in_a_folder_is_told_by_names() {
        for (folder, name) in [
            ("", "x"),
            ("", "x/y"),
            ("..", "x"),
            ("..", "../x"),
            ("a", "a/b"),
            ("a", "a"),
            ("/", "/x"),
            ("../a", "../a/b"),
        ] {
            assert!(contains(folder, name), "{name} in {folder}");
        }
        for (folder, name) in [
            ("", "../x"),
            ("..", "../../x"),
            ("a", "ab"),
            ("a", "b"),
            ("a", "../a/b"),
            ("/a", "a"),
            ("a", "/a/b"),
            ("/a", "/ab"),
        ] {
            assert!(!contains(folder, name), "{name} not in {folder}");
        }
    }
}
