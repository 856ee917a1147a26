//! Counts about people as they may be told: as ranges wide enough that nobody's own answer can be worked out.

/// Between how many people it is, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// No fewer.
    pub least: u64,
    /// No more.
    pub most: u64,
}

impl Range {
    fn width(self) -> u64 {
        self.most.saturating_sub(self.least).saturating_add(1)
    }
}

/// How many of `people` something holds for, as a range of at least `smallest` counts.
pub fn told(many: u64, people: u64, smallest: u32) -> Range {
    bin(many.min(people), people, u64::from(smallest.max(2)))
}

/// The same for counts that make up everybody together: each range stays so wide, although the sum is known.
pub fn told_together(counts: &[u64], smallest: u32) -> Vec<Range> {
    let people = counts.iter().fold(0u64, |sum, count| sum.saturating_add(*count));
    let least = u64::from(smallest.max(2));
    let mut width = least;
    loop {
        let bins: Vec<Range> = counts.iter().map(|count| bin(*count, people, width)).collect();
        let ranges = tightened(&bins, people);
        // With one bin for all there is nothing left to widen.
        if width >= people || ranges.iter().all(|range| range.width() >= least) {
            return ranges;
        }
        width = width.saturating_mul(2);
    }
}

/// The bin of a count among bins of at least `width` that divide 0 to `people` evenly.
fn bin(count: u64, people: u64, width: u64) -> Range {
    let all = u128::from(people) + 1;
    let bins = (all / u128::from(width.max(1))).max(1);
    let place = ((u128::from(count) + 1) * bins - 1) / all;
    let begins = |place: u128| u64::try_from(place * all / bins).unwrap_or(u64::MAX);
    Range { least: begins(place), most: begins(place + 1).saturating_sub(1) }
}

/// What is left of ranges when their sum is known.
fn tightened(ranges: &[Range], people: u64) -> Vec<Range> {
    let (mut least, mut most) = (0u64, 0u64);
    for range in ranges {
        least = least.saturating_add(range.least);
        most = most.saturating_add(range.most);
    }
    let within = |range: &Range| Range {
        least: range.least.max(people.saturating_sub(most.saturating_sub(range.most))),
        most: range.most.min(people.saturating_sub(least.saturating_sub(range.least))),
    };
    ranges.iter().map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(least: u64, most: u64) -> Range {
        Range { least, most }
    }

    #[test]
    fn of_few_people_nothing_is_told_and_of_many_nearly_all() {
        assert_eq!(told(0, 3, 3), range(0, 3));
        assert_eq!(told(5, 5, 3), range(3, 5));
        assert_eq!(told(98, 100, 3), range(97, 100));
        assert_eq!(told(833, 999, 2), range(832, 833));
        assert_eq!(told(9, 3, 3), range(0, 3), "more than there are people is a mistake, not a panic");
        assert_eq!(told_together(&[], 3), []);
        assert_eq!(told_together(&[3, 0, 0], 3), [range(0, 3); 3]);
        assert_eq!(told_together(&[u64::MAX, 1], 3).len(), 2);
    }

    proptest! {
        #[test]
        fn a_range_holds_the_count_and_as_many_others_as_the_smallest_group(
            people in 3u64..400, part in 0u64..1_000, smallest in 2u32..4,
        ) {
            let many = part.min(people);
            let found = told(many, people, smallest);
            prop_assert!(found.least <= many && many <= found.most && found.most <= people);
            prop_assert!(found.width() >= u64::from(smallest), "{found:?}");
        }

        #[test]
        fn though_the_sum_is_known_no_count_can_be_worked_out(
            counts in prop::collection::vec(0u64..90, 2..6), smallest in 2u32..6,
        ) {
            let people: u64 = counts.iter().sum();
            prop_assume!(people >= u64::from(smallest));
            let found = told_together(&counts, smallest);
            for (place, range) in found.iter().enumerate() {
                prop_assert!(range.least <= counts[place] && counts[place] <= range.most);
                // What whoever knows all ranges and the sum can still not tell apart.
                let others = |end: fn(&Range) -> u64| -> u64 {
                    found.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, range)| end(range)).sum()
                };
                let least = range.least.max(people.saturating_sub(others(|range| range.most)));
                let most = range.most.min(people - others(|range| range.least).min(people));
                prop_assert!(most - least + 1 >= u64::from(smallest), "{counts:?}: {found:?}");
            }
        }
    }
}
