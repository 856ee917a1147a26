//! `keepsharp-verify FILE [--key KEY]`: is this evidence pack true?

use keepsharp_verifier::{VerifierKey, tell, verify};
use std::fs::File;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "Checks an evidence pack: keepsharp-verify FILE [--key KEY]

FILE is the pack, a zip. KEY is the ledger's public key as you were told it (name+id+base64); without it the pack's own
key is used and printed, to be compared with what you were told. README.txt in the pack says how to do it by hand.

Exit status: 0 all is well, 1 something is wrong with the pack, 2 wrong usage or no such file.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if arguments.iter().any(|word| word == "--help" || word == "-h") {
        return say(std::io::stdout(), USAGE, 0);
    }
    let (file, key) = match read(&arguments) {
        Ok(asked) => asked,
        Err(message) => return say(std::io::stderr(), &format!("{message}\n\n{USAGE}"), 2),
    };
    let pack = match File::open(&file) {
        Ok(pack) => pack,
        Err(error) => return say(std::io::stderr(), &format!("{file}: {error}\n"), 2),
    };
    let verdict = verify(pack, key.as_ref());
    let is_sound = verdict.as_ref().is_ok_and(keepsharp_verifier::Verdict::is_sound);
    say(std::io::stdout(), &tell(&verdict), u8::from(!is_sound))
}

/// The file, and the key if there is one.
fn read(arguments: &[String]) -> Result<(String, Option<VerifierKey>), String> {
    let (mut file, mut key) = (None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = match word.split_once('=') {
            Some(("--key", text)) => Some(text),
            _ if word == "--key" => Some(words.next().ok_or("--key needs a key")?.as_str()),
            _ if word.starts_with('-') => return Err(format!("there is no option {word}")),
            _ => None,
        };
        let is_again = match text {
            Some(text) => {
                let read = text.parse::<VerifierKey>().map_err(|error| format!("--key: {error}"))?;
                key.replace(read).is_some()
            }
            None => file.replace(word.clone()).is_some(),
        };
        if is_again {
            return Err(format!("one file and one key, please: {word} is too much"));
        }
    }
    Ok((file.ok_or("which file?")?, key))
}

/// What can't be written, to a pipe that was closed, changes nothing about the pack.
fn say(mut to: impl Write, text: &str, status: u8) -> ExitCode {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    ExitCode::from(status)
}
