//! One Chromium and the words of WebDriver (w3.org/TR/webdriver2) that the tests need.

use super::kept::{Kept, keep};
use super::wire::send;
use serde_json::{Value, json};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

/// Under which name WebDriver hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How it looks to somebody: how wide, and in which colours.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub scheme: &'static str,
}

/// On a desk, in daylight.
pub const DESK: Look = Look { width: 1280, height: 800, scheme: "light" };
/// On a phone, in daylight.
pub const PHONE: Look = Look { width: 360, height: 740, scheme: "light" };

impl Look {
    /// The same in the dark.
    pub const fn dark(self) -> Look {
        Look { scheme: "dark", ..self }
    }
}

/// Something on a page.
#[derive(Clone, Debug)]
pub struct Element(String);

impl Element {
    /// As an argument of a script.
    pub fn value(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }

    pub fn of(value: &Value) -> Option<Element> {
        Some(Element(value.get(ELEMENT)?.as_str()?.to_owned()))
    }
}

/// A Chromium with one window.
pub struct Browser {
    address: String,
    session: String,
    _driver: Kept,
}

/// Where a program is, if it is installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

impl Browser {
    /// Starts it, where it is installed.
    pub fn start() -> Option<Browser> {
        let (chromium, driver) = (program("chromium")?, program("chromedriver")?);
        let folder = tempfile::tempdir().unwrap().keep();
        let mut command = Command::new(driver);
        command.arg("--port=0");
        let (driver, line) = keep(&command, &folder, "started successfully on port");
        let port = line.trim_end_matches('.').rsplit(' ').next().unwrap();
        let mut browser = Browser { address: format!("127.0.0.1:{port}"), session: String::new(), _driver: driver };
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        let mut flags = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--lang=en-US",
            // Chromium ends when the pipe does, and so with ChromeDriver.
            "--remote-debugging-pipe",
            &profile,
        ];
        // Its sandbox does not work for root.
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            flags.push("--no-sandbox");
        }
        let chrome = json!({ "binary": chromium, "args": flags });
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": chrome });
        let begun = browser.command("POST", "", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/{}", begun["sessionId"].as_str().unwrap());
        Some(browser)
    }

    /// A command of the protocol, which must succeed.
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_command(method, path, body).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let text = if method == "POST" { body.to_string() } else { String::new() };
        let path = format!("/session{}{path}", self.session);
        let reply = send(&self.address, method, &path, &[("Content-Type", "application/json")], text.as_bytes());
        let mut answer: Value = serde_json::from_slice(&reply.body).unwrap();
        let value = answer["value"].take();
        if reply.status == 200 { Ok(value) } else { Err(format!("{method} {path}: {}", value["message"])) }
    }

    /// A command of Chromium's own protocol.
    fn chromium(&self, command: &str, params: &Value) {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    pub fn go(&self, address: &str) {
        self.command("POST", "/url", &json!({ "url": address }));
    }

    pub fn address(&self) -> String {
        self.command("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// What a script gives back, which sees its arguments as `arguments`.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.command("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// The same where the page may just be going away.
    pub fn try_script(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        self.try_command("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    pub fn click(&self, element: &Element) {
        self.command("POST", &format!("/element/{}/click", element.0), &json!({}));
    }

    pub fn clear(&self, element: &Element) {
        self.command("POST", &format!("/element/{}/clear", element.0), &json!({}));
    }

    pub fn keys(&self, element: &Element, text: &str) {
        self.command("POST", &format!("/element/{}/value", element.0), &json!({ "text": text }));
    }

    /// A key without an element: whatever has the focus gets it.
    pub fn key(&self, key: char) {
        let presses = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": presses });
        self.command("POST", "/actions", &json!({ "actions": [keyboard] }));
    }

    pub fn look(&self, look: Look) {
        let size = json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", &size);
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": look.scheme }] });
        self.chromium("Emulation.setEmulatedMedia", &scheme);
    }

    /// A picture of the window, as PNG in base64.
    pub fn picture(&self) -> String {
        self.command("GET", "/screenshot", &Value::Null).as_str().unwrap().to_owned()
    }

    /// The cookies of the page, as a browser sends them.
    pub fn cookies(&self) -> String {
        let cookies = self.command("GET", "/cookie", &Value::Null);
        let pair = |cookie: &Value| Some(format!("{}={}", cookie["name"].as_str()?, cookie["value"].as_str()?));
        cookies.as_array().unwrap().iter().filter_map(pair).collect::<Vec<_>>().join("; ")
    }

    /// Forgets every cookie.
    pub fn forget(&self) {
        self.chromium("Network.clearBrowserCookies", &json!({}));
    }
}
