//! What somebody says of themselves in answer to a message: "I took it", "later", "not me". By link, by mail reply, by button.

use crate::completion::{self, ByHand};
use crate::due::{CourseKind, Standings};
use crate::person::{PersonIx, Strength};
use crate::{Day, Draft, Refusal, World};

/// What an answer in somebody's own words means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They took it, on the day of the answer.
    Taken,
    /// They want to hear of it later.
    Later,
    /// It is not for them.
    NotMe,
}

/// What may stand alone in a line for each answer. Whoever says more is read by people: "done by Friday" is no completion.
const TAKEN: [&str; 14] = [
    "taken",
    "done",
    "i took it",
    "took it",
    "i have taken it",
    "ive taken it",
    "i have done it",
    "ive done it",
    "i did it",
    "finished",
    "completed",
    "i have completed it",
    "ive completed it",
    "its done",
];
const LATER: [&str; 6] = ["later", "not now", "remind me later", "snooze", "next week", "another time"];
const NOT_ME: [&str; 6] =
    ["not me", "not for me", "this is not for me", "not mine", "thats not for me", "this isnt for me"];
/// What may stand before or after it.
const POLITE: [&str; 17] = [
    "hi",
    "hello",
    "hey",
    "yes",
    "ok",
    "okay",
    "thanks",
    "thank you",
    "many thanks",
    "please",
    "already",
    "now",
    "today",
    "all",
    "yesterday",
    "just",
    "cheers",
];

impl Answer {
    /// Reads the first line of a reply that is not somebody else's; none where it is no plain answer.
    #[must_use]
    pub fn read(text: &str) -> Option<Answer> {
        let own = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('>'))?;
        // A question is no statement.
        if own.contains('?') {
            return None;
        }
        let said = own.to_lowercase().replace(['’', '\''], "");
        let said: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let mut said = said.join(" ");
        loop {
            let shorter = without_politeness(&said);
            if shorter.len() == said.len() {
                break;
            }
            said = shorter;
        }
        let is_one_of = |phrases: &[&str]| phrases.contains(&&*said);
        if is_one_of(&TAKEN) {
            Some(Answer::Taken)
        } else if is_one_of(&LATER) {
            Some(Answer::Later)
        } else if is_one_of(&NOT_ME) {
            Some(Answer::NotMe)
        } else {
            None
        }
    }
}

/// The line without one polite word at its beginning or end.
fn without_politeness(said: &str) -> String {
    for word in POLITE {
        if let Some(rest) = said.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) {
            return rest.to_owned();
        }
        if let Some(rest) = said.strip_suffix(word).and_then(|rest| rest.strip_suffix(' ')) {
            return rest.to_owned();
        }
    }
    said.to_owned()
}

/// The fact that somebody says they took what a control asks of them: the course that they were to take on that day.
///
/// # Errors
/// Where the control does not take one's own word, does not apply to them, or the day makes no sense.
pub fn acknowledge(world: &World, ix: PersonIx, control: &str, on: Day, today: Day) -> Result<Vec<Draft>, Refusal> {
    let control = world.control(control).map_err(Refusal::request)?;
    let version = control.version(today).ok_or_else(|| Refusal::request("this control has no version today"))?;
    if version.accepts > Strength::Acknowledged {
        return Err(Refusal::request(
            "here one's own word is not enough: take the course, and it is recorded when you finish",
        ));
    }
    let person = world.people().get(ix).ok_or_else(|| Refusal::request("nobody has that id"))?;
    let kind = Standings::new(world, control, today).of(person).course;
    let kind = kind.ok_or_else(|| Refusal::request("this does not apply to you today"))?;
    let course = match (kind, &version.courses.refresher) {
        (CourseKind::Refresher, Some(refresher)) => refresher,
        _ => &version.courses.full,
    };
    let told = ByHand { course, on, strength: Strength::Acknowledged, source: "", reference: "" };
    completion::record(world, ix, told, today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    #[test]
    fn a_plain_answer_is_understood_and_a_denial_never_counts_as_taken() {
        for (text, meant) in [
            ("Done!", Some(Answer::Taken)),
            ("I took it.\n\nOn Monday Keepsharp wrote:\n> taken?", Some(Answer::Taken)),
            ("> quoted\n\ntaken", Some(Answer::Taken)),
            ("Yes, I've taken it already. Thanks!", Some(Answer::Taken)),
            ("Later, please", Some(Answer::Later)),
            ("Done by Friday", None),
            ("Taken ill, back Monday", None),
            ("Finished the first lesson", None),
            ("completed half of it", None),
            ("Done? I don't think so", None),
            ("Done, but it wasn't mine", None),
            ("I've taken it on Friday", None),
            ("Not me", Some(Answer::NotMe)),
            ("I have not taken it", None),
            ("done? I didn't", None),
            ("Not done yet", None),
            ("no", None),
            ("> I took it", None),
            ("", None),
            (
                "Done is what I would like to be, but first a question about the second lesson, which I did not see the sense of",
                None,
            ),
        ] {
            assert_eq!(Answer::read(text), meant, "{text}");
        }
    }

    #[test]
    fn ones_own_word_counts_where_the_control_takes_it_and_for_the_course_that_was_due() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,,Developer,,,", "M1,Mara,,Boss,,,"]);
        let (ana, mara) = (world.people().find("E1").unwrap(), world.people().find("M1").unwrap());
        let today = on("2024-02-01");
        assert!(acknowledge(&world, mara, "C", today, today).unwrap_err().to_string().contains("does not apply"));
        for (day, course) in [("2024-02-01", "full"), ("2025-01-15", "refresher")] {
            let drafts = acknowledge(&world, ana, "C", on(day), on(day)).unwrap();
            assert!(format!("{drafts:?}").contains(&format!("course: \"{course}\"")), "{drafts:?}");
            world.is_told(drafts);
        }
        world.is_told_programme(
            "[[controls]]\nid = \"C\"\naccepts = \"completed\"\ncadence = { every_months = 12 }\n\
             courses = { full = \"full\", refresher = \"refresher\" }\nscope = 'title.contains(\"Developer\")'\n",
        );
        let refused = acknowledge(&world, ana, "C", on("2026-01-01"), on("2026-01-01")).unwrap_err();
        assert!(refused.to_string().contains("own word is not enough"));
    }
}
