//! What people of the demo company ask of one another, and how it becomes facts.

use super::company::Author;
use keepsharp_domain::fact::{Asks, RequestMade};
use keepsharp_domain::person::{Person, PersonIx};
use keepsharp_domain::scope::Scope;
use keepsharp_domain::tally::manager_of;
use keepsharp_domain::{Day, Draft, Refusal, World, correction, deputy, encouragement, objection, request};

/// The one control.
pub(super) const CONTROL: &str = "TRN.2.01";

/// Something that somebody asks, says or takes back. People are named by employee id.
#[derive(Debug)]
pub(super) enum Desk {
    /// Somebody asks for a leave or an exception for themselves.
    Asked {
        /// Who.
        who: String,
        /// What for.
        asks: Asks,
        /// First day.
        from: Day,
        /// Day back, or last day.
        to: Option<Day>,
        /// In their words.
        reason: String,
    },
    /// The request of somebody that waits is decided.
    Settled {
        /// Whose.
        who: String,
        /// How.
        granted: bool,
        /// The word to them.
        word: String,
    },
    /// "This is not right."
    Objected {
        /// Who.
        who: String,
        /// In their words.
        words: String,
    },
    /// What somebody said is answered.
    Answered {
        /// Who said it.
        who: String,
        /// The answer.
        words: String,
    },
    /// Somebody acts for a manager.
    Deputised {
        /// Who is away.
        manager: String,
        /// Who acts.
        deputy: String,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// A manager writes to those who have not taken it yet.
    Encouraged {
        /// Whose team.
        manager: String,
        /// In which round.
        round: String,
    },
    /// A completion is taken back.
    CompletionWithdrawn {
        /// Whose.
        who: String,
        /// Its day.
        on: Day,
        /// Why.
        reason: String,
    },
    /// An exception is taken back.
    ExceptionWithdrawn {
        /// Whose.
        who: String,
        /// Its first day.
        from: Day,
        /// Why.
        reason: String,
    },
}

impl Desk {
    /// The facts it gives in this world.
    pub(super) fn decide(&self, world: &World, by: &Author, today: Day) -> Result<Vec<Draft>, Refusal> {
        match self {
            Desk::Asked { who, asks, from, to, reason } => {
                let person = person(world, who)?.1.id;
                let control = (*asks == Asks::Exception).then(|| CONTROL.into());
                request::make(
                    world,
                    RequestMade { person, asks: *asks, control, from: *from, to: *to, completion: None },
                    reason,
                )
            }
            Desk::Settled { who, granted, word } => {
                let ix = person(world, who)?.0;
                let open = world.requests().of(world, ix).find(|request| request.settled.is_none());
                let seq = open.map(|request| request.seq).ok_or_else(|| missing(who, "request"))?;
                request::settle(world, seq, *granted, word, by.person(world))
            }
            Desk::Objected { who, words } => objection::raise(world, person(world, who)?.0, CONTROL, words),
            Desk::Answered { who, words } => {
                let ix = person(world, who)?.0;
                let open = world.objections().of(world, ix).find(|objection| objection.answered.is_none());
                let seq = open.map(|objection| objection.seq).ok_or_else(|| missing(who, "objection"))?;
                objection::answer(world, seq, words)
            }
            Desk::Deputised { manager, deputy, from, to } => {
                deputy::name(world, person(world, manager)?.0, deputy, (*from, *to), today)
            }
            Desk::Encouraged { manager, round } => {
                let manager = person(world, manager)?.0;
                let people = not_yet(world, manager, round, today)?;
                encouragement::send(world, manager, round, &people, today)
            }
            Desk::CompletionWithdrawn { who, on, reason } => {
                let (ix, person) = person(world, who)?;
                let recorded = person.completions.iter().find(|completion| completion.on == *on);
                let seq = recorded.map(|completion| completion.seq).ok_or_else(|| missing(who, "completion"))?;
                correction::withdraw_completion(world, ix, u64::from(seq), reason)
            }
            Desk::ExceptionWithdrawn { who, from, reason } => {
                correction::withdraw_exception(world, person(world, who)?.0, CONTROL, *from, reason)
            }
        }
    }
}

/// Who has an employee id.
pub(super) fn person<'w>(world: &'w World, employee_id: &str) -> Result<(PersonIx, &'w Person), Refusal> {
    let ix = world.people().by_employee_id(employee_id);
    let found = ix.and_then(|ix| Some((ix, world.people().get(ix)?)));
    found.ok_or_else(|| Refusal::request(format!("no roster names {employee_id} yet")))
}

fn missing(who: &str, what: &str) -> Refusal {
    Refusal::request(format!("{who} has no such {what}"))
}

/// Of a manager's team, those who have not taken it yet in a round.
fn not_yet(world: &World, manager: PersonIx, round: &str, today: Day) -> Result<Vec<PersonIx>, Refusal> {
    let campaign = world.campaign(round).map_err(Refusal::request)?;
    let control = world.control(&campaign.control).map_err(Refusal::request)?;
    let scope = Scope::new(world, control);
    let is_asked = |person: &Person| {
        manager_of(world, person, today) == Some(manager)
            && scope.contains(person, today)
            && !person.on_leave(today)
            && !person.excepted(&control.id, today)
            && !person.completions.iter().any(|done| campaign.counts_since <= done.on && done.on <= today)
    };
    Ok(world.people().listed().filter(|(_, person)| is_asked(person)).map(|(ix, _)| ix).collect())
}

#[cfg(test)]
mod tests {
    use super::super::company::tests::worlds;
    use super::*;
    use keepsharp_domain::access::Role;
    use std::collections::BTreeSet;

    #[test]
    fn everything_that_pages_show_has_happened_in_the_demo() {
        for (today, _, world) in worlds() {
            let waits = |asks| world.requests().open().filter(|request| request.asked.asks == asks).count();
            assert_eq!((waits(Asks::Exception), waits(Asks::Leave)), (2, 1), "{today}");
            let settled: Vec<bool> =
                world.requests().all().filter_map(|request| Some(request.settled.as_ref()?.granted)).collect();
            assert_eq!((settled.len(), settled.iter().filter(|granted| !**granted).count()), (14, 2), "{today}");
            let open = world.objections().open().count();
            assert_eq!((open, world.objections().all().count() - open), (2, 8), "{today}");
            let deputies: Vec<_> = world
                .people()
                .listed()
                .flat_map(|(ix, _)| world.deputies().of(world, ix).collect::<Vec<_>>())
                .collect();
            assert_eq!(deputies.len(), 3, "{today}");
            let acting: Vec<_> = deputies.iter().filter(|named| named.from <= *today && *today <= named.to).collect();
            let away = |named: &&&&keepsharp_domain::fact::DeputyNamed| {
                world.people().by_id(named.manager).and_then(|ix| world.people().get(ix)).unwrap().on_leave(*today)
            };
            assert_eq!((acting.len(), acting.iter().filter(away).count()), (1, 1), "{today}");
            let notes = world.people().listed().map(|(ix, _)| world.notes().of(world, ix).count()).sum::<usize>();
            assert!((3..=4).contains(&notes), "{notes} notes on {today}");
        }
    }

    #[test]
    fn one_auditor_is_in_and_everybody_with_a_part_has_one_part_only() {
        for (today, _, world) in worlds() {
            let rooms: Vec<bool> = world.rooms().all().map(|room| room.is_open(*today)).collect();
            assert_eq!(rooms, [false, true], "{today}");
            let looked = |role| {
                let looks = world.people().listed().flat_map(|(ix, _)| world.looks().at(world, ix).collect::<Vec<_>>());
                looks.filter(|look| look.role == role).count()
            };
            assert_eq!((looked(Role::Auditor), looked(Role::Owner)), (12, 6), "{today}");
            let of_requests = world.requests().all().map(|request| request.asked.person);
            let all: Vec<_> = of_requests.chain(world.objections().all().map(|objection| objection.person)).collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{today}");
        }
    }
}
