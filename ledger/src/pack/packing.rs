//! How is a file packed while its maker makes the rest of it?
//!
//! A thread sums and compresses one piece after the other. It is given the same pieces in the same order wherever it runs, so what comes
//! out are the same bytes.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// The compressor is fed in pieces of this length, whatever the caller writes: what it makes may depend on how it is fed.
pub(super) const PIECE: usize = 64 * 1024;
/// Pieces that wait for the thread.
const WAITING: usize = 16;
/// Half the time of zlib's usual 6, for 6 % more bytes of facts (docs/performance.md).
const LEVEL: u32 = 2;

/// What a file comes to.
pub(super) struct Sums {
    pub(super) crc: u32,
    /// SHA-256 of its bytes, lower-case hex.
    pub(super) sha256: String,
}

/// A file that is being packed.
pub(super) struct Packing {
    to_pack: SyncSender<Vec<u8>>,
    packed: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<Sums>>,
}

impl Packing {
    pub(super) fn begin() -> io::Result<Packing> {
        let (to_pack, pieces) = sync_channel(WAITING);
        // No bound is needed here, as what is packed is taken whenever a piece is given, and then blocks nobody.
        let (done, packed) = channel();
        let thread = Builder::new().name("packing".to_owned()).spawn(move || pack(&pieces, &done))?;
        Ok(Packing { to_pack, packed, thread })
    }

    /// Hands on a piece, and writes what is packed by now.
    pub(super) fn push(&mut self, piece: Vec<u8>, into: &mut impl Write) -> io::Result<()> {
        self.to_pack.send(piece).map_err(|_| ended())?;
        self.packed.try_iter().try_for_each(|bytes| into.write_all(&bytes))
    }

    /// Writes what is left, after the last piece.
    pub(super) fn finish(self, into: &mut impl Write) -> io::Result<Sums> {
        drop(self.to_pack);
        self.packed.iter().try_for_each(|bytes| into.write_all(&bytes))?;
        self.thread.join().unwrap_or_else(|_| Err(ended()))
    }
}

fn pack(pieces: &Receiver<Vec<u8>>, packed: &Sender<Vec<u8>>) -> io::Result<Sums> {
    let mut packing = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    let (mut crc, mut hash) = (flate2::Crc::new(), Sha256::new());
    let hand_on = |bytes: Vec<u8>| if bytes.is_empty() { Ok(()) } else { packed.send(bytes).map_err(|_| ended()) };
    for piece in pieces {
        crc.update(&piece);
        hash.update(&piece);
        packing.write_all(&piece)?;
        hand_on(std::mem::take(packing.get_mut()))?;
    }
    hand_on(packing.finish()?)?;
    Ok(Sums { crc: crc.sum(), sha256: Hash(hash.finalize().into()).to_string() })
}

fn ended() -> io::Error {
    io::Error::other("packing ended early: the pack is not whole, make it again")
}
