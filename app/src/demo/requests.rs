//! Leaves and exceptions that people of the demo company asked for in the last year, and what they were told.

use super::cast::{Cast, month_name, written};
use super::company::{Event, Step};
use super::desk::Desk;
use super::roles::Roles;
use super::staff::Person;
use super::timeline::{LAST_MONTH, days_after};
use jiff::civil::Date;
use keepsharp_domain::access::Role;
use keepsharp_domain::fact::Asks;

/// A request as the story has it; days are counted from today.
struct Wish {
    asks: Asks,
    asked: i32,
    from: i32,
    to: i32,
    /// With the places `{from}` (a day), `{until}` and `{before}` (months).
    reason: &'static str,
    /// After how many days it was decided, how, and with which word.
    settled: Option<(i32, bool, &'static str)>,
}

const fn leave(asked: i32, (from, to): (i32, i32), reason: &'static str, after: i32, word: &'static str) -> Wish {
    Wish { asks: Asks::Leave, asked, from, to, reason, settled: Some((after, true, word)) }
}

const fn exception(
    asked: i32,
    (from, to): (i32, i32),
    reason: &'static str,
    settled: Option<(i32, bool, &'static str)>,
) -> Wish {
    Wish { asks: Asks::Exception, asked, from, to, reason, settled }
}

const BACK: &str = "Granted, with all good wishes. Nothing is asked of you until thirty days after you are back.";

/// The leave of a manager, for whom somebody acts now.
const MANAGERS: Wish = leave(
    -52,
    (-24, 67),
    "Parental leave. Somebody will act for me, so that the team is not without an answer.",
    2,
    "Granted, and congratulations. Please name whoever acts for you on the team's page before you go.",
);

/// Called off before it began, so that the exception was taken back.
const CALLED_OFF: Wish = exception(
    -68,
    (-40, 80),
    "Seconded to a partner's integration team from {from} to {until}; no access to our code in that time.",
    Some((3, true, "Granted for the time of the secondment.")),
);

#[rustfmt::skip]
static WISHES: [Wish; 15] = [
    leave(-341, (-320, -205), "Parental leave. The dates are agreed with People Operations.", 2, BACK),
    leave(-288, (-279, -231), "Away on doctor's advice; People Operations has the certificate.", 1,
        "Granted. Take the time that it takes; the dates can be moved with one line to us."),
    leave(-236, (-214, -184), "Unpaid leave to look after my father. My team lead knows.", 1,
        "Granted. If you need longer, say so; it is easily moved."),
    leave(-171, (-150, -62), "Parental leave, second part.", 3, BACK),
    leave(-97, (-75, 41), "Parental leave until {until}. The dates are agreed with People Operations.", 2, BACK),
    exception(-302, (-298, -160), "I moved to a team without product code until {until}: we prepare the archive for the move of the data centre.",
        Some((3, true, "Granted until the end of the project. Your commit rights pause for the same time."))),
    exception(-262, (-258, -140), "I took an equivalent course at a conference in {before}; the certificate is attached in the HR system.",
        Some((4, true, "The programme of that course covers what ours does. Granted; after that the refresher is enough."))),
    exception(-211, (-204, -118), "Lent to customer support until {until}; I write no code in that time.",
        Some((2, true, "Granted for the time in support."))),
    exception(-187, (-180, -90), "There is a release at the end of the quarter. I should like to leave the course out this year.",
        Some((3, false, "I see that the quarter is full. The refresher takes about 20 minutes, and it does not matter whether it comes before or after the release, so I would rather not leave it out. If your date falls badly, write to me and we shall find a week that suits."))),
    exception(-142, (-137, -48), "I test our accessibility with outside users until {until} and have no write access to the repositories.",
        Some((2, true, "Granted until then. If it takes longer, one line is enough."))),
    exception(-113, (-106, 60), "I have taught secure programming at a university and know the contents.",
        Some((4, false, "Thank you for telling us; that is a background we would gladly hear more of. The course is also about what our own incidents taught us, which no other course has, so it is asked of everybody. If you miss something in it, Product Security would be glad of your notes."))),
    exception(-82, (-78, 38), "Lent to Finance for the new ledger until {until}; my commit rights are suspended for that time.",
        Some((2, true, "Granted until then, as agreed with your director."))),
    exception(-6, (8, 131), "From {from} I lead the move of our old archive and write no product code until {until}.", None),
    exception(-2, (-1, 120), "I took a two-day course in secure development at a conference in {before}; the certificate is attached in the HR system. May it count in place of ours?", None),
    Wish { asks: Asks::Leave, asked: -1, from: 19, to: 140, reason: "Parental leave. The dates are agreed with People Operations.", settled: None },
];

/// The requests, and whose parts hang on them.
#[derive(Default)]
pub(super) struct Requested {
    pub(super) steps: Vec<Step>,
    /// The manager who is on leave, from when, and when they are back.
    pub(super) manager: Option<(usize, Date, Date)>,
    /// Whose exception is to be taken back, and its first day.
    pub(super) called_off: Option<(usize, Date)>,
    /// Whose requests wait.
    pub(super) waiting: Vec<usize>,
}

/// All requests of the last year.
pub(super) fn requests(cast: &mut Cast, roles: &Roles) -> Requested {
    let mut requested = Requested::default();
    if let Some(manager) = cast.manager_with_some_left(0) {
        requested.steps.extend(told(cast, roles, manager, &MANAGERS));
        let day = |days| days_after(cast.today(), days);
        requested.manager = Some((manager, day(MANAGERS.from), day(MANAGERS.to)));
    }
    if let Some(place) = somebody(cast, &CALLED_OFF) {
        requested.steps.extend(told(cast, roles, place, &CALLED_OFF));
        requested.called_off = Some((place, days_after(cast.today(), CALLED_OFF.from)));
    }
    for wish in &WISHES {
        let Some(place) = somebody(cast, wish) else { continue };
        requested.steps.extend(told(cast, roles, place, wish));
        if wish.settled.is_none() {
            requested.waiting.push(place);
        }
    }
    requested
}

/// Somebody whose record the wish does not gainsay: a granted one leaves them in peace for its time.
fn somebody(cast: &mut Cast, wish: &Wish) -> Option<usize> {
    let day = |cast: &Cast, days| days_after(cast.today(), days);
    let granted = wish.settled.is_some_and(|(_, granted, _)| granted);
    cast.pick(|cast, place, person: &Person| {
        let fits = !person.leads && person.in_scope(LAST_MONTH) && cast.is_steady(place);
        let known = fits && cast.is_known(place, day(cast, wish.asked - 45));
        let (from, to) = (day(cast, wish.from - 6), day(cast, wish.to).min(cast.today()));
        // Somebody whose course had come round before would ask with another thing on their mind.
        let trained = || cast.days(place).iter().any(|on| day(cast, wish.from - 330) <= *on && *on <= from);
        known && (wish.settled.is_none() || trained()) && (!granted || cast.is_quiet(place, from, to))
    })
}

fn told(cast: &Cast, roles: &Roles, place: usize, wish: &Wish) -> Vec<Step> {
    let day = |days| days_after(cast.today(), days);
    let (who, asked) = (cast.employee_id(place), cast.ago(-wish.asked));
    let reason = wish
        .reason
        .replace("{from}", &written(day(wish.from)))
        .replace("{until}", &month_name(day(wish.to)))
        .replace("{before}", &month_name(day(wish.asked - 40)));
    let ask = Desk::Asked { who: who.clone(), asks: wish.asks, from: day(wish.from), to: Some(day(wish.to)), reason };
    let minute = i8::try_from(place % 50).unwrap_or(0);
    let mut steps = vec![Step::new(asked, (9, minute), cast.author(place), Event::Desk(ask))];
    if let Some((after, granted, word)) = wish.settled {
        let on = cast.ago(-wish.asked - after);
        let by = match wish.asks {
            Asks::Leave | Asks::Completion => roles.author(cast, Role::Delivery, on),
            Asks::Exception if place.is_multiple_of(2) => roles.author(cast, Role::Owner, on),
            Asks::Exception => roles.second(cast, Role::Owner, on),
        };
        let settle = Desk::Settled { who, granted, word: word.to_owned() };
        steps.push(Step::new(on, (11, minute), by, Event::Desk(settle)));
    }
    steps
}
