//! What the demo company does about the control itself: reviews, checks for 100 % with what followed, and what its auditors ask for.

use super::cast::Cast;
use super::company::{Author, Event, Step};
use super::roles::{PRESENT, Roles};
use super::timeline::{Timeline, days_after};
use jiff::ToSpan;
use keepsharp_domain::access::Role;
use keepsharp_domain::fact::{EvidenceRequested, Verdict};
use keepsharp_domain::hand_over::Answer;
use keepsharp_domain::{Day, Draft, Refusal, World, assurance, hand_over};

const CONTROL: &str = "TRN.2.01";

/// A thing that is done about the control.
#[derive(Debug)]
pub(super) enum Care {
    /// Its owner reviewed it.
    Reviewed(Verdict, &'static str),
    /// How it stood on a day is recorded.
    Checked(Day),
    /// What followed from the latest check.
    Followed(&'static str),
    /// The auditor whose room is open asks for something.
    Asked(&'static str, Option<Day>),
    /// The oldest request that waits is answered.
    Answered(&'static str),
}

impl Care {
    /// The facts of it.
    pub(super) fn decide(&self, world: &World, today: Day) -> Result<Vec<Draft>, Refusal> {
        match self {
            Care::Reviewed(verdict, remark) => assurance::review(world, CONTROL, *verdict, remark, today),
            Care::Checked(day) => assurance::check(world, CONTROL, *day, today),
            Care::Followed(remark) => {
                let latest = world.assurance().checks(CONTROL).map(|check| check.seq).max();
                assurance::follow(world, latest.unwrap_or_default(), remark)
            }
            Care::Asked(words, wanted_by) => asked(world, words, *wanted_by, today),
            Care::Answered(words) => {
                let oldest = world.hand_overs().open().next().map(|request| request.seq).unwrap_or_default();
                hand_over::answer(world, oldest, &Answer { words, file: None }, today)
            }
        }
    }
}

fn asked(world: &World, words: &str, wanted_by: Option<Day>, today: Day) -> Result<Vec<Draft>, Refusal> {
    let room = world.rooms().all().find(|room| room.is_open(today));
    let room = room.ok_or_else(|| Refusal::request("no room is open"))?;
    let asked = EvidenceRequested {
        room: Some(room.seq),
        control: room.control.clone(),
        from: room.from,
        to: room.to,
        on: today,
        wanted_by,
        words: words.into(),
    };
    hand_over::ask(world, asked)
}

/// What followed from the checks, the latest last.
const FOLLOWED: [&str; 4] = [
    "Managers were asked to set an hour aside; two teams that had a release at the quarter’s end got until the middle of the next month.",
    "Newcomers got the course in their first week instead of a link in their fourth: most of those overdue had joined in summer.",
    "The two teams with most people overdue had moved departments and lost their reminders; their managers were told, and the roster was mended.",
    "Those overdue were written to once, with the refresher that takes twenty minutes; the rest of the round goes on.",
];

/// Reviews each spring, a check at the end of each fiscal quarter, and what the auditor of this autumn asks for.
pub(super) fn steps(cast: &Cast, roles: &Roles) -> Vec<Step> {
    let timeline = cast.company.timeline;
    let owner = |day| roles.author(cast, Role::Owner, day);
    let told = |day, time, by, care| Step::new(day, time, by, Event::Care(care));
    let mut steps = Vec::new();
    for (month, verdict, remark) in [
        (5, Verdict::Stands, "Scope, cadence and courses were read against what teams build today."),
        (
            11,
            Verdict::ToBeChanged,
            "Those who build the platform’s infrastructure write code that ships; the scope is to name them.",
        ),
        (
            23,
            Verdict::Stands,
            "The wider scope was looked at a year on: it holds, and the lists agree with the code host’s.",
        ),
        (35, Verdict::Stands, "Read with the content’s owner; the refresher covers what went wrong this year."),
    ] {
        let day = days_after(timeline.month(month), 12);
        if day < cast.today() {
            steps.push(told(day, (14, 5), owner(day), Care::Reviewed(verdict, remark)));
        }
    }
    let checks = quarter_ends(timeline);
    for (day, number) in checks.iter().zip(0..) {
        let next = days_after(*day, 1);
        steps.push(told(next, (2, 10), Author::Operator("system"), Care::Checked(*day)));
        let followed = FOLLOWED.get(number % FOLLOWED.len()).copied().unwrap_or_default();
        let later = days_after(*day, 9);
        if later < cast.today() {
            steps.push(told(later, (9, 40), owner(later), Care::Followed(followed)));
        }
    }
    let auditor = || Author::Auditor(PRESENT.name);
    let (asked, answered, open) = (cast.ago(8), cast.ago(7), cast.ago(2));
    let due = days_after(cast.today(), 5);
    steps.push(told(
        asked,
        (13, 0),
        auditor(),
        Care::Asked("How is the course kept up to date, and who approves it?", None),
    ));
    let answer = "The content’s owner reads it each quarter against our own incidents; the control’s owner signs the review of the whole, as the control’s file shows.";
    steps.push(told(answered, (15, 20), owner(answered), Care::Answered(answer)));
    steps.push(told(
        open,
        (10, 45),
        auditor(),
        Care::Asked("The policy document in force in the period, as approved", Some(due)),
    ));
    steps
}

/// The last days of the fiscal quarters that were over while people were known.
fn quarter_ends(timeline: &Timeline) -> Vec<Day> {
    let months = (1..=super::timeline::LAST_MONTH).map(|number| timeline.month(number));
    let starts = months.filter(|day| matches!(day.month(), 2 | 5 | 8 | 11));
    starts.map(|day| day.saturating_sub(1.day())).filter(|day| days_after(*day, 1) < timeline.today).collect()
}
