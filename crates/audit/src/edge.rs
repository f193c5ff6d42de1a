//! The right edge of the tree in memory: every complete subtree that reaches past a given start.
//!
//! That is enough for the root and for the proofs of all entries from the start on, so a log opens by reading its
//! newest journal segment only.

use crate::Error;
use crate::merkle::{Hash, Nodes, Tree, leaf_hash, node_hash};

/// All complete subtrees at one level from `base` on.
#[derive(Debug, Clone)]
struct Level {
    base: u64,
    nodes: Vec<Hash>,
}

/// The complete subtrees that touch entries from `start` on, and those left of them that make up the start.
#[derive(Debug, Clone)]
pub struct Edge {
    start: u64,
    size: u64,
    levels: Vec<Level>,
}

impl Edge {
    /// An edge that begins at `start`, given the hashes of the complete subtrees that make up `0..start`: one for each
    /// set bit of `start`, the largest first.
    pub fn new(start: u64, peaks: &[Hash]) -> Result<Edge, Error> {
        if peaks.len() != start.count_ones() as usize {
            return Err(Error::damaged(format!(
                "{} subtree hashes can't make up {start} entries",
                peaks.len()
            )));
        }
        let mut peaks = peaks.iter().rev();
        let height = 64 - start.leading_zeros();
        let levels = (0..height)
            .map(|level| {
                let odd = start >> level & 1 == 1;
                let nodes = if odd { peaks.next().copied().into_iter().collect() } else { Vec::new() };
                Level { base: (start >> level) & !1, nodes }
            })
            .collect();
        Ok(Edge { start, size: start, levels })
    }

    /// The first entry whose leaf hash is here.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Entries in the whole tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry and returns its leaf hash.
    pub fn push_entry(&mut self, entry: &[u8]) -> Hash {
        let leaf = leaf_hash(entry);
        self.push(leaf);
        leaf
    }

    /// Adds a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut index = self.size;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Level { base: 0, nodes: Vec::new() });
            }
            let nodes = &mut self.levels[level].nodes;
            let left = nodes.last().copied();
            nodes.push(hash);
            match left {
                Some(left) if index & 1 == 1 => hash = node_hash(&left, &hash),
                _ => break,
            }
            index >>= 1;
        }
        self.size += 1;
    }

    /// The complete subtrees that make up the first `size` entries, the largest first.
    pub fn peaks(&self, size: u64) -> Result<Vec<Hash>, Error> {
        (0..64)
            .rev()
            .filter(|level| size >> level & 1 == 1)
            .map(|level| self.node(level, (size >> level) - 1))
            .collect()
    }

    /// The tree of all entries.
    pub fn tree(&self) -> Result<Tree<'_, Edge>, Error> {
        Tree::new(self, self.size)
    }

    /// A subtree, if it is held here.
    pub fn get(&self, level: u32, index: u64) -> Option<Hash> {
        let at = self.levels.get(level as usize)?;
        at.nodes.get(usize::try_from(index.checked_sub(at.base)?).ok()?).copied()
    }
}

impl Nodes for Edge {
    fn node(&self, level: u32, index: u64) -> Result<Hash, Error> {
        self.get(level, index)
            .ok_or_else(|| Error::damaged(format!("subtree {index} at level {level} is not in memory")))
    }
}
