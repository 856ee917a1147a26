//! All that is kept beside the ledger for learners, row by row: for a backup, for whoever it is about, and to be forgotten.

use crate::engine::{Engine, Row, Value};
use crate::{Error, Store};
use keepsharp_domain::PersonId;

/// A row of what is kept for a learner, each value as text, in the order of its table's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnerRow {
    /// `learned`, `draft`, `feedback` or `certificate`.
    pub table: String,
    /// Column and value.
    pub values: Vec<(String, String)>,
}

impl LearnerRow {
    /// A value by its column; empty where there is none.
    #[must_use]
    pub fn value(&self, column: &str) -> &str {
        self.values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value)
    }
}

/// A table, its columns but for its own numbers, and the order of its rows.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    order: &'static str,
}

const TABLES: [Table; 4] = [
    Table { name: "learned", columns: &["person", "course", "at", "item", "body"], order: "id" },
    Table { name: "draft", columns: &["person", "exercise", "at", "body"], order: "person, exercise" },
    Table {
        name: "feedback",
        columns: &[
            "course",
            "version",
            "lesson",
            "item",
            "kind",
            "words",
            "person",
            "is_signed",
            "at",
            "answer",
            "answered_at",
        ],
        order: "id",
    },
    Table { name: "certificate", columns: &["code", "person", "seq"], order: "code" },
];

/// Columns that hold whole numbers.
const NUMBERS: [&str; 2] = ["is_signed", "seq"];

impl Table {
    fn select(&self, one_person: bool) -> String {
        let column =
            |name: &&str| if NUMBERS.contains(name) { format!("CAST({name} AS TEXT)") } else { (*name).into() };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        let of = if one_person { " WHERE person = $1" } else { "" };
        format!("SELECT {} FROM {}{of} ORDER BY {}", columns.join(", "), self.name, self.order)
    }

    fn insert(&self) -> String {
        let place = |(at, name): (usize, &&str)| {
            if NUMBERS.contains(name) { format!("CAST(CAST(${at} AS TEXT) AS BIGINT)") } else { format!("${at}") }
        };
        let places: Vec<String> = (1..).zip(self.columns).map(place).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.columns.join(", "), places.join(", "))
    }

    fn read(&self, row: &Row) -> Result<LearnerRow, Error> {
        let value = |(at, name): (usize, &&str)| Ok(((*name).to_owned(), row.text(at)?));
        let values = self.columns.iter().enumerate().map(value).collect::<Result<_, Error>>()?;
        Ok(LearnerRow { table: self.name.to_owned(), values })
    }
}

impl Store {
    /// Hands over every row that is kept for learners, or for one of them, table by table, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read, or `each` refuses.
    pub fn learner_rows(
        &self,
        of: Option<PersonId>,
        mut each: impl FnMut(LearnerRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let person = of.map(|person| person.to_string());
        let values: Vec<Value> = person.iter().map(|person| Value::Text(person)).collect();
        self.with_reader(|engine| {
            TABLES
                .iter()
                .try_for_each(|table| engine.query(&table.select(of.is_some()), &values, |row| each(table.read(row)?)))
        })
    }

    /// Forgets what somebody did in courses and wrote in exercises, but for the events that `stays` picks: it is handed each
    /// course's events, oldest first, and says of each whether it stays. Answers how many rows are gone.
    ///
    /// # Errors
    /// Where the database can't be written; nothing is forgotten then.
    pub fn forget_learned(&self, person: PersonId, stays: impl Fn(&[String]) -> Vec<bool>) -> Result<u64, Error> {
        let person = person.to_string();
        self.aside(|engine| {
            engine.begin()?;
            let sql = "SELECT course, CAST(id AS TEXT), body FROM learned WHERE person = $1 ORDER BY course, id";
            let read = |row: &Row| Ok((row.text(0)?, row.text(1)?, row.text(2)?));
            let rows = engine.all(sql, &[Value::Text(&person)], read)?;
            let mut gone = 0;
            for of_course in rows.chunk_by(|(one, ..), (other, ..)| one == other) {
                let bodies: Vec<String> = of_course.iter().map(|(_, _, body)| body.clone()).collect();
                let stays = stays(&bodies);
                for (_, id, _) in
                    of_course.iter().enumerate().filter(|(at, _)| stays.get(*at) != Some(&true)).map(|(_, row)| row)
                {
                    let sql = "DELETE FROM learned WHERE id = CAST(CAST($1 AS TEXT) AS BIGINT) AND person = $2";
                    gone += engine.execute(sql, &[id, &person].map(|text| Value::Text(text)))?;
                }
            }
            gone += engine.execute("DELETE FROM draft WHERE person = $1", &[Value::Text(&person)])?;
            engine.batch("COMMIT")?;
            Ok(gone)
        })
    }
}

/// Puts a row back, as a backup has it.
pub(crate) fn keep(engine: &mut Engine, row: &LearnerRow) -> Result<(), Error> {
    let unfit = |why: &str| Error::Engine(format!("a row of {:?} can't be taken in: {why}", row.table));
    let table = TABLES.iter().find(|table| table.name == row.table).ok_or_else(|| unfit("there is no such table"))?;
    let fits = row.values.len() == table.columns.len()
        && table.columns.iter().all(|column| row.values.iter().any(|(name, _)| name == column));
    if !fits {
        return Err(unfit("it has other columns; was it written by another version?"));
    }
    if row.value("person").parse::<PersonId>().is_err() {
        return Err(unfit("it names no person"));
    }
    let is_wrong = |column: &&&str| NUMBERS.contains(*column) && row.value(column).parse::<u32>().is_err();
    if let Some(column) = table.columns.iter().find(is_wrong) {
        return Err(unfit(&format!("its {column} is no number")));
    }
    let values: Vec<Value> = table.columns.iter().map(|column| Value::Text(row.value(column))).collect();
    engine.execute(&table.insert(), &values)?;
    Ok(())
}
