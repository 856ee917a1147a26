//! Which departments may be shown on which days, and which stand together so that no small one can be worked out.

use super::Count;
use crate::Day;
use std::collections::BTreeMap;
use std::iter::Sum;

/// People who are shown together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Those whose first department it is.
    Department(Box<str>),
    /// Those of whom the roster names none.
    NoDepartment,
    /// Those of departments too small to be shown, and of as many others as it takes.
    OtherDepartments,
}

impl Group {
    /// What lists print for it.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Group::Department(name) => name,
            Group::NoDepartment => "No department",
            Group::OtherDepartments => "Other departments",
        }
    }
}

/// How large a group is on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// In scope, not excepted, not on leave.
    pub population: u64,
    /// Of those, who is current.
    pub current: u64,
}

impl Sum for Size {
    fn sum<I: Iterator<Item = Size>>(sizes: I) -> Size {
        sizes.fold(Size::default(), |sum, size| Size {
            population: sum.population + size.population,
            current: sum.current + size.current,
        })
    }
}

/// A group as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Whom it shows together.
    pub group: Group,
    /// By day: the population, which is never smaller than the smallest group, and of those who is current.
    pub days: Vec<(Day, u64, Count)>,
}

type Groups = Vec<(Group, Vec<Size>)>;

/// The groups as they may be shown, by name, the folded one last. A day on which everybody together is too few is left out,
/// so that a company's departments are shown although it was not there a year ago.
pub(super) fn shown(days: &[Day], groups: &BTreeMap<Group, Vec<Size>>, smallest: u32) -> Vec<Department> {
    let at = |place: usize| groups.values().filter_map(move |sizes| sizes.get(place)).copied().sum::<Size>();
    let is_shown = |place: &usize| at(*place).population >= u64::from(smallest.max(1));
    let places: Vec<usize> = (0..days.len()).filter(is_shown).collect();
    let pick = |sizes: &[Size]| places.iter().filter_map(|place| sizes.get(*place)).copied().collect();
    let groups: Groups = groups.iter().map(|(group, sizes)| (group.clone(), pick(sizes))).collect();
    let groups = folded(groups, u64::from(smallest));
    let mut found: Vec<Department> =
        groups.iter().map(|(group, _)| Department { group: group.clone(), days: Vec::new() }).collect();
    for (index, day) in places.iter().filter_map(|place| days.get(*place)).enumerate() {
        let sizes: Vec<Size> = groups.iter().filter_map(|(_, sizes)| sizes.get(index)).copied().collect();
        let current: Vec<u64> = sizes.iter().map(|size| size.current).collect();
        for ((department, size), current) in found.iter_mut().zip(sizes).zip(counts(&current, smallest)) {
            department.days.push((*day, size.population, current));
        }
    }
    found
}

/// Groups that are too small on any day, together, and with them the next smallest while they are too few on any day.
fn folded(groups: Groups, smallest: u64) -> Groups {
    let fewest = |sizes: &[Size]| sizes.iter().map(|size| size.population).min().unwrap_or(0);
    let all = |sizes: &[Size]| sizes.iter().map(|size| size.population).sum::<u64>();
    let mut groups: Groups = groups.into_iter().filter(|(_, sizes)| all(sizes) > 0).collect();
    groups.sort_by(|(a, first), (b, second)| (fewest(first), all(first), a).cmp(&(fewest(second), all(second), b)));
    let small = groups.partition_point(|(_, sizes)| fewest(sizes) < smallest);
    if small > 0 {
        let mut kept = groups.split_off(small).into_iter();
        let mut together = sum_of(&groups);
        while fewest(&together) < smallest {
            // Everybody together is enough on each day that is shown, so this ends before there is nobody left.
            let Some((_, sizes)) = kept.next() else { return Vec::new() };
            together = together.iter().zip(&sizes).map(|(a, b)| [*a, *b].into_iter().sum()).collect();
        }
        groups = kept.chain([(Group::OtherDepartments, together)]).collect();
    }
    groups.sort_by(|(a, _), (b, _)| a.cmp(b));
    groups
}

fn sum_of(groups: &Groups) -> Vec<Size> {
    let days = groups.iter().map(|(_, sizes)| sizes.len()).max().unwrap_or(0);
    (0..days).map(|place| groups.iter().filter_map(|(_, sizes)| sizes.get(place)).copied().sum()).collect()
}

/// Counts whose sum is known, as they may be shown. Where what is held back could be worked out from the sum, because it is
/// one count or each is the least or the most that it can be, the next smallest is told only roughly.
fn counts(values: &[u64], smallest: u32) -> Vec<Count> {
    let mut shown: Vec<Count> = values.iter().map(|value| Count::of(*value, smallest)).collect();
    let held_back: Vec<u64> =
        values.iter().copied().filter(|value| matches!(Count::of(*value, smallest), Count::FewerThan(_))).collect();
    let all = |limit: u64| held_back.iter().all(|value| *value == limit);
    let can_be_worked_out = held_back.len() == 1 || all(1) || all(u64::from(smallest).saturating_sub(1));
    if held_back.is_empty() || !can_be_worked_out {
        return shown;
    }
    let next =
        values.iter().enumerate().filter(|(_, value)| **value >= u64::from(smallest)).min_by_key(|(_, value)| **value);
    if let Some((place, value)) = next
        && let Some(count) = shown.get_mut(place)
    {
        let roughly = (1..32).map(|power| smallest.saturating_mul(1 << power)).find(|limit| u64::from(*limit) > *value);
        *count = Count::FewerThan(roughly.unwrap_or(u32::MAX));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    fn shown_of(groups: &[(&str, &[u64])]) -> Vec<(String, Vec<u64>)> {
        let days = ["2024-01-31", "2024-02-29", "2024-03-31"].map(on);
        let sizes = |sizes: &[u64]| sizes.iter().map(|size| Size { population: *size, current: 0 }).collect();
        let group = |name: &str| if name.is_empty() { Group::NoDepartment } else { Group::Department(name.into()) };
        let groups = groups.iter().map(|(name, of)| (group(name), sizes(of))).collect();
        let found = shown(&days, &groups, 3);
        let populations =
            |department: &Department| department.days.iter().map(|(_, population, _)| *population).collect();
        found.iter().map(|department| (department.group.label().to_owned(), populations(department))).collect()
    }

    fn check(groups: &[(&str, &[u64])], expected: &[(&str, &[u64])]) {
        let expected: Vec<_> = expected.iter().map(|(label, sizes)| ((*label).to_owned(), sizes.to_vec())).collect();
        assert_eq!(shown_of(groups), expected, "{groups:?}");
    }

    #[test]
    fn a_department_is_shown_only_if_it_is_large_enough_on_every_day() {
        check(&[("b", &[3, 3, 3]), ("a", &[9, 3, 4])], &[("a", &[9, 3, 4]), ("b", &[3, 3, 3])]);
        check(
            &[("a", &[9, 9, 9]), ("b", &[9, 2, 9]), ("", &[1, 1, 1])],
            &[("a", &[9, 9, 9]), ("Other departments", &[10, 3, 10])],
        );
    }

    #[test]
    fn the_others_take_in_the_next_smallest_while_they_are_too_few_on_any_day() {
        check(
            &[("a", &[9, 9, 9]), ("b", &[5, 5, 5]), ("c", &[2, 2, 0])],
            &[("a", &[9, 9, 9]), ("Other departments", &[7, 7, 5])],
        );
        check(&[("a", &[9, 9, 9]), ("b", &[2, 2, 2])], &[("Other departments", &[11, 11, 11])]);
    }

    #[test]
    fn a_day_on_which_everybody_is_too_few_is_not_shown() {
        check(&[("a", &[0, 5, 5]), ("b", &[2, 5, 5])], &[("a", &[5, 5]), ("b", &[5, 5])]);
        check(&[("a", &[1, 1, 1]), ("b", &[1, 1, 1])], &[]);
        check(&[("a", &[5, 5, 5]), ("b", &[0, 0, 0])], &[("a", &[5, 5, 5])]);
        check(&[], &[]);
    }

    #[test]
    fn a_count_that_the_sum_gives_away_takes_the_next_smallest_with_it() {
        use Count::{Exactly, FewerThan};
        assert_eq!(counts(&[0, 3, 12], 3), [Exactly(0), Exactly(3), Exactly(12)]);
        assert_eq!(counts(&[2, 7, 12], 3), [FewerThan(3), FewerThan(12), Exactly(12)]);
        assert_eq!(counts(&[1, 1, 6], 3), [FewerThan(3), FewerThan(3), FewerThan(12)]);
        assert_eq!(counts(&[2, 2, 5], 3), [FewerThan(3), FewerThan(3), FewerThan(6)]);
        assert_eq!(counts(&[1, 2, 5], 3), [FewerThan(3), FewerThan(3), Exactly(5)]);
        assert_eq!(counts(&[0, 2], 3), [Exactly(0), FewerThan(3)]);
    }
}
