//! The made-up company, written once and served for all tests, and one Chromium for them to share.

use super::driver::Browser;
use super::kept::{Kept, keep};
use crate::common::{self, Output};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// A company that is served.
pub struct Company {
    /// `host:port`.
    pub address: String,
    data: PathBuf,
    _server: Kept,
    /// Who was overdue at first, by employee id; each test that mends it for one of them takes another place of this list.
    pub overdue: Vec<String>,
}

/// The control of the made-up company.
pub const CONTROL: &str = "TRN.2.01";

/// The one that the tests look at. They share it, so that none may rely on another, nor on what nobody did yet.
pub static COMPANY: LazyLock<Company> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    let data = folder.join("data");
    let mut command = common::command(Path::new(env!("CARGO_BIN_EXE_keepsharp")));
    command.args(["demo", "--listen", "127.0.0.1:0", "--into"]).arg(&data);
    let (server, line) = keep(&command, &folder, " is at http://");
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned();
    let mut company = Company { address, data, _server: server, overdue: Vec::new() };
    let rows = company.ask(&["status", "--control", CONTROL, "--only", "overdue"]).rows();
    company.overdue = rows.into_iter().map(|mut row| row.remove("employee_id").unwrap()).collect();
    company
});

impl Company {
    /// What a command says of this company.
    pub fn ask(&self, args: &[&str]) -> Output {
        let mut command = common::command(Path::new(env!("CARGO_BIN_EXE_keepsharp")));
        let output = Output::of(&command.arg("--data").arg(&self.data).args(args).output().unwrap());
        assert_eq!(output.code, Some(0), "keepsharp {args:?}: {output:#?}");
        output
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A one-time link that signs somebody in.
    pub fn link(&self, id: &str) -> String {
        self.ask(&["link", id, "--address", &self.url("")]).stdout.trim().to_owned()
    }

    /// Whoever is employed, by the columns of `people list`.
    pub fn people(&self) -> Vec<BTreeMap<String, String>> {
        self.ask(&["people", "list"]).rows()
    }
}

static BROWSER: LazyLock<Option<Mutex<Browser>>> = LazyLock::new(|| Browser::start().map(Mutex::new));

/// Whether a test without what it needs fails, rather than says so and passes.
pub fn is_required() -> bool {
    std::env::var("REQUIRE_BROWSER").is_ok_and(|value| value == "1")
}

/// Chromium, for one test at a time; none where it is not installed.
pub fn browser() -> Option<MutexGuard<'static, Browser>> {
    let Some(browser) = &*BROWSER else {
        assert!(!is_required(), "REQUIRE_BROWSER=1, but chromium or chromedriver is not installed");
        eprintln!("skipped: chromium or chromedriver is not installed");
        return None;
    };
    // A test that failed left a page behind, and nothing worse.
    Some(browser.lock().unwrap_or_else(PoisonError::into_inner))
}
