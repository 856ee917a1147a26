//! The stored ledger: its head, its facts in order, and appending to it.

use crate::Error;
use crate::engine::{Engine, Value};
use keepsharp_ledger::verify::Problem;
use keepsharp_ledger::{Frontier, Hash, tree};

/// The ledger's head as stored.
#[derive(Clone, Debug)]
pub struct Head {
    /// How many facts.
    pub size: u64,
    /// The roots of the perfect subtrees.
    pub frontier: Frontier,
}

/// A fact as stored.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'r> {
    /// Its place.
    pub seq: u64,
    /// Its exact bytes.
    pub bytes: &'r [u8],
    /// The leaf hash it was recorded with.
    pub hash: Option<Hash>,
    /// Its private part's exact bytes, where there is one and it was not erased.
    pub private: Option<&'r [u8]>,
}

/// A fact about to be stored.
pub(crate) struct Encoded {
    pub(crate) seq: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) private: Option<Vec<u8>>,
}

/// Rows that one statement inserts: on PostgreSQL each statement is a journey over the network.
const ROWS: usize = 200;

pub(crate) fn size(engine: &mut Engine) -> Result<u64, Error> {
    let mut size = 0;
    engine.query("SELECT size FROM head", &[], |row| {
        size = row.int(0)?;
        Ok(())
    })?;
    Ok(size)
}

/// The head; within a transaction on PostgreSQL, the lock that orders appends.
pub(crate) fn head(engine: &mut Engine, locked: bool) -> Result<Head, Error> {
    let sql = if locked && engine.is_postgres() {
        "SELECT size, frontier FROM head FOR UPDATE"
    } else {
        "SELECT size, frontier FROM head"
    };
    let mut head = None;
    engine.query(sql, &[], |row| {
        let size = row.int(0)?;
        let frontier = Frontier::from_parts(size, row.bytes(1)?.unwrap_or_default());
        head = frontier.map(|frontier| Head { size, frontier });
        Ok(())
    })?;
    let broken = || Error::Broken(Problem { seq: None, message: "the stored head can't be read".to_owned() });
    head.ok_or_else(broken)
}

/// Hands over the facts from `from` on, in order.
pub(crate) fn facts(
    engine: &mut Engine,
    from: u64,
    mut each: impl FnMut(Recorded) -> Result<(), Error>,
) -> Result<(), Error> {
    let sql = "SELECT fact.seq, fact.bytes, fact.hash, private_part.bytes FROM fact \
               LEFT JOIN private_part ON private_part.seq = fact.seq WHERE fact.seq >= $1 ORDER BY fact.seq";
    engine.query(sql, &[Value::Int(from)], |row| {
        each(Recorded {
            seq: row.int(0)?,
            bytes: row.bytes(1)?.unwrap_or_default(),
            hash: row.bytes(2)?.and_then(Hash::from_slice),
            private: row.bytes(3)?,
        })
    })
}

/// Appends facts behind `head` and moves it. The caller has begun a transaction and holds the head.
pub(crate) fn append(engine: &mut Engine, head: &mut Head, facts: &[Encoded]) -> Result<(), Error> {
    let mut hashes = Vec::with_capacity(facts.len());
    for fact in facts {
        let hash = tree::leaf_hash(&fact.bytes);
        head.frontier.push(hash);
        hashes.push(hash);
    }
    head.size += facts.len() as u64;
    let rows: Vec<[Value; 3]> = facts
        .iter()
        .zip(&hashes)
        .map(|(fact, hash)| [Value::Int(fact.seq), Value::Bytes(&fact.bytes), Value::Bytes(&hash.0)])
        .collect();
    insert(engine, "INSERT INTO fact (seq, bytes, hash) VALUES ", &rows)?;
    let parts: Vec<[Value; 2]> =
        facts.iter().filter_map(|fact| Some([Value::Int(fact.seq), Value::Bytes(fact.private.as_deref()?)])).collect();
    insert(engine, "INSERT INTO private_part (seq, bytes) VALUES ", &parts)?;
    let frontier = head.frontier.to_bytes();
    engine.execute(
        "UPDATE head SET size = $1, frontier = $2 WHERE id = 1",
        &[Value::Int(head.size), Value::Bytes(&frontier)],
    )?;
    Ok(())
}

fn insert<const N: usize>(engine: &mut Engine, start: &str, rows: &[[Value; N]]) -> Result<(), Error> {
    let (chunks, rest) = rows.as_chunks::<ROWS>();
    if !chunks.is_empty() {
        let many = insertion(start, ROWS, N);
        for chunk in chunks {
            engine.execute(&many, chunk.as_flattened())?;
        }
    }
    if !rest.is_empty() {
        let one = insertion(start, 1, N);
        for row in rest {
            engine.execute(&one, row)?;
        }
    }
    Ok(())
}

/// The statement that inserts so many rows of so many columns.
fn insertion(start: &str, rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|place| format!("${}", row * columns + place)).collect();
        format!("({})", places.join(", "))
    };
    format!("{start}{}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
}

pub(crate) fn keep_checkpoint(engine: &mut Engine, size: u64, note: &str) -> Result<(), Error> {
    engine.execute("INSERT INTO checkpoint (size, note) VALUES ($1, $2)", &[Value::Int(size), Value::Text(note)])?;
    Ok(())
}

/// The latest signed head.
pub(crate) fn latest_checkpoint(engine: &mut Engine) -> Result<Option<String>, Error> {
    let mut note = None;
    engine.query("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", &[], |row| {
        note = Some(row.text(0)?);
        Ok(())
    })?;
    Ok(note)
}

/// All signed heads, in order of size.
pub(crate) fn checkpoints(engine: &mut Engine) -> Result<Vec<(u64, String)>, Error> {
    let mut found = Vec::new();
    engine.query("SELECT size, note FROM checkpoint ORDER BY size", &[], |row| {
        found.push((row.int(0)?, row.text(1)?));
        Ok(())
    })?;
    Ok(found)
}
