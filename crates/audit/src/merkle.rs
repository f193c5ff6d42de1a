//! The RFC 6962 Merkle tree: hashes, roots, and proofs over any source of complete-subtree hashes.

use crate::Error;
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of an entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two subtrees side by side.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree without entries.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root over the hashes of a full tile, or of an aligned part of one.
pub(crate) fn subtree_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            node_hash(&subtree_root(left), &subtree_root(right))
        }
    }
}

/// Where hashes of complete subtrees come from.
pub trait Nodes {
    /// The hash of entries `index << level .. (index + 1) << level`.
    fn node(&self, level: u32, index: u64) -> Result<Hash, Error>;
}

/// The tree at one size, with the hashes of its incomplete right flank computed once for all its proofs.
pub struct Tree<'a, N: Nodes + ?Sized> {
    nodes: &'a N,
    size: u64,
    /// For each incomplete subtree that ends at `size`: where it begins, and its hash. Leftmost first.
    flank: Vec<(u64, Hash)>,
}

impl<'a, N: Nodes + ?Sized> Tree<'a, N> {
    /// The tree of the first `size` entries of `nodes`.
    pub fn new(nodes: &'a N, size: u64) -> Result<Tree<'a, N>, Error> {
        let mut flank: Vec<(u64, Hash)> = Vec::new();
        // From the smallest complete subtree on the right to the largest on the left.
        for level in (0..64).filter(|level| size >> level & 1 == 1) {
            let index = (size >> level) - 1;
            let own = nodes.node(level, index)?;
            let hash = flank.last().map_or(own, |(_, right)| node_hash(&own, right));
            flank.push((index << level, hash));
        }
        flank.reverse();
        Ok(Tree { nodes, size, flank })
    }

    /// The root.
    pub fn root(&self) -> Hash {
        self.flank.first().map_or_else(empty_root, |(_, hash)| *hash)
    }

    /// The path from entry `index` to the root, the sibling of the leaf first.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, Error> {
        if index >= self.size {
            return Err(Error::OutOfRange { index, len: self.size });
        }
        let (mut low, mut high) = (0, self.size);
        let mut path = Vec::with_capacity(self.size.ilog2() as usize + 1);
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                path.push(self.range(middle, high)?);
                high = middle;
            } else {
                path.push(self.range(low, middle)?);
                low = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// What shows that the tree of the first `old` entries is a prefix of this one.
    pub fn consistency(&self, old: u64) -> Result<Vec<Hash>, Error> {
        if old > self.size {
            return Err(Error::OutOfRange { index: old, len: self.size });
        }
        if old == 0 || old == self.size {
            return Ok(Vec::new());
        }
        let (mut low, mut high) = (0, self.size);
        let mut path = Vec::new();
        while old != high {
            let middle = low + split(high - low);
            if old <= middle {
                path.push(self.range(middle, high)?);
                high = middle;
            } else {
                path.push(self.range(low, middle)?);
                low = middle;
            }
        }
        // The verifier already has the old root, so a subtree that is the whole old tree is left out.
        if low != 0 {
            path.push(self.range(low, high)?);
        }
        path.reverse();
        Ok(path)
    }

    fn range(&self, low: u64, high: u64) -> Result<Hash, Error> {
        let count = high - low;
        if count.is_power_of_two() {
            let level = count.trailing_zeros();
            return self.nodes.node(level, low >> level);
        }
        match self.flank.iter().find(|(start, _)| *start == low) {
            Some((_, hash)) if high == self.size => Ok(*hash),
            _ => Err(Error::damaged(format!("no hash of entries {low} to {high} at size {}", self.size))),
        }
    }
}

/// The largest power of two smaller than `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}

/// The root that `path` gives for a leaf at `index` in a tree of `size`, if the path has the right length.
pub fn root_from_inclusion(index: u64, size: u64, leaf: &Hash, path: &[Hash]) -> Result<Hash, Error> {
    if index >= size {
        return Err(Error::BadProof(format!("there is no entry {index} in a tree of {size}")));
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return Err(Error::BadProof("its path is too long".into()));
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A right edge without sibling rises until it has one.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 { Ok(hash) } else { Err(Error::BadProof("its path is too short".into())) }
}

/// Checks that the entry with this leaf hash is at `index` of the tree with this size and root.
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, path: &[Hash], root: &Hash) -> Result<(), Error> {
    if root_from_inclusion(index, size, leaf, path)? == *root {
        return Ok(());
    }
    Err(Error::BadProof("the record, its index or its path don't lead to the signed root".into()))
}

/// Checks that the tree (`old`, `old_root`) is a prefix of the tree (`new`, `new_root`).
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    path: &[Hash],
) -> Result<(), Error> {
    let fail = |what: &str| Err(Error::BadProof(what.to_string()));
    if old > new {
        return fail("the older tree is the larger one");
    }
    if old == 0 || old == new {
        let roots_agree = if old == 0 { *old_root == empty_root() } else { old_root == new_root };
        return if roots_agree && path.is_empty() { Ok(()) } else { fail("the trees differ") };
    }
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut siblings = path.iter();
    let first = if node == 0 { Some(old_root) } else { siblings.next() };
    let Some(first) = first else { return fail("its path is too short") };
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in siblings {
        if last == 0 {
            return fail("its path is too long");
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return fail("its path is too short");
    }
    if from_old != *old_root || from_new != *new_root {
        return fail("the older tree is not a prefix of the newer one");
    }
    Ok(())
}
