//! Which facts there are: all that is stored of the programme, one kind a struct, each versioned.
//!
//! Names, addresses, user names and free text about a person stand in [`Private`], never in a body
//! (docs/ledger.md), so that they can be erased while the ledger stays whole.

mod access;
mod assurance;
mod comparison;
mod course;
mod definition;
mod desk;
mod people;
mod round;
mod training;

pub use access::{RecordOpened, RoleHeld, RoomClosed, RoomOpened};
pub use assurance::{
    ControlChecked, ControlFollowed, ControlReviewed, EvidenceHanded, EvidenceRequested, HandedFile, Verdict,
};
pub use comparison::{Because, DifferenceExplained, ExplanationWithdrawn, ListCompared, MatchedBy, StrangerMet};
pub use course::{CoursePublished, PublishedTrack};
pub use definition::{
    CampaignDefined, ControlDefined, CountedBy, Courses, OrganisationDefined, TrackDefined, TracksDefined,
};
pub use desk::{
    Asks, CompletionAsked, CompletionWithdrawn, DeputyNamed, ExceptionWithdrawn, LeaveWithdrawn, NoteSent,
    ObjectionAnswered, ObjectionRaised, RequestMade, RequestSettled,
};
pub use people::{PersonChanged, PersonJoined, PersonLeft, PersonMerged, PersonNamed, PersonPostponed, PersonStayed};
pub use round::{
    AddressFailed, CampaignClosed, CampaignMoved, Channel, IssueLinked, MessageAbout, MessageKind, MessageSent,
    MessageSnoozed, Occasion, OnboardingDone, OnboardingGiven, ResultRow, TrackerKind,
};
pub use training::{CompletionRecorded, CountSource, CountVia, ExceptionApproved, LeaveRecorded, TallyAttested};

use crate::Day;
use crate::person::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A fact as it stands in the ledger, its private part opened where we still hold it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its place in the ledger, from 0.
    pub seq: u64,
    /// When it entered the ledger.
    pub at: Timestamp,
    /// Who entered it: `person:<id>`, `operator:<name>` or `system`.
    pub by: Box<str>,
    /// What it says.
    pub body: Body,
    /// Its private part.
    pub private: Option<Private>,
}

/// A fact that somebody decided to record, not yet in the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it says.
    pub body: Body,
    /// Its private part, to be salted and sealed when it is recorded.
    pub private: Option<Private>,
}

impl From<Body> for Draft {
    fn from(body: Body) -> Draft {
        Draft { body, private: None }
    }
}

/// The words about a person that a fact may carry beside its body. Only those that apply are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Private {
    /// The company's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<Box<str>>,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Box<str>>,
    /// User name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Box<str>>,
    /// Why, in somebody's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// Who approved it, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Box<str>>,
    /// Where the proof is to be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Box<str>>,
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($body:ident) = $kind:literal;)*) => {
        /// What a fact says.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Body { $($(#[$doc])* $variant($body),)* }

        impl Body {
            /// The fact's `type`: noun, full stop, verb in the past.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Body::$variant(_) => $kind,)* }
            }

            /// The body as the JSON value that the ledger keeps.
            ///
            /// # Errors
            /// None for bodies that this program makes; serde's own otherwise.
            pub fn to_value(&self) -> serde_json::Result<serde_json::Value> {
                match self { $(Body::$variant(body) => serde_json::to_value(body),)* }
            }

            /// Reads the envelope of a kind of fact, its body with it.
            fn read<'a>(kind: &str, text: &'a str) -> Result<(Envelope<'a, ()>, Body), String> {
                match kind {
                    $($kind => {
                        let envelope: Envelope<$body> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
                        let Envelope { seq, at, by, kind, v, body, sealed } = envelope;
                        Ok((Envelope { seq, at, by, kind, v, body: (), sealed }, Body::$variant(body)))
                    })*
                    _ => Err(newer(kind, 0)),
                }
            }
        }
    };
}

fn newer(kind: &str, version: u32) -> String {
    format!(
        "it is of a kind this program does not know ({kind}, version {version}); use the newer program that wrote it"
    )
}

bodies! {
    /// The ledger began.
    LedgerStarted(LedgerStarted) = "ledger.started";
    /// The ledger is signed with another key from here on.
    KeyAnnounced(KeyAnnounced) = "key.announced";
    /// What the organisation is called and when its years start.
    OrganisationDefined(OrganisationDefined) = "organisation.defined";
    /// A control, or a new version of it.
    ControlDefined(ControlDefined) = "control.defined";
    /// The tracks, in the order in which they are tried.
    TracksDefined(TracksDefined) = "tracks.defined";
    /// A campaign, or a new version of it.
    CampaignDefined(CampaignDefined) = "campaign.defined";
    /// A file was taken in.
    FileImported(FileImported) = "file.imported";
    /// Somebody is employed from a day on.
    PersonJoined(PersonJoined) = "person.joined";
    /// What the roster says of somebody changed.
    PersonChanged(PersonChanged) = "person.changed";
    /// Who somebody is was recorded anew.
    PersonIdentified(PersonNamed) = "person.identified";
    /// Somebody's first day was moved before it came.
    PersonPostponed(PersonPostponed) = "person.postponed";
    /// Somebody is no longer employed from a day on.
    PersonLeft(PersonLeft) = "person.left";
    /// An announced end was taken back.
    PersonStayed(PersonStayed) = "person.stayed";
    /// Two ids turned out to be one person.
    PersonMerged(PersonMerged) = "person.merged";
    /// Somebody's private parts were erased.
    PersonErased(PersonNamed) = "person.erased";
    /// Somebody completed a course.
    CompletionRecorded(CompletionRecorded) = "completion.recorded";
    /// Somebody is away for a while.
    LeaveRecorded(LeaveRecorded) = "leave.recorded";
    /// Somebody is released from a control for a while.
    ExceptionApproved(ExceptionApproved) = "exception.approved";
    /// A manager gave their count.
    TallyAttested(TallyAttested) = "tally.attested";
    /// A completion should not have been recorded.
    CompletionWithdrawn(CompletionWithdrawn) = "completion.withdrawn";
    /// A leave should not have been recorded.
    LeaveWithdrawn(LeaveWithdrawn) = "leave.withdrawn";
    /// An exception should not have been approved.
    ExceptionWithdrawn(ExceptionWithdrawn) = "exception.withdrawn";
    /// Somebody asked for a leave or an exception.
    RequestMade(RequestMade) = "request.made";
    /// A request was granted or declined.
    RequestSettled(RequestSettled) = "request.settled";
    /// Somebody says that what a control asks of them is not right.
    ObjectionRaised(ObjectionRaised) = "objection.raised";
    /// An objection was answered.
    ObjectionAnswered(ObjectionAnswered) = "objection.answered";
    /// Somebody acts for a manager who is away.
    DeputyNamed(DeputyNamed) = "deputy.named";
    /// A manager wrote to their reports.
    NoteSent(NoteSent) = "note.sent";
    /// A campaign rests: nobody is written to.
    CampaignPaused(CampaignMoved) = "campaign.paused";
    /// A campaign goes on.
    CampaignResumed(CampaignMoved) = "campaign.resumed";
    /// A campaign ended with this result.
    CampaignClosed(CampaignClosed) = "campaign.closed";
    /// An issue shows a campaign's table.
    IssueLinked(IssueLinked) = "issue.linked";
    /// People were written to.
    MessageSent(MessageSent) = "message.sent";
    /// Somebody asked not to be written to for a while.
    MessageSnoozed(MessageSnoozed) = "message.snoozed";
    /// Mail to somebody came back.
    AddressFailed(AddressFailed) = "address.failed";
    /// Somebody new was given the task in an issue.
    OnboardingGiven(OnboardingGiven) = "onboarding.given";
    /// That task was ticked.
    OnboardingDone(OnboardingDone) = "onboarding.done";
    /// Somebody was given a role.
    RoleGranted(RoleHeld) = "role.granted";
    /// Somebody no longer has a role.
    RoleEnded(RoleHeld) = "role.ended";
    /// An auditor was given a room.
    RoomOpened(RoomOpened) = "room.opened";
    /// A room was closed before its time.
    RoomClosed(RoomClosed) = "room.closed";
    /// A control's owner looked at its file.
    ControlReviewed(ControlReviewed) = "control.reviewed";
    /// How many stood where on a day.
    ControlChecked(ControlChecked) = "control.checked";
    /// What was done after a check.
    ControlFollowed(ControlFollowed) = "control.followed";
    /// An auditor asks for something.
    EvidenceRequested(EvidenceRequested) = "evidence.requested";
    /// Something was handed to an auditor.
    EvidenceHanded(EvidenceHanded) = "evidence.handed";
    /// Somebody looked at a person's record.
    RecordOpened(RecordOpened) = "record.opened";
    /// A list names somebody whom no roster ever named.
    StrangerMet(StrangerMet) = "stranger.met";
    /// A list was compared with the roster.
    ListCompared(ListCompared) = "list.compared";
    /// It was said why somebody stands in a list or the roster only.
    DifferenceExplained(DifferenceExplained) = "difference.explained";
    /// That does not hold any more.
    ExplanationWithdrawn(ExplanationWithdrawn) = "explanation.withdrawn";
    /// A version of a course was published.
    CoursePublished(CoursePublished) = "course.published";
}

/// Body of `ledger.started`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerStarted {
    /// The ledger's name, first line of its checkpoints.
    pub origin: Box<str>,
    /// The key that signs it, in C2SP verifier form.
    pub key: Box<str>,
}

/// Body of `key.announced`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAnnounced {
    /// The new key, in C2SP verifier form.
    pub key: Box<str>,
    /// A signed note by the old key whose text is the new key and a newline.
    pub note: Box<str>,
}

/// The kinds of file that are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// The whole company on a day.
    Roster,
    /// Completions.
    Completions,
    /// Leaves.
    Leaves,
    /// Exceptions.
    Exceptions,
    /// Managers' counts.
    Attestations,
}

/// Body of `file.imported`. Precedes the facts that the file gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileImported {
    /// What it was.
    pub file: FileKind,
    /// The day a roster holds on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: Box<str>,
    /// Rows in it, the head apart.
    pub rows: u64,
    /// Facts it gave, this one apart.
    pub facts: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a, B> {
    seq: u64,
    at: &'a str,
    #[serde(borrow)]
    by: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: &'a str,
    v: u32,
    body: B,
    #[serde(default)]
    sealed: Option<&'a str>,
}

/// The kind of a fact, without reading all of it: in canonical form it stands near the end, after every word of the body.
fn kind_of(text: &str) -> Option<&str> {
    const MARK: &str = "\"type\":\"";
    let start = text.rfind(MARK)? + MARK.len();
    text.get(start..)?.split('"').next()
}

fn unreadable(error: &serde_json::Error) -> String {
    format!("it can't be read: {error}")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivatePart<'a> {
    #[serde(rename = "salt")]
    _salt: &'a str,
    value: Private,
}

impl Fact {
    /// Reads a fact from its ledger bytes, with its private part's bytes where they are still there.
    /// Whether the bytes are canonical and the parts fit together is the ledger's question, not this one's.
    ///
    /// # Errors
    /// Says what can't be read.
    pub fn read(bytes: &[u8], private: Option<&[u8]>) -> Result<Fact, String> {
        // Checked once for all of it: parsing from bytes would check every text in it again.
        let text = std::str::from_utf8(bytes).map_err(|_| "it can't be read: it is not UTF-8")?;
        let kind = kind_of(text).ok_or("it can't be read: it has no type")?;
        let (envelope, body) = Body::read(kind, text)?;
        if envelope.kind != kind || envelope.v != 1 {
            return Err(newer(envelope.kind, envelope.v));
        }
        let private = match (envelope.sealed, private) {
            (Some(_), Some(part)) => Some(
                serde_json::from_str::<PrivatePart>(std::str::from_utf8(part).unwrap_or_default())
                    .map_err(|error| format!("its private part can't be read: {error}"))?
                    .value,
            ),
            _ => None,
        };
        Ok(Fact {
            seq: envelope.seq,
            at: envelope.at.parse().map_err(|_| format!("{} is no instant", crate::calendar::quote(envelope.at)))?,
            by: envelope.by.into(),
            body,
            private,
        })
    }
}

impl Body {
    /// The person whose private part the fact carries, for erasing it.
    #[must_use]
    pub fn subject(&self) -> Option<PersonId> {
        match self {
            Body::PersonJoined(body) => Some(body.person),
            Body::PersonChanged(body) => Some(body.person),
            Body::PersonIdentified(body) | Body::PersonErased(body) => Some(body.person),
            Body::PersonPostponed(body) => Some(body.person),
            Body::PersonLeft(body) => Some(body.person),
            Body::PersonStayed(body) => Some(body.person),
            Body::PersonMerged(body) => Some(body.new),
            Body::CompletionRecorded(body) => Some(body.person),
            Body::LeaveRecorded(body) => Some(body.person),
            Body::ExceptionApproved(body) => Some(body.person),
            Body::TallyAttested(body) => Some(body.manager),
            Body::CompletionWithdrawn(body) => Some(body.person),
            Body::LeaveWithdrawn(body) => Some(body.person),
            Body::ExceptionWithdrawn(body) => Some(body.person),
            Body::RequestMade(body) => Some(body.person),
            Body::RequestSettled(body) => Some(body.person),
            Body::ObjectionRaised(body) => Some(body.person),
            Body::ObjectionAnswered(body) => Some(body.person),
            Body::RoomOpened(body) => Some(body.auditor),
            Body::AddressFailed(body) => Some(body.person),
            Body::OnboardingGiven(body) => Some(body.person),
            Body::StrangerMet(body) => Some(body.person),
            Body::DifferenceExplained(body) => Some(body.person),
            _ => None,
        }
    }
}
