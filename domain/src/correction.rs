//! Taking back what should not have been recorded: another fact, with its reason. The mistake stays to be seen.

use crate::fact::{Body, CompletionWithdrawn, ExceptionWithdrawn, LeaveWithdrawn, Private};
use crate::person::{Person, PersonIx};
use crate::{Day, Draft, Refusal, World};

fn who(world: &World, ix: PersonIx) -> Result<&Person, Refusal> {
    world.people().get(ix).ok_or_else(|| Refusal::request("nobody has that id"))
}

fn because(body: Body, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::request("say why it is taken back; an auditor will ask"));
    }
    Ok(vec![Draft { body, private: Some(Private { reason: Some(reason.into()), ..Private::default() }) }])
}

fn gone(what: &str) -> Refusal {
    Refusal::request(format!("there is no such {what}; somebody may have taken it back a moment ago"))
}

/// Takes back the completion that the fact `seq` recorded.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_completion(world: &World, ix: PersonIx, seq: u64, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    let stands = person.completions.iter().any(|completion| u64::from(completion.seq) == seq);
    if !stands {
        return Err(gone("completion"));
    }
    because(Body::CompletionWithdrawn(CompletionWithdrawn { person: person.id, completion: seq }), reason)
}

/// Takes back the leave that begins on `from`.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_leave(world: &World, ix: PersonIx, from: Day, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    if !person.leaves.iter().any(|leave| leave.from == from) {
        return Err(gone("leave"));
    }
    because(Body::LeaveWithdrawn(LeaveWithdrawn { person: person.id, from }), reason)
}

/// Takes back the exception from a control that begins on `from`.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_exception(
    world: &World,
    ix: PersonIx,
    control: &str,
    from: Day,
    reason: &str,
) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    if !person.exceptions.iter().any(|exception| exception.from == from && &*exception.control == control) {
        return Err(gone("exception"));
    }
    let body = ExceptionWithdrawn { person: person.id, control: control.into(), from };
    because(Body::ExceptionWithdrawn(body), reason)
}
