//! How is a pack written, the same bytes each time?

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Seek, SeekFrom, Write};

use serde_json::{Map, Value, json};

use super::container::{LONGEST, MOST_FILES, Member, directory, is_name};
use super::packing::{PIECE, Packing, Sums};
use super::{FORMAT, FilePart, MANIFEST, SIGNATURE, is_before, manifest_text};
use crate::canonical::{CanonicalError, value_to_canonical};
use crate::key::SigningKey;
use crate::note::sign_note;

/// Why a pack can't be written.
#[derive(Debug)]
pub enum WriteError {
    /// Where it is written to refused.
    Io(io::Error),
    /// A file can't be called so, is there already, or comes too late.
    Name {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// It would be longer than a pack may be.
    TooLong,
    /// The manifest's own fields can't be written, or one of them is the writer's.
    Manifest {
        /// Why not.
        reason: String,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Name { name, reason } => write!(f, "{name:?} can't be in the pack: {reason}"),
            Self::TooLong => {
                write!(f, "longer than the {LONGEST} bytes, or more than the {MOST_FILES} files, that a pack may have")
            }
            Self::Manifest { reason } => write!(f, "the manifest can't be written: {reason}"),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> WriteError {
        WriteError::Io(error)
    }
}

impl From<CanonicalError> for WriteError {
    fn from(error: CanonicalError) -> WriteError {
        WriteError::Manifest { reason: error.to_string() }
    }
}

/// Writes a pack, file after file, in memory that does not grow with them.
///
/// [`PackWriter::begin`] begins a file and ends the one before; what is written to the writer is that file's. The same files, fields and key
/// give the same bytes on every machine. If anything fails, what was written is no pack.
pub struct PackWriter<W: Write + Seek> {
    zip: Option<W>,
    open: Option<Open<W>>,
    members: Vec<Member>,
    files: BTreeMap<String, FilePart>,
}

/// A file that is being written.
struct Open<W: Write> {
    name: String,
    at: u32,
    zip: Counted<W>,
    piece: Vec<u8>,
    packing: Packing,
    length: u64,
}

impl<W: Write + Seek> PackWriter<W> {
    /// A pack at the beginning of `zip`, which is empty.
    pub fn new(zip: W) -> PackWriter<W> {
        PackWriter { zip: Some(zip), open: None, members: Vec::new(), files: BTreeMap::new() }
    }

    /// Begins a file. They come in the order of [`super::FIRST`], then by name.
    pub fn begin(&mut self, name: &str) -> Result<(), WriteError> {
        if name == MANIFEST || name == SIGNATURE {
            return Err(refused(name, "the writer writes it itself"));
        }
        self.begin_any(name)
    }

    /// Adds a whole file.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        self.begin(name)?;
        Ok(self.write_all(bytes)?)
    }

    /// Writes the manifest, the caller's fields and `format` and `files` among them, and its signature; gives the zip back.
    pub fn finish(mut self, mut fields: Map<String, Value>, key: &SigningKey) -> Result<W, WriteError> {
        self.end()?;
        let files =
            self.files.iter().map(|(name, part)| (name.clone(), json!({ "bytes": part.bytes, "sha256": part.sha256 })));
        let ours = [("format", Value::from(FORMAT)), ("files", Value::Object(files.collect()))];
        for (name, value) in ours {
            if fields.insert(name.to_owned(), value).is_some() {
                return Err(WriteError::Manifest { reason: format!("\"{name}\" is the writer's") });
            }
        }
        let manifest = value_to_canonical(&Value::Object(fields))?;
        if manifest.len() as u64 > super::LONGEST_MANIFEST {
            return Err(WriteError::Manifest {
                reason: format!("it is longer than {} bytes", super::LONGEST_MANIFEST),
            });
        }
        self.begin_any(MANIFEST)?;
        self.write_all(&manifest)?;
        self.begin_any(SIGNATURE)?;
        self.write_all(sign_note(&manifest_text(&manifest), key).as_bytes())?;
        self.end()?;
        let mut zip = self.zip.take().ok_or_else(gone)?;
        let at = u32::try_from(zip.stream_position()?).map_err(|_| WriteError::TooLong)?;
        let end = directory(&self.members, at);
        if u64::from(at) + end.len() as u64 > LONGEST {
            return Err(WriteError::TooLong);
        }
        zip.write_all(&end)?;
        zip.flush()?;
        Ok(zip)
    }

    fn begin_any(&mut self, name: &str) -> Result<(), WriteError> {
        self.end()?;
        if !is_name(name) {
            return Err(refused(name, "use letters, digits, hyphens and single full stops"));
        }
        if self.members.last().is_some_and(|last| !is_before(&last.name, name)) {
            return Err(refused(name, "it is there already, or belongs before the file above it"));
        }
        if self.members.len() == MOST_FILES {
            return Err(WriteError::TooLong);
        }
        let mut zip = self.zip.take().ok_or_else(gone)?;
        let at = u32::try_from(zip.stream_position()?).map_err(|_| WriteError::TooLong)?;
        // Room for the record, whose sums are known at the end of the file.
        zip.write_all(&Member { name: name.to_owned(), crc: 0, packed: 0, length: 0, at }.local())?;
        self.open = Some(Open {
            name: name.to_owned(),
            at,
            zip: Counted { inner: zip, bytes: 0 },
            piece: Vec::with_capacity(PIECE),
            packing: Packing::begin()?,
            length: 0,
        });
        Ok(())
    }

    /// Ends the file that is open, if one is.
    fn end(&mut self) -> Result<(), WriteError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.pack_piece()?;
        let Sums { crc, sha256 } = open.packing.finish(&mut open.zip)?;
        let Counted { inner: mut zip, bytes: packed } = open.zip;
        let short = |length| u32::try_from(length).ok().filter(|short| u64::from(*short) <= LONGEST);
        let (Some(packed), Some(length)) = (short(packed), short(open.length)) else {
            return Err(WriteError::TooLong);
        };
        let member = Member { name: open.name, crc, packed, length, at: open.at };
        let end = zip.stream_position()?;
        zip.seek(SeekFrom::Start(u64::from(member.at)))?;
        zip.write_all(&member.local())?;
        zip.seek(SeekFrom::Start(end))?;
        self.zip = Some(zip);
        let part = FilePart { bytes: open.length, sha256 };
        if member.name != MANIFEST && member.name != SIGNATURE {
            self.files.insert(member.name.clone(), part);
        }
        self.members.push(member);
        Ok(())
    }
}

impl<W: Write + Seek> Write for PackWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let open = self.open.as_mut().ok_or_else(|| io::Error::other("no file of the pack was begun"))?;
        let taken = bytes.get(..bytes.len().min(PIECE - open.piece.len())).unwrap_or(bytes);
        open.piece.extend_from_slice(taken);
        if open.piece.len() == PIECE {
            open.pack_piece()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // Where the caller flushes must not show in the bytes.
        Ok(())
    }
}

impl<W: Write> Open<W> {
    fn pack_piece(&mut self) -> io::Result<()> {
        self.length += self.piece.len() as u64;
        if self.length > LONGEST {
            return Err(io::Error::other(WriteError::TooLong.to_string()));
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.packing.push(piece, &mut self.zip)
    }
}

/// Counts what is written.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn refused(name: &str, reason: &'static str) -> WriteError {
    WriteError::Name { name: name.to_owned(), reason }
}

fn gone() -> WriteError {
    WriteError::Io(io::Error::other("an earlier failure left no pack to write to"))
}
