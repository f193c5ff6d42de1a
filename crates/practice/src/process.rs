//! One running program with its log file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Error, Launcher, guard};

/// A child process; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    log: PathBuf,
    child: Mutex<Child>,
}

impl Process {
    /// Starts `bin/name`, its output going to `logs/name.log`.
    pub fn start(
        launcher: &Launcher,
        bin: &Path,
        logs: &Path,
        name: &'static str,
        arguments: &[String],
    ) -> Result<Self, Error> {
        let log = logs.join(format!("{name}.log"));
        let out = File::create(&log).map_err(Error::io("creating", &log))?;
        let err = out.try_clone().map_err(Error::io("opening", &log))?;
        let mut command = launcher.command(&bin.join(name));
        // No inherited proxy, kubeconfig or Go setting may change what these programs do.
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", logs);
        command.args(arguments).current_dir(logs).stdin(Stdio::null()).stdout(out).stderr(err);
        let child = guard::spawn(command).map_err(Error::io("starting", &bin.join(name)))?;
        Ok(Self { name, log, child: Mutex::new(child) })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// The error that says so when the program has ended.
    pub fn check(&self) -> Result<(), Error> {
        let ended = self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
        match ended {
            Ok(None) => Ok(()),
            _ => Err(Error::Died { program: self.name, log: self.log.clone(), tail: self.tail() }),
        }
    }

    /// The error that says that the program is not ready.
    pub fn not_ready(&self, seconds: u64) -> Error {
        Error::NotReady { program: self.name, seconds, log: self.log.clone(), tail: self.tail() }
    }

    /// Sends a signal to the program, if it still runs.
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        self.check()?;
        let fail = |source| Error::Io { what: format!("sending a signal to {}", self.name), source };
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| fail(std::io::ErrorKind::InvalidInput.into()))?;
        kill_process(pid, signal).map_err(|error| fail(error.into()))
    }

    /// Ends the program and waits until it is gone. These programs survive a kill: etcd writes ahead, the others keep
    /// nothing.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }

    fn tail(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
