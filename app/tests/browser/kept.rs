//! Programs that run beside the tests, and end with them however they end.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts a program, and ends it and removes a folder once our end of the pipe is closed. The system closes it with us.
/// More than once, because what that program started may still write there.
const KEEPER: &str = r#"gone=$1; shift
"$@" & kept=$!
cat >/dev/null
kill "$kept"; wait "$kept"
for _ in 1 2 3 4 5 6 7 8 9; do rm -rf -- "$gone"; sleep 0.5; [ -e "$gone" ] || break; done"#;

/// How long a program may take to say that it is ready.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program that runs.
pub struct Kept {
    /// The shell that waits for us to end, and its standard input.
    keeper: Child,
}

/// Starts a program that belongs to a folder and waits until it says a line with these words, which is the answer.
/// What it says goes to the file `log` in that folder.
pub fn keep(command: &Command, folder: &Path, words: &str) -> (Kept, String) {
    let log = folder.join("log");
    let file = File::create(&log).unwrap();
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => keeper.env(name, value),
            None => keeper.env_remove(name),
        };
    }
    // In a group of its own, so that what interrupts us does not keep it from clearing up.
    keeper.process_group(0).stdin(Stdio::piped()).stdout(file.try_clone().unwrap()).stderr(file);
    let mut kept = Kept { keeper: keeper.spawn().unwrap() };
    let begun = Instant::now();
    loop {
        let said = std::fs::read_to_string(&log).unwrap();
        let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
        if let Some(line) = whole.lines().find(|line| line.contains(words)) {
            return (kept, line.to_owned());
        }
        let waits = begun.elapsed() < PATIENCE && kept.keeper.try_wait().unwrap().is_none();
        assert!(waits, "{command:?} does not say {words:?}: {said}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Whether it could end its program is nothing that a test could do something about.
        let _ = self.keeper.wait();
    }
}
