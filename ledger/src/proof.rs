//! Is this fact in that log, and is that log the beginning of this one?
//!
//! The proofs are those of RFC 6962 sections 2.1.1 and 2.1.2; that text does not say how to check them, so the checks follow its
//! successor, RFC 9162, sections 2.1.3.2 and 2.1.4.2. Making a proof hashes each leaf's subtree at most once.

use crate::tree::{Hash, empty_root, node_hash, root_of, split};

/// The hashes that lead from leaf `index` to the root of the tree of all `leaves` (RFC 6962 section 2.1.1), lowest first.
///
/// `None` if there is no leaf of that index.
#[must_use]
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let mut index = usize::try_from(index).ok()?;
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    let mut subtree = leaves;
    while let Some((left, right)) = split(subtree) {
        if index < left.len() {
            proof.push(root_of(right));
            subtree = left;
        } else {
            proof.push(root_of(left));
            index -= left.len();
            subtree = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Makes many inclusion proofs of one log: each takes a few hashes, after all perfect subtrees were hashed once.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// The roots of the perfect subtrees, by height: those of single leaves first.
    levels: Vec<Vec<Hash>>,
}

impl Proofs {
    /// Of the log with these leaves.
    #[must_use]
    pub fn of(leaves: &[Hash]) -> Proofs {
        let mut levels = vec![leaves.to_vec()];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let (pairs, _) = below.as_chunks::<2>();
            levels.push(pairs.iter().map(|[left, right]| node_hash(left, right)).collect());
        }
        Proofs { levels }
    }

    /// As [`inclusion_proof`].
    #[must_use]
    pub fn inclusion(&self, index: usize) -> Option<Vec<Hash>> {
        let (mut start, mut size) = (0, self.levels.first().map_or(0, Vec::len));
        if index >= size {
            return None;
        }
        let mut proof = Vec::new();
        while size > 1 {
            let left = size.next_power_of_two() / 2;
            if index < start + left {
                proof.push(self.root(start + left, size - left)?);
                size = left;
            } else {
                proof.push(self.root(start, left)?);
                (start, size) = (start + left, size - left);
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// The root of the leaves from `start`, which begin where a subtree of their tree does.
    fn root(&self, start: usize, size: usize) -> Option<Hash> {
        if size.is_power_of_two() {
            let height = size.trailing_zeros() as usize;
            return self.levels.get(height)?.get(start >> height).copied();
        }
        let left = size.next_power_of_two() / 2;
        Some(node_hash(&self.root(start, left)?, &self.root(start + left, size - left)?))
    }
}

/// Whether `proof` shows that `leaf` is number `index` of the tree of `size` leaves with this `root` (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let mut hash = leaf;
    for sibling in proof {
        hash = match climb.step() {
            Some(Side::Left) => node_hash(sibling, &hash),
            Some(Side::Right) => node_hash(&hash, sibling),
            None => return false,
        };
    }
    climb.is_at_root() && hash == root
}

/// The hashes that show the first `old_size` of the `leaves` to be the beginning of all of them (RFC 6962 section 2.1.2).
///
/// `None` if there are fewer than `old_size`. The RFC leaves the empty tree out; it is the beginning of every tree, which takes
/// no hashes to show.
#[must_use]
pub fn consistency_proof(leaves: &[Hash], old_size: u64) -> Option<Vec<Hash>> {
    let mut old_size = usize::try_from(old_size).ok()?;
    if old_size > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    if old_size == 0 {
        return Some(proof);
    }
    let mut subtree = leaves;
    // Whether the subtree still begins at leaf 0: if the old tree is all of it, the verifier knows its root already.
    let mut from_zero = true;
    while old_size < subtree.len()
        && let Some((left, right)) = split(subtree)
    {
        if old_size <= left.len() {
            proof.push(root_of(right));
            subtree = left;
        } else {
            proof.push(root_of(left));
            old_size -= left.len();
            subtree = right;
            from_zero = false;
        }
    }
    if !from_zero {
        proof.push(root_of(subtree));
    }
    proof.reverse();
    Some(proof)
}

/// Whether `proof` shows that the tree of `old_size` leaves with `old_root` is the beginning of the tree of `new_size` leaves
/// with `new_root` (RFC 9162 section 2.1.4.2).
///
/// With an `old_size` of 0 any tree follows, as there is nothing it could contradict.
#[must_use]
pub fn verify_consistency(old_size: u64, new_size: u64, old_root: Hash, new_root: Hash, proof: &[Hash]) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root && (old_size != 0 || old_root == empty_root());
    }
    if old_size == 0 {
        return proof.is_empty() && old_root == empty_root();
    }
    // An old tree that is perfect is itself a node of the new one: the proof leaves it out, and the climb begins there.
    let (start, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        match proof.split_first() {
            Some((first, rest)) => (*first, rest),
            None => return false,
        }
    };
    let levels = (old_size - 1).trailing_ones();
    // At most 63: an old size of 2^64 does not exist, so the shift cannot overflow.
    let mut climb = Climb { node: (old_size - 1) >> levels, last: (new_size - 1) >> levels };
    let (mut old, mut new) = (start, start);
    for sibling in rest {
        match climb.step() {
            Some(Side::Left) => {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
            }
            Some(Side::Right) => new = node_hash(&new, sibling),
            None => return false,
        }
    }
    climb.is_at_root() && old == old_root && new == new_root
}

/// On which side of the climbing node its sibling hangs.
enum Side {
    Left,
    Right,
}

/// A node on its way up to the root, by its number on its level and that of the level's last node ("fn" and "sn" in RFC 9162).
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    /// Goes up to the next node that has a sibling below it, and says on which side; `None` if the root has been reached.
    fn step(&mut self) -> Option<Side> {
        if self.is_at_root() {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // The last node of a level may have no sibling: it then stands on the next level unchanged.
            while self.node & 1 == 0 && self.node != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Some(side)
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    fn is_at_root(&self) -> bool {
        self.last == 0
    }
}

/// An inclusion proof with its signed head in one text (C2SP `tlog-proof`), for a file that somebody keeps.
#[must_use]
pub fn tlog_proof(index: u64, proof: &[Hash], checkpoint: &str) -> String {
    let hashes: String = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{checkpoint}")
}

#[cfg(test)]
mod tests {
    use super::{Proofs, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
    use crate::tree::{Hash, empty_root, leaf_hash, root_of};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn the_example_of_rfc_6962_section_2_1_3_comes_out_as_drawn() {
        let d = leaves(7);
        // "The audit path for d0 is [b, h, l]", with b = d1, h = hash(d2, d3), l = hash of d4 to d6.
        assert_eq!(inclusion_proof(&d, 0).unwrap(), [d[1], root_of(&d[2..4]), root_of(&d[4..])]);
        // "The audit path for d3 is [c, g, l]".
        assert_eq!(inclusion_proof(&d, 3).unwrap(), [d[2], root_of(&d[..2]), root_of(&d[4..])]);
        // "The audit path for d4 is [f, j, k]".
        assert_eq!(inclusion_proof(&d, 4).unwrap(), [d[5], d[6], root_of(&d[..4])]);
        // "The audit path for d6 is [i, k]".
        assert_eq!(inclusion_proof(&d, 6).unwrap(), [root_of(&d[4..6]), root_of(&d[..4])]);
        // PROOF(3, D[7]) = [c, d, g, l].
        assert_eq!(consistency_proof(&d, 3).unwrap(), [d[2], d[3], root_of(&d[..2]), root_of(&d[4..])]);
        // PROOF(4, D[7]) = [l].
        assert_eq!(consistency_proof(&d, 4).unwrap(), [root_of(&d[4..])]);
        // PROOF(6, D[7]) = [i, j, k].
        assert_eq!(consistency_proof(&d, 6).unwrap(), [root_of(&d[4..6]), d[6], root_of(&d[..4])]);
    }

    #[test]
    fn many_proofs_at_once_are_those_that_are_made_one_by_one() {
        for size in 0..=70 {
            let all = leaves(size);
            let proofs = Proofs::of(&all);
            for index in 0..=usize::try_from(size).unwrap() {
                assert_eq!(proofs.inclusion(index), inclusion_proof(&all, index as u64), "{index} of {size}");
            }
        }
    }

    #[test]
    fn a_proof_shows_nothing_but_its_own_leaf_and_sizes() {
        let all = leaves(20);
        for size in 1..=20_u64 {
            let tree = &all[..usize::try_from(size).unwrap()];
            let root = root_of(tree);
            for index in 0..size {
                let leaf = all[usize::try_from(index).unwrap()];
                let proof = inclusion_proof(tree, index).unwrap();
                for claimed in 0..=20 {
                    assert_eq!(
                        verify_inclusion(claimed, size, leaf, &proof, root),
                        claimed == index,
                        "{claimed} for {index}/{size}"
                    );
                }
                assert!(!verify_inclusion(index, size, leaf_hash(b"other"), &proof, root));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!verify_inclusion(index, size, leaf, shorter, root));
                }
                assert!(!verify_inclusion(index, size, leaf, &[proof.as_slice(), &[leaf]].concat(), root));
            }
            for old_size in 1..=size {
                let old_root = root_of(&all[..usize::try_from(old_size).unwrap()]);
                let proof = consistency_proof(tree, old_size).unwrap();
                for claimed in 1..=20 {
                    assert_eq!(
                        verify_consistency(claimed, size, old_root, root, &proof),
                        claimed == old_size,
                        "{claimed} for {old_size}/{size}"
                    );
                }
                let other = leaf_hash(b"other");
                assert!(!verify_consistency(old_size, size, other, root, &proof));
                assert!(!verify_consistency(old_size, size, old_root, other, &proof));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!verify_consistency(old_size, size, old_root, root, shorter));
                }
                assert!(!verify_consistency(old_size, size, old_root, root, &[proof.as_slice(), &[root]].concat()));
            }
        }
    }

    #[test]
    fn what_is_not_there_has_no_proof() {
        let three = leaves(3);
        assert_eq!(inclusion_proof(&three, 3), None);
        assert_eq!(inclusion_proof(&[], 0), None);
        assert_eq!(consistency_proof(&three, 4), None);
        assert!(!verify_inclusion(0, 0, three[0], &[], three[0]));
        assert!(!verify_consistency(4, 3, three[0], three[0], &[]));
    }

    #[test]
    fn the_empty_log_is_the_beginning_of_every_log_and_has_one_root() {
        let root = root_of(&leaves(5));
        assert_eq!(consistency_proof(&leaves(5), 0), Some(Vec::new()));
        assert!(verify_consistency(0, 5, empty_root(), root, &[]));
        assert!(verify_consistency(0, 0, empty_root(), empty_root(), &[]));
        assert!(!verify_consistency(0, 5, root, root, &[]));
        assert!(!verify_consistency(0, 0, root, root, &[]));
        assert!(!verify_consistency(0, 5, empty_root(), root, &[root]));
    }

    #[test]
    fn sizes_at_the_end_of_the_numbers_neither_overflow_nor_loop() {
        let hash = leaf_hash(b"");
        for length in 0..70 {
            let proof = vec![hash; length];
            assert!(!verify_inclusion(u64::MAX - 1, u64::MAX, hash, &proof, hash));
            assert!(!verify_inclusion(0, u64::MAX, hash, &proof, hash));
            assert!(!verify_consistency(u64::MAX - 1, u64::MAX, hash, hash, &proof));
            assert!(!verify_consistency(1 << 63, u64::MAX, hash, hash, &proof));
            assert!(!verify_consistency(1, u64::MAX, hash, hash, &proof));
        }
    }
}
