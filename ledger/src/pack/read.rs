//! Which files are in a pack, and what do they hold? Nothing is trusted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::container::{self, Member};
use super::finding::{Finding, Step, Wrong};
use super::{FIRST, FORMAT, LONGEST_MANIFEST, LONGEST_NOTE, MANIFEST, SIGNATURE, is_before};
use crate::canonical::check_canonical;
use crate::tree::Hash;

/// What is read of the zip at once.
const BLOCK: usize = 128 * 1024;

/// What the manifest says of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilePart {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, lower-case hex.
    pub sha256: String,
}

/// The manifest of a pack.
#[derive(Clone, PartialEq, Debug)]
pub struct Manifest {
    /// All its members.
    pub fields: Map<String, Value>,
    /// Its files, but for itself and its signature.
    pub files: BTreeMap<String, FilePart>,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
}

/// A pack whose zip is as it should be, and whose manifest could be read. Whether it is true is for [`Pack::verify`].
pub struct Pack<R> {
    zip: RefCell<R>,
    members: BTreeMap<String, Member>,
    manifest: Manifest,
    /// What was found on the way and did not stop it.
    pub(super) early: Vec<Finding>,
}

impl<R: Read + Seek> Pack<R> {
    /// Opens a pack, from its first byte to its last.
    ///
    /// # Errors
    /// What keeps it from being read any further, first.
    pub fn open(mut zip: R) -> Result<Pack<R>, Vec<Finding>> {
        let members = container::read_directory(&mut zip).map_err(|finding| vec![finding])?;
        let mut early: Vec<Finding> = members
            .windows(2)
            .filter_map(|pair| {
                let [one, other] = pair else { return None };
                (!is_before(&one.name, &other.name)).then(|| Finding::new(Step::Zip, Wrong::Order).of(&other.name))
            })
            .collect();
        let members = members.into_iter().map(|member| (member.name.clone(), member)).collect();
        let empty = Manifest { fields: Map::new(), files: BTreeMap::new(), bytes: Vec::new() };
        let mut pack = Pack { zip: RefCell::new(zip), members, manifest: empty, early: Vec::new() };
        match pack.whole(MANIFEST, LONGEST_MANIFEST).and_then(Manifest::read) {
            Ok(manifest) => pack.manifest = manifest,
            Err(finding) => {
                early.push(finding);
                return Err(early);
            }
        }
        early.extend(pack.compare_names());
        pack.early = early;
        Ok(pack)
    }

    /// The manifest. Its signature is checked by [`Pack::verify`].
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads one of the manifest's files. That its bytes are those of the manifest is checked by [`Pack::verify`].
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn file(&self, name: &str) -> Result<impl BufRead, Finding> {
        self.unpack(name).map(|unpack| BufReader::with_capacity(BLOCK, unpack))
    }

    /// The zip's list of files against the manifest's, both ways, and their lengths.
    fn compare_names(&self) -> Vec<Finding> {
        let found = |name: &str, wrong| Finding::new(Step::Zip, wrong).of(name);
        let is_there = |name: &str| self.members.contains_key(name);
        let due = FIRST.into_iter().chain([SIGNATURE]);
        let due = due.chain(self.manifest.files.keys().map(String::as_str).filter(|name| !FIRST.contains(name)));
        let missing = due.filter(|name| !is_there(name)).map(|name| found(name, Wrong::Missing));
        let others = self.members.values().filter(|member| member.name != MANIFEST && member.name != SIGNATURE);
        let unfit = others.filter_map(|member| match self.manifest.files.get(&member.name) {
            None => Some(found(&member.name, Wrong::NotInManifest)),
            Some(part) if part.bytes != u64::from(member.length) => {
                let wrong = Wrong::Length { manifest: part.bytes, found: u64::from(member.length) };
                Some(Finding::new(Step::Files, wrong).of(&member.name))
            }
            Some(_) => None,
        });
        missing.chain(unfit).collect()
    }

    /// The bytes of a short file, which must not be longer than that.
    pub(super) fn whole(&self, name: &str, limit: u64) -> Result<Vec<u8>, Finding> {
        let mut unpack = self.unpack(name)?;
        if u64::from(unpack.member.length) > limit {
            return Err(Finding::new(Step::Zip, Wrong::TooLong { limit }).of(name));
        }
        let mut bytes = Vec::new();
        unpack.read_to_end(&mut bytes).map_err(|error| spoilt(name, &error))?;
        unpack.finish().map(|_| bytes)
    }

    /// As [`Pack::whole`], for the texts that are signed or checked as such.
    pub(super) fn note(&self, name: &str) -> Result<String, Finding> {
        let bytes = self.whole(name, LONGEST_NOTE)?;
        String::from_utf8(bytes).map_err(|error| {
            Finding::new(Step::Zip, Wrong::Unreadable { reason: format!("it is not UTF-8: {error}") }).of(name)
        })
    }

    pub(super) fn unpack(&self, name: &str) -> Result<Unpack<'_, R>, Finding> {
        let member = self.members.get(name).ok_or_else(|| Finding::new(Step::Zip, Wrong::Missing).of(name))?;
        let section = Section { zip: &self.zip, at: member.data_at(), left: u64::from(member.packed) };
        let unpacking = DeflateDecoder::new(BufReader::with_capacity(BLOCK, section));
        Ok(Unpack { member, unpacking, crc: flate2::Crc::new(), hash: Sha256::new(), length: 0 })
    }
}

/// What a reader's error says of a file.
pub(super) fn spoilt(name: &str, error: &io::Error) -> Finding {
    let wrong = match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => Wrong::Unpacked,
        _ => Wrong::Unreadable { reason: error.to_string() },
    };
    Finding::new(Step::Files, wrong).of(name)
}

impl Manifest {
    fn read(bytes: Vec<u8>) -> Result<Manifest, Finding> {
        let wrong = |wrong| Finding::new(Step::Manifest, wrong).of(MANIFEST);
        let member = |member: &str, wanted| wrong(Wrong::Member { member: member.to_owned(), wanted });
        let value = check_canonical(&bytes).map_err(|error| wrong(Wrong::Canonical(error)))?;
        let Value::Object(fields) = value else { return Err(member("", "an object")) };
        match fields.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(wrong(Wrong::Format { found: other.to_owned() })),
            None => return Err(member("format", "a text")),
        }
        let files = fields.get("files").and_then(Value::as_object).ok_or_else(|| member("files", "an object"))?;
        let part = |(name, part): (&String, &Value)| {
            let part = FilePart::read(part).filter(|_| name != MANIFEST && name != SIGNATURE);
            let wanted = "{\"bytes\": a whole number, \"sha256\": 64 hexadecimal digits} of another file";
            part.map(|part| (name.clone(), part)).ok_or_else(|| member(name, wanted))
        };
        let files = files.iter().map(part).collect::<Result<_, _>>()?;
        Ok(Manifest { fields, files, bytes })
    }
}

impl FilePart {
    fn read(value: &Value) -> Option<FilePart> {
        let members = value.as_object().filter(|members| members.len() == 2)?;
        let sha256 = members.get("sha256")?.as_str()?;
        let is_hex = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then_some(FilePart { bytes: members.get("bytes")?.as_u64()?, sha256: sha256.to_owned() })
    }
}

/// A part of the zip. Several may be read in turns.
struct Section<'p, R> {
    zip: &'p RefCell<R>,
    at: u64,
    left: u64,
}

impl<R: Read + Seek> Read for Section<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let Some(bytes) = bytes.get_mut(..most).filter(|bytes| !bytes.is_empty()) else { return Ok(0) };
        let mut zip = self.zip.borrow_mut();
        zip.seek(SeekFrom::Start(self.at))?;
        let read = zip.read(bytes)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// A file being unpacked. Never gives more bytes than the zip says that it has.
pub(super) struct Unpack<'p, R: Read + Seek> {
    member: &'p Member,
    unpacking: DeflateDecoder<BufReader<Section<'p, R>>>,
    crc: flate2::Crc,
    hash: Sha256,
    length: u64,
}

impl<R: Read + Seek> Read for Unpack<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacking.read(bytes)?;
        let bytes = bytes.get(..read).unwrap_or_default();
        self.length += read as u64;
        if self.length > u64::from(self.member.length) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than the zip says"));
        }
        self.crc.update(bytes);
        self.hash.update(bytes);
        Ok(read)
    }
}

impl<R: Read + Seek> Unpack<'_, R> {
    /// What was read, if it was all and is what the zip says.
    pub(super) fn finish(mut self) -> Result<FilePart, Finding> {
        let name = &self.member.name.clone();
        let mut rest = vec![0; BLOCK];
        while self.read(&mut rest).map_err(|error| spoilt(name, &error))? > 0 {}
        // The packed bytes must be used up too, or something could hide behind the end of what they unpack to.
        let is_whole = self.length == u64::from(self.member.length)
            && self.crc.sum() == self.member.crc
            && self.unpacking.total_in() == u64::from(self.member.packed);
        if !is_whole {
            return Err(Finding::new(Step::Files, Wrong::Unpacked).of(name));
        }
        Ok(FilePart { bytes: self.length, sha256: Hash(self.hash.finalize().into()).to_string() })
    }
}
