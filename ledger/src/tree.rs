//! Which hash stands for a whole log, and what must be kept to extend it?

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A SHA-256 hash: of a leaf, of a node or of a whole tree.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash in standard base64 with padding, as C2SP tlog-checkpoint writes roots.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::to_base64`] writes; any other spelling of the same bytes is refused.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Hash> {
        Hash::from_slice(&STANDARD.decode(text).ok()?)
    }

    /// The hash of exactly 32 bytes; `None` for any other length.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Hash> {
        bytes.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The roots of the perfect subtrees of an append-only tree: all that is needed to append and to say the root.
///
/// A log of `size` leaves has one such root (peak) for each 1 in the binary form of `size`, the largest subtree first.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Frontier {
    size: u64,
    /// Invariant: as many as `size` has ones.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// How many leaves were pushed.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf, given by its [`leaf_hash`].
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // As adding one to a binary number carries: each trailing 1 is a peak as large as what we hold, and merges with it.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The Merkle tree hash of all leaves pushed (RFC 6962 section 2.1); SHA-256 of the empty string if there are none.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The peaks, left to right, 32 bytes each. The size is to be kept beside them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// Reads what [`Frontier::to_bytes`] wrote for a tree of `size` leaves; `None` if their number does not fit the size.
    ///
    /// Sizes from 2^63 are refused too, so that no amount of pushing can overflow.
    #[must_use]
    pub fn from_parts(size: u64, bytes: &[u8]) -> Option<Frontier> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && peaks.len() == size.count_ones() as usize && size >> 63 == 0;
        fits.then(|| Frontier { size, peaks: peaks.iter().copied().map(Hash).collect() })
    }
}

/// The hash of a leaf: SHA-256 of a zero byte and the entry's bytes (RFC 6962 section 2.1).
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0x00]).chain_update(bytes).finalize().into())
}

/// The hash of an inner node: SHA-256 of a one byte and its two children (RFC 6962 section 2.1).
///
/// The first byte differs from that of a leaf, so that no node can be passed off as an entry.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The Merkle tree hash of the leaves given by their [`leaf_hash`]es (RFC 6962 section 2.1).
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The root of the tree without leaves: SHA-256 of the empty string (RFC 6962 section 2.1).
pub(crate) fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// The two subtrees under the root: the left has the largest power of two smaller than the number of leaves (RFC 6962
/// section 2.1). `None` for fewer than two leaves, which have nothing to split.
pub(crate) fn split(leaves: &[Hash]) -> Option<(&[Hash], &[Hash])> {
    if leaves.len() < 2 {
        return None;
    }
    leaves.split_at_checked(leaves.len().next_power_of_two() / 2)
}

#[cfg(test)]
mod tests {
    use super::{Frontier, Hash, leaf_hash, node_hash, root_of, split};

    /// The inputs and roots used by the certificate-transparency project's own tests.
    const INPUTS: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_roots_are_those_certificate_transparency_published() {
        let leaves: Vec<Hash> = INPUTS.iter().map(|input| leaf_hash(input)).collect();
        let mut frontier = Frontier::new();
        for (size, root) in ROOTS.iter().enumerate() {
            assert_eq!(root_of(&leaves[..size]).to_string(), *root, "size {size}");
            assert_eq!(frontier.root().to_string(), *root, "size {size}, grown");
            if let Some(leaf) = leaves.get(size) {
                frontier.push(*leaf);
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_recursive_definition() {
        fn by_the_book(leaves: &[Hash]) -> Hash {
            match split(leaves) {
                Some((left, right)) => node_hash(&by_the_book(left), &by_the_book(right)),
                None => leaves[0],
            }
        }
        let leaves: Vec<Hash> = (0..200_u8).map(|i| leaf_hash(&[i])).collect();
        for size in 1..=leaves.len() {
            assert_eq!(root_of(&leaves[..size]), by_the_book(&leaves[..size]), "size {size}");
        }
    }

    #[test]
    fn a_frontier_goes_on_from_its_stored_bytes_as_if_it_had_never_stopped() {
        let mut frontier = Frontier::new();
        for i in 0..100_u8 {
            let restored = Frontier::from_parts(frontier.size(), &frontier.to_bytes()).unwrap();
            assert_eq!(restored, frontier);
            frontier.push(leaf_hash(&[i]));
        }
    }

    #[test]
    fn a_frontier_whose_peaks_do_not_fit_its_size_is_refused() {
        assert!(Frontier::from_parts(3, &[0; 64]).is_some());
        assert!(Frontier::from_parts(3, &[0; 32]).is_none());
        assert!(Frontier::from_parts(3, &[0; 63]).is_none());
        assert!(Frontier::from_parts(3, &[0; 65]).is_none());
        assert!(Frontier::from_parts(0, &[0; 32]).is_none());
        assert!(Frontier::from_parts(u64::MAX, &[0; 64 * 32]).is_none());
    }

    #[test]
    fn a_hash_has_one_spelling_in_base64() {
        let hash = leaf_hash(b"fact");
        assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
        // The last character before the padding carries two bits that must be zero.
        assert_eq!(Hash::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), Some(Hash([0; 32])));
        assert_eq!(Hash::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="), None);
        assert_eq!(Hash::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), None);
    }
}
