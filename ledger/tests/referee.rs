//! Do others compute the same? Two crates written by others from the same specifications are the referee.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use keepsharp_ledger::checkpoint::Checkpoint;
use keepsharp_ledger::key::{SigningKey, VerifierKey};
use keepsharp_ledger::note::{open_note, sign_note};
use keepsharp_ledger::proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
use keepsharp_ledger::tree::{Frontier, Hash, leaf_hash, root_of};
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::{prop_assert, prop_assert_eq};
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::tlog;

/// The referee's tree, kept as it likes it: all hashes of perfect subtrees in one list.
#[derive(Default)]
struct Theirs(Vec<tlog::Hash>);

impl tlog::HashReader for Theirs {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

/// The leaves of a log of so many facts, and the referee's tree of them.
fn log(size: u64) -> (Vec<Hash>, Theirs) {
    let mut theirs = Theirs::default();
    let mut leaves = Vec::new();
    for n in 0..size {
        let fact = format!("fact {n}");
        let hashes = tlog::stored_hashes(n, fact.as_bytes(), &theirs).unwrap();
        theirs.0.extend(hashes);
        leaves.push(leaf_hash(fact.as_bytes()));
    }
    (leaves, theirs)
}

fn first(leaves: &[Hash], size: u64) -> &[Hash] {
    &leaves[..usize::try_from(size).unwrap()]
}

fn to_theirs(hashes: &[Hash]) -> Vec<tlog::Hash> {
    hashes.iter().map(|hash| tlog::Hash(hash.0)).collect()
}

fn to_ours(hashes: &[tlog::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

#[test]
fn roots_of_all_sizes_are_the_referees() {
    let (leaves, theirs) = log(300);
    let mut frontier = Frontier::new();
    for size in 0..=300 {
        let root = tlog::tree_hash(size, &theirs).unwrap();
        assert_eq!(root_of(first(&leaves, size)).0, root.0, "size {size}");
        assert_eq!(frontier.root().0, root.0, "size {size}, grown");
        if let Some(leaf) = leaves.get(usize::try_from(size).unwrap()) {
            frontier.push(*leaf);
        }
    }
}

#[test]
fn inclusion_proofs_are_the_referees_and_both_accept_them() {
    let (leaves, theirs) = log(130);
    for size in (1..=40).chain(60..=68).chain(127..=130) {
        let tree = first(&leaves, size);
        let root = root_of(tree);
        for index in 0..size {
            let leaf = leaves[usize::try_from(index).unwrap()];
            let proof = inclusion_proof(tree, index).unwrap();
            assert_eq!(proof, to_ours(&tlog::prove_record(size, index, &theirs).unwrap()), "{index}/{size}");
            assert!(verify_inclusion(index, size, leaf, &proof, root), "{index}/{size}");
            let root = tlog::Hash(root.0);
            tlog::check_record(&to_theirs(&proof), size, root, index, tlog::Hash(leaf.0)).unwrap();
        }
    }
}

#[test]
fn consistency_proofs_are_the_referees_and_both_accept_them() {
    let (leaves, theirs) = log(130);
    let roots: Vec<Hash> = (0..=130).map(|size| root_of(first(&leaves, size))).collect();
    for new_size in (1..=40).chain(60..=68).chain(127..=130) {
        let new_root = roots[usize::try_from(new_size).unwrap()];
        for old_size in 1..=new_size {
            let old_root = roots[usize::try_from(old_size).unwrap()];
            let proof = consistency_proof(first(&leaves, new_size), old_size).unwrap();
            assert_eq!(
                proof,
                to_ours(&tlog::prove_tree(new_size, old_size, &theirs).unwrap()),
                "{old_size}/{new_size}"
            );
            assert!(verify_consistency(old_size, new_size, old_root, new_root, &proof));
            let (old_root, new_root) = (tlog::Hash(old_root.0), tlog::Hash(new_root.0));
            tlog::check_tree(&to_theirs(&proof), new_size, new_root, old_size, old_root).unwrap();
        }
    }
}

#[test]
fn proofs_in_a_log_of_a_hundred_thousand_are_quick() {
    let leaves: Vec<Hash> = (0..100_000_u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
    let root = root_of(&leaves);
    let proof = inclusion_proof(&leaves, 77_777).unwrap();
    assert!(verify_inclusion(77_777, 100_000, leaves[77_777], &proof, root));
    let proof = consistency_proof(&leaves, 77_777).unwrap();
    assert!(verify_consistency(77_777, 100_000, root_of(&leaves[..77_777]), root, &proof));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn proofs_between_random_sizes_are_the_referees(size in 1_u64..1_500, other in any::<u64>(), bit in any::<usize>()) {
        let (leaves, theirs) = log(size);
        let root = root_of(&leaves);
        prop_assert_eq!(root.0, tlog::tree_hash(size, &theirs).unwrap().0);

        let index = other % size;
        let leaf = leaves[usize::try_from(index).unwrap()];
        let proof = inclusion_proof(&leaves, index).unwrap();
        prop_assert_eq!(&proof, &to_ours(&tlog::prove_record(size, index, &theirs).unwrap()));
        prop_assert!(verify_inclusion(index, size, leaf, &proof, root));
        if !proof.is_empty() {
            prop_assert!(!verify_inclusion(index, size, leaf, &flipped(&proof, bit), root));
        }

        let old_size = other % size + 1;
        let old_root = root_of(first(&leaves, old_size));
        let proof = consistency_proof(&leaves, old_size).unwrap();
        prop_assert_eq!(&proof, &to_ours(&tlog::prove_tree(size, old_size, &theirs).unwrap()));
        prop_assert!(verify_consistency(old_size, size, old_root, root, &proof));
        if !proof.is_empty() {
            prop_assert!(!verify_consistency(old_size, size, old_root, root, &flipped(&proof, bit)));
        }
    }

    /// Whatever hashes are put before them, ours and the referee come to the same verdict.
    #[test]
    fn made_up_proofs_are_judged_as_the_referee_does(
        old in 1_u64..40, new in 1_u64..40, picks in proptest::collection::vec(0_usize..40, 0..8),
    ) {
        let (leaves, _) = log(40);
        let proof: Vec<Hash> = picks.iter().map(|pick| leaves[*pick]).collect();
        let theirs = to_theirs(&proof);
        let (root, leaf) = (root_of(first(&leaves, new)), leaves[0]);
        prop_assert_eq!(
            verify_inclusion(old, new, leaf, &proof, root),
            tlog::check_record(&theirs, new, tlog::Hash(root.0), old, tlog::Hash(leaf.0)).is_ok()
        );
        let old_root = root_of(first(&leaves, old));
        prop_assert_eq!(
            verify_consistency(old, new, old_root, root, &proof),
            tlog::check_tree(&theirs, new, tlog::Hash(root.0), old, tlog::Hash(old_root.0)).is_ok()
        );
    }

    #[test]
    fn keys_notes_and_checkpoints_are_the_referees(seed in any::<[u8; 32]>(), size in any::<u64>(), root in any::<[u8; 32]>()) {
        let ours = SigningKey::from_seed("keepsharp.example/ledger/k7", seed).unwrap();
        let theirs = StandardSigner::new(&ours.to_text()).unwrap();
        let vkey = ours.verifier().to_string();
        prop_assert_eq!(theirs.name(), ours.name());
        prop_assert_eq!(theirs.key_id().to_be_bytes(), ours.verifier().id().0);
        prop_assert_eq!(vkey.parse::<VerifierKey>().unwrap(), ours.verifier());
        prop_assert_eq!(SigningKey::from_text(&ours.to_text()).unwrap().verifier(), ours.verifier());

        let checkpoint = Checkpoint { origin: ours.name().to_owned(), size, root: Hash(root) };
        let note = checkpoint.sign(&ours);

        let read = Note::from_bytes(note.as_bytes()).unwrap();
        let (known, unknown) = read.verify(&VerifierList::new(vec![Box::new(StandardVerifier::new(&vkey).unwrap())])).unwrap();
        prop_assert_eq!((known.len(), unknown.len()), (1, 0));
        let theirs_read = tlog_tiles::Checkpoint::from_bytes(read.text()).unwrap();
        prop_assert_eq!(theirs_read.origin(), checkpoint.origin.as_str());
        prop_assert_eq!(theirs_read.size(), size);
        prop_assert_eq!(theirs_read.hash().0, root);

        let mut written = Note::new(checkpoint.to_text().as_bytes(), &[]).unwrap();
        written.add_sigs(&[&theirs]).unwrap();
        prop_assert_eq!(String::from_utf8(written.to_bytes()).unwrap(), note.clone());
        prop_assert_eq!(Checkpoint::open(&note, &[ours.verifier()]).unwrap(), checkpoint);
    }

    #[test]
    fn a_note_of_any_text_is_read_by_both(text in "[^\\x00-\\x1f]{0,40}(\n[^\\x00-\\x1f]{0,10}){0,5}\n") {
        let key = SigningKey::from_seed("log", [3; 32]).unwrap();
        let note = sign_note(&text, &key);
        prop_assert_eq!(open_note(&note, &[key.verifier()]).unwrap(), &text);
        let theirs = Note::from_bytes(note.as_bytes()).unwrap();
        prop_assert_eq!(theirs.text(), text.as_bytes());
    }
}

/// The proof with one bit of one of its hashes changed.
fn flipped(proof: &[Hash], bit: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let bit = bit % (proof.len() * 256);
    proof[bit / 256].0[bit % 256 / 8] ^= 1 << (bit % 8);
    proof
}
