//! How is a witness asked to cosign a checkpoint? C2SP tlog-witness (c2sp.org/tlog-witness), `add-checkpoint`.

use super::http::post;
use super::tracker::Trouble;
use crate::settings::CosignerSettings;
use keepsharp_ledger::cosignature::{Cosignature, cosignatures};
use keepsharp_ledger::{Checkpoint, Hash};

/// Largest answer that is read, in bytes: a few lines.
const LARGEST: u64 = 64 << 10;
/// Most times that a witness may name another size than we sent: one, and one more where somebody else asked it meanwhile.
const MOST_CONFLICTS: usize = 2;

/// Has a checkpoint cosigned, and gives the cosignatures by the witness' key, each verified.
///
/// `known` is the size that the witness has cosigned last, as far as we know. `proof` shows that a smaller log is the beginning
/// of the checkpoint's.
pub(crate) fn cosign(
    witness: &CosignerSettings,
    head: &Checkpoint,
    note: &str,
    known: u64,
    proof: &dyn Fn(u64) -> Result<Option<Vec<Hash>>, Trouble>,
) -> Result<Vec<Cosignature>, Trouble> {
    let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
    let name = witness.key.name();
    let mut old = known;
    for _ in 0..=MOST_CONFLICTS {
        let steps = proof(old)?.ok_or_else(|| shrunk(name, old, head.size))?;
        let posted = post(&url, "text/plain; charset=utf-8", request(old, &steps, note).as_bytes(), LARGEST)?;
        match posted.status {
            200 => return read(witness, note, &posted.body),
            409 => {
                let said = String::from_utf8_lossy(&posted.body).trim().parse();
                let said: u64 = said.map_err(|_| no_witness(name, "its answer 409 names no size"))?;
                if said > head.size {
                    return Err(shrunk(name, said, head.size));
                }
                if said == old {
                    return Err(contradicted(name));
                }
                old = said;
            }
            422 => return Err(contradicted(name)),
            403 => {
                return Err(Trouble::refused(format!(
                    "{name} does not know the key of this ledger; have it told what keepsharp ledger key prints"
                )));
            }
            404 => {
                return Err(Trouble::refused(format!(
                    "{name} does not know the ledger {}, or its url is wrong; have it told what keepsharp ledger key prints",
                    head.origin
                )));
            }
            status => return Err(no_witness(name, &format!("it answers {status}"))),
        }
    }
    Err(Trouble::later(format!("{name} names another size each time")))
}

fn request(old: u64, steps: &[Hash], note: &str) -> String {
    let mut text = format!("old {old}\n");
    for step in steps {
        text.push_str(&step.to_base64());
        text.push('\n');
    }
    format!("{text}\n{note}")
}

fn read(witness: &CosignerSettings, note: &str, body: &[u8]) -> Result<Vec<Cosignature>, Trouble> {
    let name = witness.key.name();
    let lines = std::str::from_utf8(body).map_err(|_| no_witness(name, "its answer is no text"))?;
    cosignatures(&format!("{note}{lines}"), &witness.key).map_err(|error| {
        Trouble::refused(format!("what {name} answers is no cosignature by the key in the settings: {error}"))
    })
}

/// Somebody outside holds more than we have.
fn shrunk(name: &str, said: u64, size: u64) -> Trouble {
    Trouble::refused(format!(
        "{name} has cosigned {said} facts of this ledger, and there are {size}: facts are missing here. \
         Was an older backup restored? Compare with what the witness holds"
    ))
}

fn contradicted(name: &str) -> Trouble {
    Trouble::refused(format!(
        "{name} says that this ledger does not extend the one that it cosigned: its history was changed. Run keepsharp ledger verify"
    ))
}

fn no_witness(name: &str, why: &str) -> Trouble {
    Trouble::refused(format!("{name} is not answering as a C2SP witness does: {why}; mend its url in the settings"))
}
