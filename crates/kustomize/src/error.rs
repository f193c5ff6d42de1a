//! Why a kustomization can't be built.

/// What stands in the way, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file or folder that is named did not come along.
    #[error("{place}: there is no {wanted}. Attach it under this name, or correct the path.")]
    Missing {
        /// Who names it.
        place: String,
        /// Its name.
        wanted: String,
    },
    /// It would be fetched from somewhere.
    #[error(
        "{place}: `{wanted}` is remote, and nothing is fetched. Download it, read it, and name the copy."
    )]
    Remote {
        /// Who names it.
        place: String,
        /// The address.
        wanted: String,
    },
    /// A program would have to be run.
    #[error(
        "{place}: {what}, and no programs are run here. Run it yourself, and name its output under `resources`."
    )]
    Program {
        /// The file and field.
        place: String,
        /// What it is.
        what: String,
    },
    /// A file outside of the folder of its kustomization.
    #[error(
        "{place}: {wanted} is outside of the folder {root}. Move it there, or name its folder, with a kustomization of its own."
    )]
    Outside {
        /// Who names it.
        place: String,
        /// The file.
        wanted: String,
        /// The folder of the kustomization.
        root: String,
    },
    /// Everything that is written wrong.
    #[error("{place}: {message}")]
    Wrong {
        /// The file, and the field where it is one.
        place: String,
        /// A sentence.
        message: String,
    },
}

impl Error {
    pub(crate) fn wrong(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Wrong { place: place.into(), message: message.into() }
    }
}

pub(crate) type Result<T> = std::result::Result<T, Error>;
