//! The terminal that connections into pods are lent: keyboard, screen, and the files of whoever sits there.

mod archive;
pub mod draft;

use std::any::Any;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use kubechat_cluster::{Opened, Packing, Shown, Terminal, Unpacking};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

/// Pieces that may wait.
const WAITING: usize = 64;
const BUFFER: usize = 16 << 10;

/// What the terminal was like before it was made raw; put back at the latest when the process ends.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Standard input and output of this process.
#[derive(Debug, Clone, Copy)]
pub struct OwnTerminal {
    /// Whether bytes are shown as they come; else whole lines are printed by whoever follows.
    pub shows: bool,
}

impl Terminal for OwnTerminal {
    fn open(&self, stdin: bool, tty: bool) -> Opened {
        let raw = tty && stdin && self.shows && std::io::stdin().is_terminal();
        if tty && !raw {
            eprintln!("kubechat: -t is left out: standard input is not a terminal");
        }
        let guard = Guard { raw: raw && make_raw(), screen: None };
        let (output, guard) = match self.shows {
            true => {
                let (output, thread) = screen();
                (Some(output), Guard { screen: Some(thread), ..guard })
            }
            false => (None, guard),
        };
        Opened {
            input: stdin.then(keyboard),
            output,
            size: raw.then(sizes).flatten(),
            tty: raw,
            guard: Box::new(guard) as Box<dyn Any + Send>,
        }
    }

    fn pack(&self, path: &str, name: &str) -> Packing {
        archive::pack(path.into(), name.to_owned())
    }

    fn unpack(&self, path: &str, name: &str) -> Unpacking {
        archive::unpack(path.into(), name.to_owned())
    }
}

/// Puts the terminal back, when everything is shown.
struct Guard {
    raw: bool,
    screen: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(screen) = self.screen.take() {
            // It ends with its last piece.
            let _ = screen.join();
        }
        if self.raw {
            restore();
        }
    }
}

/// Puts the terminal back as it was.
pub fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(before) = before
        && let Err(error) = tcsetattr(std::io::stdin(), OptionalActions::Now, &before)
    {
        eprintln!("kubechat: the terminal could not be put back ({error}); type `reset`");
    }
}

fn make_raw() -> bool {
    let Ok(before) = tcgetattr(std::io::stdin()) else { return false };
    let mut raw = before.clone();
    raw.make_raw();
    if tcsetattr(std::io::stdin(), OptionalActions::Now, &raw).is_err() {
        return false;
    }
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
    true
}

/// What is typed. The thread may wait for a key that never comes; it ends with the process.
fn keyboard() -> mpsc::Receiver<Bytes> {
    let (typed, input) = mpsc::channel(WAITING);
    std::thread::spawn(move || {
        let mut buffer = vec![0; BUFFER];
        while let Ok(read @ 1..) = std::io::stdin().read(&mut buffer) {
            if typed.blocking_send(Bytes::copy_from_slice(&buffer[..read])).is_err() {
                break;
            }
        }
    });
    input
}

fn screen() -> (mpsc::Sender<Shown>, std::thread::JoinHandle<()>) {
    let (output, mut pieces) = mpsc::channel(WAITING);
    let thread = std::thread::spawn(move || {
        while let Some(piece) = pieces.blocking_recv() {
            let written = match piece {
                Shown::Out(bytes) => {
                    let mut out = std::io::stdout().lock();
                    out.write_all(&bytes).and_then(|()| out.flush())
                }
                Shown::Err(bytes) => std::io::stderr().write_all(&bytes),
            };
            if written.is_err() {
                break;
            }
        }
    });
    (output, thread)
}

/// The size of the window now and whenever it changes.
fn sizes() -> Option<watch::Receiver<(u16, u16)>> {
    let mut changes = signal(SignalKind::window_change()).ok()?;
    let (sender, receiver) = watch::channel((0, 0));
    tokio::spawn(async move {
        loop {
            if let Ok(size) = tcgetwinsize(std::io::stdout())
                && sender.send((size.ws_col, size.ws_row)).is_err()
            {
                break;
            }
            if changes.recv().await.is_none() {
                break;
            }
        }
    });
    Some(receiver)
}
