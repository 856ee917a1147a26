//! An exercise as a learner does it, by keyboard too; and that what runs in the frame reaches nothing, whatever it tries.

use super::driver::{DESK, PHONE};
use super::visit::Visit;
use keepsharp_app::course_run::Bench;
use keepsharp_course::exercise::ExerciseFile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a run may take to be told.
const PATIENCE: Duration = Duration::from_secs(30);
const TAB: char = '\u{e004}';
const ESCAPE: char = '\u{e00c}';
const BACKSPACE: char = '\u{e003}';

/// A sample, read from its folder.
fn sample(name: &str) -> ExerciseFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exercises").join(name);
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(
                    path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned(),
                    std::fs::read(&path).unwrap(),
                );
            }
        }
    }
    ExerciseFile::read("labs/sample", files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))).unwrap()
}

fn bench(names: &[&str]) -> Bench {
    let exercises = names.iter().map(|name| sample(name)).collect();
    Bench::start(exercises, &json!({}), &packs()).unwrap()
}

/// Packs weigh tens of megabytes and come from elsewhere; whoever has them names the folder.
fn packs() -> PathBuf {
    std::env::var_os("KEEPSHARP_TEST_PACKS").map_or_else(|| "nowhere".into(), PathBuf::from)
}

/// Somebody before an exercise that is ready to be done.
struct Learner {
    visit: Visit,
    bench: Bench,
}

impl Learner {
    fn of(name: &str) -> Option<Learner> {
        let learner = Learner { visit: Visit::begin("")?, bench: bench(&[name]) };
        learner.visit.browser.go(&format!("{}player/0", learner.bench.address));
        learner.until("return document.querySelector('.exercise.is-done') !== null");
        Some(learner)
    }

    fn until(&self, script: &str) {
        let begun = Instant::now();
        while self.visit.browser.script(script, &[]) != Value::Bool(true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{script}: {}",
                self.visit.browser.script("return document.body.innerText", &[])
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn write(&self, text: &str) {
        let script = "const area = document.querySelector('textarea'); area.value = arguments[0]; area.dispatchEvent(new Event('input'))";
        self.visit.browser.script(script, &[json!(text)]);
    }

    fn press(&self, words: &str) {
        let script = "[...document.querySelectorAll('.exercise button')].find((one) => !one.hidden && one.textContent.startsWith(arguments[0])).click()";
        self.visit.browser.script(script, &[json!(words)]);
    }

    /// Runs what stands there and gives what is said of it.
    fn run(&self) -> String {
        self.press("Run");
        self.outcome()
    }

    fn outcome(&self) -> String {
        self.until("return !/^$|ready…|Running…/.test(document.querySelector('.outcome').textContent) && !document.querySelector('.buttons [aria-disabled]')");
        self.said(".outcome")
    }

    fn said(&self, selector: &str) -> String {
        let script = "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility()).map((one) => one.innerText).join('|')";
        self.visit.browser.script(script, &[json!(selector)]).as_str().unwrap().to_owned()
    }
}

#[test]
fn a_learner_tries_is_told_what_is_wrong_takes_hints_and_mends_it() {
    let Some(learner) = Learner::of("js") else { return };
    let exercise = sample("js");
    assert_eq!(learner.run(), "2 of 2 tests pass; 2 of 2 attacks get through.");
    assert!(learner.said(".results li").contains("attack gets through a guest of A reads an issue of B"));
    assert_eq!(learner.said(".buttons button"), "Run|Hint 1 of 3|Start again");
    learner.press("Hint");
    assert_eq!(learner.said(".hints li"), exercise.hints[0]);
    learner.write(&exercise.wrong[1].files[0].text);
    let wrong = learner.run();
    assert!(
        wrong.starts_with("2 of 2 tests pass; 1 of 2 attacks get through.") && wrong.ends_with(&exercise.wrong[1].says),
        "{wrong}"
    );
    assert!(!learner.said(".buttons").contains("solution"), "one try is not enough");
    learner.run();
    assert!(!learner.said(".buttons").contains("solution"), "the same again is no try");
    learner.write("exports.show = () => (;");
    let broken = learner.run();
    assert!(broken.starts_with("It could not be run: SyntaxError") && broken.contains("app.js, line 1"), "{broken}");
    assert!(learner.said(".buttons").contains("Show the solution"), "two honest tries are");
    learner.press("Show");
    learner.until("return /issueOf/.test(document.querySelector('textarea').value)");
    assert_eq!(learner.run(), "It holds: everything works, and no attack gets through. Well done.");
    let draft = std::iter::from_fn(|| learner.bench.next(Duration::from_secs(3))).last().unwrap();
    assert!(draft["form"].as_str().unwrap().contains("issueOf"), "what was written is kept: {draft}");
    learner.press("Start again");
    learner.until("return /db.issue\\(id\\)/.test(document.querySelector('textarea').value)");
}

#[test]
fn what_never_ends_is_stopped_and_said_so_and_the_page_lives_on() {
    let Some(learner) = Learner::of("js") else { return };
    for (text, said) in [
        ("for (;;);", "Stopped: it ran longer than 3 seconds. Look for a loop without an end."),
        (
            "exports.show = () => { const all = []; for (;;) all.push(new Array(999).fill(0.5)); };",
            "Stopped: it took more than 64 MB of memory.",
        ),
        ("exports.show = () => { for (;;) console.log('x'.repeat(999)); };", "Stopped: it printed more than 64 KiB."),
    ] {
        learner.write(text);
        assert_eq!(learner.run(), said, "{text}");
    }
    let printed = learner.visit.browser.script("return document.querySelector('.output').textContent.length", &[]);
    assert_eq!(printed, json!(65_536));
    learner.write(&sample("js").solution[0].text);
    assert!(learner.run().starts_with("It holds"));
}

#[test]
fn an_exercise_is_done_by_keyboard_alone_and_tab_is_no_trap() {
    let Some(learner) = Learner::of("js") else { return };
    let browser = &learner.visit.browser;
    browser.script("document.querySelector('textarea').focus()", &[]);
    browser.script("document.querySelector('textarea').setSelectionRange(0, 0)", &[]);
    browser.key(TAB);
    let value = || browser.script("return document.querySelector('textarea').value.slice(0, 4)", &[]);
    assert_eq!(value(), json!("  co"), "Tab indents");
    browser.key(BACKSPACE);
    browser.key(BACKSPACE);
    assert_eq!(value(), json!("cons"));
    browser.key(ESCAPE);
    browser.key(TAB);
    assert_eq!(
        browser.script("return document.activeElement.textContent", &[]),
        json!("Run"),
        "Escape, then Tab leaves"
    );
    browser.script("document.querySelector('textarea').focus()", &[]);
    let enter = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))";
    browser.script(enter, &[]);
    assert!(learner.outcome().starts_with("2 of 2 tests pass"));
}

#[test]
fn everybody_can_read_an_exercise_by_day_in_the_dark_and_on_a_phone() {
    for name in ["js", "sql"] {
        let Some(learner) = Learner::of(name) else { return };
        learner.run();
        learner.press("Hint");
        learner.visit.is_for_everybody();
        for (look, file) in [(DESK, "desk"), (DESK.dark(), "desk-dark"), (PHONE, "phone"), (PHONE.dark(), "phone-dark")]
        {
            learner.visit.browser.look(look);
            if let Some(folder) = std::env::var_os("KEEPSHARP_PICTURES") {
                std::fs::write(
                    Path::new(&folder).join(format!("{name}-{file}.base64")),
                    learner.visit.browser.picture(),
                )
                .unwrap();
            }
        }
    }
}

#[test]
fn without_its_pack_an_exercise_is_there_to_be_read_and_says_so() {
    let Some(visit) = Visit::begin("") else { return };
    let bench = Bench::start(vec![sample("ruby")], &json!({}), Path::new("nowhere")).unwrap();
    visit.browser.go(&format!("{}player/0", bench.address));
    let text = visit.browser.script("return document.body.innerText", &[]);
    let text = text.as_str().unwrap();
    assert!(text.contains("keepsharp runtime add ruby") && text.contains("@store.find(id)"), "{text}");
    assert_eq!(
        visit.browser.script("return document.querySelectorAll('textarea, .exercise button').length", &[]),
        json!(0)
    );
}

#[test]
fn ruby_and_python_are_bounded_as_javascript_is_where_their_packs_are() {
    let (address, count) = counter();
    for (name, version, endless, greedy, caller) in [
        (
            "ruby",
            "2.10.1",
            "loop { }",
            "all = []; loop { all << \"x\" * 1_000_000 }",
            "require \"js\"; JS.eval(\"fetch('http://COUNTER/')\")",
        ),
        (
            "python",
            "314.0.7",
            "while True: pass",
            "all = []\nwhile True: all.append(bytearray(1000000))",
            "import pyodide.code\npyodide.code.run_js(\"(self.fetch ?? ((a) => import(a)))('http://COUNTER/')\")\nimport urllib.request\nurllib.request.urlopen('http://COUNTER/')",
        ),
    ] {
        if !packs().join(format!("{name}-{version}")).is_dir() {
            eprintln!("not run: {name}, because KEEPSHARP_TEST_PACKS names no folder with its pack");
            continue;
        }
        let Some(learner) = Learner::of(name) else { return };
        for (what, told) in [
            ("first", "2 of 2 tests pass; 2 of 2 attacks get through."),
            ("second", "2 of 2 tests pass; 2 of 2 attacks get through."),
        ] {
            let began = Instant::now();
            assert_eq!(learner.run(), told);
            eprintln!("{name}: the {what} run took {} ms", began.elapsed().as_millis());
        }
        learner.write(endless);
        assert!(learner.run().starts_with("Stopped: it ran longer than"), "{name}");
        learner.write(greedy);
        let full = learner.run();
        assert!(full.starts_with("Stopped: it took more than 64 MB"), "{name}: {full}");
        learner.write(&caller.replace("COUNTER", &address));
        let called = learner.run();
        assert!(called.starts_with("It could not be run"), "{name}: {called}");
        learner.write(&sample(name).solution[0].text);
        assert!(learner.run().starts_with("It holds"), "{name}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

/// A server that counts who comes.
fn counter() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 1\r\nconnection: close\r\n\r\n1",
            );
        }
    });
    (address, count)
}

/// What JavaScript of the browser's own tries in the worker, as Python's bridge could: each is to be refused.
const HOSTILE: &str = r#"
const tried = {};
const attempt = async (name, work) => {
    try { tried[name] = await Promise.race([work(), new Promise((done) => setTimeout(done, 1500, 'nothing came'))]); }
    catch (error) { tried[name] = 'refused'; }
    if (tried[name] === undefined) tried[name] = 'done';
};
const answered = (target, good, bad) => new Promise((done, fail) => { target[good] = () => done('done'); target[bad] = fail; });
self.onmessage = async () => {
    self.postMessage({ kind: 'ready' });
    const http = 'http://COUNTER/', socket = 'ws://COUNTER/';
    await attempt('fetch', async () => { await fetch(http, { mode: 'no-cors' }); });
    await attempt('xhr', () => { const one = new XMLHttpRequest(); one.open('GET', http); const ended = answered(one, 'onload', 'onerror'); one.send(); return ended; });
    await attempt('websocket', () => { const one = new WebSocket(socket); return answered(one, 'onopen', 'onerror'); });
    await attempt('eventsource', () => { const one = new EventSource(http); return answered(one, 'onopen', 'onerror'); });
    await attempt('importScripts', async () => { importScripts(http + 'a.js'); });
    await attempt('import', async () => { await import(http + 'a.mjs'); });
    await attempt('import of a blob', async () => { await import(URL.createObjectURL(new Blob(['export default 1'], { type: 'text/javascript' }))); });
    await attempt('worker', () => { const one = new Worker(http + 'w.js'); return answered(one, 'onmessage', 'onerror'); });
    await attempt('worker in a worker', () => {
        const one = new Worker(URL.createObjectURL(new Blob(['fetch("' + http + '", { mode: "no-cors" }).then(() => postMessage(1), () => { throw 1 })'])));
        return answered(one, 'onmessage', 'onerror');
    });
    await attempt('webtransport', async () => { const one = new WebTransport('https://COUNTER/'); await one.ready; });
    await attempt('webrtc', async () => { new RTCPeerConnection(); });
    await attempt('beacon', async () => { navigator.sendBeacon(http, 'x'); });
    await attempt('indexeddb', () => { const one = indexedDB.open('x'); return answered(one, 'onsuccess', 'onerror'); });
    await attempt('caches', async () => { await caches.open('x'); });
    await attempt('files', async () => { await navigator.storage.getDirectory(); });
    await attempt('cookies', async () => { await cookieStore.getAll(); });
    await attempt('eval', async () => { eval('1'); });
    await attempt('function', async () => { new Function('return 1')(); });
    self.postMessage({ kind: 'out', text: JSON.stringify(tried) });
    self.postMessage({ kind: 'done' });
};"#;

/// The page's part: the very frame, with another worker's script in it.
const OPEN_FRAME: &str = r"
const frame = document.createElement('iframe');
frame.setAttribute('sandbox', 'allow-scripts');
frame.src = '/exercise/frame';
await new Promise((done) => { frame.onload = done; document.body.append(frame); });
const asked = (message) => new Promise((done) => {
    const listen = ({ source, data }) => { if (source === frame.contentWindow) { removeEventListener('message', listen); done(data); } };
    addEventListener('message', listen);
    frame.contentWindow.postMessage(message, '*');
});
const files = [{ name: 'a.js', role: 'worker', bytes: new TextEncoder().encode(arguments[0]).buffer }];
const loaded = await asked({ kind: 'load', files, memory_mb: 64 });
const told = await asked({ kind: 'run', id: 1, job: { time_ms: arguments[1] } });
return [loaded.kind, told.result];";

#[test]
fn what_runs_in_the_frame_reaches_no_network_no_storage_and_no_other_page() {
    let Some(visit) = Visit::begin("") else { return };
    let (address, count) = counter();
    let bench = bench(&["js"]);
    visit.browser.go(&format!("{}player/0", bench.address));
    let found = visit.browser.script(OPEN_FRAME, &[json!(HOSTILE.replace("COUNTER", &address)), json!(40_000)]);
    assert_eq!(found[0], "loaded", "{found}");
    let tried: BTreeMap<String, String> =
        serde_json::from_str(found[1]["output"].as_str().unwrap()).unwrap_or_else(|error| panic!("{error}: {found}"));
    assert_eq!(tried.len(), 18, "{tried:?}");
    for (what, came) in &tried {
        assert!(came != "done", "{what} got through: {tried:?}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "nobody came: {tried:?}");
    assert!(visit.browser.address().ends_with("player/0"));
    // The counter itself works.
    visit.browser.go(&format!("http://{address}/"));
    assert!(count.load(Ordering::SeqCst) > 0);
}

#[test]
fn a_worker_that_says_nothing_or_too_much_is_ended_by_the_frame() {
    let Some(visit) = Visit::begin("") else { return };
    let bench = bench(&["js"]);
    visit.browser.go(&format!("{}player/0", bench.address));
    let endless = "self.onmessage = () => { postMessage({ kind: 'ready' }); for (;;); }";
    let found = visit.browser.script(OPEN_FRAME, &[json!(endless), json!(500)]);
    assert_eq!(found[1]["stopped"], "time", "{found}");
    let flood = "self.onmessage = () => { postMessage({ kind: 'ready' }); for (let i = 0; i < 3000; i++) { postMessage({ kind: 'out', text: 'x'.repeat(9999) }); \
                 postMessage({ kind: 'test', test: { name: { toString: 1 }, kind: 'exploit', holds: 1 } }); postMessage(null); } postMessage({ kind: 'done', milliseconds: 'x', matched: 7 }); }";
    let found = visit.browser.script(OPEN_FRAME, &[json!(flood), json!(5_000)]);
    let output = found[1]["output"].as_str().unwrap_or_default().len();
    assert!(output <= 65_536, "{output}");
    assert!(found[1]["tests"].as_array().is_some_and(|tests| tests.len() <= 200), "{found}");
}

#[test]
fn the_frame_belongs_to_our_pages_only_and_to_no_origin() {
    let Some(visit) = Visit::begin("") else { return };
    let bench = bench(&["js"]);
    let (address, _) = counter();
    let frame = bench.address.split('/').take(3).collect::<Vec<_>>().join("/") + "/exercise/frame";
    visit.browser.go(&format!("{}player/0", bench.address));
    let script = "const frame = document.createElement('iframe'); frame.src = arguments[0];
        await new Promise((done) => { frame.onload = done; document.body.append(frame); });
        try { return String(frame.contentDocument) } catch { return 'refused' }";
    assert_eq!(
        visit.browser.script(script, &[json!(frame)]),
        json!("null"),
        "its document is another origin's even without the attribute"
    );
    // Another site's page asks it, and gets no answer: it is not shown there.
    visit.browser.go(&format!("http://{address}/"));
    let script = "const frame = document.createElement('iframe'); frame.src = arguments[0];
        await new Promise((done) => { frame.onload = done; document.body.append(frame); });
        return await Promise.race([
            new Promise((done) => { addEventListener('message', () => done('answered')); frame.contentWindow.postMessage({ kind: 'load', files: [], memory_mb: 16 }, '*') }),
            new Promise((done) => setTimeout(done, 1000, 'silent'))]);";
    assert_eq!(visit.browser.script(script, &[json!(frame)]), json!("silent"));
}
