"""Reads a history's folder (docs/files.md) into a `World`, and writes what the rules say of it as CSV."""

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path

from rules import (Attestation, Campaign, Completion, ExceptionRow, Record, Refusal, Row, Version, Workforce, World,
                   fold)

SEPARATOR = ";"  # between several departments, and between labels, in one cell

STATUS = ["as_of", "employee_id", "status", "due", "course"]
REQUIREMENTS = ["from", "to", "employee_id", "due", "outcome", "completed_on", "course"]
TABLE = ["as_of", "manager_id", "engineers", "away", "recorded", "attested", "taken"]


# ---------------------------------------------------------------- reading


def read_csv(path):
    """All rows as dictionaries; no file is no rows."""
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day_or_none(text, where=""):
    """A date, or None for an empty cell; anything else refuses the file."""
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{where}: {text!r} is no date") from None


def parts(text):
    """The values of a cell that may hold several."""
    return tuple(part.strip() for part in (text or "").split(SEPARATOR) if part.strip())


def read_roster(path):
    """The rows of one roster file."""
    rows = []
    for number, cells in enumerate(read_csv(path), start=2):
        record = Record(cells["title"], parts(cells["departments"]), cells["manager_id"], cells.get("employment") or "",
                        cells.get("location") or "", parts(cells.get("labels")))
        start = day_or_none(cells["start_date"], f"line {number}, column start_date")
        rows.append(Row(cells["employee_id"], record, start))
    return rows


def read_workforce(folder):
    """All roster files in the order of their dates; the refusal of mass ends is switched off."""
    workforce = Workforce()
    for path in sorted(folder.glob("roster-*.csv")):
        on = date.fromisoformat(path.stem.removeprefix("roster-"))
        workforce.import_snapshot(on, read_roster(path), allow_mass_end=True)
    return workforce


def read_version(control, fiscal_year_starts):
    """One `[[controls]]` entry."""
    month, day = (int(part) for part in fiscal_year_starts.split("-"))
    since = control.get("from")
    return Version(date.fromisoformat(str(since)) if since else None, control["scope"],
                   control["cadence"].get("every_months"), (month, day), control["new_hire_days"],
                   control["return_days"], control["accepts"], control["courses"]["full"],
                   control["courses"]["refresher"])


def read_programmes(folder):
    """The id of the one control, and its versions in the order they are applied (programme-1, -2, …)."""
    versions = []
    for path in sorted(folder.glob("programme*.toml")):
        programme = tomllib.loads(path.read_text(encoding="utf-8"))
        [control] = programme["controls"]
        versions.append(read_version(control, programme["organisation"]["fiscal_year_starts"]))
    return control["id"], versions


def read_campaigns(folder):
    """The campaigns of campaign.toml."""
    path = folder / "campaign.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))["campaigns"] if path.exists() else []
    return {c["id"]: Campaign(c["id"], date.fromisoformat(str(c["counts_since"]))) for c in found}


def load(folder):
    """The world that a history's folder tells of."""
    folder = Path(folder)
    control, versions = read_programmes(folder)
    world = World(control, versions, read_workforce(folder), campaigns=read_campaigns(folder))
    for c in read_csv(folder / "completions.csv"):
        world.completions.setdefault(c["employee_id"], []).append(
            Completion(c["course"], day_or_none(c["completed_on"]), c["strength"]))
    for c in read_csv(folder / "leaves.csv"):  # the same person and `from` again: replaces
        world.leaves.setdefault(c["employee_id"], {})[day_or_none(c["from"])] = day_or_none(c["to"])
    for c in read_csv(folder / "exceptions.csv"):
        world.exceptions.setdefault(c["employee_id"], []).append(
            ExceptionRow(c["control"], day_or_none(c["from"]), day_or_none(c["to"])))
    for c in read_csv(folder / "attestations.csv"):
        world.attestations.append(
            Attestation(c["manager_id"], c["campaign"], int(c["count"]), day_or_none(c["on"])))
    return world


# ---------------------------------------------------------------- answering


def text(value):
    """A cell: nothing for None, ISO for a date."""
    return "" if value is None else str(value)


def texts(*values):
    """A row of cells."""
    return [text(value) for value in values]


def status_rows(world, day, people=None):
    """The status of everybody (or of `people`) on one day."""
    return [texts(day, person, *world.status(person, day)) for person in people or world.people()]


def requirement_rows(world, start, end):
    """The requirements of one period."""
    return [texts(start, end, *row) for row in world.requirements(start, end)]


def table_rows(world, campaign, day):
    """The campaign's table on one day."""
    return [texts(day, *row) for row in world.table(campaign, day)]


def published_rows(world, campaign, day):
    """The campaign's table on one day as it may be published."""
    return [texts(day, *row) for row in fold(world.table(campaign, day))]


def write_csv(path, header, rows):
    """Writes one CSV file, lines ended by a line feed."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_expected(folder):
    """Answers queries.json of a history's folder into its expected-*.csv."""
    folder = Path(folder)
    world = load(folder)
    queries = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    days = [date.fromisoformat(day) for day in queries["as_of"]]
    periods = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in queries["periods"]]
    campaign = queries["campaign"]
    answers = {
        "status": (STATUS, [row for day in days for row in status_rows(world, day)]),
        "requirements": (REQUIREMENTS, [row for a, b in periods for row in requirement_rows(world, a, b)]),
        "table": (TABLE, [row for day in days for row in table_rows(world, campaign, day)]),
        "published": (TABLE, [row for day in days for row in published_rows(world, campaign, day)]),
    }
    for name, (header, rows) in answers.items():
        write_csv(folder / f"expected-{name}.csv", header, rows)
