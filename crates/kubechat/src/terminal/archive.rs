//! Files as tar archives. What comes out of a container is not trusted: nothing is written outside of the place that
//! was named, and no link is made or followed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use kubechat_cluster::{Packing, Unpacking};
use tokio::sync::mpsc;

const WAITING: usize = 16;
const PIECE: usize = 64 << 10;
const RECORD: usize = 10_240;

/// Reads a file or folder; links stay links.
pub fn pack(path: PathBuf, name: String) -> Packing {
    let (sender, archive) = mpsc::channel(WAITING);
    let done = tokio::task::spawn_blocking(move || {
        let pipe = io::BufWriter::with_capacity(PIECE, Outlet(sender));
        match write_archive(&path, &name, pipe) {
            // Nobody takes it any more, and they say why themselves.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(format!("{} can't be read: {error}", path.display())),
            Ok(()) => Ok(()),
        }
    });
    Packing { archive, done }
}

fn write_archive(path: &Path, name: &str, pipe: impl Write) -> io::Result<()> {
    let mut builder = tar::Builder::new(Counted { pipe, bytes: 0 });
    builder.follow_symlinks(false);
    if fs::metadata(path)?.is_dir() {
        builder.append_dir_all(name, path)?;
    } else {
        builder.append_path_with_name(path, name)?;
    }
    let mut written = builder.into_inner()?;
    // Whole records, as tar itself writes them: who reads may wait for the rest of one.
    let rest = written.bytes.next_multiple_of(RECORD) - written.bytes;
    written.write_all(&vec![0; rest])?;
    written.flush()
}

/// Writes what is in an archive whose entries begin with this name, which the path stands for.
pub fn unpack(path: PathBuf, name: String) -> Unpacking {
    let (archive, receiver) = mpsc::channel(WAITING);
    let done = tokio::task::spawn_blocking(move || {
        let inlet = Inlet { receiver, rest: Bytes::new() };
        read_archive(&path, &name, inlet).map_err(|error| format!("{}: {error}", path.display()))
    });
    Unpacking { archive, done }
}

/// What was left out, and why.
fn read_archive(path: &Path, name: &str, pipe: impl Read) -> io::Result<Vec<String>> {
    let mut left_out = Vec::new();
    for entry in tar::Archive::new(pipe).entries()? {
        let mut entry = entry?;
        let inside = entry.path()?.into_owned();
        let Some(rest) = below(&inside, Path::new(name)) else {
            return Err(io::Error::other("the archive from the container holds what was not asked for"));
        };
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            let goal = path.join(&rest);
            if let Some(link) = link_on_the_way(path, &rest) {
                left_out.push(format!("{} is left out: {} is a link", inside.display(), link.display()));
                continue;
            }
            fs::create_dir_all(goal)?;
            continue;
        }
        if !kind.is_file() {
            left_out.push(format!("{} is left out: it is no file and no folder", inside.display()));
            continue;
        }
        // A single file goes into a folder that is there.
        let rest = match (rest.as_os_str().is_empty(), path.is_dir()) {
            (true, true) => PathBuf::from(inside.file_name().unwrap_or_default()),
            _ => rest,
        };
        if let Some(link) = link_on_the_way(path, &rest) {
            left_out.push(format!("{} is left out: {} is a link", inside.display(), link.display()));
            continue;
        }
        let goal = if rest.as_os_str().is_empty() { path.to_owned() } else { path.join(&rest) };
        if let Some(folder) = goal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        io::copy(&mut entry, &mut File::create(&goal)?)?;
    }
    Ok(left_out)
}

/// What of a path lies below the name; nothing when it lies elsewhere or would lead out again.
fn below(inside: &Path, name: &Path) -> Option<PathBuf> {
    let mut parts = Vec::new();
    for component in inside.components() {
        match component {
            Component::Normal(part) => parts.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let whole: PathBuf = parts.into_iter().collect();
    whole.strip_prefix(name).ok().map(Path::to_owned)
}

/// A link below the goal would lead somewhere else.
fn link_on_the_way(path: &Path, rest: &Path) -> Option<PathBuf> {
    let mut at = path.to_owned();
    for component in rest.components() {
        at.push(component);
        if fs::symlink_metadata(&at).is_ok_and(|found| found.is_symlink()) {
            return Some(at);
        }
    }
    None
}

/// Counts what is written.
struct Counted<W> {
    pipe: W,
    bytes: usize,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.pipe.write(bytes)?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pipe.flush()
    }
}

/// Writes go out as pieces.
struct Outlet(mpsc::Sender<Bytes>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Bytes::copy_from_slice(bytes))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Pieces are read as they come.
struct Inlet {
    receiver: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

impl Read for Inlet {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.rest = piece,
                None => return Ok(0),
            }
        }
        let read = buffer.len().min(self.rest.len());
        buffer[..read].copy_from_slice(&self.rest.split_to(read));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (path, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            // The library itself refuses to write such names.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_size(if kind.is_file() { content.len() as u64 } else { 0 });
            if kind.is_symlink() {
                header.set_link_name(content).unwrap();
            }
            header.set_cksum();
            bytes.extend_from_slice(header.as_bytes());
            if kind.is_file() {
                bytes.extend_from_slice(content.as_bytes());
                bytes.resize(bytes.len().next_multiple_of(512), 0);
            }
        }
        bytes.resize(bytes.len() + 1024, 0);
        bytes
    }

    const FILE: tar::EntryType = tar::EntryType::Regular;

    #[test]
    fn a_folder_arrives_below_the_place_that_was_named() {
        let dir = tempfile::tempdir().unwrap();
        let goal = dir.path().join("here");
        let bytes = archive(&[("tmp/a/x", FILE, "1"), ("./tmp/a/b/y", FILE, "2")]);
        assert_eq!(read_archive(&goal, "tmp/a", bytes.as_slice()).unwrap(), Vec::<String>::new());
        assert_eq!(fs::read_to_string(goal.join("x")).unwrap(), "1");
        assert_eq!(fs::read_to_string(goal.join("b/y")).unwrap(), "2");
    }

    #[test]
    fn a_file_takes_the_name_that_was_given_or_its_own_in_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let bytes = archive(&[("etc/hosts", FILE, "1")]);
        read_archive(&dir.path().join("new"), "etc/hosts", bytes.as_slice()).unwrap();
        read_archive(dir.path(), "etc/hosts", bytes.as_slice()).unwrap();
        for name in ["new", "hosts"] {
            assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), "1", "{name}");
        }
    }

    #[test]
    fn nothing_leads_out_of_the_place_that_was_named() {
        let outside = tempfile::tempdir().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let goal = dir.path().join("here");
        for path in ["a/../../evil", "/evil", "b/evil", "../evil"] {
            let bytes = archive(&[(path, FILE, "x")]);
            assert!(read_archive(&goal, "a", bytes.as_slice()).is_err(), "{path}");
        }
        let target = outside.path().to_str().unwrap();
        let bytes = archive(&[("a/link", tar::EntryType::Symlink, target), ("a/link/evil", FILE, "x")]);
        let left_out = read_archive(&goal, "a", bytes.as_slice()).unwrap();
        assert!(left_out[0].contains("a/link is left out"), "{left_out:?}");
        fs::remove_dir_all(&goal).unwrap();
        fs::create_dir(&goal).unwrap();
        std::os::unix::fs::symlink(outside.path(), goal.join("link")).unwrap();
        let left_out = read_archive(&goal, "a", archive(&[("a/link/evil", FILE, "x")]).as_slice()).unwrap();
        assert!(left_out[0].ends_with("is a link"), "{left_out:?}");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        assert!(!dir.path().join("evil").exists());
    }

    #[test]
    fn what_is_packed_is_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/x"), "1").unwrap();
        std::os::unix::fs::symlink("x", dir.path().join("sub/link")).unwrap();
        let mut bytes = Vec::new();
        write_archive(&dir.path().join("sub"), "dist", &mut bytes).unwrap();
        assert_eq!(bytes.len() % RECORD, 0);
        let mut archive = tar::Archive::new(bytes.as_slice());
        let mut paths: Vec<String> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        paths.sort();
        assert_eq!(paths, ["dist/", "dist/link", "dist/x"]);
    }
}
