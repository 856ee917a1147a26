//! Somebody of the demo company: what the roster says of them, and whether the control applies to them.

use super::names::Name;
use super::org::{SECURITY_PM, unit_at};
use jiff::civil::Date;

/// The month from which the second version of the scope rule holds.
pub(super) const SECOND_RULE: usize = 12;

/// Label of those who write product code outside of product engineering.
pub(super) const PRODUCT_CODE: &str = "product-code";

/// Ranks of engineers; everybody else stops at the second.
const RANKS: [&str; 4] = ["", "Senior ", "Staff ", "Principal "];

/// Somebody who works or worked for the company.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) employee_id: String,
    pub(super) name: Name,
    pub(super) email: String,
    pub(super) username: String,
    /// Title without rank and team; that of the unit's lead for its lead.
    pub(super) work: &'static str,
    pub(super) rank: usize,
    /// Whether the team stands in the title.
    pub(super) specialised: bool,
    pub(super) employment: &'static str,
    pub(super) location: &'static str,
    pub(super) labels: Vec<&'static str>,
    pub(super) unit: usize,
    /// Whether they lead their unit.
    pub(super) leads: bool,
    /// The month in which they began to, where they do.
    pub(super) leads_since: usize,
    /// The month of the first roster of their present employment.
    pub(super) since: usize,
    /// First day, where the roster knows it.
    pub(super) start: Option<Date>,
    /// Last day, once announced.
    pub(super) last_day: Option<Date>,
    /// The month in which they were gone.
    pub(super) gone: Option<usize>,
    /// Neither leaves nor moves, since something else of the story hangs on them.
    pub(super) settled: bool,
    /// The month until which a leave keeps them where they are.
    pub(super) away_until: usize,
}

/// What a roster said of somebody.
pub(super) struct Post {
    pub(super) person: usize,
    /// Their manager, where that is somebody in the same roster.
    pub(super) manager: Option<usize>,
    pub(super) in_scope: bool,
    pub(super) start: Option<Date>,
    pub(super) last_day: Option<Date>,
}

impl Person {
    /// Whether the control applies, by the rule in force in this month. Says the same as the rules of `papers`.
    pub(super) fn in_scope(&self, month: usize) -> bool {
        let departments = unit_at(self.unit).map_or("", |unit| unit.departments);
        let second_rule = month >= SECOND_RULE;
        let product = departments.ends_with("Development") || departments.ends_with("Quality");
        (product && self.is_engineer())
            || self.work == SECURITY_PM
            || (second_rule && departments.ends_with("Infrastructure") && self.work == "Site Reliability Engineer")
            || (second_rule && self.labels.contains(&PRODUCT_CODE))
    }

    /// Whether they build, rather than lead or sell.
    pub(super) fn is_engineer(&self) -> bool {
        !self.leads && (self.work.ends_with("Engineer") || self.work.ends_with("Engineer in Test"))
    }

    /// Highest rank that their work knows.
    pub(super) fn highest_rank(&self) -> usize {
        if self.is_engineer() { RANKS.len() - 1 } else { 1 }
    }

    /// Whether the roster has them.
    pub(super) fn is_present(&self) -> bool {
        self.gone.is_none()
    }

    /// Whether nothing keeps them from leaving, moving or being promoted.
    pub(super) fn is_free(&self, month: usize) -> bool {
        let known = self.since == 0 || month > self.since + 3;
        known && self.is_present() && !self.settled && self.last_day.is_none() && month >= self.away_until
    }

    fn title(&self) -> String {
        let Some(unit) = unit_at(self.unit) else { return self.work.to_owned() };
        if self.leads {
            let of_many = self.work == "Engineering Manager" || self.work.ends_with("Director of Engineering");
            return if of_many { format!("{}, {}", self.work, unit.name) } else { self.work.to_owned() };
        }
        let rank = RANKS.get(self.rank).copied().unwrap_or_default();
        let team = if self.specialised && unit.builds() { format!(", {}", unit.name) } else { String::new() };
        format!("{rank}{}{team}", self.work)
    }

    fn departments(&self) -> String {
        unit_at(self.unit).map_or_else(String::new, |unit| {
            let named = unit.parent.is_empty() || unit.departments.ends_with(unit.name);
            if named { unit.departments.to_owned() } else { format!("{}; {}", unit.departments, unit.name) }
        })
    }

    /// Their row of a roster, under this manager.
    pub(super) fn row(&self, manager_id: &str) -> String {
        line(&[
            &self.employee_id,
            &self.name.shown,
            &self.email,
            &self.username,
            &self.title(),
            &self.departments(),
            manager_id,
            &shown(self.start),
            &shown(self.last_day),
            self.employment,
            self.location,
            &self.labels.join("; "),
        ])
    }
}

/// The first line of a roster.
pub(super) const ROSTER_HEAD: &str = "employee_id,name,email,username,title,departments,manager_id,start_date,end_date,\
                                      employment,location,labels\n";

/// A date as files write it, nothing where there is none.
pub(super) fn shown(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// One line of a CSV file.
pub(super) fn line(fields: &[&str]) -> String {
    let quoted: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\n", quoted.join(","))
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}
