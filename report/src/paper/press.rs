//! How do blocks become a PDF? Typst, in a world that holds one template, one file of values and the fonts that are built in.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use std::fmt::Write;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// How a kind of paper looks.
pub(crate) struct Template {
    /// What messages of the typesetter call it.
    pub(crate) name: &'static str,
    /// The template itself; it reads `paper.json`.
    pub(crate) text: &'static str,
    /// What a document's own id is made of.
    pub(crate) ident: &'static str,
}

/// What came off the press.
pub(crate) struct Printed {
    pub(crate) pdf: Vec<u8>,
    pub(crate) pages: usize,
}

/// The last one has a box for each character that the others lack.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 11] = [
        include_bytes!("fonts/IBMPlexSans-Regular.ttf"),
        include_bytes!("fonts/IBMPlexSans-SemiBold.ttf"),
        include_bytes!("fonts/IBMPlexSerif-Regular.ttf"),
        include_bytes!("fonts/IBMPlexMono-Regular.ttf"),
        include_bytes!("fonts/IBMPlexSansArabic-Regular.ttf"),
        include_bytes!("fonts/IBMPlexSansHebrew-Regular.ttf"),
        include_bytes!("fonts/IBMPlexSansDevanagari-Regular.ttf"),
        include_bytes!("fonts/IBMPlexSansThai-Regular.ttf"),
        include_bytes!("fonts/NotoSansArmenian-Regular.ttf"),
        include_bytes!("fonts/NotoSansGeorgian-Regular.ttf"),
        include_bytes!("fonts/KeepsharpUnknown-Regular.ttf"),
    ];
    files.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)).collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// What the typesetter can reach, and nothing else.
struct Press {
    template: Source,
    values: FileId,
    bytes: Bytes,
    today: Option<Datetime>,
}

impl World for Press {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.values { Ok(self.bytes.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

/// The paper as PDF.
pub(crate) fn printed(template: &Template, paper: &Value, today: Date, known_at: Timestamp) -> Result<Printed, String> {
    let bytes = serde_json::to_vec(paper).map_err(|error| error.to_string())?;
    let press = Press {
        template: Source::new(file(template.name)?, template.text.to_owned()),
        values: file("paper.json")?,
        bytes: Bytes::new(bytes),
        today: date(today),
    };
    let printed = typeset(&press, template.ident, known_at);
    // What it remembers of this report is of no use to the next, and would never be given back.
    comemo::evict(0);
    printed
}

fn typeset(press: &Press, ident: &str, known_at: Timestamp) -> Result<Printed, String> {
    let document: PagedDocument = typst::compile(press).output.map_err(|errors| told(&errors))?;
    // LIMIT: a letter that some reader could not be told of would forbid a standard; the report is then made without it.
    let exported = |standards: &[PdfStandard]| exported(&document, ident, standards, known_at);
    let archived = exported(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
    let pdf = archived.or_else(|_| exported(&[PdfStandard::Ua_1])).or_else(|_| exported(&[]))?;
    Ok(Printed { pdf, pages: document.pages().len() })
}

/// As PDF of these standards.
fn exported(
    document: &PagedDocument,
    ident: &str,
    standards: &[PdfStandard],
    known_at: Timestamp,
) -> Result<Vec<u8>, String> {
    let [year, month, day, hour, minute, second] = super::words::instant_parts(known_at);
    let at = Datetime::from_ymd_hms(
        i32::try_from(year).unwrap_or_default(),
        u8::try_from(month).unwrap_or_default(),
        u8::try_from(day).unwrap_or_default(),
        u8::try_from(hour).unwrap_or_default(),
        u8::try_from(minute).unwrap_or_default(),
        u8::try_from(second).unwrap_or_default(),
    );
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("Keepsharp".to_owned())),
        timestamp: at.map(typst_pdf::Timestamp::new_utc),
        standards: PdfStandards::new(standards).map_err(|error| error.message().to_string())?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|errors| told(&errors))
}

fn file(name: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(name).map_err(|error| format!("{error:?}"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn date(day: Date) -> Option<Datetime> {
    Datetime::from_ymd(day.year().into(), day.month().try_into().ok()?, day.day().try_into().ok()?)
}

fn told(errors: &[SourceDiagnostic]) -> String {
    let mut text = String::from("the report could not be typeset");
    for error in errors {
        let _ = write!(text, "; {}", error.message);
    }
    text
}
