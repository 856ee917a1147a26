//! The first sheet: what was asked, the figures with what they are parts of, what each sheet is, and the checkpoint.

use super::words::{self, Ended};
use super::{FIRST_DAY, Kind, Look, Told, cell};
use keepsharp_domain::Day;
use keepsharp_domain::due::Status;
use keepsharp_domain::evidence::{Evidence, Opened, Stratum};
use rust_xlsxwriter::{Url, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// The sheet's name.
pub(super) const NAME: &str = "Read me";

/// A sheet written from the top, line by line.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    look: &'a Look,
    row: u32,
}

impl Page<'_> {
    fn text(&mut self, at: u16, text: &str) -> Result<(), XlsxError> {
        cell(self.sheet, self.look, (self.row, at), Kind::Text, text, "the pack")
    }

    fn day(&mut self, at: u16, day: Day) -> Result<(), XlsxError> {
        if day < FIRST_DAY {
            return self.text(at, &day.to_string());
        }
        self.sheet.write_datetime_with_format(self.row, at, day, &self.look.day).map(|_| ())
    }

    fn number(&mut self, at: u16, number: usize) -> Result<(), XlsxError> {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.sheet.write_number_with_format(self.row, at, number, &self.look.number).map(|_| ())
    }

    fn next(&mut self) {
        self.row += 1;
    }

    fn head(&mut self, cells: &[&str]) -> Result<(), XlsxError> {
        self.next();
        for (cell, at) in cells.iter().zip(0..) {
            self.sheet.write_string_with_format(self.row, at, *cell, &self.look.head)?;
        }
        self.next();
        Ok(())
    }

    fn said(&mut self, label: &str, text: &str) -> Result<(), XlsxError> {
        self.text(0, label)?;
        self.text(1, text)?;
        self.next();
        Ok(())
    }

    fn figure(&mut self, label: &str, part: usize, whole: Option<usize>) -> Result<(), XlsxError> {
        self.text(0, label)?;
        self.number(1, part)?;
        if let Some(whole) = whole {
            self.number(2, whole)?;
            // Rounded down, so that 100 % means all.
            if let Some(Ok(tenths)) = (part * 1_000).checked_div(whole).map(u32::try_from) {
                let share = f64::from(tenths) / 1_000.0;
                self.sheet.write_number_with_format(self.row, 3, share, &self.look.share)?;
            }
        }
        self.next();
        Ok(())
    }
}

pub(super) fn write(
    sheet: &mut Worksheet,
    look: &Look,
    evidence: &Evidence,
    told: &[Told],
    checkpoint: &str,
) -> Result<(), XlsxError> {
    for (at, width) in [(0, 34), (1, 14), (2, 18), (3, 100)] {
        sheet.set_column_width(at, width)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, format!("Evidence for {}", evidence.query.control), &look.title)?;
    let mut page = Page { sheet, look, row: 2 };
    question(&mut page, evidence)?;
    figures(&mut page, evidence)?;
    sheets(&mut page, told)?;
    page.head(&["Checkpoint of the ledger", "", "", ""])?;
    for line in checkpoint.lines() {
        page.text(0, line)?;
        page.next();
    }
    Ok(())
}

fn question(page: &mut Page, evidence: &Evidence) -> Result<(), XlsxError> {
    let query = &evidence.query;
    page.said("Organisation", &evidence.organisation)?;
    page.said("Control", &query.control)?;
    page.said("Title", &evidence.title)?;
    for (label, day) in
        [("First day of the period", query.from), ("Last day of the period", query.to), ("Standing as of", query.as_of)]
    {
        page.text(0, label)?;
        page.day(1, day)?;
        page.next();
    }
    page.said("From facts known at", &format!("{:.3}", query.known_at))?;
    page.said(
        "Names",
        match query.opened {
            Opened::Nobody => "Nobody's are opened: people stand by random ids.",
            Opened::Sample => "Those of the sampled people are opened; others stand by random ids.",
            Opened::Everybody => "Everybody's are opened.",
        },
    )?;
    page.said(
        "Sample",
        &query.sample.as_ref().map_or_else(
            || "None was asked for.".to_owned(),
            |asked| format!("Drawn by the seed \"{}\", sizes {}.", asked.seed, String::from(asked.sizes.clone())),
        ),
    )?;
    page.said("To read it", "Days are dates; moments are text, in UTC. Shaded cells mark what was late or missed.")
}

fn figures(page: &mut Page, evidence: &Evidence) -> Result<(), XlsxError> {
    let ended = Ended::of(evidence);
    // A person's standing is one, however often they came into scope.
    let people: BTreeMap<_, Status> = evidence.population.iter().map(|row| (row.person, row.status)).collect();
    page.head(&["Figures", "Number", "Of", "Share"])?;
    page.figure("People in scope in the period", people.len(), None)?;
    page.figure("Requirements", ended.all(), None)?;
    page.figure("Requirements met in time", ended.on_time, Some(ended.all()))?;
    page.figure("Requirements met late", ended.late, Some(ended.all()))?;
    page.figure("Requirements missed", ended.missed, Some(ended.all()))?;
    page.figure("Requirements sampled", evidence.sample.len(), Some(ended.all()))?;
    page.head(&["Not met in time, by stratum", "Number", "Of", "Share"])?;
    for stratum in Stratum::ALL {
        let ended = Ended::of_stratum(evidence, stratum);
        let name = format!("{} ({})", words::stratum_name(stratum), stratum.word());
        page.figure(&name, ended.deviations(), Some(ended.all()))?;
    }
    page.head(&[&format!("People, standing on {}", evidence.query.as_of), "Number", "Of", "Share"])?;
    for status in Status::ALL {
        let number = people.values().filter(|one| **one == status).count();
        page.figure(&super::heading(status.word()), number, Some(people.len()))?;
    }
    Ok(())
}

fn sheets(page: &mut Page, told: &[Told]) -> Result<(), XlsxError> {
    page.head(&["Sheets", "Rows", "File in the pack", "What it is"])?;
    for told in told {
        let link = Url::new(format!("internal:'{}'!A1", told.name)).set_text(&told.name);
        page.sheet.write_url(page.row, 0, link)?;
        page.number(1, told.rows as usize)?;
        page.text(2, told.file)?;
        let about = words::table(told.file);
        if told.written < told.rows {
            let word = format!("{about} This sheet holds the first {} rows; the file holds all.", told.written);
            page.sheet.write_string_with_format(page.row, 3, word, &page.look.marked)?;
        } else {
            page.text(3, about)?;
        }
        page.next();
    }
    Ok(())
}
