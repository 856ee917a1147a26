//! Which bytes has a pack's zip, beside those of its files?
//!
//! A general zip reader passes over much: times, attributes, gaps, comments, what stands before and behind. Here every byte of a record
//! follows from the names, lengths and sums in it, so a record is made again and compared; a byte that somebody changed has nowhere to hide.
//! Deflate alone, no ZIP64, files at the root: what any unzip of the last thirty years reads.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

use super::finding::{Finding, Step, Wrong};

/// Files in a pack, at most.
pub(super) const MOST_FILES: usize = 64;
/// The longest that a file, packed or unpacked, and the whole pack may be.
///
/// LIMIT: zip needs records of another form beyond 4 GiB; this is enough for some eight million facts.
pub(super) const LONGEST: u64 = 0xFFFF_FFFE;
/// The longest name of a file.
const LONGEST_NAME: usize = 64;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const LOCAL_LENGTH: u64 = 30;
const CENTRAL_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
/// Version 2.0 of the format: deflate.
const VERSION: u16 = 20;
/// Made by a Unix, so that the attributes below are read as such.
const MADE_BY: u16 = (3 << 8) | VERSION;
const DEFLATE: u16 = 8;
/// 1980-01-01, the first day that a zip can name.
const DAY: u16 = (1 << 5) | 1;
/// A plain file that its owner writes and everybody reads.
const ATTRIBUTES: u32 = 0o100_644 << 16;
const FILE_KIND: u32 = 0o170_000 << 16;
const SYMBOLIC_LINK: u32 = 0o120_000 << 16;

/// One file in the zip, and where it lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) crc: u32,
    /// Length as packed.
    pub(super) packed: u32,
    /// Length unpacked.
    pub(super) length: u32,
    /// Where its local header begins.
    pub(super) at: u32,
}

impl Member {
    /// Where its packed bytes begin.
    pub(super) fn data_at(&self) -> u64 {
        u64::from(self.at) + LOCAL_LENGTH + self.name.len() as u64
    }

    /// Where the next record begins.
    fn end(&self) -> u64 {
        self.data_at() + u64::from(self.packed)
    }

    /// The record before its bytes.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut record = LOCAL.to_le_bytes().to_vec();
        record.extend(VERSION.to_le_bytes());
        self.common(&mut record);
        record.extend(self.name.as_bytes());
        record
    }

    /// The record in the directory.
    fn central(&self) -> Vec<u8> {
        let mut record = CENTRAL.to_le_bytes().to_vec();
        record.extend(MADE_BY.to_le_bytes());
        record.extend(VERSION.to_le_bytes());
        self.common(&mut record);
        // No comment, first disk, not text.
        record.extend([0; 6]);
        record.extend(ATTRIBUTES.to_le_bytes());
        record.extend(self.at.to_le_bytes());
        record.extend(self.name.as_bytes());
        record
    }

    /// What both records say, from the flags to the length of the extra field.
    fn common(&self, record: &mut Vec<u8>) {
        let length = u16::try_from(self.name.len()).unwrap_or(u16::MAX);
        for word in [0, DEFLATE, 0, DAY] {
            record.extend(word.to_le_bytes());
        }
        for word in [self.crc, self.packed, self.length] {
            record.extend(word.to_le_bytes());
        }
        record.extend(length.to_le_bytes());
        record.extend([0; 2]);
    }
}

/// The directory behind the files, and the end of the zip.
pub(super) fn directory(members: &[Member], at: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = members.iter().flat_map(Member::central).collect();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX);
    bytes.extend(END.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

/// Whether a file of a pack may be called so: words of letters, digits, hyphens and underscores, joined by single full stops.
pub(super) fn is_name(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    name.len() <= LONGEST_NAME && name.split('.').all(word)
}

fn wrong(wrong: Wrong) -> Finding {
    Finding::new(Step::Zip, wrong)
}

fn unreadable(error: &io::Error) -> Finding {
    wrong(Wrong::Unreadable { reason: error.to_string() })
}

/// The files of a zip, if each byte that is not a file's is as [`Member`] and [`directory`] write it.
pub(super) fn read_directory<R: Read + Seek>(zip: &mut R) -> Result<Vec<Member>, Finding> {
    let length = zip.seek(SeekFrom::End(0)).map_err(|error| unreadable(&error))?;
    if length > LONGEST {
        return Err(wrong(Wrong::TooLong { limit: LONGEST }));
    }
    let (at, members) = end(zip, length)?;
    let mut due = 0;
    for member in &members {
        if u64::from(member.at) != due {
            return Err(wrong(Wrong::Gap { at: due }).of(&member.name));
        }
        let expected = member.local();
        let found = read_at(zip, due, expected.len(), length)?;
        if found.get(..4) != Some(&LOCAL.to_le_bytes()) {
            return Err(wrong(Wrong::Gap { at: due }).of(&member.name));
        }
        same(&found, &expected, due).map_err(|finding| finding.of(&member.name))?;
        due = member.end();
    }
    if due == at { Ok(members) } else { Err(wrong(Wrong::Gap { at: due.min(at) })) }
}

/// Where the directory begins, and what it lists.
fn end<R: Read + Seek>(zip: &mut R, length: u64) -> Result<(u64, Vec<Member>), Finding> {
    let end_at = length.checked_sub(END_LENGTH as u64).ok_or_else(|| wrong(Wrong::NotAZip))?;
    let record = read_at(zip, end_at, END_LENGTH, length)?;
    if record.get(..4) != Some(&END.to_le_bytes()) {
        return Err(end_elsewhere(zip, length)?);
    }
    if number(&record, 20, 2) != 0 {
        return Err(wrong(Wrong::Comment));
    }
    let (count, size, at) = (number(&record, 10, 2), number(&record, 12, 4), number(&record, 16, 4));
    if count > MOST_FILES as u64 {
        return Err(wrong(Wrong::TooManyFiles { limit: MOST_FILES }));
    }
    if at.checked_add(size) != Some(end_at) {
        return Err(wrong(Wrong::Gap { at: at.saturating_add(size).min(end_at) }));
    }
    let most = MOST_FILES * (CENTRAL_LENGTH + LONGEST_NAME);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > most {
        return Err(wrong(Wrong::Record { at }));
    }
    let records = read_at(zip, at, size, length)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let members = central(&records, at)?;
    if members.len() != count {
        return Err(wrong(Wrong::Record { at: end_at + 8 }));
    }
    let at_32 = u32::try_from(at).unwrap_or(u32::MAX);
    let expected = directory(&members, at_32).split_off(size);
    same(&record, &expected, end_at)?;
    Ok((at, members))
}

/// The end is not where a zip ends: is there none, or does something stand behind it?
fn end_elsewhere<R: Read + Seek>(zip: &mut R, length: u64) -> Result<Finding, Finding> {
    let tail = length.min(128 * 1024);
    let bytes = read_at(zip, length - tail, usize::try_from(tail).unwrap_or_default(), length)?;
    let mark = END.to_le_bytes();
    let found = bytes.windows(4).rposition(|window| window == mark);
    Ok(match found {
        Some(place) if bytes.len() - place >= END_LENGTH => {
            let behind = (bytes.len() - place - END_LENGTH) as u64;
            let comment = number(bytes.get(place..).unwrap_or_default(), 20, 2);
            wrong(if comment == behind && comment > 0 { Wrong::Comment } else { Wrong::Appended { bytes: behind } })
        }
        _ => wrong(Wrong::NotAZip),
    })
}

/// Reads the records of the directory, which begins at `at`.
fn central(mut records: &[u8], at: u64) -> Result<Vec<Member>, Finding> {
    let (mut members, mut names, mut at) = (Vec::new(), BTreeSet::new(), at);
    while !records.is_empty() {
        let broken = || wrong(Wrong::Record { at });
        if records.get(..4) != Some(&CENTRAL.to_le_bytes()) || records.len() < CENTRAL_LENGTH {
            return Err(broken());
        }
        let n = |from, length| number(records, from, length);
        let (name_length, extra, comment) = (n(28, 2), n(30, 2), n(32, 2));
        let name_end = CENTRAL_LENGTH + usize::try_from(name_length).unwrap_or_default();
        let name = records.get(CENTRAL_LENGTH..name_end).ok_or_else(broken)?;
        let shown = String::from_utf8_lossy(name).into_owned();
        let found = [
            (n(8, 2) & 1 != 0, Wrong::Encrypted),
            (number(records, 38, 4) & u64::from(FILE_KIND) == u64::from(SYMBOLIC_LINK), Wrong::SymbolicLink),
            (!str::from_utf8(name).is_ok_and(is_name), Wrong::Name),
            (n(10, 2) != u64::from(DEFLATE), Wrong::Method { number: n(10, 2) }),
            (extra != 0 || comment != 0, Wrong::Extra),
            (!names.insert(shown.clone()), Wrong::Twice),
        ];
        if let Some((_, found)) = found.into_iter().find(|(is, _)| *is) {
            return Err(wrong(found).of(&shown));
        }
        let word = |from| u32::try_from(number(records, from, 4)).unwrap_or_default();
        let member = Member { name: shown, crc: word(16), packed: word(20), length: word(24), at: word(42) };
        let record = records.get(..name_end).unwrap_or_default();
        same(record, &member.central(), at).map_err(|finding| finding.of(&member.name))?;
        at += name_end as u64;
        records = records.get(name_end..).unwrap_or_default();
        members.push(member);
    }
    Ok(members)
}

fn same(found: &[u8], expected: &[u8], at: u64) -> Result<(), Finding> {
    if found == expected {
        return Ok(());
    }
    let same = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    Err(wrong(Wrong::Record { at: at + same as u64 }))
}

fn number(bytes: &[u8], from: usize, length: usize) -> u64 {
    bytes.iter().skip(from).take(length).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Reads that many bytes from there; fewer are a zip that was cut short.
fn read_at<R: Read + Seek>(zip: &mut R, at: u64, count: usize, length: u64) -> Result<Vec<u8>, Finding> {
    if at.checked_add(count as u64).is_none_or(|end| end > length) {
        return Err(wrong(Wrong::Record { at: at.min(length) }));
    }
    let mut bytes = vec![0; count];
    zip.seek(SeekFrom::Start(at)).and_then(|_| zip.read_exact(&mut bytes)).map_err(|error| unreadable(&error))?;
    Ok(bytes)
}
