//! The tree against RFC 6962's own recursive definition, and against another implementation of it.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use kubechat_audit::edge::Edge;
use kubechat_audit::merkle::{
    Hash, Nodes, Tree, empty_root, leaf_hash, node_hash, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

/// MTH(D[n]), word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH(m, D[n]), word for word.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, sibling) = if index < k {
        (naive_path(index, left), naive_root(right))
    } else {
        (naive_path(index - k, right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// SUBPROOF(m, D[n], b), word for word.
fn naive_subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, sibling) = if old <= k {
        (naive_subproof(old, left, whole), naive_root(right))
    } else {
        (naive_subproof(old - k, right, false), naive_root(left))
    };
    path.push(sibling);
    path
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn edge(leaves: &[Hash]) -> Edge {
    let mut edge = Edge::new(0, &[]).unwrap();
    leaves.iter().for_each(|leaf| edge.push(*leaf));
    edge
}

#[test]
fn every_small_tree_is_the_definitions() {
    let all = leaves(130);
    let edge = edge(&all);
    for size in 0..=all.len() {
        let tree = Tree::new(&edge, size as u64).unwrap();
        assert_eq!(tree.root(), naive_root(&all[..size]));
        for index in 0..size {
            let path = tree.inclusion(index as u64).unwrap();
            assert_eq!(path, naive_path(index, &all[..size]));
            verify_inclusion(index as u64, size as u64, &all[index], &path, &tree.root()).unwrap();
        }
        for old in 1..=size {
            let path = tree.consistency(old as u64).unwrap();
            assert_eq!(path, naive_subproof(old, &all[..size], true));
            let before = naive_root(&all[..old]);
            verify_consistency((old as u64, &before), (size as u64, &tree.root()), &path).unwrap();
        }
    }
}

#[test]
fn out_of_range_is_an_error() {
    let edge = edge(&leaves(5));
    let tree = Tree::new(&edge, 5).unwrap();
    assert!(tree.inclusion(5).is_err());
    assert!(tree.consistency(6).is_err());
    assert!(Tree::new(&edge, 6).is_err());
    assert!(Edge::new(3, &[[0; 32]]).is_err());
}

#[test]
fn another_implementation_agrees() {
    let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut ours = Edge::new(0, &[]).unwrap();
    for size in 1..=300_u64 {
        let entry = format!("entry {size}").into_bytes();
        ours.push_entry(&entry);
        theirs.push(entry);
        let tree = ours.tree().unwrap();
        assert_eq!(tree.root().as_slice(), theirs.root().as_bytes().as_slice());
        for index in (0..size).step_by(7) {
            let path = tree.inclusion(index).unwrap();
            assert_eq!(path.as_flattened(), theirs.prove_inclusion(index as usize).as_bytes());
        }
        for old in (1..size).step_by(11) {
            let path = tree.consistency(old).unwrap();
            assert_eq!(path.as_flattened(), theirs.prove_consistency((size - old) as usize).as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn larger_trees_are_the_definitions(size in 1_usize..3000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let all = leaves(size);
        let edge = edge(&all);
        let tree = edge.tree().unwrap();
        prop_assert_eq!(tree.root(), naive_root(&all));
        let (index, old) = (a.index(size), b.index(size) + 1);
        prop_assert_eq!(tree.inclusion(index as u64).unwrap(), naive_path(index, &all));
        prop_assert_eq!(tree.consistency(old as u64).unwrap(), naive_subproof(old, &all, true));
    }

    #[test]
    fn an_edge_that_begins_later_is_the_same_tree(start in 0_u64..6, more in 0_usize..700) {
        let start = start * 256;
        let all = leaves(start as usize + more);
        let whole = edge(&all);
        let mut later = Edge::new(start, &whole.peaks(start).unwrap()).unwrap();
        all[start as usize..].iter().for_each(|leaf| later.push(*leaf));
        let (tree, same) = (whole.tree().unwrap(), later.tree().unwrap());
        prop_assert_eq!(tree.root(), same.root());
        for index in start..all.len() as u64 {
            prop_assert_eq!(tree.inclusion(index).unwrap(), same.inclusion(index).unwrap());
        }
        prop_assert_eq!(whole.peaks(later.size()).unwrap(), later.peaks(later.size()).unwrap());
        if start > 0 {
            prop_assert!(start.is_power_of_two() || later.node(0, 0).is_err());
        }
    }

    #[test]
    fn a_changed_proof_proves_nothing(size in 2_usize..200, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), byte in 0_usize..32, flip in 1_u8..) {
        let all = leaves(size);
        let edge = edge(&all);
        let tree = edge.tree().unwrap();
        let (size, index) = (size as u64, a.index(size) as u64);
        let leaf = all[index as usize];
        let path = tree.inclusion(index).unwrap();
        let at = b.index(path.len());
        let mut changed = path.clone();
        changed[at][byte] ^= flip;
        prop_assert!(verify_inclusion(index, size, &leaf, &changed, &tree.root()).is_err());
        prop_assert!(verify_inclusion(index, size, &leaf, &path[..at], &tree.root()).is_err());
        let mut longer = path.clone();
        longer.push(leaf);
        prop_assert!(verify_inclusion(index, size, &leaf, &longer, &tree.root()).is_err());

        let old = index + 1;
        let before = Tree::new(&edge, old).unwrap().root();
        let mut proof = tree.consistency(old).unwrap();
        prop_assert!(verify_consistency((old, &leaf), (size, &tree.root()), &proof).is_err() || leaf == before);
        if !proof.is_empty() {
            let at = b.index(proof.len());
            proof[at][byte] ^= flip;
            prop_assert!(verify_consistency((old, &before), (size, &tree.root()), &proof).is_err());
        }
    }
}
