//! What somebody at a terminal lends to a connection into a pod: screen and keyboard, files, loopback ports.
//!
//! A server has none of these: it passes nothing, and what needs them is refused.

use std::any::Any;
use std::fmt::Debug;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Somebody's own machine.
pub trait Terminal: Send + Sync + Debug {
    /// Opens keyboard and screen for one stream.
    fn open(&self, stdin: bool, tty: bool) -> Opened;
    /// Reads a file or folder as a tar archive whose entries begin with this name.
    fn pack(&self, path: &str, name: &str) -> Packing;
    /// Writes what is in a tar archive; its entries begin with this name, which the path stands for.
    fn unpack(&self, path: &str, name: &str) -> Unpacking;
}

/// Keyboard and screen for one stream.
pub struct Opened {
    /// What is typed; absent when nothing is.
    pub input: Option<mpsc::Receiver<Bytes>>,
    /// Where bytes are shown as they come; absent where only whole lines are told.
    pub output: Option<mpsc::Sender<Shown>>,
    /// Columns and rows, and every change of them.
    pub size: Option<watch::Receiver<(u16, u16)>>,
    /// Whether it is a terminal.
    pub tty: bool,
    /// Puts the terminal back when it is dropped.
    pub guard: Box<dyn Any + Send>,
}

/// Bytes for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Standard output.
    Out(Bytes),
    /// Standard error.
    Err(Bytes),
}

/// An archive that is being read from files.
#[derive(Debug)]
pub struct Packing {
    /// The archive.
    pub archive: mpsc::Receiver<Bytes>,
    /// Why it is not whole.
    pub done: JoinHandle<Result<(), String>>,
}

/// An archive that is being written to files.
#[derive(Debug)]
pub struct Unpacking {
    /// The archive.
    pub archive: mpsc::Sender<Bytes>,
    /// What was left out and why, or why it failed.
    pub done: JoinHandle<Result<Vec<String>, String>>,
}
