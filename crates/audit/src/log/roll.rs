//! Turning the journal into full tiles, and going on with a short one.

use crate::journal::segment_path;
use crate::log::{Log, recover};
use crate::merkle::{Hash, Nodes, subtree_root};
use crate::stored::{StoredTiles, WholeTree};
use crate::tiles::first_index;
use crate::tiles::{HEIGHT, TileWriter, WIDTH};
use crate::{Error, files};
use std::sync::Arc;

impl Log {
    /// Writes every full tile the journal holds, then replaces the journal by what is left. Each step leaves a log
    /// that opens: the tiles' contents are durable before any has its name, their names before the new segment has its
    /// own, and that before the old one goes.
    pub(super) fn roll(&mut self) -> Result<(), Error> {
        let (start, to) = (self.tail.start(), self.tail.size() / WIDTH * WIDTH);
        if to == start {
            return Ok(());
        }
        let storage = Arc::clone(&self.storage);
        let mut writer = TileWriter::new(&self.dir);
        for number in start / WIDTH..to / WIDTH {
            writer.bundle(number, self.tail.bundle(number));
            writer.tile(0, number, &self.tile_hashes(0, number)?);
        }
        for level in 1.. {
            let span = HEIGHT * (level + 1);
            if to >> span == 0 {
                break;
            }
            for number in start >> span..to >> span {
                let hashes = self.tile_hashes(level, number)?;
                if self.tail.edge.get(span, number) != Some(subtree_root(&hashes)) {
                    let first = first_index(level, number);
                    return Err(Error::corrupt(first, "a stored tile from there on is not what was logged"));
                }
                writer.tile(level, number, &hashes);
            }
        }
        writer.finish(storage.as_ref())?;

        let tail = self.tail.starting_at(to)?;
        let bytes = tail.to_segment(&self.head.note)?;
        let path = segment_path(&self.dir, to);
        files::replace(storage.as_ref(), &path, &bytes, 0o640)?;
        files::sync_dir(storage.as_ref(), &self.dir.join("journal"))?;
        self.segment = storage.open(&path).map_err(Error::io("cannot open", &path))?;
        self.segment_len = bytes.len() as u64;
        self.tail = tail;
        recover::remove_older(storage.as_ref(), &self.dir, to)
    }

    fn tile_hashes(&self, level: u32, number: u64) -> Result<Vec<Hash>, Error> {
        let stored = StoredTiles::new(&self.storage, &self.dir);
        let tree = WholeTree { edge: &self.tail.edge, stored: &stored };
        (number * WIDTH..(number + 1) * WIDTH).map(|index| tree.node(level * HEIGHT, index)).collect()
    }
}
