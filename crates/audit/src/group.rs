//! Group commit: one writer and many who wait. What arrives while a batch is being synced is the next batch, so the
//! cost of a sync is shared by all who ask at the same time, and nobody waits for a timer.

use crate::Error;
use crate::log::{Log, Receipt};
use crate::meter::Meter;
use crate::record::{Actor, Record};
use crate::secrets::Masker;
use crate::sink::Sink;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How much may wait, how much is written at once, and how long somebody waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Records that may wait; one more is refused.
    pub queue: usize,
    /// Records in one batch, unless a single append has more.
    pub batch: usize,
    /// Bytes of records in one batch, unless a single append has more.
    pub batch_bytes: usize,
    /// How long an append waits for the disk before it is an error.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { queue: 16_384, batch: 1024, batch_bytes: 4 << 20, patience: Duration::from_secs(30) }
    }
}

/// The sink of the process that owns the log: appends of all threads are joined into batches.
#[derive(Debug)]
pub struct GroupSink {
    shared: Arc<Shared>,
    limits: Limits,
    masker: Arc<Masker>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// Told when something waits or the sink is dropped.
    arrived: Condvar,
    meter: Meter,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    records: usize,
    /// Set by a failed write: nothing more is taken until a restart.
    stopped: Option<String>,
    /// Set while writing fails and is tried again.
    failing: Option<String>,
    /// Whether the writer sleeps until something arrives.
    idle: bool,
    closed: bool,
}

#[derive(Debug)]
struct Waiting {
    entries: Vec<Vec<u8>>,
    since: Instant,
    answer: SyncSender<Result<Vec<Receipt>, Error>>,
}

/// An append that has been queued.
#[derive(Debug)]
pub struct Pending {
    answer: Receiver<Result<Vec<Receipt>, Error>>,
    patience: Duration,
}

impl Pending {
    /// Waits until the records are durable. After an error they may still become so: nobody relies on them.
    pub fn wait(self) -> Result<Vec<Receipt>, Error> {
        match self.answer.recv_timeout(self.patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                let waited_ms = self.patience.as_millis().try_into().unwrap_or(u64::MAX);
                Err(Error::Slow { waited_ms })
            }
            Err(RecvTimeoutError::Disconnected) => Err(Error::Poisoned("its writer ended".into())),
        }
    }
}

impl GroupSink {
    /// A sink over a log that no other process writes to.
    pub fn new(log: Log) -> Result<GroupSink, Error> {
        GroupSink::with_limits(log, Limits::default())
    }

    /// The same with other limits.
    pub fn with_limits(log: Log, limits: Limits) -> Result<GroupSink, Error> {
        let shared =
            Arc::new(Shared { queue: Mutex::default(), arrived: Condvar::new(), meter: Meter::default() });
        let masker = Arc::clone(log.masker());
        let theirs = Arc::clone(&shared);
        let writer = std::thread::Builder::new()
            .name("audit-writer".into())
            .spawn(move || write_batches(log, &theirs, limits))
            .map_err(|e| Error::Poisoned(format!("no thread for its writer: {e}")))?;
        Ok(GroupSink { shared, limits, masker, writer: Some(writer) })
    }

    /// Queues records as one append: they become durable together and in order, or not at all.
    pub fn submit(&self, records: &[Record]) -> Result<Pending, Error> {
        self.submit_entries(
            records.iter().map(|record| self.masker.encode(record)).collect::<Result<_, _>>()?,
        )
    }

    /// The same for entries that are bytes already.
    pub fn submit_entries(&self, entries: Vec<Vec<u8>>) -> Result<Pending, Error> {
        if let Some(entry) = entries.iter().find(|entry| entry.len() > crate::tiles::MAX_ENTRY) {
            return Err(Error::RecordTooLarge { size: entry.len(), limit: crate::tiles::MAX_ENTRY });
        }
        let (answer, pending) = sync_channel(1);
        let mut queue = self.shared.lock();
        if let Some(why) = &queue.stopped {
            self.shared.meter.refused();
            return Err(Error::Poisoned(why.clone()));
        }
        if queue.records + entries.len() > self.limits.queue {
            self.shared.meter.refused();
            return Err(Error::QueueFull { waiting: queue.records, limit: self.limits.queue });
        }
        queue.records += entries.len();
        self.shared.meter.waits(queue.records);
        queue.waiting.push_back(Waiting { entries, since: Instant::now(), answer });
        let idle = queue.idle;
        drop(queue);
        if idle {
            self.shared.arrived.notify_one();
        }
        Ok(Pending { answer: pending, patience: self.limits.patience })
    }
}

impl Sink for GroupSink {
    fn append(&self, records: Vec<Record>) -> Result<Vec<Receipt>, Error> {
        self.submit(&records)?.wait()
    }

    fn stopped(&self) -> Option<String> {
        let queue = self.shared.lock();
        queue.stopped.clone().or_else(|| queue.failing.clone())
    }

    fn meter(&self) -> Option<&Meter> {
        Some(&self.shared.meter)
    }
}

impl Drop for GroupSink {
    /// Ends the writer when all that waits is written, so that the log's lock is not given away before.
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.arrived.notify_one();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has poisoned nothing that is read after this.
            let _ = writer.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Every change of the queue is whole before anything that can panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch, or nothing when the sink is gone and all is written.
    fn next_batch(&self, limits: &Limits) -> Option<Vec<Waiting>> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() {
            if queue.closed {
                return None;
            }
            queue.idle = true;
            queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.idle = false;
        let (mut batch, mut records, mut bytes) = (Vec::new(), 0, 0);
        while let Some(next) = queue.waiting.pop_front() {
            let more: usize = next.entries.iter().map(Vec::len).sum();
            if !batch.is_empty()
                && (records + next.entries.len() > limits.batch || bytes + more > limits.batch_bytes)
            {
                queue.waiting.push_front(next);
                break;
            }
            records += next.entries.len();
            bytes += more;
            batch.push(next);
        }
        queue.records -= records;
        self.meter.waits(queue.records);
        Some(batch)
    }
}

fn write_batches(mut log: Log, shared: &Shared, limits: Limits) {
    let mut failed = false;
    while let Some(batch) = shared.next_batch(&limits) {
        let entries: Vec<&[u8]> = batch.iter().flat_map(|one| &one.entries).map(Vec::as_slice).collect();
        let opened = if failed { reopen(&mut log) } else { Ok(()) };
        match opened.and_then(|()| append(&mut log, &entries)) {
            Ok(receipts) => {
                shared.meter.wrote(receipts.len());
                if std::mem::take(&mut failed) {
                    shared.lock().failing = None;
                }
                answer_all(batch, receipts, &shared.meter);
            }
            Err(error) if log.reopens() => {
                tracing::error!(%error, "the audit log can't be written: nothing runs until it can be again");
                failed = true;
                shared.meter.failed();
                shared.lock().failing = Some(error.to_string());
                refuse(batch, Arc::new(error));
            }
            Err(error) => {
                tracing::error!(%error, "the audit log stopped: nothing can be recorded until a restart");
                shared.meter.failed();
                stop(shared, batch, Arc::new(error));
            }
        }
    }
}

/// Each gets its receipts, the last first: whoever has several under way waits for the first of them, and finds the others
/// answered when it is.
fn answer_all(batch: Vec<Waiting>, mut receipts: Vec<Receipt>, meter: &Meter) {
    for Waiting { entries, since, answer } in batch.into_iter().rev() {
        meter.took(since.elapsed());
        // Who gave up waiting is not told.
        let _ = answer.try_send(Ok(receipts.split_off(receipts.len() - entries.len())));
    }
}

/// A connection that was lost is only noticed by a write: where a database can say whether that one took, it is asked, and
/// written to again if not.
fn append(log: &mut Log, entries: &[&[u8]]) -> Result<Vec<Receipt>, Error> {
    let first = log.len();
    let error = match log.append_entries(entries) {
        Err(error) if log.reopens() => error,
        done => return done,
    };
    if log.refresh().is_err() {
        return Err(error);
    }
    match log.receipts(first, entries)? {
        Some(receipts) => Ok(receipts),
        None => log.append_entries(entries),
    }
}

/// Reads what the database holds after a failed write, and goes on from there.
fn reopen(log: &mut Log) -> Result<(), Error> {
    log.refresh()?;
    if let Some(recovery) = log.recovery().cloned() {
        log.append(&[recovery.record(Actor::new("system", "recovery"))])?;
    }
    Ok(())
}

fn refuse(waiting: impl IntoIterator<Item = Waiting>, error: Arc<Error>) {
    for Waiting { answer, .. } in waiting {
        let _ = answer.try_send(Err(Error::Batch(Arc::clone(&error))));
    }
}

/// After a failed write nobody knows what the disk holds: all who wait are told, and nothing more is taken.
fn stop(shared: &Shared, batch: Vec<Waiting>, error: Arc<Error>) {
    let rest = {
        let mut queue = shared.lock();
        queue.stopped = Some(error.to_string());
        queue.records = 0;
        std::mem::take(&mut queue.waiting)
    };
    refuse(batch.into_iter().chain(rest), error);
}
