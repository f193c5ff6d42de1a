//! A disk in memory that loses power: what was not synced is dropped, torn or reordered, by a seed.

use kubechat_audit::storage::{NewFile, Stamp, Storage, Writable};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, ErrorKind};
use std::path::{Component, Path};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;
const ROOT: u64 = 0;

/// A generator of numbers that a seed replays (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn yes(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

/// What goes wrong at one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The operation is under way when the power goes; nothing answers after it.
    PowerCut,
    /// The operation fails, and so do all later ones that write, until it is mended.
    Fails(ErrorKind),
    /// The next sync fails once, and what it should have written is only in memory, as Linux does it.
    SyncFails,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<(Mutex<State>, Condvar)>);

type Names = BTreeMap<String, u64>;

#[derive(Debug, Default)]
struct State {
    files: HashMap<u64, File>,
    /// What a process sees, and what a power cut leaves for sure.
    dirs: HashMap<u64, Names>,
    durable: HashMap<u64, Names>,
    unsynced: Vec<Change>,
    last: u64,
    /// Operations until the fault.
    countdown: Option<(u64, Fault)>,
    failing: Option<ErrorKind>,
    dead: bool,
    syncs: u64,
    held: bool,
    waiting_for_gate: bool,
}

#[derive(Debug, Default)]
struct File {
    now: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<(usize, Vec<u8>)>,
}

/// A change of names: taken away and given at once.
#[derive(Debug, Clone)]
struct Change {
    gone: Option<(u64, String)>,
    there: Option<(u64, String, u64)>,
}

impl Change {
    fn touches(&self, dir: u64) -> bool {
        self.gone.as_ref().is_some_and(|(at, _)| *at == dir)
            || self.there.as_ref().is_some_and(|(at, ..)| *at == dir)
    }

    fn apply(&self, dirs: &mut HashMap<u64, Names>) {
        if let Some((dir, name)) = &self.gone {
            dirs.entry(*dir).or_default().remove(name);
        }
        if let Some((dir, name, id)) = &self.there {
            dirs.entry(*dir).or_default().insert(name.clone(), *id);
        }
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap()
    }

    /// From now on, the operation after so many others goes wrong.
    pub(crate) fn fault_after(&self, operations: u64, fault: Fault) {
        self.state().countdown = Some((operations, fault));
    }

    /// The power is back: what was not synced is there, or not, or in part.
    pub(crate) fn restart(&self, random: &mut Random) {
        let mut state = self.state();
        let keep = state.unsynced.len() as u64 + 1;
        let (in_order, until) = (random.yes(), random.below(keep) as usize);
        for (at, change) in std::mem::take(&mut state.unsynced).into_iter().enumerate() {
            if if in_order { at < until } else { random.yes() } {
                change.apply(&mut state.durable);
            }
        }
        state.dirs = state.durable.clone();
        let mut ids: Vec<u64> = state.files.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            state.files.get_mut(&id).unwrap().lose_power(random);
        }
        state.mend();
    }

    /// The process ended and the system lives on: what it wrote is seen, synced or not.
    pub(crate) fn mend(&self) {
        self.state().mend();
    }

    pub(crate) fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Makes syncs of files wait until they are let go.
    pub(crate) fn hold(&self) {
        self.state().held = true;
    }

    pub(crate) fn let_go(&self) {
        self.state().held = false;
        self.0.1.notify_all();
    }

    /// Waits until somebody waits in a sync.
    pub(crate) fn until_held(&self) {
        let mut state = self.state();
        while !state.waiting_for_gate {
            state = self.0.1.wait(state).unwrap();
        }
    }
}

impl File {
    fn lose_power(&mut self, random: &mut Random) {
        let all = random.below(4);
        for (offset, bytes) in std::mem::take(&mut self.unsynced) {
            let mut at = 0;
            while at < bytes.len() {
                let end = (SECTOR - (offset + at) % SECTOR + at).min(bytes.len());
                if all == 0 || (all > 1 && random.yes()) {
                    write_at(&mut self.durable, offset + at, &bytes[at..end]);
                }
                at = end;
            }
        }
        self.now.clone_from(&self.durable);
    }
}

fn write_at(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if file.len() < offset + bytes.len() {
        file.resize(offset + bytes.len(), 0);
    }
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
}

fn not_found() -> io::Error {
    ErrorKind::NotFound.into()
}

impl State {
    fn mend(&mut self) {
        (self.dead, self.failing, self.countdown) = (false, None, None);
    }

    /// Counts an operation. True if the power goes in its middle.
    fn strike(&mut self, sync: bool) -> io::Result<bool> {
        if self.dead {
            return Err(io::Error::other("no power"));
        }
        if let Some(kind) = self.failing {
            return Err(kind.into());
        }
        let Some((left, fault)) = &mut self.countdown else { return Ok(false) };
        if *left > 0 {
            *left -= 1;
            return Ok(false);
        }
        match *fault {
            Fault::PowerCut => {
                self.dead = true;
                Ok(true)
            }
            Fault::Fails(kind) => {
                self.failing = Some(kind);
                Err(kind.into())
            }
            Fault::SyncFails if sync => {
                self.countdown = None;
                Err(io::Error::from_raw_os_error(5))
            }
            Fault::SyncFails => Ok(false),
        }
    }

    /// Makes what was written to these files durable. True if the power goes in its middle.
    fn sync(&mut self, ids: &[u64]) -> io::Result<bool> {
        let struck = self.strike(true);
        for id in ids {
            let file = self.files.get_mut(id).unwrap();
            match struck {
                Ok(false) => {
                    for (offset, bytes) in std::mem::take(&mut file.unsynced) {
                        write_at(&mut file.durable, offset, &bytes);
                    }
                }
                Ok(true) => {}
                // The pages are marked clean and will never be written, yet every reader still sees them.
                Err(_) => file.unsynced.clear(),
            }
        }
        struck
    }

    fn after(&self, cut: bool) -> io::Result<()> {
        if cut { Err(io::Error::other("no power")) } else { Ok(()) }
    }

    fn find(&self, path: &Path) -> Option<u64> {
        let mut at = ROOT;
        for part in path.components() {
            if let Component::Normal(name) = part {
                at = *self.dirs.get(&at)?.get(name.to_str()?)?;
            }
        }
        Some(at)
    }

    fn parent(&self, path: &Path) -> io::Result<(u64, String)> {
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let dir = self.find(path.parent().unwrap()).ok_or_else(not_found)?;
        Ok((dir, name))
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.dirs);
        self.unsynced.push(change);
    }

    fn create(&mut self, path: &Path) -> io::Result<u64> {
        let (dir, name) = self.parent(path)?;
        if self.dirs.get(&dir).is_some_and(|names| names.contains_key(&name)) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.last += 1;
        let id = self.last;
        self.change(Change { gone: None, there: Some((dir, name, id)) });
        Ok(id)
    }

    fn file(&mut self, path: &Path) -> io::Result<&mut File> {
        let id = self.find(path).ok_or_else(not_found)?;
        self.files.get_mut(&id).ok_or_else(not_found)
    }
}

impl Storage for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.state().file(path)?.now.clone())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        let id = state.find(dir).ok_or_else(not_found)?;
        Ok(state.dirs.get(&id).map(|names| names.keys().cloned().collect()).unwrap_or_default())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.state().find(path).is_some())
    }

    /// The power can go while any of the files is written and while all are synced. Until that is done, each of them is
    /// torn on its own, as is what gives them their names; a sync that fails may have written none.
    fn write_new(&self, files: &[NewFile<'_>], _mode: u32) -> io::Result<()> {
        let mut state = self.state();
        let mut new = Vec::new();
        for file in files {
            let cut = state.strike(false)?;
            let id = state.create(file.path)?;
            let bytes = file.bytes.to_vec();
            let written = File { now: bytes.clone(), unsynced: vec![(0, bytes)], ..File::default() };
            state.files.insert(id, written);
            new.push(id);
            state.after(cut)?;
        }
        let cut = state.sync(&new)?;
        state.after(cut)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let cut = state.strike(false)?;
        let id = state.find(from).ok_or_else(not_found)?;
        let (gone, (dir, name)) = (state.parent(from)?, state.parent(to)?);
        state.change(Change { gone: Some(gone), there: Some((dir, name, id)) });
        state.after(cut)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let gone = state.parent(path)?;
        state.find(path).ok_or_else(not_found)?;
        let cut = state.strike(false)?;
        state.change(Change { gone: Some(gone), there: None });
        state.after(cut)
    }

    fn remove_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.remove(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        let cut = state.strike(false)?;
        let id = state.create(dir)?;
        state.dirs.insert(id, Names::new());
        state.after(cut)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        let cut = state.strike(true)?;
        let id = state.find(dir).ok_or_else(not_found)?;
        if !cut {
            let (done, rest) =
                std::mem::take(&mut state.unsynced).into_iter().partition(|one| one.touches(id));
            state.unsynced = rest;
            let done: Vec<Change> = done;
            done.iter().for_each(|change| change.apply(&mut state.durable));
        }
        state.after(cut)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Writable>> {
        let mut state = self.state();
        state.file(path)?;
        let id = state.find(path).ok_or_else(not_found)?;
        Ok(Box::new(Handle { disk: self.clone(), id }))
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        let mut state = self.state();
        let length = state.file(path)?.now.len() as u64;
        Ok(Stamp { file: state.find(path).ok_or_else(not_found)?, length })
    }
}

#[derive(Debug)]
struct Handle {
    disk: Disk,
    id: u64,
}

impl Handle {
    fn write(&self, offset: Option<usize>, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let cut = state.strike(false)?;
        let file = state.files.get_mut(&self.id).unwrap();
        let offset = offset.unwrap_or(file.now.len());
        write_at(&mut file.now, offset, bytes);
        file.unsynced.push((offset, bytes.to_vec()));
        state.after(cut)
    }
}

impl Writable for Handle {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(None, bytes)
    }

    fn overwrite(&mut self, bytes: &[u8]) -> io::Result<()> {
        assert!(bytes.len() <= SECTOR, "an overwrite of {} bytes can be torn", bytes.len());
        self.write(Some(0), bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        while state.held {
            state.waiting_for_gate = true;
            self.disk.0.1.notify_all();
            state = self.disk.0.1.wait(state).unwrap();
        }
        state.waiting_for_gate = false;
        state.syncs += 1;
        let cut = state.sync(&[self.id])?;
        state.after(cut)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(Stamp { file: self.id, length: self.disk.state().files[&self.id].now.len() as u64 })
    }
}
