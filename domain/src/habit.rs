//! How people are written to: how often at most, in which hours of theirs, by which way. Set in `[messages]` of the programme.

use crate::calendar::quote;
use crate::fact::Channel;
use crate::organisation::Organisation;
use crate::person::Profile;
use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How people are written to.
#[derive(Clone, Debug)]
pub struct Habits {
    /// Most messages to one person in a fiscal quarter, over all ways.
    pub per_quarter: u32,
    /// Days on which nobody is written to.
    pub free: Vec<Weekday>,
    /// The ways to one person, the first that reaches them is used.
    pub channels: Vec<Channel>,
    hours: (Time, Time),
    zone: TimeZone,
    /// By location, in small letters.
    zones: BTreeMap<String, TimeZone>,
}

/// Most messages to one person in a fiscal quarter, unless the programme says otherwise.
pub const PER_QUARTER: u32 = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MessagesTable {
    per_quarter: u32,
    hours: (String, String),
    free_days: Vec<String>,
    channels: Vec<Channel>,
    time_zones: BTreeMap<String, String>,
}

impl Default for MessagesTable {
    fn default() -> MessagesTable {
        MessagesTable {
            per_quarter: PER_QUARTER,
            hours: ("09:00".to_owned(), "17:00".to_owned()),
            free_days: vec!["saturday".to_owned(), "sunday".to_owned()],
            channels: vec![Channel::Mail],
            time_zones: BTreeMap::new(),
        }
    }
}

impl Habits {
    /// Those of an organisation.
    ///
    /// # Errors
    /// What is wrong with its `messages`.
    pub fn of(organisation: &Organisation) -> Result<Habits, String> {
        let table = match organisation.about.get("messages") {
            None => MessagesTable::default(),
            Some(value) => MessagesTable::deserialize(value).map_err(|error| format!("messages: {error}"))?,
        };
        if table.per_quarter > 100 {
            return Err("messages: per_quarter is at most 100; 6 is kind".to_owned());
        }
        if table.channels.iter().any(|channel| !matches!(channel, Channel::Mail | Channel::Issue)) {
            return Err(
                "messages: channels to one person are mail and issue; a webhook of the settings reaches all at once"
                    .to_owned(),
            );
        }
        let hours = (hour(&table.hours.0)?, hour(&table.hours.1)?);
        if hours.0 >= hours.1 {
            return Err("messages: hours begin before they end, as [\"09:00\", \"17:00\"]".to_owned());
        }
        let free = table.free_days.iter().map(|day| weekday(day)).collect::<Result<Vec<_>, _>>()?;
        if (1..=7).all(|day| Weekday::from_monday_one_offset(day).is_ok_and(|day| free.contains(&day))) {
            return Err("messages: free_days leaves no day to write on".to_owned());
        }
        let named = |(place, zone): (&String, &String)| Ok((place.to_lowercase(), time_zone(zone)?));
        Ok(Habits {
            per_quarter: table.per_quarter,
            free,
            channels: table.channels,
            hours,
            zone: time_zone(&organisation.time_zone).unwrap_or(TimeZone::UTC),
            zones: table.time_zones.iter().map(named).collect::<Result<_, String>>()?,
        })
    }

    /// The time zone in which somebody works: of their location, by the programme's table or by its own name; else the
    /// organisation's.
    #[must_use]
    pub fn zone(&self, profile: Option<&Profile>) -> TimeZone {
        let place = profile.map_or("", |profile| profile.location.trim());
        let named = self.zones.get(&place.to_lowercase()).cloned();
        let by_its_name = || place.contains('/').then(|| TimeZone::get(place).ok()).flatten();
        named.or_else(by_its_name).unwrap_or_else(|| self.zone.clone())
    }

    /// Whether it is a working day and hour there.
    #[must_use]
    pub fn is_working_time(&self, zone: &TimeZone, now: Timestamp) -> bool {
        let there = now.to_zoned(zone.clone());
        let time = there.time();
        self.hours.0 <= time && time < self.hours.1 && !self.free.contains(&there.weekday())
    }
}

fn hour(text: &str) -> Result<Time, String> {
    let well_formed = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    let time = well_formed.then(|| text.parse().ok()).flatten();
    time.ok_or_else(|| format!("messages: {} is no time of day; write it as 09:00", quote(text)))
}

fn weekday(text: &str) -> Result<Weekday, String> {
    Ok(match text.to_lowercase().as_str() {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return Err(format!("messages: {} is no day of the week", quote(text))),
    })
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| format!("messages: {} is no time zone; write it as Europe/Lisbon", quote(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits(messages: &str) -> Result<Habits, String> {
        let mut organisation = Organisation::default();
        organisation.about.insert("messages".to_owned(), serde_json::from_str(messages).unwrap());
        Habits::of(&organisation)
    }

    #[test]
    fn hours_are_those_of_the_place_where_somebody_works() {
        let habits = habits(r#"{"time_zones": {"Auckland": "Pacific/Auckland"}}"#).unwrap();
        let at = |location: &str| Profile { location: location.into(), ..Profile::default() };
        let working =
            |location: &str, now: &str| habits.is_working_time(&habits.zone(Some(&at(location))), now.parse().unwrap());
        // Sunday evening in Europe is Monday morning in Auckland.
        assert!(working("auckland", "2026-11-22T21:00:00Z") && !working("", "2026-11-22T21:00:00Z"));
        assert!(working("", "2026-11-23T09:00:00Z") && !working("", "2026-11-23T08:59:59Z"));
        assert!(!working("", "2026-11-23T17:00:00Z") && !working("", "2026-11-21T12:00:00Z"));
    }

    #[test]
    fn what_is_wrong_with_messages_is_told() {
        for (messages, told) in [
            (r#"{"per_quarter": 101}"#, "at most 100"),
            (r#"{"hours": ["9", "17:00"]}"#, "no time of day"),
            (r#"{"hours": ["17:00", "09:00"]}"#, "begin before"),
            (r#"{"free_days": ["sonntag"]}"#, "no day of the week"),
            (r#"{"time_zones": {"Lisbon": "Lisboa"}}"#, "no time zone"),
            (r#"{"channels": ["slack"]}"#, "webhook"),
            (r#"{"per_quater": 3}"#, "unknown field"),
        ] {
            let problem = habits(messages).unwrap_err();
            assert!(problem.contains(told), "{problem}");
        }
    }
}
