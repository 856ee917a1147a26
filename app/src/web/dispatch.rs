//! From a request to its answer: who asks, whether they may, what they sent; and from an answer to the bytes of a reply.

use super::asked::Asked;
use super::fields::{Fields, Page, Returned, Trouble};
use super::frame::{Answer, Answered, Part};
use super::pages::trouble;
use super::routes::{Gate, Handler, Route};
use super::{App, form_body, sign_in};
use crate::clock;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use keepsharp_domain::access::Act;
use keepsharp_domain::{calendar, look};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

pub(crate) type Reply = Response<Body>;

/// What of a request does not depend on its body.
struct Head {
    method: Method,
    path: String,
    query: String,
    params: Vec<(String, String)>,
    headers: HeaderMap,
    peer: SocketAddr,
}

/// Answers a request to one of our paths, `routes` being what that path can do.
pub(crate) async fn answer(
    app: Arc<App>,
    routes: Arc<[Route]>,
    params: Vec<(String, String)>,
    peer: SocketAddr,
    request: Request,
) -> Reply {
    let head = Head {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        params,
        headers: request.headers().clone(),
        peer,
    };
    if app.preview.is_some() && !is_of_this_machine(&head.headers) {
        let reply = plain(StatusCode::MISDIRECTED_REQUEST, "a preview is reached as 127.0.0.1 or localhost\n");
        return guarded(reply, false);
    }
    let wanted = if head.method == Method::HEAD { Method::GET } else { head.method.clone() };
    let Some(route) = routes.iter().find(|route| route.method == wanted).copied() else {
        let reply = plain(StatusCode::METHOD_NOT_ALLOWED, "this address does not do that\n");
        return guarded(reply, is_secure(&app, &head));
    };
    let sent = match route.handler {
        Handler::See(_) | Handler::Take(_) => Ok(Fields::default()),
        Handler::Do { .. } => {
            // Whoever may not send this form is told so before a byte of it is read.
            let place = app.forms.acquire().await;
            if let Some(reply) = tokio::task::block_in_place(|| turned_away(&app, route, &head)) {
                return reply;
            }
            drop(place);
            form_body::read(&app, route, request).await
        }
    };
    if route.is_quick && app.store.is_on_this_machine() {
        return finish(&app, route, &head, sent);
    }
    // Whoever waits for a place holds no thread; a sender that is slow was waited for before.
    let place = if matches!(route.handler, Handler::Do { .. }) { Some(app.forms.acquire().await) } else { None };
    // A large company's figures take a while, and so do a disk and a database elsewhere: another thread takes this one's place.
    let reply = tokio::task::block_in_place(|| finish(&app, route, &head, sent));
    drop(place);
    reply
}

/// Whether a request names this machine itself. A page elsewhere could have its own name lead here, and then read what we answer.
fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A request to a path that is not ours.
pub(crate) fn not_found(app: &App, path: &str, peer: SocketAddr, headers: HeaderMap) -> Reply {
    let head =
        Head { method: Method::GET, path: path.to_owned(), query: String::new(), params: Vec::new(), headers, peer };
    let is_secure = is_secure(app, &head);
    let reply = match ask(app, &head, is_secure) {
        Ok(asked) => in_trouble(&asked, &Trouble::NotFound),
        Err(trouble) => unwell(&trouble),
    };
    guarded(reply, is_secure)
}

fn finish(app: &App, route: Route, head: &Head, sent: Result<Fields, Trouble>) -> Reply {
    let is_secure = is_secure(app, head);
    let reply = match ask(app, head, is_secure) {
        Ok(mut asked) => match decide(&mut asked, route, head, sent) {
            Ok(answer) => written(&asked, answer),
            Err(trouble) => in_trouble(&asked, &trouble),
        },
        Err(trouble) => unwell(&trouble),
    };
    guarded(reply, is_secure)
}

fn unwell(trouble: &Trouble) -> Reply {
    log(trouble);
    plain(StatusCode::SERVICE_UNAVAILABLE, "Keepsharp can't read its database just now; try again shortly\n")
}

/// The reply to whoever may not use a route; none for whoever may.
fn turned_away(app: &App, route: Route, head: &Head) -> Option<Reply> {
    let is_secure = is_secure(app, head);
    let reply = match ask(app, head, is_secure) {
        Ok(asked) => in_trouble(&asked, &check_gate(&asked, route).err()?),
        Err(trouble) => unwell(&trouble),
    };
    Some(guarded(reply, is_secure))
}

fn check_gate(asked: &Asked, route: Route) -> Result<(), Trouble> {
    match route.gate {
        Gate::Everybody => Ok(()),
        Gate::SignedIn => asked.caller().map(|_| ()),
        Gate::May(act) if asked.caller()?.may(act) => Ok(()),
        Gate::May(_) => {
            let who = asked.session.as_ref().map_or("somebody", |session| session.subject.as_str());
            // The route, not the path: a path can hold somebody's id.
            crate::cli::log(&format!("{who} was not let in at {}", route.path));
            Err(Trouble::Forbidden)
        }
    }
}

/// Whether the caller may, and what the route's handler says then.
fn decide(asked: &mut Asked, route: Route, head: &Head, sent: Result<Fields, Trouble>) -> Answered {
    check_gate(asked, route)?;
    if matches!(route.gate, Gate::May(Act::Programme | Act::Records | Act::Definition | Act::Summary)) {
        choose_day(asked)?;
    }
    match route.handler {
        Handler::See(page) => see(asked, page),
        Handler::Take(page) => page(asked),
        Handler::Do { work, page } => {
            let sent = sent?;
            check_origin(asked, route, head, &sent)?;
            match work(asked, &sent) {
                Err(Trouble::Refused(problem)) => {
                    let returned = Returned { sent: Fields { file: None, values: sent.values }, problem };
                    Err(Trouble::Returned(Box::new((page, returned))))
                }
                other => other,
            }
        }
    }
}

/// Shows a page of the world as it is, or as it was known at another moment.
fn see(asked: &Asked, page: Page) -> Answered {
    let answer = match asked.known_at {
        None => page(asked, &asked.app.store.seen()),
        Some(at) => {
            let size = asked.app.store.seen().size();
            let folded = asked.app.pasts.of("known_at", size, at.to_string(), || asked.app.store.world_known_at(at));
            match &*folded {
                Ok(world) if world.size() > 0 => page(asked, world),
                Ok(_) => Err(Trouble::refused("nothing was recorded by then; choose a later moment")),
                Err(error) => Err(Trouble::Internal(error.to_string())),
            }
        }
    }?;
    let Answer::Looked { page, at, role } = answer else { return Ok(answer) };
    let by = {
        let world = asked.app.store.seen();
        asked.author(&world)?
    };
    let (today, zone) = (asked.today, asked.zone.clone());
    asked.commit(move |world| Ok((look::open(world, &by, at, role, (today, &zone)), ())))?;
    Ok(Answer::Page(page))
}

/// Learns all that a page may need to know of who asks, and when.
fn ask<'a>(app: &'a App, head: &Head, is_secure: bool) -> Result<Asked<'a>, Trouble> {
    let now = (app.clock)();
    let token = cookie(&head.headers, cookie_name(is_secure)).unwrap_or_default();
    // Whoever previews a course on their own machine is its made-up learner.
    let token = app.preview.as_ref().map_or(token, |preview| preview.token.as_str());
    // First the world: from here on the answer rests on no older state than this.
    let world = app.store.world()?;
    let mut signed_in = sign_in::session(app, token, now)?;
    let zone = clock::zone(&world);
    let today = now.to_zoned(zone.clone()).date();
    let caller = signed_in.as_ref().and_then(|(_, subject)| subject.caller(app, &world, today));
    drop(world);
    if let (Some(caller), Some((session, _))) = (&caller, &signed_in)
        && sign_in::is_idle(caller, session, now)
    {
        sign_in::end_left_alone(app, &session.token_hash);
        signed_in = None;
    }
    let caller = caller.filter(|_| signed_in.is_some());
    let text = |name| head.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    Ok(Asked {
        app,
        path: head.path.clone(),
        params: head.params.clone(),
        query: Fields::read(head.query.as_bytes()),
        csrf: if signed_in.is_some() { sign_in::csrf_token(token) } else { String::new() },
        session: signed_in.map(|(session, _)| session),
        caller,
        now,
        zone,
        today,
        as_of: today,
        known_at: None,
        returned: Returned::default(),
        sender: sender(app, head),
        is_secure,
        browser: text(header::USER_AGENT).to_owned(),
    })
}

/// Another day or moment of knowledge, for pages that can be about one.
fn choose_day(asked: &mut Asked) -> Result<(), Trouble> {
    if let Some(day) = asked.query.day("as_of")? {
        asked.as_of = day;
    }
    let known_at = asked.query.text("known_at");
    if !known_at.is_empty() {
        asked.known_at = Some(read_moment(asked, known_at)?);
    }
    Ok(())
}

/// A moment as a browser's field writes it, in the organisation's time zone to the end of that minute, or with a zone.
fn read_moment(asked: &Asked, text: &str) -> Result<Timestamp, Trouble> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let wrong = || Trouble::at("known_at", format!("{} is no moment", calendar::quote(text)));
    let civil: jiff::civil::DateTime = text.parse().map_err(|_| wrong())?;
    let at = civil.to_zoned(asked.zone.clone()).map_err(|_| wrong())?.timestamp();
    at.checked_add(jiff::SignedDuration::from_millis(59_999)).map_err(|_| wrong())
}

/// Who sent it, as far as counting attempts goes. A proxy on this machine, or one that the settings name, says who.
fn sender(app: &App, head: &Head) -> String {
    let peer = head.peer.ip();
    let is_proxy = peer.is_loopback() || app.settings.trusted_proxies.contains(&peer);
    // The last that was added is what our proxy saw; what stands before it anybody can have written.
    let last = head.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let told = last.and_then(|list| list.rsplit(',').next()).and_then(|text| text.trim().parse::<IpAddr>().ok());
    match told.filter(|_| is_proxy).unwrap_or(peer) {
        // One household or machine has a whole network of these.
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        address @ IpAddr::V4(_) => address.to_string(),
    }
}

/// Whether the browser speaks TLS to us or to the proxy before us. To believe the header too much only protects more.
fn is_secure(app: &App, head: &Head) -> bool {
    app.address.starts_with("https://")
        || head.headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https")
}

/// The session's cookie. `__Host-` ties it to this host and to TLS; without TLS no browser would keep such a one everywhere.
pub(crate) fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-keepsharp" } else { "keepsharp" }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// A change must come from a page of ours: browsers say from where, and a session's forms carry its token.
fn check_origin(asked: &Asked, route: Route, head: &Head, sent: &Fields) -> Result<(), Trouble> {
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let foreign = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => !["same-origin", "none"].contains(&site),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            text("host") != Some(host) && origin != asked.app.address
        }
        (None, None) => false,
    };
    let token_fits = asked.session.is_none()
        || crate::cli::sha256(sent.text("csrf").as_bytes()) == crate::cli::sha256(asked.csrf.as_bytes());
    if foreign || !token_fits {
        crate::cli::log(&format!("a form for {} did not come from a current page of ours", route.path));
        return Err(Trouble::Unreadable(
            "This form was not sent from a current page of Keepsharp. Go back, load the page again, and send it once more.",
        ));
    }
    Ok(())
}

fn written(asked: &Asked, answer: Answer) -> Reply {
    match answer {
        Answer::Page(text) if asked.app.preview.is_some() => practice_reply(text),
        Answer::Page(text) | Answer::Looked { page: text, .. } => html(StatusCode::OK, text),
        Answer::Go(address) => {
            let mut reply = plain(StatusCode::SEE_OTHER, "");
            insert(&mut reply, header::LOCATION, &address);
            reply
        }
        Answer::SignedIn { token, then } => {
            let mut reply = plain(StatusCode::SEE_OTHER, "");
            insert(&mut reply, header::LOCATION, &then);
            set_cookie(&mut reply, asked, &token, 14 * 24 * 3600);
            reply
        }
        Answer::SignedOut { then } => {
            let mut reply = plain(StatusCode::SEE_OTHER, "");
            insert(&mut reply, header::LOCATION, &then);
            set_cookie(&mut reply, asked, "", 0);
            insert(&mut reply, header::HeaderName::from_static("clear-site-data"), "\"cache\"");
            reply
        }
        Answer::Asset { kind, text } => {
            let mut reply = Response::new(Body::from(text));
            insert(&mut reply, header::CONTENT_TYPE, kind);
            insert(&mut reply, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
            reply
        }
        Answer::Part(part) => part_reply(part),
        Answer::Practice(text) => practice_reply(text),
        Answer::Text(text) => plain(StatusCode::OK, &text),
        Answer::File { name, kind, bytes } => {
            let mut reply = Response::new(Body::from(bytes));
            insert(&mut reply, header::CONTENT_TYPE, kind);
            insert(&mut reply, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
            reply
        }
        Answer::Picture { name, svg, is_public } => {
            let mut reply = Response::new(Body::from(svg));
            insert(&mut reply, header::CONTENT_TYPE, "image/svg+xml");
            insert(&mut reply, header::CONTENT_DISPOSITION, &format!("inline; filename=\"{name}\""));
            let (whose, from) = if is_public { ("public", "cross-origin") } else { ("private", "same-origin") };
            insert(&mut reply, header::CACHE_CONTROL, &format!("{whose}, max-age=300"));
            insert(&mut reply, RESOURCE_POLICY, from);
            reply
        }
    }
}

/// A part of an exercise, as it is served here and for `course check --run`.
pub(crate) fn part_reply(part: Part) -> Reply {
    match part {
        Part::Bytes { kind, bytes, is_lasting } => {
            let mut reply = Response::new(Body::from(Bytes::from_owner(bytes)));
            insert(&mut reply, header::CONTENT_TYPE, kind);
            let kept = if is_lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
            insert(&mut reply, header::CACHE_CONTROL, kept);
            reply
        }
        Part::Sandbox { text, policy } => {
            let mut reply = html(StatusCode::OK, text.to_owned());
            insert(&mut reply, header::CONTENT_SECURITY_POLICY, policy);
            insert(&mut reply, header::X_FRAME_OPTIONS, "SAMEORIGIN");
            reply
        }
    }
}

/// A page that holds an exercise.
pub(crate) fn practice_reply(text: String) -> Reply {
    let mut reply = html(StatusCode::OK, text);
    insert(&mut reply, header::CONTENT_SECURITY_POLICY, PRACTICE_POLICY);
    reply
}

fn set_cookie(reply: &mut Reply, asked: &Asked, token: &str, seconds: u32) {
    let secure = if asked.is_secure { "; Secure" } else { "" };
    let name = cookie_name(asked.is_secure);
    insert(
        reply,
        header::SET_COOKIE,
        &format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"),
    );
}

/// The answer to a request that was not answered as asked.
fn in_trouble(asked: &Asked, trouble: &Trouble) -> Reply {
    log(trouble);
    if let Trouble::Returned(returned) = trouble {
        return come_back(asked, returned.0, returned.1.clone());
    }
    if matches!(trouble, Trouble::SignIn) {
        let mut reply = plain(StatusCode::SEE_OTHER, "");
        let next = percent_encoding::utf8_percent_encode(&asked.path, percent_encoding::NON_ALPHANUMERIC);
        let address = if asked.path == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") };
        insert(&mut reply, header::LOCATION, &address);
        return reply;
    }
    let world = asked.app.store.world();
    let page = world.map_err(Trouble::from).and_then(|world| trouble::page(asked, &world, trouble));
    match page {
        Ok(text) if asked.app.preview.is_some() => {
            let mut reply = practice_reply(text);
            *reply.status_mut() = trouble::status(trouble);
            reply
        }
        Ok(text) => html(trouble::status(trouble), text),
        Err(_) => plain(trouble::status(trouble), "something went wrong\n"),
    }
}

/// Shows the page that a form stands on again, filled in, with the reason at the field.
fn come_back(asked: &Asked, page: Page, returned: Returned) -> Reply {
    let again = asked.with_returned(returned);
    match see(&again, page) {
        Ok(answer @ (Answer::Page(_) | Answer::Practice(_))) => {
            let mut reply = written(&again, answer);
            *reply.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            reply
        }
        Ok(_) => plain(StatusCode::UNPROCESSABLE_ENTITY, &again.returned.problem.message),
        Err(trouble) => in_trouble(&again, &trouble),
    }
}

fn log(trouble: &Trouble) {
    if let Trouble::Internal(message) = trouble {
        crate::cli::log(message);
    }
}

fn html(status: StatusCode, text: String) -> Reply {
    let mut reply = Response::new(Body::from(text));
    *reply.status_mut() = status;
    insert(&mut reply, header::CONTENT_TYPE, "text/html; charset=utf-8");
    reply
}

fn plain(status: StatusCode, text: &str) -> Reply {
    let mut reply = Response::new(Body::from(text.to_owned()));
    *reply.status_mut() = status;
    insert(&mut reply, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    reply
}

fn insert(reply: &mut Reply, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// What a page with an exercise may do beyond the others: load our scripts, fetch from us, and hold our frame. What a learner writes runs in that
/// frame, which has an origin and a policy of its own.
const PRACTICE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; style-src 'self'; \
     img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Pages load a style sheet and pictures of ours, and send forms to us. Nothing else; there is no script at all.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// From where a reply may be loaded into a page.
const RESOURCE_POLICY: header::HeaderName = header::HeaderName::from_static("cross-origin-resource-policy");

/// Adds what every reply says to the browser.
pub(crate) fn guarded(mut reply: Reply, is_secure: bool) -> Reply {
    let headers = reply.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.entry(RESOURCE_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if is_secure {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    reply
}
