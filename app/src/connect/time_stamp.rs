//! How is a time stamp got, and what does one say? RFC 3161.
//!
//! LIMIT: status, imprint and nonce are checked here, and not the authority's own signature and certificate: for that there is
//! `openssl ts -verify`, with the authority's certificate from its own hand.

use super::http::post;
use super::tracker::Trouble;
use der::{AnyRef, Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Largest answer that is read, in bytes: a token with its chain of certificates.
const LARGEST: u64 = 256 << 10;

// Object identifiers, as their bytes stand in DER.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TIME_STAMP_TOKEN: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// A field `[0]` that holds what it tags.
const ZERO: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// What a time stamp says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// When, by the authority's clock.
    pub(crate) at: Timestamp,
    /// Hash function and hash of what was stamped.
    algorithm: Vec<u8>,
    hash: Vec<u8>,
    /// The number that the request gave along, as its bytes stand in DER.
    nonce: Vec<u8>,
}

/// Has bytes stamped, and gives the answer as it came (a `TimeStampResp`), which holds the token.
pub(crate) fn stamp(url: &str, bytes: &[u8], nonce: u64) -> Result<Vec<u8>, Trouble> {
    let hash = Sha256::digest(bytes);
    let request = request(&hash, nonce).map_err(|error| Trouble::refused(error.to_string()))?;
    let posted = post(url, "application/timestamp-query", &request, LARGEST)?;
    if posted.status != 200 {
        return Err(Trouble::refused(format!(
            "{url} answers {}; mend timestamp_authority in the settings",
            posted.status
        )));
    }
    check(&posted.body, &hash, nonce).map_err(|why| Trouble::refused(format!("{url}: {why}")))?;
    Ok(posted.body)
}

fn check(answer: &[u8], hash: &[u8], nonce: u64) -> Result<(), String> {
    let stamp = read(answer)?;
    if stamp.algorithm != SHA_256 || stamp.hash != hash {
        return Err("the time stamp is of something else than what was sent".to_owned());
    }
    let nonce = nonce.to_der().map_err(|error| error.to_string())?;
    if AnyRef::from_der(&nonce).map(AnyRef::value) != Ok(&stamp.nonce) {
        return Err("the time stamp does not repeat the number that was sent along, so it may be an old one".to_owned());
    }
    Ok(())
}

fn request(hash: &[u8], nonce: u64) -> der::Result<Vec<u8>> {
    let algorithm =
        element(Tag::Sequence, &[element(Tag::ObjectIdentifier, &[SHA_256])?, element::<&[u8]>(Tag::Null, &[])?])?;
    let imprint = element(Tag::Sequence, &[algorithm, element(Tag::OctetString, &[hash])?])?;
    // With its certificates, so that the token can be checked years later with nothing but the authority's root.
    element(Tag::Sequence, &[1_u8.to_der()?, imprint, nonce.to_der()?, true.to_der()?])
}

fn element<B: AsRef<[u8]>>(tag: Tag, parts: &[B]) -> der::Result<Vec<u8>> {
    let content: Vec<u8> = parts.iter().flat_map(|part| part.as_ref().iter().copied()).collect();
    AnyRef::new(tag, &content)?.to_der()
}

/// Reads an answer; nothing but its status is verified.
pub(crate) fn read(answer: &[u8]) -> Result<Stamp, String> {
    let unreadable = || "the answer is no time stamp (RFC 3161)".to_owned();
    let response = sequence(answer).ok_or_else(unreadable)?;
    let status = response.first().and_then(|status| parts(*status)).ok_or_else(unreadable)?;
    // 0 is granted, 1 is granted with another policy or accuracy than asked for, which we did not ask for.
    match status.first().map(|number| number.value()) {
        Some([0 | 1]) => {}
        Some(number) => return Err(format!("the authority refused (status {number:?}{})", said(&status))),
        None => return Err(unreadable()),
    }
    response.get(1).and_then(|token| stamp_in(*token)).ok_or_else(unreadable)
}

/// What a token says: `ContentInfo`, in it `SignedData`, in it `TSTInfo`.
fn stamp_in(token: AnyRef) -> Option<Stamp> {
    let signed = explicit(*tagged(token, SIGNED_DATA)?.get(1)?)?;
    // Version, digest algorithms, content.
    let content = tagged(*parts(signed)?.get(2)?, TIME_STAMP_TOKEN)?;
    let octets = explicit(*content.get(1)?).filter(|octets| octets.tag() == Tag::OctetString)?;
    // Version, policy, imprint, serial number, time; then what may be left out, of which no two have one tag.
    let info = sequence(octets.value())?;
    let [_, _, imprint, _, time, rest @ ..] = info.as_slice() else { return None };
    let imprint = parts(*imprint)?;
    let algorithm = parts(*imprint.first()?)?.first()?.value().to_vec();
    let hash = imprint.get(1)?.value().to_vec();
    let nonce = rest.iter().find(|field| field.tag() == Tag::Integer).map(|nonce| nonce.value().to_vec());
    let time = (time.tag() == Tag::GeneralizedTime).then(|| instant(time.value()))??;
    Some(Stamp { at: time, algorithm, hash, nonce: nonce.unwrap_or_default() })
}

/// `20261122140507.25Z`
fn instant(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let part = |from: usize, to: usize| text.get(from..to);
    let (date, time) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?, text.get(12..)?));
    format!("{}-{}-{}T{}:{}:{}", date.0, date.1, date.2, time.0, time.1, time.2).parse().ok()
}

/// The texts in which an authority says why, cut short.
fn said(status: &[AnyRef]) -> String {
    let texts = status.iter().skip(1).filter_map(|field| parts(*field)).flatten();
    let said = texts.map(|text| String::from_utf8_lossy(text.value()).into_owned()).collect::<Vec<_>>().join("; ");
    let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
    if said.is_empty() { said } else { format!(": {said}") }
}

/// The parts of a sequence that begins with this object identifier.
fn tagged<'a>(sequence: AnyRef<'a>, identifier: &[u8]) -> Option<Vec<AnyRef<'a>>> {
    let parts = parts(sequence)?;
    parts
        .first()
        .is_some_and(|first| first.tag() == Tag::ObjectIdentifier && first.value() == identifier)
        .then_some(parts)
}

fn explicit(field: AnyRef) -> Option<AnyRef> {
    (field.tag() == ZERO).then(|| AnyRef::from_der(field.value()).ok())?
}

fn sequence(bytes: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    parts(AnyRef::from_der(bytes).ok()?)
}

fn parts(sequence: AnyRef) -> Option<Vec<AnyRef>> {
    if sequence.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(parts)
}
