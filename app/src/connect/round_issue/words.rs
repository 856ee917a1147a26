//! What do our comments say, and how are they known again?

use jiff::civil::Date;
use keepsharp_domain::attestation::NotCounted;
use keepsharp_domain::issue_text::{Broken, Mark};

/// A comment with what it is known again by, hidden.
pub(super) fn with_keys(text: &str, mark: &Mark, keys: &[String]) -> String {
    format!("{text}\n\n<!-- keepsharp:said {} {} -->", mark.as_str(), keys.join(" "))
}

/// What a comment of ours is known by; nothing where it speaks of another campaign.
pub(super) fn keys(text: &str, mark: &Mark) -> Vec<String> {
    let hidden = text.split("<!-- keepsharp:said ").skip(1).filter_map(|rest| Some(rest.split_once("-->")?.0));
    let mut keys = Vec::new();
    for hidden in hidden {
        let mut words = hidden.split_whitespace();
        if words.next() == Some(mark.as_str()) {
            keys.extend(words.map(str::to_owned));
        }
    }
    keys
}

/// Whether a comment was made by this program.
pub(super) fn is_ours(text: &str) -> bool {
    text.contains("<!-- keepsharp:said ")
}

/// Whether a user name can be written as a mention and be nothing else.
pub(super) fn can_be_mentioned(username: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let begins = username.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    begins && username.len() <= 255 && username.bytes().all(is_plain)
}

/// How somebody is spoken to; by no name where theirs could be something else than a mention.
fn to(username: Option<&str>) -> String {
    username.filter(|username| can_be_mentioned(username)).map(|username| format!("@{username}, ")).unwrap_or_default()
}

/// The text of a new issue around our part of it.
pub(super) fn new_issue(region: &str) -> String {
    format!(
        "How far the secure coding training has come, team by team. Questions and answers are welcome in the comments.\n\n{region}\n"
    )
}

pub(super) fn mention(usernames: &[&str], closes: Date, team_url: &str) -> String {
    let mentions: Vec<String> = usernames.iter().map(|username| format!("@{username}")).collect();
    format!(
        "{}: how many of your team have taken the training? Until {}, change your number in the table above, answer here in a \
         comment (\"5 of 7\", \"all\", \"none yet\"), or open [your page]({team_url}).",
        mentions.join(" "),
        closes.strftime("%-d %B %Y"),
    )
}

pub(super) fn broken(broken: Broken, me: &str) -> String {
    let me = if can_be_mentioned(me) { format!(" as @{me} wrote them") } else { String::new() };
    format!(
        "The table above can't be brought up to date, because {}. Please put the hidden lines back from the history of this \
         issue{me}, or take out everything between them and both lines; a new table then follows. Nothing was changed meanwhile.",
        broken.word()
    )
}

pub(super) fn overwritten(usernames: &[String]) -> String {
    let names: Vec<String> =
        usernames.iter().filter(|name| can_be_mentioned(name)).map(|name| format!("@{name}")).collect();
    let names = if names.is_empty() { "To whoever changed the text just now".to_owned() } else { names.join(" ") };
    format!(
        "{names}: your change of the text came in the same moment as an update of the table, which may have taken its place. \
         Please look whether anything is missing; the history of this issue has it."
    )
}

/// Why somebody's number does not count, with the way on.
pub(super) fn not_counted(username: Option<&str>, why: NotCounted, team_url: &str) -> String {
    let to = to(username);
    match why {
        NotCounted::TooMany => format!(
            "{to}that is more than the team has in scope today, so the number stays as it was. [Your page]({team_url}) shows who counts."
        ),
        NotCounted::NotOpen => format!("{to}this round takes no numbers any more, so the result stays as it is."),
        NotCounted::NotAsked => format!(
            "{to}this round counts what people record themselves, so there is no number to give here. [Your page]({team_url}) shows how far your team has come."
        ),
        NotCounted::NoTeam => format!(
            "{to}nobody of this team is in scope today, so there is no number to note. If that is wrong, [your page]({team_url}) has the way to say so."
        ),
    }
}

pub(super) fn impossible(username: Option<&str>, team_url: &str) -> String {
    format!(
        "{}more have taken it than there are? The number stays as it was; please write it once more, or open [your page]({team_url}).",
        to(username)
    )
}

pub(super) fn unclear(username: Option<&str>, team_url: &str) -> String {
    format!(
        "{}the number in the table could not be read and stays as it was. Please write a whole number, or open [your page]({team_url}).",
        to(username)
    )
}

pub(super) fn not_theirs(username: Option<&str>, team_url: &str) -> String {
    format!(
        "{}a number in the table was changed, and only the team's manager, their deputy or the people who run the training can do \
         that; it goes back with the next update. Whoever leads the team can answer in a comment or on [their page]({team_url}).",
        to(username)
    )
}

pub(super) fn several_teams(username: Option<&str>, team_url: &str) -> String {
    format!(
        "{}you answer for several teams, and a comment does not say for which. Please change the number in the table, or open [your page]({team_url}).",
        to(username)
    )
}

pub(super) fn other_size(username: Option<&str>, team_url: &str) -> String {
    format!(
        "{}your number is noted. The team has another size here than you wrote; [your page]({team_url}) shows who counts.",
        to(username)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_known_again_by_its_keys_for_its_own_campaign() {
        let (mark, other) = (Mark::new("o", "a"), Mark::new("o", "b"));
        let text = with_keys("Hello", &mark, &["x".to_owned(), "y".to_owned()]);
        assert_eq!(keys(&text, &mark), ["x", "y"]);
        assert_eq!(keys(&text, &other), Vec::<String>::new());
        assert!(is_ours(&text) && !is_ours("Hello"));
    }

    #[test]
    fn only_a_plain_user_name_is_mentioned() {
        assert!(["mara", "mara.lind", "m-l_2"].into_iter().all(can_be_mentioned));
        assert!(!["", "-mara", "mara lind", "a@b", "x](y", "mara\n/close"].into_iter().any(can_be_mentioned));
    }
}
