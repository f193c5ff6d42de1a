//! The texts that belong to a kubectl line at a terminal: the files it names, and standard input.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use kubechat_chat::Attachments;
use kubechat_kubectl::Command;
use kubechat_kubectl::documents::{attachment_of, inline};
use kubechat_kubectl::source::Place;

mod kustomization;

/// All files of one command together, in bytes.
const MOST: u64 = 4 * 1024 * 1024;

/// Reads what the line names; words and lines that name no file need nothing.
pub fn of_line(text: &str) -> Result<Attachments, String> {
    let (line, below) = match inline(text) {
        Some((line, manifest)) => (line, Some(manifest)),
        None => (text.trim(), None),
    };
    // A line that does not parse is refused by the chain, which says why.
    let Ok(command) = Command::parse(line) else { return Ok(Attachments::new()) };
    let mut reading = Reading::default();
    for place in command.sources() {
        match (place.path.as_str(), &below) {
            ("-", Some(manifest)) => reading.keep("-".to_owned(), manifest.clone()),
            ("-", None) => {
                let text = reading.text(std::io::stdin().lock(), "standard input")?;
                reading.keep("-".to_owned(), text);
            }
            _ => reading.place(&place)?,
        }
    }
    Ok(reading.texts)
}

/// The same where every file is there; nothing where one is not, or would have to be typed.
pub fn if_there(line: &str) -> Attachments {
    let there = Command::parse(line.trim()).is_ok_and(|command| {
        command.sources().iter().all(|place| place.path != "-" && Path::new(&place.path).exists())
    });
    if there { of_line(line).unwrap_or_default() } else { Attachments::new() }
}

#[derive(Default)]
struct Reading {
    texts: Attachments,
    bytes: u64,
}

impl Reading {
    fn keep(&mut self, name: String, text: String) {
        self.texts.insert(name, text);
    }

    fn place(&mut self, place: &Place) -> Result<(), String> {
        if let Some(loads) = place.builds {
            return kustomization::Walk::new(self, loads).folder(&place.path);
        }
        let path = PathBuf::from(&place.path);
        if path.is_dir() {
            if !place.folder {
                return Err(format!("{} is a folder; name a file.", place.path));
            }
            let mut files = Vec::new();
            files_in(&path, place, &mut files)?;
            if files.is_empty() {
                let wanted = if place.data { "file" } else { ".yaml, .yml or .json file" };
                return Err(format!("There is no {wanted} in {}.", place.path));
            }
            return files.into_iter().try_for_each(|file| self.file(&file, place.data));
        }
        self.file(&path, place.data)
    }

    fn file(&mut self, path: &Path, data: bool) -> Result<(), String> {
        let shown = path.display().to_string();
        let file = fs::File::open(path).map_err(|error| format!("{shown} can't be read: {error}."))?;
        let text = if data { attachment_of(self.bytes(file, &shown)?) } else { self.text(file, &shown)? };
        self.keep(shown, text);
        Ok(())
    }

    /// Text up to the limit; what is binary is no manifest.
    fn text(&mut self, from: impl Read, shown: &str) -> Result<String, String> {
        match String::from_utf8(self.bytes(from, shown)?) {
            Ok(text) if !text.contains('\0') => Ok(text),
            _ => Err(format!("{shown} is not text; a manifest is YAML or JSON in UTF-8.")),
        }
    }

    /// Anything up to the limit.
    fn bytes(&mut self, from: impl Read, shown: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let left = MOST - self.bytes;
        from.take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("{shown} can't be read: {error}."))?;
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST {
            return Err(format!(
                "The command's files are longer than {} MiB together ({shown}). Give fewer at once.",
                MOST / 1024 / 1024
            ));
        }
        Ok(bytes)
    }
}

/// The files of a folder that count, in the order of their names.
fn files_in(folder: &Path, place: &Place, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} can't be read: {error}.", folder.display());
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let counts = place.data || matches!(end, "yaml" | "yml" | "json");
        // A link to a folder is not followed: it may lead back here.
        let folder = fs::symlink_metadata(&path).is_ok_and(|about| about.is_dir());
        if folder && place.recursive {
            files_in(&path, place, found)?;
        } else if counts && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_links_are_read_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("m/inner")).unwrap();
        for (name, text) in [("m/a.yaml", "a"), ("m/b.txt", "b"), ("m/c.json", "c"), ("m/inner/d.yml", "d")] {
            fs::write(root.join(name), text).unwrap();
        }
        std::os::unix::fs::symlink(root.join("m/a.yaml"), root.join("link.yaml")).unwrap();
        let names = |line: &str| {
            let read = of_line(&line.replace("ROOT", root.to_str().unwrap())).unwrap();
            let short = |name: &String| name.replace(&format!("{}/", root.display()), "");
            read.keys().map(short).collect::<Vec<_>>()
        };
        assert_eq!(names("kubectl apply -f ROOT/m"), ["m/a.yaml", "m/c.json"]);
        assert_eq!(names("kubectl apply -R -f ROOT/m"), ["m/a.yaml", "m/c.json", "m/inner/d.yml"]);
        assert_eq!(names("kubectl delete -f ROOT/link.yaml,ROOT/m/a.yaml"), ["link.yaml", "m/a.yaml"]);
        assert_eq!(
            names("kubectl create configmap x --from-file=ROOT/m"),
            ["m/a.yaml", "m/b.txt", "m/c.json"]
        );
        assert!(names("kubectl get pods").is_empty() && names("restart web").is_empty());
    }

    #[test]
    fn a_kustomization_brings_what_it_names() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for folder in ["base", "overlays/prod/conf", "other"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (name, text) in [
            ("base/kustomization.yml", "resources: [web.yaml, ../overlays/prod]\n"),
            ("base/web.yaml", "kind: Pod\n"),
            ("base/unnamed.yaml", "kind: Pod\n"),
            (
                "overlays/prod/kustomization.yaml",
                "resources: [../../base, none.yaml, https://example.com/x.yaml]\npatches: [{path: p.yaml}]\nconfigMapGenerator: [{name: c, files: [k=conf/a.bin], envs: [conf/e]}]\n",
            ),
            ("overlays/prod/p.yaml", "kind: Pod\n"),
            ("overlays/prod/conf/e", "A=1\n"),
            ("other/kustomization.yaml", "resources: [link.yaml]\n"),
            ("shared.yaml", "kind: Pod\n"),
        ] {
            fs::write(root.join(name), text).unwrap();
        }
        fs::write(root.join("overlays/prod/conf/a.bin"), [0xff]).unwrap();
        std::os::unix::fs::symlink(root.join("shared.yaml"), root.join("other/link.yaml")).unwrap();
        let read = |line: &str| of_line(&line.replace("ROOT", root.to_str().unwrap()));
        let names = |line: &str| {
            let short = |name: &String| name.replace(&format!("{}/", root.display()), "");
            read(line).unwrap().keys().map(short).collect::<Vec<_>>()
        };
        let wanted = [
            "base/kustomization.yml",
            "base/web.yaml",
            "overlays/prod/conf/a.bin",
            "overlays/prod/conf/e",
            "overlays/prod/kustomization.yaml",
            "overlays/prod/p.yaml",
        ];
        assert_eq!(names("kubectl apply -k ROOT/overlays/prod/"), wanted);
        assert_eq!(names("kubectl kustomize ROOT/overlays/../overlays/prod"), wanted);
        assert!(read("kubectl kustomize ROOT/other").unwrap_err().contains("is outside of the folder"));
        assert_eq!(
            names("kubectl kustomize ROOT/other --load-restrictor=LoadRestrictionsNone"),
            ["other/kustomization.yaml", "other/link.yaml"]
        );
        assert!(names("kubectl diff -k ROOT/none").is_empty());
    }

    #[test]
    fn what_is_missing_binary_or_too_long_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.yaml");
        let line = format!("kubectl apply -f {}", file.display());
        assert!(of_line(&line).unwrap_err().contains("can't be read"));
        fs::write(&file, b"a\0b").unwrap();
        assert!(of_line(&line).unwrap_err().contains("not text"));
        fs::write(&file, b"\xff\xfe").unwrap();
        assert!(of_line(&line).unwrap_err().contains("not text"));
        let bytes =
            of_line(&format!("kubectl create secret generic x --from-file={}", file.display())).unwrap();
        assert_eq!(bytes.values().next().unwrap(), "data:application/octet-stream;base64,//4=");
        fs::write(&file, vec![b'a'; usize::try_from(MOST).unwrap() + 1]).unwrap();
        assert!(of_line(&line).unwrap_err().contains("longer than 4 MiB"));
    }

    #[test]
    fn a_manifest_below_the_line_is_its_standard_input() {
        let read = of_line("kubectl apply -f -\n```yaml\nkind: Pod\n```\n").unwrap();
        assert_eq!(read["-"], "kind: Pod\n");
    }
}
