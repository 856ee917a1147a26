//! The proof of something in one's own history: a file that anybody can check without us.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered};
use keepsharp_domain::World;
use serde_json::json;

/// The proof of one's own fact. Somebody else's is not found.
pub(crate) fn own(asked: &Asked, world: &World) -> Answered {
    let seq = asked.number("seq")?;
    let person = asked.caller()?.person_ix().and_then(|ix| world.people().get(ix)).ok_or(Trouble::NotFound)?;
    let is_own = person.completions.iter().any(|completion| u64::from(completion.seq) == seq);
    if !is_own {
        return Err(Trouble::NotFound);
    }
    file(asked, world, seq)
}

/// The proof of a fact, as a file. Whether the caller may have it is decided before.
pub(crate) fn file(asked: &Asked, world: &World, seq: u64) -> Answered {
    let bytes = bytes(asked, world.key(), seq, true)?;
    Ok(Answer::File { name: format!("keepsharp-proof-{seq}.json"), kind: "application/json", bytes })
}

/// The bytes of such a file, with the fact's private part or without.
pub(crate) fn bytes(asked: &Asked, key: Option<&str>, seq: u64, with_private: bool) -> Result<Vec<u8>, Trouble> {
    let proof = asked.app.store.prove(seq)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let file = json!({
        "what": "One fact of a Keepsharp ledger, and the proof that it stands there.",
        "how_to_check": [
            "The leaf is SHA-256 of a zero byte and the UTF-8 bytes of `fact`.",
            "`proof` is a C2SP tlog-proof: it leads from that leaf at its index to the root in the signed checkpoint at its end.",
            "`key` is the C2SP verifier key that signs the checkpoint; compare it with what the company told you.",
            "Where `private` is not null, its SHA-256 in base64url without padding is the fact's `sealed`."
        ],
        "fact": text(&proof.bytes),
        "private": proof.private.as_deref().filter(|_| with_private).map(text),
        "proof": proof.proof,
        "key": key,
    });
    serde_json::to_vec_pretty(&file).map_err(|error| Trouble::Internal(error.to_string()))
}
