//! How is the body of a form read, never more of it and never longer than is good?

use super::App;
use super::fields::{Fields, SentFile, Trouble};
use super::routes::{Gate, Route};
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use keepsharp_domain::access::Act;
use keepsharp_domain::proof_file;
use keepsharp_domain::sheet::LARGEST_FILE;
use std::time::Duration;

/// What a form without a file may weigh.
const LARGEST_FORM: usize = 256 << 10;
/// How long a sender may take over a form.
const FORM_PATIENCE: Duration = Duration::from_secs(20);
/// How long a sender may take over a file.
const FILE_PATIENCE: Duration = Duration::from_mins(5);
/// What a field without a file may hold, in characters.
const LONGEST_FIELD: usize = 4_000;
/// More parts than this no form of ours has.
const MOST_PARTS: usize = 40;

/// Reads what a form sent, bounded in size and time.
///
/// # Errors
/// Where it is no form of ours, too large, or does not arrive.
pub(super) async fn read(app: &App, route: Route, request: Request) -> Result<Fields, Trouble> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let slow = |_| Trouble::Unreadable("The form did not arrive in time. Nothing was changed; send it again.");
    if route.takes_file && kind.starts_with("multipart/form-data") {
        // Files are held in memory while they are read, so only a few at a time.
        let (places, most) = match route.gate {
            Gate::May(Act::OwnRecord) => (&app.own_uploads, proof_file::LARGEST + 1),
            _ => (&app.uploads, LARGEST_FILE),
        };
        let place = places.acquire().await;
        let read = tokio::time::timeout(FILE_PATIENCE, read_multipart(request, most)).await.map_err(slow)?;
        drop(place);
        return read;
    }
    if route.takes_anything {
        // One press in a mail program (RFC 8058): what it sends says nothing that the address does not.
        let body = axum::body::to_bytes(request.into_body(), LARGEST_FORM);
        tokio::time::timeout(FORM_PATIENCE, body).await.map_err(slow)?.map_err(|_| Trouble::TooLarge)?;
        return Ok(Fields::default());
    }
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Trouble::Unreadable("This is not a form of ours."));
    }
    let body = axum::body::to_bytes(request.into_body(), LARGEST_FORM);
    let bytes: Bytes = tokio::time::timeout(FORM_PATIENCE, body).await.map_err(slow)?.map_err(|_| Trouble::TooLarge)?;
    let fields = Fields::read(&bytes);
    let is_long = |(_, value): &&(String, String)| value.chars().count() > LONGEST_FIELD;
    match fields.values.iter().find(is_long).filter(|_| !route.takes_file) {
        Some((name, _)) => Err(Trouble::refused(format!("{name}: write at most 4,000 characters"))),
        None => Ok(fields),
    }
}

/// Reads a form with a file of at most so many bytes.
async fn read_multipart(request: Request, largest: usize) -> Result<Fields, Trouble> {
    let broken = |_| Trouble::Unreadable("The form arrived broken. Nothing was changed; send it again.");
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|_| Trouble::Unreadable("This is not a form of ours."))?;
    let mut fields = Fields::default();
    let mut total = 0;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        if fields.values.len() >= MOST_PARTS {
            return Err(Trouble::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(|name| name.chars().take(200).collect::<String>());
        let most = if file_name.is_some() { largest } else { LARGEST_FORM };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            total += chunk.len();
            if bytes.len() + chunk.len() > most || total > largest + LARGEST_FORM {
                return Err(Trouble::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(name) if !bytes.is_empty() => fields.file = Some(SentFile { name, bytes }),
            Some(_) => {}
            None => fields.values.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(fields)
}
