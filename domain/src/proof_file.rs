//! Which files may prove that something was completed elsewhere, and what they are by their content.

use crate::{Refusal, World};
use std::collections::BTreeMap;

/// Largest file that is kept as a proof, in bytes.
pub const LARGEST: usize = 10 << 20;
/// Longest name of one, in characters.
const LONGEST_NAME: usize = 200;

/// What a proof is. Anything else might be a program, or hide one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// PDF.
    Pdf,
    /// A picture, PNG.
    Png,
    /// A picture, JPEG.
    Jpeg,
    /// Plain text in UTF-8.
    Text,
}

impl ProofKind {
    /// What a file is by its first bytes; none where it is nothing that is kept.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<ProofKind> {
        if bytes.starts_with(b"%PDF-") {
            Some(ProofKind::Pdf)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(ProofKind::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(ProofKind::Jpeg)
        } else {
            let is_plain = |text: &str| text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
            std::str::from_utf8(bytes).is_ok_and(is_plain).then_some(ProofKind::Text)
        }
    }

    /// The ending of its name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            ProofKind::Pdf => "pdf",
            ProofKind::Png => "png",
            ProofKind::Jpeg => "jpg",
            ProofKind::Text => "txt",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            ProofKind::Pdf => "application/pdf",
            ProofKind::Png => "image/png",
            ProofKind::Jpeg => "image/jpeg",
            ProofKind::Text => "text/plain; charset=utf-8",
        }
    }
}

/// What a file that is to be kept is.
///
/// # Errors
/// Where it is empty, too large, or of a kind that is not kept.
pub fn check(bytes: &[u8]) -> Result<ProofKind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::request("the file is empty"));
    }
    if bytes.len() > LARGEST {
        return Err(Refusal::request("the file is larger than 10 MB; keep a smaller copy, or only say where it is"));
    }
    ProofKind::of(bytes)
        .ok_or_else(|| Refusal::request("the file is no PDF, PNG, JPEG or plain text; export it as one of them"))
}

/// Whether this names a file that lies beside another: no folder, nothing hidden, nothing that means something to a system.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let is_odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '\u{0}');
    !name.is_empty() && !name.starts_with('.') && name.chars().count() <= LONGEST_NAME && !name.contains(is_odd)
}

/// The files that a list of completions names: the SHA-256 of each, or why it can't be taken.
pub type ProofFiles = BTreeMap<String, Result<String, String>>;

/// Whose proof a file is, and its SHA-256, by the number of the fact that names it: a completion's, or a request's.
#[must_use]
pub fn of_fact(world: &World, seq: u64) -> Option<(crate::person::PersonIx, &str)> {
    if let Some(request) = world.requests().get(seq) {
        let sha256 = request.asked.completion.as_ref()?.proof.as_deref()?;
        return Some((world.people().by_id(request.asked.person)?, sha256));
    }
    let seq = u32::try_from(seq).ok()?;
    let sha256 = world.proof(seq)?;
    let is_theirs = |person: &crate::person::Person| person.completions.iter().any(|one| one.seq == seq);
    let (ix, _) = world.people().listed().find(|(_, person)| is_theirs(person))?;
    Some((ix, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say_and_never_what_its_name_says() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Some(ProofKind::Pdf)),
            (b"\x89PNG\r\n\x1a\nrest", Some(ProofKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(ProofKind::Jpeg)),
            ("Passed on 3 March, grüezi\r\n".as_bytes(), Some(ProofKind::Text)),
            (b"MZ\x90\x00", None),
            (b"PK\x03\x04", None),
            (b"text\x00text", None),
            (b"\x7fELF", None),
        ] {
            assert_eq!(ProofKind::of(bytes), kind, "{bytes:?}");
        }
        assert!(check(b"").is_err() && check(&vec![b'a'; LARGEST + 1]).is_err() && check(&vec![b'a'; LARGEST]).is_ok());
    }

    #[test]
    fn only_a_file_that_lies_beside_is_named() {
        for name in ["", ".", "..", "../a.pdf", "/etc/passwd", "a/b.pdf", "a\\b.pdf", "C:a.pdf", ".ssh", "a\nb", "a\0"]
        {
            assert!(!is_plain_name(name), "{name:?}");
        }
        for name in ["a.pdf", "Zertifikat Müller (2).pdf", "a..b", "-rf"] {
            assert!(is_plain_name(name), "{name:?}");
        }
    }
}
