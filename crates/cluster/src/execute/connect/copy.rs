//! `cp`: files as a tar archive, through a `tar` that runs in the container.

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::channels::{Near, converse};
use super::tape::Tape;
use super::{Execution, Inside, WAITING};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Packing, Shown, Unpacking};

impl Session {
    pub(super) async fn upload(
        &self,
        inside: &Inside<'_>,
        container: &str,
        (local, remote): (&str, &str),
        no_preserve: bool,
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        let Some(terminal) = inside.course.terminal.as_deref() else { return Err(Error::NeedsTerminal) };
        let remote = trimmed(remote);
        let look = ["test", "-d", remote];
        let is_folder = match self.run_in(inside, container, &look, Ends::default(), id, execution).await {
            Ok(looked) => looked.code == Some(0),
            // A container without `test` does not say; the place is taken by its name then, as kubectl does.
            Err(Error::Invalid { .. }) => false,
            Err(error) => return Err(error),
        };
        let base = std::path::Path::new(local).file_name().and_then(|name| name.to_str());
        let goal = match base.filter(|_| is_folder) {
            Some(base) => format!("{}/{base}", remote.trim_end_matches('/')),
            None => remote.to_owned(),
        };
        let (folder, name) = goal.rsplit_once('/').unwrap_or(("", &goal));
        let mut command = vec!["tar"];
        if no_preserve {
            command.extend(["--no-same-permissions", "--no-same-owner"]);
        }
        command.extend(["-xmf", "-"]);
        match (folder, goal.starts_with('/')) {
            ("", true) => command.extend(["-C", "/"]),
            ("", false) => {}
            (folder, _) => command.extend(["-C", folder]),
        }
        let Packing { archive, done } = terminal.pack(local, name);
        let stop = inside.course.stop.child_token();
        let ends = Ends { input: Some(archive), output: None, stop: Some(stop.clone()) };
        // A `tar` whose archive breaks off is not waited for: it may be told the end of its input, or not.
        let packed = async {
            let packed = done.await;
            if !matches!(packed, Ok(Ok(()))) {
                stop.cancel();
            }
            packed
        };
        let ran = self.run_in(inside, container, &command, ends, Uuid::now_v7(), execution);
        let (ran, packed) = tokio::join!(ran, packed);
        match packed {
            Ok(Ok(())) => ran?.check(),
            Ok(Err(message)) => Err(Error::Unsupported { message }),
            Err(error) => Err(Error::Unsupported { message: error.to_string() }),
        }
    }

    pub(super) async fn download(
        &self,
        inside: &Inside<'_>,
        container: &str,
        (remote, local): (&str, &str),
        retries: i64,
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        let Some(terminal) = inside.course.terminal.as_deref() else { return Err(Error::NeedsTerminal) };
        let remote = trimmed(remote);
        let Unpacking { archive, done } = terminal.unpack(local, &inside_archive(remote));
        let mut came = 0;
        let mut attempt = 0;
        let ran = loop {
            let from_here = format!("tar cf - '{}' | tail -c+{}", remote.replace('\'', r"'\''"), came + 1);
            let command = match retries {
                0 => vec!["tar", "cf", "-", remote],
                _ => vec!["sh", "-c", &from_here],
            };
            let ends = Ends { output: Some(archive.clone()), ..Ends::default() };
            let id = if attempt == 0 { id } else { Uuid::now_v7() };
            let ran = self.run_in(inside, container, &command, ends, id, execution).await;
            came += execution.recordings.last().map_or(0, |recording| recording.received.bytes);
            attempt += 1;
            match ran {
                Err(Error::Broken { message }) if retries < 0 || attempt <= retries => {
                    inside
                        .course
                        .say(format!("It broke off at {came} bytes ({message}); going on from there"))
                        .await;
                }
                other => break other,
            }
        };
        drop(archive);
        match done.await {
            Ok(Ok(left_out)) => {
                for line in left_out {
                    inside.course.say(line).await;
                }
                ran?.check()
            }
            // What the far side says explains a broken archive better than the archive does.
            Ok(Err(message)) => ran?.check().and(Err(Error::Unsupported { message })),
            Err(error) => Err(Error::Unsupported { message: error.to_string() }),
        }
    }

    /// Runs a command in the container without showing it; only its complaints are kept.
    async fn run_in(
        &self,
        inside: &Inside<'_>,
        container: &str,
        command: &[&str],
        ends: Ends,
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<Ran, Error> {
        let mut query = vec![
            ("container", Some(container)),
            ("stdin", ends.input.is_some().then_some("true")),
            ("stdout", Some("true")),
            ("stderr", Some("true")),
        ];
        query.extend(command.iter().map(|word| ("command", Some(*word))));
        let connection = self.dial(inside, "exec", &query, id, execution).await?;
        let tape = Tape::new(inside.course.limit);
        let (far, mut shown) = mpsc::channel(WAITING);
        let stop = ends.stop.as_ref().unwrap_or(&inside.course.stop);
        let talk = async {
            let far = far;
            let near = Near { input: ends.input, size: None };
            converse(connection, near, &far, &tape, stop).await
        };
        let take = async {
            let mut said = Vec::new();
            while let Some(piece) = shown.recv().await {
                match (piece, &ends.output) {
                    (Shown::Out(bytes), Some(output)) => {
                        // Whoever takes it says why it takes no more.
                        let _ = output.send(bytes).await;
                    }
                    (Shown::Out(_), None) => {}
                    (Shown::Err(bytes), _) => said.extend_from_slice(&bytes),
                }
            }
            String::from_utf8_lossy(&said).trim().to_owned()
        };
        let (ended, said) = tokio::join!(talk, take);
        let code = ended.as_ref().ok().copied().flatten();
        execution.recordings.push(tape.recording("exec", code, matches!(ended, Err(Error::Cut { .. }))));
        match ended {
            Err(Error::Invalid { message }) if !said.is_empty() => {
                Err(Error::Invalid { message: format!("{} ({message})", said.trim_end_matches('.')) })
            }
            ended => Ok(Ran { code: ended?, said }),
        }
    }
}

/// Our ends of a command in the container.
#[derive(Default)]
struct Ends {
    input: Option<mpsc::Receiver<Bytes>>,
    output: Option<mpsc::Sender<Bytes>>,
    /// Ends the talk; the whole course's where there is none.
    stop: Option<CancellationToken>,
}

/// A command that has ended in the container.
struct Ran {
    code: Option<i64>,
    said: String,
}

impl Ran {
    fn check(self) -> Result<(), Error> {
        match self.code {
            None | Some(0) => Ok(()),
            Some(code) if self.said.is_empty() => Err(Error::Exit { code }),
            Some(code) => Err(Error::Invalid {
                message: format!("{} (exit code {code})", self.said.trim_end_matches('.')),
            }),
        }
    }
}

/// Without slashes at the end, which say nothing.
fn trimmed(path: &str) -> &str {
    let short = path.trim_end_matches('/');
    if short.is_empty() { path } else { short }
}

/// How `tar` names what lies at this path: without a leading slash, and from the last `..` on.
fn inside_archive(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => parts.clear(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_archive_are_relative() {
        for (path, name) in
            [("/tmp/a/", "tmp/a"), ("a", "a"), ("./a//b", "a/b"), ("../../etc/x", "etc/x"), ("/", "")]
        {
            assert_eq!(inside_archive(path), name, "{path}");
        }
    }
}
