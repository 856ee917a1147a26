//! By what is a manager's row known again, without saying who they are?

use crate::World;
use crate::person::PersonId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Stands for a manager in the hidden parts of an issue. Without the secret it says of nobody's id whether it is theirs, so
/// that whoever keeps a copy of the issue can't find an erased person in the ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowMark([u8; 8]);

impl fmt::Display for RowMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for RowMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for RowMark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hex =
            text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let number = u64::from_str_radix(text, 16).ok().filter(|_| is_hex);
        number.map(|number| RowMark(number.to_be_bytes())).ok_or_else(|| "a row's mark is 16 hex digits".to_owned())
    }
}

/// Makes the marks of one campaign's rows.
#[derive(Clone)]
pub struct RowMarks {
    /// The hash of what all of them begin with.
    begun: Sha256,
}

impl RowMarks {
    /// Of a campaign. The secret is to be known to nobody who may read the issue.
    #[must_use]
    pub fn new(secret: &[u8; 32], campaign: &str) -> RowMarks {
        let length = (campaign.len() as u64).to_be_bytes();
        RowMarks { begun: Sha256::new().chain_update(secret).chain_update(length).chain_update(campaign) }
    }

    /// A manager's.
    #[must_use]
    pub fn of(&self, manager: PersonId) -> RowMark {
        let digest = self.begun.clone().chain_update(manager.to_string()).finalize();
        let mut mark = [0; 8];
        for (byte, of_digest) in mark.iter_mut().zip(digest) {
            *byte = of_digest;
        }
        RowMark(mark)
    }

    /// Whose these marks are; those that are nobody's stay away. Somebody who was merged into another is found as well.
    #[must_use]
    pub fn whose(&self, world: &World, marks: impl Iterator<Item = RowMark>) -> BTreeMap<RowMark, PersonId> {
        let mut wanted: Vec<RowMark> = marks.collect();
        wanted.sort_unstable();
        wanted.dedup();
        let everybody = world.people().all().map(|(_, person)| (self.of(person.id), person.id));
        everybody.filter(|(mark, _)| wanted.binary_search(mark).is_ok()).take(wanted.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_people_campaigns_and_secrets_apart_and_reads_back() {
        let id = |number: u8| PersonId::from_random([number; 10]);
        let mark = |secret: u8, campaign: &str, person: u8| RowMarks::new(&[secret; 32], campaign).of(id(person));
        assert_eq!(mark(1, "a", 1), mark(1, "a", 1));
        for other in [mark(2, "a", 1), mark(1, "b", 1), mark(1, "a", 2)] {
            assert_ne!(mark(1, "a", 1), other);
        }
        let text = mark(1, "a", 1).to_string();
        assert_eq!((text.len(), text.parse()), (16, Ok(mark(1, "a", 1))));
        for wrong in [id(1).to_string(), text.to_uppercase() + "0", String::new(), "+00000000000000a".to_owned()] {
            assert!(wrong.parse::<RowMark>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn marks_are_found_again_among_everybody_the_world_knows() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,"]);
        let marks = RowMarks::new(&[7; 32], "K");
        let (mara, ana) = (world.person("M1").id, world.person("E1").id);
        let nobody = marks.of(PersonId::from_random([9; 10]));
        let found = marks.whose(&world, [marks.of(mara), nobody, marks.of(mara)].into_iter());
        assert_eq!(found, BTreeMap::from([(marks.of(mara), mara)]));
        assert_eq!(marks.whose(&world, [marks.of(ana)].into_iter()).len(), 1);
    }
}
