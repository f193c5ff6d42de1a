//! The newest segment in memory: the entries that are not in full tiles yet, and the tree's right edge over them.

use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::journal::{self, Frame};
use crate::merkle::Hash;
use crate::note::VerifierKey;
use crate::tiles::{self, WIDTH};

#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) edge: Edge,
    /// Entries from the edge's start on, length-prefixed, as a bundle has them.
    bytes: Vec<u8>,
    /// Where each entry begins in `bytes`, and the end of the last.
    offsets: Vec<usize>,
}

/// What a segment holds.
pub(crate) struct Segment {
    pub(crate) tail: Tail,
    /// The last checkpoint, not yet checked.
    pub(crate) note: String,
    /// Bytes that are whole frames.
    pub(crate) valid: usize,
}

impl Tail {
    pub(crate) fn new(edge: Edge) -> Tail {
        Tail { edge, bytes: Vec::new(), offsets: vec![0] }
    }

    pub(crate) fn start(&self) -> u64 {
        self.edge.start()
    }

    pub(crate) fn size(&self) -> u64 {
        self.edge.size()
    }

    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn push(&mut self, entry: &[u8]) -> Result<Hash, Error> {
        tiles::push_entry(&mut self.bytes, entry)?;
        self.offsets.push(self.bytes.len());
        Ok(self.edge.push_entry(entry))
    }

    pub(crate) fn entry(&self, index: u64) -> Option<&[u8]> {
        let at = usize::try_from(index.checked_sub(self.start())?).ok()?;
        let bytes = self.bytes.get(*self.offsets.get(at)?..*self.offsets.get(at + 1)?)?;
        tiles::take_entry(bytes).map(|(entry, _)| entry)
    }

    /// The length-prefixed entries from `from` on, which is not before the start.
    pub(crate) fn bundle_from(&self, from: u64) -> &[u8] {
        &self.bytes[self.offset(from)..]
    }

    /// The full bundle `number`, whose entries are all here.
    pub(crate) fn bundle(&self, number: u64) -> &[u8] {
        &self.bytes[self.offset(number * WIDTH)..self.offset((number + 1) * WIDTH)]
    }

    fn offset(&self, index: u64) -> usize {
        self.offsets[(index - self.start()) as usize]
    }

    /// The same tree with a tail that begins at `start`.
    pub(crate) fn starting_at(&self, start: u64) -> Result<Tail, Error> {
        let mut later = Tail::new(Edge::new(start, &self.edge.peaks(start)?)?);
        for index in start..self.size() {
            let entry = self.entry(index).ok_or_else(|| Error::damaged("the tail has a gap"))?;
            later.push(entry)?;
        }
        Ok(later)
    }

    /// The segment that holds this tail and nothing else.
    pub(crate) fn to_segment(&self, note: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = journal::start_frame(self.start(), &self.edge.peaks(self.start())?)?;
        bytes.extend_from_slice(&journal::append_frame(self.start(), self.len(), &self.bytes, note)?);
        Ok(bytes)
    }

    /// Reads the whole frames of a segment, up to `limit` entries in the tree.
    pub(crate) fn read_segment(bytes: &[u8], start: u64, limit: u64) -> Result<Segment, Error> {
        let Some((Frame::Start { start: named, peaks }, mut valid)) = journal::read_frame(bytes) else {
            return Err(Error::corrupt(start, "the journal doesn't begin as it should"));
        };
        if named != start || !start.is_multiple_of(WIDTH) {
            return Err(Error::corrupt(start, "the journal has another name than start"));
        }
        let mut tail = Tail::new(Edge::new(start, &peaks)?);
        let mut last = "";
        while let Some((frame, used)) = journal::read_frame(&bytes[valid..]) {
            let Frame::Append { first, entries, note } = frame else {
                return Err(Error::corrupt(tail.size(), "the journal begins anew in its middle"));
            };
            if first != tail.size() {
                return Err(Error::corrupt(tail.size(), format!("the journal goes on with record {first}")));
            }
            for entry in entries.into_iter().take(usize::try_from(limit - tail.size()).unwrap_or(usize::MAX))
            {
                tail.push(entry)?;
            }
            valid += used;
            last = note;
            if tail.size() == limit {
                break;
            }
        }
        Ok(Segment { tail, note: last.to_string(), valid })
    }
}

impl Segment {
    /// The checkpoint at the end, checked against key and content.
    pub(crate) fn head(&self, key: &VerifierKey) -> Result<Checkpoint, Error> {
        let size = self.tail.size();
        if self.note.is_empty() {
            return Err(Error::corrupt(size, "the journal holds no whole append"));
        }
        let head = Checkpoint::open(&self.note, key)
            .map_err(|e| Error::corrupt(size.saturating_sub(1), format!("the journal's checkpoint: {e}")))?;
        if head.size != size || head.root != self.tail.edge.tree()?.root() {
            let start = self.tail.start();
            return Err(Error::corrupt(
                start,
                "the records from there on are not those the checkpoint was signed over",
            ));
        }
        Ok(head)
    }
}
