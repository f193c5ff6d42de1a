//! Manifests that a command names: `-f FILE`, `-k DIR`, `-f -`.

use kubechat_kustomize::{Loads, is_remote};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::select::join_and;

/// Where the objects of a command are written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// `-f`: files, folders or `-`.
    pub files: Vec<String>,
    /// `-k`: a folder with a kustomization.
    pub kustomize: Option<String>,
    /// `-R`: folders inside folders too.
    pub recursive: bool,
}

/// A file that a command reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it is; `-` is standard input.
    pub path: String,
    /// Whether it may be a folder with manifests.
    pub folder: bool,
    /// Whether the folders inside are read too.
    pub recursive: bool,
    /// Whether every file counts, whatever it holds, and not only manifests.
    pub data: bool,
    /// A folder with a kustomization, with everything that it names.
    pub builds: Option<Loads>,
}

impl Place {
    /// One file with text.
    pub(crate) fn text(path: &str) -> Self {
        Self { path: path.to_owned(), folder: false, recursive: false, data: false, builds: None }
    }

    /// A folder with a kustomization.
    pub(crate) fn kustomization(path: &str, loads: Loads) -> Self {
        Self { folder: true, builds: Some(loads), ..Self::data(path, true) }
    }

    /// A file with anything in it, or a folder of such files.
    pub(crate) fn data(path: &str, folder: bool) -> Self {
        Self { path: path.to_owned(), folder, recursive: false, data: true, builds: None }
    }
}

/// The refusal for a file whose text did not come with the command.
pub(crate) fn missing(file: &str) -> Refusal {
    Refusal::new(
        "manifest-file",
        format!(
            "The command needs what is in {file}, which did not come with it. Attach it under this name."
        ),
    )
}

impl Source {
    pub(crate) fn read(words: &Parsed) -> Result<Self, Refusal> {
        if !words.has("filename") && !words.has("kustomize") {
            return Ok(Self::default());
        }
        let source = Self {
            files: words.list("filename"),
            kustomize: words.text("kustomize").filter(|folder| !folder.is_empty()),
            recursive: words.on("recursive"),
        };
        if source.kustomize.is_some() && !source.files.is_empty() {
            return Err(Refusal::new("bad-value", "`-f` and `-k` can't be combined; give one of them."));
        }
        source.files.iter().chain(&source.kustomize).try_for_each(|place| check_local(place))?;
        Ok(source)
    }

    /// Whether the command names no manifest.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.kustomize.is_none()
    }

    /// Refuses a command that names none.
    pub(crate) fn some(self, verb: &str) -> Result<Self, Refusal> {
        if self.is_empty() {
            return Err(Refusal::new(
                "missing-value",
                format!("`kubectl {verb}` needs a manifest: `-f FILE` or `-k FOLDER`."),
            ));
        }
        Ok(self)
    }

    /// Why nothing can be planned: what the manifest holds is not part of the command.
    pub(crate) fn refusal(&self) -> Refusal {
        if self.files.iter().any(|file| file == "-") {
            return Refusal::new(
                "manifest-stdin",
                "`-f -` reads a manifest from standard input, and none came with this command. Write it below the command, or attach it.",
            );
        }
        missing(&self.phrase())
    }

    /// The files that the command reads.
    pub(crate) fn places(&self) -> Vec<Place> {
        let place = |path: &String| Place { folder: true, recursive: self.recursive, ..Place::text(path) };
        let folder = self.kustomize.iter().map(|folder| Place::kustomization(folder, Loads::RootOnly));
        self.files.iter().map(place).chain(folder).collect()
    }

    pub(crate) fn write(&self, line: &mut Line) {
        line.values("-f", &self.files).value("-k", self.kustomize.as_ref()).switch("-R", self.recursive);
    }

    /// `web.yaml and db.yaml`, `folder overlays/prod`.
    pub(crate) fn phrase(&self) -> String {
        match &self.kustomize {
            Some(folder) => format!("folder {folder}"),
            None => join_and(&self.files),
        }
    }

    /// Whether its name says that it holds secrets; what it holds is not known before it is read.
    pub(crate) fn says_secret(&self) -> bool {
        let secret = |place: &String| place.to_ascii_lowercase().contains("secret");
        self.files.iter().chain(&self.kustomize).any(secret)
    }

    pub(crate) fn sort(&mut self) {
        self.files.sort();
        self.files.dedup();
    }
}

/// Only what lies beside the person counts: a manifest from elsewhere may be another one a moment later.
pub(crate) fn check_local(place: &str) -> Result<(), Refusal> {
    if is_remote(place) {
        return Err(Refusal::new(
            "remote-manifest",
            format!(
                "`{place}` is a remote manifest, which is refused: download it, read it, and give the file."
            ),
        ));
    }
    Ok(())
}
