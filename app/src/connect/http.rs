//! How is a tracker spoken to? JSON over HTTPS, bounded in time and size, the token to its own host only.

use super::tracker::Trouble;
use crate::clock;
use serde_json::Value;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a call may take, all in all.
const WHOLE: Duration = Duration::from_secs(30);
/// Largest answer that is read, in bytes.
const LARGEST: u64 = 16 << 20;
/// Most pages that are read of one list.
const MOST_PAGES: u32 = 100;
/// How long is waited where a tracker says that there was too much, and not for how long.
const A_WHILE: Duration = Duration::from_mins(1);

/// One tracker, its address and its token.
pub(super) struct Client {
    agent: Agent,
    /// What people call the tracker.
    title: &'static str,
    /// Its address, without a slash at the end.
    pub(super) url: String,
    /// The project in which campaigns' issues stand.
    pub(super) project: String,
    secret: (&'static str, String),
    /// What every request says beside the token.
    headers: Vec<(&'static str, &'static str)>,
    me: OnceLock<String>,
}

/// What calls other systems, which are on this machine or elsewhere: bounded in time, with the machine's certificates.
pub(crate) fn agent(is_here: bool) -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(WHOLE))
        // A redirect would take the token elsewhere; whoever runs this should know the address.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // A connection kept open may be gone when it is written to; then nobody knows whether the write was done.
        .max_idle_connections(0)
        .user_agent("keepsharp")
        .tls_config(TlsConfig::builder().root_certs(roots()).build());
    // A proxy that the environment names leads elsewhere.
    if is_here { config.proxy(None).build().into() } else { config.build().into() }
}

/// Scheme and host of an address, and whether that is this machine.
fn parts(url: &str) -> (&str, &str, bool) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    (scheme, host, ["localhost", "127.0.0.1", "[::1]"].contains(&name))
}

/// What came back for bytes that were posted, whatever its status.
pub(super) struct Posted {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Posts bytes that may be posted twice and hold no secret, and reads at most so many of the answer.
pub(super) fn post(url: &str, kind: &str, body: &[u8], most: u64) -> Result<Posted, Trouble> {
    let (scheme, host, is_here) = parts(url);
    if host.is_empty() || host.contains('@') || !["https", "http"].contains(&scheme) {
        return Err(Trouble::refused(format!("{url} is no address; mend it in [witness] of the settings")));
    }
    let request = Request::builder().method("POST").uri(url).header("Content-Type", kind).body(body);
    let request = request.map_err(|error| Trouble::refused(format!("{url}: {error}")))?;
    let failed = |error: ureq::Error| Trouble::later(format!("{url}: {error}"));
    let mut response = agent(is_here).run(request).map_err(failed)?;
    let status = response.status().as_u16();
    if status == 429 {
        let after = Some(pause(response.headers()).unwrap_or(A_WHILE));
        return Err(Trouble::Later { why: format!("{url} asks for a pause"), after });
    }
    if status >= 500 {
        return Err(Trouble::Later { why: format!("{url} answers {status}"), after: pause(response.headers()) });
    }
    let body = response.body_mut().with_config().limit(most).read_to_vec().map_err(failed)?;
    Ok(Posted { status, body })
}

/// An answer.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Client {
    /// # Errors
    /// Where the address can't be one.
    pub(super) fn new(
        title: &'static str,
        url: &str,
        project: &str,
        secret: (&'static str, String),
    ) -> Result<Client, String> {
        let url = url.trim_end_matches('/');
        let (scheme, host, is_here) = parts(url);
        if host.is_empty() || host.contains('@') || !(scheme == "https" || (scheme == "http" && is_here)) {
            return Err("url is to begin with https://, so that nobody on the way can read the token".to_owned());
        }
        Ok(Client {
            agent: agent(is_here),
            title,
            url: url.to_owned(),
            project: project.to_owned(),
            secret,
            headers: Vec::new(),
            me: OnceLock::new(),
        })
    }

    pub(super) fn with_header(mut self, name: &'static str, value: &'static str) -> Client {
        self.headers.push((name, value));
        self
    }

    /// The user name that the token belongs to, asked for once.
    pub(super) fn me(&self, path: &str, field: &str) -> Result<String, Trouble> {
        if let Some(me) = self.me.get() {
            return Ok(me.clone());
        }
        let user = self.get(path)?;
        let me = text(&user, field);
        if me.is_empty() {
            return Err(self.no_api());
        }
        Ok(self.me.get_or_init(|| me).clone())
    }

    /// Reads one thing.
    pub(super) fn get(&self, path: &str) -> Result<Value, Trouble> {
        let answer = self.ask("GET", &self.at(path), None)?;
        serde_json::from_str(&answer.body).map_err(|_| self.no_api())
    }

    /// Whether there is such a thing.
    pub(super) fn is_there(&self, path: &str) -> Result<bool, Trouble> {
        let answer = self.call("GET", &self.at(path), None)?;
        if answer.status == 404 {
            return Ok(false);
        }
        self.judged("GET", answer).map(|_| true)
    }

    /// Reads a list, all its pages.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Value>, Trouble> {
        let (mut items, mut query) = (Vec::new(), None::<String>);
        let bare = path.split('?').next().unwrap_or_default();
        for _ in 0..MOST_PAGES {
            let answer = match &query {
                None => self.ask("GET", &self.at(path), None)?,
                Some(query) => self.ask("GET", &self.at(&format!("{bare}?{query}")), None)?,
            };
            let page: Vec<Value> = serde_json::from_str(&answer.body).map_err(|_| self.no_api())?;
            items.extend(page);
            query = next_query(path, &answer.headers);
            if query.is_none() {
                return Ok(items);
            }
        }
        Err(Trouble::refused(format!("{}: a list of {bare} has more than {MOST_PAGES} pages", self.title)))
    }

    /// Writes something.
    pub(super) fn send(&self, verb: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.send_to(verb, &self.at(path), body)
    }

    /// Writes something at an address of the same host.
    pub(super) fn send_to(&self, verb: &str, url: &str, body: &Value) -> Result<Value, Trouble> {
        let answer = self.ask(verb, url, Some(body))?;
        serde_json::from_str(&answer.body)
            .map_err(|_| Trouble::Unsure { why: format!("{}: the answer to a write can't be read", self.title) })
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn ask(&self, verb: &str, url: &str, body: Option<&Value>) -> Result<Answer, Trouble> {
        let answer = self.call(verb, url, body)?;
        self.judged(verb, answer)
    }

    fn call(&self, verb: &str, url: &str, body: Option<&Value>) -> Result<Answer, Trouble> {
        let mut request = Request::builder().method(verb).uri(url).header("Accept", "application/json");
        request = request.header(self.secret.0, &self.secret.1);
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let bytes = body.map(Value::to_string).unwrap_or_default();
        if body.is_some() {
            request = request.header("Content-Type", "application/json");
        }
        // The error of a builder could quote the header that holds the token.
        let unwritable = |_| Trouble::refused(format!("{}: the address or the token can't be sent", self.title));
        let sent = if body.is_some() {
            self.agent.run(request.body(bytes).map_err(unwritable)?)
        } else {
            self.agent.run(request.body(()).map_err(unwritable)?)
        };
        let mut response = sent.map_err(|error| self.unanswered(verb, &error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let read = response.body_mut().with_config().limit(LARGEST).read_to_string();
        let body = read.map_err(|error| self.unanswered(verb, &error))?;
        Ok(Answer { status, headers, body })
    }

    /// What it means that no answer came: a write may have been done, unless nobody was reached.
    fn unanswered(&self, verb: &str, error: &ureq::Error) -> Trouble {
        use std::io::ErrorKind::{ConnectionRefused, InvalidData};
        use ureq::Timeout;
        let why = format!("{} at {}: {error}", self.title, self.url);
        if matches!(error, ureq::Error::Io(error) if error.kind() == InvalidData && why.contains("certificate")) {
            let mend = "this machine does not trust it; add your company's certificate to the machine's, or mend url";
            return Trouble::refused(format!("{why}: {mend}"));
        }
        let was_reached = match error {
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Tls(_) => false,
            ureq::Error::Timeout(when) => !matches!(when, Timeout::Resolve | Timeout::Connect),
            ureq::Error::Io(error) => error.kind() != ConnectionRefused,
            _ => true,
        };
        if verb == "GET" || !was_reached { Trouble::later(why) } else { Trouble::Unsure { why } }
    }

    fn judged(&self, verb: &str, answer: Answer) -> Result<Answer, Trouble> {
        let status = answer.status;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let why = format!("{} answers {status}{}", self.title, told(&answer.body));
        let pause = pause(&answer.headers);
        let is_limited = status == 429 || (status == 403 && is_exhausted(&answer.headers));
        if is_limited {
            let why = format!("{} asks for a pause (answer {status})", self.title);
            return Err(Trouble::Later { why, after: Some(pause.unwrap_or(A_WHILE)) });
        }
        Err(match status {
            // A proxy that gave up waiting does not know what became of a write.
            500.. if verb != "GET" => Trouble::Unsure { why },
            408 | 409 | 500.. => Trouble::Later { why, after: pause },
            300..=399 => {
                Trouble::refused(format!("{why}: it is to be found elsewhere; mend url or project in the settings"))
            }
            401 => {
                Trouble::refused(format!("{why}: the token is not accepted; make a new one and put it into token_file"))
            }
            403 => Trouble::refused(format!(
                "{why}: the token may not do this; give it the rights that docs/issues.md names"
            )),
            404 => Trouble::refused(format!("{why}: there is no such project or issue, or the token may not see it")),
            _ => Trouble::refused(why),
        })
    }

    fn no_api(&self) -> Trouble {
        Trouble::refused(format!(
            "{} is not {}: its answer is none that the interface has; mend url in the settings",
            self.url, self.title
        ))
    }
}

/// The certificates that this machine trusts, a company's own among them.
fn roots() -> RootCerts {
    let found = rustls_native_certs::load_native_certs();
    let certificates: Vec<Certificate> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    if certificates.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(&certificates) }
}

/// What the tracker says of an error, cut short.
fn told(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let message = value.get("message").or_else(|| value.get("error")).map(|message| match message {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let message: String = message.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    if message.is_empty() { String::new() } else { format!(" ({message})") }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// GitHub says "no more for now" with 403.
fn is_exhausted(headers: &HeaderMap) -> bool {
    headers.contains_key("retry-after") || number(headers, "x-ratelimit-remaining") == Some(0)
}

/// How long to wait, as the headers say.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    if let Some(seconds) = number(headers, "retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    let reset = number(headers, "ratelimit-reset").or_else(|| number(headers, "x-ratelimit-reset"))?;
    let now = u64::try_from(clock::now().as_second()).ok()?;
    Some(Duration::from_secs(reset.saturating_sub(now)))
}

/// The query of a list's next page. Of an address that the tracker gives only the query is used, so that the token goes to no
/// other place than before.
fn next_query(path: &str, headers: &HeaderMap) -> Option<String> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    if let Some(page) = headers.get("x-next-page") {
        let page: u32 = page.to_str().ok()?.trim().parse().ok()?;
        let rest = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("page="));
        let next = format!("page={page}");
        return Some(rest.chain([next.as_str()]).collect::<Vec<_>>().join("&"));
    }
    let links = headers.get("link")?.to_str().ok()?;
    let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let address = next.split_once('<')?.1.split_once('>')?.0;
    address.split_once('?').map(|(_, query)| query.to_owned())
}

/// A text field; empty where there is none.
pub(super) fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Text as part of an address.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// An instant field.
pub(super) fn instant(value: &Value, field: &str) -> Result<jiff::Timestamp, Trouble> {
    let told = value.get(field).and_then(Value::as_str).and_then(|text| text.parse().ok());
    told.ok_or_else(|| Trouble::refused(format!("an answer has no {field}; url in the settings is not the tracker's")))
}

/// A number field.
pub(super) fn whole(value: &Value, field: &str) -> Result<u64, Trouble> {
    let told = value.get(field).and_then(Value::as_u64);
    told.ok_or_else(|| Trouble::refused(format!("an answer has no {field}; url in the settings is not the tracker's")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_next_page_is_asked_of_the_same_place() {
        let path = "/api/issues?state=all&page=1&since=x%2Dy";
        for (list, expected) in [
            (vec![], None),
            (vec![("x-next-page", "")], None),
            (
                vec![("x-next-page", "2"), ("link", "<http://evil.example/?page=3>; rel=\"next\"")],
                Some("state=all&since=x%2Dy&page=2"),
            ),
            (
                vec![("link", "<http://evil.example/a?page=3&q=1>; rel=\"next\", <b?page=9>; rel=\"last\"")],
                Some("page=3&q=1"),
            ),
            (vec![("link", "<b?page=9>; rel=\"last\"")], None),
        ] {
            assert_eq!(next_query(path, &headers(&list)).as_deref(), expected, "{list:?}");
        }
    }

    #[test]
    fn a_pause_is_as_long_as_the_tracker_says() {
        let later = (clock::now().as_second() + 500).to_string();
        let long = pause(&headers(&[("ratelimit-reset", &later)])).unwrap().as_secs();
        assert!((490..=500).contains(&long), "{long}");
        assert_eq!(
            pause(&headers(&[("retry-after", "30"), ("ratelimit-reset", &later)])),
            Some(Duration::from_secs(30))
        );
        assert_eq!(pause(&headers(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")])), None);
        assert!(is_exhausted(&headers(&[("x-ratelimit-remaining", "0")])));
        assert!(!is_exhausted(&headers(&[("x-ratelimit-remaining", "12")])));
    }

    #[test]
    fn a_certificate_that_is_not_trusted_is_for_somebody_to_mend() {
        let client =
            Client::new("GitLab", "https://gitlab.example", "a/b", ("PRIVATE-TOKEN", "secret".to_owned())).unwrap();
        let error = std::io::Error::new(std::io::ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer");
        let trouble = client.unanswered("POST", &ureq::Error::Io(error));
        assert!(matches!(&trouble, Trouble::Refused { why } if why.contains("does not trust")), "{trouble}");
        let reset = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "reset");
        assert!(matches!(client.unanswered("POST", &ureq::Error::Io(reset)), Trouble::Unsure { .. }));
    }
}
