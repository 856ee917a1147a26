//! What is wrong with a pack, and where?

use std::fmt;

use crate::canonical::CanonicalError;
use crate::checkpoint::CheckpointError;
use crate::key::KeyError;
use crate::note::NoteError;

/// The steps of a check, in the order in which they are told.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// The zip, and which files are in it.
    Zip,
    /// What the manifest says.
    Manifest,
    /// Whose key it is.
    Key,
    /// The length and SHA-256 of every file.
    Files,
    /// Who signed the manifest.
    Signature,
    /// Who signed which head of the ledger.
    Checkpoint,
    /// The facts, to the root.
    Facts,
    /// The private parts that are shown.
    Disclosures,
}

impl Step {
    /// All of them.
    pub const ALL: [Step; 8] = [
        Step::Zip,
        Step::Manifest,
        Step::Key,
        Step::Files,
        Step::Signature,
        Step::Checkpoint,
        Step::Facts,
        Step::Disclosures,
    ];
}

/// Something that is wrong with a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// In which step it was found.
    pub step: Step,
    /// In which file; none if it is the zip as a whole.
    pub file: Option<String>,
    /// In which line of it, from 1.
    pub line: Option<u64>,
    /// At which fact, if it is one fact's.
    pub seq: Option<u64>,
    /// What.
    pub wrong: Wrong,
}

impl Finding {
    pub(super) fn new(step: Step, wrong: Wrong) -> Finding {
        Finding { step, file: None, line: None, seq: None, wrong }
    }

    pub(super) fn of(self, file: &str) -> Finding {
        Finding { file: Some(file.to_owned()), ..self }
    }

    pub(super) fn line(self, line: u64) -> Finding {
        Finding { line: Some(line), ..self }
    }

    pub(super) fn fact(self, seq: u64) -> Finding {
        Finding { seq: Some(seq), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            // The name may be anybody's, control characters included.
            Some(file) => write!(f, "{}", file.escape_debug())?,
            None => f.write_str("the zip")?,
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, " (fact {seq})")?;
        }
        write!(f, ": {}", self.wrong)
    }
}

impl std::error::Error for Finding {}

/// What can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It has no end as zips have.
    NotAZip,
    /// There is something behind the end.
    Appended {
        /// How much.
        bytes: u64,
    },
    /// The zip has a comment.
    Comment,
    /// Something lies before, between or behind the files.
    Gap {
        /// Where a record was due.
        at: u64,
    },
    /// A byte of the zip's own records is not the one that a pack has there.
    Record {
        /// Which, from 0.
        at: u64,
    },
    /// It is longer than a pack may be.
    TooLong {
        /// How long that is.
        limit: u64,
    },
    /// More files than a pack may have.
    TooManyFiles {
        /// How many that are.
        limit: usize,
    },
    /// A name that no file of a pack has.
    Name,
    /// There are two of that name.
    Twice,
    /// It is encrypted.
    Encrypted,
    /// It is a symbolic link.
    SymbolicLink,
    /// It is packed in another way.
    Method {
        /// The number of that way.
        number: u64,
    },
    /// It has an extra field or a comment.
    Extra,
    /// It is not where it belongs among the files.
    Order,
    /// It is not there.
    Missing,
    /// The manifest does not name it.
    NotInManifest,
    /// It can't be read.
    Unreadable {
        /// What the reader said.
        reason: String,
    },
    /// What it holds is not what the zip says of its length or sum.
    Unpacked,
    /// It is not as long as the manifest says.
    Length {
        /// What the manifest says.
        manifest: u64,
        /// What it is.
        found: u64,
    },
    /// It has not the hash that the manifest says.
    Hash {
        /// What the manifest says.
        manifest: String,
        /// What it is.
        found: String,
    },
    /// It is not canonical JSON.
    Canonical(CanonicalError),
    /// A member is not what it must be.
    Member {
        /// Its name.
        member: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The manifest is of another kind of pack.
    Format {
        /// What it says.
        found: String,
    },
    /// The key can't be read.
    Key(KeyError),
    /// The key is not one that this ledger was ever signed with.
    OtherLedgersKey {
        /// Those that the facts name.
        known: Vec<String>,
    },
    /// The key that the pack brings is not the one that its facts name last.
    NotTheLastKey,
    /// The note is not signed by the key.
    Note(NoteError),
    /// The note is signed, but not over this manifest.
    OtherManifest,
    /// There are other signatures beside the ledger's.
    Signatures,
    /// It is no checkpoint to rely on.
    Checkpoint(CheckpointError),
    /// The checkpoint is of another ledger than the facts.
    Origin {
        /// The ledger of the checkpoint.
        checkpoint: String,
        /// The ledger of the facts.
        facts: String,
    },
    /// A line is longer than is read.
    LongLine {
        /// How long it may be.
        limit: u64,
    },
    /// The last line does not end.
    NoNewline,
    /// The log is not whole.
    Log {
        /// What the log's verifier said.
        message: String,
    },
    /// A ledger begins with a fact that says its name and key, and only there.
    Start,
    /// The old key does not speak for a new one.
    KeyChange {
        /// Why not.
        reason: String,
    },
    /// A disclosure before or on the one above it.
    DisclosureOrder {
        /// The fact that the line above is of.
        after: u64,
    },
    /// A disclosure of a fact that is not there.
    NoSuchFact,
    /// A disclosure that does not open its fact.
    Opening {
        /// What the verifier said.
        message: String,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAZip => f.write_str("no zip, or cut short: get the pack again"),
            Self::Appended { bytes } => write!(f, "{bytes} bytes stand behind its end"),
            Self::Comment => f.write_str("it has a comment, and packs have none"),
            Self::Gap { at } => write!(f, "at byte {at} stands something that belongs to no file"),
            Self::Record { at } => write!(f, "byte {at} of the zip is not the one that a pack has there"),
            Self::TooLong { limit } => write!(f, "longer than the {limit} bytes that a pack may have"),
            Self::TooManyFiles { limit } => write!(f, "more than {limit} files"),
            Self::Name => {
                f.write_str("no file of a pack is called so: letters, digits, hyphens, single full stops, no folders")
            }
            Self::Twice => f.write_str("there are two of that name"),
            Self::Encrypted => f.write_str("it is encrypted, and nothing in a pack is"),
            Self::SymbolicLink => f.write_str("it is a symbolic link, and packs hold plain files only"),
            Self::Method { number } => write!(f, "packed with method {number}, and packs use deflate (8) only"),
            Self::Extra => f.write_str("it has an extra field or a comment in the zip, and packs have none"),
            Self::Order => f.write_str("not in its place among the files of the zip"),
            Self::Missing => f.write_str("it is missing"),
            Self::NotInManifest => f.write_str("the manifest does not name it: it was added"),
            Self::Unreadable { reason } => write!(f, "it can't be read: {reason}"),
            Self::Unpacked => {
                f.write_str("what it holds is not what the zip says of its length or checksum: its bytes were changed")
            }
            Self::Length { manifest, found } => write!(f, "{found} bytes long, and the manifest says {manifest}"),
            Self::Hash { manifest, found } => {
                write!(f, "its bytes were changed: SHA-256 {found}, and the manifest says {manifest}")
            }
            Self::Canonical(error) => error.fmt(f),
            Self::Member { member, wanted } => write!(f, "its \"{}\" is not {wanted}", member.escape_debug()),
            Self::Format { found } => {
                write!(f, "a pack of the kind \"{}\", which this program does not know", found.escape_debug())
            }
            Self::Key(error) => error.fmt(f),
            Self::OtherLedgersKey { known } => write!(
                f,
                "another key than the ledger was ever signed with; its facts name {}: ask whoever gave you the key",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            ),
            Self::NotTheLastKey => f.write_str("not the key that the facts name last"),
            Self::Note(error) => error.fmt(f),
            Self::OtherManifest => f.write_str("signed, but over another manifest.json than this one"),
            Self::Signatures => f.write_str("there is more than the one signature of the ledger's key"),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Origin { checkpoint, facts } => {
                write!(
                    f,
                    "of the ledger \"{}\", and the facts are of \"{}\"",
                    checkpoint.escape_debug(),
                    facts.escape_debug()
                )
            }
            Self::LongLine { limit } => write!(f, "longer than the {limit} bytes that are read of a line"),
            Self::NoNewline => f.write_str("the last line does not end in a newline: it was cut"),
            Self::Start => f.write_str(
                "a ledger begins with ledger.started, which names it and its key, as its first fact and no other",
            ),
            Self::KeyChange { reason } => write!(f, "the old key does not speak for the new one: {reason}"),
            Self::DisclosureOrder { after } => {
                write!(f, "it stands below the disclosure of fact {after}: each fact once, in order")
            }
            Self::NoSuchFact => f.write_str("there is no such fact"),
            Self::Log { message } | Self::Opening { message } => f.write_str(message),
        }
    }
}
