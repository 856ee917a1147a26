//! Which figures stand beside each other?

use super::{Figure, words};
use keepsharp_domain::Day;
use keepsharp_domain::briefing::{Briefing, Told};
use keepsharp_domain::summary::{Count, Department, Month};

/// A head for the span and each earlier one.
pub(super) fn columns(briefing: &Briefing) -> Vec<[String; 2]> {
    all(briefing).map(|one| [one.span.to_string(), format!("to {}", words::day(one.to))]).collect()
}

fn all(briefing: &Briefing) -> impl Iterator<Item = &Told> {
    std::iter::once(&briefing.now).chain(&briefing.earlier)
}

/// The figures of the last day, then those of the whole span.
pub(super) fn figures(briefing: &Briefing) -> Vec<Figure> {
    let figure =
        |label, cell: &dyn Fn(&Told) -> String| Figure { label, cells: all(briefing).map(cell).collect(), group: "" };
    let mut figures = vec![
        figure("Engineers in scope", &|one| words::count(one.standing.population)),
        figure("Up to date", &|one| with_share(one.standing.current, Some(one.standing.population))),
        figure("Past their date", &|one| words::count(one.standing.overdue)),
        figure("On leave", &|one| words::count(one.standing.on_leave)),
        figure("Excepted", &|one| words::count(one.standing.excepted)),
        figure("The control", &|one| {
            one.standing.holds.map_or("–", |holds| if holds { "held" } else { "not yet" }).to_owned()
        }),
        figure("Trainings that came due", &|one| one.due.all.map_or_else(|| "–".to_owned(), words::count)),
        figure("Taken on time", &|one| with_share(one.due.on_time, one.due.all)),
        figure("Taken late", &|one| words::count(one.due.late)),
        figure("Missed", &|one| words::count(one.due.missed)),
        figure("Full courses completed", &|one| words::count(one.learned.full)),
        figure("Refreshers completed", &|one| words::count(one.learned.refresher)),
    ];
    let groups = [("Engineers in scope", "On the last day"), ("Trainings that came due", "Over the span")];
    for figure in &mut figures {
        figure.group = groups.iter().find(|(label, _)| *label == figure.label).map_or("", |(_, group)| group);
    }
    figures
}

/// "31, 86.1 %", or the count alone where the share says nothing or may not be told.
fn with_share(part: Count, whole: Option<Count>) -> String {
    match whole.and_then(|whole| words::share(part, whole)) {
        Some(share) => format!("{}, {share}", words::count(part)),
        None => words::count(part),
    }
}

/// Departments in the summary's order, with "12 of 14" for each of the days.
pub(super) fn departments(briefing: &Briefing, days: &[Day]) -> Vec<(String, Vec<String>)> {
    let cell = |department: &Department, day: &Day| {
        let found = department.days.iter().find(|(other, ..)| other == day);
        found
            .map_or_else(|| "–".to_owned(), |(_, population, current)| words::of(*current, Count::Exactly(*population)))
    };
    let row = |department: &Department| {
        let cells = days.iter().map(|day| cell(department, day)).collect();
        (department.group.label().to_owned(), cells)
    };
    briefing.departments.iter().map(row).collect()
}

/// Of a quarter's days one a week, of a year's the last of each month, and always the last of all.
pub(super) fn chosen(days: &[Month]) -> impl Iterator<Item = &Month> {
    /// More days than a quarter can have.
    const LONG: usize = 100;
    let count = days.len();
    let is_chosen = move |place: usize, day: &Month| {
        let of_month = day.day == day.day.last_of_month();
        place + 1 == count || if count > LONG { of_month } else { (count - 1 - place).is_multiple_of(7) }
    };
    days.iter().enumerate().filter(move |(place, day)| is_chosen(*place, day)).map(|(_, day)| day)
}
