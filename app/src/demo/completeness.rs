//! The accounts of the demo company's code host, laid beside its roster: is everybody who can change code asked to train?

use super::careers::Company;
use super::company::{Author, COMPLIANCE, Event, Step};
use super::org::unit_at;
use super::staff::{Person, line};
use super::timeline::{LAST_MONTH, days_after};
use crate::cli::sha256;
use jiff::civil::Date;
use keepsharp_domain::comparison::{self, Explaining, List, Wanted};
use keepsharp_domain::fact::Because;
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, PersonId, Refusal, World};
use std::collections::BTreeMap;

/// What the list is called.
const LIST: &str = "code-host";
/// Accounts that are nobody's of the roster: user name and name as the code host has them.
const ACCOUNTS: [(&str, &str); 3] = [
    ("larkfield-release-bot", "Release bot"),
    ("dependency-updates", "Dependency updates"),
    ("ext-tomasz-wilk", "Tomasz Wilk (external)"),
];
/// Of so many engineers one has no account there, up to so many in all.
const WITHOUT: (usize, usize) = (131, 2);

/// What happens to a list beside the roster.
#[derive(Debug)]
pub(super) enum Completeness {
    /// It is compared with the roster that holds on its day.
    Compared {
        /// Its day.
        on: Day,
        /// The file.
        csv: String,
    },
    /// It is said why an account is nobody's of the roster.
    Explained {
        /// Its user name.
        account: &'static str,
        /// Why.
        because: Because,
        /// In words.
        reason: &'static str,
    },
}

impl Completeness {
    /// The facts it gives in this world; `mint` makes fresh ids.
    pub(super) fn decide(
        &self,
        world: &World,
        today: Day,
        mint: &mut dyn FnMut() -> PersonId,
    ) -> Result<Vec<Draft>, Refusal> {
        match self {
            Completeness::Compared { on, csv } => {
                let (sha256, columns) = (sha256(csv.as_bytes()), BTreeMap::new());
                let list = List::read(File { bytes: csv.as_bytes(), sha256: &sha256, columns: &columns }, None)?;
                Ok(comparison::compare(world, &list, Wanted { list: LIST, on: *on, today }, mint)?.0)
            }
            Completeness::Explained { account, because, reason } => {
                let person = world.comparisons().find(account);
                let person = person.ok_or_else(|| Refusal::request(format!("no list names {account}")))?;
                comparison::explain(world, Explaining { list: LIST, person, because: *because, reason }, None)
            }
        }
    }
}

/// One comparison of last month, of whose strangers two are explained.
pub(super) fn steps(company: &Company) -> Vec<Step> {
    let month = LAST_MONTH - 1;
    let on = days_after(company.timeline.month(month), 8);
    let step = |day, time, told| Step::new(day, time, Author::Operator(COMPLIANCE), Event::Completeness(told));
    let explained = |account, reason| Completeness::Explained { account, because: Because::NotAPerson, reason };
    let later = days_after(on, 1);
    vec![
        step(on, (14, 10), Completeness::Compared { on, csv: accounts(company, month, on) }),
        step(
            later,
            (9, 20),
            explained("larkfield-release-bot", "Tags and publishes releases; its token is kept by Infrastructure."),
        ),
        step(later, (9, 22), explained("dependency-updates", "Opens merge requests that an engineer reviews.")),
    ]
}

/// Those who build the product and are there on the day, but for a few; somebody who left lately; and what is nobody's.
fn accounts(company: &Company, month: usize, on: Date) -> String {
    let builds = |person: &Person| unit_at(person.unit).is_some_and(super::org::Unit::builds);
    let posts = company.months.get(month).into_iter().flatten();
    let here =
        posts.filter(|post| post.start.is_none_or(|start| start <= on) && post.last_day.is_none_or(|last| last >= on));
    let (mut rows, mut engineers, mut without) = (Vec::new(), 0, 0);
    for post in here {
        let Some(person) = company.people.get(post.person) else { continue };
        engineers += usize::from(post.in_scope);
        if post.in_scope && !person.leads && without < WITHOUT.1 && engineers % WITHOUT.0 == 0 {
            without += 1;
        } else if post.in_scope || builds(person) {
            rows.push(line(&[&person.username, &person.name.shown]));
        }
    }
    let left = company.people.iter().filter(|person| {
        person.gone.is_some_and(|gone| gone + 2 >= month && gone <= month) && person.is_engineer() && builds(person)
    });
    rows.extend(left.take(1).map(|person| line(&[&person.username, &person.name.shown])));
    rows.extend(ACCOUNTS.iter().map(|(username, name)| line(&[username, name])));
    format!("username,name\n{}", rows.concat())
}

#[cfg(test)]
mod tests {
    use super::super::company::tests::worlds;
    use keepsharp_domain::comparison::{Side, differences};
    use keepsharp_domain::control::Control;

    #[test]
    fn a_list_has_bots_explained_a_contractor_and_a_leaver_to_explain_and_engineers_without_account() {
        for (today, _, world) in worlds() {
            let newest = world.comparisons().newest();
            assert_eq!(newest.len(), 1, "{today}");
            let controls: Vec<&Control> = world.controls().values().collect();
            let found = differences(world, newest[0], &controls);
            let count = |side, explained| {
                let concerns =
                    found.iter().filter(|one| one.side == side && (side == Side::List || !one.controls.is_empty()));
                concerns.filter(|one| one.explanation.is_some() == explained).count()
            };
            assert_eq!(count(Side::List, true), 2, "{today}: {found:?}");
            assert_eq!(count(Side::List, false), 2, "{today}: {found:?}");
            assert_eq!(count(Side::Roster, false), 2, "{today}");
            assert!(found.len() > 150, "{today}: sales and people have no account there");
        }
    }
}
