//! Subtree hashes from the full tiles on disk.

use crate::edge::Edge;
use crate::merkle::{Hash, Nodes, subtree_root};
use crate::storage::Storage;
use crate::tiles::{HEIGHT, WIDTH, read_tile, tile_path};
use crate::{Error, files};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Tiles kept in memory: enough for the paths of neighbouring proofs, 1 MiB at most.
const CACHED: usize = 128;

/// The hashes of full tiles, by level and number.
type Tiles = HashMap<(u32, u64), Arc<Vec<Hash>>>;

#[derive(Debug)]
pub(crate) struct StoredTiles {
    storage: Arc<dyn Storage>,
    dir: PathBuf,
    cache: Mutex<Tiles>,
}

impl StoredTiles {
    pub(crate) fn new(storage: &Arc<dyn Storage>, dir: &Path) -> StoredTiles {
        StoredTiles { storage: Arc::clone(storage), dir: dir.to_path_buf(), cache: Mutex::default() }
    }

    /// The hashes of a tile, or nothing if it isn't full yet.
    fn tile(&self, level: u32, number: u64) -> Result<Option<Arc<Vec<Hash>>>, Error> {
        if let Some(tile) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&(level, number)) {
            return Ok(Some(Arc::clone(tile)));
        }
        let bytes = match files::read(self.storage.as_ref(), &tile_path(&self.dir, level, number)) {
            Ok(bytes) => bytes,
            Err(e) if e.is_not_found() => return Ok(None),
            Err(e) => return Err(e),
        };
        let tile = Arc::new(read_tile(&bytes, level, number)?);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert((level, number), Arc::clone(&tile));
        Ok(Some(tile))
    }
}

impl Nodes for StoredTiles {
    fn node(&self, level: u32, index: u64) -> Result<Hash, Error> {
        let (tile_level, within) = (level / HEIGHT, level % HEIGHT);
        let first = index << within;
        if let Some(tile) = self.tile(tile_level, first / WIDTH)? {
            let at = (first % WIDTH) as usize;
            return Ok(subtree_root(&tile[at..at + (1 << within)]));
        }
        if tile_level == 0 {
            return Err(Error::corrupt(first, format!("tile {} of its hashes is missing", first / WIDTH)));
        }
        // Not full yet: each of its hashes is the root of a full tile below.
        let hashes = (first..first + (1 << within))
            .map(|number| self.full_tile_root(tile_level - 1, number))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(subtree_root(&hashes))
    }
}

impl StoredTiles {
    fn full_tile_root(&self, level: u32, number: u64) -> Result<Hash, Error> {
        match self.tile(level, number)? {
            Some(tile) => Ok(subtree_root(&tile)),
            None => {
                let first = crate::tiles::first_index(level, number);
                Err(Error::corrupt(first, format!("tile {number} at level {level} is missing")))
            }
        }
    }
}

/// The whole tree: the right edge from memory, the rest from disk.
pub(crate) struct WholeTree<'t> {
    pub(crate) edge: &'t Edge,
    pub(crate) stored: &'t StoredTiles,
}

impl Nodes for WholeTree<'_> {
    fn node(&self, level: u32, index: u64) -> Result<Hash, Error> {
        match self.edge.get(level, index) {
            Some(hash) => Ok(hash),
            None => self.stored.node(level, index),
        }
    }
}
