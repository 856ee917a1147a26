//! What facts about training, and about what people ask of one another, change in the world.

use super::{World, insert_by};
use crate::correction::{Correction, Withdrawn};
use crate::course_publishing::PublishedVersion;
use crate::fact::{Body, Private};
use crate::hand_over::{EvidenceRequest, HandOver};
use crate::look::Look;
use crate::objection::{Answered, Objection};
use crate::person::{Attestation, Completion, Exception, ExceptionText, Leave, PersonId};
use crate::request::{Request, Settled};
use jiff::Timestamp;

impl World {
    /// What people completed, when they were away, what they are released from, and managers' counts.
    pub(super) fn apply_training(
        &mut self,
        seq: u64,
        at: Timestamp,
        by: Box<str>,
        body: Body,
        private: Option<Private>,
    ) -> Result<(), String> {
        let place = u32::try_from(seq).map_err(|_| "the ledger is full".to_owned())?;
        match body {
            Body::CompletionRecorded(body) => {
                let course = self.intern_course(&body.course)?;
                let version = body.version.as_deref().map(|version| self.intern_version(version)).transpose()?;
                let shown = u16::try_from(body.shown.unwrap_or_default()).unwrap_or(u16::MAX);
                let completion =
                    Completion { on: body.on, course, strength: body.strength, version, shown, seq: place };
                let person = self.person_mut(body.person)?;
                insert_by(&mut person.completions, completion, |completion| (completion.on, completion.seq));
                if let Some(proof) = body.proof {
                    self.proofs.insert(place, proof);
                }
            }
            Body::CoursePublished(body) => self.published.published(PublishedVersion { seq, by, body }),
            Body::LeaveRecorded(body) => {
                let person = self.person_mut(body.person)?;
                let leave = Leave { from: body.from, to: body.to };
                match person.leaves.iter_mut().find(|old| old.from == body.from) {
                    Some(old) => *old = leave,
                    None => insert_by(&mut person.leaves, leave, |leave| leave.from),
                }
            }
            Body::ExceptionApproved(body) => {
                let approved_by = body.approved_by.map(|id| self.people.intern(id));
                let text = private.map(|private| {
                    Box::new(ExceptionText {
                        reason: private.reason.unwrap_or_default(),
                        approved_by: private.approved_by.unwrap_or_default(),
                    })
                });
                let exception = Exception {
                    control: body.control,
                    from: body.from,
                    to: body.to,
                    approved_by,
                    private: text,
                    seq: place,
                };
                let person = self.person_mut(body.person)?;
                let same = |old: &&mut Exception| old.from == exception.from && old.control == exception.control;
                match person.exceptions.iter_mut().find(same) {
                    Some(old) => *old = exception,
                    None => insert_by(&mut person.exceptions, exception, |exception| (exception.from, exception.seq)),
                }
            }
            Body::TallyAttested(body) => {
                let source = body.source.map(Box::new);
                let attestation =
                    Attestation { campaign: body.campaign, on: body.on, count: body.count, at, source, seq: place };
                let person = self.person_mut(body.manager)?;
                insert_by(&mut person.attestations, attestation, |attestation| (attestation.on, attestation.seq));
            }
            Body::CompletionWithdrawn(body) => {
                let person = self.person_mut(body.person)?;
                let is = |completion: &Completion| u64::from(completion.seq) == body.completion;
                let gone = person.completions.iter().find(|completion| is(completion)).copied();
                person.completions.retain(|completion| !is(completion));
                if let Some(gone) = gone {
                    self.proofs.remove(&gone.seq);
                }
                if let Some(gone) = gone {
                    let withdrawn = Withdrawn::Completion(gone.course, gone.on);
                    self.correct(body.person, withdrawn, at, by, private);
                }
            }
            Body::LeaveWithdrawn(body) => {
                self.person_mut(body.person)?.leaves.retain(|leave| leave.from != body.from);
                self.correct(body.person, Withdrawn::Leave(body.from), at, by, private);
            }
            Body::ExceptionWithdrawn(body) => {
                let stays = |old: &Exception| old.from != body.from || old.control != body.control;
                self.person_mut(body.person)?.exceptions.retain(stays);
                self.correct(body.person, Withdrawn::Exception(body.control, body.from), at, by, private);
            }
            body => self.apply_desk(seq, at, by, body, private),
        }
        Ok(())
    }

    fn correct(
        &mut self,
        person: PersonId,
        withdrawn: Withdrawn,
        at: Timestamp,
        by: Box<str>,
        private: Option<Private>,
    ) {
        let reason = private.and_then(|private| private.reason);
        self.corrections.made(Correction { at, by, person, withdrawn, reason });
    }

    /// What people ask of one another, and who may see what: nothing of it changes a figure.
    fn apply_desk(&mut self, seq: u64, at: Timestamp, by: Box<str>, body: Body, private: Option<Private>) {
        let words = private.as_ref().and_then(|private| private.reason.clone());
        match body {
            Body::RequestMade(asked) => {
                // Of a completion, what was said of it is where its proof is to be found.
                let reason = words.or_else(|| private.and_then(|private| private.reference));
                self.requests.made(Request { seq, at, by, asked, reason, settled: None });
            }
            Body::RequestSettled(body) => {
                self.requests.settled(body.request, Settled { granted: body.granted, by, at, reason: words });
            }
            Body::ObjectionRaised(body) => {
                let (person, control) = (body.person, body.control);
                self.objections.raised(Objection { seq, at, person, control, words, answered: None });
            }
            Body::ObjectionAnswered(body) => self.objections.answered(body.objection, Answered { by, at, words }),
            Body::DeputyNamed(body) => self.deputies.named(body),
            Body::NoteSent(body) => self.notes.sent(body),
            Body::CampaignPaused(body) => self.rounds.moved(&body, true, at, by),
            Body::CampaignResumed(body) => self.rounds.moved(&body, false, at, by),
            Body::CampaignClosed(body) => self.rounds.ended(seq, at, by, body),
            Body::IssueLinked(body) => self.rounds.linked(body),
            Body::MessageSent(body) => self.messages.sent(body),
            Body::MessageSnoozed(body) => self.messages.snoozed(&body),
            Body::AddressFailed(body) => self.messages.failed(&body, private),
            Body::OnboardingGiven(body) => self.onboarding.given(body, private),
            Body::OnboardingDone(body) => self.onboarding.done(body),
            Body::RoleGranted(body) => self.grants.grant(body.person, body.role, at, by),
            Body::RoleEnded(body) => self.grants.end(body.person, body.role, at, by),
            Body::RoomOpened(body) => self.rooms.opened(seq, body, private),
            Body::RoomClosed(body) => self.rooms.closed(body.room),
            Body::ControlReviewed(body) => self.assurance.reviewed(seq, at, by, body),
            Body::ControlChecked(body) => self.assurance.checked(seq, at, by, body),
            Body::ControlFollowed(body) => self.assurance.followed(at, by, body),
            Body::EvidenceRequested(body) => self.hand_overs.requested(EvidenceRequest { seq, at, by, body }),
            Body::EvidenceHanded(body) => self.hand_overs.handed_over(HandOver { seq, at, by, body }),
            Body::RecordOpened(body) => self.looks.opened(Look { at, by, person: body.person, role: body.role }),
            body => self.comparisons.told(seq, at, by, body, private),
        }
    }
}
