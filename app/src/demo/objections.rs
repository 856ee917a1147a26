//! "This is not right": what people of the demo company said against what was asked of them, and the answers.

use super::cast::{Cast, month_name, working_day, written};
use super::company::{Event, Step};
use super::desk::Desk;
use super::org::SECURITY_PM;
use super::roles::Roles;
use super::staff::{PRODUCT_CODE, Person, Post, SECOND_RULE};
use super::timeline::{LAST_MONTH, days_after, days_between};
use super::training::taken_in;
use jiff::ToSpan;
use jiff::civil::Date;
use keepsharp_domain::access::Role;

/// Somebody's objection as the story has it.
struct Said {
    who: usize,
    on: Date,
    words: String,
    /// When it was answered, and how.
    answer: Option<(Date, String)>,
}

impl Said {
    fn answered(who: usize, on: Date, words: impl Into<String>, after: i32, answer: impl Into<String>) -> Said {
        let on = working_day(on);
        Said { who, on, words: words.into(), answer: Some((working_day(days_after(on, after)), answer.into())) }
    }
}

/// What everybody said, and whose word waits for an answer.
pub(super) fn objections(cast: &mut Cast, roles: &Roles) -> (Vec<Step>, Vec<usize>) {
    let first = [
        of_the_trial,
        of_the_second_rule,
        back_from_leave,
        moved_in,
        moved_out,
        not_taken_in_yet,
        with_a_label,
        who_writes_no_code,
        moved_to_writing,
        newcomer,
    ];
    let said: Vec<Said> = first.into_iter().filter_map(|told| told(cast)).collect();
    let waiting = said.iter().filter(|said| said.answer.is_none()).map(|said| said.who).collect();
    (said.into_iter().flat_map(|said| steps(cast, roles, said)).collect(), waiting)
}

fn steps(cast: &Cast, roles: &Roles, said: Said) -> Vec<Step> {
    let (who, minute) = (cast.employee_id(said.who), i8::try_from(said.who % 45).unwrap_or(0));
    let objected = Desk::Objected { who: who.clone(), words: said.words };
    let mut steps = vec![Step::new(said.on, (9, minute), cast.author(said.who), Event::Desk(objected))];
    if let Some((on, words)) = said.answer {
        let by = if said.who.is_multiple_of(3) {
            roles.second(cast, Role::Owner, on)
        } else {
            roles.author(cast, Role::Owner, on)
        };
        steps.push(Step::new(on, (11, minute), by, Event::Desk(Desk::Answered { who, words })));
    }
    steps
}

/// The engineer whom a visitor becomes.
fn of_the_trial(cast: &mut Cast) -> Option<Said> {
    let [_, second, _] = &cast.company.timeline.rounds;
    let engineer = cast.engineer?;
    let took = *cast.days(engineer).first()?;
    Some(Said::answered(
        engineer,
        days_after(second.opens, 9),
        format!(
            "The letter that opened this round asks me for the full course. I took it in {} already, as one of those who tried it out.",
            month_name(took)
        ),
        1,
        format!(
            "You are right, and thank you for writing. Your course of {} stands in your record and counts; the letter went to everybody and should have said so. What is asked of you next is the refresher, by {}.",
            written(took),
            written(took.saturating_add(1.year()))
        ),
    ))
}

fn of_the_second_rule(cast: &mut Cast) -> Option<Said> {
    let from = cast.company.timeline.month(SECOND_RULE);
    let who = cast.pick(|cast, place, person| {
        person.work == "Site Reliability Engineer"
            && !person.leads
            && person.since + 1 < SECOND_RULE
            && cast.is_steady(place)
    })?;
    Some(Said::answered(
        who,
        days_after(from, 6),
        "I keep systems running and write no product code. Why am I asked for this since this month?",
        2,
        format!(
            "Because of our own incidents: two of last year's began in the scripts that deploy our product. Since {} the rule therefore covers site reliability as well. The course has a track for it, written with your colleagues; if it misses your work, tell Product Security and they will mend it.",
            written(from)
        ),
    ))
}

fn back_from_leave(cast: &mut Cast) -> Option<Said> {
    let (earliest, latest) = (days_after(cast.today(), -420), days_after(cast.today(), -45));
    let ended: Vec<(usize, Date)> = cast.company.absences.ended(latest).map(|(who, _, back)| (who, back)).collect();
    let fits = |cast: &Cast, who: usize, person: &Person| {
        let returned = ended.iter().any(|(other, back)| *other == who && earliest <= *back);
        returned && !person.leads && person.in_scope(LAST_MONTH) && cast.is_steady(who)
    };
    let who = cast.pick(fits)?;
    let back = ended.iter().filter(|(other, _)| *other == who).map(|(_, back)| *back).max()?;
    Some(Said::answered(
        who,
        days_after(back, 4),
        "I was on leave for months and came back this week. Does that time count against me?",
        1,
        format!(
            "No. Your leave is recorded and moves the date: nothing is due before {}, thirty days after you came back, and where your page shows a later day, that one holds. Welcome back.",
            written(days_after(back, 30))
        ),
    ))
}

/// Who crossed the border of the scope while they were here, and in which month.
fn crossings(cast: &Cast, inwards: bool) -> Vec<(usize, usize)> {
    let months = &cast.company.months;
    let scope = |posts: &[Post], who: usize| posts.iter().find(|post| post.person == who).map(|post| post.in_scope);
    let pairs = months
        .iter()
        .zip(months.iter().skip(1))
        .zip(1..)
        .filter(|(_, month)| (SECOND_RULE + 2..LAST_MONTH - 1).contains(month));
    pairs
        .flat_map(|((before, after), month)| {
            let crossed = move |post: &&Post| post.in_scope == inwards && scope(before, post.person) == Some(!inwards);
            after.iter().filter(crossed).map(move |post| (post.person, month))
        })
        .collect()
}

/// One of those who crossed, who is still on that side, and the first day there.
fn crossed(cast: &mut Cast, inwards: bool) -> Option<(usize, Date)> {
    let all = crossings(cast, inwards);
    let who = cast.pick(|cast, who, person| {
        all.iter().any(|(other, _)| *other == who)
            && !person.leads
            && person.in_scope(LAST_MONTH) == inwards
            && cast.is_steady(who)
    })?;
    let month = all.iter().filter(|(other, _)| *other == who).map(|(_, month)| *month).max()?;
    Some((who, cast.company.timeline.month(month)))
}

fn moved_in(cast: &mut Cast) -> Option<Said> {
    let (who, from) = crossed(cast, true)?;
    Some(Said::answered(
        who,
        days_after(from, 6),
        "I have only just come over to product engineering from another department. Is this meant for me already?",
        1,
        format!(
            "It is, and there is no hurry: you have thirty days from the day of the move, so until {}. Most people take the course once their first tasks have shown them the code; that is a good moment.",
            written(days_after(from, 30))
        ),
    ))
}

fn moved_out(cast: &mut Cast) -> Option<Said> {
    let (who, from) = crossed(cast, false)?;
    Some(Said::answered(
        who,
        days_after(from, 3),
        "I changed to another department this month and write no code there, but the calendar on my page still has a date.",
        2,
        format!(
            "You are right. With the roster of {} the rule no longer applies to you, so nothing is asked of you; take the date out of your calendar with a good conscience. What you completed stays in your record.",
            written(from)
        ),
    ))
}

fn not_taken_in_yet(cast: &mut Cast) -> Option<Said> {
    let timeline = cast.company.timeline;
    let (from, to) = (days_after(cast.today(), -300), days_after(cast.today(), -60));
    let waits = |on: Date| (4..=6).contains(&days_between(on, taken_in(timeline, on)));
    let is_new = |done: &&super::training::Completion| {
        (from..=to).contains(&done.on)
            && waits(done.on)
            && working_day(days_after(done.on, 1)) < taken_in(timeline, done.on)
    };
    let completions = cast.completions;
    let late: Vec<(usize, Date)> = completions.iter().filter(is_new).map(|done| (done.person, done.on)).collect();
    let who = cast.pick(|cast, who, person| {
        late.iter().any(|(other, _)| *other == who) && !person.leads && cast.is_steady(who)
    })?;
    let on = late.iter().filter(|(other, _)| *other == who).map(|(_, on)| *on).max()?;
    let listed = taken_in(timeline, on);
    let asked = working_day(days_after(on, 1));
    Some(Said::answered(
        who,
        asked,
        format!("I finished the course on {} and passed, but my page says that nothing is recorded.", written(on)),
        days_between(asked, listed) + 1,
        format!(
            "It was on its way: the list comes to us once a week, and yours came on {}. It stands in your record now, with the day on which you took it.",
            written(listed)
        ),
    ))
}

fn with_a_label(cast: &mut Cast) -> Option<Said> {
    let on = cast.ago(152);
    let who = cast.pick(|cast, who, person| {
        person.labels.contains(&PRODUCT_CODE)
            && person.in_scope(LAST_MONTH)
            && cast.is_steady(who)
            && cast.is_known(who, on)
    })?;
    Some(Said::answered(
        who,
        on,
        "My department is not Development, and yet the course for developers is asked of me. Is that a mistake?",
        3,
        "It is not, but it deserves an explanation. The rule also asks it of whoever has the label product-code in the roster, which your manager sets for people who commit to the product. If you no longer do, ask them to take the label away; the next roster then takes you out.",
    ))
}

fn who_writes_no_code(cast: &mut Cast) -> Option<Said> {
    let on = cast.ago(523);
    let who =
        cast.pick(|cast, who, person| person.work == SECURITY_PM && cast.is_steady(who) && cast.is_known(who, on))?;
    Some(Said::answered(
        who,
        on,
        "I am a product manager. I do not write code, so a course in secure coding can hardly be meant for me.",
        2,
        "It is meant for you, though not as a programmer: product managers for security decide what is built and what may wait. There is a track of its own for you, about threats and decisions, without a line of code. If it wastes your time, please say so in the feedback form; we read all of it.",
    ))
}

fn moved_to_writing(cast: &mut Cast) -> Option<Said> {
    let who = cast.engineer_known(cast.ago(400))?;
    let month = month_name(days_after(cast.today().first_of_month(), -40));
    let words = format!(
        "I moved to Technical Writing in {month} and do not write code any more. My manager knows; the roster does not seem to."
    );
    Some(Said { who, on: cast.ago(4), words, answer: None })
}

/// Somebody who has just joined, where there is somebody whom the roster knows already.
fn newcomer(cast: &mut Cast) -> Option<Said> {
    let on = cast.ago(2);
    let new = cast.pick(|cast, who, person| {
        let young = person.start.is_some_and(|start| (5..28).contains(&days_between(start, on)));
        young
            && person.in_scope(LAST_MONTH)
            && person.is_present()
            && cast.is_known(who, on)
            && cast.days(who).is_empty()
    });
    if let Some(who) = new {
        let start = cast.person(who)?.start?;
        let words = format!(
            "I started on {}, but my accounts only worked a week later. Could the thirty days be counted from then?",
            written(start)
        );
        return Some(Said { who, on, words, answer: None });
    }
    let who = cast.engineer_known(cast.ago(400))?;
    let words =
        "My page names a team that I left with the last reorganisation. The date looks right, the reason does not.";
    Some(Said { who, on, words: words.to_owned(), answer: None })
}
