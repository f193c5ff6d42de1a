//! Ties child processes to this one: when it dies, however it dies, the kernel kills them.
//!
//! Linux sends the signal when the *thread* that started the child ends, so one thread that lives as long as the process
//! starts them all. The child must ask for the signal itself; code between fork and exec would be unsafe, so a small
//! launcher asks and then becomes the program: util-linux's `setpriv`, or KubeChat's own binary ([`run_launched`]).

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{LazyLock, OnceLock};

/// What asks the kernel to kill a child together with its parent, and then becomes the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Launcher {
    /// `setpriv` where it is installed, else nothing: leftovers are then ended by the next start.
    #[default]
    Auto,
    /// An executable that passes its arguments after these to [`run_launched`].
    Own(PathBuf, Vec<OsString>),
}

impl Launcher {
    /// A command that runs `program` and dies with this process.
    pub(crate) fn command(&self, program: &Path) -> Command {
        match self {
            Launcher::Own(executable, arguments) => {
                let mut command = Command::new(executable);
                command.args(arguments).arg(std::process::id().to_string()).arg(program);
                command
            }
            Launcher::Auto => match setpriv() {
                Some(setpriv) => {
                    let mut command = Command::new(setpriv);
                    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
                    command
                }
                None => Command::new(program),
            },
        }
    }
}

/// Becomes the program named by `arguments` (the parent's process id, the program, its arguments), to be killed with the
/// parent. Returns only when that fails.
pub fn run_launched(arguments: impl IntoIterator<Item = OsString>) -> io::Error {
    let mut arguments = arguments.into_iter();
    let parent = arguments.next().and_then(|id| id.to_str().and_then(|id| id.parse::<i32>().ok()));
    let (Some(parent), Some(program)) = (parent, arguments.next()) else {
        return io::Error::new(io::ErrorKind::InvalidInput, "expected a process id and a program");
    };
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
    {
        return error.into();
    }
    // The parent may have gone before the signal was asked for.
    if rustix::process::getppid().map(|id| id.as_raw_nonzero().get()) != Some(parent) {
        return io::Error::new(io::ErrorKind::NotFound, "the parent process has already ended");
    }
    std::os::unix::process::CommandExt::exec(Command::new(program).args(arguments))
}

type Job = (Command, SyncSender<io::Result<Child>>);

/// Starts a command on the thread that outlives every cluster of this process.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: LazyLock<Option<Sender<Job>>> = LazyLock::new(|| {
        let (sender, jobs) = channel::<Job>();
        let run = move || {
            for (mut command, reply) in jobs {
                // Nobody waits for the answer any more: then the child must not stay either.
                if let Err(unsent) = reply.send(command.spawn())
                    && let Ok(mut child) = unsent.0
                {
                    let _ = child.kill();
                    let _ = child.wait();
                }
            }
        };
        std::thread::Builder::new().name("practice-starter".into()).spawn(run).ok().map(|_| sender)
    });
    let gone = || io::Error::other("the thread that starts programs is not running");
    let (reply, answer) = sync_channel(1);
    STARTER.as_ref().ok_or_else(gone)?.send((command, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}

fn setpriv() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let path = std::env::var_os("PATH")?;
            let found =
                std::env::split_paths(&path).map(|dir| dir.join("setpriv")).find(|file| file.is_file())?;
            // Small systems have a setpriv without this option.
            let help = Command::new(&found).arg("--help").stdin(Stdio::null()).output().ok()?;
            let known = String::from_utf8_lossy(&[help.stdout, help.stderr].concat()).contains("--pdeathsig");
            known.then_some(found)
        })
        .as_deref()
}
